"""gendock's Dockerfiles beside those that flyctl and docker init write for Go: build times, image sizes.

    .venv/bin/python benchmarks/generated_images.py [SAMPLE...] [--runs N]

Each builds a copy of a sample by `gendock build`, in turn, so that a machine that gets slower in the
middle slows all. Cold is a build without layers and with empty cache mounts (the base images are there),
warm is one after a line of the program has changed. Seconds on the clock, medians; the ratios are those of
the runs of one round, medians too. Where the program is not at the root, the others are told its package,
which they would not find. docker init's last stage stands on debian:bookworm-slim in the place of alpine,
and flyctl's in the place of debian:bookworm: `--runtime` names another image for both.

An engine has to answer: eval "$(scripts/engine up)".
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from contestants import SAMPLES, Contestant, gendock, program_of

MEASURED = ("hello-http", "chi-orders", "embedded")
FLYCTL = """\
ARG GO_VERSION={version}
FROM golang:${{GO_VERSION}}-bookworm AS builder
WORKDIR /usr/src/app
COPY {manifests} ./
RUN go mod download && go mod verify
COPY . .
RUN go build -v -o /run-app {package}
FROM {runtime}
COPY --from=builder /run-app /usr/local/bin/
CMD ["run-app"]
"""
DOCKER_INIT = """\
ARG GO_VERSION={version}
FROM --platform=$BUILDPLATFORM golang:${{GO_VERSION}} AS build
WORKDIR /src
RUN --mount=type=cache,target=/go/pkg/mod/ {binds} go mod download -x
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod/ --mount=type=bind,target=. \\
    CGO_ENABLED={cgo} GOARCH=$TARGETARCH go build -o /bin/server {package}
FROM {runtime} AS final
ARG UID=10001
RUN useradd --no-create-home --home-dir /nonexistent --shell /sbin/nologin --uid "${{UID}}" appuser
USER appuser
COPY --from=build /bin/server /bin/
EXPOSE 8080
ENTRYPOINT [ "/bin/server" ]
"""
CACHE_MOUNT = re.compile(r"--mount=type=cache,target=(\S+)")


class Isolated(Contestant):
    """A contestant whose cache mounts are its own."""

    def own_caches(self) -> None:
        """Give its cache mounts names that no other build has, and write the Dockerfile that empties them."""
        dockerfile = self.folder / "Dockerfile"
        text = dockerfile.read_text()
        named = "--mount=type=cache,id={},target={}"
        names = {
            path: f"gendock-benchmark-{self.name}{path.rstrip('/')}" for path in CACHE_MOUNT.findall(text)
        }
        dockerfile.write_text(
            CACHE_MOUNT.sub(lambda found: named.format(names[found[1]], found[1]), text),
        )
        mounts = " ".join(
            named.format(name, f"/caches/{number}") for number, name in enumerate(names.values())
        )
        base = re.search(r"golang:[\d.]+-bookworm", text)
        empty = f"FROM {base[0] if base else 'golang:1.26-bookworm'}\nRUN {mounts} rm -rf /caches/*/*\n"
        (self.folder.parent / f"{self.name}.empty").write_text(empty)

    def empty(self) -> None:
        """Empty its cache mounts."""
        file = self.folder.parent / f"{self.name}.empty"
        gendock("build", self.folder, "--no-cache", "--file", file, "--tag", self.tag)

    def cold(self, _: int) -> float:
        """Build with nothing kept, and return the seconds."""
        self.empty()
        return self.build("--no-cache")

    def warm(self, number: int) -> float:
        """Build after a line has changed, and return the seconds."""
        self.change(number)
        return self.build()

    def size(self) -> float:
        """The megabytes of its image."""
        asked = ["docker", "image", "inspect", "--format", "{{.Size}}", self.tag]
        return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout) / 1e6


def contestants(sample: Path, folder: Path, runtime: str) -> list[Isolated]:
    """Copy a sample for each, with the Dockerfile that each writes."""
    program = program_of(sample)
    go_sum = (sample / "go.sum").exists()
    manifests = ("go.mod", "go.sum") if go_sum else ("go.mod",)
    version = re.search(r"^go (\d+\.\d+)", (sample / "go.mod").read_text(), re.MULTILINE)
    filled = {
        "version": version[1] if version else "1",
        "manifests": " ".join(manifests),
        "binds": " ".join(f"--mount=type=bind,source={name},target={name}" for name in manifests),
        "package": program["package"],
        "runtime": runtime,
        "cgo": int(bool(program.get("cgo"))),
    }
    found = [Isolated(name, folder / name) for name in ("gendock", "flyctl", "docker-init")]
    for one, template in zip(found, (None, FLYCTL, DOCKER_INIT), strict=True):
        shutil.copytree(sample, one.folder)
        if template is None:
            gendock("init", one.folder)
        else:
            (one.folder / "Dockerfile").write_text(template.format(**filled))
        one.own_caches()
    return found


def rounds(builds: Sequence[Callable[[int], float]], runs: int) -> list[list[float]]:
    """Let all build in turn, as often as asked; the seconds of each."""
    seconds: list[list[float]] = [[] for _ in builds]
    for number in range(runs):
        for build, own in zip(builds, seconds, strict=True):
            own.append(build(number))
    return seconds


def shown(seconds: list[list[float]], place: int) -> str:
    """The median, and in brackets how many times gendock's it is."""
    ratio = statistics.median(own / ours for own, ours in zip(seconds[place], seconds[0], strict=True))
    return f"{statistics.median(seconds[place]):.1f} s ({ratio:.2f})"


def measure(sample: Path, runs: int, runtime: str) -> None:
    """Print the rows of a sample."""
    with tempfile.TemporaryDirectory() as temporary:
        all_of_them = contestants(sample, Path(temporary), runtime)
        cold = rounds([one.cold for one in all_of_them], runs)
        warm = rounds([one.warm for one in all_of_them], runs)
        sizes = [one.size() for one in all_of_them]
        for place, one in enumerate(all_of_them):
            size = f"{sizes[place]:.1f} MB ({sizes[place] / sizes[0]:.2f})"
            print(
                f"| {sample.name} | {one.name} | {shown(cold, place)} | {shown(warm, place)} | {size} |",
                flush=True,
            )
            one.empty()
            one.remove_image()


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("samples", nargs="*", default=MEASURED, metavar="SAMPLE", help="a folder of samples/")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--runtime", default="debian:bookworm-slim")
    arguments = parser.parse_args()
    print("| sample | Dockerfile of | cold | one line changed | image |\n| --- | --- | --: | --: | --: |")
    for name in arguments.samples:
        measure(SAMPLES / name, arguments.runs, arguments.runtime)


if __name__ == "__main__":
    main()
