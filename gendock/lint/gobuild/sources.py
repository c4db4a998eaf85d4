"""What COPY, ADD and bind mounts take, and where it lies afterwards."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.dockerfile import Add, Copy, Span
from gendock.dockerfile.heredocs import parse_opener
from gendock.dockerfile.ignore_file import cleaned_path, matcher
from gendock.dockerfile.remote_sources import GitSourceError, git_source
from gendock.lint.gobuild.context_files import wildcard
from gendock.lint.gobuild.trees import ANYWHERE, Entry, Tree

if TYPE_CHECKING:
    from gendock.dockerfile import Instruction, Stage, Word
    from gendock.lint.gobuild.context_files import ContextFiles

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".txz", ".tbz2")
_PIVOT = "/./"


class Source(Struct, frozen=True):
    """One thing that an instruction takes from the build context, another stage, or elsewhere.

    Attributes:
        span: the word that names it; a whole --mount where it is one.
        text: the path with its variables put in; None where that is not known.
        stage: the stage that it is taken from; None for the build context, and for images.
        is_context: it is taken from the build context.
        found: what it stands for: paths of the build context or of the stage.
        is_certain: if nothing was found, nothing is there.
    """

    span: Span
    text: str | None
    stage: Stage | None
    is_context: bool
    found: tuple[str, ...]
    is_certain: bool

    @property
    def is_missing(self) -> bool:
        """Whether the build surely stops, as there is no such file."""
        return self.text is not None and not self.found and self.is_certain


class Transfer(Struct, frozen=True):
    """What an instruction brings: its sources, the entries by path, and where there may be more."""

    sources: tuple[Source, ...]
    added: Mapping[str, Entry]
    unknown: tuple[str, ...] = ()


class Here(Struct, frozen=True):
    """Where a COPY stands: its stage, folder and tree, and what it may take from.

    `origin` is the tree of the stage behind --from, None for the build context and for images.
    """

    stage: Stage
    folder: str | None
    tree: Tree
    files: ContextFiles
    from_stage: Stage | None
    origin: Tree | None
    is_context: bool

    def absolute(self, path: str) -> str | None:
        """Return a path of the stage as a whole one; None where the working directory is not known."""
        if path.startswith("/"):
            return posixpath.normpath(path)
        return None if self.folder is None else posixpath.normpath(posixpath.join(self.folder, path))


def copied(copy: Copy | Add, words: tuple[str | None, ...], destination: str | None, here: Here) -> Transfer:
    """Return what a COPY or ADD brings.

    Args:
        copy: the instruction.
        words: its sources with their variables put in, None where that is not known.
        destination: its destination likewise.
        here: where it stands.
    """
    target = None if destination is None else here.absolute(destination)
    if target is None or destination is None or not (here.is_context or here.origin is not None):
        elsewhere = (_elsewhere(word.span, text) for word, text in zip(copy.sources, words, strict=True))
        return Transfer(tuple(elsewhere), {}, (target or ANYWHERE,))
    is_folder = (
        len(copy.sources) > 1
        or destination.endswith("/")
        or posixpath.basename(destination) in (".", "..")
        or here.tree.is_folder(target)
    )
    bringing = _Bringing(copy, target, here, is_folder=is_folder)
    for word, text in zip(copy.sources, words, strict=True):
        bringing.take(word, text)
    return bringing.result()


class _Bringing:
    """One COPY, source by source."""

    def __init__(self, copy: Copy | Add, target: str, here: Here, *, is_folder: bool) -> None:
        self._copy = copy
        self._target = target
        self._here = here
        self._is_folder = is_folder
        self._has_parents = copy.flag("parents") is not None
        self._excludes = [
            matcher(cleaned_path(flag.value.text))
            for flag in copy.flags
            if flag.name == "exclude" and flag.value is not None
        ]
        self._sources: list[Source] = []
        self._added: dict[str, Entry] = {}
        self._unknown: list[str] = []

    def take(self, word: Word, text: str | None) -> None:
        """Take one source."""
        opener = parse_opener(word.text) if "<<" in word.text else None
        if opener is not None:
            path = posixpath.join(self._target, opener.name) if self._is_folder else self._target
            self._added[path] = Entry(self._here.stage, self._copy)
        elif text is None or (isinstance(self._copy, Add) and _is_fetched(text)):
            self._sources.append(_elsewhere(word.span, text))
            self._unknown.append(self._target)
        else:
            self._take_found(_source(word.span, text, self._here), text)

    def _take_found(self, source: Source, text: str) -> None:
        self._sources.append(source)
        into = self._is_folder or len(source.found) > 1
        for path in source.found:
            if isinstance(self._copy, Add) and path.endswith(_ARCHIVES):
                self._unknown.append(self._target)
                continue
            for inside, entry in _entries(path, self._copy, self._here):
                if not any(
                    _is_excluded(inside or posixpath.basename(path), match) for match in self._excludes
                ):
                    parents = text if self._has_parents else None
                    self._added[_place(path, inside, self._target, parents, into=into)] = entry
        if not source.found and not source.is_certain:
            self._unknown.append(self._target)

    def result(self) -> Transfer:
        """Return what all sources bring."""
        here, unknown = self._here, self._unknown
        if not self._added and not unknown and all(source.found for source in self._sources):
            self._added[self._target] = Entry(here.stage, self._copy, is_folder=True)
        if here.is_context:
            unknown += _unlisted(self._sources, self._target, here)
        elif here.origin is not None:
            whole = (path for source in self._sources for path in source.found)
            if any(here.origin.is_folder(path) and here.origin.may_have_below(path) for path in whole):
                unknown.append(self._target)
        return Transfer(tuple(self._sources), self._added, tuple(dict.fromkeys(unknown)))


def mounted(span: Span, source: str, target: str, here: Here, by: Instruction) -> Transfer:
    """Return what a bind mount shows at its target.

    Args:
        span: the mount's place.
        source: its source; empty for all of the build context or stage.
        target: its whole target.
        here: where it stands.
        by: the RUN.
    """
    if not here.is_context and here.origin is None:
        return Transfer((_elsewhere(span, source),), {}, (target,))
    found = _source(span, source or ".", here)
    added: dict[str, Entry] = {}
    for path in found.found:
        for inside, entry in _entries(path, by, here):
            added[posixpath.normpath(posixpath.join(target, inside)) if inside else target] = entry
    unknown = () if found.found or found.is_certain else (target,)
    return Transfer((found,), added, unknown)


def _source(span: Span, text: str, here: Here) -> Source:
    if here.is_context:
        found = here.files.matching(text)
        certain = here.files.is_certain and (bool(found) or not here.files.is_made_before(text.lstrip("/")))
        return Source(span, text, None, True, found, certain)  # noqa: FBT003
    tree = here.origin
    if tree is None:
        return _elsewhere(span, text)
    path = cleaned_path(f"/{text}")
    if any(sign in path for sign in "*?["):
        pattern = wildcard(path)
        named = {one for entry in tree.entries for one in _with_parents(entry)}
        matches = tuple(sorted(one for one in named if pattern.fullmatch(one)))
        certain = not tree.may_have_below(posixpath.dirname(path.partition("*")[0]) or "/")
        return Source(span, text, here.from_stage, False, matches, certain)  # noqa: FBT003
    there = (path,) if tree.has(path) else ()
    return Source(span, text, here.from_stage, False, there, not tree.may_have(path))  # noqa: FBT003


def _elsewhere(span: Span, text: str | None) -> Source:
    return Source(span, text, None, False, (), False)  # noqa: FBT003


def _entries(path: str, by: Instruction, here: Here) -> Iterator[tuple[str, Entry]]:
    """Yield what a path brings: each file's path below it, empty for the path itself, and its entry."""
    if here.is_context:
        if here.files.is_file(path):
            yield "", Entry(here.stage, by, here.files.to_repository(path))
            return
        for one in here.files.below(path):
            inside = one if path == "." else one.removeprefix(f"{path}/")
            yield inside, Entry(here.stage, by, here.files.to_repository(one))
        return
    tree = here.origin
    if tree is None:
        return
    for one, entry in tree.files_below(path):
        yield (one.removeprefix(path).lstrip("/") if path != "/" else one.lstrip("/")), entry


def _place(path: str, inside: str, target: str, parents: str | None, *, into: bool) -> str:
    """Return where a file lies after a COPY; `inside` is its path below what was named, if any."""
    if parents is not None:
        start = posixpath.normpath(parents.partition(_PIVOT)[0]) if _PIVOT in parents else "."
        kept = path if start == "." else path.removeprefix(f"{start}/")
        return posixpath.normpath(posixpath.join(target, kept.lstrip("/"), inside))
    if inside:
        return posixpath.normpath(posixpath.join(target, inside))
    return posixpath.join(target, posixpath.basename(path)) if into else target


def _unlisted(sources: list[Source], target: str, here: Here) -> Iterator[str]:
    for source in sources:
        for path in source.found:
            for folder in here.files.unlisted_below(path):
                inside = posixpath.relpath(folder, path)
                yield posixpath.normpath(posixpath.join(target, inside))


def _is_excluded(inside: str, match: Callable[[str], bool]) -> bool:
    folder = inside
    while folder:
        if match(folder):
            return True
        folder = posixpath.dirname(folder)
    return False


def _is_fetched(text: str) -> bool:
    if text.startswith(("http://", "https://")):
        return True
    try:
        git = git_source(text)
    except GitSourceError:
        return True
    return git is not None and not git.looks_local


def _with_parents(path: str) -> Iterator[str]:
    while path not in ("/", ""):
        yield path
        path = posixpath.dirname(path)
