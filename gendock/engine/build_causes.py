"""What makes builds fail: one table, from the surest cause to the vaguest.

The messages are those of Go's tools, BuildKit, apt, git and shells, as they are printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the message that shows a cause, what it means, what helps, and who finds it before."""

    id: str
    message: re.Pattern[str]
    because: str
    mend: str
    rules: tuple[str, ...]


def _row(id_: str, message: str, because: str, mend: str, *rules: str) -> Row:
    return Row(id_, re.compile(message, re.IGNORECASE), because, mend, rules)


_OF_GO = (
    _row(
        "old-toolchain",
        r"requires go >= \S+|invalid go version '\S+': must match|toolchain not available",
        "the Go toolchain of the build stage is older than go.mod asks for",
        "take the golang image of the version in go.mod",
        "GO101",
    ),
    _row(
        "go-sum",
        r"missing go\.sum entry|updates to go\.(?:mod|sum) needed",
        "go.sum is not in the build stage, or does not go with go.mod",
        "run go mod tidy, commit go.sum, and bring both files into the stage before go mod download",
        "GO102",
        "GO104",
        "GO402",
    ),
    _row(
        "go-line",
        r"updating go\.(?:mod|sum): open \S+: (?:read-only file system|permission denied)",
        "go mod download would write a newer go line into go.mod, as a dependency asks for it, and may not",
        "run go mod tidy and commit go.mod, or mount it with ,rw: what is written is thrown away",
    ),
    _row(
        "checksum",
        r"verifying \S+: checksum mismatch",
        "a module is not what go.sum says that it is",
        "find out which of the two is right: go clean -modcache && go mod verify, in the repository",
    ),
    _row(
        "private-module",
        r"terminal prompts disabled|could not read username|permission denied \(publickey|"
        r"host key verification failed",
        "a module is private, and the build has no credentials for it",
        "set GOPRIVATE; mount credentials (RUN --mount=type=secret or type=ssh), and give them with "
        "--secret or --ssh",
        "GO112",
    ),
    _row(
        "vcs-status",
        r"error obtaining VCS status",
        "go build stamps the commit, and git cannot read the repository in the build stage",
        "build with -buildvcs=false, or leave .git out of the build context",
        "GO214",
    ),
    _row(
        "no-git",
        r'exec: "git": executable file not found|missing git command',
        "a module is fetched with git, which is not in the build stage",
        "install git there, or take a golang image that has it (not alpine)",
        "GO112",
    ),
    _row(
        "build-cache",
        r"failed to initialize build cache at \S+: .*permission denied",
        "the stage's user may not write where go keeps what it has compiled",
        "set GOCACHE to a folder of that user, and mount a cache there with uid=",
        "GO107",
    ),
    _row(
        "no-compiler",
        r'C compiler "\S+" not found|exec: "(?:gcc|cc|clang|g\+\+)": executable file not found',
        "cgo is on, and the build stage has no C compiler",
        "set CGO_ENABLED=0, or install gcc and libc's headers in the build stage",
        "GO208",
        "GO209",
    ),
    _row(
        "c-header",
        r"fatal error: \S+\.h: No such file|was not found in the pkg-config search path|cannot find -l\w+",
        "a C library that the program is built with is not in the build stage",
        "install its development package there (lib…-dev on Debian), and its library in the final stage",
    ),
    _row(
        "excluded-files",
        r"build constraints exclude all Go files",
        "a package has no file for this platform and these tags (with CGO_ENABLED=0, those with cgo are out)",
        "set CGO_ENABLED=1, or GOOS, GOARCH and -tags as the package wants them",
        "GO206",
        "GO208",
    ),
    _row(
        "embedded-files",
        r"pattern \S+: (?:no matching files found|cannot embed)",
        "files that //go:embed names are not in the build stage",
        "bring them into the stage before go build: see what .dockerignore excludes, and generate what git "
        "does not have",
        "GO402",
        "GO215",
    ),
    _row(
        "vendor",
        r"inconsistent vendoring",
        "vendor/ does not go with go.mod",
        "run go mod vendor and commit it, or exclude vendor/ in .dockerignore",
        "GO111",
    ),
    _row(
        "local-replace",
        r"replacement directory \S+ does not exist|listed in go\.work file|"
        r"reading \S*go\.mod: open \S+: no such file",
        "go.mod or go.work names a folder of the repository that is not in the build stage",
        "bring that folder's go.mod into the stage before go mod download, and the folder before go build",
        "GO108",
        "GO109",
    ),
    _row(
        "no-module",
        r"go\.mod file not found|cannot find main module",
        "go.mod is not in the working directory of the step",
        "bring go.mod into WORKDIR before the step",
    ),
    _row(
        "missing-package",
        r"no required module provides package|package \S+ is not in (?:std|GOROOT)|no Go files in|"
        r"outside main module or its selected|directory not found",
        "a package is not in the build stage, or is named by a path that is none",
        "compare the path with the repository; bring all sources into the stage, and see what .dockerignore "
        "excludes",
        "GD119",
        "GO402",
        "GO201",
        "GO217",
    ),
    _row(
        "module-proxy",
        r"(?:proxy|sum)\.golang\.org.*(?:dial tcp|timeout|no such host|refused|reset)",
        "the build cannot reach the module proxy",
        "give the build a way out (--build-arg HTTPS_PROXY), set GOPROXY, or commit vendor/",
    ),
    _row(
        "out-of-memory",
        r"signal: killed|exit code: 137$|cannot allocate memory",
        "the compiler was ended for want of memory",
        "give the builder more memory, or build with go build -p 1",
    ),
    _row(
        "compile-error",
        r"^(?:\S+: )?\S+\.go:\d+:\d+: ",
        "the Go source does not compile in the build stage",
        "go build ./... shows the same in the repository; if not, a file is generated or excluded",
        "GO217",
    ),
)
_OF_THE_IMAGE = (
    _row(
        "no-shell",
        r'exec: "/bin/(?:ba)?sh": stat /bin/(?:ba)?sh: no such file|exec /bin/sh: no such file',
        "RUN needs a shell, and the stage's base image has none",
        "do it in the build stage, and COPY --from=build what comes of it",
        "GD216",
    ),
    _row(
        "exec-format",
        r"exec format error",
        "a program of another platform was run, and the builder has no emulation for it",
        "compile on the builder's own platform: FROM --platform=$BUILDPLATFORM, and GOOS=$TARGETOS "
        "GOARCH=$TARGETARCH",
        "DL3029",
    ),
    _row(
        "windows-lines",
        r"\r'?: (?:command )?not found|bad interpreter|/\S+\\r",
        "a script has the line ends of Windows",
        "*.sh text eol=lf in .gitattributes",
    ),
    _row(
        "package-lists",
        r"unable to locate package|has no installation candidate|404 +not found \[IP",
        "apt's package lists are missing or old in that layer",
        "run apt-get update and apt-get install in one RUN",
        "GD330",
    ),
    _row(
        "secret",
        r"secret \S+ not found|secret \S+: not found|/run/secrets/\S+: no such file",
        "a step mounts a secret that the build was not given",
        "gendock build --secret id=NAME,src=FILE",
    ),
    _row(
        "ssh",
        r"unset ssh forward key|no ssh key|could not open a connection to your authentication agent",
        "a step mounts an SSH agent that the build was not given",
        "gendock build --ssh default",
    ),
    _row(
        "old-syntax",
        r"unknown flag: -*(?:mount|link|chmod|parents|exclude|checksum|keep-git-dir)",
        "the builder's own reader of Dockerfiles is too old for that flag",
        "begin the file with # syntax=docker/dockerfile:1, or take a newer builder",
    ),
    _row(
        "target",
        r"target stage \"?\S+\"? could not be found",
        "the Dockerfile has no stage of that name",
        "compare --target with the names after AS",
    ),
    _row(
        "copied-file",
        r'failed to (?:calculate checksum of ref|walk|compute cache key).*not found|"/\S*" not found|'
        r'"/\S*": not found|lstat \S+: no such file|copier: stat: "\S+": no such file',
        "the build context, or the stage that it is copied from, does not have that file",
        "a path is relative to the build context, or to / of the stage; see what .dockerignore excludes",
        "GD119",
        "GO205",
    ),
    _row(
        "no-such-platform",
        r"no match for platform in manifest|does not provide the specified platform|no matching manifest for",
        "the base image is not made for that platform",
        "take a base image that is, or build for the platforms that it has",
    ),
    _row(
        "registry-login",
        r"pull access denied|insufficient_scope|unauthorized|authentication required|denied: requested",
        "the registry does not show that image to this user, or has none of that name",
        "compare the name; docker login, if it is private",
    ),
    _row(
        "registry-limit",
        r"toomanyrequests|rate limit",
        "the registry gives no more images to this address for now",
        "docker login raises the limit; a mirror of one's own has none",
    ),
    _row(
        "registry-away",
        r"""(?:failed to do request: |\b(?:Get|Head) "https?://[^"]*/v2/).*(?:dial tcp|timeout|refused)""",
        "the builder cannot reach the registry",
        "see the builder's network, proxy and mirrors: not this machine's, where the builder is elsewhere",
    ),
    _row(
        "no-such-image",
        r"manifest unknown|failed to resolve source metadata.*not found|^\S+/\S+[:@]\S+: not found$",
        "the registry has no image of that name and tag",
        "compare the tag with the registry's",
    ),
)
_OF_THE_STEP = (
    _row(
        "no-space",
        r"no space left on device",
        "the builder's disk is full",
        "docker buildx prune, or docker system df to see what takes it",
    ),
    _row(
        "certificates",
        r"x509: |certificate signed by unknown authority|unable to get local issuer",
        "the step does not trust the server's certificate",
        "install ca-certificates in that stage, and the CA of a proxy in between",
    ),
    _row(
        "name-resolution",
        r"temporary failure (?:in name resolution|resolving)|could not resolve host|no such host|"
        r"server misbehaving",
        "the step finds no name server, or the name is none",
        "see the builder's DNS; --network=none in the RUN cuts it off",
    ),
    _row(
        "command-not-found",
        r"(?:^|: )(?:\d+: )?\S+: (?:command )?not found$|exit code: 127$",
        "a program that the step runs is not in that stage",
        "install it there, or take a base image that has it",
    ),
    _row(
        "permission",
        r"permission denied",
        "the stage's user may not read, write or execute that",
        "do it before USER, or COPY --chown and --chmod",
    ),
)
ROWS = (*_OF_GO, *_OF_THE_IMAGE, *_OF_THE_STEP)
