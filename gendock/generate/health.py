"""HEALTHCHECK: what asks a program whether it is well, in an image that may have no shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.generate.choices import DEFAULT_PORT, chosen_port
from gendock.generate.decision import Decision
from gendock.generate.escaping import binary_name
from gendock.generate.run_time import BINARIES, choose_run_time

if TYPE_CHECKING:
    from gendock.generate.options import Options
    from gendock.golang import Port, Program

_PROBE = "healthcheck"
# Files that by their name are about what only watches a program.
_FOR_METRICS = re.compile(r"(?:^|[/_])(?:metrics?|prom(?:etheus)?|pprof|profil(?:er|ing)|debug)(?=[/_.])")
_TIMES = "every 10 s, for 30 s after the start a failure does not count"


def health_command(program: Program, options: Options) -> tuple[str, ...] | None:
    """The words of HEALTHCHECK CMD, None where nothing can ask."""
    if not options.healthcheck:
        return None
    if program.check is not None:
        folder = choose_run_time(program, options).binaries
        return (f"{folder}/{binary_name(program.name)}", *program.check.words)
    return probe_command(program, options)


def probe_command(program: Program, options: Options) -> tuple[str, ...] | None:
    """The probe and what it asks; None where the program asks itself, or nobody knows what to ask."""
    if not options.healthcheck or program.check is not None or program.health is None:
        return None
    asked = _asked(program, options)
    if asked is None:
        return None
    number, variable = asked
    words = (probe_path(program), str(number), program.health.path)
    return (*words, variable) if variable else words


def probe_path(program: Program) -> str:
    """Where the probe stands in the image: beside the program, under a name that the program has not."""
    name = f"{_PROBE}-probe" if binary_name(program.name) == _PROBE else _PROBE
    return f"{BINARIES}/{name}"


def _asked(program: Program, options: Options) -> tuple[int, str | None] | None:
    """The port that answers the health path, and the variable that changes it."""
    chosen = chosen_port(program, options, is_default=True)
    if chosen is not None:
        unknown = program.port_variable.name if program.port_variable is not None else None
        return chosen, next((port.variable for port in program.ports if port.variable), unknown)
    port = _answering(program)
    if port is not None:
        return port.number, port.variable
    if program.port_variable is not None and not program.ports:
        return DEFAULT_PORT, program.port_variable.name
    return None


def _answering(program: Program) -> Port | None:
    """The only TCP port; of several, the only one in the route's file, or that is for more than metrics."""
    ports = [port for port in program.ports if port.transport == "tcp" and ":" not in port.host]
    if len(ports) > 1 and program.health is not None:
        beside = [port for port in ports if port.evidence.path == program.health.evidence.path]
        ports = beside or [port for port in ports if not _FOR_METRICS.search(port.evidence.path)]
    return ports[0] if len(ports) == 1 else None


def health_decision(program: Program, options: Options) -> Decision:
    """What HEALTHCHECK says, and why."""
    command = health_command(program, options)
    others = ("--no-healthcheck", "Kubernetes has probes of its own, and does not look at it")
    if program.check is not None and command is not None:
        because = f"{program.check.because}; {_TIMES}"
        return Decision("health check", " ".join(command[1:]), because, others, program.check.evidence)
    if program.health is not None and command is not None:
        because = (
            "no shell and no curl are needed: a static program of 2 MB, built beside yours, asks; "
            f"any answer below 500 is well; {_TIMES}"
        )
        chose = f"GET {program.health.path} on port {command[2]}"
        return Decision("health check", chose, because, others, program.health.evidence)
    if not options.healthcheck:
        because = "asked for by --no-healthcheck"
    elif program.kind == "cli":
        because = "a command ends by itself, and its exit code says how it went"
    elif program.health is not None:
        because = f"the source does not show which port answers {program.health.path}"
    else:
        because = "the source shows no path that says whether it is well, and no sub-command that asks"
    return Decision("health check", "NONE", because, ("a route such as /healthz, which the next init finds",))
