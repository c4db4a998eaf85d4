"""ENV: which value a variable has where another one is made of it."""

from __future__ import annotations

import re

from gendock.dockerfile import Arg, Env, Pair, Span, Stage
from gendock.dockerfile.shell_words import ShellSyntaxError, ShellWords
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.edits import indent_of
from gendock.lint.mistake import Applicability
from gendock.lint.unset_variables import place_of

# `${NAME:-value}`
_WITH_DEFAULT = r"\$\{(\w+):?-"


@rule("DL3044", "env-from-same-env", severity=Severity.ERROR, needs=(Env,), mentions=("$",))
def env_from_same_env(context: BuildContext) -> Mistakes:
    """ENV makes a variable of another one that the same ENV sets.

    All values of one instruction are read before it sets any: in `ENV ROOT=/opt BIN=$ROOT/bin`, BIN is
    `/bin`. It takes an ENV of its own, below the first. The default profile takes `${ROOT:-/opt}`, which
    has a value for just that case, for meant.

    Bad:
        FROM debian:12
        ENV ROOT=/opt BIN=$ROOT/bin

    Good:
        FROM debian:12
        ENV ROOT=/opt
        ENV BIN=$ROOT/bin
    """
    escape = context.file.escape
    for stage in context.stages:
        known = _inherited(stage)
        for instruction in stage.instructions:
            if isinstance(instruction, Env):
                yield from _judged(context, instruction, known, escape)
            if isinstance(instruction, Arg | Env):
                known |= {pair.name.text for pair in instruction.pairs}


def _inherited(stage: Stage) -> set[str]:
    """Return the variables that the stages below have set; their ARGs end with them."""
    return {
        pair.name.text
        for one in stage.lineage()
        if one is not stage
        for env in one.of(Env)
        for pair in env.pairs
    }


def _judged(context: BuildContext, env: Env, known: set[str], escape: str) -> Mistakes:
    for at, pair in enumerate(env.pairs):
        used = _variables(pair, escape) - known
        if not context.is_doubted and pair.value is not None:
            used -= set(re.findall(_WITH_DEFAULT, pair.value.text))
        others = [one.name.text for number, one in enumerate(env.pairs) if number != at]
        name = next((other for other in others if other in used), None)
        if name is None or pair.value is None:
            continue
        above = {one.name.text for one in env.pairs[:at]}
        yield Mistake(
            pair.value.span,
            f"${name} has no value here yet: this ENV sets it only after reading all its values",
            f"set {pair.name.text} in an ENV of its own, below",
            _split(context, env, at) if name in above else None,
            covers=(("GD115", place_of(name, pair.value.span, context.file.source)),),
        )


def _variables(pair: Pair, escape: str) -> set[str]:
    if pair.value is None or "$" not in pair.value.text:
        return set()
    words = ShellWords(pair.value.text, {}, escape=escape)
    try:
        words.expand()
    except ShellSyntaxError:
        return set()
    return words.missing


def _split(context: BuildContext, env: Env, at: int) -> Fix | None:
    """Return the fix that lets an ENV end before a pair, and another one begin with it."""
    source = context.file.source
    before = env.pairs[at - 1]
    gap = Span(before.value.span.end if before.value else before.name.span.end, env.pairs[at].name.span.start)
    if "#" in source.slice(gap):
        return None
    text = f"\n{indent_of(source, env)}{env.keyword.text} "
    return Fix(
        f"set {env.pairs[at].name.text} in an ENV of its own", (Edit(gap, text),), Applicability.UNSAFE
    )
