"""What BuildKit's variables hold at an instruction."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from gendock.dockerfile import Arg, Broken, Dockerfile, Env, Instruction, Onbuild, Stage, Unknown, Workdir
from gendock.dockerfile.build_place import Here
from gendock.dockerfile.build_steps import check_step
from gendock.dockerfile.refusal import Refusal
from gendock.dockerfile.scopes import Scope
from gendock.dockerfile.shell_words import ShellSyntaxError, ShellWords
from gendock.dockerfile.stages import PLATFORM_ARGUMENTS
from gendock.lint.base_environments import variables_of
from gendock.lint.context import BuildContext


class Step(Struct):
    """One instruction on the way through a build: what is set in front of it.

    `declared` are the names of ARGs so far, with a value or without.
    """

    stage: Stage
    instruction: Instruction
    scope: Scope
    declared: set[str]

    @property
    def names(self) -> set[str]:
        """All that is set or declared here, as far as the file says it."""
        return {*self.scope.known, *self.scope.unknown, *self.declared}

    def expand(self, text: str) -> str | None:
        """Replace variables; None where the result is not known, or none at all."""
        try:
            return self.scope.expand(text)
        except ShellSyntaxError:
            return None

    def split(self, text: str) -> tuple[str, ...]:
        """Replace variables and cut at blanks; what is not known gives nothing."""
        if "$" not in text and '"' not in text and "'" not in text and self.scope.escape not in text:
            return (text,)
        try:
            return tuple(word.text for word in self.scope.split(text) or ())
        except ShellSyntaxError:
            return ()

    def unset(self, text: str, *, raw: bool = False) -> list[str]:
        """Return the variables of a text that the file has not set, in no order."""
        if "$" not in text:
            return []
        escape = "\\" if raw else self.scope.escape
        words = ShellWords(text, self.scope.known, escape=escape, keep_quotes=raw)
        try:
            words.expand()
        except ShellSyntaxError:
            return []
        return sorted(words.missing - self.scope.unknown - self.declared)


def steps(context: BuildContext, wanted: Callable[[Instruction], bool]) -> Iterator[Step]:
    """Yield the wanted instructions of all stages, each with what holds in front of it."""
    file = context.file
    if not any(wanted(one) for one in file.instructions):
        return
    globals_ = global_scope(file, closed=context.base_environment is not None)
    ends: dict[int, tuple[Scope, set[str]]] = {}
    for stage in file.stages:
        scope, declared = _start(context, stage, ends)
        here = Here(scope, globals_, windows=False, is_closed=context.base_environment is not None)
        if stage.parent is not None:
            for onbuild in stage.parent.of(Onbuild):
                _take_over(onbuild.trigger, here, declared)
        for instruction in stage.instructions:
            if wanted(instruction):
                yield Step(stage, instruction, scope, declared)
            _take_over(instruction, here, declared)
        ends[stage.index] = scope, declared


def expanded(context: BuildContext, instruction: Instruction, text: str) -> str | None:
    """Return a text of an instruction with its variables replaced; None where the result is not known."""
    step = next(steps(context, lambda one: one is instruction), None)
    return step.expand(text) if step else None


def global_scope(file: Dockerfile, *, closed: bool) -> Scope:
    """Return what FROM lines see; where nothing is known of the build, its own values are not known."""
    scope = Scope(file.escape)
    if closed:
        scope.known.update(PLATFORM_ARGUMENTS)
    else:
        scope.unknown.update(PLATFORM_ARGUMENTS)
    if closed and file.stages:
        scope.set("TARGETSTAGE", file.stages[-1].name or "default")
    for argument in file.global_arguments:
        for pair in argument.pairs:
            if pair.value is None and pair.name.text in scope.known:
                continue
            try:
                value = scope.expand(pair.value.text) if pair.value else None
            except ShellSyntaxError:
                value = None
            if pair.value is not None or not closed:
                scope.set(pair.name.text, value)
    return scope


def _start(
    context: BuildContext, stage: Stage, ends: dict[int, tuple[Scope, set[str]]]
) -> tuple[Scope, set[str]]:
    if stage.parent is not None and stage.parent.index in ends:
        scope, declared = ends[stage.parent.index]
        return scope.child(takes_over=False), set(declared)
    scope = Scope(context.file.escape, folder="/")
    if stage.base == "scratch":
        scope.set_environment({"PATH": None})
    elif context.base_environment is not None:
        scope.set_environment(context.base_environment)
    else:
        known = variables_of(stage.base) if stage.base else None
        scope.set_environment(dict.fromkeys(known or ()))
        scope.is_open = known is None
    return scope, set()


def _take_over(instruction: Instruction, here: Here, declared: set[str]) -> None:
    if isinstance(instruction, (Broken, Unknown)):
        # Half an ENV or ARG may have set anything.
        here.scope.is_open = True
    elif isinstance(instruction, (Arg, Env, Workdir)):
        if isinstance(instruction, Arg):
            declared.update(pair.name.text for pair in instruction.pairs)
        try:
            check_step(instruction, here)
        except Refusal:
            here.scope.is_open = True
