"""What an image starts: the program behind ENTRYPOINT and CMD, and how it came into the stage."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from gendock.dockerfile import Cmd, Entrypoint, Env, User, Word
from gendock.lint.gobuild.bases import base_folder
from gendock.lint.gobuild.go_calls import binary_names

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.golang import Program
    from gendock.lint.gobuild.go_build import GoBuild
    from gendock.lint.gobuild.go_calls import GoCall
    from gendock.lint.gobuild.trees import Entry, Tree

_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/go/bin")


class Started(Struct, frozen=True):
    """A program of the repository that an image starts.

    Attributes:
        stage: the image's last stage.
        tree: its files.
        path: where the program lies.
        call: the go command that built it.
        program: what is known of it.
        words: ENTRYPOINT and CMD in exec form, with their places.
        folder: the working directory; None where only the base image knows.
        user: whom it runs as, as USER says; None where the base image decides.
        environment: what ENV sets, as it is written.
    """

    stage: Stage
    tree: Tree
    path: str
    call: GoCall
    program: Program
    words: tuple[Word, ...]
    folder: str | None
    user: str | None
    environment: Mapping[str, str]


def started(build: GoBuild) -> Iterator[Started]:
    """Yield the programs of the repository that the images of a Dockerfile start."""
    for stage in build.shipped:
        words, tree = start_words(stage), build.tree_of(stage)
        if not words:
            continue
        folder = stage.working_directory() or base_folder(stage.root)
        path = _path_of(words[0].text, tree, folder)
        entry = None if path is None else tree.get(path)
        if path is None or entry is None or entry.built is None:
            continue
        program = _program(entry, path)
        if program is not None:
            user = stage.last(User)
            name = None if user is None else user.value.text
            yield Started(stage, tree, path, entry.built, program, words, folder, name, _environment(stage))


def start_words(stage: Stage) -> tuple[Word, ...]:
    """Return the words of ENTRYPOINT and CMD; none where one of them is in shell form."""
    found: tuple[Word, ...] = ()
    for one in stage.lineage():
        entrypoint = one.last(Entrypoint)
        command = one.last(Cmd)
        lines = [line for line in (entrypoint, command) if line is not None]
        if not lines:
            continue
        if not all(line.command.exec_form for line in lines):
            return ()
        found = tuple(word for line in lines for word in line.command.words)
        break
    return found


def _environment(stage: Stage) -> dict[str, str]:
    """Return what the ENVs of a stage and of those that it stands on set, as it is written."""
    pairs = (pair for one in reversed(list(stage.lineage())) for env in one.of(Env) for pair in env.pairs)
    return {pair.name.text: pair.value.text if pair.value is not None else "" for pair in pairs}


def _path_of(word: str, tree: Tree, folder: str | None) -> str | None:
    """Return where a program lies that a container is told to start; None where it is not found."""
    if word.startswith("/"):
        return posixpath.normpath(word)
    if "/" in word:
        return None if folder is None else posixpath.normpath(posixpath.join(folder, word))
    places = (posixpath.join(place, word) for place in _PATH)
    return next((place for place in places if tree.get(place) is not None), None)


def _program(entry: Entry, path: str) -> Program | None:
    """Return the facts of the program that a go command wrote to a path."""
    call = entry.built
    if call is None:
        return None
    named = {name: folder for folder, name in binary_names(call)}
    folders = list(named.values())
    if len(folders) > 1:
        folders = [folder for name, folder in named.items() if name == posixpath.basename(path)]
    return call.repository.program(folders[0]) if len(folders) == 1 else None
