"""Packages of pip, npm and yarn that are fetched without asking who sends them."""

from __future__ import annotations

from collections.abc import Callable

from gendock.dockerfile import Arg, Env, Onbuild, Span
from gendock.lint import Applicability, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.chains import delete_command
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_among
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.scripts import Script

_FALSE = frozenset({"0", "false", "no", "off"})
_CERTIFICATE = "add the certificate of the host to those that the image trusts"


@rule(
    "GD340",
    "pip-trusted-host",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_4",),
    mentions=("--trusted-host",),
)
def pip_trusted_host(script: Script) -> Mistakes:
    """Packages are fetched by pip from a host that nobody checks.

    With `--trusted-host` any host that answers by that name is believed, and its packages run code when
    they are installed. `--cert` names the certificate of a company's own index.

    Bad:
        FROM python:3.13-slim
        RUN pip install --no-cache-dir --trusted-host pypi.example.com flask==3.1.2

    Good:
        FROM python:3.13-slim
        RUN pip install --no-cache-dir flask==3.1.2
    """
    for call in _calls(script, Manager.PIP):
        values = [value for name, value in call.options.values if name == "trusted-host"]
        words = [word for name, word in call.options.flags if name == "trusted-host"]
        for word, value in zip(words, values, strict=False):
            alone = value.start >= word.end
            edits = (script.delete(word), *((script.delete(value),) if alone else ()))
            yield Mistake(
                Span(word.start, value.end),
                f"pip trusts any host that answers as {value.text}",
                _CERTIFICATE,
                Fix("check the host's certificate", edits, Applicability.UNSAFE),
            )


@rule(
    "GD341",
    "pip-trusted-host-env",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_16",),
    mentions=("PIP_TRUSTED_HOST",),
)
def pip_trusted_host_env(context: BuildContext) -> Mistakes:
    """All calls of pip fetch from a host that nobody checks.

    PIP_TRUSTED_HOST works as `--trusted-host` on each of them: any host that answers by that name is
    believed, and its packages run code when they are installed. PIP_CERT names the certificate of a
    company's own index.

    Bad:
        FROM python:3.13-slim
        ENV PIP_TRUSTED_HOST=pypi.example.com

    Good:
        FROM python:3.13-slim
    """
    yield from _variables(
        context,
        lambda name, value: name == "PIP_TRUSTED_HOST" and bool(value),
        "makes pip trust any host that answers by that name",
    )


@rule(
    "GD342", "npm-strict-ssl", severity=Severity.WARNING, also=("CKV2_DOCKER_13",), mentions=("strict-ssl",)
)
def npm_strict_ssl(script: Script) -> Mistakes:
    """Packages are fetched by npm or yarn from a host that nobody checks.

    With `strict-ssl false` any host that answers is taken for the registry, and its packages run code
    when they are installed. NODE_EXTRA_CA_CERTS names the certificate of a company's own registry.

    Bad:
        FROM node:22-slim
        RUN npm config set strict-ssl false && npm ci

    Good:
        FROM node:22-slim
        RUN npm ci
    """
    what = "lets any host pass for the registry"
    for call in _calls(script, Manager.NPM, Manager.YARN, Manager.PNPM):
        setting = [word for word in call.operands if word.text.startswith("strict-ssl")]
        says = " ".join(word.text for word in call.operands).replace("=", " ").split()
        if setting and call.does == "set" and says[:1] == ["strict-ssl"] and says[1:2] and says[1] in _FALSE:
            edit = delete_command(script, call.outer)
            yield Mistake(
                script.span(setting[0]),
                f"`{call.program} {call.family} set strict-ssl {says[1]}` {what}".replace("  ", " "),
                _CERTIFICATE,
                Fix("check the host's certificate", (edit,), Applicability.UNSAFE) if edit else None,
            )
        for name, word in call.options.flags:
            if name == "no-strict-ssl" or (name == "strict-ssl" and word.text.partition("=")[2] in _FALSE):
                fix = Fix(f"check it: delete {word.text}", (script.delete(word),), Applicability.UNSAFE)
                yield Mistake(script.span(word), f"{word.text} {what}", _CERTIFICATE, fix)


@rule(
    "GD343",
    "npm-strict-ssl-env",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_12",),
    mentions=("STRICT_SSL", "strict_ssl"),
)
def npm_strict_ssl_env(context: BuildContext) -> Mistakes:
    """All calls of npm fetch from a host that nobody checks.

    NPM_CONFIG_STRICT_SSL works as `--strict-ssl` on each of them: where it is false, any host that
    answers is taken for the registry. NODE_EXTRA_CA_CERTS names the certificate of a company's own
    registry.

    Bad:
        FROM node:22-slim
        ENV NODE_ENV=production NPM_CONFIG_STRICT_SSL=false

    Good:
        FROM node:22-slim
        ENV NODE_ENV=production
    """
    names = ("npm_config_strict_ssl", "yarn_strict_ssl", "yarn_enable_strict_ssl")
    yield from _variables(
        context,
        lambda name, value: name.lower() in names and value.lower() in _FALSE,
        "lets any host pass for the registry",
    )


def _calls(script: Script, *managers: Manager) -> list[PackageCall]:
    return [call for call in script.package_calls if call.manager in managers]


def _variables(context: BuildContext, is_wrong: Callable[[str, str], bool], what: str) -> Mistakes:
    """Yield the variables of ENV and ARG that switch off a check."""
    for outer in (one for stage in context.stages for one in stage.instructions):
        instruction = outer.trigger if isinstance(outer, Onbuild) else outer
        if not isinstance(instruction, Env | Arg):
            continue
        spans = [pair.name.span.cover((pair.value or pair.name).span) for pair in instruction.pairs]
        for at, pair in enumerate(instruction.pairs):
            value = pair.value.text.strip("\"'") if pair.value else ""
            if not is_wrong(pair.name.text, value):
                continue
            edit = delete_among(context.file.source, outer, spans, at)
            fix = Fix(f"leave {pair.name.text} out", (edit,), Applicability.UNSAFE) if edit else None
            yield Mistake(pair.name.span, f"{pair.name.text} {what}", _CERTIFICATE, fix)
