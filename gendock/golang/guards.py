"""What stands before a listener or a file that is opened: conditions that say whether it comes to that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.sources import CALLED
from gendock.golang.syntax import above, arguments, callee, contains, enclosing_functions, text_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from tree_sitter import Node

    from gendock.golang.evidence import Evidence
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

# `if mode == "agent" {`: one way of several to run.
_COMPARED = re.compile(r'==\s*"[^"]+"|"[^"]+"\s*==')
# `if options.profiler {`: only where it is switched on.
_SWITCHED = re.compile(r"[\w.]+\.\w+|\*\w+")
# `if options.listen != "" {`: only where somebody asks for it.
_ASKED = re.compile(
    r'(?<!\w)(?!err\b)[\w.\[\]]+ != (?:""|nil\b)|\blen\([\w.]+\) (?:>|!=) 0|[pP]ort (?:>|!=|>=) -?[01]\b'
)
# Fields of structs that are sub-commands, as go-arg, kong and go-flags have them.
_COMMAND = re.compile(r'\barg:"(?:[^"]*,)?subcommand\b|\bcmd:"|\bcommand:"')
# `if dev {`, `if cfg.DebugMode() {`: what an image does not do.
_DEVELOPING = re.compile(r"(?i)(?:\w+\.)*(?:is_?)?(?:dev|develop|development|debug)(?:_?mode)?(?:\(\))?")
_MAX_DEPTH = 3


def is_aside(place: Node) -> bool:
    """Whether a listener is for one mode of the program: by a comparison with a word, or by a switch."""
    return any(_COMPARED.search(one) or _SWITCHED.fullmatch(one) for one in _conditions(place))


def for_developers(files: Iterable[Syntax], names: Container[str]) -> Iterator[Evidence]:
    """Yield the arguments of calls by certain names that only whoever develops the program comes to."""
    for syntax in files:
        for call in syntax.calls:
            if callee(call)[1] in names and any(_DEVELOPING.fullmatch(one) for one in _conditions(call)):
                yield from (syntax.evidence(argument) for argument in arguments(call))


def command_structs(sources: Sources) -> Iterator[str]:
    """Yield the names of the structs that are sub-commands, by the tags of the fields that hold them."""
    for syntax in sources.mentioning(b'cmd:"', b'command:"', b'arg:"'):
        for field in syntax.tagged_fields:
            kind, tag = field.child_by_field_name("type"), field.child_by_field_name("tag")
            if kind is not None and tag is not None and _COMMAND.search(text_of(tag)):
                yield text_of(kind).lstrip("*").rpartition(".")[2]


def is_in_command(place: Node, structs: frozenset[str]) -> bool:
    """Whether a listener stands in a method of a struct that is a sub-command."""
    method = next((one for one in above(place) if one.type == "method_declaration"), None)
    receiver = None if method is None else method.child_by_field_name("receiver")
    return receiver is not None and text_of(receiver).strip("()").rpartition(" ")[2].lstrip("*") in structs


def is_optional(place: Node, syntax: Syntax, sources: Sources, depth: int = _MAX_DEPTH) -> bool:
    """Whether a listener, or every call of the function that it stands in, is there for who asks for it."""
    if any(_ASKED.search(condition) for condition in _conditions(place)):
        return True
    function = next((one for one in enclosing_functions(place) if one.type != "func_literal"), None)
    named = None if function is None else function.child_by_field_name("name")
    if named is None or depth == 0 or text_of(named) in {"main", "init"}:
        return False
    name = text_of(named)
    callers = [
        (call, other)
        for other in sources.naming(name, CALLED, sources.saying(name, syntax.package.folder))
        for call in other.calls_of.get(name, ())
    ]
    return bool(callers) and all(is_optional(call, other, sources, depth - 1) for call, other in callers)


def _conditions(place: Node) -> Iterator[str]:
    """Yield the conditions under which a place is reached, without those of functions around it."""
    for outer in above(place):
        if outer.type in {"function_declaration", "method_declaration"}:
            return
        if outer.type != "if_statement":
            continue
        consequence = outer.child_by_field_name("consequence")
        condition = outer.child_by_field_name("condition")
        if consequence is not None and condition is not None and contains(consequence, place):
            yield text_of(condition)
