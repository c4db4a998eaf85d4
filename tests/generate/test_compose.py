"""What `--with compose` decides, as data: services by clients, variables by names, ports, read-only roots."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gendock.generate import Options, Plan, make_plan, with_compose
from gendock.generate.compose_secrets import write_secrets
from gendock.generate.compose_services import SERVICES
from gendock.golang import read_project

BIN = Path(sys.executable).parent
SERVER = """package main

import (
	"net/http"
	"os"
%s
)

func main() {
%s
	http.ListenAndServe(":8080", nil)
}
"""
CLIENTS = {
    "postgres": "github.com/jackc/pgx/v5",
    "mysql": "github.com/go-sql-driver/mysql",
    "mongodb": "go.mongodb.org/mongo-driver/v2/mongo",
    "redis": "github.com/redis/go-redis/v9",
    "memcached": "github.com/bradfitz/gomemcache/memcache",
    "rabbitmq": "github.com/rabbitmq/amqp091-go",
    "nats": "github.com/nats-io/nats.go",
    "kafka": "github.com/segmentio/kafka-go",
    "elasticsearch": "github.com/elastic/go-elasticsearch/v8",
    "opensearch": "github.com/opensearch-project/opensearch-go/v4",
    "minio": "github.com/minio/minio-go/v7",
}


def server(services: tuple[str, ...], *calls: str) -> str:
    imports = "".join(f'\t_ "{CLIENTS[name]}"\n' for name in services)
    return SERVER % (imports, "".join(f"\t_ = {call}\n" for call in calls))


def planned(folder: Path, files: dict[str, str], options: Options | None = None) -> Plan:
    options = options or Options()
    for name, text in {"go.mod": "module example.com/shop\n\ngo 1.26\n", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return with_compose(make_plan(read_project(folder), options), options)


def composed(plan: Plan) -> dict[str, Any]:
    (file,) = (file for file in plan.files if file.path == "compose.yaml")
    data: dict[str, Any] = yaml.safe_load(file.text)
    return data


def secret(plan: Plan, path: str) -> str:
    (file,) = (file for file in plan.secrets if file.path == path)
    return file.text


def test_every_service_has_a_client_here() -> None:
    assert set(CLIENTS) == set(SERVICES)


@pytest.mark.parametrize("name", CLIENTS)
def test_a_service_is_started_and_waited_for(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    plan = planned(folder, {"main.go": server((name,))})
    data = composed(plan)
    assert plan.services == (name,)
    assert data["services"]["shop"]["depends_on"] == {name: {"condition": "service_healthy"}}
    service = data["services"][name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["networks"] == ["data"]
    assert "ports" not in service
    assert data["networks"] == {"front": None, "data": {"internal": True}}
    mounted = [volume["source"] for volume in service.get("volumes", [])]
    assert mounted == list(data.get("volumes", {}))
    (folder / "compose.yaml").write_text(plan.files[-1].text)
    write_secrets(folder, plan.secrets)
    read_by_others(folder)


def read_by_others(folder: Path) -> None:
    quiet = subprocess.run(
        [BIN / "docker-compose", "config", "--quiet"], cwd=folder, check=False, capture_output=True, text=True
    )
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    held = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        cwd=folder, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert held.returncode == 0, held.stdout


def test_all_services_together(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    databases = (env("POSTGRES_URL"), env("MYSQL_DSN"), env("MONGO_URI"))
    plan = planned(folder, {"main.go": server(tuple(CLIENTS), *databases)})
    assert set(plan.services) == set(CLIENTS)
    (folder / "compose.yaml").write_text(plan.files[-1].text)
    write_secrets(folder, plan.secrets)
    read_by_others(folder)
    for name, row in SERVICES.items():
        if row.password is not None:
            password = (folder / ".secrets" / f"{name}_password").read_text()
            assert password not in plan.files[-1].text


def env(name: str, default: str | None = None) -> str:
    """A call that reads a variable."""
    return f'getenv("{name}", "{default}")' if default is not None else f'os.Getenv("{name}")'


GETENV = """
func getenv(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
"""
POSTGRES = "postgres://app:{postgres}@postgres:5432/app?sslmode=disable"
# services; variables with their defaults; what compose.yaml sets; what a file with passwords sets
WIRED: dict[str, tuple[tuple[str, ...], dict[str, str | None], dict[str, str], dict[str, str]]] = {
    "the address of the only database": (
        ("postgres", "redis"), {"DATABASE_URL": None}, {}, {"DATABASE_URL": POSTGRES},
    ),
    "in parts": (
        ("postgres",),
        dict.fromkeys(("DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME", "DB_SSLMODE")),
        {
            "DB_HOST": "postgres", "DB_PORT": "5432", "DB_USER": "app", "DB_NAME": "app",
            "DB_SSLMODE": "disable",
        },
        {"DB_PASSWORD": "{postgres}"},
    ),
    "as libpq has it": (("postgres",), {"PGHOST": None, "PGPASSWORD": None}, {"PGHOST": "postgres"},
                        {"PGPASSWORD": "{postgres}"}),
    "a password's file": (
        ("postgres",), {"DB_PASSWORD_FILE": None}, {"DB_PASSWORD_FILE": "/run/secrets/postgres_password"}, {},
    ),
    "named after the program": (("redis",), {"SHOP_REDIS_ADDR": None}, {"SHOP_REDIS_ADDR": "redis:6379"}, {}),
    "named after something else": (("redis",), {"TEST_REDIS_ADDR": None, "OTHER_REDIS_ADDR": None}, {}, {}),
    "of two databases": (("postgres", "mysql"), {"DATABASE_URL": None, "DB_HOST": None}, {}, {}),
    "of two databases, by name": (
        ("postgres", "mysql"), {"POSTGRES_URL": None}, {}, {"POSTGRES_URL": POSTGRES},
    ),
    "of no service that is there": (("redis",), {"DATABASE_URL": None, "SMTP_HOST": None}, {}, {}),
    "a DSN of MySQL": (
        ("mysql",), {"DB_DSN": None}, {}, {"DB_DSN": "app:{mysql}@tcp(mysql:3306)/app?parseTime=true"},
    ),
    "an URL, which MySQL's driver has not": (("mysql",), {"DATABASE_URL": None}, {}, {}),
    "redis by URL": (("redis",), {"REDIS_URL": None}, {"REDIS_URL": "redis://redis:6379/0"}, {}),
    "an URL that is an address": (
        ("redis",), {"REDIS_URL": "localhost:6379"}, {"REDIS_URL": "redis:6379"}, {},
    ),
    "an address that is an URL": (
        ("redis",), {"REDIS_ADDR": "redis://localhost:6379"}, {"REDIS_ADDR": "redis://redis:6379/0"}, {},
    ),
    "a host and a port": (
        ("redis",), {"REDIS_HOST": None, "REDIS_PORT": None},
        {"REDIS_HOST": "redis", "REDIS_PORT": "6379"}, {},
    ),
    "a host that is an address": (
        ("redis",), {"REDIS_HOST": "localhost:6379"}, {"REDIS_HOST": "redis:6379"}, {},
    ),
    "a host that is one": (("redis",), {"REDIS_HOST": "localhost"}, {"REDIS_HOST": "redis"}, {}),
    "a host that may be either": (("redis",), {"REDIS_HOST": None}, {}, {}),
    "a password that redis has not": (("redis",), {"REDIS_PASSWORD": None}, {}, {}),
    "mongo": (
        ("mongodb",), {"MONGO_URI": None, "MONGO_DB": None}, {"MONGO_DB": "app"},
        {"MONGO_URI": "mongodb://app:{mongodb}@mongodb:27017/app?authSource=admin"},
    ),
    "rabbitmq": (("rabbitmq",), {"AMQP_URL": None}, {}, {"AMQP_URL": "amqp://app:{rabbitmq}@rabbitmq:5672/"}),
    "kafka": (("kafka",), {"KAFKA_BROKERS": None}, {"KAFKA_BROKERS": "kafka:9092"}, {}),
    "nats": (("nats",), {"NATS_URL": None}, {"NATS_URL": "nats://nats:4222"}, {}),
    "memcached": (("memcached",), {"MEMCACHED_SERVERS": None}, {"MEMCACHED_SERVERS": "memcached:11211"}, {}),
    "elasticsearch": (
        ("elasticsearch",), {"ELASTICSEARCH_URL": None},
        {"ELASTICSEARCH_URL": "http://elasticsearch:9200"}, {},
    ),
    "minio": (
        ("minio",),
        {"S3_ENDPOINT": None, "S3_ACCESS_KEY": None, "S3_SECRET_KEY": None, "MINIO_USE_SSL": None},
        {"S3_ENDPOINT": "minio:9000", "S3_ACCESS_KEY": "app", "MINIO_USE_SSL": "false"},
        {"S3_SECRET_KEY": "{minio}"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WIRED)
def test_variables(case: str, tmp_path: Path) -> None:
    services, variables, plain, secrets = WIRED[case]
    calls = [env(name, default) for name, default in variables.items()]
    plan = planned(tmp_path / "shop", {"main.go": server(services, *calls) + GETENV})
    service = composed(plan)["services"]["shop"]
    environment = dict(service["environment"])
    assert environment.pop("GOMEMLIMIT") == "230MiB"
    assert environment == plain
    if secrets:
        assert service["env_file"] == [".secrets/shop.env"]
        lines = secret(plan, ".secrets/shop.env").splitlines()
        assert dict(line.split("=", 1) for line in lines) == secrets
    else:
        assert "env_file" not in service
    decided = {decision.topic for decision in plan.decisions}
    assert {f"compose {name}" for name in (*plain, *secrets)} <= decided
    for name in services:
        told = any(name in text for text in (*plain.values(), *secrets.values()))
        left_out = any("several databases" in text and name in text for text in plan.warnings)
        assert told or left_out or any(f"says where {name} is" in warning for warning in plan.warnings)
        assert (name in plan.services) is not left_out


def test_a_password_that_the_program_reads_as_a_file_is_mounted(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"main.go": server(("postgres",), env("DB_PASSWORD_FILE"))})
    service = composed(plan)["services"]["shop"]
    assert service["secrets"] == ["postgres_password"]


@pytest.mark.parametrize(("port", "wanted"), [(None, "127.0.0.1:8080:8080"), (9999, "127.0.0.1:9999:9999")])
def test_the_port_leads_to_the_program_from_this_machine_alone(
    port: int | None, wanted: str, tmp_path: Path
) -> None:
    plan = planned(tmp_path, {"main.go": server(())}, Options(port=port))
    assert composed(plan)["services"]["shop"]["ports"] == [wanted]


def test_two_programs_on_one_port(tmp_path: Path) -> None:
    files = {"cmd/api/main.go": server(("redis",)), "cmd/web/main.go": server(())}
    data = composed(planned(tmp_path, files))["services"]
    assert data["api"]["ports"] == ["127.0.0.1:8080:8080"]
    assert data["web"]["ports"] == ["127.0.0.1:8081:8080"]
    assert [data[name]["build"]["target"] for name in ("api", "web")] == ["api", "web"]
    assert (data["api"]["networks"], data["web"]["networks"]) == (["data", "front"], ["front"])
    assert "depends_on" not in data["web"]


def test_a_program_with_the_name_of_a_service(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"cmd/redis/main.go": server(("redis",), env("REDIS_ADDR"))})
    data = composed(plan)["services"]
    assert set(data) == {"redis", "redis-2"}
    assert data["redis"]["image"] == "redis:8"
    assert data["redis-2"]["environment"]["REDIS_ADDR"] == "redis:6379"


WRITES = 'os.WriteFile("%s", nil, 0o644)'
ROOTS = {
    "nothing is written": ((), True, []),
    "a folder that becomes a volume": ((WRITES % "data/a.txt",), True, ["/app/data"]),
    "two folders of one name": (
        (WRITES % "a/data/x", WRITES % "b/data/x"),
        True,
        ["/app/a/data", "/app/b/data"],
    ),
    "a file whose name nobody knows": (("os.WriteFile(os.Args[1], nil, 0o644)",), False, []),
    "a temporary file": ((WRITES % "/tmp/a.txt",), True, []),  # noqa: S108 - in the image
}


@pytest.mark.parametrize("case", ROOTS)
def test_the_root_is_read_only_where_nothing_else_is_written(case: str, tmp_path: Path) -> None:
    calls, read_only, folders = ROOTS[case]
    plan = planned(tmp_path, {"main.go": server((), *calls)})
    data = composed(plan)
    service = data["services"]["shop"]
    volumes = service.get("volumes", [])
    assert service.get("read_only", False) is read_only
    assert [volume["target"] for volume in volumes] == folders
    assert sorted(volume["source"] for volume in volumes) == sorted(data.get("volumes", {}))
    (decision,) = (decision for decision in plan.decisions if decision.topic == "compose root")
    assert decision.chose.startswith("read_only" if read_only else "can be written")


def test_a_command_is_started_once(tmp_path: Path) -> None:
    main = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("done") }\n'
    plan = planned(tmp_path, {"main.go": main})
    service = composed(plan)["services"]["shop"]
    assert (service["restart"], "ports" in service) == ("no", False)
    assert any("docker compose run --rm shop" in warning for warning in plan.warnings)


def test_a_service_that_has_no_row_is_spoken_of(tmp_path: Path) -> None:
    main = SERVER % ('\t_ "github.com/gocql/gocql"\n', "")
    plan = planned(tmp_path, {"main.go": main})
    assert plan.services == ()
    assert any("compose.yaml starts no cassandra" in warning for warning in plan.warnings)


def test_databases_that_no_variable_names_are_left_out(tmp_path: Path) -> None:
    plan = planned(tmp_path / "shop", {"main.go": server(("postgres", "mysql", "redis"), env("MYSQL_DSN"))})
    assert plan.services == ("mysql", "redis")
    assert any("no variable names postgres: add the one" in text for text in plan.warnings)


def test_variables_that_nobody_sets_are_spoken_of(tmp_path: Path) -> None:
    calls = (env("DATABASE_URL"), env("TOKEN"), env("MODE", "fast"))
    plan = planned(tmp_path / "shop", {"main.go": server(("postgres",), *calls) + GETENV})
    assert "shop reads variables that have no default and no value yet: TOKEN" in plan.warnings


def test_the_health_check_says_why_there_is_none(tmp_path: Path) -> None:
    main = server((), 'http.NewServeMux()\n\thttp.HandleFunc("GET /healthz", nil)')
    plan = planned(tmp_path, {"main.go": main}, Options(healthcheck=False))
    assert "healthcheck" not in composed(plan)["services"]["shop"]
    (decision,) = (decision for decision in plan.decisions if decision.topic == "compose health check")
    assert (decision.chose, "no HEALTHCHECK is" in decision.because) == ("none", True)


LISTENING = {
    "on its own machine, opened by a flag": (
        '*flag.String("bind", "localhost", "")+":8081"',
        ["127.0.0.1:8081:8081"],
    ),
    "on its own machine": ('"localhost:8081"', None),
}


@pytest.mark.parametrize("case", LISTENING)
def test_what_others_reach_is_published(case: str, tmp_path: Path) -> None:
    address, wanted = LISTENING[case]
    main = (
        'package main\n\nimport (\n\t"flag"\n\t"net/http"\n)\n\nvar _ = flag.Parse\n\n'
        f"func main() {{ http.ListenAndServe({address}, nil) }}\n"
    )
    assert composed(planned(tmp_path / "shop", {"main.go": main}))["services"]["shop"].get("ports") == wanted


def test_the_health_check_is_that_of_the_image(tmp_path: Path) -> None:
    main = server((), 'http.NewServeMux()\n\thttp.HandleFunc("GET /healthz", nil)')
    check = composed(planned(tmp_path, {"main.go": main}))["services"]["shop"]["healthcheck"]
    assert check["test"] == ["CMD", "/usr/local/bin/healthcheck", "8080", "/healthz"]


HOSTILE = "a'b\"c$(id)`id`${HOME}: #"
KEYS = {
    "build", "image", "depends_on", "volumes", "secrets", "environment", "env_file", "ports", "networks",
    "restart", "healthcheck", "cap_add", "cap_drop", "deploy", "develop", "read_only",
    "security_opt", "tmpfs",
}  # fmt: skip


def test_a_hostile_repository_adds_nothing(tmp_path: Path) -> None:
    folder = tmp_path / HOSTILE
    module = 'module "example.com/x\\"$(id)`id`${HOME}\\nprivileged: true"\n\ngo 1.26\n'
    main = server(
        ("postgres",), env("DATABASE_URL"), WRITES % "data/a.txt", """exec.Command("git")""",
        r"""http.NewServeMux()
	http.HandleFunc("GET /healthz/$(id)${HOME}\"'`id`", nil)""",
    ).replace('"os"', '"os"\n\t"os/exec"')  # fmt: skip
    plan = planned(folder, {"go.mod": module, "main.go": main})
    data = composed(plan)
    (name,) = set(data["services"]) - set(SERVICES)
    assert re.fullmatch(r"[a-z][a-z0-9-]*", name)
    assert all(set(service) <= KEYS for service in data["services"].values())
    lines = [line for line in plan.files[-1].text.splitlines() if not line.startswith("#")]
    assert not re.search(r"`|(?<!\$)\$(?!\$)", "\n".join(lines))
    (folder / "compose.yaml").write_text(plan.files[-1].text)
    write_secrets(folder, plan.secrets)
    read_by_others(folder)
