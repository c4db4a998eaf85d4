"""Many tags at once: the registries side by side, the tags of each one after the other.

Threads that Python does not wait for at its end: a Ctrl-C ends a look-up at once, and so does a long silence.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from typing import TypeAlias

from gendock.errors import GendockError, ImageUnavailableError, RegistryUnavailableError
from gendock.registry.credentials import credentials_for
from gendock.registry.manifests import Registry
from gendock.registry.reference import Reference
from gendock.registry.transport import Transport

Answer: TypeAlias = "str | GendockError"

_MOST_AT_ONCE = 16  # registries
# No look-up of use takes longer, retries included; it is also what a registry gets that sends byte by byte.
_NEXT_ANSWER_WITHIN = 60.0
_Answers: TypeAlias = "SimpleQueue[tuple[Reference, Answer | Exception]]"


def look_up(
    wanted: Mapping[Reference, Collection[str]], *, plain_hosts: Collection[str] = ()
) -> dict[Reference, Answer]:
    """Ask what tags stand for.

    Args:
        wanted: names with a tag, each with the digests that are already known of it.
        plain_hosts: registries that may be asked by plain HTTP.

    Returns:
        For each name its digest, or the error that says why there is none. A registry that does not answer
        is not asked again.
    """
    hosts: dict[str, list[Reference]] = {}
    for image in wanted:
        hosts.setdefault(image.host, []).append(image)
    waiting: SimpleQueue[Transport] = SimpleQueue()
    answers: _Answers = SimpleQueue()

    def work() -> None:
        with suppress(Empty):
            while True:
                transport = waiting.get_nowait()
                with closing(transport):
                    _ask(transport, hosts[transport.host], wanted, answers)

    for host in hosts:
        waiting.put(Transport(host, frozenset(plain_hosts)))
    for _ in range(min(len(hosts), _MOST_AT_ONCE)):
        threading.Thread(target=work, daemon=True).start()
    found: dict[Reference, Answer] = {}
    with suppress(Empty):
        while len(found) < len(wanted):
            image, answer = answers.get(timeout=_NEXT_ANSWER_WITHIN)
            if isinstance(answer, Exception) and not isinstance(answer, GendockError):
                raise answer
            found[image] = answer
    return {image: found.get(image, _too_slow(image.host)) for image in wanted}


def _ask(
    transport: Transport,
    images: Sequence[Reference],
    known: Mapping[Reference, Collection[str]],
    answers: _Answers,
) -> None:
    broken: RegistryUnavailableError | None = None
    registry = Registry(transport, credentials_for(transport.host))
    for image in images:
        answer: Answer | Exception
        try:
            answer = broken or registry.digest(image, known[image])
        except ImageUnavailableError as error:
            answer = error
        except RegistryUnavailableError as error:
            answer = broken = error
        except Exception as error:  # noqa: BLE001 - a mistake of ours, raised where it is seen
            answer = error
        answers.put((image, answer))


def _too_slow(host: str) -> RegistryUnavailableError:
    return RegistryUnavailableError(f"the registry {host} does not get done: try again later")
