"""The commands inside a RUN, as far as the rules about Go need them.

Words are found by `shlex`; what a shell would compute (variables, substitutions) is left as it is written.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct

from gendock.dockerfile import Run, Span

_SEPARATORS = frozenset({"&&", "||", ";", "|", "&", "(", ")", ";;"})
_MODULE_VERBS = frozenset({"build", "test", "vet", "run", "generate", "list", "mod", "install"})
_ELSEWHERE = frozenset({"cd", "pushd", "git", "tar", "unzip"})


class Command(Struct, frozen=True):
    """A simple command's words, without the assignments in front, and where its first two words stand."""

    words: tuple[str, ...]
    span: Span

    @property
    def program(self) -> str:
        """The program's name without its folder."""
        return self.words[0].rpartition("/")[2]


class GoCommand(Struct, frozen=True):
    """One call of the go command: `go build -o /app ./cmd/app` has the verb `build`.

    `elsewhere` says that it works on what the same RUN went to or fetched (`cd`, `git clone`, `-C`).
    """

    verb: str
    arguments: tuple[str, ...]
    span: Span
    elsewhere: bool

    @property
    def needs_module(self) -> bool:
        """Whether the module in the working directory is read, unlike by `go install name@version`."""
        if self.verb == "mod":
            return self.arguments[:1] != ("init",)
        return self.verb in _MODULE_VERBS and not any("@" in argument for argument in self.arguments)


def commands(run: Run) -> Iterator[Command]:
    """Yield the simple commands of a RUN: in exec form, in shell form, in its heredocs."""
    if run.command.exec_form:
        if run.command.words:
            yield Command(tuple(word.text for word in run.command.words), run.command.span)
        return
    for word in run.command.words:
        # The shell's text is what the logical line ends with.
        start = len(run.line.text.rstrip()) - len(word.text)
        for words, begin, end in _in_text(word.text):
            yield Command(words, run.line.span_of(start + begin, start + end))
    for heredoc in run.heredocs:
        start = heredoc.body.start
        for words, begin, end in _in_text(heredoc.text):
            yield Command(words, Span(start + begin, start + end))


def go_commands(run: Run) -> Iterator[GoCommand]:
    """Yield the calls of go in a RUN."""
    if "go" not in run.line.text and not any("go" in heredoc.text for heredoc in run.heredocs):
        return
    elsewhere = False
    for command in commands(run):
        elsewhere = elsewhere or command.program in _ELSEWHERE
        if command.program != "go":
            continue
        rest = command.words[1:]
        here = elsewhere
        while rest and rest[0].startswith("-C"):
            here = True
            rest = rest[2:] if rest[0] == "-C" else rest[1:]
        if rest:
            yield GoCommand(rest[0], rest[1:], command.span, here)


def _in_text(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Yield each command's words, with the start of its first and the end of its second word."""
    at = 0
    for words in _split(text):
        begin = max(text.find(words[0], at), at)
        end = begin + len(words[0])
        second = text.find(words[1], end) if len(words) > 1 else -1
        at = end = second + len(words[1]) if second >= 0 else end
        yield words, begin, end


def _split(text: str) -> Iterator[tuple[str, ...]]:
    lexer = shlex.shlex(text.replace("\n", " ; "), posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    # A quote without its pair ends the reading; the words before it are known, the rest is for the shell.
    with suppress(ValueError):
        for word in lexer:
            if word in _SEPARATORS:
                yield from _without_assignments(words)
                words = []
            else:
                words.append(word)
    yield from _without_assignments(words)


def _without_assignments(words: list[str]) -> Iterator[tuple[str, ...]]:
    at = 0
    while at < len(words) and "=" in words[at].partition("/")[0] and not words[at].startswith("-"):
        at += 1
    if words[at:]:
        yield tuple(words[at:])
