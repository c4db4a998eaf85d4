"""Users and groups that an image does not know."""

from __future__ import annotations

import re

from gendock.dockerfile import Add, Copy, Instruction, Run, Stage, User, Word, Workdir
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_distroless, is_scratch, may_have, plain, root_base, steps
from gendock.lint.mistake import replace

# The users and groups that distroless images have.
_DISTROLESS_NAMES = frozenset({"root", "nobody", "nonroot", "tty", "staff"})
_UNPRIVILEGED = "65532"
_NUMBERS = {"nobody": "65534", "root": "0"}


@rule(
    "GD202",
    "unknown-user",
    severity=Severity.ERROR,
    also=("named-identity-in-passwdless-stage",),
    mentions=("scratch", "distroless", "cgr.dev"),
)
def unknown_user(stage: Stage) -> Mistakes:
    """A user or group is named that the image does not know.

    Names are looked up in the image's `/etc/passwd` and `/etc/group`. scratch has neither, and distroless
    images know root, nobody and nonroot. With USER, the container does not start. With --chown, the build
    stops if the stage is still empty, and else the files are root's, without a word. Numbers are not looked
    up.

    Bad:
        FROM scratch
        COPY app /app
        USER app
        ENTRYPOINT ["/app"]

    Good:
        FROM scratch
        COPY app /app
        USER 65532
        ENTRYPOINT ["/app"]

    Bad:
        FROM scratch
        COPY --chown=app:app app /app

    Good:
        FROM scratch
        COPY --chown=65532:65532 app /app
    """
    if not (is_scratch(stage) or is_distroless(stage)):
        return
    for one in stage.instructions:
        word = _named(one)
        if word is None:
            continue
        # A container is started when all of the image is there.
        before = None if isinstance(one, User) else one
        owner = plain(word)
        parts = [
            (name, _is_unknown(stage, name) and not may_have(stage, path, before))
            for name, path in zip(owner.split(":"), ("/etc/passwd", "/etc/group"), strict=False)
        ]
        unknown = [name for name, is_unknown in parts if is_unknown]
        if not unknown:
            continue
        numbers = ":".join(
            _NUMBERS.get(name, _UNPRIVILEGED) if is_unknown else name for name, is_unknown in parts
        )
        is_fatal, what = _consequence(stage, one)
        yield Mistake(
            word.span,
            f"{root_base(stage)} has no user or group called {unknown[0]}, so {what}",
            f"write a number, such as {numbers}, or copy /etc/passwd and /etc/group",
            replace(word.span, numbers, f"write {numbers}", safe=False),
            severity=None if is_fatal else Severity.WARNING,
            covers=(("DL3066", one.span),),
        )


def _consequence(stage: Stage, instruction: Instruction) -> tuple[bool, str]:
    """Return whether a name that is not known stops anything, and what happens.

    Source: readUser and processOwner in moby/buildkit, solver/llbsolver/ops.
    """
    if isinstance(instruction, User):
        return True, "the container does not start"
    above = steps(stage, instruction)
    if is_scratch(stage) and not any(isinstance(one, Add | Copy | Run | Workdir) for one in above):
        return True, "the build stops"
    return False, "the files are root's"


def _named(instruction: Instruction) -> Word | None:
    if isinstance(instruction, User):
        return instruction.value
    flag = instruction.flag("chown") if isinstance(instruction, Copy | Add) else None
    return flag.value if flag is not None else None


def _is_unknown(stage: Stage, name: str) -> bool:
    if not re.fullmatch(r"[A-Za-z_][\w.-]*", name) or name == "root":
        return False
    return is_scratch(stage) or name not in _DISTROLESS_NAMES
