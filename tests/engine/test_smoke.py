"""Smoke runs over images with one mistake each, on the real engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from gendock.engine.results import Kind, Phase, SmokeReport, Status
from gendock.engine.session import open_session
from gendock.engine.smoke import SmokeRequest, smoke
from gendock.errors import GendockError

pytestmark = pytest.mark.engine
Program = Callable[[str], str]


def look(image: str, **request: object) -> SmokeReport:
    defaults: dict[str, Any] = {"ready_within": 2.0, "stop_within": 2.0, "stay": 0.3}
    with open_session(seconds=120) as session:
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
    report = look(program("silent"))
    assert failing(report) == ["ready", "reachable"]
    assert report.failure is not None
    assert report.failure.log == ("warming up",)
    assert report.failure.exit_code is None


def test_a_server_that_answers_503_is_reachable_and_not_ready(program: Program) -> None:
    report = look(program("unready"))
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
    report = look(program("stubborn"))
    assert failing(report) == ["stop"]
    assert "killed" in evidence(report, "stop")
    assert report.failure is not None
    assert report.failure.exit_code == 137


def test_root_is_seen_in_the_image_and_in_the_process(program: Program) -> None:
    report = look(program("root"))
    assert failing(report) == ["user", "non-root"]
    assert evidence(report, "non-root") == "runs as uid 0, root"


def test_a_shell_as_process_one(program: Program) -> None:
    report = look(program("shell"))
    assert failing(report) == [
        *("exec-form", "no-shell", "no-package-manager", "no-setuid"),
        *("process-1", "stop"),
    ]


def test_a_toolchain_in_the_image(program: Program) -> None:
    report = look(program("toolchain"))
    assert failing(report) == ["no-shell", "no-package-manager", "no-toolchain", "no-setuid"]


@pytest.mark.parametrize(
    ("target", "failed", "cause"),
    [
        ("archive", ["entrypoint", "ready"], "exec-format"),
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

    from gendock.engine.container import ContainerSpec, Sandbox
    from gendock.engine.deadline import Deadline
    from gendock.engine.running import Wanted, wait_until_ready

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


def test_an_image_that_is_not_there() -> None:
    with pytest.raises(GendockError, match="no image gendock-test-not-there"):
        look("gendock-test-not-there")
