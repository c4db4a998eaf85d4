"""Servers that listen on their own machine only, and what opens them: a variable or a flag with that default.

A container is a machine of its own: what listens on localhost there is reached by nobody else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.needs import Opening
from gendock.golang.places import FLAG_KINDS, flag_default, flag_of, tag_of
from gendock.golang.syntax import arguments, callee, pair_of, string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node

    from gendock.golang.facts import Port, Variable
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

_LOCAL = re.compile(r"(?P<host>localhost|127\.0\.0\.1|\[::1\])(?P<port>:\d{1,5})?")
_NAMED = re.compile(r"(?i)host|addr|listen|bind|http|interface|^ip$")
_SURELY = re.compile(r"(?i)addr|listen|bind|http|interface")
_ELSEWHERE = re.compile(
    r"(?i)db|database|sql|postgres|redis|mongo|kafka|amqp|rabbit|nats|smtp|mail|remote|upstream|proxy|peer|target|"
    r"elastic|consul|etcd|server-?addr|otel|jaeger|pprof|debug|url"
)


def find_openings(
    sources: Sources, ports: Sequence[Port], variables: Iterable[Variable]
) -> tuple[Opening, ...]:
    """Find what makes a server listen on all addresses, where it listens on its own machine only."""
    if not ports or not all(port.is_local_only for port in ports):
        return ()
    numbers = {str(port.number) for port in ports}
    found: dict[str, Opening] = {}
    read = {one.name: (one.default, one.evidence) for one in variables}
    for port in ports:
        if port.variable is not None:  # one in a table of settings, that no call names
            read.setdefault(port.variable, (f"{port.host}:{port.number}", port.evidence))
    for name, (default, evidence) in read.items():
        opened = _opened(name, default, numbers)
        if opened is not None:
            found.setdefault(name, Opening(name, *opened, is_flag=False, evidence=evidence))
    if not found:
        for flag in _flags(sources, numbers):
            found.setdefault(flag.name, flag)
    # `--host` may be that of a database, where another flag says that it is to listen.
    surely = [one for one in found.values() if _SURELY.search(one.name)]
    return tuple(surely or found.values())


def _flags(sources: Sources, numbers: set[str]) -> Iterator[Opening]:
    for syntax in sources.mentioning(b"localhost", b"127.0.0.1", b"[::1]"):
        for name, default, opening in _declared(syntax):
            opened = _opened(name, default, numbers)
            if opened is not None:
                yield Opening(name, *opened, is_flag=True, evidence=syntax.evidence(opening))


def _declared(syntax: Syntax) -> Iterator[tuple[str, str | None, Node]]:
    """Yield the name, the default and the place of each flag in a file."""
    for field in syntax.tagged_fields:
        name = flag_of(field)
        if name is not None:
            yield name, tag_of(field)[1], field
    for call in syntax.calls:
        match, default = FLAG_KINDS.fullmatch(callee(call)[1]), flag_default(call)
        given = arguments(call)
        if match is not None and default is not None and len(given) > bool(match[2]):
            yield string_value(given[bool(match[2])]) or "", string_value(default), call
    for literal in syntax.literals:
        kind, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
        if kind is not None and body is not None and text_of(kind).endswith("Flag"):
            pairs = dict(pair for child in body.named_children if (pair := pair_of(child)) is not None)
            if "Name" in pairs and "Value" in pairs:
                yield string_value(pairs["Name"]) or "", string_value(pairs["Value"]), literal


def _opened(name: str, default: str | None, numbers: set[str]) -> tuple[str, str] | None:
    """The value for all addresses, and the host that it replaces; None where no address is the program's."""
    match = _LOCAL.fullmatch(default or "")
    if match is None or not _NAMED.search(name) or _ELSEWHERE.search(name):
        return None
    port = match["port"] or ""
    if port and port[1:] not in numbers:
        return None
    return f"0.0.0.0{port}", match["host"].strip("[]")  # noqa: S104 - what is written
