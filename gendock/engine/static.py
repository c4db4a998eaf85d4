"""The static half of a smoke run: what an image says of itself, and what is in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gendock.engine.elf import read_program
from gendock.engine.filesystem import FileTree
from gendock.engine.results import CheckResult, Status

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SHELLS = frozenset({"sh", "ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "mksh", "tcsh", "zsh"})
_SHELL_FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/busybox")
_TOOLCHAIN = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go", "/usr/bin/go", "/usr/local/bin/go", "/go/pkg/mod")


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """An image's configuration.

    Attributes:
        user: as written, `65532:65532`; empty for root.
        entrypoint: words; empty where there is none.
        command: words; empty where there is none.
        environment: PATH and the rest.
        folder: WORKDIR, `/` by default.
        ports: TCP ports of EXPOSE, ascending.
        operating_system: a GOOS.
        architecture: a GOARCH.
        stop_signal: SIGTERM by default.
    """

    user: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environment: dict[str, str]
    folder: str
    ports: tuple[int, ...]
    operating_system: str
    architecture: str
    stop_signal: str

    @classmethod
    def of(cls, attributes: dict[str, Any]) -> ImageFacts:
        """Read the engine's answer to `docker image inspect`."""
        config = attributes.get("Config") or {}
        pairs = (entry.partition("=") for entry in config.get("Env") or ())
        exposed = (entry.partition("/") for entry in config.get("ExposedPorts") or ())
        ports = (
            int(number) for number, _, protocol in exposed if protocol in ("", "tcp") and number.isdecimal()
        )
        return cls(
            user=config.get("User") or "",
            entrypoint=tuple(config.get("Entrypoint") or ()),
            command=tuple(config.get("Cmd") or ()),
            environment={name: value for name, _, value in pairs},
            folder=config.get("WorkingDir") or "/",
            ports=tuple(sorted(ports)),
            operating_system=attributes.get("Os") or "linux",
            architecture=attributes.get("Architecture") or "",
            stop_signal=config.get("StopSignal") or "SIGTERM",
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What starting the image runs."""
        return self.entrypoint + self.command


Answer = tuple[Status, str]


def static_checks(image: ImageFacts, tree: FileTree, engine_architecture: str) -> Iterator[CheckResult]:
    """Yield the static checks' results; nothing of the image runs."""
    asked: dict[str, Callable[[], Answer]] = {
        "user": lambda: _user(image),
        "exec-form": lambda: _exec_form(image),
        "entrypoint": lambda: _entrypoint(image, tree),
        "platform": lambda: _platform(image, tree, engine_architecture),
        "no-shell": lambda: _no_shell(tree),
        "no-toolchain": lambda: _no_toolchain(tree),
    }
    for id_, ask in asked.items():
        began = time.monotonic()
        status, evidence = ask()
        yield CheckResult(id_, status, round((time.monotonic() - began) * 1000), evidence)


def _user(image: ImageFacts) -> Answer:
    user = image.user.partition(":")[0]
    if not user:
        return Status.FAIL, "no USER: it runs as root"
    if not user.isdecimal():
        if user == "root":
            return Status.FAIL, "USER root"
        # Kubernetes' runAsNonRoot refuses it: it can't tell what uid a name has.
        return Status.FAIL, f"user {user} is a name, which runAsNonRoot refuses; write its number"
    return (Status.FAIL, "USER 0 is root") if int(user) == 0 else (Status.PASS, f"user {user}")


def _exec_form(image: ImageFacts) -> Answer:
    if not image.words:
        return Status.FAIL, "neither ENTRYPOINT nor CMD: nothing to start"
    program = image.words[0].rpartition("/")[2]
    if program in SHELLS and "-c" in image.words[1:3]:
        return Status.FAIL, f"shell form: {program} -c is process 1, and signals end there"
    return Status.PASS, "exec form"


def _entrypoint(image: ImageFacts, tree: FileTree) -> Answer:
    if not image.words:
        return Status.SKIP, "there is no entrypoint"
    word = image.words[0]
    found = tree.find_command(word, image.environment.get("PATH", DEFAULT_PATH), image.folder)
    if found is None:
        return Status.FAIL, f"{word} is not in the image"
    path, entry = found
    if entry.kind != "file":
        return Status.FAIL, f"{path} is no file"
    if not entry.mode & 0o111:
        return Status.FAIL, f"{path} is not executable (mode {entry.mode:o})"
    program = read_program(entry.head)
    if program.format == "archive":
        return Status.FAIL, f"{path} is a package archive: `go build` was not given a main package"
    if program.format not in ("elf", "script"):
        return Status.FAIL, f"{path} is no Linux program ({program.format})"
    if program.interpreter and tree.find(program.interpreter) is None:
        return Status.FAIL, f"{path} needs {program.interpreter}, which is not in the image"
    return Status.PASS, f"{path} {'static' if program.interpreter is None else 'with its loader'}"


def _platform(image: ImageFacts, tree: FileTree, engine_architecture: str) -> Answer:
    if image.operating_system != "linux":
        return Status.FAIL, f"an image for {image.operating_system}"
    if not image.words:
        return Status.SKIP, "there is no entrypoint"
    found = tree.find_command(image.words[0], image.environment.get("PATH", DEFAULT_PATH), image.folder)
    program = read_program(found[1].head) if found else None
    if program and program.architecture and program.architecture != image.architecture:
        return Status.FAIL, f"a program for {program.architecture} in an image for {image.architecture}"
    if image.architecture != engine_architecture:
        return Status.FAIL, f"an image for {image.architecture} on an engine of {engine_architecture}"
    return Status.PASS, f"runs on {image.architecture}"


def _no_shell(tree: FileTree) -> Answer:
    for folder in _SHELL_FOLDERS:
        for name in sorted(SHELLS):
            found = tree.find(f"{folder}/{name}")
            if found and found[1].kind == "file" and found[1].mode & 0o111:
                return Status.FAIL, f"a shell: {folder}/{name}"
    return Status.PASS, "no shell"


def _no_toolchain(tree: FileTree) -> Answer:
    for path in _TOOLCHAIN:
        if tree.find(path):
            return Status.FAIL, f"a Go toolchain: {path}"
    return Status.PASS, "no toolchain"
