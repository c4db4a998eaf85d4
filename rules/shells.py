"""Which shell a RUN has: failures that a pipe hides, and /bin/sh put in another's place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.dockerfile import Onbuild, Run
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.base_shells import has_busybox, may_set_shell
from gendock.lint.bases import is_scratch, root_base
from gendock.lint.context import BuildContext
from gendock.lint.edits import insert_line
from gendock.lint.fragments import is_fragment
from gendock.lint.mistake import Applicability
from gendock.lint.pipes import unseen
from gendock.lint.readings import Reading, insert_first, is_shell, readings
from gendock.lint.scripts import DEFAULT_SHELL, Script

if TYPE_CHECKING:
    from gendock.shell import Command

_WITH_PIPEFAIL = ("bash", "zsh", "ksh", "ash")
_SHELL_PATH = r"(?:/\S*/)?(?:ba|z|k|da|a)sh"


@rule("DL4006", "pipe-without-pipefail", severity=Severity.WARNING, needs=(Run,))
def pipe_without_pipefail(context: BuildContext) -> Mistakes:
    """A pipe hides the failure of what feeds it.

    A shell only looks at the last program of a pipe. When a download fails, what it is piped into gets an
    empty text, is content, and the build goes on without the files. With `pipefail` the RUN fails where it
    should. bash knows that option, and Alpine's /bin/ash; Debian's /bin/sh does since Debian 13 only. What
    cannot fail, such as `echo`, is not named, nor is a pipe into what fails where it gets nothing, such as
    `grep`, or the beginning only, such as `tar -xz` and `gpg --dearmor`, nor one that fills a variable which
    a test looks at. In `mv "$(ls | head -n 1)" app` the option has no effect: mv's own status is what counts.
    A base image may have a SHELL with pipefail of its own: of images that are neither a distribution's nor
    Docker's own, the default profile says nothing.

    Bad:
        FROM buildpack-deps:trixie
        RUN curl -fsSL https://example.com/install.sh | sh

    Good:
        FROM buildpack-deps:trixie
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN curl -fsSL https://example.com/install.sh | sh

    Bad:
        FROM buildpack-deps:trixie
        RUN ["bash", "-c", "curl -fsSL https://example.com/install.sh | sh"]

    Good:
        FROM buildpack-deps:trixie
        RUN ["bash", "-o", "pipefail", "-c", "curl -fsSL https://example.com/install.sh | sh"]
    """
    for stage in context.stages:
        first: Script | None = None
        for script in context.scripts_of(stage):
            if "|" not in script.text or isinstance(script.instruction, Onbuild):
                continue
            for reading in readings(script):
                command = unseen(reading)
                if command is None or _is_unknown(context, script, reading):
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


def _is_unknown(context: BuildContext, script: Script, reading: Reading) -> bool:
    """Tell whether the base image may have set another shell, with pipefail, than the one without SHELL."""
    if context.is_doubted or is_scratch(script.stage) or is_fragment(script.stage):
        return False
    is_own = reading.starter is None and reading.shell == script.shell == DEFAULT_SHELL
    return is_own and may_set_shell(script.stage)


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
    an update of the package undoes it. SHELL sets the shell of the instructions below, and nothing else. In
    an image that has no /bin/sh, as distroless and scratch are, a link takes nobody's place.

    Bad:
        FROM debian:13
        RUN ln -sf /bin/bash /bin/sh

    Good:
        FROM debian:13
        SHELL ["/bin/bash", "-c"]
    """
    has_none = is_scratch(script.stage) or "distroless" in (root_base(script.stage) or "")
    for command in script.calls_of("ln") if not has_none else ():
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
