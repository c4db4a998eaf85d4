"""The diagnosis table, over lines as Go, runc, glibc and Docker print them."""

from __future__ import annotations

import pytest

from gendock.engine.diagnosis import asked_for, diagnose
from gendock.engine.procfs import Listener
from gendock.engine.start_causes import CAUSES

LINES = [
    ("exec-format", "exec /archive: exec format error"),
    ("exec-format", "standard_init_linux.go:228: exec user process caused: exec format error"),
    ("missing-entrypoint", "exec /app: no such file or directory"),
    (
        "missing-entrypoint",
        (
            'OCI runtime create failed: runc create failed: unable to start container process: exec: "/app": '
            "stat /app: no such file or directory: unknown"
        ),
    ),
    ("missing-entrypoint", 'exec: "orders": executable file not found in $PATH: unknown'),
    ("missing-program", 'cannot clone: exec: "git": executable file not found in $PATH'),
    ("unknown-user", "unable to find user app: no matching entries in passwd file"),
    (
        "missing-library",
        "/app: error while loading shared libraries: libvips.so.42: cannot open shared object",
    ),
    (
        "glibc-version",
        "/app: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /app)",
    ),
    ("not-executable", 'unable to start container process: exec: "/app": permission denied: unknown'),
    (
        "ca-certificates",
        (
            'Get "https://example.com": tls: failed to verify certificate: x509: certificate signed by '
            "unknown authority"
        ),
    ),
    ("server-ended", "2026/11/23 12:24:29 <nil>"),
    ("server-closed", "2026/11/23 03:29:33 http: Server closed"),
    ("time-zones", "panic: unknown time zone Europe/Berlin"),
    (
        "cgo-stub",
        "Binary was compiled with 'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub",
    ),
    ("read-only", "open /var/lib/app/state.json: read-only file system"),
    ("privileged-port", "listen tcp :80: bind: permission denied"),
    ("port-in-use", "listen tcp :8080: bind: address already in use"),
    ("out-of-memory", "fatal error: runtime: out of memory"),
    ("environment-file", "open .env: no such file or directory"),
    ("environment", "config: required key DATABASE_URL missing value"),
    ("environment", "DATABASE_URL must be set"),
    ("environment", 'env: required environment variable "PORT" is not set'),
    ("environment", 'env: environment variable "SECRET" should not be empty'),
    ("database-file", "unable to open database file: no such file or directory"),
    ("database-file", "unable to open database file: out of memory (14)"),
    ("missing-file", 'Fatal error config file: Config File "app" Not Found in "[/]"'),
    ("missing-file", "migrate: first .: file does not exist"),
    (
        "missing-file",
        'failed to open source, "file://migrations": open /migrations: no such file or directory',
    ),
    ("backing-service", "kafka: client has run out of available brokers to talk to"),
    ("backing-service", "nats: no servers available for connection"),
    ("arguments", 'Error: required flag(s) "config" not set'),
    ("arguments", "error: required flag --config.file not provided, try --help"),
    ("arguments", "Error: accepts 1 arg(s), received 0"),
    ("arguments", "Error: requires at least 1 arg(s), only received 0"),
    ("arguments", "server: error: missing flags: --database=STRING"),
    ("arguments", 'server: error: unexpected argument serve, did you mean "server"?'),
    ("arguments", "flag provided but not defined: -foo"),
    ("home", "neither $XDG_CONFIG_HOME nor $HOME are defined"),
    ("home", "user: unknown userid 65532"),
    ("foreign-address", "listen tcp 10.0.0.1:8080: bind: cannot assign requested address"),
    ("missing-file", "panic: open templates/index.html: no such file or directory"),
    ("missing-file", "panic: html/template: pattern matches no files: `templates/*.html`"),
    ("backing-service", "dial tcp 127.0.0.1:5432: connect: connection refused"),
    ("backing-service", "dial tcp: lookup db on 127.0.0.11:53: no such host"),
    ("old-toolchain", "go: go.mod requires go >= 1.26 (running go 1.24.4; GOTOOLCHAIN=local)"),
    ("vcs-status", "error obtaining VCS status: exit status 128"),
    ("unwritable-folder", "mkdir /data: permission denied"),
    ("loopback-only", "2026/01/02 15:04:05 listening on 127.0.0.1:8080"),
]


@pytest.mark.parametrize(("cause", "line"), LINES)
def test_a_line_names_its_cause(cause: str, line: str) -> None:
    found = diagnose(["starting", line, ""])
    assert found is not None
    assert (found.id, found.evidence) == (cause, line)
    assert found.because
    assert found.mend


def test_a_variable_with_a_default_is_no_reason() -> None:
    log = ["LOG_LEVEL is not set, using info", "open config.yaml: no such file or directory"]
    found = diagnose(log)
    assert found is not None
    assert found.id == "missing-file"


@pytest.mark.parametrize(
    ("line", "service"),
    [
        ("dial tcp 127.0.0.1:5432: connect: connection refused", "127.0.0.1:5432"),
        ("dial tcp [::1]:5432: connect: connection refused", "[::1]:5432"),
        ("dial unix /run/db.sock: connect: no such file", "/run/db.sock"),
        ("dial tcp: lookup db on 127.0.0.11:53: no such host", "db"),
        ("no reachable servers", ""),
    ],
)
def test_the_service_that_was_asked_for(line: str, service: str) -> None:
    assert asked_for(line) == service


def test_every_cause_of_the_table_is_tried() -> None:
    assert {cause.id for cause in CAUSES} - {cause for cause, _ in LINES} == {"main-package"}


def test_nothing_known_gives_no_cause() -> None:
    assert diagnose(["starting", "panic: runtime error: index out of range [3]"]) is None
    assert diagnose([]) is None


def test_out_of_memory_needs_no_log() -> None:
    found = diagnose([], oom_killed=True)
    assert found is not None
    assert found.id == "out-of-memory"


def test_loopback_is_seen_without_a_log() -> None:
    found = diagnose([], ports=[8080], listeners=[Listener("127.0.0.1", 8080)])
    assert found is not None
    assert (found.id, found.evidence) == ("loopback-only", "it listens on 127.0.0.1:8080")
    beside = [Listener("127.0.0.1", 8080), Listener("::", 9125)]
    assert diagnose([], ports=[8080], listeners=beside) == found


@pytest.mark.parametrize(
    ("listeners", "cause"), [([], "not-listening"), ([Listener("::", 9090)], "other-port")]
)
def test_where_it_listens_tells_the_cause(listeners: list[Listener], cause: str) -> None:
    found = diagnose(["starting"], ports=[8080], listeners=listeners)
    assert found is not None
    assert found.id == cause
    assert diagnose(["starting"], ports=[8080], listeners=[Listener("::", 8080)]) is None
    assert diagnose(["starting"], ports=[8080]) is None
