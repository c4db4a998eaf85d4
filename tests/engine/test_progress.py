"""BuildKit's plain progress, as recorded from docker 20.10 and from buildx 0.19, over a 20.10 engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.engine.build_failure import find_row
from gendock.engine.podman_progress import PodmanProgress
from gendock.engine.progress import Event, Outcome, Progress

RECORDED = Path(__file__).parent / "progress"
BUILD = (
    "RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 echo start; go vet . ; "
    "go build -nonsense -trimpath -o /out/app ."
)


def read(name: str) -> tuple[Progress, list[Event]]:
    progress = Progress()
    lines = (RECORDED / f"{name}.txt").read_text("utf-8").splitlines(keepends=True)
    return progress, [event for line in lines if (event := progress.feed(line))]


@pytest.mark.parametrize("client", ["docker-20.10", "buildx-0.19"])
def test_a_cached_build_has_four_cached_instructions(client: str) -> None:
    progress, _ = read(f"{client}-cached")
    assert sorted((step.instruction or "").split()[0] for step in progress.instructions) == [
        "COPY",
        "COPY",
        "RUN",
        "WORKDIR",
    ]
    assert all(step.outcome is Outcome.CACHED for step in progress.instructions)
    assert all(step.outcome for step in progress.steps.values())
    assert progress.failed is None


def test_a_first_build_tells_how_long_each_step_took() -> None:
    progress, events = read("docker-20.10-first")
    step = next(step for step in progress.instructions if step.name.startswith("[build 4/4]"))
    assert (step.outcome, step.seconds, step.stage) == (Outcome.DONE, 13.8, "build")
    finished = [event.step for event in events if event.kind == "finished"]
    assert len(finished) == len({step.number for step in finished if step}) == len(progress.steps)


@pytest.mark.parametrize("client", ["docker-20.10", "buildx-0.19"])
def test_a_failing_step_keeps_its_log_and_error(client: str) -> None:
    progress, _ = read(f"{client}-failing-step")
    failed = progress.failed
    assert failed is not None
    assert failed.instruction == BUILD
    assert failed.log[0] == "start"
    assert "flag provided but not defined: -nonsense" in failed.log
    assert failed.error.endswith("exit code: 2")


@pytest.mark.parametrize("client", ["docker-20.10", "buildx-0.19"])
def test_an_unknown_instruction_is_found_by_its_line(client: str) -> None:
    progress, _ = read(f"{client}-unknown-instruction")
    assert progress.row == 1
    assert progress.error.endswith("unknown instruction: FRM")


@pytest.mark.parametrize("client", ["docker-20.10", "buildx-0.19"])
def test_a_file_that_is_not_there_fails_its_copy(client: str) -> None:
    progress, _ = read(f"{client}-no-such-file")
    assert progress.failed is not None
    assert progress.failed.instruction == "COPY nofile /x"


def test_the_frame_of_a_newer_buildkit_names_the_line() -> None:
    # Since BuildKit 0.9. A line of the log that looks like a place is none.
    progress = Progress()
    for line in (
        "#9 [build 4/4] RUN go build ./...",
        '#9 ERROR: process "/bin/sh -c go build ./..." did not complete successfully: exit code: 1',
        "------",
        " > [build 4/4] RUN go build ./...:",
        "0.402 main.go:7",
        "------",
        "Dockerfile:12",
        "--------------------",
        "  11 |     COPY . .",
        "  12 | >>> RUN go build ./...",
        "--------------------",
        'ERROR: failed to build: failed to solve: process "/bin/sh -c go build ./..." did not complete',
    ):
        progress.feed(line)
    assert progress.row == 12
    assert progress.error.startswith("failed to build")


def test_output_that_goes_on_elsewhere_and_returns_is_one_step() -> None:
    progress = Progress()
    for line in (
        "#5 [a 2/2] RUN one",
        "#5 0.1 first",
        "#5 ...",
        "",
        "#6 [b 2/2] RUN two",
        "#6 DONE 0.2s",
        "#5 [a 2/2] RUN one",
        "#5 1.5 ",
        "#5 1.6 DONE 3s",
        "#5 DONE 2.0s",
    ):
        progress.feed(line)
    assert progress.steps[5].log == ["first", "", "DONE 3s"]
    assert [step.outcome for step in progress.steps.values()] == [Outcome.DONE, Outcome.DONE]


@pytest.mark.parametrize(
    ("name", "instruction", "stage"),
    [
        ("[build 2/4] RUN x", "RUN x", "build"),
        ("[build  2/11] RUN x", "RUN x", "build"),
        ("[2/3] COPY a b", "COPY a b", None),
        ("[linux/arm64 build 2/4] RUN x", "RUN x", "build"),
        ("[linux/arm/v7 2/4] RUN x", "RUN x", None),
        ("[linux/amd64->arm64 build 2/4] RUN x", "RUN x", "build"),
        ("[orders linux/arm64 build 2/4] RUN x", "RUN x", "build"),
        ("[build 1/4] FROM golang", None, "build"),
        ("[internal] load build context", None, None),
        ("exporting to image", None, None),
    ],
)
def test_instructions_are_told_from_the_rest(name: str, instruction: str | None, stage: str | None) -> None:
    progress = Progress()
    progress.feed(f"#7 {name}")
    assert (progress.steps[7].instruction, progress.steps[7].stage) == (instruction, stage)


def test_the_row_of_an_instruction_over_several_lines() -> None:
    progress = Progress()
    progress.feed("#7 [build 2/2] RUN go vet     ./no/such/package")
    rows = ["FROM golang AS build", "# a comment", "run go vet \\", "    # inside", "    ./no/such/package"]
    assert find_row(rows, progress.steps[7]) == 3
    assert find_row([*rows, *rows], progress.steps[7]) is None


@pytest.mark.parametrize(
    ("row", "step"),
    [
        ("RUN GOOS=$TARGETOS go build -o /out/a .", "RUN GOOS=linux go build -o /out/a ."),
        ('RUN go build -ldflags="-X main.v=${V:-dev}" .', 'RUN go build -ldflags="-X main.v=1 2" .'),
        ("WORKDIR $A/$B", "WORKDIR /srv/app"),
        ("RUN for f in *; do echo $f; done", "RUN for f in *; do echo $f; done"),
    ],
)
def test_the_row_of_an_instruction_with_variables(row: str, step: str) -> None:
    progress = Progress()
    progress.feed(f"#7 [build 2/2] {step}")
    assert find_row(["FROM golang AS build", row, "RUN go vet $PWD"], progress.steps[7]) == 2


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("[orders build 2/4] RUN x", "orders"),
        ("[orders linux/arm64 build 2/4] RUN x", "orders"),
        ("[build 2/4] RUN x", None),
        ("[linux/arm64 build 2/4] RUN x", None),
        ("[orders internal] load build context", None),
    ],
)
def test_the_target_of_a_step_is_named_where_there_are_several(name: str, target: str | None) -> None:
    progress = Progress()
    progress.feed(f"#7 {name}")
    assert progress.steps[7].target == target


def test_podman_tells_the_same_in_its_own_words() -> None:
    progress = PodmanProgress()
    told = [
        progress.feed(line)
        for line in (
            "[1/2] STEP 1/3: FROM docker.io/library/debian:bookworm-slim AS build",
            "Trying to pull docker.io/library/debian:bookworm-slim...",
            "[1/2] STEP 2/3: COPY notes /notes",
            "--> Using cache 7276bc894596411fa008685874c7a0e22a211c9eacd97bfed1d6c3d725201cca",
            "--> 7276bc89459",
            "[1/2] STEP 3/3: RUN make all",
            "make: *** No rule to make target 'all'.  Stop.",
            'Error: building at STEP "RUN make all": while running runtime: exit status 2',
        )
    ]
    assert [(step.instruction, step.outcome) for step in progress.instructions] == [
        ("COPY notes /notes", Outcome.CACHED),
        ("RUN make all", Outcome.FAILED),
    ]
    assert progress.failed is not None
    assert (progress.failed.stage, progress.failed.log) == (
        "stage-0",
        ["make: *** No rule to make target 'all'.  Stop."],
    )
    assert progress.failed.error == "exit code: 2"
    finished = [event.step for event in told if event and event.kind == "finished"]
    assert [step.number for step in finished if step] == [2, 3]
