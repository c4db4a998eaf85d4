"""The accounts of an image: none without a password, none twice (man 5 passwd, shadow, group)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from gendock.engine.filesystem import FileTree
from gendock.engine.results import Status, Verdict

_SHOWN = 3  # faults


def accounts(tree: FileTree) -> Verdict:
    """Look for accounts that anybody can log in to, and for numbers and names that stand for two."""
    faults = list(_faults(tree))
    if not faults:
        return Status.PASS, "accounts in order"
    more = f"; {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return Status.FAIL, "; ".join(faults[:_SHOWN]) + more


def _faults(tree: FileTree) -> Iterator[str]:
    for path, column in (("/etc/shadow", 1), ("/etc/passwd", 1)):
        for fields in _rows(tree, path):
            if len(fields) > column and not fields[column]:
                yield f"{fields[0]} has an empty password in {path}"
    for path, what in (("/etc/passwd", "uid"), ("/etc/group", "gid")):
        rows = [fields for fields in _rows(tree, path) if len(fields) > 2]
        for column, kind in ((2, what), (0, "name")):
            twice = _twice(fields[column] for fields in rows)
            if twice:
                names = " and ".join(sorted({fields[0] for fields in rows if fields[column] == twice})[:3])
                yield f"{kind} {twice} is in {path} twice" + (f": {names}" if column else "")


def _rows(tree: FileTree, path: str) -> Iterator[list[str]]:
    found = tree.find(path)
    for line in (found[1].head if found else b"").decode("utf-8", "replace").splitlines():
        if line.strip() and not line.startswith(("#", "+", "-")):
            yield line.split(":")


def _twice(values: Iterator[str]) -> str:
    return next((value for value, group in groupby(sorted(values)) if len(list(group)) > 1), "")
