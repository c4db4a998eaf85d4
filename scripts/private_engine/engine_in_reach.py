"""Finding the engine that a docker client would use, and others that are there."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine.engine_api import Engine, needs_client
from private_engine.errors import NoEngineError

if TYPE_CHECKING:
    from private_engine.places import Places

USUAL_SOCKET = Path("/var/run/docker.sock")


@dataclass(frozen=True)
class Answering:
    """An engine that has just answered."""

    engine: Engine
    version: str
    private: bool


def engine_in_reach(places: Places, *, only_private: bool = False) -> Answering | None:
    """The first engine that answers, in the order in which a docker client looks, the private one last.

    Returns:
        The engine, or None where none answers and a private one would be the way out.

    Raises:
        NoEngineError: DOCKER_HOST or DOCKER_CONTEXT names an engine that does not answer. Whoever sets
            them wants that engine, so using another one without a word would be wrong.
    """
    if only_private:
        return _private_if_answering(places)
    named = os.environ.get("DOCKER_HOST", "")
    if named == places.host:
        return _private_if_answering(places)
    if named:
        engine = Engine(named, "DOCKER_HOST", needs_export=True, only_by_client=needs_client(named))
        return _must_answer(engine, "DOCKER_HOST")
    context = os.environ.get("DOCKER_CONTEXT", "")
    if context and context != "default":
        try:
            engine = _engine_of_context(context)
        except NoEngineError as error:
            sentence = f"DOCKER_CONTEXT is {context}, but {error}; create it or unset DOCKER_CONTEXT."
            raise NoEngineError(sentence) from error
        return _must_answer(engine, "DOCKER_CONTEXT")
    for engine in _usual_engines():
        try:
            return Answering(engine, engine.version(), private=False)
        except NoEngineError:
            continue
    return _private_if_answering(places)


def why_none() -> str:
    """Why the usual places gave no engine, where it is not simply that nothing is there."""
    for engine in _usual_engines():
        try:
            engine.version()
        except NoEngineError as error:
            if isinstance(error.__cause__, PermissionError):
                return f"{error} (is it in the group docker?)"
    return f"no Docker engine answers at unix://{USUAL_SOCKET}, and DOCKER_HOST is not set"


def private_engine(places: Places) -> Engine:
    """The private engine of these places, whether it runs or not."""
    return Engine(
        places.host,
        "private engine",
        needs_export=True,
        environment={"DOCKER_HOST": places.host, "DOCKER_CONTEXT": None, "DOCKER_TLS_VERIFY": None},
    )


def _private_if_answering(places: Places) -> Answering | None:
    if not _is_there(places.socket):
        return None
    engine = private_engine(places)
    try:
        return Answering(engine, engine.version(), private=True)
    except NoEngineError as error:
        if isinstance(error.__cause__, PermissionError):
            sentence = f"{error}: run this as root, or join the group docker."
            raise NoEngineError(sentence) from error
        return None


def _must_answer(engine: Engine, variable: str) -> Answering:
    try:
        return Answering(engine, engine.version(), private=False)
    except NoEngineError as error:
        value = os.environ[variable]
        sentence = f"{variable} is {value}, but {error}; start that engine or unset {variable}."
        raise NoEngineError(sentence) from error


def _usual_engines() -> list[Engine]:
    """Where a docker client looks when no variable names an engine, and two more common sockets."""
    engines = []
    current = str(_client_configuration().get("currentContext") or "")
    if current and current != "default":
        # A context that was removed: the client would stop here, the other places still may answer.
        with suppress(NoEngineError):
            engines.append(_engine_of_context(current))
    if _is_there(USUAL_SOCKET):
        engines.append(_at_socket(USUAL_SOCKET, needs_export=bool(current and current != "default")))
    other_sockets = [Path.home() / ".docker/run/docker.sock"]
    if os.environ.get("XDG_RUNTIME_DIR"):
        other_sockets.append(Path(os.environ["XDG_RUNTIME_DIR"]) / "docker.sock")
    engines += [_at_socket(path, needs_export=True) for path in other_sockets if _is_there(path)]
    return engines


def _is_there(path: Path) -> bool:
    """Whether a path exists, as far as this user can see."""
    try:
        return path.exists()
    except PermissionError:
        return False


def _at_socket(path: Path, *, needs_export: bool) -> Engine:
    host = f"unix://{path}"
    return Engine(host, "its usual socket", needs_export, environment={"DOCKER_HOST": host})


def _configuration_folder() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _client_configuration() -> dict[str, object]:
    try:
        read = json.loads((_configuration_folder() / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _engine_of_context(name: str) -> Engine:
    """What a context of the docker client points to.

    Raises:
        NoEngineError: there is no such context, or it names no engine.
    """
    # The client names the folder of a context by the hash of its name.
    folder = hashlib.sha256(name.encode()).hexdigest()
    path = _configuration_folder() / "contexts" / "meta" / folder / "meta.json"
    try:
        endpoint = json.loads(path.read_text(encoding="utf-8"))["Endpoints"]["docker"]
        host = str(endpoint["Host"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        sentence = f"the docker client has no context {name}"
        raise NoEngineError(sentence) from error
    secured = (path.parents[2] / "tls" / folder / "docker").is_dir()
    return Engine(
        host,
        f"context {name}",
        only_by_client=secured or needs_client(host),
        environment={"DOCKER_HOST": None, "DOCKER_CONTEXT": name},
    )
