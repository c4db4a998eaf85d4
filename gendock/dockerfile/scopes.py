"""What variables hold at a place of the file, as far as the file alone can tell."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from gendock.dockerfile.shell_words import (
    BeyondBoundsError,
    ShellWord,
    ShellWords,
    UnsetVariableError,
    is_plain,
    is_plain_word,
)

_Result = TypeVar("_Result")


class Scope(Struct):
    """The variables of a stage at one of its instructions, or those of the FROM lines.

    `environment` is what ENV has set, and `hidden` those of it that an ARG has set since; `unknown` are
    variables that are set, to what only the build knows. Where the scope is `is_open`, any other may be set
    as well: the base image has an environment of its own. `folder` is the working directory, None where the
    base image decides it.
    """

    escape: str
    known: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str | None] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    is_open: bool = False
    folder: str | None = None

    def child(self, *, takes_over: bool) -> Scope:
        """Return the scope of a stage that stands on this one: its ENVs win over its ARGs there.

        The last of a stage's children takes its variables over, so that a long line of stages is not copied
        at each of them.
        """
        scope = (
            self
            if takes_over
            else replace(
                self,
                known=dict(self.known),
                environment=dict(self.environment),
                unknown=set(self.unknown),
                hidden=set(self.hidden),
            )
        )
        for name in scope.hidden:
            scope.set(name, scope.environment[name])
        scope.hidden.clear()
        return scope

    def set_argument(self, name: str, value: str | None) -> None:
        """Set what ARG sets: it hides an ENV until the end of the stage."""
        if name in self.environment:
            self.hidden.add(name)
        self.set(name, value)

    def set(self, name: str, value: str | None) -> None:
        """Give a variable a value; None is one that is not known."""
        if value is None:
            self.known.pop(name, None)
            self.unknown.add(name)
        else:
            self.known[name] = value
            self.unknown.discard(name)

    def set_environment(self, values: Mapping[str, str | None]) -> None:
        """Set what ENV sets."""
        for name, value in values.items():
            self.environment[name] = value
            self.hidden.discard(name)
            self.set(name, value)

    def enter(self, folder: str | None) -> None:
        """Change the working directory."""
        if folder is None or (self.folder is None and not folder.startswith("/")):
            self.folder = None
        elif folder:
            self.folder = posixpath.normpath(posixpath.join(self.folder or "/", folder))

    def expand(self, text: str) -> str | None:
        """Replace variables; None where the result rests on one that is not known.

        Raises:
            ShellSyntaxError: BuildKit refuses the text, whatever the variables are.
        """
        if is_plain(text):
            return text
        return self._expand(ShellWords(text, self.known, escape=self.escape))

    def expand_heredoc(self, text: str) -> str | None:
        """Replace variables in a heredoc's text, where quotes mean nothing and the backslash always escapes.

        Raises:
            ShellSyntaxError: as for `expand`.
        """
        return self._expand(ShellWords(text, self.known, keep_quotes=True))

    def split(self, text: str) -> list[ShellWord] | None:
        """Replace variables and cut at blanks; None where the result is not known.

        Raises:
            ShellSyntaxError: as for `expand`.
        """
        if text and is_plain_word(text):
            return [ShellWord(text, 0, len(text))]
        words = ShellWords(text, self.known, escape=self.escape)
        return self._result(words, words.split)

    def _expand(self, words: ShellWords) -> str | None:
        return self._result(words, words.expand)

    def _result(self, words: ShellWords, process: Callable[[], _Result]) -> _Result | None:
        try:
            found = process()
        except UnsetVariableError as error:
            if self._may_be_set(error.name):
                return None
            raise
        except BeyondBoundsError:
            return None
        return None if self._rests_on_unknown(words) else found

    def _may_be_set(self, name: str) -> bool:
        return name not in self.known and (self.is_open or name in self.unknown)

    def _rests_on_unknown(self, words: ShellWords) -> bool:
        return bool(words.missing) and (self.is_open or not self.unknown.isdisjoint(words.missing))
