"""From what a container printed, and what is wrong with its files, to the probable cause.

Two tables, each from the surest to the vaguest; the first row that matches wins. The messages are those of
Go's standard library, runc, the kernel and Docker, as they are printed. `rules` names the lint rules that
find the same mistake in a Dockerfile before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gendock.engine.procfs import Listener
from gendock.engine.results import Diagnosis


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
        "missing-entrypoint",
        r"is not in the image|is no file",
        "the entrypoint is not in the final stage",
        "compare the paths of go build -o, COPY --from and ENTRYPOINT",
        "GO205",
    ),
)
_NO_START = frozenset(("exec-format", "missing-entrypoint", "not-executable"))


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
        "environment-file",
        r"open [^\s:]*\.env: no such file or directory|error loading \.env",
        "the program reads a .env file, which does not belong into an image",
        "let the program go on without it, and give the variables with --env",
    ),
    _cause(
        "environment",
        r"(?:required|missing|must set|not set|is empty|undefined).{0,60}\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b"
        r"|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b.{0,60}(?:required|missing|must be set|not set|is empty|undefined)",
        "the program asks for an environment variable that is not set",
        "give it with --env NAME=value",
    ),
    _cause(
        "missing-file",
        r"(?:open|stat|lstat|read|glob|pattern matches no files:?) [^\n]*?(?:no such file or directory|`)"
        r"|pattern matches no files",
        "the program reads a file at run time that the final stage does not have",
        "COPY it into the final stage, or embed it with //go:embed",
        "GO305",
    ),
    _cause(
        "backing-service",
        r"dial (?:tcp|udp|unix)\S* \S+: (?:connect: )?(?:connection refused|no such host|i/o timeout"
        r"|no route|network is unreachable)"
        r"|lookup \S+(?: on \S+)?: (?:no such host|server misbehaving|.*timeout)"
        r"|server selection error|failed to connect to `",
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
        "the user of the image may not write there",
        "write to /tmp or to a mounted volume",
        "GO313",
    ),
)
# A host and its port, or a name that nobody knows.
_ASKED = re.compile(r"dial (?:tcp|udp|unix)\d? ([^\s:]+(?::\d+)?):|lookup ([^\s:]+)")
_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)")


def diagnose(
    log: Sequence[str],
    *,
    oom_killed: bool = False,
    ports: Sequence[int] = (),
    listeners: Sequence[Listener] | None = None,
    static: Mapping[str, str] | None = None,
) -> Diagnosis | None:
    """Return the probable cause of a failure; None where nothing in the table matches.

    Args:
        log: the last lines that the container printed, or the engine's message where it never started.
        oom_killed: whether the kernel ended it for want of memory.
        ports: where it was expected to listen.
        listeners: where it listens; None where that is not known.
        static: the evidence of the static checks that failed, by their ids.
    """
    if oom_killed:
        known = next(cause for cause in CAUSES if cause.id == "out-of-memory")
        return _found(known, "ended by the kernel: out of memory")
    where = ", ".join(map(str, listeners or ()))
    if listeners and all(one.only_loopback for one in listeners):
        return _loopback(f"it listens on {where}")
    for cause in CAUSES:
        for line in reversed(log):  # the last word of a program is the likeliest reason
            if cause.message.search(line):
                return _of_program(static or {}, line.strip(), cause) or _found(cause, line.strip())
    # A server that tells its loopback address did not get to be reached from outside.
    for line in log:
        if _LOOPBACK.search(line) and re.search(r"listen|serv|start|running|http", line, re.IGNORECASE):
            return _loopback(line.strip())
    if listeners is not None and not {one.port for one in listeners} & set(ports):
        expected = ", ".join(f":{port}" for port in ports)
        return Diagnosis(
            "other-port" if listeners else "not-listening",
            f"the program listens on {where} and not on {expected}"
            if listeners
            else f"the program runs and listens nowhere; {expected} was expected",
            f"listeners: {where or 'none'}",
            "let EXPOSE name the port that it listens on, or name it with --port"
            if listeners
            else "see what it waits for; if it is no server, say so with --kind worker",
            ("GO307",) if listeners else (),
        )
    return None


def diagnose_stop(static: Mapping[str, str], first_process: str) -> Diagnosis:
    """Return why a container had to be killed.

    Args:
        static: the evidence of the static checks that failed, by their ids.
        first_process: what is process 1, as its check says it.
    """
    shell = static.get("exec-form") or (first_process if "is a shell" in first_process else "")
    if shell:
        return Diagnosis(
            "shell-form",
            "a shell is process 1: it gets SIGTERM, and does not hand it on to the program",
            shell,
            'write ENTRYPOINT as a JSON array, ["/server"]; in a script, start the program with exec',
            ("DL3025",),
        )
    return Diagnosis(
        "ignores-sigterm",
        "the program does not end when it gets SIGTERM",
        first_process,
        "signal.NotifyContext(ctx, syscall.SIGTERM), and server.Shutdown when the context is done",
    )


def _of_program(static: Mapping[str, str], line: str, general: Cause) -> Diagnosis | None:
    """Return the cause that the files show, where the runtime only says that it cannot start the program."""
    if general.id not in _NO_START:
        return None
    seen = [static[id_] for id_ in ("entrypoint", "platform") if id_ in static]
    for cause in PROGRAMS:
        if any(cause.message.search(text) for text in seen):
            return _found(cause, line)
    return None


def asked_for(line: str) -> str:
    """Return the service that a program asked for, `db:5432` or `db`; empty where the line names none."""
    asked = _ASKED.search(line)
    return (asked[2] or asked[1]) if asked else ""


def _found(cause: Cause, line: str) -> Diagnosis:
    because = cause.because
    if cause.id == "backing-service" and asked_for(line):
        because = f"the program needs {asked_for(line)}, which is not there"
    return Diagnosis(cause.id, because, line, cause.mend, cause.rules)


def _loopback(evidence: str) -> Diagnosis:
    return Diagnosis(
        "loopback-only",
        "the program listens on the container's loopback address, which nobody outside can reach",
        evidence,
        "listen on all addresses: ':8080' and not '127.0.0.1:8080'",
        ("GO308",),
    )
