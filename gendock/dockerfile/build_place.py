"""Where an instruction stands when it is checked, and what checks of several instructions share."""

from __future__ import annotations

from msgspec import Struct

from gendock.dockerfile.problems import ProblemKind
from gendock.dockerfile.refusal import Refusal
from gendock.dockerfile.scopes import Scope
from gendock.dockerfile.shell_words import ShellSyntaxError
from gendock.dockerfile.source import Span

_SUBSTITUTION_ADVICE = "close quotes and braces; modifiers are :- - :+ + :? ? # ## % %% / and //"
# What VS Code puts in where it makes a folder out of a template.
_TEMPLATE = "${templateOption:"


class Here(Struct, frozen=True):
    """Where an instruction stands: what variables hold, and whether paths are those of Windows."""

    scope: Scope
    global_scope: Scope
    windows: bool
    is_closed: bool

    def expand(self, text: str, span: Span) -> str | None:
        """Replace variables; None where the result is not known.

        Raises:
            Refusal: BuildKit refuses the text.
        """
        try:
            return self.scope.expand(text)
        except ShellSyntaxError as error:
            raise substitution(text, span, error) from None


def substitution_advice(text: str) -> str:
    """Return what to write in place of a text that has a wrong substitution."""
    return "this is a template: what it becomes can be read" if _TEMPLATE in text else _SUBSTITUTION_ADVICE


def substitution(text: str, span: Span, error: ShellSyntaxError) -> Refusal:
    """Say that BuildKit cannot process a word."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return Refusal(ProblemKind.SUBSTITUTION, span, f"`{shown}`: {error}", substitution_advice(shown))


def check_windows_path(path: str, span: Span) -> None:
    """Check a path of a Windows image.

    Raises:
        Refusal: it is not on drive C:.
    """
    problem = None
    if len(path) == 2 and path[1] == ":":
        problem = "names a drive and no path"
    elif path[:2].replace("\\", "/") == "//":
        problem = "is a network path, which BuildKit does not take"
    elif ":" in path and path.partition(":")[0].lower() != "c":
        problem = "is not on drive C:, which is all that an image has"
    if problem:
        raise Refusal(ProblemKind.WINDOWS_PATH, span, f"`{path}` {problem}", "write C:\\path")


def is_absolute_on_windows(path: str) -> bool:
    """Tell whether a path begins at the root, with or without drive C: in front."""
    drive, colon, rest = path.partition(":")
    return (rest if colon and drive.lower() == "c" else path).startswith("/")
