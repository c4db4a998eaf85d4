"""Running other programs so that Ctrl-C ends every one of them."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from private_engine.errors import CommandError, InterruptedByPersonError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LINES_SHOWN = 12

# What Debian's root has. A root shell that came by `su` lacks the sbin folders.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_running: set[subprocess.Popen[bytes]] = set()
# Reentrant: the handler of a signal takes it in a thread that may hold it already.
_guard = threading.RLock()
_stopping = threading.Event()


def search_path() -> str:
    """The caller's PATH and, after it, the folders where Debian puts root's programs."""
    return os.pathsep.join(part for part in (os.environ.get("PATH", ""), SYSTEM_PATH) if part)


def find_program(name: str) -> str | None:
    """The program of that name, also in root's folders."""
    return shutil.which(name, path=search_path())


def environment_with(changes: Mapping[str, str | None]) -> dict[str, str]:
    """This process's environment with changes; None removes a variable."""
    merged = {**os.environ, "PATH": search_path()}
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged


def last_lines(text: str, count: int = LINES_SHOWN) -> str:
    """The end of a log, which is where programs say why they failed."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines[-count:])


@contextmanager
def started(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str | None] | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
    stderr: int | IO[bytes] = subprocess.PIPE,
    folder: Path | None = None,
    cleanup: bool = False,
    to_its_end: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for the length of a with block and end it, with its children, after that.

    Each program gets a session of its own: Ctrl-C reaches this script alone, which then ends the
    programs, instead of racing with their own handlers.

    Args:
        arguments: the program and its arguments.
        environment: changes to the environment.
        stdin: as for Popen.
        stdout: as for Popen.
        stderr: as for Popen.
        folder: where it runs.
        cleanup: it runs also after an interrupt, to remove what is left.
        to_its_end: an interrupt waits for it, because ending it in the middle would do harm.
    """
    if _stopping.is_set() and not cleanup:
        raise InterruptedByPersonError("interrupted")
    try:
        process = subprocess.Popen(
            list(arguments),
            env=environment_with(environment or {}),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=folder,
            start_new_session=True,
        )
    except OSError as error:
        sentence = f"{arguments[0]} cannot be run: {error.strerror or error}."
        raise CommandError(sentence) from error
    if not to_its_end:
        with _guard:
            _running.add(process)
    try:
        yield process
    finally:
        if to_its_end:
            process.wait()
        end_group(process)
        with _guard:
            _running.discard(process)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a program's session; nothing happens if it has ended by itself."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def pipe(stream: IO[bytes] | None) -> IO[bytes]:
    """A stream of a program that was started with a pipe for it, which its type cannot tell."""
    if stream is None:
        raise CommandError("A program was started without a pipe.")
    return stream


def stop_everything() -> None:
    """Kill all programs that are running for any thread, and let no new one start.

    This is called by the handler of a signal, which may have interrupted a thread in the middle of
    waiting for one of them. So nothing is waited for here: whoever started a program does that.
    """
    _stopping.set()
    with _guard:
        processes = list(_running)
    for process in processes:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def run(
    arguments: Sequence[str],
    *,
    what: str,
    environment: Mapping[str, str | None] | None = None,
    log: Path | None = None,
    folder: Path | None = None,
    timeout: float | None = None,
    cleanup: bool = False,
    to_its_end: bool = False,
) -> str:
    """Run a program to its end and return its standard output.

    Args:
        arguments: the program and its arguments.
        what: what it is for, as a noun phrase; the sentence of the error begins with it.
        environment: changes to the environment.
        log: a file that gets all that it prints, for a person to read after a failure.
        folder: where it runs.
        timeout: seconds after which it is ended.
        cleanup: it runs also after an interrupt.
        to_its_end: an interrupt waits for it.

    Raises:
        CommandError: it is not there, took too long or exited with another code than 0.
    """
    with ExitStack() as stack:
        # Files and not pipes: a program that an interrupt waits for must not wait for a reader.
        out = stack.enter_context(tempfile.TemporaryFile())
        if log is None:
            err: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
        else:
            log.parent.mkdir(parents=True, exist_ok=True)
            err = stack.enter_context(log.open("a+b"))
            err.write(f"$ {shlex.join(arguments)}\n".encode())
            err.flush()
        begin = err.seek(0, os.SEEK_END)
        process = stack.enter_context(
            started(
                arguments,
                environment=environment,
                stdout=out,
                stderr=err,
                folder=folder,
                cleanup=cleanup,
                to_its_end=to_its_end,
            )
        )
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            sentence = f"{what} took more than {timeout:.0f} s and was ended."
            raise CommandError(sentence) from error
        out.seek(0)
        err.seek(begin)
        printed = out.read().decode(errors="replace")
        said = err.read().decode(errors="replace")
        if log is not None:
            err.write(printed.encode())
    if code == 0:
        return printed
    if _stopping.is_set() and not cleanup:
        raise InterruptedByPersonError("interrupted")
    where = f"; all of it is in {log}" if log is not None else ""
    sentence = f"{what} failed ({Path(arguments[0]).name} exited with {code}){where}."
    # Some programs, debootstrap among them, tell their errors on standard output.
    raise CommandError(sentence, last_lines(said) or last_lines(printed))
