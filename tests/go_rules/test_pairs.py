"""Each mistake in a Go build: the rule fires on the broken repository, and nothing on the mended one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from gendock.engine.connection import Engine
from gendock.lint import Finding, Settings, Severity, lint_text, registry
from gendock.lint.fix import fix_text
from tests.go_rules import on_engine
from tests.go_rules.cases import ENGINE, Case, all_cases
from tests.images import TEST_IMAGE

CASES = all_cases()
PROVED = [one for one in CASES if one.one("engine")]


class Ran(Protocol):
    """How a command ended."""

    status: int
    out: str
    err: str


def lint(case: Case, dockerfile: Path, text: str | None = None) -> tuple[Finding, ...]:
    """Find what the rules for Go say, and the case's own rule, which may be one for any Dockerfile."""
    content = dockerfile.read_text() if text is None else text
    named = case.one("context")
    top = dockerfile.parent.joinpath(*(".." for _ in Path(case.one("folder", ".")).parts))
    return lint_text(
        content,
        Settings(select=("GO", case.rule)),
        folder=dockerfile.parent,
        context_folder=top / named if named else None,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_broken_one(case: Case, tmp_path: Path) -> None:
    found = lint(case, case.write("broken", tmp_path))
    own = [one for one in found if one.rule.code == case.rule]
    assert [one.source.slice(one.span) for one in own] == case.all_of("finds")
    assert {one.rule.code for one in found} - {case.rule} == set(case.all_of("also"))
    assert all(finding.related for finding in own if case.rule.startswith("GO"))
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_error_is_proved(case: Case, tmp_path: Path) -> None:
    own = [one for one in lint(case, case.write("broken", tmp_path)) if one.rule.code == case.rule]
    is_error = any(one.severity is Severity.ERROR for one in own)
    goes_wrong = case.one("engine") not in ("", "builds")
    assert bool(case.one("unproved")) is (is_error and not goes_wrong)


def test_heads_are_known() -> None:
    assert {case.one("engine") for case in CASES if case.one("engine")} <= ENGINE
    assert {case.one("fix") for case in CASES if case.one("fix")} <= {"mended", "none"}


@pytest.mark.engine
@pytest.mark.parametrize("case", PROVED, ids=lambda case: case.name)
def test_on_the_engine(case: Case, tmp_path: Path, engine: Engine, gendock: Callable[..., Ran]) -> None:
    """Build and start both repositories of a pair."""
    for part in ("broken", "mended"):
        dockerfile = case.write(part, tmp_path / part)
        context = tmp_path / part / case.one("context", ".")
        image = f"{TEST_IMAGE}{case.name.lower()}"
        ran = gendock("build", context, "--file", dockerfile, "--tag", image)
        expected = case.one("engine") if part == "broken" else "builds"
        assert ran.status == (4 if expected == "fails build" else 0), ran.out + ran.err
        said = ran.out + ran.err
        # Whoever builds first is told which rule finds it.
        assert ran.status == 0 or case.rule in said, said
        if ran.status == 0:
            with on_engine.created(engine, image) as container:
                said = on_engine.see(container, case.one("engine"), is_broken=part == "broken")
        assert part == "mended" or case.one("says") in said, said
