"""Where a Dockerfile names images: FROM, COPY --from=, and RUN --mount=from=.

Stages, numbers and scratch are no images. What an ONBUILD names is one only where it can be no stage of the
file that will stand on this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from gendock.dockerfile import Arg, Copy, Dockerfile, Flag, Instruction, Onbuild, Pair, Run, Span, Stage, Word
from gendock.dockerfile.flag_values import whole_number
from gendock.dockerfile.shell_words import ShellSyntaxError, ShellWords
from gendock.dockerfile.stages import PLATFORM_ARGUMENTS, argument_defaults

_IN_PIECES = "the name is broken by quotes or by the end of a line: write it in one piece"
_NO_IMAGE = frozenset(("", "scratch"))
_LITERAL = re.compile(r"[\w./:@\[\]-]+", re.ASCII)
_ONE_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})", re.ASCII)
_VARIABLES = re.compile(r"\$\{?(\w+)", re.ASCII)
_ENDING_IN_DIGEST = re.compile(r"[^@]+@sha256:[0-9a-f]{64}")
_MOUNTED_FROM = re.compile(r'(?:^|,)"?from=([^,"]*)', re.IGNORECASE)


class Place(Struct, frozen=True):
    """One name of an image.

    `written` is the name as the file has it, and `name` the same with the defaults of ARG put in; empty where
    one of them has no default. `edit` is the text behind which a digest belongs, or that ends in one; where
    there is none, `obstacle` says why.
    """

    use: str
    written: str
    name: str
    span: Span
    edit: Span | None
    obstacle: str = ""

    @property
    def may_be_context(self) -> bool:
        """Whether the word may name a folder that comes with the build: `--build-context assets=...`."""
        return self.use != "FROM" and re.search("[:/@]", self.name) is None


def image_places(file: Dockerfile) -> list[Place]:
    """Return the places of a Dockerfile that name images, in order."""
    names = {stage.name for stage in file.stages if stage.name}
    arguments = _Arguments(file)
    found: list[Place] = []
    for stage in file.stages:
        if stage.parent is None:
            found += _of_from(arguments, stage)
        for instruction in stage.instructions:
            within = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            for use, word in _sources(within):
                if (
                    word.text in _NO_IMAGE
                    or word.text.lower() in names
                    or whole_number(word.text) is not None
                ):
                    continue
                # In the file of whoever stands on this one, a plain word may be a stage.
                if within is instruction or re.search("[:/]", word.text):
                    found.append(_of_flag(file, use, word))
    return found


def _of_from(arguments: _Arguments, stage: Stage) -> Iterator[Place]:
    word = stage.start.image
    name = arguments.expanded(word.text)
    if name in _NO_IMAGE:
        return
    text, inner = _literal(arguments.file, word)
    edit, obstacle = inner, ""
    if "$" in text and not _ENDING_IN_DIGEST.fullmatch(text):
        edit, obstacle = arguments.holding(text)
    elif edit is None:
        obstacle = _IN_PIECES
    yield Place("FROM", text, name or "", word.span, edit, obstacle)


def _of_flag(file: Dockerfile, use: str, word: Word) -> Place:
    _, edit = _literal(file, word)
    return Place(use, word.text, word.text, word.span, edit, "" if edit else _IN_PIECES)


def _sources(instruction: Instruction) -> Iterator[tuple[str, Word]]:
    if isinstance(instruction, Copy):
        flag = instruction.flag("from")
        if flag and flag.value:
            yield "COPY --from", flag.value
    elif isinstance(instruction, Run):
        for flag in instruction.flags:
            word = _mounted(flag)
            if word is not None:
                yield "RUN --mount", word


def _mounted(flag: Flag) -> Word | None:
    """Return the name behind `from=` in a mount; its span is the whole flag's where quotes move it."""
    if flag.name != "mount" or flag.value is None:
        return None
    found = list(_MOUNTED_FROM.finditer(flag.value.text))
    if not found:
        return None
    text, span = found[-1][1], flag.value.span
    if len(flag.value.text) == span.end - span.start:
        span = Span(span.start + found[-1].start(1), span.start + found[-1].end(1))
    return Word(text, span)


def _literal(file: Dockerfile, word: Word) -> tuple[str, Span | None]:
    """Return a word without the quotes around it, and the place of that text; None where it is in pieces."""
    text, span = word.text, word.span
    if file.source.slice(span) != text:
        return text, None
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text, span = text[1:-1], Span(span.start + 1, span.end - 1)
    return text, span if _LITERAL.fullmatch(text) or _ENDING_IN_DIGEST.fullmatch(text) else None


class _Arguments:
    """The ARGs in front of the first FROM, which the FROM lines see."""

    def __init__(self, file: Dockerfile) -> None:
        self.file = file
        self._values = argument_defaults(file.global_arguments, file.escape)

    def expanded(self, text: str) -> str | None:
        """Return a text with the defaults put in; None where a variable has none."""
        values = PLATFORM_ARGUMENTS | self._values
        words = ShellWords(text, values, escape=self.file.escape)
        try:
            expanded = words.expand()
        except ShellSyntaxError:
            return None
        # A missing one may have a default of its own: `${BASE:-debian:12}`.
        plain = {found[1] or found[2] for found in _ONE_VARIABLE.finditer(text)}
        return expanded if plain.isdisjoint(words.missing) else None

    def holding(self, text: str) -> tuple[Span | None, str]:
        """Return the place of the default that is the whole name, or why there is none."""
        found = _ONE_VARIABLE.fullmatch(text)
        if found is None:
            variables = list(dict.fromkeys(_VARIABLES.findall(text)))
            if not PLATFORM_ARGUMENTS.keys().isdisjoint(variables):
                return None, "each platform has an image of its own here, and a digest would be that of one"
            return None, (
                f"a digest here would win over every --build-arg {' and '.join(variables)}: "
                "put the whole name into one ARG"
            )
        name = found[1] or found[2]
        pairs = [pair for pair in self._pairs() if pair.name.text == name]
        if len(pairs) != 1 or pairs[0].value is None:
            return None, f"{name} has no default here, or several ARGs"
        if name in self._read_elsewhere:
            return None, f"{name} is read in other places as well, where a digest would be in the way"
        value, span = _literal(self.file, pairs[0].value)
        return span, "" if span and "$" not in value else f"the default of {name} is put together itself"

    @cached_property
    def _read_elsewhere(self) -> frozenset[str]:
        """The variables that are a part of a name, of another ARG, or to be seen in a stage."""
        texts = [stage.start.image.text.strip("\"'") for stage in self.file.stages]
        texts = [text for text in texts if not _ONE_VARIABLE.fullmatch(text)]
        texts += [pair.value.text for pair in self._pairs() if pair.value]
        found = {name for text in texts for name in _VARIABLES.findall(text)}
        below = {id(stage.parent) for stage in self.file.stages}
        for stage in self.file.stages:
            # What a stage declares is seen by the instructions behind, and by the stages that stand on it.
            goes_on = id(stage) in below
            for instruction in reversed(stage.instructions):
                if not isinstance(instruction, Arg):
                    goes_on = True
                elif goes_on:
                    found.update(pair.name.text for pair in instruction.pairs)
        return frozenset(found)

    def _pairs(self) -> Iterator[Pair]:
        for argument in self.file.global_arguments:
            yield from argument.pairs
