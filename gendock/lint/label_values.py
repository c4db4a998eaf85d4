"""What a label's value has to be, by its kind, and what was most likely meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from gendock.lint.options import LabelKind

# RFC 3986, as far as one look at the characters goes.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_HOST = r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
_BARE_URL = re.compile(rf"{_HOST}(?:/[A-Za-z0-9\-._~/?#=&%+]*)?")
_SSH_URL = re.compile(rf"git@(?P<host>{_HOST}):(?P<path>[A-Za-z0-9._/-]+)")
# semver.org, version 2.0.0.
_NUMBER = r"(?:0|[1-9]\d*)"
_SUFFIX = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_SUFFIX}(?:\.{_SUFFIX})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt](?P<time>\d\d:\d\d):(?P<second>\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)
_LOOSE_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<time>\d\d:\d\d)(?P<second>:\d\d(?:\.\d+)?)? ?(?P<zone>[Zz]|UTC|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
# What git abbreviates to, or all of it: SHA-1 or SHA-256.
_HASH = re.compile(r"[0-9a-f]{7,40}|[0-9a-f]{64}")
# RFC 5322's dot-atom and quoted string, and the names of hosts.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf'(?:{_ATOM}(?:\.{_ATOM})*|"[^"\\]*")@(?:{_DOMAIN}(?:\.{_DOMAIN})*|\[[^\[\]\\\s]+\])')
# What people write for licences that have no other version of that name.
_LICENSES = {
    "apache": "Apache-2.0",
    "apache2": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
    "mpl2": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
}


class Verdict(Struct, frozen=True):
    """Whether a value is of its kind; if not, what was most likely meant, empty where nobody knows."""

    is_valid: bool
    meant: str = ""


_VALID = Verdict(is_valid=True)


def judge(kind: LabelKind, value: str) -> Verdict:
    """Judge a value; a kind of text takes any."""
    check = _CHECKS.get(kind)
    return check(value) if check else _VALID


def _url(value: str) -> Verdict:
    if _URL.fullmatch(value):
        return _VALID
    if found := _SSH_URL.fullmatch(value):
        return Verdict(is_valid=False, meant=f"https://{found['host']}/{found['path'].removesuffix('.git')}")
    return Verdict(is_valid=False, meant=f"https://{value}" if _BARE_URL.fullmatch(value) else "")


def _semver(value: str) -> Verdict:
    if _SEMVER.fullmatch(value):
        return _VALID
    meant = value.removeprefix("v").removeprefix("V")
    if re.fullmatch(rf"{_NUMBER}(?:\.{_NUMBER})?", meant, re.ASCII):
        meant += ".0" * (2 - meant.count("."))
    return Verdict(is_valid=False, meant=meant if _SEMVER.fullmatch(meant) else "")


def _time(value: str) -> Verdict:
    if _is_time(value):
        return _VALID
    found = _LOOSE_TIME.fullmatch(value)
    if found is None:
        return Verdict(is_valid=False)
    date, time, second = found["date"], found["time"] or "00:00", found["second"] or ":00"
    zone = (found["zone"] or "Z").upper()
    zone = "Z" if zone in ("Z", "UTC") else f"{zone[:3]}:{zone[-2:]}"
    meant = f"{date}T{time}{second}{zone}"
    return Verdict(is_valid=False, meant=meant if _is_time(meant) else "")


def _is_time(value: str) -> bool:
    found = _TIME.fullmatch(value)
    # A leap second has the number 60, which Python does not know.
    if found is None or int(found["second"]) > 60:
        return False
    try:
        datetime.strptime(f"{found['date']} {found['time']} +0000", "%Y-%m-%d %H:%M %z")
    except ValueError:
        return False
    return True


def _license(value: str) -> Verdict:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        canonical = canonicalize_license_expression(value)
    except InvalidLicenseExpression:
        return Verdict(is_valid=False, meant=_LICENSES.get(value.lower(), ""))
    return _VALID if canonical == value else Verdict(is_valid=False, meant=canonical)


def _hash(value: str) -> Verdict:
    if _HASH.fullmatch(value):
        return _VALID
    meant = value.lower()
    return Verdict(is_valid=False, meant=meant if _HASH.fullmatch(meant) else "")


def _email(value: str) -> Verdict:
    if _EMAIL.fullmatch(value):
        return _VALID
    found = re.fullmatch(r"(?:[^<>]*<|mailto:)(?P<address>[^<>]*)>?", value)
    meant = found["address"] if found else ""
    return Verdict(is_valid=False, meant=meant if _EMAIL.fullmatch(meant) else "")


_CHECKS: dict[LabelKind, Callable[[str], Verdict]] = {
    LabelKind.URL: _url,
    LabelKind.SEMVER: _semver,
    LabelKind.RFC3339: _time,
    LabelKind.SPDX: _license,
    LabelKind.HASH: _hash,
    LabelKind.EMAIL: _email,
}
