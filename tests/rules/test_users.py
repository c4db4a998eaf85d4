"""USER: none, root, names."""

from __future__ import annotations

import pytest

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile


def found(text: str, code: str, profile: Profile = Profile.ALL) -> tuple[Finding, ...]:
    return lint_text(text, Settings(select=(code,), profile=profile))


def mended(text: str, code: str) -> str:
    return fix_text(text, lambda text: found(text, code), unsafe=True).text


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM debian:12", True),
        ("FROM scratch", False),
        ("FROM scratch\nCOPY --from=a /out /", False),
        ('FROM scratch\nENTRYPOINT ["/app"]', True),
        ('FROM scratch AS base\nCMD ["/app"]\nFROM base', True),
        ("FROM docker.io/library/golang:1.26", True),
        ("FROM gcr.io/distroless/static-debian12", True),
        ("FROM gcr.io/distroless/static-debian12:nonroot", False),
        ("ARG TAG\nFROM gcr.io/distroless/static:$TAG", False),
        ("FROM ghcr.io/example/base:1", False),
        ("FROM nginxinc/nginx-unprivileged:1", False),
        ("FROM haproxy:3.0", False),
        ("FROM mirror.gcr.io/library/debian:12", True),
        ("FROM public.ecr.aws/docker/library/haproxy:3.0", False),
        ("ARG BASE\nFROM $BASE", False),
        ("FROM debian:12\nUSER 1", False),
        ("FROM debian:12\nUSER root", False),
        ("FROM debian:12 AS base\nUSER 1\nFROM base", False),
        ("FROM debian:12 AS base\nFROM base", True),
        ("FROM debian:12\nFROM gcr.io/distroless/static:nonroot", False),
        ('FROM fedora:43\nCMD ["/usr/sbin/init"]', False),
        ("RUN true", False),
    ],
)
def test_no_user(text: str, *, fires: bool) -> None:
    assert bool(found(f"{text}\n", "GD103")) is fires


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("FROM a:1\nUSER root", [2]),
        ("FROM a:1\nUSER 0:0\nUSER root:root", [3]),
        ('FROM a:1\nUSER "root"', [2]),
        ("FROM a:1\nUSER root\nUSER app", []),
        ("FROM a:1\nUSER rooter", []),
        ("FROM a:1 AS b\nUSER root\nFROM c:1\nUSER 1", [2]),
        ("FROM a:1 AS b\nUSER root\nFROM b\nUSER 1", []),
        ("FROM a:1 AS b\nUSER root\nFROM b", [2]),
        ("USER root", []),
    ],
)
def test_root(text: str, rows: list[int]) -> None:
    assert [finding.start.row for finding in found(f"{text}\n", "DL3002")] == rows


def test_root_in_a_stage_that_is_not_shipped_is_left_alone() -> None:
    text = "FROM a:1 AS b\nUSER root\nRUN true\nFROM c:1\nCOPY --from=b /a /b\nUSER 1\n"
    assert found(text, "DL3002", Profile.DEFAULT) == ()
    assert len(found(text, "DL3002", Profile.HADOLINT)) == 1


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("FROM a:1\nUSER root\n", "FROM a:1\nUSER 65532:65532\n"),
        ("FROM a:1\nUSER root\nRUN x\n", None),
        (
            'FROM a:1\nUSER root\nRUN x\nCMD ["y"]\n',
            'FROM a:1\nUSER root\nRUN x\nUSER 65532:65532\nCMD ["y"]\n',
        ),
        ('from a:1\nuser 0\nrun x\ncmd ["y"]\n', 'from a:1\nuser 0\nrun x\nuser 65532:65532\ncmd ["y"]\n'),
        ('FROM a:1\nUSER root\nCMD ["y"]\nRUN x\n', None),
        (
            'FROM a:1\nUSER 0\nCOPY x /x\n# starts\nENTRYPOINT ["x"]\nCMD ["y"]\n',
            'FROM a:1\nUSER 0\nCOPY x /x\nUSER 65532:65532\n# starts\nENTRYPOINT ["x"]\nCMD ["y"]\n',
        ),
    ],
)
def test_root_goes_where_it_is_clear(text: str, fixed: str | None) -> None:
    assert mended(text, "DL3002") == (fixed or text)


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("USER 1000", None),
        ("USER 1000:app", None),
        ("USER $APP", None),
        ("USER app", "app"),
        ("RUN useradd -r -u 999 app\nUSER app", "999"),
        ("RUN groupadd -g 7 g && useradd -g g -u 999 app\nUSER app:g", "999:7"),
        ("RUN useradd -u 999 app\nUSER app:g", "app:g"),
        ("RUN adduser -D -u 5 -G g app\nUSER app:6", "5:6"),
        ("RUN adduser --uid 5 --disabled-password app\nUSER app", "5"),
        ("RUN useradd -u $ID app\nUSER app", "app"),
        ("USER root", "0"),
    ],
)
def test_names(lines: str, fixed: str | None) -> None:
    text = f"FROM debian:12\n{lines}\n"
    assert bool(found(text, "DL3066")) is (fixed is not None)
    if fixed:
        assert mended(text, "DL3066") == text[: text.rindex("USER")] + f"USER {fixed}\n"
