"""Lines that fixes add stand as the lines beside them do."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile

INDENTED = {
    "GD103": ("  CMD /app", "  USER 65532:65532\n  CMD /app"),
    "GD115": ("\tLABEL v=$V", "\tARG V\n\tLABEL v=$V"),
    "GD201": ("  RUN useradd app\n  CMD /app", "  RUN useradd app\n  USER app\n  CMD /app"),
    "DL3003": ("  WORKDIR /\n  RUN cd /x && make", "  WORKDIR /\n  WORKDIR /x\n  RUN make\n  WORKDIR /"),
    "DL3044": ("  ENV A=1 B=$A", "  ENV A=1\n  ENV B=$A"),
    "DL3045": ("  COPY a .", "  WORKDIR /app\n  COPY a ."),
    "DL4006": ("  RUN a | b", '  SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n  RUN a | b'),
    "GD311": ("  RUN make && cd /x", "  RUN make\n  WORKDIR /x"),
}


@pytest.mark.parametrize("code", INDENTED)
def test_a_new_line_is_indented_as_its_neighbour(code: str) -> None:
    lines, mended = INDENTED[code]
    top = "ARG V=1\nFROM debian:12\n"
    assert fix(code, f"{top}{lines}\n") == f"{top}{mended}\n"


def test_a_byte_order_mark_stays_in_front() -> None:
    assert fix("GD114", "\ufeffFROM a:${V:-1}\n") == "\ufeffARG V\nFROM a:${V:-1}\n"


def fix(code: str, text: str) -> str:
    settings = Settings(select=(code,), profile=Profile.ALL)
    return fix_text(text, lambda changed: lint_text(changed, settings), unsafe=True).text
