"""What a program listens on: ports, with the variable that changes them.

Listening is recognised by the calls of net, net/http and the web frameworks that people use; the address is
whatever `values` can follow. A listener whose port cannot be known still makes the program a server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from gendock.golang.facts import Port
from gendock.golang.guards import command_structs, is_aside, is_in_command, is_optional
from gendock.golang.needs import Grpc
from gendock.golang.places import SERVICE_VARIABLE, answers_challenges
from gendock.golang.syntax import (
    arguments,
    callee,
    pair_of,
    string_value,
    text_of,
)
from gendock.golang.values import Evaluator, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from gendock.golang.facts import Evidence
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

    Transport = Literal["tcp", "udp"]
    _Listener = tuple[Transport, Node | None, Node]  # the address, and the place of the call

# Web frameworks whose servers start, or are told where to listen, by a function of their own. Each module
# path with those functions.
FRAMEWORKS = {
    "github.com/gin-gonic/gin": ("Run", "RunTLS"),
    "github.com/labstack/echo": ("Start", "StartTLS", "StartServer"),
    "github.com/gofiber/fiber": ("Listen", "ListenTLS"),
    "github.com/kataras/iris": ("Run", "Listen"),
    "github.com/valyala/fasthttp": ("ListenAndServe",),
    "github.com/go-martini/martini": ("RunOnAddr",),
    "gopkg.in/macaron.v1": ("Run",),
    "github.com/beego/beego": ("Run",),
    "github.com/astaxie/beego": ("Run",),
    "github.com/gobuffalo/buffalo": ("Serve",),
    "github.com/cloudwego/hertz": ("Spin",),
    "github.com/go-kratos/kratos": ("Address",),
    "github.com/pocketbase/pocketbase": ("Start",),
    "github.com/tidwall/redcon": ("ListenAndServe",),
    "github.com/gliderlabs/ssh": ("ListenAndServe",),
    "github.com/charmbracelet/wish": ("ListenAndServe",),
    "github.com/miekg/dns": ("ListenAndServe",),
}
_STANDARD = frozenset(
    ("ListenAndServe", "ListenAndServeTLS", "Listen", "ListenPacket", "ResolveTCPAddr", "ResolveUDPAddr")
)
_SERVERS = (b".Server{", b".Addr = ")
_ADDRESS = re.compile(
    r"(?:(?P<scheme>tcp4?|tcp6|udp|https?)://)?(?P<host>[\w.\-]*|\[[0-9a-fA-F:]*\]|\*):(?P<port>\d{1,5}|https?)"
)
_PLAIN_ADDRESS = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|localhost)?:\d{2,5}")
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


def find_listening(sources: Sources, evaluator: Evaluator) -> Listening:
    """Find every address that a program listens on when nothing is configured."""
    ports: dict[tuple[int, str], Port] = {}
    first: Evidence | None = None
    asides: dict[tuple[int, str], Port] = {}
    commands = frozenset(command_structs(sources))
    unknown: Value | None = None
    optional = True
    starts = (f".{name}(".encode() for name in sorted(_STANDARD | _framework_methods(sources)))
    for syntax in sources.mentioning(*starts, *_SERVERS):
        for transport, address, place in _listeners(syntax, sources):
            if sources.is_unused(place, syntax) or answers_challenges(place):
                continue
            first = first or syntax.evidence(place)
            values = [] if address is None else _addresses(address, syntax, evaluator)
            if address is None and _is_gin(sources):
                values = [Value(":8080", "PORT", syntax.evidence(place))]
            if address is None and sources.imports_any(("github.com/pocketbase/pocketbase",)):
                values = [Value(":8090", None, syntax.evidence(place))]
            named = next((value for value in values if value.variable and _sets_port(value.variable)), None)
            variable = None if named is None else named.variable
            found = _own_ports(values, transport, variable, syntax.evidence(place))
            group = asides if is_aside(place) or is_in_command(place, commands) else ports
            for port in found[:1]:
                known = group.setdefault((port.number, port.transport), port)
                if known.is_local_only and not port.is_local_only:
                    group[port.number, port.transport] = port
            if not found and unknown is None:
                unknown = named
            optional = optional and not found and named is None and is_optional(place, syntax, sources)
    by_default = {transport for _, transport in ports}
    for key, port in asides.items():
        if key[1] not in by_default:
            ports.setdefault(key, port)
    if first is not None and not ports and unknown is None and not optional:
        ports = {(port.number, port.transport): port for port in _only_address(sources)}
    ordered = sorted(ports.values(), key=lambda port: port.is_local_only)
    return Listening(first, tuple(ordered), unknown, optional)


def _addresses(address: Node, syntax: Syntax, evaluator: Evaluator) -> list[Value]:
    """What the address of a listener can be; its port tells by itself where nobody knows the host."""
    values = evaluator.values(address, syntax)
    given = arguments(address) if address.type == "call_expression" else []
    if len(given) != 2 or callee(address)[1] != "JoinHostPort" or any(value.text for value in values):
        return values
    ports = evaluator.values(given[1], syntax)
    return [replace(value, text=f":{value.text}") for value in ports if value.text is not None] or values


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


def _is_gin(sources: Sources) -> bool:
    return sources.imports_any(("github.com/gin-gonic/gin",))


def _framework_methods(sources: Sources) -> set[str]:
    return {name for path, names in FRAMEWORKS.items() if sources.imports_any((path,)) for name in names}


def _listeners(syntax: Syntax, sources: Sources) -> Iterator[_Listener]:
    """Yield each thing that listens in a file, in the order of the text."""
    methods = _framework_methods(sources)
    for call in syntax.calls:
        operand, name = callee(call)
        if operand is None or (name not in _STANDARD and name not in methods):
            continue
        given = arguments(call)
        path = syntax.import_names.get(text_of(operand)) if operand.type == "identifier" else None
        standard = _standard_call(path, name, given, syntax, sources)
        if standard is not None:
            yield (*standard, call)
        elif name in methods and path != "net/http" and (given or _is_engine(operand, name, syntax, sources)):
            yield from _framework_call(call, name, given)
    yield from _servers(syntax)


def _standard_call(
    path: str | None, name: str, given: list[Node], syntax: Syntax, sources: Sources
) -> tuple[Transport, Node] | None:
    """Recognise a function of net or net/http, and the ListenAndServe of anybody's package."""
    if name in {"ListenAndServe", "ListenAndServeTLS"}:
        if given and path is not None and sources.find(path) is None:
            return "tcp", given[0]
    elif path in {"net", "crypto/tls"} and name in {"Listen", "ListenPacket"} and len(given) >= 2:
        network = string_value(given[0]) or "tcp"
        if network.startswith(("tcp", "udp")):
            return "udp" if network.startswith("udp") else "tcp", given[1]
    elif path == "net" and name in {"ResolveTCPAddr", "ResolveUDPAddr"} and len(given) == 2:
        if f"Listen{name[7:10]}".encode() in syntax.file.text:
            return "udp" if "UDP" in name else "tcp", given[1]
    elif path is None and name in {"Listen", "ListenPacket"} and len(given) == 3:  # of net.ListenConfig
        network = string_value(given[1]) or ("tcp" if name == "Listen" else "udp")
        if network.startswith(("tcp", "udp")):
            return "udp" if network.startswith("udp") else "tcp", given[2]
    return None


def _framework_call(call: Node, name: str, given: list[Node]) -> Iterator[_Listener]:
    """Yield a framework's start: by an address, or gin's bare Run()."""
    if not given:
        if name in {"Run", "Spin", "Start"} and text_of(call).count("(") == 1:
            yield "tcp", None, call
    elif not (len(given) > 1 and given[1].type == "func_literal"):  # t.Run("name", func...) is a test
        yield "tcp", given[0], call


def _is_engine(operand: Node, name: str, syntax: Syntax, sources: Sources) -> bool:
    """Whether what is started without an address may be a framework's: no type shows it.

    A value that another library made is none, nor is one of the program's own types that has such a method,
    unless a framework made it.
    """
    package = syntax.import_names.get(text_of(operand))
    if package is not None:
        return package.startswith(tuple(FRAMEWORKS))  # a function, and no method of a value
    made = [
        syntax.import_names.get(text_of(maker))
        for binding in syntax.bindings_of.get(text_of(operand), ())
        if binding.value.type == "call_expression" and (maker := callee(binding.value)[0]) is not None
    ]
    known = [path for path in made if path is not None]
    if any(path.startswith(tuple(FRAMEWORKS)) for path in known):
        return True
    foreign = [path for path in known if sources.find(path) is None]
    return not foreign and not any(
        function.type == "method_declaration"
        for other in sources.declaring(name, None)
        for function in other.functions_of.get(name, ())
    )


def _servers(syntax: Syntax) -> Iterator[_Listener]:
    """Yield the addresses of `http.Server{Addr: ...}` and of `server.Addr = ...`."""
    for literal in syntax.literals:
        kind, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
        if kind is None or body is None or not text_of(kind).endswith("Server"):
            continue
        for child in body.named_children:
            pair = pair_of(child)
            if pair is not None and pair[0] == "Addr" and _is_http_server(kind, syntax):
                yield "tcp", pair[1], child
    if b".Addr = " in syntax.file.text and "net/http" in syntax.import_names.values():
        for binding in syntax.bindings_of.get("Addr", ()):
            if text_of(binding.target).endswith(("erver.Addr", "srv.Addr", "s.Addr")):
                yield "tcp", binding.value, binding.node


def _is_http_server(kind: Node, syntax: Syntax) -> bool:
    package = text_of(kind).rpartition(".")[0]
    path = syntax.import_names.get(package, "")
    return path == "net/http" or any(path.startswith(known) for known in FRAMEWORKS)


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
