"""An image's files: layers one upon the other, links, and what a program file says of itself."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from gendock.engine.elf import Program, read_program
from gendock.engine.filesystem import FileTree
from gendock.engine.layers import read_layer
from tests.engine.stored import Member, elf, tar


def tree_of(*layers: tuple[Member, ...]) -> FileTree:
    return FileTree.of_layers([read_layer(io.BytesIO(tar(*members)).read) for members in layers])


def test_links_are_followed_inside_of_the_image() -> None:
    tree = tree_of(
        (
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
    tree = tree_of((("app/", b"", 0o755), ("app/orders", elf(), 0o755), ("app/notes", b"text", 0o644)))
    found = tree.find_command("orders", "/usr/bin:/app", "/")
    assert found is not None
    assert found[0] == "/app/orders"
    assert tree.find_command("notes", "/app", "/") is None
    assert tree.find_command("./orders", "", "/app") is not None


def test_folders_that_no_layer_names_are_there() -> None:
    assert tree_of((("ko-app/orders", elf(), 0o755),)).find("/ko-app/orders") is not None


def test_a_layer_takes_away_what_is_below() -> None:
    tree = tree_of(
        (
            ("a/", b"", 0o755),
            ("a/one", b"1", 0o644),
            ("a/deep/", b"", 0o755),
            ("a/deep/two", b"22", 0o644),
            ("b/", b"", 0o755),
            ("b/three", b"333", 0o644),
            ("c/", b"", 0o755),
            ("c/four", b"4444", 0o644),
        ),
        (
            ("a/.wh.deep", b"", 0o644),
            ("b/", b"", 0o755),
            ("b/.wh..wh..opq", b"", 0o644),
            ("b/five", b"55555", 0o644),
            ("c", b"a file now", 0o644),
        ),
    )
    assert sorted(path for path, _ in tree) == ["/", "/a", "/a/one", "/b", "/b/five", "/c"]
    wasted = {(one.path, one.size, one.layer, one.by) for one in tree.wasted}
    assert wasted == {("/a/deep/two", 2, 0, 1), ("/b/three", 3, 0, 1), ("/c/four", 4, 0, 1)}


def test_a_file_that_is_written_anew_is_wasted() -> None:
    tree = tree_of((("app", b"old", 0o755),), (("app", b"newer", 0o755),))
    assert [(one.path, one.size) for one in tree.wasted] == [("/app", 3)]
    found = tree.find("/app")
    assert found is not None
    assert found[1].size == 5


def test_a_hard_link_is_the_file_itself() -> None:
    import tarfile

    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        first = tarfile.TarInfo("bin/go")
        first.mode, first.size = 0o755, len(elf())
        archive.addfile(first, io.BytesIO(elf()))
        second = tarfile.TarInfo("bin/gofmt")
        second.type, second.linkname = tarfile.LNKTYPE, "bin/go"
        archive.addfile(second)
    tree = FileTree.of_layers([read_layer(io.BytesIO(written.getvalue()).read)])
    one, two = tree.find("/bin/go"), tree.find("/bin/gofmt")
    assert one is not None
    assert two is not None
    assert one[1] == two[1]


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
