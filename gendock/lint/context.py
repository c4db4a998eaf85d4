"""A Dockerfile with what stands around it: its scripts, its options, its build context."""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from gendock.dockerfile import Cmd, Dockerfile, Entrypoint, Stage
from gendock.errors import GendockError
from gendock.lint.fragments import fragment_stage
from gendock.lint.options import RuleOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gendock.golang.gomod import ModFile
    from gendock.lint.gobuild import GoBuild
    from gendock.lint.scripts import Script
    from gendock.lint.shellcheck.questions import Question

_SAYS_GO = re.compile(r"\bgo(?:lang)?\b")


class BuildContext(Struct, frozen=True, dict=True):
    """One Dockerfile, and the folder that `docker build` would send with it.

    `folder` is None for standard input, where nothing around the text is known. `seen` collects what the
    rules asked for, None for what is not there: findings hold as long as that is the same. `name` is the
    Dockerfile's own name. `base_environment` is what all base images set, None where that is not known.
    `sh_is_posix` where /bin/sh is nothing but what POSIX asks for, as hadolint has it; otherwise the base
    image says which shell it is. `is_doubted` where a mistake is one as long as nobody can tell otherwise;
    by default what only the base image can tell is taken for right. `context_folder` is the build context,
    where it was named.
    """

    file: Dockerfile
    folder: Path | None
    options: RuleOptions = RuleOptions()
    seen: dict[str, bytes | None] = field(default_factory=dict)
    name: str = "Dockerfile"
    base_environment: Mapping[str, str] | None = None
    sh_is_posix: bool = False
    is_doubted: bool = False
    context_folder: Path | None = None

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages; a fragment without FROM is one stage, whose base image is not known."""
        return self.file.stages or fragment_stage(self.file)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """What each RUN runs, those of ONBUILD included, in order."""
        from gendock.lint.scripts import scripts_of

        return tuple(scripts_of(self.file, self.stages))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What ShellCheck is to be asked about the scripts."""
        if not self.scripts:
            return ()
        from gendock.lint.base_shells import posix_shell
        from gendock.lint.shellcheck.questions import questions_of
        from gendock.lint.shellcheck.variables import variables_of

        known = variables_of(self.stages)
        shells = {stage.index: "sh" if self.sh_is_posix else posix_shell(stage) for stage in self.stages}
        return tuple(
            question
            for script in self.scripts
            for question in questions_of(script, known[id(script.instruction)], shells[script.stage.index])
        )

    def scripts_of(self, stage: Stage) -> tuple[Script, ...]:
        """Return what the RUNs of one stage run."""
        return self._scripts_by_stage.get(stage.index, ())

    @cached_property
    def _scripts_by_stage(self) -> dict[int, tuple[Script, ...]]:
        found: dict[int, list[Script]] = {}
        for script in self.scripts:
            found.setdefault(script.stage.index, []).append(script)
        return {index: tuple(scripts) for index, scripts in found.items()}

    @cached_property
    def shipped(self) -> frozenset[int]:
        """The numbers of the stages that are part of an image which is shipped.

        That is the last stage, any other that nothing uses and that starts something, and what these stand
        on.
        """
        from gendock.lint.stage_uses import used_stages

        stages = self.stages
        used = used_stages(stages)
        found: set[int] = set()
        for stage in stages:
            starts = stage.has(Cmd, Entrypoint)
            if stage.is_final or (starts and stage.index not in used):
                found.update(one.index for one in stage.lineage())
        return frozenset(found)

    @cached_property
    def go(self) -> GoBuild | None:
        """What the Dockerfile does with the Go repository around it; None where there is none.

        Also None where the Dockerfile does not say so much as `go`: then there is nothing to say of it.
        """
        text = self.file.source.text
        if "go" not in text or _SAYS_GO.search(text) is None:
            return None
        from gendock.lint.gobuild.go_build import go_build

        return go_build(self)

    @cached_property
    def module(self) -> ModFile | None:
        """The folder's go.mod; None where there is none, or none that can be read."""
        text = self.read("go.mod")
        if text is None:
            return None
        from gendock.golang.gomod import read_mod

        try:
            return read_mod(text)
        except GendockError:
            return None

    def read(self, path: str) -> str | None:
        """Return the text of a file in the folder; None where it is not there or leads out of the folder."""
        if path not in self.seen:
            self.seen[path] = read_beside(self.folder, path)
        content = self.seen[path]
        return None if content is None else content.decode("utf-8", "replace")

    def watch(self, folder: str) -> bytes | None:
        """Let findings hold only as long as nothing changes in a folder, at any depth; return its state."""
        path = f"{folder}/"
        state = self.seen[path] = read_beside(self.folder, path)
        return state


def read_beside(folder: Path | None, path: str) -> bytes | None:
    """Return a file's content; None where it is not there or leads out of the folder.

    Of a folder, a path that ends in a slash, it is a list of all files below, with their sizes and times.
    """
    if folder is not None and path.endswith("/"):
        from gendock.lint.digest import folder_state

        return folder_state(folder / path)
    if folder is None or not os.path.isfile(os.path.join(folder, path)):  # noqa: PTH113, PTH118 - quicker
        return None
    from gendock.golang.folder import Folder

    return Folder(folder).read(path)
