"""Comments that describe arguments and stages."""

from __future__ import annotations

from collections.abc import Iterator

from gendock.dockerfile import Arg, Dockerfile, From, Instruction
from gendock.dockerfile.lines import Comment
from gendock.dockerfile.source import BYTE_ORDER_MARK
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.profiles import Level

_TOOLS = ("hadolint", "gendock:", "tally", "check", "trivy:", "checkov:")


@rule(
    "GD120",
    "definition-description",
    severity=Severity.STYLE,
    also=("InvalidDefinitionDescription",),
    level=Level.TASTE,
)
def definition_description(file: Dockerfile) -> Mistakes:
    """The comment above an ARG or a stage does not begin with its name.

    `docker build --call=outline` and `--call=targets` show these comments as descriptions, if their last line
    is the name and then the words, as Go's documentation comments are.

    BuildKit counts this as an experiment, and so does gendock: it is only said where the file asks for it
    with `# check=experimental=InvalidDefinitionDescription`, or where the rule is selected.

    Bad:
        # Which release to build.
        ARG VERSION=1.0
        FROM debian:12

    Good:
        # VERSION Which release to build.
        ARG VERSION=1.0
        FROM debian:12
    """
    for instruction in _in_build(file):
        comments = instruction.comments
        names = _names(instruction) if comments else ()
        if not names:
            continue
        last = comments[-1]
        words = _as_buildkit_reads(file, last)
        if words.split(" ")[0] in names:
            continue
        shown = names[0] if len(names) == 1 else "the name of one of them"
        yield Mistake(
            last.span,
            f"the comment above {instruction.name} does not begin with {shown}",
            f"write `# {names[0]} ...`, or an empty comment line between the two",
            _with_name(names[0], last) if len(names) == len(comments) == 1 else None,
        )


def _in_build(file: Dockerfile) -> Iterator[Instruction]:
    for instruction in file.instructions:
        if isinstance(instruction, Arg | From):
            yield instruction


def _names(instruction: Instruction) -> list[str]:
    if isinstance(instruction, Arg):
        return [pair.name.text for pair in instruction.pairs]
    if isinstance(instruction, From) and instruction.alias is not None:
        return [instruction.alias.text.lower()]
    return []


def _as_buildkit_reads(file: Dockerfile, comment: Comment) -> str:
    """Return a comment's words: BuildKit takes the row's first character off, were it a blank."""
    row = file.source.position(comment.span.start).row
    return file.source.line(row).removeprefix(BYTE_ORDER_MARK)[1:].strip()


def _with_name(name: str, comment: Comment) -> Fix | None:
    words = comment.text[1:].strip()
    if words.startswith(_TOOLS):
        return None
    return Fix("begin with the name", (Edit(comment.span, f"# {name} {words}"),))
