"""Private modules: how a build gets at them, and what it leaves behind."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gendock.dockerfile import Add, Arg, Copy, Env, Run
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.credentials import KEYS
from gendock.lint.gobuild import GoBuild, GoCall, Step
from gendock.lint.gobuild.local_modules import downloaded_requirements
from gendock.lint.gobuild.programs_at_hand import may_have_program

if TYPE_CHECKING:
    from gendock.golang import Requirement
    from gendock.lint.scripts import Script
    from gendock.shell import Command

_FETCHES = frozenset(
    {"mod download", "mod tidy", "mod vendor", "build", "install", "test", "get", "list", "run"}
)
_GIVING = (Copy, Add, Env, Arg, Run)
_ACCESS = re.compile(
    r"insteadof|netrc|git-credentials|credential\.helper|goauth|extraheader|\.gitconfig|\.ssh\b|id_rsa|id_ed25519"
    r"|type=secret|type=ssh|\bGIT_|ssh-keyscan|known_hosts",
    re.IGNORECASE,
)
# `https://user:${TOKEN}@host/`: what stands before the host is a variable, a file's content, or a token.
_IN_ADDRESS = re.compile(r"https?://[^/\s@]*(?:\$[\w{(]|:[^/\s@]+)[^/\s]*@")


_CREDENTIALS = (".netrc", ".git-credentials", *KEYS)


@rule(
    "GO112", "private-modules-without-access", severity=Severity.WARNING, mentions=("GOPRIVATE", "GONOPROXY")
)
def private_modules_without_access(build: GoBuild) -> Mistakes:
    """Private modules are to be downloaded, and nothing says who asks for them.

    For the paths in GOPRIVATE, go asks the host itself, by git. In a build nobody can type a password: the
    step needs a secret (`RUN --mount=type=secret,id=netrc,target=/root/.netrc`), an SSH agent
    (`RUN --mount=type=ssh`), or settings of git that name a mounted token. Alpine's variant of the Go image
    has no git.

    Bad:
        FROM golang:1.26
        ENV GOPRIVATE=git.example.com/*
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download

        -- go.mod --
        module git.example.com/shop/orders

        go 1.26

        require git.example.com/shop/money v1.2.3
        -- go.sum --
    """
    told: set[int] = set()
    for step in build.steps:
        for call in step.calls:
            private = _private(call)
            if private is None or call.stage.index in told:
                continue
            told.add(call.stage.index)
            related = build.related(private.evidence, "a private module", private.path)
            if not may_have_program(build.context, call.stage, ("git",), call.run):
                yield Mistake(
                    call.span,
                    f"{private.path} is private, and its download needs git: this image has none",
                    "install git and ca-certificates before this line, or build with golang on Debian",
                    related=related,
                )
            elif not _has_access(build, step):
                yield Mistake(
                    call.span,
                    f"{private.path} is private, and nothing in this stage says who asks for it",
                    "mount a secret: `RUN --mount=type=secret,id=netrc,target=/root/.netrc`",
                    related=related,
                )


@rule(
    "GO114",
    "token-in-layer",
    severity=Severity.WARNING,
    mentions=("insteadOf", "insteadof", *_CREDENTIALS),
)
def token_in_layer(build: GoBuild) -> Mistakes:
    """A token or a key for git is written or copied into a file, and the file stays in the layer.

    Whoever has the image, or the builder's cache, has the token. A secret mount shows the file to one RUN:
    `RUN --mount=type=secret,id=netrc,target=/root/.netrc go mod download`.

    Bad:
        FROM golang:1.26
        ARG TOKEN
        WORKDIR /src
        COPY go.mod ./
        RUN git config --global url."https://${TOKEN}@git.example.com/".insteadOf https://git.example.com
        RUN go mod download

        -- go.mod --
        module git.example.com/shop/orders

        go 1.26
    """
    for stage in build.stages:
        for script in build.context.scripts_of(stage):
            for command in script.commands:
                if _writes_token(script, command) and not _takes_back(script, command):
                    yield Mistake(
                        script.span(command),
                        "a token is written into a file that stays in this layer",
                        "mount it: `RUN --mount=type=secret,id=netrc,target=/root/.netrc`",
                    )
        for copy in (*stage.of(Copy), *stage.of(Add)):
            for word in copy.sources if copy.flag("from") is None else ():
                name = word.text.rpartition("/")[2]
                if name in _CREDENTIALS:
                    yield Mistake(
                        word.span,
                        f"{name} stays in this layer, for whoever has the image or the cache of the builder",
                        "mount the agent that has the key: `RUN --mount=type=ssh`"
                        if name in KEYS
                        else f"mount it: `RUN --mount=type=secret,id={name[1:]},target=/root/{name}`",
                        covers=(("GD223", word.span),),
                    )


def _private(call: GoCall) -> Requirement | None:
    """Return a module that a call has to fetch from its own host."""
    patterns = call.variable("GOPRIVATE") or call.variable("GONOPROXY") or ""
    if call.module is None or not patterns or call.verb not in _FETCHES or call.uses_vendor:
        return None
    for requirement in downloaded_requirements(call.repository, call.module):
        if any(_matches(requirement.path, pattern.strip()) for pattern in patterns.split(",")):
            return requirement
    return None


def _matches(path: str, pattern: str) -> bool:
    """Match as many parts of a module's path as a pattern has, as GOPRIVATE does."""
    parts = pattern.rstrip("/").split("/")
    found = path.split("/")
    return len(found) >= len(parts) and all(map(fnmatchcase, found, parts)) and bool(pattern)


def _has_access(build: GoBuild, step: Step) -> bool:
    """Tell whether something in the stage, or in those that it stands on, may say who asks."""
    if "GOPROXY" in step.calls[0].environment:
        return True
    text = build.context.file.source
    lines = (one for stage in step.stage.lineage() for one in stage.instructions)
    return any(isinstance(one, _GIVING) and _ACCESS.search(text.slice(one.span)) for one in lines)


def _writes_token(script: Script, command: Command) -> bool:
    """Tell whether a command writes a token, from an argument or a mounted file, into a file of git."""
    text = script.source.slice(script.span(command))
    if command.program == "git" and command.texts[:1] == ("config",):
        return bool(_IN_ADDRESS.search(text))
    files = [redirect.target.text for redirect in command.redirects if redirect.operator.startswith(">")]
    if any(file.endswith((".netrc", ".git-credentials")) for file in files):
        return command.program in ("echo", "printf", "cat") and ("$" in text or "password " in text)
    return False


def _takes_back(script: Script, command: Command) -> bool:
    """Tell whether a later command of the same RUN deletes what was written."""
    later = [one for one in script.commands if one.start > command.end]
    return any(
        (one.program == "rm" and _ACCESS.search(" ".join(one.texts)))
        or (one.program == "git" and "--unset" in " ".join(one.texts))
        or (one.program == "git" and "--remove-section" in one.texts)
        for one in later
    )
