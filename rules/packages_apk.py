"""apk: what it installs, and what it takes away again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.lint import Applicability, Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.bases import root_base
from gendock.lint.chains import delete_command
from gendock.lint.cleanups import has_mount, removes
from gendock.lint.images import parse_image
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.packages import unpinned
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script
from gendock.shell import Command, Word

_WITHOUT_NO_CACHE = r"(?:2\.|3\.[0-2](?:\.|\Z))"
_VERSION_SIGNS = "=~<>"
_FETCHING = ("-U", "--update", "--update-cache")
_FORCE = r"-[a-zA-Z]*f[a-zA-Z]*|--force"


@rule("DL3018", "unpinned-apk-package", severity=Severity.WARNING, level=Level.STRICT, mentions=("apk",))
def unpinned_apk_package(script: Script) -> Mistakes:
    """A package is installed by apk without a version.

    Which version that is depends on the day of the build. A version pins it; but a release of Alpine
    keeps only the newest one of a package, so that a pin has to be kept up, or the build stops when the
    next one comes. `name~1.2` gives way to patches. That is why this rule runs in the profile `strict`.

    Bad:
        FROM alpine:3.22
        RUN apk add --no-cache ca-certificates
    """
    for call in _adds(script):
        yield from unpinned(script, call, _is_pinned, "name=version` or `name~version")


def _is_pinned(package: str) -> bool:
    return package.endswith(".apk") or any(sign in package for sign in _VERSION_SIGNS)


@rule(
    "GD335",
    "missing-apk-virtual",
    severity=Severity.INFO,
    also=("apkadd-missing-virtual",),
    level=Level.STRICT,
    mentions=("apk",),
)
def missing_apk_virtual(script: Script) -> Mistakes:
    """Packages are installed and removed again, each by its name.

    What only the build needs can be installed under a name of its own: `apk del` of that name then takes
    all of it away, and nothing else. Two lists of packages come apart sooner or later.

    Bad:
        FROM alpine:3.22
        RUN apk add --no-cache gcc musl-dev && cc -o /app /app.c && apk del gcc musl-dev

    Good:
        FROM alpine:3.22
        RUN apk add --no-cache --virtual .build-deps gcc musl-dev && cc -o /app /app.c && apk del .build-deps
    """
    removals = [call for call in _calls(script, "del") if call.operands]
    for call in _adds(script):
        if call.verb is None or call.options.has("t", "virtual"):
            continue
        names = {word.text for word in call.operands if word.is_plain}
        removal = next(
            (
                one
                for one in removals
                if one.outer.start > call.outer.start and names & {word.text for word in one.operands}
            ),
            None,
        )
        if removal is None:
            continue
        gone = next(word for word in call.operands if word.text in {one.text for one in removal.operands})
        yield Mistake(
            script.span(gone),
            f"{gone.text} is installed here and removed by name in the same RUN",
            "write `apk add --virtual .build-deps ...` and `apk del .build-deps`",
            _under_one_name(script, call, removal),
        )


def _under_one_name(script: Script, call: PackageCall, removal: PackageCall) -> Fix | None:
    """Return the edits that give the packages one name, where all of them are removed, and nothing else."""
    added = sorted(word.text for word in call.operands)
    if added != sorted(word.text for word in removal.operands):
        return None
    if not all(word.is_plain for word in call.operands):
        return None
    first, *others = removal.operands
    edits = (
        script.insert_behind(call.last_option(), "--virtual", ".build-deps"),
        script.replace(first, ".build-deps"),
        *(script.delete(word) for word in others),
    )
    return Fix("install and remove them under one name", edits, Applicability.UNSAFE)


@rule(
    "DL3019",
    "apk-cache",
    severity=Severity.INFO,
    also=("apkadd-missing_nocache_or_updaterm", "DS-0025", "DKL-DI-0004"),
    shipped=True,
    mentions=("apk",),
)
def apk_cache(script: Script) -> Mistakes:
    """The index of apk add stays in the image.

    With `--no-cache` it fetches today's index, uses it, and keeps nothing: neither `apk update` nor
    `rm -rf /var/cache/apk/*` is needed then. Alpine has that option since 3.3.

    Bad:
        FROM alpine:3.22
        RUN apk add ca-certificates

    Good:
        FROM alpine:3.22
        RUN apk add --no-cache ca-certificates

    Bad:
        FROM alpine:3.22
        RUN apk update && apk upgrade && apk add ca-certificates

    Good:
        FROM alpine:3.22
        RUN apk upgrade --no-cache && apk add --no-cache ca-certificates

    Bad:
        FROM alpine:3.22
        RUN <<EOF
        set -e
        apk update
        apk add ca-certificates
        EOF

    Good:
        FROM alpine:3.22
        RUN <<EOF
        set -e
        apk add --no-cache ca-certificates
        EOF
    """
    image = parse_image(root_base(script.stage) or "")
    if image.official == "alpine" and re.match(_WITHOUT_NO_CACHE, image.tag):
        return
    if has_mount(script.run, "/var/cache/apk", "/etc/apk/cache"):
        return
    for call in _adds(script):
        if call.verb is None or call.options.has("no-cache", "no-network"):
            continue
        cleaning = [
            command
            for command in script.calls
            if command.start > call.outer.start and removes(command, "/var/cache/apk")
        ]
        if cleaning:
            yield Mistake(
                script.span(call.verb),
                "`apk add --no-cache` keeps no index that has to be removed afterwards",
                "write `apk add --no-cache`",
                Fix("keep no index", (_without_cache(script, call, call.verb), *_forced(script, cleaning))),
                also=(),
            )
            continue
        updates = [one for one in _calls(script, "update") if one.outer.start < call.outer.start]
        yield Mistake(
            script.span(call.verb),
            "`apk add` without --no-cache keeps the index of all packages",
            _advice(script, updates),
            _without_index(script, call, updates),
        )


def _advice(script: Script, updates: list[PackageCall]) -> str:
    if not updates:
        return "write `apk add --no-cache`"
    upgrade = "`apk upgrade --no-cache`, " if _calls(script, "upgrade") else ""
    return f"write {upgrade}`apk add --no-cache`, and no `apk update`, which would keep the index as well"


def _without_index(script: Script, call: PackageCall, updates: list[PackageCall]) -> Fix | None:
    """Return the fix that keeps no index: what `apk update` fetched, each other call fetches for itself."""
    deleted = [delete_command(script, update.outer) for update in updates]
    upgrades = _calls(script, "upgrade") if updates else []
    added = [
        _without_cache(script, one, one.verb)
        for one in (*upgrades, call)
        if one.verb is not None and not one.options.has("no-cache")
    ]
    if None in deleted:
        return None
    edits = (*(one for one in deleted if one is not None), *added)
    return Fix("keep no index", edits, Applicability.UNSAFE)


def _without_cache(script: Script, call: PackageCall, verb: Word) -> Edit:
    """Return the edit that keeps no index, in place of an option that fetches it anew, which says less."""
    fetching = next((word for word in call.words if word.text in _FETCHING), None)
    return script.replace(fetching, "--no-cache") if fetching else script.insert_behind(verb, "--no-cache")


def _forced(script: Script, cleaning: list[Command]) -> Iterator[Edit]:
    """Yield the edits that let `rm` pass over a folder in which nothing is left to remove."""
    for command in cleaning:
        options = [word for word in command.arguments if word.text.startswith("-")]
        if command.program != "rm" or any(re.fullmatch(_FORCE, word.text) for word in options):
            continue
        if options and re.fullmatch(r"-\w+", options[0].text):
            yield script.replace(options[0], f"{options[0].text}f")
        else:
            yield script.insert_behind(command.words[0], "-f")


def _adds(script: Script) -> list[PackageCall]:
    return _calls(script, "add")


def _calls(script: Script, verb: str) -> list[PackageCall]:
    return [call for call in script.package_calls if call.manager is Manager.APK and call.does == verb]
