"""BuildKit reads what fixes leave: no fix makes a Dockerfile that it refuses of one that it accepts."""

from __future__ import annotations

from collections.abc import Callable

from gendock.lint import Settings, lint_text, registry
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile
from tests.buildkit.buildkit import Oracle
from tests.buildkit.check_examples import FILES
from tests.buildkit.generate import dockerfiles, mixed
from tests.buildkit.test_checks import REFUSED
from tests.buildkit.test_differential import SHOWN, report

__all__ = ["report"]

EXAMPLES = [
    (rule.code, bad.dockerfile)
    for rule in registry().rules
    for bad, good in rule.page.examples
    if good is not None and not bad.files
]
GENERATED = 1200
MIXED = 1200
# ShellCheck's fixes stay inside of a script, of which BuildKit reads nothing.
IGNORED = ("SC",)


def mended(text: str, settings: Settings) -> tuple[str, set[str]]:
    """Return a text after all of its fixes, the unsafe ones too, and the rules whose fixes were made."""
    fixed = fix_text(text, lambda text: lint_text(text, settings), unsafe=True)
    return fixed.text, {finding.rule.code for finding in fixed.mended}


def refusals(oracle: Oracle, texts: list[str]) -> list[str | None]:
    """Return why BuildKit refuses each text; None where it does not."""
    answers = oracle.read([text.encode("utf-8", "surrogateescape") for text in texts])
    return [next((str(one[step]) for step in REFUSED if one.get(step)), None) for one in answers]


def test_examples_of_fixes_are_read(oracle: Oracle) -> None:
    texts = [mended(text, Settings(select=(code,), profile=Profile.ALL))[0] for code, text in EXAMPLES]
    refused = [
        f"{code}: {reason}\n{text}"
        for (code, _), text, reason in zip(EXAMPLES, texts, refusals(oracle, texts), strict=True)
        if reason is not None
    ]
    assert not refused, "\n".join(refused[:SHOWN])


def test_no_fix_makes_it_worse(oracle: Oracle, report: Callable[[str], None]) -> None:
    contents = [*dockerfiles(GENERATED, seed=5), *mixed(MIXED, seed=6, examples=FILES)]
    texts = [content.decode("utf-8", "surrogateescape") for content in contents]
    accepted = [text for text, reason in zip(texts, refusals(oracle, texts), strict=True) if reason is None]
    settings = Settings(profile=Profile.ALL, ignore=IGNORED)
    results = [mended(text, settings) for text in accepted]
    rules = set[str]().union(*(codes for _, codes in results))
    report(f"mended {len(accepted)} Dockerfiles that BuildKit accepts, by the fixes of {len(rules)} rules")
    assert len(rules) > 30
    refused = [
        f"{reason}\n{before!r}\n{after!r}"
        for before, (after, _), reason in zip(
            accepted, results, refusals(oracle, [after for after, _ in results]), strict=True
        )
        if reason is not None
    ]
    assert not refused, f"{len(refused)} are refused:\n" + "\n".join(refused[:SHOWN])
