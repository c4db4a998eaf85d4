"""The walk through all stages: what holds and what is there at each instruction."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.dockerfile import Add, Broken, Copy, Instruction, Run, Stage, Unknown, User, Workdir
from gendock.lint.cleanups import mount_of
from gendock.lint.gobuild.bases import base_folder, base_tree, base_variables
from gendock.lint.gobuild.effects import RunPlace, effects_of
from gendock.lint.gobuild.shell_values import expanded
from gendock.lint.gobuild.sources import Here, Source, Transfer, copied, mounted
from gendock.lint.gobuild.trees import ANYWHERE, Entry, Tree
from gendock.lint.stage_uses import find_stage
from gendock.lint.variables import steps

if TYPE_CHECKING:
    from gendock.dockerfile import Flag
    from gendock.dockerfile.mounts import Mount
    from gendock.lint.context import BuildContext
    from gendock.lint.gobuild.context_files import ContextFiles
    from gendock.lint.gobuild.go_calls import GoCall
    from gendock.lint.gobuild.repository import Repository
    from gendock.lint.variables import Step as VariablesStep


class Step(Struct, frozen=True, eq=False):
    """One instruction of a stage, ONBUILD's triggers aside.

    Attributes:
        stage, instruction: what it is.
        folder: the working directory in front of it; None where only the base image knows.
        user: the user in front of it, as USER says it; None where only the base image knows.
        variables: what ENV and ARG have set in front of it; None for a value that only the build knows.
        before, after: the files of the stage.
        sources: what it takes from the build context and other stages.
        calls: the go commands that it runs.
    """

    stage: Stage
    instruction: Instruction
    folder: str | None
    user: str | None
    variables: Mapping[str, str | None]
    before: Tree
    after: Tree
    sources: tuple[Source, ...] = ()
    calls: tuple[GoCall, ...] = ()


def walk(context: BuildContext, files: ContextFiles, repository: Repository) -> Iterator[Step]:
    """Yield the instructions of all stages, in order."""
    walker = _Walker(context, files, repository)
    for step in steps(context, lambda _: True):
        yield walker.step(step)


class _Walker:
    def __init__(self, context: BuildContext, files: ContextFiles, repository: Repository) -> None:
        self._context = context
        self._files = files
        self._repository = repository
        self._scripts = {id(script.instruction): script for script in context.scripts}
        self.trees: dict[int, Tree] = {}
        self._folders: dict[int, str | None] = {}
        self._users: dict[int, str | None] = {}

    def step(self, at: VariablesStep) -> Step:
        stage, instruction = at.stage, at.instruction
        self._begin(stage)
        folder, before = self._folders[stage.index], self.trees[stage.index]
        variables = self._variables(at)
        transfer = Transfer((), {})
        calls: tuple[GoCall, ...] = ()
        after = before
        if isinstance(instruction, Copy | Add):
            transfer = self._copy(at, instruction, folder, before, variables)
            after = before.changed(transfer.added, unknown=transfer.unknown)
        elif isinstance(instruction, Run):
            after, transfer, calls = self._run(at, instruction, folder, before, variables)
        elif isinstance(instruction, Workdir):
            self._folders[stage.index] = _entered(folder, _text(at, instruction.value.text, variables))
            made = self._folders[stage.index]
            entry = Entry(stage, instruction, is_folder=True)
            after = before.changed({} if made is None or before.get(made) is not None else {made: entry})
        elif isinstance(instruction, Broken | Unknown):
            after = before.changed({}, unknown=(ANYWHERE,))
        user = self._users[stage.index]
        if isinstance(instruction, User):
            self._users[stage.index] = at.expand(instruction.value.text)
        self.trees[stage.index] = after
        return Step(stage, instruction, folder, user, variables, before, after, transfer.sources, calls)

    def _begin(self, stage: Stage) -> None:
        if stage.index in self.trees:
            return
        parent = stage.parent
        if parent is not None:
            self._begin(parent)
            self.trees[stage.index] = self.trees[parent.index]
            self._folders[stage.index] = self._folders[parent.index]
            self._users[stage.index] = self._users[parent.index]
            return
        self.trees[stage.index] = base_tree(stage)
        self._folders[stage.index] = base_folder(stage)
        self._users[stage.index] = None

    def _variables(self, at: VariablesStep) -> Mapping[str, str | None]:
        found: dict[str, str | None] = dict(base_variables(at.stage))
        found.update({name: found.get(name) for name in at.scope.unknown})
        found.update(at.scope.known)
        return found

    def _copy(
        self,
        at: VariablesStep,
        copy: Copy | Add,
        folder: str | None,
        tree: Tree,
        variables: Mapping[str, str | None],
    ) -> Transfer:
        flag = copy.flag("from")
        name = flag.value.text if flag is not None and flag.value is not None else ""
        here = self._here(at.stage, folder, tree, name)
        words = tuple(_text(at, word.text, variables) for word in copy.sources)
        return copied(copy, words, _text(at, copy.destination.text, variables), here)

    def _here(self, stage: Stage, folder: str | None, tree: Tree, name: str) -> Here:
        source = find_stage(name, stage, self._context.stages) if name else None
        if source is not None:
            self._begin(source)
        origin = self.trees[source.index] if source is not None else None
        return Here(stage, folder, tree, self._files, source, origin, is_context=not name)

    def _run(
        self,
        at: VariablesStep,
        run: Run,
        folder: str | None,
        before: Tree,
        variables: Mapping[str, str | None],
    ) -> tuple[Tree, Transfer, tuple[GoCall, ...]]:
        script = self._scripts.get(id(run))
        if script is None:
            return before.changed({}, unknown=(ANYWHERE,)), Transfer((), {}), ()
        sources: list[Source] = []
        volatile: list[str] = []
        seen = before
        for flag in run.flags:
            mount = mount_of(flag)
            target = None if mount is None else _entered(folder, expanded(mount.get("target"), variables))
            if mount is None or mount.kind in ("secret", "ssh"):
                continue
            volatile.append(target or ANYWHERE)
            if mount.kind != "bind" or target is None:
                continue
            shown = self._mounted(at.stage, run, flag, mount, target, folder, before, variables)
            sources += shown.sources
            # A mount hides what the stage has at that place.
            seen = seen.changed(shown.added, removed=(target,), unknown=shown.unknown)
        place = RunPlace(
            at.stage, run, run, script, folder, variables, seen, self._repository, tuple(volatile)
        )
        done = effects_of(place)
        after = before.changed(done.added, removed=tuple(done.removed), unknown=tuple(done.unknown))
        return after, Transfer(tuple(sources), {}), tuple(done.calls)

    def _mounted(
        self,
        stage: Stage,
        run: Run,
        flag: Flag,
        mount: Mount,
        target: str,
        folder: str | None,
        tree: Tree,
        variables: Mapping[str, str | None],
    ) -> Transfer:
        here = self._here(stage, folder, tree, mount.get("from"))
        source = expanded(mount.get("source"), variables)
        span = flag.value.span if flag.value is not None else flag.span
        if source is None:
            return Transfer((), {}, (target,))
        return mounted(span, source, target, here, run)


def _text(at: VariablesStep, text: str, variables: Mapping[str, str | None]) -> str | None:
    """Return a word with its variables put in, those of Go's own image as well."""
    found = at.expand(text)
    return expanded(text.strip("\"'"), variables) if found is None else found


def _entered(folder: str | None, path: str | None) -> str | None:
    """Return the working directory after a WORKDIR; None where that is not known."""
    if path is None:
        return None
    if path.startswith("/"):
        return posixpath.normpath(path)
    return None if folder is None else posixpath.normpath(posixpath.join(folder, path))
