"""Fuzz the reader over raw bytes, guided by coverage. Run by hand, with a budget of time:

    python -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris -e .
    /tmp/fuzz/bin/python tests/buildkit/fuzz_reader.py -max_total_time=1800 FOLDER

FOLDER collects inputs that reached something new, and can be given again. Without atheris the same checks run
over random pieces of the language, without guidance; the first argument then is the number of seconds:

    .venv/bin/python tests/buildkit/fuzz_reader.py 600

What fails is printed (atheris: written to `crash-...`), and belongs into `tests/dockerfile/corpus/`.
"""

from __future__ import annotations

import random
import sys
import time

PIECES = (
    *(
        b"FROM a AS b\n",
        b"RUN ",
        b"COPY --from=b ",
        b"ADD ",
        b"ENV A=",
        b"ARG ",
        b"LABEL ",
        b"ONBUILD ",
        b"CMD ",
    ),
    *(
        b"HEALTHCHECK --interval=1s CMD ",
        b"EXPOSE ",
        b"VOLUME ",
        b"WORKDIR ",
        b"USER ",
        b"STOPSIGNAL ",
        b"SHELL ",
    ),
    *(
        b"<<E",
        b"\nE\n",
        b"<<-'E'",
        b"\\\n",
        b"`\n",
        b"\n",
        b"\r\n",
        b"# escape=`\n",
        b"#",
        b" ",
        b"\t",
        b"\xc2\xa0",
    ),
    *(
        b'["a", "b"]',
        b"[",
        b"]",
        b'"',
        b"'",
        b"$",
        b"${A",
        b":-",
        b"}",
        b"/",
        b"=",
        b",",
        b"--mount=type=",
        b"\xff",
    ),
)


def check(content: bytes) -> None:
    """Read some bytes: nothing is raised, the bytes come back, places are inside."""
    from gendock.dockerfile import read

    file = read(content)
    text = "".join(token.text for token in file.tokens)
    if text.encode("utf-8", "surrogateescape") != content:
        raise AssertionError(f"the tokens do not give back the bytes: {content!r}")
    size = len(file.source.text)
    for problem in (*file.all_problems, *file.problems_for({})):
        if not (0 <= problem.span.start <= problem.span.end <= size and problem.message):
            raise AssertionError(f"{problem} is out of place: {content!r}")
    for instruction in file.instructions:
        for word in instruction.words:
            if not instruction.span.start <= word.span.start <= word.span.end <= instruction.span.end:
                raise AssertionError(f"{word} is outside of its instruction: {content!r}")
    for stage in file.stages:
        stage.working_directory()
        stage.user()


def _at_random(seconds: float) -> int:
    chance = random.Random()  # noqa: S311 - the more random, the better
    count = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(200):
            parts = [
                chance.choice(PIECES) if chance.randrange(8) else chance.randbytes(chance.randint(1, 4))
                for _ in range(chance.randint(1, 40))
            ]
            check(b"".join(parts))
            count += 1
    return count


def main() -> None:
    try:
        import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError:
        seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
        print(_at_random(seconds), "files, and nothing found")
        return
    with atheris.instrument_imports(include=["gendock.dockerfile"]):
        import gendock.dockerfile  # noqa: F401
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
