"""What ShellCheck is not asked, it would have nothing to say of; what is left out changes no answer."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from gendock.dockerfile import read
from gendock.lint.context import BuildContext
from gendock.lint.shellcheck import questions
from gendock.lint.shellcheck.mistakes import mistakes_of
from gendock.lint.shellcheck.program import Checking, find_program
from gendock.lint.shellcheck.questions import Question
from gendock.lint.shellcheck.quiet import is_quiet, plain_runs
from gendock.lint.shellcheck.variables import exports
from tests.shellcheck.checking import real_files

# Plain commands, nearly plain ones, and what makes something of the plain ones around it.
COMMANDS = (
    *("apt-get update", "apt-get install -y --no-install-recommends curl=7.88 ca-certificates", "make -j4"),
    *(
        "./configure --prefix=/usr --with-x=y",
        "mkdir -p /a/b c",
        "mkdir -pm 755 /a/b",
        "rm -rf /var/lib/apt/lists/*",
    ),
    *(
        "rm -rf /usr",
        "rm -rf /*",
        "rm -r /home",
        "rm -rf /a/b/c /d/e/f",
        "rm -rf *",
        "cp -r a b",
        "cp a",
        "mv a b",
    ),
    *(
        "mv a",
        "ln -s a b",
        "ln -s a",
        "chmod -r x",
        "chmod +x /a/b",
        "chmod 755 a",
        "chown -R a:b /c",
        "touch a",
    ),
    *(
        "cd /x",
        "cd ..",
        "set -e",
        "set -eux",
        "exit",
        "exit 300",
        "exec make",
        "export A=1",
        "A=1",
        "A=1 make",
    ),
    *(
        "echo a  b",
        "echo -e a",
        "echo $A",
        'echo "$A"',
        "echo `make`",
        "sudo cd x",
        "su",
        "ssh a b",
        "expr 1 + 1",
    ),
    *(
        "let a=1",
        "test a",
        "[ a = b ]",
        "[ $? = 0 ]",
        "read a",
        "local a",
        "source x",
        ". x",
        "find -name *.a",
    ),
    *(
        "tr a-z A-Z",
        "grep a* b",
        "egrep a b",
        "which a",
        "unset A",
        "trap a 9",
        "alias a=b",
        "eval a",
        "-flag x",
    ),
    *(
        "make x = y",
        "git clone https://a.b/c?d=e f",
        "pip install 'a>=1' \"b\"",
        "npm ci --a=b",
        "tar -xzf a -C b",
    ),
    *(
        "for i in a b; do make",
        "done",
        "if make",
        "then make",
        "fi",
        "f() { make; }",
        "f",
        "{ make",
        "}",
        "(make)",
    ),
    *(
        "make > a",
        "make >> a",
        "make 2>&1",
        "make | make",
        "make || true",
        "true",
        "false",
        "time make",
        "return",
    ),
    *(
        "curl -fsSL a | sh",
        "wget -O- b",
        "python3 -m pip install c",
        "go build ./...",
        "make #c",
        "case a in a) make;;",
    ),
)
SEPARATORS = (" && ", " && ", " && ", " && ", "; ", " || ", " | ", " & ", "&&", " && \t")
COUNT = 800


def answers(asked: list[Question]) -> list[set[tuple[int, str, object]]]:
    """Return what ShellCheck says of each: code, message and place in the Dockerfile."""
    program = find_program()
    assert program is not None
    results = Checking(program, [question.text for question in asked]).results()
    return [
        {(code, mistake.message, mistake.span) for code, mistake in mistakes_of(question, remarks)}
        for question, remarks in zip(asked, results, strict=True)
    ]


def generated() -> Iterator[str]:
    random_ = random.Random(20)  # noqa: S311 - the same each time
    for command in COMMANDS:
        yield command
        yield f"apt-get update && {command} && make install"
    for _ in range(COUNT):
        parts: list[str] = []
        for _ in range(random_.randint(1, 6)):
            parts += [random_.choice(COMMANDS), random_.choice(SEPARATORS)]
        yield "".join(parts[:-1])


def dockerfiles() -> Iterator[tuple[str, bytes]]:
    head = b"FROM a:1\nARG A\nENV APP=x HOME_DIR=/y\n"
    for text in generated():
        yield text, head + f"RUN {text}\n".encode()
    for path in real_files():
        yield str(path), path.read_bytes()


def test_what_is_left_out_changes_no_answer(monkeypatch: pytest.MonkeyPatch, counts: list[str]) -> None:
    contents = list(dockerfiles())
    short = [context_questions(content) for _, content in contents]
    monkeypatch.setattr(questions, "is_quiet", lambda _: False)
    monkeypatch.setattr(questions, "plain_runs", lambda _: iter(()))
    monkeypatch.setattr(questions, "exports", lambda _, known: tuple(sorted(known)))
    whole = [context_questions(content) for _, content in contents]
    said_short, said_whole = in_files(short), in_files(whole)
    left_out = sum(map(len, whole)) - sum(map(len, short))
    counts.append(f"ShellCheck on {sum(map(len, whole))} scripts, {left_out} of them passed over")
    assert left_out > 50
    wrong = {
        name: (ours - full, full - ours)
        for (name, _), ours, full in zip(contents, said_short, said_whole, strict=True)
        if ours != full
    }
    assert wrong == {}, "\n".join(f"{name}\n  {said}" for name, said in wrong.items())


def context_questions(content: bytes) -> tuple[Question, ...]:
    return BuildContext(read(content), None).questions


def in_files(asked: list[tuple[Question, ...]]) -> list[set[tuple[int, str, object]]]:
    said = iter(answers([question for some in asked for question in some]))
    return [set().union(*(next(said) for _ in some)) for some in asked]


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*", True),
        ("  make  ", True),
        ("make; make", True),
        ("make &&", False),
        ("make é", False),
        ("unknown-program x", False),
        ("make > x", False),
        ("make *.x", False),
        ("A=1 make", False),
        ("make\n", False),
        ("rm -rf /usr/*", False),
        ("", False),
    ],
)
def test_quiet(text: str, *, quiet: bool) -> None:
    assert is_quiet(text) is quiet


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("apt-get update && apt-get install a && cd $x", "make && cd $x"),
        ("cd $x && make a && make b && cd $y && make install all", "cd $x && make && cd $y && make"),
        ("make a; make bbbb && cd $x", "make a; make bbbb && cd $x"),
        ("[[ a && make bbbb && c ]]", "[[ a && make bbbb && c ]]"),
        ("make bbbbbbbb || cd $x", "make bbbbbbbb || cd $x"),
    ],
)
def test_plain_runs(text: str, left: str) -> None:
    at, kept = 0, ""
    for start, end in plain_runs(text):
        kept, at = f"{kept}{text[at:start]} make ", end
    assert " ".join((kept + text[at:]).split()) == left


KNOWN = frozenset({"APP_HOME", "http_proxy", "Version"})
EXPORTS: dict[str, tuple[str, ...]] = {
    "make": (),
    "echo $APP_HOME ${Version:-1}": ("APP_HOME", "Version"),
    "APP_HOME=1 make": ("APP_HOME",),
    "echo $APPHOME": ("APP_HOME",),
    "echo ${#VERSION}": ("Version",),
    "echo $HTTP_PROXY": ("http_proxy",),
    "echo $APP_FOLDER": (),
}


@pytest.mark.parametrize("text", EXPORTS)
def test_the_variables_that_matter(text: str) -> None:
    assert exports(text, KNOWN) == EXPORTS[text]
