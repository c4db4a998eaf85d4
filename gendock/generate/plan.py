"""The plan: what `init` decided and why, and the files that come of it.

    GoProject ──make_plan──> Plan { programs, decisions, warnings, files }

Each stage only reads the value before it. Writing is another module's work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gendock.generate import choices, reasons
from gendock.generate.decision import Decision
from gendock.generate.escaping import Placed
from gendock.generate.ignoring import IgnoreFile, choose_patterns
from gendock.generate.options import Beside, Options
from gendock.generate.private import is_pattern
from gendock.generate.render import render
from gendock.generate.run_time import choose_run_time
from gendock.generate.stages import DockerfileView, dockerfile_view

if TYPE_CHECKING:
    from gendock.generate.compose_secrets import SecretFile
    from gendock.golang import GoProject, Program


_GENERATOR_INPUTS = (
    ".templ", ".sql", ".proto", ".graphql", ".graphqls", ".ego", "sqlc.yaml", "sqlc.yml", "sqlc.json",
    "gqlgen.yml", "buf.yaml", "buf.gen.yaml", "buf.lock",
)  # fmt: skip


_LINES_OF_TALLY = 50


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to write, its path relative to the project."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that `init` decided. The first program is the default target.

    `secrets` are the files of passwords that compose.yaml reads, `services` what it starts beside programs.
    `skipped` are the checks of `gendock check` that the default target cannot pass, as its base is.
    """

    project: GoProject
    programs: tuple[Program, ...]
    targets: tuple[str, ...]
    decisions: tuple[Decision, ...]
    warnings: tuple[str, ...]
    ignore: IgnoreFile
    files: tuple[PlannedFile, ...]
    secrets: tuple[SecretFile, ...] = ()
    services: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def make_plan(project: GoProject, options: Options | None = None) -> Plan:
    """Decide what the files of a repository are.

    Args:
        project: the repository.
        options: what the person at the terminal asked for.

    Raises:
        GendockError: an option names what is not there.
        RefusedError: the repository asks for what no Dockerfile can do.
    """
    options = options or Options()
    if project.private is not None and not options.private:
        options = replace(options, private=tuple(filter(is_pattern, project.private.patterns)))
    choices.check_base(options)
    choices.check_platforms(options)
    programs = choices.choose_programs(project, options)
    release = choices.choose_release(project, programs, options)
    view = dockerfile_view(project, programs, release, options)
    needed = {path for program in programs for path in _needed(project, program)}
    if Beside.TEST in options.beside:
        needed.update(path for path in project.files if _is_of_tests(path))
    ignore = choose_patterns(
        needed=sorted(needed),
        reserved=sorted({path for program in programs for path in program.embeds}),
        names=(*project.files, *project.folders),
    )
    files = (
        PlannedFile("Dockerfile", _dockerfile(view, options)),
        PlannedFile(
            ".dockerignore",
            render("dockerignore/dockerignore.jinja", templates=options.templates, file=ignore),
        ),
    )
    return Plan(
        project=project,
        programs=programs,
        targets=tuple(target.name for target in reversed(view.targets)),
        decisions=reasons.decisions(project, programs, release, options),
        warnings=reasons.warnings(project, programs, release, options),
        ignore=ignore,
        files=files,
        skipped=("no-shell",) if choose_run_time(programs[0], options).base.has_shell else (),
    )


def _dockerfile(view: DockerfileView, options: Options) -> str:
    """The text; a long one says so to a linter that counts lines."""

    def rendered(view: DockerfileView) -> str:
        return render("dockerfile/Dockerfile.jinja", templates=options.templates, file=view)

    text = rendered(view)
    if text.count("\n") <= _LINES_OF_TALLY:
        return text
    pragma = Placed("tally global ignore=max-lines;reason=one file holds all stages")
    return rendered(replace(view, pragmas=(*view.pragmas, pragma)))


def _needed(project: GoProject, program: Program) -> set[str]:
    """Every file that the build or the image of a program reads."""
    needed = set(program.build_files)
    for front_end in program.front_ends:
        needed.update(path for path in front_end.files if not _is_secret(path))
    for one in program.generated:
        needed.update(path for path in project.files if _feeds(path, one.folder))
        needed.update(path for path in project.files if path == one.evidence.path)
    for asset in program.runtime_files:
        if asset.is_folder:
            needed.update(path for path in project.files if path.startswith(f"{asset.path}/"))
        else:
            needed.add(asset.path)
    return needed


def _is_of_tests(path: str) -> bool:
    """Whether the tests of a package read a file."""
    parts = path.split("/")
    return path.endswith("_test.go") or "testdata" in parts[:-1]


def _is_secret(path: str) -> bool:
    """Whether a file of a front end stays out: its variables, but for those of the build for production."""
    name = path.rpartition("/")[2]
    return name.startswith(".env") and name != ".env.production"


def _feeds(path: str, folder: str) -> bool:
    """Whether a code generator may read a file: templates, schemas and their settings below its folder."""
    return path.endswith(_GENERATOR_INPUTS) and (folder == "." or path.startswith(f"{folder}/"))
