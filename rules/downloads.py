"""curl and wget: downloads that fail seldom, say little, and follow where they are sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.dockerfile import Onbuild, Run, Span
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.base_shells import has_busybox
from gendock.lint.context import BuildContext
from gendock.lint.mistake import Applicability
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.shell import Command, Options

_TARGETS = ("o", "O", "output", "output-document")
_WGET_KNOWN = (*"qnvO", "quiet", "no-verbose", "output-document", "progress", "show-progress")
_CURL_KNOWN = (*"fsSLoO", "fail", "silent", "show-error", "location", "output", "remote-name")
# What curl does with another method after a redirect is not what was asked for.
_REDIRECTED = ("GET", "HEAD", "POST", "PUT")


@rule("DL3047", "wget-progress", severity=Severity.INFO, mentions=("wget",))
def wget_progress(context: BuildContext) -> Mistakes:
    """Wget fills the build log with its progress.

    Without a terminal, wget writes a line of dots for every 50 kilobytes: thousands of lines in which nobody
    finds the error. `-nv` leaves one line for each file and the errors; `--progress=dot:giga` and `-q` say
    little or nothing. BusyBox's wget, which Alpine has until `apk add wget`, knows `-q` alone: it refuses
    `--progress`, and takes `-nv` without doing anything about it.

    Bad:
        FROM debian:13
        RUN wget https://example.com/app.tgz

    Good:
        FROM debian:13
        RUN wget -nv https://example.com/app.tgz

    Bad:
        FROM alpine:3.23
        RUN wget https://example.com/app.tgz

    Good:
        FROM alpine:3.23
        RUN wget -q https://example.com/app.tgz
    """
    from gendock.lint.downloads import downloads, is_quiet, wget_options

    for script in context.scripts:
        for command in script.calls_of("wget"):
            options = wget_options(command)
            if options.has("progress", "q", "quiet", "o", "output-file", "a", "append-output"):
                continue
            if is_quiet(options) or not downloads(options):
                continue
            # Who reads its messages may wait for those that are left out.
            is_read = any("2" in one.descriptor or "&" in one.operator for one in command.redirects)
            is_small = has_busybox(script.stage) and not _installs_wget(context, script)
            yield Mistake(
                script.span(command.words[0]),
                "`wget` writes its progress into the build log, line after line",
                "add `-q`, the one such option that BusyBox's wget has"
                if is_small
                else "add `-nv` (one line for each file), `-q`, or `--progress=dot:giga`",
                _add(script, command, "-q" if is_small else "-nv", safe=not is_read),
            )


def _installs_wget(context: BuildContext, script: Script) -> bool:
    """Tell whether Alpine's package wget is there in place of BusyBox's, added here or below."""
    return any(
        call.does == "add" and any(re.match(r"wget\b(?!-)", word.text) for word in call.operands)
        for stage in script.stage.lineage()
        for one in context.scripts_of(stage)
        for call in one.package_calls
    )


@rule(
    "DL4001", "wget-and-curl", severity=Severity.WARNING, also=("DS-0014",), shipped=True, mentions=("wget",)
)
def wget_and_curl(context: BuildContext) -> Mistakes:
    """A stage downloads with wget here and with curl there.

    Both do the same. The image gets two programs with their libraries, and whoever reads the Dockerfile has
    to know the options of two.

    Bad:
        FROM buildpack-deps:trixie
        RUN curl -fsSLO https://example.com/app.tgz
        RUN wget -qO /tmp/more.tgz https://example.com/more.tgz

    Good:
        FROM buildpack-deps:trixie
        RUN curl -fsSLO https://example.com/app.tgz
        RUN curl -fsSLo /tmp/more.tgz https://example.com/more.tgz
    """
    for stage in context.stages:
        scripts = context.scripts_of(stage)
        # What ONBUILD runs, runs in another image.
        yield from _both([script for script in scripts if isinstance(script.instruction, Run)])
        yield from _both([script for script in scripts if isinstance(script.instruction, Onbuild)])


def _both(scripts: list[Script]) -> Mistakes:
    first = ""
    are_both = False
    for script in scripts:
        calls = tuple(script.calls_of("curl", "wget"))
        if not calls:
            continue
        first = first or calls[0].program
        others = [command for command in calls if command.program != first]
        are_both = are_both or bool(others)
        for command in (others or calls[:1]) if are_both else ():
            other = "curl" if command.program == "wget" else "wget"
            yield Mistake(
                script.span(command.words[0]),
                f"`{command.program}` downloads here, and {other} elsewhere in this stage",
                f"use one of them: `{first}` comes first",
                _as_other(script, command) if command.program != first else None,
            )


def _as_other(script: Script, command: Command) -> Fix | None:
    """Write a simple download with the other program: one address, and where it goes."""
    from gendock.lint.downloads import curl_options, wget_options

    is_wget = command.program == "wget"
    options = wget_options(command) if is_wget else curl_options(command)
    targets = [word for name, word in options.values if name in _TARGETS]
    known = _WGET_KNOWN if is_wget else _CURL_KNOWN
    if (
        script.run.command.exec_form
        or len(options.operands) != 1
        or len(targets) > 1
        or any(name not in known for name, _ in options.flags)
    ):
        return None
    address, *target = (script.source.text[word.start : word.end] for word in (*options.operands, *targets))
    text = _with_curl(address, *target) if is_wget else _with_wget(options, address, *target)
    edit = Edit(Span(command.words[0].start, command.end), text)
    return Fix(f"write `{text}`", (edit,), Applicability.UNSAFE)


def _with_curl(address: str, target: str | None = None) -> str:
    if target is None:
        return f"curl -fsSLO {address}"
    return f"curl -fsSL {address}" if target == "-" else f"curl -fsSLo {target} {address}"


def _with_wget(options: Options, address: str, target: str | None = None) -> str:
    if target is None:
        return f"wget -nv {address}" if options.has("O", "remote-name") else f"wget -qO- {address}"
    return f"wget -nvO {target} {address}"


@rule(
    "GD300",
    "curl-redirects",
    severity=Severity.WARNING,
    level=Level.STRICT,
    also=("curl-should-follow-redirects",),
    mentions=("curl",),
)
def curl_redirects(script: Script) -> Mistakes:
    """Curl does not follow redirects.

    When a server moves a file it answers with a redirect. Without `-L`, curl saves that answer, often an
    empty file, and says that all went well: the build fails later, or not at all.

    Bad:
        FROM debian:13
        RUN curl -fsSo /app.tgz https://example.com/app.tgz

    Good:
        FROM debian:13
        RUN curl -L -fsSo /app.tgz https://example.com/app.tgz
    """
    for command, options in _curls(script):
        if options.has("L", "location", "location-trusted", "follow", "K", "config"):
            continue
        method = (options.value("X", "request") or "GET").upper()
        yield Mistake(
            script.span(command.words[0]),
            "`curl` stops at a redirect, and saves the redirect instead of the file",
            "add `-L`" if method in _REDIRECTED else "add `--follow` (curl 8.16), which keeps the method",
            _add(script, command, "-L") if method in _REDIRECTED else None,
        )


@rule(
    "GD301",
    "curl-retry",
    severity=Severity.INFO,
    level=Level.TASTE,
    also=("prefer-curl-config",),
    mentions=("curl",),
)
def curl_retry(context: BuildContext) -> Mistakes:
    """Curl gives up at the first failure.

    A server that is busy for a moment makes the build fail. `--retry 5` tries again where that has a chance;
    for a whole stage, the same goes into `/root/.curlrc` or the folder in CURL_HOME.

    Bad:
        FROM debian:13
        RUN curl -fsSLo /app.tgz https://example.com/app.tgz

    Good:
        FROM debian:13
        RUN curl --retry 5 -fsSLo /app.tgz https://example.com/app.tgz
    """
    if "curlrc" in context.file.source.text or "CURL_HOME" in context.file.source.text:
        return
    for script in context.scripts:
        for command, options in _curls(script):
            if options.has("retry", "K", "config"):
                continue
            yield Mistake(
                script.span(command.words[0]),
                "`curl` gives up at the first network failure",
                "add `--retry 5`",
                # What goes into a pipe comes twice where it was cut off.
                _add(script, command, "--retry", "5"),
            )


@rule(
    "GD302",
    "wget-retry",
    severity=Severity.INFO,
    level=Level.TASTE,
    also=("prefer-wget-config",),
    mentions=("wget",),
)
def wget_retry(context: BuildContext) -> Mistakes:
    """Wget gives up when a server refuses the connection.

    wget takes up what was cut off, but it does not repeat a connection that was refused, and it waits for 15
    minutes where nobody answers. `--retry-connrefused` and a `--timeout` mend that; for a whole stage, the
    same goes into the file that WGETRC names. BusyBox's wget, as in Alpine, has no such option.

    Bad:
        FROM debian:13
        RUN wget -nv https://example.com/app.tgz

    Good:
        FROM debian:13
        RUN wget --retry-connrefused --timeout=15 -nv https://example.com/app.tgz
    """
    from gendock.lint.downloads import downloads, is_near, sources, wget_options

    if "wgetrc" in context.file.source.text.lower():
        return
    for script in context.scripts:
        if has_busybox(script.stage):
            continue
        for command in script.calls_of("wget"):
            options = wget_options(command)
            if options.has("t", "tries", "retry-connrefused", "retry-on-http-error"):
                continue
            if not downloads(options) or all(is_near(word) for word in sources(options)):
                continue
            yield Mistake(
                script.span(command.words[0]),
                "`wget` gives up when the server refuses the connection",
                "add `--retry-connrefused --timeout=15`",
                _add(script, command, "--retry-connrefused", "--timeout=15"),
            )


def _curls(script: Script) -> Iterator[tuple[Command, Options]]:
    """Yield the curl commands that download from another machine, with their options."""
    from gendock.lint.downloads import curl_options, downloads, is_near, sources

    for command in script.calls_of("curl"):
        options = curl_options(command)
        addresses = sources(options)
        if downloads(options) and addresses and not all(is_near(word) for word in addresses):
            yield command, options


def _add(script: Script, command: Command, *words: str, safe: bool = False) -> Fix:
    """Put options behind the program."""
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    return Fix(f"add {' '.join(words)}", (script.insert_behind(command.words[0], *words),), applicability)
