"""Edits that several rules make: whole instructions, and words among others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gendock.dockerfile import Flag, Instruction, Source, Span
from gendock.dockerfile.source import BYTE_ORDER_MARK
from gendock.lint.mistake import Edit, Fix


def with_line_ends(source: Source, fix: Fix) -> Fix:
    r"""Return a fix whose new lines end as those of the file do: rules write `\n`, whatever the file has."""
    at = source.text.find("\n")
    if at < 1 or source.text[at - 1] != "\r":
        return fix
    edits = tuple(Edit(one.span, re.sub(r"(?<!\r)\n", "\r\n", one.text)) for one in fix.edits)
    return Fix(fix.message, edits, fix.applicability, fix.additions)


def delete_lines(source: Source, span: Span) -> Edit:
    """Return the edit that takes out the lines of a span, and one of two blank lines around them."""
    text = source.text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end) + 1 or len(text)
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start]
    below_end = text.find("\n", end) + 1 or len(text)
    if start > 0 and not above.strip() and not text[end:below_end].strip():
        # At the end of the file there is no blank line to keep.
        if end == len(text):
            start -= len(above)
        end = below_end
    return Edit(Span(start, end), "")


def delete_instruction(source: Source, instruction: Instruction) -> Edit:
    """Return the edit that takes an instruction out with its lines."""
    return delete_lines(source, instruction.span)


def delete_among(source: Source, instruction: Instruction, spans: Sequence[Span], at: int) -> Edit | None:
    """Return the edit that takes out one of an instruction's words; the only one takes the instruction along.

    None where a comment stands between it and its neighbour: whose comment that is, nobody knows.
    """
    if len(spans) == 1:
        return delete_instruction(source, instruction)
    last = at == len(spans) - 1
    found = Span(spans[at - 1].end, spans[at].end) if last else Span(spans[at].start, spans[at + 1].start)
    between = Span(spans[at - 1].end, spans[at].start) if last else Span(spans[at].end, spans[at + 1].start)
    return None if "#" in source.slice(between) else Edit(found, "")


def insert_line(source: Source, instruction: Instruction, text: str) -> Edit:
    """Return the edit that puts a line above an instruction, and above the comments that belong to it.

    It is indented as the instruction is.
    """
    first = instruction.comments[0].span.start if instruction.comments else instruction.span.start
    # Comments that something else follows, such as a blank line, are not the instruction's.
    between = source.text[first : instruction.span.start]
    if any(not line.strip() for line in between.split("\n")[:-1]):
        first = instruction.span.start
    start = source.text.rfind("\n", 0, first) + 1
    # A byte order mark stays the first character.
    start += source.text.startswith(BYTE_ORDER_MARK, start)
    return Edit(Span(start, start), f"{indent_of(source, instruction)}{text}\n")


def indent_of(source: Source, instruction: Instruction) -> str:
    """Return the blanks in front of an instruction."""
    start = source.text.rfind("\n", 0, instruction.span.start) + 1
    before = source.text[start : instruction.span.start].removeprefix(BYTE_ORDER_MARK)
    return "" if before.strip() else before


def insert_flag(instruction: Instruction, text: str) -> Edit:
    """Return the edit that gives an instruction one more flag."""
    end = instruction.keyword.span.end
    return Edit(Span(end, end), f" {text}")


def delete_flag(source: Source, instruction: Instruction, flag: Flag) -> Edit | None:
    """Return the edit that takes a flag out, with what parts it from the word before it.

    None where a comment stands there.
    """
    ends = [instruction.keyword.span.end, *(one.span.end for one in instruction.flags)]
    start = max(end for end in ends if end <= flag.span.start)
    return None if "#" in source.slice(Span(start, flag.span.start)) else Edit(Span(start, flag.span.end), "")


def in_case_of(instruction: Instruction, keyword: str) -> str:
    """Return a keyword in small letters where an instruction's own is written so."""
    return keyword.lower() if instruction.keyword.text.islower() else keyword
