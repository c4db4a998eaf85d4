"""A safe fix never changes what the image does: build before and after, and compare."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, cast

import pytest

from gendock.engine.connection import Engine
from gendock.lint import Settings, lint_text
from gendock.lint.fix import Fixed, fix_text
from gendock.lint.profiles import Profile
from gendock.lint.stop_signals import canonical
from tests.images import TEST_IMAGE

CASES = sorted(Path(__file__).with_name("safe_fixes").glob("*.Dockerfile"))
FILES = {"a.txt": "a\n", "b.txt": "b\n"}
# What a container is started with; the rest of an image's configuration says when and how it was built.
CONFIGURATION = (
    *("Cmd", "Entrypoint", "Env", "ExposedPorts", "Healthcheck", "Labels", "OnBuild", "Shell", "StopSignal"),
    *("User", "Volumes", "WorkingDir"),
)


class Ran(Protocol):
    status: int
    out: str
    err: str


def mended(path: Path) -> Fixed:
    settings = Settings(profile=Profile.ALL)
    return fix_text(path.read_text(), lambda text: lint_text(text, settings), unsafe=False)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_cases_have_much_to_mend(path: Path) -> None:
    fixed = mended(path)
    assert len({finding.rule.code for finding in fixed.mended}) >= 8
    assert not [finding for finding in fixed.left if finding.fix and finding.fix.applicability == "safe"]


@pytest.mark.engine
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_image_stays_the_same(
    path: Path, tmp_path: Path, engine: Engine, gendock: Callable[..., Ran]
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    images: list[tuple[dict[str, Any], dict[str, object]]] = []
    for number, text in enumerate((path.read_text(), mended(path).text)):
        (tmp_path / "Dockerfile").write_text(text)
        tag = f"{TEST_IMAGE}safe-{path.stem}-{number}"
        ran = gendock("build", tmp_path, "--tag", tag)
        assert ran.status == 0, f"{text}\n{ran.out}{ran.err}"
        images.append((configuration(engine, tag), files(engine, tag)))
    (before, files_before), (after, files_after) = images
    assert after == before
    assert files_after == files_before


def configuration(engine: Engine, tag: str) -> dict[str, Any]:
    config = engine.client.images.get(tag).attrs["Config"]
    # 15 and SIGTERM are one signal, written in two ways.
    signal = canonical(config.get("StopSignal") or "SIGTERM")
    return {key: config.get(key) for key in CONFIGURATION} | {"StopSignal": signal}


def files(engine: Engine, tag: str) -> dict[str, object]:
    """Return kind, rights, owner and content of each file; when it was made is left out."""
    container = engine.client.containers.create(tag, command=["never-started"])
    try:
        chunks = cast("Iterator[bytes]", container.export())  # types-docker has str
        archive = io.BytesIO(b"".join(chunks))
    finally:
        container.remove(force=True)
    found: dict[str, object] = {}
    with tarfile.open(fileobj=archive) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            digest = hashlib.sha256(content.read()).hexdigest() if content else ""
            found[member.name] = (member.type, member.mode, member.uid, member.gid, member.linkname, digest)
    return found
