"""What a program needs besides its binary: facts of gendock.golang.facts.Program, with their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gendock.golang.evidence import Evidence


@dataclass(frozen=True, slots=True)
class RuntimeFile:
    """A file or folder of the repository that the program opens while it runs.

    `base` is the folder from which the program names it: where it has to be started. `wanted` is the path
    that the program opens, where the repository has no more than an example of it.
    """

    path: str
    is_folder: bool
    evidence: Evidence
    base: str
    wanted: str | None = None

    @property
    def opened(self) -> str:
        """The path that the program opens."""
        return self.wanted or self.path


@dataclass(frozen=True, slots=True)
class WrittenPath:
    """A file or folder that the program writes.

    `path` is relative to the working directory, or absolute; empty where only the writing is known.
    """

    path: str
    is_folder: bool
    evidence: Evidence

    @property
    def folder(self) -> str:
        """The folder that has to be writable."""
        return self.path if self.is_folder else self.path.rpartition("/")[0]

    @property
    def is_at_root(self) -> bool:
        """Whether it is a file in /, which no image gives to its user."""
        return not self.is_folder and self.path.rpartition("/")[:2] == ("", "/")


@dataclass(frozen=True, slots=True)
class EnvFile:
    """A file of variables that the program does not start without; `names` are those of its example."""

    path: str
    names: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ConfigVariable:
    """A variable that asks for the path of a configuration file, and the likeliest one in the repository.

    `opened` is the file's path from where the program is started.
    """

    name: str
    path: str
    opened: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Arguments:
    """What has to stand behind the program's name for it to serve."""

    words: tuple[str, ...]
    because: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Generated:
    """Code that is not in the repository.

    `command` makes it, in `folder`; it is empty where nothing shows how, and `because` says what is missing.
    `embedded` are the files and folders among it that the program embeds; `stands_in`: they are empty.
    """

    tool: str
    folder: str
    command: tuple[str, ...]
    because: str
    evidence: Evidence
    embedded: tuple[str, ...] = ()
    stands_in: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A variable or a flag that makes a server listen on all addresses, and its value for that.

    `host` is what it names by default.
    """

    name: str
    value: str
    host: str
    is_flag: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Unrequired:
    """An import that go.mod names no module for."""

    path: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class BuildTags:
    """The tags that the repository's own build passes.

    `left_out` are those with which the build would stop: an embedded folder is not there, and without the tag
    nothing embeds it.
    """

    tags: tuple[str, ...]
    evidence: Evidence
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingEmbed:
    """A path that an embed directive names and that matches no file."""

    path: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """A folder with package.json whose build makes the files that a program embeds or serves.

    `output` is the folder that the build fills, `copied_to` where the program looks for it if elsewhere.
    `installed_in` is the folder of the workspace that the package belongs to, where there is one.
    `module_files` are those that `install` reads; none where it runs scripts, which may read any. `settings`
    are variables that keep it from fetching browsers for tests, and that old bundlers need today. `needs` is
    a program that the build starts and that no image of Node.js has.
    """

    folder: str
    output: str
    manager: Literal["npm", "pnpm", "yarn", "bun"]
    manager_version: str | None
    has_lock: bool
    module_files: tuple[str, ...]
    files: tuple[str, ...]
    settings: tuple[str, ...]
    evidence: Evidence
    script: str = "build"
    copied_to: str | None = None
    installed_in: str | None = None
    needs: str | None = None

    @property
    def wanted(self) -> str:
        """The folder in which the program looks for what the build makes."""
        return self.copied_to or self.output

    @property
    def top(self) -> str:
        """The folder in which its packages are installed."""
        return self.installed_in or self.folder


@dataclass(frozen=True, slots=True)
class Executed:
    """A program that this one starts, and the Debian package that holds it; empty for a shell."""

    name: str
    package: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Cgo:
    """Why a C compiler has to be there, and the Debian packages to build and to run with."""

    because: str
    evidence: Evidence
    build_packages: tuple[str, ...] = ()
    run_packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutwardTls:
    """What shows that the program verifies other servers' certificates.

    `is_sure` is false where a request goes to an address that nobody knows.
    """

    because: str
    is_sure: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class TimeZones:
    """A location that the program loads, by its name where that is known, and what brings the data for it.

    `brought` is the import of time/tzdata, `by_tag` says that the repository's own build passes timetzdata.
    """

    name: str | None
    evidence: Evidence
    brought: Evidence | None
    by_tag: bool = False

    @property
    def needs_data(self) -> bool:
        """Whether the image has to hold zone data."""
        return self.brought is None and not self.by_tag


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal that the program handles."""

    name: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class LinkVariable:
    """A string variable that `-ldflags -X PACKAGE.NAME=...` can set.

    `package` is an import path, or main; `passed` is where the repository's own build sets it.
    """

    package: str
    name: str
    role: Literal["version", "commit", "date"]
    evidence: Evidence
    passed: Evidence | None


@dataclass(frozen=True, slots=True)
class Grpc:
    """The call that makes a gRPC server."""

    evidence: Evidence
    has_health: bool
