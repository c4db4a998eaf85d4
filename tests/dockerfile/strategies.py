"""Dockerfiles as hypothesis writes them: valid ones, ones that are nearly so, and any text at all."""

from __future__ import annotations

from hypothesis import strategies as st

from gendock.dockerfile import KEYWORDS

_names = st.sampled_from(("a", "build", "b-1", "x_y", "Z"))
_paths = st.sampled_from(("a", "./b", "/c/d", "e*.go", "$A/f", "${B:-g}", "'h i'", "\u00e4"))
_values = st.sampled_from(("1", "$A", "${A:+b}", "'c d'", '"$B"', "e\\ f", "", "\u00e4"))
_images = st.sampled_from(("scratch", "alpine:3.20", "$BASE", "a", "registry.example.com:5000/x/y:z"))
_ports = st.sampled_from(("80", "53/udp", "1-3", "$PORT", "70000", "x"))
_gaps = st.sampled_from((" ", "  ", "\t", " \\\n  ", " \\\n# why\n ", " \\\r\n\n "))


def _line(keyword: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from((keyword, keyword.lower())), _gaps, *parts).map("".join)


def _pairs(keyword: str) -> st.SearchStrategy[str]:
    pair = st.tuples(_names, st.just("="), _values).map("".join)
    return _line(keyword, st.lists(pair, min_size=1, max_size=3).map(" ".join))


_array = st.lists(_paths, min_size=1, max_size=3).map(
    lambda words: "[" + ", ".join(f'"{w}"' for w in words) + "]"
)
_shell = st.lists(_paths, min_size=1, max_size=4).map(" ".join)
_command = _array | _shell
_mount = st.sampled_from(
    (
        *(
            "",
            "--mount=type=cache,target=/x ",
            "--mount=type=secret,id=a ",
            "--mount=from=build,target=/y,ro ",
        ),
        *("--network=none ", "--mount=type=tmpfs,size=1m,target=/z "),
    )
)
_from = st.sampled_from(
    ("", "--from=build ", "--from=0 ", "--from=b-1 ", "--chown=1:2 ", "--chmod=644 ", "--link ")
)


@st.composite
def heredocs(draw: st.DrawFn) -> str:
    """Write a RUN or COPY with one heredoc or two."""
    names = draw(st.lists(st.sampled_from(("EOF", "X", "\u00e4")), min_size=1, max_size=2, unique=True))
    dashes = [draw(st.sampled_from(("", "-"))) for _ in names]
    quotes = [draw(st.sampled_from(("", "'", '"'))) for _ in names]
    openers = " ".join(
        f"<<{dash}{quote}{name}{quote}" for dash, quote, name in zip(dashes, quotes, names, strict=True)
    )
    bodies = ""
    for dash, name in zip(dashes, names, strict=True):
        lines = draw(
            st.lists(st.sampled_from(("echo $A", "# no comment", "\\", "FROM x", "", "'")), max_size=3)
        )
        tabs = "\t" if dash else ""
        bodies += "".join(f"{tabs}{line}\n" for line in lines) + f"{tabs}{name}\n"
    head = draw(st.sampled_from(("RUN ", "ONBUILD RUN cat ", "COPY ", "ADD ")))
    tail = " /to" if head.startswith(("COPY", "ADD")) else ""
    return f"{head}{openers}{tail}\n{bodies}".removesuffix("\n")


instruction = st.one_of(
    _line("RUN", _mount, _command),
    _line("CMD", _command),
    _line("ENTRYPOINT", _command),
    _line("SHELL", _array),
    _line("COPY", _from, _paths, st.just(" "), _paths),
    _line("ADD", _paths, st.just(" "), _paths),
    _pairs("ENV"),
    _pairs("LABEL"),
    _pairs("ARG"),
    _line("ARG", _names),
    _line("EXPOSE", _ports),
    _line("VOLUME", _paths | _array),
    _line("WORKDIR", _paths),
    _line("USER", _names),
    _line("STOPSIGNAL", st.sampled_from(("SIGTERM", "9", "x"))),
    _line("MAINTAINER", _names),
    _line("HEALTHCHECK", st.sampled_from(("NONE", "CMD a", "--interval=1s CMD b", "c"))),
    _line("ONBUILD", st.sampled_from(("RUN a", "COPY a b", "ENV A=b", "FROM a", "EXPOSE x"))),
    heredocs(),
)


@st.composite
def valid(draw: st.DrawFn) -> str:
    """Write a Dockerfile of well-formed instructions (BuildKit may still refuse what they say)."""
    head = draw(st.sampled_from(("", "# syntax=docker/dockerfile:1\n", "ARG BASE=a\n", "ARG A\n", "\ufeff")))
    ending = draw(st.sampled_from(("\n", "\n", "\n\n", "\r\n")))
    stages = []
    for name in draw(st.lists(_names, min_size=1, max_size=3)):
        lines = [f"FROM {draw(_images)} AS {name}", *draw(st.lists(instruction, max_size=5))]
        stages.append(ending.join(lines))
    return head + ending.join(stages) + draw(st.sampled_from((ending, "")))


pieces = st.sampled_from(
    (
        *(
            "\\\n",
            "\n",
            "\r\n",
            "\t",
            " ",
            '"',
            "'",
            "[",
            "]",
            "{",
            "}",
            "$",
            "${A:-b}",
            "=",
            "`",
            ",",
            "#",
            "--",
        ),
        *("\\", "<<EOF", "<<-'X'", "\nEOF\n", "\n\tX\n", "# escape=`\n", "# syntax=a\n", "FROM a AS b\n"),
        *('["a", "b"]', "[1]", "a", "b/c", "\ufeff", "\x85", "\xa0", "ONBUILD ", "NONE", "--interval=3s "),
        *("--from=x ", "--mount=type=cache,target=/a ", *(f"{name} " for name in KEYWORDS)),
    )
)


@st.composite
def nearly_valid(draw: st.DrawFn) -> str:
    """Take a well-formed Dockerfile, and put something in or take something out at a few places."""
    text = draw(valid())
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(pieces | st.just("")) + text[at + draw(st.integers(0, 4)) :]
    return text


arbitrary = st.lists(pieces | st.text(max_size=4), max_size=30).map("".join)
any_dockerfile = valid() | nearly_valid() | arbitrary
contents = st.binary(max_size=300) | any_dockerfile.map(lambda text: text.encode("utf-8", "surrogatepass"))
