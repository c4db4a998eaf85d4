"""How the text behind a keyword falls into flags and words: BuildKit has six ways.

Everything here works on one logical line; `Piece`s carry their place in it.
Source: moby/buildkit, frontend/dockerfile/parser/line_parsers.go and split_command.go.
"""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from msgspec import Struct

from gendock.dockerfile.spaces import GAP, UNICODE_SPACES

# BuildKit takes each byte of a flag for a character, and two bytes that are no ASCII for spaces.
_SPACE_BYTES = frozenset((0x85, 0xA0))
_FLAG_SPACES = "\t\n\v\f\r \udc85\udca0"
_UNBROKEN = re.compile(r"[^\t\v\f\r ]+")
# A word may end in a quote without its pair; an escape at the very end of the line belongs to no word.
_QUOTED_WORD = rf"""(?s)((?:[^{UNICODE_SPACES}'"\\]++|\\.|'[^']*+'?|"(?:[^"\\]++|\\.)*+"?)++)\\?"""
_QUOTED_WORDS = {"\\": _QUOTED_WORD, "`": _QUOTED_WORD.replace(r"\\", "`")}
_JSON_STRING = re.compile(r'[ \t\r\n]*("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")[ \t\r\n]*')


class Piece(Struct, frozen=True, gc=False):
    """A word, as BuildKit's reader gives it, and its place in the logical line."""

    text: str
    start: int
    end: int


class PairPiece(Struct, frozen=True, gc=False):
    """One `name=value` (or `name value`) of ENV, LABEL or ARG; `value` is None where there is none."""

    name: Piece
    value: Piece | None
    separator: str


class CommandPieces(NamedTuple):
    """A logical line's keyword, its flags, and the start of what follows."""

    keyword: Piece
    flags: list[Piece]
    rest: Piece


class NotAllStringsError(ValueError):
    """A JSON array in an instruction that holds something else than strings."""


def trimmed(text: str, start: int, end: int) -> Piece:
    """Return `text[start:end]` without the blanks around it."""
    kept = text[start:end].lstrip(UNICODE_SPACES)
    start = end - len(kept)
    kept = kept.rstrip(UNICODE_SPACES)
    return Piece(kept, start, start + len(kept))


def split_command(line: str, start: int, escape: str) -> CommandPieces:
    """Cut a logical line, from `start` on, into keyword, flags and the rest."""
    whole = trimmed(line, start, len(line))
    gap = GAP.search(whole.text)
    if gap is None:
        return CommandPieces(whole, [], Piece("", whole.end, whole.end))
    keyword = Piece(whole.text[: gap.start()], whole.start, whole.start + gap.start())
    flags, rest = _flags(line, whole.start + gap.end(), whole.end, escape)
    return CommandPieces(keyword, flags, trimmed(line, rest, whole.end))


def _flags(line: str, start: int, end: int, escape: str) -> tuple[list[Piece], int]:
    """Take the words that begin with `--`; quotes and escapes are taken off them."""
    flags: list[Piece] = []
    at = start
    while at < end:
        if line[at] in _FLAG_SPACES:
            at += 1
            continue
        if not line.startswith("--", at, end):
            return flags, at
        word, stop = _flag_word(line, at, end, escape)
        if word == "--":
            # At the very end of a line `--` is dropped; before a word it ends the flags.
            return flags, stop
        flags.append(Piece(word, at, stop))
        at = stop
    return flags, end


def _flag_word(line: str, at: int, end: int, escape: str) -> tuple[str, int]:
    kept: list[str] = []
    quote = ""
    while at < end:
        character = line[at]
        escaped = 0
        if not quote and character in _FLAG_SPACES:
            break
        if quote and character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        elif character == escape:
            at += 1
            character = line[at] if at < end else ""
            escaped = 1
            kept.append(character)
        else:
            kept.append(character)
        at += 1
        if quote or character.isascii():
            continue
        if (cut := _before_space_byte(character, escaped)) is not None:
            kept[-1] = cut
            break
    return "".join(kept), min(at, end)


def as_buildkit_reads(flag: str) -> str:
    """Return a flag's text as BuildKit has it, which garbles all that is not ASCII."""
    return flag if flag.isascii() else flag.encode("utf-8", "surrogateescape").decode("latin-1")


def _before_space_byte(character: str, escaped: int) -> str | None:
    """Return what is left of a character in whose middle a flag ends; None where it does not end there.

    The first bytes may be `escaped`, and end nothing.
    """
    content = character.encode("utf-8", "surrogateescape")
    for at, byte in enumerate(content):
        if at >= escaped and byte in _SPACE_BYTES:
            return content[:at].decode("utf-8", "surrogateescape")
    return None


def by_blanks(rest: Piece) -> list[Piece]:
    """Split at every gap: COPY, FROM, EXPOSE, VOLUME outside their JSON form."""
    return [
        Piece(found.group(), rest.start + found.start(), rest.start + found.end())
        for found in _UNBROKEN.finditer(rest.text)
    ]


def by_quotes(rest: Piece, escape: str) -> list[Piece]:
    """Split at blanks that are neither quoted nor escaped; quotes stay: ENV, LABEL, ARG."""
    return [
        Piece(found.group(1), rest.start + found.start(), rest.start + found.end())
        for found in re.finditer(_QUOTED_WORDS[escape], rest.text)
    ]


def pair(word: Piece) -> PairPiece:
    """Cut a word at its first `=`."""
    name, separator, value = word.text.partition("=")
    name_end = word.start + len(name)
    if not separator:
        return PairPiece(word, None, "")
    return PairPiece(Piece(name, word.start, name_end), Piece(value, name_end + 1, word.end), separator)


def legacy_pair(rest: Piece) -> PairPiece | None:
    """Read `ENV name the whole value`; None where there is no value."""
    gap = GAP.search(rest.text)
    if gap is None:
        return None
    name = Piece(rest.text[: gap.start()], rest.start, rest.start + gap.start())
    return PairPiece(name, Piece(rest.text[gap.end() :], rest.start + gap.end(), rest.end), " ")


def json_strings(rest: Piece) -> list[Piece] | None:
    """Read a JSON array of strings; None where the text is not JSON array, and so is taken for a shell's.

    Raises:
        NotAllStringsError: it is a JSON array with something else in it.
    """
    # Behind HEALTHCHECK's CMD, spaces that are no ASCII may come first.
    begin = len(rest.text) - len(rest.text.lstrip(UNICODE_SPACES))
    if not rest.text.startswith("[", begin):
        return None
    words: list[Piece] = []
    at = begin + 1
    while found := _JSON_STRING.match(rest.text, at):
        words.append(Piece(_decoded(found.group(1)), rest.start + found.start(1), rest.start + found.end(1)))
        at = found.end()
        if not rest.text.startswith(",", at):
            break
        at += 1
    else:
        at = -1 if words else at
    if at >= 0 and re.fullmatch(r"[ \t\r\n]*\][ \t\r\n]*", rest.text[at:]):
        return words
    import json

    try:
        json.loads(rest.text[begin:], parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    raise NotAllStringsError


def _refuse_constant(name: str) -> NoReturn:
    # Python's reader knows NaN and Infinity, which JSON does not.
    raise ValueError(name)


def _decoded(literal: str) -> str:
    """Decode a JSON string as Go does: half of a surrogate pair becomes U+FFFD."""
    if "\\" not in literal:
        return literal[1:-1]
    import json

    text: str = json.loads(literal)
    return re.sub("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]", "\ufffd", text)
