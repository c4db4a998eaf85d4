"""What ONBUILD puts off, and what would fail then; arrays that are none."""

from __future__ import annotations

from collections.abc import Iterator

from gendock.dockerfile import (
    Add,
    Broken,
    Copy,
    Dockerfile,
    Healthcheck,
    Instruction,
    Onbuild,
    Run,
    Span,
    Unknown,
    Volume,
)
from gendock.dockerfile.arguments import split_command
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import replace
from gendock.lint.syntax_fixes import meant_array

# BuildKit reads these at once, and the rules of their own say so.
_SAID_ELSEWHERE = ("malformed-pair", "json-not-strings")


@rule("GD127", "broken-trigger", severity=Severity.ERROR, also=("invalid-onbuild-trigger",), needs=(Onbuild,))
def broken_trigger(file: Dockerfile) -> Mistakes:
    """ONBUILD holds an instruction that cannot be read.

    This build passes, since BuildKit puts the trigger off. Every build on top of this image fails.

    Bad:
        FROM golang:1.26
        ONBUILD COPPY . /src

    Good:
        FROM golang:1.26
        ONBUILD COPY . /src

    Bad:
        FROM golang:1.26
        ONBUILD COPY --form=build /a /b

    Good:
        FROM golang:1.26
        ONBUILD COPY --from=build /a /b
    """
    for onbuild in file.instructions:
        if not isinstance(onbuild, Onbuild):
            continue
        for problem in onbuild.trigger.problems:
            if problem.kind.value in _SAID_ELSEWHERE:
                continue
            mend = problem.mend
            yield Mistake(
                problem.span,
                f"builds on this image will fail: {problem.message}",
                problem.help or "write the instruction as it should run there",
                # The image that holds the trigger could be built before.
                replace(mend.span, mend.text, problem.help, safe=False) if mend else None,
                also=("invalid-onbuild-trigger",) if isinstance(onbuild.trigger, Unknown) else (),
            )


@rule(
    "GD126",
    "broken-array",
    severity=Severity.WARNING,
    also=("invalid-json-form", "JSON_IN_SINGLE_QUOTES"),
    mentions=("[",),
)
def broken_array(file: Dockerfile) -> Mistakes:
    """RUN, HEALTHCHECK, VOLUME, COPY or ADD has what looks like an array, and is not JSON.

    JSON has double quotes, and no comma after the last word. Anything else is not an array for BuildKit, and
    becomes words or a shell's command: `VOLUME ['/data']` makes a folder whose name is `['/data']`, brackets
    and quotes included.

    Bad:
        FROM debian:12
        VOLUME ['/data']

    Good:
        FROM debian:12
        VOLUME ["/data"]

    Bad:
        FROM debian:12
        RUN ["touch", "/a",]

    Good:
        FROM debian:12
        RUN ["touch", "/a"]
    """
    for outer in file.instructions:
        if "[" not in outer.line.text:
            continue
        instruction = outer.trigger if isinstance(outer, Onbuild) else outer
        for text, span in _arrays(file, instruction):
            array = meant_array(text)
            if array is None or len(text) != span.end - span.start or _is_array(text):
                continue
            yield Mistake(
                span,
                f"`{text}` is not JSON, so {instruction.name} does not take it for an array",
                f"did you mean `{array}`?",
                replace(span, array, f"write {array}", safe=False),
            )


def _is_array(text: str) -> bool:
    """Tell whether a text is an array of strings, whatever the instruction says of them."""
    import json

    try:
        found = json.loads(text)
    except ValueError:
        return False
    return all(isinstance(one, str) for one in found)


def _arrays(file: Dockerfile, instruction: Instruction) -> Iterator[tuple[str, Span]]:
    """Yield what stands where an array may stand, and begins as one."""
    if isinstance(instruction, Run | Healthcheck):
        line = instruction.command
        if line is not None and not line.exec_form and line.words and line.words[0].text.startswith("["):
            yield line.words[0].text, line.words[0].span
    elif isinstance(instruction, Add | Copy | Volume | Broken):
        if instruction.name not in ("ADD", "COPY", "VOLUME"):
            return
        command = split_command(instruction.line.text, 0, file.escape)
        if command.keyword.text.upper() == "ONBUILD":
            command = split_command(instruction.line.text, command.rest.start, file.escape)
        rest = command.rest
        if rest.text.startswith("[") and not _is_read(instruction, rest.text):
            yield rest.text, instruction.line.span_of(rest.start, rest.end)


def _is_read(instruction: Instruction, text: str) -> bool:
    """Tell whether an instruction's array was understood: its words are then no parts of its text."""
    return bool(instruction.words) and not text.startswith(instruction.words[0].text)
