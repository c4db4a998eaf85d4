"""What `gendock lint` does besides printing findings: mend, silence, watch, show."""

from __future__ import annotations

import difflib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gendock.cli.lint_run import linting_texts, only_new
from gendock.cli.printing import put, say
from gendock.errors import GendockError
from gendock.files import write_atomically
from gendock.lint import Finding, Settings
from gendock.lint.config_search import HADOLINT_NAMES
from gendock.lint.fix import Fixed, fix_texts, without_additions
from gendock.report.terminal import printable

if TYPE_CHECKING:
    from gendock.cli.lint_targets import Target
    from gendock.lint.baseline import Baseline
    from gendock.lint.mistake import Addition

_POLL_SECONDS = 0.3
_CLEAR = "\x1b[2J\x1b[H"


def mend(
    targets: Sequence[Target], *, unsafe: bool, write: bool, use_cache: bool, known: Baseline | None
) -> tuple[list[Finding], list[Finding]]:
    """Apply fixes, or show them where `write` is not set; return the findings that they leave and mend.

    What a baseline knows is neither mended nor left.
    """
    texts = [target.text for target in targets]
    with linting_texts(targets, use_cache=use_cache) as lint:
        if known is not None:
            from gendock.lint.baseline import without_known

            results = fix_texts(texts, without_known(lint, known), unsafe=unsafe)
        else:
            results = fix_texts(texts, lint, unsafe=unsafe)
    left: list[Finding] = []
    mended: list[Finding] = []
    for target, result in zip(targets, results, strict=True):
        # Of standard input, only the text goes out.
        fixed = without_additions(result) if target.path is None else result
        left += fixed.left
        mended += fixed.mended
        if write:
            target.write(fixed.text)
        else:
            put(_difference(target.filename, target.text, fixed.text))
        for path, before, after in _added_to(target.path, fixed.additions):
            if write:
                write_atomically(path, after.encode("utf-8", "surrogateescape"))
            else:
                put(_difference(str(path), before, after))
        if write:
            _say_what_was_mended(target.filename, fixed)
    if left and not write:
        count = "1 finding needs" if len(left) == 1 else f"{len(left)} findings need"
        say(f"{count} more than these edits: gendock lint shows what", err=True)
    return left, mended


def add_ignores(targets: Sequence[Target], reason: str, known: Baseline | None) -> list[Finding]:
    """Put a comment above each instruction with new findings; return those that no comment can silence.

    Raises:
        GendockError: the settings of a file let such a comment silence nothing.
    """
    from gendock.lint.add_ignore import add_ignore

    for target in targets:
        _refuse_vain_comments(target.settings, reason)
    left: list[Finding] = []
    for target in targets:
        text, count = add_ignore(target.text, only_new(target.lint(), known), reason)
        target.write(text)
        if count:
            say(f"silenced {count} in {printable(target.filename)}", err=True)
        left += only_new(target.lint(text), known)
    if left:
        say("these findings cannot be silenced by a comment, and have to be mended:", err=True)
    return left


def _refuse_vain_comments(settings: Settings, reason: str) -> None:
    where = settings.source or "--config"
    if not settings.pragmas:
        is_hadolint = settings.source is not None and settings.source.name in HADOLINT_NAMES
        key = "disable-ignore-pragma: true" if is_hadolint else "pragmas = false"
        raise GendockError(f"--add-ignore: comments silence nothing here, as {where} has `{key}`")
    if settings.require_reason and not reason.strip():
        raise GendockError(f"--add-ignore needs a reason, as {where} has `require-reason = true`")


def show(targets: Sequence[Target], *, settings: bool) -> None:
    """Print the files that would be read, with their settings if those are asked for."""
    from gendock.report.settings import describe

    for target in targets:
        say(printable(target.filename))
        if settings:
            put(describe(target.settings))


def watch_files(find: Callable[[], list[Target]], report: Callable[[list[Target]], None]) -> None:
    """Lint at once, and again after each change of files or settings, until Ctrl-C.

    What cannot be read may just be being written: it is said, and waited for.

    Raises:
        GendockError: something cannot be read from the start.
    """
    before: object = None
    while True:
        now: object = None
        try:
            targets = find()
            now = {target.filename: (_changed(target), target.settings) for target in targets}
            if now != before:
                _report_again(targets, report)
        except GendockError as error:
            if before is None:
                raise
            now = now or str(error)
            if now != before:
                say(f"gendock: {printable(str(error), limit=2000)}", err=True)
        before = now
        time.sleep(_POLL_SECONDS)


def _report_again(targets: list[Target], report: Callable[[list[Target]], None]) -> None:
    if sys.stdout.isatty():
        put(_CLEAR)
    report(targets)
    at = datetime.now().astimezone().strftime("%H:%M:%S")
    files = "1 file" if len(targets) == 1 else f"{len(targets)} files"
    say(f"{at}  watching {files}; Ctrl-C ends it", err=True)


def _changed(target: Target) -> int:
    try:
        return target.path.stat().st_mtime_ns if target.path else 0
    except OSError:
        return -1


def _added_to(dockerfile: Path | None, additions: Sequence[Addition]) -> Iterator[tuple[Path, str, str]]:
    """Yield the files that additions change, with their texts before and after; what is there stays once."""
    texts: dict[Path, list[str]] = {}
    if dockerfile is None:
        return
    for one in additions:
        texts.setdefault(dockerfile.parent / one.filename, []).append(one.text)
    for path, added in texts.items():
        before = path.read_bytes().decode("utf-8", "surrogateescape") if path.is_file() else ""
        here = before.splitlines()
        lines = [line for text in added for line in text.splitlines() if line not in here]
        if lines:
            gap = "\n" if before and not before.endswith("\n") else ""
            yield path, before, before + gap + "".join(f"{line}\n" for line in dict.fromkeys(lines))


def _say_what_was_mended(filename: str, fixed: Fixed) -> None:
    for finding in fixed.mended:
        change = finding.fix.message if finding.fix else ""
        place = f"{printable(filename)}:{finding.start.row}"
        say(f"mended {place} {finding.rule.code} {printable(change)}", err=True)


def _difference(filename: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(_lines(before), _lines(after), filename, filename, lineterm="")
    shown = (part.removesuffix("\r") for line in lines for part in line.split("\n"))
    return "".join(f"{printable(one, limit=10_000)}\n" for one in shown)


def _lines(text: str) -> list[str]:
    """Return the lines of a text; the last one says if no newline ends it."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines
