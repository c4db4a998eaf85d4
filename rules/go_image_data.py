"""What a program reads of its image's system: certificates and time zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.dockerfile import Copy
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_scratch
from gendock.lint.edits import in_case_of, insert_line
from gendock.lint.gobuild import GoBuild
from gendock.lint.gobuild.programs_at_hand import may_have_program
from gendock.lint.gobuild.started import Started, started
from gendock.lint.images import parse_image

if TYPE_CHECKING:
    from gendock.dockerfile import Span

# Docker's own images without a CA bundle, and those without zone data.
_NO_CERTIFICATES = frozenset({"debian", "ubuntu", "busybox"})
_NO_ZONES = frozenset({"alpine", "ubuntu", "busybox"})
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_BUNDLES = (_BUNDLE, "/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs")
_ZONES = "/usr/share/zoneinfo"
_COPY = f"COPY --from=build {_BUNDLE} /etc/ssl/certs/"


@rule("GO303", "no-ca-bundle", severity=Severity.WARNING)
def no_ca_bundle(build: GoBuild) -> Mistakes:
    """The program speaks TLS to others, and the image has no certificates to check them by.

    It starts, and its first request ends with "x509: certificate signed by unknown authority". Copy the
    bundle of the build stage, install ca-certificates, or take distroless/static, which has it.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "net/http"

        func main() { http.Get("https://api.github.com/") }

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "net/http"

        func main() { http.Get("https://api.github.com/") }
    """
    for one in started(build):
        tls = one.program.tls
        if tls is None or _has(build, one, _NO_CERTIFICATES, _BUNDLES, "ca-certificates"):
            continue
        if any("SSL_CERT" in name for name in one.environment):
            continue
        yield Mistake(
            _place(one),
            f"the program speaks TLS, and {one.stage.root.base} has no certificates to check others by",
            f"`{_COPY}`, from a stage on Debian" if is_scratch(one.stage) else "install ca-certificates",
            _with_bundle(one),
            related=build.related(tls.evidence, tls.because),
            severity=None if tls.is_sure else Severity.INFO,
        )


@rule("GO304", "no-zone-data", severity=Severity.WARNING)
def no_zone_data(build: GoBuild) -> Mistakes:
    """The program loads time zones, and the image has no zone data.

    time.LoadLocation reads /usr/share/zoneinfo, and reports "unknown time zone" where that is missing;
    scratch, Alpine and Ubuntu have none. Import time/tzdata, which puts the data into the program (about 450
    kB), or build with `-tags timetzdata`, or copy the folder.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "time"

        func main() {
            zone, err := time.LoadLocation("Europe/Zurich")
            if err != nil {
                panic(err)
            }
            println(time.Now().In(zone).String())
        }

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -tags timetzdata -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "time"

        func main() {
            zone, err := time.LoadLocation("Europe/Zurich")
            if err != nil {
                panic(err)
            }
            println(time.Now().In(zone).String())
        }
    """
    for one in started(build):
        zones = one.program.zones
        if zones is None or zones.brought is not None or "timetzdata" in one.call.tags:
            continue
        if _has(build, one, _NO_ZONES, (_ZONES,), "tzdata"):
            continue
        if "ZONEINFO" in one.environment:
            continue
        name = zones.name or "a time zone"
        yield Mistake(
            _place(one),
            f"the program loads {name}, and {one.stage.root.base} has no zone data",
            'build with `-tags timetzdata`, or `import _ "time/tzdata"`',
            _tagged(one),
            related=build.related(zones.evidence, "loaded here", zones.name or ""),
        )


def _has(build: GoBuild, one: Started, without: frozenset[str], paths: tuple[str, ...], package: str) -> bool:
    """Tell whether an image may have certain files, or a package that brings them."""
    if any(one.tree.get(path) is not None or one.tree.is_folder(path) for path in paths):
        return True
    if is_scratch(one.stage):
        return any(one.tree.may_have(path) for path in paths)
    if parse_image(one.stage.root.base or "").official not in without:
        return True
    return may_have_program(build.context, one.stage, (package,))


def _place(one: Started) -> Span:
    """Return where the image is chosen that lacks something."""
    return one.stage.root.start.image.span


def _with_bundle(one: Started) -> Fix | None:
    """Return the fix that takes the certificates of the build stage, where that surely has them."""
    name, image = one.call.stage.name, parse_image(one.call.stage.root.base or "")
    if not is_scratch(one.stage) or not name or image.official != "golang":
        return None
    first = next((line for line in one.stage.instructions if isinstance(line, Copy)), None)
    if first is None:
        return None
    line = f"{in_case_of(first, 'COPY')} --from={name} {_BUNDLE} /etc/ssl/certs/"
    return Fix(
        "copy the certificates of the build stage", (insert_line(one.call.script.source, first, line),)
    )


def _tagged(one: Started) -> Fix | None:
    """Return the fix that builds with the zone data in the program."""
    call = one.call
    if "tags" in call.flags:
        return None
    verb = call.command.words[len(call.command.words) - len(call.words) - 1]
    return Fix(
        "put the zone data into the program", (call.script.insert_behind(verb, "-tags", "timetzdata"),)
    )
