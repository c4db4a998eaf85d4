"""yum, dnf, microdnf and zypper: what they install, and how they are asked to."""

from __future__ import annotations

import re

from gendock.lint import Applicability, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.bases import root_base
from gendock.lint.chains import delete_command
from gendock.lint.cleanups import variables_before
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.packages import unpinned
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script

_INSTALLS = frozenset({"install", "groupinstall", "localinstall"})
_ZYPPER_ASKS = frozenset({"install", "in", "remove", "rm", "source-install", "si", "patch"})
_VARIABLE = r"\$\{?(\w+)"
_PART = re.compile(r"[0-9A-Za-z.~^_:+]*")


@rule("DL3030", "yum-without-yes", severity=Severity.WARNING, mentions=("yum",))
def yum_without_yes(script: Script) -> Mistakes:
    """A question of yum has nobody to answer it.

    Before it installs anything, yum asks whether that is right; in a build there is no terminal, and it
    stops. `-y` answers yes.

    Bad:
        FROM rockylinux:8
        RUN yum install curl && yum clean all

    Good:
        FROM rockylinux:8
        RUN yum install -y curl && yum clean all
    """
    yield from _without_yes(script, Manager.YUM)


@rule("DL3038", "dnf-without-yes", severity=Severity.WARNING, mentions=("dnf",))
def dnf_without_yes(script: Script) -> Mistakes:
    """A question of dnf has nobody to answer it.

    Before it installs anything, dnf asks whether that is right; in a build there is no terminal, and it
    stops. `-y` answers yes. The microdnf of Red Hat's images never asks; that of Fedora is dnf.

    Bad:
        FROM fedora:42
        RUN dnf install curl && dnf clean all

    Good:
        FROM fedora:42
        RUN dnf install -y curl && dnf clean all
    """
    yield from _without_yes(script, Manager.DNF)


def _without_yes(script: Script, manager: Manager) -> Mistakes:
    for call in _calls(script, manager):
        if call.verb is None or call.does not in _INSTALLS or call.options.has("y", "assumeyes"):
            continue
        if call.program == "microdnf" and "fedora" not in (root_base(script.stage) or ""):
            continue
        yield Mistake(
            script.span(call.verb),
            f"`{call.program} {call.does}` asks before it continues, and nobody can answer in a build",
            f"write `{call.program} {call.does} -y`",
            Fix("answer yes with -y", (script.insert_behind(call.verb, "-y"),)),
        )


@rule("DL3034", "zypper-without-yes", severity=Severity.WARNING, mentions=("zypper",))
def zypper_without_yes(script: Script) -> Mistakes:
    """A question of zypper has nobody to answer it.

    Before it changes anything, zypper asks whether that is right; in a build there is no terminal, and it
    stops. `--non-interactive` before the subcommand applies to all of them.

    Bad:
        FROM opensuse/leap:15.6
        RUN zypper install curl && zypper clean --all

    Good:
        FROM opensuse/leap:15.6
        RUN zypper --non-interactive install curl && zypper clean --all
    """
    for call in _calls(script, Manager.ZYPPER):
        if call.does not in _ZYPPER_ASKS or call.options.has("non-interactive", "n", "no-confirm", "y"):
            continue
        edit = script.insert_behind(call.words[0], "--non-interactive")
        yield Mistake(
            script.span(call.verb or call.words[0]),
            f"`zypper {call.does}` asks before it continues, and nobody can answer in a build",
            f"write `zypper --non-interactive {call.does}`",
            Fix("let zypper ask nothing", (edit,)),
        )


@rule("DL3035", "zypper-dist-upgrade", severity=Severity.WARNING, mentions=("zypper",))
def zypper_dist_upgrade(script: Script) -> Mistakes:
    """A build upgrades its base image to another release.

    `zypper dist-upgrade` turns the base image into a different system, by what the repositories hold on that
    day: what comes out is neither the old release nor a tested image of the new one. A newer base image
    is.

    Bad:
        FROM opensuse/leap:15.6
        RUN zypper refresh && zypper --non-interactive dist-upgrade && zypper clean --all

    Good:
        FROM opensuse/leap:15.6
        RUN zypper refresh && zypper clean --all
    """
    for call in _calls(script, Manager.ZYPPER):
        if call.verb is None or call.does not in ("dist-upgrade", "dup"):
            continue
        edit = delete_command(script, call.outer)
        yield Mistake(
            script.span(call.verb),
            f"`zypper {call.does}` turns the base image into a different system, a new one each day",
            "name a newer base image in FROM",
            Fix("leave the base image as it is", (edit,), Applicability.UNSAFE) if edit else None,
        )


@rule("DL3033", "unpinned-yum-package", severity=Severity.WARNING, level=Level.STRICT, mentions=("yum",))
def unpinned_yum_package(script: Script) -> Mistakes:
    """A package is installed by yum without a version.

    Which version that is depends on the day of the build. A version pins it, and has to be kept up: that
    is why this rule runs in the profile `strict`.

    Bad:
        FROM rockylinux:8
        RUN yum install -y curl && yum clean all
    """
    yield from _unpinned(script, Manager.YUM)


@rule("DL3041", "unpinned-dnf-package", severity=Severity.WARNING, level=Level.STRICT, mentions=("dnf",))
def unpinned_dnf_package(script: Script) -> Mistakes:
    """A package is installed by dnf without a version.

    Which version that is depends on the day of the build. A version pins it, and has to be kept up: that
    is why this rule runs in the profile `strict`.

    Bad:
        FROM fedora:42
        RUN dnf install -y curl && dnf clean all
    """
    yield from _unpinned(script, Manager.DNF)


@rule(
    "DL3037", "unpinned-zypper-package", severity=Severity.WARNING, level=Level.STRICT, mentions=("zypper",)
)
def unpinned_zypper_package(script: Script) -> Mistakes:
    """A package is installed by zypper without a version.

    Which version that is depends on the day of the build. A version pins it, and has to be kept up: that
    is why this rule runs in the profile `strict`.

    Bad:
        FROM opensuse/leap:15.6
        RUN zypper --non-interactive install curl && zypper clean --all
    """
    for call in _calls(script, Manager.ZYPPER):
        if call.does in ("install", "in"):
            yield from unpinned(script, call, _is_pinned_for_zypper, "name=version")


def _is_pinned_for_zypper(package: str) -> bool:
    return package.endswith(".rpm") or any(sign in package for sign in "=<>")


def _unpinned(script: Script, manager: Manager) -> Mistakes:
    known = set(variables_before(script))
    for command in script.commands:
        words = (*command.assignments, *(command.words if command.program == "export" else ()))
        known.update(word.text.partition("=")[0] for word in words)
    for call in _calls(script, manager):
        if call.does != "install" or call.family in ("group", "groups"):
            continue
        if call.family == "module":
            yield from unpinned(script, call, lambda module: ":" in module, "module:stream")
        else:
            yield from unpinned(script, call, lambda package: _is_pinned(package, known), "name-version")


def _is_pinned(package: str, known: set[str]) -> bool:
    """Tell whether a package of yum has a version: `curl-7.61.1`; groups, as `@base`, have none."""
    if package.startswith("@") or package.endswith(".rpm"):
        return True
    _, dash, version = package.partition("-")
    if not dash:
        return False
    if "$" in package:
        return any(name in known for name in re.findall(_VARIABLE, package))
    parts = version.split("-")
    return all(map(_PART.fullmatch, parts)) and any(part[:1].isdecimal() for part in parts)


def _calls(script: Script, manager: Manager) -> list[PackageCall]:
    return [call for call in script.package_calls if call.manager is manager]
