"""What makes programs fail to start, or to serve: two tables, each from the surest cause to the vaguest.

The messages are those of Go's standard library and common ones, runc, the kernel and Docker, as they are
printed. `rules` names the lint rules that find the same mistake in a Dockerfile before anything is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """A row: the message that shows a cause, what it means, what helps, and who finds it before."""

    id: str
    message: re.Pattern[str]
    because: str
    mend: str
    rules: tuple[str, ...]


def _cause(id_: str, message: str, because: str, mend: str, *rules: str) -> Cause:
    return Cause(id_, re.compile(message, re.IGNORECASE), because, mend, rules)


# Why a program does not even start, by what the static checks say of it.
PROGRAMS = (
    _cause(
        "package-archive",
        r"package archive",
        "go build was given a package that is not main, and wrote an archive in place of a program",
        "give go build the package that has func main, such as ./cmd/NAME",
        "GO202",
    ),
    _cause(
        "wrong-architecture",
        r"a program for \S+ in an image for|an image for \S+ on an engine of",
        "the program is for another architecture than the image",
        "leave GOARCH to the platform: ARG TARGETARCH, and GOARCH=$TARGETARCH",
        "GO211",
    ),
    _cause(
        "glibc-on-musl",
        r"linked against glibc .* has musl",
        "the program was built with cgo against glibc, and the final stage has musl",
        "build with CGO_ENABLED=0, or take a final stage of the same distribution as the build stage",
        "GO301",
    ),
    _cause(
        "glibc-on-static",
        r"linked against (?:glibc|musl)",
        "the program was built with cgo and needs a C library, which the final stage does not have",
        "build with CGO_ENABLED=0, or take gcr.io/distroless/base-debian12:nonroot as the final stage",
        "GO301",
    ),
    _cause(
        "missing-interpreter",
        r"is a script for|ends with CR LF",
        "the entrypoint is a script, and what it is for is not in the final stage",
        "start the program itself: ENTRYPOINT with the path of the binary",
    ),
    _cause(
        "not-executable",
        r"not executable|may not enter",
        "the user of the image may not execute the entrypoint",
        "COPY --chmod=0755, into a folder that everybody may enter such as /usr/local/bin",
    ),
    _cause(
        "no-shell",
        r"/bin/(?:ba|da)?sh is not in the image",
        "the entrypoint is in shell form, and the final stage has no shell",
        'write ENTRYPOINT or CMD as a JSON array, ["/server"]',
        "GD216",
    ),
    _cause(
        "missing-entrypoint",
        r"is not in the image|is no file",
        "the entrypoint is not in the final stage",
        "compare the paths of go build -o, COPY --from and ENTRYPOINT",
        "GO205",
    ),
)


CAUSES = (
    _cause(
        "exec-format",
        r"exec format error",
        "the entrypoint is not a program of this platform: another architecture, or a package archive",
        "build a main package (go build ./cmd/NAME), and for $TARGETOS and $TARGETARCH",
    ),
    _cause(
        "missing-program",
        r'exec: "[^"]+": executable file not found in \$PATH(?!: unknown)',
        "the program starts another one, which is not in the final stage",
        "install it in the final stage; a distroless base has none",
        "GO312",
    ),
    _cause(
        "missing-entrypoint",
        r'exec:? "?[^ ":]+"?: (?:stat \S+: )?(?:no such file or directory|executable file not found)'
        r"|exec (?:/\S+|user process caused): no such file or directory"
        r"|unable to start container process: .*no such file",
        "the entrypoint is not in the image, or its loader is not (a cgo program on a base without libc)",
        "compare COPY --from and ENTRYPOINT; build with CGO_ENABLED=0, or take distroless/base-debian12",
    ),
    _cause(
        "unknown-user",
        r"unable to find (?:user|group) \S+: no matching entries",
        "USER is a name that the final stage's /etc/passwd or /etc/group does not have",
        "write the user as a number: USER 65532:65532",
        "GD202",
    ),
    _cause(
        "missing-library",
        r"error while loading shared libraries: (\S+)",
        "a shared library that the program is linked with is not in the final stage",
        "build with CGO_ENABLED=0, or install the library in the final stage",
        "GO301",
    ),
    _cause(
        "glibc-version",
        r"version `GLIBC_\d\S*' not found",
        "the final stage's libc is older than the one the program was built with",
        "take builder and final stage from the same Debian release",
        "GO302",
    ),
    _cause(
        "not-executable",
        r'exec:? "?[^ "]+"?: permission denied|unable to start container process: .*permission denied',
        "the user of the image may not execute the entrypoint",
        "COPY --chmod=0755, or build it with go build, which sets the mode",
    ),
    _cause(
        "ca-certificates",
        r"x509: (?:certificate signed by unknown authority|failed to load system roots)",
        "the final stage has no CA certificates, or not those of the peer",
        "take a distroless base, or COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/",
        "GO303",
    ),
    _cause(
        "time-zones",
        r"unknown time zone \S+",
        "the program loads a time zone and the final stage has no zone data",
        'take a distroless base, or import _ "time/tzdata", or build with -tags timetzdata',
        "GO304",
    ),
    _cause(
        "cgo-stub",
        r"requires cgo to work|built with CGO_ENABLED=0|cgo (?:is )?(?:disabled|required)",
        "a package that needs cgo was built with CGO_ENABLED=0",
        "build with CGO_ENABLED=1 and a final stage with libc, or use a package in pure Go",
        "GO208",
    ),
    _cause(
        "read-only",
        r"read-only file system",
        "the program writes outside of /tmp, and the root file system is read-only",
        "write to /tmp or to a mounted volume; os.MkdirTemp and $TMPDIR lead there",
        "GO313",
    ),
    _cause(
        "privileged-port",
        r"listen (?:tcp|udp)\S* \S*:(\d{1,3}): bind: permission denied",
        "ports below 1024 need a capability that the container does not have",
        "listen on a port from 1024, such as 8080, and publish it as 80",
        "GO306",
    ),
    _cause(
        "port-in-use",
        r"bind: address already in use",
        "two listeners of the program ask for the same port",
        "give each its own port",
    ),
    _cause(
        "out-of-memory",
        r"cannot allocate memory|runtime: out of memory",
        "the memory limit is too small for the program",
        "raise it with --memory, and set GOMEMLIMIT below it",
    ),
    _cause(
        "server-closed",
        r"http: Server closed$",
        "the program takes the end of its server for a failure: after Shutdown, ListenAndServe returns "
        "http.ErrServerClosed",
        "pass over it: `if err != nil && !errors.Is(err, http.ErrServerClosed)`",
    ),
    _cause(
        "server-ended",
        r"(?:^|\s)<nil>$",
        "the program takes the end of its server for a failure: there was no error, as after GracefulStop",
        "end by 0 where the error is nil: `if err := server.Serve(listener); err != nil`",
    ),
    _cause(
        "environment-file",
        r"open [^\s:]*\.env: no such file or directory|error loading \.env",
        "the program reads a .env file, which does not belong into an image",
        "let the program go on without it, and give the variables with --env",
    ),
    _cause(
        "environment",
        # A variable that has a default is told of as well, and is no reason to end.
        r"^(?!.*\b(?:default|using|fall(?:s|ing)? back)).*(?:"
        r"(?:required|missing|must set|not set|is empty|undefined).{0,60}\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b"
        r"|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b.{0,60}(?:required|missing|must be set|not set|is empty|undefined)"
        r"|environment variable \"?[A-Z]\w*\"?.{0,20} not )",
        "the program asks for an environment variable that is not set",
        "give it with --env NAME=value",
    ),
    _cause(
        "database-file",
        r"unable to open database file|attempt to write a readonly database",
        "the program keeps an SQLite database in a folder that is not there, or in which it may not write",
        "keep it on a mounted volume, or in /tmp; a folder in the image needs COPY --chown",
        "GO313",
    ),
    _cause(
        "missing-file",
        r"(?:open|stat|lstat|read|glob|pattern matches no files:?) [^\n]*?(?:no such file or directory|`)"
        r"|pattern matches no files|: file does not exist|config file \S+ not found in",
        "the program reads a file at run time that the final stage does not have",
        "COPY it into the final stage, or embed it with //go:embed",
        "GO305",
        "GO313",
    ),
    _cause(
        "backing-service",
        r"dial (?:tcp|udp|unix)\S* \S+: (?:connect: )?(?:connection refused|no such host|i/o timeout"
        r"|no route|network is unreachable)"
        r"|lookup \S+(?: on \S+)?: (?:no such host|server misbehaving|.*timeout)"
        r"|server selection error|failed to connect to `|run out of available brokers|no reachable servers"
        r"|no servers available for connection",
        "the program needs a service that is not there",
        "bring the service up with it: --compose compose.yaml; or let it start without, and report not ready",
    ),
    _cause(
        "old-toolchain",
        r"go\.mod requires go >= \S+|toolchain not available",
        "the Go toolchain of the build stage is older than go.mod asks for",
        "take the golang image of the version in go.mod",
        "GO101",
    ),
    _cause(
        "vcs-status",
        r"error obtaining VCS status",
        "go build stamps the commit, and git cannot read the repository in the build stage",
        "leave .git out of the build context, or build with -buildvcs=false",
        "GO214",
    ),
    _cause(
        "main-package",
        r"no required module provides package|package \S+ is not in (?:std|GOROOT)",
        "a package that the program imports is not in the build stage",
        "COPY go.mod and go.sum with the sources, and run go mod tidy in the repository",
    ),
    _cause(
        "unwritable-folder",
        r"(?:mkdir|open|create|unlink) \S+: permission denied",
        "the user of the image may not write there, or not read that file",
        "write to /tmp or to a mounted volume; COPY --chmod makes files readable",
        "GO313",
    ),
    _cause(
        "arguments",
        r"required flags?\b|required argument|flag provided but not defined|flag needs an argument"
        r"|unknown (?:shorthand )?flag|unknown command|arg\(s\), (?:only )?received \d"
        r"|error: (?:missing flags: -|unexpected argument )",
        "the program wants other arguments than the image gives it",
        "write them into CMD, or give them with --arg, once for each word",
    ),
    _cause(
        "home",
        r"\$HOME (?:is )?not defined|\$HOME are defined|\$HOME set in environment"
        r"|user: (?:lookup|unknown) userid",
        "the program asks for its user's name or home, and the image has neither",
        "set HOME with ENV, or take a base whose /etc/passwd has the user, as distroless's nonroot",
    ),
    _cause(
        "foreign-address",
        r"bind: cannot assign requested address",
        "the program listens on an address that the container does not have",
        "listen on all addresses: ':8080'",
    ),
)
