"""The output formats of `gendock smoke` and `gendock check`, and where they go."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gendock.report.engine_lines import Style
from gendock.report.outputs import Output, append_text, read_outputs, write_text
from gendock.report.paths import Folders
from gendock.report.proof import Proof, lint_lines, proof_data, proof_lines

TEXT = "text"


def _text(proof: Proof, _folders: Folders) -> str:
    style = Style()
    lines = lint_lines(proof.linted, proof.dockerfile or "", style) if proof.linted else []
    if proof.build_failure:
        from gendock.report.build_failure import build_failure_lines

        lines += build_failure_lines(proof.build_failure, style, proof.found_by)
    return "\n".join([*lines, *proof_lines(proof, style), ""])


def _json(proof: Proof, _folders: Folders) -> str:
    # ASCII only, so that no byte of it can steer a terminal.
    return json.dumps(proof_data(proof), indent=2) + "\n"


def _junit(proof: Proof, folders: Folders) -> str:
    from gendock.report.proof_files import proof_junit

    return proof_junit(proof, folders)


def _sarif(proof: Proof, folders: Folders) -> str:
    from gendock.report.proof_files import proof_sarif

    return proof_sarif(proof, folders)


def _github(proof: Proof, folders: Folders) -> str:
    from gendock.report.proof_github import proof_github

    return proof_github(proof, folders)


def _markdown(proof: Proof, folders: Folders) -> str:
    from gendock.report.proof_github import proof_markdown

    return proof_markdown(proof, folders)


FORMATS: Mapping[str, Callable[[Proof, Folders], str]] = {
    TEXT: _text,
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
    "github": _github,
    "markdown": _markdown,
}


def read_proof_outputs(said: Sequence[str]) -> tuple[Output, ...]:
    """Read the values of `--output-format`; without any it is `text` on standard output.

    Raises:
        GendockError: a format is unknown, or two outputs would go to one place.
    """
    return read_outputs(said, tuple(FORMATS), TEXT)


def write_proof_files(proof: Proof, outputs: Sequence[Output], folders: Folders) -> None:
    """Write the outputs that go to files.

    Raises:
        GendockError: a file cannot be written.
    """
    for output in outputs:
        if output.file is not None:
            write_text(output.file, FORMATS[output.format](proof, folders))


def for_github_actions(proof: Proof, folders: Folders, environment: Mapping[str, str]) -> str:
    """Return annotations, and append the table to the job's summary; nothing outside of GitHub Actions.

    Raises:
        GendockError: the summary cannot be written.
    """
    if environment.get("GITHUB_ACTIONS") != "true":
        return ""
    if environment.get("GITHUB_STEP_SUMMARY"):
        append_text(Path(environment["GITHUB_STEP_SUMMARY"]), _markdown(proof, folders))
    return _github(proof, folders)
