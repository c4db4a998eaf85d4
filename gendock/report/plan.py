"""A Plan for people and for programs: what `gendock init` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gendock.golang import package_path
from gendock.report.project import Row, as_data, hanging, layout, program_rows
from gendock.report.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gendock.generate import Decision, Plan, SecretTarget, Target

_STATES = {"new": "wrote", "differs": "wrote", "same": "kept"}


def plan_data(
    plan: Plan, targets: Sequence[Target], secrets: Sequence[SecretTarget], *, written: bool
) -> dict[str, Any]:
    """The plan as data for JSON.

    Args:
        plan: the plan.
        targets: its files beside what stood in their places.
        secrets: its files of passwords, whose text is nobody's business.
        written: whether they were written.
    """
    states = {target.path: target.state for target in targets}
    return {
        "files": [{"path": file.path, "state": states[file.path], "text": file.text} for file in plan.files],
        "decisions": [as_data(decision) for decision in plan.decisions],
        "warnings": list(plan.warnings),
        "targets": list(plan.targets),
        "context": {
            "needed": plan.ignore.needed,
            "taken_back": list(plan.ignore.taken_back),
            "stay_out": list(plan.ignore.stay_out),
        },
        "secrets": [as_data(secret) for secret in secrets],
        "services": list(plan.services),
        "written": written,
    }


def facts_text(plan: Plan) -> str:
    """What was found, with the place that shows each fact."""
    project, default = plan.project, plan.programs[0]
    others = [program for program in project.programs if program is not default]
    because = next(decision.because for decision in plan.decisions if decision.topic == "program")
    if others:
        names = " ".join(package_path(program.package) for program in others[:4])
        because += f"; {len(others)} more: {names}" + (" ..." if len(others) > 4 else "")
    release = next(decision for decision in plan.decisions if decision.topic == "build image")
    rows = [
        Row("Go", release.chose.partition(":")[2].partition("-")[0], _go_note(plan, release)),
        Row("program", package_path(default.package), because),
        *program_rows(default, project),
    ]
    if default.cgo is None:
        rows.append(Row("cgo", "no"))
    return "\n".join([f"gendock · {printable(project.module.path)}", "", *layout(rows), ""]) + "\n"


def _go_note(plan: Plan, release: Decision) -> str:
    """The line that asks for the Go release, with its own words where the image is another one."""
    if release.evidence is None:
        return release.because
    workspace = plan.project.workspace
    lines = [line for module in plan.project.modules for line in (module.go, module.toolchain)]
    if workspace is not None:
        lines += [workspace.go, workspace.toolchain]
    asked = next((line.version for line in lines if line and line.evidence == release.evidence), None)
    if asked is None or f":{asked.major}.{asked.minor}-" in release.chose:
        return str(release.evidence)
    return f"{release.evidence} asks for {asked}, past its end of life"


def written_text(
    plan: Plan,
    targets: Sequence[Target],
    folder: Path,
    secrets: Sequence[SecretTarget],
    *,
    remembers: bool,
) -> str:
    """What was written, what is worth knowing, and what to do next."""
    notes = {
        "Dockerfile": _dockerfile_note(plan),
        ".dockerignore": _ignore_note(plan),
        "compose.yaml": _compose_note(plan),
        "docker-bake.hcl": "every image at once: docker buildx bake, or gendock build",
    }
    lines = []
    column = max(14, *(len(target.path) for target in targets))
    for target in targets:
        lines += hanging(notes[target.path], f"{_STATES[target.state]:7}{target.path:{column}} ")
    made = [secret.path.rpartition("/")[2] for secret in secrets if secret.state == "new"]
    if secrets:
        note = f"random passwords, kept from git and images: {', '.join(made[1:])}" if made else "as it was"
        lines += hanging(note, f"{'wrote' if made else 'kept':7}{'.secrets/':{column}} ")
    if remembers:
        lines += hanging(
            "what was asked for; gendock update does it again", f"{'wrote':7}{'gendock.toml':{column}} "
        )
    lines += _warning_lines(
        plan, (f"{one.path} does not set {name} yet" for one in secrets for name in one.lacks)
    )
    lines += [
        "",
        *_next_lines(plan, folder, composed=any(target.path == "compose.yaml" for target in targets)),
    ]
    return "\n".join(lines) + "\n"


def _next_lines(plan: Plan, folder: Path, *, composed: bool) -> Iterator[str]:
    """What to do next, the commands in one column."""
    argument = "" if str(folder) == "." else f" {printable(str(folder))}"
    skipped = "".join(f" --skip {check}" for check in plan.skipped)
    commands = [(f"gendock check{skipped}{argument}", "lint, build and start it")]
    if composed:
        project = "" if str(folder) == "." else f" --project-directory{argument}"
        commands.append(
            (f"docker compose{project} up -d", "start it and its services" if plan.services else "start it")
        )
        commands.append((f"gendock init --with compose --explain{argument}", "why each line is there"))
    else:
        if plan.programs[0].services:
            names = " and ".join(service.name for service in plan.programs[0].services[:2])
            commands.append((f"gendock init --with compose{argument}", f"start it beside {names}"))
        commands.append((f"gendock init --explain{argument}", "why each line is there"))
    width = max(len(command) for command, _ in commands)
    for index, (command, meaning) in enumerate(commands):
        yield f"{'' if index else 'next':7}{command:{width}}    {meaning}"


def explanation_text(plan: Plan) -> str:
    """Every decision with its reason and what else could have been chosen."""
    lines: list[str] = []
    for decision in plan.decisions:
        topic = printable(decision.topic)
        if len(topic) > 13:
            lines.append(topic)
        lines += hanging(decision.chose, f"{topic:14}" if len(topic) <= 13 else " " * 14)
        because = decision.because + (f" ({decision.evidence})" if decision.evidence else "")
        lines += hanging(because, " " * 14 + "because  ")
        for alternative in decision.alternatives:
            lines += hanging(alternative, " " * 14 + "or       ")
        lines.append("")
    lines += hanging(_ignore_note(plan), f"{'.dockerignore':14}")
    lines += _warning_lines(plan)
    return "\n".join(lines) + "\n"


def _dockerfile_note(plan: Plan) -> str:
    if len(plan.targets) == 1:
        program = plan.programs[0]
        linked = "a static binary" if program.cgo is None else "a binary with glibc"
        package = "the package here" if program.package == "." else package_path(program.package)
        return f"{linked} of {package}, not run as root"
    first, *others = plan.targets
    return f"{len(plan.targets)} targets: {first} (default), {', '.join(others)}"


def _compose_note(plan: Plan) -> str:
    name = plan.programs[0].name
    if not plan.services:
        return f"{name}, for this machine only"
    return f"{name} with {', '.join(plan.services)}; only the program reaches them"


def _ignore_note(plan: Plan) -> str:
    ignore = plan.ignore
    files = "the 1 file" if ignore.needed == 1 else f"all {ignore.needed} files"
    note = f"proved: {files} that the build reads go in"
    if ignore.stay_out:
        stays = "stays" if len(ignore.stay_out) == 1 else "stay"
        note += f"; {', '.join(ignore.stay_out[:4])} {stays} out"
    if ignore.taken_back:
        note += f"; {len(ignore.taken_back)} taken back in by name"
    return note


def _warning_lines(plan: Plan, others: Iterable[str] = ()) -> Iterator[str]:
    for index, warning in enumerate((*plan.warnings, *others)):
        if index == 0:
            yield ""
        yield from hanging(warning, "note   ")
