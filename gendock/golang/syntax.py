"""Go syntax trees, one for each top-level declaration.

A thin layer over tree-sitter: it knows how calls, literals and declarations look, and nothing of what they
mean.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeVar

from gendock.golang.facts import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tree_sitter import Language, Node, Parser, Query

    from gendock.golang.packages import GoFile, Package

_Item = TypeVar("_Item")

_QUERY = """
(call_expression) @call
(composite_literal) @literal
(keyed_element) @pair
[(const_spec) (var_spec) (short_var_declaration) (assignment_statement)] @binding
[(function_declaration) (method_declaration)] @function
(field_declaration tag: (_)) @tagged
(return_statement) @return
"""
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)
_NAMED_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
# Bounds against source that is made to be slow to read; people write nothing near them.
MAX_TEXT_BYTES = 2000
MAX_DEPTH = 200
# Types that hold no text and no number: but a pointer may be a flag's.
_NO_VALUE = re.compile(
    r"\[|\*(?!(?:string|u?int(?:16|32|64)?)$)|map\[|func\b|chan\b|<-|interface\b|struct\b|(?:error|bool|any)$|"
    r"(?:context|http|io|net|fs|sql|time|sync|slog|log|gin|echo|fiber)\."
)
_FUNCTIONS = frozenset(("function_declaration", "method_declaration", "func_literal"))


@cache
def _go() -> tuple[Language, Parser, Query]:
    import tree_sitter
    import tree_sitter_go

    language = tree_sitter.Language(tree_sitter_go.language())
    return language, tree_sitter.Parser(language), tree_sitter.Query(language, _QUERY)


class Binding:
    """One name that gets a value: result number `index` of it, where the value is a call with several."""

    __slots__ = ("index", "node", "target", "value")

    def __init__(self, target: Node, value: Node, index: int, node: Node) -> None:
        """Keep the name, the value, and the declaration or assignment that they stand in."""
        self.target = target
        self.value = value
        self.index = index
        self.node = node

    @property
    def name(self) -> str:
        """The name, without what stands before its last dot, and of what a pointer points to."""
        return text_of(self.target).rpartition(".")[2].lstrip("*")


class Syntax:
    """One top-level declaration of a Go file; it is parsed when something of its tree is asked for."""

    def __init__(self, file: GoFile, package: Package, text: bytes, start: int) -> None:
        """Keep the declaration.

        Args:
            file: the file.
            package: its package.
            text: the declaration's own text.
            start: where in the file's text it starts.
        """
        self.file = file
        self.package = package
        self.text = text
        self.start = start
        self._results: dict[int, list[list[Node]]] = {}

    @cached_property
    def _captures(self) -> dict[str, list[Node]]:
        import tree_sitter

        _, parser, query = _go()
        tree = parser.parse(self.text)
        cursor = tree_sitter.QueryCursor(query)
        cursor.set_max_start_depth(MAX_DEPTH)
        found = cursor.captures(tree.root_node)
        return {name: sorted(nodes, key=lambda node: node.start_byte) for name, nodes in found.items()}

    @property
    def calls(self) -> list[Node]:
        """Every call, in the order of the text."""
        return self._captures.get("call", [])

    @property
    def literals(self) -> list[Node]:
        """Every composite literal."""
        return self._captures.get("literal", [])

    def results_of(self, function: Node) -> list[list[Node]]:
        """What each return statement of a function returns, without those of functions inside of it."""
        if function.start_byte not in self._results:
            self._results[function.start_byte] = [
                statement.named_children[0].named_children
                if statement.named_children[0].type == "expression_list"
                else statement.named_children[:1]
                for statement in self._captures.get("return", [])
                if contains(function, statement)
                and statement.named_children
                and next(enclosing_functions(statement), None) == function
            ]
        return self._results[function.start_byte]

    @property
    def tagged_fields(self) -> list[Node]:
        """Every struct field with a tag."""
        return self._captures.get("tagged", [])

    @cached_property
    def calls_of(self) -> Mapping[str, list[Node]]:
        """The calls by the name that they call, without what stands before the last dot."""
        return _grouped((callee(call)[1], call) for call in self.calls)

    @cached_property
    def pairs_of(self) -> Mapping[str, list[Node]]:
        """The values in composite literals by their key."""
        pairs = (pair_of(node) for node in self._captures.get("pair", []))
        return _grouped(pair for pair in pairs if pair is not None)

    @cached_property
    def bindings_of(self) -> Mapping[str, list[Binding]]:
        """What is declared or assigned, by the name's part after the last dot."""
        nodes = self._captures.get("binding", [])
        return _grouped((binding.name, binding) for node in nodes for binding in _bindings(node))

    @cached_property
    def functions_of(self) -> Mapping[str, list[Node]]:
        """The declared functions and methods by name."""
        named = ((node.child_by_field_name("name"), node) for node in self._captures.get("function", []))
        return _grouped((text_of(name), node) for name, node in named if name is not None)

    @cached_property
    def tagged_of(self) -> Mapping[str, list[Node]]:
        """The struct fields with a tag by name."""
        return _grouped(
            (text_of(name), field)
            for field in self.tagged_fields
            for name in field.children_by_field_name("name")
        )

    @cached_property
    def import_names(self) -> dict[str, str]:
        """The import path that a package name stands for in this file."""
        names: dict[str, str] = {}
        for item in self.file.imports:
            names[item.alias or package_name(item.path)] = item.path
        return names

    def evidence(self, node: Node) -> Evidence:
        """Where a node stands."""
        return Evidence(self.file.path, self._rows_before + node.start_point.row + 1)

    @cached_property
    def _rows_before(self) -> int:
        return self.file.text.count(b"\n", 0, self.start)


@cache
def package_name(path: str) -> str:
    """The name that an import path goes by where no other is written."""
    parts = path.split("/")
    last = parts[-1]
    if re.fullmatch(r"v[0-9]+", last) and len(parts) > 1:
        last = parts[-2]
    return re.sub(r"\.v[0-9]+$", "", last).removeprefix("go-").removesuffix("-go").replace("-", "_")


def text_of(node: Node) -> str:
    """A node's text; empty where it is longer than any name or literal that matters."""
    if node.end_byte - node.start_byte > MAX_TEXT_BYTES:
        return ""
    return (node.text or b"").decode(errors="replace")


def string_value(node: Node) -> str | None:
    """The value of a string literal; None for any other node."""
    if node.type == "raw_string_literal":
        return text_of(node)[1:-1].replace("\r", "")
    if node.type == "interpreted_string_literal":
        return _ESCAPE.sub(_unescaped, text_of(node)[1:-1])
    return None


def _unescaped(match: re.Match[str]) -> str:
    *codes, octal, name = match.groups()
    if name is not None:
        return _NAMED_ESCAPES.get(name, name)
    code = int(octal, 8) if octal else next(int(digits, 16) for digits in codes if digits)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def arguments(call: Node) -> list[Node]:
    """The arguments of a call."""
    found = call.child_by_field_name("arguments")
    return [] if found is None else [child for child in found.named_children if child.type != "comment"]


def callee(call: Node) -> tuple[Node | None, str]:
    """What a call calls: the expression before the last dot, if there is one, and the name."""
    function = call.child_by_field_name("function")
    if function is None:
        return None, ""
    if function.type == "selector_expression":
        field = function.child_by_field_name("field")
        return function.child_by_field_name("operand"), "" if field is None else text_of(field)
    return None, text_of(function) if function.type == "identifier" else ""


def pair_of(node: Node) -> tuple[str, Node] | None:
    """The key's text and the value of a `key: value` element."""
    elements = [child for child in node.named_children if child.type == "literal_element"]
    if len(elements) != 2 or not elements[1].named_children:
        return None
    return text_of(elements[0]), elements[1].named_children[0]


def _bindings(node: Node) -> Iterator[Binding]:
    """Yield each name that a declaration or an assignment gives a value."""
    if node.type in {"const_spec", "var_spec"}:
        targets = node.children_by_field_name("name")
        value = node.child_by_field_name("value")
    else:
        left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        targets = [] if left is None else left.named_children
    if value is None:
        return
    values = value.named_children if value.type == "expression_list" else [value]
    for index, target in enumerate(targets):
        if len(values) == len(targets):
            yield Binding(target, values[index], 0, node)
        elif len(values) == 1:
            yield Binding(target, values[0], index, node)


def _grouped(items: Iterable[tuple[str, _Item]]) -> Mapping[str, list[_Item]]:
    groups: dict[str, list[_Item]] = {}
    for name, item in items:
        groups.setdefault(name, []).append(item)
    return groups


def enclosing_functions(node: Node) -> Iterator[Node]:
    """Yield the functions around a node, the innermost first."""
    return (parent for parent in above(node) if parent.type in _FUNCTIONS)


def above(node: Node) -> Iterator[Node]:
    """Yield what a node stands in, from the inside out; no more than MAX_DEPTH steps."""
    parent = node.parent
    for _ in range(MAX_DEPTH):
        if parent is None:
            return
        yield parent
        parent = parent.parent


def contains(outer: Node, inner: Node) -> bool:
    """Whether a node stands inside of another."""
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def parameters(function: Node) -> dict[str, int | None]:
    """The names that a function declares with itself, and for parameters their positions.

    None stands for its receiver, its named results, and parameters whose type is no text and no number.
    """
    found: dict[str, int | None] = {}
    for field in ("receiver", "result", "parameters"):
        declared = function.child_by_field_name(field)
        named = (
            (text_of(name), parameter.child_by_field_name("type"))
            for parameter in (() if declared is None else declared.named_children)
            for name in parameter.children_by_field_name("name")
        )
        for position, (name, kind) in enumerate(named):
            is_value = field == "parameters" and (kind is None or not _NO_VALUE.match(text_of(kind)))
            found[name] = position if is_value else None
    return found
