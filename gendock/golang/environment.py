"""What a program takes from outside: environment variables and backing services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.endings import is_required
from gendock.golang.facts import Evidence, Service, Variable
from gendock.golang.places import tag_of
from gendock.golang.syntax import arguments, callee, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gendock.golang.facts import Module
    from gendock.golang.sources import Sources
    from gendock.golang.values import Evaluator

# Client libraries by the service that they speak to; a module path covers the packages below it.
CLIENTS = {
    "postgres": (
        "github.com/lib/pq", "github.com/jackc/pgx", "gorm.io/driver/postgres", "github.com/go-pg/pg",
        "github.com/uptrace/bun/driver/pgdriver", "github.com/jinzhu/gorm/dialects/postgres",
    ),
    "mysql": (
        "github.com/go-sql-driver/mysql", "gorm.io/driver/mysql", "github.com/jinzhu/gorm/dialects/mysql",
    ),
    "sql server": (
        "github.com/microsoft/go-mssqldb", "github.com/denisenkom/go-mssqldb", "gorm.io/driver/sqlserver",
    ),
    "redis": (
        "github.com/redis/go-redis", "github.com/go-redis/redis", "github.com/gomodule/redigo",
        "github.com/redis/rueidis", "github.com/hibiken/asynq",
    ),
    "mongodb": ("go.mongodb.org/mongo-driver", "gopkg.in/mgo.v2"),
    "kafka": (
        "github.com/segmentio/kafka-go", "github.com/IBM/sarama", "github.com/Shopify/sarama",
        "github.com/confluentinc/confluent-kafka-go", "github.com/twmb/franz-go",
    ),
    "rabbitmq": ("github.com/rabbitmq/amqp091-go", "github.com/streadway/amqp"),
    "nats": ("github.com/nats-io/nats.go",),
    "elasticsearch": ("github.com/elastic/go-elasticsearch", "github.com/olivere/elastic"),
    "opensearch": ("github.com/opensearch-project/opensearch-go",),
    "clickhouse": ("github.com/ClickHouse/clickhouse-go",),
    "cassandra": ("github.com/gocql/gocql",),
    "memcached": ("github.com/bradfitz/gomemcache",),
    "etcd": ("go.etcd.io/etcd/client",),
    "minio": ("github.com/minio/minio-go",),
    "temporal": ("go.temporal.io/sdk",),
    "neo4j": ("github.com/neo4j/neo4j-go-driver",),
}  # fmt: skip
_CALLS = (
    b"env(", b"Env(", b"ENV(", b"EnvOr", b"EnvDefault", b"EnvWith", b"EnvStr", b"EnvInt", b"EnvBool",
    b"EnvAs", b"envOr", b"envDefault", b"envconfig:", b"env:", b"Envar(", b"EnvVars(",
)  # fmt: skip
_REQUIRED = re.compile(
    r"(?:env|envconfig):\"[^\"]*,(?:required|notEmpty)|required:\"true\"|env-required:\"true\""
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Set or read by the Go runtime, the shell, the engine or the system rather than configured for a program.
_NOT_CONFIGURATION = frozenset((
    "HOME", "PATH", "USER", "PWD", "SHELL", "TERM", "EDITOR", "VISUAL", "PAGER", "TMPDIR", "GOPATH",
    "GOROOT", "NO_COLOR", "COLORTERM", "DISPLAY", "WAYLAND_DISPLAY", "XDG_CONFIG_HOME",
    "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "USERPROFILE",
    "APPDATA", "LOCALAPPDATA", "COMSPEC",
    "HOSTNAME",
))  # fmt: skip


def find_variables(sources: Sources, evaluator: Evaluator) -> tuple[Variable, ...]:
    """Find the environment variables that a program's own packages read, in the order of the text."""
    found: dict[str, Variable] = {}
    for syntax in sources.mentioning(*_CALLS):
        for call in syntax.calls:
            _, name = callee(call)
            if not re.search(r"(?i)env", name) or not arguments(call):
                continue
            if name in {"Setenv", "Unsetenv"}:
                continue
            for value in evaluator.values(call, syntax):
                if value.variable is not None:
                    place = syntax.evidence(call)
                    _add(found, Variable(value.variable, value.text, place, required=is_required(call)))
        for field in syntax.tagged_fields:
            variable, default = tag_of(field)
            if variable is not None:
                required = _REQUIRED.search(text_of(field)) is not None
                _add(found, Variable(variable, default, syntax.evidence(field), required))
    return tuple(found.values())


def _add(found: dict[str, Variable], read: Variable) -> None:
    if not _NAME.fullmatch(read.name) or read.name in _NOT_CONFIGURATION:
        return
    known = found.setdefault(read.name, read)
    default = known.default if known.default is not None else read.default
    required = (known.required or read.required) and default is None
    found[read.name] = Variable(read.name, default, known.evidence, required)


def find_services(sources: Sources, module: Module, others: Iterable[Module] = ()) -> tuple[Service, ...]:
    """Find the backing services whose client libraries a program's own packages import."""
    found: dict[str, Service] = {}
    for name, paths in CLIENTS.items():
        for path in paths:
            if name not in found and sources.imports_any((path,)):
                found[name] = Service(
                    name, path, _required(path, (module, *others)) or _imported(path, sources)
                )
    return tuple(found.values())


def _required(path: str, modules: Iterable[Module]) -> Evidence | None:
    for module in modules:
        for requirement in module.requires:
            if (
                requirement.path == path
                or f"{requirement.path}/".startswith(f"{path}/")
                or path.startswith(f"{requirement.path}/")
            ):
                return requirement.evidence
    return None


def _imported(path: str, sources: Sources) -> Evidence:
    return next(
        Evidence(file.path, item.line)
        for package in sources.packages
        for file, item in package.imports
        if item.path == path or item.path.startswith(f"{path}/")
    )
