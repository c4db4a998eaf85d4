"""The names that images get."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gendock.engine.names import default_tag

MODULES = {
    "module example.com/team/orders\n": "orders",
    "module example.com/team/orders/v2\n": "orders",
    'go 1.25\nmodule "Shop_Front"\n': "shop-front",
    "module \x1b[2J;rm -rf\n": "2j-rm",
    "no module here\n": "folder",
}


@pytest.mark.parametrize(("text", "name"), MODULES.items())
def test_a_name_is_made_of_the_module(tmp_path: Path, text: str, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "go.mod").write_text(text)
    assert default_tag(folder, folder / "Dockerfile", None).startswith(f"{name}:gendock-")


def test_a_pipe_is_no_module(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(folder / "go.mod")
    assert default_tag(folder, folder / "Dockerfile", None).startswith("folder:gendock-")
