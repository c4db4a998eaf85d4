"""How fast `gendock inspect` and `gendock init` read a repository: cold, and while nothing has changed.

    benchmarks/inspect_speed.py REPOSITORY... [--runs N] [--shares]

Cold is a run that finds nothing kept, unchanged one after it. `init` runs as `init --dry-run`, so that it
writes nothing. CPU time is that of the process and its children, user and system; medians. `--shares` says
which modules a cold reading spends its time in, by a profile, which favours code that calls little. The
gendock is the one of the environment that runs this script.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

GENDOCK = Path(sys.executable).with_name("gendock")
SHARES = 9


def measure(command: list[str], folder: Path, cache: Path) -> tuple[float, float]:
    """Run a command; return CPU milliseconds and those on the clock."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [GENDOCK, *command, folder],
        env={**os.environ, "GENDOCK_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu * 1000, clock * 1000


def costs(folder: Path, runs: int) -> dict[str, tuple[float, float]]:
    """The medians of each kind of run."""
    found: dict[str, list[tuple[float, float]]] = {"cold": [], "unchanged": [], "init": []}
    with tempfile.TemporaryDirectory() as temporary:
        cache = Path(temporary)
        for _ in range(runs):
            shutil.rmtree(cache, ignore_errors=True)
            found["cold"].append(measure(["inspect"], folder, cache))
            found["unchanged"].append(measure(["inspect"], folder, cache))
            shutil.rmtree(cache, ignore_errors=True)
            found["init"].append(measure(["init", "--dry-run", "--force"], folder, cache))
    medians: dict[str, tuple[float, float]] = {}
    for name, pairs in found.items():
        cpu, clock = zip(*pairs, strict=True)
        medians[name] = (statistics.median(cpu), statistics.median(clock))
    return medians


def shares(folder: Path) -> list[tuple[str, float]]:
    """The modules that a cold reading spends its time in, and what part of it."""
    from gendock.golang import read_project

    read_project(folder)  # so that no import is measured
    profile = cProfile.Profile()
    profile.runcall(read_project, folder)
    spent: Counter[str] = Counter()
    figures = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, function), (_, _, own, *_) in figures.items():
        outside = "tree-sitter" if "tree_sitter" in function else "Python"
        name = Path(file).stem if "gendock" in file else outside
        spent[name] += own
    total = sum(spent.values())
    return [(name, part / total) for name, part in spent.most_common(SHARES)]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("repositories", type=Path, nargs="+", metavar="REPOSITORY")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--shares", action="store_true")
    arguments = parser.parse_args()
    print(
        "| repository | Go files | inspect, cold | unchanged | init, cold |\n| --- | --: | --: | --: | --: |"
    )
    for folder in arguments.repositories:
        shown = [f"{cpu:.0f} ms" for cpu, _ in costs(folder, arguments.runs).values()]
        count = sum(1 for _ in folder.rglob("*.go"))
        print(f"| {folder.resolve().name} | {count:,} | {' | '.join(shown)} |", flush=True)
    for folder in arguments.repositories if arguments.shares else ():
        parts = ", ".join(f"{name} {part:.0%}" for name, part in shares(folder))
        print(f"\n{folder.resolve().name}: {parts}")


if __name__ == "__main__":
    main()
