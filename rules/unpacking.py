"""Archives that are copied, and then unpacked by a RUN."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Copy, Stage, Word
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.archives import is_unpacked_by_add, unpacks
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_instruction, in_case_of
from gendock.lint.mistake import Applicability
from gendock.lint.scripts import Script

if TYPE_CHECKING:
    from gendock.shell import Command, Options

_KEPT_BY_ADD = frozenset({"chown", "chmod", "link", "exclude"})
# What needs the archive as it is, so that ADD, which unpacks it, is no help.
_CHECKING = frozenset({"sha256sum", "sha512sum", "sha1sum", "md5sum", "shasum", "gpg", "gpgv", "cosign"})
_MOUNTED = "mount it for the RUN that checks and unpacks it: `RUN --mount=type=bind,target=/context ...`"
_PLAIN_TAR = frozenset("xzjJvfCp")


@rule("DL3010", "copy-then-unpack", severity=Severity.INFO, needs=(Copy,))
def copy_then_unpack(context: BuildContext) -> Mistakes:
    """An archive is copied with COPY, and unpacked by a RUN.

    The archive stays in the layer of COPY even if the RUN deletes it, so the image holds its content twice.
    ADD unpacks archives of tar's by itself, packed with gzip, bzip2, xz or zstd or not at all.

    Bad:
        FROM debian:12
        COPY tools.tar.gz /tmp/
        RUN tar -xzf /tmp/tools.tar.gz -C /opt && rm /tmp/tools.tar.gz

    Good:
        FROM debian:12
        ADD tools.tar.gz /opt/

    Bad:
        FROM debian:12
        COPY tools.tar.gz tools.tar.gz.sha256 /tmp/
        RUN cd /tmp && sha256sum -c tools.tar.gz.sha256 && tar -xzf tools.tar.gz -C /opt
    """
    for stage in context.stages:
        for copy in stage.of(Copy):
            for word in () if copy.flag("from") else _archives(copy):
                name = _base_name(word)
                script = _unpacking(context, stage, copy, name)
                if script is None:
                    continue
                yield Mistake(
                    word.span,
                    f"{name} is copied, and unpacked by a RUN: the image holds it twice",
                    _MOUNTED
                    if _is_checked(context, stage, name)
                    else "write ADD instead of COPY, which unpacks it, and delete the RUN's command",
                    _added(context, stage, copy, script, name),
                )


def _is_checked(context: BuildContext, stage: Stage, name: str) -> bool:
    """Tell whether a command reads the archive itself, to compare its sum or its signature."""
    return any(
        call.program in _CHECKING
        for script in context.scripts_of(stage)
        if name in script.text
        for call in script.calls
    )


def _unpacking(context: BuildContext, stage: Stage, copy: Copy, name: str) -> Script | None:
    """Return the first RUN behind a COPY that unpacks an archive of this name."""
    for script in context.scripts_of(stage):
        is_behind = script.run.span.start > copy.span.start and script.run in stage.instructions
        if is_behind and any(unpacks(one, name) for one in script.calls):
            return script
    return None


def _archives(copy: Copy) -> Iterator[Word]:
    """Yield the word of each archive: the destination, if that has the archive's name, or the sources."""
    target = copy.destination
    words = (target,) if is_unpacked_by_add(_base_name(target)) else copy.sources
    for word in words:
        if is_unpacked_by_add(_base_name(word)):
            yield word


def _base_name(word: Word) -> str:
    return word.text.strip("\"'").replace("\\", "/").rpartition("/")[2]


def _added(context: BuildContext, stage: Stage, copy: Copy, script: Script, name: str) -> Fix | None:
    """Return the fix, where the RUN unpacks this one archive into a folder and does nothing else."""
    names = [other for other in context.scripts if name in other.text]
    if len(copy.sources) > 1 or {flag.name for flag in copy.flags} - _KEPT_BY_ADD or names != [script]:
        return None
    target = _unpacked_to(stage, copy, script, name)
    if target is None:
        return None
    edits = (
        Edit(copy.keyword.span, in_case_of(copy, "ADD")),
        Edit(copy.destination.span, f"{target.rstrip('/')}/"),
        delete_instruction(context.file.source, script.run),
    )
    return Fix(f"unpack it to {target} with ADD", edits, Applicability.UNSAFE)


def _unpacked_to(stage: Stage, copy: Copy, script: Script, name: str) -> str | None:
    from gendock.shell import options_of

    calls = script.commands
    if script.run.flags or script.run.heredocs or script.run.command.exec_form or not 1 <= len(calls) <= 2:
        return None
    folder = stage.working_directory(before=script.run) or "/"
    copied = posixpath.join(stage.working_directory(before=copy) or "/", copy.destination.text)
    copied = posixpath.normpath(f"{copied}{name}" if copied.endswith("/") else copied)
    tar = options_of(calls[0], valued=("f", "C"))
    if calls[0].name != "tar" or not _is_plain_tar(calls[0], tar):
        return None
    if _joined(folder, tar.value("f") or "") != copied:
        return None
    if len(calls) == 2 and not _deletes(calls[1], folder, copied):
        return None
    is_known = stage.working_directory(before=script.run) or (tar.value("C") or "").startswith("/")
    return _joined(folder, tar.value("C") or ".") if is_known else None


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def _is_plain_tar(call: Command, tar: Options) -> bool:
    flags = {name for name, _ in tar.flags}
    return (
        {"x", "f"} <= flags <= _PLAIN_TAR
        and not tar.operands
        and not call.redirects
        and not call.assignments
        and all(word.is_plain for word in call.words)
    )


def _deletes(call: Command, folder: str, path: str) -> bool:
    from gendock.shell import options_of

    options = options_of(call)
    paths = [_joined(folder, word.text) for word in options.operands]
    return call.name == "rm" and call.before == "&&" and paths == [path]
