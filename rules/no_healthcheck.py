"""Images that nobody looks after."""

from __future__ import annotations

from gendock.dockerfile import Healthcheck, Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.fragments import is_fragment
from gendock.lint.intended import any_meant
from gendock.lint.profiles import Level


@rule(
    "DL3057",
    "no-healthcheck",
    severity=Severity.INFO,
    also=("DS-0026", "CKV_DOCKER_2", "CIS-DI-0006", "CIS-4.6"),
    level=Level.STRICT,
    shipped=True,
)
def no_healthcheck(context: BuildContext) -> Mistakes:
    """An image has no HEALTHCHECK.

    Docker and Compose then take a container for well as long as its process lives, also where it answers
    nobody. Kubernetes has probes of its own and does not look at it: there `HEALTHCHECK NONE` says that
    somebody has thought of it.

    Bad:
        FROM debian:12
        CMD ["/app"]
    """
    checked = {stage.index for stage in context.stages if _has_check(stage)}
    # What stands on a stage with a check has it, and what such a stage stands on gets it there.
    good = {
        stage.index
        for stage in context.stages
        if any(one.index in checked for one in stage.lineage())
        or any(other.index in checked and stage in other.lineage() for other in context.stages)
    }
    for stage in context.stages:
        if stage.index not in good and not is_fragment(stage):
            yield Mistake(
                stage.start.image.span,
                "this image has no HEALTHCHECK: nothing notices when it stops answering",
                'add `HEALTHCHECK CMD ["/app", "health"]`, or `HEALTHCHECK NONE` where another watches it',
            )


def _has_check(stage: Stage) -> bool:
    return stage.has(Healthcheck) or any_meant(stage.instructions, "HEALTHCHECK")
