"""Rights of what a container starts: programs that have to be root, and those that do not stay root."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from gendock.dockerfile import Add, Cmd, Copy, Entrypoint, Stage, Volume
from gendock.lint.bases import plain, steps
from gendock.lint.context import BuildContext

if TYPE_CHECKING:
    from gendock.shell import Command

# As a part of a path, with a version or a machine behind it: `gosu`, `su-exec=0.2-r3`, `.../gosu-amd64`.
_DROPPERS = ("gosu", "su-exec", "suexec", "setpriv", "s6-setuidgid", "runuser", "chpst", "setuser")
_DROPS = rf"(?:\A|/)(?:{'|'.join(_DROPPERS)})(?:[-_=~@/.:]|\Z)"
_PRINTERS = frozenset({"echo", "printf"})
_IN_SCRIPT = (
    r"\b(?:gosu|su-exec|setpriv|s6-setuidgid|runuser|chpst|setuser|start-stop-daemon|sudo|su|doas|capsh)\b"
    r"|\bchroot\b.*--userspec|\bsetuid\("
)
_SCRIPT = r"entrypoint|\.(?:sh|bash|py)\b"
# They log users in, run programs of several users, or have the machine's network, disks and containers to
# themselves. Docker's daemon is also known by a script of its image.
_ROOTS = frozenset(
    {
        "buildkitd",
        "buildkitd-entrypoint",
        "containerd",
        "cron",
        "crond",
        "dhcpd",
        "dind",
        "dockerd",
        "dockerd-entrypoint.sh",
        "krb5kdc",
    }
    | {"glusterd", "iptables", "keepalived", "kubelet", "openvpn", "runsvdir", "runsvdir-start"}
    | {"s6-svscan", "smbd", "sshd", "sudo", "supervisord", "systemd", "tailscaled", "tcpdump", "tshark"}
    | {"udevd", "wg-quick"}
)
_INITS = ("/sbin/init", "/lib/systemd/systemd")
_S6_OVERLAY = "/init"
# Servers that become the user which an option names.
_WITH_USER = frozenset(
    {"chronyd", "dnsmasq", "memcached", "mini_httpd", "mysqld", "mysqld_safe", "named", "ntpd", "unbound"}
)
_USER = re.compile(r"-u\b|--user\b")
_DOCKER_DATA = "/var/lib/docker"


@lru_cache(maxsize=16)
def started_words(stage: Stage) -> tuple[str, ...]:
    """Return the words that a stage starts, of its ENTRYPOINT and its CMD, in whatever form."""
    started = (stage.last(Entrypoint), stage.last(Cmd))
    return tuple(
        part
        for one in started
        if one is not None
        for word in one.command.words
        for part in ([word.text] if one.command.exec_form else re.split(r"[\s;&|]+", word.text.strip()))
    )


def has_to_be_root(stage: Stage) -> bool:
    """Tell whether what a stage starts has to be root, as systemd, sshd and Docker's daemon have to."""
    words = [part for word in started_words(stage) for part in word.split()]
    if any(
        word.rpartition("/")[2] in _ROOTS or word.endswith(_INITS) or word == _S6_OVERLAY for word in words
    ):
        return True
    return any(
        word.text.rstrip("/") == _DOCKER_DATA
        for one in stage.lineage()
        for volume in one.of(Volume)
        for word in volume.words
    )


def drops_rights(context: BuildContext, stage: Stage) -> bool:
    """Tell whether a stage starts a server that becomes another user, or has a program for that."""
    words = started_words(stage)
    if any(word.rpartition("/")[2] in _WITH_USER for word in words) and any(map(_USER.match, words)):
        return True
    if not any(name in context.file.source.text for name in _DROPPERS):
        return False
    for one in steps(stage):
        if isinstance(one, Copy | Add) and any(_is_dropper(word.text) for word in one.words):
            return True
    if any(map(_names_dropper, _started_commands(stage))):
        return True
    scripts = (script for one in stage.lineage() for script in context.scripts_of(one))
    return any(_names_dropper(command) for script in scripts for command in script.commands)


def may_drop_rights(context: BuildContext, stage: Stage) -> bool:
    """Tell whether what a stage starts may go on as another user: also a script, of which nobody can tell."""
    if drops_rights(context, stage):
        return True
    texts = (
        word.text for one in steps(stage) if isinstance(one, Cmd | Entrypoint) for word in one.command.words
    )
    return any(re.search(_SCRIPT, text) and _script_may_drop(context, stage, text) for text in texts)


def _script_may_drop(context: BuildContext, stage: Stage, started: str) -> bool:
    """Tell whether a script that is started may drop rights: where it can be read, it says so."""
    name = posixpath.basename(started.split(maxsplit=1)[0])
    for one in steps(stage):
        if not isinstance(one, Copy | Add) or one.flag("from") is not None:
            continue
        for source in one.sources:
            if posixpath.basename(plain(source)) == name:
                text = context.read(plain(source))
                return text is None or re.search(_IN_SCRIPT, text) is not None
    return True


def _started_commands(stage: Stage) -> Iterator[Command]:
    from gendock.shell import read_script

    for one in steps(stage):
        if isinstance(one, Cmd | Entrypoint):
            for word in one.command.words:
                yield from read_script(word.text).commands


def _names_dropper(command: Command) -> bool:
    """Tell whether a command calls a program that drops rights, installs it, or fetches it."""
    words = (*command.words, *(redirect.target for redirect in command.redirects))
    return command.program not in _PRINTERS and any(_is_dropper(word.text) for word in words)


def _is_dropper(path: str) -> bool:
    return re.search(_DROPS, path) is not None
