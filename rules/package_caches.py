"""What package managers leave behind in an image."""

from __future__ import annotations

import re

import msgspec

from gendock.lint import Applicability, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.chains import append_command
from gendock.lint.cleanups import has_mount, removes
from gendock.lint.context import BuildContext
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.scripts import Script

_JOINED = "put it into one RUN with the installations below, and end that with `rm -rf /var/lib/apt/lists/*`"
_LISTS = "/var/lib/apt/lists"
_YUM = ("/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", ".cache/libdnf5")
_DNF_INSTALLS = frozenset({"install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei"})


@rule(
    "DL3009",
    "apt-lists",
    severity=Severity.INFO,
    also=("apt-get_missing_rm", "DKL-DI-0005"),
    shipped=True,
    mentions=("apt",),
)
def apt_lists(context: BuildContext) -> Mistakes:
    """The lists of apt-get update stay in the image.

    They hold what packages there are, 20 to 50 MB of it, and are old by the time that anybody could use them.
    They have to go in the same RUN: what one layer holds, no later one takes out of the image. A cache mount
    over /var/lib/apt and /var/cache/apt does it, too. Of a RUN that calls a script such as cleanup.sh
    behind them, the default profile says nothing.

    Bad:
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends curl

    Good:
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    """
    for script in _scripts_built_upon(context):
        calls = [call for call in script.package_calls if call.manager is Manager.APT]
        updates = [call for call in calls if call.does == "update"]
        if not updates or has_mount(script.run, _LISTS):
            continue
        if has_mount(script.run, "/var/lib/apt") and has_mount(script.run, "/var/cache/apt"):
            continue
        if _is_cleaned(script, updates[-1], (_LISTS,)):
            continue
        if not context.is_doubted and _calls_a_cleaner(script, updates[-1]):
            continue
        if any(call.does in ("distclean", "dist-clean") for call in calls):
            continue
        mistake = _left(
            script,
            updates[-1],
            calls[-1],
            f"`{updates[-1].program} update` leaves its package lists in the image",
            f"rm -rf {_LISTS}/*",
        )
        # A later RUN that rests on these lists would no longer build.
        if _are_needed(context, script):
            mistake = msgspec.structs.replace(mistake, help=_JOINED, fix=None)
        yield mistake


def _calls_a_cleaner(script: Script, call: PackageCall) -> bool:
    """Tell whether a script behind a call is named for what it does: /scripts/cleanup.sh."""
    return any(
        re.match(r"clean|apt[-_]clean|docker[-_]clean", command.program) is not None
        for command in script.calls
        if command.start > call.outer.start
    )


def _are_needed(context: BuildContext, script: Script) -> bool:
    """Tell whether a later RUN, in this stage or one on top of it, installs without fetching the lists."""
    for other in context.scripts:
        if other.run.span.start <= script.run.span.start:
            continue
        if not any(stage is script.stage for stage in other.stage.lineage()):
            continue
        first = next((call for call in other.package_calls if call.manager is Manager.APT), None)
        if first is not None and first.does not in (
            "update",
            "clean",
            "autoclean",
            "remove",
            "purge",
            "autoremove",
        ):
            return True
    return False


@rule("DL3032", "yum-cache", severity=Severity.WARNING, also=("DS-0015",), shipped=True, mentions=("yum",))
def yum_cache(script: Script) -> Mistakes:
    """What yum has downloaded stays in the image.

    Its packages and lists are of no use once they are installed, and have to go in the same RUN: what one
    layer holds, no later one takes out of the image.

    Bad:
        FROM rockylinux:8
        RUN yum install -y curl

    Good:
        FROM rockylinux:8
        RUN yum install -y curl && yum clean all
    """
    yield from _kept(script, Manager.YUM, frozenset({"install"}), "clean all", _YUM)


@rule(
    "DL3040",
    "dnf-cache",
    severity=Severity.WARNING,
    also=("DS-0019", "DS-0027"),
    shipped=True,
    mentions=("dnf",),
)
def dnf_cache(script: Script) -> Mistakes:
    """What dnf has downloaded stays in the image.

    Its packages and lists are of no use once they are installed, and have to go in the same RUN: what one
    layer holds, no later one takes out of the image.

    Bad:
        FROM fedora:42
        RUN dnf install -y curl

    Good:
        FROM fedora:42
        RUN dnf install -y curl && dnf clean all

    Bad:
        FROM redhat/ubi9-minimal:9.6
        RUN microdnf install -y tar

    Good:
        FROM redhat/ubi9-minimal:9.6
        RUN microdnf install -y tar && microdnf clean all
    """
    yield from _kept(script, Manager.DNF, _DNF_INSTALLS, "clean all", _YUM)


@rule(
    "DL3036", "zypper-cache", severity=Severity.WARNING, also=("DS-0020",), shipped=True, mentions=("zypper",)
)
def zypper_cache(script: Script) -> Mistakes:
    """What zypper has downloaded stays in the image.

    Its packages and lists are of no use once they are installed, and have to go in the same RUN: what one
    layer holds, no later one takes out of the image.

    Bad:
        FROM opensuse/leap:15.6
        RUN zypper --non-interactive install curl

    Good:
        FROM opensuse/leap:15.6
        RUN zypper --non-interactive install curl && zypper clean --all
    """
    yield from _kept(
        script, Manager.ZYPPER, frozenset({"install", "in"}), "clean --all", ("/var/cache/zypp",)
    )


@rule("DL3060", "yarn-cache", severity=Severity.INFO, shipped=True, mentions=("yarn",))
def yarn_cache(context: BuildContext) -> Mistakes:
    """What yarn has downloaded stays in the image.

    Each package is then there twice: in node_modules, and in the cache. The cache has to go in the same
    RUN, or to lie in a cache mount, outside the image.

    Bad:
        FROM node:22-slim
        RUN yarn install --frozen-lockfile

    Good:
        FROM node:22-slim
        RUN yarn install --frozen-lockfile && yarn cache clean
    """
    for script in _scripts_built_upon(context):
        yield from _kept(
            script,
            Manager.YARN,
            frozenset({"install"}),
            "cache clean",
            (".cache/yarn", "/usr/local/share/.cache/yarn", "/root/.cache/yarn"),
        )


def _scripts_built_upon(context: BuildContext) -> list[Script]:
    """Return the scripts of the last stage and of those that others stand on: their layers are shipped."""
    stages = context.stages
    shipped = {stage.parent.index for stage in stages if stage.parent} | {stages[-1].index if stages else -1}
    return [script for script in context.scripts if script.stage.index in shipped]


def _kept(
    script: Script, manager: Manager, verbs: frozenset[str], clean: str, folders: tuple[str, ...]
) -> Mistakes:
    """Yield a mistake where a program installs and what it downloads stays in one of some folders."""
    calls = [call for call in script.package_calls if call.manager is manager]
    last = {call.program: call for call in calls if call.does in verbs}
    if not last or has_mount(script.run, *folders):
        return
    for program, call in last.items():
        own = (one for one in calls if one.program == program and _cleans(one, clean))
        if not _is_cleaned(script, call, folders, frozenset(one.outer.start for one in own)):
            message = f"what `{program} {call.does}` downloads stays in the image"
            yield _left(script, call, call, message, f"{program} {clean}")


def _cleans(call: PackageCall, clean: str) -> bool:
    verb = clean.partition(" ")[0]
    return verb in (call.family, call.does) or (verb == "clean" and call.does == "cc")


def _is_cleaned(
    script: Script, call: PackageCall, folders: tuple[str, ...], starts: frozenset[int] = frozenset()
) -> bool:
    """Tell whether a command behind a call empties a folder, or is one of those that start at some places."""
    return any(
        outer.start in starts or removes(command, *folders)
        for outer, command in zip(script.commands, script.calls, strict=True)
        if outer.start > call.outer.start
    )


def _left(script: Script, call: PackageCall, last: PackageCall, message: str, cleaning: str) -> Mistake:
    """Return the mistake that a call leaves files, with the fix that takes them away behind the last one."""
    if last.outer.name in ("sudo", "doas"):
        cleaning = f"{last.outer.name} {cleaning}"
    edit = append_command(script, last.outer, cleaning)
    fix = Fix(f"run `{cleaning}` after it", (edit,), Applicability.UNSAFE) if edit else None
    return Mistake(script.span(call.verb or call.words[0]), message, f"add `&& {cleaning}` to this RUN", fix)
