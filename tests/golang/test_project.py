"""Whole repositories as data: which program is meant, and what is refused with which sentence."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from gendock.errors import GendockError, RefusedError
from gendock.golang import GoProject, read_project

MOD = {"go.mod": "module example.com/shop\n\ngo 1.26\n"}
TOOL = "package main\n\nfunc main() {}\n"
SERVER = 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":80", nil) }\n'
LIBRARY = "package shop\n"


def _write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def _read(folder: Path, files: dict[str, str]) -> GoProject:
    return read_project(_write(folder, files))


PROGRAMS = {
    "the root before all others": ({"main.go": TOOL, "cmd/server/main.go": SERVER}, [".", "cmd/server"]),
    "the repository's name": (
        {"cmd/api/main.go": SERVER, "cmd/shop/main.go": TOOL, "cmd/web/main.go": SERVER},
        ["cmd/shop", "cmd/api", "cmd/web"],
    ),
    "the daemon beside a client": (
        {"cmd/shop/main.go": SERVER, "cmd/shopd/main.go": SERVER},
        ["cmd/shopd", "cmd/shop"],
    ),
    "the server before the client that is named like it": (
        {"cmd/tunc/main.go": SERVER, "cmd/tuns/main.go": SERVER},
        ["cmd/tuns", "cmd/tunc"],
    ),
    "the example that is released": (
        {
            "shop.go": LIBRARY,
            "examples/a/main.go": TOOL,
            "examples/b/main.go": TOOL,
            ".goreleaser.yaml": "builds:\n  - main: ./examples/b\n",
        },
        ["examples/b"],
    ),
    "the example that an old Dockerfile builds": (
        {
            "shop.go": LIBRARY,
            "examples/a/main.go": TOOL,
            "Dockerfile": "FROM golang\nRUN go build -o /a ./examples/a\n",
        },
        ["examples/a"],
    ),
    "not what is there for go generate only": (
        {"generate.go": "//go:generate go run ./gen\n\n" + TOOL, "cmd/shop/main.go": SERVER},
        ["cmd/shop"],
    ),
    "the only server": ({"cmd/abc/main.go": TOOL, "cmd/xyz/main.go": SERVER}, ["cmd/xyz", "cmd/abc"]),
    "not the only server, where it is for tests": (
        {"cmd/test-server/main.go": SERVER, "cmd/abc/main.go": TOOL},
        ["cmd/abc", "cmd/test-server"],
    ),
    "a server's name": (
        {"cmd/abc/main.go": SERVER, "cmd/api/main.go": SERVER, "cmd/migrate/main.go": TOOL},
        ["cmd/api", "cmd/abc", "cmd/migrate"],
    ),
    "neither examples nor tools nor tests": (
        {"main.go": TOOL, "examples/a/main.go": TOOL, "tools/gen/main.go": TOOL, "internal/x/main.go": TOOL},
        ["."],
    ),
    "not what is no program": (
        {
            "main.go": TOOL,
            "a/gen.go": "//go:build ignore\n\n" + TOOL,
            "b/main_windows.go": TOOL,
            "c/main_test.go": TOOL,
            "d/doc.go": "package main\n",
            "e/text.go": "package main\n\n/*\nfunc mainly() {}\n*/\n",
            "vendor/f/main.go": TOOL,
            "testdata/g/main.go": TOOL,
            "_h/main.go": TOOL,
        },
        ["."],
    ),
    "a tool where nothing else is there": ({"tools/lint/main.go": TOOL}, ["tools/lint"]),
    "not a module inside": (
        {"main.go": TOOL, "inner/go.mod": "module example.com/inner\n", "inner/main.go": TOOL},
        ["."],
    ),
    "a module inside, where the outer one has no program": (
        {"shop.go": LIBRARY, "svc/go.mod": "module example.com/svc\n", "svc/main.go": TOOL},
        ["svc"],
    ),
    "a main function in a file with a byte order mark": ({"main.go": "\ufeff" + TOOL}, ["."]),
    "cmd itself": ({"cmd/main.go": TOOL}, ["cmd"]),
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_programs(case: str, tmp_path: Path) -> None:
    files, wanted = PROGRAMS[case]
    assert [program.package for program in _read(tmp_path, {**MOD, **files}).programs] == wanted


REFUSED = {
    "nothing at all": ({}, "no go.mod and no Go files here"),
    "no module": (
        {"main.go": TOOL},
        "no go.mod here: `go mod init example.com/NAME && go mod tidy` makes one",
    ),
    "a library": ({**MOD, "shop.go": LIBRARY}, "example.com/shop is a library: no package main to run."),
    "examples only": (
        {**MOD, "shop.go": LIBRARY, "examples/a/main.go": TOOL},
        (
            "example.com/shop is a library: no package main to run but an example in examples/a. "
            "If that is meant, name it: gendock init --program ./examples/a"
        ),
    ),
    "a module without Go": (MOD, "example.com/shop has no Go files that build for linux"),
    "a broken go.mod": ({"go.mod": "module a\ngo one\n"}, "go.mod:2: 'one' is no Go version"),
    "a replacement outside": (
        {"go.mod": "module a\ngo 1.26\nrequire b v1.0.0\nreplace b => ../b\n", "main.go": TOOL},
        "go.mod:4: 'b' is replaced by '../b', outside of this folder",
    ),
    "a replacement that is not there": (
        {"go.mod": "module a\nrequire b v1.0.0\nreplace b => ./b\n", "main.go": TOOL},
        "go.mod:3: './b' has no go.mod",
    ),
    "a workspace outside": ({"go.work": "use ../b\n"}, "go.work:1: '../b' lies outside of this folder"),
    "a workspace without modules": ({"go.work": "go 1.26\n"}, "go.work uses no module"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, tmp_path: Path) -> None:
    files, sentence = REFUSED[case]
    with pytest.raises(RefusedError, match=f"^{re.escape(sentence)}"):
        _read(tmp_path, files)


@pytest.mark.parametrize("where", ["../b", "./b", "../"])
def test_a_replacement_that_nobody_requires_is_never_looked_at(where: str, tmp_path: Path) -> None:
    module = f"module example.com/shop\n\ngo 1.26\n\nreplace example.com/b => {where}\n"
    assert _read(tmp_path, {"go.mod": module, "main.go": TOOL}).modules[0].folder == "."


def test_a_folder_of_a_module_names_the_module(tmp_path: Path) -> None:
    _write(tmp_path, {**MOD, "cmd/app/main.go": TOOL})
    with pytest.raises(RefusedError, match=re.escape("the module in ../... Run gendock init ../..")):
        read_project(tmp_path / "cmd" / "app")


def test_a_path_that_is_no_folder(tmp_path: Path) -> None:
    _write(tmp_path, MOD)
    for path in (tmp_path / "nowhere", tmp_path / "go.mod"):
        with pytest.raises(GendockError) as caught:
            read_project(path)
        assert caught.value.exit_code == 2


def test_an_example_is_a_program_when_it_is_named(tmp_path: Path) -> None:
    _write(tmp_path, {**MOD, "shop.go": LIBRARY, "examples/a/main.go": TOOL})
    project = read_project(tmp_path, named="./examples/a")
    assert [program.package for program in project.programs] == ["examples/a"]


def test_no_link_out_of_the_folder_is_followed(tmp_path: Path) -> None:
    outside = _write(tmp_path / "outside", {"main.go": SERVER, "go.mod": "module stolen\n"})
    folder = _write(tmp_path / "inside", {**MOD, "main.go": TOOL})
    (folder / "server.go").symlink_to(outside / "main.go")
    (folder / "cmd").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    project = read_project(folder)
    assert [program.build_files for program in project.programs] == [("go.mod", "main.go")]
    (folder / "go.mod").unlink()
    (folder / "go.mod").symlink_to(outside / "go.mod")
    with pytest.raises(RefusedError):
        read_project(folder)


def test_odd_files_are_passed_over(tmp_path: Path) -> None:
    folder = _write(tmp_path, {**MOD, "main.go": TOOL, "bad.go": "package \x00\xff", "empty.go": ""})
    os.mkfifo(folder / "pipe.go")
    (folder / os.fsdecode(b"\xff.go")).write_text(TOOL)
    (folder / "huge.go").write_bytes(b"package main\n" + b"//" * 3_000_000)
    assert [program.package for program in read_project(folder).programs] == ["."]


def test_cgo_with_an_alternative_is_not_needed(tmp_path: Path) -> None:
    files = {
        "fast.go": '//go:build cgo\n\npackage main\n\nimport "C"\n',
        "slow.go": "//go:build !cgo\n\npackage main\n",
        "main.go": TOOL,
    }
    assert _read(tmp_path, {**MOD, **files}).programs[0].cgo is None


def test_cgo_of_a_dependency(tmp_path: Path) -> None:
    files = {
        "go.mod": MOD["go.mod"] + "require github.com/mattn/go-sqlite3 v1.14.32\n",
        "main.go": 'package main\n\nimport _ "github.com/mattn/go-sqlite3"\n\nfunc main() {}\n',
    }
    cgo = _read(tmp_path, files).programs[0].cgo
    assert cgo is not None
    assert (cgo.because, str(cgo.evidence)) == ("github.com/mattn/go-sqlite3", "go.mod:4")


HEAD = 'package main\n\nimport (\n\t"net/http"\n\t"os"\n)\n\nvar _ = os.Args\n\n'
SLOW = {
    "parentheses": HEAD + f"func main() {{ http.ListenAndServe({'(' * 50_000}{')' * 50_000}, nil) }}\n",
    "a chain of calls": HEAD + f"func main() {{ x{'.Open().Listen(b)' * 50_000} }}\n",
    "a long sum": HEAD + f"func main() {{ http.ListenAndServe({'a + ' * 50_000}b, nil) }}\n",
    "functions in functions": HEAD + f"func main() {{ {'func() {' * 20_000}{'}()' * 20_000} }}\n",
    "blocks that do not end": HEAD + "var (\n" * 50_000 + "func main() {}\n",
    "a comment that does not end": TOOL + "/*" * 100_000,
}


@pytest.mark.parametrize("case", SLOW)
def test_source_that_is_made_to_be_slow_is_read(case: str, tmp_path: Path) -> None:
    project = _read(tmp_path, {**MOD, "main.go": SLOW[case]})
    assert [program.package for program in project.programs] == ["."]
