"""A build for people and for scripts, once it has ended."""

from __future__ import annotations

from typing import Any

from gendock.engine.build import BuiltImage
from gendock.engine.build_failure import BuildFailure
from gendock.report.engine_lines import BOLD, RED, Style, counted, cut, megabytes
from gendock.report.terminal import printable

_LOG_SHOWN = 40  # lines of the failing step


def build_line(image: BuiltImage, style: Style) -> str:
    """Return the one line of a build that went well."""
    steps = (
        f"{image.cached} of {counted(image.steps, 'step')} cached"
        if image.cached
        else counted(image.steps, "step")
    )
    left = style.room - 10
    text = f"{image.tag}   {steps}".ljust(left) if len(image.tag) + len(steps) + 3 < left else image.tag
    return style.row("build", f"{text}  {megabytes(image.size)}", image.seconds)


def build_failure_lines(failure: BuildFailure, style: Style) -> list[str]:
    """Return what the failing step printed, and the Dockerfile's line; the log comes last but for that."""
    lines = [style.row("build", f"FAIL  {' '.join((failure.step or failure.message).split())}", code=RED), ""]
    lines += [style.indented(line) for line in failure.log[-_LOG_SHOWN:]]
    if failure.log:
        lines.append("")
    if failure.row is not None and failure.line is not None:
        place = f"{printable(failure.file)}:{failure.row}"
        number = str(failure.row)
        gutter = " " * (len(number) + 1)
        shown = cut(printable(failure.line), max(20, style.width - len(number) - 4))
        lines += [
            f"{gutter}--> {style.paint(place, BOLD)}",
            f"{gutter}|",
            f"{number} | {shown}",
            f"{gutter}| {style.paint(printable(failure.message), RED)}",
        ]
    return lines


def build_data(image: BuiltImage) -> dict[str, Any]:
    """Return a build as JSON's types."""
    return {
        "passed": True,
        "image": image.tag,
        "image_id": image.id,
        "size": image.size,
        "steps": image.steps,
        "cached": image.cached,
        "seconds": round(image.seconds, 3),
        "builder": image.builder,
        "failure": None,
    }


def build_failure_data(failure: BuildFailure) -> dict[str, Any]:
    """Return a failed build as JSON's types."""
    return {
        "passed": False,
        "failure": {
            "message": failure.message,
            "step": failure.step,
            "log": list(failure.log),
            "filename": failure.file,
            "row": failure.row,
            "line": failure.line,
        },
    }
