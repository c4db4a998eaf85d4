"""Every choice that a Dockerfile rests on, with its reason and what else could have been chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.dockerfile.image_names import names_an_image
from gendock.errors import GendockError, RefusedError
from gendock.generate import base_images
from gendock.generate.escaping import shown
from gendock.generate.options import Options
from gendock.golang import GoVersion, package_path, releases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gendock.golang import Directive, Evidence, GoProject, Module, Port, Program, Requirement

MAX_PROGRAMS = 12
# Modules that reach into the Go runtime, the first of their releases that builds with OLDEST_SUPPORTED, and
# the modules that build them where they are indirect.
BUILD_WITH_OLD_GO_ONLY: dict[str, tuple[tuple[int, ...], frozenset[str]]] = {
    "github.com/bytedance/sonic": (
        (1, 15, 0),
        frozenset(("github.com/cloudwego/hertz", "github.com/cloudwego/kitex")),
    ),
}
DEFAULT_PORT = 8080
_PLATFORM = re.compile(r"linux/(?:amd64|arm64|arm/v[67]|386|ppc64le|s390x|riscv64)")
FIRST_UNPRIVILEGED = 1024
MOVED_BY = 8000


@dataclass(frozen=True, slots=True)
class Release:
    """The Go release to build with, and the line that asks for it.

    `kept_for` is the dependency that keeps a release which gets no security fixes any more.
    """

    version: tuple[int, int]
    prerelease: bool
    asked: GoVersion | None
    evidence: Evidence | None
    verb: str
    kept_for: Requirement | None = None

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
        return project.programs if options.every_program else project.programs[:MAX_PROGRAMS]
    wanted = options.program.removeprefix("./").rstrip("/") or "."
    found = [program for program in project.programs if wanted in {program.name, program.package}]
    if len(found) == 1:
        return (found[0],)
    known = ", ".join(
        program.name if program.package == "." else package_path(program.package)
        for program in (found or project.programs)[:MAX_PROGRAMS]
    )
    problem = "is the name of several programs" if found else "is no program here"
    raise GendockError(f"{shown(options.program)} {problem}: name one of {known}")


def moved_port(program: Program) -> Port | None:
    """The port below 1024 that a variable can move: not every runtime lets a user listen there."""
    ports = [port for port in program.ports if port.transport == "tcp" and port.number < FIRST_UNPRIVILEGED]
    if program.kind != "server" or len(ports) != 1 or ports[0].variable is None or program.openings:
        return None
    higher = ports[0].number + MOVED_BY
    return ports[0] if all(port.number != higher for port in program.ports) else None


def chosen_port(program: Program, options: Options, *, is_default: bool) -> int | None:
    """The port that the image listens on where that is not what the source says."""
    if options.port is not None and is_default:
        return options.port
    moved = moved_port(program)
    return None if moved is None or len(program.ports) > 1 else moved.number + MOVED_BY


def check_base(options: Options) -> None:
    """Refuse a base that no image can be called.

    Raises:
        GendockError: it is neither a word for a base nor an image's name.
    """
    if options.base is not None and not names_an_image(options.base):
        raise GendockError(f"--base {shown(options.base)} cannot be an image's name, such as debian:12-slim")


def check_platforms(options: Options) -> None:
    """Refuse what Go and Debian do not build for.

    Raises:
        GendockError: there is such a platform.
    """
    for platform in options.platforms:
        if not _PLATFORM.fullmatch(platform):
            raise GendockError(
                f"--platform {shown(platform)} is none of linux/amd64, arm64, arm/v7, arm/v6, 386, ppc64le, "
                "s390x, riscv64"
            )


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
        return Release(releases.OLDEST_SUPPORTED, False, None, None, "")  # noqa: FBT003
    version, directive, verb = newest
    wanted = (version.major, version.minor)
    ahead = (releases.NEWEST_KNOWN[0], releases.NEWEST_KNOWN[1] + releases.RELEASES_AHEAD)
    if wanted > ahead:
        raise RefusedError(
            f"{directive.evidence} asks for Go {version}, years after {dotted(releases.NEWEST_KNOWN)}: "
            "correct the line, or say --go-version"
        )
    if wanted < releases.OLDEST_SUPPORTED:
        kept_for = _held_back(project, programs) if wanted >= base_images.OLDEST_TAG else None
        if kept_for is None:
            return Release(releases.OLDEST_SUPPORTED, False, version, directive.evidence, verb)  # noqa: FBT003
        return Release(wanted, False, version, directive.evidence, verb, kept_for)  # noqa: FBT003
    return Release(wanted, bool(version.prerelease), version, directive.evidence, verb)


def _held_back(project: GoProject, programs: Sequence[Program]) -> Requirement | None:
    """The dependency that does not build with the releases which get security fixes.

    An indirect one counts where a module is there that is known to build it: gin, for one, requires sonic and
    leaves it out.
    """
    for program in programs:
        module = project.module_of(program)
        required = {requirement.path for requirement in module.requires}
        for requirement in module.requires:
            first_good, through = BUILD_WITH_OLD_GO_ONLY.get(requirement.path, ((), frozenset()))
            built = not requirement.indirect or not required.isdisjoint(through)
            if built and _numbers(requirement.version) < first_good:
                return requirement
    return None


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a module's version, such as (1, 10, 2) of v1.10.2."""
    plain = version.removeprefix("v").partition("-")[0].partition("+")[0]
    return tuple(int(part) for part in plain.split(".") if part.isdigit())


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


_FIRST_WITHOUT_DISTANT_MODULES = GoVersion(1, 17)


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


def downloads_more(project: GoProject, module: Module) -> str:
    """Why `go mod download` would fetch far more than the build reads; empty where it would not.

    In a workspace, and for a module of before Go 1.17, it fetches whatever any dependency names, be it for
    tests of its own; and what go.mod requires for tools is as much as for the program, if not more.
    """
    if project.workspace is not None:
        return "in a workspace"
    if module.go is None or module.go.version < _FIRST_WITHOUT_DISTANT_MODULES:
        return "for a module of before Go 1.17"
    return "for the tools in go.mod" if module.tools else ""


def must_update(project: GoProject, program: Program) -> bool:
    """Whether the build has to complete go.mod, go.sum or go.work.sum itself."""
    if project.workspace is not None:
        unknown = [one for one in project.modules if not one.has_sum and needs_download(project, (one,))]
        return bool(unknown) and not project.workspace.has_sum
    module = project.module_of(program)
    return lacks_sums(project, module) or bool(program.unsummed or program.unrequired)


def lacks_sums(project: GoProject, module: Module) -> bool:
    """Whether a module has dependencies and no go.sum to check them by."""
    if project.workspace is not None or module.has_sum or module.vendored:
        return False
    return needs_download(project, (module,))


def dotted(version: tuple[int, int]) -> str:
    """A release such as 1.26."""
    return f"{version[0]}.{version[1]}"
