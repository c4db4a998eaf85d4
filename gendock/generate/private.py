"""Private modules: how a build shows their hosts who asks, without leaving that in an image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.errors import GendockError
from gendock.generate.decision import Decision
from gendock.generate.escaping import Placed, shown
from gendock.generate.options import Access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.generate.options import Options
    from gendock.golang import GoProject

_PATTERN = re.compile(r"[A-Za-z0-9*?][A-Za-z0-9._~*?-]*(?:/[A-Za-z0-9._~*?-]+)*")
_NETRC = Placed("type=secret,id=netrc,target=/root/.netrc")
_SSH = Placed("type=ssh")


def is_pattern(text: str) -> bool:
    """Whether a text is a pattern of module paths."""
    return _PATTERN.fullmatch(text) is not None


def proof_mounts(options: Options) -> tuple[Placed, ...]:
    """The mounts of the steps that may download."""
    if not options.private:
        return ()
    return (_SSH,) if options.private_by is Access.SSH else (_NETRC,)


def private_commands(options: Options) -> tuple[Placed, ...]:
    """The commands that tell go and git which modules are private: settings of the build stage, no secrets.

    Raises:
        GendockError: a pattern is none.
    """
    if not options.private:
        return ()
    for pattern in options.private:
        if not is_pattern(pattern):
            raise GendockError(
                f"--private {shown(pattern)} is no pattern of module paths such as github.com/acme/*"
            )
    commands = [Placed(f"go env -w GOPRIVATE='{','.join(options.private)}'")]
    if options.private_by is Access.SSH:
        hosts = list(dict.fromkeys(pattern.partition("/")[0] for pattern in options.private))
        commands += [
            Placed(f"git config --global url.ssh://git@{host}/.insteadOf https://{host}/") for host in hosts
        ]
        commands.append(
            Placed('git config --global core.sshCommand "ssh -o StrictHostKeyChecking=accept-new"')
        )
    return tuple(commands)


def private_decisions(project: GoProject, options: Options) -> Iterator[Decision]:
    """How the build gets at private modules."""
    if not options.private:
        return
    if options.private_by is Access.SSH:
        chose, build = "an SSH agent's mount", "docker build --ssh default ."
    else:
        chose, build = "a secret mount", "docker build --secret id=netrc,src=$HOME/.netrc ."
    yield Decision(
        "private modules",
        f"{chose} for {', '.join(options.private)}: {build}",
        "a mount leaves nothing in a layer, in the history or in the provenance, as ARG and ENV do",
        ("--private-by ssh" if options.private_by is Access.NETRC else "--private-by netrc", "vendor/"),
        project.private.evidence if project.private is not None else None,
    )
