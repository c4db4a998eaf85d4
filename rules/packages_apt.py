"""apt-get: what it installs, and how it is asked to."""

from __future__ import annotations

import re

from gendock.lint import Applicability, Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.cleanups import is_said_before
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.packages import unpinned
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script

_OFF = frozenset({"0", "false", "no", "off", "without", "disable"})
# As in a file that an earlier RUN has put below /etc/apt/apt.conf.d.
_YES = r"Assume-Yes[\s\\\"'=]*(?:1|true|yes|on)\b"
_NO_RECOMMENDS = r"APT::Install-Recommends[\s\\\"'=]*(?:0|false|no|off)\b"
_FOR_APT_GET = frozenset(
    """
    install update remove purge autoremove autopurge clean autoclean distclean dist-clean source build-dep
    download changelog satisfy reinstall
""".split()
)
_FOR_APT_CACHE = frozenset({"search", "show", "showsrc", "policy", "depends", "rdepends"})
_SIMULATED = ("s", "simulate", "just-print", "dry-run", "recon", "no-act", "print-uris")


@rule(
    "DL3008",
    "unpinned-apt-package",
    severity=Severity.WARNING,
    level=Level.STRICT,
    mentions=("apt",),
)
def unpinned_apt_package(script: Script) -> Mistakes:
    """apt-get installs a package without naming its version.

    Which version that is depends on the day of the build. A version pins it; but Debian and Ubuntu keep only
    the newest one of a package, so that a pin has to be kept up, or the build stops when the next one comes.
    That is why this rule runs in the profile `strict`.

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends curl
    """
    for call in _installs(script):
        yield from unpinned(script, call, _is_pinned, "name=version")


def _is_pinned(package: str) -> bool:
    return "=" in package or "/" in package or package.endswith(".deb")


@rule(
    "DL3014",
    "apt-without-yes",
    severity=Severity.WARNING,
    also=("apt-get_missing_param", "DS-0021"),
    mentions=("apt",),
)
def apt_without_yes(script: Script) -> Mistakes:
    """apt-get install asks whether to continue, and nobody is there to answer.

    As soon as it wants to install more than what it was told, it asks; in a build there is no terminal, and
    it stops with an error. `-y` answers yes.

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get install --no-install-recommends curl && rm -rf /var/lib/apt/lists/*

    Good:
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    """
    for call in _installs(script):
        options = call.options
        if options.has("y", "yes", "assume-yes", "qq") or options.count("q", "quiet") >= 2:
            continue
        if options.value("q", "quiet") == "2" or any(word.text == "-q=2" for word in call.words):
            continue
        if _configured(call, "apt::get::assume-yes") == "true" or is_said_before(script, _YES):
            continue
        if call.verb is None:
            continue
        yield Mistake(
            script.span(call.verb),
            f"`{call.program} install` asks before it continues, and nobody can answer in a build",
            f"write `{call.program} install -y`",
            Fix("answer yes with -y", (script.insert_behind(call.verb, "-y"),)),
        )


@rule(
    "DL3015",
    "apt-recommends",
    severity=Severity.INFO,
    also=("apt-get_recommends", "DS-0029"),
    shipped=True,
    mentions=("apt",),
)
def apt_recommends(script: Script) -> Mistakes:
    """apt-get install also brings what its packages only recommend.

    Debian's packages recommend others that are handy on a desktop and dead weight in an image: often they are
    most of what is installed. What is really needed among them can be named.

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*

    Good:
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    """
    for call in _installs(script):
        if call.options.has("no-install-recommends"):
            continue
        if _configured(call, "apt::install-recommends") in _OFF:
            continue
        if call.verb is None or is_said_before(script, _NO_RECOMMENDS):
            continue
        edit = script.insert_behind(call.last_option(), "--no-install-recommends")
        yield Mistake(
            script.span(call.verb),
            f"`{call.program} install` also installs recommended packages",
            "write --no-install-recommends, and name those that are needed",
            Fix("leave out what is only recommended", (edit,), Applicability.UNSAFE),
        )


@rule(
    "DL3027", "apt-instead-of-apt-get", severity=Severity.WARNING, also=("CKV_DOCKER_9",), mentions=("apt",)
)
def apt_instead_of_apt_get(script: Script) -> Mistakes:
    """A script calls apt, which is made for interactive use.

    apt says itself that what it prints and takes may change with each release: a build that rests on it may
    break with the next base image. apt-get and apt-cache do the same, and stay as they are.

    Bad:
        FROM debian:12
        RUN apt update

    Good:
        FROM debian:12
        RUN apt-get update
    """
    for call, command in zip(script.commands, script.calls, strict=True):
        if command.program != "apt":
            continue
        found = next((one for one in script.package_calls if one.outer is call), None)
        edits = _without_apt(script, found) if found else ()
        yield Mistake(
            script.span(command.words[0]),
            "apt is for interactive use: its options and output may change",
            "write apt-get, or apt-cache to look something up",
            Fix("call the program that is made for scripts", edits) if edits else None,
        )


def _without_apt(script: Script, call: PackageCall) -> tuple[Edit, ...]:
    """Return the edits that make a call of apt one of apt-get or apt-cache; nothing where none is like it."""
    name = call.words[0]
    if call.verb is None or not name.is_plain or name.is_quoted:
        return ()
    verb = call.verb.text
    program = "apt-cache" if verb in _FOR_APT_CACHE else "apt-get"
    edit = script.replace(name, re.sub(r"apt\Z", program, name.text))
    if verb in _FOR_APT_GET or verb in _FOR_APT_CACHE:
        return (edit,)
    if verb == "full-upgrade":
        return (edit, script.replace(call.verb, "dist-upgrade"))
    # Unlike apt-get, apt also installs what an upgrade newly needs.
    if verb == "upgrade":
        return (edit, script.insert_behind(call.verb, "--with-new-pkgs"))
    return ()


def _installs(script: Script) -> list[PackageCall]:
    """Return the calls that install packages; those of aptitude have other options, some only simulate."""
    return [
        call
        for call in script.package_calls
        if call.manager is Manager.APT
        and call.does == "install"
        and call.program != "aptitude"
        and not call.options.has(*_SIMULATED)
    ]


def _configured(call: PackageCall, key: str) -> str | None:
    """Return what `-o key=value` says, in small letters."""
    for name, word in call.options.values:
        option, equals, value = word.text.partition("=")
        if name in ("o", "option") and equals and option.lower() == key:
            return value.strip("\"'").lower()
    return None
