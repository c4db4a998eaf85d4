"""Comments that silence rules at one place."""

from __future__ import annotations

import re

from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.profiles import Level
from gendock.lint.silencing import Silencing

_OF_STAGE = r"(?i)#\s*hadolint\s+stage\b"


@rule("DL1001", "inline-ignore", severity=Severity.INFO, level=Level.TASTE)
def inline_ignore(silencing: Silencing) -> Mistakes:
    """A comment silences a rule for one instruction.

    Some teams want all that is silenced in one place, the settings, where a review sees it. Others want the
    reason beside the line that it is for: then this rule is not for them.

    Bad:
        # hadolint ignore=DL3006
        FROM debian
    """
    heads = {directive.span for directive in silencing.file.directives}
    for pragma in silencing.pragmas:
        is_inline = pragma.scope is not None and pragma.span not in heads
        if is_inline and not re.match(_OF_STAGE, silencing.file.source.slice(pragma.span)):
            yield Mistake(
                pragma.span,
                "this comment silences a rule here",
                "fix what it silences, or silence it in the settings",
            )
