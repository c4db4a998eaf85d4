"""The calls of go in a RUN."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from gendock.dockerfile import Span
from gendock.lint.scripts import Script

_MODULE_VERBS = frozenset({"build", "test", "vet", "run", "generate", "list", "mod", "install"})
_ELSEWHERE = frozenset({"cd", "pushd", "git", "tar", "unzip"})


class GoCommand(Struct, frozen=True):
    """One call of the go command: `go build -o /app ./cmd/app` has the verb `build`.

    `span` covers the words up to the verb. `elsewhere` says that it works on what the same RUN went to or
    fetched (`cd`, `git clone`, `-C`).
    """

    verb: str
    arguments: tuple[str, ...]
    span: Span
    elsewhere: bool

    @property
    def needs_module(self) -> bool:
        """Whether the module in the working directory is read, unlike by `go install name@version`.

        A file that is named by its whole path is built wherever the command runs.
        """
        if self.verb == "mod":
            return self.arguments[:1] != ("init",)
        elsewhere = any("@" in one or re.fullmatch(r"/.*\.go", one) for one in self.arguments)
        return self.verb in _MODULE_VERBS and not elsewhere


def go_commands(script: Script) -> Iterator[GoCommand]:
    """Yield the calls of go in a RUN."""
    if "go" not in script.text:
        return
    elsewhere = False
    for command in script.calls:
        elsewhere = elsewhere or command.program in _ELSEWHERE
        if command.program != "go":
            continue
        rest = command.arguments
        here = elsewhere
        while rest and rest[0].text.startswith("-C"):
            here = True
            rest = rest[2:] if rest[0].text == "-C" else rest[1:]
        if rest:
            span = Span(command.words[0].start, rest[0].end)
            yield GoCommand(rest[0].text, tuple(word.text for word in rest[1:]), span, here)
