"""XML documents, through the standard library."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from gendock.report.texts import for_xml


def element(tag: str, **attributes: str | int) -> ET.Element:
    """Return an element whose attributes hold no character that XML forbids."""
    return ET.Element(tag, {name: for_xml(str(value)) for name, value in attributes.items()})


def document(root: ET.Element) -> str:
    """Return a whole document, to be written as UTF-8."""
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
