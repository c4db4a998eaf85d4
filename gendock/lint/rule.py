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
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, cast

from gendock.lint.mistake import Mistakes, Severity
from gendock.version import HOME

if TYPE_CHECKING:
    from gendock.dockerfile import Dockerfile, Stage
    from gendock.lint.context import BuildContext
    from gendock.lint.page import Page
    from gendock.lint.silencing import Silencing

FileCheck: TypeAlias = "Callable[[Dockerfile], Mistakes]"
StageCheck: TypeAlias = "Callable[[Stage], Mistakes]"
ContextCheck: TypeAlias = "Callable[[BuildContext], Mistakes]"
SilencingCheck: TypeAlias = "Callable[[Silencing], Mistakes]"
Check: TypeAlias = "FileCheck | StageCheck | ContextCheck | SilencingCheck"

SUBJECTS = ("Dockerfile", "Stage", "BuildContext", "Silencing")


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule's metadata, from which all that is shown of it is derived.

    Exactly one of the four checks is set.
    """

    code: str
    name: str
    severity: Severity
    also: tuple[str, ...]
    documentation: str
    check_file: FileCheck | None = None
    check_stage: StageCheck | None = None
    check_context: ContextCheck | None = None
    check_silencing: SilencingCheck | None = None

    @property
    def url(self) -> str:
        """Where the rule's page is."""
        return f"{HOME}/blob/main/docs/rules/{self.code}.md"

    @property
    def names(self) -> tuple[str, ...]:
        """All names that select this rule."""
        return (self.code, self.name, *self.also)

    @cached_property
    def page(self) -> Page:
        """What the docstring says, in parts."""
        from gendock.lint.page import read_page

        return read_page(self.code, self.documentation)

    def check(self, context: BuildContext) -> Mistakes:
        """Yield this rule's mistakes in one file; those about comments that silence come from elsewhere."""
        if self.check_file is not None:
            yield from self.check_file(context.file)
        elif self.check_context is not None:
            yield from self.check_context(context)
        elif self.check_stage is not None:
            for stage in context.file.stages:
                yield from self.check_stage(stage)


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
        subject = next(iter(check.__annotations__.values()), None)
        made = Rule(
            code=code,
            name=name,
            severity=severity,
            also=also,
            documentation=check.__doc__ or "",
            check_file=cast("FileCheck", check) if subject == "Dockerfile" else None,
            check_stage=cast("StageCheck", check) if subject == "Stage" else None,
            check_context=cast("ContextCheck", check) if subject == "BuildContext" else None,
            check_silencing=cast("SilencingCheck", check) if subject == "Silencing" else None,
        )
        if subject not in SUBJECTS:
            raise TypeError(f"{code}: a rule takes one of {', '.join(SUBJECTS)}, not {subject}")
        _registered.append(made)
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """Return the rules that have been registered so far."""
    return tuple(_registered)
