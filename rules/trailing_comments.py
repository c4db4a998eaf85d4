"""Comments after arguments: BuildKit reads them as further arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import (
    Add,
    Arg,
    Cmd,
    Copy,
    Dockerfile,
    Entrypoint,
    Env,
    Instruction,
    Onbuild,
    Source,
    Span,
    User,
    Volume,
    Word,
)
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.edits import insert_line
from gendock.lint.mistake import Applicability

_IN_TEXT = r"\s(#\s|#\Z)"
_BEHIND_ARRAY = re.compile(r"\[.*\]\s+(#)")


@rule("GD142", "trailing-comment", severity=Severity.WARNING, mentions=(" #", "\t#"))
def trailing_comment(file: Dockerfile) -> Mistakes:
    """A comment follows an instruction's arguments, and becomes one of them.

    In a Dockerfile, only a line that begins with `#` is a comment. `USER app # not root` names the user
    `app # not root`, and no container starts; `COPY a b # why` copies `a`, `b` and `#` into `why`; an array
    with a comment after it is in shell form. In RUN and other shell commands, the shell knows comments.

    Bad:
        FROM golang:1.26
        USER 65532 # not root

    Good:
        FROM golang:1.26
        # not root
        USER 65532

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY go.mod ./ # for the cache

    Good:
        FROM golang:1.26
        WORKDIR /src
        # for the cache
        COPY go.mod ./
    """
    for instruction in file.instructions:
        one = instruction.trigger if isinstance(instruction, Onbuild) else instruction
        start = _comment(one, file.source)
        if start is None:
            continue
        end = start + len(file.source.text[start : one.span.end].rstrip())
        comment = file.source.text[start:end]
        if "\n" in comment:
            continue
        whole = one.span
        yield Mistake(
            Span(start, end),
            f"this is not a comment: {_effect(one, comment)}",
            "put the comment on a line of its own, above",
            _above(file.source, instruction, start, comment),
            severity=Severity.WARNING if isinstance(one, Arg | Env | Volume) else Severity.ERROR,
            covers=tuple((code, whole) for code in ("DL3021", "DL3025", "DL3045", "GD202")),
        )


def _effect(one: Instruction, comment: str) -> str:
    if isinstance(one, User):
        return "USER reads it as part of the user's name"
    if isinstance(one, Env):
        return "ENV reads it as part of the value"
    if isinstance(one, Cmd | Entrypoint):
        return f"with it after the array, {one.name} is in shell form"
    if isinstance(one, Copy | Add):
        last = comment.rsplit(maxsplit=1)[-1]
        return f"{one.name} takes `{last}` for the destination, and all before it for sources"
    return f"{one.name} takes its words for further {'folders' if isinstance(one, Volume) else 'names'}"


def _comment(one: Instruction, source: Source) -> int | None:
    """Return where a comment begins that stands behind arguments."""
    if isinstance(one, User):
        return _in_text(one.value, source)
    if isinstance(one, Env) and one.pairs and one.pairs[0].separator.isspace() and one.pairs[0].value:
        return _in_text(one.pairs[0].value, source)
    if isinstance(one, Cmd | Entrypoint) and not one.command.exec_form:
        found = _BEHIND_ARRAY.match(source.text, one.command.span.start, one.command.span.end)
        return found.start(1) if found else None
    return next((word.span.start for word in _later_words(one) if word.text.startswith("#")), None)


def _later_words(one: Instruction) -> Iterator[Word]:
    """Yield the words that stand behind as many as the instruction needs."""
    if isinstance(one, Copy | Add) and not one.heredocs:
        yield from (*one.sources, one.destination)[2:]
    elif isinstance(one, Volume):
        yield from one.words[1:]
    elif isinstance(one, Arg):
        yield from (pair.name for pair in one.pairs[1:])


def _in_text(word: Word, source: Source) -> int | None:
    written = source.slice(word.span)
    found = re.search(_IN_TEXT, written)
    return word.span.start + found.start(1) if found and not {'"', "'"} & set(written) else None


def _above(source: Source, instruction: Instruction, start: int, comment: str) -> Fix:
    before = len(source.text[:start].rstrip(" \t"))
    edits = (insert_line(source, instruction, comment), Edit(Span(before, start + len(comment)), ""))
    return Fix("put the comment above", edits, Applicability.UNSAFE)
