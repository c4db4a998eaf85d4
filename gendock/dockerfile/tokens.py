"""The tree as a sequence of tokens that gives back the text, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from gendock.dockerfile.instructions import Instruction, Onbuild
from gendock.dockerfile.lines import Comment, Directive
from gendock.dockerfile.source import Source, Span


class TokenKind(StrEnum):
    """What a piece of the text is; `GAP` is all between the others: blanks, line ends, continuations."""

    DIRECTIVE = "directive"
    COMMENT = "comment"
    KEYWORD = "keyword"
    FLAG = "flag"
    WORD = "word"
    HEREDOC_BODY = "heredoc-body"
    HEREDOC_END = "heredoc-end"
    GAP = "gap"


class Token(Struct, frozen=True):
    """One piece of the text."""

    kind: TokenKind
    text: str
    span: Span


def tokens_of(
    source: Source,
    directives: Iterable[Directive],
    comments: Iterable[Comment],
    instructions: Iterable[Instruction],
) -> tuple[Token, ...]:
    """Cut a source at the places that its tree names.

    A comment inside a word that is continued over it belongs to the word.
    """
    heads = {directive.span for directive in directives}
    named = [(comment.span, TokenKind.COMMENT) for comment in comments if comment.span not in heads]
    named += [(span, TokenKind.DIRECTIVE) for span in heads]
    for instruction in instructions:
        named += _named_in(instruction)
    # The longer of two that begin together wins, and hides what stands inside of it.
    named.sort(key=lambda item: (item[0].start, -item[0].end))
    found: list[Token] = []
    at = 0
    for span, kind in named:
        if span.start < at or span.end == span.start:
            continue
        if span.start > at:
            found.append(_token(source, TokenKind.GAP, Span(at, span.start)))
        found.append(_token(source, kind, span))
        at = span.end
    if at < len(source.text):
        found.append(_token(source, TokenKind.GAP, Span(at, len(source.text))))
    return tuple(found)


def _token(source: Source, kind: TokenKind, span: Span) -> Token:
    return Token(kind, source.slice(span), span)


def _named_in(instruction: Instruction) -> Iterator[tuple[Span, TokenKind]]:
    yield instruction.keyword.span, TokenKind.KEYWORD
    for flag in instruction.flags:
        yield flag.span, TokenKind.FLAG
    if isinstance(instruction, Onbuild):
        yield from _named_in(instruction.trigger)
    else:
        for word in instruction.words:
            yield word.span, TokenKind.WORD
    for heredoc in instruction.heredocs:
        yield heredoc.body, TokenKind.HEREDOC_BODY
        yield heredoc.terminator, TokenKind.HEREDOC_END
