"""What the command line of `gendock lint` says of settings."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gendock.errors import GendockError
from gendock.lint.config import NEVER, Configuration, inline_settings
from gendock.lint.mistake import Severity

if TYPE_CHECKING:
    from gendock.lint.profiles import Profile


class FailLevel(StrEnum):
    """From which severity on the exit code is 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    STYLE = "style"
    NONE = NEVER


def overrides_of(
    select: list[str] | None,
    extend_select: list[str] | None,
    ignore: list[str] | None,
    per_file_ignores: list[str] | None,
    profile: Profile | None,
    fail_level: FailLevel | None,
) -> dict[str, Any]:
    """Return what the command line says, by the names of the fields of `Settings`.

    Raises:
        GendockError: a pattern or a name of `--per-file-ignores` is wrong.
    """
    said: dict[str, Any] = {}
    for field, value in (("select", select), ("extend_select", extend_select), ("ignore", ignore)):
        if value is not None:
            said[field] = tuple(name for text in value for name in text.split(","))
    if select is not None:
        said.setdefault("extend_select", ())  # `--select` is all that runs, whatever a file adds
    if ignore is None:
        said["insisted"] = (*said.get("select", ()), *said.get("extend_select", ()))
    if per_file_ignores is not None:
        said["per_file_ignores"] = tuple(map(_pattern_and_rules, per_file_ignores))
        said["per_file_root"] = Path.cwd()
    if profile is not None:
        said["profile"] = profile
    if fail_level is not None:
        said["fail_level"] = None if fail_level is FailLevel.NONE else Severity[fail_level.name]
    return said


def _pattern_and_rules(text: str) -> tuple[str, tuple[str, ...]]:
    """Read one `--per-file-ignores`."""
    from gendock.lint.registry import registry

    pattern, colon, names = text.rpartition(":")
    if not (pattern and names):
        lack = "names no rule" if pattern else "has no pattern" if colon else "has no colon"
        raise GendockError(f"--per-file-ignores takes PATTERN:RULES, and {text!r} {lack}")
    try:
        registry().select_all([names])
    except GendockError as error:
        raise GendockError(f"--per-file-ignores {pattern}: {error}") from None
    return pattern, tuple(names.split(","))


def configuration_of(config: list[str], overrides: dict[str, Any], *, isolated: bool) -> Configuration:
    """Return where the settings of each file come from, as `--config` and `--isolated` say.

    Raises:
        GendockError: they contradict themselves, or name no setting.
    """
    inline = [text for text in config if "=" in text and not Path(text).is_file()]
    files = [text for text in config if text not in inline]
    if len(files) > 1:
        raise GendockError(f"--config names two files, {files[0]} and {files[1]}: `extend` in one joins them")
    if files and isolated:
        raise GendockError(f"--isolated and --config {files[0]} cannot be combined: one reads no file")
    explicit = Path(files[0]) if files else None
    return Configuration(overrides, explicit, isolated, inline_settings(inline) if inline else None)
