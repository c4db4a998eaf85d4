"""Stages for people, beside those that are shipped: tests, a debugger, a server that builds itself anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gendock.generate.bases import Base
from gendock.generate.decision import Decision
from gendock.generate.downloads import BUILD_CACHE, MODULE_CACHE
from gendock.generate.escaping import Placed, exec_form, path_word
from gendock.generate.options import Beside
from gendock.golang import package_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.generate.choices import Release
    from gendock.generate.options import Options
    from gendock.generate.targets import Target
    from gendock.golang import GoProject

DELVE = "v1.27.2"
AIR = "v1.67.4"
"""Releases that build with every Go that gets security fixes, as of 2026-11."""

DEBUG_PORT = 40000


@dataclass(frozen=True, slots=True)
class TestView:
    """The stage that runs the tests.

    Attributes:
        build_stage: the stage that it stands on.
        mounts: the options of each `--mount=`.
        flags: further flags of `go test`.
        packages: the packages, as `go test` names them.
    """

    build_stage: Placed
    mounts: tuple[Placed, ...]
    flags: tuple[Placed, ...]
    packages: Placed


@dataclass(frozen=True, slots=True)
class DebugView:
    """The stages of a debugger.

    Attributes:
        image: the image that the debugger is built on.
        tool: the debugger, as `go install` names it.
        mounts: the options of each `--mount=` of that step.
        target: the program, built for a debugger, and the stage that holds both.
    """

    image: Placed
    tool: Placed
    mounts: tuple[Placed, ...]
    target: Target


@dataclass(frozen=True, slots=True)
class DevView:
    """The stage that builds and starts the program anew whenever the source changes.

    Attributes:
        image: its image.
        tool: what watches the source, as `go install` names it.
        mounts: the options of each `--mount=` of that step.
        folder: where the source is mounted, and the command starts.
        command: the JSON array of CMD.
    """

    image: Placed
    tool: Placed
    mounts: tuple[Placed, ...]
    folder: Placed
    command: Placed


def people_stages(
    project: GoProject, target: Target, release: Release, options: Options
) -> tuple[TestView | None, DebugView | None, DevView | None]:
    """The stages that `--with` asks for, all for the default program."""
    tools = () if options.in_layers else (MODULE_CACHE, BUILD_CACHE)
    test = debug = dev = None
    if Beside.TEST in options.beside:
        test = TestView(target.build_stage, target.mounts, target.flags, _tested(project))
    if Beside.DEBUG in options.beside:
        debug = DebugView(
            Placed(release.image),
            Placed(f"github.com/go-delve/delve/cmd/dlv@{DELVE}"),
            tools,
            _debugged(target),
        )
    if Beside.DEV in options.beside:
        build = f"go build -o /tmp/{target.binary} {' '.join((*target.flags, target.package))}"
        words = ("air", "--build.cmd", build, "--build.bin", f"/tmp/{target.binary}")  # noqa: S108 - in the image
        dev = DevView(
            Placed(release.image),
            Placed(f"github.com/air-verse/air@{AIR}"),
            tools,
            target.folder,
            exec_form(*words),
        )
    return test, debug, dev


def _tested(project: GoProject) -> Placed:
    """Every package of the module, or of each module of the workspace."""
    if project.workspace is None:
        return Placed("./...")
    folders = (path_word(package_path(folder), "folder") for folder in project.workspace.use)
    return Placed(" ".join(f"{folder}/..." for folder in folders))


def _debugged(target: Target) -> Target:
    """The program with what a debugger needs, below one that waits for its user on a port."""
    listen = (
        "/usr/local/bin/dlv", "exec", "--headless", "--api-version=2", "--accept-multiclient", "--continue",
        f"--listen=:{DEBUG_PORT}", target.binary_path, "--",
    )  # fmt: skip
    return replace(
        target,
        name=Placed("debug"),
        build_stage=Placed("build-debug"),
        linker=Placed(""),
        tools=(Placed("--from=delve /go/bin/dlv /usr/local/bin/dlv"),),
        exposes=(*target.exposes, Placed(str(DEBUG_PORT))),
        health=Placed("NONE"),
        probe=None,
        waits_for_probe=False,
        entrypoint=exec_form(*listen),
    )


def people_decisions(options: Options, base: Base) -> Iterator[Decision]:
    """What the stages for people are for, and how they are started."""
    if Beside.TEST in options.beside:
        yield Decision(
            "stage test",
            "docker build --target test .",
            "the tests run where the binary is built; the build fails where one fails",
            ("go test ./... on this machine",),
        )
    if Beside.DEBUG in options.beside:
        yield Decision(
            "stage debug",
            f"docker run -p 127.0.0.1:{DEBUG_PORT}:{DEBUG_PORT} $(docker build -q --target debug .)",
            f"built without optimisation, below delve {DELVE}; dlv connect :{DEBUG_PORT} goes on from there",
            ("a base with a shell" if not base.has_shell else "dlv attach",),
        )
    if Beside.DEV in options.beside:
        yield Decision(
            "stage dev",
            "docker run -v .:/src --network host $(docker build -q --target dev .)",
            f"air {AIR} builds and starts the program anew whenever the source changes",
            ("docker compose watch, which rebuilds the image",),
        )
