"""CMD, ENTRYPOINT and HEALTHCHECK: their form, and how many of them count."""

from __future__ import annotations

import pytest

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile

_SCRIPT = 'put it into a script that ends with `exec program`, and write `CMD ["/start.sh"]`'


def found(text: str, code: str) -> tuple[Finding, ...]:
    return lint_text(text, Settings(select=(code,), profile=Profile.ALL))


def mended(text: str, code: str) -> str:
    return fix_text(text, lambda text: found(text, code), unsafe=True).text


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("CMD ./app -v", 'CMD ["./app", "-v"]'),
        ("ENTRYPOINT exec ./app", 'ENTRYPOINT ["./app"]'),
        ("HEALTHCHECK CMD curl -f http://x/", 'HEALTHCHECK CMD ["curl", "-f", "http://x/"]'),
        ("HEALTHCHECK --retries=3 CMD a b||exit 1", 'HEALTHCHECK --retries=3 CMD ["a", "b"]'),
        ("CMD a \\\n    b", 'CMD ["a", "b"]'),
        ('ENTRYPOINT "./run.sh"', 'ENTRYPOINT ["./run.sh"]'),
        ("CMD nginx -g 'daemon off;'", 'CMD ["nginx", "-g", "daemon off;"]'),
        ('CMD a "b c" \'$d\' e\'f "\' ""', 'CMD ["a", "b c", "$d", "ef \\"", ""]'),
        ("CMD sh -c 'exec a $B'", 'CMD ["sh", "-c", "exec a $B"]'),
        ("CMD ['a', 'b']", 'CMD ["a", "b"]'),
    ],
)
def test_what_a_shell_would_not_change_gets_an_array(line: str, fixed: str) -> None:
    assert mended(f"FROM a:1\n{line}\n", "DL3025") == f"FROM a:1\n{fixed}\n"


@pytest.mark.parametrize(
    "line",
    [
        "CMD A=b ./app",
        "CMD cd /x",
        "CMD ./app || exit 1",
        "CMD a && b",
        'CMD a "`b`"',
        'CMD a "b',
        "CMD A='b c' ./app",
        "CMD 'A=b' ./app",
        "CMD a 'b'*",
        "SHELL [\"powershell\"]\nCMD a 'b c'",
        "CMD echo $HOME",
    ],
)
def test_what_needs_a_shell_is_left_to_people(line: str) -> None:
    text = f"FROM a:1\n{line}\n"
    assert len(found(text, "DL3025")) == 1
    assert mended(text, "DL3025") == text


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("CMD npm run $X", 'write `CMD ["sh", "-c", "exec npm run $X"]`'),
        ('CMD exec npm run "${X}"', 'write `CMD ["sh", "-c", "exec npm run \\"${X}\\""]`'),
        ('SHELL ["powershell"]\nCMD a $X', 'write `CMD ["program", "argument"]`'),
        ("CMD cd $X", _SCRIPT),
        ("CMD a $(b)", _SCRIPT),
        ("CMD a $X && b", _SCRIPT),
    ],
)
def test_variables_need_a_shell_that_gives_way(line: str, advice: str) -> None:
    (finding,) = found(f"FROM a:1\n{line}\n", "DL3025")
    assert finding.help == advice


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('ENTRYPOINT ["python3", "-m", "x"]\nCMD shell', ("arguments", '["shell"]')),
        ('CMD $X\nENTRYPOINT ["python3"]', ("arguments", '["argument"]')),
        ("ENTRYPOINT x\nCMD shell", ("process 1",)),
    ],
)
def test_cmd_is_the_arguments_of_an_entrypoint(lines: str, words: tuple[str, ...]) -> None:
    finding = next(one for one in found(f"FROM a:1\n{lines}\n", "DL3025") if one.instruction == "CMD")
    assert all(word in f"{finding.message} {finding.help}" for word in words)


@pytest.mark.parametrize(
    ("line", "is_replaced"),
    [("CMD exec a", True), ("CMD exec a $X", True), ("CMD a", False), ("CMD exec a; b", False)],
)
def test_exec_takes_the_place_of_the_shell(line: str, *, is_replaced: bool) -> None:
    (finding,) = found(f"FROM a:1\n{line}\n", "DL3025")
    assert ("process 1" not in finding.message) is is_replaced


@pytest.mark.parametrize(
    "check", ["a || exit 0", "a | grep b || exit 1", "a $PORT", "a `b`", "a && b", "a > b", "A=b c", "cd /x"]
)
def test_a_check_that_needs_a_shell_is_right(check: str) -> None:
    assert found(f"FROM a:1\nHEALTHCHECK CMD {check}\n", "DL3025") == ()


@pytest.mark.parametrize("line", ['CMD ["a"]', "HEALTHCHECK NONE", "CMD []", "ONBUILD CMD a", "RUN a"])
def test_what_is_no_shell_form(line: str) -> None:
    assert found(f"FROM a:1\n{line}\n", "DL3025") == ()


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("FROM a:1\nCMD a\n", ("JSONArgsRecommended",)),
        ('FROM a:1\nSHELL ["/bin/bash", "-c"]\nCMD a\n', ()),
        ('FROM a:1 AS b\nSHELL ["/bin/bash", "-c"]\nFROM b\nCMD a\n', ()),
        ("FROM a:1\nHEALTHCHECK CMD a\n", ()),
    ],
)
def test_buildkit_says_the_same_or_not(text: str, also: tuple[str, ...]) -> None:
    assert found(text, "DL3025")[0].also == also


@pytest.mark.parametrize(
    ("text", "code", "rows"),
    [
        ("FROM a:1\nCMD a\nCMD b\nCMD c\n", "DL4003", [3, 4]),
        ("FROM a:1\nCMD a\nFROM b:1\nCMD b\n", "DL4003", []),
        ("CMD a\nCMD b\n", "DL4003", [2]),
        ("FROM a:1\nONBUILD CMD a\nCMD b\n", "DL4003", []),
        ("FROM a:1\nENTRYPOINT a\nCMD b\nENTRYPOINT c\n", "DL4004", [4]),
        ("FROM a:1\nHEALTHCHECK CMD a\nHEALTHCHECK NONE\n", "DL3012", [3]),
    ],
)
def test_repeated(text: str, code: str, rows: list[int]) -> None:
    assert [finding.start.row for finding in found(text, code)] == rows


@pytest.mark.parametrize(
    ("text", "code", "fixed"),
    [
        ("FROM a:1\nCMD a\nCMD b\nUSER 1\nCMD c\n", "DL4003", "FROM a:1\nUSER 1\nCMD c\n"),
        ("FROM a:1\nENTRYPOINT a \\\n  b\n\nENTRYPOINT c", "DL4004", "FROM a:1\n\nENTRYPOINT c"),
        (
            "FROM a:1\r\nHEALTHCHECK CMD a\r\nHEALTHCHECK NONE\r\n",
            "DL3012",
            "FROM a:1\r\nHEALTHCHECK NONE\r\n",
        ),
    ],
)
def test_the_last_one_stays(text: str, code: str, fixed: str) -> None:
    assert mended(text, code) == fixed


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM a:1", [1]),
        ("FROM a:1\nHEALTHCHECK NONE", []),
        ("FROM a:1 AS b\nFROM b AS c\nHEALTHCHECK CMD x\nFROM c", []),
        ("FROM a:1 AS b\nHEALTHCHECK CMD x\nFROM a:1", [3]),
        ("FROM a:1\nHEALTHCHEK CMD x", []),
        ("RUN x", []),
    ],
)
def test_no_healthcheck(text: str, fires: list[int]) -> None:
    assert [finding.start.row for finding in found(f"{text}\n", "DL3057")] == fires


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ('MAINTAINER "Jo Doe"', 'LABEL org.opencontainers.image.authors="Jo Doe"'),
        ('maintainer Jo "the" Doe', 'label org.opencontainers.image.authors="Jo \\"the\\" Doe"'),
        ("MAINTAINER costs $5", 'LABEL org.opencontainers.image.authors="costs \\$5"'),
        ("MAINTAINER Jo \\\n  Doe", 'LABEL org.opencontainers.image.authors="Jo   Doe"'),
    ],
)
def test_maintainer(line: str, fixed: str) -> None:
    assert mended(f"FROM a:1\n{line}\n", "DL4000") == f"FROM a:1\n{fixed}\n"


def test_windows_has_no_process_1() -> None:
    text = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nENTRYPOINT service.exe\n"
    (finding,) = found(text, "DL3025")
    assert finding.message.endswith("the program runs below `cmd /S /C`, which the image needs for that")
    assert mended(text, "DL3025").endswith('ENTRYPOINT ["service.exe"]\n')
    (finding,) = found(text.replace(".exe", ".exe %PORT%"), "DL3025")
    assert finding.help == 'write `ENTRYPOINT ["program", "argument"]`'
