"""Every rule is held to its page: the bad example fires, and its fix leads to the good one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gendock.errors import GendockError
from gendock.lint import Finding, Mistakes, Rule, Settings, Severity, lint_text, registry, rule
from gendock.lint.fix import fix_text
from gendock.lint.options import LabelKind, RuleOptions
from gendock.lint.page import Example, read_page
from gendock.lint.profiles import Profile
from gendock.lint.rule import Subject

# What the examples of the rules that have options are written for.
OPTIONS = RuleOptions(
    trusted_registries=("docker.io", "ghcr.io"),
    label_schema=tuple((f"com.example.{kind}", kind) for kind in LabelKind),
    strict_labels=True,
    max_lines=10,
    secret_commands=("npm", "aws"),
)
RULES = registry().rules
EXAMPLES = [
    pytest.param(rule, bad, good, id=f"{rule.code}-{number}")
    for rule in RULES
    for number, (bad, good) in enumerate(rule.page.examples)
]


# GD103 speaks about nearly all examples: they end where their point is made.
DEFAULT = Settings(ignore=("GD103",))


def lint(rule: Rule, example: Example, folder: Path, text: str | None = None) -> tuple[Finding, ...]:
    for name, content in example.files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    # What is silenced by a comment depends on the other rules.
    select = () if rule.subject is Subject.SILENCING else (rule.code,)
    settings = Settings(select=select, profile=Profile.ALL, options=OPTIONS)
    found = lint_text(example.dockerfile if text is None else text, settings, folder=folder)
    return tuple(finding for finding in found if finding.rule is rule)


@pytest.mark.parametrize(("rule", "bad", "good"), EXAMPLES)
def test_examples(rule: Rule, bad: Example, good: Example | None, tmp_path: Path) -> None:
    (finding,) = lint(rule, bad, tmp_path)
    assert finding.message
    assert not finding.message.endswith(".")
    assert finding.help
    if good is None:
        return
    assert lint(rule, good, tmp_path) == ()
    if finding.fix is not None:
        fixed = fix_text(bad.dockerfile, lambda text: lint(rule, bad, tmp_path, text), unsafe=True)
        assert fixed.text == good.dockerfile
        assert fixed.left == ()
    else:
        pytest.fail(f"{rule.code} shows a good example, and has no fix that leads there")


# Two rules that have their say about the same words of an example, each another one.
BESIDE = {
    "DL3025": {"GD218"},
    "GD033": {"DL3029"},
    "GD218": {"DL3025"},
    "GD330": {"DL3009"},
}
# What the fix of an example uncovers.
UNCOVERED = {
    "DL3035": {"GD330"},
    "GD012": {"DL3045"},
    "GD025": {"DL3025"},
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_an_example_shows_one_mistake(rule: Rule, tmp_path: Path) -> None:
    beside: set[str] = set()
    uncovered: set[str] = set()
    for number, (bad, good) in enumerate(rule.page.examples):
        folder = tmp_path / str(number)
        folder.mkdir()
        own = lint(rule, bad, folder)
        found = lint_by_default(bad, folder)
        # No other rule stands for this one.
        with_options = Settings(options=OPTIONS)
        everything = lint_text(bad.dockerfile, with_options, folder=folder)
        assert rule not in with_options.rules or any(one.rule is rule for one in everything)
        beside |= {
            other.rule.code
            for one in own
            for other in found
            if other.rule is not rule and one.span.start < other.span.end and other.span.start < one.span.end
        }
        if good is not None:
            uncovered |= codes(lint_by_default(good, folder)) - codes(found)
    assert beside == BESIDE.get(rule.code, set())
    assert uncovered == UNCOVERED.get(rule.code, set())


def lint_by_default(example: Example, folder: Path) -> tuple[Finding, ...]:
    """Return what the default profile says without ShellCheck, which is not everywhere."""
    found = lint_text(example.dockerfile, DEFAULT, folder=folder)
    return tuple(one for one in found if not one.rule.code.startswith("SC"))


def codes(found: tuple[Finding, ...]) -> set[str]:
    return {one.rule.code for one in found}


@pytest.mark.parametrize(("rule", "bad", "good"), [one for one in EXAMPLES if one.values[2] is not None])
def test_fixes_write_the_line_ends_of_the_file(
    rule: Rule, bad: Example, good: Example, tmp_path: Path
) -> None:
    text = bad.dockerfile.replace("\n", "\r\n")
    fixed = fix_text(text, lambda changed: lint(rule, bad, tmp_path, changed), unsafe=True)
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", fixed.text)
    assert fixed.mended
    assert fixed.text.replace("\r\n", "\n") == good.dockerfile


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_metadata(rule: Rule) -> None:
    assert rule.page.summary.endswith(".")
    assert "\n" not in rule.page.summary
    assert rule.name == rule.name.lower()
    for name in rule.names:
        assert rule in registry().select(name)


def test_selectors() -> None:
    assert [rule.code for rule in registry().select("relative-workdir")] == ["DL3000"]
    assert [rule.code for rule in registry().select("WorkdirRelativePath")] == ["DL3000"]
    assert {rule.code[:3] for rule in registry().select("GD0")} == {"GD0"}
    assert registry().select("all") == RULES
    with pytest.raises(
        GendockError, match="no rule is called 'reltive-workdir'; did you mean relative-workdir"
    ):
        _ = Settings(ignore=("reltive-workdir",)).rules


@pytest.mark.parametrize(
    ("lines", "fires"),
    [
        ("RUN go build -o /app .\nCOPY . .", True),
        ("WORKDIR /src\nRUN go mod download\nCOPY . .", True),
        ('RUN ["go", "build"]', True),
        ("RUN <<EOF\ngo build\nEOF", True),
        ("COPY . .\nRUN go build", False),
        ("RUN --mount=type=bind,target=. go build", False),
        ("RUN git clone x . && go build", False),
        ("RUN git clone x .\nRUN go build", False),
        ("RUN go get x\nRUN go build x", False),
        ("RUN cd /x && go build", False),
        ("RUN go install x@latest", False),
        ("RUN echo go build", False),
    ],
)
def test_build_before_source(lines: str, *, fires: bool) -> None:
    found = lint_text(f"FROM golang:1.26\n{lines}\n", Settings(select=("GD102",)))
    assert bool(found) is fires


def test_a_rule_about_something_else_is_refused() -> None:
    def about_nothing(number: int) -> Mistakes:
        """Nothing."""
        del number
        return iter(())

    with pytest.raises(TypeError, match=r"GD999: a rule takes one of Dockerfile, Stage, .* not int"):
        rule("GD999", "about-nothing", severity=Severity.INFO)(about_nothing)  # type: ignore[arg-type]


def test_a_page_without_a_summary_is_refused() -> None:
    with pytest.raises(ValueError, match="GD999 has no docstring"):
        read_page("GD999", "")


def test_one_mistake_gives_one_finding() -> None:
    text = 'FROM golang\nCOPY *.mod./\nRUN go build -o app\nCMD["./app"]\n'
    found = [(finding.rule.code, finding.start.row) for finding in lint_text(text, Settings())]
    assert found == [("DL3006", 1), ("GD103", 1), ("GD012", 2), ("GD101", 3), ("GD010", 4)]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# gendock: ignore[DL30]", []),
        ("# tally ignore=tally/WorkdirRelativePath;reason=why", []),
        ("# check=skip=WorkdirRelativePath", []),
        ("# gendock: ignore[DL3000] on purpose", []),
        ("# gendock: ignore", []),
        ("# gendock: ignore[relative-workdir]", []),
        ("# gendock: ignore[GD103]", ["DL3000"]),
        ("# hadolint ignore=DL3000,DL3006", []),
        ("# nothing", ["DL3000"]),
    ],
)
def test_comments_silence_the_instruction_below(comment: str, left: list[str]) -> None:
    text = f"FROM a:1\n{comment}\nWORKDIR x\n"
    found = lint_text(text, Settings(select=("DL3000",)))
    assert [finding.rule.code for finding in found] == left


@pytest.mark.parametrize("comment", ["# gendock: file-ignore[DL3000]", "# hadolint global ignore=DL3000"])
def test_comments_silence_a_file(comment: str) -> None:
    assert lint_text(f"{comment}\nFROM a:1\nWORKDIR x\n", Settings(select=("DL3000",))) == ()


ONE_MISTAKE = {
    "FORM debian:12\nUSER 1": "GD010",
    "FROM debian:12\nWROKDIR /src\nCOPY a .\nUSER 1": "GD010",
    "FROM debian:12\nWORKDIR\nCOPY a .\nUSER 1": "GD012",
    "FROM golang:1.26\nWORKDRI /src\nADD x.tar /src\nRUN go build\nUSER 1": "GD010",
    "FROM debian:12\nUESR 1": "GD010",
    "FROM debian:12\nUSER": "GD012",
}


@pytest.mark.parametrize("text", ONE_MISTAKE)
def test_one_mistake_gets_one_finding(text: str, tmp_path: Path) -> None:
    assert [finding.rule.code for finding in lint_text(text, Settings(), folder=tmp_path)] == [
        ONE_MISTAKE[text]
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("['./app']", '["./app"]'),
        ("[./app, -v]", '["./app", "-v"]'),
        ('["./app]', '["./app"]'),
        ('["./app", "-v",]', '["./app", "-v"]'),
        ('["./app" "-v"]', '["program", "argument"]'),
        ("[ -f x ] && ./app", '["program", "argument"]'),
        ("[[ -f x ]]", '["program", "argument"]'),
    ],
)
def test_an_array_that_is_no_json(written: str, meant: str, tmp_path: Path) -> None:
    (finding,) = lint_text(f"FROM debian:12\nUSER 1\nCMD {written}\n", Settings(), folder=tmp_path)
    assert finding.rule.code == "DL3025"
    assert f"CMD {meant}" in str(finding.help)


@pytest.mark.parametrize(
    ("stage", "name", "fires"),
    [
        ("build", "biuld", True),
        ("builder", "build", True),
        ("build", "build", False),
        ("alpine-base", "alpine", False),
        ("build", "nginx", False),
        ("build", "biuld:1", False),
        ("build", "me/biuld", False),
    ],
)
def test_a_stage_that_is_nearly_named(stage: str, name: str, *, fires: bool, tmp_path: Path) -> None:
    text = f"FROM debian:12 AS {stage}\nFROM debian:12\nUSER 1\nCOPY --from={name} /a /b\n"
    found = [finding.rule.code for finding in lint_text(text, Settings(), folder=tmp_path)]
    assert found == (["GD104"] if fires else [])
