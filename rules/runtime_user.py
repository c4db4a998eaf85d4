"""Users that a stage makes, names, and forgets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import (
    Add,
    Cmd,
    Copy,
    Entrypoint,
    Span,
    Stage,
    User,
    Volume,
    Word,
    Workdir,
)
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.base_users import starts_a_shell, starts_as_root
from gendock.lint.bases import is_windows, plain, steps
from gendock.lint.context import BuildContext
from gendock.lint.edits import insert_line
from gendock.lint.images import ImageReference, base_image
from gendock.lint.intended import any_meant
from gendock.lint.mistake import Applicability, Fix, replace
from gendock.lint.profiles import Level
from gendock.lint.rights import has_to_be_root, may_drop_rights
from gendock.lint.unstarted import says_what_starts
from gendock.lint.user_numbers import USERS_OF_EDITORS, groups_joined, numbers_given, users_made
from gendock.lint.users import is_root, user_of

_MAKERS = frozenset(
    {"useradd", "adduser", "groupadd", "addgroup", "usermod", "gpasswd", "passwd", "chpasswd"}
)
# Whom servers that begin as root let do the work.
_WORKERS = frozenset({"www-data", "nginx", "apache", "httpd"})
_STATEFUL = ("/data", "/srv", "/var/")
_STATE = r"/(?:data|srv)(?:/|\Z)|/var/(?:lib|log|cache|run|spool)/."


def _is_shipped_root(context: BuildContext, stage: Stage) -> bool:
    """Tell whether a stage that no other builds on is known to start as root."""
    if any(other.parent is stage for other in context.stages):
        return False
    user = stage.user()
    if user is not None:
        return is_root(user)
    image = base_image(context, stage.root)
    return image is not None and starts_as_root(image)


@rule(
    "GD200",
    "stateful-root",
    severity=Severity.INFO,
    also=("stateful-root-runtime",),
    level=Level.STRICT,
    shipped=True,
)
def stateful_root(context: BuildContext) -> Mistakes:
    """A container keeps data, and runs as root.

    What it writes into a volume belongs to root, on the machine as well: backups, other containers and a
    later image with a user of its own cannot read it. And whoever breaks in can change what outlives the
    container.

    Bad:
        FROM debian:12
        VOLUME /data
        CMD ["/server"]
    """
    text = context.file.source.text
    if not any(part in text for part in _STATEFUL) and not any(one.has(Volume) for one in context.stages):
        return
    for stage in context.stages:
        place = next(_state_of(context, stage), None)
        if place is None or not _is_shipped_root(context, stage) or may_drop_rights(context, stage):
            continue
        yield Mistake(
            place.span,
            f"root writes the data kept in {plain(place)}",
            "make a user, give it the folder with chown, and name it with USER",
        )


def _state_of(context: BuildContext, stage: Stage) -> Iterator[Word]:
    """Yield where a stage's own instructions keep data."""
    for volume in stage.of(Volume):
        yield from volume.words
    for one in stage.instructions:
        if isinstance(one, Workdir) and re.match(_STATE, plain(one.value)):
            yield one.value
        if isinstance(one, Copy | Add) and re.match(_STATE, plain(one.destination)):
            yield one.destination
    for script in context.scripts_of(stage):
        for call in script.calls_of("mkdir"):
            for word in call.arguments:
                if re.match(_STATE, word.text):
                    yield Word(word.text, Span(word.start, word.end))


@rule(
    "GD201",
    "unused-user",
    severity=Severity.WARNING,
    also=("user-created-but-never-used",),
    shipped=True,
    mentions=("useradd", "adduser"),
)
def unused_user(context: BuildContext) -> Mistakes:
    """A user is created, and nothing runs as it.

    Without USER the container runs as root, as if the user were not there: the work was begun and not
    finished. An image that starts nothing of its own is there to be built on, and is not judged; nor are the
    users of web servers, such as `www-data`, which their settings name.

    Bad:
        FROM debian:12
        RUN useradd --system --uid 10001 app
        CMD ["/server"]

    Good:
        FROM debian:12
        RUN useradd --system --uid 10001 app
        USER 10001
        CMD ["/server"]
    """
    for stage in context.stages:
        if any(other.parent is stage for other in context.stages) or stage.user() is not None:
            continue
        if any(any_meant(one.instructions, "USER") for one in stage.lineage()):
            continue
        if is_windows(stage) or has_to_be_root(stage) or may_drop_rights(context, stage):
            continue
        # Whoever builds on an image that starts nothing says USER there.
        if not says_what_starts(stage) and _starts_nothing(base_image(context, stage.root)):
            continue
        for script, name in users_made(context, stage):
            if name.text in USERS_OF_EDITORS:
                break
            if not name.is_plain or name.text == "root" or name.text in _WORKERS:
                continue
            # A number shows that it is not root's, and needs no looking up.
            user = numbers_given(context, stage)[0].get(name.text, name.text)
            if not _is_used(context, stage, name.text, user):
                yield Mistake(
                    Span(name.start, name.end),
                    f"the user {name.text} is created, but no USER names it: the container runs as root",
                    f"put `USER {user}` before CMD or ENTRYPOINT",
                    _naming(context, stage, user) if script.is_posix else None,
                    covers=(("GD103", stage.start.span),),
                )
                break


def _starts_nothing(image: ImageReference | None) -> bool:
    return image is None or not image.official or starts_a_shell(image)


def _is_used(context: BuildContext, stage: Stage, name: str, number: str) -> bool:
    """Tell whether anything else in a stage is done for a user: files that it owns, a command run as it."""
    for one in stage.lineage():
        for script in context.scripts_of(one):
            # `sudo -u app` names a user in front of what it calls.
            for command, call in zip(script.commands, script.calls, strict=True):
                if call.program not in _MAKERS and any(
                    name == text.partition(":")[0] or text.endswith(f"={name}") for text in command.texts
                ):
                    return True
                if call.program == "chown" and any(text.partition(":")[0] == number for text in call.texts):
                    return True
    for instruction in steps(stage):
        flag = instruction.flag("chown")
        owner = flag.value.text if flag is not None and flag.value is not None else ""
        if owner.partition(":")[0] in (name, number):
            return True
    return False


def _naming(context: BuildContext, stage: Stage, name: str) -> Fix | None:
    starts = next((one for one in stage.instructions if isinstance(one, Cmd | Entrypoint)), None)
    if starts is None:
        return None
    edit = insert_line(context.file.source, starts, f"USER {name}")
    return Fix(f"add USER {name}", (edit,), Applicability.UNSAFE)


@rule(
    "GD203",
    "dropped-groups",
    severity=Severity.WARNING,
    also=("user-explicit-group-drops-supplementary-groups",),
    level=Level.STRICT,
    mentions=("useradd", "usermod", "adduser", "addgroup", "gpasswd"),
)
def dropped_groups(context: BuildContext) -> Mistakes:
    """USER names a group, and the user loses all others.

    `USER app:app` starts the program with that group alone, whatever groups `useradd -G` or `usermod -aG` put
    the user into. `USER app` starts it with all of them.

    Bad:
        FROM debian:12
        RUN groupadd docker && useradd -G docker app
        USER app:app

    Good:
        FROM debian:12
        RUN groupadd docker && useradd -G docker app
        USER app
    """
    for stage in context.stages:
        joined: dict[str, list[str]] | None = None
        for user in stage.of(User):
            name, colon, group = user_of(user).partition(":")
            if not colon or not re.fullmatch(r"[A-Za-z_][\w.-]*", name) or name == "root":
                continue
            if joined is None:
                joined = {}
                for one, other in groups_joined(context, stage):
                    joined.setdefault(one, []).append(other)
            lost = [one for one in joined.get(name, ()) if one != group]
            if lost:
                where = user.value.span
                written = context.file.source.slice(where)
                yield Mistake(
                    Span(where.start + written.index(":") + 1, where.end),
                    f"with the group {group}, {name} is no longer in {', '.join(lost)}",
                    f"write `USER {name}`",
                    replace(where, name, f"write USER {name}", safe=False),
                )
