"""Which variables a RUN finds set: ShellCheck is told of those that matter for a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gendock.dockerfile import Arg, Env, Onbuild, Stage

# Every build has these arguments without an ARG.
_PROXIES = frozenset(
    """
    HTTP_PROXY http_proxy HTTPS_PROXY https_proxy FTP_PROXY ftp_proxy NO_PROXY no_proxy
""".split()
)
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_REFERENCE = re.compile(r"\$\{?[#!]?([A-Za-z_]\w*)", re.ASCII)
# A value that is nothing but variables may be empty.
_VARIABLES = re.compile(r"(?:\$\w+|\$\{[^}]*\}|[\"'])*", re.ASCII)
# ShellCheck takes a name for a misspelling of another up to so many changed characters.
_MOST_CHANGES = 2


def variables_of(stages: tuple[Stage, ...]) -> Mapping[int, frozenset[str]]:
    """Return the names that are set where an instruction runs, by the instruction's `id`."""
    found: dict[int, frozenset[str]] = {}
    at_end: dict[int, frozenset[str]] = {}
    for stage in stages:
        names = at_end.get(stage.parent.index, _PROXIES) if stage.parent else _PROXIES
        # What a trigger sets is set in builds on top, and for the triggers behind it.
        later: frozenset[str] = frozenset()
        for instruction in stage.instructions:
            one = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            if not isinstance(one, Arg | Env):
                found[id(instruction)] = names | later if one is not instruction else names
                continue
            written = frozenset(pair.name.text for pair in one.pairs if _WORD.fullmatch(pair.name.text))
            if one is instruction:
                names |= written
            else:
                later |= written
        at_end[stage.index] = names | later
    return found


def filled_at(stages: tuple[Stage, ...], place: int) -> frozenset[str]:
    """Return the names that ENV has given a value that is surely not empty, at a place of the file."""
    names: dict[str, bool] = {}
    begun = [one for one in stages if one.instructions and one.instructions[0].span.start <= place]
    for one in reversed([*begun[-1].lineage()]) if begun else ():
        for env in one.of(Env):
            if env.span.start < place:
                for pair in env.pairs:
                    value = pair.value.text if pair.value else ""
                    names[pair.name.text] = _VARIABLES.fullmatch(value) is None
    return frozenset(name for name, is_filled in names.items() if is_filled)


def exports(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return those of the known names that can make a difference to what ShellCheck says of a text.

    They are the names that stand in it, and those that a name in it may be a misspelling of. To tell
    ShellCheck of all would be the same and take twice the time.
    """
    mentioned = known.intersection(_WORD.findall(text))
    unknown = set(_REFERENCE.findall(text)) - known if "$" in text else set()
    return tuple(sorted(mentioned | set(_near(unknown, known - mentioned))))


def _near(unknown: set[str], known: frozenset[str]) -> Iterator[str]:
    for name in known:
        if any(name.lower() == other.lower() or _changes(name, other) <= _MOST_CHANGES for other in unknown):
            yield name


def _changes(one: str, other: str) -> int:
    """Count the characters to put in, take out or replace to make one word of another; many is enough."""
    if abs(len(one) - len(other)) > _MOST_CHANGES:
        return _MOST_CHANGES + 1
    above = list(range(len(other) + 1))
    for at, character in enumerate(one, 1):
        row = [at]
        for column, another in enumerate(other):
            replaced = above[column] + (character != another)
            row.append(min(replaced, row[column] + 1, above[column + 1] + 1))
        if min(row) > _MOST_CHANGES:
            return _MOST_CHANGES + 1
        above = row
    return above[-1]
