"""What `gendock smoke` and `gendock check` have in common: build, look, and tell what came of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import typer

from gendock.cli.build import build, rules_that_find, terminal_style
from gendock.cli.smoke_options import SmokeOptions
from gendock.cli.smoke_source import rules_that_find as rules_of_start
from gendock.cli.smoke_source import with_source
from gendock.engine.build import keep_image
from gendock.engine.build_failure import StepFailedError
from gendock.engine.build_request import BuildRequest, BuiltImage
from gendock.engine.results import SmokeReport
from gendock.engine.session import Session, open_session
from gendock.engine.smoke import SmokeRequest, smoke
from gendock.report.build_failure import build_failure_lines
from gendock.report.build_progress import Display, display
from gendock.report.engine_lines import Style
from gendock.report.outputs import Output
from gendock.report.paths import Folders
from gendock.report.proof import Linted, Proof, proof_lines
from gendock.report.proof_outputs import (
    FORMATS,
    TEXT,
    for_github_actions,
    read_proof_outputs,
    write_proof_files,
)
from gendock.report.terminal import has_colour, width

FAILED = 1


@dataclass(frozen=True, slots=True)
class ProofOutput:
    """Where a proof goes; `is_default` says that no format was asked for."""

    outputs: tuple[Output, ...]
    is_default: bool

    @classmethod
    def of(cls, formats: Sequence[str]) -> ProofOutput:
        """Read `--output-format`.

        Raises:
            GendockError: a format is unknown, or two of them would go to one place.
        """
        return cls(read_proof_outputs(formats), not formats)

    @property
    def printed(self) -> str | None:
        """The format that goes to standard output."""
        return next((output.format for output in self.outputs if output.file is None), None)

    @property
    def is_text(self) -> bool:
        """Whether a person reads standard output."""
        return self.printed == TEXT

    def show(self, proof: Proof) -> None:
        """Print, then write the files that were asked for; lint's own lines are printed already.

        Raises:
            GendockError: a file cannot be written.
        """
        folders = Folders.here(os.environ)
        if self.is_text:
            lines = proof_lines(proof, terminal_style())
            if lines:
                typer.echo("\n".join(lines))
            if proof.build_failure:
                style = Style(width(), has_colour(sys.stderr))
                for line in build_failure_lines(proof.build_failure, style, proof.found_by):
                    typer.echo(line, err=True)
        elif self.printed is not None:
            text = FORMATS[self.printed](proof, folders)
            typer.echo(text.encode(), nl=False)  # what a program reads is UTF-8 whatever the locale
        write_proof_files(proof, self.outputs, folders)
        if self.is_default:
            typer.echo(for_github_actions(proof, folders, os.environ), nl=False)


@dataclass(frozen=True, slots=True)
class Undertaking:
    """What is to be proved, and how.

    Attributes:
        command: `smoke` or `check`.
        to_build: what is built first; None where the engine has the image.
        image: its name then.
        options: of the look at it.
        seconds: until all has to have ended.
        keep: leave everything there.
        remove: remove the image even when all is well.
        linted: what lint said before; None where nothing was linted.
        began: when the command began.
    """

    command: str
    to_build: BuildRequest | None
    image: str
    options: SmokeOptions
    seconds: float
    keep: bool
    remove: bool
    began: float
    linted: Linted | None = None


def prove(what: Undertaking, output: ProofOutput) -> NoReturn:
    """Do it, tell it, and end with its exit code.

    Raises:
        GendockError: there is no engine, no image, or the build failed; that is told as well.
        typer.Exit: with 0 or 1.
    """
    request = what.options.request(what.image)
    dockerfile = str(what.to_build.dockerfile) if what.to_build else None
    if what.to_build:
        request = with_source(request, what.to_build)
    try:
        with open_session(seconds=what.seconds, keep=what.keep) as session, display() as shown:
            built, report = _look(session, what, request, shown)
    except StepFailedError as error:
        output.show(
            Proof(
                what.command,
                error.exit_code,
                time.monotonic() - what.began,
                dockerfile,
                what.linted,
                build_failure=error.failure,
                found_by=rules_that_find(error.failure, what.to_build.context if what.to_build else None),
            )
        )
        raise
    passed = report.passed and (what.linted is None or what.linted.passed)
    found_by = () if report.passed else rules_of_start(report, what.to_build)
    exit_code = 0 if passed else FAILED
    seconds = time.monotonic() - what.began
    output.show(
        Proof(
            what.command,
            exit_code,
            seconds,
            dockerfile,
            what.linted,
            built=built,
            report=report,
            found_by=found_by,
        )
    )
    raise typer.Exit(exit_code)


def _look(
    session: Session, what: Undertaking, request: SmokeRequest, shown: Display
) -> tuple[BuiltImage | None, SmokeReport]:
    """Build where that is asked for, look at the image, and let it have its name if all is well."""
    built = build(session, what.to_build, shown) if what.to_build else None
    if built:
        request = replace(request, image=built.id)
    report = _smoke(session, what, request, shown)
    if built:
        report = replace(report, image=built.tag)
        if session.run.keep or (report.passed and not what.remove):
            keep_image(session.engine, built)
    return built, report


def _smoke(session: Session, what: Undertaking, request: SmokeRequest, shown: Display) -> SmokeReport:
    """Look at the image, with the services that it needs beside it where that is asked for."""
    options = what.options
    if options.compose is None:
        return smoke(session, request, watch=shown.waiting)
    from gendock.engine.compose_run import ComposeRequest, brought_up

    folder = what.to_build.context if what.to_build else Path()
    asked = ComposeRequest(options.compose, options.service, folder, options.egress, options.ready_timeout)
    with brought_up(session, asked, shown.waiting) as backing:
        made = backing.composition
        beside = replace(
            request,
            environment=(*made.environment, *request.environment),
            arguments=request.arguments or made.command,
            beside=made.networks if made.needs else (),
            files=made.files,
            volumes=made.volumes,
            services=(backing.check, backing.failure),
        )
        return smoke(session, beside, watch=shown.waiting)
