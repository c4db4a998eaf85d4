"""What a Go expression can be worth when nothing is configured.

The evaluator follows literals, constants, variables, parameters, struct fields, flag defaults, `os.Getenv`
with its fallback and small helper functions through the program's own packages. It never runs anything and
gives up (a Value without a text) rather than guess; a chain is followed MAX_DEPTH steps and no expression
has more than MAX_VALUES values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.golang.called_values import Calls
from gendock.golang.evaluated import Value, distinct, joined
from gendock.golang.named_values import Names
from gendock.golang.places import Places
from gendock.golang.syntax import string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

MAX_DEPTH = 18
MAX_STEPS = 500

_Key = tuple[str, int, int, int]


class Evaluator:
    """Evaluates expressions of one program."""

    def __init__(self, sources: Sources) -> None:
        """Take the files that the program is made of."""
        self._busy: set[_Key] = set()
        self._known: dict[_Key, tuple[list[Value], int]] = {}  # and how many steps they were followed
        places = Places(sources)
        self._calls = Calls(sources, places, self._values)
        self._names = Names(sources, places, self._calls, self._values)
        self._steps = 0
        self._cuts = 0

    def values(self, node: Node, syntax: Syntax) -> list[Value]:
        """Return what an expression can be worth, the likeliest first; empty where nothing is known."""
        self._steps = 0
        return self._values(node, syntax, MAX_DEPTH)

    def text(self, node: Node, syntax: Syntax) -> str | None:
        """Return the first known text of an expression."""
        return next((value.text for value in self.values(node, syntax) if value.text is not None), None)

    def _values(self, node: Node, syntax: Syntax, depth: int) -> list[Value]:
        key = (syntax.file.path, syntax.start, node.start_byte, node.end_byte)
        known, followed = self._known.get(key, ([], -1))
        if depth <= followed:
            return known
        self._steps += 1
        self._cuts += depth == 0
        if depth == 0 or key in self._busy or self._steps > MAX_STEPS:
            return []
        cuts = self._cuts
        self._busy.add(key)
        try:
            found = distinct(self._by_type(node, syntax, depth - 1))
        finally:
            self._busy.remove(key)
        if self._steps <= MAX_STEPS:
            # What was cut off may be known where it is reached by fewer steps.
            self._known[key] = found, MAX_DEPTH if self._cuts == cuts else depth
        return found

    def _by_type(self, node: Node, syntax: Syntax, depth: int) -> Iterable[Value]:
        literal = string_value(node)
        if literal is None and node.type == "int_literal":
            literal = text_of(node).replace("_", "")
        if literal is not None:
            return [Value(literal, None, syntax.evidence(node))]
        if node.type in {"parenthesized_expression", "unary_expression", "type_conversion_expression"}:
            return self._values(node.named_children[-1], syntax, depth) if node.named_children else []
        if node.type == "binary_expression":
            return self._sum(node, syntax, depth)
        if node.type == "identifier":
            return self._names.of_name(node, syntax, depth)
        if node.type == "selector_expression":
            return self._names.of_selector(node, syntax, depth)
        if node.type == "call_expression":
            return self._calls.of(node, syntax, depth)
        return []

    def _sum(self, node: Node, syntax: Syntax, depth: int) -> list[Value]:
        operator, left, right = (node.child_by_field_name(name) for name in ("operator", "left", "right"))
        if operator is None or text_of(operator) != "+" or left is None or right is None:
            return []
        return joined(self._values, [left, right], "{}{}", syntax, depth)
