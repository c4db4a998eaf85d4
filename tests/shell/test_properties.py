"""What holds for every script: it is read, its words have their places, and bash reads the same words."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gendock.shell import Command, ShellScript, read_script
from gendock.shell.reader import read_tree
from gendock.shell.simple import read_simple

BASH = shutil.which("bash")
PLAIN = ("a", "echo", " ", "\n", "#", "é", "\0", "\ud800")
SPECIAL = ("&&", "|", ";", "'", '"', "\\", "$", "$(", "`", "(", ")", "{ ", " }", "<<E", "> ", ";;", "${")
RESERVED = ("if ", "then ", "fi", "for x in ", "do ", "done", "case ", " in ", "esac", "! ", "[[ ", " ]]")
PIECES = st.sampled_from((*PLAIN, *SPECIAL, *RESERVED))
scripts = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=40)


def spans(command: Command) -> list[tuple[int, int]]:
    return [(word.start, word.end) for word in (*command.assignments, *command.words)]


@given(scripts)
@example('"$(' * 2000)
@example('a"' * 4001)
@example("'$x\\" * 3000)
@example("a=$a" * 3000 + "'")
@settings(max_examples=300)
def test_every_script_is_read_and_its_words_stand_apart(text: str) -> None:
    begun = time.process_time()
    script = read_script(text)
    assert time.process_time() - begun < 5
    for command in script.commands:
        places = spans(command)
        assert all(0 <= start < end <= len(text) for start, end in places)
        assert all(one[1] <= other[0] for one, other in pairwise(places))
        assert places
        assert (command.start, command.end) == (places[0][0], places[-1][1])


@given(scripts, st.integers(1, 9))
@settings(max_examples=200)
def test_places_are_moved_with_the_text(text: str, by: int) -> None:
    here, there = read_script(text), read_script(text, lambda offset: offset + by)
    moved = [[(start + by, end + by) for start, end in spans(command)] for command in here.commands]
    assert moved == [spans(command) for command in there.commands]


# What bash makes of these is known; nothing in them runs anything.
SINGLE = st.lists(
    st.sampled_from(["a", " ", '"', "$x", "\\", "`", "#", "\n", ";", "&&", "|", "é", "*", "("]), max_size=4
)
DOUBLE = st.lists(
    st.sampled_from(
        ["a", " ", "'", '\\"', "\\\\", "\\$", "\\`", "#", "\\a", "\\\n", ";", "|", "é", "*", "("]
    ),
    max_size=4,
)
ANSI = st.lists(
    st.sampled_from(["a", " ", "\\n", "\\'", "\\\\", "\\t", '"', "\\x41", "\\101", "\\u00e9", "\\q", "é"]),
    max_size=4,
)
parts = st.one_of(
    st.sampled_from(
        ["a", "b1", "-x", "--long", "=", "/", ".", ":", "@", "%", "+", "é", "x~", "A=b", "^", "]", "}", "{"]
    ),
    st.sampled_from(
        [
            "x#y",
            "!",
            "\\ ",
            "\\\\",
            "\\'",
            '\\"',
            "\\$",
            "\\;",
            "\\&",
            "\\(",
            "\\<",
            "\\*",
            "\\#",
            "\\é",
            "\\\t",
        ]
    ),
    SINGLE.map(lambda inner: f"'{''.join(inner)}'"),
    DOUBLE.map(lambda inner: f'"{"".join(inner)}"'),
    ANSI.map(lambda inner: f"$'{''.join(inner)}'"),
)
words = st.lists(parts, min_size=1, max_size=4).map("".join)
gaps = st.sampled_from([" ", "  ", "\t", " \\\n ", "\t\\\n"])


@pytest.mark.skipif(BASH is None, reason="this machine has no bash to compare with")
@given(st.lists(st.tuples(gaps, words), min_size=1, max_size=5))
@settings(max_examples=150)
def test_bash_reads_the_same_words(pairs: list[tuple[str, str]]) -> None:
    text = "printf '%s\\0'" + "".join(gap + word for gap, word in pairs)
    run = subprocess.run(
        [str(BASH), "--norc", "--noprofile", "-fc", f"set +B; {text}"],
        capture_output=True,
        check=False,
        env={"PATH": os.devnull, "LC_ALL": "C.UTF-8"},
        timeout=20,
    )
    assume(run.returncode == 0 and not run.stderr)
    heard = run.stdout.decode().split("\0")[:-1]
    assert texts(read_script(text)) == [heard]
    by_tree = read_tree(text)
    if not by_tree.is_broken:
        assert texts(by_tree) == [heard]


def texts(script: ShellScript) -> list[list[str]]:
    return [[word.text for word in command.words[2:]] for command in script.commands]


REDIRECTS = st.sampled_from([" > f", " 2>&1", " >>/var/log/x", " 2>/dev/null", " <in"])
simple_words = st.sampled_from(
    ["a", "-y", "x=1", "'q q'", '"d$x"', "$HOME/x", "${A:-b}/c$D", "[", "]", "f*", "e\\ f"]
)
commands = st.tuples(
    st.sampled_from(["", "A=1 ", "B='x' C=$y "]),
    st.sampled_from(["apt-get", "curl", "/bin/ls", "make", "[", "export", "$RUN"]),
    st.lists(simple_words, max_size=4),
    st.lists(REDIRECTS, max_size=2),
).map(lambda parts: f"{parts[0]}{' '.join((parts[1], *parts[2]))}{''.join(parts[3])}")
joints = st.sampled_from([" && ", " || ", " | ", "; ", "\n", "&&\n  ", " \\\n  && ", "\n\n# note\n"])


@given(commands, st.lists(st.tuples(joints, commands), max_size=5))
@settings(max_examples=300)
def test_the_straight_way_reads_what_the_grammar_reads(first: str, more: list[tuple[str, str]]) -> None:
    text = first + "".join(joint + command for joint, command in more)
    straight, by_tree = read_simple(text, None), read_tree(text)
    assert straight is not None
    assume(not by_tree.is_broken)
    assert straight.commands == by_tree.commands


@pytest.mark.parametrize(
    "text",
    [
        "a $(b)",
        "a `b`",
        "(a)",
        "{ a; }",
        "if a; then b; fi",
        "a <<E\nE",
        "a && ",
        "a 'b",
        "f() { a; }",
        "! a",
        "a;;",
    ],
)
def test_what_is_more_than_simple_commands_is_left_to_the_grammar(text: str) -> None:
    assert read_simple(text, None) is None
