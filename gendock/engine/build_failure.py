"""Why a build failed: BuildKit's words without their wrapping, the step's log, the Dockerfile's line."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gendock.engine.build_diagnosis import BuildCause, diagnose_build
from gendock.engine.progress import Progress, Step
from gendock.errors import BuildFailedError, EngineUnavailableError

_EXITED = re.compile(
    r'(?:executor failed running \[.*\]|process ".*" did not complete successfully): exit code: (\d+)',
    re.DOTALL,
)
_EXIT_CODE = re.compile(r"exit code: (\d+)")  # as Podman's is read
_REACHING = ("[internal] booting buildkit", "[internal] waiting for connection")  # buildx's own steps
_GONE = re.compile(
    r"error reading from server|code = Unavailable|transport is closing|failed to receive status"
)
_VARIABLE = re.compile(r"\$(?:\{[^}]*\}|[A-Za-z_]\w*)")
_PREFIX = re.compile(
    r"(?:failed to solve(?: with frontend \S+)?: |failed to create LLB definition: "
    r"|rpc error: code = \w+ desc = |failed to build: |failed to compute cache key: |failed to calculate "
    r"checksum of ref \S+: "
    r"|dockerfile parse error (?:on )?line \d+: )+"
)


@dataclass(frozen=True, slots=True)
class BuildFailure:
    """Why a build failed.

    Attributes:
        message: BuildKit's sentence, without its wrapping.
        step: the failing step as BuildKit names it; None where no step had begun.
        log: the last lines that the step printed.
        file: the Dockerfile.
        row: the instruction's first line there, from 1; None where it cannot be told.
        line: that line's text.
        cause: what probably made it fail; None where nothing that is known did.
    """

    message: str
    step: str | None
    log: tuple[str, ...]
    file: str
    row: int | None
    line: str | None
    cause: BuildCause | None = None


class StepFailedError(BuildFailedError):
    """A build that failed, with its failure."""

    def __init__(self, failure: BuildFailure) -> None:
        """Make the sentence of the failure."""
        place = failure.file if failure.row is None else f"{failure.file}:{failure.row}"
        super().__init__(f"the build failed at {place}: {failure.message}")
        self.failure = failure


def why_it_failed(dockerfile: Path, progress: Progress) -> EngineUnavailableError | StepFailedError:
    """Return the error of a client that ended with a status other than 0."""
    remarks = "\n".join(progress.remarks)
    if "Cannot connect to the Docker daemon" in remarks or "error during connect" in remarks:
        return EngineUnavailableError(f"the Docker engine went away: {progress.remarks[-1]}")
    step = progress.failed
    if step and step.name in _REACHING:
        return EngineUnavailableError(f"the builder cannot be reached: {_PREFIX.sub('', step.error)}")
    if step is None and _GONE.search(progress.error):
        return EngineUnavailableError(f"the builder went away: {_PREFIX.sub('', progress.error)}")
    message = (step.error if step else "") or progress.error or (progress.remarks or ["no reason given"])[-1]
    cause = diagnose_build(step.log if step else (), message)
    exited = _EXITED.search(message) or _EXIT_CODE.fullmatch(message)
    if exited:
        message = f"exit code {exited[1]}"
    message = _PREFIX.sub("", message)
    rows = _read_lines(dockerfile)
    row = progress.row or (find_row(rows, step) if step else None)
    return StepFailedError(
        BuildFailure(
            message=message,
            step=step.name if step else None,
            log=tuple(step.log) if step else (),
            file=_shown(dockerfile),
            row=row,
            line=rows[row - 1] if row and row <= len(rows) else None,
            cause=cause,
        )
    )


def find_row(rows: list[str], step: Step) -> int | None:
    """Return the line (from 1) on which a step's instruction begins; None unless exactly one matches.

    BuildKit before 0.9 does not say it. It names the step by the instruction's text with its lines joined
    and the values of its variables filled in.
    """
    wanted = _squeezed(step.instruction or "")
    if not wanted:
        return None
    found: list[int] = []
    start, text = 0, ""
    for number, row in enumerate(rows, start=1):
        if row.lstrip().startswith("#"):
            continue
        start = start or number
        text += row.rstrip()
        if text.endswith("\\"):
            text = text[:-1] + " "
            continue
        if _becomes(_squeezed(text), wanted):
            found.append(start)
        start, text = 0, ""
    return found[0] if len(found) == 1 else None


def _becomes(text: str, wanted: str) -> bool:
    """Whether a text can be another one once its variables have values, whatever those are."""
    first, *rest = _VARIABLE.split(text)
    if not rest:
        return text == wanted
    last = rest.pop()
    if not wanted.startswith(first) or not wanted[len(first) :].endswith(last):
        return False
    position, end = len(first), len(wanted) - len(last)
    for piece in rest:
        position = wanted.find(piece, position, end)
        if position < 0:
            return False
        position += len(piece)
    return True


def _squeezed(text: str) -> str:
    words = text.split()
    return " ".join([words[0].upper(), *words[1:]]) if words else ""


def _read_lines(path: Path) -> list[str]:
    with suppress(OSError):
        return path.read_text("utf-8", "replace").splitlines()
    return []


def _shown(path: Path) -> str:
    """Return the path as a person would type it from here."""
    with suppress(ValueError):
        return str(path.resolve().relative_to(Path.cwd()))
    return str(path)
