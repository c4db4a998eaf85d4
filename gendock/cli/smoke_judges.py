"""Who knows secrets and labels: lint, whose patterns are the image's as well."""

from __future__ import annotations

from gendock.engine.static import Judges
from gendock.lint.label_values import judge
from gendock.lint.options import LabelKind
from gendock.lint.secret_patterns import secrets_in

# https://github.com/opencontainers/image-spec/blob/main/annotations.md
_KINDS = {
    "created": LabelKind.RFC3339,
    "url": LabelKind.URL,
    "documentation": LabelKind.URL,
    "source": LabelKind.URL,
    "licenses": LabelKind.SPDX,
}
_WHAT = {
    LabelKind.RFC3339: "a time of RFC 3339",
    LabelKind.URL: "a URL",
    LabelKind.SPDX: "an SPDX licence expression",
}


def judges() -> Judges:
    """Return lint's judges."""
    return Judges(_secret, _label)


def _secret(text: str) -> str:
    return next((pattern.name for pattern, _ in secrets_in(text)), "")


def _label(name: str, value: str) -> str:
    kind = _KINDS.get(name.rpartition(".")[2])
    if kind is None or not value:
        return "" if value else "it is empty"
    verdict = judge(kind, value)
    if verdict.is_valid:
        return ""
    meant = f"; {verdict.meant} would be one" if verdict.meant else ""
    return f"{value} is not {_WHAT[kind]}{meant}"
