"""What files of settings hold where they hold a secret: tokens and passwords, not the names of variables."""

from __future__ import annotations

import re

# Folders and names of what everybody may have: the keys of tests and examples.
FOR_TESTS = re.compile(
    r"(?i)(?:^|[/_.-])(?:tests?|testdata|fixtures?|examples?|samples?|mocks?|e2e)(?:[/_.-]|keys?\b|$)"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_PASSWORD = re.compile(r"(?im)^\s*password\s*[:=]\s*[^\s$%{]")
NPM_TOKEN = re.compile(r"(?m)^[^#;\n]*_(?:authToken|auth|password)\s*=\s*[^\s$]")
KEYS = ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519")
# By the end of the path: what is a secret unless the file is at hand and holds nothing of the kind.
BY_NAME = {
    **dict.fromkeys(KEYS, _PRIVATE_KEY),
    ".netrc": re.compile(r"\bpassword\s"),
    "_netrc": re.compile(r"\bpassword\s"),
    ".git-credentials": re.compile(r"://[^/\s]+@"),
    ".pgpass": re.compile(r":[^:\s]"),
    ".aws/credentials": re.compile(r"(?i)aws_secret_access_key"),
}
# What is one only if it can be read, and holds a secret rather than the name of a variable.
BY_CONTENT = {
    ".npmrc": NPM_TOKEN,
    ".yarnrc.yml": re.compile(r"(?m)^\s*npmAuth(?:Token|Ident):\s*[\"']?[^\s\"'$]"),
    ".pypirc": _PASSWORD,
    "pip.conf": re.compile(r"://[^/\s:@$]*:[^/\s@$]+@"),
    ".docker/config.json": re.compile(r'"auth"\s*:\s*"[^"]'),
}
_ASSIGNMENT = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?(?P<name>\w+)[ \t]*=[ \t]*(?P<value>[^\n]*)")
_SECRET_NAME = re.compile(
    r"(?i)pass|secret|token|cred|key|auth|salt|hash|pw|pin|cert|priv|dsn|hook|sid|user|login"
)
# A password before a host, or what only chance could make.
_SECRET_VALUE = re.compile(r"@|[A-Za-z0-9+/_=-]{24,}")


def holds_variables_alone(text: str) -> bool:
    """Tell whether a file of variables, such as .env, has some, and none that could be a secret."""
    found = list(_ASSIGNMENT.finditer(text))
    return bool(found) and not any(
        _SECRET_NAME.search(one["name"]) or _SECRET_VALUE.search(one["value"]) for one in found
    )
