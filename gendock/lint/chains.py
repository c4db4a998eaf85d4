"""Edits of a script's chain of commands: one more behind another, or one less."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.dockerfile import Span
from gendock.lint.edits import delete_instruction
from gendock.lint.mistake import Edit
from gendock.shell import Inside

if TYPE_CHECKING:
    from gendock.lint.scripts import Script
    from gendock.shell import Command

_BLANK = r"(?:[ \t]|[\\`][ \t]*\r?\n)*"
_AND_BEHIND = re.compile(rf"{_BLANK}(?:&&|;){_BLANK}")
_AND_BEFORE = rf"{_BLANK}(?:&&|;){_BLANK}\Z"
_LEADING = r"[ \t]*&&[ \t]*"
_GOES_ON = re.compile(r"(?P<operator>&&)?[ \t]*(?P<escape>[\\`])[ \t]*\r?\n\Z")
_FARTHEST = 300


def append_command(script: Script, command: Command, text: str) -> Edit | None:
    """Return the edit that puts a command behind another, to run if that succeeds.

    None where it would belong to something else: to a branch, to the other side of a pipe or of `||`.
    """
    if not _is_movable(script, command) or command.after not in ("", "&&", ";", "\n"):
        return None
    end = max([command.end, *(redirect.target.end for redirect in command.redirects)])
    return Edit(Span(end, end), _joint(script.source.text, command, end) + text)


def delete_command(script: Script, command: Command) -> Edit | None:
    """Return the edit that takes a command out of its chain; the only one takes its instruction along.

    None where others depend on what it says: a pipe, a branch, `||`.
    """
    before, after = command.before, command.after
    if not _is_movable(script, command) or command.redirects or after not in ("", "&&", ";", "\n"):
        return None
    text = script.source.text
    if before == "&&" or (before == ";" and after in ("", "\n")):
        start = max(command.start - _FARTHEST, 0)
        operator = max(text.rfind("&&", start, command.start), text.rfind(";", start, command.start), start)
        # Only blanks and continuations are between the command before it and the operator.
        start += len(text[start:operator].rstrip(" \t\r\n\\`"))
        parting = re.search(_AND_BEFORE, text[start : command.start])
        return Edit(Span(start + parting.start(), command.end), "") if parting else None
    if before in ("", ";", "\n") and after in ("&&", ";"):
        following = _AND_BEHIND.match(text, command.end)
        return Edit(Span(command.start, following.end()), "") if following else None
    if before in ("", "\n") and after == "\n":
        start, end = text.rfind("\n", 0, command.start) + 1, text.find("\n", command.end) + 1
        alone = not (text[start : command.start] + text[command.end : end]).strip()
        return Edit(Span(start, end), "") if alone and end and len(script.commands) > 1 else None
    if before == after == "" and len(script.commands) == 1 and not script.run.heredocs:
        return delete_instruction(script.source, script.instruction)
    return None


def _is_movable(script: Script, command: Command) -> bool:
    if any(one is not Inside.WRAPPED for one in command.inside):
        return False
    if any(redirect.operator.startswith("<<") for redirect in command.redirects):
        return False
    return not script.run.command.exec_form or bool(command.inside)


def _joint(text: str, command: Command, end: int) -> str:
    """Return `&&` in the layout of the chain that a command stands in."""
    line = text.rfind("\n", 0, command.start) + 1
    head = text[line : command.start]
    above = _GOES_ON.search(text[max(line - _FARTHEST, 0) : line])
    if above and command.before == "&&" and re.fullmatch(_LEADING, head):
        return f" {above['escape']}{_end_of(text, line)}{head}"
    if above and above["operator"] and not head.strip():
        return f" && {above['escape']}{_end_of(text, line)}{head}"
    last = text.rfind("\n", command.start, end) + 1
    inner = _GOES_ON.search(text[command.start : last])
    if inner:
        indent = re.match(r"[ \t]*", text[last:end])
        return f" {inner['escape']}{_end_of(text, last)}{indent[0] if indent else ''}&& "
    return " && "


def _end_of(text: str, line: int) -> str:
    """Return how the line in front of a line ends."""
    return "\r\n" if text[line - 2 : line] == "\r\n" else "\n"
