"""LABEL: what is said twice, what the build says better, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gendock.dockerfile import Dockerfile, Instruction, Label, Span
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.images import parse_image
from gendock.lint.labels import LabelPair, deletion, labels_of, pairs_of, span_of
from gendock.lint.mistake import Edit, Fix, replace
from gendock.lint.profiles import Level

_OCI = "org.opencontainers.image."
_BASE_DIGEST = f"{_OCI}base.digest"
# What buildx writes by itself with BUILDX_GIT_LABELS=full, and whether it is never right to write it by hand.
_FROM_GIT = {f"{_OCI}revision": True, "com.docker.image.source.entrypoint": True, f"{_OCI}source": False}
# What an image is, where it comes from, whose it is, which release it is, what it stands on.
_ORDER = tuple(
    """
    title description source url documentation authors vendor licenses version revision created ref.name
    base.name base.digest
""".split()
)
_RANKS = {f"{_OCI}{name}": rank for rank, name in enumerate(_ORDER)}
_LEAST_GROUPED = 3


@rule(
    "GD211", "duplicate-label", severity=Severity.WARNING, also=("labels/no-duplicate-keys",), needs=(Label,)
)
def duplicate_label(context: BuildContext) -> Mistakes:
    """A stage sets the same label twice.

    An image keeps the last value of a label. The earlier one is never seen by anybody, and whoever changes it
    wonders why nothing happens.

    Bad:
        FROM debian:12
        LABEL org.opencontainers.image.title="shop"
        LABEL org.opencontainers.image.title="shop server"

    Good:
        FROM debian:12
        LABEL org.opencontainers.image.title="shop server"
    """
    for stage in context.stages:
        latest: dict[str, LabelPair] = {}
        for one in labels_of(stage):
            earlier = latest.get(one.name) if one.name else None
            if earlier is not None:
                row = context.file.source.position(one.pair.name.span.start).row
                yield Mistake(
                    span_of(earlier.pair),
                    f"the label {one.name} is set again on line {row}, so this value is lost",
                    "delete it, or delete the later one",
                    deletion(
                        context.file.source,
                        earlier.label,
                        earlier.at,
                        f"delete the first {one.name}",
                        safe=True,
                    ),
                )
            latest[one.name] = one


@rule(
    "GD212",
    "label-from-git",
    severity=Severity.WARNING,
    also=("labels/no-buildx-git-overlap",),
    level=Level.STRICT,
    shipped=True,
    mentions=tuple(_FROM_GIT),
)
def label_from_git(context: BuildContext) -> Mistakes:
    r"""A label says by hand what buildx reads from git.

    With `BUILDX_GIT_LABELS=full` in its environment, `docker buildx build` labels the image with the
    revision, the repository and the Dockerfile's path, taken from the checkout that it builds. A value in the
    Dockerfile replaces the one that is surely right with one that somebody has to keep right.

    Bad:
        FROM debian:12
        ARG REVISION
        LABEL org.opencontainers.image.title="shop" \
              org.opencontainers.image.revision="$REVISION"

    Good:
        FROM debian:12
        ARG REVISION
        LABEL org.opencontainers.image.title="shop"
    """
    for stage in context.stages:
        for one in labels_of(stage):
            if one.name not in _FROM_GIT:
                continue
            fix = None
            if _FROM_GIT[one.name]:
                message = f"delete {one.name}"
                fix = deletion(context.file.source, one.label, one.at, message, safe=False)
            yield Mistake(
                span_of(one.pair),
                f"{one.name} is maintained by hand here, but buildx can read it from git",
                "delete it, and build with BUILDX_GIT_LABELS=full in the environment",
                fix,
            )


@rule(
    "GD213",
    "stale-base-digest",
    severity=Severity.WARNING,
    also=("labels/no-stale-base-digest",),
    level=Level.STRICT,
    shipped=True,
    mentions=(_BASE_DIGEST,),
)
def stale_base_digest(context: BuildContext) -> Mistakes:
    """The label for the base image's digest is not the digest that FROM names.

    Scanners read `org.opencontainers.image.base.digest` to find out which base image has to be rebuilt. If
    FROM names a tag only, the tag moves and the label does not; if it names another digest, the label is
    already wrong.

    Bad:
        FROM debian:12
        LABEL org.opencontainers.image.title="shop"
        LABEL org.opencontainers.image.base.digest="sha256:2bc5c236e9b262645a323e9088dfa3bb1ecb16cc75811daf40a23a824d665be9"

    Good:
        FROM debian:12
        LABEL org.opencontainers.image.title="shop"

    Bad:
        FROM debian:12@sha256:2bc5c236e9b262645a323e9088dfa3bb1ecb16cc75811daf40a23a824d665be9
        LABEL org.opencontainers.image.base.digest="sha256:b37bc259c67238d814516548c17ad912f26c3eed48dd9bb54893eafec8739c89"

    Good:
        FROM debian:12@sha256:2bc5c236e9b262645a323e9088dfa3bb1ecb16cc75811daf40a23a824d665be9
        LABEL org.opencontainers.image.base.digest="sha256:2bc5c236e9b262645a323e9088dfa3bb1ecb16cc75811daf40a23a824d665be9"
    """  # noqa: E501
    for stage in context.stages:
        digest = parse_image(stage.root.base or "").digest
        for one in labels_of(stage):
            value = one.pair.value
            if one.name != _BASE_DIGEST or value is None or one.value == digest or stage.root.base is None:
                continue
            if digest and "$" not in value.text:
                yield Mistake(
                    value.span,
                    f"the label says {one.value}, and FROM names another digest",
                    f"write {digest}",
                    replace(value.span, f'"{digest}"', "write the digest that FROM names", safe=False),
                )
            elif not digest:
                source = context.file.source
                yield Mistake(
                    span_of(one.pair),
                    f"{_BASE_DIGEST} is fixed here, but `{stage.root.base}` can change",
                    "name the digest in FROM as well, or delete the label",
                    deletion(source, one.label, one.at, f"delete {_BASE_DIGEST}", safe=False),
                )


@rule(
    "GD214",
    "scattered-labels",
    severity=Severity.STYLE,
    also=("labels/prefer-grouped",),
    level=Level.TASTE,
    needs=(Label,),
)
def scattered_labels(context: BuildContext) -> Mistakes:
    r"""Several LABELs follow each other.

    One LABEL with a line for each pair says the same, shows that they belong together, and gives smaller
    diffs.

    Bad:
        FROM debian:12
        LABEL org.opencontainers.image.title="shop"
        LABEL org.opencontainers.image.licenses="MIT"
        LABEL org.opencontainers.image.version="1.2.3"

    Good:
        FROM debian:12
        LABEL org.opencontainers.image.title="shop" \
              org.opencontainers.image.licenses="MIT" \
              org.opencontainers.image.version="1.2.3"
    """
    for stage in context.stages:
        for run in _neighbours(stage.instructions, context.file):
            pairs = [one for label in run for one in pairs_of(label)]
            if len(pairs) < _LEAST_GROUPED:
                continue
            yield Mistake(
                run[1].keyword.span,
                f"{len(run)} LABEL instructions in a row, where one would do",
                "write one LABEL with a line for each label",
                _grouping(context.file, run, pairs),
            )


def _neighbours(instructions: tuple[Instruction, ...], file: Dockerfile) -> Iterator[list[Label]]:
    """Yield the runs of LABELs between which nothing stands, not even a comment."""
    run: list[Label] = []
    for one in (*instructions, None):
        if isinstance(one, Label) and not (
            run and "#" in file.source.slice(Span(run[-1].span.end, one.span.start))
        ):
            run.append(one)
            continue
        if len(run) > 1:
            yield run
        run = [one] if isinstance(one, Label) else []


def _grouping(file: Dockerfile, run: list[Label], pairs: list[LabelPair]) -> Fix | None:
    names = [one.name for one in pairs]
    is_simple = all(one.pair.separator == "=" for one in pairs) and "" not in names
    if not is_simple or len(set(names)) < len(names):
        return None
    column = file.source.position(run[0].pairs[0].name.span.start).column
    joint = f" {file.escape}\n{' ' * (column - 1)}"
    gaps = (Span(span_of(one.pairs[-1]).end, other.pairs[0].name.span.start) for one, other in pairwise(run))
    return Fix("write one LABEL", tuple(Edit(gap, joint) for gap in gaps))


@rule(
    "GD215",
    "unordered-labels",
    severity=Severity.STYLE,
    also=("labels/prefer-stable-order",),
    level=Level.TASTE,
    mentions=(_OCI,),
)
def unordered_labels(file: Dockerfile) -> Mistakes:
    r"""The OCI labels of a LABEL do not stand in their usual order.

    People look for what the image is first (title, description), then where it comes from (source, url,
    documentation), whose it is (authors, vendor, licenses), which release (version, revision, created), and
    what it stands on (base.name, base.digest). Labels with other names stay where they are.

    Bad:
        FROM debian:12
        LABEL org.opencontainers.image.licenses="MIT" \
              org.opencontainers.image.title="shop"

    Good:
        FROM debian:12
        LABEL org.opencontainers.image.title="shop" \
              org.opencontainers.image.licenses="MIT"
    """
    for stage in file.stages:
        for label in stage.of(Label):
            known = [one for one in pairs_of(label) if one.name in _RANKS]
            ordered = sorted(known, key=lambda one: _RANKS[one.name])
            if known == ordered:
                continue
            first = next(one for one, other in zip(known, ordered, strict=True) if one != other)
            before = next(other for one, other in zip(known, ordered, strict=True) if one != other)
            yield Mistake(
                first.pair.name.span,
                f"{first.name} comes before {before.name}, out of the usual order",
                "order labels by subject: what it is, its source, its owner, its release, its base",
                _sorting(file, label, known, ordered),
            )


def _sorting(file: Dockerfile, label: Label, known: list[LabelPair], ordered: list[LabelPair]) -> Fix | None:
    names = [one.name for one in known]
    has_comment = any(label.span.start <= one.span.start < label.span.end for one in file.comments)
    if has_comment or len(set(names)) < len(names):
        return None
    edits = tuple(
        Edit(span_of(one.pair), file.source.slice(span_of(other.pair)))
        for one, other in zip(known, ordered, strict=True)
        if one != other
    )
    return Fix("order the labels", edits)
