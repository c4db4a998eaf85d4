"""Variables, key and value, ports, casing: what is said in the open world, and the fixes in odd layouts."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile


def names(text: str, code: str) -> list[str]:
    found = lint_text(text, Settings(select=(code,)))
    return [one.source.slice(one.span) for one in found]


def mended(text: str, code: str) -> str:
    return fix_text(text, lambda changed: lint_text(changed, Settings(select=(code,))), unsafe=True).text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # The base image may set it.
        ("FROM nginx\nENV A=$B\n", []),
        ("FROM nginx\nENV LD_LIBRARY_PATH=/x:$LD_LIBRARY_PATH\n", []),
        ("ARG RUBY_VERSION=3\nFROM ruby:$RUBY_VERSION\nENV A=$RUBY_VERSION\n", []),
        ("FROM golang:1.26\nWORKDIR $GOPATH/src\n", []),
        ("FROM node:22\nENV A=$NODE_VERSION\n", []),
        # It surely does not.
        ("FROM debian:12\nENV A=$B C=$PATH\n", ["B"]),
        ("FROM docker.io/library/alpine:3\nENV A=$HOME\n", ["HOME"]),
        ("FROM scratch\nENV A=$B\n", ["B"]),
        ("ARG V=1\nFROM nginx\nENV A=$V\n", ["V"]),
        ("FROM nginx\nENV VERSION=1\nENV A=${VERSON}\n", ["VERSON"]),
        ("FROM nginx\nENV VERSION=1\nENV A=${version}\n", ["version"]),
        ("FROM nginx\nENV VERSION1=1\nENV A=$VERSION2\n", []),
        ("FROM nginx\nENV A=$MINE\nARG MINE\n", ["MINE"]),
        ("FROM nginx AS b\nARG MINE\nFROM nginx\nENV A=$MINE\n", ["MINE"]),
        ("FROM debian:12 AS b\nARG MINE\nFROM b\nENV A=$MINE\n", []),
        ("FROM debian:12\nRUN echo $B\nCMD echo $B\n", []),
        ("FROM debian:12\nENV A=\\$B C='$D'\n", []),
        ("FROM debian:12\nARG TARGETARCH\nCOPY $TARGETARCH /\n", []),
        ("FROM debian:12\nCOPY $TARGETARCH /\n", ["TARGETARCH"]),
        ("FROM debian:12\nRUN --mount=type=bind,source=$B,target=/b true\n", ["B"]),
        ("FROM debian:12\nCOPY <<E /b\n$C\nE\n", ["C"]),
        ("FROM debian:12\nCOPY <<'E' /b\n$C\nE\n", []),
    ],
)
def test_undefined(text: str, found: list[str]) -> None:
    assert names(text, "GD115") == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ARG V\r\nFROM a\r\nENV A=$V\r\n", "ARG V\r\nFROM a\r\nARG V\r\nENV A=$V\r\n"),
        ("ARG V\nFROM a\n# b\n  ENV A=$V\n", "ARG V\nFROM a\n  ARG V\n# b\n  ENV A=$V\n"),
        ("FROM debian:12\nENV A=$A:/b\n", "FROM debian:12\nENV A=/b\n"),
        ("FROM debian:12\nENV A=/b:${A}\n", "FROM debian:12\nENV A=/b\n"),
        ("FROM debian:12\nENV A=/b:${A:-c}\n", "FROM debian:12\nENV A=/b:${A:-c}\n"),
    ],
)
def test_undefined_mended(before: str, after: str) -> None:
    assert mended(before, "GD115") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ENV A b", "ENV A=b"),
        ("ENV A b c", 'ENV A="b c"'),
        ("ENV A  b  c", 'ENV A="b  c"'),
        ("ENV A $B c", 'ENV A="$B c"'),
        ('ENV A "b c"', 'ENV A="b c"'),
        ("ENV A 'b $c'", "ENV A='b $c'"),
        ("ENV A b\\ c", "ENV A=b\\ c"),
        ('ENV A b "c" d', 'ENV A="b c d"'),
        ("ENV A b 'c' $D", "ENV A b 'c' $D"),
        ("ENV A b \\\n  c d", "ENV A b \\\n  c d"),
        ("LABEL a b=c d", 'LABEL a="b=c d"'),
        ("ENV A = b", "ENV A=b"),
        ("ENV A = b c", "ENV A = b c"),
        ("ONBUILD ENV A b", "ONBUILD ENV A=b"),
    ],
)
def test_key_and_value(before: str, after: str) -> None:
    assert mended(f"FROM a\n{before}\n", "GD116") == f"FROM a\n{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("EXPOSE 80/TCP 81/udp", "EXPOSE 80/tcp 81/udp"),
        ("EXPOSE 8080:80/TCP", "EXPOSE 80/tcp"),
        ("EXPOSE [::1]:80:81 :82", "EXPOSE 81 :82"),
        ("ARG P=80/TCP\nEXPOSE $P", "ARG P=80/TCP\nEXPOSE $P"),
    ],
)
def test_ports(before: str, after: str) -> None:
    text = mended(mended(f"FROM debian:12\n{before}\n", "GD122"), "GD121")
    assert text == f"FROM debian:12\n{after}\n"


def test_the_ignore_file_of_the_dockerfile_itself(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("a\n")
    (tmp_path / "x.Dockerfile.dockerignore").write_text("b\n")
    text = "FROM debian:12\nCOPY a b /c/\n"
    settings = Settings(select=("GD119",))
    for filename, ignored, file in (
        ("x.Dockerfile", "b", "x.Dockerfile.dockerignore"),
        ("sub/Dockerfile", "a", ".dockerignore"),
    ):
        (finding,) = lint_text(text, settings, filename=filename, folder=tmp_path)
        assert finding.source.slice(finding.span) == ignored
        assert [one.filename for one in finding.related] == [file]
    assert lint_text(text, settings) == ()


@pytest.mark.parametrize("select", [(), ("GD120",)])
def test_descriptions_where_the_file_asks(select: tuple[str, ...]) -> None:
    text = "# words\nARG A\nFROM debian:12\nUSER 1\n"
    asked = f"# check=experimental=all\n{text}"
    assert [one.rule.code for one in lint_text(asked, Settings(select=select))] == ["GD120"]
    usual = [one.rule.code for one in lint_text(text, Settings(select=select))]
    assert usual == (["GD120"] if select else [])
    assert lint_text(asked, Settings(ignore=("GD120",))) == ()


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM --platform=linux/arm64 amd64/alpine:3\n", True),
        ("FROM --platform=linux/arm64/v8 arm64v8/alpine:3\n", False),
        ("FROM --platform=arm64 docker.io/i386/debian:12\n", True),
        ("FROM --platform=$BUILDPLATFORM amd64/alpine:3\n", False),
        ("FROM --platform=linux amd64/alpine:3\n", False),
        ("FROM --platform=linux/arm64 me/amd64:3\n", False),
        ("FROM amd64/alpine:3\n", False),
    ],
)
def test_platforms(text: str, *, fires: bool) -> None:
    assert bool(names(text, "GD117")) is fires


def test_a_default_that_is_refused_is_one_mistake() -> None:
    text = "ARG VARIANT=${templateOption:imageVariant}\nFROM pypy:${VARIANT}\nCMD x\n"
    codes = {finding.rule.code for finding in lint_text(text, Settings(profile=Profile.ALL))}
    assert "GD031" in codes
    assert "GD118" not in codes
    (finding,) = lint_text(text, Settings(select=("GD031",)))
    assert "template" in str(finding.help)


def test_a_template_gets_no_guess() -> None:
    (finding,) = lint_text("FROM a:1\n<% if a -%>\n", Settings(select=("GD010",)))
    assert "template" in str(finding.help)
    for line in ("golang:<%= version %>", "{{ image }} AS a", "<%= a %>"):
        (finding,) = lint_text(f"FROM {line}\n", Settings(select=("GD011",)))
        assert "template" in str(finding.help)
        assert finding.fix is None


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("ARG NAME\nFROM debian:$NAME", "GD118"),
        ('ARG NAME=""\nFROM debian:$NAME', "GD118"),
        ("ARG NAME=\nFROM $NAME", "GD118"),
        ("ARG NAME=\nFROM ${NAME:-debian:12}", ""),
        ("ARG NAME=Debian\nFROM $NAME", "GD032"),
        ("ARG OTHER=\nFROM $NAME", "GD032"),
    ],
)
def test_an_empty_default_waits_for_the_build_as_none_does(lines: str, code: str) -> None:
    found = lint_text(f"{lines}\nUSER 1\n", Settings(select=("GD032", "GD118")))
    assert [one.rule.code for one in found] == ([code] if code else [])
