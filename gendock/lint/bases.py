"""What is known of base images by their names, and of what a stage puts on them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator

from gendock.dockerfile import Add, Copy, Instruction, Run, Stage, Word
from gendock.lint.cleanups import mounts
from gendock.lint.images import parse_image

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "busybox"})

_DISTROLESS = re.compile(
    r"(?:.*/)?distroless/(?:static|base(?:-nossl)?|cc|java\d*|java-base|nodejs\d*)(?:-debian\d+)?"
)
_CHAINGUARD = re.compile(r"cgr\.dev/(?:chainguard|chainguard-private)/(?:static|glibc-dynamic)")
# `windows-x64` as a name is an image that makes programs for Windows, on Linux.
_WINDOWS = re.compile(
    r"(?:^|/)(?:windows(?:/|:|$)|(?:windows)?(?:nanoserver|servercore))"
    r"|(?:^|/)iis(?:[:@]|$)|-windows(?:$|[:@])|:\S*(?:windows|nanoserver|servercore)|\bltsc20\d\d"
)
# What only a RUN of a Windows image calls.
_WINDOWS_CALL = re.compile(r"(?i)powershell(?:\.exe)?\s|cmd(?:\.exe)?\s+/[cs]\s")
_BIN_FOLDERS = frozenset(
    {"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/busybox"}
)
# Whatever is copied there may have a `bin` in it.
_ROOTS = frozenset({"/", "/usr", "/usr/local"})
_NO_FILE = frozenset({"", ".", "..", "bin", "sbin", "usr", "local", "rootfs"})
_ARCHIVE = r"(?i)\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|tzst)\Z"


def root_base(stage: Stage) -> str | None:
    """Return the image that a stage stands on in the end; None where that cannot be known."""
    return stage.root.base


def is_scratch(stage: Stage) -> bool:
    """Tell whether a stage begins with nothing at all."""
    return root_base(stage) == "scratch"


def is_distroless(stage: Stage) -> bool:
    """Tell whether a stage stands on an image that has no shell, no package manager and few users."""
    image = parse_image(root_base(stage) or "")
    if not image.tag and image.digest:
        return False
    if _DISTROLESS.fullmatch(image.name):
        return "debug" not in image.tag
    return _CHAINGUARD.fullmatch(image.name) is not None and "dev" not in image.tag


def is_windows(stage: Stage) -> bool:
    """Tell whether a stage is for Windows, as far as its image, platform or RUNs say so."""
    root = stage.root
    platform = root.start.flag("platform")
    said = platform.value.text if platform and platform.value else ""
    image = root.base or root.start.image.text
    if said.lower().startswith("windows") or _WINDOWS.search(image.lower()):
        return True
    runs = (run for one in stage.lineage() for run in one.of(Run))
    return any(_WINDOWS_CALL.match(word.text) for run in runs for word in run.command.words[:1])


def steps(stage: Stage, before: Instruction | None = None) -> Iterator[Instruction]:
    """Yield the instructions that make a stage, those of the stages below first, up to one of its own."""
    for one in reversed(list(stage.lineage())):
        for instruction in one.instructions:
            if instruction is before:
                return
            yield instruction


def lacks_shell(stage: Stage, before: Instruction | None = None) -> bool:
    """Tell whether there is surely no shell in a stage."""
    return (is_scratch(stage) or is_distroless(stage)) and not brings(stage, SHELLS, before)


def may_have(stage: Stage, path: str, before: Instruction | None = None) -> bool:
    """Tell whether a stage may have put a file at a path into its image."""
    folders = {path, posixpath.dirname(path)}
    for one in steps(stage, before):
        if isinstance(one, Run) and (one.command.exec_form or not is_scratch(stage)):
            return True
        if not isinstance(one, Copy | Add):
            continue
        destination = plain(one.destination)
        if "$" in destination or posixpath.normpath(destination) in folders:
            return True
        if posixpath.normpath(destination) == "/" and any(_may_be_tree(word) for word in one.sources):
            return True
    return False


def brings(stage: Stage, programs: Collection[str], before: Instruction | None = None) -> bool:
    """Tell whether a stage may have put a program into its image."""
    return any(
        (isinstance(one, Copy | Add) and _may_bring(one, programs))
        or (isinstance(one, Run) and (one.command.exec_form or _mounts(one)))
        for one in steps(stage, before)
    ) or (isinstance(before, Run) and _mounts(before))


def plain(word: Word) -> str:
    """Return a path without its quotes."""
    return word.text.strip("\"'")


def _mounts(run: Run) -> bool:
    """Tell whether a RUN has files of another image at hand."""
    return any(mount.get("from") for mount in mounts(run))


def _may_be_tree(source: Word) -> bool:
    """Tell whether a source may be a folder or an archive, rather than a file."""
    name = posixpath.basename(plain(source).rstrip("/"))
    is_file = "." in name and name not in _NO_FILE and "*" not in name and "$" not in name
    return not is_file or re.search(_ARCHIVE, name) is not None or "://" in source.text


def _may_bring(copy: Copy | Add, programs: Collection[str]) -> bool:
    destination = plain(copy.destination)
    folder = posixpath.normpath(destination)
    if "$" in destination or posixpath.basename(folder) in programs:
        return True
    for source in copy.sources:
        name = posixpath.basename(plain(source).rstrip("/"))
        if name in programs:
            return True
        if isinstance(copy, Add) and (re.search(_ARCHIVE, name) or "://" in source.text):
            return True
        unclear = name in _NO_FILE or "*" in name or "$" in name or source.text.endswith("/")
        if folder in _BIN_FOLDERS and unclear:
            return True
        if folder in _ROOTS and (unclear or "." not in name):
            return True
    return False
