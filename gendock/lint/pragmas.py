"""Comments that silence findings, in gendock's words and in those of other tools.

    # gendock: ignore[GD103, no-user] reason     the instruction below
    # gendock: file-ignore[GD103] reason         the whole file
    # hadolint ignore=DL3006,DL3007              the instruction below
    # hadolint global ignore=DL3006              the whole file
    # hadolint stage ignore=DL3006               above a FROM: its whole stage
    # tally ignore=DL3006;reason=...             the instruction below; `global ignore` for the file
    # check=skip=JSONArgsRecommended;error=true  in the file's head: the file; above an instruction: that one

`# gendock: ignore`, with or without a reason behind it, silences every rule; names without brackets silence
none (GD093). Names are codes, rules' names, or those that other tools have for a rule; `all` is every one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from gendock.dockerfile import Dockerfile, Span
from gendock.lint.buildkit_checks import (
    BUILDKIT_CHECKS,
    EVERY_CHECK,
    EXPERIMENTAL_CHECKS,
    CheckOptions,
    read_check_options,
)
from gendock.lint.rule import Rule

# Names without brackets are no reason: GD093 asks for the brackets.
_BARE_NAMES = r"[\w(\[{-]|\s*[=:,\[]|\s*[a-z]{2,3}\d|\s*[a-z]+(?:-[a-z]+)+\s*\Z|.*\b(?:DL|SC|GD|GO)\d{2,}\b"
_OWN = (
    r"(?i)#\s*gendock\s*:\s*(?P<file>file-)?ignore"
    rf"(?:\s*\[(?P<names>[^\]]*)\]|(?!{_BARE_NAMES}))(?P<reason>.*)"
)
_PEER = (
    r"(?i)#\s*(?:hadolint|tally)\s+(?:(?P<file>global)\s+|(?P<stage>stage)\s+)?ignore\s*=\s*"
    r"(?P<names>\w[\w/-]*(?:\s*,\s*\w[\w/-]*)*)\s*(?:[;#]\s*(?:reason=)?(?P<reason>.*))?"
)
_CHECK = re.compile(r"#\s*check\s*=\s*(?P<options>.+?)\s*", re.IGNORECASE)
_EVERY = ("all", "*")


class Pragma(Struct, frozen=True):
    """One comment that silences rules.

    `names` is None for every rule; `scope` is what it speaks of, None for the whole file. `own` marks those
    in gendock's words, whose use gendock answers for. `is_check` marks those in BuildKit's, which speak of
    its own checks alone, by their exact names.
    """

    names: tuple[tuple[str, Span], ...] | None
    scope: Span | None
    span: Span
    reason: str
    own: bool
    is_check: bool = False

    def covers(self, rule: Rule, place: Span) -> bool:
        """Tell whether it silences a rule at a place."""
        if self.scope is not None and not self.scope.start <= place.start <= self.scope.end:
            return False
        if self.is_check:
            able = BUILDKIT_CHECKS.intersection(rule.also) - EXPERIMENTAL_CHECKS
            return any(able if name == EVERY_CHECK else name in able for name, _ in self.names or ())
        return self.names is None or any(names_rule(name, rule) for name, _ in self.names)


def names_rule(name: str, rule: Rule) -> bool:
    """Tell whether a name in a pragma stands for a rule."""
    wanted = name.rpartition("/")[2]
    return wanted.casefold() in _EVERY or rule.is_called(wanted) or rule.is_below(wanted)


def pragmas_of(file: Dockerfile) -> tuple[Pragma, ...]:
    """Return the pragmas of a file, in order."""
    found: list[Pragma] = []
    for options, span, scope in _checks(file):
        if options.skip:
            names = tuple((name, span) for name in options.skip if name)
            found.append(Pragma(names, scope, span, "", own=False, is_check=True))
    comments = [comment.span for comment in file.comments if "ignore" in comment.text.casefold()]
    if comments:
        scopes = _Scopes(file)
        heads = {directive.span for directive in file.directives}
        for span in comments:
            if span not in heads:
                found += _read(file, span, scopes.below(span))
    return tuple(sorted(found, key=lambda pragma: pragma.span))


def _read(file: Dockerfile, span: Span, below: Span | None) -> Iterator[Pragma]:
    text = file.source.slice(span)
    own = re.fullmatch(_OWN, text)
    peer = None if own else re.match(_PEER, text)
    match = own or peer
    if match is None:
        return
    scope = None if match["file"] else below
    if scope is None and not match["file"]:
        scope = Span(span.end, span.end)
    if peer is not None and peer["stage"] and scope is not None:
        scope = _stage_from(file, scope)
    names = None if match["names"] is None else tuple(_names(match, span.start))
    yield Pragma(names, scope, span, (match["reason"] or "").strip(" :-"), own is not None)


def is_own(comment: str) -> bool:
    """Tell whether a comment silences rules in gendock's words."""
    return re.fullmatch(_OWN, comment) is not None


def _stage_from(file: Dockerfile, start: Span) -> Span:
    """Return the stage that an instruction begins; the instruction itself where it is no FROM."""
    stage = next((stage for stage in file.stages if stage.start.span == start), None)
    return start.cover(stage.instructions[-1].span) if stage and stage.instructions else start


def _names(match: re.Match[str], start: int) -> Iterator[tuple[str, Span]]:
    for found in re.finditer(r"[^\s,]+", match["names"]):
        at = start + match.start("names") + found.start()
        yield found.group(), Span(at, at + len(found.group()))


def _checks(file: Dockerfile) -> Iterator[tuple[CheckOptions, Span, Span | None]]:
    """Yield BuildKit's check comments: what each says, where it stands, what it speaks of (None: the file).

    Only those count that begin their line: in the head the directive; above an instruction, the first comment
    that is one.
    """
    if not any("check" in comment.text.casefold() for comment in file.comments):
        return
    for directive in file.directives:
        if file.source.position(directive.span.start).column > 1:
            break
        options = read_check_options(directive.value) if directive.name == "check" else None
        if options is not None:
            yield options, directive.span, None
    for instruction in file.instructions:
        for comment in instruction.comments:
            match = _CHECK.fullmatch(comment.text)
            if match is None or file.source.position(comment.span.start).column > 1:
                continue
            options = read_check_options(match["options"])
            if options is not None:
                yield options, comment.span, instruction.span
            break


def asks_for_errors(file: Dockerfile) -> bool:
    """Tell whether `# check=error=true` makes BuildKit fail at its own warnings."""
    return any(options.error for options, _, scope in _checks(file) if scope is None)


def experiments_of(file: Dockerfile) -> tuple[tuple[str, Span | None], ...]:
    """Return BuildKit's experimental checks that a file asks for, and where: None is everywhere.

    Above an instruction that is from the comment on, since the checks are about comments.
    """
    return tuple(
        (name, None if scope is None else span.cover(scope))
        for options, span, scope in _checks(file)
        for name in EXPERIMENTAL_CHECKS
        if name in options.experimental or EVERY_CHECK in options.experimental
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
