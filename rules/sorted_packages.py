"""Lists of packages in the order of their names."""

from __future__ import annotations

import re

from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import Edit
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script
from gendock.shell import Word

_INSTALLS = {
    Manager.APT: ("install",),
    Manager.APK: ("add",),
    Manager.YUM: ("install",),
    Manager.DNF: ("install",),
    Manager.ZYPPER: ("install", "in"),
    Manager.PIP: ("install",),
    Manager.NPM: ("install", "i", "add"),
    Manager.YARN: ("add",),
    Manager.PNPM: ("add",),
}
_VERSION = re.compile(r"(?<=.)[=<>~!@\[].*", re.DOTALL)


@rule(
    "GD345",
    "unsorted-packages",
    severity=Severity.STYLE,
    also=("sort-packages",),
    level=Level.TASTE,
    mentions=("install", "add", "zypper"),
)
def unsorted_packages(script: Script) -> Mistakes:
    r"""The packages of an install do not stand in the order of their names.

    In a sorted list a package is found at a glance, none stands there twice, and two people who add one
    each get no conflict. Comments keep their packages: what stands between two of them is sorted by
    itself.

    Bad:
        FROM alpine:3.22
        RUN apk add --no-cache \
            tzdata \
            ca-certificates

    Good:
        FROM alpine:3.22
        RUN apk add --no-cache \
            ca-certificates \
            tzdata
    """
    if script.run.command.exec_form:
        return
    for call in script.package_calls:
        if call.does in _INSTALLS.get(call.manager, ()):
            for words in _groups(script, call):
                yield from _unsorted(script, words)


def _groups(script: Script, call: PackageCall) -> list[list[Word]]:
    """Return the packages that are written out, parted where a comment or a variable stands between."""
    if call.manager in (Manager.PIP, Manager.NPM) and any("/" in word.text[1:] for word in call.operands):
        # A path or an address may be meant to come first.
        return []
    text = script.source.text
    groups: list[list[Word]] = [[]]
    end = call.words[0].end
    for word in call.operands:
        if "#" in text[end : word.start]:
            groups.append([])
        if word.is_plain and "\n" not in text[word.start : word.end]:
            groups[-1].append(word)
        end = word.end
    return groups


def _unsorted(script: Script, words: list[Word]) -> Mistakes:
    keys = [_key(word) for word in words]
    if keys == sorted(keys):
        return
    ordered = sorted(words, key=_key)
    pairs = [(is_, wanted) for is_, wanted in zip(words, ordered, strict=True) if is_.start != wanted.start]
    first, wanted = pairs[0]
    edits = tuple(Edit(script.span(here), script.source.slice(script.span(other))) for here, other in pairs)
    yield Mistake(
        script.span(first),
        f"{first.text} comes before {wanted.text}, out of alphabetical order",
        "sort the packages by their names",
        Fix("sort them", edits),
    )


def _key(word: Word) -> str:
    """Return a package's name without its version."""
    return _VERSION.sub("", word.text).casefold()
