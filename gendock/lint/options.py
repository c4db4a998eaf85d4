"""What rules can be told: the options of a few rules that depend on a team's own conventions."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class LabelKind(StrEnum):
    """What a label's value has to be; the names are hadolint's."""

    TEXT = "text"
    RAWTEXT = "rawtext"
    URL = "url"
    SEMVER = "semver"
    RFC3339 = "rfc3339"
    SPDX = "spdx"
    HASH = "hash"
    EMAIL = "email"


class RuleOptions(msgspec.Struct, frozen=True):
    """Options of rules.

    Attributes:
        trusted_registries: where base images may come from (DL3026); anything where empty. `*` stands for any
            part of a host's name.
        label_schema: the labels that an image has to have, and what each has to be (DL3049 to DL3058).
        strict_labels: other labels than those of the schema are refused (DL3050).
        max_lines: more lines than this are too many (GD409).
        secret_commands: programs whose RUN needs a secret mount (GD222).
    """

    trusted_registries: tuple[str, ...] = ()
    label_schema: tuple[tuple[str, LabelKind], ...] = ()
    strict_labels: bool = False
    max_lines: int = 100
    secret_commands: tuple[str, ...] = ()
