"""The build context of a Go program: what goes in and should not, what does not and has to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gendock.dockerfile import Add, Copy
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.gobuild import GoBuild, GoCall, Source, Step
from gendock.lint.gobuild.context_files import wildcard
from gendock.lint.mistake import Addition, Applicability, Fix, count

if TYPE_CHECKING:
    from gendock.dockerfile.ignore_file import IgnorePattern
    from gendock.lint.gobuild.inputs import Input


# Files that are secret by their name; what is an example is not.
_SECRET = re.compile(
    r"(?:.*/)?(?:\.env(?:\.(?!(?:example|sample|template|dist|defaults?)\b)[^/]*)?|\.netrc|\.npmrc|\.pgpass|\.git-credentials"
    r"|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:key|p12|pfx|jks))"
)
_KEY = "PRIVATE KEY-----"
# Keys that everybody may have: those of tests and examples.
_PUBLIC = re.compile(
    r"(?i)(?:^|[/_.-])(?:tests?|testdata|fixtures?|examples?|samples?|mocks?|e2e)(?:[/_.-]|$)"
)
_HISTORY = (".git", ".hg", ".svn", ".bzr")
_MOST_NAMED = 3


@rule("GO401", "unwanted-in-image", severity=Severity.WARNING)
def unwanted_in_image(build: GoBuild) -> Mistakes:
    """COPY takes what no image should have: `.git`, `.env`, keys, `node_modules`.

    `COPY . .` takes all that the ignore file leaves. A key or an `.env` stays in the layer for whoever gets
    the image or the build cache, even if a later RUN deletes it; `.git` and `node_modules` are much to send
    and to copy, and with each commit the cache of this line is worth nothing. `gendock init` writes an ignore
    file that is proved against what the build reads.

    `.git` is left alone where the build calls git, or asks for `-buildvcs`.

    Bad:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -o /app .

        -- .env --
        TOKEN=secret

        -- go.mod --
        module example.com/app

        go 1.26

        -- main.go --
        package main

        func main() {}
    """
    shipped = {stage.index for one in build.shipped for stage in one.lineage()}
    told: set[str] = set()
    for step in build.steps:
        for source in step.sources if isinstance(step.instruction, Copy | Add) else ():
            found = [path for path in _unwanted(build, step, source) if path not in told]
            if not found:
                continue
            told.update(found)
            is_secret = any(path.rpartition("/")[2] not in (*_HISTORY, "node_modules") for path in found)
            yield Mistake(
                source.span,
                f"{source.text} takes {_listed(found)}: "
                + ("what is secret stays in the layer" if is_secret else "each change there ends the cache"),
                _advice(build, found),
                _ignoring(build, dict.fromkeys(map(_pattern, found)), safe=False),
                severity=None if is_secret or step.stage.index in shipped else Severity.INFO,
            )


def _unwanted(build: GoBuild, step: Step, source: Source) -> Iterator[str]:
    """Yield what a source takes and should not, folders before files."""
    if not source.is_context or not any(path in build.files.folders or path == "." for path in source.found):
        return
    for folder in build.files.unlisted:
        is_history = folder.rpartition("/")[2] in _HISTORY
        if folder in source.found:
            continue  # somebody means it
        if any(_lies_in(folder, path) for path in source.found) and not (
            is_history and _needs_git(build, step)
        ):
            yield folder
    for path in build.files.files:
        if (
            any(_lies_in(path, one) for one in source.found)
            and not _PUBLIC.search(path)
            and (_SECRET.fullmatch(path) or (path.endswith(".pem") and _is_key(build, path)))
        ):
            yield path


def _lies_in(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")


def _is_key(build: GoBuild, path: str) -> bool:
    return _KEY in (build.repository.text(build.files.to_repository(path)) or "")


def _needs_git(build: GoBuild, step: Step) -> bool:
    """Tell whether a stage, or one that stands on it, calls git or has go look at the history."""
    for stage in build.stages:
        if step.stage in stage.lineage():
            scripts = build.context.scripts_of(stage)
            if any(True for script in scripts for _ in script.calls_of("git")):
                return True
            calls = (call for one in build.steps_of(stage) for call in one.calls)
            if any(call.flag("buildvcs") not in (None, "false") for call in calls):
                return True
    return False


def _listed(paths: list[str]) -> str:
    if len(paths) > _MOST_NAMED:
        return f"{', '.join(paths[: _MOST_NAMED - 1])} and {len(paths) - _MOST_NAMED + 1} more like them"
    return " and ".join(paths) if len(paths) < 3 else f"{', '.join(paths[:-1])} and {paths[-1]}"


def _advice(build: GoBuild, paths: list[str]) -> str:
    """Return the lines that an ignore file needs."""
    patterns = dict.fromkeys(_pattern(path) for path in paths)
    name = build.files.ignore_name
    lines = ", ".join(f"`{pattern}`" for pattern in patterns)
    return f"add to {name}: {lines}" if name else f"write a .dockerignore with {lines}"


def _ignoring(build: GoBuild, patterns: Iterable[str], *, safe: bool) -> Fix:
    """Return the fix that adds lines to the ignore file, or writes one."""
    path = build.files.ignore_name or build.files.to_repository(".dockerignore")
    rows = (build.repository.text(path) or "").splitlines()
    text = "".join(f"{pattern}\n" for pattern in patterns)
    addition = Addition(posixpath.relpath(path, build.repository.below), len(rows) + 1, text)
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    return Fix(f"add to {posixpath.basename(path)}", (), applicability, (addition,))


def _pattern(path: str) -> str:
    last = path.rpartition("/")[2]
    if last in _HISTORY:
        return path
    if last == "node_modules":
        return "**/node_modules"
    return f"**/{last}" if last.startswith(".env") else path


@rule("GO402", "ignored-build-input", severity=Severity.ERROR)
def ignored_build_input(build: GoBuild) -> Mistakes:
    """The ignore file keeps out what `go build` reads.

    Patterns such as `**/bin`, `*.md` or `docs` look harmless, until a package lies in such a folder or a file
    is embedded. The file is in the repository and builds on every machine; only the builder never sees it.
    Where the build may do without, as another file of the package or of the embed pattern goes in, it is a
    warning.

    Bad:
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -o /app .

        -- .dockerignore --
        *.html

        -- go.mod --
        module example.com/app

        go 1.26

        -- main.go --
        package main

        import _ "embed"

        //go:embed page.html
        var page string

        func main() { println(page) }

        -- page.html --
        <p>Hello</p>
    """
    told: set[tuple[int, int]] = set()
    for call in build.calls:
        if not (call.builds and call.is_certain and build.files.is_certain):
            continue
        for pattern, lost in _lost(build, call).items():
            place = _brought_by(build, call, lost[0].path)
            if place is None or (pattern.row, place.span.start) in told:
                continue
            told.add((pattern.row, place.span.start))
            yield _mistake(build, pattern, lost, place)


def _lost(build: GoBuild, call: GoCall) -> dict[IgnorePattern, list[Input]]:
    """Return what a go command reads and the ignore file keeps out, by the pattern that does it."""
    from gendock.lint.gobuild.inputs import inputs_of

    found: dict[IgnorePattern, list[Input]] = {}
    for one in (*inputs_of(call), *_module_files(build, call)):
        if one.path.endswith("/modules.txt"):
            continue  # GO111 speaks of vendor/
        inside = build.files.from_repository(one.path)
        if inside is None or build.files.is_file(inside):
            continue
        pattern = build.files.excluding(inside)
        place = call.place_of(one.path)
        if pattern is not None and (place is None or not call.tree.may_have(place)):
            found.setdefault(pattern, []).append(one)
    return found


def _module_files(build: GoBuild, call: GoCall) -> Iterator[Input]:
    """Yield the go.mod that a command misses: without it, nothing tells which module it is in."""
    from gendock.lint.gobuild.inputs import Input

    if call.module is None and call.folder is not None and not call.tree.may_have(f"{call.folder}/go.mod"):
        for module in build.repository.modules:
            if module.folder == build.files.folder:
                yield Input(module.mod_file, "the go command looks for it", module.evidence)


def _brought_by(build: GoBuild, call: GoCall, path: str) -> Source | None:
    """Return the source of a COPY or mount that would have brought a file; None where none would."""
    inside = build.files.from_repository(path) or path
    for stage in call.stage.lineage():
        for step in build.steps_of(stage):
            for source in step.sources:
                if source.is_context and source.text is not None and _covers(source, inside):
                    return source
    return None


def _covers(source: Source, path: str) -> bool:
    folders = [one for one in source.found if one == "." or path.startswith(f"{one}/")]
    pattern = (source.text or "").lstrip("/").removeprefix("./")
    return bool(folders) or ("*" in pattern and wildcard(pattern).fullmatch(path) is not None)


def _mistake(build: GoBuild, pattern: IgnorePattern, lost: list[Input], place: Source) -> Mistake:
    name = build.files.ignore_name or ".dockerignore"
    more = f", nor {count(len(lost) - 1, 'other file')} that the build reads" if len(lost) > 1 else ""
    first = lost[0]
    inside = build.files.from_repository(first.path) or first.path
    return Mistake(
        place.span,
        f"{inside} does not go in{more}: `{pattern.text}` in {name} excludes it, and it is {first.because}",
        f"take it back in below that line: `!{inside}`; or make the pattern narrower",
        _ignoring(build, (f"!{build.files.from_repository(one.path)}" for one in lost), safe=True),
        related=(
            *build.related_row(name, pattern.row, "this pattern excludes it"),
            *build.related(first.evidence, first.because),
        ),
        severity=None if any(_stops(build, one, lost) for one in lost) else Severity.WARNING,
    )


def _stops(build: GoBuild, one: Input, lost: list[Input]) -> bool:
    """Tell whether the build cannot do without a file."""
    gone = {other.path for other in lost}
    return one.is_module_file or all(
        path in gone or not build.files.sees(path) for path in one.needs_one_of or (one.path,)
    )
