"""Arguments and flags that BuildKit refuses."""

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


@rule(
    "GD013",
    "unknown-flag",
    severity=Severity.ERROR,
    also=("DL1000", "UNKNOWN_ADD_FLAG", "UNKNOWN_COPY_FLAG", "UNKNOWN_FROM_FLAG", "UNKNOWN_HEALTHCHECK_FLAG"),
    needs=(ProblemKind.UNKNOWN_FLAG,),
)
def unknown_flag(file: Dockerfile) -> Mistakes:
    """An instruction has a flag that it does not know.

    BuildKit stops at a flag that the instruction does not have: it is misspelt, or belongs to another
    instruction, as `--mount` belongs to RUN and `--from` to COPY. Flags stand before the arguments.

    Bad:
        FROM debian:12
        COPY --form=debian:12 /etc/passwd /etc/

    Good:
        FROM debian:12
        COPY --from=debian:12 /etc/passwd /etc/
    """
    return refused(file, ProblemKind.UNKNOWN_FLAG)


@rule(
    "GD014",
    "duplicate-flag",
    severity=Severity.ERROR,
    also=("FLAG_DUPLICATE",),
    needs=(ProblemKind.DUPLICATE_FLAG,),
)
def duplicate_flag(file: Dockerfile) -> Mistakes:
    """A flag that may be given once is given twice.

    BuildKit does not choose between the two, it stops. Only flags that make a list may be repeated, such as
    `--mount` of RUN and `--exclude` of COPY.

    Bad:
        FROM debian:12
        COPY --chown=1 --chown=2 a /b

    Bad:
        FROM debian:12
        COPY --link --chown=1 --link a /b

    Good:
        FROM debian:12
        COPY --link --chown=1 a /b
    """
    return refused(file, ProblemKind.DUPLICATE_FLAG, fixes.duplicate_flag)


@rule(
    "GD015",
    "invalid-flag-value",
    severity=Severity.ERROR,
    also=("FLAG_MISSING_VALUE", "FLAG_EXPECTED_BOOLEAN_VALUE", "healthcheck_options_missing_args"),
    needs=(ProblemKind.FLAG_VALUE,),
)
def invalid_flag_value(file: Dockerfile) -> Mistakes:
    """A flag has no value, or an invalid one.

    Bad:
        FROM debian:12
        COPY --link=maybe a /b

    Bad:
        FROM debian:12
        COPY --link=yes a /b

    Good:
        FROM debian:12
        COPY --link a /b

    Bad:
        FROM debian:12
        RUN --network=nonne make

    Good:
        FROM debian:12
        RUN --network=none make
    """
    return refused(file, ProblemKind.FLAG_VALUE, fixes.flag_value)


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


@rule(
    "GD026",
    "invalid-duration",
    severity=Severity.ERROR,
    also=("FLAG_INVALID_DURATION", "FLAG_MISSING_DURATION", "FLAG_UNKNOWN_UNIT", "FLAG_LESS_THAN_1MS"),
    needs=(ProblemKind.DURATION,),
)
def invalid_duration(file: Dockerfile) -> Mistakes:
    """HEALTHCHECK has an invalid duration.

    A duration is a number with its unit: `30s`, `1m30s`, `500ms`.

    Bad:
        FROM debian:12
        HEALTHCHECK --interval=30 CMD ["/app", "health"]

    Good:
        FROM debian:12
        HEALTHCHECK --interval=30s CMD ["/app", "health"]

    Bad:
        FROM debian:12
        HEALTHCHECK --interval=2min CMD ["/app", "health"]

    Good:
        FROM debian:12
        HEALTHCHECK --interval=2m CMD ["/app", "health"]
    """
    return refused(file, ProblemKind.DURATION, fixes.duration)


@rule(
    "GD027",
    "invalid-retries",
    severity=Severity.ERROR,
    also=("FLAG_AT_LEAST_ONE", "INVALID_SYNTAX"),
    needs=(ProblemKind.RETRIES,),
)
def invalid_retries(file: Dockerfile) -> Mistakes:
    """HEALTHCHECK's --retries is not a whole number.

    It says how many checks in a row have to fail before Docker calls the container unhealthy. Write a number
    such as `--retries=5`, or leave the flag out: Docker then waits for three failures.

    Bad:
        FROM debian:12
        HEALTHCHECK --retries=often CMD ["/app", "health"]
    """
    return refused(file, ProblemKind.RETRIES)


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
