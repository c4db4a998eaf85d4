"""What a call gives: one of the standard library, of a flag or configuration library, or of the program."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gendock.golang.evaluated import Evaluate, Value, joined
from gendock.golang.places import FLAG_KINDS, Places, flag_default
from gendock.golang.syntax import arguments, callee, contains, parameters, string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

MAX_NAMESAKES = 12

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
_VERB = re.compile(r"%[-+# 0-9]*[a-zA-Z]")


class Calls:
    """The calls of one program."""

    def __init__(self, sources: Sources, places: Places, evaluate: Evaluate) -> None:
        """Take the files, where fields and flags get their values, and what evaluates all else."""
        self._sources = sources
        self._places = places
        self._evaluate = evaluate

    def of(self, node: Node, syntax: Syntax, depth: int) -> Iterable[Value]:
        """Evaluate a call: of the standard library, of a flag or configuration library, or of the program."""
        operand, name = callee(node)
        given = arguments(node)
        if name in {"Getenv", "LookupEnv"} and given:
            variable = self._first_text(given[0], syntax, depth)
            return [Value(None, variable, syntax.evidence(node))] if variable else []
        if name == "Sprintf" and given:
            return self._formatted(given, syntax, depth)
        if name == "JoinHostPort" and len(given) == 2:
            return joined(self._evaluate, given, "{}:{}", syntax, depth)
        if name == "Join" and given and operand is not None and text_of(operand) in {"filepath", "path"}:
            return self._path(given, syntax, depth)
        if name in {"Or", "Coalesce", "FirstNonEmpty"} and operand is not None:
            return [value for argument in given for value in self._evaluate(argument, syntax, depth)]
        if _GETTER.search(name) and given:
            return self._env_helper(node, given, syntax, depth)
        if operand is not None and (known := self._library_call(node, operand, syntax, depth)) is not None:
            return known
        if name in _PASS_THROUGH and given:
            return self._evaluate(given[0], syntax, depth)
        return self.returned(node, 0, syntax, depth)

    def _path(self, parts: list[Node], syntax: Syntax, depth: int) -> list[Value]:
        """Join the parts of a path, where each of them can be one text only; else it may be any path."""
        known: list[Value] = []
        for part in parts:
            values = self._evaluate(part, syntax, depth)
            if len(values) != 1 or not values[0].text:
                return []
            known += values
        return [replace(known[0], text="/".join(value.text or "" for value in known))]

    def _formatted(self, given: list[Node], syntax: Syntax, depth: int) -> list[Value]:
        """Evaluate fmt.Sprintf, whatever the verbs do to the text."""
        plain = (string_value(given[0]) or "").replace("{}", "").replace("%%", "%")
        if len(given) == 1 or len(_VERB.findall(plain)) != len(given) - 1:
            return []
        return joined(self._evaluate, given[1:], _VERB.sub("{}", plain), syntax, depth)

    def _library_call(self, node: Node, operand: Node, syntax: Syntax, depth: int) -> Iterable[Value] | None:
        """Evaluate a method of a flag or configuration library; None for any other method."""
        name, given = callee(node)[1], arguments(node)
        if len(given) == 1 and (name in _GETTERS_BY_KEY or _asks_by_name(name, given[0], operand, syntax)):
            key = self._first_text(given[0], syntax, depth)
            places = self._places.of_key(key) if key else ()
            return [value for place in places for value in self._evaluate(*place, depth)]
        match = FLAG_KINDS.fullmatch(name)
        if match is not None and not match[2] and len(given) >= 3:
            return self.of_flag(node, syntax, depth)
        if operand.type != "call_expression":
            return None
        # As kingpin writes it: a flag, its default, and its type last.
        if name == "Default" and given:
            return self._evaluate(given[0], syntax, depth)
        return (
            self._evaluate(operand, syntax, depth) if name in {"String", "Int", "TCP"} and not given else None
        )

    def of_flag(self, call: Node, syntax: Syntax, depth: int) -> list[Value]:
        """Evaluate the default of a flag that a call declares."""
        default = flag_default(call)
        return [] if default is None else self._evaluate(default, syntax, depth)

    def _env_helper(self, node: Node, given: list[Node], syntax: Syntax, depth: int) -> list[Value]:
        """Evaluate `getEnv("PORT", "8080")`, by whatever name such a helper goes."""
        variable = self._first_text(given[0], syntax, depth)
        if variable is None or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable):
            return []
        fallbacks = self._evaluate(given[1], syntax, depth) if len(given) > 1 else []
        named = [replace(value, variable=value.variable or variable) for value in fallbacks]
        return named or [Value(None, variable, syntax.evidence(node))]

    def returned(self, call: Node, index: int, syntax: Syntax, depth: int) -> Iterator[Value]:
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
                        yield from self._evaluate(*place, depth)

    def _first_text(self, node: Node, syntax: Syntax, depth: int) -> str | None:
        return next((value.text for value in self._evaluate(node, syntax, depth) if value.text), None)


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
