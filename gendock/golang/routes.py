"""The route that says whether a program is well, by the names that such routes go by.

Paths are put together from the groups around a route: net/http's patterns, chi, gin, echo, fiber, gorilla.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Route
from gendock.golang.syntax import arguments, callee, enclosing_functions, string_value, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

_HEALTH = re.compile(
    r"(?:/[\w.-]+)*?/(?:_?/?-?/?)?(?P<word>healthz|health|health[-_]?check|livez|liveness|live|alive|readyz|readiness|ready"
    r"|healthy|heartbeat|ping|up|status)/?",
    re.IGNORECASE,
)
_BEST_HEALTH = (
    "healthz", "health", "healthcheck", "livez", "live", "liveness", "alive", "healthy", "readyz",
    "ready", "readiness", "ping", "heartbeat", "up", "status",
)  # fmt: skip
_HEALTH_WORDS = (
    b"/health", b"/_health", b"/live", b"/alive", b"/ready", b"/readiness", b"/ping", b"/heartbeat",
    b"/status", b'/up"',
)  # fmt: skip
_METRICS_PATHS = ("/metrics", "/debug/vars")
_METRICS = tuple(path.encode() for path in _METRICS_PATHS)
_ROUTES = frozenset(
    ("HandleFunc", "Handle", "Get", "GET", "Any", "Path", "Add", "HandlerFunc", "Method", "MethodFunc", "All")
)


def find_health(sources: Sources) -> Route | None:
    """Find the route that says whether the program is well, by the names that such routes go by."""
    best: tuple[int, int, Route] | None = None
    for syntax in sources.mentioning(*_HEALTH_WORDS):
        for call in syntax.calls:
            _, name = callee(call)
            given = arguments(call)[:2]
            if name == "Match" and given and string_value(given[0]) is None:
                given = given[1:]  # of gin and echo: a list of methods, and the path
            elif name not in _ROUTES:
                continue
            for argument in given:
                route = _route(call, argument, syntax)
                if route is not None:
                    word = re.sub(r"[-_]", "", _HEALTH.fullmatch(route.path)["word"].lower())  # type: ignore[index]
                    rank = (_BEST_HEALTH.index(word), len(route.path))
                    if best is None or rank < best[:2]:
                        best = (*rank, route)
    return None if best is None else best[2]


def find_metrics(sources: Sources) -> Route | None:
    """Find the route that answers with metrics."""
    for syntax in sources.mentioning(*_METRICS):
        for call in syntax.calls:
            for argument in arguments(call)[:2] if callee(call)[1] in _ROUTES else ():
                pattern = string_value(argument) or ""
                method, _, path = pattern.rpartition(" ")
                if method in {"", "GET"} and path.endswith(_METRICS_PATHS) and path.startswith("/"):
                    return Route(_prefix(call, syntax) + path, syntax.evidence(argument))
    return None


def _route(call: Node, argument: Node, syntax: Syntax) -> Route | None:
    pattern = string_value(argument)
    if pattern is None:
        return None
    method, _, path = pattern.rpartition(" ")
    if method not in {"", "GET"} or not path.startswith("/"):
        return None
    path = _prefix(call, syntax) + path.removesuffix("{$}")
    return Route(path, syntax.evidence(argument)) if _HEALTH.fullmatch(path) else None


def _prefix(call: Node, syntax: Syntax) -> str:
    """The path of the groups around a route: chi's Route("/x", func...), a variable with Group("/x")."""
    prefix = ""
    operand = callee(call)[0]
    if operand is not None and operand.type == "identifier":
        prefix = _group(operand, syntax, 5)
    for function in enclosing_functions(call):
        around = function.parent.parent if function.parent is not None else None
        if (
            around is not None
            and around.type == "call_expression"
            and callee(around)[1] in {"Route", "Group"}
        ):
            given = arguments(around)
            prefix = (string_value(given[0]) or "") + prefix if given else prefix
    return prefix.rstrip("/")


def _group(name: Node, syntax: Syntax, depth: int) -> str:
    function = next(enclosing_functions(name), None)
    for binding in syntax.bindings_of.get(text_of(name), ()):
        if function is None or next(enclosing_functions(binding.node), None) != function:
            continue
        if binding.value.type == "call_expression" and depth > 0:
            operand, called = callee(binding.value)
            call = binding.value
            if called == "Subrouter" and operand is not None and operand.type == "call_expression":
                call, (operand, called) = operand, callee(operand)  # gorilla's PathPrefix("/x").Subrouter()
            given = arguments(call)
            if called in {"Group", "PathPrefix", "Party"} and given:
                named = operand is not None and operand.type == "identifier"
                outer = _group(operand, syntax, depth - 1) if operand is not None and named else ""
                return outer.rstrip("/") + (string_value(given[0]) or "")
    return ""
