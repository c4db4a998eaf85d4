"""Files of keys and passwords that are copied into a layer."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from gendock.dockerfile import Add, Copy, Stage, Word
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import plain
from gendock.lint.context import BuildContext
from gendock.lint.credentials import BY_CONTENT, BY_NAME, FOR_TESTS, KEYS

_NAMES = tuple(name.rpartition("/")[2] for name in (*BY_NAME, *BY_CONTENT))


@rule("GD223", "secret-file", severity=Severity.WARNING, needs=(Add, Copy), mentions=_NAMES)
def secret_file(context: BuildContext) -> Mistakes:
    """COPY or ADD brings a file of keys or passwords.

    Whoever has the image has the file, also where a later RUN deletes it: the layer stays. The builder's
    cache keeps it as well, so that a stage which is not shipped is no protection. A secret mount shows a file
    to one RUN, and leaves nothing behind.

    Private keys of SSH, `.netrc`, `.git-credentials`, `.pgpass` and `.aws/credentials` are known by their
    names; `.npmrc`, `.yarnrc.yml`, `.pypirc`, `pip.conf` and `.docker/config.json` only where the file is at
    hand and holds a secret. What lies in a folder for tests is left alone by the default profile.

    Bad:
        FROM debian:13
        COPY id_rsa /root/.ssh/

    Bad:
        FROM node:24
        WORKDIR /src
        COPY package.json package-lock.json .npmrc ./
        RUN npm ci

        -- .npmrc --
        //npm.example.com/:_authToken=0b1c2d3e4f
    """
    for stage in context.stages:
        for word, path in _copied(stage):
            name = _secret(context, path)
            if name is None or (FOR_TESTS.search(plain(word)) and not context.is_doubted):
                continue
            yield Mistake(
                word.span,
                f"{name} stays in this layer, for whoever has the image or the cache of the builder",
                "mount the agent that has the key for one RUN: `RUN --mount=type=ssh`"
                if name in KEYS
                else f"mount it for one RUN: `RUN --mount=type=secret,id={_id(name)},target=...`",
            )


def _copied(stage: Stage) -> Iterator[tuple[Word, str]]:
    """Yield what is copied of the build context, with its path, or with that of a key that it becomes."""
    for copy in (*stage.of(Copy), *stage.of(Add)):
        if copy.flag("from") is not None or copy.problems:
            continue
        target = plain(copy.destination)
        is_key = len(copy.sources) == 1 and _named(target, BY_NAME) in KEYS
        for word in copy.sources:
            path = plain(word)
            is_renamed = is_key and _named(path, BY_NAME) is None and not path.endswith(".pub")
            yield word, target if is_renamed else path


def _secret(context: BuildContext, path: str) -> str | None:
    """Return the name by which a file is one of secrets."""
    name = _named(path, BY_NAME)
    if name is not None:
        content = None if "$" in path else context.read(posixpath.normpath(path.lstrip("/")))
        return name if content is None or BY_NAME[name].search(content) else None
    name = _named(path, BY_CONTENT)
    if name is None or "$" in path:
        return None
    content = context.read(posixpath.normpath(path.lstrip("/")))
    return name if content is not None and BY_CONTENT[name].search(content) else None


def _named(path: str, names: dict[str, re.Pattern[str]]) -> str | None:
    """Return the one of some names that a path ends with."""
    return next((name for name in names if f"/{path}".endswith(f"/{name}")), None)


def _id(name: str) -> str:
    """Return a name for a secret: `netrc` for .netrc, `aws` for .aws/credentials."""
    return name.lstrip("._").partition("/")[0].partition(".")[0]
