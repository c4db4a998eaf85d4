"""What a RUN does not do: stop at a failure in the middle, or keep what only its shell knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.dockerfile import Onbuild, Span
from gendock.lint import Applicability, Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.base_shells import may_set_shell
from gendock.lint.edits import indent_of
from gendock.lint.readings import Reading, insert_first, readings, sets_option
from gendock.lint.scripts import DEFAULT_SHELL, Script

if TYPE_CHECKING:
    from gendock.shell import Command, Word

# What cannot fail, or says on purpose how the script ends.
_CERTAIN = frozenset(
    ("", ":", "true", "echo", "printf", "export", "set", "unset", "alias", "exit", "return", "trap", "umask")
)
_ENDS = ("\n", ";")
# Commands whose effect is the shell's own.
_FORGOTTEN = frozenset({"", "cd", "export", "alias", "unalias", "unset", "umask", "source", ".", "pushd"})
# Files that set variables and functions, and do nothing else.
_SETTINGS = r"(?:activate|\.?(?:bashrc|bash_profile|profile|zshrc|env)|\S+\.env|nvm\.sh|setup\.bash)"
# Blanks and continuations at the end; a backtick is one only where its line ends.
_PARTING = r"(?:\s|[\\`](?=[ \t]*\r?\n))+\Z"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
# What ENV takes as the shell does: no blanks without quotes, no patterns, nothing that is run.
_ENV_VALUE = r"[\w./:,@%+=-]*(?:\$\{?\w+\}?[\w./:,@%+=-]*)*|\"(?:[^\"\\`$]|\$\{?\w+\}?)*\"|'[^'\\$]*'"


@rule("GD310", "heredoc-without-errexit", severity=Severity.WARNING, mentions=("<<",))
def heredoc_without_errexit(script: Script) -> Mistakes:
    """A heredoc continues after a command that failed.

    A script's exit code is that of its last command. In `RUN a && b` a failure of `a` ends the RUN; on lines
    of their own, `b` still runs, and if it works the build continues with half of what it needs.
    `set -e` ends the script at the first failure. An image of your own may have a SHELL that does so, too:
    there, nothing is said.

    Bad:
        FROM debian:13
        RUN <<EOF
        apt-get update
        apt-get install -y --no-install-recommends curl
        EOF

    Good:
        FROM debian:13
        RUN <<EOF
        set -e
        apt-get update
        apt-get install -y --no-install-recommends curl
        EOF
    """
    if script.shell == DEFAULT_SHELL and may_set_shell(script.stage):
        return
    for reading in readings(script):
        if (
            reading.piece is None
            or not reading.piece.is_heredoc
            or sets_option(reading.shell, "errexit", "e")
        ):
            continue
        command = _unseen(reading)
        if command is not None:
            yield Mistake(
                script.span(command.words[0]),
                f"the script continues if `{command.program}` fails here, and the build does not notice",
                "begin the heredoc with the line `set -e`",
                Fix(
                    "begin with set -e",
                    (insert_first(script, reading.piece, "set -e"),),
                    Applicability.UNSAFE,
                ),
            )


def _unseen(reading: Reading) -> Command | None:
    """Return the first command that may fail while the script goes on."""
    from gendock.shell import Inside

    asked = {Inside.CONDITION, Inside.SUBSTITUTION, Inside.FUNCTION, Inside.NEGATION}
    for at, command in enumerate(reading.commands[:-1]):
        if command.program == "set" and sets_option(command.texts, "errexit", "e"):
            return None
        if command.program in _CERTAIN or command.after not in _ENDS or asked.intersection(command.inside):
            continue
        # The last command of a branch is the last one of the script, if nothing comes behind it.
        if any(not one.inside or one.inside == command.inside for one in reading.commands[at + 1 :]):
            return command
    return None


@rule(
    "GD311",
    "effect-ends-with-run",
    severity=Severity.WARNING,
    mentions=("cd", "export", "alias", "source", ".", "unset", "umask", "pushd", "="),
)
def effect_ends_with_run(script: Script) -> Mistakes:
    """A RUN ends with something that only its own shell remembers.

    Each RUN has a shell of its own, which is gone at its end with its folder, its variables and its aliases;
    only files stay. `RUN cd /src` and `RUN export PATH=...` do nothing for the instructions below them:
    WORKDIR and ENV do.

    Bad:
        FROM golang:1.26
        RUN cd /src
        COPY . .

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .

    Bad:
        FROM debian:13
        RUN mkdir /opt/app && export PATH=/opt/app:$PATH

    Good:
        FROM debian:13
        RUN mkdir /opt/app
        ENV PATH=/opt/app:$PATH
    """
    if script.run.command.exec_form or script.run.heredocs:
        return
    forgotten: list[Command] = []
    for at, command in reversed(list(enumerate(script.commands))):
        if command.before in ("|", "|&") or not _is_forgotten(command):
            break
        # Who went somewhere may go back.
        if command.program == "cd" and any(one.program in ("cd", "pushd") for one in script.commands[:at]):
            break
        forgotten.append(command)
        if command.before != "&&":
            break
    for command in reversed(forgotten):
        last = len(forgotten) == 1
        yield Mistake(
            script.span(command),
            f"`{_short(script, command)}` is forgotten after this RUN: later instructions do not see it",
            _advice(command),
            _lasting(script, command) if last else None,
        )


def _is_forgotten(command: Command) -> bool:
    if command.inside or command.redirects or command.program not in _FORGOTTEN:
        return False
    if command.program in ("source", "."):
        return bool(command.texts) and bool(re.fullmatch(_SETTINGS, command.texts[0].rpartition("/")[2]))
    # What is run to get a value may leave files.
    return not any("$(" in word.text or "`" in word.text for word in (*command.words, *command.assignments))


def _advice(command: Command) -> str:
    if command.program in ("cd", "pushd"):
        return "set the folder with WORKDIR"
    if command.program in ("source", "."):
        return "set the variables with ENV, or write the commands that need them into the same RUN"
    if command.program in ("", "export"):
        return "set the variable with ENV, or write the commands that need it into the same RUN"
    return "leave it out, or write the commands that need it into the same RUN"


def _lasting(script: Script, command: Command) -> Fix | None:
    """Write WORKDIR or ENV, in place of the RUN or behind it."""
    instruction = _instruction(script, command)
    span = script.run.span
    if instruction is None or isinstance(script.instruction, Onbuild) or command.end != span.end:
        return None
    if command is script.commands[0]:
        return Fix(f"write {instruction}", (Edit(span, instruction),), Applicability.UNSAFE)
    if command.before != "&&":
        return None
    before = re.sub(_PARTING, "", script.source.text[span.start : command.start].rpartition("&&")[0])
    line = f"\n{indent_of(script.source, script.run)}{instruction}"
    edit = Edit(Span(span.start + len(before), span.end), line)
    return Fix(f"write {instruction}", (edit,), Applicability.UNSAFE)


def _instruction(script: Script, command: Command) -> str | None:
    text = script.source.text
    if command.program == "cd":
        words = command.arguments
        plain = len(words) == 1 and words[0].is_plain and words[0].text not in ("-", "")
        return f"WORKDIR {text[words[0].start : words[0].end]}" if plain else None
    if command.program not in ("", "export"):
        return None
    pairs = (*command.assignments, *command.arguments)
    written = [text[pair.start : pair.end] for pair in pairs]
    return f"ENV {' '.join(written)}" if written and all(map(_is_pair, pairs, written)) else None


def _is_pair(word: Word, written: str) -> bool:
    name, equals, value = written.partition("=")
    known = bool(re.fullmatch(_NAME, name)) and bool(equals) and not word.text.startswith("-")
    return known and bool(re.fullmatch(_ENV_VALUE, value))


def _short(script: Script, command: Command) -> str:
    return " ".join(script.source.text[command.start : command.end].split())
