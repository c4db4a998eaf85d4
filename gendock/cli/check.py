"""`gendock check`: lint, build and smoke in one, and one verdict."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import typer

from gendock.cli.build import (
    BuildArgOption,
    FileOption,
    PathArgument,
    RemoveOption,
    TagOption,
    TargetOption,
    TimeoutOption,
    build_request,
    print_failure,
    terminal_style,
)
from gendock.cli.lint_run import lint_targets
from gendock.cli.lint_targets import targets_of
from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.cli.smoke import (
    FAILED,
    ArgumentOption,
    EnvironmentOption,
    HealthOption,
    KeepOption,
    KindOption,
    MemoryOption,
    PortOption,
    ReadyOption,
    SkipOption,
    StopOption,
    look,
    smoke_request,
    with_source,
)
from gendock.engine.build_failure import StepFailedError
from gendock.engine.session import open_session
from gendock.lint import Finding
from gendock.lint.config import Configuration
from gendock.report import lint_data, lint_text
from gendock.report.build import build_data, build_line
from gendock.report.build_failure import build_failure_data
from gendock.report.build_progress import display
from gendock.report.engine_lines import RED, Style, counted
from gendock.report.smoke import asked, failed_names, smoke_data, smoke_lines, verdict_line


def command(
    *,
    path: PathArgument = Path(),
    file: FileOption = None,
    target: TargetOption = None,
    tag: TagOption = None,
    build_arg: BuildArgOption = None,
    kind: KindOption = None,
    port: PortOption = None,
    health: HealthOption = None,
    env: EnvironmentOption = None,
    arg: ArgumentOption = None,
    memory: MemoryOption = "256m",
    ready_timeout: ReadyOption = 30,
    stop_timeout: StopOption = 10,
    skip: SkipOption = None,
    timeout: TimeoutOption = 1800,
    rm: RemoveOption = False,
    keep: KeepOption = False,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """Lint, build and start in one, with one verdict.

    Exit code: 0 works, 1 a finding or a failed check, 2 a mistake in the call, 3 no engine, 4 no image.
    """
    began = time.monotonic()
    to_build = build_request(path, file, target, tag, build_arg, no_cache=False)
    request = smoke_request(
        "",
        kind=kind,
        port=port,
        health=health,
        env=env,
        arg=arg,
        memory=memory,
        ready_timeout=ready_timeout,
        stop_timeout=stop_timeout,
        skip=skip,
    )
    style = terminal_style()
    as_text = output_format is OutputFormat.TEXT
    configuration = Configuration()
    targets = targets_of([to_build.dockerfile], configuration, to_build.dockerfile, force_exclude=False)
    findings = tuple(lint_targets(targets, use_cache=True))
    settings = configuration.for_file(to_build.dockerfile)
    lint_fails = any(settings.fails(finding.severity) for finding in findings)
    linted = {
        "passed": not lint_fails,
        "findings": [lint_data.record(finding) for finding in findings],
    }
    if as_text:
        typer.echo(
            "\n".join(_lint_lines(findings, str(to_build.dockerfile), time.monotonic() - began, style))
        )
    try:
        with open_session(seconds=timeout, keep=keep) as session, display() as shown:
            built, report = look(session, to_build, with_source(request, to_build), shown, remove=rm)
    except StepFailedError as error:
        if as_text:
            print_failure(error, output_format)
        else:
            failure = build_failure_data(error.failure)
            print_json(_verdict(began, error.exit_code, linted, failure, None))
        raise
    failed = (*(["lint"] if lint_fails else []), *failed_names(report))
    if as_text:
        lines = [build_line(built, style)] if built else []
        verdict = verdict_line(asked(report) + 1, failed, time.monotonic() - began, style)
        typer.echo("\n".join([*lines, *smoke_lines(report, style), "", verdict]))
    else:
        status = FAILED if failed else 0
        print_json(_verdict(began, status, linted, build_data(built) if built else None, smoke_data(report)))
    if failed:
        raise typer.Exit(FAILED)


def _lint_lines(findings: tuple[Finding, ...], filename: str, seconds: float, style: Style) -> list[str]:
    found = counted(len(findings), "finding")
    left = style.room - len(found)
    text = f"{filename.ljust(left)}{found}" if len(filename) < left else found
    lines = [style.row("lint", text, seconds, code=RED if findings else "")]
    if findings:
        lines += lint_text.concise(findings, width=style.width, colour=style.colour).splitlines()
        lines.append("")
    return lines


def _verdict(
    began: float,
    exit_code: int,
    linted: dict[str, Any],
    built: dict[str, Any] | None,
    smoked: dict[str, Any] | None,
) -> dict[str, Any]:
    return {
        "verdict": "fails" if exit_code else "works",
        "exit_code": exit_code,
        "seconds": round(time.monotonic() - began, 3),
        "lint": linted,
        "build": built,
        "smoke": smoked,
    }
