"""Which files belong to a build for linux."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendock.golang.constraints import evaluate, header_holds, name_holds

NAMES = {
    "main.go": True,
    "linux.go": True,
    "windows.go": True,
    "net_linux.go": True,
    "net_windows.go": False,
    "net_linux_amd64.go": True,
    "net_windows_amd64.go": False,
    "net_arm64.go": True,
    "net_wasm.go": False,
    "net_js_wasm.go": False,
    "net_unix.go": True,
    "net_test.go": False,
    "net_linux_test.go": False,
    "_hidden.go": False,
    ".hidden.go": False,
    "main.c": False,
}
HEADERS = {
    "": True,
    "//go:build linux": True,
    "//go:build windows": False,
    "//go:build !windows && (amd64 || arm64)": True,
    "//go:build linux && go1.26": True,
    "//go:build ignore": False,
    "//go:build tools": False,
    "//go:build unix": True,
    "//go:build cgo": True,
    "//go:build !cgo": True,
    "//go:build amd64 && arm64": False,
    "//go:build js || wasip1": False,
    "//go:build (linux": False,
    "//go:build linux &&": False,
    "// +build linux,!cgo darwin": True,
    "// +build windows darwin": False,
    "// +build linux\n// +build ignore": False,
    "//go:build linux\n// +build windows": True,
    "// an ordinary comment about windows": True,
}


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    assert name_holds(name) is NAMES[name]


@pytest.mark.parametrize("header", HEADERS)
def test_headers(header: str) -> None:
    text = header.encode() + b"\n\n"
    assert (header_holds(text, cgo=True) or header_holds(text, cgo=False)) is HEADERS[header]


def test_cgo_is_asked_for() -> None:
    assert header_holds(b"//go:build cgo\n", cgo=True)
    assert not header_holds(b"//go:build cgo\n", cgo=False)


@given(st.text("linux!&|() ab", max_size=400))
def test_any_expression_has_a_value(expression: str) -> None:
    assert evaluate(expression, frozenset(("linux",))) in {True, False}


def test_an_expression_that_is_too_deep_is_false() -> None:
    assert evaluate("!" * 100_000 + "a", frozenset()) is False
