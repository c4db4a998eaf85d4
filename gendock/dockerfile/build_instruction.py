"""From an instruction's text to its node: keyword, flags, words, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import by_blanks
from gendock.dockerfile.build_commands import command, healthcheck, shell
from gendock.dockerfile.build_pairs import arg, pairs
from gendock.dockerfile.build_words import expose, from_, single, transfer, volume
from gendock.dockerfile.draft import Draft
from gendock.dockerfile.flags import check_flags
from gendock.dockerfile.keywords import KEYWORDS, keyword_named
from gendock.dockerfile.lines import InstructionText
from gendock.dockerfile.problems import ProblemKind, Replacement
from gendock.dockerfile.spaces import UNICODE_SPACES
from gendock.dockerfile.suggestions import NAMED_ELSEWHERE, SHELL_PROGRAMS, TEMPLATE_MARKS, is_slip, nearest

_GLUED_JSON = r"(?s)([A-Za-z]+)(\[.*)\Z"


def build_instruction(text: InstructionText, escape: str) -> node.Instruction:
    """Build the node of one instruction; it never fails."""
    return _build(Draft(text, escape, 0))


def _build(draft: Draft) -> node.Instruction:
    if draft.known is None:
        _unknown(draft)
        return node.Unknown(**draft.common(by_blanks(draft.rest)))
    if draft.known.reads_flags and not (draft.name == "HEALTHCHECK" and draft.rest.text.upper() == "NONE"):
        following = (
            next((draft.word(piece) for piece in by_blanks(draft.rest)), None) if draft.flags else None
        )
        draft.problems += check_flags(draft.known, draft.flags, following)
    return _BUILDERS[draft.name](draft)


def _unknown(draft: Draft) -> None:
    written = draft.keyword.text
    span = draft.line.span_of(draft.keyword.start, draft.keyword.end)
    glued = re.match(_GLUED_JSON, written)
    if glued and keyword_named(glued.group(1)):
        mended = f"{glued.group(1)} {glued.group(2)}"
        whole = draft.line.text[draft.keyword.start : draft.rest.end]
        advice = f"did you mean `{glued.group(1)} {whole[len(glued.group(1)) :]}`?"
        message = f"no space between {glued.group(1)} and its JSON array"
        mend = Replacement(span, mended) if draft.in_one_piece(draft.keyword) else None
    elif written in SHELL_PROGRAMS:
        whole = draft.line.text[draft.keyword.start : draft.rest.end]
        message = f"`{written}` is not an instruction: a command of the shell needs RUN before it"
        advice = f"did you mean `RUN {whole}`?"
        mend = Replacement(draft.line.span_of(draft.keyword.start, draft.keyword.start), "RUN ")
    else:
        elsewhere = NAMED_ELSEWHERE.get(written.lower())
        near = elsewhere or nearest(written, KEYWORDS)
        message = f"`{written}` is not an instruction" if written else "no instruction before the line's end"
        advice = f"did you mean {near}?" if near else "instructions: " + ", ".join(KEYWORDS)
        mend = Replacement(span, near) if near and (elsewhere or is_slip(written, near)) else None
        if written.startswith(TEMPLATE_MARKS):
            advice = "this is a template: what it becomes can be read"
        if near is None and not written:
            advice = "delete the line, or write the instruction that it should be"
    draft.report(ProblemKind.UNKNOWN_INSTRUCTION, draft.keyword, message, advice, mend)


def _onbuild(draft: Draft) -> node.Instruction:
    if not draft.rest.text:
        return draft.missing("an instruction", "ONBUILD COPY . /src")
    inner = Draft(draft.text, draft.escape, draft.rest.start, is_trigger=True)
    # BuildKit takes spaces off here that elsewhere belong to the word.
    name = inner.keyword.text.strip(UNICODE_SPACES).upper()
    if name in ("ONBUILD", "FROM", "MAINTAINER"):
        message = f"{name} cannot be used with ONBUILD"
        return draft.broken(
            ProblemKind.ONBUILD_TRIGGER, inner.keyword, message, "write the instruction without ONBUILD"
        )
    return node.Onbuild(trigger=_build(inner), **draft.common(by_blanks(draft.rest)))


_BUILDERS: dict[str, Callable[[Draft], node.Instruction]] = {
    "ADD": transfer,
    "ARG": arg,
    "CMD": command,
    "COPY": transfer,
    "ENTRYPOINT": command,
    "ENV": pairs,
    "EXPOSE": expose,
    "FROM": from_,
    "HEALTHCHECK": healthcheck,
    "LABEL": pairs,
    "MAINTAINER": single,
    "ONBUILD": _onbuild,
    "RUN": command,
    "SHELL": shell,
    "STOPSIGNAL": single,
    "USER": single,
    "VOLUME": volume,
    "WORKDIR": single,
}
