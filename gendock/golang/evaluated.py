"""What an expression can be worth: one value, the several that it may be, and what two make together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from gendock.golang.facts import Evidence
    from gendock.golang.syntax import Syntax

MAX_VALUES = 8


@dataclass(frozen=True, slots=True)
class Value:
    """One value that an expression can have.

    `text` is None where it cannot be known; `variable` is the environment variable that it comes from.
    """

    text: str | None
    variable: str | None
    evidence: Evidence


class Evaluate(Protocol):
    """Evaluates an expression, and follows it as many steps as `depth` says."""

    def __call__(self, node: Node, syntax: Syntax, depth: int, /) -> list[Value]:
        """Return what it can be worth, the likeliest first."""


def distinct(values: Iterable[Value]) -> list[Value]:
    """Return the first values that differ in more than their place."""
    found: dict[tuple[str | None, str | None], Value] = {}
    for value in values:
        found.setdefault((value.text, value.variable), value)
        if len(found) >= MAX_VALUES:
            break
    return list(found.values())


def joined(evaluate: Evaluate, parts: list[Node], form: str, syntax: Syntax, depth: int) -> list[Value]:
    """Put every combination of the parts' values into a form with one {} for each."""
    pieces = form.split("{}")
    combined = [Value(pieces[0], None, syntax.evidence(parts[0]))]
    for part, piece in zip(parts, pieces[1:], strict=True):
        options = evaluate(part, syntax, depth) or [Value(None, None, syntax.evidence(part))]
        combined = [_concatenated(before, option, piece) for before in combined for option in options][
            :MAX_VALUES
        ]
    return combined


def _concatenated(before: Value, option: Value, piece: str) -> Value:
    known = before.text is not None and option.text is not None
    text = f"{before.text}{option.text}{piece}" if known else None
    says_more = option.text is None or any(char.isdigit() for char in option.text)
    first, second = (option, before) if says_more else (before, option)
    return Value(text, first.variable or second.variable, first.evidence)
