"""What a configuration file may say, as one typed table; read only where there is such a file.

The same table gives the checks (unknown keys, wrong types) and the JSON schema, so that neither can drift.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from gendock.dockerfile.suggestions import nearest
from gendock.errors import GendockError
from gendock.lint.init_table import InitTable

SeverityName = Literal["error", "warning", "info", "style"]
FailLevelName = Literal["error", "warning", "info", "style", "none"]
ProfileName = Literal["default", "hadolint", "strict", "all"]
LabelKindName = Literal["text", "rawtext", "url", "semver", "rfc3339", "spdx", "hash", "email"]
Names = Annotated[list[str], Meta(description="Rules: codes, names, prefixes of codes, or ALL.")]


_CHOICES = {"profile": get_args(ProfileName), "fail-level": get_args(FailLevelName)}
_CHOICES_IN_TABLES = {"severity": get_args(SeverityName), "label-schema": get_args(LabelKindName)}


class LintTable(Struct, rename="kebab", forbid_unknown_fields=True, omit_defaults=True):
    """`[lint]`: what `gendock lint` looks for."""

    select: Annotated[Names, Meta(description="Rules to run; the profile's where empty.")] | UnsetType = UNSET
    extend_select: Annotated[Names, Meta(description="Rules to run as well.")] | UnsetType = UNSET
    ignore: Annotated[Names, Meta(description="Rules not to run.")] | UnsetType = UNSET
    per_file_ignores: (
        Annotated[
            dict[str, Names],
            Meta(description="Rules not to run on the files that a pattern, as in .gitignore, matches."),
        ]
        | UnsetType
    ) = UNSET
    severity: (
        Annotated[dict[str, SeverityName], Meta(description="Other severities than the rules' own.")]
        | UnsetType
    ) = UNSET
    fail_level: (
        Annotated[FailLevelName, Meta(description="Exit with 1 from this severity on.")] | UnsetType
    ) = UNSET
    exclude: (
        Annotated[list[str], Meta(description="Patterns of files to pass over while searching folders.")]
        | UnsetType
    ) = UNSET
    require_reason: (
        Annotated[bool, Meta(description="Comments that silence a rule have to say why.")] | UnsetType
    ) = UNSET
    pragmas: Annotated[bool, Meta(description="Comments may silence rules.")] | UnsetType = UNSET
    profile: (
        Annotated[ProfileName, Meta(description="The rules that run where nobody names them.")] | UnsetType
    ) = UNSET
    rules_version: (
        Annotated[
            str,
            Meta(
                description="Leave out the rules of later versions than this, such as 0.2.",
                pattern=r"^[0-9]+(\.[0-9]+)*$",
            ),
        ]
        | UnsetType
    ) = UNSET
    trusted_registries: (
        Annotated[list[str], Meta(description="Where base images may come from; anywhere where empty.")]
        | UnsetType
    ) = UNSET
    label_schema: (
        Annotated[
            dict[str, LabelKindName],
            Meta(description="The labels that an image has to have, and what each has to be."),
        ]
        | UnsetType
    ) = UNSET
    strict_labels: (
        Annotated[bool, Meta(description="Refuse labels that are not in the schema.")] | UnsetType
    ) = UNSET
    max_lines: Annotated[int, Meta(description="More lines than this are too many.", ge=1)] | UnsetType = (
        UNSET
    )
    secret_commands: (
        Annotated[list[str], Meta(description="Programs whose RUN needs a secret mount.")] | UnsetType
    ) = UNSET


class ConfigFile(Struct, rename="kebab", forbid_unknown_fields=True, omit_defaults=True):
    """`gendock.toml`, `.gendock.toml`, or `[tool.gendock]` in pyproject.toml."""

    extend: Annotated[str, Meta(description="A file to take what is not said here from.")] | UnsetType = UNSET
    lint: LintTable = msgspec.field(default_factory=LintTable)
    init: InitTable = msgspec.field(default_factory=InitTable)


def read_config(path: Path) -> ConfigFile | None:
    """Read a configuration file; None for a pyproject.toml that has no `[tool.gendock]`.

    Raises:
        GendockError: it cannot be read, is no TOML, or says something that gendock does not know.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise GendockError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise GendockError(f"cannot read {path}: it is no UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise GendockError(f"cannot read {path}: {error}") from None
    except RecursionError:
        raise GendockError(f"cannot read {path}: it is nested too deeply") from None
    if path.name == "pyproject.toml":
        tools = content.get("tool", {})
        if not isinstance(tools, dict) or "gendock" not in tools:
            return None
        content = tools["gendock"]
    return convert_config(content, str(path))


def convert_config(content: Any, origin: str) -> ConfigFile:  # noqa: ANN401 - what TOML gives
    """Check a configuration's keys and values.

    Raises:
        GendockError: a key or a value is not known; `origin` is named.
    """
    _refuse_unknown(content, ConfigFile, origin, "")
    if isinstance(content, dict):
        _refuse_unknown(content.get("lint"), LintTable, origin, "lint.")
        _refuse_unknown(content.get("init"), InitTable, origin, "init.")
        _refuse_wrong_choices(content.get("lint"), origin)
    try:
        return msgspec.convert(content, ConfigFile)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        place = where.rstrip("`").lstrip(".")
        raise GendockError(f"{origin}: {place or 'the file'}: {what[:1].lower()}{what[1:]}") from None


def schema() -> dict[str, Any]:
    """Return the JSON schema of a configuration file."""
    made = msgspec.json.schema(ConfigFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gendock.toml", **made}


def _refuse_unknown(table: object, kind: type[Struct], origin: str, prefix: str) -> None:
    if not isinstance(table, dict):
        return
    known = [field.encode_name for field in msgspec.structs.fields(kind)]
    for key in table:
        if key in known:
            continue
        near = nearest(str(key), known)
        hint = f"did you mean {prefix}{near}?" if near else f"known are: {', '.join(known)}."
        raise GendockError(f"{origin}: {prefix}{key} is no setting; {hint}")


def _refuse_wrong_choices(table: object, origin: str) -> None:
    if not isinstance(table, dict):
        return
    said = [(key, table.get(key), known) for key, known in _CHOICES.items()]
    for key, known in _CHOICES_IN_TABLES.items():
        inner = table.get(key)
        if isinstance(inner, dict):
            said += [(f"{key}.{name}", value, known) for name, value in inner.items()]
    for key, value, known in said:
        if isinstance(value, str) and value not in known:
            near = nearest(value, known)
            hint = f"did you mean {near}?" if near else f"known are: {', '.join(known)}."
            raise GendockError(f"{origin}: lint.{key} cannot be {value!r}; {hint}")
