"""Build stages: what a FROM begins, what it stands on, and what holds at its end."""

from __future__ import annotations

import posixpath
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from msgspec import Struct

from gendock.dockerfile.instructions import Arg, From, Instruction, User, Workdir
from gendock.dockerfile.shell_words import ShellSyntaxError, expand

_Kind = TypeVar("_Kind", bound=Instruction)

# What BuildKit sets before the first FROM. Their values are the builder's; those here are the ones that a
# build on a Linux amd64 machine for itself would see.
PLATFORM_ARGUMENTS = {
    "BUILDPLATFORM": "linux/amd64",
    "BUILDOS": "linux",
    "BUILDOSVERSION": "",
    "BUILDARCH": "amd64",
    "BUILDVARIANT": "",
    "TARGETPLATFORM": "linux/amd64",
    "TARGETOS": "linux",
    "TARGETOSVERSION": "",
    "TARGETARCH": "amd64",
    "TARGETVARIANT": "",
    "TARGETSTAGE": "",
}


class Stage(Struct, frozen=True, eq=False, dict=True):
    """One build stage.

    `base` is the image's name with the global arguments' defaults put in, None where it cannot be known;
    `parent` is the stage that it names, where it names one; `is_final` marks the stage that a build
    without --target makes. `inherited_folder` is the working directory of the stage that it stands on.
    """

    index: int
    start: From
    instructions: tuple[Instruction, ...]
    base: str | None
    parent: Stage | None
    inherited_folder: str | None
    is_final: bool

    @property
    def name(self) -> str:
        """The name behind AS in small letters, as BuildKit compares it; empty where there is none."""
        return self.start.alias.text.lower() if self.start.alias else ""

    def of(self, kind: type[_Kind]) -> Sequence[_Kind]:
        """Return this stage's instructions of one kind, in order."""
        return self._by_kind.get(kind, ())

    def has(self, *kinds: type[Instruction]) -> bool:
        """Tell whether one of this stage's instructions is of one of some kinds."""
        return not self._by_kind.keys().isdisjoint(kinds)

    @cached_property
    def _by_kind(self) -> dict[type[Instruction], list[Any]]:
        found: dict[type[Instruction], list[Any]] = {}
        for instruction in self.instructions:
            found.setdefault(type(instruction), []).append(instruction)
        return found

    def lineage(self) -> Iterator[Stage]:
        """Yield this stage, its parent, the parent's parent, and so on."""
        stage: Stage | None = self
        while stage is not None:
            yield stage
            stage = stage.parent

    @cached_property
    def root(self) -> Stage:
        """The stage that this one stands on in the end: itself where its base is an image."""
        *_, root = self.lineage()
        return root

    def last(self, kind: type[_Kind]) -> _Kind | None:
        """Return the last instruction of a kind, in this stage or the stages below it."""
        stage: Stage | None = self
        while stage is not None:
            if found := stage.of(kind):
                return found[-1]
            stage = stage.parent
        return None

    def working_directory(self, before: Instruction | None = None) -> str | None:
        """Return the folder that WORKDIRs have set, at the stage's end or in front of an instruction.

        None where no WORKDIR has been seen, so that the base image decides; a relative one counts from `/`.
        """
        end = len(self.instructions)
        at = end if before is None else self._places.get(id(before), end)
        return self._folders[at]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(instruction): at for at, instruction in enumerate(self.instructions)}

    @cached_property
    def _folders(self) -> list[str | None]:
        """The folder in front of each instruction, and at the end."""
        folder = self.inherited_folder
        folders = [folder]
        if not self.has(Workdir):
            return folders * (len(self.instructions) + 1)
        for instruction in self.instructions:
            if isinstance(instruction, Workdir):
                path = instruction.value.text.strip("\"'")
                folder = posixpath.normpath(posixpath.join(folder or "/", path))
            folders.append(folder)
        return folders

    def user(self) -> User | None:
        """Return the USER that holds at the stage's end, None where only the base image has one."""
        return self.last(User)


def argument_defaults(arguments: tuple[Arg, ...], escape: str) -> dict[str, str]:
    """Return the values of the global arguments where nobody passes --build-arg.

    An ARG without a default is left out; one whose default cannot be processed as well.
    """
    values: dict[str, str] = {}
    visible = ChainMap(values, PLATFORM_ARGUMENTS)
    for argument in arguments:
        for pair in argument.pairs:
            if pair.value is None:
                continue
            try:
                values[pair.name.text] = expand(pair.value.text, visible, escape=escape)
            except ShellSyntaxError:
                continue
    return values


def stages_of(
    instructions: tuple[Instruction, ...], global_arguments: tuple[Arg, ...], escape: str
) -> tuple[Stage, ...]:
    """Cut instructions into stages; what stands before the first FROM belongs to none."""
    starts = [at for at, one in enumerate(instructions) if isinstance(one, From)]
    values = PLATFORM_ARGUMENTS | argument_defaults(global_arguments, escape)
    found: list[Stage] = []
    by_name: dict[str, Stage] = {}
    for index, (at, end) in enumerate(zip(starts, [*starts, len(instructions)][1:], strict=True)):
        start = instructions[at]
        if not isinstance(start, From):
            continue
        base = _expanded(start.image.text, values, escape)
        # Names are kept in small letters, and FROM does not fold what it looks for.
        parent = by_name.get(base) if base else None
        stage = Stage(
            index=index,
            start=start,
            instructions=instructions[at + 1 : end],
            base=base,
            parent=parent,
            inherited_folder=parent.working_directory() if parent else None,
            is_final=end == len(instructions),
        )
        found.append(stage)
        if stage.name:
            by_name[stage.name] = stage
    return tuple(found)


def _expanded(image: str, values: Mapping[str, str], escape: str) -> str | None:
    try:
        return expand(image, values, escape=escape) or None
    except ShellSyntaxError:
        return None
