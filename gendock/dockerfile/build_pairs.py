"""Instructions of names and values: ENV, LABEL and ARG.

Source of what is refused: moby/buildkit, frontend/dockerfile/instructions/parse.go.
"""

from __future__ import annotations

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import PairPiece, Piece, by_quotes, legacy_pair, pair
from gendock.dockerfile.draft import Draft
from gendock.dockerfile.problems import ProblemKind


def pairs(draft: Draft) -> node.Instruction:
    """Build ENV or LABEL."""
    words = by_quotes(draft.rest, draft.escape)
    if not words:
        return draft.missing("a name and a value", f"{draft.name} NAME=value")
    if "=" not in words[0].text:
        legacy = legacy_pair(draft.rest)
        if legacy is None:
            return draft.broken(
                ProblemKind.MALFORMED_PAIR,
                words[0],
                f"{draft.name} has a name and no value",
                f"write `{draft.name} {words[0].text}=value`",
            )
        found = [legacy]
    else:
        found = [pair(word) for word in words]
    for one in found:
        if one.value is None:
            return draft.broken(
                ProblemKind.MALFORMED_PAIR,
                one.name,
                f"`{one.name.text}` has no `=`",
                f"write `{one.name.text}=value`, or quote the value that it belongs to",
            )
        if not one.name.text:
            return _blank_name(draft, one)
    pairs = tuple(_pair(draft, one) for one in found)
    if draft.name == "ENV":
        return node.Env(pairs=pairs, **draft.common(words))
    return node.Label(pairs=pairs, **draft.common(words))


def _blank_name(draft: Draft, blank: PairPiece) -> node.Broken:
    return draft.broken(
        ProblemKind.BLANK_NAME,
        Piece("", blank.name.start, blank.value.end if blank.value else blank.name.end),
        f"{draft.name} has a value without a name",
        f"write `{draft.name} NAME=value`, without a space before `=`",
    )


def _pair(draft: Draft, found: PairPiece) -> node.Pair:
    value = draft.word(found.value) if found.value is not None else None
    return node.Pair(draft.word(found.name), value, found.separator)


def arg(draft: Draft) -> node.Instruction:
    """Build ARG."""
    words = by_quotes(draft.rest, draft.escape)
    if not words:
        return draft.missing("a name", "ARG NAME=default")
    found = [pair(word) for word in words]
    blank = next((one for one in found if one.value is not None and not one.name.text), None)
    if blank is not None:
        return _blank_name(draft, blank)
    return node.Arg(pairs=tuple(_pair(draft, one) for one in found), **draft.common(words))
