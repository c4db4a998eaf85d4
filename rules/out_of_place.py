"""Programs that make no sense in a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.scripts import Script

if TYPE_CHECKING:
    from gendock.shell import Command

_OUT_OF_PLACE = {
    "free": "it shows the build machine's memory, not of the container's",
    "kill": "nothing runs in a RUN that was not started in it",
    "mount": "a RUN may not mount, and a mount is not part of an image",
    "ps": "nothing runs in a RUN that was not started in it",
    "service": "what it starts ends with the RUN",
    "shutdown": "there is no machine to shut down",
    "ssh": "the build has no keys of its own, and should not get them",
    "top": "there is nobody to watch it",
    "vim": "there is nobody to type",
}
_STARTS = frozenset({"start", "restart"})
# They make no use of a service.
_DO_NOTHING = frozenset({"", ":", "echo", "service", "sleep", "true"})
_SHOWS_VERSION = (("-V",), ("-v",), ("--version",), ("--help",))


@rule("DL3001", "command-out-of-place", severity=Severity.INFO, mentions=tuple(_OUT_OF_PLACE))
def command_out_of_place(context: BuildContext) -> Mistakes:
    """A RUN calls a program that makes no sense in a build.

    A RUN is not a machine that goes on: no service keeps running after it, nobody types, nothing is mounted
    afterwards. What should run in the container belongs in CMD or ENTRYPOINT. The default profile lets
    `ssh -V` show that ssh is there, and a service run for the commands behind it in the same RUN, such as a
    database that is filled.

    Bad:
        FROM debian:13
        RUN service nginx start
    """
    for script in context.scripts:
        for command in script.calls_of(*_OUT_OF_PLACE):
            if not context.is_doubted and (command.texts in _SHOWS_VERSION or _serves(script, command)):
                continue
            why = _OUT_OF_PLACE["kill" if _verb(command) == "stop" else command.program]
            yield Mistake(
                script.span(command.words[0]),
                f"`{command.program}` makes no sense in a RUN: {why}",
                "leave it out; what the container has to run belongs in CMD or ENTRYPOINT",
            )


def _serves(script: Script, command: Command) -> bool:
    """Tell whether a service is started for what its RUN does then, or stopped after that."""
    if command.program != "service":
        return False
    verb = _verb(command)
    if verb == "stop":
        return any(one.start < command.start and _verb(one) in _STARTS for one in script.calls_of("service"))
    behind = (one.program for one in script.calls if one.start > command.start)
    return verb in _STARTS and any(program not in _DO_NOTHING for program in behind)


def _verb(command: Command) -> str:
    return command.texts[1] if len(command.texts) > 1 else ""
