"""An image's files, and the static checks over them, without an engine."""

from __future__ import annotations

import io
import struct
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gendock.engine.elf import Program, read_program
from gendock.engine.filesystem import FileTree
from gendock.engine.results import Status
from gendock.engine.static import ImageFacts, static_checks


def elf(machine: int = 62, interpreter: str = "") -> bytes:
    """Write the head of a 64-bit little-endian program."""
    name = interpreter.encode() + b"\0"
    table = struct.pack("<IIQQQQQQ", 3 if interpreter else 1, 4, 120, 0, 0, len(name), len(name), 1)
    head = b"\x7fELF\x02\x01\x01" + b"\0" * 9
    head += struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return head + table + name


def tar(*members: tuple[str, bytes | str, int]) -> Iterator[bytes]:
    """Yield an archive in odd pieces: a name, bytes or the target of a link, and a mode."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, content, mode in members:
            member = tarfile.TarInfo(name)
            member.mode = mode
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            elif name.endswith("/"):
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    data = written.getvalue()
    for at in range(0, len(data), 777):
        yield data[at : at + 777]


def test_links_are_followed_inside_of_the_image() -> None:
    tree = FileTree.from_tar(
        tar(
            ("bin", "usr/bin", 0o777),
            ("usr/", b"", 0o755),
            ("usr/bin/", b"", 0o755),
            ("usr/bin/sh", "dash", 0o777),
            ("usr/bin/dash", elf(), 0o755),
            ("up", "../../../usr", 0o777),
            ("loop", "loop", 0o777),
        )
    )
    assert tree.find("/bin/sh") == tree.find("/usr/bin/dash") == tree.find("/up/bin/sh")
    assert tree.find("/bin/sh") is not None
    assert tree.find("/loop") is None
    assert tree.find("/bin/nothing") is None


def test_a_command_without_a_path_is_looked_up() -> None:
    tree = FileTree.from_tar(
        tar(("app/", b"", 0o755), ("app/orders", elf(), 0o755), ("app/notes", b"text", 0o644))
    )
    found = tree.find_command("orders", "/usr/bin:/app", "/")
    assert found is not None
    assert found[0] == "/app/orders"
    assert tree.find_command("notes", "/app", "/") is None
    assert tree.find_command("./orders", "", "/app") is not None


@pytest.mark.parametrize(
    ("head", "program"),
    [
        (elf(), Program("elf", "amd64")),
        (elf(183), Program("elf", "arm64")),
        (elf(62, "/lib64/ld-linux-x86-64.so.2"), Program("elf", "amd64", "/lib64/ld-linux-x86-64.so.2")),
        (elf()[:30], Program("unknown")),
        (b"#!/bin/sh -e\necho", Program("script", interpreter="/bin/sh")),
        (b"!<arch>\n__.PKGDEF", Program("archive")),
        (b"", Program("unknown")),
    ],
)
def test_programs_are_told_by_their_first_bytes(head: bytes, program: Program) -> None:
    assert read_program(head) == program


def test_a_real_program_is_read() -> None:
    shell = Path("/bin/sh")
    if not shell.exists() or not shell.read_bytes().startswith(b"\x7fELF"):
        pytest.skip("no ELF shell here")
    program = read_program(shell.read_bytes()[:4096])
    assert program.format == "elf"
    assert program.architecture


def failing(
    *members: tuple[str, bytes | str, int], user: str = "65532", entrypoint: tuple[str, ...] = ("/app",)
) -> dict[str, str]:
    """Return the evidence of the failing checks by their names."""
    image = ImageFacts.of(
        {"Os": "linux", "Architecture": "amd64", "Config": {"User": user, "Entrypoint": list(entrypoint)}}
    )
    results = static_checks(image, FileTree.from_tar(tar(*members)), "amd64")
    return {result.id: result.evidence for result in results if result.status is Status.FAIL}


def test_a_good_image_passes() -> None:
    assert failing(("app", elf(), 0o755)) == {}


@pytest.mark.parametrize(
    ("user", "evidence"),
    [
        ("", "no USER: it runs as root"),
        ("0", "USER 0 is root"),
        ("0:65532", "USER 0 is root"),
        ("root", "USER root"),
        ("nonroot", "user nonroot is a name, which runAsNonRoot refuses; write its number"),
    ],
)
def test_the_user_is_a_number_and_not_root(user: str, evidence: str) -> None:
    assert failing(("app", elf(), 0o755), user=user) == {"user": evidence}


def test_what_is_wrong_with_an_entrypoint() -> None:
    assert failing() == {"entrypoint": "/app is not in the image"}
    assert failing(("app", elf(), 0o644)) == {"entrypoint": "/app is not executable (mode 644)"}
    assert failing(("app", elf(183), 0o755)) == {"platform": "a program for arm64 in an image for amd64"}
    loader = "/lib64/ld-linux-x86-64.so.2"
    assert failing(("app", elf(62, loader), 0o755)) == {
        "entrypoint": f"/app needs {loader}, which is not in the image"
    }
    assert failing(("app", elf(), 0o755), entrypoint=()) == {
        "exec-form": "neither ENTRYPOINT nor CMD: nothing to start"
    }


def test_shells_and_toolchains_are_found_behind_links() -> None:
    found = failing(
        ("app", elf(), 0o755),
        ("bin", "usr/bin", 0o777),
        ("usr/", b"", 0o755),
        ("usr/bin/", b"", 0o755),
        ("usr/bin/busybox", elf(), 0o755),
        ("usr/bin/sh", "busybox", 0o777),
        ("usr/local/", b"", 0o755),
        ("usr/local/bin/", b"", 0o755),
        ("usr/local/bin/go", elf(), 0o755),
    )
    assert found == {
        "no-shell": "a shell: /bin/busybox",
        "no-toolchain": "a Go toolchain: /usr/local/bin/go",
    }
