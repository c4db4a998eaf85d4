"""What gendock knows of a Go repository: frozen values, each with the place that shows it.

    GoProject
    ├── modules: Module            go.mod files that count, folders relative to the repository
    │   ├── requires, replaces
    │   └── go, toolchain          Directive: the version and its line
    ├── workspace: Workspace       go.work, where there is one
    ├── programs: Program          what `go build` can make a binary of, the one meant first
    │   ├── ports, health          what it serves
    │   ├── variables, services    what it needs from outside
    │   ├── cgo, runtime_files     what its image needs besides the binary
    │   ├── written, env_file      what it writes, and the .env that it does not start without
    │   ├── generated, front_ends  what has to be made before it builds
    │   ├── arguments, executed    how it is started, and the programs that it starts itself
    │   └── build_files            every file of the repository that its build reads
    └── passed_over                packages main that are no program of the repository, and why

Paths are POSIX, relative to the folder that was read; "." is that folder itself. Lines count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Whoever reads kept facts back asks for the types of all fields, so that they have to be there at run time.
from gendock.golang.evidence import Evidence as Evidence  # noqa: PLC0414 - it is the first of the facts
from gendock.golang.needs import (
    Arguments,
    BuildTags,
    Cgo,
    ConfigVariable,
    EnvFile,
    Executed,
    FrontEnd,
    Generated,
    Grpc,
    LinkVariable,
    MissingEmbed,
    Opening,
    OutwardTls,
    RuntimeFile,
    Signal,
    TimeZones,
    Unrequired,
    WrittenPath,
)
from gendock.golang.versions import GoVersion

Kind = Literal["server", "worker", "cli"]


@dataclass(frozen=True, slots=True)
class Directive:
    """A `go` or `toolchain` line."""

    version: GoVersion
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Requirement:
    """One module that go.mod requires."""

    path: str
    version: str
    indirect: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Replacement:
    """One `replace old => new` line; `new` is a folder where it has no version."""

    old: str
    old_version: str | None
    new: str
    new_version: str | None
    evidence: Evidence

    @property
    def is_local(self) -> bool:
        """Whether the module is replaced by a folder."""
        return self.new_version is None


@dataclass(frozen=True, slots=True)
class Module:
    """One go.mod and what stands beside it.

    `vendored` says that vendor/ is there and agrees with go.mod; where it is there and does not,
    `vendor_lacks` is the first requirement that it does not hold.
    """

    folder: str
    path: str
    go: Directive | None
    toolchain: Directive | None
    requires: tuple[Requirement, ...]
    replaces: tuple[Replacement, ...]
    has_sum: bool
    vendored: bool
    evidence: Evidence
    tools: tuple[str, ...] = ()
    godebug: tuple[str, ...] = ()
    vendor_lacks: Requirement | None = None

    @property
    def mod_file(self) -> str:
        """The path of its go.mod."""
        return "go.mod" if self.folder == "." else f"{self.folder}/go.mod"

    @property
    def sum_file(self) -> str:
        """The path of its go.sum, there or not."""
        return "go.sum" if self.folder == "." else f"{self.folder}/go.sum"


@dataclass(frozen=True, slots=True)
class Workspace:
    """go.work at the top of the folder; `use` names the folders of its modules."""

    use: tuple[str, ...]
    go: Directive | None
    toolchain: Directive | None
    replaces: tuple[Replacement, ...]
    has_sum: bool
    vendored: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Port:
    """A port that the program listens on when nothing is configured.

    `variable` is the environment variable that changes it; `host` is empty for all addresses.
    """

    number: int
    transport: Literal["tcp", "udp"]
    host: str
    variable: str | None
    evidence: Evidence

    @property
    def is_local_only(self) -> bool:
        """Whether nothing outside of the container can reach it."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")


@dataclass(frozen=True, slots=True)
class Route:
    """A path that answers GET."""

    path: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that the program reads; `default` is None where the source shows none.

    `required` says that the program ends where it is not set.
    """

    name: str
    default: str | None
    evidence: Evidence
    required: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """A backing service that a client library in the program speaks to."""

    name: str
    module: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Program:
    """A `package main` with a `func main` that linux can build.

    `because` says why it stands where it stands among the programs. `port_variable` names the variable of
    a port that has no default in the source. `version_variable` is the string
    variable of package main that `-ldflags -X` can set. `beside_itself` shows that it looks for files beside
    its own executable. `unsummed` is a module that it imports and go.sum does not know. `embeds` are the
    paths, without their patterns, that embed directives name, there or not. `check` are the words that make
    it ask a running one whether it is well.
    """

    name: str
    package: str
    module: str
    kind: Kind
    because: str
    evidence: Evidence
    ports: tuple[Port, ...] = ()
    port_variable: Variable | None = None
    health: Route | None = None
    check: Arguments | None = None
    variables: tuple[Variable, ...] = ()
    services: tuple[Service, ...] = ()
    cgo: Cgo | None = None
    runtime_files: tuple[RuntimeFile, ...] = ()
    version_variable: str | None = None
    written: tuple[WrittenPath, ...] = ()
    beside_itself: Evidence | None = None
    env_file: EnvFile | None = None
    config_variable: ConfigVariable | None = None
    arguments: Arguments | None = None
    openings: tuple[Opening, ...] = ()
    executed: tuple[Executed, ...] = ()
    generated: tuple[Generated, ...] = ()
    front_ends: tuple[FrontEnd, ...] = ()
    unbuilt: tuple[FrontEnd, ...] = ()
    unsummed: Requirement | None = None
    unrequired: Unrequired | None = None
    experiments: tuple[str, ...] = ()
    missing_embeds: tuple[MissingEmbed, ...] = ()
    embeds: tuple[str, ...] = ()
    linked: tuple[LinkVariable, ...] = ()
    tls: OutwardTls | None = None
    zones: TimeZones | None = None
    signals: tuple[Signal, ...] = ()
    grpc: Grpc | None = None
    metrics: Route | None = None
    build_files: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[WrittenPath, ...]:
        """What it writes that an image can make a folder for: all but files in /."""
        return tuple(place for place in self.written if not place.is_at_root)

    def is_reached(self, port: Port) -> bool:
        """Whether others reach a port: one on all addresses, or one whose host a flag or a variable opens.

        Where the host of no port is known to be what is opened, it may be that of any.
        """
        hosts = {one.host for one in self.openings}
        surely = any(one.host in hosts for one in self.ports if one.is_local_only)
        return not port.is_local_only or (port.host in hosts if surely else bool(hosts))

    @property
    def unmade_embeds(self) -> tuple[MissingEmbed, ...]:
        """What it embeds that is not there, and that no front end and no generator makes."""
        made = {front.wanted for front in self.front_ends}
        made.update(path for one in self.generated for path in one.embedded)
        return tuple(
            one
            for one in self.missing_embeds
            if not any(one.path == path or one.path.startswith(f"{path}/") for path in made)
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Something that is said of a repository, and the place that says it."""

    value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PrivateModules:
    """Required modules that no public proxy serves, and the patterns that say so, as GOPRIVATE takes them."""

    patterns: tuple[str, ...]
    modules: tuple[Requirement, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A package main that is no program of the repository."""

    package: str
    because: str


@dataclass(frozen=True, slots=True)
class GoProject:
    """A Go repository, read from its text.

    `source` is the address where it is published, `licence` what SPDX calls the licence,
    `revision` the commit that git has checked out.
    """

    name: str
    modules: tuple[Module, ...]
    workspace: Workspace | None
    programs: tuple[Program, ...]
    passed_over: tuple[PassedOver, ...]
    files: tuple[str, ...]
    folders: tuple[str, ...]
    build_tags: BuildTags | None = None
    source: Origin | None = None
    licence: Origin | None = None
    revision: Origin | None = None
    private: PrivateModules | None = None

    @property
    def module(self) -> Module:
        """The module of the first program."""
        return self.module_of(self.programs[0])

    def module_of(self, program: Program) -> Module:
        """The module that holds a program."""
        return next(module for module in self.modules if module.folder == program.module)


def package_path(folder: str) -> str:
    """A folder as the go command names the package in it: `.`, `./cmd/server`."""
    return "." if folder == "." else f"./{folder}"
