"""Texts in Go source that can hardly be anything but paths, found without a syntax tree."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.packages import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gendock.golang.sources import Sources

# What programs read while they run, and what they never do.
READ_AT_RUN_TIME = (
    ".yaml", ".yml", ".toml", ".json", ".ini", ".conf", ".cfg", ".properties", ".html", ".tmpl", ".gohtml",
    ".tpl", ".sql", ".csv", ".txt", ".xml", ".mmdb", ".pem", ".crt", ".md", ".css", ".js", ".ico", ".svg",
    ".png", ".jpg", ".ttf", ".lua", ".wasm", ".db", ".rego", ".cue", ".po",
)  # fmt: skip
NOT_READ = re.compile(
    r"(?:^|/)(?:package(?:-lock)?\.json|tsconfig.*\.json|README.*|LICENSE.*|CHANGELOG.*|CONTRIBUTING.*)$|"
    r"(?:^|/)(?:testdata|node_modules|\.github)(?:/|$)",
    re.IGNORECASE,
)
IS_CONFIGURATION = re.compile(
    r"(?i)(?:config|conf|app|application|settings?|server)\.(?:ya?ml|toml|json|ini)"
)
_LITERAL = re.compile(rb"[\"`](?:\./)?([\w@.+-]+(?:/[\w@.+-]+)*/?)[\"`]")
_NO_LITERAL = (b"//", b"import ", b"package ")
# What a path is compared with is not opened: `path == "config/app.yaml"`, `strings.HasPrefix(path, "docs/")`;
# nor is what lies in a folder that is made at run time: `filepath.Join(workspace, "config")`.
_COMPARED = re.compile(
    rb"[=!]=\s*\Z|\A\s*case [^:]*\Z|"
    rb"strings\.(?:Has|Trim|Cut)(?:Prefix|Suffix)\([^()]*,\s*\Z|"
    rb"(?i:filepath\.Join\((?:\w+\.)*\w*(?:workspace|worktree|checkout|clone|repo(?!rt)|temp(?!l)|tmp)\w*,\s*\Z)|"
    rb"strings\.(?:Contains|EqualFold|Index|Count|Split)\([^()]*,\s*\Z"
)
_COMPARING = re.compile(rb"\s*[=!]=")
_WORD = "(?:example|sample|dist|template|default)"
_EXAMPLE = re.compile(
    rf"(?P<stem>.+?)[._-]{_WORD}(?P<suffix>\.\w+)|(?P<name>.+\.\w+)\.{_WORD}|{_WORD}[._-](?P<last>.+\.\w+)"
)
_WITH_EXAMPLES = (".yaml", ".yml", ".toml", ".json", ".ini", ".conf", ".cfg", ".properties")


def path_literals(sources: Sources, accept: Callable[[str], bool]) -> Iterator[tuple[str, Evidence]]:
    """Yield the texts that look like relative paths, as written, and their places.

    Args:
        sources: the program's own files.
        accept: says by a text, without a `./` before it, whether its place is worth finding.
    """
    for syntax in sources.files:
        text = syntax.file.text
        if not any(accept(one.removeprefix("./")) for one in syntax.texts):
            continue
        for match in _LITERAL.finditer(text):
            plain = match[1].decode(errors="replace")
            if accept(plain):
                start = text.rfind(b"\n", 0, match.start()) + 1
                before = text[start : match.start()]
                if before.lstrip().startswith(_NO_LITERAL) or _COMPARED.search(before):
                    continue
                if not _COMPARING.match(text, match.end()):
                    written = match[0][1:-1].decode(errors="replace")
                    yield written, Evidence(syntax.file.path, line_of(text, match.start()))


def wanted_of(path: str) -> str | None:
    """The configuration file that a file is an example of: conf/app.yml for conf/app.example.yml."""
    folder, name = posixpath.split(path)
    match = _EXAMPLE.fullmatch(name)
    if match is None:
        return None
    wanted = match["name"] or match["last"] or f"{match['stem']}{match['suffix']}"
    return posixpath.join(folder, wanted) if wanted.endswith(_WITH_EXAMPLES) else None
