"""What a RUN does to the files of its stage: programs that are known, one after the other.

A program that is not known may have written anything anywhere. One that runs perhaps (behind `||`, in a
branch or a loop) leaves what it writes unknown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from gendock.lint.gobuild.go_calls import GoCall
from gendock.lint.gobuild.go_outcomes import outcome_of
from gendock.lint.gobuild.go_words import go_call_words
from gendock.lint.gobuild.known_programs import SYSTEM_FOLDERS, SYSTEM_PROGRAMS, folder_of_git, is_quiet
from gendock.lint.gobuild.shell_values import expanded
from gendock.lint.gobuild.trees import ANYWHERE, Entry, Tree
from gendock.lint.paths import is_below
from gendock.shell import Inside, options_of

if TYPE_CHECKING:
    from gendock.dockerfile import Instruction, Run, Stage
    from gendock.lint.gobuild.repository import Repository
    from gendock.lint.scripts import Script
    from gendock.shell import Command, Word

_MAYBE = frozenset({Inside.CONDITION, Inside.BRANCH, Inside.LOOP, Inside.FUNCTION})


class Effects(Struct):
    """What a RUN does, as it goes on: `added` and `unknown` as in a Tree."""

    added: dict[str, Entry] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    calls: list[GoCall] = field(default_factory=list)


class RunPlace(Struct, frozen=True):
    """Where a RUN stands.

    Attributes:
        stage, instruction, run, script: the RUN.
        folder: its working directory; None where it is not known.
        variables: the variables that are set; None for those whose value only the build knows.
        seen: the files that it sees, mounts included.
        repository: the repository around.
        volatile: the targets of its mounts: what is written there is gone afterwards.
    """

    stage: Stage
    instruction: Instruction
    run: Run
    script: Script
    folder: str | None
    variables: Mapping[str, str | None]
    seen: Tree
    repository: Repository
    volatile: tuple[str, ...]


def effects_of(place: RunPlace) -> Effects:
    """Return what a RUN does to the files."""
    walk = _Walk(place)
    if not place.script.is_posix or not place.script.commands:
        walk.effects.unknown.append(ANYWHERE)
    for command in place.script.calls:
        walk.run(command)
    found = walk.effects
    for path in [path for path in found.added if any(is_below(path, one) for one in place.volatile)]:
        del found.added[path]
    return found


class _Walk:
    """One RUN, command by command."""

    def __init__(self, place: RunPlace) -> None:
        self.effects = Effects()
        self._place = place
        self._folder = place.folder
        self._variables = dict(place.variables)
        self._outside: tuple[str | None] | None = None
        self._end = place.run.span.start
        self._is_certain = True

    def run(self, command: Command) -> None:
        """Take one command."""
        is_maybe = command.before == "||" or not _MAYBE.isdisjoint(command.inside)
        if Inside.SUBSTITUTION in command.inside:
            return
        self._leave_or_enter(command)
        before = len(self.effects.added)
        known = dict(self.effects.added) if is_maybe else {}
        self._is_certain = not is_maybe
        self._take(command)
        for redirect in command.redirects:
            if redirect.operator.startswith((">", "&>")) and not redirect.operator.endswith("&"):
                self._write(redirect.target)
        if is_maybe and len(self.effects.added) != before:
            new = [path for path in self.effects.added if path not in known]
            self.effects.added = known
            self.effects.unknown += new

    def _leave_or_enter(self, command: Command) -> None:
        """Go back to where a subshell began behind its end, and remember where one begins."""
        passed = self._place.script.source.text[self._end : command.start]
        self._end = command.end
        if self._outside is not None and ")" in passed:
            (self._folder,), self._outside = self._outside, None
        if self._outside is None and Inside.SUBSHELL in command.inside:
            self._outside = (self._folder,)

    def _take(self, command: Command) -> None:
        if not command.words:
            self._assign(command.assignments)
        elif command.program in _ACTIONS:
            _ACTIONS[command.program](self, command)
        elif command.program in SYSTEM_PROGRAMS:
            self.effects.unknown += SYSTEM_FOLDERS
        elif not is_quiet(command):
            self.effects.unknown.append(ANYWHERE)

    # The shell's own

    def _assign(self, words: tuple[Word, ...]) -> None:
        for word in words:
            name, _, value = word.text.partition("=")
            self._variables[name] = expanded(value, self._variables)

    def _export(self, command: Command) -> None:
        self._assign(tuple(word for word in command.arguments if "=" in word.text))

    def _change_folder(self, command: Command) -> None:
        target = next((word for word in command.arguments if not word.text.startswith("-")), None)
        self._folder = self._path(target) if target is not None else "/root"

    # Programs

    def _make_folders(self, command: Command) -> None:
        for word in options_of(command, valued=("m", "mode")).operands:
            self._write(word, is_folder=True)

    def _touch(self, command: Command) -> None:
        for word in options_of(command).operands:
            self._write(word)

    def _tee(self, command: Command) -> None:
        self._touch(command)

    def _link(self, command: Command) -> None:
        operands = options_of(command).operands
        if len(operands) == 2:
            self._write(operands[1])
        else:
            self.effects.unknown.append(self._folder or ANYWHERE)

    def _remove(self, command: Command) -> None:
        for word in options_of(command).operands:
            path = self._path(word)
            if path is None or not word.is_plain:
                continue
            self.effects.removed.append(path)
            for one in [one for one in self.effects.added if is_below(one, path)]:
                del self.effects.added[one]

    def _copy(self, command: Command) -> None:
        read = options_of(command, valued=("t", "target-directory", "m", "mode", "o", "g", "S", "suffix"))
        if command.program == "install" and read.has("d", "directory"):
            for word in read.operands:
                self._write(word, is_folder=True)
            return
        folder = read.value("t", "target-directory")
        words = read.operands if folder else read.operands[:-1]
        target = (
            self._absolute(folder) if folder else (self._path(read.operands[-1]) if read.operands else None)
        )
        if target is None or not words:
            self.effects.unknown.append(ANYWHERE)
            return
        here = self._now()
        into = (
            bool(folder) or len(words) > 1 or here.is_folder(target) or read.operands[-1].text.endswith("/")
        )
        for word in words:
            self._copy_one(word, target, here, into=into, moves=command.program == "mv")

    def _copy_one(self, word: Word, target: str, here: Tree, *, into: bool, moves: bool) -> None:
        path = self._path(word)
        if path is None or not word.is_plain or not here.has(path):
            self.effects.unknown.append(target)
            if path is not None and word.is_plain and not into:
                self.effects.added[target] = Entry(self._place.stage, self._place.instruction)
            return
        where = posixpath.join(target, posixpath.basename(path)) if into else target
        for one, entry in list(here.files_below(path)):
            place = where if one == path else posixpath.join(where, one.removeprefix(f"{path}/"))
            self.effects.added[posixpath.normpath(place)] = entry
        if here.may_have_below(path):
            self.effects.unknown.append(where)
        if moves:
            self.effects.removed.append(path)
            for one in [one for one in self.effects.added if is_below(one, path)]:
                del self.effects.added[one]

    def _fetch(self, command: Command) -> None:
        valued = ("o", "output") if command.program == "curl" else ("O", "output-document")
        written = options_of(command, valued=(*valued, "P", "H", "d", "X", "A", "u")).value(*valued)
        path = None if written in (None, "-") else self._absolute(written or "")
        if written == "-":
            return
        if path is not None:
            self.effects.added[path] = Entry(self._place.stage, self._place.instruction)
        else:
            self.effects.unknown.append(self._folder or ANYWHERE)

    def _git(self, command: Command) -> None:
        folder = folder_of_git(command)
        if folder is not None:
            self.effects.unknown.append(self._absolute(folder) or ANYWHERE)

    def _below_folder(self, command: Command) -> None:
        del command
        self.effects.unknown.append(self._folder or ANYWHERE)

    # Go

    def _go(self, command: Command) -> None:
        read = go_call_words(command)
        if read is None:
            return
        verb, words, elsewhere = read
        variables = dict(self._variables)
        for word in command.assignments:
            name, _, value = word.text.partition("=")
            variables[name] = expanded(value, variables)
        call = GoCall(
            stage=self._place.stage,
            run=self._place.run,
            script=self._place.script,
            command=command,
            verb=verb,
            words=words,
            folder=self._folder if elsewhere is None else self._absolute(elsewhere),
            environment=variables,
            tree=self._now(),
            repository=self._place.repository,
            is_certain=self._is_certain,
        )
        self.effects.calls.append(call)
        outcome = outcome_of(call)
        entry = Entry(self._place.stage, self._place.instruction, built=call)
        self.effects.added |= dict.fromkeys(outcome.programs, entry)
        self.effects.unknown += outcome.unknown

    # Paths

    def _now(self) -> Tree:
        return self._place.seen.changed(
            dict(self.effects.added),
            removed=tuple(self.effects.removed),
            unknown=tuple(self.effects.unknown),
        )

    def _write(self, word: Word, *, is_folder: bool = False) -> None:
        path = self._path(word)
        if path is None or not (word.is_plain or "$" in word.text):
            self.effects.unknown.append(ANYWHERE if path is None else posixpath.dirname(path))
        elif not is_below(path, "/dev"):
            self.effects.added[path] = Entry(self._place.stage, self._place.instruction, is_folder=is_folder)

    def _path(self, word: Word) -> str | None:
        text = expanded(word.text, self._variables)
        if text is not None and text.startswith("~"):
            text = f"/root{text[1:]}" if text in ("~", "~/") or text.startswith("~/") else None
        return None if text is None else self._absolute(text)

    def _absolute(self, text: str) -> str | None:
        if text.startswith("/"):
            return posixpath.normpath(text)
        return None if self._folder is None else posixpath.normpath(posixpath.join(self._folder, text))


_ACTIONS: dict[str, Callable[[_Walk, Command], None]] = {
    "cd": _Walk._change_folder,  # noqa: SLF001 - its own table
    "pushd": _Walk._change_folder,  # noqa: SLF001
    "export": _Walk._export,  # noqa: SLF001
    "mkdir": _Walk._make_folders,  # noqa: SLF001
    "touch": _Walk._touch,  # noqa: SLF001
    "tee": _Walk._tee,  # noqa: SLF001
    "ln": _Walk._link,  # noqa: SLF001
    "rm": _Walk._remove,  # noqa: SLF001
    "cp": _Walk._copy,  # noqa: SLF001
    "mv": _Walk._copy,  # noqa: SLF001
    "install": _Walk._copy,  # noqa: SLF001
    "curl": _Walk._fetch,  # noqa: SLF001
    "wget": _Walk._fetch,  # noqa: SLF001
    "git": _Walk._git,  # noqa: SLF001
    "tar": _Walk._below_folder,  # noqa: SLF001
    "go": _Walk._go,  # noqa: SLF001
}
