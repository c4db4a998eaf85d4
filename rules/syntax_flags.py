"""Flags that BuildKit refuses."""

from __future__ import annotations

from gendock.dockerfile import Dockerfile, ProblemKind
from gendock.lint import Mistakes, Severity, rule
from gendock.lint import syntax_fixes as fixes
from gendock.lint.syntax import refused


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
