"""What reads well and cannot be built all the same: names, values and paths that BuildKit refuses."""

from __future__ import annotations

from msgspec.structs import replace

from gendock.dockerfile import Dockerfile, Expose, ProblemKind
from gendock.dockerfile.ports import PortError, check_port
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint import syntax_fixes as fixes
from gendock.lint.syntax import refused

_PORT_ADVICE = "write a port such as `8080`, `53/udp` or `8000-8010`"


@rule("GD030", "line-too-long", severity=Severity.ERROR, needs=(ProblemKind.LINE_TOO_LONG,))
def line_too_long(file: Dockerfile) -> Mistakes:
    """A line has 65536 bytes or more.

    BuildKit reads a Dockerfile line by line into a buffer of that size, and stops at a line that does not
    fit. Most often it is a file pressed into a RUN: put it beside the Dockerfile, and COPY it.
    """
    return refused(file, ProblemKind.LINE_TOO_LONG)


@rule(
    "GD031",
    "invalid-substitution",
    severity=Severity.ERROR,
    also=("SYNTAX_MISSING_SINGLE_QUOTE", "SYNTAX_MISSING_DOUBLE_QUOTE", "UNSUPPORTED_MODIFIER"),
    needs=(ProblemKind.SUBSTITUTION,),
)
def invalid_substitution(file: Dockerfile) -> Mistakes:
    """A word has an unclosed quote, or a `${...}` that cannot be replaced.

    Words of ENV, ARG, LABEL, COPY, WORKDIR and most others go through BuildKit's own small shell. Behind a
    variable's name it knows `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/` and `//`, and nothing
    else.

    Bad:
        FROM debian:12
        ENV NAME=${HOST^^}

    Bad:
        FROM debian:12
        LABEL description="it's fine" author='me

    Good:
        FROM debian:12
        LABEL description="it's fine" author='me'
    """
    return refused(file, ProblemKind.SUBSTITUTION, fixes.substitution)


@rule(
    "GD032",
    "invalid-base-image",
    severity=Severity.ERROR,
    also=("INVALID_REFERENCE_FORMAT", "BASE_NAME_EMPTY"),
    needs=(ProblemKind.BASE_IMAGE,),
)
def invalid_base_image(file: Dockerfile) -> Mistakes:
    """FROM names nothing, or something that cannot be an image's name.

    Names have lowercase letters; only tags may have capitals. A stage is found by its name in lowercase,
    however it was written after AS. A variable in FROM has to be an ARG before the first FROM.

    Bad:
        FROM Debian:12

    Good:
        FROM debian:12

    Bad:
        FROM debian:${VERSION}@latest
    """
    return refused(file, ProblemKind.BASE_IMAGE)


@rule("GD033", "invalid-platform", severity=Severity.ERROR, needs=(ProblemKind.PLATFORM,))
def invalid_platform(file: Dockerfile) -> Mistakes:
    """FROM has a --platform that is not a platform.

    A platform is `linux/amd64`, `linux/arm/v7`, `arm64` or such, or a variable: `$BUILDPLATFORM`.

    Bad:
        FROM --platform=amd65 debian:12

    Good:
        FROM --platform=amd64 debian:12
    """
    return refused(file, ProblemKind.PLATFORM, fixes.platform)


@rule(
    "GD034",
    "invalid-stage-reference",
    severity=Severity.ERROR,
    also=("FLAG_INVALID_FROM_VALUE", "circular-stage-deps"),
    needs=(ProblemKind.STAGE_REFERENCE,),
)
def invalid_stage_reference(file: Dockerfile) -> Mistakes:
    """COPY --from or a mount's `from` names neither an earlier stage nor an image.

    A stage can use those above it, by name or by number from 0, and images by their names. It cannot use
    those below, and variables have no meaning here.

    Bad:
        FROM debian:12
        COPY --from=build /app /app

        FROM debian:12 AS build
        RUN touch /app

    Bad:
        FROM debian:12 AS build
        RUN touch /app

        FROM debian:12
        COPY --from=Biuld /app /app

    Good:
        FROM debian:12 AS build
        RUN touch /app

        FROM debian:12
        COPY --from=build /app /app
    """
    for mistake in refused(file, ProblemKind.STAGE_REFERENCE):
        yield replace(mistake, covers=(("DL3022", mistake.span),))


@rule("GD035", "invalid-mount", severity=Severity.ERROR, needs=(ProblemKind.MOUNT,))
def invalid_mount(file: Dockerfile) -> Mistakes:
    """RUN has a --mount or --device that is not well formed.

    A mount is a list of `key=value` with commas and without spaces. Its type is bind, cache, tmpfs, secret or
    ssh; bind, cache and tmpfs need a target, secret needs an id.

    Bad:
        FROM golang:1.26
        RUN --mount=type=cache,targt=/root/.cache/go-build go build ./...

    Good:
        FROM golang:1.26
        RUN --mount=type=cache,target=/root/.cache/go-build go build ./...

    Bad:
        FROM golang:1.26
        RUN --mount=type=cahce,target=/root/.cache/go-build go build ./...

    Good:
        FROM golang:1.26
        RUN --mount=type=cache,target=/root/.cache/go-build go build ./...
    """
    return refused(file, ProblemKind.MOUNT, fixes.mount)


@rule(
    "DL3011",
    "invalid-port",
    severity=Severity.ERROR,
    also=("invalid_port", "INVALID_PORT", "INVALID_PROTO", "DS-0008"),
    needs=(Expose,),
)
def invalid_port(file: Dockerfile) -> Mistakes:
    """EXPOSE has an invalid port.

    Ports go from 0 to 65535, alone or as a range, with /tcp, /udp or /sctp after them.

    Bad:
        FROM debian:12
        EXPOSE 80000

    Bad:
        FROM debian:12
        EXPOSE 443/https

    Bad:
        FROM debian:12
        EXPOSE 80,443

    Good:
        FROM debian:12
        EXPOSE 80 443
    """
    yield from refused(file, ProblemKind.PORT, fixes.port)
    for expose in () if file.stages else file.instructions:
        # BuildKit does not come to the ports of a fragment.
        for word in expose.words if isinstance(expose, Expose) else ():
            message = "" if "$" in word.text else _port_error(word.text.strip("\"'"))
            if message:
                yield Mistake(word.span, message, _PORT_ADVICE)


def _port_error(text: str) -> str:
    try:
        check_port(text)
    except PortError as error:
        return str(error)
    return ""


@rule(
    "GD036", "invalid-signal", severity=Severity.ERROR, also=("INVALID_SIGNAL",), needs=(ProblemKind.SIGNAL,)
)
def invalid_signal(file: Dockerfile) -> Mistakes:
    """STOPSIGNAL does not name a signal.

    A signal is a number, or a name with or without SIG.

    Bad:
        FROM debian:12
        STOPSIGNAL SIGTREM

    Good:
        FROM debian:12
        STOPSIGNAL SIGTERM
    """
    return refused(file, ProblemKind.SIGNAL, fixes.signal)


@rule("GD037", "invalid-copy-source", severity=Severity.ERROR, needs=(ProblemKind.COPY_SOURCE,))
def invalid_copy_source(file: Dockerfile) -> Mistakes:
    """COPY has a URL or a git repository for its source, or ADD has one with unknown options.

    COPY takes files of the build context, of a stage or of an image; ADD fetches.

    Bad:
        FROM debian:12
        COPY https://example.com/tool.tar.gz /opt/

    Good:
        FROM debian:12
        ADD https://example.com/tool.tar.gz /opt/
    """
    return refused(file, ProblemKind.COPY_SOURCE, fixes.copy_source)


@rule("GD038", "invalid-windows-path", severity=Severity.ERROR, needs=(ProblemKind.WINDOWS_PATH,))
def invalid_windows_path(file: Dockerfile) -> Mistakes:
    r"""A path of a Windows image is not on drive C:.

    Bad:
        # escape=`
        FROM --platform=windows/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2022
        WORKDIR D:\app
    """
    return refused(file, ProblemKind.WINDOWS_PATH)


@rule("GD039", "invalid-epoch", severity=Severity.ERROR, needs=(ProblemKind.EPOCH,))
def invalid_epoch(file: Dockerfile) -> Mistakes:
    """SOURCE_DATE_EPOCH has a default that is not a number of seconds.

    BuildKit gives that time to all that it writes, so that a build gives the same image twice.

    Bad:
        ARG SOURCE_DATE_EPOCH=yesterday
        FROM debian:12
    """
    return refused(file, ProblemKind.EPOCH)
