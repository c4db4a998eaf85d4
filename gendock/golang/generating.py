"""Code that is not in the repository, because a tool makes it: what is missing, and the tool's command.

Missing is a package of the repository's own modules that the program imports and that has no Go files, or a
template without the Go file that belongs to it. A tool runs by `go run` at the version that the repository
names, so that the build stage needs nothing but Go.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence
from gendock.golang.needs import Generated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gendock.golang.facts import Module
    from gendock.golang.folder import Folder
    from gendock.golang.packages import Package, Packages

TEMPL = "github.com/a-h/templ"
SWAG = "github.com/swaggo/swag"
SQLC = "github.com/sqlc-dev/sqlc"
GQLGEN = "github.com/99designs/gqlgen"
EGO = "github.com/benbjohnson/ego"
QUICK = "github.com/valyala/quicktemplate"
# Taken where the repository names none. As of 2026-11.
NEWEST = {TEMPL: "v0.3.977", SWAG: "v1.16.6", SQLC: "v1.31.1", EGO: "v0.4.3", QUICK: "v1.8.0",
          GQLGEN: "v0.17.86"}  # fmt: skip
_COMMANDS = {TEMPL: "cmd/templ", SWAG: "cmd/swag", SQLC: "cmd/sqlc", EGO: "cmd/ego", QUICK: "qtc", GQLGEN: ""}
# Compilers of templates: what they read, what they make, their words, and whether they take one folder each.
_COMPILERS: dict[str, tuple[str, str, tuple[str, ...], bool]] = {
    TEMPL: (".templ", "_templ.go", ("generate",), False),
    EGO: (".ego", ".ego.go", (), True),
    QUICK: (".qtpl", ".qtpl.go", (), False),
}

# Tools whose configuration names the folder, or the file, that they make: its names, that line, their words.
_CONFIGURED: dict[str, tuple[tuple[str, ...], re.Pattern[str], tuple[str, ...]]] = {
    SQLC: (
        ("sqlc.yaml", "sqlc.yml", "sqlc.json"),
        re.compile(r"[\"']?\bout[\"']?\s*:\s*[\"']?([\w./-]+)"),
        ("generate",),
    ),
    GQLGEN: (
        ("gqlgen.yml", "gqlgen.yaml", ".gqlgen.yml", ".gqlgen.yaml"),
        re.compile(r"\b(?:filename|dir)\s*:\s*[\"']?([\w./-]+)"),
        (),
    ),
}
_NAMED_VERSION = r"%s(?:/cmd/\w+)?@(v\d+\.\d+\.\d+)"
_SAYS_VERSION = re.compile(
    r"(?:^|/)(?:Makefile|[Jj]ustfile|Taskfile\.ya?ml|Dockerfile|[\w.-]+\.(?:md|ya?ml|mk|sh))$"
)
_SWAG_LINE = re.compile(r"\bswag init\b(?P<rest>[^\n;|&]*)")
_GENERATE = re.compile(rb"^//go:generate[ \t]+(?P<command>[^\n]+?)[ \t\r]*$", re.MULTILINE)
_GO_RUN = re.compile(r"go (?:run|tool) [\w./@=+ :,-]+")
_PLAIN_ARGUMENT = re.compile(r"[\w./,:=+-]+")
_ADVICE_FILES = ("Makefile", "justfile", "Justfile", "Taskfile.yml", "Taskfile.yaml")
_TOOLS = re.compile(
    r"\b(?:protoc|buf generate|sqlc generate|templ generate|swag init|wire|mockgen|go generate|ent generate|"
    r"go-bindata|gqlgen|oapi-codegen|ego|stringer|thriftgo|goctl|kitex|bpf2go)\b"
)
# A line that brings a tool, or asks whether it is there, makes nothing.
_INSTALLS = re.compile(r"\b(?:go (?:install|get)|which|command -v|curl|brew|apt(?:-get)?|npm i)\b")
_MAX_BYTES = 128 * 1024


class _Missing:
    """A package that is imported and not there."""

    def __init__(self, folder: str, evidence: Evidence) -> None:
        self.folder = folder
        self.evidence = evidence


def find_generated(
    reached: Sequence[Package],
    packages: Packages,
    module: Module,
    folder: Folder,
    files: Sequence[str],
    main: str,
) -> tuple[Generated, ...]:
    """Find the code that a program needs and that is not there.

    Args:
        reached: the program's packages.
        packages: all packages of the repository.
        module: the program's module.
        folder: the repository.
        files: its files.
        main: the file with the program's main function.
    """
    missing = {one.folder: one for one in _missing(reached, packages)}
    found = [*_compiled(reached, missing, module, folder, files)]
    found += _configured(missing, module, folder, files)
    found += _swag(missing, module, folder, files, main)
    found += _go_generate(missing, packages, module)
    for one in missing.values():
        because = f"no Go files in {one.folder}"
        found.append(Generated(_advice(folder, files), one.folder, (), because, one.evidence))
    return tuple(found)


def _missing(reached: Iterable[Package], packages: Packages) -> Iterator[_Missing]:
    seen: set[str] = set()
    for package in reached:
        for file, item in package.imports:
            if item.path in seen:
                continue
            seen.add(item.path)
            where = packages.own_folder(item.path)
            if where is not None and packages.get(where) is None:
                yield _Missing(where, Evidence(file.path, item.line))


def _compiled(
    reached: Iterable[Package],
    missing: dict[str, _Missing],
    module: Module,
    folder: Folder,
    files: Sequence[str],
) -> Iterator[Generated]:
    """Templates that a compiler turns into Go: each has a Go file beside it."""
    here = frozenset(files)
    wanted = {package.folder for package in reached} | set(missing)
    for tool, (suffix, made, words, by_folder) in _COMPILERS.items():
        lacking = [
            path
            for path in files
            if path.endswith(suffix)
            and (posixpath.dirname(path) or ".") in wanted
            and f"{path.removesuffix(suffix)}{made}" not in here
        ]
        if not lacking:
            continue
        folders = list(dict.fromkeys(posixpath.dirname(path) or "." for path in lacking))
        for where in folders:
            missing.pop(where, None)
        more = f", nor have {len(lacking) - 1} more" if lacking[1:] else ""
        because, evidence = f"{lacking[0]} has no {made}{more}", Evidence(lacking[0], 1)
        for where in folders if by_folder else [module.folder]:
            target = (f"./{posixpath.relpath(where, module.folder)}",) if by_folder else ()
            command = _go_tool(tool, module, folder, files, *words, *target)
            yield Generated(posixpath.basename(tool), module.folder, command, because, evidence)


def _configured(
    missing: dict[str, _Missing], module: Module, folder: Folder, files: Sequence[str]
) -> Iterator[Generated]:
    """Tools whose configuration names the folders of the packages that they make."""
    for tool, (names, out, words) in _CONFIGURED.items():
        for path in files:
            if posixpath.basename(path) not in names:
                continue
            where = posixpath.dirname(path) or "."
            outs = {
                posixpath.normpath(posixpath.join(where, one)) for one in out.findall(_text(folder, path))
            }
            made = [one for one in missing if one in outs or any(posixpath.dirname(o) == one for o in outs)]
            if made:
                for one in made:
                    del missing[one]
                command = _go_tool(tool, module, folder, files, *words)
                because = f"no Go files in {made[0]}, which {path} names"
                yield Generated(posixpath.basename(tool), where, command, because, Evidence(path, 1))


def _swag(
    missing: dict[str, _Missing], module: Module, folder: Folder, files: Sequence[str], main: str
) -> Iterator[Generated]:
    """swag: the package docs, of a module that requires swag."""
    if not any(requirement.path.startswith("github.com/swaggo/") for requirement in module.requires):
        return
    for where in [one for one in missing if posixpath.basename(one) == "docs" or one.endswith("/swagger")]:
        evidence = missing.pop(where).evidence
        words = _swag_words(folder, files)
        if not words:
            start = posixpath.relpath(main, module.folder)
            words = ("init", "-g", start, "-o", posixpath.relpath(where, module.folder))
        command = _go_tool(SWAG, module, folder, files, *words)
        yield Generated("swag", module.folder, command, f"no Go files in {where}", evidence)


def _swag_words(folder: Folder, files: Iterable[str]) -> tuple[str, ...]:
    for path in files:
        if path in _ADVICE_FILES or path == "README.md":
            for match in _SWAG_LINE.finditer(_text(folder, path)):
                words = match["rest"].strip().strip("`").split()
                if words and all(_PLAIN_ARGUMENT.fullmatch(word) for word in words):
                    return ("init", *words)
    return ()


def _go_generate(missing: dict[str, _Missing], packages: Packages, module: Module) -> Iterator[Generated]:
    """`//go:generate go run ...` in the folder of what is missing, or in one above it."""
    for where in list(missing):
        above = where
        while above not in {".", ""}:
            package = packages.get(above)
            directive = None if package is None else _directive(package)
            if directive is not None:
                package_path = posixpath.relpath(above, module.folder)
                path = "." if package_path == "." else f"./{package_path}"
                evidence = directive
                for one in [one for one in missing if one == above or one.startswith(f"{above}/")]:
                    del missing[one]
                command = ("go", "generate", path)
                yield Generated("go generate", module.folder, command, f"no Go files in {where}", evidence)
                break
            above = posixpath.dirname(above)


def find_embed_generators(
    missing: Iterable[tuple[str, Evidence]], packages: Packages, module: Module
) -> tuple[Generated, ...]:
    """Find the packages that embed what is not there, and have a line for `go generate` that runs Go.

    Args:
        missing: each file or folder, and the place that embeds it.
        packages: all packages of the repository.
        module: the program's module.
    """
    made: dict[str, list[tuple[str, Evidence]]] = {}
    for path, evidence in missing:
        made.setdefault(posixpath.dirname(evidence.path) or ".", []).append((path, evidence))
    found = []
    for folder, embedded in made.items():
        package = packages.get(folder)
        directive = None if package is None else _directive(package)
        if directive is not None:
            relative = posixpath.relpath(folder, module.folder)
            command = ("go", "generate", "." if relative == "." else f"./{relative}")
            because = f"{embedded[0][0]} is embedded at {embedded[0][1]}, and not there"
            paths = tuple(path for path, _ in embedded)
            found.append(Generated("go generate", module.folder, command, because, directive, paths))
    return tuple(found)


def _directive(package: Package) -> Evidence | None:
    for file in package.files:
        for match in _GENERATE.finditer(file.text):
            if _GO_RUN.match(match["command"].decode(errors="replace")):
                return Evidence(file.path, file.text.count(b"\n", 0, match.start()) + 1)
    return None


def _go_tool(tool: str, module: Module, folder: Folder, files: Sequence[str], *words: str) -> tuple[str, ...]:
    """The command that runs a Go tool: a tool line of go.mod, else the version that the repository names.

    A module that go.mod requires is run from there: the go command knows it then, while behind `@` it asks
    the proxy for every beginning of the path and for all versions, and some proxies refuse to answer that.
    """
    package = f"{tool}/{_COMMANDS[tool]}".rstrip("/")
    if package in module.tools:
        return ("go", "tool", posixpath.basename(package), *words)
    version = next((one.version for one in module.requires if one.path == tool), None)
    if version is not None and not module.vendored and "go.work" not in files:
        return ("go", "run", "-mod=mod", package, *words)
    version = version or _named_version(tool, folder, files) or NEWEST[tool]
    return ("go", "run", f"{package}@{version}", *words)


def _named_version(tool: str, folder: Folder, files: Iterable[str]) -> str | None:
    named = re.compile(_NAMED_VERSION % re.escape(tool))
    for path in files:
        if _SAYS_VERSION.search(path) and path.count("/") <= 2:
            match = named.search(_text(folder, path))
            if match is not None:
                return match[1]
    return None


def _advice(folder: Folder, files: Iterable[str]) -> str:
    """The command by which the repository's own files make code, as far as one can be seen."""
    for path in files:
        if path in _ADVICE_FILES:
            for line in _text(folder, path).splitlines():
                if line.startswith(("\t", " ")) and _TOOLS.search(line) and not _INSTALLS.search(line):
                    return line.strip().removeprefix("- ").removeprefix("@")
    return ""


def _text(folder: Folder, path: str) -> str:
    content = folder.read(path, limit=_MAX_BYTES)
    return "" if content is None else content.decode(errors="replace")
