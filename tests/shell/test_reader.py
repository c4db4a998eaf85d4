"""What the commands of a script are."""

from __future__ import annotations

import pytest

from gendock.shell import Inside, layers, options_of, read_script, unwrapped

CASES = {
    "apt-get update && apt-get install -y curl": [
        ("", "apt-get update", "&&"),
        ("&&", "apt-get install -y curl", ""),
    ],
    "FOO=1 make; BAR=2": [("", "make", ";"), (";", "", "")],
    "curl x | tar xz >/dev/null 2>&1": [("", "curl x", "|"), ("|", "tar xz", "")],
    "echo 'a b' \"c d\" e\\ f $'g'": [("", "echo|a b|c d|e f|g", "")],
    "make -j$(nproc --all); true": [
        ("", "make -j$(nproc --all)", ";"),
        ("", "nproc --all", ""),
        (";", "true", ""),
    ],
    "cat <<EOF | sh\napt-get update\nEOF\nls": [("", "cat", "|"), ("|", "sh", "\n"), ("\n", "ls", "")],
    "a # b\nc": [("", "a", "\n"), ("\n", "c", "")],
    "a&&b||c&d;e": [("", "a", "&&"), ("&&", "b", "||"), ("||", "c", "&"), ("&", "d", ";"), (";", "e", "")],
    "case x in a|b) c; d;; esac": [("", "c", ";"), (";", "d", ";;")],
    "": [],
    "# nothing": [],
}


@pytest.mark.parametrize("text", CASES)
def test_commands(text: str) -> None:
    found = []
    for command in read_script(text).commands:
        texts = [word.text for word in command.words]
        blanks = any(" " in one and not one.startswith("-j") for one in texts)
        found.append((command.before, ("|" if blanks else " ").join(texts), command.after))
    assert found == CASES[text]


INSIDE = {
    "(a)": [Inside.SUBSHELL],
    "{ a; }": [Inside.GROUP],
    "if a; then :; fi": [Inside.BRANCH, Inside.CONDITION],
    "while :; do (a); done": [Inside.LOOP, Inside.SUBSHELL],
    "f() { a; }": [Inside.FUNCTION, Inside.GROUP],
    "echo $(a)": [Inside.SUBSTITUTION],
    "echo `a`": [Inside.SUBSTITUTION],
    "! a": [Inside.NEGATION],
    "case x in y) a;; esac": [Inside.BRANCH],
}


@pytest.mark.parametrize("text", INSIDE)
def test_what_a_command_stands_in(text: str) -> None:
    (inside,) = [command.inside for command in read_script(text).commands if command.name == "a"]
    assert list(inside) == INSIDE[text]


REDIRECTS = {
    "a && b > f": {"a": [], "b": ["f"]},
    "a && b | c > f": {"a": [], "b": [], "c": ["f"]},
    "{ a; b; } > f": {"a": ["f"], "b": ["f"]},
    "a && { b; c; } > f": {"a": [], "b": ["f"], "c": ["f"]},
    "a > f && b": {"a": ["f"], "b": []},
}


@pytest.mark.parametrize("text", REDIRECTS)
def test_a_redirect_belongs_to_the_last_command_of_a_list(text: str) -> None:
    found = {one.name: [to.target.text for to in one.redirects] for one in read_script(text).commands}
    assert found == REDIRECTS[text]


def test_every_word_has_its_place() -> None:
    text = "écho 'ü' && apt-get  install\t\"c\"url # é\nls é"
    words = [word for command in read_script(text).commands for word in command.words]
    assert [text[word.start : word.end] for word in words] == [
        "écho",
        "'ü'",
        "apt-get",
        "install",
        '"c"url',
        "ls",
        "é",
    ]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("sudo apt-get update", "apt-get update"),
        ("sudo -E -u root apt-get update", "apt-get update"),
        ("sudo -H FOO=1 pip install x", "pip install x"),
        ("env -i A=b make", "make"),
        ("exec timeout -k 5 10 curl x", "curl x"),
        ("time", "time"),
        ("sudo -i", "sudo -i"),
    ],
)
def test_wrappers_are_taken_off(text: str, inner: str) -> None:
    (command,) = read_script(text).commands
    assert " ".join(word.text for word in unwrapped(command).words) == inner


def test_each_wrapper_is_a_layer() -> None:
    (command,) = read_script("exec sudo -E nice -n 5 make").commands
    assert [layer.program for layer in layers(command)] == ["exec", "sudo", "nice", "make"]


def test_options() -> None:
    (command,) = read_script(
        "apt-get -qq -t sid install --no-install-recommends -y -o=A=b -- -x curl"
    ).commands
    options = options_of(command, valued=("t", "o"))
    assert options.count("q") == 2
    assert options.has("no-install-recommends")
    assert options.value("t") == "sid"
    assert [word.text for word in options.operands] == ["install", "-x", "curl"]


@pytest.mark.parametrize(
    "text", ["(" * 5000, "$(" * 3000 + "x", "a && " * 5000 + "b", "'" * 999, "\0\ud800$("]
)
def test_hostile_scripts_end(text: str) -> None:
    read_script(text)
