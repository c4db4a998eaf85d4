"""Packages that are installed without asking who made them."""

from __future__ import annotations

import msgspec

from gendock.dockerfile import Span
from gendock.lint import Applicability, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import Edit
from gendock.lint.package_managers import Manager, PackageCall
from gendock.lint.scripts import Script
from gendock.shell import Command, Word

_RPM_MANAGERS = (Manager.YUM, Manager.DNF)
_RPM_UNCHECKED = frozenset({"--nosignature", "--nodigest", "--noverify", "--nofiledigest"})
_FALSE = frozenset({"0", "false", "no", "off"})
_SIGNED = "import the key of the repository, and let the signature be checked"
_CERTIFICATE = "add the certificate of the host to those that the image trusts"


@rule(
    "GD333",
    "apt-unauthenticated",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_8",),
    mentions=("nauthenticated", "--allow-insecure-repositories"),
)
def apt_unauthenticated(script: Script) -> Mistakes:
    """Packages are installed by apt-get although nobody knows who made them.

    With `--allow-unauthenticated` a package without a valid signature is installed anyway, also one
    that somebody put in its place on the way. A repository's key, put below /etc/apt/keyrings and named
    by `signed-by` in its list, makes the check pass.

    Bad:
        FROM debian:12
        RUN apt-get install -y --no-install-recommends --allow-unauthenticated curl

    Good:
        FROM debian:12
        RUN apt-get install -y --no-install-recommends curl
    """
    for call in _calls(script, Manager.APT):
        for name, word in call.options.flags:
            if name in ("allow-unauthenticated", "allow-insecure-repositories"):
                also = None if name == "allow-unauthenticated" else ()
                yield _unchecked(script, word, "accepts packages that nobody signed", _SIGNED, also=also)
        for name, word in call.options.values:
            key, _, value = word.text.lower().partition("=")
            if name in ("o", "option") and key == "apt::get::allowunauthenticated" and value not in _FALSE:
                yield Mistake(script.span(word), f"{word.text} accepts packages that nobody signed", _SIGNED)


@rule(
    "GD334", "apt-force-yes", severity=Severity.WARNING, also=("CKV2_DOCKER_11",), mentions=("--force-yes",)
)
def apt_force_yes(script: Script) -> Mistakes:
    """Packages are installed by apt-get whatever it warns of.

    `--force-yes` answers yes also where apt-get would rather stop: to packages without a signature, to older
    versions, to the removal of what the system needs. `-y` answers the ordinary question alone.

    Bad:
        FROM debian:12
        RUN apt-get install --force-yes --no-install-recommends curl

    Good:
        FROM debian:12
        RUN apt-get install -y --no-install-recommends curl
    """
    for call in _calls(script, Manager.APT):
        for name, word in call.options.flags:
            if name != "force-yes":
                continue
            answered = call.options.has("y", "yes", "assume-yes")
            edit = script.delete(word) if answered else script.replace(word, "-y")
            yield Mistake(
                script.span(word),
                f"{word.text} answers yes to what apt-get would stop at, such as a missing signature",
                "write -y",
                Fix("answer only the ordinary question", (edit,), Applicability.UNSAFE),
            )


@rule(
    "GD336",
    "apk-untrusted",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_7",),
    mentions=("--allow-untrusted",),
)
def apk_untrusted(script: Script) -> Mistakes:
    """Packages are installed by apk although nobody knows who made them.

    With `--allow-untrusted` a package without a signature that the image trusts is installed all the
    same. The public key of who made it, put into /etc/apk/keys, makes the check pass; with `--root`, that
    folder is looked for below the new root, unless `--keys-dir` names another.

    Bad:
        FROM alpine:3.22
        RUN apk add --no-cache --allow-untrusted /tmp/tool.apk

    Good:
        FROM alpine:3.22
        RUN apk add --no-cache /tmp/tool.apk
    """
    for call in _calls(script, Manager.APK):
        for name, word in call.options.flags:
            if name != "allow-untrusted":
                continue
            advice = "put the public key into /etc/apk/keys"
            mistake = _unchecked(script, word, "accepts packages that nobody signed", advice)
            if call.options.has("root", "p"):
                advice = "write `--keys-dir /etc/apk/keys` in its place: a root of its own has no keys yet"
                mistake = msgspec.structs.replace(mistake, help=advice, fix=None)
            yield mistake


@rule(
    "GD337",
    "rpm-nogpgcheck",
    severity=Severity.WARNING,
    also=("CKV2_DOCKER_9",),
    mentions=("gpgcheck", "no-gpg-check"),
)
def rpm_nogpgcheck(script: Script) -> Mistakes:
    """Packages are installed by yum, dnf or zypper although nobody knows who made them.

    With `--nogpgcheck` no signature is looked at, so that a package may come from anybody who got between
    the build and the mirror. `rpm --import` of the repository's key makes the check pass.

    Bad:
        FROM fedora:42
        RUN dnf install -y --nogpgcheck curl && dnf clean all

    Good:
        FROM fedora:42
        RUN dnf install -y curl && dnf clean all
    """
    for call in _calls(script, *_RPM_MANAGERS, Manager.ZYPPER):
        for name, word in call.options.flags:
            if name in ("nogpgcheck", "no-gpg-checks"):
                also = None if name == "nogpgcheck" else ()
                yield _unchecked(script, word, "accepts packages that nobody signed", _SIGNED, also=also)
    yield from _settings(script, "gpgcheck", "accepts packages that nobody signed", _SIGNED)


@rule("GD338", "rpm-nosignature", severity=Severity.WARNING, also=("CKV2_DOCKER_10",), mentions=("--no",))
def rpm_nosignature(script: Script) -> Mistakes:
    """A package is installed by rpm although nobody knows whether it is whole, or who made it.

    `--nosignature`, `--nodigest`, `--noverify` and `--nofiledigest` each leave out a check of the
    package. `rpm --import` of its maker's key makes them pass.

    Bad:
        FROM rockylinux:9
        RUN rpm -i --nosignature https://example.com/tool.rpm

    Good:
        FROM rockylinux:9
        RUN rpm -i https://example.com/tool.rpm
    """
    for command in script.calls_of("rpm"):
        for word in command.arguments:
            if word.text in _RPM_UNCHECKED:
                yield _unchecked(script, word, "installs a package without its check", _SIGNED)


@rule("GD339", "yum-sslverify", severity=Severity.WARNING, also=("CKV2_DOCKER_15",), mentions=("sslverify",))
def yum_sslverify(script: Script) -> Mistakes:
    """Packages are fetched by yum or dnf from a host that nobody checks.

    With `sslverify=0` any host that answers is taken for the mirror. The certificate of a company's own
    mirror can be put into /etc/pki/ca-trust/source/anchors, followed by `update-ca-trust`.

    Bad:
        FROM rockylinux:8
        RUN yum install -y --setopt=sslverify=0 curl && yum clean all

    Good:
        FROM rockylinux:8
        RUN yum install -y curl && yum clean all
    """
    yield from _settings(script, "sslverify", "lets any host pass for the mirror", _CERTIFICATE)


def _calls(script: Script, *managers: Manager) -> list[PackageCall]:
    return [call for call in script.package_calls if call.manager in managers]


def _unchecked(
    script: Script, word: Word, what: str, advice: str, *, also: tuple[str, ...] | None = None
) -> Mistake:
    """Return the mistake that an option leaves out a check, with the fix that deletes it."""
    fix = Fix(f"check it: delete {word.text}", (script.delete(word),), Applicability.UNSAFE)
    return Mistake(script.span(word), f"{word.text} {what}", advice, fix, also=also)


def _settings(script: Script, setting: str, what: str, advice: str) -> Mistakes:
    """Yield where yum or dnf is told by --setopt that a setting is false, also for one repository."""
    for command in script.calls_of("yum", "dnf", "dnf5", "microdnf", "yum-config-manager"):
        words = command.arguments
        for at, word in enumerate(words):
            option, equals, said = word.text.partition("=")
            if option != "--setopt":
                continue
            value = None if equals or at + 1 == len(words) else words[at + 1]
            key, _, state = (value.text if value else said).partition("=")
            if key.rpartition(".")[2] != setting or state.lower() not in _FALSE:
                continue
            edits = (script.delete(word), *((script.delete(value),) if value else ()))
            yield Mistake(
                Span(word.start, (value or word).end),
                f"{key}={state} {what}",
                advice,
                _without(command, edits),
            )


def _without(command: Command, edits: tuple[Edit, ...]) -> Fix | None:
    """Return the fix of those edits; a yum-config-manager that is told nothing else would do nothing."""
    if command.program == "yum-config-manager":
        return None
    return Fix("let it be checked", edits, Applicability.UNSAFE)
