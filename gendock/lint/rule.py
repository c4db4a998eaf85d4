"""What a rule is: one pure function and, beside it, all that is to be known of it.

    @rule("DL3000", "absolute-workdir", severity=Severity.ERROR, also=("WorkdirRelativePath",))
    def absolute_workdir(stage: Stage) -> Mistakes:
        '''A relative WORKDIR depends on the one before it. ...'''

The function's parameter says what it looks at: a whole `Dockerfile`, one `Stage` after the other, a
`BuildContext` (the file with the folder and the Go module around it), or a `Silencing` (the comments that
silence rules, and what each silenced). Its docstring is its page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from gendock.lint.mistake import Mistakes, Severity
from gendock.version import HOME

if TYPE_CHECKING:
    from gendock.dockerfile import Dockerfile, Stage
    from gendock.lint.context import BuildContext
    from gendock.lint.page import Page
    from gendock.lint.silencing import Silencing

Check: TypeAlias = (
    "Callable[[Dockerfile], Mistakes] | Callable[[Stage], Mistakes] "
    "| Callable[[BuildContext], Mistakes] | Callable[[Silencing], Mistakes]"
)


class Subject(StrEnum):
    """What a rule looks at: the name of its parameter's type."""

    FILE = "Dockerfile"
    STAGE = "Stage"
    CONTEXT = "BuildContext"
    SILENCING = "Silencing"


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule's metadata, from which all that is shown of it is derived."""

    code: str
    name: str
    severity: Severity
    also: tuple[str, ...]
    documentation: str
    subject: Subject
    function: Callable[[Any], Mistakes]

    @property
    def url(self) -> str:
        """Where the rule's page is."""
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

    def check(self, context: BuildContext) -> Mistakes:
        """Yield this rule's mistakes in one file; those about comments that silence come from `judge`."""
        if self.subject is Subject.FILE:
            yield from self.function(context.file)
        elif self.subject is Subject.CONTEXT:
            yield from self.function(context)
        elif self.subject is Subject.STAGE:
            for stage in context.file.stages:
                yield from self.function(stage)

    def judge(self, silencing: Silencing) -> Mistakes:
        """Yield this rule's mistakes in the comments that silence, for a rule about those."""
        if self.subject is Subject.SILENCING:
            yield from self.function(silencing)


_registered: list[Rule] = []


def rule(code: str, name: str, *, severity: Severity, also: tuple[str, ...] = ()) -> Callable[[Check], Check]:
    """Register the decorated function as a rule.

    Args:
        code: `DL####` and `SC####` mean what hadolint and ShellCheck mean by them; `GD###` and `GO###` are
            gendock's own.
        name: in kebab-case; it names the mistake.
        severity: what happens if nobody mends it.
        also: the same check's names in other tools.

    Raises:
        TypeError: the function's parameter is none of the four subjects.
    """

    def register(check: Check) -> Check:
        parameter = next(iter(check.__annotations__.values()), None)
        if parameter not in list(Subject):
            raise TypeError(f"{code}: a rule takes one of {', '.join(Subject)}, not {parameter}")
        documentation = check.__doc__ or ""
        _registered.append(Rule(code, name, severity, also, documentation, Subject(parameter), check))
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """Return the rules that have been registered so far."""
    return tuple(_registered)
