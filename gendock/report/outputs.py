"""Where findings go: `--output-format` read, files written, and what GitHub Actions gets besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gendock.errors import GendockError
from gendock.lint import Finding
from gendock.report.formats import DEFAULT, NAMES, Around, written
from gendock.report.terminal import WIDTH, printable

STANDARD_OUTPUT = "-"
# GitHub takes a mebibyte from each step and refuses it whole if there is more.
_MOST_SUMMARY = 200_000


class Output(Struct, frozen=True):
    """One format, and the file that it goes to; None is standard output."""

    format: str
    file: Path | None


def read_outputs(
    said: Sequence[str], names: Sequence[str] = NAMES, default: str = DEFAULT
) -> tuple[Output, ...]:
    """Read the values of `--output-format`; without any it is `default` on standard output.

    Raises:
        GendockError: a format is unknown, or two outputs would go to one place.
    """
    outputs = tuple(_read_output(text, names) for text in said or (default,))
    files = [output.file for output in outputs]
    if files.count(None) > 1:
        names = " and ".join(output.format for output in outputs if output.file is None)
        raise GendockError(f"only one format can go to standard output, not {names}: write FMT=FILE")
    twice = next((file for file in files if files.count(file) > 1), None)
    if twice is not None:
        raise GendockError(f"only one format can go to {printable(str(twice))}")
    return outputs


def write_files(findings: Sequence[Finding], outputs: Sequence[Output], around: Around) -> None:
    """Write the outputs that go to files.

    Raises:
        GendockError: a file cannot be written.
    """
    plain = replace(around, width=WIDTH, colour=False)
    for output in outputs:
        if output.file is not None:
            write_text(output.file, written(output.format, findings, plain))


def for_github_actions(findings: Sequence[Finding], around: Around, environment: Mapping[str, str]) -> str:
    """Return annotations for the first findings, and append a table of all to the job's summary.

    Nothing of this outside of GitHub Actions.

    Raises:
        GendockError: the summary cannot be written.
    """
    if environment.get("GITHUB_ACTIONS") != "true" or not findings:
        return ""
    from gendock.report.github import first_annotations

    if environment.get("GITHUB_STEP_SUMMARY"):
        from gendock.report.markdown import as_markdown

        append_text(
            Path(environment["GITHUB_STEP_SUMMARY"]),
            as_markdown(findings, around.folders, most=_MOST_SUMMARY),
        )
    return first_annotations(findings, around.folders)


def write_text(path: Path, text: str) -> None:
    """Put a text in place of a file's, whole or not at all.

    Raises:
        GendockError: the file cannot be written.
    """
    if path.exists() and not path.is_file():  # a pipe or /dev/stdout: nothing to put a file in place of
        append_text(path, text)
        return
    from gendock.files import write_atomically

    write_atomically(path, text.encode())


def append_text(path: Path, text: str) -> None:
    """Write behind what a file has.

    Raises:
        GendockError: the file cannot be written.
    """
    try:
        with path.open("ab") as file:
            file.write(text.encode())
    except OSError as error:
        raise GendockError(f"cannot write {path}: {error.strerror}") from None


def _read_output(text: str, names: Sequence[str]) -> Output:
    name, equals, file = text.partition("=")
    if name not in names:
        from gendock.dockerfile.suggestions import nearest

        near = nearest(name, names)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(names)}."
        raise GendockError(f"no output format is called {name!r}; {hint}")
    if equals and not file:
        raise GendockError(f"--output-format {name}= names no file")
    return Output(name, None if file in {"", STANDARD_OUTPUT} else Path(file))
