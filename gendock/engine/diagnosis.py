"""From what a container printed, and what is wrong with its files, to the probable cause.

The first row of a table that matches wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gendock.engine.procfs import Listener
from gendock.engine.results import Diagnosis
from gendock.engine.start_causes import CAUSES, PROGRAMS, Cause

_NO_START = frozenset(("exec-format", "missing-entrypoint", "not-executable"))
# A host and its port, or a name that nobody knows.
_ASKED = re.compile(r"dial (?:tcp|udp|unix)\d? ((?:\[[^]\s]+\]|[^\s:]+)(?::\d+)?):|lookup ([^\s:]+)")
_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)")


def diagnose(
    log: Sequence[str],
    *,
    oom_killed: bool = False,
    ports: Sequence[int] = (),
    listeners: Sequence[Listener] | None = None,
    static: Mapping[str, str] | None = None,
) -> Diagnosis | None:
    """Return the probable cause of a failure; None where nothing in the table matches.

    Args:
        log: the last lines that the container printed, or the engine's message where it never started.
        oom_killed: whether the kernel ended it for want of memory.
        ports: where it was expected to listen.
        listeners: where it listens; None where that is not known.
        static: the evidence of the static checks that failed, by their ids.
    """
    if oom_killed:
        known = next(cause for cause in CAUSES if cause.id == "out-of-memory")
        return _found(known, "ended by the kernel: out of memory")
    where = ", ".join(map(str, listeners or ()))
    # Other ports of the program may be open to all.
    asked = [one for one in listeners or () if one.port in ports] or list(listeners or ())
    if asked and all(one.only_loopback for one in asked):
        return _loopback(f"it listens on {', '.join(map(str, asked))}")
    for cause in CAUSES:
        for line in reversed(log):  # the last word of a program is the likeliest reason
            if cause.message.search(line):
                return _of_program(static or {}, line.strip(), cause) or _found(cause, line.strip())
    # A server that tells its loopback address did not get to be reached from outside.
    for line in log:
        if _LOOPBACK.search(line) and re.search(r"listen|serv|start|running|http", line, re.IGNORECASE):
            return _loopback(line.strip())
    if listeners is not None and not {one.port for one in listeners} & set(ports):
        expected = ", ".join(f":{port}" for port in ports)
        return Diagnosis(
            "other-port" if listeners else "not-listening",
            f"the program listens on {where} and not on {expected}"
            if listeners
            else f"the program runs and listens nowhere; {expected} was expected",
            f"listeners: {where or 'none'}",
            "let EXPOSE name the port that it listens on, or name it with --port"
            if listeners
            else "see what it waits for; if it is no server, say so with --kind worker",
            ("GO307",) if listeners else (),
        )
    return None


def diagnose_stop(static: Mapping[str, str], first_process: str) -> Diagnosis:
    """Return why a container had to be killed.

    Args:
        static: the evidence of the static checks that failed, by their ids.
        first_process: what is process 1, as its check says it.
    """
    shell = static.get("exec-form") or (first_process if "is a shell" in first_process else "")
    if shell:
        return Diagnosis(
            "shell-form",
            "a shell is process 1: it gets SIGTERM, and does not hand it on to the program",
            shell,
            'write ENTRYPOINT as a JSON array, ["/server"]; in a script, start the program with exec',
            ("DL3025", "GO311"),
        )
    return Diagnosis(
        "ignores-sigterm",
        "the program does not end when it gets SIGTERM",
        first_process,
        "signal.NotifyContext(ctx, syscall.SIGTERM), and server.Shutdown when the context is done",
    )


def diagnose_exit(exit_code: int | None) -> Diagnosis | None:
    """Return why a program that was told to stop did so with a code that speaks of a failure."""
    if exit_code != 1:
        return None
    return Diagnosis(
        "fails-on-sigterm",
        "the program takes SIGTERM for a failure",
        "exit 1",
        "return from main when the signal comes, or os.Exit(0); log.Fatal ends by 1",
    )


def _of_program(static: Mapping[str, str], line: str, general: Cause) -> Diagnosis | None:
    """Return the cause that the files show, where the runtime only says that it cannot start the program."""
    if general.id not in _NO_START:
        return None
    seen = [static[id_] for id_ in ("entrypoint", "platform") if id_ in static]
    for cause in PROGRAMS:
        if any(cause.message.search(text) for text in seen):
            return _found(cause, line)
    return None


def asked_for(line: str) -> str:
    """Return the service that a program asked for, `db:5432` or `db`; empty where the line names none."""
    asked = _ASKED.search(line)
    return (asked[2] or asked[1]) if asked else ""


def _found(cause: Cause, line: str) -> Diagnosis:
    because = cause.because
    if cause.id == "backing-service" and asked_for(line):
        because = f"the program needs {asked_for(line)}, which is not there"
    return Diagnosis(cause.id, because, line, cause.mend, cause.rules)


def _loopback(evidence: str) -> Diagnosis:
    return Diagnosis(
        "loopback-only",
        "the program listens on the container's loopback address, which nobody outside can reach",
        evidence,
        "listen on all addresses: ':8080' and not '127.0.0.1:8080'",
        ("GO308",),
    )
