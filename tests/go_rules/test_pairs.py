"""Each mistake in a Go build: the rule fires on the broken repository, and nothing on the mended one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from gendock.engine.connection import Engine
from gendock.lint import Finding, Settings, Severity, lint_text, registry
from gendock.lint.fix import fix_text
from tests.go_rules.cases import ENGINE, Case, all_cases
from tests.images import TEST_IMAGE

CASES = all_cases()
# A program that serves has begun to by then.
_SECONDS = 2


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


def lint(case: Case, dockerfile: Path, text: str | None = None) -> tuple[Finding, ...]:
    """Find what the rules for Go say, and the case's own rule, which may be one for any Dockerfile."""
    content = dockerfile.read_text() if text is None else text
    return lint_text(content, Settings(select=("GO", case.rule)), folder=dockerfile.parent)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_broken_one(case: Case, tmp_path: Path) -> None:
    found = lint(case, case.write("broken", tmp_path))
    own = [one for one in found if one.rule.code == case.rule]
    assert [one.source.slice(one.span) for one in own] == case.all_of("finds")
    assert {one.rule.code for one in found} - {case.rule} == set(case.all_of("also"))
    related = {f"{one.filename}:{one.row}" for finding in own for one in finding.related}
    assert set(case.all_of("related")) <= related


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_mended_one(case: Case, tmp_path: Path) -> None:
    assert lint(case, case.write("mended", tmp_path)) == ()


@pytest.mark.parametrize("case", [one for one in CASES if one.one("fix")], ids=lambda case: case.name)
def test_the_fix(case: Case, tmp_path: Path) -> None:
    dockerfile = case.write("broken", tmp_path)

    def own(text: str) -> tuple[Finding, ...]:
        return tuple(one for one in lint(case, dockerfile, text) if one.rule.code == case.rule)

    before = dockerfile.read_text()
    fixed = fix_text(before, own, unsafe=True)
    wanted = case.mended[str(dockerfile.relative_to(tmp_path))] if case.one("fix") == "mended" else before
    assert fixed.text == wanted
    for addition in fixed.additions:
        path = str((dockerfile.parent / addition.filename).resolve().relative_to(tmp_path.resolve()))
        assert case.broken.get(path, "") + addition.text == case.mended[path]
    assert bool(fixed.mended) == (case.one("fix") == "mended")


@pytest.mark.parametrize("rule", registry().select("GO"), ids=lambda rule: rule.code)
def test_every_rule_has_a_pair(rule: object) -> None:
    assert rule in {one for case in CASES for one in registry().select(case.rule)}


def test_errors_are_proved() -> None:
    """An error says that the build or the start fails: some case of the rule shows that on the engine."""
    proved = {case.rule for case in CASES if case.one("engine").startswith("fails")}
    errors = {rule.code for rule in registry().select("GO") if rule.severity is Severity.ERROR}
    assert errors - proved == set()


def test_heads_are_known() -> None:
    assert {case.one("engine") for case in CASES if case.one("engine")} <= ENGINE
    assert {case.one("fix") for case in CASES if case.one("fix")} <= {"mended", "none"}


@pytest.mark.engine
@pytest.mark.parametrize("case", [one for one in CASES if one.one("engine")], ids=lambda case: case.name)
def test_on_the_engine(case: Case, tmp_path: Path, engine: Engine, gendock: Callable[..., Ran]) -> None:
    broken = tmp_path / "broken"
    case.write("broken", broken)
    said = _tried(case, broken, engine, gendock, case.one("engine"))
    assert case.one("says") in said
    mended = tmp_path / "mended"
    case.write("mended", mended)
    _tried(case, mended, engine, gendock, "builds")


def _tried(case: Case, folder: Path, engine: Engine, gendock: Callable[..., Ran], expected: str) -> str:
    """Build a repository and start its image; return what was said at the failure."""
    name = f"{TEST_IMAGE}{case.name.lower()}"
    dockerfile = folder / case.one("folder", ".") / "Dockerfile"
    ran = gendock("build", folder, "--file", dockerfile, "--tag", name)
    if expected == "fails build":
        assert ran.status == 4, ran.out + ran.err
        return ran.out + ran.err
    assert ran.status == 0, ran.out + ran.err
    status, said = _started(engine, name)
    if expected == "fails start":
        assert status != 0, said
    else:
        assert status == 0, said
    return said


def _started(engine: Engine, image: str) -> tuple[int, str]:
    """Start an image; return 0 where it ends well or goes on, and what it said."""
    from docker.errors import APIError
    from requests.exceptions import ConnectionError as NoAnswer
    from requests.exceptions import ReadTimeout

    container = engine.client.containers.create(image)
    try:
        container.start()
        try:
            status = int(container.wait(timeout=_SECONDS)["StatusCode"])
        except (ReadTimeout, NoAnswer):
            status = 0
        return status, container.logs().decode("utf-8", "replace")
    except APIError as error:
        return 127, str(error)
    finally:
        container.remove(force=True)
