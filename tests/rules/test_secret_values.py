"""Secrets by their formats, and commands that need a mount of one."""

from __future__ import annotations

import random
import string

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.options import RuleOptions
from gendock.lint.profiles import Profile
from gendock.lint.secret_patterns import PATTERNS

# Made here, so that nobody's scanner takes this file for a leak.
_DICE = random.Random(7)  # noqa: S311


def made(alphabet: str, length: int) -> str:
    """Return a text of all sorts of characters."""
    some = _DICE.sample(alphabet, 12)
    return "".join([*some, *_DICE.choices(alphabet, k=length)])[:length]


WORDS = string.ascii_letters + string.digits
HEX = "abcdef0123456789"
SECRETS = {
    "an AWS access key": ["AKIA" + made("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)],
    "an AWS secret key": [
        "AWS_SECRET_ACCESS_KEY=" + made(WORDS, 40),
        "aws_secret_access_key = " + made(WORDS, 40),
    ],
    "a GitHub token": ["ghp_" + made(WORDS, 36), f"github_pat_{made(WORDS, 22)}_{made(WORDS, 59)}"],
    "a GitLab token": ["glpat-" + made(WORDS, 20)],
    "a Slack token": ["xoxb-1" + made(string.digits + "abcdef", 30)],
    "a Slack webhook": [f"https://hooks.slack.com/services/T{'0A1B2C3D'}/B{'0A1B2C3D'}/{made(WORDS, 24)}"],
    "a Stripe key": ["sk_live_" + made(WORDS, 24)],
    "an npm token": ["npm_" + made(WORDS, 36)],
    "a PyPI token": ["pypi-AgE" + made(WORDS, 80)],
    "a Google API key": ["AIza" + made(WORDS, 35)],
    "a Google OAuth secret": ["GOCSPX-" + made(WORDS, 28)],
    "a Docker Hub token": ["dckr_pat_" + made(WORDS, 27)],
    "a DigitalOcean token": ["dop_v1_" + made(HEX, 64)],
    "a SendGrid key": [f"SG.{made(WORDS, 22)}.{made(WORDS, 43)}"],
    "a Vault token": ["hvs." + made(WORDS, 30)],
    "a Grafana token": [f"glsa_{made(WORDS, 32)}_0a1b2c3d"],
    "a Shopify token": ["shpat_" + made(HEX, 32)],
    "an Azure storage key": [f"AccountKey={made(WORDS, 86)}=="],
    "a private key": ["-----BEGIN " + "RSA PRIVATE KEY-----\\n" + made(WORDS, 60)],
    "a password in a URL": ["https://me:q7Vw2LrT9zKd@example.com/"],
}


def messages(text: str) -> list[str]:
    return [one.message for one in lint_text(text, Settings(select=("GD205",)))]


def test_every_pattern_has_a_case() -> None:
    assert {known.name for known in PATTERNS} == set(SECRETS)


@pytest.mark.parametrize(("name", "secret"), [(name, one) for name, some in SECRETS.items() for one in some])
@pytest.mark.parametrize(
    "line", ["ENV A='{}'", 'RUN x "{}"', "RUN <<EOF\nx {}\nEOF", 'LABEL a="{}"', 'CMD ["{}"]']
)
def test_secrets(name: str, secret: str, line: str) -> None:
    (message,) = messages(f"FROM debian:12\n{line.format(secret)}\n")
    assert message.endswith(f"looks like {name}")
    assert secret not in message
    assert messages(f"FROM debian:12\n# {secret}\n") == []


def test_a_key_over_several_lines() -> None:
    key = "-----BEGIN " + f"EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{made(WORDS, 60)}\n"
    (message,) = messages(f"FROM debian:12\nCOPY <<EOF /key\n{key}EOF\n")
    assert "a private key" in message


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "AKIA" + "X" * 16,
        "ghp_" + "x" * 36,
        "ghp_" + "a" * 36,
        "npm_config_cache",
        "glpat-${TOKEN}",
        "https://user:password@example.com",
        "https://x:${TOKEN}@example.com",
        "https://oauth2:$TOKEN@example.com",
        "https://example.com:8080/a@1.2.3",
        "http://proxy:3128 me@example.com",
        "grep -q 'BEGIN RSA PRIVATE KEY' /key",
        "-----BEGIN PRIVATE KEY----- ...",
        "sha256:2bc5c236e9b262645a323e9088dfa3bb1ecb16cc75811daf40a23a824d665be9",
    ],
)
def test_no_secrets(text: str) -> None:
    assert messages(f'FROM debian:12\nRUN x "{text}"\n') == []


def test_one_finding_for_a_name_and_its_value() -> None:
    text = f"FROM debian:12\nENV MY_TOKEN={SECRETS['an npm token'][0]} MY_PASSWORD=x\n"
    found = lint_text(text, Settings(select=("GD205", "DL3064")))
    assert [(one.rule.code, one.source.slice(one.span)[:3]) for one in found] == [
        ("GD205", "npm"),
        ("DL3064", "MY_"),
    ]


def test_hostile_texts_are_read_in_time() -> None:
    text = "-----BEGIN PRIVATE KEY-----" + "Proc-Typen" * 5000 + " aws_secret_access_key" + " " * 50000 + "@"
    assert messages(f"FROM debian:12\nRUN x {text}\n") == []


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("RUN npm ci", "RUN --mount=type=secret,id=npm npm ci"),
        ("RUN --network=none npm ci", "RUN --mount=type=secret,id=npm --network=none npm ci"),
        ("run x && sudo aws s3 ls", "run --mount=type=secret,id=aws x && sudo aws s3 ls"),
        ("ONBUILD RUN npm ci", "ONBUILD RUN --mount=type=secret,id=npm npm ci"),
        ("RUN --mount=type=secret,id=x npm ci", None),
        ("RUN --mount=id=x,TYPE=secret npm ci", None),
        (
            "RUN --mount=type=cache,target=/type=secret npm ci",
            "RUN --mount=type=secret,id=npm --mount=type=cache,target=/type=secret npm ci",
        ),
        ("RUN echo npm", None),
        ("RUN npx x", None),
    ],
)
def test_secret_mounts(line: str, fixed: str | None) -> None:
    options = RuleOptions(secret_commands=("npm", "aws"))
    settings = Settings(select=("GD222",), profile=Profile.ALL, options=options)
    text = f"FROM debian:12\n{line}\n"
    done = fix_text(text, lambda text: lint_text(text, settings), unsafe=True)
    assert bool(lint_text(text, settings)) is (fixed is not None)
    assert done.text == f"FROM debian:12\n{fixed or line}\n"
    assert lint_text(text, Settings(select=("GD222",))) == ()
