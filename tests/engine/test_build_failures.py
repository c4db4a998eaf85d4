"""Builds that fail: the probable cause, from real builds and from messages as tools print them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gendock.engine.build_causes import ROWS
from gendock.engine.build_diagnosis import diagnose_build
from gendock.engine.build_failure import why_it_failed
from gendock.engine.progress import Progress
from gendock.errors import EngineUnavailableError
from gendock.lint import registry
from tests.conftest import Ran

GO = "FROM golang:1.26-bookworm AS build\nWORKDIR /src\nENV CGO_ENABLED=0 GOPROXY=off\n"
MAIN = "package main\n\nfunc main() {}\n"
MODULE = "module example.com/failing\n\ngo 1.26\n"

# name: the Dockerfile, the other files, the cause, the row that is at fault, a rule that finds it.
FAILURES: dict[str, tuple[str, dict[str, str], str, int, str | None]] = {
    "old toolchain": (
        f"{GO}COPY . .\nRUN go build -o /out .\n",
        {"go.mod": MODULE.replace("1.26", "1.99"), "main.go": MAIN},
        "old-toolchain",
        5,
        "GO101",
    ),
    "no go.sum": (
        f"{GO}COPY . .\nRUN go build -o /out .\n",
        {
            "go.mod": f"{MODULE}\nrequire golang.org/x/text v0.14.0\n",
            "main.go": 'package main\n\nimport _ "golang.org/x/text/language"\n\nfunc main() {}\n',
        },
        "go-sum",
        5,
        "GO104",
    ),
    "no go.mod": (f"{GO}COPY main.go .\nRUN go build -o /out .\n", {"main.go": MAIN}, "no-module", 5, None),
    "embedded files left out": (
        f"{GO}COPY . .\nRUN go build -o /out .\n",
        {
            "go.mod": MODULE,
            "main.go": 'package main\n\nimport _ "embed"\n\n//go:embed page.html\nvar page string\n\n'
            "func main() { _ = page }\n",
        },
        "embedded-files",
        5,
        "GO215",
    ),
    "package left out": (
        f"{GO}COPY . .\nRUN go build -o /out ./cmd/server\n",
        {"go.mod": MODULE, "main.go": MAIN},
        "missing-package",
        5,
        "GO201",
    ),
    "source that does not compile": (
        f"{GO}COPY . .\nRUN go build -o /out .\n",
        {"go.mod": MODULE, "main.go": "package main\n\nfunc main() { undefined() }\n"},
        "compile-error",
        5,
        None,
    ),
    "local replace left out": (
        f"{GO}COPY . .\nRUN go build -o /out .\n",
        {
            "go.mod": f"{MODULE}\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n",
            "main.go": 'package main\n\nimport _ "example.com/lib"\n\nfunc main() {}\n',
        },
        "local-replace",
        5,
        None,
    ),
    "copied file left out": (
        "FROM debian:bookworm-slim\nCOPY notes /notes\n",
        {"notes": "n\n", ".dockerignore": "notes\n"},
        "copied-file",
        2,
        "GD119",
    ),
    "no shell": (
        "FROM scratch\nCOPY notes /notes\nRUN echo hello\n",
        {"notes": "n\n"},
        "no-shell",
        3,
        "GD216",
    ),
    "no such program": (
        "FROM debian:bookworm-slim\nRUN make all\n",
        {},
        "command-not-found",
        2,
        None,
    ),
    "no package lists": (
        "FROM debian:bookworm-slim\nRUN rm -rf /var/lib/apt/lists && apt-get install -y libabsent-dev\n",
        {},
        "package-lists",
        2,
        None,
    ),
    "another platform's program": (
        'FROM debian:bookworm-slim\nCOPY --chmod=0755 notes /notes\nRUN ["/notes"]\n',
        {"notes": "\x7fELF\n"},
        "exec-format",
        3,
        None,
    ),
    "line ends of Windows": (
        "FROM debian:bookworm-slim\nCOPY run.sh /\nRUN sh /run.sh\n",
        {"run.sh": "true\r\n"},
        "windows-lines",
        3,
        None,
    ),
    "no right to write": (
        "FROM debian:bookworm-slim\nUSER 65532\nRUN mkdir /data\n",
        {},
        "permission",
        3,
        None,
    ),
}


@pytest.mark.engine
@pytest.mark.parametrize("name", FAILURES)
def test_the_cause_of_a_real_failure(gendock: Callable[..., Ran], tmp_path: Path, name: str) -> None:
    dockerfile, files, cause, row, rule = FAILURES[name]
    for file, text in {"Dockerfile": dockerfile, **files}.items():
        (tmp_path / file).write_bytes(text.encode())
    ran = gendock("build", tmp_path, "--output-format", "json")
    assert ran.status == 4, ran.err
    failure = json.loads(ran.out)["failure"]
    assert failure["cause"], failure
    assert (failure["cause"]["id"], failure["row"]) == (cause, row), failure
    if rule:
        found = [one["code"] for one in failure["found_by"] if one["message"]]
        assert rule in found, failure["found_by"]


@pytest.mark.engine
def test_a_failure_is_told_with_its_cause_and_rule(gendock: Callable[..., Ran], tmp_path: Path) -> None:
    dockerfile, files, *_ = FAILURES["old toolchain"]
    for file, text in {"Dockerfile": dockerfile, **files}.items():
        (tmp_path / file).write_text(text)
    ran = gendock("build", cwd=tmp_path)
    text = ran.err.partition("  go: go.mod requires")[2]
    assert text.splitlines()[1:] == [
        "",
        " --> Dockerfile:5",
        "  |",
        "5 | RUN go build -o /out .",
        "  | ^^^^^^^^^^^^^^^^^^^^^^",
        "  = exit code 1",
        "",
        "  because   the Go toolchain of the build stage is older than go.mod asks for",
        "  mend      take the golang image of the version in go.mod",
        "  rule      gendock lint finds it, GO101 in line 1: golang:1.26-bookworm cannot",
        "            build this module: go.mod asks for Go 1.99",
        "",
        "gendock: the build failed at Dockerfile:5: exit code 1",
    ], ran.err


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (
            "go: errors parsing go.mod:\n/src/go.mod:3: invalid go version '1.23.0': must match",
            "old-toolchain",
        ),
        ("go: updating go.mod: open /src/go.mod: read-only file system", "go-line"),
        ("verifying example.com/a@v1.0.0: checksum mismatch", "checksum"),
        (
            "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
            "private-module",
        ),
        ("git@github.com: Permission denied (publickey).", "private-module"),
        ("error obtaining VCS status: exit status 128", "vcs-status"),
        ('go: example.com/a@v1.0.0: exec: "git": executable file not found in $PATH', "no-git"),
        ('# runtime/cgo\ncgo: C compiler "gcc" not found: exec: "gcc"', "no-compiler"),
        ("main.go:4:10: fatal error: zlib.h: No such file or directory", "c-header"),
        ("package example.com/a: build constraints exclude all Go files in /a", "excluded-files"),
        ("go: inconsistent vendoring in /src:", "vendor"),
        (
            'Get "https://proxy.golang.org/x": dial tcp: lookup proxy.golang.org: i/o timeout',
            "module-proxy",
        ),
        ("example.com/a: /usr/local/go/pkg/tool/linux_amd64/compile: signal: killed", "out-of-memory"),
        ("secret token: not found", "secret"),
        ("cat: /run/secrets/token: No such file or directory", "secret"),
        ("unset ssh forward key default", "ssh"),
        ("Dockerfile:3: Unknown flag: mount", "old-syntax"),
        ("target stage nowhere could not be found", "target"),
        ("no match for platform in manifest: not found", "no-such-platform"),
        ("pull access denied, repository does not exist or may require authorization", "registry-login"),
        ("toomanyrequests: You have reached your unauthenticated pull rate limit", "registry-limit"),
        (
            'failed to do request: Head "https://a.example/v2/": dial tcp: lookup a.example: no such host',
            "registry-away",
        ),
        (
            'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
            "registry-away",
        ),
        ("docker.io/library/golang:9.9: not found", "no-such-image"),
        ("write /out: no space left on device", "no-space"),
        ("curl: (60) SSL certificate problem: unable to get local issuer certificate", "certificates"),
        ("Temporary failure resolving 'deb.debian.org'", "name-resolution"),
    ],
)
def test_the_cause_of_a_message(line: str, cause: str) -> None:
    found = diagnose_build(line.splitlines(), "exit code: 1")
    assert found is not None
    assert found.id == cause


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ("ERROR: failed to build: failed to receive status: error reading from server: EOF",),
            "the builder went away: failed to receive status: error reading from server: EOF",
        ),
        (
            ("#1 [internal] waiting for connection", "#1 ERROR: context deadline exceeded"),
            "the builder cannot be reached: context deadline exceeded",
        ),
        (
            ("#1 [internal] booting buildkit", "#1 ERROR: Error response from daemon: no such image"),
            "the builder cannot be reached: Error response from daemon: no such image",
        ),
        (
            ("ERROR: Cannot connect to the Docker daemon at unix:///x",),
            "the Docker engine went away: ERROR: Cannot connect to the Docker daemon at unix:///x",
        ),
    ],
)
def test_a_builder_that_is_gone_is_no_failed_build(lines: tuple[str, ...], sentence: str) -> None:
    progress = Progress()
    for line in lines:
        progress.feed(line)
    error = why_it_failed(Path("Dockerfile"), progress)
    assert (type(error), str(error)) == (EngineUnavailableError, sentence)


def test_nothing_is_guessed() -> None:
    assert diagnose_build(["the tests failed"], "exit code: 1") is None


def test_every_rule_that_a_cause_names_is_there() -> None:
    known = {rule.code for rule in registry().rules}
    assert {rule for row in ROWS for rule in row.rules} <= known
    assert len({row.id for row in ROWS}) == len(ROWS)
