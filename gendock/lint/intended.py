"""What an instruction was meant to be that cannot be read: one mistake gets one finding, its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.dockerfile import KEYWORDS, Broken, Unknown, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gendock.dockerfile import Instruction


def any_meant(instructions: Iterable[Instruction], name: str) -> bool:
    """Whether one of the instructions is of this name, misspelt or without its arguments.

    What is concluded from the absence of an instruction does not hold then.
    """
    return any(
        # `CMD["./app"]` has lost its blank.
        instruction.name.partition("[")[0] == name or nearest(instruction.name, KEYWORDS) == name
        for instruction in instructions
        if isinstance(instruction, (Broken, Unknown))
    )
