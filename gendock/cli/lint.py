"""`gendock lint`: find the mistakes in Dockerfiles, and mend them."""

# Without `annotations` from the future: the flags are read from them.

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from gendock.cli.flags import Argument, Option
from gendock.cli.lint_output import LintOutput, Place
from gendock.cli.lint_run import Linting, lint_targets, only_new
from gendock.cli.lint_settings import FailLevel, configuration_of, overrides_of
from gendock.cli.lint_targets import STANDARD_INPUT, Target, refuse_overwriting, targets_of
from gendock.cli.mixtures import LINT, refuse_mixtures
from gendock.cli.printing import say
from gendock.lint import Finding, Settings
from gendock.lint.profiles import Profile
from gendock.report.formats import NAMES
from gendock.report.terminal import has_colour, printable

if TYPE_CHECKING:
    from gendock.lint.baseline import Baseline

FAILED = 1


class Colour(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def command(
    *,
    paths: Annotated[
        list[Path] | None,
        Argument(
            help="Dockerfiles, folders to search (default: this one), or - for standard input.",
            show_default=False,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        Option(help="Only these rules: codes, names, prefixes or ALL.", metavar="RULES"),
    ] = None,
    extend_select: Annotated[list[str] | None, Option(help="These rules as well.", metavar="RULES")] = None,
    ignore: Annotated[list[str] | None, Option(help="All but these rules.", metavar="RULES")] = None,
    per_file_ignores: Annotated[
        list[str] | None,
        Option(help="All but these rules on files that a pattern matches.", metavar="PATTERN:RULES"),
    ] = None,
    profile: Annotated[
        Profile | None,
        Option(help="The rules that run where none are named. [default: default]"),
    ] = None,
    fix: Annotated[bool, Option("--fix", help="Mend what can be mended safely.")] = False,
    unsafe_fixes: Annotated[
        bool, Option("--unsafe-fixes", help="With --fix or --diff: also what may change the image.")
    ] = False,
    diff: Annotated[bool, Option("--diff", help="Show what --fix would do; write nothing.")] = False,
    add_ignore: Annotated[
        str | None,
        Option(help="Silence each finding by a comment with this reason.", metavar="REASON"),
    ] = None,
    baseline: Annotated[
        Path | None,
        Option(help="Pass over the findings that this file lists.", envvar="GENDOCK_BASELINE"),
    ] = None,
    write_baseline: Annotated[
        Path | None, Option(help="List today's findings in this file, and exit with 0.")
    ] = None,
    output_format: Annotated[
        list[str] | None,
        Option(
            help=f"How to write findings (full by default), and where to; repeatable: {', '.join(NAMES)}.",
            metavar="FMT[=FILE]",
            show_default=False,
            envvar="GENDOCK_OUTPUT_FORMAT",
        ),
    ] = None,
    fail_level: Annotated[
        FailLevel | None,
        Option(help="Exit with 1 from this severity on. [default: style]", envvar="GENDOCK_FAIL_LEVEL"),
    ] = None,
    exit_zero: Annotated[bool, Option("--exit-zero", help="Exit with 0 whatever is found.")] = False,
    context: Annotated[
        Path | None,
        Option(help="The build context. [default: found by what COPY takes]", metavar="DIR"),
    ] = None,
    explain_build: Annotated[
        bool,
        Option(
            "--explain-build",
            help="Show what each instruction of a Go build reads and writes, and where it will fail.",
        ),
    ] = False,
    statistics: Annotated[bool, Option("--statistics", help="Count the findings of each rule.")] = False,
    watch: Annotated[bool, Option("--watch", help="Lint again whenever a file changes.")] = False,
    config: Annotated[
        list[str] | None,
        Option(help="A configuration file, or one setting (lint.profile=strict).", metavar="FILE|KEY=VALUE"),
    ] = None,
    isolated: Annotated[bool, Option("--isolated", help="Read no configuration file.")] = False,
    show_settings: Annotated[
        bool, Option("--show-settings", help="Show the settings of each file, and where they are from.")
    ] = False,
    show_files: Annotated[bool, Option("--show-files", help="Show which files would be read.")] = False,
    force_exclude: Annotated[
        bool, Option("--force-exclude", help="Let `exclude` hold for files that are named as well.")
    ] = False,
    stdin_filename: Annotated[Path, Option(help="The name to show for standard input.")] = Path("Dockerfile"),
    no_cache: Annotated[
        bool, Option("--no-cache", help="Lint every file, also those that did not change.")
    ] = False,
    jobs: Annotated[
        int | None,
        Option(
            help="Lint by so many processes. [default: one; one a processor for hundreds of files]",
            min=1,
            envvar="GENDOCK_WORKERS",
            show_default=False,
        ),
    ] = None,
    color: Annotated[Colour, Option(help="When to colour.")] = Colour.AUTO,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print findings only.")] = False,
) -> None:
    """Find the mistakes in Dockerfiles, and mend them.

    Exit code: 0 nothing found, 1 findings, 2 a mistake in the call or a file that cannot be read.
    """
    colour = color is Colour.ALWAYS or (color is Colour.AUTO and has_colour(sys.stdout))
    output = LintOutput.of(output_format or [], colour=colour, statistics=statistics, quiet=quiet)
    overrides = overrides_of(select, extend_select, ignore, per_file_ignores, profile, fail_level)
    wanted = paths or [Path()]

    def find() -> list[Target]:
        configuration = configuration_of(config or [], overrides, isolated=isolated)
        found = targets_of(
            wanted, configuration, stdin_filename, force_exclude=force_exclude, context=context
        )
        refuse_overwriting(found, [write_baseline, *(one.file for one in output.outputs)])
        return found

    if show_files or show_settings:
        from gendock.cli.lint_modes import show

        show(find(), settings=show_settings)
        return
    refuse_mixtures(
        LINT,
        {
            "--add-ignore": add_ignore,
            "--fix": fix,
            "--diff": diff,
            "--write-baseline": write_baseline,
            "--statistics": statistics,
            "--watch": watch,
            "--explain-build": explain_build,
            "-": STANDARD_INPUT in wanted,
        },
    )
    known = _known(None if write_baseline else baseline)
    # What is kept is kept for the context that is found, not for one that is named.
    use_cache = not no_cache and context is None
    if explain_build:
        from gendock.cli.lint_explain import explain_builds

        if explain_builds(find(), as_json=output_format == ["json"]) and not exit_zero:
            raise SystemExit(FAILED)
        return
    if watch:
        from gendock.cli.lint_modes import watch_files

        def show_findings(found: list[Target]) -> None:
            findings = lint_targets(found, use_cache=use_cache, jobs=jobs)
            output.show(only_new(findings, known), [one.filename for one in found])

        watch_files(find, show_findings)
        return
    targets = find()
    _say_if_none(targets, wanted, quiet=quiet)
    changes = fix or diff or add_ignore is not None or write_baseline is not None
    look = None if changes or known is not None else output.look
    if look is not None:
        fails = _report(Linting(targets, use_cache=use_cache, jobs=jobs), targets, output, look)
        raise SystemExit(FAILED if fails and not exit_zero else 0)
    findings: Sequence[Finding]
    unwritten: Sequence[Finding] = ()
    if add_ignore is not None:
        from gendock.cli.lint_modes import add_ignores

        findings = add_ignores(targets, add_ignore, known)
    elif fix or diff:
        from gendock.cli.lint_modes import mend

        write = fix and not diff
        findings, mended = mend(targets, unsafe=unsafe_fixes, write=write, use_cache=use_cache, known=known)
        unwritten = () if write else mended
    else:
        findings = only_new(lint_targets(targets, use_cache=use_cache, jobs=jobs), known)
    if write_baseline is not None:
        _write_baseline(write_baseline, findings, quiet=quiet)
        return
    place = _place(targets, diff=diff, writes=fix or add_ignore is not None)
    output.show(findings, [target.filename for target in targets], place)
    if not exit_zero and _fails([*findings, *unwritten], targets):
        raise SystemExit(FAILED)


def _report(linting: Linting, targets: Sequence[Target], output: LintOutput, look: str) -> bool:
    """Show findings to people, of files that did not change as before, and tell whether they fail the run."""
    before = linting.shown(look)
    changed = [target for target, one in zip(targets, before, strict=True) if one is None]
    new = output.shown(linting.findings(changed)) if changed else []
    linting.show(look, zip(changed, new, strict=True))
    linting.save()
    rest = iter(new)
    shown = [next(rest) if one is None else one for one in before]
    output.print_shown(shown)
    worst = [(target.settings, one.tally.worst) for target, one in zip(targets, shown, strict=True)]
    return any(settings.fails(severity) for settings, severity in worst if severity is not None)


def _say_if_none(targets: Sequence[Target], wanted: Sequence[Path], *, quiet: bool) -> None:
    if not targets and not quiet:
        say(f"no Dockerfile in {', '.join(printable(str(path)) for path in wanted)}", err=True)


def _known(path: Path | None) -> "Baseline | None":
    if path is None:
        return None
    from gendock.lint.baseline import read

    return read(path)


def _write_baseline(path: Path, findings: Sequence[Finding], *, quiet: bool) -> None:
    from gendock.lint.baseline import write

    write(path, findings)
    if not quiet:
        count = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
        say(f"listed {count} in {printable(str(path))}", err=True)


def _place(targets: Sequence[Target], *, diff: bool, writes: bool) -> Place:
    if diff:
        return Place.NOWHERE
    # What is written for standard input is the text itself, on standard output.
    return Place.ERRORS if writes and targets and targets[0].path is None else Place.OUTPUT


def _fails(findings: Sequence[Finding], targets: Sequence[Target]) -> bool:
    settings = {target.filename: target.settings for target in targets}
    return any(settings.get(one.filename, Settings()).fails(one.severity) for one in findings)
