"""ENV and LABEL without `=`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Dockerfile, Env, Label, Onbuild, Pair, Span
from gendock.dockerfile.arguments import Piece, by_quotes, pair
from gendock.dockerfile.shell_words import ShellSyntaxError, expand
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.mistake import replace

# Stands for a variable of which nothing is known.
_ANYTHING = {"gendock_anything": " any 'thing' \"\\ "}
# Means the same with and without quotes.
_PLAIN = r"(?a)[\w./:@%+,-]+"


@rule(
    "GD116", "legacy-key-value", severity=Severity.WARNING, also=("LegacyKeyValueFormat",), needs=(Env, Label)
)
def legacy_key_value(file: Dockerfile) -> Mistakes:
    """ENV or LABEL has a space where `=` belongs.

    The old form takes all the rest of the line for one value, spaces and further `name value` pairs included.
    BuildKit still reads it, and warns of it.

    Bad:
        FROM debian:12
        ENV GREETING good morning

    Good:
        FROM debian:12
        ENV GREETING="good morning"

    Bad:
        FROM debian:12
        LABEL description The "best" of all

    Good:
        FROM debian:12
        LABEL description="The best of all"

    Bad:
        FROM debian:12
        ENV PORT = 8080

    Good:
        FROM debian:12
        ENV PORT=8080
    """
    for outer in file.instructions:
        instruction = outer.trigger if isinstance(outer, Onbuild) else outer
        if not isinstance(instruction, Env | Label):
            continue
        for one in instruction.pairs:
            if one.separator.strip() or one.value is None:
                continue
            place = one.name.span.cover(one.value.span)
            if one.value.text.startswith("="):
                yield _blank_before(instruction.name, one, place, file.source.slice(place))
                continue
            yield Mistake(
                one.name.span,
                f"{instruction.name} {one.name.text} has a space where `=` belongs",
                f"write `{instruction.name} {one.name.text}=...`, with the value in quotes if it has spaces",
                _with_equals(one, place, file.escape, file.source.slice(place)),
                # BuildKit judges a trigger only where it fires.
                also=() if isinstance(outer, Onbuild) else None,
            )


def _blank_before(name: str, written: Pair, place: Span, text: str) -> Mistake:
    """Say that `NAME = value` gives the variable a value that begins with `=`."""
    meant = re.sub(r"[ \t]+=[ \t]*", "=", text, count=1)
    is_one_word = "\n" not in text and re.search(r"\s", meant) is None
    return Mistake(
        written.name.span,
        f"with a space before `=`, {name} gives {written.name.text} a value that begins with `=`",
        f"write `{written.name.text}=...` without spaces around `=`",
        replace(place, meant, "delete the spaces", safe=False) if is_one_word else None,
    )


def _with_equals(written: Pair, place: Span, escape: str, text: str) -> Fix | None:
    """Write the pair with `=`, where it stands on one line and can be written so that it means the same."""
    if written.value is None or "\n" in text:
        return None
    name, value = written.name.text, written.value.text
    if re.fullmatch(_PLAIN, value) and re.fullmatch(r"(?a)\w+", name):
        return Fix("write it with `=`", (Edit(place, f"{name}={value}"),))
    for quoted in _quotings(value, escape):
        if _means_the_same(name, value, f"{name}={quoted}", escape):
            return Fix("write it with `=`", (Edit(place, f"{name}={quoted}"),))
    return None


def _quotings(value: str, escape: str) -> Iterator[str]:
    """Yield ways to write a value as one word, the plainest first."""
    special = '"' + escape
    literal = value
    if "$" not in value:
        special += "$"
        try:
            literal = expand(value, {}, escape=escape)
        except ShellSyntaxError:
            return
    yield value
    yield f'"{literal}"'
    yield f"'{literal}'"
    escaped = "".join(escape + one if one in special else one for one in literal)
    yield f'"{escaped}"'


def _means_the_same(name: str, value: str, text: str, escape: str) -> bool:
    words = by_quotes(Piece(text, 0, len(text)), escape)
    if len(words) != 1:
        return False
    found = pair(words[0])
    if found.name.text != name or found.value is None:
        return False
    try:
        values: list[dict[str, str]] = [{}]
        if "$" in value:
            values.append(dict.fromkeys(re.findall(r"\w+", value), *_ANYTHING.values()))
        return all(
            expand(found.value.text, known, escape=escape) == expand(value, known, escape=escape)
            for known in values
        )
    except ShellSyntaxError:
        return False
