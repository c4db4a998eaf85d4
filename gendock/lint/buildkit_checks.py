"""The names of BuildKit's own checks, as `docker build --check` prints them.

Source: moby/buildkit, frontend/dockerfile/linter/ruleset.go.
"""

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
