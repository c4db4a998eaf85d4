"""Where COPY --from and RUN --mount=from= point: to which stage, to an image, or to nowhere.

Source: toCommand and detectRunMount in moby/buildkit, frontend/dockerfile/dockerfile2llb.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from msgspec import Struct, field

from gendock.dockerfile.flag_values import whole_number
from gendock.dockerfile.image_names import names_an_image
from gendock.dockerfile.instructions import Word
from gendock.dockerfile.mounts import MountError, fields_of, place_of
from gendock.dockerfile.problems import ProblemKind, Replacement
from gendock.dockerfile.refusal import Refusal
from gendock.dockerfile.shell_words import ShellSyntaxError, expand
from gendock.dockerfile.source import Span
from gendock.dockerfile.stages import Stage
from gendock.dockerfile.suggestions import nearest

# Whoever has more misspelt stages than that has another problem, and comparing names takes time.
_MOST_ADVICE = 20


class StageSources(Struct):
    """All stages by name, and how many there are with the images that were named on the way.

    BuildKit gives a number to each image of a --from and to each --mount, behind the stages' own.
    """

    stages: Sequence[Stage]
    escape: str
    numbered: int = 0
    misspelt: int = 0
    by_name: dict[str, Stage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the stages; of two with one name the later counts."""
        self.numbered = len(self.stages)
        self.by_name = {stage.name: stage for stage in self.stages if stage.name}

    def copied(self, value: Word, here: Stage, *, in_trigger: bool = False) -> None:
        """Follow a --from of COPY.

        Raises:
            Refusal: it leads to no stage that is built before, and to no image.
        """
        text, span = value.text, value.span
        if not text:
            return
        try:
            plain = expand(text, {}, escape=self.escape)
        except ShellSyntaxError as error:
            raise Refusal(
                ProblemKind.STAGE_REFERENCE, span, f"--from cannot be read: {error}", _NAME_IT
            ) from None
        if plain != text:
            raise Refusal(
                ProblemKind.STAGE_REFERENCE, span, "--from takes no variables and no quotes", _NAME_IT
            )
        number = whole_number(text)
        if number is None:
            self._named(text, span, here, in_trigger=in_trigger)
        elif not 0 <= number < self.numbered:
            stages = len(self.stages)
            message = f"there is no stage {number}: this file has {stages}, and counts them from 0"
            raise Refusal(ProblemKind.STAGE_REFERENCE, span, message, self._names())
        elif number < len(self.stages):
            _check_order(self.stages[number], here, text, span, in_trigger=in_trigger)

    def mounted(self, value: Word, here: Stage, *, in_trigger: bool = False) -> None:
        """Follow the `from` of a --mount.

        Raises:
            Refusal: as for `copied`.
        """
        source, span = "", value.span
        try:
            for at, one in enumerate(fields_of(value.text)):
                key, _, name = one.partition("=")
                if key.lower() == "from":
                    place = place_of(value, at)
                    is_exact = place.end - place.start == len(one)
                    source, span = name, Span(place.end - len(name), place.end) if is_exact else place
        except MountError:
            return
        self._named(source or "scratch", span, here, in_trigger=in_trigger)

    def _named(self, name: str, span: Span, here: Stage, *, in_trigger: bool) -> None:
        stage = self.by_name.get(name.lower())
        if stage is not None:
            _check_order(stage, here, name, span, in_trigger=in_trigger)
            return
        self.numbered += 1
        if name == "scratch" or names_an_image(name):
            return
        self.misspelt += 1
        near = nearest(name, self.by_name) if self.misspelt <= _MOST_ADVICE else None
        whole = Replacement(span, near) if near and span.end - span.start == len(name) else None
        advice = f"did you mean {near}?" if near else self._names()
        message = f"`{name}` is not a stage of this file, and cannot be an image's name"
        raise Refusal(ProblemKind.STAGE_REFERENCE, span, message, advice, whole)

    def _names(self) -> str:
        return (
            "stages: " + ", ".join(islice(self.by_name, 20))
            if self.by_name
            else "name a stage with `FROM image AS name`"
        )


_NAME_IT = "name a stage: `FROM $IMAGE AS tools` above, and `--from=tools` here"


def _check_order(source: Stage, here: Stage, name: str, span: Span, *, in_trigger: bool) -> None:
    if source.index < here.index or (in_trigger and source.index == here.index):
        return
    if source.index == here.index:
        message = f"`{name}` is the stage in which this stands: it cannot copy from itself"
        advice = "without --from, COPY takes files of the build context"
        raise Refusal(ProblemKind.OWN_STAGE, span, message, advice)
    message = f"the stage `{name}` begins further down, and a stage can only use those above it"
    raise Refusal(ProblemKind.STAGE_REFERENCE, span, message, "move that stage up")
