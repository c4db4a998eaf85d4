"""Lint many files: by worker processes where that pays, else by this one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from gendock.errors import GendockError
from gendock.lint.run import Input, lint_all
from gendock.lint.shellcheck import Inquiry, Learned
from gendock.lint.stored import StoredFinding

# Fewer files are done before another process has begun.
_WORTH_A_PROCESS = 200
_AT_ONCE = 50

# The files that the rules read beside one, None for what is not there, and the findings.
Linted: TypeAlias = tuple[dict[str, bytes | None], list[StoredFinding]]


def lint_many(inputs: Sequence[Input], inquiry: Inquiry, jobs: int | None) -> Iterator[Linted]:
    """Lint files.

    Args:
        inputs: the files.
        inquiry: what was asked of ShellCheck.
        jobs: how many processes; None for what pays.

    Yields:
        What was found in each, in order.

    Raises:
        GendockError: ShellCheck failed, or a worker process was ended.
    """
    count = processes_for(len(inputs), jobs)
    if count < 2:
        yield from _lint(inputs, inquiry)
        return
    chunks = [inputs[at : at + _AT_ONCE] for at in range(0, len(inputs), _AT_ONCE)]
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(count, initializer=_prepare, initargs=(inquiry.kept,))
    try:
        for linted, answers in pool.map(_lint_chunk, chunks):
            inquiry.learn(answers)
            yield from linted
    except BrokenProcessPool:
        raise GendockError(
            "a worker process was ended from outside, perhaps for want of memory: --jobs 1 needs less"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _lint(inputs: Sequence[Input], inquiry: Inquiry) -> Iterator[Linted]:
    for context, findings in lint_all(inputs, inquiry):
        yield context.seen, [StoredFinding.of(finding) for finding in findings]


def _prepare(kept: Path | None) -> None:
    """Make ready in a worker: Ctrl-C is the first process's to answer, and nobody outlives that one."""
    from threading import Thread

    global _inquiry  # noqa: PLW0603 - a worker has one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_first, daemon=True).start()
    _inquiry = Inquiry(kept)


def _end_with_the_first() -> None:
    from multiprocessing import parent_process

    first = parent_process()
    if first is not None:
        first.join()
        os._exit(1)


def _lint_chunk(inputs: Sequence[Input]) -> tuple[list[Linted], Learned]:
    return list(_lint(inputs, _inquiry)), _inquiry.learned()


def processes_for(files: int, jobs: int | None) -> int:
    """Return how many processes lint so many files; `jobs` is None for what pays."""
    count = jobs or (_processors() if files > _WORTH_A_PROCESS else 1)
    return min(count, -(-files // _AT_ONCE))


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS does not say
        return os.cpu_count() or 1


_inquiry = Inquiry()
