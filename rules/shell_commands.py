"""Programs that a RUN should not need: sudo, a change of folder, passwords."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gendock.dockerfile import Onbuild, Span, User
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_instruction, indent_of
from gendock.lint.mistake import Applicability
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script
from gendock.lint.users import is_root

if TYPE_CHECKING:
    from gendock.shell import Command

# Options of sudo that change no more than the environment.
_HARMLESS = frozenset({"-E", "-H", "-n", "-S", "-EH", "-HE", "--preserve-env", "--set-home", "--", "-k"})
_LONGEST_NUMBER = 5
# A name that is not root's.
_NAME = r"(?!root\Z)[A-Za-z_][\w.-]*"
# `if [ "$(id -u)" -ne 0 ]`: sudo for whoever is not root.
_ASKS_WHO = re.compile(r"(?:\$\(|`)\s*(?:id -u|whoami)\b|\$\{?(?:EUID|UID)\b")


@rule(
    "DL3003",
    "cd-instead-of-workdir",
    severity=Severity.WARNING,
    also=("DS-0013",),
    level=Level.STRICT,
    mentions=("cd",),
)
def cd_instead_of_workdir(script: Script) -> Mistakes:
    """A RUN changes the folder with cd.

    WORKDIR says for all to see where the commands below work, and makes the folder if it is not there. A `cd`
    holds until its RUN ends; whoever moves a line elsewhere has to know that.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        RUN cd tools && go install .

    Good:
        FROM golang:1.26
        WORKDIR /src
        WORKDIR /src/tools
        RUN go install .
        WORKDIR /src
    """
    if isinstance(script.instruction, Onbuild):
        return
    for command in script.calls_of("cd"):
        yield Mistake(
            script.span(command),
            f"`{_written(script, command)}` changes the folder for the rest of this RUN only",
            "set the folder with WORKDIR",
            _workdir(script, command),
        )


def _workdir(script: Script, command: Command) -> Fix | None:
    """Go there with WORKDIR, and back behind the RUN: for a `cd` that begins a RUN which has no other."""
    back = script.stage.working_directory(before=script.instruction)
    if (
        back is None
        or "$" in back
        or script.run.heredocs
        or script.run.flags
        or script.run.command.exec_form
        or sum(1 for _ in script.calls_of("cd", "pushd", "popd")) > 1
        or command is not script.calls[0]
        or command.inside
        or command.after != "&&"
        or len(command.words) != 2
        or not command.words[1].is_plain
        or command.words[1].is_quoted
        or command.words[1].text.startswith(("~", "-"))
        or command.redirects
    ):
        return None
    if script.commands[1].inside:
        return None
    folder = posixpath.normpath(posixpath.join(back, command.words[1].text))
    span = script.run.span
    indent = indent_of(script.source, script.run)
    edits = (
        Edit(Span(span.start, span.start), f"WORKDIR {folder}\n{indent}"),
        Edit(Span(command.start, script.commands[1].start), ""),
        Edit(Span(span.end, span.end), f"\n{indent}WORKDIR {back}"),
    )
    return Fix(f"write WORKDIR {folder}", edits, Applicability.UNSAFE)


@rule(
    "DL3004",
    "sudo",
    severity=Severity.ERROR,
    also=("sudo_usage", "DS-0010", "CKV2_DOCKER_1", "DKL-DI-0001"),
    mentions=("sudo",),
)
def sudo(context: BuildContext) -> Mistakes:
    """A RUN uses sudo.

    The commands of a RUN are root's until a USER says otherwise, so sudo has nothing to add, and most base
    images have none. Behind a USER, write `USER root` above the RUN, and the user again below it. A script
    that asks `id -u` first, and takes sudo only where it is not root's, is left alone by the default profile.

    Bad:
        FROM debian:13
        RUN sudo apt-get update

    Good:
        FROM debian:13
        RUN apt-get update

    Bad:
        FROM discourse/base:2.0
        RUN sudo -u discourse bundle install
    """
    from gendock.shell import layers

    for script in context.scripts:
        if "sudo" not in script.text or (not context.is_doubted and _ASKS_WHO.search(script.text)):
            continue
        for command in script.commands:
            found = next((layer for layer in layers(command) if layer.program == "sudo"), None)
            if found is not None:
                yield Mistake(
                    script.span(found.words[0]),
                    "`sudo` does in a RUN what USER is for",
                    _instead_of_sudo(found),
                    _without_sudo(script, found),
                )


def _instead_of_sudo(command: Command) -> str:
    user = _user_of_sudo(command)
    if user is None:
        return "leave sudo out where the RUN is root's already; else put `USER root`, or another, above it"
    return f"put `USER {user}` above what {user} has to run, and `USER root` again below it"


def _user_of_sudo(command: Command) -> str | None:
    """Return as whom sudo runs a program, where it names another than root."""
    words = iter(command.words[1:])
    for word in words:
        if word.text in ("-u", "--user"):
            name = next(words, None)
            return name.text if name is not None and re.fullmatch(_NAME, name.text) else None
        if word.text not in _HARMLESS:
            return None
    return None


def _without_sudo(script: Script, command: Command) -> Fix | None:
    """Leave sudo out, where nothing says that another user is meant."""
    start = script.instruction.span.start
    users = [user for user in script.stage.of(User) if user.span.start < start]
    inherited = script.stage.parent.user() if script.stage.parent else None
    user = users[-1] if users else inherited
    if user is not None and not is_root(user):
        return None
    words = command.words[1:]
    while words and words[0].text in _HARMLESS:
        words = words[1:]
    if not words or words[0].text.startswith("-"):
        return None
    edit = Edit(Span(command.words[0].start, words[0].start), "")
    return Fix("leave sudo out", (edit,), Applicability.UNSAFE)


@rule("DL3046", "useradd-high-number", severity=Severity.WARNING, mentions=("useradd",))
def useradd_high_number(script: Script) -> Mistakes:
    """A user with a high number makes the image huge.

    useradd keeps a log with a place for every number up to the new one. It is a file full of holes, which a
    layer stores with its holes filled: gigabytes for a number such as 1000700000. `-l` leaves the log alone.

    Bad:
        FROM debian:13
        RUN useradd -u 1000700000 app

    Good:
        FROM debian:13
        RUN useradd -l -u 1000700000 app
    """
    from gendock.shell import options_of

    for command in script.calls_of("useradd"):
        options = options_of(command, valued=("u", "uid", "g", "gid", "G", "groups", "d", "s", "c", "K", "p"))
        number = options.value("u", "uid") or ""
        if not options.has("l", "no-log-init") and number.isdecimal() and len(number) > _LONGEST_NUMBER:
            edit = script.insert_behind(command.words[0], "-l")
            yield Mistake(
                script.span(next(word for name, word in options.values if name in ("u", "uid"))),
                f"`useradd` with a number as high as {number} fills the layer with an empty log",
                "add `-l`",
                Fix("add -l", (edit,), Applicability.UNSAFE),
            )


@rule(
    "GD309",
    "password-in-image",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_17",),
    mentions=("chpasswd",),
)
def password_in_image(script: Script) -> Mistakes:
    """A RUN sets a password.

    Whoever has the image has the password, or what it takes to guess it, and all containers share it.
    Containers need none: a user without a password can't log in, and USER asks for none. A RUN that reads the
    password from a secret is left alone.

    Bad:
        FROM debian:13
        RUN echo "root:changeme" | chpasswd
        CMD ["/bin/bash"]

    Good:
        FROM debian:13
        CMD ["/bin/bash"]

    Bad:
        FROM debian:13
        RUN useradd app && echo "app:app" | chpasswd

    Good:
        FROM debian:13
        RUN useradd app
    """
    for at, command in enumerate(script.calls):
        if command.program == "chpasswd" and "/run/secrets/" not in script.text:
            edit = _without_password(script, at)
            yield Mistake(
                script.span(command.words[0]),
                "`chpasswd` sets a password that everybody with the image knows, or can guess",
                "leave it out: USER needs no password",
                Fix("set no password", (edit,), Applicability.UNSAFE) if edit else None,
            )


def _without_password(script: Script, at: int) -> Edit | None:
    """Take `echo name:password | chpasswd` out: alone, or with the `&&` that joins it to another command."""
    calls = script.calls
    echo, command = calls[at - 1], calls[at]
    if (
        at == 0
        or echo.program not in ("echo", "printf")
        or command.before != "|"
        or command.redirects
        or echo.inside != command.inside
    ):
        return None
    if len(calls) == 2:
        return delete_instruction(script.source, script.instruction)
    if command.after == "&&" and calls[at + 1].inside == command.inside:
        return Edit(Span(script.commands[at - 1].start, script.commands[at + 1].start), "")
    if echo.before == "&&" and not command.after:
        before = script.source.text[script.run.span.start : echo.start].rpartition("&&")[0]
        start = script.run.span.start + len(before.rstrip(" \t\r\n\\`"))
        return Edit(Span(start, command.end), "")
    return None


def _written(script: Script, command: Command) -> str:
    return script.source.text[command.start : command.end]
