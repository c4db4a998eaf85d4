"""What looks like a mistake in a Go build and is none, or a lesser one: as it stood in real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.lint import Settings, Severity, lint_text
from gendock.lint.profiles import Profile

_MODULE = "module example.com/app\n\ngo 1.26\n"
_MAIN = "package main\n\nfunc main() {}\n"
_SERVES = 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n'
_SHIPPED = '\nFROM scratch\nCOPY --from=build /app /app\nEXPOSE 9402\nENTRYPOINT ["/app"]\n'
_BUILD = "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app .\n"
_DEPLOYMENT = """\
kind: Deployment
spec:
  template:
    spec:
      containers:
        - image: registry.example.com/proxy:1.0
          ports:
            - containerPort: 8443
"""
_TWO_LISTENERS = """\
package main

import (
	"net/http"
	"os"
)

func main() {
	go http.ListenAndServe("127.0.0.1:1080", nil)
	http.ListenAndServe("0.0.0.0:"+os.Getenv("PORT"), nil)
}
"""
_COMPARES = """\
package main

import (
	"os"
	"path/filepath"
	"strings"
)

var workspace = os.Getenv("WORKSPACE")

func main() {
	path := os.Args[1]
	switch {
	case path == "config/app.yaml", strings.HasPrefix(path, "docs/"):
		println("known")
	}
	switch path {
	case "charts/app/values.yaml":
		println("a chart")
	}
	os.ReadFile(filepath.Join(workspace, "charts/web/values.yaml"))
}
"""
_DEVELOPS = """\
package main

import (
	"net/http"
	"os"
)

var dev = false

func main() {
	if dev {
		http.Handle("/", http.FileServerFS(os.DirFS("./public")))
	}
	http.ListenAndServe(":8080", nil)
}
"""
_EMBEDS_OR_OPENS = """\
package main

import (
	"embed"
	"io/fs"
	"net/http"
	"os"
)

//go:embed pages
var pages embed.FS

func main() {
	var files fs.FS = pages
	if os.Getenv("DEVELOP") != "" {
		files = os.DirFS("./pages")
	}
	http.ListenAndServe(":8080", http.FileServerFS(files))
}
"""
_TESTED_WITH = """\
jobs:
  test:
    steps:
      - uses: actions/setup-go@v6
        with:
          go-version: "{}"
"""
# Rule, the Dockerfile's path, and the files.
SILENT: dict[str, tuple[str, str, dict[str, str]]] = {
    "a check of go.mod that changes nothing": (
        "GO115",
        "Dockerfile",
        {
            "Dockerfile": "FROM golang:1.26\nWORKDIR /src\nCOPY . .\nRUN go mod tidy -diff\n",
            "go.mod": _MODULE,
            "main.go": _MAIN,
        },
    ),
    "a Go that writes go.sum itself": (
        "GO104",
        "Dockerfile",
        {
            "Dockerfile": "FROM golang:1.15\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n",
            "go.mod": "module example.com/app\n\ngo 1.15\n\nrequire github.com/google/uuid v1.6.0\n",
            "main.go": 'package main\n\nimport _ "github.com/google/uuid"\n\nfunc main() {}\n',
        },
    ),
    "a go.mod that names modules in older versions than are built": (
        "GO104",
        "Dockerfile",
        {
            "Dockerfile": _BUILD,
            "go.mod": "module example.com/app\n\ngo 1.16\n\nrequire github.com/google/uuid v1.5.0\n",
            "go.sum": "github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=\n",
            "main.go": 'package main\n\nimport _ "github.com/google/uuid"\n\nfunc main() {}\n',
        },
    ),
    "a make that has nothing to do with Go": (
        "GO101",
        "Dockerfile",
        {
            "Dockerfile": "FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN make docs\n",
            "go.mod": _MODULE,
            "main.go": _MAIN,
            "Makefile": "docs:\n\t./docs.sh # as go build does\n",
        },
    ),
    "a make that may fetch a toolchain": (
        "GO101",
        "Dockerfile",
        {
            "Dockerfile": "FROM golang:1.22\nENV GOTOOLCHAIN=auto\nWORKDIR /src\nCOPY . .\nRUN make\n",
            "go.mod": _MODULE,
            "main.go": _MAIN,
            "Makefile": "app:\n\tgo build -o app .\n",
        },
    ),
    "a port of a server beside the program": (
        "GO502",
        "Dockerfile",
        {
            "Dockerfile": f'{_BUILD}\nFROM debian\nCOPY --from=build /app /app\nEXPOSE 80\nCMD ["runit"]\n',
            "go.mod": _MODULE,
            "main.go": _SERVES,
            "compose.yaml": 'services:\n  app:\n    build: .\n    ports: ["8000:80"]\n',
        },
    ),
    "a program of a module that cannot be read": (
        "GO205",
        "Dockerfile",
        {
            "Dockerfile": "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\nRUN cd app && go build\n"
            "\nFROM scratch\nCOPY --from=build /src/app/app /app\n",
            "app/go.mod": "module example.com/app\n\ngo 1.26\n\nrequire example.com/words\n",
            "app/main.go": _MAIN,
        },
    ),
    "a key of tests": (
        "GO401",
        "Dockerfile",
        {
            "Dockerfile": _BUILD,
            "go.mod": _MODULE,
            "main.go": _MAIN,
            "tls/testkey.pem": "-----BEGIN PRIVATE KEY-----\n",
        },
    ),
    "an image to develop in": (
        "GO309",
        "Dockerfile",
        {
            "Dockerfile": 'FROM golang:1.26\nWORKDIR /src\nCMD ["go", "run", "."]\n',
            "go.mod": _MODULE,
            "main.go": _MAIN,
        },
    ),
    "files that are opened to develop, and embedded": (
        "GO305",
        "Dockerfile",
        {
            "Dockerfile": f"{_BUILD}{_SHIPPED}",
            "go.mod": _MODULE,
            "main.go": _EMBEDS_OR_OPENS,
            "pages/index.html": "",
        },
    ),
    "settings that are no secrets": (
        "GO401",
        "Dockerfile",
        {
            "Dockerfile": f"{_BUILD}{_SHIPPED}",
            "go.mod": _MODULE,
            "main.go": _MAIN,
            "web/.npmrc": "shamefully-hoist=true\n",
            "web/.env": "# addresses\nVITE_BACKEND_URL=http://localhost:1323/api\nPORT=8080\n",
        },
    ),
    "an image that starts the debugger": (
        "GO218",
        "Dockerfile",
        {
            "Dockerfile": "FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\n"
            'RUN go build -gcflags="all=-N -l" -o /app .\n'
            "\nFROM debian:13\nCOPY --from=build /app /app\n"
            'COPY --from=build /go/bin/dlv /usr/local/bin/dlv\nCMD ["dlv", "exec", "/app"]\n',
            "go.mod": _MODULE,
            "main.go": _MAIN,
        },
    ),
    "paths that are compared": (
        "GO305",
        "Dockerfile",
        {
            "Dockerfile": f"{_BUILD}{_SHIPPED}",
            "go.mod": _MODULE,
            "main.go": _COMPARES,
            "config/app.yaml": "",
            "docs/guide.md": "",
            "charts/app/values.yaml": "",
            "charts/web/values.yaml": "",
        },
    ),
    "files that only developers have": (
        "GO305",
        "Dockerfile",
        {
            "Dockerfile": f"{_BUILD}{_SHIPPED}",
            "go.mod": _MODULE,
            "main.go": _DEVELOPS,
            "public/index.html": "",
        },
    ),
    "a stage to develop in": (
        "GO309",
        "Dockerfile",
        {
            "Dockerfile": f'{_BUILD}\nFROM build AS develop\nCMD ["go", "run", "."]\n{_SHIPPED}',
            "go.mod": _MODULE,
            "main.go": _MAIN,
        },
    ),
    "a Deployment of another module's image": (
        "GO502",
        "policy/Dockerfile",
        {
            "policy/Dockerfile": f"{_BUILD}{_SHIPPED}",
            "policy/go.mod": "module example.com/policy\n\ngo 1.26\n",
            "policy/main.go": _MAIN,
            "proxy/go.mod": "module example.com/proxy\n\ngo 1.26\n",
            "proxy/main.go": _MAIN,
            "proxy/deployment.yaml": _DEPLOYMENT,
            "go.work": "go 1.26\n\nuse (\n\t./policy\n\t./proxy\n)\n",
        },
    ),
    "a second listener, at an address that is set from outside": (
        "GO308",
        "Dockerfile",
        {"Dockerfile": f"{_BUILD}{_SHIPPED}", "go.mod": _MODULE, "main.go": _TWO_LISTENERS},
    ),
    "CI with a Go past its end, beside an image with one that is not": (
        "GO501",
        "Dockerfile",
        {
            "Dockerfile": f"{_BUILD}{_SHIPPED}",
            "go.mod": "module example.com/app\n\ngo 1.22\n",
            "main.go": _MAIN,
            ".github/workflows/ci.yml": _TESTED_WITH.format("1.22"),
        },
    ),
    "CI with a newer Go than go.mod and the image": (
        "GO501",
        "Dockerfile",
        {
            "Dockerfile": f"{_BUILD}{_SHIPPED}",
            "go.mod": _MODULE,
            "main.go": _MAIN,
            ".github/workflows/ci.yml": _TESTED_WITH.format("1.27"),
        },
    ),
    "CI with another Go than a dependency of old lets the image have": (
        "GO501",
        "Dockerfile",
        {
            "Dockerfile": f"{_BUILD}{_SHIPPED}".replace("1.26", "1.24"),
            "go.mod": "module example.com/app\n\ngo 1.24\n",
            "main.go": _MAIN,
            ".github/workflows/ci.yml": _TESTED_WITH.format("1.26"),
        },
    ),
    "a workspace and a toolchain line that ask for the image's Go": (
        "GO501",
        "Dockerfile",
        {
            "Dockerfile": _BUILD.replace("1.26", "1.27").replace("RUN", "RUN cd app &&") + _SHIPPED,
            "app/go.mod": _MODULE,
            "app/main.go": _MAIN,
            "go.work": "go 1.26\n\ntoolchain go1.27.0\n\nuse ./app\n",
            ".github/workflows/ci.yml": _TESTED_WITH.format("1.26"),
        },
    ),
    "a folder that may be the build context, and has no secrets": (
        "GO401",
        "e2e/image/Dockerfile",
        {
            "e2e/image/Dockerfile": 'FROM golang:1.26\nCOPY . /\nCMD ["/e2e.sh"]\n',
            "e2e/image/e2e.sh": "#!/bin/sh\n",
            ".env": "TOKEN=secret\n",
            "go.mod": _MODULE,
            "main.go": _MAIN,
        },
    ),
}


def write(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize("case", SILENT)
def test_silent(case: str, tmp_path: Path) -> None:
    code, name, files = SILENT[case]
    write(files, tmp_path)
    found = lint_text(files[name], Settings(select=(code,)), folder=(tmp_path / name).parent)
    assert [(one.rule.code, one.message) for one in found] == []


@pytest.mark.parametrize(
    ("image", "asked", "elsewhere", "profile", "wanted"),
    [
        ("1.26", "1.22", "1.22", Profile.STRICT, [Severity.INFO]),
        ("1.26", "1.26", "1.27", Profile.ALL, [Severity.INFO]),
        ("1.26", "1.26", "1.25", Profile.DEFAULT, [Severity.WARNING]),
        ("1.27", "1.22", "1.26", Profile.DEFAULT, [Severity.INFO]),
        ("1.27", "1.26", "1.26", Profile.DEFAULT, [Severity.INFO]),
        ("1.25", "1.22", "1.26", Profile.DEFAULT, [Severity.INFO]),
    ],
)
def test_another_go_elsewhere(
    image: str, asked: str, elsewhere: str, profile: Profile, wanted: list[Severity], tmp_path: Path
) -> None:
    workflow = {".github/workflows/ci.yml": _TESTED_WITH.format(elsewhere)}
    write({"go.mod": _MODULE.replace("1.26", asked), "main.go": _MAIN, **workflow}, tmp_path)
    settings = Settings(select=("GO501",), profile=profile)
    found = lint_text(_BUILD.replace("1.26", image), settings, folder=tmp_path)
    assert [one.severity for one in found] == wanted


def test_the_dockerfile_itself_is_no_other_one(tmp_path: Path) -> None:
    """While it is mended, its file still has the Go that it had."""
    write({"Dockerfile": _BUILD.replace("1.26", "1.22"), "go.mod": _MODULE, "main.go": _MAIN}, tmp_path)
    assert lint_text(_BUILD, Settings(select=("GO501",)), folder=tmp_path) == ()


@pytest.mark.parametrize(
    ("image", "lines", "wanted"),
    [
        ("golang:1.20", "go 1.26", Severity.WARNING),
        ("golang:1.20", "go 1.26.0", Severity.ERROR),
        ("golang:1.20", "go 1.26\n\ntoolchain go1.26.0", Severity.ERROR),
        ("golang:1.21", "go 1.26", Severity.ERROR),
    ],
)
def test_go_before_toolchains_tries(image: str, lines: str, wanted: Severity, tmp_path: Path) -> None:
    write({"go.mod": f"module example.com/app\n\n{lines}\n", "main.go": _MAIN}, tmp_path)
    text = f"FROM {image}\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n"
    found = lint_text(text, Settings(select=("GO101",)), folder=tmp_path)
    assert [one.severity for one in found] == [wanted]


@pytest.mark.parametrize(
    ("ignored", "wanted"),
    [("", Severity.ERROR), ("dist\n", Severity.WARNING), ("/dist/\n", Severity.WARNING)],
)
def test_what_git_ignores_may_be_embedded(ignored: str, wanted: Severity, tmp_path: Path) -> None:
    program = (
        'package main\n\nimport "embed"\n\n//go:embed dist\nvar files embed.FS\n\nfunc main() { _ = files }\n'
    )
    write({"go.mod": _MODULE, "main.go": program, ".gitignore": ignored}, tmp_path)
    found = lint_text(_BUILD, Settings(select=("GO215",)), folder=tmp_path)
    assert [one.severity for one in found] == [wanted]


@pytest.mark.parametrize(("ignored", "wanted"), [("", Severity.ERROR), (".env\n", Severity.WARNING)])
def test_what_git_ignores_may_be_copied_on(ignored: str, wanted: Severity, tmp_path: Path) -> None:
    write({"go.mod": _MODULE, "main.go": _MAIN, ".gitignore": ignored}, tmp_path)
    build = _BUILD.replace("/src", "/usr/src/app")
    text = f"{build}\nFROM scratch\nCOPY --from=build /usr/src/app/.env /\n"
    found = lint_text(text, Settings(select=("GO205",)), folder=tmp_path)
    assert [one.severity for one in found] == [wanted]


@pytest.mark.parametrize(
    ("build", "final", "fixes"),
    [
        ("golang:1.26-bookworm", "debian:12-slim", ["CGO_ENABLED=1"]),
        ("golang:1.26-bookworm", "gcr.io/distroless/static-debian12", []),
        ("golang:1.26-alpine", "alpine:3.22", []),
    ],
)
def test_cgo_is_switched_on_where_it_can_be(build: str, final: str, fixes: list[str], tmp_path: Path) -> None:
    program = 'package main\n\n// int one() { return 1; }\nimport "C"\n\nfunc main() { println(C.one()) }\n'
    write({"go.mod": _MODULE, "main.go": program}, tmp_path)
    shipped = _SHIPPED.replace("scratch", final)
    text = _BUILD.replace("golang:1.26", build) + shipped
    found = lint_text(text, Settings(select=("GO208",)), folder=tmp_path)
    assert len(found) == 1
    assert [one.fix.message for one in found if one.fix is not None] == fixes


def test_a_smaller_image_has_the_c_library(tmp_path: Path) -> None:
    write({"go.mod": _MODULE, "main.go": _SERVES}, tmp_path)
    text = 'FROM golang:1.26-trixie\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\nENTRYPOINT ["/app"]\n'
    found = lint_text(text, Settings(select=("GO310",)), folder=tmp_path)
    assert ["distroless/base-debian13" in (one.help or "") for one in found] == [True]
