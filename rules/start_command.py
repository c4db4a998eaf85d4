"""What a container starts, and how."""

from __future__ import annotations

import re

from gendock.dockerfile import Cmd, CommandLine, Entrypoint, Healthcheck, Shell, Stage
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_windows
from gendock.lint.mistake import replace
from gendock.lint.starting import PLAIN, literal_words, written_array

# A plain command line with variables, of which a shell makes the words.
_WITH_VARIABLES = r"(?:[A-Za-z0-9_./:@%+,=\" \t-]|\$\w++|\$\{\w+\})+"
# How cmd writes a variable.
_OF_CMD = r"%\w+%"
# One word in quotes, which any shell would take off.
_QUOTED = r"\"[A-Za-z0-9_./:@%+,-]+\"|'[A-Za-z0-9_./:@%+,-]+'"
_OR_EXIT = r"\s*\|\|\s*exit\s+[1-9]\d*\s*\Z"
# What only a shell knows.
_BUILT_IN = frozenset(
    {".", ":", "alias", "cd", "eval", "exec", "exit", "export", "set", "source", "ulimit", "umask"}
)
# One word of an array that was not understood: nothing that a shell or JSON would read differently.
_WORD = r"[A-Za-z0-9_./:@%+=-]+"


def _meant_array(text: str) -> str | None:
    """The array that a text tries to be: in single quotes, without quotes, or with one that is not closed."""
    if not text.startswith("[") or "[ " in text[:2] or text.startswith("[["):
        return None
    words = [word.strip().strip("'\"").strip() for word in text.strip("[] \t").split(",")]
    words = [word for word in words if word]
    return written_array(words) if words and all(re.fullmatch(_WORD, word) for word in words) else None


@rule(
    "DL3025",
    "shell-form",
    severity=Severity.WARNING,
    also=("JSONArgsRecommended",),
    needs=(Cmd, Entrypoint, Healthcheck),
)
def shell_form(stage: Stage) -> Mistakes:
    """CMD, ENTRYPOINT or HEALTHCHECK is in shell form.

    The program then runs below `/bin/sh -c`: the shell is process 1, SIGTERM ends there, and `docker stop`
    kills the program after ten seconds in the middle of its work. In an image without a shell, as distroless
    and scratch are, it does not start at all. `exec` in front puts the program in the shell's place, and
    signals reach it; a shell is still needed. JSON does not expand variables: where there are some, let the
    array name the shell, as in `CMD ["sh", "-c", "exec ./server --port $PORT"]`. Behind an ENTRYPOINT in
    exec form, CMD is its arguments, and in shell form these are `/bin/sh`, `-c` and the text. A HEALTHCHECK
    gets no signals: it is named only where an array says the same, and no shell is needed.

    Bad:
        FROM debian:12
        CMD ./server --port 8080

    Good:
        FROM debian:12
        CMD ["./server", "--port", "8080"]

    Bad:
        FROM debian:12
        HEALTHCHECK CMD curl -f http://localhost:8080/ || exit 1

    Good:
        FROM debian:12
        HEALTHCHECK CMD ["curl", "-f", "http://localhost:8080/"]
    """
    if not stage.has(Cmd, Entrypoint, Healthcheck):
        return
    # BuildKit takes a SHELL of one's own for a decision, from there on, also in stages on top.
    has_shell = any(one.has(Shell) for one in stage.lineage() if one is not stage)
    entrypoint = stage.last(Entrypoint)
    is_argument = entrypoint is not None and entrypoint.command.exec_form
    for command in stage.instructions:
        has_shell = has_shell or isinstance(command, Shell)
        if not isinstance(command, Cmd | Entrypoint | Healthcheck):
            continue
        line = command.command
        if line is None or line.exec_form or not line.words:
            continue
        is_check = isinstance(command, Healthcheck)
        if is_check and _needs_shell(line.words[0].text):
            continue
        keyword = "HEALTHCHECK CMD" if is_check else command.name
        gives = is_argument and isinstance(command, Cmd)
        advice, fix = _exec_form(line, keyword, has_shell=has_shell or is_windows(stage))
        yield Mistake(
            line.span,
            f"{keyword} is in shell form: {_why(stage, command, line, gives=gives)}",
            'write its words as an array, as in `CMD ["argument"]`' if gives and not fix else advice,
            fix,
            also=() if has_shell or is_check else None,
        )


def _why(stage: Stage, command: Cmd | Entrypoint | Healthcheck, line: CommandLine, *, gives: bool) -> str:
    if gives:
        return "the ENTRYPOINT gets the words of a shell's call as its arguments"
    if is_windows(stage):
        return "the program runs below `cmd /S /C`, which the image needs for that"
    text = line.words[0].text
    replaced = text.startswith("exec ") and re.fullmatch(_WITH_VARIABLES, text)
    if isinstance(command, Healthcheck) or replaced:
        return "the image needs a shell"
    return "a shell is process 1, and signals do not reach the program"


def _needs_shell(check: str) -> bool:
    """Tell whether a check can only be said to a shell: it has variables, or several commands."""
    alone = _alone(check)
    words = alone.removeprefix("exec ").split()
    if _meant_array(check):
        return False
    return not re.fullmatch(PLAIN, alone) or "=" in words[0] or words[0] in _BUILT_IN


def _alone(check: str) -> str:
    """Return a check without the `|| exit 1` behind it: it fails with any status but 0."""
    return re.sub(_OR_EXIT, "", check)


def _exec_form(line: CommandLine, keyword: str, *, has_shell: bool) -> tuple[str, Fix | None]:
    """Return what to write instead of a command in shell form, and the fix where it is sure."""
    text = line.words[0].text
    if array := _meant_array(text):
        message = f"write {keyword} {array}"
        return f"it is not JSON: did you mean `{keyword} {array}`?", replace(
            line.span, array, message, safe=False
        )
    alone = _alone(text) if keyword.startswith("HEALTH") else text
    call = alone.removeprefix("exec ")
    words = _words(call, has_shell=has_shell)
    first = call.split()[0]
    is_program = "=" not in first and first not in _BUILT_IN
    if not words or not is_program:
        is_call = is_program and re.fullmatch(_WITH_VARIABLES, alone)
        # With a SHELL of one's own, variables may be written in another way.
        if is_call and not has_shell:
            # An array has no variables: a shell puts them in, and gives its place to the program.
            started = written_array(["sh", "-c", f"exec {call}"])
            return f"write `{keyword} {started}`", None
        if has_shell or text.startswith("["):
            return f'write `{keyword} ["program", "argument"]`', None
        return (
            f'put it into a script that ends with `exec program`, and write `{keyword} ["/start.sh"]`',
            None,
        )
    advice = f"write `{keyword} {written_array(words)}`"
    return advice, replace(line.span, written_array(words), advice, safe=False)


def _words(call: str, *, has_shell: bool) -> list[str] | None:
    """Return the words of a call if they mean themselves, also in a shell of one's own, which may be any."""
    if not has_shell:
        return literal_words(call)
    if re.fullmatch(_QUOTED, call):
        return [call[1:-1]]
    return call.split() if re.fullmatch(PLAIN, call) and not re.search(_OF_CMD, call) else None
