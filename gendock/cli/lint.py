"""`gendock lint`: find the mistakes in Dockerfiles, and mend them."""

from __future__ import annotations

import difflib
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gendock.errors import GendockError
from gendock.lint import Finding, Settings, Severity, lint_text
from gendock.lint.discover import find_dockerfiles
from gendock.lint.fix import Fixed, fix_text
from gendock.lint.run import read_bytes
from gendock.report import lint_data
from gendock.report import lint_text as for_people
from gendock.report.terminal import has_colour, printable, width

FAILED = 1
STANDARD_INPUT = Path("-")


class LintFormat(StrEnum):
    """How findings are written."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    JSON_LINES = "json-lines"
    GITHUB = "github"


class FailLevel(StrEnum):
    """From which severity on the exit code is 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    STYLE = "style"
    NONE = "none"


class Colour(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def command(
    *,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Dockerfiles, folders to search, or - for standard input.", show_default="."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(help="Only these rules: codes, names, prefixes or ALL.", metavar="RULES"),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="All but these rules.", metavar="RULES")] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended safely.")] = False,
    unsafe_fixes: Annotated[
        bool,
        typer.Option("--unsafe-fixes", help="With --fix or --diff: also what may change the image."),
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would do; write nothing.")] = False,
    output_format: Annotated[LintFormat, typer.Option(help="How to write findings.")] = LintFormat.FULL,
    fail_level: Annotated[
        FailLevel, typer.Option(help="Exit with 1 from this severity on.")
    ] = FailLevel.STYLE,
    stdin_filename: Annotated[Path, typer.Option(help="The name to show for standard input.")] = Path(
        "Dockerfile"
    ),
    color: Annotated[Colour, typer.Option(help="When to colour.")] = Colour.AUTO,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print findings only.")] = False,
) -> None:
    """Find the mistakes in Dockerfiles, and mend them.

    Exit code: 0 nothing found, 1 findings, 2 a mistake in the call or a file that cannot be read.
    """
    settings = Settings(tuple(select or ()), tuple(ignore or ()))
    settings.rules()
    targets = _targets(paths or [Path()], stdin_filename)
    if not targets and not quiet:
        typer.echo(
            f"no Dockerfile in {', '.join(printable(str(path)) for path in paths or [Path()])}", err=True
        )
    findings: list[Finding] = []
    for target in targets:
        if fix or diff:
            findings.extend(_mend(target, settings, unsafe=unsafe_fixes, write=fix and not diff))
        else:
            findings.extend(target.lint(settings))
    if not diff:
        typer.echo(_written(findings, output_format, color), nl=False, color=True)
        if not findings and targets and not quiet and output_format is LintFormat.FULL:
            typer.echo("All is well: no findings.")
    if any(_fails(finding.severity, fail_level) for finding in findings):
        raise typer.Exit(FAILED)


class _Target:
    """One file to lint, or standard input."""

    def __init__(self, path: Path | None, filename: str, folder: Path | None) -> None:
        self.path = path
        self.filename = filename
        self.folder = folder
        self.content = sys.stdin.buffer.read() if path is None else read_bytes(path)

    def lint(self, settings: Settings, content: bytes | str | None = None) -> tuple[Finding, ...]:
        text = self.content if content is None else content
        return lint_text(text, settings, filename=self.filename, folder=self.folder)


def _targets(paths: list[Path], stdin_filename: Path) -> list[_Target]:
    if STANDARD_INPUT in paths:
        if len(paths) > 1:
            raise GendockError("- (standard input) cannot be mixed with other paths")
        folder = stdin_filename.parent if stdin_filename.parent.is_dir() else None
        return [_Target(None, str(stdin_filename), folder)]
    return [_Target(path, str(path), path.parent) for path in find_dockerfiles(paths)]


def _mend(target: _Target, settings: Settings, *, unsafe: bool, write: bool) -> tuple[Finding, ...]:
    """Apply fixes to one target, or show them; return what is left."""
    text = target.content.decode("utf-8", "surrogateescape")
    fixed = fix_text(text, lambda changed: target.lint(settings, changed), unsafe=unsafe)
    if not write:
        typer.echo(_difference(target.filename, text, fixed.text), nl=False)
        return fixed.left
    if target.path is None:
        sys.stdout.buffer.write(fixed.text.encode("utf-8", "surrogateescape"))
    elif fixed.text != text:
        from gendock.files import write_atomically

        write_atomically(target.path, fixed.text.encode("utf-8", "surrogateescape"))
    _say_what_was_mended(target.filename, fixed)
    return fixed.left


def _say_what_was_mended(filename: str, fixed: Fixed) -> None:
    for finding in fixed.mended:
        change = finding.fix.message if finding.fix else ""
        place = f"{printable(filename)}:{finding.start.row}"
        typer.echo(f"mended {place} {finding.rule.code} {printable(change)}", err=True)


def _difference(filename: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), filename, filename
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in map(_shown, lines))


def _shown(line: str) -> str:
    return printable(line.rstrip("\r\n"), limit=10_000) + "\n"


def _written(findings: list[Finding], output_format: LintFormat, color: Colour) -> str:
    colour = color is Colour.ALWAYS or (color is Colour.AUTO and has_colour(sys.stdout))
    if output_format is LintFormat.JSON:
        return lint_data.as_json(findings)
    if output_format is LintFormat.JSON_LINES:
        return lint_data.as_json_lines(findings)
    if output_format is LintFormat.GITHUB:
        return lint_data.as_github(findings)
    if output_format is LintFormat.CONCISE:
        return for_people.concise(findings, width=width(), colour=colour)
    return for_people.full(findings, width=width(), colour=colour)


def _fails(severity: Severity, level: FailLevel) -> bool:
    return level is not FailLevel.NONE and severity >= Severity[level.name]
