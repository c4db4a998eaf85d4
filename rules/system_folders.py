"""Folders and ports that belong to the system: WORKDIR, VOLUME and EXPOSE."""

from __future__ import annotations

import posixpath
import re

from gendock.dockerfile import Expose, Stage, Volume, Workdir
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_windows
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_among
from gendock.lint.mistake import Applicability, Fix, replace
from gendock.lint.paths import is_below
from gendock.lint.rights import started_words

# The runtime mounts its own over these: what an image has there is never seen.
_MOUNTED = ("/proc", "/sys", "/dev")
_BOOT = ("/boot", "/initrd", "/lost+found")
_SYSTEM = frozenset({"/", "/bin", "/boot", "/etc", "/lib", "/lib64", "/sbin", "/usr"})
# systemd in a container wants this one from the host.
_CONTROL_GROUPS = "/sys/fs/cgroup"
_COMMENT = r"[ \t]+#.*"


def _is_below_any(path: str, folders: tuple[str, ...]) -> bool:
    return any(is_below(path, folder) for folder in folders)


def _path(text: str) -> str:
    return posixpath.normpath(text.strip().strip("\"'"))


@rule("GD140", "space-in-workdir", severity=Severity.WARNING, also=("invalid_workdir",), needs=(Workdir,))
def space_in_workdir(stage: Stage) -> Mistakes:
    """WORKDIR has an unquoted space.

    WORKDIR takes all of the line for one path, spaces and comments included: `WORKDIR /app # the app` makes
    the folder `/app # the app`. If the space is meant, quotes say so.

    Bad:
        FROM debian:12
        WORKDIR /srv/my app

    Good:
        FROM debian:12
        WORKDIR "/srv/my app"

    Bad:
        FROM debian:12
        WORKDIR /app # where the program is

    Good:
        FROM debian:12
        WORKDIR /app
    """
    for workdir in stage.of(Workdir):
        text = workdir.value.text
        if not re.search(r"\s", text) or text[0] in "\"'" or "\\" in text or is_windows(stage):
            continue
        comment = re.search(_COMMENT, text)
        if comment is not None:
            bare = text[: comment.start()]
            message = f"the comment is part of the path: this is the folder `{text}`"
            advice = "put the comment on a line of its own"
            fix = replace(workdir.value.span, bare, f"write WORKDIR {bare}", safe=False)
        else:
            message = f"WORKDIR takes the whole line: this is one folder, `{text}`"
            advice = f'write one path; if the space is meant, `WORKDIR "{text}"`'
            quoted = f'"{text}"'
            fix = replace(workdir.value.span, quoted, f"write WORKDIR {quoted}")
        yield Mistake(workdir.value.span, message, advice, None if '"' in text or "'" in text else fix)


@rule("GD141", "system-workdir", severity=Severity.ERROR, also=("DS-0030",), needs=(Workdir,))
def system_workdir(stage: Stage) -> Mistakes:
    """WORKDIR is a folder that belongs to the kernel.

    When a container starts, `/proc`, `/sys` and `/dev` are mounted anew: what was copied there is not to be
    seen. What is below `/boot` is for a machine that boots, and a container does not.

    Bad:
        FROM debian:12
        WORKDIR /proc/app
    """
    for workdir in stage.of(Workdir):
        path = _path(workdir.value.text)
        if not _is_below_any(path, (*_MOUNTED, *_BOOT)):
            continue
        hidden = _is_below_any(path, _MOUNTED)
        yield Mistake(
            workdir.value.span,
            f"{path} belongs to the system"
            + (": a container does not see what the image has there" * hidden),
            "write a folder of your own: `WORKDIR /app`",
        )


@rule("GD210", "system-volume", severity=Severity.ERROR, also=("DKL-DI-0002",), shipped=True, needs=(Volume,))
def system_volume(context: BuildContext) -> Mistakes:
    """VOLUME is a folder of the system.

    A volume over `/proc`, `/sys` or `/dev` hides what programs need to ask the kernel; one over `/etc` or
    `/usr` keeps the programs of the first image that was started with it, whatever you ship later.

    Bad:
        FROM debian:12
        VOLUME /data /dev

    Good:
        FROM debian:12
        VOLUME /data
    """
    for stage in context.stages:
        for volume in stage.of(Volume):
            for at, word in enumerate(volume.words):
                path = _path(word.text)
                if path == _CONTROL_GROUPS or not (path in _SYSTEM or _is_below_any(path, _MOUNTED)):
                    continue
                spans = [one.span for one in volume.words]
                edit = delete_among(context.file.source, volume, spans, at)
                yield Mistake(
                    word.span,
                    f"{path} is a folder of the system: a volume hides what belongs there",
                    "name a folder of your own, such as /data",
                    None if edit is None else Fix(f"delete {path}", (edit,), Applicability.UNSAFE),
                )


@rule(
    "GD204",
    "expose-ssh",
    severity=Severity.WARNING,
    also=("DS-0004", "CKV_DOCKER_1"),
    shipped=True,
    needs=(Expose,),
)
def expose_ssh(context: BuildContext) -> Mistakes:
    """EXPOSE has port 22.

    A container with an SSH server is a second way in, with keys and passwords of its own to look after.
    `docker exec` and `kubectl exec` give a shell without one. Of an image that starts nothing but sshd, and
    so is there for SSH, the default profile says nothing.

    Bad:
        FROM debian:12
        EXPOSE 22 8080

    Good:
        FROM debian:12
        EXPOSE 8080
    """
    for stage in context.stages:
        is_server = any(re.search(r"(?:\A|/)sshd?\b", word) for word in started_words(stage))
        if is_server and not context.is_doubted:
            continue
        for expose in stage.of(Expose):
            for at, word in enumerate(expose.words):
                port, _, protocol = word.text.strip("\"'").partition("/")
                if port != "22" or protocol.lower() not in ("", "tcp"):
                    continue
                spans = [one.span for one in expose.words]
                edit = delete_among(context.file.source, expose, spans, at)
                yield Mistake(
                    word.span,
                    f"port {word.text} is for SSH servers",
                    "leave SSH out; `docker exec` gives a shell in a running container",
                    None if edit is None else Fix("do not expose port 22", (edit,), Applicability.UNSAFE),
                )
