"""Making base images from Debian's packages and a Go toolchain, under the names of the real ones."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine import debian, debian_root, distroless, processes, toolchain
from private_engine.command import pipe, run, started
from private_engine.engine_api import MADE_HERE_LABEL, builds_with_buildkit
from private_engine.errors import ImageError
from private_engine.importing import importing
from private_engine.progress import step

if TYPE_CHECKING:
    from concurrent.futures import Future

    from private_engine.engine_api import Engine
    from private_engine.places import Places

DEBIAN = "debian:bookworm-slim"
PARTS = "gendock-engine-parts"
LABEL = f"{MADE_HERE_LABEL}=1"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")

# Packages stay in the builder's cache, so that making an image again downloads nothing.
CACHE_MOUNT = "--mount=type=cache,id=gendock-debs,target=/var/cache/debs "
GOLANG_DOCKERFILE = """\
FROM {debian}
RUN {mount}mkdir -p /var/cache/debs/partial \\
 && apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \\
      -o Dir::Cache::archives=/var/cache/debs -o APT::Sandbox::User=root \\
      ca-certificates g++ gcc git libc6-dev make pkg-config \\
 && rm -rf /var/lib/apt/lists/*
ENV GOLANG_VERSION={version} GOTOOLCHAIN=local GOPATH=/go PATH=/go/bin:/usr/local/go/bin:{path}
{settings}COPY . /usr/local/go/
RUN mkdir -p /go/src /go/bin && chmod -R 1777 /go
WORKDIR /go
LABEL {label}
"""
# Debian's npm brings the release that the name says; that one brings npm and yarn, which the real image has.
# Node.js trusts its own certificates unless it is told of the system's.
NODE = "node:24-bookworm-slim"
NODE_DOCKERFILE = """\
FROM {debian} AS tools
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends nodejs npm
RUN npm install --global --prefix /usr/local node@24
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN PATH={path} npm install --global --prefix /usr/local npm@11 yarn@1
FROM {debian}
COPY --from=tools /usr/local /usr/local
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
LABEL {label}
"""
PARTS_DOCKERFILE = """\
FROM {debian}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \\
      ca-certificates libssl3 netbase tzdata
"""


class Maker:
    """Makes images in one engine; whoever uses it holds the lock of the places."""

    def __init__(self, engine: Engine, client: str, places: Places) -> None:
        """Take the engine that gets the images and the places for what is needed on the way."""
        self.engine = engine
        self.client = client
        self.places = places
        self.has_buildkit = builds_with_buildkit(client)

    def make(
        self,
        *,
        with_debian: bool,
        golang: dict[str, list[str]],
        distroless_names: list[str],
        with_node: bool = False,
    ) -> None:
        """Make images; an image gets its name only once it is complete.

        Args:
            with_debian: whether `debian:bookworm-slim` has to be made first.
            golang: for each Go version the names of the image.
            distroless_names: which distroless images to make.
            with_node: whether `node:24-bookworm-slim` has to be made.
        """
        work = self.places.work
        if work.exists():
            # Left by a run that was killed, whose programs may go on. The lock is ours: nobody else is here.
            processes.end(lambda: processes.users_of(work), gently_for=1.0)
            processes.remove_folder(work)
        work.mkdir(parents=True)
        try:
            with ThreadPoolExecutor(max_workers=2) as workers:
                toolchains = {version: workers.submit(self._toolchain, version) for version in golang}
                if with_debian:
                    debian.install(debian.missing_image_packages(), self.places)
                    self._make_debian()
                # The golang image waits for packages most of the time, these two take a second.
                others = [workers.submit(self._make_distroless, name) for name in distroless_names[:1]]
                for version, names in golang.items():
                    self._make_golang(names, toolchains[version])
                for name in distroless_names[1:]:
                    self._make_distroless(name)
                if with_node:
                    self._make_node()
                for other in others:
                    other.result()
        finally:
            processes.remove_folder(work)

    def _toolchain(self, version: str) -> toolchain.Toolchain:
        work = self.places.work / f"toolchain-{version}"
        work.mkdir()
        return toolchain.toolchain_for(version, self.places, work)

    def _make_debian(self) -> None:
        root = self.places.work / "debian"
        with step(f"made {DEBIAN} from Debian's packages"):
            debian_root.make_root(root, self.places)
            archive = ["tar", "--create", "--numeric-owner", "--directory", str(root), "."]
            changes = ['CMD ["bash"]', f"ENV PATH={PATH}", f"LABEL {LABEL}"]
            with (
                started(archive) as packing,
                importing(self.engine, self.client, DEBIAN, changes, source=pipe(packing.stdout)),
            ):
                # Nothing may come of half an archive.
                if packing.wait() != 0:
                    raise ImageError(f"{root} cannot be read.")
            processes.remove_folder(root)

    def _make_golang(self, names: list[str], found: Future[toolchain.Toolchain]) -> None:
        go = found.result()
        settings = "".join(f'ENV {name}="{value}"\n' for name, value in toolchain.machine_settings().items())
        text = GOLANG_DOCKERFILE.format(
            debian=DEBIAN,
            mount=CACHE_MOUNT if self.has_buildkit else "",
            version=go.version,
            path=PATH,
            settings=settings,
            label=LABEL,
        )
        with step(f"made {' and '.join(names)} with Go {go.version}"):
            self._build(text, go.folder, names)

    def _make_node(self) -> None:
        with step(f"made {NODE}"), tempfile.TemporaryDirectory(dir=self.places.work) as empty:
            self._build(NODE_DOCKERFILE.format(debian=DEBIAN, path=PATH, label=LABEL), Path(empty), [NODE])

    def _make_distroless(self, name: str) -> None:
        with step(f"made {name}"):
            listed = self.engine.images()[DEBIAN]
            if listed.made_here:
                distroless.make(self.engine, self.client, name, DEBIAN, LABEL)
                return
            # A pulled one has no certificates and no time zones: they are added aside.
            with tempfile.TemporaryDirectory(dir=self.places.work) as empty:
                self._build(PARTS_DOCKERFILE.format(debian=DEBIAN), Path(empty), [PARTS])
            distroless.make(self.engine, self.client, name, PARTS, LABEL)
            run(
                [self.client, "rmi", PARTS],
                what="docker rmi",
                environment=self.engine.environment,
                cleanup=True,
            )

    def _build(self, dockerfile: str, context: Path, names: list[str]) -> None:
        with tempfile.NamedTemporaryFile("w", dir=self.places.work, suffix=".Dockerfile") as file:
            file.write(dockerfile)
            file.flush()
            tags = [part for name in names for part in ("--tag", name)]
            proxies = [name for name in PROXY_VARIABLES if os.environ.get(name)]
            arguments = [part for name in proxies for part in ("--build-arg", name)]
            run(
                [self.client, "build", "--file", file.name, *tags, *arguments, str(context)],
                what=f"Making {names[0]}",
                environment={
                    **self.engine.environment,
                    "DOCKER_BUILDKIT": "1" if self.has_buildkit else "0",
                    "BUILDKIT_PROGRESS": "plain",
                },
                log=self.places.logs / "build.log",
            )
