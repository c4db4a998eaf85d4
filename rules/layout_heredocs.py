"""Heredocs that hold data."""

from __future__ import annotations

import re

from gendock.dockerfile import Add, Copy, Dockerfile
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import replace
from gendock.lint.profiles import Level


@rule(
    "GD410",
    "unformatted-heredoc",
    severity=Severity.STYLE,
    also=("prefer-formatted-heredocs",),
    level=Level.TASTE,
    mentions=("<<",),
)
def unformatted_heredoc(file: Dockerfile) -> Mistakes:
    """A heredoc holds JSON that is pressed into few lines.

    Only JSON is judged, with the ending `.json`: nothing else can be laid out anew without a library that
    knows all of its language. The file in the image changes, though not what it says.

    Bad:
        FROM debian:12
        COPY <<EOF /etc/app.json
        {"level": "info", "ports": [80, 443]}
        EOF

    Good:
        FROM debian:12
        COPY <<EOF /etc/app.json
        {
          "level": "info",
          "ports": [
            80,
            443
          ]
        }
        EOF
    """
    for copy in file.instructions:
        if not isinstance(copy, Add | Copy) or len(copy.heredocs) != 1 or len(copy.sources) != 1:
            continue
        body = copy.heredocs[0]
        if not copy.destination.text.endswith(".json") or body.heredoc.strip_tabs:
            continue
        if body.heredoc.expand and re.search(r"[$\\]", body.text):
            continue
        formatted = _formatted(body.text)
        if formatted is None or formatted == body.text.replace("\r\n", "\n"):
            continue
        yield Mistake(
            body.opener,
            f"the JSON in `{body.name}` is not formatted",
            "write one element per line, indented by two spaces",
            replace(body.body, formatted, "format it", safe=False),
        )


def _formatted(text: str) -> str | None:
    """Return JSON with one element a line; None for what is no object or array, or would change."""
    import json

    pairs: list[int] = []

    def object_of(found: list[tuple[str, object]]) -> dict[str, object]:
        pairs.append(len(found) - len(dict(found)))
        return dict(found)

    try:
        value = json.loads(text, object_pairs_hook=object_of)
    except (ValueError, RecursionError):
        return None
    # Two of one name, and numbers that Python would write in another way.
    if any(pairs) or not isinstance(value, dict | list) or re.search(r"[0-9][.eE]|[0-9]{16}", text):
        return None
    formatted = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return formatted if json.loads(formatted) == value else None
