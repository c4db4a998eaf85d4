"""What the Go source and the rules add to a smoke run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gendock.engine.build_request import BuildRequest
from gendock.engine.results import Kind, SmokeReport
from gendock.engine.smoke import SmokeRequest
from gendock.errors import GendockError, RefusedError
from gendock.report.build_failure import FoundBy

if TYPE_CHECKING:
    from gendock.golang.facts import Program


def with_source(request: SmokeRequest, built: BuildRequest) -> SmokeRequest:
    """Add what the Go source says of the program: its kind, port and health path, as likely and no more."""
    program = _program(built)
    if program is None:
        return request
    tcp = [port.number for port in program.ports if port.transport == "tcp"]
    udp = [port.number for port in program.ports if port.transport == "udp"]
    places = {file.path: str(file.evidence) for file in program.runtime_files}
    places |= {variable.name: str(variable.evidence) for variable in program.variables}
    if program.env_file:
        places[program.env_file.path] = str(program.env_file.evidence)
    excused = {}
    if program.executed:  # only a distribution has other programs, and it brings what comes with them
        first = program.executed[0]
        reason = f"the program starts {first.name} ({first.evidence}), which comes with a distribution"
        excused = dict.fromkeys(("no-shell", "no-package-manager", "no-setuid"), reason)
    return replace(
        request,
        skip=excused | dict(request.skip),
        places=places,
        defaults={one.name: one.default for one in program.variables if one.default},
        likely_kind=Kind(program.kind),
        likely_port=tcp[0] if tcp else None,
        likely_datagram_port=udp[0] if udp else None,
        health_paths=request.health_paths or ((program.health.path,) if program.health else ()),
    )


def _program(built: BuildRequest) -> Program | None:
    """Return the program that a build makes, where the repository shows it."""
    from gendock.golang.project import read_project

    try:
        programs = read_project(built.context).programs
    except (RefusedError, GendockError):
        return None  # no Go repository: the image alone says what it is
    named = [program for program in programs if program.name == built.target]
    if built.target and not named and len(programs) > 1:
        return None  # a stage of a name of its own: any of the programs
    return (named or list(programs))[0]


def rules_that_find(report: SmokeReport, built: BuildRequest | None) -> Sequence[FoundBy]:
    """Return the rules that find the cause of a failed start: with their line where they find it here."""
    from gendock.cli.lint_run import lint_targets
    from gendock.cli.lint_targets import targets_of
    from gendock.lint.config import Configuration

    codes = report.failure.diagnosis.rules if report.failure and report.failure.diagnosis else ()
    if not codes:
        return ()
    found: list[FoundBy] = []
    if built is not None:
        file, context = built.dockerfile, built.context
        targets = targets_of([file], Configuration(), file, force_exclude=False, context=context)
        found = [
            FoundBy(finding.rule.code, finding.message, finding.start.row)
            for finding in lint_targets(targets, use_cache=True)
            if finding.rule.code in codes
        ]
    return found or [FoundBy(code) for code in codes]
