"""Which of the variables that a program reads say where a backing service is, and what they have to say.

    DATABASE_URL  =  DATABASE  +  URL         of the only database; postgres://...
    REDIS_ADDR    =  REDIS     +  ADDR        redis:6379
    SHOP_DB_HOST  =  SHOP  +  DB  +  HOST     where the program or the repository is called shop

A name that can mean two things gets a value only where its default in the source, or the variables beside it,
show which one is meant. All others are left alone, and spoken of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.generate.compose_services import PASSWORD, SERVICES, USER, BackingService

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gendock.golang import Program, Variable

_ANY_DATABASE = ("DATABASE", "DB")
_ENDS = {
    "url": ("URL", "URI"),
    "dsn": ("DSN", "CONNECTION_STRING", "CONN_STRING", "CONNECTION"),
    "address": (
        "ADDR", "ADDRESS", "ADDRS", "ADDRESSES", "BROKER", "BROKERS", "SERVER", "SERVERS",
        "BOOTSTRAP_SERVERS", "ENDPOINT", "NODES", "HOSTS",
    ),
    "host": ("HOST", "HOSTNAME"),
    "port": ("PORT",),
    "user": ("USER", "USERNAME", "ROOT_USER", "ACCESS_KEY", "ACCESS_KEY_ID"),
    "password": ("PASSWORD", "PASS", "PASSWD", "ROOT_PASSWORD", "SECRET_KEY", "SECRET_ACCESS_KEY"),
    "password file": ("PASSWORD_FILE",),
    "database": ("NAME", "DATABASE", "DB", "DBNAME", "DB_NAME", "DATABASE_NAME"),
    "no TLS": ("SSLMODE", "SSL_MODE"),
    "no TLS, as a boolean": ("USE_SSL", "SSL", "SECURE"),
}  # fmt: skip
_MEANINGS = {end: meaning for meaning, ends in _ENDS.items() for end in ends}
_SAID = {
    "url": "address",
    "dsn": "address",
    "no TLS": "TLS mode",
    "no TLS, as a boolean": "TLS switch",
    "password file": "password, as a file",
}


@dataclass(frozen=True, slots=True)
class Wired:
    """A variable and what compose.yaml makes it say; `secret` where that holds the service's password."""

    variable: Variable
    service: str
    what: str
    value: str

    @property
    def secret(self) -> bool:
        """Whether the value goes into a file."""
        return PASSWORD in self.value


def wire(program: Program, services: Sequence[str], names: Iterable[str]) -> tuple[Wired, ...]:
    """Find the variables that say where services are, in the order of the source.

    Args:
        program: the program.
        services: the services that compose.yaml starts for it.
        names: what the program and its repository are called; variables may start with it.
    """
    starts = _starts(services, names)
    read = {variable.name for variable in program.variables}
    return tuple(wired for variable in program.variables if (wired := _wired(variable, starts, read)))


def _starts(services: Sequence[str], names: Iterable[str]) -> dict[str, str]:
    """The service that each beginning of a name means."""
    databases = [name for name in services if SERVICES[name].is_database]
    found = {prefix: name for name in services for prefix in SERVICES[name].prefixes}
    if len(databases) == 1:
        found.update(dict.fromkeys(_ANY_DATABASE, databases[0]))
    owners = {re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") for name in ("app", *names)}
    return {
        f"{owner}_{prefix}" if owner else prefix: name
        for owner in ("", *sorted(owners - {""}))
        for prefix, name in found.items()
    }


def _wired(variable: Variable, starts: dict[str, str], read: set[str]) -> Wired | None:
    for service, end in _readings(variable.name.upper(), starts):
        has_port = f"{variable.name[: -len(end)]}PORT" in read
        meaning = _meaning(_MEANINGS[end], variable, SERVICES[service], has_port=has_port)
        value = None if meaning is None else _value(meaning, service)
        if meaning is not None and value is not None:
            return Wired(variable, service, _SAID.get(meaning, meaning), value)
    return None


def _readings(name: str, starts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The services and ends that a name can be taken apart into, the longest beginning first."""
    for prefix in sorted(starts, key=len, reverse=True):
        if name.startswith(prefix):
            end = name[len(prefix) :].removeprefix("_")
            if end in _MEANINGS:
                yield starts[prefix], end


def _meaning(meaning: str, variable: Variable, service: BackingService, *, has_port: bool) -> str | None:
    """What is meant, by the default where there is one; None where nobody can know.

    `has_port` says that the program reads the port from a variable of its own.
    """
    if meaning not in {"url", "dsn", "address", "host"}:
        return meaning
    default = variable.default or ""
    if "://" in default:
        return "url"
    if re.fullmatch(r"[\w.-]*:\d+", default):
        return "address"
    if meaning == "host":
        return "host" if has_port or service.port_is_known or re.fullmatch(r"[\w.-]+", default) else None
    if meaning == "address":
        return "address" if not re.fullmatch(r"[\w.-]+", default) else "host"
    return meaning


def _value(meaning: str, name: str) -> str | None:
    """What a variable of this meaning has to say; None where the service has no such thing."""
    service = SERVICES[name]
    protected = service.password is not None
    values = {
        "url": service.url,
        "dsn": service.dsn,
        "address": f"{name}:{service.port}",
        "host": name,
        "port": str(service.port),
        "user": USER if protected else None,
        "password": PASSWORD if protected else None,
        "password file": f"/run/secrets/{name}_password" if protected else None,
        "database": service.database,
        "no TLS": "disable" if service.is_database else None,
        "no TLS, as a boolean": "false",
    }
    return values[meaning]
