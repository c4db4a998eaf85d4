"""Whether an image's entrypoint can run: it and its loader are there, its user may, the platform fits."""

from __future__ import annotations

import posixpath

from gendock.engine.elf import Program, read_program
from gendock.engine.filesystem import FileTree
from gendock.engine.image_facts import ImageFacts
from gendock.engine.layers import Entry
from gendock.engine.results import Status, Verdict

SHELLS = frozenset({"sh", "ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "mksh", "tcsh", "zsh"})
_MUSL = "/lib/ld-musl-"


def exec_form(image: ImageFacts) -> Verdict:
    """Look whether a shell is put before the program."""
    if not image.words:
        return Status.FAIL, "neither ENTRYPOINT nor CMD: nothing to start"
    program = image.words[0].rpartition("/")[2]
    if program in SHELLS and "-c" in image.words[1:3]:
        return Status.FAIL, f"shell form: {program} -c is process 1, and signals end there"
    return Status.PASS, "exec form"


def entrypoint(image: ImageFacts, tree: FileTree) -> Verdict:
    """Look whether the program is there and can run."""
    if not image.words:
        return Status.SKIP, "there is no entrypoint"
    word = image.words[0]
    found = tree.find_command(word, image.path, image.folder)
    if found is None:
        return Status.FAIL, f"{word} is not in the image"
    path, entry = found
    if entry.kind != "file":
        return Status.FAIL, f"{path} is no file"
    program = read_program(entry.head)
    if program.format == "archive":
        return Status.FAIL, f"{path} is a package archive: `go build` was not given a main package"
    refusal = _may_not_run(image, tree, path, entry)
    if refusal:
        return Status.FAIL, refusal
    if program.format not in ("elf", "script"):
        return Status.FAIL, f"{path} is no Linux program ({program.format})"
    lack = _lacks(tree, path, program)
    if lack:
        return Status.FAIL, lack
    return Status.PASS, f"{path} {'static' if program.interpreter is None else 'with its loader'}"


def platform(image: ImageFacts, tree: FileTree, engine_architecture: str | None) -> Verdict:
    """Look whether image and program are for one platform, and for the engine's where there is one."""
    if image.operating_system != "linux":
        return Status.FAIL, f"an image for {image.operating_system}"
    if not image.words:
        return Status.SKIP, "there is no entrypoint"
    found = tree.find_command(image.words[0], image.path, image.folder)
    program = read_program(found[1].head) if found else None
    if program and program.architecture and program.architecture != image.architecture:
        return Status.FAIL, f"a program for {program.architecture} in an image for {image.architecture}"
    if engine_architecture and image.architecture != engine_architecture:
        return Status.FAIL, f"an image for {image.architecture} on an engine of {engine_architecture}"
    return Status.PASS, f"runs on {image.architecture}"


def _may_not_run(image: ImageFacts, tree: FileTree, path: str, entry: Entry) -> str:
    """Say why the image's user may not execute a file; nothing where it may."""
    if not entry.mode & 0o111:
        return f"{path} is not executable (mode {entry.mode:o})"
    uid, gid = _numbers(image.user)
    if uid is None or uid == 0:
        return ""
    if not _may(entry, uid, gid):
        return f"{path} is not executable for user {image.user} (mode {entry.mode:o}, owner {entry.uid})"
    folder = path
    while folder != "/":
        folder = posixpath.dirname(folder)
        found = tree.find(folder)
        if found and not _may(found[1], uid, gid):
            return f"user {image.user} may not enter {folder} (mode {found[1].mode:o}), where {path} is"
    return ""


def _numbers(user: str) -> tuple[int | None, int]:
    """Return uid and gid of USER; without a number nothing is known."""
    name, _, group = user.partition(":")
    uid = int(name) if name.isascii() and name.isdecimal() else None
    return uid, int(group) if group.isascii() and group.isdecimal() else 0


def _may(entry: Entry, uid: int, gid: int) -> bool:
    """Say whether one may execute a file or enter a folder."""
    if entry.uid == uid:
        return bool(entry.mode & 0o100)
    return bool(entry.mode & (0o010 if entry.gid == gid else 0o001))


def _lacks(tree: FileTree, path: str, program: Program) -> str:
    """Say what a program needs to start and the image does not have."""
    loader = program.interpreter
    if loader is None:
        return ""
    if loader.endswith("\r"):
        return f"the first line of {path} ends with CR LF: Linux looks for {loader!r}"
    if tree.find(loader) is not None:
        return ""
    if program.format == "script":
        return f"{path} is a script for {loader}, which is not in the image"
    if loader.startswith(_MUSL):
        return f"{path} is linked against musl ({loader}), and the image has none"
    if any(name.startswith(_MUSL) for name, _ in tree):
        return f"{path} is linked against glibc ({loader}), and the image has musl"
    return f"{path} is linked against glibc ({loader}), and the image is a static one without it"
