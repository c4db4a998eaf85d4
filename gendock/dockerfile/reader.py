"""From text to tree: `read` never stops and never fails, whatever it is given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from gendock.dockerfile.build_instruction import build_instruction
from gendock.dockerfile.build_request import build_problems
from gendock.dockerfile.instructions import Arg, From, Instruction, Onbuild, Unknown
from gendock.dockerfile.lines import Comment, Directive, LineReader
from gendock.dockerfile.problems import Problem, ProblemKind
from gendock.dockerfile.source import Source, Span
from gendock.dockerfile.stages import Stage, stages_of
from gendock.dockerfile.tokens import Token, tokens_of

# BuildKit reads the words of an ONBUILD's trigger at once, and judges the instruction only when it fires.
_REFUSED_IN_TRIGGERS = (ProblemKind.MALFORMED_PAIR, ProblemKind.JSON_NOT_STRINGS)


class Dockerfile(Struct, frozen=True, dict=True):
    """A Dockerfile as a tree: its source, directives, comments and instructions, in order.

    `problems` are those of the file as a whole and of its head; `all_problems` adds each instruction's.
    """

    source: Source
    escape: str
    directives: tuple[Directive, ...]
    comments: tuple[Comment, ...]
    instructions: tuple[Instruction, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def all_problems(self) -> tuple[Problem, ...]:
        """All that BuildKit would refuse, in the order of the file."""
        return self.problems_for(None)

    def problems_for(self, base_environment: Mapping[str, str] | None) -> tuple[Problem, ...]:
        """Return all that BuildKit would refuse where every base image has this environment.

        None is an environment that is not known: then what rests on it is given the benefit of the doubt, and
        so is what rests on the platform or on --build-arg.
        """
        found = [*self.problems]
        for instruction in self.instructions:
            found.extend(instruction.problems)
            if isinstance(instruction, Onbuild):
                found.extend(p for p in instruction.trigger.problems if p.kind in _REFUSED_IN_TRIGGERS)
        found.extend(build_problems(self.stages, self.global_arguments, self.escape, base_environment))
        return tuple(sorted(found, key=lambda problem: problem.span))

    @cached_property
    def global_arguments(self) -> tuple[Arg, ...]:
        """The ARG instructions before the first FROM, which only FROM lines see."""
        found: list[Arg] = []
        for instruction in self.instructions:
            if isinstance(instruction, From):
                break
            if isinstance(instruction, Arg):
                found.append(instruction)
        return tuple(found)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The build stages, in order."""
        return stages_of(self.instructions, self.global_arguments, self.escape)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The whole text in pieces that follow each other without a gap."""
        return tokens_of(self.source, self.directives, self.comments, self.instructions)


def read(content: bytes | str) -> Dockerfile:
    """Read a Dockerfile.

    Returns:
        Its tree. Mistakes are `problems` in it; reading goes on behind each.
    """
    source = Source.of(content)
    lines = LineReader(source).read()
    instructions = tuple(build_instruction(text, lines.escape) for text in lines.instructions)
    problems = (*lines.problems, *_whole_file(source, instructions))
    tree = Dockerfile(source, lines.escape, lines.directives, lines.comments, instructions, problems)
    if "\0" in source.text and (problems or any(one.problems for one in instructions)):
        return _binary(source)
    return tree


def _binary(source: Source) -> Dockerfile:
    """Say one thing of a file that is no text, instead of a hundred unknown instructions."""
    at = source.text.index("\0")
    problem = Problem(
        ProblemKind.NOT_TEXT,
        Span(at, at + 1),
        "this is not a Dockerfile: it holds a NUL byte, as programs and archives do",
        "name a Dockerfile; if this is one, save it as UTF-8",
    )
    return Dockerfile(source, "\\", (), (), (), (problem,))


def _whole_file(source: Source, instructions: tuple[Instruction, ...]) -> list[Problem]:
    if not instructions:
        what = "this file is empty" if not source.text.strip() else "this file has comments and nothing else"
        return [
            Problem(
                ProblemKind.EMPTY_FILE,
                Span(0, 0),
                f"{what}: a Dockerfile needs at least one FROM",
                "`gendock init` writes one for a Go repository",
            )
        ]
    first_stage = next((at for at, one in enumerate(instructions) if isinstance(one, From)), None)
    early = [one for one in instructions[:first_stage] if not isinstance(one, Arg)]
    if not early and first_stage is not None:
        return []
    first = early[0] if early else instructions[0]
    if first_stage is None:
        return [
            Problem(
                ProblemKind.NO_STAGE,
                first.keyword.span,
                "no FROM: there is no base image to build on",
                "begin with `FROM image:tag`",
            )
        ]
    return [
        Problem(
            ProblemKind.BEFORE_STAGE,
            one.keyword.span,
            f"{one.name} comes before the first FROM, where only ARG may",
            "move it below FROM",
        )
        for one in early
        # What is not an instruction at all is said to be that.
        if not isinstance(one, Unknown)
    ]
