"""Reads go.mod and go.work: the grammar of https://go.dev/ref/mod#go-mod-file-grammar.

    file      = { directive newline }
    directive = verb { token } | verb "(" newline { { token } newline } ")"
    token     = word | "string" | `raw string` | "=>"
    comment   = "//" to the end of the line; there is no other kind

Nothing is executed and no module is looked up. A mistake that stops the go command stops this reader too,
with the line in the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gendock.errors import RefusedError
from gendock.golang.facts import Directive, Evidence, Replacement, Requirement
from gendock.golang.versions import GoVersion

_TOKEN = re.compile(
    r"""\s+ | (?P<comment>//.*) | (?P<string>"(?:[^"\\]|\\.)*") | `(?P<raw>[^`]*)`
      | (?P<mark>=>|[()]) | (?P<word>(?:(?!//|=>)[^\s"`()])+)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\\"'])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))"
)
_NAMED_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MOD_VERBS = frozenset(
    ("module", "go", "toolchain", "require", "replace", "exclude", "retract", "tool", "godebug", "ignore")
)
_WORK_VERBS = frozenset(("go", "toolchain", "use", "replace", "godebug"))


@dataclass(frozen=True, slots=True)
class Line:
    """One directive: its verb, its words, its line, and the text of a comment at its end."""

    verb: str
    words: tuple[str, ...]
    number: int
    comment: str


@dataclass(frozen=True, slots=True)
class ModFile:
    """What a go.mod says; `lines` are all of its directives, blocks unfolded."""

    module: str
    module_evidence: Evidence
    go: Directive | None
    toolchain: Directive | None
    requires: tuple[Requirement, ...]
    replaces: tuple[Replacement, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class WorkFile:
    """What a go.work says; `use` holds (folder, line) as written."""

    go: Directive | None
    toolchain: Directive | None
    use: tuple[tuple[str, int], ...]
    replaces: tuple[Replacement, ...]


def read_mod(text: str, path: str = "go.mod") -> ModFile:
    """Read a go.mod.

    Args:
        text: the file's text.
        path: how evidence and errors name the file.

    Raises:
        RefusedError: the go command would refuse this file too.
    """
    lines = _directives(text, path, _MOD_VERBS)
    modules = [line for line in lines if line.verb == "module"]
    if not modules:
        raise RefusedError(f"{path} has no module line: `go mod edit -module NAME` adds one")
    if len(modules) > 1:
        raise _broken(path, modules[1].number, "a second module line")
    if len(modules[0].words) != 1 or not modules[0].words[0]:
        raise _broken(path, modules[0].number, "`module` takes one path")
    return ModFile(
        module=modules[0].words[0],
        module_evidence=Evidence(path, modules[0].number),
        go=_go_line(lines, path),
        toolchain=_toolchain_line(lines, path),
        requires=tuple(_requirement(line, path) for line in lines if line.verb == "require"),
        replaces=tuple(_replacement(line, path) for line in lines if line.verb == "replace"),
        lines=lines,
    )


def read_work(text: str, path: str = "go.work") -> WorkFile:
    """Read a go.work.

    Raises:
        RefusedError: the go command would refuse this file too.
    """
    lines = _directives(text, path, _WORK_VERBS)
    used = []
    for line in lines:
        if line.verb == "use":
            if len(line.words) != 1:
                raise _broken(path, line.number, "`use` takes one folder")
            used.append((line.words[0], line.number))
    replaces = tuple(_replacement(line, path) for line in lines if line.verb == "replace")
    return WorkFile(_go_line(lines, path), _toolchain_line(lines, path), tuple(used), replaces)


def _directives(text: str, path: str, verbs: frozenset[str]) -> tuple[Line, ...]:
    lines: list[Line] = []
    block: str | None = None
    opened = 0
    for number, source in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        words, marks, comment = _tokens(source, path, number)
        if not words:
            continue
        if block is not None:
            if words == [")"] and marks == [True]:
                block = None
            elif any(mark and word in {"(", ")"} for word, mark in zip(words, marks, strict=True)):
                raise _broken(path, number, "a parenthesis inside of a block")
            else:
                lines.append(Line(block, tuple(words), number, comment))
            continue
        verb = words[0]
        if marks[0] or verb not in verbs:
            raise _broken(path, number, f"unknown directive {_shown(verb)}")
        if words[1:] == ["("] and marks[1]:
            block, opened = verb, number
        elif words[1:] == ["(", ")"] and marks[1] and marks[2]:
            continue
        else:
            lines.append(Line(verb, tuple(words[1:]), number, comment))
    if block is not None:
        raise _broken(path, opened, f"the `{block}` block is never closed")
    return tuple(lines)


def _tokens(source: str, path: str, number: int) -> tuple[list[str], list[bool], str]:
    """Split one line into words, whether each is a mark such as `=>`, and its comment."""
    words: list[str] = []
    marks: list[bool] = []
    comment = ""
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise _broken(path, number, "a string that is not closed")
        position = match.end()
        if match["comment"] is not None:
            comment = match["comment"][2:].strip()
        elif match["string"] is not None:
            words.append(_unquoted(match["string"], path, number))
            marks.append(False)
        elif match["raw"] is not None:
            words.append(match["raw"])
            marks.append(False)
        elif match["mark"] or match["word"]:
            words.append(match["mark"] or match["word"])
            marks.append(bool(match["mark"]))
    return words, marks, comment


def _unquoted(text: str, path: str, number: int) -> str:
    """Resolve the escapes of an interpreted Go string."""
    inner = text[1:-1]
    parts: list[str] = []
    position = 0
    while (start := inner.find("\\", position)) >= 0:
        match = _ESCAPE.match(inner, start)
        if match is None:
            raise _broken(path, number, "an escape that Go does not know")
        parts.append(inner[position:start])
        name, *codes, octal = match.groups()
        code = next((int(digits, 16) for digits in codes if digits), None)
        if name:
            parts.append(_NAMED_ESCAPES.get(name, name))
        else:
            code = int(octal, 8) if code is None else code
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                raise _broken(path, number, "an escape that is no character")
            parts.append(chr(code))
        position = match.end()
    return "".join(parts) + inner[position:]


def _go_line(lines: tuple[Line, ...], path: str) -> Directive | None:
    found = _single(lines, "go", path)
    if found is None:
        return None
    try:
        return Directive(GoVersion.parse(found.words[0]), Evidence(path, found.number))
    except ValueError:
        reason = f"{_shown(found.words[0])} is no Go version such as 1.26 or 1.26.3"
        raise _broken(path, found.number, reason) from None


def _toolchain_line(lines: tuple[Line, ...], path: str) -> Directive | None:
    found = _single(lines, "toolchain", path)
    if found is None:
        return None
    try:
        version = GoVersion.parse_toolchain(found.words[0])
    except ValueError:
        reason = f"{_shown(found.words[0])} is no toolchain such as go1.26.3"
        raise _broken(path, found.number, reason) from None
    return None if version is None else Directive(version, Evidence(path, found.number))


def _single(lines: tuple[Line, ...], verb: str, path: str) -> Line | None:
    found = [line for line in lines if line.verb == verb]
    if not found:
        return None
    if len(found) > 1:
        raise _broken(path, found[1].number, f"a second `{verb}` line")
    if len(found[0].words) != 1:
        raise _broken(path, found[0].number, f"`{verb}` takes one version")
    return found[0]


def _requirement(line: Line, path: str) -> Requirement:
    if len(line.words) != 2:
        raise _broken(path, line.number, "`require` takes a module and a version")
    indirect = line.comment == "indirect" or line.comment.startswith("indirect;")
    return Requirement(line.words[0], line.words[1], indirect, Evidence(path, line.number))


def _replacement(line: Line, path: str) -> Replacement:
    words = line.words
    arrow = words.index("=>") if "=>" in words else 0
    old, new = words[:arrow], words[arrow + 1 :]
    if not 1 <= len(old) <= 2 or not 1 <= len(new) <= 2:
        raise _broken(path, line.number, "`replace` is written OLD [VERSION] => NEW [VERSION]")
    is_folder = new[0].startswith(("./", "../", "/")) or new[0] in {".", ".."}
    if is_folder and len(new) == 2:
        raise _broken(path, line.number, "a folder in `replace` takes no version")
    if not is_folder and len(new) == 1:
        raise _broken(
            path, line.number, "a module in `replace` needs a version; a folder starts with ./ or ../"
        )
    return Replacement(
        old=old[0],
        old_version=old[1] if len(old) == 2 else None,
        new=new[0],
        new_version=new[1] if len(new) == 2 else None,
        evidence=Evidence(path, line.number),
    )


def _shown(word: str) -> str:
    return ascii(word if len(word) <= 40 else word[:40] + "...")


def _broken(path: str, line: int, reason: str) -> RefusedError:
    return RefusedError(f"{path}:{line}: {reason}; the go command cannot read this file either")
