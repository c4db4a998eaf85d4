"""STOPSIGNAL: what `docker stop` sends to the first process."""

from __future__ import annotations

from gendock.dockerfile import Stage, Stopsignal
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.base_shells import has_busybox
from gendock.lint.bases import is_windows, root_base
from gendock.lint.context import BuildContext
from gendock.lint.edits import insert_line
from gendock.lint.images import parse_image
from gendock.lint.mistake import Applicability, Fix, replace
from gendock.lint.profiles import Level
from gendock.lint.starting import Process, first_process
from gendock.lint.stop_signals import UNGRACEFUL, canonical

_NGINX = frozenset({"nginx", "openresty"})
_NGINX_SIGNAL = "SIGQUIT"
_SYSTEMD_SIGNAL = "SIGRTMIN+3"


def _is_systemd(process: Process | None) -> bool:
    return process is not None and process.is_systemd


def _is_nginx(process: Process | None) -> bool:
    return process is not None and process.program in _NGINX


def _graceful(process: Process | None) -> str:
    if _is_systemd(process):
        return _SYSTEMD_SIGNAL
    return _NGINX_SIGNAL if _is_nginx(process) else "SIGTERM"


@rule(
    "GD206",
    "ungraceful-stopsignal",
    severity=Severity.WARNING,
    also=("no-ungraceful-stopsignal",),
    shipped=True,
    needs=(Stopsignal,),
)
def ungraceful_stopsignal(stage: Stage) -> Mistakes:
    """STOPSIGNAL is a signal that no program can answer.

    `docker stop` sends it so that the program finishes what it is doing. SIGKILL ends it in the middle of a
    request or a write; SIGSTOP freezes it until Docker gives up waiting and kills it.

    Bad:
        FROM debian:12
        STOPSIGNAL SIGKILL
        CMD ["/app"]

    Good:
        FROM debian:12
        STOPSIGNAL SIGTERM
        CMD ["/app"]
    """
    for stop in stage.of(Stopsignal):
        signal = canonical(stop.value.text)
        if signal not in UNGRACEFUL or is_windows(stage):
            continue
        better = _graceful(first_process(stage))
        what = "ends the program at once" if signal == "SIGKILL" else "freezes the program"
        yield Mistake(
            stop.value.span,
            f"{stop.value.text} {what}: it cannot finish its work",
            f"write `STOPSIGNAL {better}`",
            replace(stop.value.span, better, f"write {better}", safe=False),
        )


@rule(
    "GD207",
    "stopsignal-spelling",
    severity=Severity.STYLE,
    also=("prefer-canonical-stopsignal",),
    level=Level.TASTE,
    needs=(Stopsignal,),
)
def stopsignal_spelling(stage: Stage) -> Mistakes:
    """STOPSIGNAL is a number, or a name that is not written as usual.

    All spellings work. The full name in capitals is the one that manuals use, and that a search finds.

    Bad:
        FROM debian:12
        STOPSIGNAL 15

    Good:
        FROM debian:12
        STOPSIGNAL SIGTERM
    """
    for stop in stage.of(Stopsignal):
        signal = canonical(stop.value.text)
        if signal is None or signal in UNGRACEFUL or signal == stop.value.text or is_windows(stage):
            continue
        yield Mistake(
            stop.value.span,
            f"{stop.value.text} is {signal} in another spelling",
            f"write `STOPSIGNAL {signal}`",
            replace(stop.value.span, signal, f"write {signal}"),
        )


@rule(
    "GD208",
    "nginx-stopsignal",
    severity=Severity.INFO,
    also=("prefer-nginx-sigquit",),
    level=Level.STRICT,
    shipped=True,
    mentions=tuple(_NGINX),
)
def nginx_stopsignal(context: BuildContext) -> Mistakes:
    """Nginx is started, and is not stopped with SIGQUIT.

    SIGTERM makes nginx drop all connections. SIGQUIT makes it answer the requests that it has, then exit. The
    official images of nginx and openresty say so themselves; others do not.

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get install -y nginx
        CMD ["nginx", "-g", "daemon off;"]

    Good:
        FROM debian:12
        RUN apt-get update && apt-get install -y nginx
        STOPSIGNAL SIGQUIT
        CMD ["nginx", "-g", "daemon off;"]

    Bad:
        FROM nginx:1.29
        STOPSIGNAL SIGTERM
        CMD ["nginx", "-g", "daemon off;"]

    Good:
        FROM nginx:1.29
        STOPSIGNAL SIGQUIT
        CMD ["nginx", "-g", "daemon off;"]
    """
    for stage in context.stages:
        image = parse_image(root_base(stage) or "").name
        says_so = image.rpartition("/")[2].partition("-")[0] in _NGINX
        process = first_process(stage)
        if process is not None and _is_nginx(process):
            yield from _wants(context, stage, process, _NGINX_SIGNAL, says_so=says_so)


@rule(
    "GD209",
    "systemd-stopsignal",
    severity=Severity.WARNING,
    also=("prefer-systemd-sigrtmin-plus-3",),
    shipped=True,
    mentions=("systemd", "/sbin/init"),
)
def systemd_stopsignal(context: BuildContext) -> Mistakes:
    """Systemd is process 1, and is not stopped with SIGRTMIN+3.

    As process 1 systemd takes SIGTERM for the wish to start itself anew: the container does not stop, and is
    killed when Docker has waited long enough. SIGRTMIN+3 is its signal to shut down.

    Bad:
        FROM fedora:43
        CMD ["/usr/sbin/init"]

    Good:
        FROM fedora:43
        STOPSIGNAL SIGRTMIN+3
        CMD ["/usr/sbin/init"]
    """
    for stage in context.stages:
        image = parse_image(root_base(stage) or "").name
        says_so = image.endswith("-init") or "systemd" in image
        process = first_process(stage)
        # Alpine's /sbin/init is that of busybox, also where the base image is somebody's own.
        is_alpine = has_busybox(stage) or any(
            next(script.calls_of("apk", "rc-update"), None) is not None
            for one in stage.lineage()
            for script in context.scripts_of(one)
        )
        if process is not None and _is_systemd(process) and not is_alpine:
            yield from _wants(context, stage, process, _SYSTEMD_SIGNAL, says_so=says_so)


def _wants(context: BuildContext, stage: Stage, process: Process, signal: str, *, says_so: bool) -> Mistakes:
    """Yield the mistake where a process is not stopped with its signal; `says_so`: its image does that."""
    stop = stage.last(Stopsignal)
    if is_windows(stage) or all(one is not process.instruction for one in stage.instructions):
        return
    if stop is None:
        if says_so or stage.base is None:
            return
        edit = insert_line(context.file.source, process.instruction, f"STOPSIGNAL {signal}")
        fix = Fix(f"add STOPSIGNAL {signal}", (edit,), Applicability.UNSAFE)
        message = f"{process.program} needs {signal} to stop cleanly, and gets SIGTERM"
        yield Mistake(process.instruction.keyword.span, message, f"write `STOPSIGNAL {signal}` above", fix)
        return
    written = canonical(stop.value.text)
    if written is None or written == signal or written in UNGRACEFUL:
        return
    yield Mistake(
        stop.value.span,
        f"{process.program} needs {signal} to stop cleanly, and gets {stop.value.text}",
        f"write `STOPSIGNAL {signal}`",
        replace(stop.value.span, signal, f"write {signal}", safe=False),
    )
