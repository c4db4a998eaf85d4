"""docs/templates.md says what the templates get, and is made of the code that gives it."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

from gendock.generate import bake, compose_view, downloads, ignoring, making, people, stages, targets

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "templates.md"
FILES: dict[str, tuple[str, tuple[type, ...]]] = {
    "dockerfile/Dockerfile.jinja": (
        "Dockerfile",
        (
            stages.DockerfileView, downloads.Download, targets.Target, making.FrontEndView,
            making.PackagesView, stages.ProbeView, people.TestView, people.DebugView, people.DevView,
        ),
    ),
    "dockerignore/dockerignore.jinja": (".dockerignore", (ignoring.IgnoreFile, ignoring.Section)),
    "compose/compose.yaml.jinja": (
        "compose.yaml",
        (
            compose_view.ComposeView, compose_view.ProgramView, compose_view.ServiceView,
            compose_view.CheckView,
        ),
    ),
    "bake/docker-bake.hcl.jinja": ("docker-bake.hcl", (bake.BakeView, bake.BakeTarget, bake.VariableView)),
}  # fmt: skip
HEAD = """\
# Own templates

`gendock init --templates DIR` takes a template from `DIR` where there is one of the same path, and gendock's
where there is none; the folder is remembered in gendock.toml. They are [jinja2](https://jinja.palletsprojects.com)
templates: copy the one that you want to change from gendock's folder `templates/`, most often
`dockerfile/final.jinja`, and leave the others.

- What a template prints is fit for the place that it is named for: it is quoted and escaped before. Text
  that a template makes itself by an expression is refused; text that it simply holds is not.
- A name that is not defined is an error, with the template's line.
- Templates are rendered in jinja2's sandbox: a repository that names a folder of templates may be anybody's.
- `gendock update` merges what your templates write as it merges what gendock's write.

What may be none is to be asked by `is not none`.
"""


def documented(kind: type) -> dict[str, str]:
    """The attributes that a class's docstring describes."""
    section = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    rows = re.findall(r"^    (\w+): ((?:.*\n?)(?:^        .*\n?)*)", section, re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in rows}


def shown(annotation: str) -> str:
    """A type in words."""
    plain = annotation.replace("Placed", "text").replace("bool", "yes or no").replace("int", "number")
    plain = re.sub(r"tuple\[(\w+(?: or \w+)?), \.\.\.\]", r"list of \1", plain).replace(
        " | None", ", or none"
    )
    plain = plain.replace("tuple[text, text]", "pair of texts").replace("str", "text")
    plain = plain.replace("Pairs", "list of pairs of texts")
    return re.sub(r"\b[A-Z]\w+", lambda name: f"[{name[0]}](#{name[0].lower()})", plain)


def table(kind: type) -> str:
    """The rows of one class."""
    words = documented(kind)
    lines = [f"### {kind.__name__}", "", "| name | type | what it is |", "| --- | --- | --- |"]
    lines += [
        f"| `{field.name}` | {shown(str(field.type))} | {words[field.name]} |"
        for field in dataclasses.fields(kind)
    ]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for template, (name, kinds) in FILES.items():
        parts.append(
            f"## {name}\n\n`{template}` gets one value, `file`, of the type `{kinds[0].__name__}`.\n"
        )
        parts += [table(kind) for kind in kinds]
    return "\n".join(parts)


def test_the_page_is_made_of_the_code(*, accepting: bool) -> None:
    if accepting:
        PAGE.write_text(page())
    assert PAGE.read_text() == page(), "`pytest tests/docs --accept` accepts it"


def test_each_template_is_spoken_of() -> None:
    folder = ROOT / "templates"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.jinja")}
    heads = {name for name in there if (folder / name).read_text().startswith("{# `file` is")}
    assert heads - set(FILES) <= {"dockerfile/probe.jinja"}
    assert set(FILES) <= there
