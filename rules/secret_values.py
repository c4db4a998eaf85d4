"""Secrets that are written into a Dockerfile, and commands that need one."""

from __future__ import annotations

from gendock.dockerfile import Arg, Dockerfile, Env, Instruction, Span
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.cleanups import mounts
from gendock.lint.context import BuildContext
from gendock.lint.edits import insert_flag
from gendock.lint.labels import span_of
from gendock.lint.mistake import Applicability, Fix
from gendock.lint.scripts import Script
from gendock.lint.secret_patterns import secrets_in

_SHOWN = 6


@rule("GD205", "secret-value", severity=Severity.ERROR, also=("secrets-in-code",))
def secret_value(file: Dockerfile) -> Mistakes:
    """The Dockerfile holds a secret.

    Whoever can read the repository or pull the image has it: what RUN was given is in the image's history,
    and a file that a later instruction deletes is still in the layer below. Take the secret back where it was
    made, and give the next one to the RUN that needs it: `RUN --mount=type=secret,id=token ...`.

    Bad:
        FROM debian:12
        RUN git clone https://deploy:q7Vw2LrT9zKd@git.example.com/shop.git /src
    """
    comments = [comment.span for comment in file.comments]
    for known, span in secrets_in(file.source.text):
        if any(one.start <= span.start < one.end for one in comments):
            continue
        # Nobody should find all of it in a report.
        shown = file.source.slice(span)[:_SHOWN]
        yield Mistake(
            span,
            f"`{shown}...` looks like {known.name}",
            "revoke it, and give the new one to RUN with --mount=type=secret",
            covers=tuple(("DL3064", pair) for pair in _pairs_around(file, span)),
        )


def _pairs_around(file: Dockerfile, span: Span) -> list[Span]:
    """Return the pair of ENV or ARG in which a value stands: its name says the same."""
    found: list[Span] = []
    around: Instruction | None = next(
        (one for one in file.instructions if one.span.start <= span.start < one.span.end), None
    )
    for pair in around.pairs if isinstance(around, Env | Arg) else ():
        whole = span_of(pair)
        if whole.start <= span.start < whole.end:
            found.append(whole)
    return found


@rule("GD222", "missing-secret-mount", severity=Severity.WARNING, also=("require-secret-mounts",))
def missing_secret_mount(context: BuildContext) -> Mistakes:
    """A command that needs a secret runs without a secret mount.

    Which commands those are is up to you: `secret-commands` in the settings names them, and where it is empty
    this rule says nothing. A secret mount gives a file to one RUN and leaves nothing in the image; without
    it, the command fails, or works with what it can get without a password.

    Bad:
        FROM node:24
        RUN npm ci

    Good:
        FROM node:24
        RUN --mount=type=secret,id=npm npm ci
    """
    wanted = context.options.secret_commands
    for script in context.scripts if wanted else ():
        call = next(script.calls_of(*wanted), None)
        if call is None or _has_secret(script):
            continue
        flag = f"--mount=type=secret,id={call.program}"
        yield Mistake(
            Span(call.words[0].start, call.words[0].end),
            f"{call.program} needs a secret, and this RUN has none",
            f"write `RUN {flag} ...`, and name its file in `docker build --secret`",
            Fix(f"add {flag}", (insert_flag(script.run, flag),), Applicability.UNSAFE),
        )


def _has_secret(script: Script) -> bool:
    return any(mount.kind == "secret" for mount in mounts(script.run))
