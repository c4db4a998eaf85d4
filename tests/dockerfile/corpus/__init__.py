"""Inputs on which the reader was wrong once, each byte for byte in a file whose name says what it shows."""

from __future__ import annotations

from pathlib import Path

CORPUS = {path.stem: path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.bin"))}
