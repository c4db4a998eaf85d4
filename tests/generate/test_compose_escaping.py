"""No value of a repository can break compose.yaml, add to it, or be taken for a variable."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gendock.errors import RefusedError
from gendock.generate.compose_escaping import project_name, scalar, scalars, service_name, volume_name

COMPOSE = Path(sys.executable).with_name("docker-compose")
WORDS = (
    "${HOME}", "$HOME", "$$", "$", "`id`", "$(id)", "yes", "Null", "~", "1e3", "0x1F", "012", "12:30", ".inf",
    "- a", "a: b", "a #b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "{a: b}", "[a", "a,b", "'a'", '"a"',
    "a\\nb", "\\", "a\\", "é", "\u00a0", "😀", "", " a", "a ", "?", "? a", "postgres:18", "./.secrets/a",
    "/data",
)  # fmt: skip
hostile = st.one_of(
    st.text(), st.text("ab$`'\"\\\n\r\t #!{}()<>*?[];&|~=:,/.-%@0123456789"), st.sampled_from(WORDS)
)


def undoubled(text: str) -> str:
    """What compose makes of text, which may hold no `$` but doubled ones."""
    assert "$" not in text.replace("$$", "")
    return text.replace("$$", "$")


@given(hostile)
def test_a_scalar_is_that_text(text: str) -> None:
    try:
        written = scalar(text)
    except RefusedError:
        assert not text.isprintable()
        return
    assert "\n" not in written
    assert undoubled(yaml.safe_load(f"a:\n  b: {written}\n  c: d\n")["a"]["b"]) == text


@given(st.lists(hostile, max_size=4))
def test_a_sequence_is_those_texts(texts: list[str]) -> None:
    try:
        written = scalars(texts)
    except RefusedError:
        return
    assert [undoubled(text) for text in yaml.safe_load(f"a: {written}\nb: c\n")["a"]] == texts


def test_docker_compose_reads_the_same(tmp_path: Path) -> None:
    lines = [f"      V{index}: {scalar(word)}\n" for index, word in enumerate(WORDS)]
    command = scalars(WORDS)
    text = (
        f"name: a\nservices:\n  a:\n    image: b\n    command: {command}\n    environment:\n{''.join(lines)}"
    )
    (tmp_path / "compose.yaml").write_text(text)
    done = subprocess.run(
        [COMPOSE, "config", "--format", "json", "--no-interpolate"],
        cwd=tmp_path, capture_output=True, check=True, text=True,
    )  # fmt: skip
    raw = json.loads(done.stdout)["services"]["a"]
    interpolated = subprocess.run(
        [COMPOSE, "config", "--format", "json"], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    # `config` writes what compose could read again: with every `$` doubled.
    final = json.loads(interpolated.stdout)["services"]["a"]
    assert [undoubled(word) for word in final["command"]] == list(WORDS)
    assert [undoubled(final["environment"][f"V{index}"]) for index in range(len(WORDS))] == list(WORDS)
    assert len(raw["environment"]) == len(WORDS)


@given(hostile)
def test_a_project(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", project_name(name))


@given(st.lists(hostile, max_size=6))
def test_names_of_services_are_all_different(names: list[str]) -> None:
    taken: list[str] = ["redis"]
    for name in names:
        taken.append(service_name(name, taken))
    assert len(set(taken)) == len(taken)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in taken)
    volumes: list[str] = []
    for folder in names:
        volumes.append(volume_name(taken[-1], f"/app/{folder}", volumes))
    assert len(set(volumes)) == len(volumes)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in volumes)


@pytest.mark.parametrize("text", ["a\nb", "a\x00", "\u2028", "\x1b[0m"])
def test_what_no_container_can_be_given_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="cannot stand in compose"):
        scalar(text)
