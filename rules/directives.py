"""The head of a file: `# syntax=`, `# escape=` and `# check=`, where they are misspelt or come too late."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Dockerfile, Span, nearest
from gendock.dockerfile.lines import DIRECTIVE_NAMES, Comment
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import Applicability, replace
from gendock.lint.rows import whole_row

_WRITTEN = re.compile(r"#[ \t]*(?P<name>[A-Za-z]+)[ \t]*(?P<sign>[=:])[ \t]*(?P<value>\S+)[ \t]*")
_FRONTENDS = ("docker/dockerfile", "docker.io/docker/dockerfile", "docker/dockerfile-upstream")


@rule("GD124", "directive-casing", severity=Severity.STYLE, also=("CASING_DIRECTIVE",), mentions=("#",))
def directive_casing(file: Dockerfile) -> Mistakes:
    """A parser directive has capitals.

    BuildKit takes them, other readers of Dockerfiles do not.

    Bad:
        # Syntax=docker/dockerfile:1
        FROM debian:12

    Good:
        # syntax=docker/dockerfile:1
        FROM debian:12
    """
    for directive in file.directives:
        found = re.search(r"[A-Za-z]+", file.source.slice(directive.span))
        if found and found[0] != directive.name:
            span = Span(directive.span.start + found.start(), directive.span.start + found.end())
            yield Mistake(
                span,
                f"the directive `{found[0]}` has capitals",
                f"write `# {directive.name}=`",
                replace(span, directive.name, "write it in lowercase"),
            )


@rule(
    "GD125",
    "misspelt-directive",
    severity=Severity.WARNING,
    also=("syntax-directive-typo",),
    mentions=("#",),
)
def misspelt_directive(file: Dockerfile) -> Mistakes:
    """A comment in the file's head is nearly a parser directive, or names a frontend that does not exist.

    A misspelt directive is a comment: BuildKit passes over it, and over all directives below it. A misspelt
    frontend stops the build, since it is an image that nobody has.

    Bad:
        # sytnax=docker/dockerfile:1
        FROM debian:12

    Good:
        # syntax=docker/dockerfile:1
        FROM debian:12

    Bad:
        # syntax: docker/dockerfile:1
        FROM debian:12

    Good:
        # syntax=docker/dockerfile:1
        FROM debian:12

    Bad:
        # syntax=docker/dokcerfile:1
        FROM debian:12

    Good:
        # syntax=docker/dockerfile:1
        FROM debian:12
    """
    for comment in _head(file):
        found = _WRITTEN.fullmatch(comment.text)
        near = nearest(found["name"], DIRECTIVE_NAMES) if found else None
        if found is None or near is None or not _fits(near, found["value"]):
            continue
        if found["name"].lower() == near and found["sign"] == "=":
            continue
        yield Mistake(
            comment.span,
            f"`{found['name']}{found['sign']}` is not a directive, so this is a comment",
            f"did you mean `# {near}={found['value']}`?",
            replace(comment.span, f"# {near}={found['value']}", f"write {near}=", safe=False),
        )
    yield from _misspelt_frontends(file)


def _misspelt_frontends(file: Dockerfile) -> Iterator[Mistake]:
    for directive in file.directives:
        name = re.split(r"[:@]", directive.value.partition(" ")[0])[0]
        near = nearest(name, _FRONTENDS) if directive.name == "syntax" and name not in _FRONTENDS else None
        if near is None or near.count("/") != name.count("/") or abs(len(near) - len(name)) > 2:
            continue
        text = file.source.slice(directive.span)
        start = directive.span.start + text.index(name)
        span = Span(start, start + len(name))
        yield Mistake(
            span,
            f"there is no frontend `{name}`",
            f"did you mean {near}?",
            replace(span, near, f"write {near}", safe=False),
        )


def _head(file: Dockerfile) -> Iterator[Comment]:
    """Yield the comments in front of the first instruction that are not directives."""
    end = file.instructions[0].span.start if file.instructions else len(file.source.text)
    heads = {directive.span for directive in file.directives}
    for comment in file.comments:
        if comment.span.start < end and comment.span not in heads:
            yield comment


def _fits(name: str, value: str) -> bool:
    """Tell whether a value is one that the directive may have: other comments have names and colons, too."""
    if name == "escape":
        return value in ("\\", "`")
    if name == "check":
        return value.startswith(("skip=", "error=", "experimental="))
    return "/" in value and "dockerfile" in value.lower()


@rule("GD128", "late-directive", severity=Severity.WARNING, mentions=("#",))
def late_directive(file: Dockerfile) -> Mistakes:
    """A parser directive stands too low: below a comment, a blank line or an instruction.

    Directives are the first lines of a file and nothing else. Further down they are comments: the frontend
    and the escape character stay what they are.

    Bad:
        # The image of the server.
        # syntax=docker/dockerfile:1
        FROM debian:12

    Good:
        # syntax=docker/dockerfile:1
        # The image of the server.
        FROM debian:12
    """
    heads = {directive.span for directive in file.directives}
    names = {directive.name for directive in file.directives}
    for comment in file.comments:
        found = _WRITTEN.fullmatch(comment.text) if comment.span not in heads else None
        name = found["name"].lower() if found else ""
        if found is None or name not in ("syntax", "escape") or name in names or found["sign"] != "=":
            continue
        if not _fits(name, found["value"]):
            continue
        names.add(name)
        row = whole_row(file.source, file.source.position(comment.span.start).row)
        top = 1 if file.source.text.startswith("\ufeff") else 0
        line = file.source.text[row.start : row.end].lstrip()
        at = max((directive.span.end for directive in file.directives), default=None)
        place = top if at is None else file.source.text.find("\n", at) + 1
        fix = Fix("move it up", (Edit(row, ""), Edit(Span(place, place), line)), Applicability.UNSAFE)
        yield Mistake(
            comment.span,
            f"`{name}` is a directive only in the file's first lines; here it is a comment",
            "move it to the top of the file",
            fix if line.endswith("\n") and place < row.start else None,
        )
