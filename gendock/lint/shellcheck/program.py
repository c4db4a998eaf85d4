"""ShellCheck, the program: found once, and run for many texts at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gendock.errors import GendockError
from gendock.lint.shellcheck.answers import Remark

if TYPE_CHECKING:
    from subprocess import Popen

# Files that a script reads while it runs are not at hand, and ash is checked as what it is, a dash.
_NOT_ASKED = "1090,1091,2187"
# Names of some bytes each: far below what a command line may hold anywhere.
_MOST_TEXTS = 1000


class _Placed(Remark, frozen=True):
    file: str = ""


class _Report(msgspec.Struct):
    comments: list[_Placed]


def find_program() -> Path | None:
    """Return where ShellCheck is: beside the interpreter, where pip puts it, or on PATH."""
    beside = Path(sys.executable).with_name("shellcheck.exe" if os.name == "nt" else "shellcheck")
    if beside.is_file():
        return beside
    from shutil import which

    found = which("shellcheck")
    return Path(found) if found else None


def identity(program: Path) -> str:
    """Tell one ShellCheck from another without running it."""
    state = program.stat()
    return f"{program} {state.st_size} {state.st_mtime_ns}"


class Checking:
    """ShellCheck at work on some texts, while gendock does something else."""

    def __init__(self, program: Path, texts: Sequence[str]) -> None:
        """Begin.

        Raises:
            GendockError: the program cannot be started.
        """
        from tempfile import TemporaryDirectory

        self._count = len(texts)
        self._folder = TemporaryDirectory(prefix="gendock-")
        self._processes: list[Popen[bytes]] = []
        try:
            for at, text in enumerate(texts):
                (Path(self._folder.name) / str(at)).write_bytes(text.encode())
            names = [str(at) for at in range(len(texts))]
            for at in range(0, len(names), _MOST_TEXTS):
                self._processes.append(self._start(program, names[at : at + _MOST_TEXTS]))
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                raise GendockError(f"cannot run {program}: {error.strerror}") from None
            raise

    def _start(self, program: Path, names: list[str]) -> Popen[bytes]:
        import subprocess

        output = (Path(self._folder.name) / f"report-{names[0]}").open("wb")
        with output:
            return subprocess.Popen(
                [program, "--norc", "--format=json1", f"--exclude={_NOT_ASKED}", *names],
                cwd=self._folder.name,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
            )

    def results(self) -> tuple[tuple[Remark, ...], ...]:
        """Wait for the end, and return the remarks about each text.

        Raises:
            GendockError: the program failed.
        """
        found: list[list[Remark]] = [[] for _ in range(self._count)]
        try:
            for at, process in enumerate(self._processes):
                if process.wait() not in (0, 1):
                    raise GendockError(f"ShellCheck ended with {process.returncode} instead of a report")
                report = (Path(self._folder.name) / f"report-{at * _MOST_TEXTS}").read_bytes()
                for remark in msgspec.json.decode(report, type=_Report).comments:
                    found[int(remark.file)].append(msgspec.convert(remark, Remark, from_attributes=True))
        except msgspec.DecodeError as error:
            raise GendockError(f"ShellCheck's report cannot be read: {error}") from None
        finally:
            self.stop()
        return tuple(tuple(remarks) for remarks in found)

    def stop(self) -> None:
        """End what still runs, and leave nothing behind."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        self._folder.cleanup()
