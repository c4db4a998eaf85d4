"""Decisions that rest on a line of go.mod, as data: what is written, and what is said about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gendock.errors import RefusedError
from gendock.generate import Cache, Options, Plan, make_plan
from gendock.golang import read_project

MAIN = "package main\n\nfunc main() {}\n"
SERVER = 'package main\n\nimport (\n\t"net/http"\n\t"os"\n)\n\nfunc main() { http.ListenAndServe(%s, nil) }\n'


def _plan(folder: Path, files: dict[str, str], options: Options | None = None) -> Plan:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return make_plan(read_project(folder), options)


def _dockerfile(plan: Plan) -> str:
    return plan.files[0].text


RELEASES = {
    "the go line": ("go 1.26", "golang:1.26-bookworm", "go.mod:2"),
    "a patch release": ("go 1.26.3", "golang:1.26-bookworm", "go.mod:2"),
    "a toolchain that is newer": ("go 1.25\ntoolchain go1.27.1", "golang:1.27-bookworm", "go.mod:3"),
    "a toolchain that is not newer": ("go 1.26.3\ntoolchain go1.26.2", "golang:1.26-bookworm", "go.mod:2"),
    "the default toolchain": ("go 1.26\ntoolchain default", "golang:1.26-bookworm", "go.mod:2"),
    "a release candidate": ("go 1.27rc1", "golang:1.27-rc-bookworm", "go.mod:2"),
    "a release past its support": ("go 1.22", "golang:1.26-bookworm", "go.mod:2"),
    "a dependency that builds with old releases only": (
        "go 1.21\nrequire github.com/bytedance/sonic v1.10.2",
        "golang:1.21-bookworm",
        "go.mod:2",
    ),
    "that dependency, which gin leaves out": (
        "go 1.21\nrequire github.com/bytedance/sonic v1.10.2 // indirect",
        "golang:1.26-bookworm",
        "go.mod:2",
    ),
    "that dependency, which hertz builds": (
        (
            "go 1.21\nrequire github.com/bytedance/sonic v1.10.2 // indirect\n"
            "require github.com/cloudwego/hertz v0.7.0"
        ),
        "golang:1.21-bookworm",
        "go.mod:2",
    ),
    "a newer release of that dependency": (
        "go 1.21\nrequire github.com/bytedance/sonic v1.15.0",
        "golang:1.26-bookworm",
        "go.mod:2",
    ),
    "a release older than its images": ("go 1.13", "golang:1.26-bookworm", "go.mod:2"),
    "no go line": ("", "golang:1.26-bookworm", "None"),
}


@pytest.mark.parametrize("case", RELEASES)
def test_the_release_that_go_mod_asks_for(case: str, tmp_path: Path) -> None:
    lines, image, evidence = RELEASES[case]
    plan = _plan(tmp_path, {"go.mod": f"module a\n{lines}\n", "main.go": MAIN})
    decision = next(decision for decision in plan.decisions if decision.topic == "build image")
    assert (decision.chose, str(decision.evidence)) == (image, evidence)
    assert f"FROM --platform=$BUILDPLATFORM {image} AS build\n" in _dockerfile(plan)


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("go 1.26\n", ""),
        ("go 1.22\ntoolchain go1.22.0\n", ",rw"),
        ("go 1.22\ntoolchain go1.24.1\n", ""),
        ("go 1.22.0\ntoolchain go1.22.3\n", ""),
    ],
)
def test_a_download_can_write_a_go_line_that_is_not_whole(line: str, option: str, tmp_path: Path) -> None:
    module = f"module a\n{line}require example.com/b v1.0.0\n"
    plan = _plan(tmp_path, {"go.mod": module, "go.sum": "", "main.go": MAIN})
    assert f"RUN --mount=type=bind,source=go.mod,target=go.mod{option} \\\n" in _dockerfile(plan)
    assert "source=go.sum,target=go.sum \\\n" in _dockerfile(plan)


def test_a_release_that_a_dependency_keeps_is_spoken_of(tmp_path: Path) -> None:
    module = "module a\ngo 1.21\nrequire github.com/bytedance/sonic v1.10.2\n"
    plan = _plan(tmp_path, {"go.mod": module, "go.sum": "", "main.go": MAIN})
    assert plan.warnings == (
        (
            "Go 1.21 gets no security fixes any more, and github.com/bytedance/sonic v1.10.2 builds with no "
            "newer one: update it (go.mod:3)"
        ),
    )


def test_a_release_from_the_future_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=re.escape("go.mod:2 asks for Go 1.99, years after")):
        _plan(tmp_path, {"go.mod": "module a\ngo 1.99\n", "main.go": MAIN})


def test_the_newest_line_of_a_workspace_counts(tmp_path: Path) -> None:
    files = {
        "go.work": "go 1.25\nuse ./a\nuse ./b\n",
        "a/go.mod": "module a\ngo 1.25\n",
        "a/main.go": MAIN,
        "b/go.mod": "module b\ngo 1.26\n",
    }
    assert "golang:1.26-bookworm" in _dockerfile(_plan(tmp_path, files))


MOD = {"go.mod": "module example.com/app\ngo 1.26\n"}
FALLBACK = (
    '\nfunc env(name, other string) string {\n\tif value := os.Getenv(name); value != "" {\n'
    "\t\treturn value\n\t}\n\treturn other\n}\n"
)
PORTS = {
    "a default": ('":8080"', None, ["EXPOSE 8080"]),
    "a variable without a default": ('":" + os.Getenv("PORT")', None, ["ENV PORT=8080", "EXPOSE 8080"]),
    "a variable and --port": ('":" + os.Getenv("PORT")', 9000, ["ENV PORT=9000", "EXPOSE 9000"]),
    "this machine only": ('"localhost:8080"', None, []),
    "a port of root that a variable moves": (
        '":" + env("PORT", "80")',
        None,
        ["ENV PORT=8080", "EXPOSE 8080"],
    ),
    "the same, asked for": ('":" + env("PORT", "80")', 80, ["EXPOSE 80"]),
    "not to be known": ("os.Args[1]", None, []),
    "not to be known, but --port": ("os.Args[1]", 9000, ["EXPOSE 9000"]),
}


@pytest.mark.parametrize("case", PORTS)
def test_ports(case: str, tmp_path: Path) -> None:
    address, port, wanted = PORTS[case]
    main = SERVER % address + FALLBACK * ("env(" in address)
    plan = _plan(tmp_path, {**MOD, "main.go": main}, Options(port=port))
    lines = _dockerfile(plan).splitlines()
    assert [line for line in lines if line.startswith(("ENV PORT", "EXPOSE"))] == wanted
    assert bool(plan.warnings) is (not wanted)


def test_dependencies_without_sums_are_built_and_warned_of(tmp_path: Path) -> None:
    plan = _plan(tmp_path, {"go.mod": MOD["go.mod"] + "require example.com/b v1.0.0\n", "main.go": MAIN})
    assert "source=go.sum" not in _dockerfile(plan)
    assert "target=.,rw" in _dockerfile(plan)
    assert "go build -mod=mod " in _dockerfile(plan)
    assert plan.warnings[0].startswith("go.sum is missing")


VENDORS = {
    "that agrees": ("# example.com/b v1.0.0\n## explicit\nexample.com/b\n", False),
    "of another version": ("# example.com/b v0.9.0\n## explicit\nexample.com/b\n", True),
    "that lacks a module": ("", True),
    "that lists a folder it does not have": ("# example.com/b v1.0.0\n## explicit\nexample.com/B\n", True),
}


@pytest.mark.parametrize("case", VENDORS)
def test_a_vendor_folder(case: str, tmp_path: Path) -> None:
    listed, is_stale = VENDORS[case]
    module = MOD["go.mod"] + "require example.com/b v1.0.0\n"
    vendor = {"vendor/modules.txt": listed, "vendor/example.com/b/b.go": "package b\n"}
    plan = _plan(tmp_path, {"go.mod": module, "go.sum": "", "main.go": MAIN, **vendor})
    assert ("go mod download" in _dockerfile(plan)) is is_stale
    assert ("go build -mod=readonly " in _dockerfile(plan)) is is_stale
    assert [warning.startswith("vendor/ does not hold") for warning in plan.warnings] == [True] * is_stale


def test_programs_of_several_modules(tmp_path: Path) -> None:
    files = {
        "lib/go.mod": "module example.com/lib\n",
        "lib/lib.go": "package lib\n",
        "api/go.mod": (
            "module example.com/api\ngo 1.26\n"
            "require example.com/lib v0.0.0\nreplace example.com/lib => ../lib\n"
        ),
        "api/main.go": SERVER % '":8080"',
        "job/go.mod": "module example.com/job\ngo 1.26\nrequire example.com/b v1.0.0\n",
        "job/go.sum": "",
        "job/main.go": MAIN,
    }
    plan = _plan(tmp_path, files)
    assert plan.targets == ("api", "job")
    text = _dockerfile(plan)
    assert "WORKDIR /src/api\nARG" in text
    assert "WORKDIR /src/job\nRUN --mount=type=bind,source=job/go.mod,target=/src/job/go.mod " in text


OPENING = 'package main\n\nimport "os"\n\nfunc main() { os.Open("%s") }\n'
OPENED = {
    "below the module": ({"main.go": OPENING % "web/a.txt", "web/a.txt": ""}, "COPY web/a.txt ./web/a.txt"),
    "below the package": (
        {"cmd/x/main.go": OPENING % "a.txt", "cmd/x/a.txt": ""},
        "COPY cmd/x/a.txt ./a.txt",
    ),
    "both, where the module's counts": (
        {"cmd/x/main.go": OPENING % "a.txt", "cmd/x/a.txt": "", "a.txt": ""},
        "COPY a.txt ./a.txt",
    ),
    "from the top of a workspace": (
        {
            "go.work": "go 1.26\nuse ./x\n",
            "x/go.mod": MOD["go.mod"],
            "x/main.go": OPENING % "x/conf/a.yaml",
            "x/conf/a.yaml": "",
        },
        "COPY x/conf/a.yaml ./x/conf/a.yaml",
    ),
}


@pytest.mark.parametrize("case", OPENED)
def test_a_file_that_is_opened_is_where_the_program_looks_for_it(case: str, tmp_path: Path) -> None:
    files, line = OPENED[case]
    files = files if "go.work" in files else {**MOD, **files}
    copies = [row for row in _dockerfile(_plan(tmp_path, files)).splitlines() if row.startswith("COPY ")]
    assert copies[0] == "COPY --from=build --chown=65532:65532 /rootfs/app /app"
    assert line in copies
    assert len(copies) == 3


def test_a_package_that_no_build_step_can_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="cannot stand in a build step"):
        _plan(tmp_path, {**MOD, "cmd/a b/main.go": MAIN})


def test_names_of_targets_do_not_collide(tmp_path: Path) -> None:
    folders = ("cmd/build", "cmd/build-x", "cmd/x", "a/app", "b/app")
    plan = _plan(tmp_path, {**MOD, **{f"{folder}/main.go": MAIN for folder in folders}})
    stages = re.findall(r"^FROM .* AS (\S+)$", _dockerfile(plan), re.MULTILINE)
    assert len(stages) == len(set(stages)) == 1 + 2 * len(folders)
    assert {"app", "app-2", "x-2"} <= set(plan.targets)


DOWNLOADS = {
    "a module": ("go 1.26", Options(), True),
    "a module of before Go 1.17": ("go 1.16", Options(), False),
    "a module of no Go at all": ("", Options(), False),
    "tools of its own": ("go 1.26\n\ntool example.com/a/cmd/gen", Options(), False),
    "the same, in layers": ("go 1.16", Options(cache=Cache.LAYERS), True),
}


@pytest.mark.parametrize("case", DOWNLOADS)
def test_modules_are_downloaded_before_where_that_is_no_more_than_the_build_reads(
    case: str, tmp_path: Path
) -> None:
    line, options, wanted = DOWNLOADS[case]
    mod = f"module example.com/app\n\n{line}\n\nrequire example.com/a v1.0.0\n"
    files = {
        "go.mod": mod,
        "go.sum": "example.com/a v1.0.0 h1:x\n",
        "main.go": MAIN.replace("func main", 'import _ "example.com/a"\n\nfunc main', 1),
    }
    assert ("go mod download" in _dockerfile(_plan(tmp_path, files, options))) is wanted


def test_a_workspace_fetches_what_it_builds(tmp_path: Path) -> None:
    files = {
        "go.work": "go 1.26\nuse ./a\n",
        "a/go.mod": "module a\ngo 1.26\nrequire example.com/b v1.0.0\n",
        "a/go.sum": "example.com/b v1.0.0 h1:x\n",
        "a/main.go": MAIN,
    }
    assert "go mod download" not in _dockerfile(_plan(tmp_path, files))


METRICS_GO = 'package metrics\n\nimport "net/http"\n\nfunc Serve() { http.ListenAndServe(":9090", nil) }\n'
ROUTES_GO = 'package routes\n\nimport "net/http"\n\nfunc Add() { http.HandleFunc("GET /healthz", nil) }\n'
ANSWERING = {
    "the only port": ({}, "8080"),
    "not that of metrics": ({"metrics/metrics.go": METRICS_GO}, "8080"),
    "one of two": ({"beside/beside.go": METRICS_GO.replace("package metrics", "package beside")}, None),
}


@pytest.mark.parametrize("case", ANSWERING)
def test_the_port_that_answers_for_health(case: str, tmp_path: Path) -> None:
    files, wanted = ANSWERING[case]
    imports = "".join(f'\t"example.com/shop/{path.partition("/")[0]}"\n' for path in files)
    started = "".join(f"\tgo {path.partition('/')[0]}.Serve()\n" for path in files)
    main = (
        f'package main\n\nimport (\n\t"net/http"\n\n\t"example.com/shop/routes"\n{imports})\n\n'
        f'func main() {{\n{started}\troutes.Add()\n\thttp.ListenAndServe(":8080", nil)\n}}\n'
    )
    here = {"go.mod": "module example.com/shop\n\ngo 1.26\n", "main.go": main, "routes/routes.go": ROUTES_GO}
    text = _dockerfile(_plan(tmp_path, {**here, **files}))
    match = re.search(r'^HEALTHCHECK .*healthcheck", "(\d+)", "/healthz"\]$', text, re.MULTILINE)
    assert (None if match is None else match[1]) == wanted


def test_only_the_port_that_a_flag_opens_is_exposed(tmp_path: Path) -> None:
    main = (
        'package main\n\nimport (\n\t"flag"\n\t"net"\n\t"net/http"\n)\n\n'
        'func main() {\n\thost := flag.String("bind", "localhost", "")\n\tflag.Parse()\n'
        '\tgo net.Listen("tcp", "127.0.0.1:29168")\n\thttp.ListenAndServe(*host+":8081", nil)\n}\n'
    )
    plan = _plan(tmp_path, {"go.mod": "module example.com/shop\n\ngo 1.26\n", "main.go": main})
    assert re.findall(r"^EXPOSE (.*)$|^CMD (.*)$", _dockerfile(plan), re.MULTILINE) == [
        ("8081", ""),
        ("", '["--bind=0.0.0.0"]'),
    ]
    assert [text for text in plan.warnings if "which nothing outside" in text] == [
        "main.go:12: shop listens on 127.0.0.1, which nothing outside of its container reaches"
    ]
