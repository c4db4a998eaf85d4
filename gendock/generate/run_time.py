"""What an image holds besides the binary: base, packages, working directory, volumes, and how it starts."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.generate import base_images
from gendock.generate.bases import Base, choose_base
from gendock.generate.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gendock.golang import Program, RuntimeFile

WORK_FOLDER = "/app"
BINARIES = "/usr/local/bin"
_MAX_VOLUMES = 8
DATABASES = (".db", ".sqlite", ".sqlite3", ".bolt", ".bbolt", ".duckdb", ".kv")


@dataclass(frozen=True, slots=True)
class RunTime:
    """Where and on what one program runs.

    `folder` is the working directory, None where the base image's will do. `made` are the folders that have
    to belong to the user. `owned` says whether what is copied belongs to the user too.
    """

    base: Base
    folder: str | None
    binaries: str
    made: tuple[str, ...]
    volumes: tuple[str, ...]
    copied: tuple[tuple[str, str], ...]
    owned: bool
    env_file: str | None
    arguments: tuple[str, ...]


def choose_run_time(program: Program, options: Options) -> RunTime:
    """Choose what a program's image holds besides the binary.

    Raises:
        RefusedError: the program cannot run on the base that was asked for.
    """
    copied = _copied(program.runtime_files)
    writes = program.kind != "cli" and bool(program.kept)
    beside = program.kind != "cli" and program.beside_itself is not None
    folder = WORK_FOLDER if copied or writes or beside or program.env_file is not None else None
    volumes = _volumes(program, copied) if writes else ()
    outside = [path for path in volumes if path != WORK_FOLDER and not path.startswith(f"{WORK_FOLDER}/")]
    base = choose_base(program, options)
    homes = (base_images.HOME, "/tmp") if base.is_empty else ()  # noqa: S108 - in the image
    if folder is None and (base.is_empty or base.manager is not None):
        folder = base_images.HOME
    return RunTime(
        base=base,
        folder=folder,
        binaries=WORK_FOLDER if beside else BINARIES,
        made=(*homes, *([WORK_FOLDER] if folder == WORK_FOLDER else []), *outside),
        volumes=volumes,
        copied=copied,
        owned=writes,
        env_file=None if program.env_file is None else posixpath.join(WORK_FOLDER, program.env_file.path),
        arguments=(*(program.arguments.words if program.arguments else ()), *opening_flags(program)),
    )


def opening_flags(program: Program) -> tuple[str, ...]:
    """The flags that make a server listen on all addresses."""
    return tuple(f"--{one.name}={one.value}" for one in program.openings if one.is_flag)


def _copied(assets: Iterable[RuntimeFile]) -> tuple[tuple[str, str], ...]:
    """Each runtime file and where it goes, relative to the working directory."""
    copied: dict[str, str] = {}
    for asset in assets:
        copied.setdefault(posixpath.relpath(asset.opened, asset.base), asset.path)
    return tuple((path, target) for target, path in copied.items() if not target.startswith("../"))


def _volumes(program: Program, copied: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The folders that hold data: those that are written and are no part of what is copied.

    A database in the working directory itself makes that a volume, where nothing else is in it: a volume
    would keep old files of a newer image.
    """
    shipped = {target for _, target in copied}
    found: set[str] = set()
    for place in program.kept:
        folder = place.folder
        if not place.path or (
            folder and any(one == folder or one.startswith(f"{folder}/") for one in shipped)
        ):
            continue
        if folder:
            found.add(posixpath.join(WORK_FOLDER, folder))
        elif place.path.endswith(DATABASES) and not copied and program.env_file is None:
            found.add(WORK_FOLDER)
    tops = [path for path in sorted(found) if not any(path.startswith(f"{other}/") for other in found)]
    return tuple(tops[:_MAX_VOLUMES])
