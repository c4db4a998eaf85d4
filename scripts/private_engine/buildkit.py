"""Today's BuildKit and buildx, built from their Go modules: distributions carry neither, or old ones.

They are for tests, and need no engine. What was built once is kept for all clones of the machine.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from pathlib import Path

from private_engine.command import find_program, run
from private_engine.errors import NoEngineError
from private_engine.progress import step
from private_engine.toolchain import USUAL_FOLDERS

SOURCES = Path(__file__).parents[1] / "buildkit"
# A program of docker's that is a plugin has a name of its own.
PROGRAMS = {
    "buildkitd": ("github.com/moby/buildkit", "cmd/buildkitd"),
    "docker-buildx": ("github.com/docker/buildx", "cmd/buildx"),
}
_WITHIN = 1800.0


def programs() -> Path:
    """Return the folder of `buildkitd` and `docker-buildx`; the first time they are built.

    Raises:
        NoEngineError: there is no Go.
        CommandError: a module cannot be had, or does not compile.
    """
    read = b"".join((SOURCES / name).read_bytes() for name in ("go.mod", "go.sum"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gendock-tests"
    folder = cache / f"buildkit-{hashlib.sha256(read).hexdigest()[:16]}"
    if _are_there(folder):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _are_there(folder):
            versions = _versions()
            with step(f"built BuildKit {versions['buildkitd']} and buildx {versions['docker-buildx']}"):
                _build(folder, versions)
    return folder


def _are_there(folder: Path) -> bool:
    return all((folder / name).is_file() for name in PROGRAMS)


def _versions() -> dict[str, str]:
    text = (SOURCES / "go.mod").read_text("utf-8")
    found = {}
    for name, (module, _) in PROGRAMS.items():
        version = re.search(rf"^\s*(?:require )?{re.escape(module)} (v\S+)$", text, re.MULTILINE)
        found[name] = version[1] if version else ""
    return found


def _build(folder: Path, versions: dict[str, str]) -> None:
    go = find_program("go") or next(
        (str(place / "bin/go") for place in USUAL_FOLDERS if (place / "bin/go").exists()), None
    )
    if go is None:
        raise NoEngineError("BuildKit has to be built, and there is no Go on this machine.")
    nice = find_program("nice")
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        for name, (module, package) in PROGRAMS.items():
            flags = f"-s -w -X {module}/version.Version={versions[name]}"
            command = [
                "build",
                "-trimpath",
                f"-ldflags={flags}",
                "-o",
                f"{fresh}/{name}",
                f"{module}/{package}",
            ]
            run(
                [*([nice] if nice else []), go, *command],
                what=f"Building {name}",
                # The modules ask for a Go of their own time; an older one fetches that.
                environment={"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "auto"},
                folder=SOURCES,
                timeout=_WITHIN,
            )
        # Moved when all is there: nobody meets a half of it.
        for name in PROGRAMS:
            Path(fresh, name).replace(folder / name)
