"""Secrets that would be part of the image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Arg, Env, Instruction, Onbuild, Word
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext

_PEERS = ("DS-0031", "CIS-DI-0010", "CIS-4.10")
_BUILDKIT = "SecretsUsedInArgOrEnv"
# The words that make a name one of a secret, and those that take it back. Source: moby/buildkit,
# frontend/dockerfile/dockerfile2llb/convert.go.
_SECRET = re.compile(
    r"(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)", re.IGNORECASE
)
_NO_SECRET = re.compile(r"(?:_|^)(?:file|public|version)(?:_|$)", re.IGNORECASE)
# Words that run together, and several of them: PGPASSWORD, dbPassword, CLIENTSECRET, api-token, MY_TOKENS.
_JOINED = re.compile(
    r"(?:password|passwd|passphrase|secret|api-?key|(?<!max_)(?<!num_)token)(?:[_-]|s?$)", re.IGNORECASE
)


@rule("DL3064", "secret-in-name", severity=Severity.WARNING, also=(_BUILDKIT, *_PEERS), needs=(Arg, Env))
def secret_in_name(context: BuildContext) -> Mistakes:
    """ARG or ENV has the name of a secret.

    What ENV sets is part of the image, and what ARG was given is in its history: whoever can pull the image
    can read both, also after a later instruction has changed them. A secret mount shows the value to one RUN,
    and keeps it nowhere: `RUN --mount=type=secret,id=token,env=TOKEN ...`. What a container needs when it
    runs is given to it then.

    Names of files, versions and public keys are not secrets: `TOKEN_FILE`, `KEY_VERSION`, `PUBLIC_KEY`.

    Bad:
        FROM debian:12
        ENV DB_PASSWORD=hunter2
    """
    for argument in context.file.global_arguments:
        yield from _judged(argument, by_buildkit=False)
    for stage in context.stages:
        for instruction in stage.instructions:
            if isinstance(instruction, Onbuild):
                yield from _judged(instruction.trigger, by_buildkit=False)
            else:
                yield from _judged(instruction, by_buildkit=bool(context.file.stages))


def _judged(instruction: Instruction, *, by_buildkit: bool) -> Mistakes:
    for word in _names(instruction):
        name = word.text.strip("\"'")
        if _NO_SECRET.search(name):
            continue
        is_known = _SECRET.search(name) is not None
        if is_known or _JOINED.search(name):
            yield Mistake(
                word.span,
                f"{name} looks like a secret, and {instruction.name} writes it into the image",
                "give it to one RUN with --mount=type=secret, or to the container when it starts",
                also=(_BUILDKIT, *_PEERS) if is_known and by_buildkit else _PEERS,
            )


def _names(instruction: Instruction) -> Iterator[Word]:
    if isinstance(instruction, Arg | Env):
        for pair in instruction.pairs:
            yield pair.name
