"""The index of packages, and upgrades of all of them."""

from __future__ import annotations

import re

from gendock.dockerfile import Onbuild, Span
from gendock.lint import Applicability, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.chains import delete_command
from gendock.lint.context import BuildContext
from gendock.lint.mistake import Edit
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script
from gendock.shell import Command

_UPDATES = {
    Manager.APT: frozenset({"update"}),
    Manager.APK: frozenset({"update"}),
    Manager.YUM: frozenset({"makecache", "check-update"}),
    Manager.DNF: frozenset({"makecache", "check-update"}),
    Manager.ZYPPER: frozenset({"refresh", "ref"}),
}
_KEEPS_INDEX = frozenset({"clean", "autoclean", "distclean", "dist-clean", "check", "autoremove"})
# Programs that install nothing, whatever they are told.
_INSTALL_NOTHING = frozenset(
    """
    set true : echo printf export unset rm mkdir rmdir find ls cat cp mv ln chmod chown sed grep touch cd
    dpkg-reconfigure locale-gen update-locale apt-cache test [ sleep date tee exit useradd groupadd adduser
    addgroup usermod ldconfig sync id which
""".split()
)
_BETWEEN_LINES = r"\s*\Z"


@rule(
    "GD330",
    "update-alone",
    severity=Severity.WARNING,
    also=("apt-get-update_require_install", "DS-0017", "CKV_DOCKER_5", "CIS-DI-0007", "CIS-4.7"),
    mentions=("update", "makecache", "check-update", "refresh"),
)
def update_alone(context: BuildContext) -> Mistakes:
    """The index of packages is fetched in a RUN that installs nothing.

    Docker keeps that layer, and with it the index of the day it was built: months later an install in
    another RUN looks for versions that the mirrors no longer have, and stops, or brings old ones. Both
    belong in one RUN.

    Bad:
        FROM debian:12
        RUN apt-get update
        RUN apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*

    Good:
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    """
    for script in context.scripts:
        update = next((call for call in script.package_calls if _is_update(call)), None)
        if update is None or update.verb is None or _uses_index(script, update):
            continue
        install = "add" if update.manager is Manager.APK else "install"
        yield Mistake(
            script.span(update.verb),
            f"`{update.program} {update.does}` is in a RUN that installs nothing: its cached index gets old",
            f"write `{update.program} {update.does} && {update.program} {install} ...` in one RUN",
            _joined(context, script, update),
        )


def _is_update(call: PackageCall) -> bool:
    return call.does in _UPDATES.get(call.manager, ())


def _uses_index(script: Script, update: PackageCall) -> bool:
    """Tell whether a command behind an update installs something, or may do so for all that is known."""
    calls = {call.outer.start: call for call in script.package_calls}
    for outer, command in zip(script.commands, script.calls, strict=True):
        call = calls.get(outer.start)
        if outer.start <= update.outer.start or not command.words:
            continue
        if call is None and command.program not in _INSTALL_NOTHING:
            return True
        if call is not None and not _is_update(call) and call.does not in _KEEPS_INDEX:
            return True
    return False


def _joined(context: BuildContext, script: Script, update: PackageCall) -> Fix | None:
    """Return the edit that makes one RUN of an update and the RUN behind it, where that one installs."""
    instructions = script.stage.instructions
    at = next((at for at, one in enumerate(instructions) if one is script.instruction), len(instructions))
    behind = instructions[at + 1] if at + 1 < len(instructions) else None
    other = next((one for one in context.scripts if one.instruction is behind), None)
    if behind is None or other is None or not (_is_simple(script) and _is_simple(other)):
        return None
    if not any(call.manager is update.manager for call in other.package_calls):
        return None
    end = script.commands[-1].end
    start = other.commands[0].start
    # Only blanks may stand between, so that no comment loses what it is about.
    if not re.match(_BETWEEN_LINES, script.source.slice(Span(end, behind.span.start))):
        return None
    if script.source.slice(Span(behind.span.start, start)).split() != [behind.keyword.text]:
        return None
    return Fix("make one RUN of both", (Edit(Span(end, start), " && "),))


def _is_simple(script: Script) -> bool:
    """Tell whether a script is one chain of commands, without flags, heredocs or a shell of its own."""
    run = script.run
    if run.flags or run.heredocs or run.command.exec_form or isinstance(script.instruction, Onbuild):
        return False
    return bool(script.commands) and all(map(_is_in_chain, script.commands))


def _is_in_chain(command: Command) -> bool:
    plain = not command.inside and not command.redirects
    return plain and command.before in ("", "&&") and command.after in ("", "&&")


@rule(
    "GD331",
    "apt-upgrade",
    severity=Severity.INFO,
    also=("apt-get-upgrade",),
    level=Level.STRICT,
    mentions=("upgrade",),
)
def apt_upgrade(script: Script) -> Mistakes:
    """A build upgrades all packages of its base image.

    What comes out depends on the day; each upgraded package is in the image twice, as the layer below
    keeps the old one. A base image that is rebuilt often has the security fixes already: take a newer
    one. Where it has none, and only the newest packages will do, this rule is one to ignore.

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get upgrade -y && apt-get install -y --no-install-recommends curl

    Good:
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends curl
    """
    yield from _upgrades(
        script, ("upgrade", "safe-upgrade"), "upgrades whatever is new on the day of the build"
    )


@rule(
    "GD332",
    "apt-dist-upgrade",
    severity=Severity.WARNING,
    also=("apt-get-dist-upgrade", "DS-0024", "DKL-DI-0003"),
    level=Level.STRICT,
    mentions=("-upgrade",),
)
def apt_dist_upgrade(script: Script) -> Mistakes:
    """A build upgrades its base image to another release.

    `apt-get dist-upgrade` also removes packages and brings others, by what the repositories hold on that
    day. What comes out is neither the base image nor one that anybody has tested. A newer base image is.

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get dist-upgrade -y && apt-get install -y --no-install-recommends curl

    Good:
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends curl
    """
    yield from _upgrades(
        script, ("dist-upgrade", "full-upgrade"), "turns the base image into a different system"
    )


def _upgrades(script: Script, verbs: tuple[str, ...], what: str) -> Mistakes:
    for call in script.package_calls:
        if call.manager is not Manager.APT or call.verb is None or call.does not in verbs:
            continue
        # An upgrade of named packages is chosen, and ends with them.
        if call.operands:
            continue
        edit = delete_command(script, call.outer)
        yield Mistake(
            script.span(call.verb),
            f"`{call.program} {call.does}` {what}",
            "name a newer base image in FROM, and build it often",
            Fix("leave the base image as it is", (edit,), Applicability.UNSAFE) if edit else None,
        )
