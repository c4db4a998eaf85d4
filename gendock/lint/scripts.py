"""What RUN runs: the shell's text of each RUN as commands, with places in the Dockerfile."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from gendock.dockerfile import Dockerfile, Instruction, Onbuild, Run, Shell, Source, Span, Stage
from gendock.lint.bases import is_windows
from gendock.lint.mistake import Edit

if TYPE_CHECKING:
    from gendock.dockerfile.lines import LogicalLine
    from gendock.lint.package_managers import PackageCall
    from gendock.shell import Command, Word

POSIX_SHELLS = frozenset({"sh", "bash", "ash", "dash", "ksh", "zsh", "mksh", "busybox"})
# Those that get a script behind -c.
_RUN_SCRIPTS = POSIX_SHELLS | {"su", "runuser"}
# The end of a line that goes on, and the comments and empty lines before it does.
_CONTINUATION = re.compile(r"[\\`][ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
_GIVES_SCRIPT = re.compile(r"-[a-z]*c\b")
DEFAULT_SHELL = ("/bin/sh", "-c")
WINDOWS_SHELL = ("cmd", "/S", "/C")
_SHELL_PRAGMA = re.compile(r"#\s*hadolint\s+shell\s*=\s*(?P<shell>.+)", re.IGNORECASE)
_CONTINUED = re.compile(r"[ \t]*[\\`][ \t]*\r?\n")
_SHEBANG = r"#!\s*(?P<words>\S[^\n]*)"


class Piece(msgspec.Struct, frozen=True):
    """A part of a RUN that is a script.

    Attributes:
        text: what the shell reads.
        place: the way from an offset in the text to one in the file.
        shell: the words of the shell that reads it; those of SHELL, of a heredoc's first line or of the
            command that gets a heredoc, such as `bash -e`.
        is_heredoc: it is a heredoc's body.
    """

    text: str
    place: Callable[[int], int]
    shell: tuple[str, ...]
    is_heredoc: bool = False


class Script(msgspec.Struct, frozen=True, eq=False, dict=True):
    """What one RUN runs.

    Attributes:
        run: the instruction; in an ONBUILD, the trigger.
        instruction: the instruction of the stage: the RUN, or the ONBUILD around it.
        stage: where it stands.
        source: the Dockerfile's text.
        text: all of the script: the instruction's line behind its flags, and its heredocs.
        shell: the words of the shell that reads it, such as `("/bin/bash", "-o", "pipefail", "-c")`.
        is_posix: that shell is sh or one of its family; otherwise there are no `commands`.
        pieces: the texts that a shell reads; empty in exec form.
    """

    run: Run
    instruction: Instruction
    stage: Stage
    source: Source
    text: str
    shell: tuple[str, ...]
    is_posix: bool
    pieces: tuple[Piece, ...]

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """The simple commands with their places in the file, in order; wrappers such as sudo are still on.

        The script that a command such as `sh -c` is given follows it, as far as it is written in one piece.
        """
        from gendock.shell import read_script

        if self.run.command.exec_form:
            return tuple(self._with_inner(self._exec_command()))
        outer = [one for piece in self.pieces for one in read_script(piece.text, piece.place).commands]
        if not _GIVES_SCRIPT.search(self.text):
            return tuple(outer)
        return tuple(command for one in outer for command in self._with_inner(one))

    @cached_property
    def calls(self) -> tuple[Command, ...]:
        """The commands with what only starts another program taken off: of `sudo apt-get x`, `apt-get x`."""
        from gendock.shell import unwrapped

        return tuple(unwrapped(command) for command in self.commands)

    @cached_property
    def package_calls(self) -> tuple[PackageCall, ...]:
        """The calls of package managers, in order."""
        from gendock.lint.package_managers import read_calls

        return tuple(read_calls(self))

    def calls_of(self, *programs: str) -> Iterator[Command]:
        """Yield the calls of some programs, whatever their folder."""
        if not self._programs.isdisjoint(programs):
            for command in self.calls:
                if command.program in programs:
                    yield command

    @cached_property
    def _programs(self) -> frozenset[str]:
        return frozenset(command.program for command in self.calls)

    def span(self, part: Word | Command) -> Span:
        """Return where a word or command stands in the file."""
        return Span(part.start, part.end)

    def insert_behind(self, word: Word, *texts: str) -> Edit:
        """Return the edit that puts further words behind a word."""
        form = ', "{}"' if self._is_element(word) else " {}"
        return Edit(Span(word.end, word.end), "".join(form.format(text) for text in texts))

    def replace(self, word: Word, text: str) -> Edit:
        """Return the edit that writes another word in place of a word."""
        return Edit(self.span(word), f'"{text}"' if self._is_element(word) else text)

    def delete(self, word: Word) -> Edit:
        """Return the edit that takes a word out, with what parts it from the word before it."""
        text = self.source.text
        line = text.rfind("\n", 0, word.start) + 1
        start = line + len(text[line : word.start].rstrip(" \t"))
        if self._is_element(word):
            return Edit(Span(start - 1 if text[start - 1] == "," else start, word.end), "")
        # A word that has a continued line for itself takes the line with it.
        continued = _CONTINUED.match(text, word.end)
        if continued and start == line:
            return Edit(Span(line, continued.end()), "")
        return Edit(Span(start, word.end), "")

    def _is_element(self, word: Word) -> bool:
        """Tell whether a word is one of a JSON array, rather than of a script that such a word holds."""
        return self.run.command.exec_form and self.source.text[word.start] == '"'

    def _exec_command(self) -> Command:
        from gendock.shell import Command, Word

        words = tuple(Word(word.text, word.span.start, word.span.end) for word in self.run.command.words)
        span = self.run.span
        start, end = (words[0].start, words[-1].end) if words else (span.start, span.end)
        return Command(
            words=words, assignments=(), redirects=(), start=start, end=end, before="", after="", inside=()
        )

    def _with_inner(self, outer: Command) -> Iterator[Command]:
        from gendock.shell import Inside, read_script, unwrapped

        yield outer
        command = unwrapped(outer)
        if command.program not in _RUN_SCRIPTS:
            return
        words = command.arguments
        at = next((at for at, word in enumerate(words) if re.fullmatch(r"-[a-z]*c", word.text)), None)
        if at is None or at + 1 >= len(words):
            return
        word = words[at + 1]
        places = aligned(word.text, self.source.text, word.start, word.end)
        if places is None:
            return
        for inner in read_script(word.text, places.__getitem__).commands:
            inner.inside = (*outer.inside, Inside.WRAPPED, *inner.inside)
            yield from self._with_inner(inner)


def aligned(text: str, source: str, start: int, end: int) -> list[int] | None:
    """Return where each character of a quoted word stands, and at last the place behind them.

    Continuations are passed over. None where the word is not one pair of quotes around its text, or where
    an escape makes that differ from what is written.
    """
    if end - start < 2 or source[start] not in "\"'" or source[end - 1] != source[start]:
        return None
    at, end = start + 1, end - 1
    places: list[int] = []
    for character in text:
        while at < end and source[at] != character and (skipped := _CONTINUATION.match(source, at, end)):
            at = skipped.end()
        if at >= end or source[at] != character:
            return None
        places.append(at)
        at += 1
    return [*places, at] if at == end else None


def scripts_of(file: Dockerfile, stages: tuple[Stage, ...]) -> Iterator[Script]:
    """Yield the script of each RUN in some stages, those of ONBUILD included."""
    pragmas = [
        (comment.span.start, tuple(found["shell"].split()))
        for comment in file.comments
        if (found := _SHELL_PRAGMA.fullmatch(file.source.slice(comment.span).strip()))
    ]
    # What is said above the first FROM holds for all stages.
    head = [words for start, words in pragmas if stages and start < stages[0].start.span.start]
    shells: dict[int, tuple[str, ...]] = {}
    for stage in stages:
        if stage.parent and stage.parent.index in shells:
            shell = shells[stage.parent.index]
        elif head:
            shell = head[-1]
        else:
            shell = WINDOWS_SHELL if is_windows(stage) else DEFAULT_SHELL
        at = stage.start.span.start
        for instruction in stage.instructions:
            said = [words for start, words in pragmas if at <= start < instruction.span.start]
            shell = said[-1] if said else shell
            at = instruction.span.start
            if isinstance(instruction, Shell):
                shell = tuple(word.text for word in instruction.command.words)
                continue
            run = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            if isinstance(run, Run):
                yield _script(file.source, stage, instruction, run, shell)
        shells[stage.index] = shell


def is_posix(shell: tuple[str, ...]) -> bool:
    """Tell whether a shell is sh or one of its family."""
    return bool(shell) and shell[0].replace("\\", "/").rpartition("/")[2] in POSIX_SHELLS


def _script(
    source: Source, stage: Stage, instruction: Instruction, run: Run, shell: tuple[str, ...]
) -> Script:
    pieces = () if run.command.exec_form else tuple(_pieces(source, run, shell))
    bodies = [source.slice(heredoc.body) for heredoc in run.heredocs]
    text = "\n".join([*(word.text for word in run.command.words), *bodies])
    heard = run.command.exec_form or is_posix(shell)
    return Script(run, instruction, stage, source, text, shell, heard, pieces if heard else ())


def _pieces(source: Source, run: Run, shell: tuple[str, ...]) -> Iterator[Piece]:
    for word in run.command.words:
        # The shell's text is what the logical line ends with.
        start = len(run.line.text.rstrip()) - len(word.text)
        if not run.heredocs:
            yield Piece(word.text, _placing(run.line, start), shell)
            return
        opener = run.heredocs[0].opener
        alone = Span(opener.start, opener.end) == run.line.span_of(start, start + len(word.text))
        if alone:
            # Docker gives the shell the heredoc itself, unless it names another interpreter.
            named = _interpreter(source.slice(run.heredocs[0].body))
            if named is None or is_posix(named):
                yield _body(source, run.heredocs[0].body, named or shell)
            return
        yield Piece(word.text, _placing(run.line, start), shell)
        words = tuple(word.text.partition("<<")[0].split())
        if is_posix(words):
            yield _body(source, run.heredocs[0].body, words)


def _placing(line: LogicalLine, start: int) -> Callable[[int], int]:
    """Return the way from an offset in what a logical line ends with to one in the file."""
    if len(line.pieces) == 1:
        shift = start + line.pieces[0][1]
        return lambda offset: offset + shift
    # The first piece begins where the line does, which is no later than the text.
    begins = [index - start for index, _ in line.pieces]
    shifts = [source - begin for begin, (_, source) in zip(begins, line.pieces, strict=True)]
    return lambda offset: offset + shifts[bisect_right(begins, offset) - 1]


def _body(source: Source, body: Span, shell: tuple[str, ...]) -> Piece:
    return Piece(source.slice(body), lambda offset: body.start + offset, shell, is_heredoc=True)


def _interpreter(text: str) -> tuple[str, ...] | None:
    """Return the words of a script's first line, `env` taken off; None where it names no interpreter."""
    found = re.match(_SHEBANG, text)
    if found is None:
        return None
    words = found["words"].split()
    return tuple(words[1:] if words[0].endswith("/env") else words)
