"""Where settings come from: the command line, the environment, a configuration file, the defaults.

For each file that is linted, the folders from its own up to the repository's root are looked through for
`.gendock.toml`, `gendock.toml`, or a pyproject.toml with `[tool.gendock]`; the closest one counts. Where
there is none, the closest `.hadolint.yaml` does, and then `$XDG_CONFIG_HOME/gendock/gendock.toml`. Files are
not merged, except by `extend`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import UNSET, Struct, field
from msgspec.structs import asdict, replace

from gendock.errors import GendockError
from gendock.files import is_file
from gendock.lint.config_search import HADOLINT_NAMES, ConfigSearch
from gendock.lint.mistake import Severity
from gendock.lint.options import LabelKind, RuleOptions
from gendock.lint.profiles import Profile
from gendock.lint.settings import Settings

if TYPE_CHECKING:
    from gendock.lint.config_file import LintTable

CONFIG_VARIABLE = "GENDOCK_CONFIG"
NEVER = "none"

Pairs: TypeAlias = tuple[tuple[str, Any], ...]


class Configuration(Struct):
    """Gives each file its settings.

    Attributes:
        overrides: what the command line says, by the names of the fields of `Settings`.
        explicit: the one file to read, from `--config` or GENDOCK_CONFIG.
        isolated: read no file at all.
        inline: what `--config KEY=VALUE` says, in place of what a file says of it.
    """

    overrides: Mapping[str, Any] = field(default_factory=dict)
    explicit: Path | None = None
    isolated: bool = False
    inline: LintTable | None = None
    _search: ConfigSearch = field(default_factory=lambda: ConfigSearch(_counts))
    _sources: dict[str, Path | None] = field(default_factory=dict)
    _settings: dict[Path | None, Settings] = field(default_factory=dict)

    def for_file(self, path: Path) -> Settings:
        """Return the settings for a file.

        Raises:
            GendockError: a configuration file cannot be read.
        """
        folder = os.path.dirname(path)  # noqa: PTH120 - of hundreds of files, and quicker
        if folder not in self._sources:
            above = path.parent.absolute()
            # What stands in front of `..` is no folder above the file.
            self._sources[folder] = self._find(above.resolve() if ".." in above.parts else above)
        source = self._sources[folder]
        if source not in self._settings:
            settings = read_settings(source) if source else Settings(root=Path.cwd())
            if self.inline is not None:
                settings = _merged(settings, self.inline)
            self._settings[source] = replace(settings, **self.overrides)
        return self._settings[source]

    def _find(self, folder: Path) -> Path | None:
        if self.isolated:
            return None
        if self.explicit is not None:
            return self.explicit
        named = os.environ.get(CONFIG_VARIABLE)
        if named:
            return Path(named)
        return self._search.find(folder)


def read_settings(path: Path) -> Settings:
    """Read a configuration file into settings.

    Raises:
        GendockError: it cannot be read, or says something that gendock does not know.
    """
    if path.name in HADOLINT_NAMES:
        from gendock.lint.hadolint_config import read_hadolint_config

        return read_hadolint_config(path)
    return _read(path, ())


def _read(path: Path, above: tuple[Path, ...]) -> Settings:
    from gendock.lint.config_file import read_config

    if path.resolve() in above:
        raise GendockError(f"{path} extends itself: {' -> '.join(map(str, (*above, path)))}")
    config = read_config(path)
    if config is None:
        raise GendockError(f"{path} has no [tool.gendock]")
    _check_names(config.lint, str(path))
    base = Settings()
    if config.extend is not UNSET:
        other = path.parent / config.extend
        if not is_file(other):  # a pipe or a device would never end
            raise GendockError(f"{path} extends {config.extend}, and there is no such file")
        base = _read(other, (*above, path.resolve()))
    return replace(base, **_fields(config.lint, base.options), root=path.parent, source=path)


def _check_names(table: LintTable, origin: str) -> None:
    """Refuse names that stand for no rule, and say where they are.

    Raises:
        GendockError: there is one.
    """
    places: list[tuple[str, Iterable[str]]] = [
        ("select", table.select or ()),
        ("extend-select", table.extend_select or ()),
        ("ignore", table.ignore or ()),
        ("severity", table.severity or ()),
    ]
    per_file = table.per_file_ignores or {}
    places += [(f"per-file-ignores.{pattern}", names) for pattern, names in per_file.items()]
    for key, names in places:
        for name in names:
            from gendock.lint.registry import registry

            try:
                registry().select_all([name])
            except GendockError as error:
                raise GendockError(f"{origin}: lint.{key}: {error}") from None


def _fields(table: LintTable, base: RuleOptions) -> dict[str, Any]:
    """Return what a table sets, by the names of the fields of `Settings`; options add to those of `base`."""
    said = {name: value for name, value in asdict(table).items() if value is not UNSET}
    for name, value in said.items():
        if name == "profile":
            said[name] = Profile(value)
        elif name == "label_schema":
            said[name] = tuple((label, LabelKind(kind)) for label, kind in value.items())
        elif name == "severity":
            said[name] = tuple((rule, Severity[level.upper()]) for rule, level in value.items())
        elif name == "per_file_ignores":
            said[name] = tuple((pattern, tuple(names)) for pattern, names in value.items())
        elif name == "fail_level":
            said[name] = None if value == NEVER else Severity[value.upper()]
        elif isinstance(value, list):
            said[name] = tuple(value)
    options = {name: said.pop(name) for name in RuleOptions.__struct_fields__ if name in said}
    return said | ({"options": replace(base, **options)} if options else {})


def _counts(path: Path) -> bool:
    """Whether a file has something to say of lint: what `gendock init` remembers for itself is nothing."""
    is_own = path.name != "pyproject.toml"
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return is_own
    if ("init" if is_own else "gendock") not in text:
        return is_own
    import tomllib

    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        # Whoever reads the settings says what is wrong with it.
        return is_own or "[tool.gendock" in text
    tools = content.get("tool")
    table = content if is_own else tools.get("gendock") if isinstance(tools, dict) else None
    return table is not None and (not isinstance(table, dict) or table.keys() != {"init"})


def inline_settings(texts: Iterable[str]) -> LintTable:
    """Return what several `--config KEY=VALUE` say together; a word needs no quotes.

    Raises:
        GendockError: one is no TOML, or no setting.
    """
    from gendock.lint.config_file import convert_config

    content: dict[str, Any] = {}
    for text in texts:
        _merge(content, _inline_content(text))
    table = convert_config(content, "--config").lint
    if "extend" in content:
        raise GendockError("--config extend: a file alone can extend another")
    _check_names(table, "--config")
    return table


def _inline_content(text: str) -> dict[str, Any]:
    import json
    import tomllib

    key, _, value = text.partition("=")
    word = re.fullmatch(r"\s*([A-Za-z][\w.*/-]*)\s*", value)
    if word and word[1] not in ("true", "false"):
        text = f"{key}={json.dumps(word[1])}"
    try:
        return tomllib.loads(text, parse_float=str)  # no setting is a fraction: 0.2 is a version
    except tomllib.TOMLDecodeError as error:
        raise GendockError(f"--config {text}: {error}") from None


def _merge(content: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        there = content.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            _merge(there, value)
        else:
            content[key] = value


def _merged(settings: Settings, table: LintTable) -> Settings:
    """Return settings with those of a table in place of them; tables in it add to those that are there."""
    said = _fields(table, settings.options)
    for name in ("severity", "per_file_ignores"):
        if name in said:
            said[name] = _added(getattr(settings, name), said[name])
    if table.label_schema is not UNSET:
        labels = _added(settings.options.label_schema, said["options"].label_schema)
        said["options"] = replace(said["options"], label_schema=labels)
    return replace(settings, **said)


def _added(there: Pairs, new: Pairs) -> Pairs:
    names = {name for name, _ in new}
    return (*(pair for pair in there if pair[0] not in names), *new)
