"""BuildKit's own checks of a Dockerfile, asked of a builder; nothing is built."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gendock.engine.build_client import Client, run_clients
from gendock.engine.build_command import check_words
from gendock.engine.build_failure import why_it_failed
from gendock.engine.build_request import BuildRequest
from gendock.engine.builders import Builder
from gendock.engine.connection import find_address
from gendock.engine.session import Work, scratch


@dataclass(frozen=True, slots=True)
class CheckWarning:
    """One thing that BuildKit has to say of a Dockerfile.

    Attributes:
        name: the check's, `StageNameCasing`.
        message: what it says.
        url: its page.
        row: the first line, from 1; None where the check is of the whole file.
        end_row: the last line.
    """

    name: str
    message: str
    url: str
    row: int | None
    end_row: int | None


def check_with_builder(work: Work, builder: Builder, request: BuildRequest) -> list[CheckWarning]:
    """Return what BuildKit's checks say, in the order of the file.

    Raises:
        EngineUnavailableError: the client cannot be run.
        StepFailedError: BuildKit cannot read the Dockerfile.
        BuildFailedError: the deadline passed.
    """
    with scratch(work.run) as folder:
        answer = folder / "checks.json"
        environment = {**find_address().environment, **builder.environment}
        client = Client(check_words(builder, request), environment, answer=answer)
        run_clients(work, [client], None)
        read = _read(answer)
    # buildx ends with 1 for warnings, too.
    if read is None or read.get("buildError"):
        raise why_it_failed(request.dockerfile, client.progress)
    found = [_warning(one) for one in read.get("warnings") or ()]
    return sorted(found, key=lambda one: one.row or 0)


def _read(answer: Path) -> dict[str, Any] | None:
    try:
        read = json.loads(answer.read_text("utf-8"))
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _warning(fields: dict[str, Any]) -> CheckWarning:
    ranges = (fields.get("location") or {}).get("ranges") or []
    first = ranges[0] if ranges else {}
    return CheckWarning(
        name=str(fields.get("ruleName", "")),
        message=str(fields.get("detail") or fields.get("description") or ""),
        url=str(fields.get("url", "")),
        row=(first.get("start") or {}).get("line"),
        end_row=(first.get("end") or {}).get("line"),
    )
