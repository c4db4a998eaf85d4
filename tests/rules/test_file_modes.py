"""Modes with which everybody may write."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, Severity, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("RUN chmod 777 /a", "RUN chmod 775 /a"),
        ("RUN chmod -R 0777 /a", "RUN chmod -R 0775 /a"),
        ("RUN sudo chmod 666 /a /b", "RUN sudo chmod 664 /a /b"),
        ("RUN chmod 4777 /a", "RUN chmod 4775 /a"),
        ("RUN chmod a+rwx /a", "RUN chmod ug+rwx,o+rx /a"),
        ("RUN chmod ugo=rw /a", "RUN chmod ug=rw,o=r /a"),
        ("RUN chmod go+w /a", "RUN chmod g+w /a"),
        ("RUN chmod u=rwx,o+w /a", "RUN chmod u=rwx /a"),
        ("RUN chmod o+w /a", ""),
        ("RUN chmod 777 /tmp", "RUN chmod 1777 /tmp"),
        ('RUN ["chmod", "777", "/a"]', 'RUN ["chmod", "775", "/a"]'),
        ('RUN chmod "777" /a', "RUN chmod 775 /a"),
        ("RUN <<EOF\nchmod 777 /a\nEOF", "RUN <<EOF\nchmod 775 /a\nEOF"),
        ("RUN mkdir -m 777 /a", "RUN mkdir -m 775 /a"),
        ("RUN mkdir -pm 777 /a", "RUN mkdir -pm 775 /a"),
        ("RUN mkdir --mode=777 /a", "RUN mkdir --mode=775 /a"),
        ("RUN install -d -m0777 /a", "RUN install -d -m0775 /a"),
        ("COPY --chmod=777 a /a", "COPY --chmod=775 a /a"),
        ("ADD --chmod=0666 a /a", "ADD --chmod=0664 a /a"),
        ("RUN chmod 775 /a", None),
        ("RUN chmod 1777 /a", None),
        ("RUN chmod +w /a", None),
        ("RUN chmod +x /a", None),
        ("RUN chmod a+rX /a", None),
        ("RUN chmod o-w /a", None),
        ("RUN chmod g=u /a", None),
        ("RUN chmod a+rwxt /a", None),
        ("RUN chmod 666 /dev/x", None),
        ("RUN chmod $M /a", None),
        ("RUN echo chmod 777 /a", None),
        ("RUN mkdir 777", None),
        ("COPY --chmod=755 a /777", None),
    ],
)
def test_modes(line: str, fixed: str | None) -> None:
    settings = Settings(select=("GD217",), profile=Profile.ALL)
    text = f"FROM debian:12\n{line}\n"
    assert bool(lint_text(text, settings)) is (fixed is not None)
    done = fix_text(text, lambda text: lint_text(text, settings), unsafe=True)
    assert done.text == f"FROM debian:12\n{fixed or line}\n"


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("FROM debian:12\nRUN chmod -R a+w /opt/rust", Severity.INFO),
        ("FROM debian:12\nCOPY --chmod=777 a /a", Severity.INFO),
        ("FROM debian:12 AS b\nUSER 1\nFROM debian:12\nRUN mkdir -m 777 /a", Severity.INFO),
        ("FROM debian:12\nRUN chmod 777 /a\nCMD x", Severity.WARNING),
        ("FROM debian:12\nRUN chmod 777 /a\nENTRYPOINT x", Severity.WARNING),
        ("FROM debian:12\nRUN chmod 777 /a\nUSER 1", Severity.WARNING),
        ("FROM debian:12 AS b\nCMD x\nFROM b\nRUN chmod 777 /a", Severity.WARNING),
        ("RUN chmod 777 /a", Severity.WARNING),
    ],
)
def test_where_nobody_knows_the_user_the_group_is_advised(text: str, severity: Severity) -> None:
    (finding,) = lint_text(f"{text}\n", Settings(select=("GD217",), profile=Profile.ALL))
    assert finding.severity is severity
    assert ("chgrp" in finding.help) is (severity is Severity.INFO)


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("RUN chmod -R a+w /opt/rust", 0),
        ("COPY --chmod=777 a /a", 0),
        ("RUN chmod 777 /a\nCMD x", 1),
        ('RUN d="$(mktemp -d)" && chmod 777 "$d" && make "$d"\nCMD x', 0),
        ("RUN mktemp -d && chmod 777 /a\nCMD x", 1),
        ("RUN chmod 666 /etc/sudoers && echo >> /etc/sudoers && chmod 440 /etc/sudoers\nCMD x", 0),
        ("RUN chmod 440 /a && chmod 666 /a\nCMD x", 1),
    ],
)
def test_what_is_left_alone_by_default(lines: str, count: int) -> None:
    assert len(lint_text(f"FROM debian:12\n{lines}\n", Settings(select=("GD217",)))) == count


def test_the_help_says_what_the_fix_does() -> None:
    for mode, words in (("777 /a", ("775", "chown")), ("a+w /a", ("ug+w", "chown")), ("777 /tmp", ("1777",))):
        text = f"FROM debian:12\nRUN chmod {mode}\nCMD x\n"
        (finding,) = lint_text(text, Settings(select=("GD217",)))
        assert all(word in finding.help for word in words)
    text = "FROM debian:12\nRUN install -d -m 0777 -o 1000 /a\nCMD x\n"
    (finding,) = lint_text(text, Settings(select=("GD217",)))
    assert finding.help == "write 0775: 1000 owns what is made here, and may write"
