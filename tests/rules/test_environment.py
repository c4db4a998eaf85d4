"""ENV and ARG: secrets in names, variables of the same ENV; WORKDIR; fragments; comments that silence."""

from __future__ import annotations

import pytest

from gendock.lint import Finding, Settings, Severity, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile


def found(text: str, *codes: str) -> tuple[Finding, ...]:
    return lint_text(text, Settings(select=codes, profile=Profile.ALL))


def mended(text: str, code: str) -> str:
    return fix_text(text, lambda text: found(text, code), unsafe=True).text


@pytest.mark.parametrize(
    ("name", "by_buildkit"),
    [
        ("DB_PASSWORD", True),
        ("api_key", True),
        ("SSH_AUTH_SOCK", True),
        ("APIKEY", True),
        ("PGPASSWORD", False),
        ("dbPassword", False),
        ("ACCESSTOKEN", False),
        ("CLIENTSECRET_X", False),
        ("GOPRIVATE", None),
        ("TOKENIZER", None),
        ("USERNAME", None),
        ("API_SECRETS", False),
        ("MY_TOKENS", False),
        ("PASSWORDS", False),
        ("MAX_TOKENS", None),
        ("SEALED_SECRETS_COMMIT", None),
        ("MONKEY", None),
        ("DB_PASSWORD_FILE", None),
        ("TOKEN_VERSION", None),
        ("PUBLIC_KEY", None),
    ],
)
def test_names_of_secrets(name: str, *, by_buildkit: bool | None) -> None:
    findings = found(f"FROM a:1\nENV {name}=x\n", "DL3064")
    assert ["SecretsUsedInArgOrEnv" in one.also for one in findings] == (
        [] if by_buildkit is None else [by_buildkit]
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ARG TOKEN\nFROM a:1", 1),
        ("FROM a:1\nARG TOKEN", 1),
        ("FROM a:1\nARG A TOKEN=x B", 1),
        ("FROM a:1\nENV A=1 TOKEN=x PASSWORD=y", 2),
        ("FROM a:1\nENV TOKEN x", 1),
        ("FROM a:1\nONBUILD ENV TOKEN=x", 1),
        ("FROM a:1\nRUN TOKEN=x y", 0),
        ("ENV TOKEN=x", 1),
    ],
)
def test_where_secrets_stand(text: str, count: int) -> None:
    assert len(found(f"{text}\n", "DL3064")) == count


@pytest.mark.parametrize(
    ("lines", "fires"),
    [
        ("ENV A=1 B=$A", True),
        ("ENV A=1 B=${A:-2}", True),
        ("ENV B=$A A=1", True),
        ("ENV A=1 A=$A", True),
        ("ENV A=$A", False),
        ("ENV A=1 B=$AB", False),
        ("ENV A=1 B='$A'", False),
        ("ENV A=1 B=\\$A", False),
        ("ENV A=1\nENV A=2 B=$A", False),
        ("ARG A\nENV A=2 B=$A", False),
        ("ENV B b $B", False),
    ],
)
def test_variables_of_the_same_env(lines: str, *, fires: bool) -> None:
    assert bool(found(f"FROM a:1\n{lines}\n", "DL3044")) is fires


def test_variables_of_other_stages() -> None:
    inherited = "FROM a:1 AS b\nENV A=1\nARG C\nFROM {}\nENV {}=2 B=${}\n"
    assert found(inherited.format("b", "A", "A"), "DL3044") == ()
    assert len(found(inherited.format("b", "C", "C"), "DL3044")) == 1
    assert len(found(inherited.format("c:1", "A", "A"), "DL3044")) == 1


@pytest.mark.parametrize(
    ("env", "fixed"),
    [
        ("ENV A=1 B=$A C=$B D=2", "ENV A=1\nENV B=$A\nENV C=$B D=2"),
        ("ENV A=1 \\\n    B=$A", "ENV A=1\nENV B=$A"),
        ("  env A=1 B=$A", "  env A=1\n  env B=$A"),
        ("ENV A=1 \\\n    # why\n    B=$A", None),
        ("ENV B=$A A=1", None),
    ],
)
def test_an_env_is_split(env: str, fixed: str | None) -> None:
    assert mended(f"FROM a:1\n{env}\n", "DL3044") == f"FROM a:1\n{fixed or env}\n"


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("ENV GPG_KEY A035C8C19219BA821ECEA86B64E628F8D684696D", "fingerprint"),
        ("ARG PGP_KEY=0xA035C8C19219BA82", "fingerprint"),
        ("ENV PASSWORD=", "empty"),
        ("ENV KEY_DIR=/certs", "path"),
        ("ENV RESET_PASSWORD=reset.sh", "path"),
        ("ENV USE_AUTH_PLUGIN=True", "switch"),
        ("ARG GHC_RELEASE_KEY=88b57fcf7db53b4db3bfa4b1588764fbe22d19c4", "fingerprint"),
        ("ARG SIGNING_KEY='88B57FCF7DB53B4DB3BFA4B1588764FBE22D19C4'", "fingerprint"),
        ("ENV POSTGRES_HOST_AUTH_METHOD=scram-sha-256", "method"),
        ("ENV POSTGRES_HOST_AUTH_METHOD=$METHOD", ""),
        ("ENV CLIENT_SECRET=null", "placeholder"),
        ("ARG GPG_KEY_URL=https://example.com/RPM-GPG-KEY", "URL"),
        ("ENV AUTH_URL=https://me:hunter2@example.com/", ""),
        ("ENV TOKEN=https://example.com/hooks/T0", ""),
        ("ENV KEY_SHA256 fcf0eab4f05a1c0de6363ac4b707600a27a9d774e9b491059e59e6921b255a84", "checksum"),
        ("ENV KEY=fcf0eab4f05a1c0de6363ac4b707600a27a9d774e9b491059e59e6921b255a84", ""),
        ("ENV GITHUB_APIKEY **None**", "placeholder"),
        ("ENV DBPASSWORD=", None),
        ("ARG PASSWORD=", ""),
        ("ARG PASSWORD", ""),
        ("ENV KEY=a035c8c19219ba821ecea86b64e628f8d684696d", ""),
        ("ENV PASSWORD=$PASSWORD", ""),
        ("ENV PASSWORD=hunter2", ""),
        ("ENV TOKEN=a/b", ""),
    ],
)
def test_a_name_of_a_secret_for_none_is_an_information(line: str, word: str | None) -> None:
    findings = lint_text(f"FROM a:1\n{line}\n", Settings(select=("DL3064",)))
    assert len(findings) == (word is not None)
    for finding in findings:
        assert (finding.severity is Severity.INFO) is bool(word)
        assert str(word) in finding.message
    (finding,) = found(f"FROM a:1\n{line}\n", "DL3064")
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("lines", "severities"),
    [
        ("ENV KEY=data/.htpasswd\nENV KEY=wJalrX/K7MDENG", [Severity.INFO, Severity.WARNING]),
        ("ENV PASSWORD=a=true KEY=b=/c", [Severity.WARNING] * 2),
        ("ARG KEY=A035C8C19219BA821ECEA86B64E628F8D684696D\nENV KEY=$KEY", [Severity.INFO] * 2),
        ("ARG ID=A035C8C19219BA821ECEA86B64E628F8D684696D\nARG KEY=${ID}", [Severity.INFO]),
        ("ENV AUTH=yes\nFROM a:1\nENV KEY=$AUTH", [Severity.INFO, Severity.WARNING]),
        ("ARG KEY\nENV KEY=$KEY", [Severity.WARNING] * 2),
        ("ARG KEY=hunter2\nENV KEY=$KEY", [Severity.WARNING] * 2),
    ],
)
def test_what_a_variable_holds_is_looked_up(lines: str, severities: list[Severity]) -> None:
    findings = lint_text(f"FROM a:1\n{lines}\n", Settings(select=("DL3064",)))
    assert [finding.severity for finding in findings] == severities


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("FROM a:1\nCOPY a b\nCOPY c ./d\n", "FROM a:1\nWORKDIR /app\nCOPY a b\nCOPY c ./d\n"),
        (
            "FROM a:1\n# source\nCOPY . .\nRUN go build\n",
            "FROM a:1\nWORKDIR /src\n# source\nCOPY . .\nRUN go build\n",
        ),
        ("from a:1\ncopy a b\n", "from a:1\nworkdir /app\ncopy a b\n"),
        ("COPY a b\n", "WORKDIR /app\nCOPY a b\n"),
        ("FROM a:1\nCOPY a /b\nCOPY a $B\nCOPY a C:\\b\n", None),
        ("FROM a:1 AS x\nWORKDIR /y\nFROM x\nCOPY a b\n", None),
        ("FROM scratch\nCOPY a .\n", None),
        ("FROM scratch AS x\nFROM x\nCOPY a b\n", None),
    ],
)
def test_a_copy_to_nowhere_gets_a_folder(text: str, fixed: str | None) -> None:
    assert mended(text, "DL3045") == (fixed or text)
    assert bool(found(text, "DL3045")) is (fixed is not None)


@pytest.mark.parametrize(
    ("text", "code", "rows"),
    [
        ("RUN a\n# b\nARG C\nENV D=e\n", "DL3061", [1, 4]),
        ("RUN a\nFROM b:1\nRUN c\n", "DL3061", [1]),
        ("FORM b:1\nRUN c\n", "DL3061", []),
        ("EXPOSE 80000 $PORT\n", "DL3011", [1]),
        ("FROM a:1\nEXPOSE 1-70000\nEXPOSE 80/tcp\n", "DL3011", [2]),
        ("ONBUILD FROM a\nONBUILD RUN b\n", "DL3043", [1]),
    ],
)
def test_fragments(text: str, code: str, rows: list[int]) -> None:
    assert [finding.start.row for finding in found(text, code)] == rows


def test_a_fragment_is_called_so_once() -> None:
    assert [one.rule.code for one in found("RUN a\nENV b=c\n", "GD003", "DL3061")] == ["GD003"]


@pytest.mark.parametrize(
    ("comment", "fires"),
    [
        ("# hadolint ignore=DL3000", True),
        ("# gendock: ignore[DL3000] on purpose", True),
        ("# tally ignore=DL3000;reason=x", True),
        ("# hadolint global ignore=DL3000", False),
        ("# hadolint stage ignore=DL3000", False),
        ("# gendock: file-ignore[DL3000]", False),
        ("# hadolint shell=bash", False),
        ("# ignore this", False),
    ],
)
def test_comments_that_silence_one_place(comment: str, *, fires: bool) -> None:
    text = f"FROM a:1\n\n{comment}\nUSER 1\n"
    assert bool(found(text, "DL1001")) is fires
    assert mended(text, "DL1001") == text


@pytest.mark.parametrize(("value", "count"), [("$A/b", 1), ("${A}/b", 1), ("${A:-/c}/b", 0), ("${A-/c}", 0)])
def test_a_default_for_the_variable_that_is_set_beside(value: str, count: int) -> None:
    found = lint_text(f"FROM a:1\nENV A=/a B={value}\n", Settings(select=("DL3044",)))
    assert len(found) == count
