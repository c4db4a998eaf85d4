"""Arguments that BuildKit refuses."""

from __future__ import annotations

from gendock.dockerfile import Dockerfile, ProblemKind
from gendock.lint import Mistakes, Severity, rule
from gendock.lint import syntax_fixes as fixes
from gendock.lint.syntax import refused
from gendock.lint.syntax_pairs import pairs


@rule(
    "GD012",
    "missing-argument",
    severity=Severity.ERROR,
    also=tuple(
        """
        DL1000 required_params missing_args ARGUMENT_MISSING ARGUMENT_REQUIRES_ONE SHELL_REQUIRES_ONE
        ARGUMENT_REQUIRES_AT_LEAST_ONE ARGUMENT_REQUIRES_TWO ARGUMENT_REQUIRES_AT_LEAST_TWO
    """.split()
    ),
    needs=(ProblemKind.MISSING_ARGUMENT,),
)
def missing_argument(file: Dockerfile) -> Mistakes:
    """An instruction has fewer arguments than it needs.

    In COPY the space between source and destination is lost most often: `COPY *.mod./` is one argument.

    Bad:
        FROM debian:12
        COPY *.mod./

    Good:
        FROM debian:12
        COPY *.mod ./
    """
    return refused(file, ProblemKind.MISSING_ARGUMENT)


@rule(
    "GD011",
    "extra-argument",
    severity=Severity.ERROR,
    also=("extra_args", "ARGUMENT_EXTRA", "ARGUMENT_REQUIRES_ONE_OR_THREE", "INVALID_AS"),
    needs=(ProblemKind.EXTRA_ARGUMENT,),
)
def extra_argument(file: Dockerfile) -> Mistakes:
    """FROM has more words than an image and `AS name`.

    Bad:
        FROM golang:1.26 build

    Good:
        FROM golang:1.26 AS build

    Bad:
        FROM golang:1.26 SA build

    Good:
        FROM golang:1.26 AS build
    """
    return refused(file, ProblemKind.EXTRA_ARGUMENT, fixes.extra_argument)


@rule("GD016", "json-not-strings", severity=Severity.ERROR, needs=(ProblemKind.JSON_NOT_STRINGS,))
def json_not_strings(file: Dockerfile) -> Mistakes:
    """A JSON array holds something other than strings.

    Numbers as well have to be in double quotes.

    Bad:
        FROM debian:12
        CMD ["sleep", 10]

    Good:
        FROM debian:12
        CMD ["sleep", "10"]
    """
    return refused(file, ProblemKind.JSON_NOT_STRINGS, fixes.json_not_strings)


@rule(
    "GD024",
    "json-required",
    severity=Severity.ERROR,
    also=("SHELL_JSON_FORM", "invalid_format"),
    needs=(ProblemKind.JSON_REQUIRED,),
)
def json_required(file: Dockerfile) -> Mistakes:
    """SHELL is not written as a JSON array.

    Other instructions have a shell form; SHELL says which program that form calls, so it needs the program
    and each of its arguments as a word of its own, and BuildKit stops at anything but an array.

    Bad:
        FROM debian:12
        SHELL /bin/bash -c

    Good:
        FROM debian:12
        SHELL ["/bin/bash", "-c"]
    """
    return refused(file, ProblemKind.JSON_REQUIRED, fixes.json_required)


@rule("GD018", "heredoc-destination", severity=Severity.ERROR, needs=(ProblemKind.HEREDOC_DESTINATION,))
def heredoc_destination(file: Dockerfile) -> Mistakes:
    """A heredoc is where COPY or ADD has its destination.

    A heredoc is the content of a file, so it can only be a source. The destination comes last, and it is a
    path: `COPY <<EOF /etc/motd` writes the lines up to `EOF` into /etc/motd.

    Bad:
        FROM debian:12
        COPY a <<EOF
        hello
        EOF
    """
    return refused(file, ProblemKind.HEREDOC_DESTINATION)


@rule(
    "GD019",
    "malformed-pair",
    severity=Severity.ERROR,
    also=("DL1000", "label_invalid", "SYNTAX_MISSING_EQUALS", "invalid_format"),
    needs=(ProblemKind.MALFORMED_PAIR,),
)
def malformed_pair(file: Dockerfile) -> Mistakes:
    """ENV or LABEL has a word that is not `name=value`.

    A value with spaces has to be in quotes.

    Bad:
        FROM debian:12
        ENV GREETING=good morning

    Good:
        FROM debian:12
        ENV GREETING="good morning"

    Bad:
        FROM debian:12
        ENV A=1 B = 2

    Good:
        FROM debian:12
        ENV A=1 B=2

    Bad:
        FROM debian:12
        ENV GREETING
    """
    return refused(file, ProblemKind.MALFORMED_PAIR, pairs)


@rule(
    "GD020",
    "empty-name",
    severity=Severity.ERROR,
    also=("SYNTAX_MISSING_NAMES",),
    needs=(ProblemKind.BLANK_NAME,),
)
def empty_name(file: Dockerfile) -> Mistakes:
    """ENV, LABEL or ARG has a value and no name.

    BuildKit stops, because it cannot set a variable without a name. Mostly there is a space before `=`, as Go
    code has it: a Dockerfile is read as a shell reads assignments, with no spaces around `=`.

    Bad:
        FROM debian:12
        ENV =value

    Bad:
        FROM debian:12
        ARG VERSION = 1.0

    Good:
        FROM debian:12
        ARG VERSION=1.0
    """
    return refused(file, ProblemKind.BLANK_NAME, pairs)


@rule(
    "GD025",
    "invalid-healthcheck",
    severity=Severity.ERROR,
    also=("HEALTHCHECK_CMD_ARGUMENT_MISSING", "UNKNOWN_TYPE", "ARGUMENT_UNNECESSARY", "invalid_format"),
    needs=(ProblemKind.HEALTHCHECK_FORM,),
)
def invalid_healthcheck(file: Dockerfile) -> Mistakes:
    """HEALTHCHECK is neither NONE nor CMD with a command.

    `HEALTHCHECK CMD` is followed by the command that Docker runs now and then to see whether the program
    still works; `HEALTHCHECK NONE` turns off the check of the base image. BuildKit stops at all else.

    Bad:
        FROM debian:12
        HEALTHCHECK /app health

    Good:
        FROM debian:12
        HEALTHCHECK CMD /app health

    Bad:
        FROM debian:12
        HEALTHCHECK NONE /app health

    Good:
        FROM debian:12
        HEALTHCHECK NONE
    """
    return refused(file, ProblemKind.HEALTHCHECK_FORM, fixes.healthcheck_form)


@rule("GD028", "empty-volume", severity=Severity.ERROR, needs=(ProblemKind.EMPTY_VOLUME,))
def empty_volume(file: Dockerfile) -> Mistakes:
    """VOLUME names an empty path.

    A volume is mounted at a path, and BuildKit stops where there is none. An empty element is mostly left
    over from an edit of the array.

    Bad:
        FROM debian:12
        VOLUME ["/data", ""]

    Good:
        FROM debian:12
        VOLUME ["/data"]
    """
    return refused(file, ProblemKind.EMPTY_VOLUME, fixes.empty_volume)
