"""Signals that a program handles: what it does when it is asked to stop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.needs import Signal
from gendock.golang.syntax import arguments, callee, text_of

if TYPE_CHECKING:
    from gendock.golang.sources import Sources

_CALLS = {"Notify": 1, "NotifyContext": 1}
_SIGNAL = re.compile(r"(?:syscall|unix)\.(SIG[A-Z0-9]+)|os\.(Interrupt|Kill)")
_NAMES = {"Interrupt": "SIGINT", "Kill": "SIGKILL"}


def find_signals(sources: Sources) -> tuple[Signal, ...]:
    """Find the signals that a program asks for; SIGTERM is what stops a container."""
    found: dict[str, Signal] = {}
    for syntax in sources.calling(*_CALLS):
        for call in syntax.calls:
            operand, name = callee(call)
            if operand is None or syntax.import_names.get(text_of(operand)) != "os/signal":
                continue
            if name not in _CALLS or sources.is_unused(call, syntax):
                continue
            for argument in arguments(call)[_CALLS[name] :]:
                match = _SIGNAL.fullmatch(text_of(argument))
                if match is not None:
                    signal = match[1] or _NAMES[match[2]]
                    found.setdefault(signal, Signal(signal, syntax.evidence(argument)))
    return tuple(found.values())
