"""A smoke report for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gendock.engine.results import CheckResult, Diagnosis, Failure, Phase, SmokeReport, Status
from gendock.report.build_failure import FoundBy, found_by_text
from gendock.report.engine_lines import GREEN, LABEL, RED, YELLOW, Style, counted, joined
from gendock.report.terminal import printable, wrapped

_HANGING = 6  # columns by which a result that needs a second line stands in
_SHORT = 5  # lines of a log
_NONE = "no "
_CLAUSE = 10  # columns of `because`, `mend` and the spaces around them


def smoke_lines(report: SmokeReport, style: Style, found_by: Sequence[FoundBy] = ()) -> list[str]:
    """Return the report's lines without a verdict, as `gendock check` puts its own below."""
    lines: list[str] = []
    for phase in Phase:
        checks = [check for check in report.checks if check.phase is phase]
        if not checks:
            continue
        if phase is Phase.STATIC:  # short facts share lines
            rows = [(line, "") for line in _facts(checks, style.room)]
            rows += [
                row for check in checks if check.status is not Status.PASS for row in _rows(check, style)
            ]
        else:
            rows = [row for check in checks for row in _rows(check, style)]
        for number, (text, code) in enumerate(rows):
            # The time is the phase's own: it stands once, on its first line.
            label, seconds = ("", None) if number else (str(phase), report.phases.get(phase))
            lines.append(style.row(label, text, seconds, code=code))
    if report.failure:
        lines += failure_lines(report.failure, style, found_by)
    lines += [style.row("kept", name) for name in report.kept]
    return lines


def failure_lines(failure: Failure, style: Style, found_by: Sequence[FoundBy] = ()) -> list[str]:
    """Return a container's last words and what they mean."""
    lines = [""]
    if failure.log:
        lines += [style.indented(line) for line in failure.log]
    else:
        lines.append(style.indented("(it printed nothing)"))
    if failure.diagnosis:
        # In a long log the line that matters is hard to find.
        seen = failure.diagnosis.evidence if len(failure.log) > _SHORT else ""
        lines += ["", *_diagnosis_lines(failure.diagnosis, style, seen, found_by)]
    return lines


def verdict_line(checks: int, failed: tuple[str, ...], seconds: float, style: Style) -> str:
    """Return the closing line.

    Args:
        checks: how many were asked.
        failed: the names of those that do not hold.
        seconds: of the whole command.
        style: how to write.
    """
    if not failed:
        return style.paint("works".ljust(LABEL), GREEN) + f"{counted(checks, 'check')} in {seconds:.1f} s"
    what = f"{len(failed)} of {counted(checks, 'check')} failed in {seconds:.1f} s: {', '.join(failed)}"
    return style.paint("fails".ljust(LABEL), RED) + what


def smoke_data(report: SmokeReport, found_by: Sequence[FoundBy] = ()) -> dict[str, Any]:
    """Return the whole report as JSON's types."""
    return {
        "passed": report.passed,
        "image": report.image,
        "image_id": report.image_id,
        "platform": report.platform,
        "size": report.size,
        "kind": str(report.kind) if report.kind else None,
        "seconds": round(report.seconds, 3),
        "phases": {str(phase): round(seconds, 3) for phase, seconds in report.phases.items()},
        "checks": [_check_data(check) for check in report.checks],
        "layers": [
            {"size": layer.size, "wasted": layer.wasted, "made_by": layer.made_by} for layer in report.layers
        ],
        "failure": _failure_data(report.failure, found_by) if report.failure else None,
        "kept": list(report.kept),
    }


def asked(report: SmokeReport) -> int:
    """Count the checks that were asked."""
    return sum(check.status is not Status.SKIP for check in report.checks)


def failed_names(report: SmokeReport) -> tuple[str, ...]:
    """Return the ids of the checks that do not hold."""
    return tuple(check.id for check in report.failed)


def _rows(check: CheckResult, style: Style) -> list[tuple[str, str]]:
    """Return a result's lines, each with its colour."""
    if check.status is Status.PASS:
        return [(check.evidence, "")]
    if check.status is Status.FAIL:
        mark, text, code = "FAIL", check.evidence, RED
    else:
        mark, text, code = "skip", f"{check.title}: {check.evidence}", YELLOW
    lines = wrapped(f"{printable(text)} ({check.id})", style.room - _HANGING)
    return [((mark if not number else "").ljust(_HANGING) + line, code) for number, line in enumerate(lines)]


def _facts(checks: Sequence[CheckResult], room: int) -> list[str]:
    """Return what passed in a few words; all that is not there is one list."""
    passed = [printable(check.evidence) for check in checks if check.status is Status.PASS]
    absent = [text.removeprefix(_NONE) for text in passed if text.startswith(_NONE)]
    lines = joined([text for text in passed if not text.startswith(_NONE)], room)
    if absent:
        *others, last = absent
        listed = f"{', '.join(others)} or {last}" if others else last
        lines += wrapped(_NONE + listed, room)
    return lines


def _diagnosis_lines(diagnosis: Diagnosis, style: Style, seen: str, found_by: Sequence[FoundBy]) -> list[str]:
    because = f"{diagnosis.because}: {diagnosis.place}" if diagnosis.place else diagnosis.because
    clauses = [("seen", seen), ("because", because), ("mend", diagnosis.mend)]
    clauses += [("rule", found_by_text(one)) for one in found_by]
    lines: list[str] = []
    for word, text in clauses:
        for number, row in enumerate(wrapped(text, style.width - _CLAUSE - 2)):
            lines.append(f"  {(word if not number else '').ljust(_CLAUSE)}{row}")
    return lines


def _check_data(check: CheckResult) -> dict[str, Any]:
    return {
        "phase": str(check.phase),
        "id": check.id,
        "title": check.title,
        "status": str(check.status),
        "milliseconds": check.milliseconds,
        "evidence": check.evidence,
    }


def _failure_data(failure: Failure, found_by: Sequence[FoundBy]) -> dict[str, Any]:
    diagnosis = failure.diagnosis
    return {
        "summary": failure.summary,
        "exit_code": failure.exit_code,
        "oom_killed": failure.oom_killed,
        "log": list(failure.log),
        "diagnosis": diagnosis
        and {
            "id": diagnosis.id,
            "because": diagnosis.because,
            "evidence": diagnosis.evidence,
            "mend": diagnosis.mend,
            "rules": list(diagnosis.rules),
            "place": diagnosis.place,
        },
        "found_by": [{"code": one.code, "message": one.message or None, "row": one.row} for one in found_by],
    }
