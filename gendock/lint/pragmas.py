"""Comments that silence findings: `# gendock: ignore[GD103] reason` and hadolint's.

A comment above an instruction speaks of that instruction; `file-ignore` (hadolint: `global ignore`) of the
whole file. Without brackets, `# gendock: ignore` silences every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Dockerfile, Span
from gendock.lint.rule import Rule

_OWN = re.compile(r"#\s*gendock:\s*(file-)?ignore(?:\[([^\]]*)\])?", re.IGNORECASE)
_HADOLINT = re.compile(r"#\s*hadolint\s+(global\s+)?ignore\s*=\s*([\w,\s]+)", re.IGNORECASE)


def silenced_by(file: Dockerfile, rule: Rule, span: Span) -> bool:
    """Tell whether a comment of the file silences a rule at a place."""
    for instruction in file.instructions:
        if not instruction.span.start <= span.start <= instruction.span.end:
            continue
        for comment in instruction.comments:
            if any(_names(rule, text) for whole_file, text in _read(comment.text) if not whole_file):
                return True
    return any(
        whole_file and _names(rule, text)
        for comment in file.comments
        for whole_file, text in _read(comment.text)
    )


def _read(comment: str) -> Iterator[tuple[bool, str | None]]:
    """Yield (speaks of the whole file, the names or None for all) for a comment that is a pragma."""
    own = _OWN.match(comment)
    if own:
        yield bool(own.group(1)), own.group(2)
    hadolint = _HADOLINT.match(comment)
    if hadolint:
        yield bool(hadolint.group(1)), hadolint.group(2)


def _names(rule: Rule, text: str | None) -> bool:
    if text is None:
        return True
    wanted = {word.casefold() for word in re.split(r"[,\s]+", text) if word}
    return any(
        name.casefold() in wanted
        or (name == rule.code and any(name.casefold().startswith(w) for w in wanted))
        for name in rule.names
    )
