"""The calls by which a program listens: of net, net/http and the web frameworks that people use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gendock.golang.syntax import arguments, callee, pair_of, string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

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


def find_listeners(sources: Sources) -> Iterator[tuple[Transport, Node | None, Node, Syntax]]:
    """Yield each thing that listens: its transport, its address where it is told one, its call, the text."""
    starts = (f".{name}(".encode() for name in sorted(_STANDARD | _framework_methods(sources)))
    for syntax in sources.mentioning(*starts, *_SERVERS):
        yield from ((*one, syntax) for one in _listeners(syntax, sources))


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
