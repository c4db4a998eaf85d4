"""What a build shows while it goes on: on a terminal, and in a log."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from gendock.engine.progress import Progress
from gendock.report.build_progress import LiveDisplay, PlainDisplay
from gendock.report.engine_lines import Style
from tests.conftest import GENDOCK, Ran

FIRST = (
    "#1 [internal] load build definition from Dockerfile",
    "#1 DONE 0.0s",
    "#2 [build 1/3] FROM docker.io/library/golang:1.26",
    "#2 DONE 0.0s",
    "#3 [build 2/3] WORKDIR /src",
    "#3 CACHED",
    "#4 [build 3/3] RUN go build     -o /out/orders ./cmd/orders",
    *(f"#4 1.{number} package {number}" for number in range(6)),
)
SECOND = ("#3 [other 1/1] RUN make", "#4 exporting to image")


def told(display: LiveDisplay | PlainDisplay, *clients: tuple[str, ...]) -> None:
    for lines in clients:
        progress = Progress()
        for line in lines:
            event = progress.feed(line)
            if event:
                display.step(event, progress)


def drawn(display: LiveDisplay) -> list[str]:
    console = Console(width=80, height=24)
    with console.capture() as captured:
        console.print(display)
    return [re.sub(r" +\d+\.\d s$", "  T s", line.rstrip()) for line in captured.get().splitlines()]


def test_cached_steps_are_folded_and_the_running_one_shows_its_last_lines() -> None:
    display = LiveDisplay()
    told(display, FIRST)
    assert drawn(display) == [
        "build   1 step cached  T s",
        "        [build 3/3] RUN go build -o /out/orders ./cmd/orders  T s",
        *(f"          package {number}" for number in range(2, 6)),
    ]


def test_several_clients_are_shown_together() -> None:
    display = LiveDisplay()
    told(display, FIRST, SECOND)
    assert [line for line in drawn(display) if line.endswith("T s")] == [
        "build   1 step cached  T s",
        "        [build 3/3] RUN go build -o /out/orders ./cmd/orders  T s",
        "        [other 1/1] RUN make  T s",
        "        exporting to image  T s",
    ]


def test_a_log_has_a_line_for_each_instruction_that_ran(capsys: pytest.CaptureFixture[str]) -> None:
    told(PlainDisplay(Style()), (*FIRST, "#4 DONE 12.3s", "#5 exporting to image", "#5 DONE 1.0s"))
    written = capsys.readouterr().err
    assert re.fullmatch(
        r"build   \[build 3/3\] RUN go build -o /out/orders \./cmd/orders +12\.3 s\n", written
    )


@pytest.mark.engine
def test_a_terminal_is_left_as_it_was(gendock: Callable[..., Ran], tmp_path: Path) -> None:
    del gendock
    (tmp_path / "Dockerfile").write_text(
        "FROM debian:bookworm-slim\nRUN echo one && sleep 1 && echo two && exit 7\n"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [GENDOCK, "build", tmp_path],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "1"},
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            read = os.read(ours, 4096)
        except OSError:  # the other side has been closed
            break
        if not read:
            break
        written += read
    os.close(ours)
    assert process.wait(60) == 4
    text = written.decode()
    assert "[2/2] RUN echo one" in text
    # The cursor is shown again, what was painted is erased, and the log of the failing step comes after it.
    assert text.count("\x1b[?25h") == text.count("\x1b[?25l") == 1
    end = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text[text.rindex("\x1b[?25h") :]).replace("\r", "")
    assert re.search(r"^build   FAIL  \[2/2\] RUN echo one.*\n\n  one\n  two\n", end, re.MULTILINE), end
