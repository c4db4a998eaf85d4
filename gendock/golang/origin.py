"""Where a repository is published, its licence and revision: what the labels of an image say of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.facts import Evidence, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gendock.golang.facts import Module
    from gendock.golang.folder import Folder

_HOSTS = frozenset(("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitea.com"))
_FILES = (
    "LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt", "COPYING", "UNLICENSE",
)  # fmt: skip
_MAX_BYTES = 64 * 1024
# What only one licence says, each after those whose words it contains. The GNU licences are not among them:
# their text does not say whether later versions count.
_WORDS = (
    ("Apache-2.0", (r"Apache License\s+Version 2\.0",)),
    ("MPL-2.0", (r"Mozilla Public License,? (?:Version|v\.?) 2\.0",)),
    (
        "MIT",
        (
            r"Permission is hereby granted, free of charge",
            r"above copyright notice and this permission notice",
        ),
    ),
    ("BSD-3-Clause", (r"Redistribution and use in source and binary forms", r"Neither the names? of")),
    ("BSD-2-Clause", (r"Redistribution and use in source and binary forms",)),
    (
        "ISC",
        (
            r"Permission to use, copy, modify, and(?:/or)? distribute this software",
            r"provided that the above",
        ),
    ),
    ("0BSD", (r"Permission to use, copy, modify, and/or distribute this software",)),
    ("Unlicense", (r"This is free and unencumbered software released into the public domain",)),
)
_REMOTE = re.compile(r'^\[remote "origin"\]\s*\n(?:[ \t]+.*\n)*?[ \t]*url\s*=\s*(?P<url>\S+)', re.MULTILINE)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REFERENCE = re.compile(r"refs/[\w./+@#-]+")
_ADDRESS = re.compile(
    r"(?:https?://|ssh://|git://)?(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::\d+(?=/))?[:/]"
    r"(?P<path>[\w.~-]+(?:/[\w.~-]+)*?/[\w.~-]+?)(?:\.git)?/?"
)


def find_source(folder: Folder, modules: Sequence[Module]) -> Origin | None:
    """Find the address of the repository: in the module's path, else in git's remote `origin`."""
    for module in modules:
        host, *parts = module.path.split("/")
        if host in _HOSTS and len(parts) >= 2:
            return Origin(f"https://{host}/{parts[0]}/{parts[1]}", module.evidence)
    text = _text(folder, ".git/config")
    match = _REMOTE.search(text)
    address = _ADDRESS.fullmatch(match["url"]) if match else None
    if match is None or address is None:
        return None
    line = text.count("\n", 0, match.start("url")) + 1
    return Origin(f"https://{address['host']}/{address['path']}", Evidence(".git/config", line))


def find_licence(folder: Folder, files: Iterable[str]) -> Origin | None:
    """Find the licence by its words, as SPDX names it; None where it is not one of the well-known."""
    here = set(files)
    for name in _FILES:
        if name not in here:
            continue
        text = " ".join(_text(folder, name).split())
        for identifier, phrases in _WORDS:
            if all(re.search(phrase, text, re.IGNORECASE) for phrase in phrases):
                return Origin(identifier, Evidence(name, 1))
    return None


def find_revision(folder: Folder) -> Origin | None:
    """Find the commit that git has checked out; None in a worktree, whose .git stands elsewhere."""
    head = _text(folder, ".git/HEAD").strip()
    if _COMMIT.fullmatch(head):
        return Origin(head, Evidence(".git/HEAD", 1))
    name = head.removeprefix("ref: ")
    if not _REFERENCE.fullmatch(name) or ".." in name:
        return None
    loose = _text(folder, f".git/{name}").strip()
    if _COMMIT.fullmatch(loose):
        return Origin(loose, Evidence(f".git/{name}", 1))
    packed = _text(folder, ".git/packed-refs")
    for number, line in enumerate(packed.splitlines(), start=1):
        commit, _, reference = line.partition(" ")
        if reference == name and _COMMIT.fullmatch(commit):
            return Origin(commit, Evidence(".git/packed-refs", number))
    return None


def _text(folder: Folder, path: str) -> str:
    content = folder.read(path, limit=_MAX_BYTES)
    return "" if content is None else content.decode(errors="replace")
