"""Dockerfiles and words by the thousand, the same ones on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from gendock.dockerfile import read
from tests.buildkit.examples import EXAMPLES, LINES

PIECES = (
    *(
        "\\\n",
        "\\ \n",
        "`\n",
        "\n",
        "\n\n",
        "\r\n",
        "\n# c\n",
        "\n \n",
        " ",
        "\t",
        "\v",
        "\u00a0",
        "\u0085",
        "\ufeff",
    ),
    *(
        '"',
        "'",
        "[",
        "]",
        '["a", "b"]',
        "[1]",
        "{",
        "}",
        ",",
        ", ",
        "=",
        "#",
        "`",
        "\\",
        "\\\\",
        "/",
        ":",
        "-",
        "--",
    ),
    *(
        "$",
        "${",
        "$A",
        "${A}",
        "${A:-b}",
        "${A:+b}",
        "${A?b}",
        "${A#b*}",
        "${A%b}",
        "${A/b/c}",
        "${A//b/c}",
        "$$",
    ),
    *("<<", "<<E", "<<-E", "<<'E'", '<<"E"', "3<<E ", "\nE\n", "\n\tE\n", "E", "<", "<<<"),
    *(
        "FROM a\n",
        "FROM a AS b\n",
        "FROM b\n",
        " AS b",
        "ARG A=1\n",
        "ONBUILD ",
        "\nONBUILD ",
        "NONE",
        "CMD ",
    ),
    *(
        "--from=base ",
        "--from=b ",
        "--from=0 ",
        "--chown=a ",
        "--chmod=644 ",
        "--link ",
        "--mount=type=cache,target=/a ",
    ),
    *(
        ",from=b",
        ",type=tmpfs",
        ",target=/",
        ",required",
        ",ro",
        ",size=1",
        ",mode=7",
        ",id=a",
        "--platform=linux ",
    ),
    *(
        "--interval=3s ",
        "--retries=2 ",
        "--checksum=a ",
        "80",
        "80/udp",
        "1-2",
        "a",
        "b",
        "/x",
        "\u00e4",
        "\x00",
    ),
    *("# escape=`\n", "# syntax=a\n", "# check=skip=all\n"),
)


_SMALL_PIECES = (
    *(
        "a",
        "B",
        "1",
        "99999",
        "-",
        "+",
        ".",
        "/",
        ":",
        ",",
        "=",
        "@",
        "#",
        "%",
        "*",
        "_",
        "x/",
        "../",
        "u=",
        "rw",
    ),
    *(
        "$A",
        "${A}",
        "${A:-1}",
        "${B:+2}",
        "${B?}",
        "${A!}",
        "base",
        "scratch",
        "tcp",
        "http://",
        ".git",
        "sha256:",
    ),
)


def dockerfiles(count: int, seed: int) -> Iterator[bytes]:
    """Yield the examples, then files made of their lines, then mutations of both."""
    chance = random.Random(seed)  # noqa: S311 - to be the same each time is what it is for
    yield from (one.encode() for one in EXAMPLES[:count])
    for number in range(count - len(EXAMPLES)):
        if number % 4 == 0:
            text = _composed(chance)
        elif number % 4 == 1:
            # Small changes inside of words mostly get past BuildKit's parser, to what comes behind it.
            text = _mutated(chance, _composed(chance), _SMALL_PIECES)
        else:
            text = _mutated(chance, chance.choice(EXAMPLES) if number % 4 == 2 else _composed(chance), PIECES)
        content = text.encode("utf-8", "surrogatepass")
        if number % 40 == 0 and content:
            at = chance.randrange(len(content))
            content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        yield content


def mixed(count: int, seed: int, examples: Sequence[str]) -> Iterator[bytes]:
    """Yield files made of the lines of others, and mutations of the others, in small pieces."""
    chance = random.Random(seed)  # noqa: S311 - as above
    for number in range(count):
        first, second = chance.choice(examples), chance.choice(examples)
        if number % 2:
            lines = [*first.splitlines(keepends=True), *second.splitlines(keepends=True)]
            at = chance.randrange(len(lines))
            text = "".join(lines[:at] + lines[at + 1 :])
        else:
            text = _mutated(chance, first, chance.choice((_SMALL_PIECES, PIECES)))
        yield text.encode("utf-8", "surrogatepass")


_ACCEPTED = tuple(line for line in LINES if not read(f"FROM a AS base\n{line}\n").all_problems)


def _composed(chance: random.Random) -> str:
    """Put lines behind each other, most of them such that BuildKit reads on behind them."""
    head = chance.choice(
        ("", "", "", "# escape=`\n", "# syntax=a\n", "ARG A=1\n", "ARG A\nARG B=$A\n", "\ufeff")
    )
    lines = [
        chance.choice(LINES if chance.randrange(40) == 0 else _ACCEPTED) for _ in range(chance.randint(1, 6))
    ]
    return f"{head}FROM a AS base\n" + chance.choice(("\n", "\n", "\r\n")).join(lines) + "\n"


def _mutated(chance: random.Random, text: str, pieces: Sequence[str]) -> str:
    for _ in range(chance.randint(1, 2)):
        at = chance.randint(0, len(text))
        match chance.randrange(6):
            case 0 | 1 | 2:
                text = text[:at] + chance.choice(pieces) + text[at:]
            case 3:
                text = text[:at] + text[at + chance.randint(1, 6) :]
            case 4:
                other = chance.randint(0, len(text))
                text = text[:at] + text[other : other + chance.randint(1, 20)] + text[at:]
            case _:
                text += "".join(chance.choice(pieces) for _ in range(chance.randint(1, 6)))
    return text


_WORD_PIECES = (
    *(
        "a",
        "b",
        "ab",
        "xyz",
        "/",
        "//",
        ".",
        "*",
        "?",
        "\\",
        "\\\\",
        "`",
        "'",
        '"',
        " ",
        "\t",
        "\u00e4",
        "_",
        "1",
        ":",
    ),
    *(
        "$",
        "${",
        "}",
        "{",
        "$A",
        "$B",
        "$U",
        "${A}",
        "${U}",
        "${A:-",
        "${U:-",
        "${U-",
        "${A:+",
        "${U+",
        "${A?",
        "${U:?",
    ),
    *(
        "${A#",
        "${A##",
        "${A%",
        "${A%%",
        "${A/",
        "${A//",
        "${P#*/}",
        "${P##*/}",
        "${P%/*}",
        "${P%%/*}",
        "${P/b/c}",
        "/c}",
        "/$$}",
        "/\\$0}",
        "/\\${0}x}",
        "/*",
    ),
    *(
        "$1",
        "$10",
        "$@",
        "$#",
        "${1}",
        "${@}",
        "\\$A",
        "\\}",
        "\\/",
        "\\*",
        "<<",
        "\ufeff",
        "$\u00e4",
        "=",
        "-",
        "+",
        "#",
        "%",
    ),
)
ENVIRONMENT = {
    "A": "abcab",
    "B": "",
    "P": "a/b/c.tar.gz",
    "S": "a b  c",
    "1": "one",
    "\u00e4": "umlaut",
    "Q": "\"'\\$A",
}


def words(count: int, seed: int) -> Iterator[str]:
    """Yield words of variables, modifiers, quotes and escapes."""
    chance = random.Random(seed)  # noqa: S311 - as above
    for _ in range(count):
        yield "".join(chance.choice(_WORD_PIECES) for _ in range(chance.randint(1, 7)))
