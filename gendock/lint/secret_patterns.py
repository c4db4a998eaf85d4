"""What secrets look like, as those who hand them out describe them.

Only formats that nothing else has: a prefix that the maker chose for that purpose, a length, an alphabet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from gendock.dockerfile import Span


class SecretPattern(Struct, frozen=True):
    """One kind of secret.

    Attributes:
        name: what it is, with its article.
        hints: texts of which one is in each of them.
        pattern: a regular expression. Its group `body` is what only chance made; `whole` is what to point at,
            where that is not all of it.
        source: who describes the format, and where.
    """

    name: str
    hints: tuple[str, ...]
    pattern: str
    source: str


PATTERNS = (
    SecretPattern(
        "an AWS access key",
        ("AKIA", "ASIA"),
        r"\b(?:AKIA|ASIA)(?P<body>[A-Z2-7]{16})\b",
        "AWS, IAM user guide, unique identifiers",
    ),
    SecretPattern(
        "an AWS secret key",
        ("ecret", "SECRET"),
        r"(?i:aws_?secret_?access_?key)[\s\"']{0,9}[=:\s][\s\"']{0,9}(?P<body>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        "AWS, IAM user guide, managing access keys",
    ),
    SecretPattern(
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        r"\bgh[pousr]_(?P<body>[A-Za-z0-9]{36,251})\b",
        "GitHub, blog, behind GitHub's new authentication token formats",
    ),
    SecretPattern(
        "a GitHub token",
        ("github_pat_",),
        r"\bgithub_pat_(?P<body>[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
        "GitHub, documentation, managing personal access tokens",
    ),
    SecretPattern(
        "a GitLab token",
        ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-"),
        r"\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-(?P<body>[A-Za-z0-9_-]{20,}(?:\.[a-z0-9.]+)?)",
        "GitLab, documentation, token prefixes",
    ),
    SecretPattern(
        "a Slack token",
        ("xox", "xapp-"),
        r"\b(?:xox[abeprs]|xapp)-(?P<body>\d[A-Za-z0-9-]{20,})",
        "Slack, documentation, token types",
    ),
    SecretPattern(
        "a Slack webhook",
        ("hooks.slack.com/",),
        r"hooks\.slack\.com/(?:services|workflows)/(?P<body>T[A-Z0-9]{8,}/[AB][A-Z0-9]{8,}/[A-Za-z0-9]{20,})",
        "Slack, documentation, sending messages using incoming webhooks",
    ),
    SecretPattern(
        "a Stripe key",
        ("k_live_",),
        r"\b[sr]k_live_(?P<body>[A-Za-z0-9]{20,})\b",
        "Stripe, documentation, API keys",
    ),
    SecretPattern(
        "an npm token",
        ("npm_",),
        r"\bnpm_(?P<body>[A-Za-z0-9]{36})\b",
        "GitHub, blog, npm's new access token format",
    ),
    SecretPattern(
        "a PyPI token",
        ("pypi-AgE",),
        r"\bpypi-(?P<body>AgE[A-Za-z0-9_-]{60,})",
        "PyPI, help, API tokens",
    ),
    SecretPattern(
        "a Google API key",
        ("AIza",),
        r"\bAIza(?P<body>[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])",
        "Google Cloud, documentation, managing API keys",
    ),
    SecretPattern(
        "a Google OAuth secret",
        ("GOCSPX-",),
        r"\bGOCSPX-(?P<body>[A-Za-z0-9_-]{28})(?![A-Za-z0-9_-])",
        "Google Cloud, documentation, OAuth clients",
    ),
    SecretPattern(
        "a Docker Hub token",
        ("dckr_",),
        r"\bdckr_[po]at_(?P<body>[A-Za-z0-9_-]{27,})",
        "Docker, documentation, personal access tokens",
    ),
    SecretPattern(
        "a DigitalOcean token",
        ("_v1_",),
        r"\bdo[por]_v1_(?P<body>[a-f0-9]{64})\b",
        "DigitalOcean, documentation, personal access tokens",
    ),
    SecretPattern(
        "a SendGrid key",
        ("SG.",),
        r"\bSG\.(?P<body>[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])",
        "Twilio SendGrid, documentation, API keys",
    ),
    SecretPattern(
        "a Vault token",
        ("hvs.", "hvb."),
        r"\bhv[sb]\.(?P<body>[A-Za-z0-9_-]{24,})",
        "HashiCorp, Vault documentation, tokens",
    ),
    SecretPattern(
        "a Grafana token",
        ("glsa_",),
        r"\bglsa_(?P<body>[A-Za-z0-9]{32}_[a-f0-9]{8})\b",
        "Grafana, documentation, service accounts",
    ),
    SecretPattern(
        "a Shopify token",
        ("shp",),
        r"\bshp(?:at|ca|pa|ss)_(?P<body>[a-fA-F0-9]{32})\b",
        "Shopify, documentation, access tokens",
    ),
    SecretPattern(
        "an Azure storage key",
        ("AccountKey=",),
        r"\bAccountKey=(?P<body>[A-Za-z0-9+/]{86}==)",
        "Microsoft, documentation, Azure Storage connection strings",
    ),
    SecretPattern(
        "a private key",
        ("PRIVATE KEY",),
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[\s\\\"',n]|(?:Proc-Type|DEK-Info)[^\n]*\n)*(?P<body>[A-Za-z0-9+/]{20,})",
        "RFC 7468, textual encodings of keys",
    ),
    SecretPattern(
        "a password in a URL",
        ("@",),
        r"://(?P<whole>[^\s/:@\"'$<>{}`]+:(?P<body>[^\s/:@\"'$<>{}`]{8,}))@[A-Za-z0-9]",
        "RFC 3986, user information",
    ),
)
_HINTS = tuple((hint, at) for at, known in enumerate(PATTERNS) for hint in known.hints)
# Documentation shows such values, and so do templates that people fill in.
_PLACEHOLDER = (
    r"(?i)example|x{4}|placeholder|change.?me|your|dummy|fake|redacted|pass(?:word|wd)?\Z|oauth|secret|token"
    r"|12345678|abcdefgh|0{6}|\*{3}"
)
_LEAST_CHARACTERS = 8


def secrets_in(text: str) -> Iterator[tuple[SecretPattern, Span]]:
    """Yield what looks like a secret in a text, and where it stands."""
    hinted = {at for hint, at in _HINTS if hint in text}
    for at in sorted(hinted):
        known = PATTERNS[at]
        for found in re.finditer(known.pattern, text):
            body = found["body"]
            if len(set(body)) >= _LEAST_CHARACTERS and not re.search(_PLACEHOLDER, body):
                yield known, Span(*found.span("whole" if "whole" in found.groupdict() else 0))
