"""Every error that a user can meet, as one tree.

    GendockError              exit 2   usage, configuration, a file that cannot be read
    ├── RefusedError          exit 1   init will not write, and says why
    ├── ImageUnavailableError exit 1   a registry has no such image, or does not show it
    ├── EngineUnavailableError exit 3  no Docker engine in reach, or none that can build
    ├── RegistryUnavailableError exit 3  a registry does not answer, or not in a way that can be used
    └── BuildFailedError      exit 4   the engine built, and the Dockerfile failed

An error's text is one sentence for the person at the terminal: what is wrong, where, and what to do.
The command line prints it and exits with `exit_code`; nothing else in gendock calls `sys.exit`.
"""

from __future__ import annotations

from typing import ClassVar


class GendockError(Exception):
    """A mistake in usage or configuration, or an input that cannot be read."""

    exit_code: ClassVar[int] = 2


class RefusedError(GendockError):
    """`init` will not write: no module, no program, or files in the way."""

    exit_code = 1


class ImageUnavailableError(GendockError):
    """A registry has no such image, or does not show it to this user."""

    exit_code = 1


class EngineUnavailableError(GendockError):
    """No Docker engine answers, or no client that can build with BuildKit is there."""

    exit_code = 3


class RegistryUnavailableError(GendockError):
    """A registry cannot be asked: no network, no trust, no time, or an answer that is none."""

    exit_code = 3


class BuildFailedError(GendockError):
    """BuildKit refused the Dockerfile, or one of its steps failed."""

    exit_code = 4
