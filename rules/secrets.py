"""Secrets that would be part of the image."""

from __future__ import annotations

import re

from gendock.dockerfile import Arg, Env, Instruction, Onbuild
from gendock.dockerfile.instructions import Pair
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.variables import expanded

_QUOTES = "\"'"
_EMPTY = "empty"
_PLACEHOLDER = "a placeholder"
_FINGERPRINT = "the fingerprint of a public key"
_ANY = ".*"
# What a value is that is no secret: for what names, and how it is written.
_HARMLESS = tuple(
    (what, re.compile(name), re.compile(value))
    for what, name, value in (
        (_FINGERPRINT, _ANY, r"(?:0x)?(?:[0-9A-F]{40}|[0-9A-F]{16})"),
        (_FINGERPRINT, r"(?i)(?:.*_)?(?:release|signing|gpg|pgp)_key", r"(?i)[0-9a-f]{40}"),
        (
            "a path",
            _ANY,
            r"\.{0,2}/[\w./-]+|(?:[\w-]+/)+\.[a-z]+|[\w-]+\.(?:sh|py|pem|key|crt|txt|json|ya?ml)",
        ),
        ("a URL", r"(?i).*_ur[il]", r"(?i)https?://[^\s@?]+"),
        ("a checksum", r"(?i).*(?:sha\d*|sha\d*sum|checksum|digest|md5)", r"(?i)(?:\w+:)?[0-9a-f]{32,128}"),
        ("a switch", _ANY, r"(?i)true|false|yes|no|on|off"),
        (_PLACEHOLDER, _ANY, r"(?i)\*\*none\*\*|null|nil|none"),
        ("a method's name", r"(?i).*auth_(?:method|mechanism|mode|scheme|type)", r"(?i)[a-z][a-z0-9_-]*"),
    )
)
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

    Names of files, versions and public keys are not secrets: `TOKEN_FILE`, `KEY_VERSION`, `PUBLIC_KEY`. Where
    the value is none, as a fingerprint in `GPG_KEY` or a path, `docker build --check` warns of the name all
    the same, and the default profile passes that on as an information.

    Bad:
        FROM debian:12
        ENV DB_PASSWORD=hunter2
    """
    for argument in context.file.global_arguments:
        yield from _judged(context, argument, by_buildkit=False)
    for stage in context.stages:
        for instruction in stage.instructions:
            if isinstance(instruction, Onbuild):
                yield from _judged(context, instruction.trigger, by_buildkit=False)
            else:
                yield from _judged(context, instruction, by_buildkit=bool(context.file.stages))


def _judged(context: BuildContext, instruction: Instruction, *, by_buildkit: bool) -> Mistakes:
    for pair in instruction.pairs if isinstance(instruction, Arg | Env) else ():
        name = pair.name.text.strip(_QUOTES)
        if _NO_SECRET.search(name):
            continue
        is_known = _SECRET.search(name) is not None
        if not is_known and not _JOINED.search(name):
            continue
        also = (_BUILDKIT, *_PEERS) if is_known and by_buildkit else _PEERS
        harmless = "" if context.is_doubted else _harmless(context, instruction, pair)
        if not harmless:
            yield Mistake(
                pair.name.span,
                f"{name} looks like a secret, and {instruction.name} writes it into the image",
                "give it to one RUN with --mount=type=secret, or to the container when it starts",
                also=also,
            )
        elif _BUILDKIT in also:
            yield Mistake(
                pair.name.span,
                f"{name} is named like a secret, although its value is {harmless}",
                "leave it out, and give it to the container when it starts"
                if harmless in (_EMPTY, _PLACEHOLDER)
                else "give it another name: `docker build --check` and scanners warn of this one",
                also=also,
                severity=Severity.INFO,
            )


def _harmless(context: BuildContext, instruction: Instruction, pair: Pair) -> str:
    """Return what a value is that is surely no secret; empty where it may be one."""
    value = pair.value.text.strip(_QUOTES) if pair.value else ""
    if not value:
        # What an ARG gets is given by --build-arg.
        return _EMPTY if isinstance(instruction, Env) else ""
    if "$" in value:
        value = expanded(context, instruction, value) or value
    name = pair.name.text.strip(_QUOTES)
    fitting = (what for what, names, values in _HARMLESS if names.fullmatch(name) and values.fullmatch(value))
    return next(fitting, "")
