"""What the fixes of the rules about RUN leave."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile

FIXES: dict[str, list[tuple[str, str | None]]] = {
    "DL3003": [
        ("WORKDIR /a\nRUN cd b && make && x", "WORKDIR /a\nWORKDIR /a/b\nRUN make && x\nWORKDIR /a"),
        ("WORKDIR $A\nRUN cd b && make", None),
        ("WORKDIR /a/b\nRUN cd ../c && make", "WORKDIR /a/b\nWORKDIR /a/c\nRUN make\nWORKDIR /a/b"),
        ("WORKDIR /a\nRUN cd ~ && make", None),
        ("WORKDIR /a\nRUN cd ~/x && make", None),
        ("WORKDIR /a\nRUN cd - && make", None),
        (
            "WORKDIR /a\nRUN cd /b && \\\n  make && \\\n  x",
            "WORKDIR /a\nWORKDIR /b\nRUN make && \\\n  x\nWORKDIR /a",
        ),
        ("WORKDIR /a\nRUN cd b && (make)", None),
        ("RUN cd b && make", None),
        ("WORKDIR /a\nRUN cd $B && make", None),
    ],
    "DL3004": [
        ("RUN a && sudo -E \\\n  make", "RUN a && make"),
        ("RUN sudo A=1 make", "RUN A=1 make"),
        ('RUN ["sudo", "make"]', 'RUN ["make"]'),
        ("RUN sudo -u app make", None),
        ("USER app\nRUN sudo make", None),
        ("USER 'app'\nRUN sudo make", None),
        ('USER "root"\nRUN sudo make', 'USER "root"\nRUN make'),
        ('USER "0":"0"\nRUN sudo make', 'USER "0":"0"\nRUN make'),
        ("USER app\nUSER root\nRUN sudo make", "USER app\nUSER root\nRUN make"),
    ],
    "DL3047": [
        ("RUN wget \\\n  x.io/a", "RUN wget -nv \\\n  x.io/a"),
        ('RUN ["wget", "x.io/a"]', 'RUN ["wget", "-nv", "x.io/a"]'),
        ("RUN <<EOF\nwget x.io/a\nEOF", "RUN <<EOF\nwget -nv x.io/a\nEOF"),
    ],
    "DL3059": [
        ("RUN a\nRUN b\nRUN c", "RUN a \\\n    && b \\\n    && c"),
        ("RUN a\n# why\nRUN b", None),
        ("RUN cd x\nRUN b", None),
        ("RUN <<EOF\na\nEOF\nRUN b", None),
        ("RUN a &\nRUN b", None),
    ],
    "DL4001": [
        (
            "RUN curl -O a.io/a\nRUN wget -O- a.io/b | tar x",
            "RUN curl -O a.io/a\nRUN curl -fsSL a.io/b | tar x",
        ),
        ("RUN wget -q a.io/a\nRUN curl -fsSLo b a.io/b", "RUN wget -q a.io/a\nRUN wget -nvO b a.io/b"),
        ("RUN wget -q a.io/a\nRUN curl -H 'A: b' a.io/b", None),
    ],
    "DL4005": [
        ("RUN rm /bin/sh && ln -s bash /bin/sh", 'SHELL ["/bin/bash", "-c"]'),
        ("RUN a && ln -sf bash /bin/sh", None),
    ],
    "DL4006": [
        (
            "# first\nRUN a | b\nRUN c | d",
            'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n# first\nRUN a | b\nRUN c | d',
        ),
        (
            'SHELL ["/bin/zsh", "-x", "-c"]\nRUN a | b',
            'SHELL ["/bin/zsh", "-x", "-c"]\nSHELL ["/bin/zsh", "-x", "-o", "pipefail", "-c"]\nRUN a | b',
        ),
        ("RUN <<EOF\n#!/bin/bash\na | b\nEOF", "RUN <<EOF\n#!/bin/bash\nset -o pipefail\na | b\nEOF"),
        ("RUN bash -c 'a | b'", "RUN bash -o pipefail -c 'a | b'"),
        ("RUN sh -c 'a | b'", None),
    ],
    "GD300": [("RUN curl -X DELETE https://x.io/a", None)],
    "GD304": [("RUN A=1 NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci", "RUN A=1 npm ci")],
    "GD306": [
        ("RUN curl \\\n  -k \\\n  https://x.io", "RUN curl \\\n  https://x.io"),
        ('RUN ["curl", "-k", "https://x.io"]', 'RUN ["curl", "https://x.io"]'),
        ("RUN curl -fksS https://x.io", "RUN curl -fsS https://x.io"),
    ],
    "GD308": [("RUN git -c http.sslVerify=0 -c a=b pull", "RUN git -c a=b pull")],
    "GD309": [
        ("RUN echo a:b | chpasswd && make", "RUN make"),
        ("RUN make && \\\n  echo a:b | chpasswd", "RUN make"),
    ],
    "GD310": [("RUN <<-EOF\n\ta\n\tb\nEOF", "RUN <<-EOF\nset -e\n\ta\n\tb\nEOF")],
    "GD311": [
        ("RUN echo `ls` && \\\n  cd /x", "RUN echo `ls`\nWORKDIR /x"),
        ("RUN export A=1 B=$C", "ENV A=1 B=$C"),
        ("RUN export A='x y'", "ENV A='x y'"),
        ("RUN export A=~/x", None),
        ("RUN make \\\n  && cd /x", "RUN make\nWORKDIR /x"),
        ("RUN make; cd /x", None),
        ("RUN cd -", None),
    ],
}


@pytest.mark.parametrize(
    ("code", "lines", "mended"),
    [(code, lines, mended) for code, cases in FIXES.items() for lines, mended in cases],
)
def test_fixes(code: str, lines: str, mended: str | None) -> None:
    text = f"FROM debian:13\n{lines}\n"
    fixed = fix_text(text, lambda changed: lint_text(changed, settings(code)), unsafe=True)
    assert fixed.text == (text if mended is None else f"FROM debian:13\n{mended}\n")
    assert bool(fixed.left) == (mended is None)


@pytest.mark.parametrize("image", ["alpine.example.com/debian:12", "ghcr.io/busybox-users/debian:12"])
def test_a_host_that_is_called_alpine_is_no_alpine(image: str) -> None:
    text = f"FROM {image}\nRUN a | b\n"
    fixed = fix_text(text, lambda changed: lint_text(changed, settings("DL4006")), unsafe=True)
    assert "/bin/ash" not in fixed.text
    wget = f"FROM {image}\nRUN wget https://example.org/a.tgz\n"
    assert [one.rule.code for one in lint_text(wget, settings("GD302"))] == ["GD302"]


def test_alpine_has_its_own_shell() -> None:
    text = "FROM alpine:3.22 AS a\nFROM a\nRUN a | b\n"
    fixed = fix_text(text, lambda changed: lint_text(changed, settings("DL4006")), unsafe=True)
    assert (
        fixed.text == 'FROM alpine:3.22 AS a\nFROM a\nSHELL ["/bin/ash", "-o", "pipefail", "-c"]\nRUN a | b\n'
    )


def settings(code: str) -> Settings:
    return Settings(select=(code,), profile=Profile.ALL)
