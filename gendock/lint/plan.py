"""Which functions are asked of which part of a file: worked out once for a set of rules, not once a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field, structs

from gendock.dockerfile import Onbuild
from gendock.lint.mistake import Severity
from gendock.lint.rule import Rule, Subject

if TYPE_CHECKING:
    from gendock.dockerfile import Dockerfile
    from gendock.lint.context import BuildContext
    from gendock.lint.gobuild import GoBuild
    from gendock.lint.mistake import Mistake

_Found: TypeAlias = "Iterator[tuple[Rule, Mistake]]"
_Kinds: TypeAlias = frozenset[str]


class _Due(Struct, frozen=True):
    """Rules to ask always, and those to ask where a word is mentioned."""

    always: tuple[Rule, ...]
    by_word: dict[str, list[Rule]]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> _Due:
        always: list[Rule] = []
        by_word: dict[str, list[Rule]] = {}
        for rule in rules:
            for word in rule.mentions:
                by_word.setdefault(word, []).append(rule)
            if not rule.mentions:
                always.append(rule)
        return cls(tuple(always), by_word)


class Plan(Struct, frozen=True):
    """Rules by what they look at.

    Attributes:
        about_files: those about the whole file, a stage, or the build context.
        about_scripts: those about a RUN's script.
        about_go: those about the build of a Go repository.
        about_silencing: those about comments that silence.
        remarks: those that stand for a code of ShellCheck's, by its number.
        needed: the kinds of instructions and problems that make a difference.
        due: those about files for which some kinds of instructions and problems are enough, as far as it was
            asked for them.
    """

    about_files: tuple[Rule, ...]
    about_scripts: _Due
    about_go: tuple[Rule, ...]
    about_silencing: tuple[Rule, ...]
    remarks: dict[int, Rule]
    needed: _Kinds
    due: dict[_Kinds, _Due] = field(default_factory=dict)

    def check(self, context: BuildContext) -> _Found:
        """Yield the mistakes in one file; ShellCheck's, and those about comments, are found elsewhere."""
        file, stages, text = context.file, context.stages, context.file.source.text
        kinds = self.needed & _kinds(file)
        due = self._due(kinds)
        for rule in (*due.always, *_mentioned(due.by_word, text)):
            ask = rule.function
            if rule.subject is Subject.STAGE:
                for stage in stages:
                    for mistake in ask(stage):
                        yield rule, mistake
            else:
                for mistake in ask(file if rule.subject is Subject.FILE else context):
                    yield rule, mistake
        yield from self._check_scripts(context)
        yield from self._check_go(context, kinds)

    def _check_go(self, context: BuildContext, kinds: _Kinds) -> _Found:
        go = context.go if self.about_go else None
        if go is None:
            return
        text = context.file.source.text
        for rule in self.about_go:
            if rule.needs and kinds.isdisjoint(rule.needs):
                continue
            if rule.mentions and not any(word in text for word in rule.mentions):
                continue
            for mistake in rule.function(go):
                yield rule, _of_go(go, rule, mistake)

    def _due(self, kinds: _Kinds) -> _Due:
        known = self.due.get(kinds)
        if known is None:
            known = _Due.of(
                rule for rule in self.about_files if not rule.needs or not kinds.isdisjoint(rule.needs)
            )
            self.due[kinds] = known
        return known

    def _check_scripts(self, context: BuildContext) -> _Found:
        due = self.about_scripts
        scripts = context.scripts if due.always or due.by_word else ()
        whole = "\n".join(script.text for script in scripts)
        possible = {word: rules for word, rules in due.by_word.items() if word in whole}
        for script in scripts:
            for rule in (*due.always, *_mentioned(possible, script.text)):
                for mistake in rule.function(script):
                    yield rule, mistake


def _of_go(go: GoBuild, rule: Rule, mistake: Mistake) -> Mistake:
    """Return a mistake with a place in the repository, and no surer than the build context is known."""
    from gendock.lint.gobuild.second_place import second_place

    severity = mistake.severity
    if not go.files.is_certain and (severity or rule.severity) >= Severity.ERROR:
        severity = Severity.WARNING
    related = mistake.related
    if not related and rule.code.startswith("GO"):
        related = second_place(go, rule.code, mistake.span)
    return structs.replace(mistake, severity=severity, related=related)


@lru_cache(maxsize=64)
def plan_of(rules: tuple[Rule, ...]) -> Plan:
    """Return the plan for some rules."""
    by_subject: dict[Subject, list[Rule]] = {subject: [] for subject in Subject}
    for rule in rules:
        by_subject[rule.subject].append(rule)
    files = (*by_subject[Subject.FILE], *by_subject[Subject.STAGE], *by_subject[Subject.CONTEXT])
    return Plan(
        about_files=files,
        about_scripts=_Due.of(by_subject[Subject.SCRIPT]),
        about_go=tuple(by_subject[Subject.GO]),
        about_silencing=tuple(by_subject[Subject.SILENCING]),
        remarks={int(rule.code[2:]): rule for rule in by_subject[Subject.REMARK]},
        needed=frozenset(need for rule in rules for need in rule.needs),
    )


def _kinds(file: Dockerfile) -> set[str]:
    """Return the kinds of instructions and problems in a file, those of ONBUILD's triggers included."""
    kinds: set[str] = {type(one).__name__ for one in file.instructions}
    if Onbuild.__name__ in kinds:
        kinds.update(type(one.trigger).__name__ for one in file.instructions if isinstance(one, Onbuild))
    kinds.update(problem.kind for problem in file.all_problems)
    return kinds


def _mentioned(by_word: dict[str, list[Rule]], text: str) -> dict[Rule, None]:
    """Return the rules of which a word is in a text, each once."""
    named = [rules for word, rules in by_word.items() if word in text]
    return dict.fromkeys(chain.from_iterable(named))
