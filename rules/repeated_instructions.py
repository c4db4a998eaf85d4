"""Instructions of which only the last one of a stage counts."""

from __future__ import annotations

from itertools import pairwise

from gendock.dockerfile import Cmd, Entrypoint, Healthcheck, Instruction
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_instruction


@rule(
    "DL4003",
    "repeated-cmd",
    severity=Severity.WARNING,
    also=("MultipleInstructionsDisallowed", "MULTIPLE_INSTRUCTIONS", "DS-0016"),
    needs=(Cmd,),
)
def repeated_cmd(context: BuildContext) -> Mistakes:
    """A stage has more than one CMD.

    An image has one command, the last. Those before it look as if something started that never does.

    Bad:
        FROM debian:12
        CMD ["/app"]
        CMD ["/app", "--verbose"]

    Good:
        FROM debian:12
        CMD ["/app", "--verbose"]
    """
    return _repeated(context, Cmd)


@rule(
    "DL4004",
    "repeated-entrypoint",
    severity=Severity.ERROR,
    also=("MultipleInstructionsDisallowed", "MULTIPLE_INSTRUCTIONS", "DS-0007"),
    needs=(Entrypoint,),
)
def repeated_entrypoint(context: BuildContext) -> Mistakes:
    """A stage has more than one ENTRYPOINT.

    An image has one entrypoint, the last. Those before it look as if something started that never does.

    Bad:
        FROM debian:12
        ENTRYPOINT ["/init"]
        ENTRYPOINT ["/app"]

    Good:
        FROM debian:12
        ENTRYPOINT ["/app"]
    """
    return _repeated(context, Entrypoint)


@rule(
    "DL3012",
    "repeated-healthcheck",
    severity=Severity.ERROR,
    also=("MultipleInstructionsDisallowed", "MULTIPLE_INSTRUCTIONS", "DS-0023"),
    needs=(Healthcheck,),
)
def repeated_healthcheck(context: BuildContext) -> Mistakes:
    """A stage has more than one HEALTHCHECK.

    A container has one check, the last. What those before it look after is looked after by nobody.

    Bad:
        FROM debian:12
        HEALTHCHECK CMD ["/app", "ready"]
        HEALTHCHECK CMD ["/app", "health"]

    Good:
        FROM debian:12
        HEALTHCHECK CMD ["/app", "health"]
    """
    return _repeated(context, Healthcheck)


def _repeated(context: BuildContext, kind: type[Instruction]) -> Mistakes:
    source = context.file.source
    for stage in context.stages:
        for earlier, later in pairwise(stage.of(kind)):
            row = source.position(earlier.span.start).row
            yield Mistake(
                later.keyword.span,
                f"only the last {later.name} counts: the one on line {row} has no effect",
                "keep one of the two",
                Fix(f"delete the {earlier.name} on line {row}", (delete_instruction(source, earlier),)),
            )
