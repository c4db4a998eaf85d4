"""Versions that never reach the package manager."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Span
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import replace
from gendock.lint.package_managers import PackageCall
from gendock.lint.scripts import Script
from gendock.shell import Word

_VERSION = r"=?\d[\w.*]*(?:,[\w.=*~!]*)?"


@rule("GD346", "redirected-version", severity=Severity.WARNING, mentions=(">", "<"))
def redirected_version(script: Script) -> Mistakes:
    """The shell takes a version for a redirect.

    `pip install flask>=3.1` without quotes installs any flask, and writes what pip says into a file with the
    name `=3.1`; `flask<4` reads from a file called `4`, which is not there. In quotes, the package manager
    gets the whole word.

    Bad:
        FROM python:3.13-slim
        RUN pip install --no-cache-dir flask>=3.1

    Good:
        FROM python:3.13-slim
        RUN pip install --no-cache-dir "flask>=3.1"
    """
    for call in script.package_calls:
        for word, end in _cut_off(call):
            place = Span(word.start, end)
            version = script.source.text[word.end : end]
            name = script.source.text[word.start : word.end]
            is_simple = not _is_quoted(script, call) and not re.search(r"[\s\"'\\$]", name + version)
            quoted = f'"{name}{version}"'
            yield Mistake(
                place,
                f"the shell takes `{version}` for a redirect, and {word.text} gets any version",
                f"write `{quoted}`" if is_simple else "put the whole word into quotes",
                replace(place, quoted, f"write {quoted}", safe=False) if is_simple else None,
                covers=(("DL3013", Span(word.start, word.end)),),
            )


def _is_quoted(script: Script, call: PackageCall) -> bool:
    """Tell whether a call stands in a word of another command, as in `bash -c "pip install a"`."""
    words = (word for command in script.commands for word in command.words)
    return any(word.start < call.outer.start and call.outer.end <= word.end for word in words)


def _cut_off(call: PackageCall) -> Iterator[tuple[Word, int]]:
    """Yield the packages that a redirect touches, with where the last such redirect ends."""
    for word in call.operands:
        end = word.end
        for redirect in call.outer.redirects:
            target = redirect.target
            is_next = not redirect.descriptor and target.start - len(redirect.operator) == end
            if is_next and redirect.operator in ("<", ">") and re.fullmatch(_VERSION, target.text):
                end = target.end
        if end > word.end:
            yield word, end
