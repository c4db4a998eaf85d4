"""Comments that silence findings, in gendock's words and in those of other tools.

    # gendock: ignore[GD103, no-user] reason     the instruction below
    # gendock: file-ignore[GD103] reason         the whole file
    # hadolint ignore=DL3006,DL3007              the instruction below
    # hadolint global ignore=DL3006              the whole file
    # tally ignore=DL3006;reason=...             the instruction below; `global ignore` for the file
    # check=skip=JSONArgsRecommended;error=true  in the file's head: the file; above an instruction: that one

Without brackets, `# gendock: ignore` silences every rule. Names are codes, rules' names, or the names that
other tools have for a rule; `all` is every one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from gendock.dockerfile import Dockerfile, Span
from gendock.lint.rule import Rule

_OWN = re.compile(
    r"#\s*gendock:\s*(?P<file>file-)?ignore(?:\[(?P<names>[^\]]*)\])?(?P<reason>.*)", re.IGNORECASE
)
_PEER = re.compile(
    r"#\s*(?:hadolint|tally)\s+(?P<file>global\s+)?ignore\s*=\s*"
    r"(?P<names>\w[\w/-]*(?:\s*,\s*\w[\w/-]*)*)\s*(?:[;#]\s*(?:reason=)?(?P<reason>.*))?",
    re.IGNORECASE,
)
_CHECK = re.compile(r"#\s*check\s*=\s*(?P<fields>.*)", re.IGNORECASE)
_EVERY = ("all", "*")


class Pragma(Struct, frozen=True):
    """One comment that silences rules.

    `names` is None for every rule; `scope` is what it speaks of, None for the whole file. `own` marks those
    in gendock's words, whose use gendock answers for.
    """

    names: tuple[tuple[str, Span], ...] | None
    scope: Span | None
    span: Span
    reason: str
    own: bool

    def covers(self, rule: Rule, place: Span) -> bool:
        """Tell whether it silences a rule at a place."""
        if self.scope is not None and not self.scope.start <= place.start <= self.scope.end:
            return False
        return self.names is None or any(names_rule(name, rule) for name, _ in self.names)


def names_rule(name: str, rule: Rule) -> bool:
    """Tell whether a name in a pragma stands for a rule."""
    wanted = name.rpartition("/")[2]
    return wanted.casefold() in _EVERY or rule.is_called(wanted) or rule.is_below(wanted)


def pragmas_of(file: Dockerfile) -> tuple[Pragma, ...]:
    """Return the pragmas of a file, in order."""
    scopes = _Scopes(file)
    found: list[Pragma] = []
    for directive in file.directives:
        if directive.name == "check":
            found += _check(file, directive.span, None)
    heads = {directive.span for directive in file.directives}
    for comment in file.comments:
        if comment.span in heads:
            continue
        found += _read(file, comment.span, scopes.below(comment.span))
    return tuple(found)


def _read(file: Dockerfile, span: Span, below: Span | None) -> Iterator[Pragma]:
    text = file.source.slice(span)
    if "ignore" not in text.casefold() and "check" not in text.casefold():
        return
    own = _OWN.fullmatch(text)
    peer = None if own else _PEER.match(text)
    match = own or peer
    if match is None:
        if below is not None:
            yield from _check(file, span, below)
        return
    scope = None if match["file"] else below
    if scope is None and not match["file"]:
        scope = Span(span.end, span.end)
    names = None if match["names"] is None else tuple(_names(match, span.start))
    yield Pragma(names, scope, span, (match["reason"] or "").strip(" :-"), own is not None)


def _names(match: re.Match[str], start: int) -> Iterator[tuple[str, Span]]:
    for found in re.finditer(r"[^\s,]+", match["names"]):
        at = start + match.start("names") + found.start()
        yield found.group(), Span(at, at + len(found.group()))


def _check(file: Dockerfile, span: Span, scope: Span | None) -> Iterator[Pragma]:
    """Read BuildKit's `check=skip=A,B;error=true`; only what is to be skipped silences."""
    match = _CHECK.fullmatch(file.source.slice(span))
    if match is None:
        return
    for field in match["fields"].split(";"):
        key, _, value = field.partition("=")
        if key.strip().casefold() == "skip":
            names = tuple((name.strip(), span) for name in value.split(",") if name.strip())
            yield Pragma(names, scope, span, "", own=False)


def asks_for_errors(file: Dockerfile) -> bool:
    """Tell whether `# check=error=true` makes BuildKit fail at its own warnings."""
    return any(
        field.replace(" ", "").casefold() == "error=true"
        for directive in file.directives
        if directive.name == "check"
        for field in directive.value.split(";")
    )


class _Scopes:
    """Which instruction a comment speaks of: the one that it stands above, or inside of."""

    def __init__(self, file: Dockerfile) -> None:
        self._spans = [instruction.span for instruction in file.instructions]
        self._starts = [span.start for span in self._spans]

    def below(self, comment: Span) -> Span | None:
        at = bisect_right(self._starts, comment.start)
        if at and self._spans[at - 1].end >= comment.end:
            return self._spans[at - 1]
        return self._spans[at] if at < len(self._spans) else None
