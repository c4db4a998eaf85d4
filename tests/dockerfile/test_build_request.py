"""What BuildKit refuses behind its parser, and what it does not: references, values, variables."""

from __future__ import annotations

import pytest

from gendock.dockerfile import ProblemKind as Kind
from gendock.dockerfile import read

REFUSED = [
    # (Dockerfile, what is wrong with it, the text at the problem's place)
    ("ARG A=${B!}\nFROM a\n", Kind.SUBSTITUTION, "A=${B!}"),
    ("FROM ${A\n", Kind.SUBSTITUTION, "${A"),
    ("FROM a\nENV A=1 B='c\n", Kind.SUBSTITUTION, "'c"),
    ("FROM a\nENV A=1\nENV B=${A:?}\nWORKDIR ${A^}\n", Kind.SUBSTITUTION, "${A^}"),
    ("FROM scratch\nWORKDIR ${A:?set it}\n", Kind.SUBSTITUTION, "${A:?set it}"),
    ("FROM scratch\nCOPY <<E /x\n${A:?}\nE\n", Kind.SUBSTITUTION, "<<E"),
    ("FROM a\nENV A=\nENV B=${A:?}\n", Kind.SUBSTITUTION, "${A:?}"),
    ("FROM $A\n", Kind.BASE_IMAGE, "$A"),
    ("FROM a:${A}\n", Kind.BASE_IMAGE, "a:${A}"),
    ("FROM Debian\n", Kind.BASE_IMAGE, "Debian"),
    ("FROM a AS One\nFROM One\n", Kind.BASE_IMAGE, "One"),
    ("FROM a@sha256:12\n", Kind.BASE_IMAGE, "a@sha256:12"),
    ("FROM --platform=x86 a\n", Kind.PLATFORM, "x86"),
    ("FROM --platform=$NONE a\n", Kind.PLATFORM, "$NONE"),
    ("FROM a AS b\nCOPY --from=b c d\n", Kind.OWN_STAGE, "b"),
    ("FROM a\nCOPY --from=1 c d\nFROM a\n", Kind.STAGE_REFERENCE, "1"),
    ("FROM a\nCOPY --from=2 c d\nFROM a\n", Kind.STAGE_REFERENCE, "2"),
    ("FROM a\nCOPY --from=$B c d\n", Kind.STAGE_REFERENCE, "$B"),
    ("FROM a\nCOPY --from=B_C c d\n", Kind.STAGE_REFERENCE, "B_C"),
    ("FROM a\nRUN --mount=from=b,target=/c d\nFROM a AS b\n", Kind.STAGE_REFERENCE, "b"),
    ("FROM a\nRUN --mount=target=/c,from=\\\nB_C d\n", Kind.STAGE_REFERENCE, "target=/c,from=\\\nB_C"),
    ("FROM a\nRUN --mount=from=$B,target=/c d\n", Kind.MOUNT, "from=$B"),
    ("FROM a\nRUN --mount=type=cahce,target=/c d\n", Kind.MOUNT, "type=cahce"),
    ("FROM a\nRUN --mount=type=tmpfs,target=/c,size=x d\n", Kind.MOUNT, "size=x"),
    ('FROM a\nRUN --mount="type=tmpfs",size=x d\n', Kind.MOUNT, '"type=tmpfs",size=x'),
    ("FROM a\nWORKDIR /\nRUN --mount=type=cache d\n", Kind.MOUNT, "type=cache"),
    ("FROM a\nRUN --device=b,c d\n", Kind.MOUNT, "c"),
    ("FROM a\nEXPOSE 80 70000\n", Kind.PORT, "70000"),
    ("FROM a\nARG P=x\nEXPOSE $P\n", Kind.PORT, "$P"),
    ("FROM a\nEXPOSE 80/http\n", Kind.PORT, "80/http"),
    ("FROM a\nSTOPSIGNAL SIGNONE\n", Kind.SIGNAL, "SIGNONE"),
    ("FROM a\nCOPY https://example.com/b c\n", Kind.COPY_SOURCE, "https://example.com/b"),
    ("FROM a\nCOPY git@example.com:b.git c\n", Kind.COPY_SOURCE, "git@example.com:b.git"),
    ("FROM a\nADD https://example.com/b.git?c=d e\n", Kind.COPY_SOURCE, "https://example.com/b.git?c=d"),
    ("FROM a\nCOPY --chmod=9 b c\n", Kind.FLAG_VALUE, "9"),
    ("FROM a\nCOPY --link --chown=me b c\n", Kind.FLAG_VALUE, "me"),
    ("FROM a\nADD --checksum=sha256:1 b c\n", Kind.FLAG_VALUE, "sha256:1"),
    ("FROM a\nARG V=\nVOLUME $V\n", Kind.EMPTY_VOLUME, "$V"),
    ("# escape=`\nFROM --platform=windows/amd64 a\nWORKDIR d:\\b\n", Kind.WINDOWS_PATH, "d:\\b"),
    ("ARG SOURCE_DATE_EPOCH=now\nFROM a\n", Kind.EPOCH, "now"),
    ("# check=sikp=all\nFROM a\n", Kind.DIRECTIVE, "sikp=all"),
    ("FROM a AS b\nONBUILD EXPOSE x\nFROM b\n", Kind.PORT, "b"),
    ("FROM a AS b\nONBUILD nonsense\nFROM b\n", Kind.UNKNOWN_INSTRUCTION, "b"),
]

ACCEPTED = [
    # What the base image, the platform or --build-arg may set is not held against a file.
    "FROM a\nWORKDIR ${APP_HOME:?}\n",
    "FROM a\nEXPOSE $PORT\n",
    "FROM a\nCOPY --chmod=$MODE a b\n",
    "FROM a\nRUN --mount=type=$KIND,target=/x b\n",
    "FROM a\nRUN --mount=type=cache b\n",
    "ARG A\nFROM $A\n",
    "ARG A\nFROM a:${A:?}\n",
    "FROM a-$TARGETARCH\n",
    "FROM scratch\nARG A\nENV B=${A:?pass it}\n",
    "FROM a\nENV A=1 B\nEXPOSE $C\n",
    # What BuildKit takes, as odd as it may be.
    "FROM a AS b\nFROM a AS c\nCOPY --from=B x y\n",
    "FROM a\nCOPY --from=debian:12 x y\n",
    "FROM a\nCOPY --from= x y\n",
    "FROM a\nCOPY --from=alpine x y\nCOPY --from=1 x y\n",
    "FROM scratch AS a\nFROM a\nARG PATH\nENV B=${PATH:?}\n",
    "FROM a\nENV A=1\nARG A=\nFROM a\nEXPOSE 127.0.0.1:80:80 [::1]:1-2:1-2 +80\n",
    "FROM --platform=arm64 a\nFROM --platform=linux/strange a\n",
    "FROM a\nCOPY --chmod=u=rwX,go=rX a b\n",
    "FROM a\nSTOPSIGNAL rtmin+3\nSTOPSIGNAL -1\n",
    "FROM a AS b\nONBUILD EXPOSE x\nFROM a\n",
    "FROM a\nENV A=${B//*/x} C=${D/e/f}\n",
    "FROM a\nWOR\u212aDIR /x\n",
    "# check=skip=all;error=true\nFROM a\n",
    "  # check=nonsense\nFROM a\n",
]


@pytest.mark.parametrize(("text", "kind", "at"), REFUSED)
def test_a_refusal_is_found_at_its_word(text: str, kind: Kind, at: str) -> None:
    file = read(text)
    (problem,) = file.all_problems
    assert (problem.kind, file.source.slice(problem.span)) == (kind, at)
    assert problem.message
    assert problem.help


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_may_build_is_no_mistake(text: str) -> None:
    found = [problem for problem in read(text).all_problems if problem.kind is not Kind.MALFORMED_PAIR]
    assert found == []


def test_in_a_closed_world_nothing_is_left_open() -> None:
    file = read("ARG A\nFROM a:${A:?}\nWORKDIR ${B:?}\nEXPOSE $C\n")
    kinds = [problem.kind for problem in file.problems_for({"C": "x"})]
    assert kinds == [Kind.SUBSTITUTION, Kind.SUBSTITUTION, Kind.PORT]


def test_a_misspelt_stage_is_mended() -> None:
    (problem,) = read("FROM a AS build\nFROM a\nCOPY --from=Biuld x y\n").all_problems
    assert problem.help == "did you mean build?"
    assert problem.mend
    assert problem.mend.text == "build"
    text = "FROM a AS build\nFROM a\nRUN --mount=from=Biuld,target=/x y\n"
    (problem,) = read(text).all_problems
    assert problem.mend
    assert (read(text).source.slice(problem.mend.span), problem.mend.text) == ("Biuld", "build")
