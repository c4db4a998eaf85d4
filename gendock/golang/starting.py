"""How a program is started: the sub-command that makes it serve, and which package other files build.

A command line library shows its sub-commands in the source; where it does not, a Procfile, a compose file or
an old Dockerfile may show the words behind the program's name.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.needs import Arguments
from gendock.golang.syntax import above, arguments, callee, pair_of, string_value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node

    from gendock.golang.folder import Folder
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax

# Frameworks whose program does nothing without a sub-command, and listens on this machine only by default.
_FRAMEWORKS = {
    "github.com/pocketbase/pocketbase": (("serve", "--http=0.0.0.0:8090"), "how PocketBase serves to others"),
}
_SURE = ("serve", "server", "serve-http", "http-server", "start-server", "run-server", "runserver")
_LIKELY = ("start", "run", "web", "api", "http", "daemon", "up", "listen", "rest", "standalone", "all-in-one")
# What a command may do beside what it is for.
_BESIDE = ("relay", "proxy", "gateway", "agent", "broker")
_FEW = 2
_LITERALS = {"cobra.Command": ("Use", ("Run", "RunE")), "cli.Command": ("Name", ("Action", "Run"))}
_ROOTS = ("cli.App", "cobra.Command", "cli.Command")
_SHOWS_HELP = re.compile(r"\.(Help|Usage|UsageFunc|ShowAppHelp)\b|ShowAppHelp")
# Packages of the standard library that are there with GOEXPERIMENT only, as of Go 1.26.
_EXPERIMENTS = {
    "encoding/json/v2": "jsonv2",
    "encoding/json/jsontext": "jsonv2",
    "arena": "arenas",
    "simd": "simd",
    "runtime/secret": "runtimesecret",
}
# Fields that are sub-commands, as kong, go-arg and go-flags write them.
_TAG = re.compile(
    r'\bcmd:"|\barg:"(?:[^"]*,)?subcommand\b(?::(?P<arg>[\w-]+))?|\bcommand:"(?P<command>[\w-]+)"'
)
_TAGS = (b'cmd:"', b'command:"', b'arg:"')

# A program that chooses by its first argument: `switch os.Args[1] {`, `switch flag.Arg(0) {`, `switch cmd {`.
CHOOSES = re.compile(
    rb"^([ \t]*)switch (?:[\w.]*[aA]rgs(?:\(\))?\[\d\]|[\w.]*\bArg\(\d\)|cmd|command|"
    rb"sub_?[cC](?:md|ommand)) \{"
    rb"[ \t\r]*\n(?P<body>.*?)^\1\}",
    re.MULTILINE | re.DOTALL,
)
CASE = re.compile(rb"^[ \t]*case ([^\n]*):", re.MULTILINE)
CHOICE = re.compile(rb'"[a-z][\w-]*"')
_DOCKERFILE = re.compile(r"(?:^|/)(?:Dockerfile(?:\.[\w-]+)?|[\w.-]+\.[dD]ockerfile|Containerfile)$")
_COMPOSE = re.compile(r"(?:^|/)(?:docker-)?compose[\w.-]*\.ya?ml$")
_RELEASER = re.compile(r"^\.?goreleaser[\w.-]*\.ya?ml$")
_OURS = "# Written by gendock"
_BUILD = re.compile(r"\bgo (?:build|install|run)\b(?P<rest>[^\n;|&]*)")
_MAIN = re.compile(r"^\s*(?:- )?main:\s*[\"']?(?P<path>[\w./-]+)", re.MULTILINE)
_START = re.compile(r"^\s*(?:ENTRYPOINT|CMD|command:|entrypoint:)\s*(?P<array>\[.*\])\s*$", re.MULTILINE)
_PROC = re.compile(r"^(?:web|release-web|api|app):\s*(?P<words>.+)$", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z0-9][\w.=:-]*|--?[a-z][\w.=:-]*")
_MAX_BYTES = 128 * 1024
_BY_HAND = 3


def find_arguments(sources: Sources, name: str) -> Arguments | None:
    """Find the words that make a server serve, by the source's sub-commands.

    Args:
        sources: the program's own files.
        name: the program's name.
    """
    for module, (words, because) in _FRAMEWORKS.items():
        for package in sources.packages:
            for file, item in package.imports:
                if item.path == module:
                    return Arguments(words, because, Evidence(file.path, item.line))
    known = list(commands(sources))
    roots = {name, *_root_names(sources)}
    idle = not any(runs for word, runs, _ in known if word in roots) and not _has_action(sources)
    for likely in (_SURE, _LIKELY if idle else ()):
        for wanted in likely:
            for word, runs, evidence in known:
                if word == wanted and runs:
                    return Arguments((word,), "the sub-command that serves", evidence)
    return None


def of_other_commands(sources: Sources, arguments: Arguments | None) -> frozenset[str]:
    """The files that declare sub-commands, and not the one that a program is started with."""
    if arguments is None:
        return frozenset()
    found: dict[str, set[str]] = {}
    for word, _, evidence in commands(sources):
        found.setdefault(evidence.path, set()).add(word)
    return frozenset(path for path, words in found.items() if words.isdisjoint(arguments.words))


def serves_aside(sources: Sources, name: str) -> bool:
    """Whether serving is what a sub-command does, and not what the command is for.

    No sub-command is surely there to serve; and either nothing is done without one and none is likely to, or
    the command does something by itself and one of them goes by a name for what is done beside.
    """
    words = {word for word, _, _ in commands(sources)} | set(_words_in_lists(sources))
    if len(words) < _FEW or not words.isdisjoint(_SURE):
        return False
    roots = {name, *_root_names(sources)}
    idle = not any(runs for word, runs, _ in commands(sources) if word in roots) and not _has_action(sources)
    return words.isdisjoint((*_LIKELY, *_BESIDE)) if idle else not words.isdisjoint(_BESIDE)


def serves_surely(sources: Sources) -> bool:
    """Whether a sub-command is surely there to serve."""
    return any(word in _SURE for word, _, _ in commands(sources))


def _words_in_lists(sources: Sources) -> Iterator[str]:
    """Yield the names of commands in lists that give the type once: `[]*cli.Command{{Name: "relay"}}`."""
    for syntax in sources.mentioning(b"cli.Command{"):
        for name in syntax.pairs_of.get("Name", ()):
            literal = name.parent.parent.parent if name.parent and name.parent.parent else None
            pairs = (pair_of(child) for child in (literal.named_children if literal else ()))
            has_action = any(pair is not None and pair[0] == "Action" for pair in pairs)
            if has_action and (written := string_value(name)):
                yield written.split()[0].lower()


def find_experiments(sources: Sources) -> tuple[str, ...]:
    """Find the experiments of Go whose packages a program imports: it builds with GOEXPERIMENT only."""
    imported = ((name, path) for path, name in _EXPERIMENTS.items() if sources.imports_any((path,)))
    return tuple(dict.fromkeys(name for name, _ in imported))


def commands(sources: Sources) -> Iterator[tuple[str, bool, Evidence]]:
    """Yield each command that the source declares, whether it does something, and its place."""
    yield from _chosen(sources)
    for syntax in sources.mentioning(b"cobra.Command{", b"cli.Command{", *_TAGS, b".Command("):
        yield from _literal_commands(syntax)
        for field in syntax.tagged_fields:
            tag, names = field.child_by_field_name("tag"), field.children_by_field_name("name")
            match = None if tag is None else _TAG.search(text_of(tag))
            if match is not None and names:
                word = match["arg"] or match["command"] or text_of(names[0]).lower()
                yield word, True, syntax.evidence(field)
        for call in syntax.calls_of.get("Command", ()):
            operand, given = callee(call)[0], arguments(call)
            written = string_value(given[0]) if len(given) == 2 else None
            if operand is not None and written and text_of(operand) not in {"exec", "cobra", "cli"}:
                yield written, True, syntax.evidence(call)


def _chosen(sources: Sources) -> Iterator[tuple[str, bool, Evidence]]:
    """Yield the words between which the program's own package chooses by its first argument."""
    for file in sources.packages[0].files:
        for match in CHOOSES.finditer(file.text):
            for case in CASE.finditer(match["body"]):
                line = file.text.count(b"\n", 0, match.start("body") + case.start()) + 1
                for word in CHOICE.findall(case[0]):
                    yield word.decode().strip('"'), True, Evidence(file.path, line)


def _root_names(sources: Sources) -> Iterator[str]:
    """Yield the names of the commands that are executed, or that functions named after the root make."""
    for syntax in sources.mentioning(b"cobra.Command{"):
        for literal in syntax.literals:
            kind, pairs = _literal(literal)
            written = string_value(pairs["Use"]) if kind == "cobra.Command" and "Use" in pairs else None
            owner = _owner(literal)
            executed = owner and any(sources.mentioning(f"{owner}.Execute".encode()))
            if written and (executed or "root" in owner.lower()):
                yield written.split()[0].lower()


def _owner(literal: Node) -> str:
    """The variable that a literal is assigned to, else the function that it stands in."""
    for node in above(literal):
        if node.type in {"var_spec", "short_var_declaration", "assignment_statement"}:
            left = node.child_by_field_name("name") or node.child_by_field_name("left")
            return "" if left is None else text_of(left)
        if node.type == "function_declaration":
            named = node.child_by_field_name("name")
            return "" if named is None else text_of(named)
    return ""


def _literal_commands(syntax: Syntax) -> Iterator[tuple[str, bool, Evidence]]:
    for literal in syntax.literals:
        kind, pairs = _literal(literal)
        if kind in _LITERALS:
            key, actions = _LITERALS[kind]
            written = string_value(pairs[key]) if key in pairs else None
            doing = [text_of(pairs[action]) or "much" for action in actions if action in pairs]
            if written:
                runs = any(not _SHOWS_HELP.search(text) for text in doing)
                yield written.split()[0].lower(), runs, syntax.evidence(literal)


def _has_action(sources: Sources) -> bool:
    """Whether the application itself, beside its sub-commands, does something: `cli.App{Action: ...}`."""
    applications = (b"cli.App{", b"cli.NewApp()", b"cli.Command{", b"cobra.Command{")
    for syntax in sources.mentioning(*applications, b".Action ="):
        if not any(text in syntax.file.text for text in applications):
            continue
        for literal in syntax.literals:
            kind, pairs = _literal(literal)
            is_root = kind == "cli.App" or (kind == "cli.Command" and "Commands" in pairs)
            if is_root and "Action" in pairs:
                return True
        if "Action" in syntax.bindings_of:
            return True
    return False


def _literal(literal: Node) -> tuple[str, dict[str, Node]]:
    kind, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
    if kind is None or body is None or not text_of(kind).endswith(_ROOTS):
        return "", {}
    pairs = (pair_of(child) for child in body.named_children)
    return text_of(kind), dict(pair for pair in pairs if pair is not None)


def started_by(folder: Folder, files: Iterable[str], name: str) -> Arguments | None:
    """Find the words behind a program's name in a Procfile, an old Dockerfile or a compose file."""
    for path in files:
        if path != "Procfile" and not _DOCKERFILE.search(path) and not _COMPOSE.search(path):
            continue
        text = _text(folder, path)
        for match in (_PROC if path == "Procfile" else _START).finditer(text):
            words = match["words"].split() if path == "Procfile" else _array(match["array"])
            if len(words) < 2 or posixpath.basename(words[0]) not in {name, "app", "main", "server"}:
                continue
            if words[1].startswith("-") or not all(_WORD.fullmatch(word) for word in words[1:]):
                continue
            line = text.count("\n", 0, match.start()) + 1
            return Arguments(tuple(words[1:]), f"how {path} starts it", Evidence(path, line))
    return None


def _array(text: str) -> list[str]:
    try:
        words = json.loads(text)
    except ValueError:
        return []
    return [word for word in words if isinstance(word, str)] if isinstance(words, list) else []


def built_elsewhere(
    folder: Folder, files: Sequence[str], programs: Sequence[str]
) -> tuple[str, Evidence] | None:
    """Find the one program that an old Dockerfile, goreleaser, a Procfile or the Makefile builds.

    Args:
        folder: the repository.
        files: its files.
        programs: the folders of its programs.

    Returns:
        The program's folder and the line; None where no file builds exactly one of them.
    """
    for path in sorted(
        (path for path in files if _strength(path) is not None), key=lambda path: (_strength(path), path)
    ):
        found: dict[str, Evidence] = {}
        text = _text(folder, path)
        for match in (_MAIN if _RELEASER.match(path) else _BUILD).finditer(text):
            words = [match["path"]] if _RELEASER.match(path) else match["rest"].split()
            for word in words:
                package = _package(word.strip("\"'"), programs)
                if package is not None:
                    found.setdefault(package, Evidence(path, text.count("\n", 0, match.start()) + 1))
        if len(found) == 1:
            return next(iter(found.items()))
    return None


def released_elsewhere(folder: Folder, files: Sequence[str], programs: Sequence[str]) -> str | None:
    """Find the one program that an old Dockerfile, goreleaser or a Procfile builds for others to run.

    A Makefile also builds examples, to see that they compile.
    """
    strong = [path for path in files if (strength := _strength(path)) is not None and strength < _BY_HAND]
    found = built_elsewhere(folder, strong, programs)
    return None if found is None else found[0]


def _strength(path: str) -> int | None:
    if "/" in path:
        return None
    if path == "Dockerfile":
        return 0
    if _RELEASER.match(path):
        return 1
    if path == "Procfile":
        return 2
    return _BY_HAND if path in {"Makefile", "Taskfile.yml", "Taskfile.yaml", "justfile"} else None


def _package(word: str, programs: Sequence[str]) -> str | None:
    path = posixpath.normpath(posixpath.dirname(word) if word.endswith((".go", "/*")) else word)
    path = path or "."
    is_package = word.startswith("./") or word.endswith(".go") or word == "." or "/" in word
    return path if is_package and path in programs else None


def _text(folder: Folder, path: str) -> str:
    content = folder.read(path, limit=_MAX_BYTES)
    text = "" if content is None else content.decode(errors="replace")
    return "" if text.startswith(_OURS) else text
