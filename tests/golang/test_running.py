"""What there is to know of how a program runs, from small programs as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import Program, read_project

MOD = "module example.com/shop\n\ngo 1.26\n"


def _program(folder: Path, files: dict[str, str]) -> Program:
    for name, text in {"go.mod": MOD, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read_project(folder).programs[0]


def _main(body: str, *imports: str, also: str = "") -> dict[str, str]:
    listed = "".join(f'\t"{path}"\n' for path in imports)
    return {"main.go": f"package main\n\nimport (\n{listed})\n\n{also}\nfunc main() {{\n{body}\n}}\n"}


TLS = {
    "nothing": (_main(""), None),
    "a request": (_main('http.Get("https://shop.test/a")', "net/http"), "sure: a request to shop.test"),
    "a request by a constant": (
        _main("http.Post(api, kind, nil)", "net/http", also='const api = "https://api.test"\n'),
        "sure: a request to api.test",
    ),
    "a request by its own method": (
        _main('http.NewRequestWithContext(ctx, "GET", "https://a.test/"+id, nil)', "net/http"),
        "sure: a request to a.test",
    ),
    "a request without TLS": (_main('http.Get("http://shop.test")', "net/http"), None),
    "a request to itself": (_main('http.Get("https://localhost:8443")', "net/http"), None),
    "a request within a cluster": (
        _main('http.Get("https://kubernetes.default.svc/api")', "net/http"),
        None,
    ),
    "a request to somewhere": (
        _main('http.Get(os.Getenv("URL"))', "net/http", "os"),
        "unsure: requests to an address that is configured",
    ),
    "a connection": (_main('tls.Dial("tcp", "a.test:443", nil)', "crypto/tls"), "sure: tls.Dial"),
    "a client": (
        _main("", "github.com/aws/aws-sdk-go-v2/service/s3"),
        "sure: github.com/aws/aws-sdk-go-v2/service/s3",
    ),
    "roots of its own": (
        _main('http.Get("https://a.test")', "net/http", "golang.org/x/crypto/x509roots/fallback"),
        None,
    ),
    "a function that nobody calls": (
        _main("", "net/http", also='func old() { http.Get("https://a.test") }\n'),
        None,
    ),
}


@pytest.mark.parametrize("case", TLS)
def test_tls(case: str, tmp_path: Path) -> None:
    files, wanted = TLS[case]
    tls = _program(tmp_path, files).tls
    assert (None if tls is None else f"{'sure' if tls.is_sure else 'unsure'}: {tls.because}") == wanted


ZONES = {
    "nothing": (_main("", "time"), None),
    "a zone": (_main('time.LoadLocation("Europe/Berlin")', "time"), "Europe/Berlin needed"),
    "a zone that somebody sets": (_main('time.LoadLocation(os.Getenv("TZ"))', "time", "os"), "? needed"),
    "what is always there": (_main('time.LoadLocation("UTC")', "time"), None),
    "data of its own": (
        _main('time.LoadLocation("Asia/Tokyo")', "time", "time/tzdata"),
        "Asia/Tokyo brought",
    ),
    "data by a tag": (
        {
            **_main('time.LoadLocation("Asia/Tokyo")', "time"),
            "Makefile": "build:\n\tgo build -tags timetzdata -o shop .\n",
        },
        "Asia/Tokyo brought",
    ),
    "another package's": (_main('zones.LoadLocation("Asia/Tokyo")', "example.com/zones"), None),
}


@pytest.mark.parametrize("case", ZONES)
def test_zones(case: str, tmp_path: Path) -> None:
    files, wanted = ZONES[case]
    zones = _program(tmp_path, files).zones
    shown = None if zones is None else f"{zones.name or '?'} {'needed' if zones.needs_data else 'brought'}"
    assert shown == wanted


SIGNALS = {
    "none": (_main("", "os/signal"), []),
    "two": (
        _main("signal.Notify(c, os.Interrupt, syscall.SIGTERM)", "os", "os/signal", "syscall"),
        ["SIGINT main.go:11", "SIGTERM main.go:11"],
    ),
    "of a context": (
        _main("signal.NotifyContext(ctx, syscall.SIGTERM)", "os/signal", "syscall"),
        ["SIGTERM main.go:10"],
    ),
    "of another package": (_main("events.Notify(c, syscall.SIGTERM)", "example.com/events", "syscall"), []),
}


@pytest.mark.parametrize("case", SIGNALS)
def test_signals(case: str, tmp_path: Path) -> None:
    files, wanted = SIGNALS[case]
    assert [f"{one.name} {one.evidence}" for one in _program(tmp_path, files).signals] == wanted


VERSION = 'package version\n\nvar (\n\tVersion = "dev"\n\tCommit  string\n\tCount   = 1\n)\n'
LINKED = {
    "none": (_main(""), []),
    "a version": (_main("", also='var version = "dev"\n'), ["main.version version main.go:6"]),
    "a version, a commit and a date": (
        _main("", also='var (\n\tversion = "dev"\n\tcommit  = ""\n\tdate    string\n)\n'),
        ["main.version version main.go:7", "main.commit commit main.go:8", "main.date date main.go:9"],
    ),
    "the date of a commit": (
        _main("", also='var CommitDate = ""\n'),
        ["main.CommitDate date main.go:6"],
    ),
    "none that is no text": (_main("", also="var version = 1\nvar date = time.Now()\n"), []),
    "none that is constant": (_main("", also='const version = "1"\n'), []),
    "what the Makefile sets": (
        {
            **_main("", "example.com/shop/version"),
            "version/version.go": VERSION,
            "Makefile": (
                "PKG := example.com/shop/version\n"
                "build:\n\tgo build -ldflags \"-X '$(PKG).Version=$(V)' -X $(PKG).Count=2\" .\n"
            ),
        },
        ["example.com/shop/version.Version version version/version.go:4 Makefile:3"],
    ),
    "what goreleaser sets": (
        {
            **_main("", also='var revision = ""\n'),
            ".goreleaser.yaml": "builds:\n  - ldflags:\n      - -s -w -X main.revision={{.Commit}}\n",
        },
        ["main.revision commit main.go:6 .goreleaser.yaml:3"],
    ),
    "none that is set and not there": (
        {**_main(""), "Makefile": 'build:\n\tgo build -ldflags "-X main.version=1" .\n'},
        [],
    ),
    "none of a package that is not reached": (
        {
            **_main(""),
            "version/version.go": VERSION,
            "Makefile": "b:\n\tgo build -X=example.com/shop/version.Version=1\n",
        },
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LINKED)
def test_linked(case: str, tmp_path: Path) -> None:
    files, wanted = LINKED[case]
    program = _program(tmp_path, files)
    shown = [
        f"{one.package}.{one.name} {one.role} {one.evidence}{f' {one.passed}' if one.passed else ''}"
        for one in program.linked
    ]
    assert shown == wanted
    assert program.version_variable == (
        "version" if "main.version version main.go" in " ".join(shown) else None
    )


def test_grpc(tmp_path: Path) -> None:
    files = _main("grpc.NewServer()", "google.golang.org/grpc", "google.golang.org/grpc/health")
    grpc = _program(tmp_path, files).grpc
    assert grpc is not None
    assert (str(grpc.evidence), grpc.has_health) == ("main.go:10", True)
    assert _program(tmp_path, _main("grpc.Dial()", "google.golang.org/grpc")).grpc is None


ARG, FLAGS = "github.com/alexflint/go-arg", "github.com/jessevdk/go-flags"
CHECKS = {
    "kong's": ('Health struct{} `cmd:"" help:"asks"`', "github.com/alecthomas/kong", ["health"]),
    "go-arg's": ('Check *check `arg:"subcommand:healthcheck" help:"asks"`', ARG, ["healthcheck"]),
    "go-arg's, by the field's name": ('Healthcheck *check `arg:"subcommand"`', ARG, ["healthcheck"]),
    "go-flags'": ('Check check `command:"health-check" description:"asks"`', FLAGS, ["health-check"]),
    "another sub-command": ('Healthcheck *check `arg:"subcommand:agent"`', ARG, None),
    "an argument that is none": ('Healthcheck string `arg:"--healthcheck"`', ARG, None),
}


@pytest.mark.parametrize("case", CHECKS)
def test_sub_commands_that_ask_whether_it_is_well(case: str, tmp_path: Path) -> None:
    field, library, wanted = CHECKS[case]
    also = f"type check struct{{}}\n\ntype arguments struct {{\n\t{field}\n}}\n"
    files = _main('http.ListenAndServe(":8080", nil)', "net/http", library, also=also)
    check = _program(tmp_path, files).check
    assert (None if check is None else list(check.words)) == wanted


METRICS = {
    "a route": ('http.Handle("/metrics", promhttp.Handler())', "/metrics"),
    "a route with its method": ('http.HandleFunc("GET /internal/metrics", f)', "/internal/metrics"),
    "another's": ('http.Get("http://db/metrics")', None),
}


@pytest.mark.parametrize("case", METRICS)
def test_metrics(case: str, tmp_path: Path) -> None:
    body, wanted = METRICS[case]
    metrics = _program(tmp_path, _main(f'{body}\nhttp.ListenAndServe(":80", nil)', "net/http")).metrics
    assert (None if metrics is None else metrics.path) == wanted
