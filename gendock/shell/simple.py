"""The straight way: scripts of simple commands are read by one pattern, without a tree.

`apt-get update && apt-get install -y curl > log` is most of what Dockerfiles run. What has more to it (a
substitution, a group, a loop, a heredoc, a mistake) is left to the grammar in `reader`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gendock.shell.commands import Command, Redirect, ShellScript, Word
from gendock.shell.words import SPECIAL, word_of

# Possessive throughout: what does not match fails at once, however long it is.
_VARIABLE = r"\$\{[#!]?\w++(?:[:%\#/^,@+=?-][^{}'\"`\\$\n]*+)?\}|\$(?![({'\"])"
_DOUBLE = rf'"(?:[^"\\$`]++|\\(?:.|\n)|{_VARIABLE}|\$(?=[\'"]))*+"'
_TOKEN = re.compile(
    rf"""
    (?:[ \t]|\\\n)*+
    (?: (?P<comment>\#[^\n]*|\Z)
    | (?P<operator>&&|\|\||\|&|[;|\n]|&(?!>))
    | (?P<redirect>&>>?|[0-9]*(?:>>|>\||<>|[<>]&(?!-)|[<>](?![<(])))
    | (?P<plain>[^\x00-\x20\x7f'"\\$`|&;()<>*?\[~{{]++(?![*?\[~{{'"\\$`]))
    | (?P<word>(?:
          [^\x00-\x20\x7f'"\\$`|&;()<>]++
        | \\[^\n]
        | (?:\\\n)++(?=[^\x00-\x20\x7f|&;()<>])
        | '[^']*+'
        | {_DOUBLE}
        | \$'(?:[^'\\]|\\.)*+'
        | \${_DOUBLE}
        | {_VARIABLE}
      )++)
    | (?P<other>.)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]]*\])?\+?=")
# Words that begin or end something larger where a command begins.
_RESERVED = frozenset(
    "if then elif else fi for while until do done case esac select function coproc { } ! [[".split()
)
_JOINS = frozenset({"&&", "||", "|", "|&"})


def read_simple(text: str, place: Callable[[int], int] | None) -> ShellScript | None:
    """Read a script of simple commands; None where it is more than that."""
    reading = _Reading(place)
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "plain":
            taken = reading.word(token["plain"], token.end(), is_plain=True)
        elif kind == "word":
            taken = reading.word(token["word"], token.end())
        elif kind == "operator":
            taken = reading.operator(token["operator"])
        elif kind == "redirect":
            taken = reading.redirect(token["redirect"])
        else:
            taken = kind == "comment"
        if not taken:
            return None
    if not reading.finish("") or reading.waits:
        return None
    # A line end that nothing follows parts nothing.
    if reading.commands and reading.commands[-1].after == "\n":
        reading.commands[-1].after = ""
    return ShellScript(tuple(reading.commands), is_broken=False)


class _Reading:
    """Collects commands; each step tells whether the script is still a simple one."""

    def __init__(self, place: Callable[[int], int] | None) -> None:
        self.commands: list[Command] = []
        self._place = place
        self._before = ""
        self._words: list[Word] = []
        self._assignments: list[Word] = []
        self._redirects: list[Redirect] = []
        self._opened: str | None = None

    @property
    def waits(self) -> bool:
        """Whether an operator was read last that joins a command to another."""
        return self._before in _JOINS

    def word(self, raw: str, end: int, *, is_plain: bool = False) -> bool:
        """Take a word: a redirect's target, an assignment in front, the name, an argument."""
        start, place = end - len(raw), self._place
        if place is not None:
            start, end = place(start), place(end - 1) + 1
        if is_plain or SPECIAL.search(raw) is None:
            word = Word(raw, start, end)
        else:
            text, is_plain, is_quoted = word_of(raw)
            word = Word(text, start, end, is_plain, is_quoted)
        if self._opened is not None:
            direction = self._opened.lstrip("0123456789")
            self._redirects.append(Redirect(self._opened.removesuffix(direction), direction, word))
            self._opened = None
        elif self._words:
            self._words.append(word)
        elif "=" in raw and _ASSIGNMENT.match(raw):
            self._assignments.append(word)
        elif raw in _RESERVED:
            return False
        else:
            self._words.append(word)
        return True

    def redirect(self, operator: str) -> bool:
        """Take the operator of a redirect, whose target is the next word."""
        if self._opened is not None:
            return False
        self._opened = operator
        return True

    def operator(self, operator: str) -> bool:
        """Take what ends a command."""
        if not (self._words or self._assignments or self._redirects):
            return operator == "\n"
        return self.finish(operator)

    def finish(self, after: str) -> bool:
        """End the command that has been read."""
        words, assignments = self._words, self._assignments
        if not (words or assignments) or self._opened is not None:
            # A redirect alone, or one without its target.
            return not self._redirects and self._opened is None
        self.commands.append(
            Command(
                words=tuple(words),
                assignments=tuple(assignments),
                redirects=tuple(self._redirects),
                start=(assignments or words)[0].start,
                end=(words or assignments)[-1].end,
                before=self._before,
                after=after,
                inside=(),
            )
        )
        self._before = after
        self._words, self._assignments, self._redirects = [], [], []
        return True
