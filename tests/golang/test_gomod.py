"""go.mod and go.work: what is read, and what is refused with which sentence; nothing else can happen."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendock.errors import RefusedError
from gendock.golang.gomod import ModFile, read_mod, read_work

EVERYTHING = """\
// A comment above.
module "example.com/quoted" // its name

go 1.26.3
toolchain go1.27rc1

godebug default=go1.21
tool example.com/tool
ignore ./web
exclude example.com/bad v1.0.0
retract [v1.0.0, v1.1.0] // a range

require example.com/one v1.0.0
require (
\texample.com/two/v2 v2.3.4 // indirect
\t`example.com/three` v0.0.0-20260101000000-abcdefabcdef // indirect; a reason
)

replace (
\texample.com/one => ./lib/one
\texample.com/two/v2 v2.3.4 => example.org/fork v1.9.0
)
"""


def test_every_directive_is_read() -> None:
    mod = read_mod(EVERYTHING)
    assert mod.module == "example.com/quoted"
    assert mod.module_evidence.line == 2
    assert mod.go is not None
    assert mod.toolchain is not None
    assert (str(mod.go.version), mod.go.evidence.line) == ("1.26.3", 4)
    assert (str(mod.toolchain.version), mod.toolchain.evidence.line) == ("1.27rc1", 5)
    assert [(line.path, line.version, line.indirect, line.evidence.line) for line in mod.requires] == [
        ("example.com/one", "v1.0.0", False, 13),
        ("example.com/two/v2", "v2.3.4", True, 15),
        ("example.com/three", "v0.0.0-20260101000000-abcdefabcdef", True, 16),
    ]
    assert [(line.old, line.old_version, line.new, line.new_version) for line in mod.replaces] == [
        ("example.com/one", None, "./lib/one", None),
        ("example.com/two/v2", "v2.3.4", "example.org/fork", "v1.9.0"),
    ]
    assert [line.is_local for line in mod.replaces] == [True, False]


READ = {
    "windows line ends and a byte order mark": ("\ufeffmodule a\r\n\r\ngo 1.26\r\n", "a"),
    "a block for the module": ("module (\n\ta\n)\n", "a"),
    "an empty block": ("module a\nrequire (\n)\nexclude ()\n", "a"),
    "a comment without a space": ("module a//b\n", "a"),
    "escapes": ('module "a\\x2fb\\u0041"\n', "a/bA"),
    "no line end": ("module a", "a"),
}


@pytest.mark.parametrize("case", READ)
def test_forms_of_a_module_line(case: str) -> None:
    text, name = READ[case]
    assert read_mod(text).module == name


REFUSED = {
    "nothing": ("", "go.mod has no module line"),
    "two modules": ("module a\nmodule b\n", "go.mod:2: a second module line"),
    "a word too much": ("module a b\n", "go.mod:1: `module` takes one path"),
    "an unknown directive": ("module a\nrequires b v1.0.0\n", "go.mod:2: unknown directive 'requires'"),
    "a conflict of a merge": ("module a\n<<<<<<< HEAD\ngo 1.26\n", "go.mod:2: unknown directive '<<<<<<<'"),
    "a version that is none": ("module a\ngo 1.x\n", "go.mod:2: '1.x' is no Go version"),
    "a leading zero": ("module a\ngo 1.026\n", "go.mod:2: '1.026' is no Go version"),
    "two go lines": ("module a\ngo 1.25\ngo 1.26\n", "go.mod:3: a second `go` line"),
    "a toolchain that is none": ("module a\ntoolchain 1.26\n", "go.mod:2: '1.26' is no toolchain"),
    "a block that is not closed": (
        "module a\nrequire (\n\tb v1.0.0\n",
        "go.mod:2: the `require` block is never",
    ),
    "a block in a block": ("module a\nrequire (\n\tb (\n)\n", "go.mod:3: a parenthesis inside of a block"),
    "a requirement without a version": ("module a\nrequire b\n", "go.mod:2: `require` takes"),
    "a replacement without an arrow": ("module a\nreplace b ./c\n", "go.mod:2: `replace` is written"),
    "a folder with a version": ("module a\nreplace b => ./c v1.0.0\n", "go.mod:2: a folder in `replace`"),
    "a module without a version": ("module a\nreplace b => c\n", "go.mod:2: a module in `replace`"),
    "a string that is not closed": ('module "a\n', "go.mod:1: a string that is not closed"),
    "an unknown escape": ('module "a\\q"\n', "go.mod:1: an escape that Go does not know"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_go_command_refuses_is_refused_with_its_line(case: str) -> None:
    text, sentence = REFUSED[case]
    with pytest.raises(RefusedError, match=f"^{re.escape(sentence)}"):
        read_mod(text)


def test_a_workspace() -> None:
    work = read_work("go 1.26\n\nuse (\n\t./api\n\t./shared\n)\nuse .\nreplace a => ./b\n")
    assert work.use == (("./api", 4), ("./shared", 5), (".", 7))
    assert work.replaces[0].new == "./b"


plain = st.text("abcdefgh/.-_~0123", min_size=1).filter(lambda text: "//" not in text)
odd = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=12)
comments = st.sampled_from(("", " // a note", "// indirect", " // indirect; why"))


def _quoted(word: str) -> str:
    escaped = "".join(
        f"\\u{ord(char):04x}" if ord(char) < 0x20 else char for char in word.replace("\\", "\\\\")
    )
    return '"' + escaped.replace('"', '\\"') + '"'


@st.composite
def modules(draw: st.DrawFn) -> tuple[str, str, list[tuple[str, str, bool]]]:
    """A go.mod's text, its module, and what it requires."""
    name = draw(st.one_of(plain, odd))
    required = draw(st.lists(st.tuples(st.one_of(plain, odd), plain, comments), max_size=5))
    lines = [f"module {_quoted(name)}", "", "go 1.26"]
    in_block = draw(st.booleans())
    lines += ["require ("] if in_block else []
    for path, version, comment in required:
        lines.append(f"{'' if in_block else 'require '}{_quoted(path)} {_quoted(version)}{comment}")
    lines += [")"] if in_block else []
    end = draw(st.sampled_from(("\n", "\r\n")))
    return (
        end.join(lines),
        name,
        [(path, version, "indirect" in comment) for path, version, comment in required],
    )


@given(modules())
def test_what_was_written_is_read(written: tuple[str, str, list[tuple[str, str, bool]]]) -> None:
    text, name, required = written
    mod = read_mod(text)
    assert mod.module == name
    assert [(line.path, line.version, line.indirect) for line in mod.requires] == required


@given(st.one_of(st.text(), st.text('module require() =>"`\\/\n\tav1.0')))
def test_any_text_is_read_or_refused(text: str) -> None:
    for prefix in ("", "module a\n"):
        try:
            read: ModFile | None = read_mod(prefix + text)
        except RefusedError as error:
            read = None
            assert "\n" not in str(error)  # noqa: PT017 - any text may be refused, or not
        assert read is None or read.module
