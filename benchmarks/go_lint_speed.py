"""How fast `gendock lint` is in a Go repository, which the GO rules read: cold, warm, and after an edit.

    benchmarks/go_lint_speed.py [REPOSITORY] [--runs N]

Without a repository, one of 2,000 Go files is made: 250 packages that a server imports. A repository that is
named is copied first, and gets the Dockerfile that `gendock init` writes where it has none. Cold is a run
that finds nothing kept; the edit adds a line to one Go file. CPU time is that of the process and its
children, user and system; medians. The gendock is the one of the environment that runs this script.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GENDOCK = Path(sys.executable).with_name("gendock")
PACKAGES, FILES = 250, 8
DOCKERFILE = """\
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 \\
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/app ./cmd/app

FROM gcr.io/distroless/static-debian13:nonroot
COPY --from=build /out/app /app
EXPOSE 8080
ENTRYPOINT ["/app"]
"""


def make(folder: Path) -> None:
    """Write a module of PACKAGES packages of FILES files each, and a server that imports all of them."""
    (folder / "go.mod").write_text("module example.com/app\n\ngo 1.26\n")
    (folder / ".dockerignore").write_text(".git\n**/*.md\n")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    imports = []
    for package in range(PACKAGES):
        below = folder / "internal" / f"part{package:03}"
        below.mkdir(parents=True)
        imports.append(f'\t_ "example.com/app/internal/part{package:03}"\n')
        for file in range(FILES):
            functions = "".join(
                f"// Value{file}x{at} opens and formats.\nfunc Value{file}x{at}(name string) string {{\n"
                f"\tif content, err := os.ReadFile(name); err == nil {{\n\t\treturn string(content)\n\t}}\n"
                f'\treturn fmt.Sprintf("%s-%d", name, {at})\n}}\n\n'
                for at in range(12)
            )
            head = f'package part{package:03}\n\nimport (\n\t"fmt"\n\t"os"\n)\n\n'
            (below / f"file{file}.go").write_text(head + functions)
    main = folder / "cmd" / "app" / "main.go"
    main.parent.mkdir(parents=True)
    main.write_text(
        'package main\n\nimport (\n\t"log"\n\t"net/http"\n\n' + "".join(imports) + ")\n\n"
        'func main() { log.Fatal(http.ListenAndServe(":8080", nil)) }\n'
    )


def measure(folder: Path, cache: Path) -> tuple[float, float]:
    """Lint a repository with every rule; return CPU milliseconds and those on the clock."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [GENDOCK, "lint", "--select", "ALL", "Dockerfile"],
        cwd=folder,
        env={**os.environ, "GENDOCK_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    clock = time.perf_counter() - began
    if done.returncode > 1:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu * 1000, clock * 1000


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("repository", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary) / "app", Path(temporary) / "cache"
        if arguments.repository is None:
            folder.mkdir()
            make(folder)
        else:
            shutil.copytree(arguments.repository, folder, symlinks=True)
            if not (folder / "Dockerfile").is_file():
                subprocess.run([GENDOCK, "init", folder], check=True, stdout=subprocess.DEVNULL)
        edited = next(folder.rglob("*.go"))
        costs: dict[str, list[tuple[float, float]]] = {"cold": [], "unchanged": [], "one file edited": []}
        for _ in range(arguments.runs):
            shutil.rmtree(cache, ignore_errors=True)
            costs["cold"].append(measure(folder, cache))
            time.sleep(2.1)  # what was written just now is not trusted yet
            measure(folder, cache)
            costs["unchanged"].append(measure(folder, cache))
            with edited.open("a") as file:
                file.write("// edited\n")
            costs["one file edited"].append(measure(folder, cache))
        count = sum(1 for _ in folder.rglob("*.go"))
        print(f"{count} Go files, every rule, {arguments.runs} runs\n")
        print("| run | CPU ms | on the clock |\n| --- | --: | --: |")
        for name, pairs in costs.items():
            cpu, clock = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(f"| {name} | {cpu:.0f} | {clock:.0f} |")


if __name__ == "__main__":
    main()
