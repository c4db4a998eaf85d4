"""Where the address of a listener comes from: out of the functions that are handed it, call by call.

`func listen(network, address string)` stands for as many listeners as it has callers, each with an address
and with conditions of its own. Where the host of an address is not known, its port tells by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

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
    from collections.abc import Iterator

    from tree_sitter import Node

    from gendock.golang.evaluated import Value
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax
    from gendock.golang.values import Evaluator

_MAX_DEPTH = 4
_MAX_CALLS = 24
_HOST_AND_PORT = re.compile(r"%[sv]:%[dsv]")


@dataclass(frozen=True, slots=True)
class Handed:
    """An expression, and the call that hands it over: the listener's own, or one that leads to it."""

    node: Node
    syntax: Syntax
    place: Node
    where: Syntax


@dataclass(frozen=True, slots=True)
class Address:
    """What the address of a listener can be, and the call that decides on it."""

    values: list[Value]
    place: Node
    where: Syntax


def addresses_of(
    address: Node, place: Node, syntax: Syntax, sources: Sources, evaluator: Evaluator
) -> Iterator[Address]:
    """Yield each address that a listener is given, with the call that gives it."""
    for one in _handed(Handed(address, syntax, place, syntax), sources, _MAX_DEPTH):
        values = evaluator.values(one.node, one.syntax)
        found: list[Address] = []
        if not any(value.text for value in values):
            found = list(_by_port(one, sources, evaluator))
        yield from found or [Address(values, one.place, one.where)]


def _by_port(one: Handed, sources: Sources, evaluator: Evaluator) -> Iterator[Address]:
    """Yield what is known of an address by its port, where it is put together of a host and a port."""
    for node, syntax in _ports(one.node, one.syntax, sources):
        for port in _handed(Handed(node, syntax, one.place, one.where), sources, _MAX_DEPTH):
            known = [value for value in evaluator.values(port.node, port.syntax) if value.text is not None]
            if known:
                values = [replace(value, text=f":{value.text}") for value in known]
                yield Address(values, port.place, port.where)


def _handed(one: Handed, sources: Sources, depth: int) -> Iterator[Handed]:
    """Yield what callers hand over, where an expression is a parameter; else the expression itself."""
    calls = _callers(one, sources) if depth else []
    for call, position, syntax in calls:
        given = Handed(arguments(call)[position], syntax, call, syntax)
        yield from _handed(given, sources, depth - 1)
    if not calls:
        yield one


def _callers(one: Handed, sources: Sources) -> list[tuple[Node, int, Syntax]]:
    """The calls that give a parameter its value, and its position; none where that is too many to tell."""
    function = _function_of_parameter(one.node, one.syntax)
    named = None if function is None else function.child_by_field_name("name")
    position = None if function is None else parameters(function)[text_of(one.node)]
    if function is None or named is None or position is None:
        return []
    name, folder = text_of(named), one.syntax.package.folder
    is_method = function.type == "method_declaration"
    folders = None if is_method and name[:1].isupper() else sources.saying(name, folder)
    found = [
        (call, position, syntax)
        for syntax in sources.naming(name, CALLED, folders)
        for call in syntax.calls_of.get(name, ())
        if len(arguments(call)) > position
        and _may_call(call, folder, syntax, sources, is_method=is_method)
        and not sources.is_unused(call, syntax)
    ]
    return found if len(found) <= _MAX_CALLS else []


def _function_of_parameter(node: Node, syntax: Syntax) -> Node | None:
    """The function whose parameter a name is, if nothing in it gives the name another value."""
    name = text_of(node)
    for function in enclosing_functions(node) if node.type == "identifier" else ():
        if any(contains(function, binding.node) for binding in syntax.bindings_of.get(name, ())):
            return None
        if name in parameters(function):
            return function
    return None


def _may_call(call: Node, folder: str, syntax: Syntax, sources: Sources, *, is_method: bool) -> bool:
    """Whether a call may be one of a function of a package, by what stands before its name."""
    operand = callee(call)[0]
    if operand is None:
        return not is_method and syntax.package.folder == folder
    path = syntax.import_names.get(text_of(operand)) if operand.type == "identifier" else None
    if path is None:
        return is_method
    package = sources.find(path)
    return not is_method and package is not None and package.folder == folder


def _ports(node: Node, syntax: Syntax, sources: Sources) -> Iterator[tuple[Node, Syntax]]:
    """Yield the port in what joins it to a host, be that an expression or what is bound to a name."""
    if node.type == "call_expression":
        port = _joined(node)
        if port is not None:
            yield port, syntax
        return
    function = next(enclosing_functions(node), None) if node.type == "identifier" else None
    for binding in syntax.bindings_of.get(text_of(node), ()) if function is not None else ():
        if function is None or not contains(function, binding.node):
            continue
        if binding.value.type == "call_expression":
            port = _joined(binding.value)
            yield from (
                [(port, syntax)]
                if port is not None
                else _returned(binding.value, binding.index, syntax, sources)
            )


def _joined(call: Node) -> Node | None:
    """The port that a call joins to a host: by net.JoinHostPort, or by a format."""
    given, name = arguments(call), callee(call)[1]
    if name == "JoinHostPort" and len(given) == 2:
        return given[1]
    if name == "Sprintf" and len(given) == 3 and _HOST_AND_PORT.fullmatch(string_value(given[0]) or ""):
        return given[2]
    return None


def _returned(call: Node, index: int, syntax: Syntax, sources: Sources) -> Iterator[tuple[Node, Syntax]]:
    """Yield the ports of the addresses that the package's own function returns, as its call gives them."""
    operand, name = callee(call)
    for other in sources.declaring(name, syntax.package.folder) if operand is None else ():
        for function in other.functions_of.get(name, ()):
            for results in other.results_of(function):
                result = results[index] if len(results) > index else None
                port = _joined(result) if result is not None and result.type == "call_expression" else None
                if port is None:
                    continue
                position = parameters(function).get(text_of(port)) if port.type == "identifier" else None
                if position is None:
                    yield port, other
                elif len(arguments(call)) > position:
                    yield arguments(call)[position], syntax
