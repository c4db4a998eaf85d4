"""What a build does, instruction by instruction: which files of the context it reads, and which it writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gendock.golang.facts import package_path
from gendock.lint.gobuild.known_programs import SYSTEM_FOLDERS
from gendock.lint.gobuild.trees import ANYWHERE
from gendock.lint.mistake import Severity, count
from gendock.report.terminal import printable

if TYPE_CHECKING:
    from gendock.dockerfile import Stage
    from gendock.lint import Finding
    from gendock.lint.gobuild import GoBuild, Source, Step

_MOST_NAMED = 4
_GUTTER = 12
# Their errors say that the build or the start fails; those of other families may mean less.
_ABOUT_FAILURES = ("GO", "GD")


class BuildWalk:
    """One Dockerfile's build, and the errors that were found in it."""

    def __init__(self, build: GoBuild, filename: str, findings: Sequence[Finding]) -> None:
        """Take the walk, the name to show, and the findings; those that are no errors are left out."""
        self._build = build
        self._filename = filename
        self._errors: dict[int, list[Finding]] = {}
        for finding in findings:
            if finding.severity is Severity.ERROR and finding.rule.code.startswith(_ABOUT_FAILURES):
                self._errors.setdefault(self._instruction_at(finding.span.start), []).append(finding)

    @property
    def fails(self) -> bool:
        """Whether something will go wrong for certain."""
        return bool(self._errors) or any(
            source.is_missing for step in self._build.steps for source in step.sources
        )

    def text(self) -> str:
        """Return it for a person."""
        files = self._build.files
        count = f"{len(files.files)} of {len(files.everything)} files"
        guessed = "" if files.is_certain else ", as far as one can tell"
        ignored = f" after {files.ignore_name}" if files.ignore_name else ", no .dockerignore"
        lines = [f"{printable(self._filename)}: build context {files.folder}{guessed}; {count}{ignored}"]
        for stage in self._build.stages:
            lines += ["", self._head(stage)]
            for instruction in (stage.start, *stage.instructions):
                step = self._build.step_of(instruction)
                if step is not None:
                    lines += self._step(step)
                lines += self._named(instruction.span.start)
        return "\n".join(lines) + "\n"

    def record(self) -> dict[str, Any]:
        """Return it for a program: every file by its name."""
        files = self._build.files
        return {
            "filename": self._filename,
            "context": {
                "folder": files.folder,
                "certain": files.is_certain,
                "ignore_file": files.ignore_name,
                "files": list(files.files),
            },
            "stages": [self._stage_record(stage) for stage in self._build.stages],
        }

    # For a person

    def _head(self, stage: Stage) -> str:
        name = printable(stage.name or f"stage {stage.index}")
        return f"{name} from {printable(stage.start.image.text)}"

    def _step(self, step: Step) -> list[str]:
        row = self._row(step.instruction.span.start)
        lines = [f"{row:>4}  {printable(self._line(step))}"]
        notes = [*self._reads(step), *_writes(step)]
        return lines + [f"{'':>{_GUTTER - 6}}  {label:<6} {printable(text)}" for label, text in notes]

    def _named(self, start: int) -> list[str]:
        found = self._errors.get(start, ())
        return [f"{'':>{_GUTTER - 6}}  fails  {one.rule.code} {printable(one.message)}" for one in found]

    def _line(self, step: Step) -> str:
        source = self._build.context.file.source
        text = source.slice(step.instruction.line.span)
        first, _, rest = text.strip().partition("\n")
        return f"{first.rstrip()} …" if rest and not first.endswith("…") else first.rstrip()

    def _row(self, offset: int) -> int:
        return self._build.context.file.source.position(offset).row

    def _instruction_at(self, offset: int) -> int:
        starts = [one.span.start for one in self._build.context.file.instructions if one.span.start <= offset]
        return starts[-1] if starts else 0

    def _reads(self, step: Step) -> list[tuple[str, str]]:
        lines: list[tuple[str, str]] = []
        told = step.instruction.span.start in self._errors
        for source in step.sources:
            where = "" if source.stage is None else f" of {source.stage.name or source.stage.index}"
            if source.found:
                lines.append(("reads", f"{_some(source.found)}{where}{self._count(source)}"))
            elif source.is_missing and not told:
                lines.append(("fails", f"{source.text}{where} is not there: the build stops here"))
            elif not source.is_missing:
                named = source.text or "what only the build knows"
                lines.append(("reads", f"{named}{where}, which cannot be told from here"))
        for at, call in enumerate(step.calls):
            paths = sorted({one.path for one in _inputs(step, at)})
            if not call.builds and paths:
                lines.append(("reads", _some(paths)))
            elif call.built:
                packages = ", ".join(package_path(one.folder) for one in call.built[:_MOST_NAMED])
                lines.append(("reads", f"{len(paths)} files of the repository for {packages}"))
        return lines

    def _count(self, source: Source) -> str:
        """Return how many files a folder of the build context stands for."""
        files = self._build.files
        if not source.is_context or all(files.is_file(path) for path in source.found):
            return ""
        found = {one for path in source.found for one in (path, *files.below(path)) if files.is_file(one)}
        return f" ({count(len(found), 'file')})"

    # For a program

    def _stage_record(self, stage: Stage) -> dict[str, Any]:
        return {
            "name": stage.name or str(stage.index),
            "base": stage.base,
            "errors": self._error_records(stage.start.span.start),
            "steps": [self._step_record(step) for step in self._build.steps_of(stage)],
        }

    def _step_record(self, step: Step) -> dict[str, Any]:
        start = step.instruction.span.start
        return {
            "row": self._row(start),
            "instruction": step.instruction.name,
            "folder": step.folder,
            "user": step.user,
            "reads": [
                {
                    "named": source.text,
                    "from": "context" if source.is_context else (source.stage.name if source.stage else None),
                    "found": list(source.found),
                    "missing": source.is_missing,
                }
                for source in step.sources
            ],
            "go": [
                {
                    "command": call.verb,
                    "packages": [package.folder for package in call.built] if call.builds else [],
                    "inputs": sorted({one.path for one in _inputs(step, at)}),
                }
                for at, call in enumerate(step.calls)
                if call.reads_module
            ],
            "writes": {path: entry.source for path, entry in sorted(_added(step).items())},
            "may_write_below": sorted(set(step.after.unknown)) if step.after is not step.before else [],
            "errors": self._error_records(start),
        }

    def _error_records(self, start: int) -> list[dict[str, str]]:
        return [{"code": one.rule.code, "message": one.message} for one in self._errors.get(start, ())]


def _added(step: Step) -> Mapping[str, Any]:
    return step.after.added if step.after is not step.before else {}


def _inputs(step: Step, at: int) -> Any:  # noqa: ANN401 - an iterator of a type that is loaded late
    from gendock.lint.gobuild.inputs import inputs_of

    return inputs_of(step.calls[at])


def _writes(step: Step) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    added = _added(step)
    if added:
        lines.append(("writes", _some(sorted(added))))
    unknown = sorted(set(step.after.unknown)) if step.after is not step.before else []
    if ANYWHERE in unknown:
        lines.append(("writes", "what cannot be told from here"))
    elif not added and set(SYSTEM_FOLDERS) <= set(unknown):
        lines.append(("writes", "where the system keeps its files"))
    elif unknown and not added:
        lines.append(("writes", f"below {_some(unknown)}"))
    return lines


def _some(paths: Sequence[str]) -> str:
    """Return a few paths by name, and how many there are besides."""
    if len(paths) <= _MOST_NAMED:
        return " ".join(paths)
    return f"{' '.join(paths[: _MOST_NAMED - 1])} and {len(paths) - _MOST_NAMED + 1} more"
