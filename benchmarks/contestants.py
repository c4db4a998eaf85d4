"""What the benchmarks that build images share: gendock itself, and folders that it builds in turn."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "samples"
GENDOCK = Path(sys.executable).with_name("gendock")


@dataclass(frozen=True)
class Contestant:
    """A copy of a sample with a Dockerfile of its own."""

    name: str
    folder: Path

    @property
    def tag(self) -> str:
        """The name of its image."""
        return f"gendock-benchmark-{self.name}:1"

    def change(self, number: int) -> None:
        """Change a line of the program, so that it has to be compiled anew."""
        main = next(path for path in sorted(self.folder.rglob("*.go")) if "func main()" in path.read_text())
        text = re.sub(r"\n\nconst changed = \d+\n\Z", "\n", main.read_text())
        main.write_text(f"{text}\n\nconst changed = {number}\n")

    def build(self, *words: str) -> float:
        """Build, and return the seconds."""
        began = time.monotonic()
        gendock("build", self.folder, "--tag", self.tag, *words)
        return time.monotonic() - began

    def remove_image(self) -> None:
        """Take its image away."""
        subprocess.run(["docker", "image", "rm", self.tag], capture_output=True, check=False)


def gendock(*words: str | Path) -> str:
    """Run gendock, and return what it prints; a failure ends the benchmark."""
    done = subprocess.run([GENDOCK, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(
            f"gendock {' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def program_of(sample: Path) -> dict[str, Any]:
    """What gendock sees of a sample's first program; its package is as `go build` names it."""
    program: dict[str, Any] = json.loads(gendock("inspect", sample, "--output-format", "json"))["programs"][0]
    package = program["package"]
    return program | {"package": "." if package == "." else f"./{package}"}
