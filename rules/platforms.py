"""FROM --platform: for which machine a stage's base image is taken."""

from __future__ import annotations

import re

from gendock.dockerfile import Flag, Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_flag
from gendock.lint.mistake import Applicability, Fix

# What BuildKit sets by itself for each build.
_GIVEN = r"(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH)"
_USUAL_NAMES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386", "armhf": "arm"}
# BuildKit always sets it, so a default behind it means nothing.
_TARGET = r"\$TARGETPLATFORM|\$\{TARGETPLATFORM(?::?-[^{}]*)?\}"


@rule(
    "DL3029",
    "constant-platform",
    severity=Severity.WARNING,
    also=("FromPlatformFlagConstDisallowed",),
    mentions=("--platform",),
)
def constant_platform(context: BuildContext) -> Mistakes:
    """FROM has a --platform that does not come from the build.

    `docker build --platform=...` says for which machine an image is. A platform that is written into FROM
    overrules it: the image that says arm64 holds programs for amd64, and stops with "exec format error".
    Without the flag, the base image is the one for the target. A Go build that cross-compiles takes its
    compiler for the machine that builds: `--platform=$BUILDPLATFORM`. A stage whose name says its platform,
    such as `build-amd64`, is meant so.

    Bad:
        FROM --platform=linux/amd64 debian:12

    Good:
        FROM debian:12
    """
    for stage in context.stages:
        flag = stage.start.flag("platform")
        if flag is None or flag.value is None or not flag.value.text:
            continue
        platform = flag.value.text
        if re.search(_GIVEN, platform) or _is_named_for(stage, platform):
            continue
        fix = None
        # Builds on Linux have to be told that an image is one for Windows.
        if "windows" not in platform.lower():
            fix = _without(context, stage, flag, Applicability.UNSAFE)
        yield Mistake(
            flag.span,
            f"--platform={platform} overrides the platform that the image is built for",
            "take it out, or write --platform=$BUILDPLATFORM where the stage cross-compiles",
            fix,
            also=() if "$" in platform else None,
        )


@rule(
    "DL3065",
    "redundant-platform",
    severity=Severity.WARNING,
    also=("RedundantTargetPlatform",),
    mentions=("--platform",),
)
def redundant_platform(context: BuildContext) -> Mistakes:
    """FROM has --platform=$TARGETPLATFORM, which is what it does anyway.

    The flag looks like a decision and is not one. `$BUILDPLATFORM` would be one: it takes the image for the
    machine that builds.

    Bad:
        FROM --platform=$TARGETPLATFORM debian:12

    Good:
        FROM debian:12
    """
    for stage in context.stages:
        flag = stage.start.flag("platform")
        if flag is None or flag.value is None:
            continue
        if re.fullmatch(_TARGET, flag.value.text):
            yield Mistake(
                flag.span,
                f"--platform={flag.value.text} is what FROM does without it",
                "take it out",
                _without(context, stage, flag, Applicability.SAFE),
            )


def _is_named_for(stage: Stage, platform: str) -> bool:
    parts = platform.lower().split("/")[:2]
    parts += [_USUAL_NAMES.get(part, "") for part in parts]
    return any(part and part in stage.name for part in parts)


def _without(context: BuildContext, stage: Stage, flag: Flag, applicability: Applicability) -> Fix | None:
    edit = delete_flag(context.file.source, stage.start, flag)
    return None if edit is None else Fix("take --platform out", (edit,), applicability)
