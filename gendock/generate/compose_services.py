"""The backing services that compose.yaml can start, as data: one row each, by the inspector's name for it.

Images are the official ones, by the line of releases that gets fixes as of 2026-11. A health check runs in
the service's own image, says yes only once clients get through, and not while an entrypoint still makes data.
"""

from __future__ import annotations

from dataclasses import dataclass

USER = "app"
"""The user and the database that services make for the program."""

PASSWORD = "{password}"  # noqa: S105 - the place of one, not one
"""Stands in an address where the service's password goes."""


@dataclass(frozen=True, slots=True)
class Password:
    """How a service takes its password from a file.

    `variables` are set to the path of the file. Where there are none, the service reads its configuration at
    `target`, which holds `text`.
    """

    variables: tuple[str, ...] = ()
    target: str | None = None
    text: str = PASSWORD


@dataclass(frozen=True, slots=True)
class BackingService:
    """One row.

    `prefixes` are the first words of the variables that people name after it. `check` is a command and its
    arguments, without a shell. `starting` is how many seconds it may take before a failed check counts.
    `data` is the folder that outlives the container. An entrypoint that `starts_as_root` gives that up by
    itself. `url` and `dsn` are its address in the two forms that client libraries take. `port_is_known` says
    that they take a host without a port.
    """

    image: str
    port: int
    prefixes: tuple[str, ...]
    check: tuple[str, ...]
    memory: str
    starting: int = 20
    data: str | None = None
    command: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    password: Password | None = None
    starts_as_root: bool = False
    url: str | None = None
    dsn: str | None = None
    database: str | None = None
    is_database: bool = False
    port_is_known: bool = False
    others: tuple[str, ...] = ()
    note: str | None = None


def _curl(port: int) -> tuple[str, ...]:
    path = "/_cluster/health?wait_for_status=yellow&timeout=1s"
    return ("curl", "--fail", "--silent", "--output", "/dev/null", f"http://127.0.0.1:{port}{path}")


_POSTGRES_URL = f"postgres://{USER}:{PASSWORD}@postgres:5432/{USER}?sslmode=disable"

SERVICES: dict[str, BackingService] = {
    "postgres": BackingService(
        image="postgres:18",
        port=5432,
        prefixes=("POSTGRES", "POSTGRESQL", "PG"),
        # Over TCP: while the entrypoint makes the database, it listens on its socket only.
        check=("pg_isready", "--quiet", "--host=127.0.0.1", f"--username={USER}", f"--dbname={USER}"),
        memory="512M",
        data="/var/lib/postgresql",
        environment=(("POSTGRES_USER", USER), ("POSTGRES_DB", USER)),
        password=Password(("POSTGRES_PASSWORD_FILE",)),
        starts_as_root=True,
        url=_POSTGRES_URL,
        dsn=_POSTGRES_URL,
        database=USER,
        is_database=True,
        port_is_known=True,
        others=("postgres:17, whose volume goes to /var/lib/postgresql/data",),
    ),
    "mysql": BackingService(
        image="mysql:8.4",
        port=3306,
        prefixes=("MYSQL", "MARIADB"),
        check=("mysqladmin", "ping", "--host=127.0.0.1", "--silent"),
        memory="1G",
        starting=60,
        data="/var/lib/mysql",
        environment=(("MYSQL_USER", USER), ("MYSQL_DATABASE", USER)),
        password=Password(("MYSQL_PASSWORD_FILE", "MYSQL_ROOT_PASSWORD_FILE")),
        starts_as_root=True,
        dsn=f"{USER}:{PASSWORD}@tcp(mysql:3306)/{USER}?parseTime=true",
        database=USER,
        is_database=True,
        port_is_known=True,
        others=("mariadb:11.8, with healthcheck.sh --connect --innodb_initialized for its check",),
    ),
    "mongodb": BackingService(
        image="mongo:8.0",
        port=27017,
        prefixes=("MONGODB", "MONGO"),
        # By its name: while the entrypoint makes the user, it listens on 127.0.0.1 only.
        check=(
            "mongosh", "--quiet", "--host=mongodb", "--eval", "quit(db.adminCommand('ping').ok ? 0 : 1)",
        ),
        memory="1G",
        starting=40,
        data="/data/db",
        environment=(("MONGO_INITDB_ROOT_USERNAME", USER),),
        password=Password(("MONGO_INITDB_ROOT_PASSWORD_FILE",)),
        starts_as_root=True,
        url=f"mongodb://{USER}:{PASSWORD}@mongodb:27017/{USER}?authSource=admin",
        dsn=f"mongodb://{USER}:{PASSWORD}@mongodb:27017/{USER}?authSource=admin",
        database=USER,
        is_database=True,
        port_is_known=True,
    ),
    "redis": BackingService(
        image="redis:8",
        port=6379,
        prefixes=("REDIS",),
        check=("redis-cli", "-e", "ping"),
        memory="256M",
        data="/data",
        starts_as_root=True,
        url="redis://redis:6379/0",
        dsn="redis://redis:6379/0",
        database="0",
        others=("valkey/valkey:8",),
    ),
    "memcached": BackingService(
        image="memcached:1.6",
        port=11211,
        prefixes=("MEMCACHED", "MEMCACHE"),
        check=("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/11211"),
        memory="128M",
    ),
    "rabbitmq": BackingService(
        image="rabbitmq:4",
        port=5672,
        prefixes=("RABBITMQ", "RABBIT", "RMQ", "AMQP"),
        check=("rabbitmq-diagnostics", "--quiet", "check_port_connectivity"),
        memory="512M",
        starting=60,
        data="/var/lib/rabbitmq",
        # The image stops at RABBITMQ_DEFAULT_PASS_FILE, so that a file of its configuration has to do.
        password=Password(
            target="/etc/rabbitmq/conf.d/20-user.conf",
            text=f"default_user = {USER}\ndefault_pass = {PASSWORD}",
        ),
        starts_as_root=True,
        url=f"amqp://{USER}:{PASSWORD}@rabbitmq:5672/",
        dsn=f"amqp://{USER}:{PASSWORD}@rabbitmq:5672/",
    ),
    "nats": BackingService(
        image="nats:2-alpine",
        port=4222,
        prefixes=("NATS",),
        check=("wget", "--quiet", "--spider", "http://127.0.0.1:8222/healthz"),
        memory="128M",
        data="/data",
        command=("--jetstream", "--store_dir=/data", "--http_port=8222"),
        url="nats://nats:4222",
        dsn="nats://nats:4222",
    ),
    "kafka": BackingService(
        image="apache/kafka:4.3.1",
        port=9092,
        prefixes=("KAFKA",),
        check=("/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server", "kafka:9092"),
        memory="1G",
        starting=60,
        data="/var/lib/kafka/data",
        environment=(
            ("KAFKA_NODE_ID", "1"),
            ("KAFKA_PROCESS_ROLES", "broker,controller"),
            ("KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093"),
            ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka:9092"),
            ("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
            ("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093"),
            ("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"),
            ("KAFKA_LOG_DIRS", "/var/lib/kafka/data"),
            ("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
            ("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
            ("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
            ("KAFKA_HEAP_OPTS", "-Xmx512m -Xms512m"),
        ),
    ),
    "elasticsearch": BackingService(
        image="elasticsearch:8.19.20",
        port=9200,
        prefixes=("ELASTICSEARCH", "ELASTIC", "ES"),
        check=_curl(9200),
        memory="2G",
        starting=90,
        data="/usr/share/elasticsearch/data",
        environment=(
            ("discovery.type", "single-node"),
            ("xpack.security.enabled", "false"),
            ("ES_JAVA_OPTS", "-Xms1g -Xmx1g"),
        ),
        url="http://elasticsearch:9200",
    ),
    "opensearch": BackingService(
        image="opensearchproject/opensearch:3.8.0",
        port=9200,
        prefixes=("OPENSEARCH",),
        check=_curl(9200),
        memory="2G",
        starting=90,
        data="/usr/share/opensearch/data",
        environment=(
            ("discovery.type", "single-node"),
            ("DISABLE_SECURITY_PLUGIN", "true"),
            ("OPENSEARCH_JAVA_OPTS", "-Xms1g -Xmx1g"),
        ),
        url="http://opensearch:9200",
    ),
    "minio": BackingService(
        image="minio/minio:RELEASE.2025-09-07T16-13-09Z",
        port=9000,
        prefixes=("MINIO", "S3"),
        check=("mc", "ready", "local"),
        memory="512M",
        data="/data",
        command=("server", "/data"),
        environment=(("MINIO_ROOT_USER", USER),),
        password=Password(("MINIO_ROOT_PASSWORD_FILE",)),
        note="MinIO publishes no newer image than 2025-09: look for another store before it goes anywhere",
    ),
}  # fmt: skip
