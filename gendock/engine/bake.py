"""What a docker-bake.hcl says, as buildx reads it, and which builder gets which of its targets."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gendock.engine.builders import Builder
from gendock.errors import EngineUnavailableError, GendockError

NAMES = ("docker-bake.hcl", "docker-bake.json")
_WITHIN = 60  # seconds for buildx to read the file


@dataclass(frozen=True, slots=True)
class BakeTarget:
    """One image of a docker-bake.hcl.

    Attributes:
        name: the target's.
        context: the folder of its build context, or an address.
        dockerfile: its Dockerfile.
        tags: the names that the file gives to the image.
        platforms: for which the file builds it.
        has_image: whether anything comes of it; stages that only check something say `type=cacheonly`.
        stage: of the Dockerfile; None for its last.
        arguments: its build arguments.
    """

    name: str
    context: str
    dockerfile: Path
    tags: tuple[str, ...]
    platforms: tuple[str, ...]
    has_image: bool
    stage: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)


def read_bake(
    builder: Builder, file: Path, targets: Sequence[str], environment: Mapping[str, str]
) -> list[BakeTarget]:
    """Ask buildx for the targets of a file: those that are named, or those of its group `default`.

    Raises:
        GendockError: the file is none, or has no such target.
        EngineUnavailableError: buildx cannot be asked.
    """
    command = [*builder.command, "bake", "--print", f"--file={file.name}", *targets]
    try:
        done = subprocess.run(
            command,
            cwd=file.parent,
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            timeout=_WITHIN,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineUnavailableError(f"{builder.name} cannot read {file}: {error}") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        reason = said[-1].removeprefix("ERROR: ") if said else done.stderr.strip()[-500:]
        raise GendockError(f"{file} cannot be read: {reason}")
    return read_targets(json.loads(done.stdout), file, targets)


def read_targets(read: Mapping[str, Any], file: Path, wanted: Sequence[str]) -> list[BakeTarget]:
    """Return the targets that are wanted, and not those that are there because others are built from them.

    Args:
        read: the file as `buildx bake --print` shows it.
        file: where it is.
        wanted: names of targets and groups; none for the group `default`.

    Raises:
        GendockError: there is no such target.
    """
    groups = {name: group.get("targets") or [] for name, group in (read.get("group") or {}).items()}
    named: list[str] = []
    waiting = list(wanted) or ["default"]
    while waiting:
        name = waiting.pop(0)
        if name in groups and groups[name] != [name]:
            waiting = [*groups.pop(name), *waiting]
        elif name not in named:
            named.append(name)
    all_of_them = read.get("target") or {}
    known = [*(read.get("group") or {}), *all_of_them]
    # buildx shows a group that was asked for within `default`, so a group may come by twice.
    unknown = [name for name in named if name not in (*known, "default")]
    if unknown:
        raise GendockError(f"{file} has no target {unknown[0]}; it has {', '.join(known) or 'none'}")
    found = [_target(name, all_of_them[name], file) for name in named if name in all_of_them]
    if not found:
        raise GendockError(f"{file} has no target to build. Give it a group `default`")
    return found


def _target(name: str, fields: dict[str, Any], file: Path) -> BakeTarget:
    context = str(fields.get("context") or ".")
    folder = file.parent / context if "://" not in context else file.parent
    outputs = fields.get("output") or []
    return BakeTarget(
        name,
        context,
        folder / str(fields.get("dockerfile") or "Dockerfile"),
        tuple(fields.get("tags") or ()),
        tuple(fields.get("platforms") or ()),
        not outputs or any(not _is_cache_only(output) for output in outputs),
        fields.get("target"),
        {key: str(value) for key, value in (fields.get("args") or {}).items() if value is not None},
    )


def _is_cache_only(output: object) -> bool:
    """Whether an output keeps nothing; buildx prints it as a table, and before 0.20 as text."""
    return (output.get("type") if isinstance(output, dict) else output) in ("cacheonly", "type=cacheonly")


def spread(targets: Sequence[str], builders: Sequence[str]) -> dict[str, list[str]]:
    """Divide targets among builders: evenly, and nearly the same way when a target comes or goes.

    A builder that gets the targets of yesterday has their steps in its cache. So each target ranks the
    builders by a hash of both names, and gets the first that is not full.
    """
    share = -(-len(targets) // len(builders))
    shares: dict[str, list[str]] = {builder: [] for builder in builders}
    for target in sorted(targets):
        ranked = sorted(builders, key=lambda name, to=target: _rank(to, name))  # type: ignore[misc]
        free = next(name for name in ranked if len(shares[name]) < share)
        shares[free].append(target)
    return {builder: mine for builder, mine in shares.items() if mine}


def _rank(target: str, builder: str) -> bytes:
    return hashlib.sha256(f"{target}\0{builder}".encode()).digest()
