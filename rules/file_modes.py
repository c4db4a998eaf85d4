"""Modes that files get: chmod, mkdir -m, install -m, COPY --chmod."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from gendock.dockerfile import Add, Cmd, Copy, Entrypoint, Span, Stage, User
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.fragments import is_fragment
from gendock.lint.mistake import Applicability, Fix, replace
from gendock.lint.scripts import Script

if TYPE_CHECKING:
    from gendock.shell import Command, Word

_OCTAL = r"0?(?P<special>[0-7]?)(?P<rights>[0-7]{3})"
_CLAUSE = r"(?P<who>[augo]*)(?P<sign>[-+=])(?P<rights>[rwxXst]*)"
_WRITE = 2
_STICKY = 1
_OF_INSTALL = ("m", "mode", "o", "g", "owner", "group", "t", "S", "Z")
_ADVICE = "give the files to the user that writes them: `COPY --chown=...`, or chown"
_GROUP_ADVICE = (
    "where the user is chosen when the container starts, give the files to group 0 with `chgrp -R 0`"
)
# All may write there, and the sticky bit keeps everybody from deleting what is another's.
_TEMPORARY = frozenset({"/tmp", "/var/tmp"})  # noqa: S108


@rule(
    "GD217",
    "world-writable",
    severity=Severity.WARNING,
    also=("world-writable-state-path-workaround",),
    shipped=True,
    mentions=("chmod", "mkdir", "install"),
)
def world_writable(context: BuildContext) -> Mistakes:
    """Anybody may write to a file or folder.

    `chmod 777` makes an error message go away, and lets any process of the container, also one that has been
    broken into, replace programs and data. What the program needs is to own the files that it writes.
    In a stage with neither USER, CMD nor ENTRYPOINT nobody knows who that will be, and the default profile
    says nothing of it: the group 0, in which Kubernetes and OpenShift start containers of any number, could
    do what all are let do. What `mktemp` has made, or a later chmod takes back, is left alone.

    Bad:
        FROM debian:12
        RUN mkdir /data && chmod -R 777 /data
        CMD ["/start.sh"]

    Good:
        FROM debian:12
        RUN mkdir /data && chmod -R 775 /data
        CMD ["/start.sh"]

    Bad:
        FROM debian:12
        COPY --chmod=a+rwx start.sh /start.sh
        CMD ["/start.sh"]

    Good:
        FROM debian:12
        COPY --chmod=ug+rwx,o+rx start.sh /start.sh
        CMD ["/start.sh"]
    """
    for stage in context.stages:
        for copy in stage.instructions:
            flag = copy.flag("chmod") if isinstance(copy, Copy | Add) else None
            if flag is None or flag.value is None:
                continue
            mode = flag.value.text
            better = _without_write(mode)
            if better is not None and (context.is_doubted or not _is_open(stage)):
                fix = replace(flag.value.span, better, f"write {better}", safe=False) if better else None
                yield _mistake(stage, flag.value.span, mode, fix)
    for script in context.scripts:
        calls = [*script.calls_of("chmod", "mkdir", "install")]
        if not calls or (not context.is_doubted and _is_open(script.stage)):
            continue
        for call in calls:
            yield from _modes(script, call)


def _mistake(stage: Stage, span: Span, mode: str, fix: Fix | None) -> Mistake:
    message = f"mode {mode} lets anybody write"
    written = f"{fix.message}, and " if fix else ""
    if _is_open(stage):
        return Mistake(span, message, written + _GROUP_ADVICE, fix, severity=Severity.INFO)
    return Mistake(span, message, written + _ADVICE, fix)


def _is_open(stage: Stage) -> bool:
    """Tell whether a stage says neither what starts nor as whom."""
    return not is_fragment(stage) and not any(stage.last(kind) for kind in (User, Cmd, Entrypoint))


def _modes(script: Script, call: Command) -> Mistakes:
    for word, targets in _given(call):
        better = _without_write(word.text)
        if better is None or any(target.text.startswith("/dev/") for target in targets):
            continue
        is_temporary = bool(targets) and all(target.text.rstrip("/") in _TEMPORARY for target in targets)
        if is_temporary:
            better = "1777" if word.text.isdecimal() else "a+rwxt"
        elif _is_made_by_mktemp(script, targets) or _is_taken_back(script, call, targets):
            continue
        edit = script.replace(word, better)
        fix = Fix(f"write {better}", (edit,), Applicability.UNSAFE) if better and word.is_plain else None
        mistake = _mistake(script.stage, script.span(word), word.text, fix)
        advice = _known_advice(call, better, is_temporary=is_temporary)
        yield msgspec.structs.replace(mistake, help=advice) if advice else mistake


def _known_advice(call: Command, better: str, *, is_temporary: bool) -> str:
    """Return what to write where it is known who writes: everybody in /tmp, or whom `install -o` names."""
    from gendock.shell import options_of

    if is_temporary:
        return f"write {better}: all write there, and nobody deletes what is another's"
    owner = options_of(call, valued=_OF_INSTALL).value("o", "owner") if call.program == "install" else None
    return f"write {better}: {owner} owns what is made here, and may write" if owner and better else ""


def _is_made_by_mktemp(script: Script, targets: tuple[Word, ...]) -> bool:
    """Tell whether all targets are variables, in a script that makes a folder of its own, and deletes it."""
    return "mktemp" in script.text and all(target.text.startswith("$") for target in targets)


def _is_taken_back(script: Script, call: Command, targets: tuple[Word, ...]) -> bool:
    """Tell whether a later chmod of the same RUN gives the same files another mode."""
    return any(
        {target.text for target in targets}.issubset(later.texts)
        for later in script.calls_of("chmod")
        if targets and later.start > call.start
    )


def _given(call: Command) -> Iterator[tuple[Word, tuple[Word, ...]]]:
    """Yield the modes that a call gives, each with the paths that get it."""
    from gendock.shell import options_of

    if call.program == "chmod":
        operands = options_of(call, valued=("reference",)).operands
        if len(operands) > 1:
            yield operands[0], operands[1:]
        return
    options = options_of(call, valued=_OF_INSTALL)
    for name, word in options.values:
        if name in ("m", "mode"):
            yield word, options.operands


def _without_write(mode: str) -> str | None:
    """Return a mode with which not everybody may write.

    None where a mode is so already; empty where nothing would be left of it.
    """
    octal = re.fullmatch(_OCTAL, mode)
    if octal is not None:
        rights = octal["rights"]
        is_sticky = int(octal["special"] or "0") & _STICKY
        if is_sticky or not int(rights[-1]) & _WRITE:
            return None
        return mode[:-1] + str(int(rights[-1]) - _WRITE)
    clauses = [re.fullmatch(_CLAUSE, clause) for clause in mode.split(",")]
    found = [clause for clause in clauses if clause is not None]
    if len(found) < len(clauses) or "t" in mode or not any(_opens(clause) for clause in found):
        return None
    return ",".join(part for clause in found for part in _closed(clause))


def _opens(clause: re.Match[str]) -> bool:
    """Tell whether a clause lets others write; without a `who`, the umask keeps them from it."""
    return clause["sign"] != "-" and "w" in clause["rights"] and not {"a", "o"}.isdisjoint(clause["who"])


def _closed(clause: re.Match[str]) -> Iterator[str]:
    if not _opens(clause):
        yield clause[0]
        return
    who = "ug" if "a" in clause["who"] else clause["who"].replace("o", "")
    if who:
        yield f"{who}{clause['sign']}{clause['rights']}"
    if left := clause["rights"].replace("w", ""):
        yield f"o{clause['sign']}{left}"
