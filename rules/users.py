"""Which user a container runs as."""

from __future__ import annotations

import re

from gendock.dockerfile import Add, Cmd, Copy, Entrypoint, Instruction, Run, Stage, User, Workdir
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.base_users import drops_rights_itself, known_number, starts_a_shell, starts_as_root
from gendock.lint.bases import is_windows
from gendock.lint.context import BuildContext
from gendock.lint.edits import in_case_of, insert_line
from gendock.lint.fragments import is_fragment
from gendock.lint.images import ImageReference, base_image
from gendock.lint.intended import any_meant
from gendock.lint.mistake import Applicability, replace
from gendock.lint.profiles import Level
from gendock.lint.rights import drops_rights, has_to_be_root, may_drop_rights, started_words
from gendock.lint.unstarted import is_unstarted, says_what_starts, starts_a_prompt
from gendock.lint.user_numbers import USERS_OF_EDITORS, numbers_given, users_made
from gendock.lint.users import is_root, user_of

_UNPRIVILEGED = "65532:65532"
_ADVICE = f"put `USER {_UNPRIVILEGED}` (or another number that is not 0) before CMD or ENTRYPOINT"
_ADVICE_AT_THE_END = f"end with `USER {_UNPRIVILEGED}` (or another number that is not 0)"
_NGINX_ADVICE = (
    "build on nginxinc/nginx-unprivileged; or listen on a port above 1024, give /var/cache/nginx and the "
    "folder of its pid file to a user with chown, and name that user's number with USER"
)
# Servers whose first process is root, and opens ports and files for its workers, which are not.
_SERVERS = frozenset(
    {
        "nginx",
        "httpd",
        "httpd-foreground",
        "apache2",
        "apache2ctl",
        "apachectl",
        "apache2-foreground",
        "haproxy",
    }
)
_NAME = r"[A-Za-z_][\w.-]*"


@rule(
    "GD103", "no-user", severity=Severity.WARNING, also=("DS-0002", "CKV_DOCKER_3", "CIS-DI-0001", "CIS-4.1")
)
def no_user(context: BuildContext) -> Mistakes:
    """The final stage has no USER, and its base image starts as root.

    The container then runs as root: a hole in the program is a hole with all rights, and Kubernetes refuses
    the pod where it demands `runAsNonRoot`. A number serves better than a name, because nothing has to be
    looked up to see that it is not root. Images of which nobody can tell from here as whom they start, such
    as those of one's own registry, are not judged. Neither is an image that is there to be built on or to
    work in, such as a toolchain, one that says nowhere what it starts, or a development container, whose user
    its devcontainer.json names; nor what has to be root, such as systemd, sshd and Docker's daemon; nor what
    gives its rights away by `gosu`, `su-exec` or an option of its own, as the images of Docker's databases
    do. nginx, Apache and HAProxy begin as root to open ports and files: they need more than a USER, and the
    advice says what.

    Bad:
        FROM debian:12
        CMD ["/app"]

    Good:
        FROM debian:12
        USER 65532:65532
        CMD ["/app"]
    """
    stage = context.stages[-1] if context.stages else None
    if stage is None or is_fragment(stage) or stage.user() is not None:
        return
    if any(any_meant(one.instructions, "USER") for one in stage.lineage()):
        return
    if is_windows(stage) or has_to_be_root(stage) or drops_rights(context, stage):
        return
    root = stage.root
    image = base_image(context, root)
    if not _is_judged(context, stage, root, image):
        return
    server = _server(stage, image)
    yield Mistake(
        stage.start.image.span,
        "this stage has no USER: the container starts as root",
        _advice(stage, server),
        None if server else _user_above(context, stage),
    )


def _is_judged(context: BuildContext, stage: Stage, root: Stage, image: ImageReference | None) -> bool:
    """Tell whether a stage is known to start as root, need not, and is there to be started."""
    if root.base == "scratch":
        # Without a command, it is there to be exported or copied from.
        return not is_unstarted(stage, context.stages, None)
    if _is_for_development(context, stage):
        return False
    if not context.is_doubted and (
        starts_a_prompt(stage) or _leaves_it_open(stage, image) or _gives_rights_away(context, stage, image)
    ):
        return False
    # What talks to Docker's socket needs the rights of it, which are root's.
    if image is None or image.official == "docker" or not starts_as_root(image):
        return False
    return not is_unstarted(stage, context.stages, image)


def _leaves_it_open(stage: Stage, image: ImageReference | None) -> bool:
    """Tell whether nothing says what starts: neither the stage, nor a base that is a server."""
    return not says_what_starts(stage) and (image is None or not image.official or starts_a_shell(image))


def _gives_rights_away(context: BuildContext, stage: Stage, image: ImageReference | None) -> bool:
    """Tell whether what starts may well not stay root: the base's script, or one here that made a user."""
    if image is not None and drops_rights_itself(image) and not stage.last(Entrypoint):
        return True
    return any(True for _ in users_made(context, stage)) and may_drop_rights(context, stage)


def _is_for_development(context: BuildContext, stage: Stage) -> bool:
    """Tell whether a stage is for an editor to work in, which names the user itself."""
    if context.folder is not None and ".devcontainer" in context.folder.absolute().parts[-2:]:
        return True
    return any(name.text in USERS_OF_EDITORS for _, name in users_made(context, stage))


def _server(stage: Stage, image: ImageReference | None) -> str:
    """Return the name of the server that a stage starts, where it is one that begins as root."""
    names = [word.rpartition("/")[2] for word in started_words(stage)]
    if image is not None:
        names.append("apache2" if "apache" in image.tag else image.official)
    return next((name for name in names if name in _SERVERS), "")


def _advice(stage: Stage, server: str) -> str:
    if not server:
        return _ADVICE if says_what_starts(stage) else _ADVICE_AT_THE_END
    if server == "nginx":
        return _NGINX_ADVICE
    return (
        f"let {server} listen on a port above 1024, give the folders of its logs and its pid file to a user "
        "with chown, and name that user's number with USER"
    )


@rule(
    "DL3002",
    "root-user",
    severity=Severity.WARNING,
    also=("DS-0002", "CKV_DOCKER_8"),
    shipped=True,
    needs=(User,),
)
def root_user(context: BuildContext) -> Mistakes:
    """The last USER of a stage is root.

    Steps that need root, such as installing packages, may run as root; what is shipped should not. A program
    that is broken into then has all rights in its container, and is closer to the machine around it. The
    default profile leaves images alone that start nothing themselves, and what has to begin as root.

    Bad:
        FROM debian:12
        USER root
        RUN apt-get update
        CMD ["/app"]

    Good:
        FROM debian:12
        USER root
        RUN apt-get update
        USER 65532:65532
        CMD ["/app"]

    Bad:
        FROM debian:12
        USER root
        CMD ["/app"]

    Good:
        FROM debian:12
        USER 65532:65532
        CMD ["/app"]
    """
    for stage in context.stages:
        users = list(stage.of(User))
        if is_fragment(stage) or not users or not is_root(users[-1]):
            continue
        *_, root = stage.lineage()
        image = base_image(context, root)
        if not context.is_doubted and _is_meant(context, stage, image):
            continue
        server = _server(stage, image)
        children = [one for one in context.stages if one.parent is stage]
        # A stage to build on may stop as root where each that builds on it says otherwise.
        if children and all(child.has(User) for child in children):
            continue
        yield Mistake(
            users[-1].value.span,
            f"the last USER is {users[-1].value.text}: what this stage starts runs as root",
            _advice(stage, server),
            None if children or server else _instead_of_root(context, stage, users[-1]),
        )


def _is_meant(context: BuildContext, stage: Stage, image: ImageReference | None) -> bool:
    """Tell whether a stage has to end as root: it starts nothing itself, or what has to begin so."""
    is_base = not says_what_starts(stage) and image is not None and starts_a_shell(image)
    return is_base or starts_a_prompt(stage) or has_to_be_root(stage) or drops_rights(context, stage)


@rule("DL3066", "named-user", severity=Severity.INFO, level=Level.STRICT, shipped=True, needs=(User,))
def named_user(context: BuildContext) -> Mistakes:
    """USER has a name instead of a number.

    A name is looked up in the image's /etc/passwd when the container starts; from outside, nobody can tell
    whether it is root. Kubernetes refuses such a pod where it demands `runAsNonRoot`.

    Bad:
        FROM debian:12
        RUN useradd --uid 10001 app
        USER app

    Good:
        FROM debian:12
        RUN useradd --uid 10001 app
        USER 10001

    Bad:
        FROM gcr.io/distroless/static-debian12:nonroot
        USER nonroot:nonroot

    Good:
        FROM gcr.io/distroless/static-debian12:nonroot
        USER 65532:65532
    """
    for stage in context.stages:
        for user in stage.of(User):
            name, colon, group = user_of(user).partition(":")
            if not name or name.isdecimal() or "$" in name:
                continue
            numbers = _numbers(context, stage, name, group)
            fix = None
            if numbers is not None:
                text = f"{numbers[0]}{colon}{numbers[1]}"
                fix = replace(user.value.span, text, f"write USER {text}", safe=False)
            yield Mistake(
                user.value.span,
                f"{name} is a name: from outside the image nobody can tell whether it is root",
                "write the user's number, as in `USER 10001:10001`",
                fix,
            )


def _numbers(context: BuildContext, stage: Stage, name: str, group: str) -> tuple[str, str] | None:
    """Return the numbers of a user and a group, where both are known (or there is no group)."""
    image = base_image(context, stage.root)
    users, groups = numbers_given(context, stage)
    uid = users.get(name) or _known(name, image)
    if uid is None or not group or group.isdecimal():
        return None if uid is None else (uid, group)
    gid = groups.get(group) or _known(group, image)
    return None if gid is None else (uid, gid)


def _known(name: str, image: ImageReference | None) -> str | None:
    return known_number(name, image) if re.fullmatch(_NAME, name) else None


def _start_behind(stage: Stage, at: int) -> Instruction | None:
    """Return the first CMD or ENTRYPOINT from a place on that no step of the build follows."""
    found: Instruction | None = None
    for instruction in reversed(stage.instructions[at:]):
        if isinstance(instruction, Run | Copy | Add | Workdir):
            break
        if isinstance(instruction, Cmd | Entrypoint):
            found = instruction
    return found


def _user_above(context: BuildContext, stage: Stage, at: int = 0) -> Fix | None:
    start = _start_behind(stage, at)
    if start is None:
        return None
    edit = insert_line(context.file.source, start, f"{in_case_of(start, 'USER')} {_UNPRIVILEGED}")
    return Fix(f"put USER {_UNPRIVILEGED} above {start.name}", (edit,), Applicability.UNSAFE)


def _instead_of_root(context: BuildContext, stage: Stage, user: User) -> Fix | None:
    at = stage.instructions.index(user) + 1
    if any(isinstance(one, Run | Copy | Add | Workdir) for one in stage.instructions[at:]):
        return _user_above(context, stage, at)
    return replace(user.value.span, _UNPRIVILEGED, f"write USER {_UNPRIVILEGED}", safe=False)
