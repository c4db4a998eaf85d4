"""Which shell a RUN has: failures that a pipe hides, and /bin/sh put in another's place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from gendock.dockerfile import Onbuild, Run
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.base_shells import has_busybox
from gendock.lint.context import BuildContext
from gendock.lint.edits import insert_line
from gendock.lint.mistake import Applicability
from gendock.lint.readings import Reading, insert_first, is_shell, readings, sets_option
from gendock.lint.scripts import DEFAULT_SHELL, Script
from gendock.shell import Inside, options_of

if TYPE_CHECKING:
    from gendock.shell import Command

_PIPES = ("|", "|&")
_SURE = frozenset({"", "echo", "printf", "true", ":", "yes"})
_GREPS = frozenset({"grep", "egrep", "fgrep"})
_VALUED_BY_GREP = ("A", "B", "C", "D", "d", "e", "f", "m", "regexp", "file", "max-count")
_SUMS = re.compile(r"(?:sha\d+|md5|b2)sum")
_WITH_PIPEFAIL = ("bash", "zsh", "ksh", "ash")
_SHELL_PATH = r"(?:/\S*/)?(?:ba|z|k|da|a)sh"


@rule("DL4006", "pipe-without-pipefail", severity=Severity.WARNING, needs=(Run,))
def pipe_without_pipefail(context: BuildContext) -> Mistakes:
    """A pipe hides the failure of what feeds it.

    A shell only looks at the last program of a pipe. When a download fails, what it is piped into gets an
    empty text, is content, and the build goes on without the files. With `pipefail` the RUN fails where it
    should. bash knows that option, and Alpine's /bin/ash; Debian's /bin/sh does since Debian 13 only. What
    cannot fail, such as `echo`, is not named, nor is a pipe into `grep`, which fails where it gets nothing.
    In `mv "$(ls | head -n 1)" app` the option has no effect: mv's own status is what counts.

    Bad:
        FROM buildpack-deps:trixie
        RUN curl -fsSL https://example.com/app.tgz | tar -xz

    Good:
        FROM buildpack-deps:trixie
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN curl -fsSL https://example.com/app.tgz | tar -xz

    Bad:
        FROM buildpack-deps:trixie
        RUN ["bash", "-c", "curl -fsSL https://example.com/app.tgz | tar -xz"]

    Good:
        FROM buildpack-deps:trixie
        RUN ["bash", "-o", "pipefail", "-c", "curl -fsSL https://example.com/app.tgz | tar -xz"]
    """
    for stage in context.stages:
        first: Script | None = None
        for script in context.scripts_of(stage):
            if "|" not in script.text or isinstance(script.instruction, Onbuild):
                continue
            for reading in readings(script):
                command = _unseen(reading)
                if command is None:
                    continue
                # One SHELL above the first serves all that follow.
                if first is None or first.shell != script.shell:
                    first = script
                yield Mistake(
                    script.span(command),
                    f"if `{command.program}` fails, the pipe hides it and the build continues",
                    'put `SHELL ["/bin/bash", "-o", "pipefail", "-c"]` above (on Alpine `/bin/ash`)',
                    _with_pipefail(script, reading, first),
                )


def _unseen(reading: Reading) -> Command | None:
    """Return the first command whose failure a pipe hides."""
    if sets_option(reading.shell, "pipefail"):
        return None
    for at, command in enumerate(reading.commands):
        if command.program == "set" and sets_option(command.texts, "pipefail"):
            return None
        if command.before in _PIPES and not _refuses_nothing(command) and _counts(reading.commands, at):
            feeding = tuple(_feeding(reading.commands, at))
            failing = [one for one in feeding if not _is_sure(one)]
            if failing and not _ends_in_grep(reading.commands, at, len(feeding[0].inside)):
                return min(failing, key=lambda one: one.start)
    return None


def _feeding(commands: tuple[Command, ...], at: int) -> Iterator[Command]:
    """Yield what stands left of the pipe in front of a command: one command, or those of a group."""
    group: tuple[str, ...] | None = None
    for one in reversed(commands[:at]):
        both = zip(one.inside, commands[at].inside, strict=False)
        depth = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
        # The failure of what a word is made from is not seen in any case.
        if "substitution" in one.inside[depth:]:
            continue
        if group is not None and one.inside[: len(group)] != group:
            return
        yield one
        if len(one.inside) == depth:
            return
        group = one.inside[: depth + 1]


def _counts(commands: tuple[Command, ...], at: int) -> bool:
    """Tell whether anybody looks at a pipe's status: of a substitution's, only a bare assignment does."""
    inside = commands[at].inside
    if Inside.SUBSTITUTION not in inside:
        return True
    outside = inside[: len(inside) - 1 - inside[::-1].index(Inside.SUBSTITUTION)]
    start = commands[at].start
    return any(
        one.inside == outside and not one.words and one.start <= start < one.end for one in commands[:at]
    )


def _ends_in_grep(commands: tuple[Command, ...], at: int, depth: int) -> bool:
    """Tell whether the last program of a pipe is a grep, which fails where it gets nothing."""
    last = commands[at]
    if len(last.inside) > depth:
        return False
    for one in commands[at + 1 :]:
        if one.inside == last.inside and one.before in _PIPES:
            last = one
        elif len(one.inside) <= len(last.inside):
            break
    if last.program not in _GREPS or last.after in _PIPES:
        return False
    turned = ("v", "invert-match", "c", "count", "L", "files-without-match")
    return not options_of(last, valued=_VALUED_BY_GREP).has(*turned)


def _is_sure(command: Command) -> bool:
    """Tell whether a command cannot fail; `yes` always does, and would stop each build."""
    # Without a file, cat passes a heredoc on.
    return command.program in _SURE or (command.program == "cat" and not command.texts)


def _refuses_nothing(command: Command) -> bool:
    """Tell whether a command fails where it gets nothing: sums to compare, of which there are none."""
    return _SUMS.fullmatch(command.program) is not None and any(
        text in ("-c", "--check") for text in command.texts
    )


def _with_pipefail(script: Script, reading: Reading, first: Script) -> Fix | None:
    """Set pipefail in the shell that reads the pipe."""
    import json

    if reading.starter is not None:
        if not is_shell(reading.shell, *_WITH_PIPEFAIL):
            return None
        edit = script.insert_behind(reading.starter.words[0], "-o", "pipefail")
        return Fix(f"give {reading.shell[0]} -o pipefail", (edit,), Applicability.UNSAFE)
    if reading.piece is not None and reading.shell != script.shell:
        if not is_shell(reading.shell, *_WITH_PIPEFAIL):
            return None
        edit = insert_first(script, reading.piece, "set -o pipefail")
        return Fix("begin with set -o pipefail", (edit,), Applicability.UNSAFE)
    shell = list(first.shell)
    if first.shell == DEFAULT_SHELL:
        shell[0] = "/bin/ash" if has_busybox(first.stage) else "/bin/bash"
    elif not is_shell(first.shell, *_WITH_PIPEFAIL) or shell[-1] != "-c":
        return None
    words = json.dumps([*shell[:-1], "-o", "pipefail", "-c"])
    edit = insert_line(first.source, first.instruction, f"SHELL {words}")
    return Fix(f"put SHELL {words} above", (edit,), Applicability.UNSAFE)


@rule("DL4005", "sh-replaced", severity=Severity.WARNING, mentions=("ln",))
def sh_replaced(script: Script) -> Mistakes:
    """A RUN puts another shell in the place of /bin/sh.

    All scripts of the image that begin with `#!/bin/sh` then run with a shell they were not written for, and
    an update of the package undoes it. SHELL sets the shell of the instructions below, and nothing else.

    Bad:
        FROM debian:13
        RUN ln -sf /bin/bash /bin/sh

    Good:
        FROM debian:13
        SHELL ["/bin/bash", "-c"]
    """
    for command in script.calls_of("ln"):
        word = next((word for word in command.arguments if word.text == "/bin/sh"), None)
        if word is not None:
            yield Mistake(
                script.span(word),
                "/bin/sh becomes a different shell from the one the image's programs expect",
                'set the shell with SHELL, as in `SHELL ["/bin/bash", "-c"]`',
                _with_shell(script, command),
            )


def _with_shell(script: Script, command: Command) -> Fix | None:
    """Write SHELL in place of a RUN that does nothing else than to replace /bin/sh."""
    import json

    for other in script.calls:
        removes = other.program in ("rm", "mv") and "/bin/sh" in other.texts
        if other is not command and not removes:
            return None
    shells = [text for text in command.texts if re.fullmatch(_SHELL_PATH, text) and text != "/bin/sh"]
    if len(shells) != 1 or isinstance(script.instruction, Onbuild) or script.run.heredocs:
        return None
    path = shells[0] if shells[0].startswith("/") else f"/bin/{shells[0]}"
    words = json.dumps([path, "-c"])
    return Fix(f"write SHELL {words}", (Edit(script.run.span, f"SHELL {words}"),), Applicability.UNSAFE)
