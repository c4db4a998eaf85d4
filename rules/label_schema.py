"""LABEL: the labels that a team wants on its images, and what each has to be.

They are told by `label-schema` and `strict-labels` in the settings; without these the rules say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Label
from gendock.lint import Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.fragments import is_fragment
from gendock.lint.labels import LabelPair, deletion, labels_of, span_of
from gendock.lint.mistake import replace
from gendock.lint.options import LabelKind
from gendock.lint.stage_uses import used_stages


@rule("DL3049", "missing-label", severity=Severity.INFO)
def missing_label(context: BuildContext) -> Mistakes:
    """An image does not have a label that the schema asks for.

    What is asked for is `label-schema` in the settings. Stages that others use are not judged: nobody ever
    sees them as images.

    Bad:
        FROM debian:12
        LABEL com.example.text="shop" com.example.rawtext="shop" com.example.url="https://example.com"
        LABEL com.example.semver="1.2.3" com.example.rfc3339="2026-01-02T03:04:05Z" com.example.spdx="MIT"
        LABEL com.example.hash="1234567"
    """
    wanted = [name for name, _ in context.options.label_schema]
    used = used_stages(context.stages) if wanted else frozenset()
    for stage in context.stages if wanted else ():
        if stage.index in used or is_fragment(stage):
            continue
        found = {one.name for below in stage.lineage() for one in labels_of(below)}
        # A name with a variable may be any.
        for name in () if "" in found else wanted:
            if name not in found:
                yield Mistake(
                    stage.start.image.span,
                    f"this image lacks the label {name}",
                    f'add `LABEL {name}="..."`',
                )


@rule("DL3050", "superfluous-label", severity=Severity.INFO, needs=(Label,))
def superfluous_label(context: BuildContext) -> Mistakes:
    """An image has a label that the schema does not know.

    Only with `strict-labels = true` in the settings, beside `label-schema`: a name that is not in there is
    most often a misspelt one that is.

    Bad:
        FROM debian:12
        LABEL com.example.txt="shop"

    Good:
        FROM debian:12
    """
    if not context.options.strict_labels:
        return
    wanted = {name for name, _ in context.options.label_schema}
    for stage in context.stages:
        for one in labels_of(stage):
            if one.name and one.name not in wanted:
                yield Mistake(
                    span_of(one.pair),
                    f"the label {one.name} is not in the schema",
                    f"one of these: {', '.join(sorted(wanted))}" if wanted else "delete it",
                    deletion(context.file.source, one.label, one.at, f"delete {one.name}", safe=False),
                )


@rule("DL3051", "empty-label", severity=Severity.WARNING, needs=(Label,))
def empty_label(context: BuildContext) -> Mistakes:
    """A label that the schema asks for is empty.

    It is there for whoever counts labels, and says nothing to whoever reads them.

    Bad:
        FROM debian:12
        LABEL com.example.text=""
    """
    wanted = {name for name, _ in context.options.label_schema}
    for stage in context.stages if wanted else ():
        for one in labels_of(stage):
            if one.name in wanted and not one.value:
                yield Mistake(
                    span_of(one.pair), f"the label {one.name} is empty", f'write `{one.name}="..."`'
                )


@rule("DL3052", "invalid-url-label", severity=Severity.WARNING, needs=(Label,))
def invalid_url_label(context: BuildContext) -> Mistakes:
    """A label of the schema's kind `url` is not a URL.

    Bad:
        FROM debian:12
        LABEL com.example.url="github.com/example/shop"

    Good:
        FROM debian:12
        LABEL com.example.url="https://github.com/example/shop"
    """
    return _of_kind(context, LabelKind.URL, "not a URL", "https://example.com/shop")


@rule("DL3053", "invalid-time-label", severity=Severity.WARNING, needs=(Label,))
def invalid_time_label(context: BuildContext) -> Mistakes:
    """A label of the schema's kind `rfc3339` is not an RFC 3339 time.

    A time has a date, a `T`, hours, minutes and seconds, and a zone.

    Bad:
        FROM debian:12
        LABEL com.example.rfc3339="2026-01-02 03:04:05"

    Good:
        FROM debian:12
        LABEL com.example.rfc3339="2026-01-02T03:04:05Z"
    """
    return _of_kind(context, LabelKind.RFC3339, "not an RFC 3339 time", "2026-01-02T03:04:05Z")


@rule("DL3054", "invalid-license-label", severity=Severity.WARNING, needs=(Label,))
def invalid_license_label(context: BuildContext) -> Mistakes:
    """A label of the schema's kind `spdx` is not an SPDX licence.

    One licence, such as `Apache-2.0`, or several, such as `MIT OR Apache-2.0`.

    Bad:
        FROM debian:12
        LABEL com.example.spdx="Apache 2.0"

    Good:
        FROM debian:12
        LABEL com.example.spdx="Apache-2.0"
    """
    return _of_kind(context, LabelKind.SPDX, "not an SPDX licence", "Apache-2.0")


@rule("DL3055", "invalid-hash-label", severity=Severity.WARNING, needs=(Label,))
def invalid_hash_label(context: BuildContext) -> Mistakes:
    """A label of the schema's kind `hash` is not a git commit hash.

    A commit is 40 hexadecimal digits (64 in a repository of SHA-256), or the first seven or more of them.

    Bad:
        FROM debian:12
        LABEL com.example.hash="1A2B3C4"

    Good:
        FROM debian:12
        LABEL com.example.hash="1a2b3c4"
    """
    return _of_kind(context, LabelKind.HASH, "not a git commit hash", "1a2b3c4")


@rule("DL3056", "invalid-version-label", severity=Severity.WARNING, needs=(Label,))
def invalid_version_label(context: BuildContext) -> Mistakes:
    """A label of the schema's kind `semver` is not a semantic version.

    Three numbers with dots, without a `v` before them. A pre-release may follow after `-`, a build after `+`.

    Bad:
        FROM debian:12
        LABEL com.example.semver="v1.2"

    Good:
        FROM debian:12
        LABEL com.example.semver="1.2.0"
    """
    return _of_kind(context, LabelKind.SEMVER, "not a semantic version", "1.2.3")


@rule("DL3058", "invalid-email-label", severity=Severity.WARNING, needs=(Label,))
def invalid_email_label(context: BuildContext) -> Mistakes:
    """A label of the schema's kind `email` is not an e-mail address.

    Bad:
        FROM debian:12
        LABEL com.example.email="Jo Doe <jo@example.com>"

    Good:
        FROM debian:12
        LABEL com.example.email="jo@example.com"
    """
    return _of_kind(context, LabelKind.EMAIL, "not an e-mail address", "jo@example.com")


def _of_kind(context: BuildContext, kind: LabelKind, what: str, example: str) -> Mistakes:
    """Yield the labels of a kind whose values are not of it; empty ones are DL3051's."""
    wanted = {name for name, of in context.options.label_schema if of is kind}
    if not wanted:
        return
    from gendock.lint.label_values import judge

    for one in _known(context, wanted):
        verdict = judge(kind, one.value)
        if not verdict.is_valid:
            yield Mistake(
                one.pair.value.span if one.pair.value else span_of(one.pair),
                f"the label {one.name} is {what}: `{one.value}`",
                f"did you mean `{verdict.meant}`?" if verdict.meant else f"write one such as `{example}`",
                _written(one, verdict.meant) if verdict.meant else None,
            )


def _known(context: BuildContext, names: set[str]) -> Iterator[LabelPair]:
    """Yield the labels of some names whose values can be known."""
    for stage in context.stages:
        for one in labels_of(stage):
            if one.name in names and one.value and "$" not in one.value:
                yield one


def _written(one: LabelPair, value: str) -> Fix | None:
    if one.pair.value is None:
        return None
    before = one.pair.value.text
    quote = before[0] if before[0] in "\"'" and before[-1] == before[0] else ""
    if not quote and not re.fullmatch(r"[A-Za-z0-9./:@+_-]+", value):
        quote = '"'
    return replace(one.pair.value.span, f"{quote}{value}{quote}", f"write {value}", safe=False)
