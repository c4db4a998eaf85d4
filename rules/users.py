"""Which user a container runs as."""

from __future__ import annotations

from gendock.dockerfile import Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.images import parse_image
from gendock.lint.intended import any_meant


@rule("GD103", "no-user", severity=Severity.WARNING, also=("DS-0002", "CKV_DOCKER_3", "CIS-DI-0001"))
def no_user(stage: Stage) -> Mistakes:
    """The final stage has no USER, and its base image is not known to have one.

    The container then runs as root: a hole in the program is a hole with all rights, and Kubernetes refuses
    the pod where it demands `runAsNonRoot`. A number serves better than a name, because nothing has to be
    looked up to see that it is not root.

    Bad:
        FROM debian:12
        CMD ["/app"]
    """
    if not stage.is_final or stage.user() is not None:
        return
    if any(any_meant(one.instructions, "USER") for one in stage.lineage()):
        return
    *_, root = stage.lineage()
    if root.base is None or "nonroot" in parse_image(root.base).tag:
        return
    yield Mistake(
        stage.start.image.span,
        "this stage has no USER: the container runs as root",
        "put `USER 65532:65532` (or another number that is not 0) before CMD or ENTRYPOINT",
    )
