"""Variables that BuildKit replaces: those that nobody has set, and images that rest on them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gendock.dockerfile import Arg, Dockerfile, Env, Span, Stage
from gendock.dockerfile.image_names import names_an_image
from gendock.dockerfile.problems import ProblemKind
from gendock.dockerfile.shell_words import ShellSyntaxError, ShellWords
from gendock.dockerfile.stages import PLATFORM_ARGUMENTS
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.edits import insert_line
from gendock.lint.mistake import Applicability, replace
from gendock.lint.unset_variables import Unset, place_of, unset_variables

_SHORTEST_NAME = 5


@rule(
    "GD114",
    "undefined-argument-in-from",
    severity=Severity.WARNING,
    also=("UndefinedArgInFrom",),
    mentions=("$",),
)
def undefined_argument_in_from(file: Dockerfile) -> Mistakes:
    """FROM uses a variable that no ARG above the first FROM declares.

    FROM sees those ARGs alone, and what BuildKit sets itself, such as `BUILDPLATFORM`. Any other variable is
    empty there, or its default after `:-`, and `--build-arg` cannot change that.

    Bad:
        ARG GO_VERSION=1.26
        FROM golang:${GO_VERSON:-1.25}

    Good:
        ARG GO_VERSION=1.26
        FROM golang:${GO_VERSION:-1.25}

    Bad:
        FROM golang:${GO_VERSION:-1.25}

    Good:
        ARG GO_VERSION
        FROM golang:${GO_VERSION:-1.25}
    """
    if "$" not in file.source.text:
        return
    names = [pair.name.text for argument in file.global_arguments for pair in argument.pairs]
    known = dict.fromkeys((*PLATFORM_ARGUMENTS, *names), "")
    refused = {problem.span for problem in file.all_problems if problem.kind in _ABOUT_FROM}
    for stage in file.stages:
        flag = stage.start.flag("platform")
        platform = flag.value if flag else None
        for word in (stage.start.image, platform):
            if word is None or "$" not in word.text or word.span in refused:
                continue
            for name in _missing(word.text, known, file.escape):
                span = place_of(name, word.span, file.source)
                near = _near(name, known)
                advice = f"did you mean {near}?" if near else f"declare it above the first FROM: `ARG {name}`"
                yield Mistake(
                    span,
                    f"no ARG above the first FROM declares `{name}`, so --build-arg cannot set it here",
                    advice,
                    _renamed(span, near) if near else _declared(file, name),
                )


_ABOUT_FROM = (ProblemKind.BASE_IMAGE, ProblemKind.PLATFORM, ProblemKind.SUBSTITUTION)


def _missing(text: str, known: dict[str, str], escape: str) -> list[str]:
    words = ShellWords(text, known, escape=escape)
    try:
        words.expand()
    except ShellSyntaxError:
        return []
    return sorted(words.missing)


def _declared(file: Dockerfile, name: str) -> Fix:
    """Declare a variable above the first FROM, above that one's comments."""
    edit = insert_line(file.source, file.stages[0].start, f"ARG {name}")
    return Fix(f"declare {name}", (edit,), Applicability.SAFE)


@rule("GD115", "undefined-variable", severity=Severity.WARNING, also=("UndefinedVar",), mentions=("$",))
def undefined_variable(context: BuildContext) -> Mistakes:
    """An instruction uses a variable that nothing has set in its stage.

    It is empty then, silently. ENV and ARG hold from their line to the end of their stage, and in stages that
    stand on it; an ARG above the first FROM holds in FROM lines alone, until the stage declares it again.

    What a base image sets cannot be read from the file. So a variable is only named here where the image is
    one whose variables are known, or where the file shows what was meant: a name that is nearly the same, one
    that is set further below, or an ARG of another stage. What RUN, CMD and ENTRYPOINT use is their shell's
    matter.

    Bad:
        ARG VERSION=1.0
        FROM debian:12
        LABEL version=$VERSION

    Good:
        ARG VERSION=1.0
        FROM debian:12
        ARG VERSION
        LABEL version=$VERSION

    Bad:
        FROM debian:12
        ENV APP_HOME=/srv
        WORKDIR ${APP_HOEM}/data

    Good:
        FROM debian:12
        ENV APP_HOME=/srv
        WORKDIR ${APP_HOME}/data

    Bad:
        FROM debian:12
        ENV LD_LIBRARY_PATH=/opt/lib:$LD_LIBRARY_PATH

    Good:
        FROM debian:12
        ENV LD_LIBRARY_PATH=/opt/lib
    """
    file = context.file
    global_names = {pair.name.text for argument in file.global_arguments for pair in argument.pairs}
    for unset in unset_variables(context):
        near = _near(unset.name, unset.step.names)
        if near is None and unset.step.scope.is_open and not _is_surely_unset(context, unset, global_names):
            continue
        message = f"nothing has set `{unset.name}` in this stage"
        if near:
            fix: Fix | None = _renamed(unset.span, near)
            advice = f"did you mean {near}?"
        elif unset.name in global_names:
            fix = _taken_in(file, unset)
            advice = (
                f"the ARG above the first FROM applies only to FROM: write `ARG {unset.name}` in the stage"
            )
        elif _is_set_below(unset):
            fix, advice = None, "it is set further down: move that line up"
        else:
            fix = _left_out(file, unset)
            advice = f"set it above with `ENV {unset.name}=...` or `ARG {unset.name}`, or leave it out"
        yield Mistake(unset.span, message, advice, fix)


def _is_surely_unset(context: BuildContext, unset: Unset, global_names: set[str]) -> bool:
    """Tell whether the file shows that a variable is its own, where the base image may set any."""
    # All images have a PATH.
    if unset.name == "PATH":
        return False
    image = (unset.step.stage.base or "").lower()
    prefix = unset.name.partition("_")[0].lower()
    # Images set their own versions and folders: RUBY_VERSION in ruby.
    if prefix in image:
        return False
    others = (one for one in context.file.stages if one is not unset.step.stage)
    elsewhere = {pair.name.text for stage in others for one in stage.of(Arg) for pair in one.pairs}
    return unset.name in global_names | elsewhere or _is_set_below(unset)


def _is_set_below(unset: Unset) -> bool:
    step = unset.step
    return any(
        pair.name.text == unset.name
        for instruction in step.stage.instructions
        if isinstance(instruction, Arg | Env) and instruction.span.start > step.instruction.span.start
        for pair in instruction.pairs
    )


def _near(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a name was surely meant to be: one letter off, or in other letters."""
    for other in sorted(known):
        if other.casefold() == name.casefold() and other != name:
            return other
    if len(name) < _SHORTEST_NAME:
        return None
    return next((other for other in sorted(known) if _is_slip(name, other)), None)


def _is_slip(one: str, other: str) -> bool:
    """Tell whether two names differ by one letter, or by two that are swapped; digits are not slips."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        longer = max(one, other, key=len)
        return not longer[-1].isdigit()
    left, right = one[start:], other[start:]
    if re.match(r"\d", left) or re.match(r"\d", right):
        return False
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _renamed(span: Span, name: str) -> Fix:
    return replace(span, name, f"use {name}", safe=False)


def _taken_in(file: Dockerfile, unset: Unset) -> Fix:
    """Declare a global ARG in the stage, in front of the instruction."""
    edit = insert_line(file.source, unset.step.instruction, f"ARG {unset.name}")
    return Fix(f"declare {unset.name} in the stage", (edit,), Applicability.UNSAFE)


def _left_out(file: Dockerfile, unset: Unset) -> Fix | None:
    """Take `:$NAME` off a list of folders, the empty entry of which would be the folder one is in."""
    if not isinstance(unset.step.instruction, Env):
        return None
    text = file.source.text
    name = re.escape(unset.name)
    written = rf"\$(?:{name}(?!\w)|\{{{name}\}})"
    for pattern in (f":{written}", f"{written}:"):
        for found in re.compile(pattern).finditer(text, max(unset.span.start - 3, 0), unset.span.end + 2):
            if found.start() < unset.span.start < found.end():
                edit = Edit(Span(found.start(), found.end()), "")
                return Fix("leave it out", (edit,), Applicability.UNSAFE)
    return None


@rule(
    "GD118",
    "invalid-default-in-from",
    severity=Severity.WARNING,
    also=("InvalidDefaultArgInFrom",),
    mentions=("$",),
)
def invalid_default_in_from(file: Dockerfile) -> Mistakes:
    """FROM names no image unless --build-arg is passed.

    An ARG without a default leaves a hole in the name: `debian:` is no image. A build without arguments, such
    as an editor's or a CI job's, should work.

    Bad:
        ARG VERSION
        FROM debian:${VERSION}

    Bad:
        ARG IMAGE
        FROM ${IMAGE}
    """
    refused = {problem.span for problem in file.all_problems if problem.kind in _ABOUT_FROM}
    # What such a default becomes is another mistake.
    broken = {
        pair.name.text
        for one in file.global_arguments
        if any(one.span.start <= problem.span.start < one.span.end for problem in file.all_problems)
        for pair in one.pairs
    }
    for stage in file.stages:
        image = stage.start.image
        if "$" not in image.text or image.span in refused or stage.start.problems:
            continue
        if stage.base is not None and names_an_image(stage.base):
            continue
        names = _used(stage, file.escape)
        if not broken.isdisjoint(names):
            continue
        becomes = f"`{stage.base}`, which names no image" if stage.base else "empty, and names no image"
        yield Mistake(
            image.span,
            f"without --build-arg, `{image.text}` is {becomes}",
            f"give a default: `ARG {names[0]}=...`" if names else "give each ARG in it a default",
        )


def _used(stage: Stage, escape: str) -> list[str]:
    return _missing(stage.start.image.text, {}, escape)
