"""STOPSIGNAL: graceful, spelt as usual, and the one that nginx and systemd want."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile
from gendock.lint.stop_signals import canonical


@pytest.mark.parametrize(
    ("written", "signal"),
    [
        ("SIGTERM", "SIGTERM"),
        ("sigterm", "SIGTERM"),
        ("TERM", "SIGTERM"),
        ('"SIGINT"', "SIGINT"),
        ("9", "SIGKILL"),
        ("15", "SIGTERM"),
        ("31", "SIGSYS"),
        ("37", "SIGRTMIN+3"),
        ("64", "SIGRTMAX"),
        ("RTMIN+3", "SIGRTMIN+3"),
        ("rtmax-2", "SIGRTMAX-2"),
        ("32", None),
        ("0", None),
        ("$SIGNAL", None),
        ("SIGTREM", None),
    ],
)
def test_canonical(written: str, signal: str | None) -> None:
    assert canonical(written) == signal


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM a:1\nSTOPSIGNAL 9", ["GD206"]),
        ("FROM a:1\nSTOPSIGNAL stop", ["GD206"]),
        ("FROM a:1\nSTOPSIGNAL SIGQUIT", []),
        ("FROM a:1\nSTOPSIGNAL quit", ["GD207"]),
        ("FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nSTOPSIGNAL 9", []),
        ('FROM nginx:1\nCMD ["nginx"]', []),
        ('FROM openresty/openresty:1\nCMD ["openresty"]', []),
        ('FROM alpine:3\nCMD ["/usr/sbin/nginx", "-g", "daemon off;"]', ["GD208"]),
        ('FROM alpine:3\nSTOPSIGNAL SIGQUIT\nCMD ["nginx"]', []),
        ('FROM alpine:3\nSTOPSIGNAL $S\nCMD ["nginx"]', []),
        ("FROM alpine:3\nCMD nginx", []),
        ('FROM alpine:3\nENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["nginx"]', []),
        ('FROM alpine:3\nSTOPSIGNAL 9\nCMD ["nginx"]', ["GD206"]),
        ('FROM alpine:3 AS a\nCMD ["nginx"]\nFROM a\nRUN x', ["GD208"]),
        ('FROM fedora:43\nENTRYPOINT ["/lib/systemd/systemd", "--system"]', ["GD209"]),
        ('FROM alpine:3\nCMD ["/sbin/init"]', []),
        ('FROM golang:1.26-alpine\nCMD ["/sbin/init"]', []),
        ('FROM acme/base\nRUN apk add --no-cache openrc\nCMD ["/sbin/init"]', []),
        ('FROM ghcr.io/acme/alpine-debian\nCMD ["/sbin/init"]', ["GD209"]),
        ('FROM alpine.example.com/debian:12\nCMD ["/sbin/init"]', ["GD209"]),
        ('FROM registry.access.redhat.com/ubi9/ubi-init:9\nCMD ["/sbin/init"]', []),
        ('FROM fedora:43\nSTOPSIGNAL 37\nCMD ["/sbin/init"]', ["GD207"]),
    ],
)
def test_signals(text: str, found: list[str]) -> None:
    settings = Settings(select=("GD206", "GD207", "GD208", "GD209"), profile=Profile.ALL)
    assert [finding.rule.code for finding in lint_text(f"{text}\n", settings)] == found


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ('STOPSIGNAL 9\nCMD ["nginx"]', 'STOPSIGNAL SIGQUIT\nCMD ["nginx"]'),
        ('STOPSIGNAL KILL\nCMD ["/sbin/init"]', 'STOPSIGNAL SIGRTMIN+3\nCMD ["/sbin/init"]'),
        ('# Start it.\nCMD ["nginx"]', 'STOPSIGNAL SIGQUIT\n# Start it.\nCMD ["nginx"]'),
        ('# Far.\n\nCMD ["nginx"]', '# Far.\n\nSTOPSIGNAL SIGQUIT\nCMD ["nginx"]'),
        ('  CMD ["nginx"]', '  STOPSIGNAL SIGQUIT\n  CMD ["nginx"]'),
    ],
)
def test_fixes(lines: str, fixed: str) -> None:
    settings = Settings(select=("GD206", "GD208", "GD209"), profile=Profile.ALL)
    done = fix_text(f"FROM fedora:43\n{lines}\n", lambda text: lint_text(text, settings), unsafe=True)
    assert done.text == f"FROM fedora:43\n{fixed}\n"
    assert done.left == ()
