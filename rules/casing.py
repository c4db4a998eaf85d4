"""Capitals and small letters: keywords, AS, and the names of stages."""

from __future__ import annotations

from gendock.dockerfile import Dockerfile, Instruction, Stage, Unknown
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import replace


@rule("GD110", "stage-name-casing", severity=Severity.WARNING, also=("StageNameCasing",))
def stage_name_casing(stage: Stage) -> Mistakes:
    """A stage's name has capitals.

    BuildKit keeps the names of stages in lowercase. `COPY --from=Build` finds the stage all the same,
    `FROM Build` further down does not: it is taken for an image of that name, which cannot exist.

    Bad:
        FROM golang:1.26 AS Build
        RUN go version

    Good:
        FROM golang:1.26 AS build
        RUN go version
    """
    alias = stage.start.alias
    if alias is None or alias.text == alias.text.lower():
        return
    yield Mistake(
        alias.span,
        f"the stage name `{alias.text}` has capitals, but BuildKit calls it `{stage.name}`",
        f"write `AS {stage.name}`",
        replace(alias.span, stage.name, "write the name in lowercase"),
    )


@rule("GD111", "from-as-casing", severity=Severity.WARNING, also=("FromAsCasing",))
def from_as_casing(stage: Stage) -> Mistakes:
    """FROM and AS are not in the same case.

    Both are keywords of one instruction; written differently, `as` is easily taken for a part of the image.

    Bad:
        FROM golang:1.26 as build

    Good:
        FROM golang:1.26 AS build
    """
    start = stage.start
    if len(start.words) < 3:
        return
    keyword, word = start.keyword.text, start.words[1]
    if keyword not in (keyword.lower(), keyword.upper()) or word.text.upper() != "AS":
        return
    wanted = "as" if keyword == keyword.lower() else "AS"
    if word.text != wanted:
        yield Mistake(
            word.span,
            f"`{word.text}` and `{keyword}` are not in the same case",
            f"write `{wanted}`",
            replace(word.span, wanted, f"write {wanted}"),
        )


@rule(
    "GD113",
    "instruction-casing",
    severity=Severity.WARNING,
    also=("ConsistentInstructionCasing", "uppercase_commands", "CASING_INSTRUCTION"),
)
def instruction_casing(file: Dockerfile) -> Mistakes:
    """A keyword is not in the same case as most others in the file.

    BuildKit takes keywords in uppercase and in lowercase. Nearly everybody writes capitals, so that they
    stand out from their arguments; what counts here is what most instructions of this file have.

    Bad:
        FROM golang:1.26
        workdir /src
        COPY . .

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .

    Bad:
        from golang:1.26
        workdir /src
        Copy . .

    Good:
        from golang:1.26
        workdir /src
        copy . .
    """
    instructions: list[Instruction] = []
    for stage in file.stages:
        instructions += [stage.start]
        instructions += [one for one in stage.instructions if not isinstance(one, Unknown)]
    keywords = [one.keyword.text for one in instructions]
    if "".join(keywords).isupper():
        return
    small = sum(word == word.lower() for word in keywords)
    large = sum(word == word.upper() for word in keywords)
    wants_small = small > large
    for instruction in instructions:
        written = instruction.keyword.text
        wanted = written.lower() if wants_small else written.upper()
        if written == wanted:
            continue
        letters = "lowercase" if wants_small else "capitals"
        yield Mistake(
            instruction.keyword.span,
            f"`{written}` is not written in {letters}, as most keywords of this file are",
            f"write `{wanted}`",
            replace(instruction.keyword.span, wanted, f"write {wanted}"),
            also=("ConsistentInstructionCasing",) if wants_small else None,
        )
