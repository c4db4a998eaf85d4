"""What a name is worth, and a field of a struct: what the program's own packages give it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from gendock.golang.evaluated import Evaluate, Value
from gendock.golang.owners import Owners
from gendock.golang.places import (
    FLAG_KINDS,
    SERVICE_VARIABLE,
    Places,
    is_below,
    is_bound_flag,
    is_of_service,
    key_of,
    tag_of,
)
from gendock.golang.source_file import Form
from gendock.golang.sources import CALLED
from gendock.golang.syntax import arguments, callee, contains, enclosing_functions, parameters, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from gendock.golang.called_values import Calls
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Binding, Syntax

MAX_CALLERS = 60

# How a name stands where a package declares it, and where it is given a value.
_DECLARED = Form(before=r"^(?:\s*|var\s+|const\s+)(?:\w+,\s*){0,20}$")
_GIVEN = Form(after=r"[^\n]*=")


class Names:
    """The names and fields of one program."""

    def __init__(self, sources: Sources, places: Places, calls: Calls, evaluate: Evaluate) -> None:
        """Take the files, where fields and flags get their values, the calls, and what evaluates all else."""
        self._sources = sources
        self._places = places
        self._owners = Owners(sources)
        self._calls = calls
        self._evaluate = evaluate

    def of_name(self, node: Node, syntax: Syntax, depth: int) -> Iterator[Value]:
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
            return self._evaluate(binding.value, syntax, depth)
        if binding.value.type != "call_expression":
            return []
        return self._calls.returned(binding.value, binding.index, syntax, depth)

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
                yield from self._calls.of_flag(call, other, depth)

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
                    yield from self._evaluate(arguments(call)[index], other, depth)

    def of_selector(self, node: Node, syntax: Syntax, depth: int) -> list[Value]:
        """Follow `a.b`: what another package declares, or a field."""
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
            return [value for default in defaults for value in self._evaluate(*default, depth)]
        if place.type == "call_expression" and FLAG_KINDS.fullmatch(callee(place)[1]):
            return self._calls.of_flag(place, syntax, depth)
        return self._evaluate(place, syntax, depth)
