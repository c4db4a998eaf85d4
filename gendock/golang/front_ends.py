"""Front ends: files that a program embeds, or serves from disk, and that a build by package.json makes.

An embedded folder that no commit holds, or that holds a placeholder, is made by the package.json whose build
writes there: by its configuration where that says so, else by standing above it. Where none does, the only
front end makes it, if its output has the same name: then something else copies it there.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from gendock.golang.facts import Evidence
from gendock.golang.front_end_scripts import filling, other_tool
from gendock.golang.needs import FrontEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gendock.golang.folder import Folder

    Manager = Literal["npm", "pnpm", "yarn", "bun"]

_LOCKS: tuple[tuple[str, Manager], ...] = (
    ("pnpm-lock.yaml", "pnpm"), ("bun.lock", "bun"), ("bun.lockb", "bun"), ("yarn.lock", "yarn"),
    ("package-lock.json", "npm"), ("npm-shrinkwrap.json", "npm"),
)  # fmt: skip
_INSTALL_FILES = (".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", "bunfig.toml")
_INSTALL_SCRIPTS = ("preinstall", "install", "postinstall", "prepare")
_OUT = re.compile(r"""\b(?:outDir|outputPath|assetsBuildDirectory|distDir|outdir|outputDir)["']?\s*[:=]\s*
                      (?:path\.\w+\([^"']*)?["'](?P<path>[^"'\n]+)["']""", re.VERBOSE)  # fmt: skip
_OUT_OPTION = re.compile(r"--(?:outDir|out-dir|outdir|output-path|dist-dir|dest)[= ](?P<path>[\w./-]+)")
_CONFIGS = re.compile(
    r"(?:vite|svelte|vue|nuxt|next|astro|webpack|rollup|rsbuild|angular|quasar|parcel|esbuild)[\w.]*\.(?:[cm]?[jt]s|json)$"
)
_USUAL_OUTPUTS = ("dist", "build", "out", "public/build", ".output/public")
# What a tool fills where nothing names another folder; the others fill "dist".
_TOOL_OUTPUTS = (("react-scripts", "build"), ("svelte-kit", "build"), ("next build", "out"))
_PLACEHOLDER = re.compile(
    r"(?i)(?:^|/)(?:\.?git(?:keep|ignore)|\.keep|\.?placeholder[\w.]*|empty|readme\.md|\.?dummy[\w.]*|stub[\w.]*)$"
)
_NOT_SEARCHED = frozenset(("node_modules", "vendor", "testdata", "examples", "example", "docs"))
_NOT_COPIED = frozenset(("node_modules", ".git", "dist", "build", ".next", ".cache", "coverage"))
# Packages whose installation fetches a browser for tests, and the variable that keeps them from it.
_BROWSERS = {
    "puppeteer": "PUPPETEER_SKIP_DOWNLOAD=1",
    "cypress": "CYPRESS_INSTALL_BINARY=0",
    "playwright": "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1",
    "@playwright/test": "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1",
}
# Bundlers that ask for a digest that OpenSSL 3, so Node.js since 17, has on request only: up to which major.
_OLD_DIGEST = {"webpack": 4, "react-scripts": 4, "@vue/cli-service": 4, "nuxt": 2}
_OLD_DIGEST_SETTING = "NODE_OPTIONS=--openssl-legacy-provider"
_MAJOR = re.compile(r"[\^~>=v ]*(\d+)")
_PLAIN_SCRIPT = re.compile(r"[a-z][\w:-]*")
_SMALL_PAGE_BYTES = 1500
_MAX_BYTES = 256 * 1024


def find_front_ends(
    wanted: Iterable[tuple[str, Evidence]], folder: Folder, files: Sequence[str]
) -> tuple[FrontEnd, ...]:
    """Find the builds that make what is not there.

    Args:
        wanted: the folders and files that the program takes in, and where it says so.
        folder: the repository.
        files: its files.
    """
    found: dict[str, FrontEnd] = {}
    homes = None
    for root, evidence in wanted:
        if homes is None:
            homes = [
                posixpath.dirname(path) or "."
                for path in files
                if posixpath.basename(path) == "package.json"
                and path.count("/") <= 4
                and not _NOT_SEARCHED.intersection(path.split("/"))
            ]
        if _is_there(root, folder, files):
            for home, filled in _lacking(homes, root, folder, files):
                front_end = _front_end(home, filled, folder, files, evidence)
                if front_end is not None:
                    found.setdefault(home, front_end)
            continue
        for home in homes:
            own = _made_output(home, root, folder, files)
            if own is not None:
                front_end = _front_end(home, own, folder, files, evidence)
                if front_end is not None:
                    found.setdefault(home, front_end)
                break
        else:
            copied = _copied_output(homes, root, folder, files)
            if copied is not None and copied[0] not in found:
                home, output = copied
                front_end = _front_end(home, (output, "build"), folder, files, evidence)
                if front_end is not None:
                    known = _table(_package(home, folder), "scripts")
                    mover = filling(home, root, known, folder) if front_end.needs is not None else None
                    found[home] = replace(front_end, copied_to=root, script=mover or front_end.script)
    return tuple(found.values())


def _is_there(root: str, folder: Folder, files: Sequence[str]) -> bool:
    """Whether a file, or a folder with more than placeholders, is in the repository.

    A small page alone stands for the real ones too: it says that they are not built.
    """
    below = [path for path in files if path == root or path.startswith(f"{root}/")]
    real = [path for path in below if not _PLACEHOLDER.search(path)]
    if len(real) == 1 and real[0] == f"{root}/index.html":
        return folder.read(real[0], limit=_SMALL_PAGE_BYTES) is None
    return bool(real)


def _lacking(
    homes: Iterable[str], root: str, folder: Folder, files: Sequence[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the builds that fill a folder below one that is there, where it is not."""
    for home in homes:
        for output, script in _named_outputs(home, folder, files):
            if output.startswith(f"{root}/") and not any(path.startswith(f"{output}/") for path in files):
                yield home, (output, script)
                break


def _made_output(home: str, root: str, folder: Folder, files: Sequence[str]) -> tuple[str, str] | None:
    """The folder that a build in `home` writes, where what is wanted is in it or is it, and the script."""
    named = list(_named_outputs(home, folder, files))
    usual = [(posixpath.normpath(posixpath.join(home, one)), "build") for one in _USUAL_OUTPUTS]
    for output, script in (*named, *usual):
        if root == output or root.startswith(f"{output}/") or output.startswith(f"{root}/"):
            return output, script
    if not named and home != "." and root.startswith(f"{home}/"):
        return posixpath.normpath(posixpath.join(home, root.removeprefix(f"{home}/").split("/")[0])), "build"
    return None


def _copied_output(
    homes: Iterable[str], root: str, folder: Folder, files: Sequence[str]
) -> tuple[str, str] | None:
    """The only front end and the folder that its build fills, where that has the name of what is wanted."""
    scripts = {home: _table(_package(home, folder), "scripts") for home in homes}
    builders = [home for home, listed in scripts.items() if "build" in listed]
    if len(builders) != 1:
        return None
    home = builders[0]
    command = str(scripts[home]["build"])
    own = next((name for tool, name in _TOOL_OUTPUTS if tool in command), "dist")
    named = [output for output, script in _named_outputs(home, folder, files) if script == "build"]
    output = named[0] if named else posixpath.normpath(posixpath.join(home, own))
    same = posixpath.basename(output) == posixpath.basename(root)
    return (home, output) if same and not output.startswith("../") else None


def _named_outputs(home: str, folder: Folder, files: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Yield the folders that the build's configuration and scripts name, each with its script."""
    prefix = "" if home == "." else f"{home}/"
    for path in files:
        name = path.removeprefix(prefix)
        if path.startswith(prefix) and "/" not in name and _CONFIGS.match(name):
            for match in _OUT.finditer(_text(folder, path)):
                yield posixpath.normpath(posixpath.join(home, match["path"])), "build"
    for script, command in _table(_package(home, folder), "scripts").items():
        if _PLAIN_SCRIPT.fullmatch(script):
            for match in _OUT_OPTION.finditer(str(command)):
                yield posixpath.normpath(posixpath.join(home, match["path"])), script


def _front_end(
    home: str, made: tuple[str, str], folder: Folder, files: Sequence[str], evidence: Evidence
) -> FrontEnd | None:
    output, script = made
    package = _package(home, folder)
    scripts = _table(package, "scripts")
    if script not in scripts or output.startswith("../"):
        return None
    tool = other_tool(home, script, scripts, folder)
    top = _workspace_of(home, folder, files)
    prefix = "" if (top or home) == "." else f"{top or home}/"
    here = frozenset(path.removeprefix(prefix) for path in files if path.startswith(prefix))
    lock = next(((name, manager) for name, manager in _LOCKS if name in here), None)
    if top is not None:
        package = {**package, "packageManager": _package(top, folder).get("packageManager", "")}
    named, _, version = str(package.get("packageManager", "")).partition("@")
    manager: Manager = lock[1] if lock is not None else "npm"
    if lock is None and named in {"pnpm", "yarn", "bun"}:
        manager = named  # type: ignore[assignment]
    hooks = any(name in scripts for name in _INSTALL_SCRIPTS) or ".yarn/releases" in " ".join(here)
    hooks = hooks or top is not None  # each package of a workspace is installed
    read = () if hooks else ("package.json", *((lock[0],) if lock else ()), *_INSTALL_FILES)
    module_files = tuple(f"{prefix}{name}" for name in read if name in here)
    own = tuple(
        path
        for path in files
        if path.startswith(prefix) and not _NOT_COPIED.intersection(path.removeprefix(prefix).split("/")[:1])
    )
    wanted = {**_table(package, "dependencies"), **_table(package, "devDependencies")}
    settings = tuple(variable for name, variable in _BROWSERS.items() if name in wanted)
    if any(_is_old(str(wanted.get(name, "")), major) for name, major in _OLD_DIGEST.items()):
        settings = (*settings, _OLD_DIGEST_SETTING)
    known = version.partition("+")[0] if named == manager and version else None
    return FrontEnd(
        home,
        output,
        manager,
        known,
        lock is not None,
        module_files,
        own,
        settings,
        evidence,
        script,
        installed_in=top,
        needs=tool,
    )


def _is_old(version: str, newest: int) -> bool:
    match = _MAJOR.match(version)
    return match is not None and int(match[1]) <= newest


def _workspace_of(home: str, folder: Folder, files: Sequence[str]) -> str | None:
    """The folder above whose package.json or pnpm-workspace.yaml says what is installed for a package.

    One with a lock file of its own is installed where it stands.
    """
    here = frozenset(files)
    if home == "." or any(f"{home}/{name}" in here for name, _ in _LOCKS):
        return None
    above = home
    while above != ".":
        above = posixpath.dirname(above) or "."
        prefix = "" if above == "." else f"{above}/"
        if f"{prefix}pnpm-workspace.yaml" in here or "workspaces" in _package(above, folder):
            return above
    return None


def _table(package: dict[str, Any], key: str) -> dict[str, Any]:
    found = package.get(key)
    return found if isinstance(found, dict) else {}


def _package(home: str, folder: Folder) -> dict[str, Any]:
    text = _text(folder, "package.json" if home == "." else f"{home}/package.json")
    try:
        package = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return package if isinstance(package, dict) else {}


def _text(folder: Folder, path: str) -> str:
    content = folder.read(path, limit=_MAX_BYTES)
    return "" if content is None else content.decode(errors="replace")
