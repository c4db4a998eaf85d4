"""Which functions are asked of which part of a file: worked out once for a set of rules, not once a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from gendock.dockerfile import Onbuild
from gendock.lint.rule import Rule, Subject

if TYPE_CHECKING:
    from gendock.dockerfile import Dockerfile
    from gendock.lint.context import BuildContext
    from gendock.lint.mistake import Mistake

_Found: TypeAlias = "Iterator[tuple[Rule, Mistake]]"
_Kinds: TypeAlias = frozenset[str]


class Plan(Struct, frozen=True):
    """Rules by what they look at.

    Attributes:
        about_files: those about the whole file, a stage, or the build context.
        about_scripts: those about a RUN's script.
        about_go: those about the build of a Go repository.
        about_silencing: those about comments that silence.
        remarks: those that stand for a code of ShellCheck's, by its number.
        words: what rules about files want to be mentioned.
        script_words: what rules about scripts want to be mentioned.
        due: those about files for which some kinds of instructions and problems are enough, as far as it was
            asked for them.
    """

    about_files: tuple[Rule, ...]
    about_scripts: tuple[Rule, ...]
    about_go: tuple[Rule, ...]
    about_silencing: tuple[Rule, ...]
    remarks: dict[int, Rule]
    words: frozenset[str]
    script_words: frozenset[str]
    due: dict[_Kinds, tuple[Rule, ...]] = field(default_factory=dict)

    def check(self, context: BuildContext) -> _Found:
        """Yield the mistakes in one file; ShellCheck's, and those about comments, are found elsewhere."""
        file, stages, text = context.file, context.stages, context.file.source.text
        mentioned = {word for word in self.words if word in text}
        for rule in self._due(_kinds(file)):
            if not _is_due(rule, mentioned):
                continue
            ask = rule.function
            if rule.subject is Subject.STAGE:
                for stage in stages:
                    for mistake in ask(stage):
                        yield rule, mistake
            else:
                for mistake in ask(file if rule.subject is Subject.FILE else context):
                    yield rule, mistake
        if self.about_scripts and context.scripts:
            yield from self._check_scripts(context)
        go = context.go if self.about_go else None
        if go is not None:
            for rule in self.about_go:
                if not rule.mentions or any(word in text for word in rule.mentions):
                    for mistake in rule.function(go):
                        yield rule, mistake

    def _due(self, kinds: _Kinds) -> tuple[Rule, ...]:
        known = self.due.get(kinds)
        if known is None:
            known = tuple(
                rule for rule in self.about_files if not rule.needs or not kinds.isdisjoint(rule.needs)
            )
            self.due[kinds] = known
        return known

    def _check_scripts(self, context: BuildContext) -> _Found:
        whole = "\n".join(script.text for script in context.scripts)
        possible = {word for word in self.script_words if word in whole}
        rules = [rule for rule in self.about_scripts if _is_due(rule, possible)]
        for script in context.scripts:
            mentioned = {word for word in possible if word in script.text}
            for rule in rules:
                if _is_due(rule, mentioned):
                    for mistake in rule.function(script):
                        yield rule, mistake


@lru_cache(maxsize=64)
def plan_of(rules: tuple[Rule, ...]) -> Plan:
    """Return the plan for some rules."""
    by_subject: dict[Subject, list[Rule]] = {subject: [] for subject in Subject}
    for rule in rules:
        by_subject[rule.subject].append(rule)
    files = (*by_subject[Subject.FILE], *by_subject[Subject.STAGE], *by_subject[Subject.CONTEXT])
    scripts = tuple(by_subject[Subject.SCRIPT])
    return Plan(
        about_files=files,
        about_scripts=scripts,
        about_go=tuple(by_subject[Subject.GO]),
        about_silencing=tuple(by_subject[Subject.SILENCING]),
        remarks={int(rule.code[2:]): rule for rule in by_subject[Subject.REMARK]},
        words=_words(files),
        script_words=_words(scripts),
    )


def _kinds(file: Dockerfile) -> _Kinds:
    """Return the kinds of instructions and problems in a file, those of ONBUILD's triggers included."""
    kinds: set[str] = {type(one).__name__ for one in file.instructions}
    if Onbuild.__name__ in kinds:
        kinds.update(type(one.trigger).__name__ for one in file.instructions if isinstance(one, Onbuild))
    kinds.update(problem.kind for problem in file.all_problems)
    return frozenset(kinds)


def _words(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset(word for rule in rules for word in rule.mentions)


def _is_due(rule: Rule, words: set[str]) -> bool:
    return not rule.mentions or not words.isdisjoint(rule.mentions)
