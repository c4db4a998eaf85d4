"""What `gendock smoke` and `gendock check` found out, as one value; for people, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gendock.engine.build_failure import BuildFailure
from gendock.engine.build_request import BuiltImage
from gendock.engine.results import SmokeReport
from gendock.lint import Finding
from gendock.report import lint_data, lint_text
from gendock.report.build import build_data, build_line
from gendock.report.build_failure import FoundBy, build_failure_data
from gendock.report.engine_lines import RED, Style, counted
from gendock.report.smoke import asked, failed_names, smoke_data, smoke_lines, verdict_line


@dataclass(frozen=True, slots=True)
class Linted:
    """What lint said of the Dockerfile.

    Attributes:
        findings: in their order.
        passed: whether none of them counts as a failure.
        seconds: that it took.
    """

    findings: tuple[Finding, ...]
    passed: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at, and what came of it.

    Attributes:
        command: `smoke` or `check`.
        exit_code: of the command.
        seconds: of the whole command.
        dockerfile: what was built; None where an image was given.
        linted: None where nothing was linted.
        built: None where nothing was built, or the build failed.
        build_failure: why it failed.
        report: of the image; None where there was none.
        found_by: the lint rules that find what makes the build or the start fail.
    """

    command: str
    exit_code: int
    seconds: float
    dockerfile: str | None = None
    linted: Linted | None = None
    built: BuiltImage | None = None
    build_failure: BuildFailure | None = None
    report: SmokeReport | None = None
    found_by: Sequence[FoundBy] = ()

    @property
    def failed(self) -> tuple[str, ...]:
        """What does not hold, by its names."""
        lint = () if self.linted is None or self.linted.passed else ("lint",)
        build = ("build",) if self.build_failure else ()
        return (*lint, *build, *(failed_names(self.report) if self.report else ()))

    @property
    def asked(self) -> int:
        """How many checks were asked; linting is one, and so is a build that failed."""
        extra = (self.linted is not None) + (self.build_failure is not None)
        return extra + (asked(self.report) if self.report else 0)


def lint_lines(linted: Linted, dockerfile: str, style: Style) -> list[str]:
    """Return what lint says, which is known before anything is built."""
    found = counted(len(linted.findings), "finding")
    left = style.room - len(found)
    text = f"{dockerfile.ljust(left)}{found}" if len(dockerfile) < left else found
    lines = [style.row("lint", text, linted.seconds, code="" if linted.passed else RED)]
    if linted.findings:
        lines += lint_text.concise(linted.findings, width=style.width, colour=style.colour).splitlines()
        lines.append("")
    return lines


def proof_lines(proof: Proof, style: Style) -> list[str]:
    """Return all behind lint's lines, with the verdict at the end; nothing where there was no image."""
    if proof.report is None:
        return []
    lines = [build_line(proof.built, style)] if proof.built else []
    verdict = verdict_line(proof.asked, proof.failed, proof.seconds, style)
    return [*lines, *smoke_lines(proof.report, style, proof.found_by), "", verdict]


def proof_data(proof: Proof) -> dict[str, Any]:
    """Return the whole as JSON's types."""
    built = build_data(proof.built) if proof.built else None
    if proof.build_failure:
        built = build_failure_data(proof.build_failure, proof.found_by)
    data: dict[str, Any] = {
        "verdict": "fails" if proof.exit_code else "works",
        "exit_code": proof.exit_code,
        "seconds": round(proof.seconds, 3),
    }
    if proof.linted:
        findings = [lint_data.record(finding) for finding in proof.linted.findings]
        data["lint"] = {"passed": proof.linted.passed, "findings": findings}
    return data | {
        "build": built,
        "smoke": smoke_data(proof.report, proof.found_by) if proof.report else None,
    }
