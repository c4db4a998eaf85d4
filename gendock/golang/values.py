"""What a Go expression can be worth when nothing is configured.

The evaluator follows literals, constants, variables, parameters, struct fields, flag defaults, `os.Getenv`
with its fallback and small helper functions through the program's own packages. It never runs anything and
gives up (a Value without a text) rather than guess; a chain is followed MAX_DEPTH steps and no expression
has more than MAX_VALUES values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gendock.golang.syntax import (
    arguments,
    callee,
    contains,
    enclosing_functions,
    names_and_values,
    pair_of,
    parameters,
    string_value,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from gendock.golang.facts import Evidence
    from gendock.golang.syntax import Sources, Syntax

MAX_DEPTH = 12
MAX_VALUES = 8
MAX_STEPS = 3000

_FLAG_KINDS = re.compile(r"(String|Int|Uint|Int64|Uint64|Uint16|Int32|Duration|Bool)(Var)?(P?)")
_GETTER = re.compile(
    r"(?i)^(must)?(get|lookup|read|load|fetch)?_?(str(ing)?|int|with)?_?(os)?env|getenv|envor|orenv|fromenv|env$"
)
_PASS_THROUGH = frozenset((
    "Itoa", "Atoi", "TrimSpace", "TrimSuffix", "ToLower", "FormatInt", "ParseInt", "ExpandEnv",
    "string", "int", "Addr", "String", "StringValue", "ToString", "Clean", "FromSlash", "ParseUint",
    "uint16", "Quote", "IntValue",
))  # fmt: skip
_VERB = re.compile(r"%[-+# 0-9]*[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Value:
    """One value that an expression can have.

    `text` is None where it cannot be known; `variable` is the environment variable that it comes from.
    """

    text: str | None
    variable: str | None
    evidence: Evidence


class Evaluator:
    """Evaluates expressions of one program."""

    def __init__(self, sources: Sources) -> None:
        """Take the files that the program is made of."""
        self._sources = sources
        self._busy: set[tuple[str, int, int]] = set()
        self._steps = 0

    def values(self, node: Node, syntax: Syntax) -> list[Value]:
        """Return what an expression can be worth, the likeliest first; empty where nothing is known."""
        self._steps = 0
        return self._values(node, syntax, MAX_DEPTH)

    def text(self, node: Node, syntax: Syntax) -> str | None:
        """Return the first known text of an expression."""
        return next((value.text for value in self.values(node, syntax) if value.text is not None), None)

    def _values(self, node: Node, syntax: Syntax, depth: int) -> list[Value]:
        key = (syntax.file.path, node.start_byte, node.end_byte)
        self._steps += 1
        if depth == 0 or key in self._busy or self._steps > MAX_STEPS:
            return []
        self._busy.add(key)
        try:
            return _distinct(self._by_type(node, syntax, depth - 1))
        finally:
            self._busy.remove(key)

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
            return self._name(node, syntax, depth)
        if node.type == "selector_expression":
            return self._selected(node, syntax, depth)
        if node.type == "call_expression":
            return self._call(node, syntax, depth)
        return []

    def _sum(self, node: Node, syntax: Syntax, depth: int) -> list[Value]:
        operator, left, right = (node.child_by_field_name(name) for name in ("operator", "left", "right"))
        if operator is None or text_of(operator) != "+" or left is None or right is None:
            return []
        return self._joined([left, right], "{}{}", syntax, depth)

    def _joined(self, parts: list[Node], form: str, syntax: Syntax, depth: int) -> list[Value]:
        """Put every combination of the parts' values into a form with one {} for each."""
        pieces = form.split("{}")
        combined = [Value(pieces[0], None, syntax.evidence(parts[0]))]
        for part, piece in zip(parts, pieces[1:], strict=True):
            options = self._values(part, syntax, depth) or [Value(None, None, syntax.evidence(part))]
            combined = [_concatenated(before, option, piece) for before in combined for option in options][
                :MAX_VALUES
            ]
        return combined

    def _name(self, node: Node, syntax: Syntax, depth: int) -> Iterator[Value]:
        """Follow a name: assignments in its functions, a parameter's callers, the package's declarations."""
        name = text_of(node)
        for function in enclosing_functions(node):
            found = False
            for value in self._bound(name, syntax, function):
                found = True
                yield from self._values(value, syntax, depth)
            if name in parameters(function):
                yield from self._passed(function, parameters(function).index(name), depth)
                return
            if found:
                yield from self._flag_bound(name, syntax, depth, inside=function)
                return
        yield from self._declared(name, syntax.package.folder, depth)
        yield from self._flag_bound(name, syntax, depth)

    def _bound(self, name: str, syntax: Syntax, function: Node) -> Iterator[Node]:
        for binding in syntax.bindings:
            if contains(function, binding):
                for target, value in names_and_values(binding):
                    if target.type == "identifier" and text_of(target) == name:
                        yield value

    def _declared(self, name: str, folder: str, depth: int) -> Iterator[Value]:
        """Evaluate a package-level constant or variable, and what the package assigns to it."""
        for syntax in self._sources.mentioning(name.encode(), folder=folder):
            for binding in syntax.bindings:
                local = any(True for _ in enclosing_functions(binding))
                if local and binding.type != "assignment_statement":
                    continue
                for target, value in names_and_values(binding):
                    if target.type == "identifier" and text_of(target) == name:
                        yield from self._values(value, syntax, depth)

    def _flag_bound(
        self, name: str, syntax: Syntax, depth: int, inside: Node | None = None
    ) -> Iterator[Value]:
        """Evaluate the default of a flag bound to a variable: `flag.StringVar(&name, "addr", ":80", "")`."""
        for other in self._sources.mentioning(b"Var", folder=syntax.package.folder):
            for call in other.calls:
                if inside is None or (other is syntax and contains(inside, call)):
                    target = _flag_target(call)
                    if target is not None and re.split(r"[&.]", text_of(target))[-1] == name:
                        yield from self._flag_default(call, other, depth)

    def _flag_default(self, call: Node, syntax: Syntax, depth: int) -> list[Value]:
        match = _FLAG_KINDS.fullmatch(callee(call)[1])
        given = arguments(call)
        if match is None:
            return []
        index = 1 + bool(match[2]) + bool(match[3])
        return self._values(given[index], syntax, depth) if len(given) > index else []

    def _passed(self, function: Node, index: int, depth: int) -> Iterator[Value]:
        """Evaluate what the program's calls of a function pass for one of its parameters."""
        name_node = function.child_by_field_name("name")
        if name_node is None:
            return
        name = text_of(name_node)
        for other in self._sources.mentioning(f"{name}(".encode()):
            for call in other.calls:
                if callee(call)[1] == name and len(arguments(call)) > index:
                    yield from self._values(arguments(call)[index], other, depth)

    def _selected(self, node: Node, syntax: Syntax, depth: int) -> Iterator[Value]:
        operand, field = node.child_by_field_name("operand"), node.child_by_field_name("field")
        if operand is None or field is None:
            return
        path = syntax.import_names.get(text_of(operand)) if operand.type == "identifier" else None
        name = text_of(field)
        if path is not None:
            package = self._sources.find(path)
            if package is not None:
                yield from self._declared(name, package.folder, depth)
            return
        yield from self._field(name, depth)

    def _field(self, name: str, depth: int) -> Iterator[Value]:
        """Evaluate a struct field by its name: assigned, given in a literal, or by a default in its tag."""
        for other in self._sources.mentioning(name.encode()):
            for pair in other.pairs:
                found = pair_of(pair)
                if found is not None and found[0] == name:
                    yield from self._values(found[1], other, depth)
            for binding in other.bindings:
                for target, value in names_and_values(binding):
                    if target.type == "selector_expression" and text_of(target).endswith(f".{name}"):
                        yield from self._values(value, other, depth)
            yield from self._field_defaults(name, other, depth)

    def _field_defaults(self, name: str, syntax: Syntax, depth: int) -> Iterator[Value]:
        """Evaluate the tag of a struct field, and the default of a flag that is bound to it."""
        for field in syntax.tagged_fields:
            if any(text_of(declared) == name for declared in field.children_by_field_name("name")):
                yield from _tag_values(field, syntax)
        for call in syntax.calls:
            target = _flag_target(call)
            if target is not None and text_of(target).endswith(f".{name}"):
                yield from self._flag_default(call, syntax, depth)

    def _call(self, node: Node, syntax: Syntax, depth: int) -> Iterable[Value]:
        """Evaluate a call: of the standard library, of a flag or configuration library, or of the program."""
        operand, name = callee(node)
        given = arguments(node)
        if name in {"Getenv", "LookupEnv"} and given:
            variable = self._first_text(given[0], syntax, depth)
            return [Value(None, variable, syntax.evidence(node))] if variable else []
        if name == "Sprintf" and given:
            return self._formatted(given, syntax, depth)
        if name == "JoinHostPort" and len(given) == 2:
            return self._joined(given, "{}:{}", syntax, depth)
        if name in {"Or", "Coalesce", "FirstNonEmpty"} and operand is not None:
            return [value for argument in given for value in self._values(argument, syntax, depth)]
        if _GETTER.search(name) and given:
            return self._env_helper(node, given, syntax, depth)
        if operand is not None and (known := self._library_call(node, operand, syntax, depth)) is not None:
            return known
        if name in _PASS_THROUGH and given:
            return self._values(given[0], syntax, depth)
        return self._returned(name, operand, syntax, depth)

    def _formatted(self, given: list[Node], syntax: Syntax, depth: int) -> list[Value]:
        """Evaluate fmt.Sprintf, whatever the verbs do to the text."""
        plain = (string_value(given[0]) or "").replace("{}", "").replace("%%", "%")
        if len(given) == 1 or len(_VERB.findall(plain)) != len(given) - 1:
            return []
        return self._joined(given[1:], _VERB.sub("{}", plain), syntax, depth)

    def _library_call(self, node: Node, operand: Node, syntax: Syntax, depth: int) -> Iterable[Value] | None:
        """Evaluate a method of a flag or configuration library; None for any other method."""
        name, given = callee(node)[1], arguments(node)
        if name in {"GetString", "GetInt", "GetUint", "GetInt64"} and len(given) == 1:
            return self._viper(given[0], syntax, depth)
        match = _FLAG_KINDS.fullmatch(name)
        if match is not None and not match[2] and len(given) >= 3:
            return self._flag_default(node, syntax, depth)
        if operand.type != "call_expression":
            return None
        # As kingpin writes it: a flag, its default, and its type last.
        if name == "Default" and given:
            return self._values(given[0], syntax, depth)
        return (
            self._values(operand, syntax, depth) if name in {"String", "Int", "TCP"} and not given else None
        )

    def _env_helper(self, node: Node, given: list[Node], syntax: Syntax, depth: int) -> list[Value]:
        """Evaluate `getEnv("PORT", "8080")`, by whatever name such a helper goes."""
        variable = self._first_text(given[0], syntax, depth)
        if variable is None or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable):
            return []
        fallbacks = self._values(given[1], syntax, depth) if len(given) > 1 else []
        named = [replace(value, variable=value.variable or variable) for value in fallbacks]
        return named or [Value(None, variable, syntax.evidence(node))]

    def _viper(self, key: Node, syntax: Syntax, depth: int) -> Iterator[Value]:
        """Evaluate a key of a configuration library by the default that the program sets for it."""
        wanted = self._first_text(key, syntax, depth)
        for other in self._sources.mentioning(b"SetDefault", b"Flags()", b"Flag{"):
            for call in other.calls:
                given = arguments(call)
                if len(given) < 2 or (name := string_value(given[0])) is None or wanted is None:
                    continue
                if callee(call)[1] == "SetDefault" and name.lower() == wanted.lower():
                    yield from self._values(given[1], other, depth)
                elif name == wanted and _FLAG_KINDS.fullmatch(callee(call)[1]):
                    yield from self._flag_default(call, other, depth)
            for literal in other.literals:
                yield from self._flag_literal(literal, wanted, other, depth)

    def _flag_literal(self, literal: Node, wanted: str | None, syntax: Syntax, depth: int) -> Iterator[Value]:
        """Evaluate urfave/cli's `&cli.StringFlag{Name: "addr", Value: ":8080"}`."""
        kind, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
        if kind is None or body is None or not text_of(kind).endswith("Flag"):
            return
        found = dict(pair for child in body.named_children if (pair := pair_of(child)) is not None)
        if "Name" in found and "Value" in found and string_value(found["Name"]) == wanted:
            yield from self._values(found["Value"], syntax, depth)

    def _returned(self, name: str, operand: Node | None, syntax: Syntax, depth: int) -> Iterator[Value]:
        """Evaluate what the program's own function of this name returns first."""
        folder: str | None = syntax.package.folder
        if operand is not None:
            path = syntax.import_names.get(text_of(operand))
            package = None if path is None else self._sources.find(path)
            if path is not None and package is None:
                return
            folder = None if package is None else package.folder
        if not name:
            return
        for other in self._sources.mentioning(f"{name}(".encode(), folder=folder):
            for function in other.functions:
                declared = function.child_by_field_name("name")
                if declared is None or text_of(declared) != name:
                    continue
                for statement in other.returns:
                    if next(enclosing_functions(statement), None) == function and statement.named_children:
                        first = statement.named_children[0]
                        first = first.named_children[0] if first.type == "expression_list" else first
                        yield from self._values(first, other, depth)

    def _first_text(self, node: Node, syntax: Syntax, depth: int) -> str | None:
        return next((value.text for value in self._values(node, syntax, depth) if value.text), None)


def _flag_target(call: Node) -> Node | None:
    match = _FLAG_KINDS.fullmatch(callee(call)[1])
    given = arguments(call)
    return given[0] if match is not None and match[2] and len(given) >= 3 else None


def _tag_values(field: Node, syntax: Syntax) -> Iterator[Value]:
    """Read `env:"PORT" envDefault:"8080"` and its relatives from a field's tag."""
    tag = field.child_by_field_name("tag")
    written = None if tag is None else string_value(tag)
    if tag is None or not written:
        return
    keys = dict(re.findall(r'([\w-]+):"((?:[^"\\]|\\.)*)"', written))
    variable = keys.get("env") or keys.get("envconfig")
    variable = variable.split(",")[0] if variable else None
    default = keys.get("envDefault") or keys.get("default") or keys.get("env-default")
    if variable or default:
        yield Value(default, variable or None, syntax.evidence(tag))


def _concatenated(before: Value, option: Value, piece: str) -> Value:
    known = before.text is not None and option.text is not None
    text = f"{before.text}{option.text}{piece}" if known else None
    says_more = option.text is None or any(char.isdigit() for char in option.text)
    return Value(text, before.variable or option.variable, option.evidence if says_more else before.evidence)


def _distinct(values: Iterable[Value]) -> list[Value]:
    found: dict[tuple[str | None, str | None], Value] = {}
    for value in values:
        found.setdefault((value.text, value.variable), value)
        if len(found) >= MAX_VALUES:
            break
    return list(found.values())
