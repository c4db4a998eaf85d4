"""Signals by number and by name, as Linux counts them on most machines."""

from __future__ import annotations

_NAMES = tuple(
    """
    HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN
    TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS
""".split()
)
_FIRST_REAL_TIME = 34
_LAST_REAL_TIME = 64
UNGRACEFUL = frozenset({"SIGKILL", "SIGSTOP"})


def canonical(text: str) -> str | None:
    """Return a signal's usual name; None where it is a variable or no signal."""
    from gendock.dockerfile.flag_values import is_signal

    written = text.strip("\"'")
    if "$" in written or not is_signal(written):
        return None
    if written.isdecimal():
        return _of_number(int(written))
    return "SIG" + written.upper().removeprefix("SIG")


def _of_number(number: int) -> str | None:
    if 1 <= number <= len(_NAMES):
        return f"SIG{_NAMES[number - 1]}"
    if number == _FIRST_REAL_TIME:
        return "SIGRTMIN"
    if _FIRST_REAL_TIME < number < _FIRST_REAL_TIME + 16:
        return f"SIGRTMIN+{number - _FIRST_REAL_TIME}"
    return "SIGRTMAX" if number == _LAST_REAL_TIME else None
