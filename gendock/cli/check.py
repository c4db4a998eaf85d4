"""`gendock check`: lint, build and smoke in one, and one verdict."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from gendock.cli import smoke_options as options
from gendock.cli.build import (
    BuildArgOption,
    BuilderOption,
    FileOption,
    PathArgument,
    RemoveOption,
    SecretOption,
    SshOption,
    TagOption,
    TargetOption,
    TimeoutOption,
    build_request,
    terminal_style,
)
from gendock.cli.lint_run import lint_targets
from gendock.cli.lint_targets import targets_of
from gendock.cli.mixtures import SMOKE, refuse_mixtures
from gendock.cli.proving import ProofOutput, Undertaking, prove
from gendock.engine.build_request import BuildRequest, Options
from gendock.lint.config import Configuration
from gendock.report.proof import Linted, lint_lines


def command(
    *,
    path: PathArgument = Path(),
    file: FileOption = None,
    target: TargetOption = None,
    tag: TagOption = None,
    builder: BuilderOption = None,
    build_arg: BuildArgOption = None,
    secret: SecretOption = None,
    ssh: SshOption = None,
    kind: options.KindOption = None,
    port: options.PortOption = None,
    health: options.HealthOption = None,
    expect_log: options.ExpectLogOption = None,
    env: options.EnvironmentOption = None,
    arg: options.ArgumentOption = None,
    memory: options.MemoryOption = "256m",
    max_size: options.MaxSizeOption = None,
    egress: options.EgressOption = False,
    compose: options.ComposeOption = None,
    service: options.ServiceOption = None,
    ready_timeout: options.ReadyOption = 30,
    stop_timeout: options.StopOption = 10,
    skip: options.SkipOption = None,
    timeout: TimeoutOption = 1800,
    rm: RemoveOption = False,
    keep: options.KeepOption = False,
    output_format: options.OutputFormatOption = None,
) -> None:
    """Lint, build and start in one, with one verdict.

    Exit code: 0 works, 1 a finding or a failed check, 2 a mistake in the call, 3 no engine, 4 no image.
    """
    began = time.monotonic()
    output = ProofOutput.of(output_format or ())
    asked = options.SmokeOptions(
        kind=kind,
        port=port,
        health=health,
        expect_log=expect_log,
        env=env,
        arg=arg,
        memory=memory,
        max_size=max_size,
        egress=egress,
        compose=compose,
        service=service,
        ready_timeout=ready_timeout,
        stop_timeout=stop_timeout,
        skip=skip or [],
    )
    refuse_mixtures(SMOKE, {"--rm": rm, "--keep": keep, **asked.given})
    build_options = Options(
        builders=tuple(builder or ()),
        build_args=tuple(build_arg or ()),
        secrets=tuple(secret or ()),
        ssh=tuple(ssh or ()),
    )
    to_build = build_request(path, file, target, tag, None, options=build_options)
    asked.request("")  # a mistake in the call is told before anything is linted
    linted = _lint(to_build, began)
    if output.is_text:
        typer.echo("\n".join(lint_lines(linted, str(to_build.dockerfile), terminal_style())))
    prove(Undertaking("check", to_build, "", asked, timeout, keep, rm, began, linted), output)


def _lint(built: BuildRequest, began: float) -> Linted:
    configuration = Configuration()
    dockerfile, context = built.dockerfile, built.context
    targets = targets_of([dockerfile], configuration, dockerfile, force_exclude=False, context=context)
    findings = tuple(lint_targets(targets, use_cache=True))
    settings = configuration.for_file(dockerfile)
    fails = any(settings.fails(finding.severity) for finding in findings)
    return Linted(findings, not fails, time.monotonic() - began)
