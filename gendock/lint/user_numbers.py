"""The numbers that a stage gives to the users and groups which it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.lint.context import BuildContext

if TYPE_CHECKING:
    from gendock.dockerfile import Stage

_USER_TOOLS = ("useradd", "adduser")
_GROUP_TOOLS = ("groupadd", "addgroup")
# Options that take a value in the next word, of shadow's tools, Debian's and BusyBox's.
_VALUED = frozenset(
    (
        *("u", "g", "G", "d", "s", "c", "h", "k", "e", "f", "p", "K", "R", "P", "Z", "b"),
        *(
            "uid",
            "gid",
            "groups",
            "home-dir",
            "home",
            "shell",
            "comment",
            "gecos",
            "ingroup",
            "skel",
            "password",
        ),
        *("expiredate", "inactive", "key", "root", "prefix", "base-dir", "firstuid", "lastuid", "conf"),
    )
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
