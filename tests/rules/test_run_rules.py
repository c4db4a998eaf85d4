"""Rules about the commands in RUN: what sets them off, and where."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.profiles import Profile

CASES = {
    "DL3001": [
        ("RUN ssh host true", 1),
        ("RUN sudo service ssh start && kill 1", 2),
        ("ONBUILD RUN ps", 1),
        ("RUN echo ssh", 0),
        ("RUN apt-get install -y vim", 0),
        ("RUN <<EOF\ntop\nEOF", 1),
    ],
    "DL3003": [
        ("RUN cd /src && make", 1),
        ("RUN (cd /a; make) && cd /b", 2),
        ("ONBUILD RUN cd /src", 0),
        ("RUN cdrecord", 0),
        ("RUN echo 'cd x'", 0),
    ],
    "DL3004": [
        ("RUN sudo -E make", 1),
        ("RUN exec sudo make", 1),
        ("RUN apt-get install -y sudo", 0),
        ("RUN bash -c 'sudo make'", 1),
        ('RUN ["sudo", "make"]', 1),
    ],
    "DL3046": [
        ("RUN useradd -m -u 123456 a", 1),
        ("RUN useradd --uid=1000700000 a", 1),
        ("RUN useradd -u123456 a", 1),
        ("RUN useradd -u 12345 a", 0),
        ("RUN useradd -lu 123456 a", 0),
        ("RUN useradd --no-log-init -u 123456 a", 0),
        ("ARG USER_NUMBER=1000\nRUN useradd -u ${USER_NUMBER} a", 0),
    ],
    "DL3047": [
        ("RUN wget x.io/a", 1),
        ("RUN wget -O a x.io/a && wget -c x.io/b", 2),
        ("RUN wget -qO- x.io/a", 0),
        ("RUN wget -nv x.io/a", 0),
        ("RUN wget -nc x.io/a", 1),
        ("RUN wget -O quiet x.io/a", 1),
        ("RUN wget -o log x.io/a", 0),
        ("RUN wget --progress=bar x.io/a", 0),
        ("RUN wget --version", 0),
        ("RUN apk add wget", 0),
    ],
    "DL3059": [
        ("RUN a\nRUN b", 1),
        ("RUN a\nRUN b\nRUN c", 2),
        ("RUN a && b\nRUN c", 0),
        ("RUN a\n# why\nRUN b", 1),
        ("RUN a\nENV B=1\nRUN b", 0),
        ("RUN --mount=type=cache,target=/c a\nRUN b", 0),
        ("RUN --network=none a\nRUN --network=none b", 1),
        ("RUN --mount=type=cache,target=/x a\nRUN --mount=target=/x,type=cache b", 1),
        ("RUN bash -c 'a && b'\nRUN bash -c 'c'", 1),
        ('SHELL ["pwsh", "-c"]\nRUN a\nRUN b', 1),
        ('SHELL ["pwsh", "-c"]\nRUN a\nRUN b; c', 0),
    ],
    "DL4001": [
        ("RUN wget -q a.io\nRUN curl b.io", 1),
        ("RUN wget -q a.io && curl b.io", 1),
        ("RUN wget -q a.io\nRUN curl b.io\nRUN make\nRUN wget -q c.io", 2),
        ("RUN wget -q a.io\nFROM b:1\nRUN curl b.io", 0),
        ("RUN apt-get install -y curl wget", 0),
        ("RUN curl a.io\nONBUILD RUN wget -q b.io", 0),
    ],
    "DL4005": [
        ("RUN ln -sf bash /bin/sh", 1),
        ("RUN ln -s /bin/sh", 1),
        ("RUN ln -s /bin/bash /bin/zsh", 0),
        ("FROM gcr.io/distroless/static:debug\nRUN ln -s /busybox/sh /bin/sh", 0),
        ("FROM scratch\nCOPY sh /x\nRUN ln -s /x /bin/sh", 0),
    ],
    "DL4006": [
        ("RUN a | b", 1),
        ("RUN a |& b\nRUN c | d", 2),
        ("RUN a || b", 0),
        ("RUN echo 'a | b'", 0),
        ("RUN case $X in a | b) c;; esac", 0),
        ("RUN x=$(a | b)", 1),
        ("RUN { a; b; } | c", 1),
        ('SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a | b', 0),
        ('SHELL ["/bin/bash", "-euxo", "pipefail", "-c"]\nFROM b:1\nRUN a | b', 1),
        ('SHELL ["/bin/bash", "-c"]\nRUN a | b', 1),
        ('SHELL ["pwsh", "-c"]\nRUN a | b', 0),
        ("# hadolint shell=powershell\nRUN a | b", 0),
        ("RUN set -o pipefail && a | b", 0),
        ("RUN a | b && set -o pipefail", 1),
        ("RUN <<EOF\n#!/bin/bash\nset -euo pipefail\na | b\nEOF", 0),
        ("RUN <<EOF\n#!/bin/bash\na | b\nEOF", 1),
        ("RUN <<EOF\n#!/usr/bin/env python3\na | b\nEOF", 0),
        ("RUN bash -o pipefail -c 'a | b'", 0),
        ("RUN bash -c 'a | b'", 1),
        ("RUN yes | apt-get upgrade", 0),
        ("RUN echo 'a b' | sha256sum -c -", 0),
        ("RUN echo $(a) | b", 0),
        ("RUN { echo a; printf b; } | c", 0),
        ("RUN true | b && a | c", 1),
        ("RUN a | (b; c)", 1),
        ("RUN (a; echo) | (b; c)", 0),
        ("RUN a | while read x; do b; done", 1),
        ("RUN for x in a b; do echo $x; done | c", 0),
        ("RUN cat <<EOF | b\na\nEOF", 0),
        ("RUN cat a | b", 1),
        ("RUN grep a SUMS | sha256sum -c -", 0),
        ("RUN grep a SUMS | sha256sum", 1),
        ('RUN a=$(sha256sum b | cut -c-64) && [ "$a" = "c" ] && make', 0),
        ('RUN a="$(curl b | jq .c)"; if test -z "${a}"; then exit 1; fi', 0),
        ('SHELL ["bash", "-c"]\nRUN a=$(curl b | jq .c) && [[ -n $a ]] && make', 0),
        ('RUN [ "$a" = "c" ]; a=$(sha256sum b | cut -c-64) && make "$a"', 1),
        ('RUN a=$(sha256sum b | cut -c-64) && [ "$b" = "c" ]', 1),
        ("ONBUILD RUN a | b", 0),
        ('RUN mv "$(a | b)" c', 0),
        ("RUN for x in $(a | b); do c; done", 0),
        ('RUN [ "`a | b`" = c ]', 0),
        ("RUN export X=$(a | b)", 0),
        ("RUN X=$(a | b) c", 0),
        ("RUN curl x.io | tar xz", 0),
        ("RUN curl x.io | sudo tar -C /usr -xz", 0),
        ("RUN curl x.io | tar --extract --gzip", 0),
        ("RUN curl x.io | gunzip | tar x", 0),
        ("RUN wget -qO- x.io | gpg --dearmor > key", 0),
        ("RUN curl x.io | apt-key add -", 0),
        ("RUN curl x.io | gpg --dearmor | tee key", 1),
        ("RUN curl x.io | gzip -d > a", 0),
        ("RUN curl x.io | gzip > a", 1),
        ("RUN curl x.io | bsdtar xf -", 1),
        ("RUN tar c a | tar x -C b", 1),
        ("RUN tar c a | gzip -d", 1),
        ("RUN cat list | tar c -T -", 1),
        ("RUN uname -m | sed s/x/y/ && b", 0),
        ("RUN A=$(dpkg --print-architecture | cut -d- -f1)", 0),
        ("RUN dpkg -l curl | b", 1),
        ("RUN a | b || true", 0),
        ("RUN a | b || exit 1", 1),
        ("RUN a | b; c", 0),
        ("RUN a; b | c", 1),
        ("RUN set -e; a | b; c", 1),
        ("RUN <<EOF\na | b\nc\nEOF", 0),
        ('SHELL ["/bin/sh", "-ec"]\nRUN a | b; c', 1),
        ('RUN X="v$(a | b)" Y=1', 1),
        ("RUN echo $(X=$(a | b); c)", 1),
        ("RUN X=$(echo $(a | b))", 0),
        ('RUN mv "$(a | b)" c && d | e', 1),
        ("RUN a | grep b", 0),
        ("RUN a | b | fgrep -q c && d", 0),
        ("RUN a | egrep -m 1 -e -v", 0),
        ("RUN a | grep -qv b", 1),
        ("RUN a | grep -c b", 1),
        ("RUN a | grep -L b", 1),
        ("RUN a | grep --invert-match b", 1),
        ("RUN a | grep b | c", 1),
        ("RUN a | grep b && c | d", 1),
        ("RUN a | { grep b; c; }", 1),
        ("RUN bash -c 'a | grep b'", 0),
        ("RUN bash -c 'c $(a | b)'", 0),
        ("RUN bash -c 'X=$(a | b)'", 1),
    ],
    "GD300": [
        ("RUN curl -o a https://x.io/a", 1),
        ("RUN curl -fsSLo a https://x.io/a", 0),
        ("RUN curl --location-trusted https://x.io/a", 0),
        ("RUN curl http://127.0.0.1:8080/health", 0),
        ("RUN curl http://localhost/health", 0),
        ("RUN curl --version", 0),
        ("RUN curl -X DELETE https://x.io/a", 1),
        ("RUN curl --url https://x.io/a -o L", 1),
    ],
    "GD301": [
        ("RUN curl https://x.io/a", 1),
        ("RUN curl --retry 3 https://x.io/a", 0),
        ("ENV CURL_HOME=/etc\nRUN curl https://x.io/a", 0),
    ],
    "GD302": [
        ("RUN wget x.io/a", 1),
        ("RUN wget -t 3 x.io/a", 0),
        ("FROM alpine:3.22\nRUN wget x.io/a", 0),
    ],
    "GD303": [
        ("RUN next build", 1),
        ("RUN yarn next build", 1),
        ("RUN pnpm exec turbo run build", 1),
        ("ENV NEXT_TELEMETRY_DISABLED=1\nRUN next build", 0),
        ("RUN NEXT_TELEMETRY_DISABLED=1 next build", 0),
        ("RUN echo next", 0),
    ],
    "GD304": [
        ("ENV NODE_TLS_REJECT_UNAUTHORIZED=0", 1),
        ('ENV NODE_TLS_REJECT_UNAUTHORIZED "0"', 1),
        ("ENV NODE_TLS_REJECT_UNAUTHORIZED=1", 0),
        ("RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci", 1),
        ("RUN export NODE_TLS_REJECT_UNAUTHORIZED=0 && npm ci", 1),
    ],
    "GD305": [("ARG PYTHONHTTPSVERIFY=0", 1), ("ENV PYTHONHTTPSVERIFY=1", 0)],
    "GD306": [
        ("RUN curl -k https://x.io", 1),
        ("RUN curl --insecure https://x.io", 1),
        ("RUN curl -o k https://x.io", 0),
        ("RUN curl -ok https://x.io", 0),
        ("RUN curl -k https://localhost:8443/health", 0),
    ],
    "GD307": [
        ("RUN wget --no-check-certificate https://x.io", 1),
        ("RUN wget --no-check-certificate https://localhost/", 0),
        ("RUN echo --no-check-certificate", 0),
    ],
    "GD308": [
        ("ENV GIT_SSL_NO_VERIFY=false", 1),
        ("RUN GIT_SSL_NO_VERIFY=1 git clone https://x.io/a", 1),
        ("RUN git config --global http.sslverify 0", 1),
        ("RUN git config http.https://x.io/.sslVerify off", 1),
        ("RUN git -c http.sslVerify=true clone https://x.io/a", 0),
    ],
    "GD309": [("RUN echo a:b | chpasswd", 1), ("RUN apt-get install -y passwd", 0)],
    "GD310": [
        ("RUN <<EOF\na\nb\nEOF", 1),
        ("RUN <<EOF\nset -ex\na\nb\nEOF", 0),
        ("RUN <<EOF\na\nEOF", 0),
        ("RUN <<EOF\na &&\nb\nEOF", 0),
        ("RUN <<EOF\n#!/bin/bash -e\na\nb\nEOF", 0),
        ("RUN <<EOF\n#!/usr/bin/env python3\na\nb\nEOF", 0),
        ("RUN <<EOF\nexport A=1\necho x\nb\nEOF", 0),
        ("RUN <<EOF\nif a; then\nb\nfi\nEOF", 0),
        ("RUN <<EOF\nif a; then\nb\nc\nfi\nEOF", 1),
        ("RUN <<EOF\na || exit 1\nb\nEOF", 0),
        ("RUN bash -e <<EOF\na\nb\nEOF", 0),
        ("RUN bash <<EOF\na\nb\nEOF", 1),
        ("RUN cat <<EOF >/x\na\nb\nEOF", 0),
        ('SHELL ["/bin/bash", "-euc"]\nRUN <<EOF\na\nb\nEOF', 0),
        ("RUN a; b", 0),
    ],
    "GD101": [
        ("COPY a.go /\nRUN go build -o /a /a.go", 0),
        ("COPY a.go /\nRUN go build -o /a a.go", 1),
    ],
    "GD311": [
        ("RUN cd /src", 1),
        ("RUN export A=1 && cd /x", 2),
        ("RUN A=1", 1),
        ("RUN source ~/.bashrc", 1),
        ("RUN . /venv/bin/activate", 1),
        ("RUN . ./build.sh", 0),
        ("RUN mkdir x && cd x && make", 0),
        ("RUN cd x && make && cd ..", 0),
        ("RUN export A=$(make)", 0),
        ("RUN test -f x || cd y", 1),
        ("RUN alias ll='ls -l'", 1),
        ('RUN ["cd", "/src"]', 0),
    ],
}


@pytest.mark.parametrize(
    ("code", "lines", "count"),
    [(code, lines, count) for code, cases in CASES.items() for lines, count in cases],
)
def test_what_sets_it_off(code: str, lines: str, count: int) -> None:
    assert len(lint_text(f"FROM debian:13\n{lines}\n", settings(code))) == count


@pytest.mark.parametrize(
    ("code", "lines", "word"),
    [
        ("DL3047", "RUN true && wget x.io", "wget"),
        ("GD306", "RUN curl -fsSk x.io", "-fsSk"),
        ("DL4006", "RUN cd x && curl y | sh", "curl y"),
        ("DL4006", "RUN { echo; b; c; } | tar x", "b"),
        ("DL4006", "RUN echo $(a) | b x | c", "b x"),
        ("GD101", "COPY . /src\nRUN true && go \\\n  build ./cmd", "go \\\n  build"),
    ],
)
def test_the_place_is_the_word_at_fault(code: str, lines: str, word: str) -> None:
    text = f"FROM golang:1.26\n{lines}\n"
    (finding,) = lint_text(text, settings(code))
    assert text[finding.span.start : finding.span.end] == word


@pytest.mark.parametrize(
    ("lines", "is_small"),
    [
        ("FROM alpine:3.23", True),
        ("FROM python:3.14-alpine", True),
        ("FROM alpine:3.23 AS a\nFROM a", True),
        ("FROM debian:13", False),
        ("FROM example.com/base:1", False),
        ("FROM alpine:3.23\nRUN apk add --no-cache wget=1 curl", False),
        # -q is right for both.
        ("FROM alpine:3.23\nRUN apk add --no-cache $TOOLS", True),
        ("FROM alpine:3.23 AS a\nRUN apk add wget\nFROM a", False),
        ("FROM alpine:3.23\nRUN apk del wget && apk add wget2", True),
    ],
)
def test_the_wget_of_busybox_is_told_what_it_knows(lines: str, *, is_small: bool) -> None:
    (finding,) = lint_text(f"{lines}\nRUN wget x.io\n", settings("DL3047"))
    assert ("`-nv`" not in finding.help) is is_small
    assert finding.fix is not None
    assert finding.fix.edits[0].text == (" -q" if is_small else " -nv")


@pytest.mark.parametrize(
    ("base", "count"),
    [
        ("golang:1.15", 0),
        ("golang:1.9-alpine", 0),
        ("golang:1.16", 1),
        ("golang", 1),
        ("example.com/go:1.9", 1),
        ("golang:1.13\nENV GO111MODULE=on", 1),
    ],
)
def test_an_old_go_takes_no_version(base: str, count: int) -> None:
    assert len(lint_text(f"FROM {base}\nRUN go get example.com/x\n", settings("DL3062"))) == count


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("RUN go install example.com/x", 1),
        ("RUN go run example.com/x", 1),
        ("COPY go.mod .\nRUN go install example.com/x", 0),
        ("RUN --mount=type=bind,target=/src go install tool example.com/x", 0),
        ("RUN git clone https://example.com/y && cd y && go run example.com/x", 0),
        ("COPY go.mod .\nRUN go get example.com/x", 1),
        ("COPY go.mod .\nRUN go install example.com/x@latest", 1),
    ],
)
def test_a_module_knows_the_version(lines: str, count: int) -> None:
    assert len(lint_text(f"FROM golang:1.26\n{lines}\n", Settings(select=("DL3062",)))) == count
    assert len(lint_text(f"FROM golang:1.26\n{lines}\n", settings("DL3062"))) == 1


@pytest.mark.parametrize(
    ("base", "line", "count"),
    [
        ("ubuntu:14.04", "pip install a==1", 0),
        ("debian:jessie", "sudo pip install a==1", 0),
        ("nvidia/cuda:8.0-devel-ubuntu14.04", "pip install a==1", 0),
        ("nvidia/cuda:12-devel-ubuntu22.04", "pip install a==1", 1),
        ("ubuntu:14.04", "curl x.io/get-pip.py | python && pip install a==1", 1),
        ("ubuntu:14.04", "pip install --upgrade pip && pip install a==1", 1),
        ("ubuntu:14.04", "pip install a==1 && pip install --upgrade pip", 0),
        ("nvidia/cuda:7.5-cudnn5-devel", "pip install a==1", 0),
        ("nvidia/cuda:8.0-devel", "pip install a==1", 1),
        ("ubuntu:24.04", "pip install a==1", 1),
        ("debian:12", "pip install a==1", 1),
        ("python:3.14", "pip install a==1", 1),
    ],
)
def test_an_old_pip_has_no_cache(base: str, line: str, count: int) -> None:
    assert len(lint_text(f"FROM {base}\nRUN {line}\n", settings("DL3042"))) == count


@pytest.mark.parametrize(
    ("user", "has_mount"), [("", True), ("USER root\n", True), ("USER app\n", False), ("USER 1000\n", False)]
)
def test_the_cache_mount_of_pip_is_that_of_the_user(user: str, *, has_mount: bool) -> None:
    (finding,) = lint_text(f"FROM python:3.14\n{user}RUN pip install a==1\n", settings("DL3042"))
    assert ("--mount" in finding.help) is has_mount


def settings(code: str) -> Settings:
    return Settings(select=(code,), profile=Profile.ALL)


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ("FROM debian:13", 1),
        ("FROM docker.io/library/python:3.14", 1),
        ("FROM nvidia/cuda:12.8.0-devel-ubuntu24.04", 1),
        ("FROM debian:13 AS a\nFROM a", 1),
        ("FROM scratch", 1),
        ("", 1),
        ("FROM cimg/base:2026.01", 0),
        ("FROM example.com/base:1", 0),
        ("FROM $BASE", 0),
        ('FROM example.com/base:1\nSHELL ["/bin/bash", "-c"]', 1),
        ("FROM example.com/base:1\nRUN bash -c 'a | b'", 1),
    ],
)
def test_an_image_may_have_a_shell_with_pipefail(start: str, count: int) -> None:
    text = f"{start}\n" + "RUN a | b\n" * (" | " not in start)
    assert len(lint_text(text, Settings(select=("DL4006",)))) == count
    assert len(lint_text(text, settings("DL4006"))) == 1


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ("FROM registry.access.redhat.com/ubi9/ubi", 1),
        ("FROM golang:${VERSION}", 1),
        ("FROM debian:13 AS a\nFROM a", 1),
        ("FROM example.com/base:1", 0),
        ('FROM example.com/base:1\nSHELL ["/bin/bash", "-c"]', 1),
    ],
)
def test_an_image_may_have_a_shell_that_stops(start: str, count: int) -> None:
    assert len(lint_text(f"{start}\nRUN <<EOF\na\nb\nEOF\n", settings("GD310"))) == count


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("RUN ssh -V && vim --version", []),
        ("RUN ssh -v host true", ["DL3001"]),
        ("RUN service mysql start && mysql -e 'create database app' && service mysql stop", []),
        ("RUN service mysql start && sleep 5", ["DL3001"]),
        ("RUN service nginx restart", ["DL3001"]),
        ("RUN make && service nginx stop", ["DL3001"]),
        ("RUN service --status-all && make", ["DL3001"]),
        ("RUN if [ $(id -u) -ne 0 ]; then sudo make; else make; fi", []),
        ("RUN sudo make", ["DL3004"]),
    ],
)
def test_what_is_meant_by_default(lines: str, codes: list[str]) -> None:
    found = lint_text(f"FROM a:1\n{lines}\n", Settings(select=("DL3001", "DL3004")))
    assert [one.rule.code for one in found] == codes


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("sudo make", "leave sudo out"),
        ("sudo -u root make", "leave sudo out"),
        ("sudo -E -u app make", "put `USER app`"),
        ("sudo make -u app", "leave sudo out"),
    ],
)
def test_whom_sudo_is_for(words: str, advice: str) -> None:
    (finding,) = lint_text(f"FROM a:1\nRUN {words}\n", Settings(select=("DL3004",)))
    assert finding.help.startswith(advice)
