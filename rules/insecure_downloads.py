"""Connections whose other end nobody checks: certificates that are not verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from gendock.dockerfile import Arg, Env, Span, Stage
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_among
from gendock.lint.mistake import Applicability
from gendock.lint.scripts import Script

if TYPE_CHECKING:
    from gendock.shell import Command, Word

_LOCAL = r"(?i)(?:\w+://)?(?:localhost|127\.[\d.]+|\[?::1\]?)(?:[:/]|\Z)"
_NOT = frozenset({"false", "no", "off", "0"})
_SSL_VERIFY = r"(?i)http\.(?:.+\.)?sslverify"


@rule(
    "GD304",
    "node-tls-off",
    severity=Severity.ERROR,
    also=("CKV2_DOCKER_6",),
    mentions=("NODE_TLS_REJECT_UNAUTHORIZED",),
)
def node_tls_off(context: BuildContext) -> Mistakes:
    """NODE_TLS_REJECT_UNAUTHORIZED=0 accepts any certificate.

    Every TLS connection of every Node.js program then trusts whoever answers: what npm downloads in the build
    can be anybody's, and with ENV the same holds for the program in the container. A server with a
    certificate authority of your own needs NODE_EXTRA_CA_CERTS instead.

    Bad:
        FROM node:24
        ENV NODE_TLS_REJECT_UNAUTHORIZED=0
        RUN npm ci

    Good:
        FROM node:24
        RUN npm ci
    """
    advice = "leave it out; for a certificate authority of your own, set NODE_EXTRA_CA_CERTS to its file"
    yield from _variables(context, "NODE_TLS_REJECT_UNAUTHORIZED", lambda value: value == "0", advice)


@rule(
    "GD305",
    "python-https-off",
    severity=Severity.ERROR,
    also=("CKV2_DOCKER_5",),
    mentions=("PYTHONHTTPSVERIFY",),
)
def python_https_off(context: BuildContext) -> Mistakes:
    """PYTHONHTTPSVERIFY=0 accepts any certificate.

    Python's own HTTPS connections then trust whoever answers, in the build and, with ENV, in the container.
    A server with a certificate authority of your own needs SSL_CERT_FILE instead.

    Bad:
        FROM python:3.14
        ENV PYTHONHTTPSVERIFY=0 LANG=C.UTF-8

    Good:
        FROM python:3.14
        ENV LANG=C.UTF-8
    """
    advice = "leave it out; for a certificate authority of your own, set SSL_CERT_FILE to its file"
    yield from _variables(context, "PYTHONHTTPSVERIFY", lambda value: value == "0", advice)


@rule(
    "GD306",
    "curl-insecure",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_2",),
    mentions=("curl",),
)
def curl_insecure(script: Script) -> Mistakes:
    """Curl is told not to check certificates.

    With `--insecure` (`-k`) the file can come from anybody who stands between the build and the server, and
    it ends up in your image. If the check fails, the base image has no certificates (install
    `ca-certificates`) or the server has a certificate authority of its own (`--cacert`).

    Bad:
        FROM debian:13
        RUN curl -fsSLk -o /app.tgz https://example.com/app.tgz

    Good:
        FROM debian:13
        RUN curl -fsSL -o /app.tgz https://example.com/app.tgz
    """
    from gendock.lint.downloads import curl_options

    for command in script.calls_of("curl"):
        options = curl_options(command)
        if options.operands and all(re.match(_LOCAL, word.text) for word in options.operands):
            continue
        for name, word in options.flags:
            if name in ("k", "insecure", "proxy-insecure", "doh-insecure"):
                yield Mistake(
                    script.span(word),
                    f"`{word.text}` lets curl accept a file from anybody who answers",
                    "leave it out; install ca-certificates, or name the authority with `--cacert`",
                    _without_flag(script, word, name),
                )


@rule(
    "GD307",
    "wget-insecure",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_3",),
    mentions=("--no-check-certificate", "--no-check-cert"),
)
def wget_insecure(script: Script) -> Mistakes:
    """Wget is told not to check certificates.

    The file can then come from anybody who stands between the build and the server, and it ends up in your
    image. If the check fails, the base image has no certificates (install `ca-certificates`) or the server
    has a certificate authority of its own (`--ca-certificate`).

    Bad:
        FROM debian:13
        RUN wget -nv --no-check-certificate https://example.com/app.tgz

    Good:
        FROM debian:13
        RUN wget -nv https://example.com/app.tgz
    """
    for command in script.calls_of("wget"):
        if any(re.match(_LOCAL, word.text) for word in command.arguments):
            continue
        for word in command.arguments:
            if word.text in ("--no-check-certificate", "--no-check-cert"):
                yield Mistake(
                    script.span(word),
                    f"`{word.text}` lets wget accept a file from anybody who answers",
                    "leave it out; install ca-certificates, or name the authority with `--ca-certificate`",
                    _fix(f"leave {word.text} out", script.delete(word)),
                )


@rule(
    "GD308",
    "git-ssl-off",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_14",),
    mentions=("GIT_SSL_NO_VERIFY", "sslVerify", "sslverify"),
)
def git_ssl_off(context: BuildContext) -> Mistakes:
    """Git is told not to check certificates.

    What is cloned can then come from anybody who stands between the build and the server. git asks only
    whether GIT_SSL_NO_VERIFY is set: `GIT_SSL_NO_VERIFY=false` switches the check off, too. A server with a
    certificate authority of your own needs `http.sslCAInfo` instead.

    Bad:
        FROM golang:1.26
        ENV GIT_SSL_NO_VERIFY=1
        RUN git clone https://git.example.com/app.git /src

    Good:
        FROM golang:1.26
        RUN git clone https://git.example.com/app.git /src

    Bad:
        FROM golang:1.26
        RUN git -c http.sslVerify=false clone https://git.example.com/app.git /src

    Good:
        FROM golang:1.26
        RUN git clone https://git.example.com/app.git /src

    Bad:
        FROM golang:1.26
        RUN git config --global http.sslVerify false

    Good:
        FROM golang:1.26
        RUN git config --global http.sslVerify true
    """
    advice = "leave it out; for a certificate authority of your own, set `http.sslCAInfo` to its file"
    yield from _variables(context, "GIT_SSL_NO_VERIFY", lambda _: True, advice)
    for script in context.scripts:
        for command in script.calls_of("git"):
            yield from _git_settings(script, command, advice)


def _git_settings(script: Script, command: Command, advice: str) -> Mistakes:
    """Yield what a git command says of http.sslVerify: `-c name=value`, `config name value`."""
    words = command.arguments
    for before, word in pairwise(words):
        name, _, value = word.text.partition("=")
        if before.text == "-c" and re.fullmatch(_SSL_VERIFY, name) and value.lower() in _NOT:
            fix = _fix(f"leave -c {word.text} out", script.delete(before), script.delete(word))
            yield Mistake(script.span(word), f"{word.text} lets git accept code from anybody", advice, fix)
        elif (
            "config" in command.texts and re.fullmatch(_SSL_VERIFY, before.text) and word.text.lower() in _NOT
        ):
            fix = _fix(f"set {before.text} to true", script.replace(word, "true"))
            message = f"{before.text} {word.text} lets git accept code from anybody"
            yield Mistake(Span(before.start, word.end), message, advice, fix)


def _variables(context: BuildContext, name: str, is_bad: Callable[[str], bool], advice: str) -> Mistakes:
    """Yield where a variable gets a bad value: in ENV, in ARG, or in a script."""
    for stage in context.stages:
        yield from _pairs(context, stage, name, is_bad, advice)
    for script in context.scripts:
        if name not in script.text:
            continue
        for command in script.commands:
            exported = command.arguments if command.program in ("export", "env", "declare") else ()
            for word in (*command.assignments, *exported):
                variable, equals, value = word.text.partition("=")
                if variable == name and equals and is_bad(value):
                    fix = _fix(f"leave {name} out", _delete_assignment(script, command, word))
                    alone = len(command.words) + len(command.assignments) - bool(exported) == 1
                    message = f"{word.text} turns certificate checks off"
                    yield Mistake(script.span(word), message, advice, None if alone else fix)


def _pairs(
    context: BuildContext, stage: Stage, name: str, is_bad: Callable[[str], bool], advice: str
) -> Mistakes:
    for instruction in stage.instructions:
        if not isinstance(instruction, Env | Arg):
            continue
        for at, pair in enumerate(instruction.pairs):
            if pair.name.text != name or pair.value is None:
                continue
            value = pair.value.text.strip("\"'")
            if is_bad(value):
                edit = delete_among(context.file.source, instruction, _spans(instruction), at)
                yield Mistake(
                    Span(pair.name.span.start, pair.value.span.end),
                    f"{name}={value} turns certificate checks off",
                    advice,
                    _fix(f"leave {name} out", edit) if edit else None,
                )


def _spans(instruction: Env | Arg) -> list[Span]:
    return [pair.name.span.cover((pair.value or pair.name).span) for pair in instruction.pairs]


def _delete_assignment(script: Script, command: Command, word: Word) -> Edit:
    """Return the edit that takes an assignment out; the one in front of a command goes with what follows."""
    following = next((one for one in (*command.assignments, *command.words) if one.start > word.start), None)
    if word in command.assignments and following is not None:
        return Edit(Span(word.start, following.start), "")
    return script.delete(word)


def _without_flag(script: Script, word: Word, name: str) -> Fix | None:
    """Take an option out: its word, or in a cluster such as `-fsSLk` its letter."""
    if len(name) > 1 or word.text == f"-{name}":
        return _fix(f"leave {word.text} out", script.delete(word))
    if word.is_quoted or not word.is_plain:
        return None
    left = word.text.replace(name, "", 1)
    return _fix(f"write {left}", script.replace(word, left))


def _fix(message: str, *edits: Edit) -> Fix:
    return Fix(message, edits, Applicability.UNSAFE)
