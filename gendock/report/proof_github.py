"""A proof in GitHub Actions: annotations beside the Dockerfile, and a table for the job's summary."""

from __future__ import annotations

from gendock.engine.results import CheckResult, Phase, Status
from gendock.report.github import as_github, command
from gendock.report.markdown import as_markdown, text_of
from gendock.report.paths import Folders
from gendock.report.proof import Proof
from gendock.report.proof_files import failure_text, instruction_row
from gendock.report.terminal import printable
from gendock.report.texts import encodable

_MARKS = {Status.PASS: "pass", Status.FAIL: "**FAIL**", Status.SKIP: "skip"}
_LOG_SHOWN = 20


def proof_github(proof: Proof, folders: Folders) -> str:
    """Return one annotation for each finding and each failed check."""
    said = as_github(proof.linted.findings, folders) if proof.linted else ""
    if proof.build_failure:
        failure = proof.build_failure
        place: dict[str, object] = {"title": "gendock (build)", "file": folders.from_root(failure.file)}
        if failure.row is not None:
            place["line"] = failure.row
        told = [failure.message, *failure.log[-_LOG_SHOWN:]]
        said += command("error", place, "\n".join(map(printable, told)))
    for check in proof.report.failed if proof.report else ():
        said += _annotation(check, proof, folders)
    return encodable(said)


def _annotation(check: CheckResult, proof: Proof, folders: Folders) -> str:
    place: dict[str, object] = {"title": f"gendock ({check.id})"}
    if proof.dockerfile:
        place["file"] = folders.from_root(proof.dockerfile)
        place["line"] = instruction_row(proof.dockerfile, check.id)
    assert proof.report is not None  # noqa: S101 - it has the check
    return command("error", place, "\n".join(failure_text(check, proof.report)))


def proof_markdown(proof: Proof, folders: Folders) -> str:
    """Return a heading with the verdict, and a table of the checks."""
    verdict = "fails" if proof.exit_code else "works"
    name = proof.report.image if proof.report else proof.dockerfile or ""
    lines = [f"## gendock {proof.command}: {text_of(printable(name))} {verdict}", ""]
    if proof.linted is not None and proof.linted.findings:
        lines += [
            as_markdown(proof.linted.findings, folders).replace("## gendock\n", "### lint\n").rstrip(),
            "",
        ]
    if proof.build_failure:
        lines += [f"The build failed: {text_of(printable(proof.build_failure.message))}", ""]
    if proof.report:
        lines += ["| part | check | result | seen | ms |", "| --- | --- | --- | --- | --: |"]
        lines += [_row(check) for phase in Phase for check in proof.report.checks if check.phase is phase]
        lines.append("")
        if proof.report.failure and proof.report.failure.diagnosis:
            found = proof.report.failure.diagnosis
            lines += [f"Because {text_of(printable(found.because))}.", ""]
            lines += [f"What helps: {text_of(printable(found.mend))}.", ""]
    lines.append(f"{proof.asked} checks in {proof.seconds:.1f} s.")
    return encodable("\n".join(lines)) + "\n"


def _row(check: CheckResult) -> str:
    seen = text_of(printable(check.evidence))
    return f"| {check.phase} | {check.id} | {_MARKS[check.status]} | {seen} | {check.milliseconds} |"
