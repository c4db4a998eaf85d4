"""What the parser directives in a file's head may say.

Source: moby/buildkit, frontend/dockerfile/parser/directives.go and linter/linter.go.
"""

from __future__ import annotations

from gendock.dockerfile.flag_values import is_switch
from gendock.dockerfile.problems import Problem, ProblemKind
from gendock.dockerfile.source import Span

_OPTIONS = ("skip", "error", "experimental")


def check_directive(name: str, value: str, span: Span, *, indented: bool) -> Problem | None:
    """Return what BuildKit would refuse in a directive's value."""
    if name == "escape" and value not in ("\\", "`"):
        message = f"`{value}` cannot be the escape character"
        return Problem(ProblemKind.DIRECTIVE, span, message, "use \\ (the default) or ` (for Windows paths)")
    # BuildKit looks for its check options a second time, and then only at the very start of a line.
    if name == "check" and not indented:
        return _check_options(value, span)
    return None


def _check_options(value: str, span: Span) -> Problem | None:
    # All behind the first blank is dropped.
    options = value.partition(" ")[0].strip()
    for option in options.split(";", 2) if options else ():
        key, equals, setting = option.partition("=")
        key = key.strip()
        if not equals or key not in _OPTIONS:
            message = f"`{option}` is not an option of BuildKit's checks"
            return Problem(ProblemKind.DIRECTIVE, span, message, "write skip=RuleName,RuleName;error=true")
        if key == "error" and not is_switch(setting.strip()):
            message = f"error must be true or false, not `{setting}`"
            return Problem(ProblemKind.DIRECTIVE, span, message, "write error=true")
    return None
