"""Where struct fields and flags get their values: places in syntax trees, found by name.

A name is all that is compared, as there are no types. `is_below` tells fields of one name apart by the name
of the struct or key that they stand in.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from gendock.golang.source_file import AnyForm, Form
from gendock.golang.syntax import above, arguments, callee, pair_of, string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

    Place = tuple[Node, Syntax]

MAX_PLACES = 60

# flag.String(name, default, help), flag.StringVar(&x, name, default, help), and pflag's with a letter: VarP.
_KINDS = ("String", "Int", "Uint", "Int64", "Uint64", "Uint16", "Int32", "Duration", "Bool")
FLAG_KINDS = re.compile(rf"({'|'.join(_KINDS)})(Var)?(P?)")
# How a field stands where it is given a value: `Name: x`, `a.Name = x`, `a.Name, err = x`, or by a tag; and
# where a flag is bound to it: `Var(&a.Name, "name"`.
_GIVEN = Form(after=r"\s*:(?!=)|\s*(?:,[^=\n]*)?(?:[-+*/%|&^]|<<|>>|&\^)?=(?!=)|[^\n]*`")
_BOUND = Form(before=r"&[\w.]*\.$", after=r"\s*,")
_GIVEN_OR_BOUND = AnyForm(_GIVEN, _BOUND)
_BINDERS = tuple(f"{kind}{end}" for kind in _KINDS for end in ("Var", "VarP"))
_ARG_VARIABLE = re.compile(r"(?:^|,)\s*env:(\w+)")
_ARG_FLAG = re.compile(r"(?:^|,)\s*--([\w-]+)")
_LATER_DEFAULT = re.compile(r"(?:^|,)\s*default=([^,]+)")
# Names of what a program speaks to; those of its own address do not count where one of these is in them.
SERVICE_VARIABLE = re.compile(
    r"(?i)(^|_)(db|database|postgres\w*|pg|mysql|redis|mongo\w*|kafka|rabbit\w*|amqp|nats|smtp|mail|elastic\w*|"
    r"minio|s3|consul|etcd|memcached?|mock\w*|fake\w*|proxy|remote|upstream|broker|statsd|otel|otlp|jaeger|pprof)(_|$)"
)
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TAG_PAIR = re.compile(r'([\w-]+):"((?:[^"\\]|\\.)*)"')


class Places:
    """The places of one program."""

    def __init__(self, sources: Sources) -> None:
        """Take the files that the program is made of."""
        self._sources = sources
        self._of_field: dict[tuple[str, str | None], list[Place]] = {}
        self._flags: dict[str, dict[str, list[Place]]] = {}

    def of_field(self, name: str, folder: str) -> list[Place]:
        """Every place that gives a field of this name a value: an expression, a tagged field or a flag.

        No other package than the one in `folder` can name a field that is not exported.
        """
        own = None if name[:1].isupper() else folder
        if (name, own) not in self._of_field:
            places = (place for place in self._fields(name, own) if not self._sources.is_unused(*place))
            self._of_field[name, own] = list(islice(places, MAX_PLACES))
        return self._of_field[name, own]

    def _fields(self, name: str, own: str | None) -> Iterator[Place]:
        """Yield every place that gives a field of this name a value."""
        for other in self._sources.naming(name, _GIVEN_OR_BOUND, None if own is None else (own,)):
            for value in other.pairs_of.get(name, ()):
                pair = value.parent.parent if value.parent is not None else None
                if pair is None or not answers_challenges(pair):
                    yield value, other
            for binding in other.bindings_of.get(name, ()):
                if binding.target.type == "selector_expression" and binding.index == 0:
                    yield binding.value, other
            yield from ((field, other) for field in other.tagged_of.get(name, ()))
            flags = bound_flags(other) if b"Var" in other.text else ()
            yield from ((call, other) for call, target in flags if target.endswith(f".{name}"))

    def of_key(self, key: str) -> list[Place]:
        """The defaults of a configuration library's key: viper's, a flag's, urfave's Flag literal."""
        return self._keys.get(key.lower(), [])

    @cached_property
    def _keys(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for syntax in self._sources.mentioning(b".SetDefault(", b"Flags()", b"Flag{", b"FlagSet"):
            for call in syntax.calls:
                name, given = callee(call)[1], arguments(call)
                default = given[1] if name == "SetDefault" and len(given) == 2 else flag_default(call)
                written = string_value(given[0]) if default is not None else None
                if default is not None and written is not None:
                    found.setdefault(written.lower(), []).append((default, syntax))
            for literal in syntax.literals:
                kind, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
                if kind is not None and body is not None and text_of(kind).endswith("Flag"):
                    pairs = dict(
                        pair for child in body.named_children if (pair := pair_of(child)) is not None
                    )
                    named = string_value(pairs["Name"]) if "Name" in pairs else None
                    if "Value" in pairs and named is not None:
                        found.setdefault(named.lower(), []).append((pairs["Value"], syntax))
        return found

    def flags_of(self, name: str, folder: str) -> list[Place]:
        """The flags that are bound to a variable of a package."""
        if folder not in self._flags:
            self._flags[folder] = {}
            for syntax in self._sources.calling(*_BINDERS, folder=folder):
                for call, target in bound_flags(syntax):
                    self._flags[folder].setdefault(target, []).append((call, syntax))
        return self._flags[folder].get(name, [])


def bound_flags(syntax: Syntax) -> Iterator[tuple[Node, str]]:
    """Yield every flag of a declaration that is bound, and its variable: `name` or `options.name`."""
    for name, calls in syntax.calls_of.items():
        match = FLAG_KINDS.fullmatch(name)
        for call in calls if match is not None and match[2] else ():
            given = arguments(call)
            if len(given) >= 3:
                yield call, text_of(given[0]).removeprefix("&")


def is_bound_flag(node: Node) -> bool:
    """Whether an expression declares a flag and binds it to a variable, with a default that counts.

    A number of 0 is rather left to what follows: `if o.Port == 0 { o.Port = defaultPort }`.
    """
    match = FLAG_KINDS.fullmatch(callee(node)[1]) if node.type == "call_expression" else None
    if match is None or not match[2]:
        return False
    default = flag_default(node)
    return default is None or text_of(default) != "0"


def flag_default(call: Node) -> Node | None:
    """The default of a flag's declaration; None where the call declares no flag."""
    match = FLAG_KINDS.fullmatch(callee(call)[1])
    given = arguments(call)
    index = 0 if match is None else 1 + bool(match[2]) + bool(match[3])
    return given[index] if 0 < index < len(given) else None


def tag_of(field: Node) -> tuple[str | None, str | None]:
    """The variable and the default in a field's tag: `env:"PORT" envDefault:"8080"` and its relatives."""
    tag = field.child_by_field_name("tag")
    written = None if tag is None else string_value(tag)
    keys = dict(_TAG_PAIR.findall(written or ""))
    named, _, options = (keys.get("env") or keys.get("envconfig") or "").partition(",")
    # go-arg has the variable among others, sethvargo's go-envconfig the default behind the variable.
    asked, given = _ARG_VARIABLE.search(keys.get("arg", "")), _LATER_DEFAULT.search(options)
    default = next((keys[key] for key in ("envDefault", "default", "env-default") if key in keys), None)
    variable = named or (asked[1] if asked is not None else None)
    if default is None and given is not None:
        default = given[1]
    return variable or None, default


def flag_of(field: Node) -> str | None:
    """The flag that sets a field: go-flags' `long:"bind"`, go-arg's `arg:"--bind"`, kong's `name:"bind"`."""
    tag = field.child_by_field_name("tag")
    written = None if tag is None else string_value(tag)
    keys = dict(_TAG_PAIR.findall(written or ""))
    listed = _ARG_FLAG.search(keys.get("arg", ""))
    return keys.get("long") or (listed[1] if listed is not None else None) or keys.get("name") or None


def key_of(field: Node) -> str | None:
    """The key by which viper fills a field: `mapstructure:"port"`."""
    tag = field.child_by_field_name("tag")
    written = None if tag is None else string_value(tag)
    return dict(_TAG_PAIR.findall(written or "")).get("mapstructure", "").split(",")[0] or None


def answers_challenges(place: Node) -> bool:
    """Whether a call, or a `key: value` of a server, listens for autocert's challenges and nothing else."""
    if place.type == "call_expression":
        beside = arguments(place)
    else:
        pairs = map(pair_of, place.parent.named_children if place.parent is not None else ())
        beside = [pair[1] for pair in pairs if pair is not None and pair[0] == "Handler"]
    return any(one.type == "call_expression" and callee(one)[1] == "HTTPHandler" for one in beside)


def is_of_service(place: Node) -> bool:
    """Whether a place gives a field of a database, a mail server and the like: `c.SMTP.Port = 587`."""
    return any(SERVICE_VARIABLE.search(_WORD_START.sub("_", name)) for name in _names_around(place))


def _names_around(place: Node) -> Iterator[str]:
    """Yield the names that a place is below of, and those in its value before the last."""
    if place.type == "selector_expression":
        yield from text_of(place).split(".")[:-1]
    node = place.parent.parent if place.type != "field_declaration" and place.parent is not None else place
    if node is not None and node.type == "keyed_element":
        node = node.parent  # the place's own key
    for outer in () if node is None else (node, *above(node)):
        if outer.type == "keyed_element" and (pair := pair_of(outer)) is not None:
            yield pair[0]
        elif outer.type == "type_spec" and (name := outer.child_by_field_name("name")) is not None:
            yield text_of(name)
        elif outer.type == "assignment_statement":
            left = outer.child_by_field_name("left")
            yield from text_of(left).split(".")[:-1] if left is not None else ()


def is_below(place: Node, owner: str) -> bool:
    """Whether the nearest name above a place is the owner's: a key of a literal, or a struct type."""
    node = place.parent.parent if place.type != "field_declaration" and place.parent is not None else place
    if node is not None and node.type == "keyed_element":
        node = node.parent  # the place's own key
    for outer in () if node is None else (node, *above(node)):
        if outer.type == "keyed_element" and (pair := pair_of(outer)) is not None:
            return pair[0] == owner
        if outer.type == "type_spec" and (name := outer.child_by_field_name("name")) is not None:
            return owner.lower() in text_of(name).lower()
        if outer.type in {"assignment_statement", "short_var_declaration"}:
            left = outer.child_by_field_name("left")
            return left is not None and f".{owner}." in f".{text_of(left)}."
    return False
