"""The users and groups that a stage makes, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gendock.lint.context import BuildContext

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.lint.scripts import Script
    from gendock.shell import Command, Word

_USER_TOOLS = ("useradd", "adduser")
_GROUP_TOOLS = ("groupadd", "addgroup")
# Options that take a value in the next word, of shadow's tools, Debian's and BusyBox's.
_VALUED = frozenset(
    """
    u g G d s c h k e f p K R P Z b uid gid groups home-dir home shell comment gecos ingroup skel password
    expiredate inactive key root prefix base-dir firstuid lastuid conf
""".split()
)


def numbers_given(context: BuildContext, stage: Stage) -> tuple[dict[str, str], dict[str, str]]:
    """Return the numbers of users and of groups, by name, that a stage and those below it give."""
    from gendock.shell import options_of

    users: dict[str, str] = {}
    groups: dict[str, str] = {}
    for one in stage.lineage():
        for script in context.scripts_of(one):
            if "user" not in script.text and "group" not in script.text:
                continue
            for call in script.calls_of(*_USER_TOOLS, *_GROUP_TOOLS):
                makes_user = call.program in _USER_TOOLS
                options = options_of(call, valued=_VALUED)
                number = options.value("u", "uid") if makes_user else options.value("g", "gid")
                names = options.operands[:1] if call.program.startswith("add") else options.operands[-1:]
                if number is not None and number.isdecimal() and names and names[0].is_plain:
                    (users if makes_user else groups).setdefault(names[0].text, number)
    return users, groups


# What VS Code and Codespaces work as in a development container; devcontainer.json names it.
USERS_OF_EDITORS = frozenset({"vscode", "codespace"})


def users_made(context: BuildContext, stage: Stage) -> Iterator[tuple[Script, Word]]:
    """Yield the names of the users that a stage and those below it make, each with its script."""
    from gendock.shell import options_of

    for one in stage.lineage():
        for script in context.scripts_of(one):
            for call in script.calls_of(*_USER_TOOLS) if "user" in script.text else ():
                options = options_of(call, valued=_VALUED)
                # Two operands of adduser are a user and a group to put it into.
                if options.operands and not (call.program == "adduser" and len(options.operands) > 1):
                    yield script, options.operands[-1]


def groups_joined(context: BuildContext, stage: Stage) -> Iterator[tuple[str, str]]:
    """Yield the users that a stage and those below it put into further groups, each with a group."""
    for one in stage.lineage():
        for script in context.scripts_of(one):
            for call in script.calls:
                yield from _joined(call)


def _joined(call: Command) -> Iterator[tuple[str, str]]:
    from gendock.shell import options_of

    options = options_of(call, valued=_VALUED)
    operands = [word.text for word in options.operands]
    if call.program in ("useradd", "usermod") and operands:
        for group in (options.value("G", "groups") or "").split(","):
            if group:
                yield operands[-1], group
    adds = call.program in ("adduser", "addgroup") or (call.program == "gpasswd" and options.has("a"))
    if adds and len(operands) == 2:
        yield operands[0], operands[1]
