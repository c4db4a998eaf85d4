"""Images and their digests for people and for programs: what `gendock pin` prints."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from gendock.pin import Pin, PinnedFile, State
from gendock.report.terminal import WIDTH, printable, wrapped

# What is said of an image once its file is written.
_DONE = {State.UNPINNED: "pinned", State.BEHIND: "updated", State.LOOSE: "loosened"}
_STATE = 10  # columns for one of the states
_SHORT = len("sha256:") + 12


def pins_text(files: Sequence[tuple[str, PinnedFile]], *, written: bool) -> str:
    """Return a line for each image that something is to be said of, and one for all of them.

    Args:
        files: each with its name.
        written: whether the edits were made.
    """
    lines: list[str] = []
    said: set[str] = set()
    for filename, one in files:
        for pin in one.pins:
            if not pin.is_pinned and (pin.state is not State.LOOSE or pin.changes):
                place = f"{filename}:{one.file.source.position(pin.place.span.start).row}"
                lines += _rows(place, pin, said, written=written)
    pins = [pin for _, one in files for pin in one.pins]
    return "\n".join([*lines, *([""] if lines else []), _summary(pins, written=written)]) + "\n"


def pins_data(files: Sequence[tuple[str, PinnedFile]], *, written: bool) -> dict[str, Any]:
    """Return every image with its place as data for JSON; see `pins_text`."""
    return {
        "files": [
            {
                "filename": filename,
                "changed": one.text != one.file.source.text,
                "images": [_record(one, pin) for pin in one.pins],
            }
            for filename, one in files
        ],
        "written": written,
    }


def differences(filename: str, one: PinnedFile) -> Iterator[str]:
    """Yield the lines of a diff of one file."""
    before, after = one.file.source.text.splitlines(), one.text.splitlines()
    for line in difflib.unified_diff(before, after, filename, filename, lineterm=""):
        yield printable(line, limit=10_000)


def _rows(place: str, pin: Pin, said: set[str], *, written: bool) -> Iterator[str]:
    margin = " " * _STATE
    first = f"{_label(pin, written=written):{_STATE}}{printable(place)}  {_name(pin)}"
    digests = _digests(pin)
    if digests and len(first) + 2 + len(digests) <= WIDTH:
        first, digests = f"{first}  {digests}", ""
    yield first
    if digests:
        yield f"{margin}{digests}"
    if pin.message and pin.message not in said:
        said.add(pin.message)
        for line in wrapped(pin.message, WIDTH - _STATE):
            yield f"{margin}{line}"


def _label(pin: Pin, *, written: bool) -> str:
    if pin.state is State.LOOSE and not pin.changes:
        return "without"
    return _DONE.get(pin.state, pin.state.value) if written and pin.changes else pin.state.value


def _name(pin: Pin) -> str:
    """Return an image's name as the file has it, and what its variables make of it; without the digest."""
    shown = printable(pin.place.written.partition("@")[0])
    if pin.place.name in ("", pin.place.written):
        return shown
    return f"{shown} = {printable(pin.place.name.partition('@')[0])}"


def _digests(pin: Pin) -> str:
    if not pin.after or pin.state is State.LEFT:
        return ""
    return (f"{pin.before[:_SHORT]} -> " if pin.before else "") + pin.after[:_SHORT]


def _summary(pins: Sequence[Pin], *, written: bool) -> str:
    if not pins:
        return "no image to pin"
    images = "1 image" if len(pins) == 1 else f"{len(pins)} images"
    if all(pin.is_pinned for pin in pins):
        return f"{images} pinned, and up to date"
    counts = Counter(_label(pin, written=written) for pin in pins)
    return f"{images}: " + ", ".join(f"{count} {state}" for state, count in counts.items())


def _record(one: PinnedFile, pin: Pin) -> dict[str, Any]:
    source, span = one.file.source, pin.place.span
    start, end = source.position(span.start), source.position(span.end)
    return {
        "instruction": pin.place.use,
        "image": pin.place.written,
        "reference": str(pin.reference) if pin.reference else None,
        "location": {"row": start.row, "column": start.column},
        "end_location": {"row": end.row, "column": end.column},
        "state": pin.state.value,
        "before": pin.before or None,
        "digest": pin.after or None,
        "edited": pin.changes,
        "message": pin.message,
    }
