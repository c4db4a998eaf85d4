"""What a rule is: one pure function and, beside it, all that is to be known of it.

    @rule("DL3000", "absolute-workdir", severity=Severity.ERROR, also=("WorkdirRelativePath",))
    def absolute_workdir(stage: Stage) -> Mistakes:
        '''A relative WORKDIR depends on the one before it. ...'''

The function's parameter says what it looks at: a whole `Dockerfile`, one `Stage` after the other, the
`Script` of one RUN after the other, a `BuildContext` (the file with its scripts, its options, the folder and
the Go module around it), a `GoBuild` (the same with the Go repository, for rules that are not asked where
there is none), or a `Silencing` (the comments that silence rules, and what each silenced). Its
docstring is its page.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from gendock.lint.mistake import Mistakes, Severity
from gendock.lint.profiles import Level
from gendock.version import HOME

if TYPE_CHECKING:
    from gendock.dockerfile import Dockerfile, Instruction, ProblemKind, Stage
    from gendock.lint.context import BuildContext
    from gendock.lint.gobuild import GoBuild
    from gendock.lint.page import Page
    from gendock.lint.scripts import Script
    from gendock.lint.silencing import Silencing

Check: TypeAlias = (
    "Callable[[Dockerfile], Mistakes] | Callable[[Stage], Mistakes] | Callable[[Script], Mistakes] "
    "| Callable[[BuildContext], Mistakes] | Callable[[GoBuild], Mistakes] | Callable[[Silencing], Mistakes]"
)

Need: TypeAlias = "type[Instruction] | ProblemKind"


class Subject(StrEnum):
    """What a rule looks at: the name of its parameter's type."""

    FILE = "Dockerfile"
    STAGE = "Stage"
    SCRIPT = "Script"
    CONTEXT = "BuildContext"
    GO = "GoBuild"
    """What the Dockerfile does with the Go repository around it; not asked where there is none."""
    SILENCING = "Silencing"
    REMARK = "Remark"
    """Nothing: ShellCheck has looked, and the rule only stands for one of its codes."""


class Rule(msgspec.Struct, frozen=True, eq=False, dict=True, array_like=True):
    """One rule's metadata, from which all that is shown of it is derived.

    All of it is data: the module with the rule's function is imported when the function is asked for.

    Attributes:
        code: its code.
        name: its name in kebab-case.
        severity: what happens if nobody mends the mistake.
        also: the same check's names in other tools.
        level: from which profile on it runs.
        since: the version of the rule set that it came with.
        shipped: it only matters in an image that is shipped, so other stages are not judged by default.
        mentions: it finds nothing in a text that has none of these words; empty for any text.
        needs: it finds nothing in a file that has none of these kinds of instructions or problems, by their
            names; empty for any file.
        subject: what its function takes.
        origin: the module and the name of its function.
    """

    code: str
    name: str
    severity: Severity
    also: tuple[str, ...]
    level: Level
    since: str
    shipped: bool
    mentions: tuple[str, ...]
    needs: tuple[str, ...]
    subject: Subject
    origin: tuple[str, str]

    @cached_property
    def function(self) -> Callable[[Any], Mistakes]:
        """Finds the mistakes."""
        module, name = self.origin
        found: Callable[[Any], Mistakes] = getattr(import_module(module), name)
        return found

    @property
    def documentation(self) -> str:
        """What is to be said of it: its function's docstring, or for ShellCheck's codes where that is."""
        if self.subject is Subject.REMARK:
            from gendock.lint.shellcheck.rules import documentation_of

            return documentation_of(self)
        return self.function.__doc__ or ""

    @property
    def url(self) -> str:
        """Where the rule's page is; for ShellCheck's codes, in its own wiki."""
        if self.subject is Subject.REMARK:
            return f"https://www.shellcheck.net/wiki/{self.code}"
        return f"{HOME}/blob/main/docs/rules/{self.code}.md"

    @property
    def names(self) -> tuple[str, ...]:
        """All names that select this rule."""
        return (self.code, self.name, *self.also)

    def is_called(self, name: str) -> bool:
        """Tell whether a name is one of this rule's, in capitals or not."""
        return name.casefold() in self._folded

    def is_below(self, prefix: str) -> bool:
        """Tell whether a prefix of codes, such as `GD0`, covers this rule."""
        return bool(prefix) and self.code.casefold().startswith(prefix.casefold())

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.names)

    @cached_property
    def page(self) -> Page:
        """What the docstring says, in parts."""
        from gendock.lint.page import read_page

        return read_page(self.code, self.documentation)


_registered: list[Rule] = []


def rule(
    code: str,
    name: str,
    *,
    severity: Severity,
    also: tuple[str, ...] = (),
    level: Level = Level.DEFAULT,
    since: str = "0.1",
    shipped: bool = False,
    mentions: tuple[str, ...] = (),
    needs: tuple[Need, ...] = (),
) -> Callable[[Check], Check]:
    """Register the decorated function as a rule.

    Args:
        code: `DL####` and `SC####` mean what hadolint and ShellCheck mean by them; `GD###` and `GO###` are
            gendock's own.
        name: in kebab-case; it names the mistake.
        severity: what happens if nobody mends it.
        also: the same check's names in other tools.
        level: from which profile on it runs.
        since: the version of gendock that brings it; `rules-version` in the settings pins an older set.
        shipped: it only matters in an image that is shipped.
        mentions: words of which one has to be in the text (a RUN's script for a rule about those, else the
            file) before the function is asked: what is not there costs no time. They are case-sensitive.
        needs: kinds of instructions, also as ONBUILD's triggers, or of problems, of which one has to be in
            the file before the function is asked.

    Raises:
        TypeError: the function's parameter is none of the subjects.
    """

    def register(check: Check) -> Check:
        parameter = next(iter(check.__annotations__.values()), None)
        if parameter not in list(Subject):
            raise TypeError(f"{code}: a rule takes one of {', '.join(Subject)}, not {parameter}")
        _registered.append(
            Rule(
                code=code,
                name=name,
                severity=severity,
                also=also,
                level=level,
                since=since,
                shipped=shipped,
                mentions=mentions,
                needs=tuple(name_of(need) for need in needs),
                subject=Subject(parameter),
                origin=(check.__module__, check.__name__),
            )
        )
        return check

    return register


def name_of(need: Need) -> str:
    """Return the name by which a rule keeps a kind of instruction or of problem."""
    return need.__name__ if isinstance(need, type) else str(need)


def registered() -> tuple[Rule, ...]:
    """Return the rules that have been registered so far."""
    return tuple(_registered)
