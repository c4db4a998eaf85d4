"""Which struct a field belongs to, as far as the text beside it says so.

`cfg.Port` and `smtp.Port` are two fields of one name: what tells them apart is the type of `cfg`, which the
function declares, a literal makes, or a function returns. Types are compared by the package that has them and
their name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.source_file import Form
from gendock.golang.syntax import above, arguments, callee, contains, enclosing_functions, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from gendock.golang.places import Place
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

    Struct = tuple[str, str]  # the folder of its package, and its name

_TYPE = re.compile(
    r"^(?:\[\d*\]|map\[\w+\]|[*&])*(?:(?P<package>\w+)\.)?(?P<name>\w+)(?:\[.*\])?$", re.DOTALL
)
_DECLARED = Form(before=r"^(?:\s+|var\s+)(?:\w+,\s*){0,5}$")
_OF_FIELD = (
    r"^[ \t]*(?:var[ \t]+)?(?:\w+,[ \t]*)*%s(?:[ \t]+(?P<kind>[\w.*\[\]]+)|[ \t]*=[ \t]*(?P<made>&?[\w.]+)\{)"
)
_DECLARED_TYPE = Form(before=r"^\s*type\s+$")
_MOST = 8


class Owners:
    """The structs of one program's fields."""

    def __init__(self, sources: Sources) -> None:
        """Take the files that the program is made of."""
        self._sources = sources

    def of_expression(self, node: Node, syntax: Syntax) -> Struct | None:
        """The struct that an expression is: a name, or a field of one."""
        if node.type == "identifier":
            return self._of_name(node, syntax)
        field = node.child_by_field_name("field") if node.type == "selector_expression" else None
        if field is None:
            return None
        outer = self._of_operand(node, syntax)
        if outer is None:
            return self._declared(text_of(field), syntax)
        pattern = re.compile(_OF_FIELD % re.escape(text_of(field)), re.MULTILINE)
        for other in self._sources.naming(outer[1], _DECLARED_TYPE, (outer[0],)):
            match = pattern.search(other.text.decode(errors="replace"))
            if match is not None:
                return self._struct(match["kind"] or match["made"], other)
        return None

    def of_place(self, place: Place) -> Struct | None:
        """The struct whose field gets a value at a place."""
        node, syntax = place
        if node.type == "call_expression" and arguments(node):
            bound = arguments(node)[0]
            inner = bound.named_children[0] if bound.type == "unary_expression" else bound
            if inner.type == "selector_expression":
                return self._of_operand(inner, syntax)
        for outer in above(node):
            if outer.type == "type_spec" and (name := outer.child_by_field_name("name")) is not None:
                return syntax.package.folder, text_of(name)
            if outer.type == "composite_literal" and (kind := outer.child_by_field_name("type")) is not None:
                return self._struct(text_of(kind), syntax)
            if outer.type == "assignment_statement":
                left = outer.child_by_field_name("left")
                target = left.named_children[0] if left is not None and left.named_children else None
                return None if target is None else self._of_operand(target, syntax)
        return None

    def may_hold(self, struct: Struct, other: Struct | None) -> bool:
        """Whether a field of `other` can be one of `struct`: the same, embedded in it, or not known."""
        if other is None or other == struct:
            return True
        embedded = re.compile(
            rb"^[ \t]+\*?(?:\w+\.)?%s[ \t\r]*(?:`|//|$)" % re.escape(other[1].encode()), re.MULTILINE
        )
        return any(
            embedded.search(one.text) for one in self._sources.naming(struct[1], _DECLARED_TYPE, (struct[0],))
        )

    def _of_operand(self, selector: Node, syntax: Syntax) -> Struct | None:
        operand = selector.child_by_field_name("operand")
        return None if operand is None else self.of_expression(operand, syntax)

    def _of_name(self, node: Node, syntax: Syntax) -> Struct | None:
        """The struct of a name: a parameter, a variable of the function, or one of the package."""
        name = text_of(node)
        for function in enclosing_functions(node):
            for kind in _parameter_types(function, name):
                return self._struct(kind, syntax)
            declared = re.search(rf"\bvar\s+{re.escape(name)}\s+([\w.*]+)", text_of(function))
            if declared is not None:
                return self._struct(declared[1], syntax)
            for binding in syntax.bindings_of.get(name, ()):
                if binding.target.type == "identifier" and contains(function, binding.node):
                    return self._made(binding.value, binding.index, syntax)
        return self._declared(name, syntax)

    def _made(self, value: Node, index: int, syntax: Syntax) -> Struct | None:
        """The struct that an expression makes: a literal, new(T), or a function by its result."""
        if value.type == "unary_expression" and value.named_children:
            value = value.named_children[0]
        if value.type == "composite_literal":
            kind = value.child_by_field_name("type")
            return None if kind is None else self._struct(text_of(kind), syntax)
        if value.type != "call_expression":
            return None
        operand, name = callee(value)
        if name == "new" and operand is None and arguments(value):
            return self._struct(text_of(arguments(value)[0]), syntax)
        path = None if operand is None else syntax.import_names.get(text_of(operand))
        package = None if path is None else self._sources.find(path)
        if path is not None and package is None:
            return None
        folder = syntax.package.folder if package is None else package.folder
        for other in self._sources.declaring(name, folder):
            for function in other.functions_of.get(name, ()):
                kinds = _result_types(function)
                return self._struct(kinds[index], other) if len(kinds) > index else None
        return None

    def _declared(self, name: str, syntax: Syntax) -> Struct | None:
        """The struct of a variable of the package, or of a field of its structs, if there is one only."""
        pattern = re.compile(_OF_FIELD % re.escape(name), re.MULTILINE)
        found: set[Struct | None] = set()
        for other in self._sources.naming(name, _DECLARED, (syntax.package.folder,)):
            if not other.text.startswith((b"var", b"type")):
                continue
            for match in pattern.finditer(other.text.decode(errors="replace")):
                found.add(self._struct(match["kind"] or match["made"], other))
            if len(found) > _MOST:
                break
        return found.pop() if len(found) == 1 else None

    def _struct(self, written: str, syntax: Syntax) -> Struct | None:
        """A written type without what makes it a pointer or a list, and with its package's folder."""
        match = _TYPE.match(written)
        if match is None:
            return None
        if match["package"] is None:
            return syntax.package.folder, match["name"]
        path = syntax.import_names.get(match["package"])
        package = None if path is None else self._sources.find(path)
        return None if package is None else (package.folder, match["name"])


def _parameter_types(function: Node, name: str) -> Iterator[str]:
    for field in ("receiver", "parameters"):
        declared = function.child_by_field_name(field)
        for parameter in () if declared is None else declared.named_children:
            kind = parameter.child_by_field_name("type")
            if kind is not None and any(
                text_of(one) == name for one in parameter.children_by_field_name("name")
            ):
                yield text_of(kind)


def _result_types(function: Node) -> list[str]:
    result = function.child_by_field_name("result")
    if result is None:
        return []
    if result.type != "parameter_list":
        return [text_of(result)]
    kinds = (one.child_by_field_name("type") for one in result.named_children)
    return [text_of(kind) for kind in kinds if kind is not None]
