"""WORKDIR, VOLUME and EXPOSE that take what belongs to the system."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile

SETTINGS = Settings(select=("GD140", "GD141", "GD204", "GD210"), profile=Profile.ALL)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("WORKDIR /a b", ["GD140"]),
        ('WORKDIR "/a b"', []),
        ("WORKDIR '/a b'", []),
        ("WORKDIR /a\\ b", []),
        ("WORKDIR /a/b   ", []),
        ("WORKDIR /a && ls", ["GD140"]),
        ("WORKDIR /proc", ["GD141"]),
        ("WORKDIR /proc2", []),
        ("WORKDIR /sys/../dev/x", ["GD141"]),
        ("WORKDIR /boot", ["GD141"]),
        ("WORKDIR /etc/nginx", []),
        ("VOLUME /data", []),
        ("VOLUME /sys", ["GD210"]),
        ("VOLUME /sys/fs/cgroup", []),
        ("VOLUME /etc/app", []),
        ('VOLUME ["/etc", "/dev/shm"]', ["GD210", "GD210"]),
        ("EXPOSE 22", ["GD204"]),
        ("EXPOSE 22/tcp", ["GD204"]),
        ("EXPOSE 22/udp 2222 220", []),
        ("EXPOSE $PORT", []),
    ],
)
def test_system(line: str, found: list[str]) -> None:
    assert [finding.rule.code for finding in lint_text(f"FROM debian:12\n{line}\n", SETTINGS)] == found


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("EXPOSE 22", ""),
        ("EXPOSE 80 22", "EXPOSE 80\n"),
        ("EXPOSE 22 \\\n  80", "EXPOSE 80\n"),
        ("EXPOSE 80 \\\n  # of ssh\n  22 \\\n  81", "EXPOSE 80 \\\n  # of ssh\n  81\n"),
        ("USER 1\n\nEXPOSE 22\n\nUSER 2", "USER 1\n\nUSER 2\n"),
        ("USER 1\n\nEXPOSE 22", "USER 1\n"),
        ('VOLUME ["/data", "/dev"]', 'VOLUME ["/data"]\n'),
        ('VOLUME ["/dev", "/data"]', 'VOLUME ["/data"]\n'),
        ('VOLUME ["/dev"]', ""),
        ("WORKDIR /a  # b", "WORKDIR /a\n"),
        ("WORKDIR /a  \"b'", None),
    ],
)
def test_fixes(lines: str, fixed: str | None) -> None:
    text = f"FROM debian:12\n{lines}\n"
    done = fix_text(text, lambda text: lint_text(text, SETTINGS), unsafe=True)
    assert done.text == (text if fixed is None else f"FROM debian:12\n{fixed}")


def test_an_image_that_is_there_for_ssh_may_expose_it_by_default() -> None:
    for command, count in (('CMD ["/usr/sbin/sshd", "-D"]', 0), ("CMD /opt/ssh.sh", 0), ("CMD /app", 1)):
        text = f"FROM debian:12\nEXPOSE 22\n{command}\n"
        assert len(lint_text(text, Settings(select=("GD204",)))) == count
        assert len(lint_text(text, Settings(select=("GD204",), profile=Profile.ALL))) == 1
