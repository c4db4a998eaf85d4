"""What a container starts, and as whom."""

from __future__ import annotations

import json
import re

from gendock.dockerfile import Cmd, Entrypoint, Shell, Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import replace

# A command line that a shell would hand to the program word by word, unchanged.
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]+(?:[ \t]+[A-Za-z0-9_./:@%+,=-]+)*")
# One word of an array that was not understood: nothing that a shell or JSON would read differently.
_WORD = re.compile(r"[A-Za-z0-9_./:@%+=-]+")


def _array(words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _meant_array(text: str) -> str | None:
    """The array that a text tries to be: in single quotes, without quotes, or with one that is not closed."""
    if not text.startswith("[") or "[ " in text[:2] or text.startswith("[["):
        return None
    words = [word.strip().strip("'\"").strip() for word in text.strip("[] \t").split(",")]
    words = [word for word in words if word]
    return _array(words) if words and all(_WORD.fullmatch(word) for word in words) else None


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
        if array := _meant_array(text):
            advice = f"it is no JSON: did you mean `{command.name} {array}`?"
            fix = replace(line.span, array, f"write {command.name} {array}", safe=False)
        elif _PLAIN.fullmatch(text):
            array = _array(text.split())
            advice = f"write `{command.name} {array}`"
            fix = replace(line.span, array, advice, safe=False)
        yield Mistake(
            line.span,
            f"{command.name} is in shell form: a shell is process 1, and signals do not reach the program",
            advice,
            fix,
            also=() if has_shell else None,
        )
