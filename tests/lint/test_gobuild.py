"""What is where in a stage: COPY, mounts, RUN and go commands, and which folder is the build context."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.dockerfile import read
from gendock.lint import Settings, Severity, lint_text
from gendock.lint.context import BuildContext
from gendock.lint.gobuild import GoBuild, trees

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.26\n",
    "go.sum": "",
    "main.go": "package main\n\nfunc main() {}\n",
    "cmd/app/main.go": "package main\n\nfunc main() {}\n",
    "cmd/app/page.html": "",
    "cmd/main/main.go": "package main\n\nfunc main() {}\n",
    "cmd/api/v2/main.go": "package main\n\nfunc main() {}\n",
    "internal/x/x.go": "package x\n",
    "notes/a.md": "",
    "notes/b.txt": "",
    ".git/HEAD": "",
}
UNKNOWN = "unknown"
BUILT = "built"
MADE = "made"


def go_build(folder: Path, text: str, files: dict[str, str] | None = None, below: str = ".") -> GoBuild:
    for name, content in (FILES if files is None else files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder / below).mkdir(parents=True, exist_ok=True)
    found = BuildContext(read(text), folder / below).go
    assert found is not None
    return found


def what_is_at(build: GoBuild, path: str) -> str | None:
    tree = build.tree_of(build.stages[-1])
    entry = tree.get(path)
    if entry is None:
        return UNKNOWN if tree.may_have(path) else None
    if entry.built is not None:
        return BUILT
    return entry.source or MADE


@pytest.mark.parametrize(
    ("lines", "path", "found"),
    [
        ("COPY go.mod .", "/src/go.mod", "go.mod"),
        ("COPY go.mod ./", "/src/go.mod", "go.mod"),
        ("COPY go.mod /a", "/a", "go.mod"),
        ("COPY go.mod /a/", "/a/go.mod", "go.mod"),
        ("COPY go.mod go.sum /a", "/a/go.sum", "go.sum"),
        ("COPY go.* ./", "/src/go.sum", "go.sum"),
        ("COPY go.mod go.su[m] ./", "/src/go.sum", "go.sum"),
        ("COPY *.go ./", "/src/cmd/app/main.go", None),
        ("COPY . .", "/src/cmd/app/main.go", "cmd/app/main.go"),
        ("COPY . .", "/src/cmd/other.go", None),
        ("COPY . .", "/src/.git/HEAD", UNKNOWN),
        ("COPY / .", "/src/go.mod", "go.mod"),
        ("COPY cmd .", "/src/app/main.go", "cmd/app/main.go"),
        ("COPY cmd/ ./cmd/", "/src/cmd/app/main.go", "cmd/app/main.go"),
        ("COPY cmd internal ./", "/src/x/x.go", "internal/x/x.go"),
        ("COPY ../go.mod .", "/src/go.mod", "go.mod"),
        ('COPY ["go.mod", "."]', "/src/go.mod", "go.mod"),
        ("COPY --parents cmd/app/main.go /p/", "/p/cmd/app/main.go", "cmd/app/main.go"),
        ("COPY --parents cmd/./app/main.go /p/", "/p/app/main.go", "cmd/app/main.go"),
        ("COPY --parents **/*.go /p/", "/p/internal/x/x.go", "internal/x/x.go"),
        ("COPY --exclude=*.md notes /n/", "/n/a.md", None),
        ("COPY --exclude=*.md notes /n/", "/n/b.txt", "notes/b.txt"),
        ("COPY <<EOF /a\ntext\nEOF", "/a", MADE),
        ("ADD https://example.com/x /a/", "/a/x", UNKNOWN),
        ("ARG WHERE=/a\nCOPY go.mod $WHERE/", "/a/go.mod", "go.mod"),
        ("ARG WHERE\nCOPY go.mod $WHERE/", "/a/go.mod", UNKNOWN),
        ("COPY go.mod .\nCOPY go.sum go.mod", "/src/go.mod", "go.sum"),
        ("RUN mkdir -p /data/x && touch /data/x/y", "/data/x/y", MADE),
        ("RUN echo x > /data", "/data", MADE),
        ("RUN [ -f /a ] || touch /b", "/b", UNKNOWN),
        ("RUN if true; then touch /b; fi", "/b", UNKNOWN),
        ("RUN make", "/anything", UNKNOWN),
        ("RUN apt-get install -y git", "/usr/bin/git", UNKNOWN),
        ("RUN apt-get install -y git", "/src/x", None),
        ("COPY . .\nRUN cp -r notes /n", "/n/a.md", "notes/a.md"),
        ("COPY . .\nRUN cp notes/a.md notes/b.txt /n/", "/n/b.txt", "notes/b.txt"),
        ("COPY . .\nRUN mv notes /n", "/src/notes/a.md", None),
        ("COPY . .\nRUN rm -rf notes", "/src/notes/a.md", None),
        ("COPY . .\nRUN rm -rf notes\nCOPY notes notes", "/src/notes/a.md", "notes/a.md"),
        ("COPY . .\nRUN go build -o /app .", "/app", BUILT),
        ("COPY . .\nRUN go build", "/src/app", BUILT),
        ("COPY . .\nRUN go build ./cmd/app", "/src/app", BUILT),
        ("COPY . .\nRUN go build ./cmd/main", "/src/main", BUILT),
        ("COPY . .\nRUN go build ./cmd/api/v2", "/src/api", BUILT),
        ("COPY . .\nRUN git describe > /v && sed -i s/a/b/ go.mod", "/src/x", None),
        ("RUN find . -type f | xargs rm", "/src/x", UNKNOWN),
        ("COPY . .\nRUN go build cmd/app/main.go", "/src/main", BUILT),
        ("COPY . .\nRUN go build -o /bin/ ./cmd/...", "/bin/app", BUILT),
        ("COPY . .\nRUN go build -o out/app ./cmd/app", "/src/out/app", BUILT),
        ("COPY . .\nRUN go build ./...", "/src/app", None),
        ("COPY . .\nRUN go install ./cmd/app", "/go/bin/app", BUILT),
        ("COPY . .\nRUN cd cmd && go build -o ../app ./app", "/src/app", BUILT),
        ("COPY . .\nRUN (cd cmd && true) && go build -o app .", "/src/app", BUILT),
        (
            "COPY . .\nRUN (cd cmd && true) && (cd internal && go build -o app ../cmd/app)",
            "/src/internal/app",
            BUILT,
        ),
        ("COPY . .\nRUN go -C cmd/app build -o /app", "/app", BUILT),
        ("COPY . .\nENV OUT=/o\nRUN go build -o $OUT/app .", "/o/app", BUILT),
        ("COPY . .\nRUN OUT=/o && go build -o ${OUT}/app .", "/o/app", BUILT),
        ("RUN --mount=type=bind,target=. go build -o /app .", "/app", BUILT),
        ("RUN --mount=type=bind,target=. go build -o /app .", "/src/go.mod", None),
        ("RUN --mount=type=bind,target=. cp go.mod /a", "/a", "go.mod"),
        ("COPY . .\nRUN --mount=type=cache,target=/out go build -o /out/app .", "/out/app", None),
        ("RUN <<EOF\nset -e\ntouch /a\nEOF", "/a", MADE),
    ],
)
def test_what_a_line_brings(lines: str, path: str, found: str | None, tmp_path: Path) -> None:
    build = go_build(tmp_path, f"FROM golang:1.26\nWORKDIR /src\n{lines}\n")
    assert what_is_at(build, path) == found


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("FROM golang:1.26 AS a\nCOPY go.mod /a/\nFROM scratch\nCOPY --from=a /a /b", "/b/go.mod", "go.mod"),
        (
            "FROM golang:1.26 AS a\nCOPY go.mod /a/\nFROM scratch\nCOPY --from=0 /a/go.mod /",
            "/go.mod",
            "go.mod",
        ),
        ("FROM golang:1.26 AS a\nFROM scratch\nCOPY --from=a /etc/ssl /etc/ssl", "/etc/ssl/x", UNKNOWN),
        ("FROM golang:1.26 AS a\nCOPY go.mod /a/\nFROM a\nRUN true", "/a/go.mod", "go.mod"),
        ("FROM golang:1.26 AS a\nCOPY . /a\nFROM scratch\nCOPY --from=a /a/*.go /", "/main.go", "main.go"),
        ("FROM me/tools AS a\nFROM scratch\nCOPY --from=a /x /go", "/go", UNKNOWN),
        ("FROM golang:1.26\nFROM scratch\nCOPY --from=alpine:3.22 /x /y", "/y", UNKNOWN),
        ("FROM scratch\nCOPY go.mod /", "/etc/passwd", None),
        ("FROM golang:1.26\nFROM gcr.io/distroless/static\nCOPY go.mod .", "/go.mod", "go.mod"),
        ("FROM me/go:1\nCOPY go.mod .", "/src/go.mod", UNKNOWN),
    ],
)
def test_what_stages_give_each_other(text: str, path: str, found: str | None, tmp_path: Path) -> None:
    assert what_is_at(go_build(tmp_path, text + "\n"), path) == found


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("COPY go.mod go.sum ./", []),
        ("COPY go.mod nothing ./", ["nothing"]),
        ("COPY *.yaml ./", ["*.yaml"]),
        ("COPY made.txt ./", []),
        ("COPY kept-out.md ./", ["kept-out.md"]),
        ("RUN --mount=source=nothing,target=/x true", ["nothing"]),
        ("RUN go build -o /app ./cmd/app\nFROM scratch\nCOPY --from=0 /app /apq /", ["/apq"]),
        ("RUN make\nFROM scratch\nCOPY --from=0 /app /", []),
    ],
)
def test_what_is_missing(lines: str, missing: list[str], tmp_path: Path) -> None:
    files = FILES | {".gitignore": "made.txt\n", ".dockerignore": "kept*\n", "kept-out.md": ""}
    build = go_build(tmp_path, f"FROM golang:1.26\nWORKDIR /src\n{lines}\n", files)
    assert [one.text for step in build.steps for one in step.sources if one.is_missing] == missing


@pytest.mark.parametrize(
    ("below", "text", "files", "context", "certain"),
    [
        (".", "COPY . .", ["go.mod"], ".", True),
        ("deploy", "COPY go.mod .", ["go.mod"], ".", True),
        ("deploy", "COPY . .\nRUN go build .", ["go.mod", "main.go"], ".", True),
        ("deploy", "COPY run.sh .", ["go.mod", "deploy/run.sh"], "deploy", False),
        ("svc", "COPY . .\nRUN go build .", ["go.mod", "svc/go.mod", "svc/main.go", "main.go"], ".", True),
        ("svc", "COPY svc/go.mod .", ["svc/go.mod", ".git/HEAD"], ".", False),
        (".", "COPY svc/go.mod .", ["svc/go.mod", ".git/HEAD"], ".", True),
    ],
)
def test_which_folder_is_the_context(
    below: str, text: str, files: list[str], context: str, *, certain: bool, tmp_path: Path
) -> None:
    contents = {name: FILES.get(name.rpartition("/")[2], "") for name in files}
    build = go_build(tmp_path, f"FROM golang:1.26\nWORKDIR /src\n{text}\n", contents, below)
    assert (build.files.folder, build.files.is_certain) == (context, certain)


def test_no_repository_is_no_build(tmp_path: Path) -> None:
    assert BuildContext(read("FROM golang:1.26\nRUN go build\n"), tmp_path).go is None
    assert BuildContext(read("FROM golang:1.26\nRUN go build\n"), None).go is None


def test_a_dockerfile_in_vendor_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text(FILES["go.mod"])
    folder = tmp_path / "vendor" / "example.com" / "lib"
    folder.mkdir(parents=True)
    assert BuildContext(read("FROM golang:1.12\nCOPY . .\nRUN go build\n"), folder).go is None


def test_a_call_knows_what_decides_it(tmp_path: Path) -> None:
    text = (
        "FROM golang:1.26\nWORKDIR /src\nCOPY . .\nARG TARGETARCH\nENV CGO_ENABLED=0 GOFLAGS=-mod=mod\n"
        'RUN GOARCH=$TARGETARCH go build -tags "netgo,prod" -ldflags "-s -w -X main.v=1" -o /app ./cmd/app\n'
    )
    (call,) = go_build(tmp_path, text).calls
    assert call.variable("CGO_ENABLED") == "0"
    assert call.is_unknown("GOARCH")
    assert call.flag("mod") == "mod"
    assert call.tags == {"netgo", "prod"}
    assert call.flag("ldflags") == "-s -w -X main.v=1"
    assert call.flag("race") is None
    assert [(one.text, one.folder, one.source) for one in call.packages] == [
        ("./cmd/app", "/src/cmd/app", "cmd/app")
    ]
    assert [one.folder for one in call.built] == ["cmd/app"]
    assert call.module is not None
    assert call.module.path == "example.com/app"
    assert call.variable("GOTOOLCHAIN") == "local"


@pytest.mark.parametrize(
    ("command", "severity"), [("mod download", Severity.WARNING), ("build .", Severity.ERROR)]
)
def test_nothing_fails_for_certain_in_a_context_that_is_not_known(
    command: str, severity: Severity, tmp_path: Path
) -> None:
    (tmp_path / "go.mod").write_text("module example.com/app\n\ngo 1.99\n")
    (tmp_path / "main.go").write_text(FILES["main.go"])
    (tmp_path / "build").mkdir()
    text = f"FROM golang:1.26\nWORKDIR /src\nCOPY . .\nRUN go {command}\n"
    found = lint_text(text, Settings(select=("GO101",)), folder=tmp_path / "build")
    assert [one.severity for one in found] == [severity]


def many_lines(line: str) -> str:
    return f"FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\n{line * 1200}RUN go build -o /app .\n"


def doubling_stages() -> str:
    stages = "".join(
        f"FROM scratch AS s{number + 1}\nCOPY --from=s{number} / /a\nCOPY --from=s{number} / /b\n"
        for number in range(40)
    )
    return f"FROM golang:1.26 AS s0\nCOPY . .\nRUN go build -o /app .\n{stages}"


@pytest.mark.parametrize(
    "text",
    [
        many_lines("RUN touch /a\n"),
        many_lines("RUN rm -f /a\n"),
        many_lines("RUN make\n"),
        many_lines("COPY . .\n"),
        many_lines("WORKDIR below\n"),
        many_lines("FROM build AS build\nRUN touch /a\n"),
        many_lines(f"RUN A=xxxxxxxx; {'A=$A$A; ' * 60}go build -o $A .\n"),
        doubling_stages(),
    ],
    ids=["touch", "rm", "make", "copy", "workdir", "stages", "variables", "doubling"],
)
def test_much_is_read_to_its_end(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST_ENTRIES", 50_000)
    build = go_build(tmp_path, text)
    assert len(build.steps) > 80
    assert lint_text(text, Settings(select=("GO",)), folder=tmp_path)
