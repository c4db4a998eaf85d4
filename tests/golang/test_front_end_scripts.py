"""Front ends whose build starts programs that no image of Node.js has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gendock.generate import Options, make_plan
from gendock.golang import read_project

EMBEDS = """\
package main

import "embed"

//go:embed all:assets/dist
var pages embed.FS

func main() { _ = pages }
"""
MOVES = """\
import path from "node:path";
const destination = path.resolve(webRoot, "..", "assets", "dist");
"""
STARTS = 'await execFileAsync("go", ["build", "-o", "app.wasm"]);\n'
SCRIPTS: dict[str, tuple[dict[str, str], str | None]] = {
    "Node.js alone": ({"build": "vite build"}, None),
    "its own Go": ({"build": "go run ./generate && vite build"}, "cd web && npm install && npm run build"),
    "Go with a variable": (
        {"build": "GOOS=js go build ./wasm && vite build"},
        "cd web && npm install && npm run build",
    ),
    "make by another script": (
        {"prepare-api": "make api", "build": "npm run prepare-api && vite build"},
        "cd web && npm install && npm run build",
    ),
    "Go by a file": (
        {
            "wasm": "node start.mjs",
            "build": "npm run wasm && vite build",
            "embed": "npm run build && node move.mjs",
        },
        "cd web && npm install && npm run embed",
    ),
    "a script that nothing runs": ({"build": "vite build", "serve": "go run ../cmd/app"}, None),
    "a word that starts like go": ({"build": "goldmark-cli docs && vite build"}, None),
    "itself": ({"build": "npm run build"}, None),
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_what_a_build_starts(case: str, tmp_path: Path) -> None:
    scripts, command = SCRIPTS[case]
    files = {
        "go.mod": "module example.com/shop\n\ngo 1.26\n",
        "main.go": EMBEDS,
        "assets/dist/.gitkeep": "",
        "web/package.json": json.dumps({"scripts": scripts}),
        "web/start.mjs": STARTS,
        "web/move.mjs": MOVES,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    plan = make_plan(read_project(tmp_path), Options())
    said = [warning for warning in plan.warnings if "assets/dist" in warning]
    assert [f"`{command}`" in warning for warning in said] == ([] if command is None else [True])
    (dockerfile,) = (file.text for file in plan.files if file.path == "Dockerfile")
    assert ("npm run build" in dockerfile) is (command is None)
