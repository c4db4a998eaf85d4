"""One set of findings that every format is tested with, and the checkers that come from npm."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from gendock.lint import Finding, Settings, Severity, lint_text
from gendock.report.paths import Folders

NPM_PACKAGES = ("@microsoft/sarif-multitool-linux", "@umbrelladocs/rdformat-validator")

PLAIN = (
    'FROM golang:1.20 AS build\nWORKDIR app\nCOPY *.mod./\nRUN echo "1"\n\nFROM debian\nWORKDIR app\n'
    "WORKDIR app\nCMD /app | tee log\n"
)
WIDE = "FROM debian:12\r\nWORKDIR \t 漢字/e\u0301/\N{GRINNING FACE}/ünï \r\nUSER 1\r\n"
# A name, and what stands in that file. All of it must come out of every format unharmed.
FILES = {
    "Dockerfile": PLAIN,
    "deploy/api.Dockerfile": WIDE,
    "spaces and ümläute/Dockerfile": PLAIN.replace("\n", "\r\n"),
    "/elsewhere/Dockerfile": PLAIN,
    "../beside/Dockerfile": "FROM debian:12\nUSER 1\nENV A\n",
    "a:b,c%41;d]e=f|g`h<i>&\"'j.Dockerfile": PLAIN,
    "line\nbreak\rand\x1b[31m\x07\u2028.Dockerfile": PLAIN,
    "no-utf8-\udcff\udcfe.Dockerfile": "FROM a:1\nUSER 1\n\udcff\udcfe \udc80\n",
    "[text](javascript:alert(1)).Dockerfile": "FROM a:1\nUSER 1\n[x](http://y) ]]> <!-- --> {0} `|` $a$\n",
    "::error::x##vso[task.complete].Dockerfile": "FROM a:1\nUSER 1\n::set-env::x ##vso[a]b\nCMD[a|b]\n",
    "control.Dockerfile": "FROM a:1\nUSER 1\n\x01\x1b\x7f\x85\ufffe x\nWORKDIR a\x0bb\x0cc\n",
    "bom.Dockerfile": "\ufeffFROM debian\n",
    "empty.Dockerfile": "",
    "nul.Dockerfile": "\x7fELF\0",
    "unfinished.Dockerfile": "FROM a:1\nUSER 1\nRUN <<EOF\n漢 \\\necho",
}


@pytest.fixture(scope="session")
def folders() -> Folders:
    return Folders("/src/repository", "/src/repository")


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """Findings of all `FILES`, and of one in a Go repository, whose finding points to go.mod as well."""
    found = [one for name, text in FILES.items() for one in lint_text(text, Settings(), filename=name)]
    folder = tmp_path_factory.mktemp("go")
    (folder / "go.mod").write_text("module example.com/x\n\ngo 1.24\n")
    (folder / "main.go").write_text("package main\n\nfunc main() {}\n")
    (folder / ".env").write_text("TOKEN=secret\n")
    text = "FROM golang:1.20\nWORKDIR /src\nCOPY . .\nRUN go build -o /app\nUSER 1\n"
    found += lint_text(text, Settings(), filename="services/api/Dockerfile", folder=folder)
    assert {one.filename for one in found} == {*FILES, "services/api/Dockerfile"}
    found += [
        replace(found[0], filename=f"{severity.label}.Dockerfile", severity=severity) for severity in Severity
    ]
    assert any(one.related for one in found)
    assert any(one.fix and one.fix.additions for one in found)
    assert any(one.fix for one in found)
    return found


@pytest.fixture(scope="session")
def npm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the npm packages that hold reports against others' rules."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: SARIF's multitool and reviewdog's validator come from there")
    folder = tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text("{}")  # without it npm looks for one in the folders above
    options = [
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
        "--fetch-retries=1",
    ]
    done = subprocess.run(
        [npm, "install", *options, *NPM_PACKAGES],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode != 0:
        pytest.skip(f"npm cannot install {' and '.join(NPM_PACKAGES)}: {done.stderr.strip()[-200:]}")
    return folder / "node_modules"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a report into a file."""

    def into(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8"))
        return path

    return into
