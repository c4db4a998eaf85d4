"""What can go wrong, each told to a person in one sentence."""

from __future__ import annotations


class PrivateEngineError(Exception):
    """Anything that ``scripts/engine`` reports instead of a traceback.

    Attributes:
        exit_code: what the script exits with.
        detail: lines of a log that help a person, shown below the sentence.
    """

    exit_code = 3

    def __init__(self, sentence: str, detail: str = "") -> None:
        """Keep the sentence for a person and the lines of the log below it."""
        super().__init__(sentence)
        self.detail = detail


class UsageError(PrivateEngineError):
    """The command line or the environment asks for something that makes no sense."""

    exit_code = 2


class NoEngineError(PrivateEngineError):
    """No engine answers, and none can be had here."""


class DaemonError(PrivateEngineError):
    """The private engine could not be started or stopped."""


class ImageError(PrivateEngineError):
    """A base image can neither be pulled nor made here."""


class CommandError(PrivateEngineError):
    """A program that was needed is not there or failed."""


class InterruptedByPersonError(PrivateEngineError):
    """Somebody pressed Ctrl-C, or the script was told to end."""

    exit_code = 130
