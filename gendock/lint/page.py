"""A rule's docstring, read into the parts of its page.

    One line that says what is wrong.

    Why it matters, in a paragraph or two.

    Bad:
        FROM debian:12
        WORKDIR app

    Good:
        FROM debian:12
        WORKDIR /app

An example that needs more than a Dockerfile holds several files, in the manner of Go's txtar: a line
`-- go.mod --` begins the file of that name, and what stands before the first is the Dockerfile. A bad example
without a good one has no fix that a program could know.
"""

from __future__ import annotations

import inspect
import re

from msgspec import Struct

_FILE = re.compile(r"-- (\S+) --")


class Example(Struct, frozen=True):
    """A Dockerfile, and the files beside it by their path."""

    dockerfile: str
    files: tuple[tuple[str, str], ...]


class Page(Struct, frozen=True):
    """What a rule's docstring says; `bad` and `good` go together in pairs, `good` may be None."""

    summary: str
    reason: str
    examples: tuple[tuple[Example, Example | None], ...]


def read_page(code: str, documentation: str) -> Page:
    """Read a rule's docstring.

    Raises:
        ValueError: it has no summary, or a good example without a bad one.
    """
    text = inspect.cleandoc(documentation)
    parts = re.split(r"^(Bad|Good):\n", text, flags=re.MULTILINE)
    summary, _, reason = parts[0].strip().partition("\n\n")
    if not summary:
        raise ValueError(f"{code} has no docstring to make its page of")
    examples: list[tuple[Example, Example | None]] = []
    for kind, body in zip(parts[1::2], parts[2::2], strict=True):
        example = _read_example(body)
        if kind == "Bad":
            examples.append((example, None))
        elif examples and examples[-1][1] is None:
            examples[-1] = (examples[-1][0], example)
        else:
            raise ValueError(f"{code} has a good example without a bad one before it")
    return Page(summary, reason.strip(), tuple(examples))


def _read_example(body: str) -> Example:
    dockerfile: list[str] = []
    files: list[tuple[str, list[str]]] = []
    into = dockerfile
    for line in inspect.cleandoc(body).splitlines():
        header = _FILE.fullmatch(line)
        if header:
            into = []
            files.append((header.group(1), into))
        else:
            into.append(line)
    joined = tuple((name, "\n".join(lines).strip("\n") + "\n") for name, lines in files)
    return Example("\n".join(dockerfile).strip("\n") + "\n" if any(dockerfile) else "", joined)
