"""How long `gendock check` takes where nothing changed, and how long a rebuild takes after one line did.

    .venv/bin/python benchmarks/check_speed.py [--sample samples/hello-http] [--runs N]

The rebuild is measured beside the Dockerfile that people write first, one stage that copies everything and
builds. Both are built by `gendock build`, with the same builder, in turn, so that a machine that gets slower
in the middle slows both. Before each build a line of main.go changes in both. Seconds on the clock; medians.

An engine has to answer: eval "$(scripts/engine up)".
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from contestants import SAMPLES, Contestant, gendock, program_of

PLAIN = """\
FROM {base}
WORKDIR /src
COPY . .
RUN go build -o /app {package}
CMD ["/app"]
"""


def contestants(sample: Path, folder: Path) -> tuple[Contestant, Contestant]:
    """Copy a sample twice, with gendock's Dockerfile and with the plain one."""
    ours, plain = Contestant("ours", folder / "ours"), Contestant("plain", folder / "plain")
    for one in (ours, plain):
        shutil.copytree(sample, one.folder)
    gendock("init", ours.folder)
    base = re.search(r"(golang:\S+) AS build", (ours.folder / "Dockerfile").read_text())
    if base is None:
        sys.exit("gendock init wrote no golang stage")
    text = PLAIN.format(base=base[1], package=program_of(sample)["package"])
    (plain.folder / "Dockerfile").write_text(text)
    return ours, plain


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description="How long gendock check and a rebuild take.")
    parser.add_argument("--sample", type=Path, default=SAMPLES / "hello-http")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = contestants(arguments.sample, Path(folder))
        print(f"{arguments.sample.name}, {arguments.runs} runs each, medians of seconds on the clock\n")
        rebuilds(ours, plain, arguments.runs)
        checks(ours, arguments.runs)
        for one in (ours, plain):
            one.remove_image()


def rebuilds(ours: Contestant, plain: Contestant, runs: int) -> None:
    """Measure builds after a changed line."""
    for one in (ours, plain):
        one.build()
    seconds: dict[str, list[float]] = {ours.name: [], plain.name: []}
    for number in range(runs):
        for one in (ours, plain):
            one.change(number)
            seconds[one.name].append(one.build())
    fast, slow = (statistics.median(seconds[one.name]) for one in (ours, plain))
    print("| one line changed | seconds | in ours |")
    print("| --- | --: | --: |")
    print(f"| `gendock build`, gendock's Dockerfile | {fast:.1f} | 1.0 |")
    print(f"| `gendock build`, COPY of everything | {slow:.1f} | {slow / fast:.1f} |\n")


def checks(ours: Contestant, runs: int) -> None:
    """Measure `gendock check` with everything cached."""
    words = ("check", ours.folder, "--tag", ours.tag, "--output-format", "json")
    gendock(*words)
    seconds: list[float] = []
    asked = 0
    for _ in range(runs):
        began = time.monotonic()
        data = json.loads(gendock(*words))
        seconds.append(time.monotonic() - began)
        asked = 1 + sum(check["status"] != "skip" for check in data["smoke"]["checks"])
        if data["build"]["cached"] != data["build"]["steps"]:
            sys.exit("a step was not cached")
    print("| nothing changed | seconds | checks |")
    print("| --- | --: | --: |")
    print(f"| `gendock check` | {statistics.median(seconds):.1f} | {asked} |")


if __name__ == "__main__":
    main()
