"""LABEL: duplicates, what git says, the base image's digest, grouping and order."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile

DIGEST = "sha256:2bc5c236e9b262645a323e9088dfa3bb1ecb16cc75811daf40a23a824d665be9"

OCI = "org.opencontainers.image"


def codes(text: str, code: str) -> int:
    return len(lint_text(text, Settings(select=(code,), profile=Profile.ALL)))


def mended(text: str, code: str) -> str:
    settings = Settings(select=(code,), profile=Profile.ALL)
    return fix_text(text, lambda text: lint_text(text, settings), unsafe=True).text


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("LABEL a=1\nLABEL a=2", 1),
        ("LABEL a=1 a=2 a=3", 2),
        ('LABEL "a"=1\nLABEL a 2', 1),
        ("LABEL a=1\nLABEL A=2", 0),
        ("LABEL $a=1\nLABEL $a=2", 0),
        ("LABEL a=1\nFROM debian:12\nLABEL a=2", 0),
    ],
)
def test_duplicates(lines: str, found: int) -> None:
    assert codes(f"FROM debian:12\n{lines}\n", "GD211") == found


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("LABEL a=1 a=2", "LABEL a=2"),
        ("LABEL a=1 \\\n      b=2 \\\n      a=3", "LABEL b=2 \\\n      a=3"),
        ("LABEL b=2 \\\n      a=1\nLABEL a=3", "LABEL b=2\nLABEL a=3"),
        ("LABEL a=1 \\\n      # of b\n      b=2\nLABEL a=3", None),
        ("USER 1\n\nLABEL a=1\n\nLABEL a=2", "USER 1\n\nLABEL a=2"),
    ],
)
def test_the_earlier_of_two_goes(lines: str, fixed: str | None) -> None:
    text = f"FROM debian:12\n{lines}\n"
    assert mended(text, "GD211") == (text if fixed is None else f"FROM debian:12\n{fixed}\n")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"FROM debian:12@{DIGEST}\nLABEL org.opencontainers.image.base.digest={DIGEST}", 0),
        (f"FROM debian:12@{DIGEST}\nLABEL org.opencontainers.image.base.digest=$DIGEST", 0),
        (f"FROM debian:12\nLABEL org.opencontainers.image.base.digest={DIGEST}", 1),
        (f"FROM scratch\nLABEL org.opencontainers.image.base.digest={DIGEST}", 1),
        (f"ARG BASE\nFROM $BASE\nLABEL org.opencontainers.image.base.digest={DIGEST}", 0),
        (f"FROM a@{DIGEST} AS b\nFROM b\nLABEL org.opencontainers.image.base.digest=x", 1),
    ],
)
def test_base_digest(text: str, found: int) -> None:
    assert codes(f"{text}\n", "GD213") == found


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("LABEL a=1\nLABEL b=2", None),
        ("LABEL a=1 b=2\n\nlabel  c=3", "LABEL a=1 b=2 \\\n      c=3"),
        ("LABEL a=1 \\\n  b=2\nLABEL c=3 \\\n  d=4", "LABEL a=1 \\\n  b=2 \\\n      c=3 \\\n  d=4"),
        ("LABEL a=1\n# c\nLABEL b=2 c=3", None),
        ("LABEL a=1\nLABEL a=2 c=3", None),
        ("LABEL a=1\nLABEL b two\nLABEL c=3", None),
        ("LABEL a=1\r\nLABEL b=2\r\nLABEL c=3", "LABEL a=1 \\\r\n      b=2 \\\r\n      c=3"),
    ],
)
def test_grouping(lines: str, fixed: str | None) -> None:
    ending = "\r\n" if "\r\n" in lines else "\n"
    text = f"FROM debian:12{ending}{lines}{ending}"
    assert mended(text, "GD214") == (text if fixed is None else f"FROM debian:12{ending}{fixed}{ending}")


def test_grouping_uses_the_files_own_escape() -> None:
    text = "# escape=`\nFROM debian:12\nLABEL a=1\nLABEL b=2\nLABEL c=3\n"
    assert mended(text, "GD214") == "# escape=`\nFROM debian:12\nLABEL a=1 `\n      b=2 `\n      c=3\n"


@pytest.mark.parametrize(
    ("order", "fixed"),
    [
        (("title", "source", "base.name"), None),
        (("source", "title"), ("title", "source")),
        (("version", "licenses", "title"), ("title", "licenses", "version")),
        (("source", "source", "title"), None),
    ],
)
def test_order(order: tuple[str, ...], fixed: tuple[str, ...] | None) -> None:
    def text(names: tuple[str, ...]) -> str:
        return "FROM a:1\nLABEL x=1 " + " ".join(f'org.opencontainers.image.{one}="a b"' for one in names)

    assert mended(text(order), "GD215") == text(fixed or order)


@pytest.mark.parametrize(
    ("lines", "found", "fixed"),
    [
        (f"LABEL a=1 {OCI}.revision=$R b=2", 1, "LABEL a=1 b=2"),
        (f"LABEL {OCI}.revision=$R\nUSER 1", 1, "USER 1"),
        (f"LABEL a=1 \\\n    {OCI}.revision=abc", 1, "LABEL a=1"),
        (f"LABEL {OCI}.source=https://x.org/a", 1, None),
        (f"LABEL {OCI}.revisions=1", 0, None),
        (f"LABEL {OCI}.title={OCI}.revision", 0, None),
        (f"ENV {OCI}.revision=1", 0, None),
        (f"# {OCI}.revision\nLABEL a=1", 0, None),
    ],
)
def test_what_git_says(lines: str, found: int, fixed: str | None) -> None:
    text = f"FROM debian:12\n{lines}\n"
    assert codes(text, "GD212") == found
    assert mended(text, "GD212") == (text if fixed is None else f"FROM debian:12\n{fixed}\n")
