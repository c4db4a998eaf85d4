"""The scripts of RUN: what they run, and where each word stands in the file."""

from __future__ import annotations

import pytest

from gendock.dockerfile import read
from gendock.lint.context import BuildContext
from gendock.lint.scripts import Script

# Each with its commands, whose words are looked for in the file one behind the other.
LAYOUTS = {
    "a comment between continued lines": (
        "RUN apt-get update \\\n  # why\n\\\n  && apt-get install \\\n# more\n  -y curl\n",
        ["apt-get update", "apt-get install -y curl"],
    ),
    "carriage returns": (
        "RUN apt-get update \\\r\n  # why\r\n  && apt-get install -y \\\r\n  curl\r\nRUN ls\r\n",
        ["apt-get update", "apt-get install -y curl", "ls"],
    ),
    "a heredoc with carriage returns": (
        "RUN <<EOF\r\napt-get update\r\napt-get install curl \\\r\n  wget\r\nEOF\r\n",
        ["apt-get update", "apt-get install curl wget"],
    ),
    "a heredoc whose tabs go": (
        "RUN <<-EOF\n\tapt-get update && \\\n\tapt-get install curl\n\tEOF\n",
        ["apt-get update", "apt-get install curl"],
    ),
    "a heredoc for a shell": ("RUN bash -e <<EOF\nls a\nEOF\n", ["bash -e", "ls a"]),
    "a heredoc for something else": ("RUN cat <<EOF > x && ls a\nls b\nEOF\n", ["cat", "ls a"]),
    "onbuild": ("ONBUILD RUN ls a && \\\n  ls b\n", ["ls a", "ls b"]),
    "an array": ('RUN ["apt-get", "install", "curl"]\n', ['"apt-get" "install" "curl"']),
    "a script in an array": (
        'RUN ["sh", "-c", "ls a && ls b"]\n',
        ['"sh" "-c" "ls a && ls b"', "ls a", "ls b"],
    ),
    "a script in a script in a script": (
        "RUN sh -c 'ls a && bash -ec \"ls b\"'\n",
        ["sh -c 'ls a && bash -ec \"ls b\"'", "ls a", 'bash -ec "ls b"', "ls b"],
    ),
    "a continued script in a script": (
        'RUN bash -lc "ls a && \\\n  # why\n\n  ls b" x\n',
        ['bash -lc "ls a && \\\n  # why\n\n  ls b" x', "ls a", "ls b"],
    ),
    "a script with escapes in a script": ('RUN sh -c "ls \\"a\\""\n', ['sh -c "ls \\"a\\""']),
    "a script for another user": ("RUN su app -c 'ls a'\n", ["su app -c 'ls a'", "ls a"]),
    "another escape": ("# escape=`\nFROM a:1\nRUN ls a ` \n && ls b\n", ["ls a", "ls b"]),
}


def scripts(text: str) -> tuple[Script, ...]:
    return BuildContext(read(text), None).scripts


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_have_their_places(layout: str) -> None:
    lines, commands = LAYOUTS[layout]
    text = lines if lines.startswith("#") else f"FROM a:1\n{lines}"
    found = [
        " ".join(text[word.start : word.end] for word in command.words)
        for script in scripts(text)
        for command in script.commands
    ]
    assert found == commands


def test_line_ends_part_commands() -> None:
    (script,) = scripts("FROM a\nRUN <<EOF\nls a # why\nls b && \\\n  ls c\n\nif ls d\nthen ls e\nfi\nEOF\n")
    assert [(command.before, command.after) for command in script.commands] == [
        ("", "\n"),
        ("\n", "&&"),
        ("&&", "\n"),
        ("\n", "\n"),
        ("\n", ""),
    ]


@pytest.mark.parametrize(
    ("lines", "commands"),
    [
        ('SHELL ["pwsh", "-c"]\nRUN ls a', 0),
        ('SHELL ["pwsh", "-c"]\nRUN ["ls", "a"]', 1),
        ('SHELL ["/usr/bin/bash", "-ec"]\nRUN ls a', 1),
        ("# hadolint shell=powershell\nRUN ls a", 0),
        ("RUN <<EOF\n#!/usr/bin/env python3\nprint\nEOF", 0),
        ("RUN <<EOF\n#!/usr/bin/env bash\nls\nEOF", 1),
    ],
)
def test_only_shells_have_commands(lines: str, commands: int) -> None:
    assert sum(len(script.commands) for script in scripts(f"FROM a:1\n{lines}\n")) == commands


@pytest.mark.parametrize(
    ("start", "program"),
    [
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", "cmd"),
        ("FROM golang:1.26-windowsservercore-ltsc2025\n", "cmd"),
        ("FROM stefanscherer/node-windows:8.6.0\n", "cmd"),
        ("FROM --platform=windows/amd64 app:1\n", "cmd"),
        ("FROM a:${VERSION}-nanoserver\n", "cmd"),
        ("FROM golang:nanoserver AS base\nFROM base\n", "cmd"),
        ("FROM microsoft/iis\n", "cmd"),
        ("FROM a:1\nRUN powershell.exe -Command b\n", "cmd"),
        ('FROM golang:nanoserver AS base\nSHELL ["pwsh", "-c"]\nFROM base\n', "pwsh"),
        ("# hadolint shell=pwsh\nFROM golang:nanoserver\n", "pwsh"),
        ("FROM dockcross/windows-static-x64\n", "/bin/sh"),
        ("FROM --platform=linux/amd64 app:1\n", "/bin/sh"),
        ("FROM scratch AS windows\n", "/bin/sh"),
    ],
)
def test_windows_has_another_shell(start: str, program: str) -> None:
    script = scripts(f"{start}RUN dir | sort\n")[-1]
    assert script.shell[0] == program
    assert script.is_posix == (program == "/bin/sh")
