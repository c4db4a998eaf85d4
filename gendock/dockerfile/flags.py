"""The flags in front of an instruction's words: which there are, and what values they take.

Source: moby/buildkit, frontend/dockerfile/instructions/bflag.go and commands_run*.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from gendock.dockerfile.instructions import Flag, Word
from gendock.dockerfile.keywords import Keyword
from gendock.dockerfile.mounts import MountError, check_device, check_written, place_of
from gendock.dockerfile.problems import Problem, ProblemKind, Replacement
from gendock.dockerfile.source import Span
from gendock.dockerfile.suggestions import nearest

_LISTS = {"mount": check_written, "device": check_device}
CHOICES = {"network": ("default", "none", "host"), "security": ("sandbox", "insecure")}


def check_flags(keyword: Keyword, flags: tuple[Flag, ...], following: Word | None) -> Iterator[Problem]:
    """Yield what BuildKit would refuse in an instruction's flags; `following` is the word behind them."""
    known = keyword.flags + keyword.switches
    seen: set[str] = set()
    for flag in flags:
        if flag.name not in known:
            yield _unknown(keyword, flag, known)
            continue
        if flag.name in seen and flag.name not in keyword.repeatable:
            message = f"--{flag.name} is given a second time"
            yield Problem(ProblemKind.DUPLICATE_FLAG, flag.span, message, "keep one of the two")
        seen.add(flag.name)
        value_behind = following if flag is flags[-1] else None
        problem = _switch(flag) if flag.name in keyword.switches else _valued(keyword, flag, value_behind)
        if problem:
            yield problem


def _unknown(keyword: Keyword, flag: Flag, known: tuple[str, ...]) -> Problem:
    near = nearest(flag.name, known)
    name = Span(flag.span.start, flag.span.start + 2 + len(flag.name))
    if near:
        advice = f"did you mean --{near}?"
    elif known:
        advice = f"{keyword.name} has " + ", ".join(f"--{one}" for one in sorted(known))
    else:
        advice = f"{keyword.name} takes no flags"
    mend = Replacement(name, f"--{near}") if near else None
    return Problem(ProblemKind.UNKNOWN_FLAG, name, f"{keyword.name} has no flag --{flag.name}", advice, mend)


def _without_value(flag: Flag, following: Word | None) -> Problem:
    """`--from build` for `--from=build`: only where a single character stands between the two."""
    message = f"--{flag.name} has no value"
    gap = Span(flag.span.end, following.span.start) if following else None
    if following is None or gap is None or gap.end - gap.start != 1:
        return Problem(ProblemKind.FLAG_VALUE, flag.span, message, f"write --{flag.name}=...")
    advice = f"did you mean --{flag.name}={following.text}?"
    return Problem(ProblemKind.FLAG_VALUE, flag.span, message, advice, Replacement(gap, "="))


def _switch(flag: Flag) -> Problem | None:
    if flag.value is None or flag.value.text.lower() in ("true", "false"):
        return None
    message = f"--{flag.name} must be on or off, not `{flag.value.text}`"
    return Problem(ProblemKind.FLAG_VALUE, flag.value.span, message, f"write --{flag.name} alone, or =false")


def _valued(keyword: Keyword, flag: Flag, following: Word | None) -> Problem | None:
    if flag.value is None:
        return _without_value(flag, following)
    if keyword.name != "RUN":
        return None
    check = _LISTS.get(flag.name)
    if check:
        try:
            check(flag.value.text)
        except MountError as error:
            return Problem(ProblemKind.MOUNT, place_of(flag.value, error.at), str(error), error.advice)
    choices = CHOICES.get(flag.name)
    if choices and flag.value.text not in choices:
        message = f"--{flag.name} cannot be `{flag.value.text}`"
        return Problem(ProblemKind.FLAG_VALUE, flag.value.span, message, "one of: " + ", ".join(choices))
    return None
