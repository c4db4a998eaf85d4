"""A finding's text, and the characters that a format cannot hold.

File names and Dockerfiles may hold any bytes; those that are no UTF-8 are lone surrogates in a Python text.
"""

from __future__ import annotations

import re

from gendock.lint import Finding

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SURROGATES = re.compile("[\ud800-\udfff]")
# What can steer a terminal; a line break cannot, and commands have an escape for it.
_CONTROLS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# All but the `Char` of XML 1.0, section 2.2.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def message_and_help(finding: Finding, *, with_places: bool = True) -> str:
    """Return what a finding says; its related places and its help are on lines of their own."""
    lines = [finding.message, *(related_places(finding) if with_places else ())]
    if finding.help:
        lines.append(f"help: {finding.help}")
    return "\n".join(lines)


def related_places(finding: Finding) -> list[str]:
    """Return a line for each place that a finding names besides its own."""
    return [f"see {one.filename}:{one.row}: {one.message}" for one in finding.places]


def encodable(text: str) -> str:
    """Return a text that can be written as UTF-8, as long as the one before."""
    return _SURROGATES.sub(REPLACEMENT, text)


def without_controls(text: str) -> str:
    """Return a text that can steer no terminal, as long as the one before."""
    return _CONTROLS.sub(REPLACEMENT, text)


def for_xml(text: str) -> str:
    """Return a text that an XML document can hold once it is escaped."""
    return _NOT_XML.sub(REPLACEMENT, text)
