"""COPY and ADD: which of them, where to, archives; stages by name."""

from __future__ import annotations

import pytest

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.mistake import Applicability
from gendock.lint.profiles import Profile


def found(text: str, *codes: str) -> tuple[Finding, ...]:
    return lint_text(text, Settings(select=codes, profile=Profile.ALL))


def mended(text: str, code: str) -> str:
    return fix_text(text, lambda text: found(text, code), unsafe=True).text


@pytest.mark.parametrize(
    ("add", "applicability"),
    [
        ("ADD go.mod /src/", Applicability.SAFE),
        ("ADD . /src", Applicability.SAFE),
        ("ADD --chown=1:1 a.txt b/ /src/", Applicability.SAFE),
        ("ADD rootfs /", Applicability.UNSAFE),
        ("ADD * /src/", Applicability.UNSAFE),
        ('ADD ["a.txt", "/b c"]', Applicability.SAFE),
    ],
)
def test_add_for_copy(add: str, applicability: Applicability) -> None:
    text = f"FROM a:1\n{add}\n"
    (finding,) = found(text, "DL3020")
    assert finding.fix is not None
    assert finding.fix.applicability is applicability
    assert mended(text, "DL3020") == text.replace("ADD", "COPY")


@pytest.mark.parametrize(
    "add",
    [
        "ADD a.tar.gz /",
        "ADD A.TAR /",
        "ADD a.tar.zst /",
        "ADD https://example.com/a /b",
        "ADD git@github.com:a/b.git /b",
        "ADD https://github.com/a/b.git#main /b",
        "ADD $URL /b",
        "ADD <<EOF /b\nhello\nEOF",
        "ONBUILD ADD a /b",
        "ADD a.txt --chown=1 /b",
    ],
)
def test_what_only_add_does(add: str) -> None:
    fires = add.endswith("--chown=1 /b")
    assert bool(found(f"FROM a:1\n{add}\n", "DL3020")) is fires


@pytest.mark.parametrize(
    "add", ["ADD a.txt https://example.com/a /b/", "ADD --checksum=sha256:1 a.txt /b", "ADD a.txt b"]
)
def test_add_stays_where_copy_is_not_the_same(add: str) -> None:
    text = f"FROM a:1\n{add}\n"
    assert len(found(text, "DL3020")) == 1
    assert mended(text, "DL3020") == text


@pytest.mark.parametrize(
    ("copy", "fixed"),
    [
        ("COPY a b /c", "COPY a b /c/"),
        ("COPY a b .", "COPY a b ./"),
        ('COPY a b "/c"', 'COPY a b "/c/"'),
        ('COPY ["a", "b", "/c d"]', 'COPY ["a", "b", "/c d/"]'),
        ("COPY a \\\n  b \\\n  $C  ", "COPY a \\\n  b \\\n  $C/  "),
        ("COPY <<A <<B /c\na\nA\nb\nB", "COPY <<A <<B /c/\na\nA\nb\nB"),
        ("COPY a /c", None),
        ("COPY a b /c/", None),
        ('COPY ["a", "b", "/c/"]', None),
        ("COPY --from a b", None),
    ],
)
def test_several_sources_need_a_folder(copy: str, fixed: str | None) -> None:
    text = f"FROM a:1\n{copy}\n"
    assert bool(found(text, "DL3021")) is (fixed is not None)
    assert mended(text, "DL3021") == f"FROM a:1\n{fixed or copy}\n"


def test_a_windows_folder_ends_with_a_backslash() -> None:
    assert found("# escape=`\nFROM a:1\nCOPY a b C:\\c\\\n", "DL3021") == ()


@pytest.mark.parametrize(
    ("copy", "fires"),
    [
        ("COPY --from=x:1 / /", True),
        ('COPY --from=x:1 ["/", "/"]', True),
        ("COPY --from=x:1 / /rootfs/", False),
        ("COPY --from=x:1 /bin /", False),
        ("COPY / /", False),
    ],
)
def test_a_whole_image(copy: str, *, fires: bool) -> None:
    assert bool(found(f"FROM scratch\n{copy}\n", "DL3067")) is fires


@pytest.mark.parametrize(
    ("lines", "fires"),
    [
        ("COPY x.tar.gz /x/\nRUN tar -xzf /x/x.tar.gz", True),
        ("COPY x.tar.gz /x/\nRUN tar xzf /x/x.tar.gz", True),
        ("COPY a.tar /b.tar\nRUN sudo tar --extract --file /b.tar", True),
        ("COPY x.tgz /\nRUN gunzip /x.tgz", True),
        ("COPY x.gz /\nRUN gunzip /x.gz", False),
        ("COPY x.tar.lz /\nRUN tar -xf /x.tar.lz", False),
        ("COPY x.tar /\nRUN tar --exclude=a -cf /x.tar /b", False),
        ("RUN tar -xf /x.tar\nCOPY x.tar /", False),
        ("COPY --from=y:1 x.tar /\nRUN tar -xf /x.tar", False),
        ("COPY x.tar /\nFROM b:1\nRUN tar -xf /x.tar", False),
        ("COPY x.tar /\nONBUILD RUN tar -xf /x.tar", False),
    ],
)
def test_archives(lines: str, *, fires: bool) -> None:
    assert bool(found(f"FROM a:1\n{lines}\n", "DL3010")) is fires


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("WORKDIR /opt\nCOPY x.tar .\nRUN tar -xf x.tar", None),
        ("WORKDIR /opt\nCOPY x.tar ./\nRUN tar -xf x.tar", "WORKDIR /opt\nADD x.tar /opt/"),
        ("COPY x.tar /\nRUN tar -xf /x.tar -C /y", "ADD x.tar /y/"),
        ("COPY x.tar /\nRUN tar -xf /x.tar", None),
        ("COPY x.tar /\nRUN tar -xf /x.tar -C /y --strip-components=1", None),
        ("COPY x.tar /\nRUN tar -xf /x.tar -C /y && ls /y", None),
        ("COPY x.tar /\nRUN tar -xf /x.tar -C /y\nRUN ls /x.tar", None),
        ("COPY x.tar y /\nRUN tar -xf /x.tar -C /y", None),
    ],
)
def test_add_unpacks_where_nothing_else_happens(lines: str, fixed: str | None) -> None:
    assert mended(f"FROM a:1\n{lines}\n", "DL3010") == f"FROM a:1\n{fixed or lines}\n"


@pytest.mark.parametrize(
    ("text", "code", "rows"),
    [
        ("FROM a:1\nCOPY --from=b c d", "DL3022", [2]),
        ("FROM a:1 AS b\nFROM a:1\nCOPY --from=B c d\nCOPY --from=0 c d", "DL3022", []),
        ("FROM a:1\nCOPY --from=b:1 c d", "DL3022", []),
        ("COPY --from=0 c d", "DL3022", [1]),
        ("FROM a:1 AS b\nCOPY --from=b c d\nCOPY --from=0 c d", "DL3022", []),
        ("FROM a:1 AS b\nCOPY --from=b c d\nCOPY --from=0 c d", "DL3023", [2, 3]),
        ("FROM a:1 AS b\nRUN --mount=from=b,target=/c ls", "DL3023", [2]),
        ("FROM a:1 AS b\nFROM a:1 AS B\nFROM a:1 AS b", "DL3024", [2, 3]),
        ("FROM a:1 AS Scratch\nFROM a:1 AS context", "DL3063", [1, 2]),
    ],
)
def test_stages(text: str, code: str, rows: list[int]) -> None:
    findings = found(f"{text}\n", code)
    assert [finding.start.row for finding in findings if finding.rule.code == code] == rows


def test_one_name_that_is_wrong_gets_one_finding() -> None:
    later = "FROM a:1\nCOPY --from=b c d\nFROM a:1 AS b\n"
    assert [one.rule.code for one in found(later, "DL3022", "GD034")] == ["GD034"]
    near = "FROM a:1 AS build\nFROM a:1\nCOPY --from=biuld c d\n"
    assert [one.rule.code for one in found(near, "DL3022", "GD104")] == ["GD104"]
    own = "FROM a:1 AS b\nCOPY --from=b c d\n"
    assert [one.rule.code for one in found(own, "DL3022", "DL3023", "GD034")] == ["DL3023"]


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        (
            "FROM a AS b\nFROM a AS b\nFROM b\nCOPY --from=b c d\nRUN --mount=from=b,target=/c e\n",
            "FROM a AS b\nFROM a AS b-2\nFROM b-2\nCOPY --from=b-2 c d\nRUN --mount=from=b-2,target=/c e\n",
        ),
        ("FROM a:1 AS b\nFROM a:1 AS b\nCOPY --from=0 c d\nFROM x:1\nCOPY --from=1 a b\n", None),
        ("FROM a:1 AS b\nFROM a:1 AS b\nFROM a:1\nONBUILD COPY --from=b c d\n", "-2"),
        ('FROM a:1 AS b\nFROM a:1 AS b\nFROM a:1\nCOPY --from="b" c d\n', ""),
    ],
)
def test_another_name_for_the_second(text: str, fixed: str | None) -> None:
    if fixed is None:
        fixed = text.replace("b\nCOPY --from=0", "b-2\nCOPY --from=0")
    elif fixed == "-2":
        fixed = text.replace("b\nFROM a:1\nON", "b-2\nFROM a:1\nON").replace("=b", "=b-2")
    assert mended(text, "DL3024") == (fixed or text)


def test_from_scratch_is_not_renamed() -> None:
    text = "FROM a:1 AS scratch\nFROM scratch\n"
    assert len(found(text, "DL3063")) == 1
    assert mended(text, "DL3063") == text


@pytest.mark.parametrize(
    ("start", "fires"),
    [
        ("FROM scratch AS tools\nCOPY app /app", False),
        ("FROM scratch AS base\nFROM base AS tools", False),
        ("FROM tonistiigi/xx:1.9.0 AS tools", False),
        ("FROM debian:13 AS tools", True),
    ],
)
def test_what_is_made_to_be_copied_as_a_whole(start: str, *, fires: bool) -> None:
    assert bool(found(f"{start}\nFROM debian:13\nCOPY --from=tools / /\n", "DL3067")) is fires


@pytest.mark.parametrize(
    ("lines", "fires"),
    [
        ("ENV APP=/srv/app/\nCOPY a b $APP", False),
        ("ARG APP=/srv/app\nCOPY a b ${APP}", True),
        ("COPY a b ${APP:-/srv/app/}", False),
        ("COPY a b $APP", True),
    ],
)
def test_a_slash_in_a_variable_by_default(lines: str, *, fires: bool) -> None:
    text = f"FROM debian:13\n{lines}\n"
    assert bool(lint_text(text, Settings(select=("DL3021",)))) is fires
    assert found(text, "DL3021")


def test_a_dot_is_a_folder_by_default() -> None:
    text = "FROM a:1\nCOPY a b .\nCOPY a b /c\n"
    default = lint_text(text, Settings(select=("DL3021",)))
    assert [finding.start.row for finding in default] == [3]
    assert [finding.start.row for finding in found(text, "DL3021")] == [2, 3]
