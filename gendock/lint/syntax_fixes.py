"""Fixes of what BuildKit refuses: flags, arrays, and the words of single instructions."""

from __future__ import annotations

import re

from gendock.dockerfile import (
    KEYWORDS,
    Copy,
    Dockerfile,
    From,
    Instruction,
    Problem,
    Span,
    nearest,
)
from gendock.dockerfile.arguments import NotAllStringsError, Piece, json_strings
from gendock.dockerfile.flag_values import SIGNALS
from gendock.dockerfile.flags import CHOICES
from gendock.dockerfile.healthchecks import DurationError, parse_duration
from gendock.dockerfile.mounts import KEYS, SHARINGS, TYPES, MountError, fields_of, read_mount
from gendock.dockerfile.ports import PortError, check_port
from gendock.dockerfile.shell_words import ShellSyntaxError, expand
from gendock.lint.mistake import Edit, Fix, replace

_YES = frozenset({"yes", "on", "y", "1", "t"})
_NO = frozenset({"no", "off", "n", "0", "f"})
_SCALAR = r'"(?:[^"\\]|\\.)*"|(?P<bare>-?[0-9][0-9.eE+-]*|true|false)'
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("ms", "msec", "millis", "milliseconds"), "ms"),
}
_PLATFORMS = tuple(
    """
    linux/amd64 linux/arm64 linux/arm/v7 linux/arm/v6 linux/386 linux/ppc64le linux/s390x linux/riscv64
    windows/amd64 amd64 arm64
""".split()
)
_PROTOCOLS = ("tcp", "udp", "sctp")


def instruction_at(file: Dockerfile, offset: int) -> Instruction | None:
    """Return the instruction that stands at an offset."""
    return next((one for one in file.instructions if one.span.start <= offset <= one.span.end), None)


def duplicate_flag(file: Dockerfile, problem: Problem) -> Fix | None:
    """Delete the second of two flags that say the same."""
    instruction = instruction_at(file, problem.span.start)
    flags = instruction.flags if instruction else ()
    names = {flag.name for flag in flags if flag.span == problem.span}
    values = {flag.value.text if flag.value else None for flag in flags if flag.name in names}
    gap = re.compile(r"[ \t]*").match(file.source.text, problem.span.end)
    if len(values) != 1 or gap is None:
        return None
    return Fix("delete the second", (Edit(Span(problem.span.start, gap.end()), ""),))


def flag_value(file: Dockerfile, problem: Problem) -> Fix | None:
    """Write a switch as a switch, and a choice as it is spelt."""
    instruction = instruction_at(file, problem.span.start)
    for flag in instruction.flags if instruction else ():
        if flag.value is None or flag.value.span != problem.span or instruction is None:
            continue
        text = flag.value.text.lower()
        if flag.name in KEYWORDS[instruction.name].switches:
            if text in _YES:
                return replace(flag.span, f"--{flag.name}", f"write --{flag.name}")
            near = "false" if text in _NO else nearest(text, ("true", "false"))
        else:
            near = nearest(text, CHOICES.get(flag.name, ()))
        return replace(problem.span, near, f"write {near}") if near else None
    return None


def json_not_strings(file: Dockerfile, problem: Problem) -> Fix | None:
    """Put the numbers and words of an array into quotes."""
    text = file.source.slice(problem.span)
    quoted = re.sub(_SCALAR, lambda found: f'"{found[0]}"' if found["bare"] else found[0], text)
    try:
        whole = json_strings(Piece(quoted, 0, len(quoted)))
    except NotAllStringsError:
        return None
    return None if whole is None else replace(problem.span, quoted, "put each element into double quotes")


def meant_array(text: str) -> str | None:
    """Return the array of strings that a text tries to be; None where it may be something else.

    It is in single quotes, without quotes, with one that is not closed, or with a comma too many.
    """
    import json

    if not text.startswith("[") or text.startswith(("[[", "[ -", "[ !")) or "\n" in text:
        return None
    inner = text[1:].rstrip()
    if not inner.endswith("]") and not re.search(r"[\"'][^\"']*\Z", inner):
        return None
    words = [word.strip().strip("'\"").strip() for word in inner.removesuffix("]").split(",")]
    words = [word for word in words if word]
    if not words or not all(re.fullmatch(r"[^\s\"'\\$;|&<>()`]+", word) for word in words):
        return None
    return json.dumps(words, ensure_ascii=False)


def json_required(file: Dockerfile, problem: Problem) -> Fix | None:
    """Write SHELL's words as an array."""
    import json

    text = file.source.slice(problem.span)
    if text.startswith("["):
        array = meant_array(text)
    elif re.fullmatch(r"[^\s\"'\\$`]+(?:[ \t]+[^\s\"'\\$`]+)*", text):
        array = json.dumps(text.split())
    else:
        array = None
    return replace(problem.span, array, f"write {array}") if array else None


def healthcheck_form(file: Dockerfile, problem: Problem) -> Fix | None:
    """Take the arguments off HEALTHCHECK NONE."""
    before = file.source.text[: problem.span.start].rstrip(" \t")
    if not before.upper().endswith("NONE") or "\n" in file.source.slice(problem.span):
        return None
    return replace(Span(len(before), problem.span.end), "", "delete what follows NONE")


def duration(file: Dockerfile, problem: Problem) -> Fix | None:
    """Write a unit as Go has it."""
    text = file.source.slice(problem.span)
    found = re.fullmatch(r"([0-9]+)[ _-]?([A-Za-z]+)", text)
    unit = _UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        return None
    mended = f"{found[1]}{unit}"
    try:
        parse_duration(mended)
    except DurationError:
        return None
    return replace(problem.span, mended, f"write {mended}")


def empty_volume(file: Dockerfile, problem: Problem) -> Fix | None:
    """Take an empty path out of an array that has others."""
    text = file.source.text
    if not re.fullmatch(r'"\s*"', file.source.slice(problem.span)):
        return None
    before = re.search(r",[ \t]*\Z", text[max(problem.span.start - 50, 0) : problem.span.start])
    if before:
        return replace(Span(problem.span.start - len(before[0]), problem.span.end), "", "delete it")
    behind = re.compile(r"[ \t]*,[ \t]*").match(text, problem.span.end)
    return replace(Span(problem.span.start, behind.end()), "", "delete it") if behind else None


def substitution(file: Dockerfile, problem: Problem) -> Fix | None:
    """Close a quote or a brace at the end of its word."""
    text = file.source.slice(problem.span)
    if re.search(r"\s", text) or len(text) > 200:
        return None
    for missing in ("'", '"', "}"):
        try:
            expand(text + missing, {}, escape=file.escape)
        except ShellSyntaxError:
            continue
        end = Span(problem.span.end, problem.span.end)
        return replace(end, missing, f"close it with {missing}")
    return None


def platform(file: Dockerfile, problem: Problem) -> Fix | None:
    """Write the platform that was nearly written."""
    text = file.source.slice(problem.span)
    near = None if "$" in text else nearest(text, _PLATFORMS)
    return replace(problem.span, near, f"write {near}") if near else None


def mount(file: Dockerfile, problem: Problem) -> Fix | None:
    """Write a mount's keys and kinds as they are spelt, those that nobody has named yet as well."""
    at = problem.span.start
    values = (flag.value.span for one in file.instructions for flag in one.flags if flag.value is not None)
    span = next((value for value in values if value.start <= at < value.end), problem.span)
    text = file.source.slice(span)
    if '"' in text or "\n" in text:
        return None
    try:
        mended = ",".join(_field(one) for one in fields_of(text))
        read_mount(mended, lambda value: value)
    except MountError:
        return None
    return replace(span, mended, f"write {mended}") if mended != text else None


def _field(field: str) -> str:
    key, equals, value = field.partition("=")
    if key.lower() not in (*KEYS, "required"):
        key = nearest(key, (*KEYS, "required")) or key
    if key == "type" and value.lower() not in TYPES:
        value = nearest(value, TYPES) or value
    if key == "sharing" and value.lower() not in SHARINGS:
        value = nearest(value, SHARINGS) or value
    return f"{key}{equals}{value}"


def port(file: Dockerfile, problem: Problem) -> Fix | None:
    """Part ports that commas join, and write protocols as they are spelt."""
    text = file.source.slice(problem.span)
    mended = " ".join(_port(one) for one in re.split(r"[,;]", text) if one)
    try:
        for one in mended.split():
            check_port(one)
    except PortError:
        return None
    return replace(problem.span, mended, f"write {mended}") if mended and mended != text else None


def _port(text: str) -> str:
    number, slash, protocol = text.partition("/")
    near = nearest(protocol, _PROTOCOLS) if slash else None
    return f"{number}/{near}" if near else text


def signal(file: Dockerfile, problem: Problem) -> Fix | None:
    """Write the signal that was nearly written."""
    text = file.source.slice(problem.span)
    near = None if "$" in text else nearest(text if text.upper().startswith("SIG") else f"SIG{text}", SIGNALS)
    return replace(problem.span, near, f"write {near}") if near else None


def copy_source(file: Dockerfile, problem: Problem) -> Fix | None:
    """Write ADD, which fetches, for COPY, which does not."""
    copy = instruction_at(file, problem.span.start)
    if not isinstance(copy, Copy) or any(flag.name in ("from", "parents") for flag in copy.flags):
        return None
    keyword = "add" if copy.keyword.text.islower() else "ADD"
    return replace(copy.keyword.span, keyword, "write ADD")


def extra_argument(file: Dockerfile, problem: Problem) -> Fix | None:
    """Write AS for what is nearly AS."""
    start = instruction_at(file, problem.span.start)
    if not isinstance(start, From) or len(start.words) != 3:
        return None
    second = start.words[1]
    # Of three words, the second can be nothing else.
    if second.text.upper() == "AS" or not re.fullmatch(r"[A-Za-z]{1,3}", second.text):
        return None
    # What stands in the brackets of a template is no image.
    if not re.match(r"[\w$\"']", start.image.text):
        return None
    return replace(second.span, "AS", "write AS")


def onbuild_trigger(file: Dockerfile, problem: Problem) -> Fix | None:
    """Take the second ONBUILD off."""
    if file.source.slice(problem.span).upper() != "ONBUILD":
        return None
    gap = re.compile(r"[ \t]+").match(file.source.text, problem.span.end)
    return replace(Span(problem.span.start, gap.end()), "", "keep one ONBUILD") if gap else None
