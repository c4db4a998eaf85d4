"""HEALTHCHECK's own grammar: CMD or NONE, durations, a number of retries.

Source: parseHealthcheck in moby/buildkit, frontend/dockerfile/instructions/parse.go, and Go's
time.ParseDuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile.flag_values import whole_number
from gendock.dockerfile.instructions import CommandLine, Flag, Word
from gendock.dockerfile.problems import Problem, ProblemKind, Replacement

_NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART = r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)"
_LONGEST = 2**63 - 1
_SHORTEST = 1_000_000


class DurationError(ValueError):
    """A text that is not a duration."""


def parse_duration(text: str) -> int:
    """Read a duration as Go does: `1m30s`, `.5s`, `-2h`, `0`.

    Returns:
        Nanoseconds.

    Raises:
        DurationError: it is none, or longer than 292 years.
    """
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    total = 0
    at = 0
    pattern = re.compile(_PART)
    while at < len(rest):
        part = pattern.match(rest, at)
        if part is None or not (part.group(1) or part.group(2)):
            raise DurationError(text)
        scale = _NANOSECONDS[part.group(3)]
        fraction = (part.group(2) or "")[:18]
        whole = part.group(1).lstrip("0")
        # Nineteen digits of nanoseconds are more than 292 years; Python refuses to read very long numbers.
        if len(whole) > 19:
            raise DurationError(text)
        total += int(whole or 0) * scale
        total += int(fraction or 0) * scale // 10 ** len(fraction)
        at = part.end()
    if at == 0 or total > _LONGEST:
        raise DurationError(text)
    return sign * total


def check_healthcheck(kind: Word, line: CommandLine, flags: tuple[Flag, ...]) -> Iterator[Problem]:
    """Yield what BuildKit would refuse in a HEALTHCHECK, beyond unknown flags."""
    name = kind.text.upper()
    if name == "NONE":
        if line.words:
            message = "HEALTHCHECK NONE takes no arguments"
            yield Problem(ProblemKind.HEALTHCHECK_FORM, line.span, message, "delete them, or write CMD")
        return
    if name != "CMD":
        message = f"HEALTHCHECK takes CMD or NONE, not `{kind.text}`"
        mend = Replacement(kind.span, f"CMD {kind.text}")
        yield Problem(ProblemKind.HEALTHCHECK_FORM, kind.span, message, "did you mean HEALTHCHECK CMD?", mend)
    elif not line.words:
        message = "HEALTHCHECK CMD has no command"
        yield Problem(ProblemKind.HEALTHCHECK_FORM, kind.span, message, "write the command after CMD")
    for flag in flags:
        problem = _check_value(flag.name, flag.value) if flag.value and flag.value.text else None
        if problem:
            yield problem


def _check_value(name: str, value: Word) -> Problem | None:
    text, span = value.text, value.span
    if name == "retries":
        number = whole_number(text, 32)
        if number is not None and number >= 0:
            return None
        message = f"--retries must be a whole number, not `{text}`"
        return Problem(ProblemKind.RETRIES, span, message, "write --retries=3")
    if name not in ("interval", "timeout", "start-period", "start-interval"):
        return None
    try:
        nanoseconds = parse_duration(text)
    except DurationError:
        message = f"`{text}` is not a duration"
        mend = Replacement(span, f"{text}s") if text.isdecimal() else None
        return Problem(ProblemKind.DURATION, span, message, "write a number and its unit: 30s, 1m30s", mend)
    if nanoseconds == 0 or nanoseconds >= _SHORTEST:
        return None
    return Problem(ProblemKind.DURATION, span, f"--{name} is shorter than 1ms", "write 1ms or more")
