"""Where a repository is published, and under which licence."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import GoProject, read_project

MIT = (
    "MIT License\n\nPermission is hereby granted, free of charge, to any person\n\n"
    "The above copyright notice and this\npermission notice shall be included\n"
)
BSD = "Redistribution and use in source and binary forms, with or without modification\n"
LICENCES = {
    "MIT": (MIT, "MIT"),
    "Apache": ("   Apache License\n   Version 2.0, January 2004\n", "Apache-2.0"),
    "BSD of three clauses": (f"{BSD}Neither the name of the copyright holder\n", "BSD-3-Clause"),
    "BSD of two clauses": (BSD, "BSD-2-Clause"),
    "a GNU licence, whose later versions may count": ("GNU GENERAL PUBLIC LICENSE\nVersion 3\n", None),
}
ACME = "https://git.acme.test/team/shop"
SOURCES = {
    "the module's path": ("github.com/acme/shop/v2", "", "https://github.com/acme/shop", "go.mod"),
    "SSH": ("shop", "git@git.acme.test:team/shop.git", ACME, ".git/config"),
    "HTTPS with a password": (
        "shop", "https://me:pass@git.acme.test/team/shop", ACME, ".git/config",
    ),
    "a folder": ("shop", "/srv/git/shop.git", None, ""),
    "nothing": ("example.com/shop", "", None, ""),
}  # fmt: skip


def project(folder: Path, module: str, files: dict[str, str]) -> GoProject:
    main = {"go.mod": f"module {module}\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n"}
    for name, text in {**main, **files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return read_project(folder)


@pytest.mark.parametrize("case", LICENCES)
def test_a_licence_is_known_by_its_words(case: str, tmp_path: Path) -> None:
    text, wanted = LICENCES[case]
    found = project(tmp_path, "shop", {"LICENSE": text}).licence
    assert (found and found.value) == wanted


@pytest.mark.parametrize("case", SOURCES)
def test_where_it_is_published(case: str, tmp_path: Path) -> None:
    module, remote, wanted, place = SOURCES[case]
    config = f'[core]\n\tbare = false\n[remote "origin"]\n\tfetch = +refs/heads/*\n\turl = {remote}\n'
    found = project(tmp_path, module, {".git/config": config} if remote else {}).source
    assert (found and found.value) == wanted
    assert found is None or found.evidence.path == place
