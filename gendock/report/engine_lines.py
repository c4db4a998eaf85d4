"""Lines of the engine's commands: a phase on the left, what was found, the seconds on the right."""

from __future__ import annotations

from dataclasses import dataclass

from gendock.report.terminal import printable

LABEL = 8  # columns of a phase's name
_SECONDS = 9  # columns for the time on the right
BOLD, RED, GREEN, YELLOW = "1", "31", "32", "33"


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: columns, and whether in colour."""

    width: int = 80
    colour: bool = False

    def paint(self, text: str, code: str) -> str:
        """Return `text` in a colour of the terminal's own palette, or as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    @property
    def room(self) -> int:
        """Columns between the label and the time."""
        return self.width - LABEL - _SECONDS

    def row(self, label: str, text: str, seconds: float | None = None, *, code: str = "") -> str:
        """Return one line; `text` is escaped, and cut where there is no room for it.

        Args:
            label: the phase; empty for a line that goes on.
            text: what was found.
            seconds: how long it took; None for no time.
            code: the colour of the text.
        """
        room = self.room if seconds is not None else self.width - LABEL
        shown = cut(printable(text), room)
        right = f"{seconds:.1f} s".rjust(self.width - LABEL - len(shown)) if seconds is not None else ""
        return (self.paint(label.ljust(LABEL), BOLD) + self.paint(shown, code) + right).rstrip()

    def indented(self, text: str, *, code: str = "") -> str:
        """Return one line of something quoted."""
        return "  " + self.paint(cut(printable(text), max(self.width - 2, 200)), code)


def cut(text: str, room: int) -> str:
    """Return `text` in `room` characters, with an ellipsis where it was longer."""
    return text if len(text) <= room else text[: room - 1] + "…"


def joined(parts: list[str], room: int) -> list[str]:
    """Return lines of at most `room` characters with `parts` in between ` · `."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else ""
        if longer and len(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def counted(count: int, noun: str) -> str:
    """Return `1 check`, `15 checks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
