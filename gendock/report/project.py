"""A GoProject for people and for programs: the two outputs of `gendock inspect`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from gendock.golang import GoVersion, package_path
from gendock.report.terminal import WIDTH, printable, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gendock.golang import GoProject, Module, Port, Program

_LABEL = 10
_VALUE = 30
_MANY = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One line of a summary: a label, what is said, and the place that shows it."""

    label: str
    value: str
    note: str = ""


def project_data(project: GoProject) -> dict[str, Any]:
    """The facts as data for JSON. File lists are left to their counts."""
    data = as_data(project)
    data["files"] = len(project.files)
    del data["folders"]
    return {"name": data.pop("name"), **data}


def as_data(value: object) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Turn nested dataclasses into dictionaries, and versions into their text."""
    if isinstance(value, GoVersion):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [as_data(item) for item in value]
    return str(value) if isinstance(value, str) else value


def project_text(project: GoProject) -> str:
    """The facts for a person, 80 columns wide."""
    first = project.programs[0]
    rows = [
        *(row for module in project.modules[:_MANY] for row in _module_rows(module)),
        *(
            [Row("", f"and {len(project.modules) - _MANY} more modules")]
            if len(project.modules) > _MANY
            else []
        ),
    ]
    if project.workspace is not None:
        used = " ".join(package_path(folder) for folder in project.workspace.use)
        rows.append(Row("workspace", used, str(project.workspace.evidence)))
    rows += _repository_rows(project)
    lines = [f"gendock · {printable(project.module.path)}", "", *layout(rows)]
    for program in project.programs:
        lines += [
            "",
            f"  {printable(package_path(program.package))} · {program.kind} · {printable(program.because)}",
        ]
        lines += layout(program_rows(program, project))
    if project.passed_over:
        lines += ["", "  passed over"]
        lines += [
            f"    {printable(package_path(item.package)):30}  {printable(item.because)}"
            for item in project.passed_over[:20]
        ]
        if len(project.passed_over) > 20:
            lines.append(f"    and {len(project.passed_over) - 20} more")
    names = "program" if len(project.programs) == 1 else "programs"
    lines += ["", f"  {len(project.programs)} {names}; the one meant first is {printable(first.name)}"]
    return "\n".join(lines) + "\n"


def _repository_rows(project: GoProject) -> Iterator[Row]:
    for label, origin in (
        ("source", project.source),
        ("licence", project.licence),
        ("revision", project.revision),
    ):
        if origin is not None:
            yield Row(label, origin.value, str(origin.evidence))
    if project.private is not None:
        yield Row("private", " ".join(project.private.patterns), str(project.private.evidence))


def _module_rows(module: Module) -> Iterator[Row]:
    yield Row("module", module.path, str(module.evidence))
    if module.go is not None:
        yield Row("Go", str(module.go.version), str(module.go.evidence))
    if module.toolchain is not None:
        yield Row("toolchain", str(module.toolchain.version), str(module.toolchain.evidence))
    direct = sum(not requirement.indirect for requirement in module.requires)
    if module.requires:
        sums = "vendored" if module.vendored else "go.sum" if module.has_sum else "no go.sum"
        yield Row("requires", f"{direct} direct, {len(module.requires) - direct} indirect", sums)
    for line in module.replaces:
        if line.is_local:
            yield Row("replaces", f"{line.old} => {line.new}", str(line.evidence))


def program_rows(program: Program, project: GoProject) -> Iterator[Row]:
    """The facts of one program, those that are there."""
    if program.ports:
        for port in program.ports:
            yield Row("listens", port_text(port), str(port.evidence))
    elif program.port_variable is not None:
        yield Row("listens", f"where {program.port_variable.name} says", str(program.port_variable.evidence))
    elif program.kind == "server":
        yield Row("listens", "on a port that is not in the source")
    if program.health is not None:
        yield Row("health", f"GET {program.health.path}", str(program.health.evidence))
    for service in program.services:
        yield Row("needs", service.name, str(service.evidence))
    ports = {port.variable for port in program.ports}
    variables = [variable for variable in program.variables if variable.name not in ports]
    for index, variable in enumerate(variables[:_MANY]):
        default = f" ({variable.default})" if variable.default else ""
        yield Row("" if index else "reads", f"{variable.name}{default}", str(variable.evidence))
    if len(variables) > _MANY:
        yield Row("", f"and {len(variables) - _MANY} more variables")
    for index, asset in enumerate(program.runtime_files):
        path = f"{asset.path}/" if asset.is_folder else asset.path
        yield Row("" if index else "files", path, f"opened at run time, {asset.evidence}")
    yield from _need_rows(program)
    yield from _other_rows(program)
    if program.cgo is not None:
        yield Row("cgo", program.cgo.because, str(program.cgo.evidence))
    if project.module_of(program).vendored:
        yield Row("modules", "from vendor/")


def _need_rows(program: Program) -> Iterator[Row]:
    """What a program writes, starts, and is started with, and what has to be made for it."""
    known = [place for place in program.written if place.path]
    for index, place in enumerate(known[:_MANY] or program.written[:1]):
        path = f"{place.path}/" if place.path and place.is_folder else place.path
        yield Row("" if index else "writes", path or "files", str(place.evidence))
    if program.env_file is not None:
        yield Row("wants", program.env_file.path, str(program.env_file.evidence))
    for index, one in enumerate(program.executed[:_MANY]):
        yield Row("" if index else "runs", one.name, str(one.evidence))
    if program.arguments is not None:
        yield Row("started by", " ".join(program.arguments.words), str(program.arguments.evidence))
    for front in program.front_ends:
        yield Row("front end", f"{front.folder}, built by {front.manager}", str(front.evidence))
    for generated in program.generated:
        yield Row("generated", f"{generated.tool or 'by hand'}: {generated.because}", str(generated.evidence))


def _other_rows(program: Program) -> Iterator[Row]:
    """What else there is to know of how a program runs and is built."""
    if program.grpc is not None:
        yield Row("serves", "gRPC", str(program.grpc.evidence))
    if program.metrics is not None:
        yield Row("metrics", f"GET {program.metrics.path}", str(program.metrics.evidence))
    if program.tls is not None:
        yield Row(
            "TLS",
            f"{'' if program.tls.is_sure else 'maybe: '}{program.tls.because}",
            str(program.tls.evidence),
        )
    if program.zones is not None and program.zones.needs_data:
        yield Row("zone data", program.zones.name or "for zones by their name", str(program.zones.evidence))
    if program.signals:
        names = " ".join(signal.name for signal in program.signals)
        yield Row("catches", names, str(program.signals[0].evidence))
    for index, variable in enumerate(program.linked[:_MANY]):
        yield Row("" if index else "-X sets", f"{variable.package}.{variable.name}", str(variable.evidence))


def port_text(port: Port) -> str:
    """A port as an address, with the variable that changes it."""
    transport = "" if port.transport == "tcp" else f"/{port.transport}"
    variable = f" ({port.variable})" if port.variable else ""
    return f"{port.host}:{port.number}{transport}{variable}"


def layout(rows: Iterable[Row]) -> list[str]:
    """Lay rows out in three columns of 80; a note that does not fit goes below its value."""
    rows = list(rows)
    longest = max(
        (len(printable(row.value)) for row in rows if len(printable(row.value)) <= _VALUE), default=0
    )
    lines: list[str] = []
    for row in rows:
        value, note = printable(row.value), printable(row.note)
        start = f"  {row.label:{_LABEL}}  "
        line = f"{start}{value:{longest}}  {note}" if note else f"{start}{value}"
        if len(line) <= WIDTH:
            lines.append(line.rstrip())
            continue
        lines += hanging(row.value, start)
        if note:
            lines += hanging(row.note, " " * len(start))
    return lines


def hanging(text: str, start: str) -> list[str]:
    """Break a text into lines of 80 columns, indented as its first line starts."""
    first, *others = wrapped(text, WIDTH - len(start)) or [""]
    return [f"{start}{first}".rstrip(), *(" " * len(start) + line for line in others)]
