"""What has to be made before the binary: front ends, generated code, folders, packages, as views of steps."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.generate import base_images
from gendock.generate.escaping import Placed, copy_arguments, package_name, path_word, stage_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gendock.generate.run_time import RunTime
    from gendock.golang import EnvFile, FrontEnd, Program

_WORD = re.compile(r"[A-Za-z0-9_./@:=+,~-]+")
_CACHES = {
    "npm": "/root/.npm",
    "pnpm": "/root/.local/share/pnpm/store",
    "yarn": "/usr/local/share/.cache/yarn",
    "bun": "/root/.bun/install/cache",
}
# The option by which a package of a workspace is built from its top.
_INSIDE = {"npm": "--prefix", "pnpm": "--dir", "yarn": "--cwd", "bun": "--cwd"}
_ROOTS = "/rootfs"
_PACKAGE_CACHES = {"apt": ("/var/cache/apt", "/var/lib/apt"), "apk": ("/var/cache/apk",)}


@dataclass(frozen=True, slots=True)
class FrontEndView:
    """The stage that builds a front end.

    Attributes:
        name: the stage's name.
        image: the image of Node.js.
        folder: the working directory.
        settings: the arguments of ENV; none where there is nothing to set.
        copies: the arguments of each COPY before the install step.
        mounts: the options of each `--mount=` of the install step.
        install: the command that installs the packages.
        copy: the arguments of the COPY of the rest; none where all is copied before.
        build: the command that builds.
        output: the folder that the build fills.
        wanted: the folder in which the program looks for it.
    """

    name: Placed
    image: Placed
    folder: Placed
    settings: Placed | None
    copies: tuple[Placed, ...]
    mounts: tuple[Placed, ...]
    install: Placed
    copy: Placed | None
    build: Placed
    output: Placed
    wanted: Placed


@dataclass(frozen=True, slots=True)
class PackagesView:
    """The step that installs packages.

    Attributes:
        manager: what installs them: `apt` or `apk`.
        mounts: the options of each `--mount=`.
        commands: the commands of the step.
    """

    manager: Placed
    mounts: tuple[Placed, ...]
    commands: tuple[Placed, ...]


def packages_view(
    names: Iterable[str], manager: str, *, with_user: bool, in_layers: bool
) -> PackagesView | None:
    """The step that installs packages, and makes the user that the base has not; None where nothing is."""
    listed = " ".join(package_name(name) for name in sorted(names))
    if not listed:
        return None
    number, _, group = base_images.NONROOT.partition(":")
    if manager == "apk":
        commands = [f"apk add {'--no-cache' if in_layers else '--update-cache'} {listed}"]
        user = [f"addgroup -g {group} nonroot", f"adduser -D -u {number} -G nonroot nonroot"]
    else:
        commands = ["apt-get update", f"apt-get install -y --no-install-recommends {listed}"]
        user = [
            f"groupadd --gid {group} nonroot",
            f"useradd --uid {number} --gid {group} --create-home nonroot",
        ]
    commands += user if with_user else []
    if manager == "apt" and in_layers:
        commands.append("rm -rf /var/lib/apt/lists/*")
    kept = (
        ()
        if in_layers
        else tuple(
            Placed(f"type=cache,target={folder},sharing=locked") for folder in _PACKAGE_CACHES[manager]
        )
    )
    return PackagesView(Placed(manager), kept, tuple(Placed(command) for command in commands))


def front_end_views(
    programs: Sequence[Program], source: str, taken: set[str], *, in_layers: bool
) -> dict[str, FrontEndView]:
    """A stage for each front end, by its folder. Names that are taken are added to `taken`.

    Raises:
        RefusedError: a folder has a name that no build step can say.
    """
    views: dict[str, FrontEndView] = {}
    for program in programs:
        for one in program.front_ends:
            if one.folder not in views:
                base = "front-end" if one.folder == "." else posixpath.basename(one.folder)
                name = stage_name(f"{base}-front-end" if base in taken else base, taken)
                taken.add(name)
                views[one.folder] = _front_end_view(one, name, source, in_layers=in_layers)
    return views


def _front_end_view(one: FrontEnd, name: Placed, source: str, *, in_layers: bool) -> FrontEndView:
    folder = source if one.top == "." else f"{source}/{path_word(one.top, 'folder')}"
    paths = [
        (path_word(path, "file"), path_word(posixpath.relpath(path, one.top), "file"))
        for path in one.module_files
    ]
    everything = copy_arguments(one.top, "./")
    copies: tuple[Placed, ...] = () if paths else (everything,)
    mounts: tuple[Placed, ...] = ()
    if in_layers:
        copies = tuple(copy_arguments(path, f"./{target}") for path, target in paths) or copies
    else:
        bound = (Placed(f"type=bind,source={path},target={target}") for path, target in paths)
        mounts = (*bound, Placed(f"type=cache,target={_CACHES[one.manager]}"))
    install, build = _commands(one)
    return FrontEndView(
        name=name,
        image=Placed(base_images.NODE),
        folder=Placed(folder),
        settings=Placed(" ".join(dict.fromkeys(one.settings))) if one.settings else None,
        copies=copies,
        mounts=mounts,
        install=Placed(install),
        copy=everything if paths else None,
        build=Placed(build),
        output=Placed(f"{source}/{path_word(one.output, 'folder')}"),
        wanted=Placed(f"{source}/{path_word(one.wanted, 'folder')}"),
    )


def _commands(one: FrontEnd) -> tuple[str, str]:
    """How a package manager installs what the lock file says, and builds."""
    inside = path_word(posixpath.relpath(one.folder, one.top), "folder") if one.installed_in else ""
    where = f"{_INSIDE[one.manager]} {inside} " if inside else ""
    version = one.manager_version
    if version is not None and not re.fullmatch(r"\d+(?:\.\d+){0,2}", version):
        version = None
    if one.manager == "npm":
        return "npm ci" if one.has_lock else "npm install", f"npm {where}run {one.script}"
    if one.manager == "yarn":
        if version is None or version.startswith("1."):
            return (
                f"yarn install{' --frozen-lockfile' if one.has_lock else ''}",
                f"yarn {where}run {one.script}",
            )
        # Every yarn since 2 is brought by its own launcher.
        return (
            f"npm install --global @yarnpkg/cli-dist@{version} && yarn install --immutable",
            f"yarn {where}run {one.script}",
        )
    known = version or (base_images.PNPM if one.manager == "pnpm" else base_images.BUN)
    frozen = " --frozen-lockfile" if one.has_lock else ""
    tool = one.manager
    return f"npm install --global {tool}@{known} && {tool} install{frozen}", f"{tool} {where}run {one.script}"


def generating(program: Program, folder: str) -> tuple[Placed, ...]:
    """The commands that make code, as they stand before `go build` in one RUN.

    Args:
        program: the program.
        folder: where the step runs.
    """
    found: list[Placed] = []
    for one in program.generated:
        if not one.command or not all(_WORD.fullmatch(word) for word in one.command):
            continue
        command = shlex.join(one.command)
        if program.cgo is not None:
            command = f"CGO_ENABLED=0 {command}"  # the tool is quicker to build without C
        where = posixpath.relpath(one.folder, folder)
        if where != ".":
            command = f"(cd {path_word(where, 'folder')} && {command})"
        found.append(Placed(command))
    return tuple(dict.fromkeys(found))


def folder_commands(run: RunTime, env_file: EnvFile | None) -> tuple[Placed, ...]:
    """The commands that make the folders which belong to the user, and the file of variables."""
    if not run.made:
        return ()
    folders = [*run.made, *(path for path in run.volumes if path not in run.made)]
    if run.env_file is not None:
        folders.append(posixpath.dirname(run.env_file))
    needed = [path for path in dict.fromkeys(folders) if not any(o.startswith(f"{path}/") for o in folders)]
    commands = ["mkdir -p " + " ".join(f"{_ROOTS}/{path_word(path[1:], 'folder')}" for path in needed)]
    if run.env_file is not None and env_file is not None:
        target = f"{_ROOTS}/{path_word(run.env_file[1:], 'file')}"
        if env_file.names:
            lines = "".join(f"{name}=\\n" for name in env_file.names)
            commands.append(f"printf '{lines}' > {target}")
        else:
            commands.append(f"touch {target}")
    return tuple(Placed(command) for command in commands)


def made_copies(run: RunTime) -> tuple[Placed, ...]:
    """The arguments of the COPY that takes each made folder into the image."""
    return tuple(copy_arguments(f"{_ROOTS}{path}", path) for path in run.made)


def system_commands(run: RunTime) -> tuple[Placed, ...]:
    """The commands that make what an empty base lacks: the user's name, for programs that ask for it."""
    if not run.base.is_empty:
        return ()
    number, _, group = base_images.NONROOT.partition(":")
    return (
        Placed(f"mkdir -p {_ROOTS}/etc"),
        Placed(f"echo nonroot:x:{number}:{group}::{base_images.HOME}:/sbin/nologin > {_ROOTS}/etc/passwd"),
        Placed(f"echo nonroot:x:{group}: > {_ROOTS}/etc/group"),
    )
