"""What BuildKit refuses when it turns a Dockerfile that reads well into a build, before anything runs.

The walk goes as BuildKit's goes: the arguments in front, the stages' bases, then each stage's instructions
with the variables that hold there. What only the build knows (a base image's environment, ARGs without a
default) is never held against a file.
Source: moby/buildkit, frontend/dockerfile/dockerfile2llb/convert.go and its neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from gendock.dockerfile.arguments import as_buildkit_reads
from gendock.dockerfile.build_instruction import build_instruction
from gendock.dockerfile.build_place import Here, substitution_advice
from gendock.dockerfile.build_steps import check_step
from gendock.dockerfile.flag_values import whole_number
from gendock.dockerfile.image_names import is_platform, is_windows, names_an_image
from gendock.dockerfile.instructions import Arg, Broken, Copy, From, Instruction, Onbuild, Run, Unknown
from gendock.dockerfile.lines import LineReader
from gendock.dockerfile.problems import Problem, ProblemKind, Replacement
from gendock.dockerfile.refusal import Refusal
from gendock.dockerfile.scopes import Scope
from gendock.dockerfile.shell_words import ShellSyntaxError
from gendock.dockerfile.source import Source
from gendock.dockerfile.stage_sources import StageSources
from gendock.dockerfile.stages import PLATFORM_ARGUMENTS, Stage
from gendock.dockerfile.suggestions import nearest

_NAMES = re.compile(r"\$\{?(\w+)")
_DEFAULT_PATH = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


def build_problems(
    stages: Sequence[Stage],
    global_arguments: Sequence[Arg],
    escape: str,
    base_environment: Mapping[str, str] | None,
) -> Iterator[Problem]:
    """Yield what BuildKit would refuse in a build.

    Args:
        stages: the file's stages.
        global_arguments: the ARGs in front of them.
        escape: the file's escape character.
        base_environment: the environment of all base images; None where it is not known, and neither are
            the platform and the values of --build-arg.
    """
    yield from _Request(stages, escape, base_environment).problems(global_arguments)


class _Request:
    """One walk through a file; made for one use."""

    def __init__(
        self, stages: Sequence[Stage], escape: str, base_environment: Mapping[str, str] | None
    ) -> None:
        self._stages = stages
        self._escape = escape
        self._base_environment = base_environment
        self._globals = Scope(escape)
        self._sources = StageSources(stages, escape)
        self._bases: dict[int, str | None] = {}
        self._parents: dict[int, Stage] = {}
        self._platforms: dict[int, bool] = {}
        self._scopes: dict[int, Scope] = {}
        self._children: Counter[int] = Counter()

    def problems(self, global_arguments: Sequence[Arg]) -> Iterator[Problem]:
        yield from self._read_globals(global_arguments)
        by_name: dict[str, Stage] = {}
        for stage in self._stages:
            yield from _caught(partial(self._base, stage, by_name))
            if stage.name:
                by_name[stage.name] = stage
        references: dict[int, Problem] = {}
        for stage in self._stages:
            for instruction in stage.instructions:
                for problem in self._references(instruction, stage) if instruction.flags else ():
                    references.setdefault(id(instruction), problem)
                    yield problem
        self._children.update(parent.index for parent in self._parents.values())
        fired = self._fired_triggers()
        for stage in self._stages:
            yield from self._stage(stage, fired=stage.index in fired, refused=references)

    # In front of the stages

    def _read_globals(self, arguments: Sequence[Arg]) -> Iterator[Problem]:
        if self._base_environment is None:
            self._globals.unknown.update(PLATFORM_ARGUMENTS)
        else:
            self._globals.known.update(PLATFORM_ARGUMENTS)
            if self._stages:
                self._globals.set("TARGETSTAGE", self._stages[-1].name or "default")
        for argument in arguments:
            for pair in argument.pairs:
                if pair.value is None:
                    if self._base_environment is None and pair.name.text not in self._globals.known:
                        self._globals.set(pair.name.text, None)
                    continue
                try:
                    self._globals.set(pair.name.text, self._globals.expand(pair.value.text))
                except ShellSyntaxError as error:
                    yield _substitution(error, argument, pair.value.text).problem
                    self._globals.set(pair.name.text, None)
        yield from self._epoch(arguments)

    def _epoch(self, arguments: Sequence[Arg]) -> Iterator[Problem]:
        value = self._globals.known.get("SOURCE_DATE_EPOCH", "")
        if not value or value == "context" or whole_number(value) is not None:
            return
        if any(stage.name == value.lower() for stage in self._stages):
            return
        for argument in arguments:
            for pair in argument.pairs:
                if pair.name.text == "SOURCE_DATE_EPOCH" and pair.value is not None:
                    message = f"SOURCE_DATE_EPOCH is seconds since 1970, and `{value}` is not a number"
                    yield Problem(
                        ProblemKind.EPOCH, pair.value.span, message, "write a number, or pass --build-arg"
                    )
                    return

    # Where stages begin

    def _base(self, stage: Stage, by_name: Mapping[str, Stage]) -> None:
        start = stage.start
        self._bases[stage.index] = None
        if start.problems:
            return
        try:
            base = self._globals.expand(start.image.text)
        except ShellSyntaxError as error:
            raise _substitution(error, start, start.image.text) from None
        self._bases[stage.index] = base
        if base is not None and base in by_name:
            self._parents[stage.index] = by_name[base]
        elif not names_an_image(base or "") and self._is_left_open(start.image.text):
            self._bases[stage.index] = None
        elif base == "":
            message = f"`{start.image.text}` is empty: no ARG before the first FROM sets it"
            advice = "declare it above: `ARG NAME=default`"
            raise Refusal(ProblemKind.BASE_IMAGE, start.image.span, message, advice)
        elif base is not None and base != "scratch" and not names_an_image(base):
            raise _no_image(start, base, by_name)
        self._check_platform(stage)

    def _is_left_open(self, text: str) -> bool:
        """Tell whether a text names an `ARG NAME=""`, which waits for --build-arg, as `ARG NAME` does."""
        known = self._globals.known
        return self._base_environment is None and any(known.get(name) == "" for name in _NAMES.findall(text))

    def _check_platform(self, stage: Stage) -> None:
        flag = stage.start.flag("platform")
        if flag is None or flag.value is None or not flag.value.text:
            return
        text, span = as_buildkit_reads(flag.value.text), flag.value.span
        try:
            platform = self._globals.expand(text)
        except ShellSyntaxError as error:
            raise Refusal(
                ProblemKind.SUBSTITUTION, span, f"`{text}`: {error}", "write --platform=$BUILDPLATFORM"
            ) from None
        if platform is None:
            return
        if not is_platform(platform):
            what = f"`{platform}` is not a platform" if platform else f"`{text}` is empty"
            raise Refusal(ProblemKind.PLATFORM, span, what, "write linux/amd64, say, or $BUILDPLATFORM")
        self._platforms[stage.index] = is_windows(platform)

    # Which stages use which

    def _references(
        self, instruction: Instruction, stage: Stage, *, in_trigger: bool = False
    ) -> list[Problem]:
        if instruction.problems:
            return []
        if isinstance(instruction, Copy):
            name, follow = "from", self._sources.copied
        elif isinstance(instruction, Run):
            name, follow = "mount", self._sources.mounted
        else:
            return []
        found: list[Problem] = []
        # Of two --from BuildKit has refused the second already; --mount may come again.
        for flag in instruction.flags:
            if flag.name == name and flag.value is not None:
                found += _caught(partial(follow, flag.value, stage, in_trigger=in_trigger))
        return found

    def _fired_triggers(self) -> set[int]:
        """Return the stages that the last one needs: BuildKit reads the triggers of their parents alone."""
        if not any(stage.has(Onbuild) for stage in self._stages):
            return set()
        found: set[int] = set()
        left = [self._stages[-1]]
        while left:
            stage = left.pop()
            if stage.index in found:
                continue
            found.add(stage.index)
            parent = self._parents.get(stage.index)
            if parent is not None:
                left.append(parent)
                left += [source for one in _triggers(parent) for source in self._used(one)]
            left += [source for one in stage.instructions for source in self._used(one)]
        return found

    def _used(self, instruction: Instruction) -> Iterator[Stage]:
        if isinstance(instruction, Onbuild):
            return
        for flag in instruction.flags:
            if flag.value is None or flag.name not in ("from", "mount"):
                continue
            for one in flag.value.text.split(",") if flag.name == "mount" else [f"from={flag.value.text}"]:
                name = one.partition("=")[2] if one.lower().startswith("from=") else ""
                number = whole_number(name) if flag.name == "from" else None
                if number is not None and 0 <= number < len(self._stages):
                    yield self._stages[number]
                elif name.lower() in self._sources.by_name:
                    yield self._sources.by_name[name.lower()]

    # Inside of stages

    def _stage(self, stage: Stage, *, fired: bool, refused: Mapping[int, Problem]) -> Iterator[Problem]:
        parent = self._parents.get(stage.index)
        scope = self._first_scope(stage, parent)
        self._scopes[stage.index] = scope
        windows = self._platforms.get(stage.index, False)
        if parent is not None:
            # A stage on a stage has its platform, whatever its own FROM says.
            windows = self._platforms.get(parent.index, False)
            self._platforms[stage.index] = windows
        here = Here(scope, self._globals, windows=windows, is_closed=self._base_environment is not None)
        if fired and parent is not None:
            yield from self._run_triggers(stage, parent, here)
        for instruction in stage.instructions:
            if instruction.problems or isinstance(instruction, (Broken, Unknown)):
                # Half an ENV or ARG may have set anything.
                scope.is_open = scope.is_open or self._base_environment is None
                continue
            if id(instruction) in refused:
                continue
            try:
                check_step(instruction, here)
            except Refusal as refusal:
                yield refusal.problem

    def _first_scope(self, stage: Stage, parent: Stage | None) -> Scope:
        if parent is not None:
            self._children[parent.index] -= 1
            return self._scopes[parent.index].child(takes_over=self._children[parent.index] == 0)
        scope = Scope(self._escape, folder="/")
        if self._bases.get(stage.index) == "scratch":
            scope.set_environment(_DEFAULT_PATH)
        elif self._base_environment is not None:
            scope.set_environment(self._base_environment)
        else:
            scope.is_open = True
            scope.folder = None
        return scope

    def _run_triggers(self, stage: Stage, parent: Stage, here: Here) -> Iterator[Problem]:
        """Read what the parent has put off as BuildKit does: as files of their own."""
        for trigger in parent.of(Onbuild):
            found = next(iter(self._run_trigger(trigger, stage, here)), None)
            if found is not None:
                name = trigger.trigger.name
                message = (
                    f"the trigger ONBUILD {name} of `{stage.start.image.text}` fails here: {found.message}"
                )
                yield Problem(found.kind, stage.start.image.span, message, found.help)

    def _run_trigger(self, onbuild: Onbuild, stage: Stage, here: Here) -> Iterator[Problem]:
        lines = LineReader(Source.of(_expression(onbuild))).read()
        yield from lines.problems
        instructions = [build_instruction(text, lines.escape) for text in lines.instructions]
        if len(instructions) != 1:
            message = "it is not a single instruction"
            yield Problem(
                ProblemKind.ONBUILD_TRIGGER, onbuild.span, message, "write one instruction after ONBUILD"
            )
            return
        (instruction,) = instructions
        yield from instruction.problems
        if isinstance(instruction, (Broken, Unknown)):
            return
        yield from self._references(instruction, stage, in_trigger=True)
        yield from _caught(partial(check_step, instruction, here))


def _expression(onbuild: Onbuild) -> str:
    """Return the text that BuildKit keeps of an ONBUILD, its heredocs behind it."""
    text = onbuild.line.text[onbuild.line.text.lower().index("onbuild") + len("onbuild") :].lstrip(
        "\t\n\f\r "
    )
    return text + "".join(f"\n{doc.text}{doc.name}" for doc in onbuild.heredocs)


def _triggers(stage: Stage) -> Iterator[Instruction]:
    for onbuild in stage.of(Onbuild):
        yield onbuild.trigger


def _no_image(start: From, base: str, by_name: Mapping[str, Stage]) -> Refusal:
    lowered = base.lower()
    near = lowered if lowered in by_name else nearest(base, by_name)
    if near:
        advice, mended = f"did you mean {near}?", near
    elif base != lowered and names_an_image(lowered):
        advice, mended = f"write `{lowered}`: an image's name is all lowercase", lowered
    else:
        advice, mended = "write name:tag, with the registry in front where it is not Docker Hub", None
    mend = Replacement(start.image.span, mended) if mended and start.image.text == base else None
    return Refusal(
        ProblemKind.BASE_IMAGE, start.image.span, f"`{base}` cannot be an image's name", advice, mend
    )


def _substitution(error: ShellSyntaxError, instruction: Instruction, text: str) -> Refusal:
    span = next((word.span for word in instruction.words if text in word.text), instruction.span)
    return Refusal(ProblemKind.SUBSTITUTION, span, f"`{text}`: {error}", substitution_advice(text))


def _caught(check: Callable[[], None]) -> Iterator[Problem]:
    try:
        check()
    except Refusal as refusal:
        yield refusal.problem
