"""`.dockerignore`: our reading of its patterns against another port of moby's, and the proof."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from e2b_dockerfile_utils import PatternMatcher
from hypothesis import given
from hypothesis import strategies as st

from gendock.generate import make_plan
from gendock.generate.ignoring import Matcher, choose_patterns
from gendock.golang import read_project

ROOT = Path(__file__).parents[2]
SAMPLES = sorted({path.name for path in (ROOT / "samples").iterdir() if path.is_dir()} - {"broken"})
SECRETS = (".git/config", ".env", ".env.local", "web/.env", "web/node_modules/x/index.js", "tls/server.key")

names = st.sampled_from(("bin", "cmd", "internal", "a", "b.go", "x.md", ".env", ".git", "[x]", "a*", "ü"))
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
parts = st.sampled_from(("**", "*", "a", "bin", "*.go", "?.go", "x.*", ".env*", "**.md", "cmd", "\\[x\\]"))
patterns = st.tuples(
    st.sampled_from(("", "", "", "!")), st.lists(parts, min_size=1, max_size=3).map("/".join)
).map("".join)


@given(st.lists(patterns, max_size=4), paths)
def test_patterns_mean_what_moby_means(written: list[str], path: str) -> None:
    theirs = PatternMatcher(written).matches(path)
    assert Matcher(written).excludes(path) == theirs


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_the_build_reads_goes_in_and_secrets_stay_out(sample: str, tmp_path: Path) -> None:
    folder = tmp_path / sample
    shutil.copytree(ROOT / "samples" / sample, folder)
    for path in SECRETS:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("secret")
    plan = make_plan(read_project(folder))
    text = next(file.text for file in plan.files if file.path == ".dockerignore")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    matcher = PatternMatcher(lines)
    read = _read_by_go(folder)
    dropped = [path for path in read if matcher.matches(path)]
    assert dropped == []
    assert [path for path in SECRETS if not matcher.matches(path)] == []
    examples = {".env.example"} if (folder / ".env.example").exists() else set()
    assert set(plan.ignore.stay_out) == {".env", ".git", "web/node_modules", ".env.local", *examples}


def _read_by_go(folder: Path) -> list[str]:
    """What the go command says that it reads, where it is installed; all that is no test, where it is not."""
    kinds = ("GoFiles", "CgoFiles", "CFiles", "HFiles", "EmbedFiles")
    lists = "".join(f"{{{{range .{kind}}}}}{{{{$d}}}}/{{{{.}}}}\n{{{{end}}}}" for kind in kinds)
    form = f"{{{{$d := .Dir}}}}{{{{if not .Standard}}}}{lists}{{{{end}}}}"
    sources = [path for path in folder.rglob("main.go") if "vendor" not in path.parts]
    mains = [str(path.parent) for path in sources]
    is_module = any((folder / name).exists() for name in ("go.mod", "go.work"))
    module = folder if is_module else next(folder.rglob("go.mod")).parent
    if shutil.which("go"):
        done = subprocess.run(
            ["go", "list", "-e", "-deps", "-f", form, *mains],  # -e: some of it is made in the image only
            cwd=module,
            check=True,
            capture_output=True,
            text=True,
        )
        found = [Path(line) for line in done.stdout.splitlines() if line]
        inside = [path.relative_to(folder).as_posix() for path in found if path.is_relative_to(folder)]
        assert inside
        return inside
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*.go") if "_test" not in path.name]


CASES = {
    "nothing special": (["go.mod", "main.go"], [], (), ()),
    "a package named bin": (["go.mod", "bin/main.go"], [], ("bin",), ()),
    "a package that is read by another program": (["go.mod"], [], ("out",), ()),
    "an embedded page": (["go.mod", "README.md"], [], ("*.md",), ()),
    "an embedded folder that a build step will make": (["go.mod"], ["dist"], ("dist",), ()),
    "an embedded example of settings": (["go.mod", "cmd/.env.example"], [], (), ("cmd/.env.example",)),
    "a name with a pattern in it": (["go.mod", "keys/[a]*.key"], [], (), ("keys/[a]*.key",)),
    "a name that looks like a comment": (["go.mod", "#.key", "!.key"], [], (), ("#.key", "!.key")),
}


@pytest.mark.parametrize("case", CASES)
def test_patterns_that_would_drop_what_is_needed(case: str) -> None:
    needed, reserved, left_out, taken_back = CASES[case]
    names = [*needed, "out/tool.go"] if "another program" in case else needed
    chosen = choose_patterns(needed, reserved, names)
    assert chosen.left_out_patterns == left_out
    assert chosen.taken_back == taken_back
    lines = [str(pattern) for section in chosen.sections for pattern in section.patterns]
    assert [path for path in needed if PatternMatcher(lines).matches(path)] == []
