"""A command, which does one thing and ends: it must print its help."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from gendock.engine import running, waiting
from gendock.engine.container import Container, State
from gendock.engine.deadline import Deadline
from gendock.engine.recorder import Recorder
from gendock.engine.results import CheckResult, Phase, Status

HELPS: tuple[tuple[str, ...], ...] = (("--help",), ("-h",), ("help",), ("--version",), ())
_WITHIN = 10.0  # seconds for one way of asking
_USAGE = re.compile(r"\busage\b|available commands|^\s+--?\w[\w-]*\b", re.IGNORECASE | re.MULTILINE)

Make = Callable[[tuple[str, ...]], Container]


def ask_for_help(
    record: Recorder,
    make: Make,
    first: Container | None,
    ways: tuple[tuple[str, ...], ...],
    deadline: Deadline,
) -> None:
    """Ask in the ways that commands know until one of them shows something.

    Args:
        record: where the answer goes.
        make: makes a container whose program is given these words.
        first: the container for the first way, where it is made already.
        ways: what to say to the program, the likeliest first.
        deadline: of the whole run.

    Raises:
        RunOverError: no way showed help; that is written down.
    """
    if record.skips("help"):
        return
    began = time.monotonic()
    asked: list[tuple[Container, State]] = []
    for words in ways:
        record.say(f"asking it for {' '.join(words) or 'anything'}")
        container = first if first and not asked else make(words)
        record.start(container)
        state = waiting.wait_until_ended(container, deadline.within(_WITHIN))
        asked.append((container, state))
        if state.running and deadline.passed:
            record.give_up(container, deadline.seconds, "help")
        shown = "" if state.running else judge(state, container.log(200))
        if shown:
            evidence = f"{' '.join(words) or 'without arguments'}: {shown}"
            milliseconds = round((time.monotonic() - began) * 1000)
            record.add(CheckResult("help", Status.PASS, milliseconds, evidence))
            record.ask("writes", lambda: running.writes_nothing(asked[-1][0]))
            record.end_phase(Phase.START)
            return
        if state.running:
            container.kill()
    record.ended(*asked[0], "help")


def judge(state: State, log: tuple[str, ...]) -> str:
    """Say what the help was; nothing where it was none.

    Many hand-written usages end by 1 or 2, and so does Go's `flag` where the program goes on after errors: a
    usage that was printed is help, whatever the code.
    """
    lines = [line for line in log if line.strip()]
    if not lines or state.oom_killed or any(line.startswith("panic: ") for line in lines):
        return ""
    counted = f"exit {state.exit_code}, {len(lines)} line{'s' if len(lines) > 1 else ''}"
    if state.exit_code == 0:
        return counted
    return counted if state.exit_code in (1, 2, 64) and _USAGE.search("\n".join(lines)) else ""
