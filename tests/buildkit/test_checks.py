"""BuildKit's own checks and our rules of their names, on thousands of Dockerfiles: rule and row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from gendock.dockerfile import read
from gendock.lint import registry
from gendock.lint.buildkit_checks import BUILDKIT_CHECKS
from tests.buildkit.buildkit import Oracle
from tests.buildkit.check_examples import FILES, IGNORED
from tests.buildkit.checks import check_differences, ours, theirs
from tests.buildkit.generate import dockerfiles, mixed
from tests.buildkit.test_differential import BASE_ENVIRONMENT, SHOWN, report

__all__ = ["report"]

LIST = Path(__file__).parents[2] / "docs" / "differences-buildkit.md"
GENERATED = 8000
MIXED = 6000
REFUSED = ("parse", "stages", "build", "panic")


def compare(oracle: Oracle, contents: Iterable[bytes]) -> tuple[list[str], Counter[str]]:
    """Return what differs among the files that BuildKit accepts, and how often each check was met."""
    found: list[str] = []
    met: Counter[str] = Counter()
    contents = list(contents)
    for content, answer in zip(contents, oracle.read(contents), strict=True):
        if any(answer.get(step) for step in REFUSED):
            continue
        met["files"] += 1
        met.update(check for check, _ in theirs(read(content), answer))
        texts = check_differences(content, answer, BASE_ENVIRONMENT)
        if texts:
            found.append("\n    ".join([repr(content), *texts]))
    return found, met


def test_generated(oracle: Oracle, report: Callable[[str], None]) -> None:
    found, met = compare(oracle, dockerfiles(GENERATED, seed=3))
    report(f"compared the checks of {met.pop('files')} Dockerfiles: {met.total()} warnings")
    assert met.total() > 1000
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:SHOWN])


def test_examples(oracle: Oracle, report: Callable[[str], None]) -> None:
    # Comments to gendock silence nothing of BuildKit's.
    shown = (example for rule in registry().rules for pair in rule.page.examples for example in pair)
    pages = [one.dockerfile for one in shown if one is not None and "# gendock" not in one.dockerfile]
    contents = [text.encode() for text in (*FILES, *pages)]
    found, met = compare(oracle, [*contents, *mixed(MIXED, seed=4, examples=FILES)])
    report(f"compared the checks of {met.pop('files')} examples: {met.total()} warnings")
    # What no example shows is not compared. The others need a registry, or an ignore file.
    assert BUILDKIT_CHECKS - set(met) <= {"CopyIgnoredFile", "InvalidDefaultArgInFrom"}
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:SHOWN])


def test_ignore_files(oracle: Oracle, tmp_path: Path) -> None:
    cases = [(f"FROM a AS other\nFROM a AS base0\n{line}\n".replace("=base ", "=other "), ignore)
             for line, ignore in IGNORED]  # fmt: skip
    found: list[str] = []
    met = 0
    for (text, ignore), answer in zip(cases, oracle.read_with(cases), strict=True):
        assert not any(answer.get(step) for step in REFUSED), (text, answer)
        (tmp_path / ".dockerignore").write_bytes(ignore.encode())
        texts = check_differences(text.encode(), answer, BASE_ENVIRONMENT, tmp_path)
        met += len(theirs(read(text), answer))
        if texts:
            found.append("\n    ".join([repr((text, ignore)), *texts]))
    assert met > 15
    assert not found, "\n".join(found)


def test_a_base_name_that_is_none(oracle: Oracle) -> None:
    """BuildKit warns of it, and then refuses: without a registry there is no other order."""
    texts = ["ARG A\nFROM a:${A}\n", "ARG A=\nFROM $A\n", "ARG A=B\nFROM ${A}\n", "ARG A\nFROM a${A}\n"]
    for text, answer in zip(texts, oracle.read([text.encode() for text in texts]), strict=True):
        file = read(text)
        if file.all_problems:
            # The error says it.
            continue
        check = "InvalidDefaultArgInFrom"
        assert {one for one in theirs(file, answer) if one[0] == check} == {
            one for one in ours(file, BASE_ENVIRONMENT, None) if one[0] == check
        }


@pytest.mark.parametrize("check", sorted(BUILDKIT_CHECKS))
def test_every_check_has_its_rule(check: str) -> None:
    assert [rule.code for rule in registry().rules if check in rule.also]


def listed() -> list[tuple[str, str, str, str]]:
    """Return the listed differences: title, what BuildKit says, what gendock says, the Dockerfile."""
    return re.findall(
        r"^### (.+)\n\n- BuildKit: (.+)\n- gendock: (.+)\n\n(?:.+\n)+\n```dockerfile\n((?:.*\n)*?)```",
        LIST.read_text(),
        re.MULTILINE,
    )


@pytest.mark.parametrize(("title", "buildkit", "gendock", "text"), listed(), ids=lambda text: text[:40])
def test_listed_differences(oracle: Oracle, title: str, buildkit: str, gendock: str, text: str) -> None:
    assert title
    (answer,) = oracle.read([text.encode()])
    file = read(text)
    assert _said(theirs(file, answer), buildkit) == buildkit
    # gendock by itself, with what it knows of base images.
    assert _said(ours(file, None, None), gendock + buildkit) == gendock


def _said(found: Iterable[tuple[str, int]], checks: str) -> str:
    """Write findings of the checks that a text names as the list does."""
    return ", ".join(f"{check} in row {row}" for check, row in sorted(found) if check in checks) or "nothing"


def test_the_list_is_read() -> None:
    assert len(listed()) == LIST.read_text().count("\n### ") >= 7
