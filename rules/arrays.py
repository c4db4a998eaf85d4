"""Arrays: CMD, ENTRYPOINT, HEALTHCHECK and RUN with their words as JSON."""

from __future__ import annotations

from gendock.dockerfile import Cmd, CommandLine, Entrypoint, Span, Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import SHELLS, is_windows
from gendock.lint.mistake import Applicability, Edit, Fix, replace
from gendock.lint.starting import array_of, command_lines

_SHELL_WORDS = frozenset({"&&", "||", "|", ";", ">", ">>", "<", "2>&1", "&"})
# They have operands that look like operators.
_OF_WINDOWS = (".cmd", ".bat", ".exe")
_OPERATOR_PROGRAMS = frozenset({"[", "test", "expr", "find", "tini", "dumb-init"})


@rule("GD219", "unsplit-array", severity=Severity.ERROR, mentions=("[",))
def unsplit_array(stage: Stage) -> Mistakes:
    """An array holds a whole command line in one word, or shell operators.

    The first word of the array is the program's name, spaces included: `CMD ["go run main.go"]` looks for a
    program called `go run main.go`. Nobody reads `&&` there either: it becomes an argument.

    Bad:
        FROM golang:1.26
        CMD ["go run main.go"]

    Good:
        FROM golang:1.26
        CMD ["go", "run", "main.go"]

    Bad:
        FROM debian:12
        CMD ["/migrate", "&&", "/server"]

    Good:
        FROM debian:12
        CMD ["/bin/sh", "-c", "/migrate && /server"]
    """
    arrays = [(one, line) for one, line in command_lines(stage) if line.exec_form]
    # Windows gets the array as one line, and cmd reads operators in it.
    if not arrays or is_windows(stage):
        return
    starts = stage.last(Entrypoint)
    for instruction, line in arrays:
        # Behind an ENTRYPOINT, CMD has arguments only.
        if isinstance(instruction, Cmd) and starts is not None:
            continue
        first, words = line.words[0], [word.text for word in line.words]
        program = words[0].rpartition("/")[2]
        operator = next((word for word in line.words[1:] if word.text in _SHELL_WORDS), None)
        if _is_command_line(words[0]):
            split = array_of(" ".join(words)) if len(words) == 1 else None
            yield Mistake(
                first.span,
                f"no program is called `{words[0]}`: each word must be its own element",
                f"write {split}" if split else "split it at its spaces",
                replace(line.span, split, f"write {split}", safe=False) if split else None,
            )
        elif (
            operator is not None
            and program not in SHELLS | _OPERATOR_PROGRAMS
            and not program.endswith(_OF_WINDOWS)
        ):
            yield Mistake(
                operator.span,
                f"`{operator.text}` only works in a shell: here {words[0]} gets it as an argument",
                'write `["/bin/sh", "-c", "..."]` around it',
                _with_shell(line, words),
            )
        elif program in SHELLS - {"busybox"} and len(words) == 2 and _is_script(words[1]):
            text = '["' + words[0] + '", "-c", '
            yield Mistake(
                line.words[1].span,
                f"{words[0]} takes `{words[1]}` for the name of a file",
                f"write {text}...]",
                Fix("add -c", (Edit(Span(first.span.end, first.span.end), ', "-c"'),), Applicability.UNSAFE),
            )


def _is_command_line(word: str) -> bool:
    """Tell whether a word is a command line rather than a program whose name has spaces."""
    first, _, rest = word.strip().partition(" ")
    return bool(rest.strip()) and "\\" not in word and not first.startswith(("-", "$")) and "=" not in first


def _is_script(word: str) -> bool:
    return " " in word.strip() and not word.startswith("-")


def _with_shell(line: CommandLine, words: list[str]) -> Fix | None:
    parts = [word if word in _SHELL_WORDS else array_of(word) and word for word in words]
    if None in parts or any(" " in word for word in words):
        return None
    script = " ".join(words)
    return replace(line.span, f'["/bin/sh", "-c", "{script}"]', "run it by a shell", safe=False)
