"""What `scripts/engine up`, `status` and `down` do."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine import base_images, daemon, debian, processes
from private_engine.command import find_program
from private_engine.engine_api import name_as_listed
from private_engine.engine_in_reach import Answering, engine_in_reach, private_engine, why_none
from private_engine.errors import NoEngineError, UsageError
from private_engine.progress import say, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from private_engine.places import Places


def up(places: Places, *, images: Sequence[str], with_images: bool, only_private: bool) -> None:
    """Find or start an engine, bring the images into it, and print what a shell has to evaluate."""
    names = [name_as_listed(name) for name in images]
    answering = engine_in_reach(places, only_private=only_private)
    if answering is None:
        answering = _start_private(places, for_images=with_images)
    engine = answering.engine
    if with_images:
        names = [*base_images.default_set(), *names]
    if names:
        base_images.bring(engine, list(dict.fromkeys(names)), places)
    say(f"Docker {answering.version} answers at {engine.host} ({engine.found_by})")
    if engine.needs_export:
        print(f"export DOCKER_HOST={shlex.quote(engine.host)}")
        if sys.stdout.isatty():
            say('for this shell:  eval "$(scripts/engine up)"')


def status(places: Places, *, only_private: bool) -> None:
    """Say which engine answers and which base images it has.

    Raises:
        NoEngineError: none answers.
    """
    answering = engine_in_reach(places, only_private=only_private)
    if answering is None:
        none = f"the private engine of {places.folder} does not run" if only_private else why_none()
        sentence = f"No engine: {none}. `scripts/engine up` brings one."
        raise NoEngineError(sentence)
    print(f"engine  Docker {answering.version} at {answering.engine.host} ({answering.engine.found_by})")
    if answering.private:
        print(f"data    {places.folder}")
    elif processes.PROC.is_dir() and processes.own_daemons(places):
        print(f"also    the private engine at {places.host}")
    present = answering.engine.images()
    wanted = base_images.default_set()
    # By name, not by label: whatever is built on these images inherits the label.
    others = sorted(name for name in present if base_images.GOLANG.fullmatch(name) and name not in wanted)
    for name in (*wanted, *others):
        image = present.get(name)
        state = "missing" if image is None else ("made here" if image.made_here else "pulled")
        size = "" if image is None else f"{image.size / 1e6:7.0f} MB"
        print(f"image   {name:<46} {state:<9} {size}".rstrip())


def down(places: Places, *, purge: bool) -> None:
    """Stop the private engine, and only that one."""
    if os.geteuid() != 0 and Path("/proc").is_dir() and processes.own_daemons(places):
        raise NoEngineError(f"Stopping the private engine of {places.folder} needs root.")
    if os.geteuid() != 0 or not places.folder.exists():
        say(f"no private engine at {places.folder}")
        return
    with daemon.alone(places):
        with step("stopped the private engine") as outcome:
            if not daemon.stop(places):
                outcome.failed = "it did not run"
        if outcome.failed:
            say(f"the private engine of {places.folder} does not run")
        if purge:
            with step(f"removed {places.folder} with all its images"):
                daemon.remove(places)


def podman(places: Places) -> str:
    """Return the path of podman, which is installed where it is not.

    Raises:
        NoEngineError: this is not Debian or Ubuntu, or not root.
    """
    found = find_program("podman")
    if found is None:
        if not debian.is_debian_or_ubuntu() or os.geteuid() != 0:
            raise NoEngineError("podman is not installed; doing so needs root on Debian or Ubuntu.")
        with daemon.alone(places), step("installed podman"):
            debian.install(["podman"], places)
        found = find_program("podman")
    if found is None:
        raise NoEngineError("Debian's package podman has no program of that name.")
    return found


def _start_private(places: Places, *, for_images: bool) -> Answering:
    _check_can_run(places)
    with daemon.alone(places):
        packages = debian.missing_packages(for_images=for_images)
        if packages:
            with step(f"installed {', '.join(packages)}"):
                debian.install(packages, places)
        engine = private_engine(places)
        try:
            # Started by somebody else while this one waited for the lock.
            return Answering(engine, engine.version(), private=True)
        except NoEngineError:
            pass
        with step(f"started a private Docker engine in {places.folder}"):
            daemon.start(places)
        return Answering(engine, engine.version(), private=True)


def _check_can_run(places: Places) -> None:
    """Say in one sentence what is missing for an engine of one's own.

    Raises:
        NoEngineError: this is not Debian or Ubuntu, or not root.
        UsageError: the folder is not fit for an engine.
    """
    none = why_none()
    if not debian.is_debian_or_ubuntu():
        sentence = f"No engine: {none}; start Docker (a private one can be set up on Debian and Ubuntu only)."
        raise NoEngineError(sentence)
    if os.geteuid() != 0:
        sentence = f"No engine: {none}; start Docker, or run `scripts/engine up` as root for a private one."
        raise NoEngineError(sentence)
    if places.folder.exists() and not places.folder.is_dir():
        sentence = f"{places.folder} is a file; the private engine needs a folder."
        raise UsageError(sentence)
