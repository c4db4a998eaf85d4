"""BuildKit's own checks: their names, as `docker build --check` prints them, and what `check=` says of them.

Source: moby/buildkit, frontend/dockerfile/linter/ruleset.go and linter.go.
"""

from __future__ import annotations

from msgspec import Struct

from gendock.dockerfile.flag_values import is_switch

BUILDKIT_CHECKS = frozenset(
    {
        "ConsistentInstructionCasing",
        "CopyIgnoredFile",
        "DuplicateStageName",
        "ExposeInvalidFormat",
        "ExposeProtoCasing",
        "FromAsCasing",
        "FromPlatformFlagConstDisallowed",
        "InvalidBaseImagePlatform",
        "InvalidDefaultArgInFrom",
        "InvalidDefinitionDescription",
        "JSONArgsRecommended",
        "LegacyKeyValueFormat",
        "MaintainerDeprecated",
        "MultipleInstructionsDisallowed",
        "NoEmptyContinuation",
        "RedundantTargetPlatform",
        "ReservedStageName",
        "SecretsUsedInArgOrEnv",
        "StageNameCasing",
        "UndefinedArgInFrom",
        "UndefinedVar",
        "WorkdirRelativePath",
    }
)

# They run only where a file asks for them, and nothing skips them.
EXPERIMENTAL_CHECKS = frozenset({"InvalidDefinitionDescription"})
EVERY_CHECK = "all"


class CheckOptions(Struct, frozen=True):
    """What `check=skip=A,B;error=true;experimental=C` says; `all` stands for every check."""

    skip: tuple[str, ...] = ()
    error: bool = False
    experimental: tuple[str, ...] = ()


def read_check_options(value: str) -> CheckOptions | None:
    """Read the value of a `check` comment; None where BuildKit refuses it. It drops all behind a blank."""
    text = value.partition(" ")[0].strip()
    lists: dict[str, tuple[str, ...]] = {}
    error = False
    for part in text.split(";", 2) if text else ():
        key, equals, setting = (piece.strip() for piece in part.partition("="))
        if equals and key in ("skip", "experimental"):
            names = (name.strip() for name in setting.split(","))
            lists[key] = (setting,) if setting == EVERY_CHECK else tuple(n for n in names if n != EVERY_CHECK)
        elif equals and key == "error" and is_switch(setting):
            error = setting[0] in "1tT"
        else:
            return None
    return CheckOptions(lists.get("skip", ()), error, lists.get("experimental", ()))
