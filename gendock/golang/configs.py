"""Configuration files that a program reads when it starts: YAML, TOML, INI and JSON as lines of settings.

No parser is asked: a scanner takes `key: value` and `key = value` lines with the keys or section that they
stand below. That is enough for ports and paths, has a line for each, and reads broken files too.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence, Port
from gendock.golang.needs import ConfigVariable
from gendock.golang.network import SERVICE_PORTS
from gendock.golang.places import SERVICE_VARIABLE
from gendock.golang.syntax import arguments
from gendock.golang.writing import written_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from tree_sitter import Node

    from gendock.golang.facts import Variable
    from gendock.golang.folder import Folder
    from gendock.golang.needs import RuntimeFile, WrittenPath
    from gendock.golang.sources import Sources
    from gendock.golang.syntax import Syntax
    from gendock.golang.values import Evaluator

SUFFIXES = (".yaml", ".yml", ".toml", ".json", ".ini", ".conf", ".cfg", ".properties", ".env")
_ASKS_FOR_FILE = re.compile(r"(?:\w+_)?(?:CONFIG|CONF)(?:_?(?:PATH|FILE|FILE_PATH|FILEPATH))?")
_CONFIG_FOLDERS = ("config", "configs", "conf", "etc", ".")
_LIKELY_STEMS = (
    "docker", "config", "default", "app", "application", "local", "dev", "development", "prod", "production",
)  # fmt: skip
_MAX_BYTES = 256 * 1024
_MAX_FILES = 40
_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:- )?[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?\s*[:=]\s*(?P<value>.*?)\s*,?\s*$"
)
_SECTION = re.compile(r"^\[+(?P<name>[^\[\]]+)\]+\s*$")
_COMMENT = re.compile(r"\s+[#;].*$")
_PORT_KEY = re.compile(
    r"(?i)(^|[_.-]|http|https|server|grpc|rest|web|api)(port|addr|address|listen|bind|endpoint)($|[_.-])|"
    r"listen|^(http|grpc|web)$"
)
_OWN_SECTION = re.compile(r"(?i)server|http|web|app|api|grpc|listen|service|rest|general|main|default|system")
_PORT_VALUE = re.compile(r"(?:(?P<host>[\w.-]*|\[[0-9a-fA-F:]*\]):)?(?P<port>[1-9]\d{1,4})")
_NO, _YES = frozenset(("false", "no", "off", "0")), frozenset(("true", "yes", "on", "1"))
_SWITCHES = {"enabled": _NO, "enable": _NO, "disabled": _YES, "disable": _YES}
_WRITTEN_KEY = re.compile(
    r"(?i)(^|[_.-])(log|logs|data|upload|uploads|storage|cache|db|database|sqlite|dsn|connection|dir|path|file)"
    r"|path$|dir$|file$|connection$"
)
_DATABASE_FILE = re.compile(r"(?:file:)?(?P<path>[\w./-]+\.(?:db|sqlite3?|bolt|bbolt))(?:\?.*)?")


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a configuration file: its keys from the outside in, and its value."""

    keys: tuple[str, ...]
    value: str
    evidence: Evidence


def read_settings(folder: Folder, places: Iterable[RuntimeFile], files: Sequence[str]) -> tuple[Setting, ...]:
    """Read the settings in those of a program's runtime files that are configuration.

    A folder counts with the configuration files that stand right in it.
    """
    found: list[Setting] = []
    paths = [
        (path, place.wanted or path)
        for place in places
        for path in ([place.path] if not place.is_folder else _right_in(place.path, files))
        if (place.wanted or path).endswith(SUFFIXES)
    ]
    for path, name in paths[:_MAX_FILES]:
        content = folder.read(path, limit=_MAX_BYTES)
        if content is not None:
            found.extend(_settings(path, name, content.decode(errors="replace")))
    return tuple(found)


def _right_in(folder: str, files: Sequence[str]) -> list[str]:
    return [path for path in files if posixpath.dirname(path) == folder]


def _settings(path: str, name: str, text: str) -> Iterator[Setting]:
    """Yield each setting, its keys by indentation or by the section that it stands in."""
    section: tuple[str, ...] = ()
    above: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith(("#", ";", "//")):
            continue
        heading = _SECTION.match(line.strip())
        if heading is not None and not name.endswith((".yaml", ".yml", ".json")):
            section, above = tuple(heading["name"].strip().split(".")), []
            continue
        match = _LINE.match(line)
        if match is None:
            continue
        depth = len(match["indent"].expandtabs(4))
        above = [(indent, key) for indent, key in above if indent < depth]
        keys = (*section, *(key for _, key in above), match["key"])
        above.append((depth, match["key"]))
        value = _COMMENT.sub("", match["value"]).strip().strip("\"'")
        if value and value not in {"{", "[", "|", ">"}:
            yield Setting(keys, value, Evidence(path, number))


def configured_ports(settings: Iterable[Setting]) -> tuple[Port, ...]:
    """The ports that settings name as the program's own, those for all addresses first.

    `port: 8080` below `server:` is one; `port: 5432` below `database:` is none, nor is what stands in a
    section that is switched off.
    """
    found: dict[int, Port] = {}
    settings = tuple(settings)
    off = {_section(one) for one in settings if len(one.keys) > 1 and _is_switched_off(one)}
    for setting in settings:
        if _is_in(setting, off):
            continue
        last, outer = setting.keys[-1], setting.keys[:-1]
        match = _PORT_VALUE.fullmatch(setting.value.removeprefix("tcp://").removeprefix("http://"))
        if match is None or not _PORT_KEY.search(last) or any(map(SERVICE_VARIABLE.search, setting.keys)):
            continue
        number = int(match["port"])
        if number in SERVICE_PORTS or number > 65535 or (outer and not _OWN_SECTION.search(outer[-1])):
            continue
        # A host beside a bare port is a name to be called by, not one to listen on.
        host = (match["host"] or "").strip("[]")
        host = "" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not listened on
        if host and not re.fullmatch(r"localhost|127\..*|::1", host):
            continue
        found.setdefault(number, Port(number, "tcp", host, None, setting.evidence))
    return tuple(sorted(found.values(), key=lambda port: port.is_local_only))


def _section(setting: Setting) -> tuple[str, ...]:
    """The file of a setting and the keys that it stands below."""
    return setting.evidence.path, *setting.keys[:-1]


def _is_switched_off(setting: Setting) -> bool:
    """Whether a setting says that its section does nothing: `enabled: false`."""
    wanted = _SWITCHES.get(setting.keys[-1].lower())
    return wanted is not None and setting.value.lower() in wanted


def _is_in(setting: Setting, sections: Collection[tuple[str, ...]]) -> bool:
    """Whether a setting stands in one of these sections, or below it."""
    section = _section(setting)
    return any(section[:length] in sections for length in range(2, len(section) + 1))


def configured_writes(settings: Iterable[Setting]) -> tuple[WrittenPath, ...]:
    """The files of databases that settings name."""
    found: dict[str, WrittenPath] = {}
    for setting in settings:
        match = _DATABASE_FILE.fullmatch(setting.value)
        if match is not None and _WRITTEN_KEY.search(setting.keys[-1]):
            place = written_path(match["path"], setting.evidence, is_folder=False)
            if place is not None:
                found.setdefault(place.path, place)
    return tuple(found.values())


def find_config_variable(
    variables: Iterable[Variable], base: str, files: Sequence[str]
) -> ConfigVariable | None:
    """Find a variable that asks for a configuration file and has no default, and the likeliest file.

    Args:
        variables: those that the program reads.
        base: where the program is started.
        files: the repository's files.
    """
    here = frozenset(files)
    likely = (
        posixpath.normpath(posixpath.join(where, f"{stem}{suffix}"))
        for stem in _LIKELY_STEMS
        for where in _CONFIG_FOLDERS
        for suffix in (".yaml", ".yml", ".toml", ".json")
    )
    asking = [one for one in variables if one.default is None and _ASKS_FOR_FILE.fullmatch(one.name)]
    for opened in likely if asking else ():
        path = posixpath.normpath(posixpath.join(base, opened))
        if path in here:
            return ConfigVariable(asking[0].name, path, opened, asking[0].evidence)
    return None


def configuration_names(sources: Sources, evaluator: Evaluator) -> Iterator[tuple[str, Evidence]]:
    """Yield the paths, without their suffix, where viper looks for a configuration file."""
    looked_in: dict[str, list[str]] = {}
    for syntax in sources.mentioning(b"AddConfigPath("):
        for call in syntax.calls_of.get("AddConfigPath", ()):
            texts = [text for text in _first_texts(call, syntax, evaluator) if "$" not in text]
            looked_in.setdefault(syntax.file.path, []).extend(texts)
    for syntax in sources.mentioning(b"SetConfigName("):
        folders = looked_in.get(syntax.file.path)
        for call in syntax.calls_of.get("SetConfigName", ()):
            for written in _first_texts(call, syntax, evaluator):
                for where in folders or ["."]:
                    yield posixpath.normpath(posixpath.join(where, written)), syntax.evidence(call)


def _first_texts(call: Node, syntax: Syntax, evaluator: Evaluator) -> Iterator[str]:
    """Yield each text that the first argument of a call can be."""
    for argument in arguments(call)[:1]:
        yield from (value.text for value in evaluator.values(argument, syntax) if value.text)
