"""Comments behind arguments."""

from __future__ import annotations

import pytest

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.mistake import Severity


def found(text: str) -> tuple[Finding, ...]:
    return lint_text(text, Settings(select=("GD142",)))


@pytest.mark.parametrize(
    ("line", "mended", "severity"),
    [
        ("USER app # x", "# x\nUSER app", Severity.ERROR),
        ("ONBUILD USER app # x", "# x\nONBUILD USER app", Severity.ERROR),
        ("VOLUME /data  # d", "# d\nVOLUME /data", Severity.WARNING),
        ("ENV A 1 # x y", "# x y\nENV A 1", Severity.WARNING),
        ("ARG A=1 # 0.1", "# 0.1\nARG A=1", Severity.WARNING),
        ("COPY a \\\n  /b #c", "#c\nCOPY a \\\n  /b", Severity.ERROR),
        ("ADD --link a /b # c d", "# c d\nADD --link a /b", Severity.ERROR),
        ('CMD ["a"] # b', '# b\nCMD ["a"]', Severity.ERROR),
        ('# y\nENTRYPOINT ["a"] # b', '# b\n# y\nENTRYPOINT ["a"]', Severity.ERROR),
    ],
)
def test_comments(line: str, mended: str, severity: Severity) -> None:
    text = f"FROM a:1\n{line}\n"
    (finding,) = found(text)
    assert finding.severity == severity
    assert fix_text(text, found, unsafe=True).text == f"FROM a:1\n{mended}\n"


@pytest.mark.parametrize(
    "line",
    [
        "USER app#x",
        "USER app\n# x",
        'USER "app # x"',
        'VOLUME ["/a", "#b"]',
        "ENV A #x",
        "ENV PS1 '\\w # '",
        'ENV A="b # c"',
        "COPY #a /b",
        'COPY ["a", "#", "#b"]',
        "CMD a # b",
        "RUN a # b",
        "RUN <<EOF\na # b\nEOF",
        "COPY <<EOF /a\nb # c\nEOF",
        "COPY a \\\n# x\n /b",
        "WORKDIR /app # GD140 says it",
    ],
)
def test_no_comments(line: str) -> None:
    assert not found(f"FROM a:1\n{line}\n")


def test_what_follows_from_it_is_not_said_as_well() -> None:
    text = "FROM a:1\nCOPY a /b # c\nUSER 1\n"
    assert {one.rule.code for one in lint_text(text, Settings())} == {"GD142"}
