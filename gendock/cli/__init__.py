"""The command line: one module a command, imported when that command is asked for.

Each module has one function `command`; its docstring is the command's help. Commands parse arguments, call
the packages below, print what `gendock.report` makes of the answer, and choose the exit code.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from gendock.cli.flags import plain_call
from gendock.cli.printing import say
from gendock.errors import GendockError
from gendock.report.terminal import printable

# Each with the first line of its docstring, so that `gendock --help` need not import them all.
COMMANDS = {
    "init": "Write a Dockerfile and a .dockerignore for a Go repository.",
    "update": "Write the files of `gendock init` again, with edits by hand.",
    "inspect": "Show what a Go repository holds, each fact with its place.",
    "lint": "Find the mistakes in Dockerfiles, and mend them.",
    "build": "Build an image with BuildKit and show what it does.",
    "smoke": "Start an image, look at it from outside, and stop it.",
    "check": "Lint, build and start in one, with one verdict.",
    "pin": "Pin base images to digests, and follow their tags.",
    "rule": "List the rules, or print one rule's page.",
    "config": "Print the settings' schema, or make them of hadolint's.",
}
INTERRUPTED = 130
_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO))


def main() -> NoReturn:
    """Run the command line and exit with the status that the contract names."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file's name may hold bytes that are no text: show them escaped rather than fail. ASCII is what
            # a bare environment says that its terminal shows; all that there are today show UTF-8.
            encoding = "utf-8" if codecs.lookup(stream.encoding).name == "ascii" else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        _run(sys.argv[1:])
    except GendockError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:  # typer makes this of a Ctrl-C, without a word
            _say("interrupted")
        raise
    except BrokenPipeError:
        # The reader of our output went away, as `gendock lint | head` does. typer ends with 1 then, too.
        _drop_output()
        sys.exit(1)
    except Exception as error:  # the last line of defence: no traceback reaches a user
        if os.environ.get("GENDOCK_DEBUG"):
            raise
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            _say(f"cannot write: {error.strerror}")
            _drop_output()
        else:
            name = type(error).__name__
            _say(f"internal error: {name}: {error} (GENDOCK_DEBUG=1 shows where; please report it)")
        sys.exit(2)
    sys.exit(0)


def _run(words: list[str]) -> None:
    """Run a plain call of a command at once, and leave every other to typer."""
    wants_completion = any(name.endswith("_COMPLETE") for name in os.environ)
    if words and words[0] in COMMANDS and not wants_completion:
        command = import_module(f"gendock.cli.{words[0]}").command
        said = plain_call(command, words[1:], os.environ)
        if said is not None:
            command(**said)
            return
    from gendock.cli.app import app
    from gendock.cli.usage import run_typer

    sys.exit(run_typer(app))


def _open_streams() -> None:
    """Put /dev/null in the place of an output that whoever called us closed: Python has None there."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end


def _drop_output() -> None:
    """Send what is still to be written nowhere, or Python tries it once more as it ends, and says so."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str) -> None:
    """Print why gendock ends: on one line, as file names and settings come from anybody's repository."""
    say(f"gendock: {printable(sentence, limit=2000)}", err=True)
