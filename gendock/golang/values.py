"""What a Go expression can be worth when nothing is configured.

The evaluator follows literals, constants, variables, parameters, struct fields, flag defaults, `os.Getenv`
with its fallback and small helper functions through the program's own packages. It never runs anything and
gives up (a Value without a text) rather than guess; a chain is followed MAX_DEPTH steps and no expression
has more than MAX_VALUES values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from gendock.golang.owners import Owners
from gendock.golang.places import (
    FLAG_KINDS,
    SERVICE_VARIABLE,
    Places,
    flag_default,
    is_below,
    is_bound_flag,
    is_of_service,
    key_of,
    tag_of,
)
from gendock.golang.source_file import Form
from gendock.golang.sources import CALLED
from gendock.golang.syntax import (
    arguments,
    callee,
    contains,
    enclosing_functions,
    parameters,
    string_value,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from gendock.golang.facts import Evidence
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Binding, Syntax

MAX_DEPTH = 18
MAX_VALUES = 8
MAX_STEPS = 500
MAX_NAMESAKES = 12
MAX_CALLERS = 60

_Key = tuple[str, int, int, int]

_GETTER = re.compile(
    r"(?i)^(must)?(get|lookup|read|load|fetch)?_?(str(ing)?|int|with)?_?(os)?env|getenv|envor|orenv|fromenv|env$"
)
_PASS_THROUGH = frozenset((
    "Itoa", "Atoi", "TrimSpace", "TrimSuffix", "ToLower", "FormatInt", "ParseInt", "ExpandEnv",
    "string", "int", "Addr", "String", "StringValue", "ToString", "Clean", "FromSlash", "ParseUint",
    "uint16", "Quote", "IntValue",
))  # fmt: skip
_GETTERS_BY_KEY = frozenset(("GetString", "GetInt", "GetUint", "GetInt64"))
_FLAG_GETTERS = frozenset(("String", "Int", "Uint", "Int64", "Path"))
# How a name stands where a package declares it, and where it is given a value.
_DECLARED = Form(before=r"^(?:\s*|var\s+|const\s+)(?:\w+,\s*){0,20}$")
_GIVEN = Form(after=r"[^\n]*=")
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
        self._busy: set[_Key] = set()
        self._known: dict[_Key, list[Value]] = {}
        self._places = Places(sources)
        self._owners = Owners(sources)
        self._steps = 0

    def values(self, node: Node, syntax: Syntax) -> list[Value]:
        """Return what an expression can be worth, the likeliest first; empty where nothing is known."""
        self._steps = 0
        return self._values(node, syntax, MAX_DEPTH)

    def text(self, node: Node, syntax: Syntax) -> str | None:
        """Return the first known text of an expression."""
        return next((value.text for value in self.values(node, syntax) if value.text is not None), None)

    def _values(self, node: Node, syntax: Syntax, depth: int) -> list[Value]:
        key = (syntax.file.path, syntax.start, node.start_byte, node.end_byte)
        if key in self._known:
            return self._known[key]
        self._steps += 1
        if depth == 0 or key in self._busy or self._steps > MAX_STEPS:
            return []
        self._busy.add(key)
        try:
            found = _distinct(self._by_type(node, syntax, depth - 1))
        finally:
            self._busy.remove(key)
        if self._steps <= MAX_STEPS:
            self._known[key] = found
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
            bound = [
                binding
                for binding in syntax.bindings_of.get(name, ())
                if binding.target.type in {"identifier", "unary_expression"}
                and contains(function, binding.node)
            ]
            for binding in bound:
                yield from self._bound(binding, syntax, depth)
            own = parameters(function)
            if name in own:
                position = own[name]
                if position is not None:
                    yield from self._passed(function, position, syntax, depth)
                return
            if bound:
                yield from self._flag_bound(name, syntax, depth, inside=function)
                return
        yield from self._declared(name, syntax.package.folder, depth)
        yield from self._flag_bound(name, syntax, depth)

    def _bound(self, binding: Binding, syntax: Syntax, depth: int) -> Iterable[Value]:
        """Evaluate what a binding gives its name."""
        if binding.index == 0:
            return self._values(binding.value, syntax, depth)
        if binding.value.type != "call_expression":
            return []
        return self._returned(binding.value, binding.index, syntax, depth)

    def _declared(self, name: str, folder: str, depth: int) -> Iterator[Value]:
        """Evaluate a package-level constant or variable, and what the package assigns to it."""
        specs = self._sources.naming(name, _DECLARED, (folder,))
        if not any(spec.text.startswith((b"var", b"const")) for spec in specs):
            return
        for syntax in self._sources.naming(name, _GIVEN, (folder,)):
            for binding in syntax.bindings_of.get(name, ()):
                if binding.target.type == "identifier" and (
                    binding.node.type == "assignment_statement"
                    or next(enclosing_functions(binding.node), None) is None
                ):
                    yield from self._bound(binding, syntax, depth)

    def _flag_bound(
        self, name: str, syntax: Syntax, depth: int, inside: Node | None = None
    ) -> Iterator[Value]:
        """Evaluate the default of a flag bound to a variable: `flag.StringVar(&name, "addr", ":80", "")`."""
        for call, other in self._places.flags_of(name, syntax.package.folder):
            if inside is None or (other is syntax and contains(inside, call)):
                yield from self._flag_default(call, other, depth)

    def _flag_default(self, call: Node, syntax: Syntax, depth: int) -> list[Value]:
        default = flag_default(call)
        return [] if default is None else self._values(default, syntax, depth)

    def _passed(self, function: Node, index: int, syntax: Syntax, depth: int) -> Iterator[Value]:
        """Evaluate what the program's calls of a function pass for one of its parameters."""
        name_node = function.child_by_field_name("name")
        if name_node is None:
            return
        name = text_of(name_node)
        folders = None
        if function.type == "function_declaration" or not name[:1].isupper():
            folders = self._sources.saying(name, syntax.package.folder)
        callers = list(islice(self._sources.naming(name, CALLED, folders), MAX_CALLERS + 1))
        for other in callers if len(callers) <= MAX_CALLERS else ():
            for call in other.calls_of.get(name, ()):
                if len(arguments(call)) > index:
                    yield from self._values(arguments(call)[index], other, depth)

    def _selected(self, node: Node, syntax: Syntax, depth: int) -> list[Value]:
        operand, field = node.child_by_field_name("operand"), node.child_by_field_name("field")
        if operand is None or field is None:
            return []
        name = text_of(field)
        path = syntax.import_names.get(text_of(operand)) if operand.type == "identifier" else None
        if path is not None:
            package = self._sources.find(path)
            return [] if package is None else list(self._declared(name, package.folder, depth))
        return self._field(name, operand, syntax, depth)

    def _field(self, name: str, operand: Node, syntax: Syntax, depth: int) -> list[Value]:
        """Evaluate a struct field by its name and what stands before it.

        Fields of one name are many. Those win that are surely of the same struct; then those that stand below
        the owner's name, as in `SSH: {Addr: ...}` or `type ssh struct`; else those in the file's own package;
        else any.
        """
        places = self._places.of_field(name, syntax.package.folder)
        struct = self._owners.of_expression(operand, syntax)
        same = [] if struct is None else [one for one in places if self._owners.of_place(one) == struct]
        flags = [place for place in same if is_bound_flag(place[0])]
        # A flag that is bound to a field puts its default there, whatever was in it.
        found = [value for place in flags or same for value in self._field_value(*place, depth)]
        if any(value.text is not None or value.variable for value in found):
            return found
        if struct is not None:  # what is known of another struct says nothing of this one
            places = [one for one in places if self._owners.may_hold(struct, self._owners.of_place(one))]
        owner = text_of(operand).rpartition(".")[2]
        if not SERVICE_VARIABLE.search(owner):  # `c.SMTP.Port` says nothing of `c.Port`
            places = [one for one in places if not is_of_service(one[0])] or places
        owned = [place for place in places if is_below(place[0], owner)] if owner[:1].isupper() else []
        folder = syntax.package.folder
        near = [place for place in places if place[1].package.folder == folder]
        for group in (owned, near, places):
            found = [value for place in group for value in self._field_value(*place, depth)]
            if any(value.text is not None for value in found):
                return found
        return [value for place in places for value in self._field_value(*place, depth)]

    def _field_value(self, place: Node, syntax: Syntax, depth: int) -> Iterable[Value]:
        if place.type == "field_declaration":
            variable, default = tag_of(place)
            if variable or default is not None:
                return [Value(default, variable, syntax.evidence(place))]
            key = key_of(place)
            defaults = self._places.of_key(key) if key else ()
            return [value for default in defaults for value in self._values(*default, depth)]
        if place.type == "call_expression" and FLAG_KINDS.fullmatch(callee(place)[1]):
            return self._flag_default(place, syntax, depth)
        return self._values(place, syntax, depth)

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
        if name == "Join" and given and operand is not None and text_of(operand) in {"filepath", "path"}:
            return self._path(given, syntax, depth)
        if name in {"Or", "Coalesce", "FirstNonEmpty"} and operand is not None:
            return [value for argument in given for value in self._values(argument, syntax, depth)]
        if _GETTER.search(name) and given:
            return self._env_helper(node, given, syntax, depth)
        if operand is not None and (known := self._library_call(node, operand, syntax, depth)) is not None:
            return known
        if name in _PASS_THROUGH and given:
            return self._values(given[0], syntax, depth)
        return self._returned(node, 0, syntax, depth)

    def _path(self, parts: list[Node], syntax: Syntax, depth: int) -> list[Value]:
        """Join the parts of a path, where each of them can be one text only; else it may be any path."""
        known: list[Value] = []
        for part in parts:
            values = self._values(part, syntax, depth)
            if len(values) != 1 or not values[0].text:
                return []
            known += values
        return [replace(known[0], text="/".join(value.text or "" for value in known))]

    def _formatted(self, given: list[Node], syntax: Syntax, depth: int) -> list[Value]:
        """Evaluate fmt.Sprintf, whatever the verbs do to the text."""
        plain = (string_value(given[0]) or "").replace("{}", "").replace("%%", "%")
        if len(given) == 1 or len(_VERB.findall(plain)) != len(given) - 1:
            return []
        return self._joined(given[1:], _VERB.sub("{}", plain), syntax, depth)

    def _library_call(self, node: Node, operand: Node, syntax: Syntax, depth: int) -> Iterable[Value] | None:
        """Evaluate a method of a flag or configuration library; None for any other method."""
        name, given = callee(node)[1], arguments(node)
        if len(given) == 1 and (name in _GETTERS_BY_KEY or _asks_by_name(name, given[0], operand, syntax)):
            key = self._first_text(given[0], syntax, depth)
            places = self._places.of_key(key) if key else ()
            return [value for place in places for value in self._values(*place, depth)]
        match = FLAG_KINDS.fullmatch(name)
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

    def _returned(self, call: Node, index: int, syntax: Syntax, depth: int) -> Iterator[Value]:
        """Evaluate one result of the program's own function that a call names."""
        operand, name = callee(call)
        folder: str | None = syntax.package.folder
        if operand is not None:
            path = syntax.import_names.get(text_of(operand))
            package = None if path is None else self._sources.find(path)
            if path is not None and package is None:
                return
            folder = None if package is None else package.folder
        if not name:
            return
        declarations = list(self._sources.declaring(name, folder))
        if len(declarations) > MAX_NAMESAKES:  # such as String: whose it is cannot be known
            declarations = [one for one in declarations if one.package.folder == syntax.package.folder]
        for other in declarations:
            for function in other.functions_of.get(name, ()):
                for values in other.results_of(function):
                    if len(values) > index:
                        passed = _passed_back(values[index], function, other, call)
                        place = (values[index], other) if passed is None else (passed, syntax)
                        yield from self._values(*place, depth)

    def _first_text(self, node: Node, syntax: Syntax, depth: int) -> str | None:
        return next((value.text for value in self._values(node, syntax, depth) if value.text), None)


def _passed_back(result: Node, function: Node, syntax: Syntax, call: Node) -> Node | None:
    """The argument of a call that its function returns as it is; None where it returns something else."""
    name = text_of(result)
    position = parameters(function).get(name) if result.type == "identifier" else None
    if position is None or any(contains(function, one.node) for one in syntax.bindings_of.get(name, ())):
        return None
    given = arguments(call)
    return given[position] if len(given) > position else None


def _asks_by_name(name: str, given: Node, operand: Node, syntax: Syntax) -> bool:
    """Whether a call asks for a flag by its name, as urfave's `c.String("listen")` does."""
    if name not in _FLAG_GETTERS or operand.type != "identifier" or string_value(given) is None:
        return False
    return text_of(operand) not in syntax.import_names


def _concatenated(before: Value, option: Value, piece: str) -> Value:
    known = before.text is not None and option.text is not None
    text = f"{before.text}{option.text}{piece}" if known else None
    says_more = option.text is None or any(char.isdigit() for char in option.text)
    first, second = (option, before) if says_more else (before, option)
    return Value(text, first.variable or second.variable, first.evidence)


def _distinct(values: Iterable[Value]) -> list[Value]:
    found: dict[tuple[str | None, str | None], Value] = {}
    for value in values:
        found.setdefault((value.text, value.variable), value)
        if len(found) >= MAX_VALUES:
            break
    return list(found.values())
