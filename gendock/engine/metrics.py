"""Whether a server's metrics are what Prometheus reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gendock.engine.probe import Address, get
from gendock.engine.results import Status, Verdict

PATH = "/metrics"
_MOST = 4 * 2**20
_TYPES = ("text/plain", "application/openmetrics-text")
_MARK = re.compile(rb"^# (?:HELP|TYPE) ", re.MULTILINE)


def find_metrics(addresses: Sequence[Address]) -> tuple[str, bytes] | None:
    """Return content type and body of the first `/metrics` that is one; None where there is none."""
    for address in addresses:
        answer = get(address, PATH, most=_MOST)
        if answer is None or answer.status != 200:
            continue
        kind, _, parameters = answer.content_type.lower().partition(";")
        # Many a server answers every path with its front page.
        if kind in _TYPES and ("version=" in parameters or _MARK.search(answer.body)):
            return kind, answer.body
    return None


def judge_metrics(kind: str, body: bytes) -> Verdict:
    """Read metrics as Prometheus would."""
    if kind == "application/openmetrics-text":
        from prometheus_client.openmetrics.parser import text_string_to_metric_families as read
    else:
        from prometheus_client.parser import text_string_to_metric_families as read
    try:
        families = list(read(body.decode("utf-8")))  # type: ignore[no-untyped-call]
    except ValueError as error:
        return Status.FAIL, f"{PATH} cannot be read: {error}"
    if not families:
        return Status.FAIL, f"{PATH} has no metrics"
    return Status.PASS, f"{PATH} has {len(families)} metric{'s' if len(families) > 1 else ''}"
