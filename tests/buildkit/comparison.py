"""Where gendock's reader and BuildKit's differ about one Dockerfile."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from gendock.dockerfile import (
    Broken,
    Dockerfile,
    Env,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Onbuild,
    ProblemKind,
    Stopsignal,
    Unknown,
    User,
    Workdir,
)
from gendock.dockerfile.arguments import as_buildkit_reads

# These are of the file as a whole, or are placed in the row that was read before.
_NO_ROWS = {ProblemKind.NOT_TEXT, ProblemKind.EMPTY_FILE, ProblemKind.LINE_TOO_LONG}
_SINGLE = (Workdir, User, Stopsignal, Maintainer)


def differences(file: Dockerfile, answer: dict[str, Any], environment: dict[str, str]) -> Iterator[str]:
    """Yield what differs, in words; nothing where the two agree.

    `environment` is what the base images of the oracle have.
    """
    refusal = answer.get("parse") or answer.get("stages") or answer.get("build")
    # The closed world of the oracle: its base images are known, and nobody passes --build-arg.
    problems = file.problems_for(environment)
    kinds = {one.kind for one in problems}
    texts = [f"{one.kind.value}: {one.message}" for one in problems]
    if file.all_problems and not problems:
        yield f"gendock refuses only where it knows less: {file.all_problems}"
    if bool(refusal) != bool(problems):
        yield f"BuildKit refuses with {refusal}, gendock with {texts}"
    elif refusal:
        rows = set(refusal.get("rows", ()))
        ours = {file.source.position(one.span.start).row for one in problems}
        ours |= {_first_row(file, one.span.start) for one in problems}
        # A directive's error is placed in the row above it.
        if ProblemKind.DIRECTIVE in kinds:
            ours |= {row - 1 for row in ours}
        if rows and not rows & ours and not kinds & _NO_ROWS:
            yield f"BuildKit refuses rows {sorted(rows)} with {refusal}, gendock {sorted(ours)} with {texts}"
    if answer.get("parse") or ProblemKind.NOT_TEXT in kinds:
        return
    theirs = answer.get("instructions", [])
    if len(theirs) != len(file.instructions):
        yield f"BuildKit has {len(theirs)} instructions, gendock {len(file.instructions)}"
        return
    for mine, other in zip(file.instructions, theirs, strict=True):
        row = file.source.position(mine.span.start).row
        if row != other["first"]:
            yield f"BuildKit begins {other['keyword']} in row {other['first']}, gendock in row {row}"
        row = file.source.position(mine.span.end).row
        if row != other["last"]:
            yield f"BuildKit ends {other['keyword']} in row {other['last']}, gendock in row {row}"
        yield from _in_instruction(mine, other)
    if "bases" in answer and answer["bases"] != [_replaced(stage.base or "") for stage in file.stages]:
        yield f"BuildKit's bases are {answer['bases']}, gendock's {[stage.base for stage in file.stages]}"


def _first_row(file: Dockerfile, offset: int) -> int:
    """Return the row in which the instruction at an offset begins."""
    for instruction in file.instructions:
        if instruction.span.start <= offset <= instruction.span.end:
            return file.source.position(instruction.span.start).row
    return 0


def _in_instruction(mine: Instruction, other: dict[str, Any]) -> Iterator[str]:
    name = mine.keyword.text
    if _replaced(name) != other["keyword"]:
        yield f"BuildKit's keyword is {other['keyword']!r}, gendock's {name!r}"
    flags = [f"--{flag.name}" + (f"={flag.value.text}" if flag.value else "") for flag in mine.flags]
    if [as_buildkit_reads(flag) for flag in flags] != (other["flags"] or []):
        yield f"{name}: BuildKit's flags are {other['flags']}, gendock's {flags}"
    docs = [
        (one["name"], base64.b64decode(one["text"] or ""), one["expand"], one["strip_tabs"])
        for one in other["heredocs"] or []
    ]
    own = [
        (
            _replaced(one.name),
            one.text.encode("utf-8", "surrogateescape"),
            one.heredoc.expand,
            one.heredoc.strip_tabs,
        )
        for one in mine.heredocs
    ]
    if docs != own:
        yield f"{name}: BuildKit's heredocs are {docs}, gendock's {own}"
    if isinstance(mine, Onbuild):
        trigger = dict(other.get("trigger") or {})
        # The node of the trigger carries no heredocs: they hang on ONBUILD itself.
        yield from _in_instruction(mine.trigger, {**trigger, "heredocs": other["heredocs"]})
        return
    if isinstance(mine, (Unknown, Broken)):
        return
    words = [_replaced(text) for text in _arguments(mine)]
    if words != (other["arguments"] or []):
        yield f"{name}: BuildKit's arguments are {other['arguments']}, gendock's {words}"
    command = getattr(mine, "command", None)
    if command is not None and command.exec_form != other["json"]:
        yield f"{name}: BuildKit's JSON form is {other['json']}, gendock's {command.exec_form}"


def _arguments(mine: Instruction) -> Iterator[str]:
    if isinstance(mine, (Env, Label)):
        for pair in mine.pairs:
            yield pair.name.text
            yield pair.value.text if pair.value else ""
            yield pair.separator.strip()
    elif isinstance(mine, _SINGLE):
        yield mine.value.text
    elif isinstance(mine, Healthcheck) and mine.command is None:
        yield mine.words[0].text
    else:
        for word in mine.words:
            yield word.text


def _replaced(text: str) -> str:
    """Write bytes that are no UTF-8 as Go's JSON does."""
    return "".join("\ufffd" if 0xDC80 <= ord(one) <= 0xDCFF else one for one in text)
