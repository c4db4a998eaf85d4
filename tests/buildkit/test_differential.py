"""BuildKit's reader and ours, on thousands of inputs: a difference is a mistake of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gendock.dockerfile import read
from gendock.dockerfile.shell_words import ShellSyntaxError, ShellWords
from tests.buildkit.buildkit import Oracle
from tests.buildkit.comparison import differences
from tests.buildkit.examples import EXAMPLES
from tests.buildkit.generate import ENVIRONMENT, dockerfiles, words
from tests.dockerfile.corpus import CORPUS
from tests.dockerfile.strategies import any_dockerfile

# What the base images of the oracle have.
BASE_ENVIRONMENT = {"PATH": "/bin"}
FILES = 6000
WORDS = 3000
# More than these are not worth reading at once.
SHOWN = 10


def compare(oracle: Oracle, contents: list[bytes]) -> tuple[list[str], dict[str, int]]:
    """Return what differs, and how many files BuildKit accepted and refused at each step."""
    counts = {"accepted": 0, "parse": 0, "stages": 0, "build": 0, "panic": 0}
    found: list[str] = []
    for content, answer in zip(contents, oracle.read(contents), strict=True):
        step = next((name for name in ("panic", "parse", "stages", "build") if answer.get(name)), "accepted")
        counts[step] += 1
        if step == "panic":
            # BuildKit itself falls over; there is nothing to agree with.
            continue
        texts = list(differences(read(content), answer, BASE_ENVIRONMENT))
        if texts:
            found.append("\n    ".join([repr(content), *texts]))
    return found, counts


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print past the capture, so that a run says how much was compared."""

    def show(text: str) -> None:
        with capsys.disabled():
            print(f"\n  {text}", end="")

    return show


def test_files(oracle: Oracle, report: Callable[[str], None]) -> None:
    contents = [*dockerfiles(FILES, seed=1), *CORPUS.values()]
    found, counts = compare(oracle, contents)
    report(f"compared {len(contents)} Dockerfiles with BuildKit: {counts}")
    assert len(contents) >= FILES
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:SHOWN])


@pytest.mark.parametrize("raw", [False, True], ids=["words", "heredocs"])
@pytest.mark.parametrize("escape", ["\\", "`"])
def test_expansion(oracle: Oracle, report: Callable[[str], None], escape: str, *, raw: bool) -> None:
    texts = [*words(WORDS, seed=2)]
    answers = oracle.expand(((text, ENVIRONMENT) for text in texts), escape=escape, raw=raw)
    found: list[str] = []
    for text, answer in zip(texts, answers, strict=True):
        reader = ShellWords(text, ENVIRONMENT, escape=escape, keep_quotes=raw)
        try:
            ours: str | None = reader.expand()
        except ShellSyntaxError:
            ours = None
        if ours != answer.get("expanded"):
            found.append(f"{text!r}: BuildKit {answer}, gendock {ours!r}")
            continue
        if ours is not None:
            split = [
                word.text for word in ShellWords(text, ENVIRONMENT, escape=escape, keep_quotes=raw).split()
            ]
            if split != (answer.get("words") or []):
                found.append(f"{text!r}: BuildKit's words are {answer.get('words')}, gendock's {split}")
    report(f"expanded {len(texts)} words")
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:SHOWN])


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=st.lists(any_dockerfile, min_size=40, max_size=60))
def test_strategies(oracle: Oracle, texts: list[str]) -> None:
    """The oracle is asked for many at once: a process for each would be most of the time."""
    found, _ = compare(oracle, [text.encode("utf-8", "surrogatepass") for text in texts])
    assert not found, "\n".join(found[:SHOWN])


def test_the_longest_line(oracle: Oracle) -> None:
    """BuildKit's buffer ends at 65536 bytes: on both sides of that, in every way to write a line."""
    contents = [
        mark + b"FROM a\n" + head + character * ((65536 + more - len(head)) // len(character)) + end
        for mark in (b"", b"\xef\xbb\xbf")
        for head in (b"RUN ", b"# ", b"RUN <<E\nE\nRUN ")
        for character in (b"x", "\u00e4".encode(), "\U0001f600".encode())
        for more in range(-5, 4)
        for end in (b"", b"\n", b"\r\n", b"\\\n\n")
    ]
    contents += [b"\xef\xbb\xbfFROM " + b"a" * (65536 + more) + b"\n" for more in range(-12, 4)]
    found, _ = compare(oracle, contents)
    assert not found, "\n".join(f"{text[:40]}...{text[-300:]}" for text in found[:SHOWN])


def test_there_are_examples_of_everything() -> None:
    assert len(EXAMPLES) >= 150
    keywords = {one.name for text in EXAMPLES for one in read(text).instructions}
    from gendock.dockerfile import KEYWORDS

    assert keywords >= set(KEYWORDS)
