"""Smoke runs over images with one mistake each, on the real engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from gendock.engine.container import ContainerSpec, Sandbox
from gendock.engine.deadline import Deadline
from gendock.engine.results import Kind, Phase, SmokeReport, Status
from gendock.engine.session import open_session
from gendock.engine.smoke import SmokeRequest, smoke
from gendock.engine.waiting import Wanted, wait_until_ready
from gendock.errors import GendockError

pytestmark = pytest.mark.engine
Program = Callable[[str], str]


def look(image: str, *, within: float = 120, **request: object) -> SmokeReport:
    defaults: dict[str, Any] = {"ready_within": 15.0, "stop_within": 5.0, "stay": 0.3}
    with open_session(seconds=within) as session:
        return smoke(session, SmokeRequest(image, **defaults | request))


def failing(report: SmokeReport) -> list[str]:
    return [check.id for check in report.failed]


def evidence(report: SmokeReport, id_: str) -> str:
    return next(check.evidence for check in report.checks if check.id == id_)


def test_a_good_server_passes_every_check(program: Program) -> None:
    report = look(program("server"), health_paths=("/healthz",))
    assert failing(report) == []
    assert report.kind is Kind.SERVER
    assert [check.id for check in report.checks if check.phase is not Phase.STATIC] == [
        "ready",
        "reachable",
        "stays-up",
        "non-root",
        "process-1",
        "writes",
        "capabilities",
        "memory",
        "stop",
        "restarts",
    ]
    assert all(check.status is Status.PASS for check in report.checks)
    assert evidence(report, "ready") == "ready: GET /healthz 200 on :8080"
    assert evidence(report, "non-root") == "runs as uid 65532"
    assert evidence(report, "process-1") == "process 1 is /server"
    assert set(report.phases) == set(Phase)
    assert report.failure is None


def test_a_path_that_is_not_there_leads_to_the_root(program: Program) -> None:
    report = look(program("server"), health_paths=("/nothing",))
    assert evidence(report, "ready") == "ready: GET / 404 on :8080"


def test_a_path_that_a_person_named_has_to_answer(program: Program) -> None:
    report = look(program("server"), health_paths=("/nothing",), only_these_paths=True, ready_within=1.0)
    assert failing(report) == ["ready"]
    assert "GET /nothing 404" in evidence(report, "ready")


def test_go_ends_by_two_where_nobody_handles_sigterm(program: Program) -> None:
    report = look(program("server"))
    assert evidence(report, "stop") == "SIGTERM, exit 2, at once: the program does not handle it"


def test_a_port_that_is_not_exposed_is_found(program: Program) -> None:
    report = look(program("unexposed"))
    assert failing(report) == []
    assert report.kind is Kind.SERVER
    assert evidence(report, "ready").endswith(":8080")


def test_a_worker_needs_no_port(program: Program) -> None:
    report = look(program("worker"))
    assert failing(report) == []
    assert report.kind is Kind.WORKER
    assert re.fullmatch(r"SIGTERM, exit 0 after \d+ ms", evidence(report, "stop"))


@pytest.mark.parametrize("kind", [None, Kind.CLI])
def test_a_command_shows_its_help(program: Program, kind: Kind | None) -> None:
    report = look(program("tool"), kind=kind)
    assert failing(report) == []
    assert report.kind is Kind.CLI
    assert evidence(report, "help") == "--help: exit 2, 2 lines"


def test_a_container_that_is_never_ready(program: Program) -> None:
    report = look(program("silent"), ready_within=1.0)
    assert failing(report) == ["ready", "reachable"]
    assert report.failure is not None
    assert report.failure.log == ("warming up",)
    assert report.failure.exit_code is None


@pytest.mark.parametrize(
    ("target", "request_", "seconds", "check"),
    [
        ("silent", {}, 3.0, "ready"),
        ("datagrams", {"environment": ("WAIT=1h",)}, 3.0, "ready"),
        ("worker", {"kind": Kind.WORKER, "stay": 9.0}, 8.0, "stays-up"),
        ("stubborn", {"stop_within": 30.0}, 8.0, "stop"),
        ("silent", {"kind": Kind.CLI}, 3.0, "help"),
    ],
)
def test_a_run_whose_time_is_over_blames_nobody(
    program: Program, target: str, request_: dict[str, Any], seconds: float, check: str
) -> None:
    report = look(program(target), within=seconds, **request_)
    assert failing(report) == [check]
    assert evidence(report, check) == f"given up: {seconds:g} s were over (--timeout)"
    assert report.failure is not None
    assert report.failure.diagnosis is None


def test_a_server_that_answers_503_is_reachable_and_not_ready(program: Program) -> None:
    report = look(program("unready"), ready_within=1.0)
    assert failing(report) == ["ready"]
    assert "GET / 503" in evidence(report, "ready")


def test_loopback_is_named_as_the_cause(program: Program) -> None:
    report = look(program("loopback"))
    assert failing(report) == ["ready", "reachable"]
    assert evidence(report, "reachable") == "listens on 127.0.0.1:8080 only"
    assert report.failure is not None
    assert report.failure.diagnosis is not None
    assert report.failure.diagnosis.id == "loopback-only"


def test_a_crash_shows_its_last_words_and_cause(program: Program) -> None:
    report = look(program("crash"))
    assert failing(report) == ["ready"]
    failure = report.failure
    assert failure is not None
    assert failure.exit_code == 2
    assert any(line.startswith("panic: open templates/index.html") for line in failure.log)
    assert failure.diagnosis is not None
    assert failure.diagnosis.id == "missing-file"
    assert "stop" not in {check.id for check in report.checks}


def test_a_server_that_ends_after_it_was_ready_does_not_stay_up(program: Program) -> None:
    report = look(program("short"), stay=5.0)
    assert failing(report) == ["stays-up"]
    assert report.failure is not None
    assert report.failure.exit_code == 3


def test_memory_is_bounded(program: Program) -> None:
    report = look(program("hungry"), memory="64m")
    assert failing(report) == ["ready"]
    assert report.failure is not None
    assert report.failure.oom_killed
    assert report.failure.diagnosis is not None
    assert report.failure.diagnosis.id == "out-of-memory"


def test_a_write_outside_of_tmp_is_seen_though_the_program_goes_on(program: Program) -> None:
    report = look(program("writer"))
    assert failing(report) == ["writes"]
    assert "/cache.db: read-only file system" in evidence(report, "writes")


def test_a_program_that_ignores_sigterm_is_killed(program: Program) -> None:
    report = look(program("stubborn"), stop_within=1.0)
    assert failing(report) == ["stop"]
    assert "killed" in evidence(report, "stop")
    assert report.failure is not None
    assert report.failure.exit_code == 137


def test_a_program_that_takes_sigterm_for_a_failure(program: Program) -> None:
    report = look(program("datagrams"), environment=("FAIL=1",))
    assert failing(report) == ["stop"]
    assert evidence(report, "stop") == "SIGTERM, exit 1"
    assert report.failure is not None
    assert report.failure.diagnosis is not None
    assert report.failure.diagnosis.id == "fails-on-sigterm"


def test_root_is_seen_in_the_image_and_in_the_process(program: Program) -> None:
    report = look(program("root"))
    assert failing(report) == ["user", "non-root"]
    assert evidence(report, "non-root") == "runs as uid 0, root"


def test_a_shell_as_process_one(program: Program) -> None:
    report = look(program("shell"), stop_within=1.0)
    assert failing(report) == [
        *("exec-form", "no-shell", "no-package-manager", "no-setuid"),
        *("process-1", "stop"),
    ]


@pytest.mark.parametrize(
    ("target", "failed", "cause"),
    [
        ("archive", ["entrypoint", "ready"], "package-archive"),
        ("missing", ["entrypoint", "starts"], "missing-entrypoint"),
    ],
)
def test_an_entrypoint_that_cannot_run(program: Program, target: str, failed: list[str], cause: str) -> None:
    report = look(program(target))
    assert failing(report) == failed
    assert report.failure is not None
    assert report.failure.diagnosis is not None
    assert report.failure.diagnosis.id == cause


def test_a_skipped_check_is_not_asked(program: Program) -> None:
    report = look(program("stubborn"), skip={"stop": "on request", "memory": "on request"})
    assert failing(report) == []
    assert [check.id for check in report.checks if check.status is Status.SKIP] == ["memory", "stop"]


def test_the_container_reaches_nothing_outside(program: Program) -> None:
    """The address is of the test network of RFC 5737, so that nobody is called where this fails."""
    import http.client

    with open_session(seconds=60) as session:
        client = session.engine.client
        sandbox = Sandbox(client, session.run, session.interrupts)
        image = str(client.images.get(program("caller")).id)
        container = sandbox.create(ContainerSpec(image, None, [8080], [], "256m"))
        container.start()
        # Any answer takes as long as the attempts, so waiting is for the connection alone.
        ready = wait_until_ready(container, Wanted([8080]), Deadline.after(30))
        assert ready.ready
        address = container.address(8080)
        assert address is not None
        connection = http.client.HTTPConnection(*address, timeout=30)
        gateway = client.networks.get(session.run.name).attrs["IPAM"]["Config"][0]["Gateway"]
        assert gateway
        connection.request("GET", "/?address=198.51.100.1:80")
        answer = connection.getresponse().read().decode()
        connection.close()
    assert answer == "lookup true\ndial true\n"


@pytest.mark.parametrize(
    ("serving", "ready"),
    [
        ("yes", "ready: gRPC health: serving on :50051"),
        ("unknown", "ready: gRPC answers, without a health service on :50051"),
    ],
)
def test_a_grpc_server_is_asked_for_its_health(program: Program, serving: str, ready: str) -> None:
    report = look(program("grpc"), environment=(f"SERVING={serving}",))
    assert failing(report) == []
    assert evidence(report, "ready") == ready


def test_a_server_of_datagrams_is_seen_by_its_socket(program: Program) -> None:
    report = look(program("datagrams"), environment=("WAIT=300ms",))
    assert failing(report) == []
    assert report.kind is Kind.SERVER
    assert evidence(report, "exposes") == "exposes 5300/udp"
    assert evidence(report, "ready") == "ready: listens on :5300/udp"
    assert evidence(report, "reachable") == "listens on all addresses :5300/udp"
    assert evidence(report, "restarts").startswith("starts again: ready after 0.")


@pytest.mark.parametrize(
    ("request_", "failed", "ready", "reachable", "cause"),
    [
        (
            {"environment": ("ADDRESS=127.0.0.1",)},
            ["reachable"],
            "ready: listens on :5300/udp",
            "listens on 127.0.0.1:5300/udp only",
            "loopback-only",
        ),
        (
            {"environment": ("WAIT=1h",), "ready_within": 1.0},
            ["ready", "reachable"],
            "not ready after 1.",
            "nothing listens on :5300/udp",
            "not-listening",
        ),
    ],
)
def test_a_server_of_datagrams_that_nobody_reaches(
    program: Program, request_: dict[str, Any], failed: list[str], ready: str, reachable: str, cause: str
) -> None:
    report = look(program("datagrams"), **request_)
    assert failing(report) == failed
    assert evidence(report, "ready").startswith(ready)
    assert evidence(report, "reachable") == reachable
    assert report.failure is not None
    assert report.failure.diagnosis is not None
    assert report.failure.diagnosis.id == cause


def test_a_server_of_both(program: Program) -> None:
    report = look(program("both"))
    assert failing(report) == []
    assert evidence(report, "reachable") == "listens on all addresses :8080, :5300/udp"
    report = look(program("both"), environment=("ADDRESS=127.0.0.1",))
    assert failing(report) == ["reachable"]
    assert evidence(report, "reachable") == "listens on 127.0.0.1:5300/udp only"
    assert report.failure is not None
    assert report.failure.diagnosis is not None
    assert report.failure.diagnosis.id == "loopback-only"


@pytest.mark.usefixtures("_engine_elsewhere")
def test_what_cannot_be_seen_of_datagrams_elsewhere_is_not_asked(program: Program) -> None:
    report = look(program("datagrams"))
    assert failing(report) == []
    skipped = [check.id for check in report.checks if check.status is Status.SKIP]
    assert skipped == ["ready", "reachable"]
    assert evidence(report, "restarts") == "starts again, and stays up"


def test_a_grpc_server_that_does_not_serve(program: Program) -> None:
    report = look(program("grpc"), environment=("SERVING=no",), ready_within=1.0)
    assert failing(report) == ["ready"]
    assert "gRPC health: not serving on :50051" in evidence(report, "ready")


@pytest.mark.parametrize(
    ("text", "status", "seen"),
    [
        ("# TYPE orders counter\norders 7\n# TYPE up gauge\nup 1\n", Status.PASS, "/metrics has 2 metrics"),
        ("# TYPE orders counter\norders seven\n", Status.FAIL, "/metrics cannot be read: "),
        ("", Status.FAIL, "/metrics has no metrics"),
    ],
)
def test_metrics_are_read_as_prometheus_does(program: Program, text: str, status: Status, seen: str) -> None:
    report = look(program("metrics"), environment=(f"METRICS={text}",))
    assert failing(report) == ([] if status is Status.PASS else ["metrics"])
    assert evidence(report, "metrics").startswith(seen)


def test_a_server_without_metrics_is_not_asked_for_them(program: Program) -> None:
    assert "metrics" not in {check.id for check in look(program("server")).checks}


def test_healthcheck_is_waited_for_and_not_for_its_interval(program: Program) -> None:
    report = look(program("healthy"), environment=("METRICS=up 1\n",))
    assert failing(report) == []
    assert evidence(report, "ready") == "ready: HEALTHCHECK healthy, GET / 404 on :8080"


def test_what_healthcheck_complains_of_is_told(program: Program) -> None:
    report = look(program("sick"), environment=("METRICS=up 1\n",), ready_within=3.0)
    assert failing(report) == ["ready"]
    assert "HEALTHCHECK starting, exit 1: no database" in evidence(report, "ready")


def test_a_server_that_only_its_healthcheck_reaches(program: Program) -> None:
    report = look(program("healthy"), environment=("ADDRESS=127.0.0.1", "METRICS=up 1\n"))
    assert failing(report) == ["reachable"]
    assert report.failure is not None
    assert report.failure.diagnosis is not None
    assert report.failure.diagnosis.id == "loopback-only"


def test_a_line_of_the_log_is_waited_for(program: Program) -> None:
    found = look(program("metrics"), environment=("METRICS=up 1\n",), expect_log=re.compile("serv.ng"))
    assert failing(found) == []
    assert evidence(found, "ready") == "ready: GET / 404 on :8080, the log has the line"
    missing = look(
        program("metrics"),
        environment=("METRICS=up 1\n",),
        expect_log=re.compile("open for all"),
        ready_within=1.0,
    )
    assert failing(missing) == ["ready"]
    assert "no line of the log has open for all" in evidence(missing, "ready")


def test_what_a_program_leaves_is_in_its_way_when_it_starts_again(program: Program) -> None:
    report = look(program("locked"))
    assert failing(report) == ["restarts"]
    assert evidence(report, "restarts").startswith("started again, it exited with code 1")
    assert report.failure is not None
    assert any("another one is running" in line for line in report.failure.log)


@pytest.mark.parametrize("egress", [False, True])
def test_the_network_is_internal_unless_egress_is_asked_for(program: Program, *, egress: bool) -> None:
    with open_session(seconds=60) as session:
        client = session.engine.client
        sandbox = Sandbox(client, session.run, session.interrupts, egress=egress)
        sandbox.create(ContainerSpec(str(client.images.get(program("tool")).id), None, [], [], "64m"))
        network = client.networks.get(session.run.name).attrs
        open_to_the_world = (
            network["Options"].get("com.docker.network.bridge.enable_ip_masquerade") != "false"
        )
    assert (not network["Internal"] and open_to_the_world) is egress


@pytest.fixture
def _engine_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with Docker Desktop: neither the containers' addresses nor their processes are this machine's."""
    monkeypatch.setattr("gendock.engine.network._is_ours", lambda _address: False)
    monkeypatch.setattr("gendock.engine.container.HostProcess.of", lambda _pid, _container: None)


@pytest.mark.usefixtures("_engine_elsewhere")
def test_an_engine_elsewhere_publishes_the_ports(program: Program) -> None:
    report = look(program("server"), health_paths=("/healthz",))
    assert failing(report) == []
    assert evidence(report, "ready") == "ready: GET /healthz 200 on :8080"
    assert evidence(report, "capabilities") == "needs no capabilities"
    assert failing(look(program("loopback"), ready_within=1.0)) == ["ready", "reachable"]


def test_only_the_files_are_looked_at_where_nothing_is_to_be_started(program: Program) -> None:
    report = look(program("root"), static_only=True)
    assert failing(report) == ["user"]
    assert {check.phase for check in report.checks} == {Phase.STATIC}
    assert report.kind is None
    assert report.layers[-1].made_by.startswith("COPY /out/server /server")


def test_an_image_that_is_not_there() -> None:
    with pytest.raises(GendockError, match="no image gendock-test-not-there"):
        look("gendock-test-not-there")
