"""BuildKit's shell-like words: quotes, escapes, and variables with their modifiers.

Source: moby/buildkit, frontend/dockerfile/shell/lex.go. Not the shell that RUN starts: only what BuildKit
itself expands (FROM, ENV, COPY, WORKDIR, ...) and how it finds the words that open a heredoc.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from gendock.dockerfile.shell_patterns import PatternError, remove_prefix, remove_suffix, replace
from gendock.dockerfile.source import BYTE_ORDER_MARK
from gendock.dockerfile.spaces import UNICODE_SPACES, is_space

# No variable's value of use is longer: an operating system takes no environment that large.
_LARGEST = 32_768
_SPECIAL = re.compile("[$'\"\\\\`\ufeff]")
_SPECIAL_OR_SPACE = re.compile(f"[$'\"\\\\`\ufeff{UNICODE_SPACES}]")
_SPACE = re.compile(f"[{UNICODE_SPACES}]")
# Characters that mean themselves: in a word, in a text that is not cut into words, and inside of braces.
_RUN = re.compile(r"[\w.,:/=+@%-]+", re.ASCII)
_RUN_UNCUT = re.compile(r"[^$'\"<\\`]+")
_RUN_IN_BRACES = re.compile(r"[\w.,:=+@%-]+", re.ASCII)
_RUN_IN_QUOTES = re.compile(r'[^"$\\`]+')
_RUN_OF_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL_PARAMETERS = "@*#?-$!0"


class ShellSyntaxError(ValueError):
    """A word that BuildKit cannot process; the text says why, in its words."""


class UnsetVariableError(ShellSyntaxError):
    """`${name?message}` without that variable."""

    def __init__(self, name: str, message: str) -> None:
        """Take the variable's name and what is said of it."""
        super().__init__(f"{name}: {message}")
        self.name = name


class ShellWord(Struct, frozen=True):
    """One word after splitting, and where it stands in the text."""

    text: str
    start: int
    end: int


class BeyondBoundsError(ShellSyntaxError):
    """A word that BuildKit may read, and that we will not: nested hundreds deep, or grown beyond all use."""


class ShellWords:
    """One text to expand or to split; made for one use.

    After `expand`, `used` holds the variables found in the environment and `missing` those that were not.
    """

    def __init__(
        self,
        text: str,
        environment: Mapping[str, str] | None = None,
        *,
        escape: str = "\\",
        keep_unset: bool = False,
        keep_quotes: bool = False,
        raw_quotes: bool = False,
        raw_escapes: bool = False,
    ) -> None:
        """Take a text.

        Args:
            text: what to process.
            environment: variables by name.
            escape: the file's escape character.
            keep_unset: leave variables that are not in the environment as they are written.
            keep_quotes: give quotes no meaning at all.
            raw_quotes: give quotes their meaning, and keep them in the result.
            raw_escapes: give escapes their meaning, and keep them in the result.
        """
        self._text = text
        # Go's scanner passes over a byte order mark at the start of whatever it reads.
        self._at = 1 if text.startswith(BYTE_ORDER_MARK) else 0
        self._environment = environment or {}
        self._escape = escape
        self._keep_unset = keep_unset
        self._keep_quotes = keep_quotes
        self._raw_quotes = raw_quotes
        self._raw_escapes = raw_escapes
        self._grown = 0
        self._splits = False
        self._word: list[str] = []
        self._word_start: int | None = None
        self._words: list[ShellWord] = []
        self.used: set[str] = set()
        self.missing: set[str] = set()

    def expand(self) -> str:
        """Return the text with its variables replaced.

        Raises:
            ShellSyntaxError: a quote without its pair, an unknown modifier, `${x?message}` without x.
        """
        try:
            return self._until("", raw_escapes=self._raw_escapes)
        except RecursionError:
            raise BeyondBoundsError("nested too deeply") from None

    def split(self) -> list[ShellWord]:
        """Return the words of the text after expansion.

        Raises:
            ShellSyntaxError: as for `expand`.
        """
        self._splits = True
        try:
            self._until("", raw_escapes=self._raw_escapes)
        except RecursionError:
            raise BeyondBoundsError("nested too deeply") from None
        return self._words

    # Reading characters

    def _peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def _take(self) -> str:
        character = self._peek()
        self._at += len(character)
        return character

    # Collecting words

    def _add(self, character: str, start: int) -> None:
        if not is_space(character):
            self._add_raw(character, start)
        elif self._word_start is not None and self._word:
            self._end_word(start)

    def _add_value(self, text: str, start: int) -> None:
        if text and _SPACE.search(text) is None:
            self._add_raw(text, start)
            return
        for character in text:
            self._add(character, start)

    def _add_raw(self, text: str, start: int) -> None:
        if self._word_start is None:
            self._word_start = start
        if text:
            self._word.append(text)

    def _end_word(self, end: int) -> None:
        if self._word and self._word_start is not None:
            self._words.append(ShellWord("".join(self._word), self._word_start, end))
        self._word = []
        self._word_start = None

    # The grammar

    def _until(self, stop: str, *, raw_escapes: bool, pattern: bool = False) -> str:
        """Process up to `stop`, or to the end where it is empty.

        `pattern` doubles escapes inside quotes, because the result is read once more as a pattern.
        """
        before, self._raw_escapes = self._raw_escapes, raw_escapes
        # Words are cut of what stands outside of braces.
        outermost = stop == ""
        splits = outermost and self._splits
        run = _RUN if splits else _RUN_UNCUT if outermost else _RUN_IN_BRACES
        result: list[str] = []
        try:
            while character := self._peek():
                start = self._at
                if character == stop:
                    self._at += 1
                    return "".join(result)
                if character == "$":
                    text = self._dollar()
                    if splits:
                        self._add_value(text, start)
                elif character in "'\"<" and not (self._keep_quotes and character != "<"):
                    text = self._special(character, pattern=pattern)
                    if splits:
                        self._add_raw(text, start)
                elif found := run.match(self._text, start):
                    text = found.group()
                    self._at = found.end()
                    if splits:
                        self._add_raw(text, start)
                else:
                    text = self._plain(splits=splits)
                result.append(text)
        finally:
            self._raw_escapes = before
        if stop:
            raise ShellSyntaxError(f"unexpected end of statement while looking for matching {stop}")
        if splits:
            self._end_word(self._at)
        return "".join(result)

    def _special(self, character: str, *, pattern: bool) -> str:
        if character == "'":
            return self._single_quoted(pattern=pattern)
        if character == '"':
            return self._double_quoted(pattern=pattern)
        return self._less_than()

    def _plain(self, *, splits: bool) -> str:
        start = self._at
        character = self._take()
        if character != self._escape:
            if splits:
                self._add(character, start)
            return character
        kept = character if self._raw_escapes else ""
        escaped = self._take()
        if splits and (kept or escaped):
            self._add_raw(kept + escaped, start)
        return kept + escaped

    def _less_than(self) -> str:
        self._at += 1
        if self._peek() != "<":
            return "<"
        start = self._at - 1
        self._at += 1
        # The name of a heredoc may stand apart from `<<`.
        while self._peek() and self._peek() in "\t\r ":
            self._at += 1
        return self._text[start : self._at]

    def _single_quoted(self, *, pattern: bool) -> str:
        self._at += 1
        end = self._text.find("'", self._at)
        if end < 0:
            raise ShellSyntaxError("unexpected end of statement while looking for matching single-quote")
        inner = self._text[self._at : end]
        self._at = end + 1
        if pattern:
            inner = inner.replace(self._escape, self._escape * 2)
        return f"'{inner}'" if self._raw_quotes else inner

    def _double_quoted(self, *, pattern: bool) -> str:
        self._at += 1
        result = ['"'] if self._raw_quotes else []
        while character := self._peek():
            if character == '"':
                self._at += 1
                if self._raw_quotes:
                    result.append(character)
                return "".join(result)
            if character == "$":
                result.append(self._dollar())
                continue
            if run := _RUN_IN_QUOTES.match(self._text, self._at):
                self._at = run.end()
                result.append(run.group())
                continue
            self._at += 1
            if character == self._escape:
                following = self._peek()
                if not following:
                    continue
                if following in ('"', "$", self._escape):
                    if self._raw_escapes:
                        result.append(character)
                    character = self._take()
                elif self._raw_escapes and (not self._raw_quotes or pattern):
                    result.append(character)
            result.append(character)
        raise ShellSyntaxError("unexpected end of statement while looking for matching double-quote")

    def _dollar(self) -> str:
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            if not name:
                return "$"
            value = self._value(name)
            if value is None:
                return f"${name}" if self._keep_unset else ""
            return value
        self._at += 1
        if not self._peek():
            raise ShellSyntaxError("syntax error: missing '}'")
        if self._peek() in "{}:":
            raise ShellSyntaxError("syntax error: bad substitution")
        return self._braces(self._name())

    def _braces(self, name: str) -> str:
        """Process `${name...}` from behind the name."""
        operator = self._take()
        if operator == "}":
            value = self._value(name)
            if value is None:
                return f"${{{name}}}" if self._keep_unset else ""
            return value
        if operator == "/":
            return self._replacement(name)
        modifier = operator
        if operator == ":":
            operator = self._take()
            modifier += operator
        if not operator or operator not in "+-?#%" or modifier in (":#", ":%"):
            if modifier.startswith(":") and modifier not in (":#", ":%"):
                word = self._operand("}", raw_escapes=False)
                if self._keep_unset and self._value(name) is None:
                    return f"${{{name}{modifier}{word}}}"
            what = (
                f"unsupported modifier ({modifier}) in substitution"
                if modifier
                else "syntax error: missing '}'"
            )
            raise ShellSyntaxError(what)
        strips = operator in "#%"
        word = self._operand("}", raw_escapes=strips, pattern=strips)
        value = self._value(name)
        if self._keep_unset and value is None:
            return f"${{{name}{modifier}{word}}}"
        return _modified(name, modifier, word, value)

    def _replacement(self, name: str) -> str:
        every = self._peek() == "/"
        if every:
            self._at += 1
        pattern = self._operand("/", raw_escapes=True, pattern=True)
        text = self._operand("}", raw_escapes=True)
        value = self._value(name)
        if self._keep_unset and value is None:
            return f"${{{name}/{pattern}/{text}}}"
        try:
            return replace(value or "", pattern, text, every=every)
        except PatternError as error:
            raise ShellSyntaxError(f"invalid pattern ({pattern}) in substitution: {error}") from None

    def _operand(self, stop: str, *, raw_escapes: bool, pattern: bool = False) -> str:
        # BuildKit keeps one buffer for words, and starts it anew for an operand: what stood before it in
        # the same word is lost to splitting. Kept, since it decides which words open a heredoc.
        self._word = []
        try:
            return self._until(stop, raw_escapes=raw_escapes, pattern=pattern)
        except ShellSyntaxError:
            if not self._peek():
                missing = "'/' in ${}" if stop == "/" else "'}'"
                raise ShellSyntaxError(f"syntax error: missing {missing}") from None
            raise

    def _name(self) -> str:
        start = self._at
        if run := _RUN_OF_NAME.match(self._text, start):
            self._at = run.end()
        first = self._peek()
        if self._at == start and first.isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        elif self._at == start and first and first in _SPECIAL_PARAMETERS:
            self._at += 1
        else:
            while self._peek().isalpha() or self._peek().isdecimal() or self._peek() == "_":
                self._at += 1
        return self._text[start : self._at]

    def _value(self, name: str) -> str | None:
        value = self._environment.get(name)
        (self.missing if value is None else self.used).add(name)
        # Twenty lines of `ARG A1=$A0$A0` would make a million characters of one.
        self._grown += len(value or "")
        if self._grown > _LARGEST:
            raise BeyondBoundsError("grown too long")
        return value


def _modified(name: str, modifier: str, word: str, value: str | None) -> str:
    """Apply `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%` or `%%` to a variable's value."""
    operator = modifier[-1]
    absent = value is None or (modifier.startswith(":") and value == "")
    if operator == "-":
        return word if value is None or absent else value
    if operator == "+":
        return "" if absent else word
    if operator == "?":
        if value is None or absent:
            state = "unset" if value is None else "empty"
            raise UnsetVariableError(name, word or f"is not allowed to be {state}")
        return value
    longest = word.startswith(operator)
    strip = remove_suffix if operator == "%" else remove_prefix
    try:
        return strip(value or "", word[1:] if longest else word, longest=longest)
    except PatternError as error:
        raise ShellSyntaxError(f"invalid pattern ({word}) in substitution: {error}") from None


def expand(text: str, environment: Mapping[str, str], *, escape: str = "\\") -> str:
    """Return `text` with the variables of `environment` replaced, as BuildKit does it.

    Raises:
        ShellSyntaxError: the text cannot be processed.
    """
    return text if is_plain(text) else ShellWords(text, environment, escape=escape).expand()


def is_plain(text: str) -> bool:
    """Tell whether nothing in a text can be replaced, quoted or escaped."""
    return _SPECIAL.search(text) is None


def is_plain_word(text: str) -> bool:
    """Tell whether a text is plain, and nothing in it parts words."""
    return _SPECIAL_OR_SPACE.search(text) is None
