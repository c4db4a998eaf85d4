"""Fixes of ENV, LABEL and ARG whose words are no `name=value`."""

from __future__ import annotations

import re

from gendock.dockerfile import Dockerfile, Problem, Span
from gendock.dockerfile.arguments import Piece, by_quotes, split_command
from gendock.lint.mistake import Edit, Fix
from gendock.lint.syntax_fixes import instruction_at

# In double quotes these would mean something else, or nothing.
_SPECIAL = r"[\"'\\`]"


def pairs(file: Dockerfile, problem: Problem) -> Fix | None:
    """Take the blanks around `=` away, and put values that have blanks into quotes."""
    instruction = instruction_at(file, problem.span.start)
    text = file.source.slice(instruction.line.span) if instruction else ""
    if instruction is None or text.rstrip() != instruction.line.text.rstrip():
        # It stands on several lines.
        return None
    command = split_command(text, 0, file.escape)
    mended = _mended(text, by_quotes(command.rest, file.escape))
    if mended is None:
        return None
    start = instruction.line.span.start
    span = Span(start + command.rest.start, start + command.rest.end)
    return Fix("write each as name=value", (Edit(span, mended),))


def _mended(text: str, words: list[Piece]) -> str | None:
    found: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.text.startswith("="):
            return None
        parts = [word]
        if "=" not in word.text and at < len(words) and words[at].text.startswith("="):
            parts.append(words[at])
            at += 1
        if parts[-1].text.endswith("=") and at < len(words) and "=" not in words[at].text:
            parts.append(words[at])
            at += 1
        name, equals, value = "".join(one.text for one in parts).partition("=")
        if not equals or not name:
            return None
        end = parts[-1]
        while at < len(words) and "=" not in words[at].text and not _starts_pair(words, at):
            end = words[at]
            at += 1
        if end is not parts[-1]:
            value += text[parts[-1].end : end.end]
            if re.search(_SPECIAL, value):
                return None
            value = f'"{value}"'
        found.append(f"{name}={value}")
    return " ".join(found)


def _starts_pair(words: list[Piece], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1].text.startswith("=")
