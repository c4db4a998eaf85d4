"""Instructions of words: FROM, COPY, ADD, EXPOSE, VOLUME, and those that take the rest of the line.

Source of what is refused: moby/buildkit, frontend/dockerfile/instructions/parse.go.
"""

from __future__ import annotations

import re

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import Piece, by_blanks
from gendock.dockerfile.draft import Draft
from gendock.dockerfile.heredocs import parse_opener
from gendock.dockerfile.problems import ProblemKind, Replacement
from gendock.dockerfile.source import Span
from gendock.dockerfile.suggestions import TEMPLATE_MARKS, nearest

_STAGE_NAME = r"[a-z][a-z0-9\-_.]*\Z"
_SINGLE = {
    "WORKDIR": ("a folder", "WORKDIR /src"),
    "USER": ("a user", "USER 65532:65532"),
    "STOPSIGNAL": ("a signal", "STOPSIGNAL SIGTERM"),
    "MAINTAINER": ("a name", 'LABEL org.opencontainers.image.authors="..."'),
}


def from_(draft: Draft) -> node.From:
    """Build FROM."""
    words = by_blanks(draft.rest)
    alias: Piece | None = None
    if len(words) == 3 and words[1].text.upper() == "AS":
        alias = words[2]
        if not re.match(_STAGE_NAME, alias.text.lower()):
            draft.report(
                ProblemKind.STAGE_NAME,
                alias,
                f"`{alias.text}` cannot be a stage's name",
                "begin with a letter; then letters, digits, `-`, `_` and `.`",
            )
    elif not words:
        draft.report(
            ProblemKind.MISSING_ARGUMENT,
            draft.keyword,
            "FROM has no argument where it needs an image",
            "write `FROM image:tag`, or `FROM scratch`",
        )
    elif len(words) != 1:
        _from_extra(draft, words)
        alias = words[2] if len(words) > 2 and words[1].text.upper() == "AS" else None
    image = words[0] if words else Piece("", draft.keyword.end, draft.keyword.end)
    return node.From(
        image=draft.word(image), alias=draft.word(alias) if alias else None, **draft.common(words)
    )


def _from_extra(draft: Draft, words: list[Piece]) -> None:
    image, second = words[0], words[1]
    if second.text.startswith("#"):
        draft.report(
            ProblemKind.EXTRA_ARGUMENT,
            Piece(second.text, second.start, words[-1].end),
            "a comment cannot follow FROM on its line: its words are read as arguments",
            "put the comment on a line of its own above",
            Replacement(draft.line.span_of(image.end, words[-1].end), ""),
        )
        return
    near = second.text.upper() == "AS" or nearest(second.text, ["AS"]) is not None
    mend = None
    if any(mark in piece.text for piece in words for mark in TEMPLATE_MARKS):
        advice = "this is a template: what it becomes can be read"
    elif near:
        advice = f"write `FROM {image.text} AS name`"
    else:
        advice = f"did you mean `FROM {image.text} AS {second.text}`?"
        if len(words) == 2:
            at = draft.line.span_of(second.start, second.start)
            mend = Replacement(at, "AS ")
    draft.report(
        ProblemKind.EXTRA_ARGUMENT,
        words[-1] if near else second,
        f"FROM takes an image, or an image and `AS name`; here are {len(words)} words",
        advice,
        mend,
    )


def transfer(draft: Draft) -> node.Instruction:
    """Build COPY or ADD."""
    words = draft.json_or_blanks()
    if words is None:
        return node.Broken(**draft.common(by_blanks(draft.rest)))
    if len(words) < 2:
        return _no_destination(draft, words)
    destination = words[-1]
    if parse_opener(destination.text) is not None:
        return draft.broken(
            ProblemKind.HEREDOC_DESTINATION,
            destination,
            f"the last argument of {draft.name} is its destination, which cannot be a heredoc",
            f"write `{draft.name} {destination.text} /path/of/the/file`",
        )
    sources = draft.words_of(words[:-1])
    common = draft.common(words)
    if draft.name == "ADD":
        return node.Add(sources=sources, destination=draft.word(destination), **common)
    return node.Copy(sources=sources, destination=draft.word(destination), **common)


def _no_destination(draft: Draft, words: list[Piece]) -> node.Instruction:
    if not words:
        return draft.missing("a source and a destination", f"{draft.name} source destination")
    only = words[0]
    # `*.mod./` and `.//app`: a source and a destination that begins with a dot, without their space.
    glued = re.match(r"(.*[^./\s])(\.{1,2}/\S*)\Z", only.text) or re.match(r"(\.)(/\S+)\Z", only.text)
    mend = None
    if glued and draft.in_one_piece(only):
        advice = f"did you mean `{glued.group(1)} {glued.group(2)}`?"
        at = draft.line.offset(only.start + len(glued.group(1)))
        mend = Replacement(Span(at, at), " ")
    else:
        advice = f"write where to put it: `{draft.name} {only.text} ./`"
    draft.report(
        ProblemKind.MISSING_ARGUMENT,
        only,
        f"{draft.name} has one argument where it needs a source and a destination",
        advice,
        mend,
    )
    return node.Broken(**draft.common(words))


def single(draft: Draft) -> node.Instruction:
    """Build WORKDIR, USER, STOPSIGNAL or MAINTAINER: one value, blanks and all."""
    if not draft.rest.text:
        needs, example = _SINGLE[draft.name]
        return draft.missing(needs, example)
    common = draft.common([draft.rest])
    value = common["words"][0]
    if draft.name == "WORKDIR":
        return node.Workdir(value=value, **common)
    if draft.name == "USER":
        return node.User(value=value, **common)
    if draft.name == "STOPSIGNAL":
        return node.Stopsignal(value=value, **common)
    return node.Maintainer(value=value, **common)


def expose(draft: Draft) -> node.Instruction:
    """Build EXPOSE."""
    words = by_blanks(draft.rest)
    if not words:
        return draft.missing("a port", "EXPOSE 8080")
    return node.Expose(**draft.common(words))


def volume(draft: Draft) -> node.Instruction:
    """Build VOLUME."""
    words = draft.json_or_blanks()
    if words is None:
        return node.Broken(**draft.common(by_blanks(draft.rest)))
    if not words:
        return draft.missing("a path", "VOLUME /data")
    empty = next((word for word in words if not word.text.strip()), None)
    if empty is not None:
        return draft.broken(
            ProblemKind.EMPTY_VOLUME, empty, "a VOLUME cannot be an empty path", "write `VOLUME /data`"
        )
    return node.Volume(**draft.common(words))
