"""What a container starts, and as whom."""

from __future__ import annotations

import json
import re

from gendock.dockerfile import Cmd, Entrypoint, Shell, Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import replace

# A command line that a shell would hand to the program word by word, unchanged.
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]+(?:[ \t]+[A-Za-z0-9_./:@%+,=-]+)*")


@rule("DL3025", "shell-form", severity=Severity.WARNING, also=("JSONArgsRecommended",))
def shell_form(stage: Stage) -> Mistakes:
    """CMD or ENTRYPOINT is in shell form.

    The program then runs below `/bin/sh -c`: the shell is process 1, SIGTERM ends there, and `docker stop`
    kills the program after ten seconds in the middle of its work. In an image without a shell, as distroless
    and scratch are, it does not start at all.

    Bad:
        FROM debian:12
        CMD ./server --port 8080
    """
    # BuildKit takes a SHELL of one's own for a decision.
    has_shell = next(stage.of(Shell), None) is not None
    for command in (*stage.of(Cmd), *stage.of(Entrypoint)):
        line = command.command
        if line.exec_form or not line.words:
            continue
        text = line.words[0].text
        fix = None
        advice = f'write `{command.name} ["program", "argument"]`'
        if _PLAIN.fullmatch(text):
            array = json.dumps(text.split(), ensure_ascii=False)
            advice = f"write `{command.name} {array}`"
            fix = replace(line.span, array, advice, safe=False)
        yield Mistake(
            line.span,
            f"{command.name} is in shell form: a shell is process 1, and signals do not reach the program",
            advice,
            fix,
            also=() if has_shell else None,
        )
