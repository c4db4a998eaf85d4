"""Go toolchains for the golang images: the machine's own, or one from the Go module proxy.

The proxy carries every release as the module golang.org/toolchain. Whatever Go there is downloads it and
checks it against the signed checksum database, as for any module. Where there is no Go at all, Debian's own
does that job: it comes through apt, which checks signatures too, and is unpacked aside, not installed.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine import debian
from private_engine.command import find_program, run
from private_engine.errors import CommandError, ImageError

if TYPE_CHECKING:
    from private_engine.places import Places

# The Go version that the newest of the project's samples asks for in its go.mod. An image of an older
# one could not build it: golang images set GOTOOLCHAIN=local.
WANTED = (1, 26)

MODULE = "golang.org/toolchain"
USUAL_FOLDERS = (Path("/usr/local/go"), Path("/usr/lib/go"))  # sudo's PATH has none of them
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armv6l", "i686": "386"}
# Settings that an image takes over where this machine differs from Go's defaults.
SETTINGS = ("GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOINSECURE")


@dataclass(frozen=True)
class Toolchain:
    """A Go distribution in a folder of its own."""

    version: str
    folder: Path


def numbers(version: str) -> tuple[int, ...]:
    """`go1.26.8` or `1.26.8` as (1, 26, 8); empty for what is no release."""
    matched = re.fullmatch(r"(?:go)?(\d+(?:\.\d+)*)", version)
    return tuple(int(part) for part in matched[1].split(".")) if matched else ()


def machine_toolchain() -> Toolchain | None:
    """The Go of this machine, if it has one."""
    program = _machine_go()
    if program is None:
        return None
    try:
        printed = run(
            [program, "env", "GOVERSION", "GOROOT"],
            what="Asking Go for its version",
            environment={"GOTOOLCHAIN": "local"},
            folder=Path("/"),
        )
        version, folder = printed.splitlines()[:2]
    except (CommandError, ValueError):
        return None
    return Toolchain(version.removeprefix("go"), Path(folder))


def default_versions() -> list[str]:
    """Which golang images belong to the default set: the one that samples need, and a newer machine's."""
    versions: list[tuple[int, ...]] = [WANTED]
    machine = machine_toolchain()
    if machine is not None and numbers(machine.version)[:2] > WANTED:
        versions.append(numbers(machine.version)[:2])
    return [".".join(map(str, version)) for version in versions]


def machine_settings() -> dict[str, str]:
    """How this machine reaches Go modules, as far as that differs from Go's defaults."""
    program = _machine_go()
    if program is None:
        return {name: os.environ[name] for name in SETTINGS if os.environ.get(name)}
    here: dict[str, str | None] = {"GOTOOLCHAIN": "local"}
    anywhere = here | {"GOENV": "off"} | dict.fromkeys(SETTINGS)
    values, defaults = (_settings(program, environment) for environment in (here, anywhere))
    return {name: value for name, value in values.items() if value and value != defaults[name]}


def _settings(program: str, environment: dict[str, str | None]) -> dict[str, str]:
    command = [program, "env", "-json", *SETTINGS]
    printed = run(command, what="Asking Go for its settings", environment=environment, folder=Path("/"))
    values: dict[str, str] = json.loads(printed)
    return values


def toolchain_for(version: str, places: Places, work: Path) -> Toolchain:
    """The newest toolchain of a version such as 1.24, or exactly 1.24.4.

    Raises:
        ImageError: the module proxy has none, or does not answer.
    """
    wanted = numbers(version)
    machine = machine_toolchain()
    if machine is not None and _fits(machine.version, wanted) and _stands_alone(machine.folder):
        return machine
    kept = [path for path in places.toolchains.glob("go*") if _fits(path.name, wanted)]
    if kept:
        newest = max(kept, key=lambda path: numbers(path.name))
        return Toolchain(newest.name.removeprefix("go"), newest)
    try:
        return _fetch(wanted, places, work)
    except CommandError as error:
        sentence = f"Go {version} cannot be had from the module proxy: {error}"
        raise ImageError(sentence, error.detail) from error


def _machine_go() -> str | None:
    found = find_program("go")
    if found is not None:
        return found
    programs = (folder / "bin/go" for folder in USUAL_FOLDERS)
    return next((str(program) for program in programs if program.exists()), None)


def _fits(version: str, wanted: tuple[int, ...]) -> bool:
    """Whether a release is the wanted one, or of the wanted minor version."""
    return bool(wanted) and numbers(version)[: len(wanted)] == wanted


def _stands_alone(folder: Path) -> bool:
    """Whether a distribution is complete; Debian's is made of links into /usr/share."""
    parts = [folder / name for name in ("bin", "pkg/tool", "src")]
    return all(part.is_dir() and not part.is_symlink() for part in parts)


def _fetch(wanted: tuple[int, ...], places: Places, work: Path) -> Toolchain:
    go = _machine_go() or _debians_go(places, work)
    modules = work / "modules"
    modules.mkdir(parents=True, exist_ok=True)
    environment: dict[str, str | None] = {
        "GOTOOLCHAIN": "local",
        "GOPATH": str(modules),
        "GOMODCACHE": str(modules / "pkg"),
        "GOCACHE": str(modules / "cache"),
        "GOFLAGS": "-modcacherw",
        "GO111MODULE": "on",
        "GOROOT": None,
    }
    log = places.logs / "go.log"
    listed = run(
        [go, "list", "-m", "-versions", MODULE],
        what="Asking the module proxy for Go's releases",
        environment=environment,
        folder=modules,
    )
    machine = platform.machine()
    suffix = f".linux-{ARCHITECTURES.get(machine, machine)}"
    prefix = "v0.0.1-go"
    releases = [
        word.removeprefix(prefix).removesuffix(suffix) for word in listed.split() if word.endswith(suffix)
    ]
    fitting = [release for release in releases if _fits(release, wanted)]
    if not fitting:
        sentence = f"Go {'.'.join(map(str, wanted))} has no release in the module proxy for {suffix[1:]}."
        raise ImageError(sentence)
    version = max(fitting, key=numbers)
    described = run(
        [go, "mod", "download", "-json", f"{MODULE}@{prefix}{version}{suffix}"],
        what=f"Downloading Go {version} from the module proxy",
        environment=environment,
        folder=modules,
        log=log,
    )
    archive = Path(json.loads(described)["Zip"])
    unpacked = work / f"go{version}"
    _unpack(archive, unpacked)
    target = places.toolchains / f"go{version}"
    target.parent.mkdir(parents=True, exist_ok=True)
    unpacked.rename(target)
    shutil.rmtree(modules)
    return Toolchain(version, target)


def _unpack(archive: Path, target: Path) -> None:
    """Unpack the module's zip and give back what a module cannot carry: go.mod files and modes."""
    with zipfile.ZipFile(archive) as zipped:
        for member in zipped.infolist():
            inside = Path(*Path(member.filename).parts[2:])  # golang.org/toolchain@version/
            if member.is_dir() or ".." in inside.parts:
                continue
            if inside.name == "_go.mod":
                inside = inside.with_name("go.mod")
            path = target / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipped.open(member) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            if inside.parts[0] == "bin" or inside.parts[:2] == ("pkg", "tool"):
                path.chmod(0o755)


def _debians_go(places: Places, work: Path) -> str:
    """Debian's Go, unpacked aside: old, but able to download and check a module."""
    target = work / "debian-go"
    debian.download_and_unpack("golang-go", "golang-*.deb", target, places)
    programs = sorted(target.glob("usr/lib/go-*/bin/go"))
    if not programs:
        raise ImageError("Debian's package golang-go has no program where it was expected.")
    return str(programs[-1])
