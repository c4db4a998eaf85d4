"""BuildKit itself as a judge: builds the program in `oracle/` once, and asks it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent / "oracle"
# Reading is fast, but a cold build has all of BuildKit's client to compile.
BUILD_SECONDS = 900


class NoOracleError(Exception):
    """The oracle cannot be built on this machine; the text says why."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """The built program."""

    program: Path

    def ask(self, requests: Iterable[Mapping[str, object]]) -> list[dict[str, Any]]:
        """Return one answer for each request, in order."""
        lines = "".join(json.dumps(one) + "\n" for one in requests)
        done = subprocess.run([self.program], input=lines.encode(), capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def read(self, dockerfiles: Sequence[bytes]) -> list[dict[str, Any]]:
        """Return what BuildKit makes of each Dockerfile."""
        return self.ask({"dockerfile": base64.b64encode(one).decode()} for one in dockerfiles)

    def read_with(self, ignore_files: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        """Return what BuildKit makes of each Dockerfile, with the .dockerignore of its build context."""
        return self.ask(
            {"dockerfile": base64.b64encode(text.encode()).decode(), "ignore": ignore}
            for text, ignore in ignore_files
        )

    def expand(
        self, words: Iterable[tuple[str, Mapping[str, str]]], *, escape: str = "\\", raw: bool = False
    ) -> list[dict[str, Any]]:
        """Return the expansion of each word in its environment."""
        return self.ask(
            {"word": word, "environment": environment, "escape": escape, "raw": raw}
            for word, environment in words
        )


def build() -> Oracle:
    """Build the oracle, or take the one that was built before from the same sources.

    Raises:
        NoOracleError: there is no Go toolchain that is new enough, or the modules are out of reach.
    """
    files = sorted(path for path in SOURCES.iterdir() if path.suffix in (".go", ".mod", ".sum"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gendock-tests" / digest
    program = cache / "oracle"
    if program.exists():
        return Oracle(program)
    go = _toolchain()
    cache.mkdir(parents=True, exist_ok=True)
    # Built beside its place and moved there, so that two test runs cannot meet a half of it.
    fresh = cache / f"oracle.{os.getpid()}"
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    done = subprocess.run(
        [go, "build", "-trimpath", "-o", fresh, "."],
        cwd=SOURCES,
        env=environment,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise NoOracleError(f"go build fails: {done.stderr.strip()[-300:]}")
    fresh.replace(program)
    return Oracle(program)


def _toolchain() -> str:
    wanted = re.search(r"^go ([0-9.]+)$", (SOURCES / "go.mod").read_text(), re.MULTILINE)
    assert wanted
    found: list[str] = []
    for go in (shutil.which("go"), "/usr/local/go/bin/go"):
        if go is None or not Path(go).exists():
            continue
        done = subprocess.run([go, "version"], capture_output=True, text=True, check=False)
        version = re.search(r"go([0-9.]+)", done.stdout)
        if version and _numbers(version.group(1)) >= _numbers(wanted.group(1)):
            return go
        found.append(f"{go} is {done.stdout.strip()}")
    has = ", ".join(found) or "there is no go on PATH"
    raise NoOracleError(f"BuildKit needs Go {wanted.group(1)} to be built, and {has}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)
