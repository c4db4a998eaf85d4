"""Every choice that a Dockerfile rests on, with its reason and what else could have been chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.errors import GendockError, RefusedError
from gendock.generate import base_images
from gendock.generate.escaping import shown
from gendock.golang import GoVersion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gendock.golang import Directive, Evidence, GoProject, Module, Program

MAX_PROGRAMS = 12
DEFAULT_PORT = 8080


@dataclass(frozen=True, slots=True)
class Options:
    """What the person at the terminal asked for; None and empty leave it to the source."""

    program: str | None = None
    port: int | None = None
    go_version: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice."""

    topic: str
    chose: str
    because: str
    alternatives: tuple[str, ...] = ()
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """The Go release to build with, and the line that asks for it."""

    version: tuple[int, int]
    prerelease: bool
    asked: GoVersion | None
    evidence: Evidence | None
    verb: str

    @property
    def image(self) -> str:
        """The image of the build stage."""
        return base_images.golang(self.version, prerelease=self.prerelease)


def choose_programs(project: GoProject, options: Options) -> tuple[Program, ...]:
    """The programs that get a target, the default first.

    Raises:
        GendockError: no program has the name that was asked for.
    """
    if options.program is None:
        return project.programs[:MAX_PROGRAMS]
    wanted = options.program.removeprefix("./").rstrip("/") or "."
    found = [program for program in project.programs if wanted in {program.name, program.package}]
    if len(found) == 1:
        return (found[0],)
    known = ", ".join(_place(program) for program in (found or project.programs)[:MAX_PROGRAMS])
    problem = "is the name of several programs" if found else "is no program here"
    raise GendockError(f"{shown(options.program)} {problem}: name one of {known}")


def used_modules(project: GoProject, programs: Sequence[Program]) -> tuple[Module, ...]:
    """The modules whose files a build of these programs reads: their own, and those that a workspace or a
    `replace` puts beside them."""  # noqa: D205, D209
    if project.workspace is not None:
        return project.modules
    own = {program.module for program in programs}
    tops = [module for module in project.modules if module.folder in own]
    replacing = {
        replacement_folder(module, line.new) for module in tops for line in module.replaces if line.is_local
    }
    return tuple(module for module in project.modules if module.folder in own | replacing)


def replacement_folder(module: Module, new: str) -> str:
    """The folder, relative to the repository, that a `replace` line names."""
    import posixpath

    return posixpath.normpath(posixpath.join(module.folder, new))


def choose_release(project: GoProject, programs: Sequence[Program], options: Options) -> Release:
    """The newest of the `go` and `toolchain` lines that the build obeys.

    Raises:
        GendockError: the option is no Go version.
        RefusedError: a line asks for a Go that cannot exist yet.
    """
    if options.go_version is not None:
        try:
            asked = GoVersion.parse(options.go_version.removeprefix("go"))
        except ValueError:
            raise GendockError(
                f"--go-version {shown(options.go_version)} is no Go version such as 1.26"
            ) from None
        return Release((asked.major, asked.minor), bool(asked.prerelease), asked, None, "--go-version")
    newest: tuple[GoVersion, Directive, str] | None = None
    for directive, verb in _version_lines(project, programs):
        if newest is None or directive.version > newest[0]:
            newest = (directive.version, directive, verb)
    if newest is None:
        return Release(base_images.OLDEST_SUPPORTED, False, None, None, "")  # noqa: FBT003
    version, directive, verb = newest
    wanted = (version.major, version.minor)
    ahead = (base_images.NEWEST_KNOWN[0], base_images.NEWEST_KNOWN[1] + base_images.RELEASES_AHEAD)
    if wanted > ahead:
        raise RefusedError(
            f"{directive.evidence} asks for Go {version}, years after {_dotted(base_images.NEWEST_KNOWN)}: "
            "correct the line, or say --go-version"
        )
    if wanted < base_images.OLDEST_TAG:
        return Release(base_images.OLDEST_SUPPORTED, False, version, directive.evidence, verb)  # noqa: FBT003
    return Release(wanted, bool(version.prerelease), version, directive.evidence, verb)


def _version_lines(project: GoProject, programs: Sequence[Program]) -> Iterator[tuple[Directive, str]]:
    """The lines that the go command obeys: every `go`, and `toolchain` where the build starts."""
    workspace = project.workspace
    if workspace is not None:
        if workspace.go is not None:
            yield workspace.go, "go"
        if workspace.toolchain is not None:
            yield workspace.toolchain, "toolchain"
    own = {program.module for program in programs}
    for module in used_modules(project, programs):
        if module.go is not None:
            yield module.go, "go"
        if module.toolchain is not None and module.folder in own and workspace is None:
            yield module.toolchain, "toolchain"


def decisions(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> tuple[Decision, ...]:
    """Every decision, in the order in which a reader of the Dockerfile meets it."""
    return tuple(_decisions(project, programs, release, options))


def _decisions(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> Iterator[Decision]:
    default = programs[0]
    yield Decision(
        "syntax line",
        "none",
        "every line builds on the BuildKit inside Docker 20.10 and newer, offline and one request quicker",
        ("# syntax=docker/dockerfile:1 fetches the newest Dockerfile language for each builder",),
    )
    yield _release_decision(release)
    yield _program_decision(project, programs, options)
    cgo = [program for program in programs if program.cgo is not None]
    if cgo and cgo[0].cgo is not None:
        yield Decision(
            "cgo",
            "CGO_ENABLED=1, built on the target's platform",
            f"{cgo[0].name} needs C: {cgo[0].cgo.because}",
            ("CGO_ENABLED=0 would drop that code, or stop when it is used",),
            cgo[0].cgo.evidence,
        )
    else:
        yield Decision(
            "cgo",
            "CGO_ENABLED=0",
            "no package that the build reads needs C, and a static binary runs on any base",
            ("CGO_ENABLED=1 with glibc in the image",),
        )
    yield _download_decision(project, programs)
    yield Decision(
        "source",
        "a bind mount",
        "the source enters no layer, and an edit costs one step",
        ("COPY . . keeps the source in the build stage's layers",),
    )
    yield Decision(
        "flags",
        '-trimpath -buildvcs=false -ldflags="-s -w"',
        "the same binary from any folder, no need of git, and a third less to pull; stack traces stay",
        ("without -s -w, for a debugger",),
    )
    yield Decision(
        "base",
        base_images.GLIBC if default.cgo else base_images.STATIC,
        "glibc for C, certificates and time zones; no shell" if default.cgo
        else "certificates, time zones and /tmp, about 2 MiB; no shell, no package manager",
        ("scratch has no certificates", "debian:bookworm-slim has a shell, and runs as root"),
    )  # fmt: skip
    yield Decision(
        "user",
        base_images.NONROOT,
        "no root; by number, because Kubernetes' runAsNonRoot cannot check a name",
        ("nonroot, by name",),
    )
    yield from _port_decisions(default, options)
    for asset in default.runtime_files:
        yield Decision(
            "runtime file", asset.path, "the program opens it while it runs", ("go:embed",), asset.evidence
        )  # fmt: skip


def _release_decision(release: Release) -> Decision:
    if release.asked is None:
        because = (
            f"go.mod has no go line; {_dotted(release.version)} is the oldest release with security fixes"
        )
    elif release.verb == "--go-version":
        because = "asked for by --go-version"
    elif (release.asked.major, release.asked.minor) != release.version:
        because = (
            f"the {release.verb} line asks for {release.asked}, older than all of its images; "
            f"{_dotted(release.version)} is the oldest release with security fixes, and builds older code"
        )
    else:
        because = (
            f"the {release.verb} line asks for {release.asked}; the image never fetches another toolchain"
        )
    alternatives = ("-alpine is smaller, and has musl and no git", "a digest, to pin it")
    return Decision("build image", release.image, because, alternatives, release.evidence)


def _program_decision(project: GoProject, programs: Sequence[Program], options: Options) -> Decision:
    default = programs[0]
    others = [_place(program) for program in project.programs if program is not default]
    because = "asked for by --program" if options.program is not None else default.because
    passed = tuple(
        f"{_place_of(item.package)}: {item.because}, passed over" for item in project.passed_over[:5]
    )
    return Decision("program", _place(default), because, (*others[:8], *passed), default.evidence)


def _download_decision(project: GoProject, programs: Sequence[Program]) -> Decision:
    module = project.module_of(programs[0])
    vendored = module.vendored if project.workspace is None else project.workspace.vendored
    if vendored:
        because = "vendor/ holds every dependency"
        return Decision("modules", "from vendor/", because, ("go mod download",), module.evidence)
    if not needs_download(project, (module,) if project.workspace is None else project.modules):
        return Decision("modules", "no download step", "there is no dependency to fetch", (), module.evidence)
    return Decision(
        "modules",
        "go mod download, a step before the source",
        "it runs again only when a module file changes; the cache mount keeps what it fetched",
        ("vendor/, to build without a network",),
        module.requires[0].evidence if module.requires else module.evidence,
    )


def needs_download(project: GoProject, modules: Sequence[Module]) -> bool:
    """Whether a build of these modules needs any module from elsewhere."""
    own = {module.path for module in project.modules} if project.workspace is not None else set()
    for module in modules:
        local = {line.old for line in module.replaces if line.is_local}
        if project.workspace is not None:
            local |= {line.old for line in project.workspace.replaces if line.is_local}
        if any(requirement.path not in own | local for requirement in module.requires):
            return True
    return False


def _port_decisions(program: Program, options: Options) -> Iterator[Decision]:
    if options.port is not None:
        yield Decision("port", str(options.port), "asked for by --port")
        return
    for port in program.ports:
        if port.is_local_only:
            continue
        suffix = "" if port.transport == "tcp" else f"/{port.transport}"
        because = f"the default of {port.variable}" if port.variable else "the address in the source"
        yield Decision("port", f"{port.number}{suffix}", because, ("--port N",), port.evidence)
    if program.port_variable is not None and not program.ports:
        yield Decision(
            "port",
            f"ENV {program.port_variable.name}={DEFAULT_PORT}",
            f"the program asks {program.port_variable.name} and has no default of its own",
            ("--port N",),
            program.port_variable.evidence,
        )


def warnings(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> tuple[str, ...]:
    """What a person should know before trusting the files."""
    return tuple(_warnings(project, programs, release, options))


def _warnings(
    project: GoProject, programs: Sequence[Program], release: Release, options: Options
) -> Iterator[str]:
    if base_images.OLDEST_TAG <= release.version < base_images.OLDEST_SUPPORTED:
        supported = _dotted(base_images.OLDEST_SUPPORTED)
        yield (
            f"Go {_dotted(release.version)} gets no security fixes any more: "
            f"gendock init --go-version {supported} builds with one that does"
        )
    if release.version > base_images.NEWEST_KNOWN:
        yield f"Go {_dotted(release.version)} is newer than this gendock: check that {release.image} exists"
    if options.program is None and len(project.programs) > MAX_PROGRAMS:
        yield f"{len(project.programs) - MAX_PROGRAMS} more programs have no target: name one by --program"
    for module in used_modules(project, programs):
        if lacks_sums(project, module):
            yield (
                f"{module.sum_file} is missing, so nothing checks what the build downloads: "
                "run go mod tidy and commit it"
            )
    default = programs[0]
    for port in default.ports:
        if port.is_local_only:
            yield (
                f"{port.evidence}: {default.name} listens on {port.host}, "
                "which nothing outside of its container reaches"
            )
    if (
        default.kind == "server"
        and not default.ports
        and default.port_variable is None
        and options.port is None
    ):
        yield f"{default.name} is a server, and its port is not in the source: --port N writes EXPOSE"
    yield from _library_warnings(programs)


def _library_warnings(programs: Sequence[Program]) -> Iterator[str]:
    from gendock.golang.cgo import NEEDS_LIBRARY

    for program in programs:
        if program.cgo is not None and (library := NEEDS_LIBRARY.get(program.cgo.because)):
            yield f"{program.name} links {library}: neither base image has it, so the build needs an edit"


def lacks_sums(project: GoProject, module: Module) -> bool:
    """Whether a module has dependencies and no go.sum to check them by."""
    if project.workspace is not None or module.has_sum or module.vendored:
        return False
    return needs_download(project, (module,))


def _place(program: Program) -> str:
    return _place_of(program.package)


def _place_of(folder: str) -> str:
    return "." if folder == "." else f"./{folder}"


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
