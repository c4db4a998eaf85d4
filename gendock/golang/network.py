"""What a program listens on: ports, with the variable that changes them.

Listening is recognised by the calls of net, net/http and the web frameworks that people use; the address is
whatever `values` can follow. A listener whose port cannot be known still makes the program a server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.golang.evaluated import Value
from gendock.golang.facts import Port
from gendock.golang.guards import command_structs, is_aside, is_in_command, is_optional
from gendock.golang.handed import addresses_of
from gendock.golang.listeners import find_listeners
from gendock.golang.needs import Grpc
from gendock.golang.places import SERVICE_VARIABLE, answers_challenges
from gendock.golang.syntax import (
    arguments,
    callee,
    string_value,
    text_of,
)
from gendock.golang.values import Evaluator

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tree_sitter import Node

    from gendock.golang.facts import Evidence
    from gendock.golang.listeners import Transport
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

    _Place = tuple[Node, Syntax]

_ADDRESS = re.compile(
    r"(?:(?P<scheme>tcp4?|tcp6|udp|https?)://)?(?P<host>[\w.\-]*|\[[0-9a-fA-F:]*\]|\*):(?P<port>\d{1,5}|https?)"
)
_PLAIN_ADDRESS = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|localhost)?:\d{2,5}")
_PLAIN_TEXT = re.compile(rf'"({_PLAIN_ADDRESS.pattern})"')
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+")
_PORT_VARIABLE = re.compile(r"(?i)(^|_)(port|addr|address|listen\w*|bind\w*)($|_)|port$|addr$")
# Where databases, brokers and mail servers listen: what a program connects to rather than listens on.
SERVICE_PORTS = frozenset(
    (22, 25, 389, 465, 587, 1433, 1521, 3306, 5432, 5672, 6379, 9042, 9092, 11211, 27017)
)
_GRPC_HEALTH = "google.golang.org/grpc/health"
_NAMED_PORTS = {"http": 80, "https": 443}
_LOWEST = 7  # that of echo: a lower number is no port, but something else that goes by the same name


@dataclass(frozen=True, slots=True)
class Listening:
    """What was found: whether anything listens, where, and the variable of a port that has no default.

    `optional` says that it listens only where somebody asks for it, as far as the text around shows.
    """

    first_evidence: Evidence | None
    ports: tuple[Port, ...]
    port_variable: Value | None
    optional: bool = False

    @property
    def listens(self) -> bool:
        """Whether the program has a listener at all."""
        return self.first_evidence is not None


def find_listening(
    sources: Sources, evaluator: Evaluator, required: Collection[str] = frozenset()
) -> Listening:
    """Find every address that a program listens on when nothing is configured.

    Args:
        sources: the program's own files.
        evaluator: what follows their expressions.
        required: the variables without which the program ends: what is else the default is none then.
    """
    ports: dict[tuple[int, str], Port] = {}
    first: Evidence | None = None
    asides: dict[tuple[int, str], Port] = {}
    commands = frozenset(command_structs(sources))
    unknown: Value | None = None
    before: _Place | None = None
    optional = True
    for transport, values, places in _opened(sources, evaluator):
        place, where = places[-1]
        first = first or places[0][1].evidence(places[0][0])
        named = next((value for value in values if value.variable and _sets_port(value.variable)), None)
        variable = None if named is None else named.variable
        given = [value for value in values if variable not in required or value.variable == variable]
        found = _own_ports(given, transport, variable, where.evidence(place))
        aside = any(is_aside(one) or is_in_command(one, commands) for one, _ in places)
        group = asides if aside else ports
        for port in found[:1]:
            known = group.setdefault((port.number, port.transport), port)
            if known.is_local_only and not port.is_local_only:
                group[port.number, port.transport] = port
        # Of the calls of one helper, the first tells: the others may redirect, or be for another mode.
        if not found and unknown is None and places[0] != before:
            unknown = named
        before = places[0]
        if found or named is not None or not any(is_optional(*one, sources) for one in places):
            optional = False
    by_default = {transport for _, transport in ports}
    for key, port in asides.items():
        if key[1] not in by_default:
            ports.setdefault(key, port)
    if first is not None and not ports and unknown is None and not optional:
        only = _listed_address(sources) or _only_address(sources)
        ports = {(port.number, port.transport): port for port in only}
    ordered = sorted(ports.values(), key=lambda port: port.is_local_only)
    return Listening(first, tuple(ordered), unknown, optional)


def _opened(sources: Sources, evaluator: Evaluator) -> Iterator[tuple[Transport, list[Value], list[_Place]]]:
    """Yield for each listener what its address can be, its own call, and the one that decides on it."""
    for transport, address, place, syntax in find_listeners(sources):
        if not sources.is_unused(place, syntax) and not answers_challenges(place):
            if address is None:
                yield transport, _of_framework(sources, syntax.evidence(place)), [(place, syntax)]
                continue
            for one in addresses_of(address, place, syntax, sources, evaluator):
                decides = (one.place, one.where)
                places = [(place, syntax)] if one.place == place else [(place, syntax), decides]
                yield transport, one.values, places


def _of_framework(sources: Sources, place: Evidence) -> list[Value]:
    """Where a framework listens that is told no address."""
    if sources.imports_any(("github.com/pocketbase/pocketbase",)):
        return [Value(":8090", None, place)]
    return [Value(":8080", "PORT", place)] if sources.imports_any(("github.com/gin-gonic/gin",)) else []


def _own_ports(
    values: list[Value], transport: Transport, variable: str | None, place: Evidence
) -> list[Port]:
    """The ports among the values of one listener's address, without those that are none of its own.

    `:http` is what a helper falls back to, as net/http does, unless it stands in the call; 80 beside 443 is
    what an address without a port means, by its scheme.
    """
    named = [value for value in values if value.text and value.text.rpartition(":")[2] in _NAMED_PORTS]
    plain = [value for value in values if value not in named or value.evidence == place]
    found = [port for value in plain if (port := _port(value, transport, variable)) is not None]
    if {80, 443} <= {port.number for port in found}:
        found = [port for port in found if port.number not in {80, 443}]
    return [port for port in found if port.number not in SERVICE_PORTS] or found[:1]


def find_grpc(sources: Sources) -> Grpc | None:
    """Find the call that makes a gRPC server, and whether it answers the standard's questions for health."""
    if not sources.imports_any(("google.golang.org/grpc",)):
        return None
    for syntax in sources.calling("NewServer"):
        for call in syntax.calls_of.get("NewServer", ()):
            operand = callee(call)[0]
            path = None if operand is None else syntax.import_names.get(text_of(operand))
            if path == "google.golang.org/grpc" and not sources.is_unused(call, syntax):
                return Grpc(syntax.evidence(call), sources.imports_any((_GRPC_HEALTH,)))
    return None


def _sets_port(variable: str) -> bool:
    """Whether a variable's name says that it is the program's own address, and not that of a service."""
    return bool(_PORT_VARIABLE.search(variable)) and not SERVICE_VARIABLE.search(variable)


def _listed_address(sources: Sources) -> list[Port]:
    """The one address in a table of variables: `"LISTEN_ADDR": {raw: "127.0.0.1:8080"}`.

    A program that looks up what it finds in its environment has such tables, and no call names a variable.
    """
    if not any(sources.mentioning(b"os.Environ(")):
        return []
    texts = {text for file in sources.files for text in file.texts}
    names = [f'"{text}"' for text in sorted(texts) if _CAPITALS.fullmatch(text) and _sets_port(text)]
    found: dict[int, Port] = {}
    for syntax in sources.mentioning(*(name.encode() for name in names)):
        for name in names:
            for value in syntax.pairs_of.get(name, ()):
                for text in _PLAIN_TEXT.findall(text_of(value)):
                    port = _port(Value(text, None, syntax.evidence(value)), "tcp", name.strip('"'))
                    if port is not None and port.number not in SERVICE_PORTS:
                        found.setdefault(port.number, port)
    return list(found.values()) if len(found) == 1 else []


def _only_address(sources: Sources) -> list[Port]:
    """The one address that is a literal in the program's calls, where a listener's own is not known.

    One on this machine is rather what a client connects to.
    """
    found: dict[int, Port] = {}
    texts = {text for file in sources.files for text in file.texts if ":" in text}
    addresses = [f'"{text}"'.encode() for text in sorted(texts) if _PLAIN_ADDRESS.fullmatch(text)]
    for syntax in sources.mentioning(*addresses):
        for call in syntax.calls:
            given = arguments(call)
            if any((string_value(one) or "").startswith("udp") for one in given):
                continue  # a client binds a socket for datagrams, too: that of DHCP to 68
            for argument in given:
                text = string_value(argument)
                if text is not None and _PLAIN_ADDRESS.fullmatch(text):
                    port = _port(Value(text, None, syntax.evidence(argument)), "tcp", None)
                    if port is not None and port.number not in SERVICE_PORTS:
                        found.setdefault(port.number, port)
    return [port for port in found.values() if len(found) == 1 and not port.is_local_only]


def _port(value: Value, transport: Transport, variable: str | None) -> Port | None:
    if value.text is None:
        return None
    text = value.text.strip()
    match = _ADDRESS.fullmatch(text) or _ADDRESS.fullmatch(f":{text}")
    if match is None:
        return None
    number = _NAMED_PORTS.get(match["port"]) or int(match["port"])
    host = match["host"].strip("[]").replace("*", "")
    if not _LOWEST <= number < 65536:
        return None
    return Port(number, transport, "" if host in {"0.0.0.0", "::"} else host, variable, value.evidence)  # noqa: S104
