"""Ports: what a program listens on, what EXPOSE says, and who may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Expose
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild
from gendock.lint.gobuild.go_folders import is_root_name
from gendock.lint.gobuild.started import Started, started
from gendock.lint.mistake import Edit

if TYPE_CHECKING:
    from gendock.dockerfile import Word
    from gendock.golang import Port

_EXPOSED = re.compile(r"(?P<number>\d{1,5})(?:/(?P<transport>tcp|udp))?", re.IGNORECASE)
_FIRST_UNPRIVILEGED = 1024


@rule("GO306", "privileged-port", severity=Severity.WARNING)
def privileged_port(build: GoBuild) -> Mistakes:
    """The program listens on a port below 1024, and does not run as root.

    Docker allows it since 20.10. Kubernetes and others keep the kernel's rule, and the program ends there
    with "bind: permission denied". Listen on 8080, and let the service or the published port say 80.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        EXPOSE 80
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "net/http"

        func main() { http.ListenAndServe(":80", nil) }
    """
    for one in started(build):
        if one.user is None and ":nonroot" not in (one.stage.root.base or ""):
            continue
        if one.user is not None and (is_root_name(one.user) or "$" in one.user):
            continue
        for port in one.program.ports:
            number = _number(one, port)
            if number is not None and number < _FIRST_UNPRIVILEGED and not _is_told(one):
                yield Mistake(
                    one.words[0].span,
                    f"the program listens on {number}, which only root may in Kubernetes",
                    "listen on a port from 1024 on, such as 8080"
                    + (f": ENV {port.variable}=8080" if port.variable else ""),
                    related=build.related(port.evidence, "listens here", str(port.number)),
                )
                break


@rule("GO307", "exposes-another-port", severity=Severity.WARNING, needs=(Expose,))
def exposes_another_port(build: GoBuild) -> Mistakes:
    """EXPOSE names a port that the program does not listen on.

    `docker run -P`, and people, go by EXPOSE: they get a port at which nobody answers. Where the program
    takes its port from a variable or a flag, the finding speaks of the default.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        EXPOSE 8000
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "net/http"

        func main() { http.ListenAndServe(":8080", nil) }

    Good:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app .

        FROM scratch
        COPY --from=build /app /app
        USER 65532:65532
        EXPOSE 8080
        ENTRYPOINT ["/app"]

        -- go.mod --
        module example.com/app

        go 1.26
        -- main.go --
        package main

        import "net/http"

        func main() { http.ListenAndServe(":8080", nil) }
    """
    for one in started(build):
        ports = {(port.transport, _number(one, port)): port for port in one.program.ports}
        if not ports or any(number is None for _, number in ports) or _is_told(one):
            continue
        exposed = list(_exposed(one))
        for word, transport, number in exposed:
            if (transport, number) in ports or not any(kind == transport for kind, _ in ports):
                continue
            free = [key for key in ports if key not in {(kind, other) for _, kind, other in exposed}]
            if not free:
                continue
            port = ports[free[0]]
            yield Mistake(
                word.span,
                f"the program does not listen on {number}: "
                + (
                    f"without {port.variable}, it listens on {free[0][1]}"
                    if port.variable
                    else f"it listens on {free[0][1]}"
                ),
                f"EXPOSE {free[0][1]}" if len(free) == 1 else "expose what it listens on",
                Fix(f"expose {free[0][1]}", (Edit(word.span, _written(word, free[0][1])),))
                if len(free) == 1
                else None,
                related=build.related(port.evidence, "listens here", str(port.number)),
                severity=Severity.INFO if port.variable else None,
            )


@rule("GO308", "listens-on-loopback", severity=Severity.WARNING)
def listens_on_loopback(build: GoBuild) -> Mistakes:
    """The program listens on 127.0.0.1 alone, and a container's loopback is its own.

    Published ports lead to the container's other address: nobody can reach the program. Listen on all
    addresses (":8080"); who may reach it, `docker run -p 127.0.0.1:8080:8080` says.

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

        func main() { http.ListenAndServe("127.0.0.1:8080", nil) }
    """
    for one in started(build):
        ports = one.program.ports
        if one.program.port_variable is not None:
            continue  # it listens elsewhere, too, at an address that only the one who starts it knows
        if not ports or not all(port.is_local_only for port in ports) or _is_opened(one):
            continue
        opening = next(iter(one.program.openings), None)
        yield Mistake(
            one.words[0].span,
            f"the program listens on {ports[0].host} alone: nobody outside of the container can reach it",
            'listen on all addresses: ":8080"'
            if opening is None
            else f'"{opening.name}={opening.value}" behind the program'
            if opening.is_flag
            else f"ENV {opening.name}={opening.value}",
            related=build.related(ports[0].evidence, "listens here"),
        )


def _number(one: Started, port: Port) -> int | None:
    """Return the port that a program listens on in an image; None where only the one who starts it knows."""
    if port.variable is None or port.variable not in one.environment:
        return port.number
    found = re.fullmatch(r"\"?(?:[\w.]*:)?(\d{1,5})\"?", one.environment[port.variable])
    return int(found[1]) if found else None


def _is_told(one: Started) -> bool:
    """Tell whether the words behind the program may name a port."""
    return any(re.search(r"\d{2,5}|port|addr|listen|config", word.text) for word in one.words[1:])


def _is_opened(one: Started) -> bool:
    """Tell whether a variable or flag has the program listen on all addresses, or may."""
    names = {opening.name for opening in one.program.openings}
    names |= {port.variable for port in one.program.ports if port.variable}
    told = any(word.text.lstrip("-").partition("=")[0] in names for word in one.words[1:])
    return told or _is_told(one) or not names.isdisjoint(one.environment)


def _exposed(one: Started) -> Iterator[tuple[Word, str, int]]:
    """Yield the ports that EXPOSE names: word, transport and number."""
    for stage in one.stage.lineage():
        for expose in stage.of(Expose):
            for word in expose.words:
                found = _EXPOSED.fullmatch(word.text)
                if found is not None:
                    yield word, (found["transport"] or "tcp").lower(), int(found["number"])


def _written(word: Word, number: int | None) -> str:
    return f"{number}{word.text[word.text.index('/') :]}" if "/" in word.text else str(number)
