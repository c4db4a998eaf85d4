"""Small values that flags and instructions take: modes, owners, signals, sizes, numbers, switches.

Sources: moby/buildkit (convert_copy.go, llb/fileop.go), moby/sys/signal, tonistiigi/dchapes-mode,
docker/go-units, and Go's strconv.
"""

from __future__ import annotations

import math
import re

# Few files need any of these: they are compiled when they are used first.
_OCTAL = r"[0-7]+\Z"
_CLAUSE = r"[augo]*(?:[-+=][rstwXxugo]*)+"
_SYMBOLIC = rf"{_CLAUSE}(?:,{_CLAUSE})*\Z"
_MOST_MODE = 0o7777
_WHOLE = r"[+-]?[0-9]+\Z"
_FLOAT = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z"
_INFINITE = r"(?i)\+?(?:inf|infinity|nan)\Z"
_SIZE_END = r"(?s)(.*[0-9. ])([^0-9. ]*)\Z"
_SUFFIX = r"(?i)(?:b|[kmgtp](?:b|ib)?)?\Z"
_SIGNAL = (
    r"(?:SIG)?(?:ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT|SEGV|STKFLT|STOP"
    r"|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU|XFSZ"
    r"|RTMIN(?:\+(?:[1-9]|1[0-5]))?|RTMAX(?:-(?:[1-9]|1[0-4]))?)\Z"
)
SIGNALS = (
    "SIGTERM",
    "SIGINT",
    "SIGQUIT",
    "SIGHUP",
    "SIGKILL",
    "SIGUSR1",
    "SIGUSR2",
    "SIGWINCH",
    "SIGSTOP",
    "SIGABRT",
)


def whole_number(text: str, bits: int = 64) -> int | None:
    """Read a signed number in decimal, as Go's `strconv.ParseInt` does; None where it is none."""
    digits = text.lstrip("+-").lstrip("0") or "0"
    # Python refuses to read very long numbers.
    if not re.match(_WHOLE, text) or len(digits) > 20:
        return None
    number = -int(digits) if text.startswith("-") else int(digits)
    return number if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1) else None


def is_natural(text: str, *, octal: bool = False) -> bool:
    """Tell whether a text is a number of 32 bits without a sign."""
    pattern, base, longest = ("[0-7]+", 8, 11) if octal else ("[0-9]+", 10, 10)
    digits = text.lstrip("0") or "0"
    return re.fullmatch(pattern, text) is not None and len(digits) <= longest and int(digits, base) < 2**32


def is_switch(text: str) -> bool:
    """Tell whether Go's `strconv.ParseBool` takes a text."""
    return text in ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")


def is_size(text: str) -> bool:
    """Tell whether a text is a number of bytes: `64m`, `1.5 GiB`."""
    found = re.match(_SIZE_END, text)
    if found is None:
        return False
    number, suffix = found.group(1).removesuffix(" "), found.group(2)
    if not re.match(_SUFFIX, suffix):
        return False
    if re.match(_INFINITE, number):
        return True
    if not re.match(_FLOAT, number):
        return False
    value = float(number)
    return not math.isinf(value) and not value < 0


def is_mode(text: str) -> bool:
    """Tell whether --chmod takes a text: octal digits, or clauses such as `u=rwX,go-w`."""
    if re.match(_OCTAL, text):
        digits = text.lstrip("0")
        return len(digits) <= 4 and int(digits or "0", 8) <= _MOST_MODE
    return re.match(_SYMBOLIC, text) is not None


def has_names(owner: str) -> bool:
    """Tell whether --chown names a user or a group, rather than give numbers."""
    user, _, group = owner.partition(":")
    return not _is_id(user) or (group != "" and not _is_id(group))


def _is_id(text: str) -> bool:
    return text == "root" or whole_number(text, 32) is not None


def is_signal(text: str) -> bool:
    """Tell whether STOPSIGNAL takes a text: a name, with or without SIG, or a number."""
    number = whole_number(text)
    return number != 0 if number is not None else re.match(_SIGNAL, text.upper()) is not None
