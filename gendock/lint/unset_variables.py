"""Variables that an instruction uses and that nothing in the file has set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct

from gendock.dockerfile import (
    Add,
    Arg,
    Copy,
    Env,
    Flag,
    Instruction,
    Label,
    Pair,
    Run,
    Source,
    Span,
    Stopsignal,
    User,
    Volume,
    Word,
    Workdir,
)
from gendock.dockerfile.arguments import as_buildkit_reads
from gendock.dockerfile.heredocs import parse_opener
from gendock.dockerfile.mounts import MountError, UnknownValueError, read_mount
from gendock.lint.context import BuildContext
from gendock.lint.variables import Step, steps

# BuildKit reads them itself, and never hands them on.
_NEVER_SET = ("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE")
_EXPANDING = frozenset({Add, Copy, Arg, Env, Label, Stopsignal, User, Volume, Workdir})
_LEADING_TABS = r"(?m)^\t+"


class Unset(Struct, frozen=True):
    """A variable that nothing in the file has set where a word uses it."""

    name: str
    step: Step
    span: Span


def unset_variables(context: BuildContext) -> Iterator[Unset]:
    """Yield the uses of variables that the file does not set, each name once for a word.

    Whether the base image may set it is `step.scope.is_open`. What RUN starts is left to its shell.
    """
    if "$" not in context.file.source.text:
        return
    source = context.file.source
    if not any("$" in source.slice(one.span) and _may_expand(one) for one in context.file.instructions):
        return
    for step in steps(context, _may_expand):
        if "$" not in source.slice(step.instruction.span):
            continue
        for text, span, raw in _texts(step):
            for name in step.unset(text, raw=raw):
                if name not in _NEVER_SET:
                    yield Unset(name, step, place_of(name, span, source))


def place_of(name: str, span: Span, source: Source) -> Span:
    """Return where a variable's name stands in a word; the word itself where it is not written so."""
    found = re.search(rf"\$\{{?({re.escape(name)})(?!\w)", source.slice(span))
    return Span(span.start + found.start(1), span.start + found.end(1)) if found else span


def _may_expand(instruction: Instruction) -> bool:
    if isinstance(instruction, Run):
        return any(flag.name == "mount" for flag in instruction.flags)
    return type(instruction) in _EXPANDING


def _texts(step: Step) -> Iterator[tuple[str, Span, bool]]:
    """Yield what BuildKit expands in an instruction: a text, its place, and whether quotes mean nothing."""
    instruction = step.instruction
    if isinstance(instruction, Arg | Env | Label):
        for pair in instruction.pairs:
            yield from _of_pair(pair, with_name=not isinstance(instruction, Arg))
    elif isinstance(instruction, Add | Copy):
        yield from _of_copy(instruction)
    elif isinstance(instruction, Run):
        for flag in instruction.flags:
            if flag.name == "mount" and flag.value is not None:
                yield from _of_mount(flag, step)
    else:
        for word in instruction.words:
            yield word.text, word.span, False


def _of_pair(pair: Pair, *, with_name: bool) -> Iterator[tuple[str, Span, bool]]:
    if with_name:
        yield pair.name.text, pair.name.span, False
    if pair.value is not None:
        yield pair.value.text, pair.value.span, False


def _of_copy(copy: Add | Copy) -> Iterator[tuple[str, Span, bool]]:
    for name in ("chown", "chmod", "checksum"):
        flag = copy.flag(name)
        if flag is not None and flag.value is not None:
            yield as_buildkit_reads(flag.value.text), flag.value.span, False
    names: set[str] = set()
    for word in copy.sources:
        opener = parse_opener(word.text) if "<<" in word.text else None
        if opener is None:
            yield word.text, word.span, False
        elif opener.expand:
            names.add(opener.name)
    yield copy.destination.text, copy.destination.span, False
    for body in copy.heredocs:
        if body.name in names:
            text = re.sub(_LEADING_TABS, "", body.text) if body.heredoc.strip_tabs else body.text
            yield text, body.body, True


def _of_mount(flag: Flag, step: Step) -> Iterator[tuple[str, Span, bool]]:
    value: Word | None = flag.value
    if value is None or "$" not in value.text:
        return
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        expanded = step.expand(text)
        if expanded is None:
            raise UnknownValueError
        return expanded

    with suppress(MountError, UnknownValueError):
        read_mount(as_buildkit_reads(value.text), note)
    for text in found:
        yield text, value.span, False
