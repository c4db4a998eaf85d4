"""What COPY takes out of the build context of a Go program, and should not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Add, Copy
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.credentials import FOR_TESTS, KEYS, NPM_TOKEN, holds_variables_alone
from gendock.lint.gobuild import GoBuild, Source, Step
from gendock.lint.gobuild.ignore_lines import lines_for_ignore_file
from gendock.lint.paths import is_below

# Files that are secret by their name; what is an example is not.
_SECRET = re.compile(
    r"(?:.*/)?(?:\.env(?:\.(?!(?:example|sample|template|dist|defaults?)\b)[^/]*)?|\.netrc|\.npmrc|\.pgpass|\.git-credentials"
    rf"|{'|'.join(KEYS)}|[^/]+\.(?:key|p12|pfx|jks))"
)
_KEY = "PRIVATE KEY-----"
_HISTORY = (".git", ".hg", ".svn", ".bzr")
_MOST_NAMED = 3


@rule("GO401", "unwanted-in-image", severity=Severity.WARNING)
def unwanted_in_image(build: GoBuild) -> Mistakes:
    """COPY takes what no image should have: `.git`, `.env`, keys, `node_modules`.

    `COPY . .` takes all that the ignore file leaves. A key or an `.env` stays in the layer for whoever gets
    the image or the build cache, even if a later RUN deletes it; `.git` and `node_modules` are much to send
    and to copy, and with each commit the cache of this line is worth nothing. `gendock init` writes an ignore
    file that is proved against what the build reads.

    An `.npmrc` without a token is left alone, an `.env` of nothing but ports, addresses and versions, and
    `.git` where the build calls git, or asks for `-buildvcs`. Where a Dockerfile stands in a folder of its
    own and only `COPY . .` could tell which folder is sent, nothing is said of it.

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

    Good:
        FROM golang:1.26
        WORKDIR /src
        COPY . .
        RUN go build -trimpath -o /app .

        -- .env --
        TOKEN=secret

        -- .dockerignore --
        **/.env

        -- go.mod --
        module example.com/app

        go 1.26

        -- main.go --
        package main

        func main() {}
    """
    if not build.files.is_certain and not any(call.built for call in build.calls):
        return
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
                lines_for_ignore_file(build, dict.fromkeys(map(_pattern, found)), safe=False),
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
        if any(is_below(folder, path) for path in source.found) and not (
            is_history and _needs_git(build, step)
        ):
            yield folder
    for path in build.files.files:
        if (
            any(is_below(path, one) for one in source.found)
            and not FOR_TESTS.search(path)
            and (_SECRET.fullmatch(path) or (path.endswith(".pem") and _is_key(build, path)))
            and not _is_harmless(build, path)
        ):
            yield path


def _is_key(build: GoBuild, path: str) -> bool:
    return _KEY in (build.repository.text(build.files.to_repository(path)) or "")


def _is_harmless(build: GoBuild, path: str) -> bool:
    """Tell whether a file that is a secret by its name holds settings alone."""
    name = path.rpartition("/")[2]
    if name != ".npmrc" and not name.startswith(".env"):
        return False
    text = build.repository.text(build.files.to_repository(path))
    if text is None:
        return False
    return NPM_TOKEN.search(text) is None if name == ".npmrc" else holds_variables_alone(text)


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


def _pattern(path: str) -> str:
    last = path.rpartition("/")[2]
    if last in _HISTORY:
        return path
    if last == "node_modules":
        return "**/node_modules"
    return f"**/{last}" if last.startswith(".env") else path
