"""Build tags, from small repositories as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import read_project

OWN = "//go:build release\n\npackage main\n\nconst mode = 1\n"
TAGS = {
    "none": ({"Makefile": "all:\n\tgo build -o x .\n"}, None),
    "a tag of a dependency": (
        {"Makefile": "all:\n\tgo build -tags sqlite_fts5 .\n"},
        ("sqlite_fts5", "Makefile:2"),
    ),
    "several, quoted": (
        {"Dockerfile": 'RUN go build -tags="netgo osusergo" -o x .\n'},
        ("netgo osusergo", "Dockerfile:1"),
    ),
    "one of the repository": (
        {"Makefile": "all:\n\tgo build -tags release .\n", "mode.go": OWN},
        ("release", "Makefile:2"),
    ),
    "one that nobody asks for": ({"Makefile": "all:\n\tgo build -tags release .\n"}, None),
    "a variable": (
        {"Makefile": "TAGS ?= netgo\n\nall:\n\tgo build -tags $(TAGS) .\n"},
        ("netgo", "Makefile:4"),
    ),
    "a variable that nobody sets": ({"Makefile": "all:\n\tgo build -tags $(TAGS) .\n"}, None),
    "builds that disagree": (
        {"Makefile": "a:\n\tgo build -tags netgo .\nb:\n\tgo build -tags fts5 .\n"},
        None,
    ),
    "goreleaser": (
        {".goreleaser.yml": "builds:\n  - tags:\n      - netgo\n"},
        ("netgo", ".goreleaser.yml:2"),
    ),
    "development": (
        {"Makefile": "all:\n\tgo build -tags dev .\n", "dev.go": OWN.replace("release", "dev")},
        None,
    ),
    "a trick": ({"Makefile": "all:\n\tgo build -tags 'netgo;rm' .\n"}, None),
    "a Dockerfile of ours": ({"Dockerfile": "# Written by gendock.\nRUN go build -tags=netgo .\n"}, None),
}


@pytest.mark.parametrize("case", TAGS)
def test_tags(case: str, tmp_path: Path) -> None:
    files, wanted = TAGS[case]
    main = "package main\n\nfunc main() {}\n"
    for name, text in {"go.mod": "module example.com/shop\ngo 1.26\n", "main.go": main, **files}.items():
        (tmp_path / name).write_text(text)
    project = read_project(tmp_path)
    found = project.build_tags
    assert (None if found is None else (" ".join(found.tags), str(found.evidence))) == wanted
    assert ("mode.go" in project.programs[0].build_files) is (case == "one of the repository")


EMBEDDED = """//go:build release

package main

import _ "embed"

//go:embed static
var mode string
"""
PLAIN = "//go:build !release\n\npackage main\n\nconst mode = 1\n"
WITHOUT = {
    "the folder is not there": ({}, (), ("release",)),
    "the folder is there": ({"static/a.css": "a {}"}, ("release",), ()),
    "a front end makes it": ({"static/package.json": '{"scripts": {"build": "x"}}'}, ("release",), ()),
    "it is not there without the tag, either": (
        {"plain.go": EMBEDDED.replace("re", "!re", 1)},
        ("release",),
        (),
    ),
}


@pytest.mark.parametrize("case", WITHOUT)
def test_a_tag_with_which_the_build_stops_is_left_out(case: str, tmp_path: Path) -> None:
    files, tags, left_out = WITHOUT[case]
    given = {
        "go.mod": "module example.com/shop\ngo 1.26\n",
        "main.go": "package main\n\nfunc main() { _ = mode }\n",
        "mode.go": EMBEDDED.replace("static", "static/dist") if "front end" in case else EMBEDDED,
        "plain.go": PLAIN,
        "Makefile": "all:\n\tgo build -tags release .\n",
    }
    for name, text in {**given, **files}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = read_project(tmp_path).build_tags
    assert found is not None
    assert (found.tags, found.left_out) == (tags, left_out)
