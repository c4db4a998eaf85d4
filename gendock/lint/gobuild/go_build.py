"""One Dockerfile and the Go repository around it."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gendock.dockerfile import Add, Broken, Copy, Instruction, Run, Stage
from gendock.lint.cleanups import mounts
from gendock.lint.gobuild.context_files import ContextFiles
from gendock.lint.gobuild.repository import Repository, module_folder, read_repository, upward
from gendock.lint.gobuild.walk import Step, walk

if TYPE_CHECKING:
    from gendock.golang import Evidence, GoProject, Module
    from gendock.lint.context import BuildContext
    from gendock.lint.gobuild.go_calls import GoCall
    from gendock.lint.gobuild.trees import Tree
    from gendock.lint.mistake import Related

# Each folder has this, which tells nothing of where the build begins.
_EVERYTHING = (".", "./", "/")
_NOT_LOOKED_FOR = re.compile(r"[$<*?\[\\]|://")


class GoBuild(Struct, frozen=True, dict=True):
    """What `GO###` rules look at: see the package's own text for what is in it."""

    context: BuildContext
    repository: Repository
    files: ContextFiles

    @property
    def project(self) -> GoProject | None:
        """The facts of the repository's programs; None where it has none."""
        return self.repository.project

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of the Dockerfile."""
        return self.context.stages

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All instructions, in order."""
        return tuple(walk(self.context, self.files, self.repository))

    @cached_property
    def _steps_by_stage(self) -> dict[int, tuple[Step, ...]]:
        found: dict[int, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.stage.index, []).append(step)
        return {index: tuple(steps) for index, steps in found.items()}

    def steps_of(self, stage: Stage) -> tuple[Step, ...]:
        """Return the instructions of one stage, without those of the stages below it."""
        return self._steps_by_stage.get(stage.index, ())

    def step_of(self, instruction: Instruction) -> Step | None:
        """Return the step of an instruction."""
        return next((step for step in self.steps if step.instruction is instruction), None)

    @cached_property
    def calls(self) -> tuple[GoCall, ...]:
        """All go commands, in order."""
        return tuple(call for step in self.steps for call in step.calls)

    def module_of(self, call: GoCall) -> Module | None:
        """Return the module that a call works in, where a COPY that cannot be read was meant to bring it."""
        if call.module is not None:
            return call.module
        lines = (one for stage in call.stage.lineage() for one in stage.instructions)
        if not any(isinstance(one, Broken) for one in lines):
            return None
        return self.repository.module_of(self.files.folder)

    def end_of(self, stage: Stage) -> Step | None:
        """Return the last step of a stage, or of the stages that it stands on."""
        for one in stage.lineage():
            if self.steps_of(one):
                return self.steps_of(one)[-1]
        return None

    def tree_of(self, stage: Stage) -> Tree:
        """Return the files at the end of a stage."""
        from gendock.lint.gobuild.bases import base_tree

        end = self.end_of(stage)
        if end is not None:
            return end.after
        return base_tree(stage.root)

    @cached_property
    def shipped(self) -> tuple[Stage, ...]:
        """The stages that become images: the last, and others that nothing uses and that start something."""
        from gendock.dockerfile import Cmd, Entrypoint
        from gendock.lint.stage_uses import used_stages

        used = used_stages(self.stages)

        def is_image(stage: Stage) -> bool:
            if stage.is_final or stage.index in used:
                return stage.is_final
            return stage.last(Cmd) is not None or stage.last(Entrypoint) is not None

        return tuple(filter(is_image, self.stages))

    def binaries(self, stage: Stage) -> Iterator[tuple[str, GoCall]]:
        """Yield the programs in a stage that `go build` made, with their paths there."""
        for path, entry in self.tree_of(stage).entries.items():
            if entry.built is not None:
                yield path, entry.built

    def related_row(self, path: str, row: int, message: str) -> tuple[Related, ...]:
        """Return a row of a file of the repository for a finding to show."""
        from gendock.golang import Evidence

        return self.repository.related(Evidence(path, row), message)

    def related(self, evidence: Evidence, message: str, word: str = "") -> tuple[Related, ...]:
        """Return a place of the repository for a finding to show."""
        return self.repository.related(evidence, message, word)


def go_build(context: BuildContext) -> GoBuild | None:
    """Return what a Dockerfile does with the Go repository around it; None where there is none."""
    folder = context.folder
    if folder is None:
        return None
    here, named = _absolute(folder), context.context_folder
    module = module_folder(here if named is None else _absolute(named))
    if module is None:
        context.read("go.mod")  # findings hold until there is one
        return None
    if named is not None:
        return _with_context(context, here, module, _absolute(named), certain=True)
    candidates, is_certain = _sent_folders(context, here, module)
    if len(candidates) == 1 and is_certain:
        return _with_context(context, here, module, candidates[0], certain=True)
    found = [_with_context(context, here, module, folder, certain=False) for folder in candidates]
    ranked = sorted((_not_found(one), at, one) for at, one in enumerate(found) if one is not None)
    if not ranked:
        return None
    missing, _, best = ranked[0]
    builds = any(call.builds for call in best.calls)
    if builds and missing == 0 and all(others for others, *_ in ranked[1:]):
        # With any other folder, go would find nothing to build.
        return replace(best, files=replace(best.files, is_certain=True))
    return best


def _with_context(
    context: BuildContext, here: Path, module: Path, sent: Path, *, certain: bool
) -> GoBuild | None:
    """Return the build with one folder as its context; None where that cannot be read."""
    root = Path(os.path.commonpath((here, module, sent)))
    state = context.watch(os.path.relpath(root, here).replace(os.sep, "/"))
    repository = read_repository(root, here, state)
    if repository is None:
        return None
    inside = posixpath.normpath(os.path.relpath(sent, root).replace(os.sep, "/"))
    return GoBuild(context, repository, ContextFiles(repository, inside, context.name, certain))


def _absolute(folder: Path) -> Path:
    """Return a whole path; links stay, as the build context is where they are."""
    return Path(os.path.abspath(folder))  # noqa: PTH100


def _not_found(build: GoBuild) -> int:
    """Return how many go commands find nothing to build."""
    return sum(call.builds and not call.built for call in build.calls)


def _sent_folders(context: BuildContext, here: Path, module: Path) -> tuple[list[Path], bool]:
    """Return the folders that may be the build context, the nearest first, and whether one is for certain.

    It is the one in which the sources of COPY are; of several, those with a go.mod.
    """
    wanted = tuple(dict.fromkeys(_taken(context)))
    candidates = upward(here)
    if module not in candidates:
        candidates.append(module)

    def rank(folder: Path) -> tuple[int, bool]:
        missing = sum(not (folder / path).exists() for path in wanted)
        has_module = (folder / "go.mod").is_file() or (folder / "go.work").is_file()
        return missing, not has_module

    ranks = [rank(folder) for folder in candidates]
    best = min(ranks)
    if here == module and ranks[0] == best:
        return [here], True
    found = [folder for folder, one in zip(candidates, ranks, strict=True) if one == best]
    return found, bool(wanted) and best == (0, False) and len(found) == 1


def _taken(context: BuildContext) -> Iterator[str]:
    """Yield the plain paths that a Dockerfile takes from the build context."""
    for instruction in context.file.instructions:
        if isinstance(instruction, Copy | Add) and instruction.flag("from") is None:
            for word in instruction.sources:
                text = word.text.strip("\"'")
                if text not in _EVERYTHING and not _NOT_LOOKED_FOR.search(text):
                    yield text.lstrip("/")
        elif isinstance(instruction, Run):
            for mount in mounts(instruction):
                source = mount.get("source")
                if mount.kind == "bind" and not mount.get("from") and source and "$" not in source:
                    yield source.lstrip("/")
