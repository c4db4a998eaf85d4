"""Inputs as nobody writes them: each is read to its end, in memory and time that grow with its length."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gendock.dockerfile import read

MANY = 20_000
LONG = 200_000

SHAPES: dict[str, Callable[[], str]] = {
    "ten megabytes": lambda: "FROM a\n" + ("RUN echo " + "x" * 10_000 + "\n") * 1000,
    "a heredoc of many lines": lambda: "FROM a\nRUN <<E\n" + "echo $x \"'\n" * 100_000 + "E\n",
    "a COPY heredoc of many lines": lambda: "FROM a\nCOPY <<E /x\n" + "echo $x \"'\n" * 100_000 + "E\n",
    "heredocs without an end": lambda: "FROM a\nRUN " + " ".join(f"<<E{n}" for n in range(MANY)) + "\n",
    "continuations": lambda: "FROM a\nRUN a" + " \\\n b" * 100_000 + "\n",
    "continued comments": lambda: "FROM a\nRUN a \\\n" + "# c\n\n" * MANY + " b\n",
    "comments": lambda: "# c\n" * 100_000 + "FROM a\n",
    "unknown instructions": lambda: "FROM a\n" + "WROKDIR /x\n" * 2000,
    "variables": lambda: "FROM a\n" + "".join(f"ENV A{n}=$A{n - 1}\n" for n in range(2000)),
    "stages that use each other": lambda: "".join(
        f"FROM a AS b{n}\nCOPY --from=b{n - 1} x y\n" for n in range(2000)
    ),
    "stages on each other": lambda: "".join(f"FROM b{n - 1} AS b{n}\nWORKDIR c\n" for n in range(2000)),
    "misspelt stages": lambda: "".join(f"FROM a AS b{n}\nCOPY --from=B_{n} x y\n" for n in range(300)),
    "arguments before many stages": lambda: "ARG A=1\n" * 2000 + "FROM a\n" * 2000,
    "nested modifiers": lambda: "FROM a\nENV A=" + "${A:-" * 5000 + "}" * 5000 + "\n",
    "nested modifiers in a heredoc's name": lambda: "FROM a\nRUN <<E" + "${A:-" * 5000 + "}" * 5000 + "\n",
    "nested arrays": lambda: "FROM a\nRUN " + "[" * LONG + "\n",
    "nested triggers": lambda: "FROM a\n" + "ONBUILD " * MANY + "\n",
    "long numbers": lambda: (
        f"FROM a\nCOPY --from={'0' * 5000} a b\nCOPY --chmod={'7' * 5000} a b\nEXPOSE {'8' * 5000}\n"
        f"HEALTHCHECK --retries={'9' * 5000} CMD a\nHEALTHCHECK --interval=1.{'9' * 5000}s CMD a\n"
        f"HEALTHCHECK --timeout={'9' * 5000}s CMD a\nSTOPSIGNAL {'9' * 5000}\n"
        f"RUN --mount=type=cache,target=/x,uid={'0' * 5000} a\nRUN {'9' * 5000}<<E\nE\n"
    ),
}
for character in (
    "\"'",
    '"',
    "'",
    "<",
    "<<",
    "$",
    "${",
    "[",
    "\\",
    "`",
    "=",
    ",",
    "--",
    " ",
    "\u00e4",
    "\x85",
    "/",
):
    for head in ("RUN ", "COPY ", "ENV A=", "LABEL ", "FROM ", "EXPOSE ", "RUN --mount=", "HEALTHCHECK ", ""):
        SHAPES[f"{head}{character!r}"] = lambda head=head, character=character: (  # type: ignore[misc]
            f"FROM a\n{head}" + character * (LONG // len(character)) + "\nRUN last\n"
        )


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_it_is_read_to_its_end(shape: Callable[[], str]) -> None:
    text = shape()
    file = read(text)
    assert "".join(token.text for token in file.tokens) == text
    assert all(problem.message for problem in file.all_problems)
    for stage in file.stages[-3:]:
        stage.working_directory()
        stage.user()
