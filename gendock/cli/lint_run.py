"""How `gendock lint` gets its findings: from the cache, by one process, or by several."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gendock.cli.lint_targets import Target
from gendock.cli.printing import say
from gendock.files import cache_folder
from gendock.lint import Finding

if TYPE_CHECKING:
    from gendock.lint.baseline import Baseline
    from gendock.lint.cache import FindingsCache
    from gendock.lint.fix import LintTexts
    from gendock.lint.shellcheck import Inquiry
    from gendock.lint.stored import StoredFinding
    from gendock.lint.tally import Shown

# Up to so many files, linting them is faster than looking whether that was done before; not so in a Go
# repository, which rules read as well.
_FEW = 8
_MARKS = ("go.mod", "go.work")
_MOST_UPWARD = 3


def lint_targets(targets: Sequence[Target], *, use_cache: bool, jobs: int | None = None) -> list[Finding]:
    """Return the findings of some files, in order.

    Args:
        targets: the files.
        use_cache: take what an earlier run found or what ShellCheck said then, where nothing changed.
        jobs: how many processes; None for what pays.

    Raises:
        GendockError: a file cannot be read, or ShellCheck failed.
    """
    linting = Linting(targets, use_cache=use_cache, jobs=jobs)
    findings = [one for found in linting.findings(targets) for one in found]
    linting.save()
    return findings


class Linting:
    """One run over some files: what an earlier one found or showed of them, and what this one finds."""

    def __init__(self, targets: Sequence[Target], *, use_cache: bool, jobs: int | None = None) -> None:
        """Take what `lint_targets` takes."""
        self._targets = targets
        self._use_cache = use_cache
        self._jobs = jobs
        pays = len(targets) > _FEW or any(map(_is_in_module, targets))
        self._cache = _cache() if use_cache and pays else None

    def shown(self, look: str) -> list[Shown | None]:
        """Return what was shown of each file in that look; None for one that changed since, or may have."""
        cache = self._cache
        if cache is None:
            return [None] * len(self._targets)
        return [
            cache.shown(one.path, one.settings, f"{look} {one.filename}") if one.path else None
            for one in self._targets
        ]

    def show(self, look: str, shown: Iterable[tuple[Target, Shown]]) -> None:
        """Keep what is shown of some files, after their findings were asked for."""
        for target, one in shown:
            if self._cache is not None and target.path is not None:
                self._cache.show(target.path, f"{look} {target.filename}", one)

    def save(self) -> None:
        """Keep for the next run what this one found and showed."""
        if self._cache is not None:
            self._cache.save()

    def findings(self, targets: Sequence[Target]) -> list[list[Finding]]:
        """Return the findings of each of some files.

        Raises:
            GendockError: a file cannot be read, or ShellCheck failed.
        """
        cache = self._cache
        found: dict[int, list[StoredFinding]] = {}
        if cache is not None:
            for at, target in enumerate(targets):
                known = _recall(cache, target)
                if known is not None:
                    found[at] = known
        rest = [at for at in range(len(targets)) if at not in found]
        if rest:
            from gendock.lint.shellcheck import Inquiry

            inquiry = Inquiry(_answers_path() if self._use_cache else None)
            _say_what_is_missing([targets[at] for at in rest], inquiry)
            if cache is None and _in_one_process(len(rest), self._jobs):
                return _lint_here(targets, inquiry)
            found |= _lint_rest(targets, rest, inquiry, cache, self._jobs)
        return [
            [one.restored(target.source, target.filename) for one in found[at]]
            for at, target in enumerate(targets)
        ]


def _is_in_module(target: Target) -> bool:
    """Tell whether a file is in a Go module, or not far below one."""
    folder = os.path.abspath(target.folder) if target.folder is not None else ""  # noqa: PTH100
    for _ in range(_MOST_UPWARD):
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS):  # noqa: PTH110, PTH118
            return True
        folder = os.path.dirname(folder)  # noqa: PTH120
    return False


def only_new(findings: Sequence[Finding], known: Baseline | None) -> Sequence[Finding]:
    """Return the findings that a baseline does not know; all without one."""
    return findings if known is None else known.new(findings)


@contextmanager
def linting_texts(targets: Sequence[Target], *, use_cache: bool) -> Iterator[LintTexts]:
    """Give a function that lints other texts in place of some files' contents, by their numbers."""
    from gendock.lint.run import lint_all
    from gendock.lint.shellcheck import Inquiry

    inquiry = Inquiry(_answers_path() if use_cache else None)
    _say_what_is_missing(targets, inquiry)

    def lint(texts: Mapping[int, str]) -> dict[int, tuple[Finding, ...]]:
        inputs = [replace(targets[at].input, content=text) for at, text in texts.items()]
        found = (findings for _, findings in lint_all(inputs, inquiry))
        return dict(zip(texts, found, strict=True))

    yield lint
    inquiry.save()


def _in_one_process(files: int, jobs: int | None) -> bool:
    if files <= _FEW:
        return True
    from gendock.lint.workers import processes_for

    return processes_for(files, jobs) < 2


def _lint_here(targets: Sequence[Target], inquiry: Inquiry) -> list[list[Finding]]:
    from gendock.lint.run import lint_all

    findings = [[*found] for _, found in lint_all([target.input for target in targets], inquiry)]
    inquiry.save()
    return findings


def _lint_rest(
    targets: Sequence[Target],
    rest: Sequence[int],
    inquiry: Inquiry,
    cache: FindingsCache | None,
    jobs: int | None,
) -> dict[int, list[StoredFinding]]:
    from gendock.lint.workers import lint_many

    found: dict[int, list[StoredFinding]] = {}
    linted = lint_many([targets[at].input for at in rest], inquiry, jobs)
    for at, (beside, findings) in zip(rest, linted, strict=True):
        target = targets[at]
        found[at] = findings
        if cache is not None and target.path is not None:
            cache.put(target.content, target.settings, target.path, beside, findings)
    inquiry.save()
    return found


def _recall(cache: FindingsCache, target: Target) -> list[StoredFinding] | None:
    if target.path is None:
        return None
    known = cache.recall(target.path, target.settings)
    return known if known is not None else cache.get(target.content, target.settings, target.path)


def _say_what_is_missing(targets: Sequence[Target], inquiry: Inquiry) -> None:
    from gendock.lint.shellcheck import NOT_FOUND

    wanted = (rule for target in targets for rule in target.settings.rules)
    if inquiry.program is None and any(rule.code.startswith("SC") for rule in wanted):
        say(f"gendock: {NOT_FOUND}", err=True)


def _cache() -> FindingsCache:
    from gendock.lint.cache import FindingsCache, default_path

    return FindingsCache(default_path())


def _answers_path() -> Path:
    return cache_folder() / "shellcheck"
