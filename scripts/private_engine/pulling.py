"""Pulling images, without waiting long for a registry that is not there."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from private_engine.command import pipe, started
from private_engine.progress import say, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from private_engine.engine_api import Engine

# A registry that answers names what it sends well within this time. How long the layers take is another
# matter and has no limit.
FIRST_WORD_DEADLINE = 10.0
# Said of one image by a registry that answers; anything else is the registry's or the network's own trouble.
OF_ONE_IMAGE = ("not found", "manifest unknown", "does not exist", "access denied", "no matching manifest")


def registry_of(name: str) -> str:
    """The registry that an image's name points to."""
    first, slash, _ = name.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"


def pull(engine: Engine, client: str, names: Sequence[str]) -> dict[str, str]:
    """Try to pull images. A registry that does not answer is asked once only.

    Returns:
        Why an image could not be pulled, for those which could not.
    """
    registries: dict[str, list[str]] = {}
    for name in names:
        registries.setdefault(registry_of(name), []).append(name)
    # At the same time, so that two silent registries cost the time of one.
    with ThreadPoolExecutor(max_workers=len(registries)) as workers:
        results = workers.map(lambda pair: _pull_from(engine, client, *pair), registries.items())
        return {name: reason for found in results for name, reason in found.items()}


def briefly(reason: str) -> str:
    """The end of an engine's reason, which begins with addresses and what was tried."""
    return reason.rpartition(": ")[2]


def _pull_from(engine: Engine, client: str, registry: str, names: Sequence[str]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for position, name in enumerate(names):
        with step(f"pulled {name}") as outcome:
            reason = outcome.failed = _pull_one(engine, client, name)
        if not reason:
            continue
        reasons[name] = reason
        if not any(words in reason.lower() for words in OF_ONE_IMAGE):
            say(f"registry {registry} is not in reach: {briefly(reason)}")
            return reasons | dict.fromkeys(names[position:], reason)
        say(f"{name} is not in registry {registry}")
    return reasons


def _pull_one(engine: Engine, client: str, name: str) -> str:
    """Pull one image.

    Returns:
        Why it was not possible; empty if it was.
    """
    with started([client, "pull", name], environment=engine.environment) as process:
        answered = threading.Event()

        def read_progress() -> None:
            for _ in pipe(process.stdout):
                answered.set()
            answered.set()

        reader = threading.Thread(target=read_progress, daemon=True)
        reader.start()
        if not answered.wait(FIRST_WORD_DEADLINE):
            return f"no answer within {FIRST_WORD_DEADLINE:.0f} s"
        reader.join()
        said = pipe(process.stderr).read().decode(errors="replace").strip()
        if process.wait() == 0:
            return ""
    words = said.splitlines()[-1] if said else "docker pull failed"
    return words.removeprefix("Error response from daemon: ").rstrip(".")
