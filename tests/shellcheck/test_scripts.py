"""Which scripts are checked, in which dialect, and with which variables."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from tests.shellcheck.checking import findings

CASES = {
    # dialects
    "sh": ("RUN source x", ["SC3046"]),
    "bash": ('SHELL ["/bin/bash", "-c"]\nRUN source x', []),
    "bash without a folder": ('SHELL ["bash", "-c"]\nRUN source x', []),
    "ash is a dash": ('SHELL ["/bin/ash", "-c"]\nRUN source x', ["SC3046"]),
    "dash knows local": ('SHELL ["/bin/dash", "-c"]\nRUN f() { local x; x=1; echo "$x"; }; f', []),
    "sh does not know local": ('RUN f() { local x; x=1; echo "$x"; }; f', ["SC3043"]),
    "ksh": ('SHELL ["/bin/ksh", "-c"]\nRUN typeset x; x=1; echo "$x"', []),
    "busybox": ('SHELL ["/bin/busybox", "sh", "-c"]\nRUN source x', []),
    "zsh is not checked": ('SHELL ["/bin/zsh", "-c"]\nRUN source x; echo $a', []),
    "pwsh is not checked": ('SHELL ["pwsh", "-c"]\nENV A=b\nRUN echo $a', []),
    "a comment names the shell": ("# hadolint shell=bash\nRUN source x", []),
    "a comment above FROM names it for all": (
        "# hadolint shell=pwsh\nFROM b:1\nRUN echo $a\nFROM c:1\nRUN $a",
        [],
    ),
    "of a stage below": ('SHELL ["bash", "-c"]\nFROM x\nRUN source y', []),
    "not of another stage": ('SHELL ["bash", "-c"]\nFROM b:1\nRUN source y', ["SC3046"]),
    "a heredoc names its shell": ("RUN <<EOF\n#!/bin/bash\nsource x\nEOF", []),
    "a heredoc names env's": ("RUN <<EOF\n#!/usr/bin/env bash\nsource x\nEOF", []),
    "a heredoc names another program": ("RUN <<EOF\n#!/usr/bin/python3\nprint($a)\nEOF", []),
    "a heredoc for bash": ("RUN bash <<'EOF'\nsource x\nEOF", []),
    "a heredoc that the outer shell expands": ("RUN bash <<EOF\necho $HOME\nEOF", []),
    # the shell stops at the first mistake
    "cd may fail": ("RUN cd /x; make", ["SC2164"]),
    "and is noticed": ('SHELL ["/bin/bash", "-ec"]\nRUN cd /x; make', []),
    "and is noticed, long": ('SHELL ["/bin/bash", "-o", "errexit", "-c"]\nRUN cd /x; make', []),
    # variables
    "not set": ('RUN echo "$a"', ["SC2154"]),
    "by ENV": ('ENV a=b\nRUN echo "$a"', []),
    "by the old ENV": ('ENV a b\nRUN echo "$a"', []),
    "by ARG": ('ARG a\nRUN echo "$a"', []),
    "too late": ('RUN echo "$a"\nENV a=b', ["SC2154"]),
    "by a stage below": ('ENV a=b\nFROM x\nRUN echo "$a"', []),
    "in another stage": ('ENV a=b\nFROM b:1\nRUN echo "$a"', ["SC2154"]),
    "by ONBUILD": ('ONBUILD ENV a=b\nONBUILD RUN echo "$a"', []),
    "by an ONBUILD, for others": ('ONBUILD ENV a=b\nRUN echo "$a"', ["SC2154"]),
    "by an ONBUILD of a stage below": ('ONBUILD ENV a=b\nFROM x\nRUN echo "$a"', []),
    "for an ONBUILD": ('ENV a=b\nONBUILD RUN echo "$a"', []),
    "a proxy": ('RUN echo "$http_proxy"', []),
    "a misspelt one": ('ENV APP_FOLDER=b\nRUN echo "$APP_FOLDR"', ["SC2153"]),
    "a name that no shell has": ('ENV a-b=c\nRUN echo "$a"', ["SC2154"]),
    # forms
    "exec form": ('RUN ["sh", "-c", "echo $a"]', []),
    "nothing to run": ("RUN", []),
    "a heredoc without an end": ("RUN <<EOF\necho $a", []),
    "an empty heredoc": ("RUN <<EOF\nEOF", []),
    # files that are not there, and ash, are not remarked
    "a sourced file": ('SHELL ["/bin/ash", "-c"]\nRUN . ./x', []),
    "a sourced variable": ('ENV f=x\nRUN . "$f"', []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(case: str) -> None:
    lines, codes = CASES[case]
    head = "" if "above FROM" in case else "FROM a:1 AS x\n"
    assert [one.rule.code for one in findings(f"{head}{lines}\n")] == codes


def test_a_finding_is_shellchecks() -> None:
    (finding,) = findings('FROM a:1\nRUN echo "$a"\n')
    assert finding.message == "a is referenced but not assigned"
    assert finding.rule.url == "https://www.shellcheck.net/wiki/SC2154"
    assert finding.rule.url in finding.help
    assert finding.severity.label == "warning"
    assert finding.instruction == "RUN"


def test_a_text_that_would_take_minutes_is_left_out() -> None:
    lines = "echo $a\n" * 20
    assert findings(f"FROM a:1\nRUN <<EOF\n{lines}EOF\n")
    assert not findings(f"FROM a:1\nRUN <<EOF\n{lines * 500}EOF\n")


MEANT = {
    "the shell's echo": ("RUN echo -e 'a b'", ["SC3036"]),
    "the program echo": ("RUN /bin/echo -e 'a b'", []),
    "a brace that sed is to find": ("RUN sed -e s/\\\\${A}/b/g c", []),
    "a brace too many": ("RUN make }", ["SC1083"]),
    "a variable of a file that is read": ("RUN . ./APKBUILD; echo $makedepends", []),
    "a brace group without its end": ("RUN true || { make }", ["SC1056"]),
    "quotes without their end": ("RUN echo 'a", ["SC1072"]),
    "a variable of nobody": ('RUN echo "$makedepends"', ["SC2154"]),
    "a variable of what is evaluated": ('RUN eval "$(./facts)"; echo "$version"', []),
    "a variable of what is exported": ("RUN export $(./facts) && echo $version", []),
    "a variable beside an evaluated text": ("RUN eval 'make x'; echo $version", ["SC2154"]),
    "a template's braces": ("RUN mkdir -p /srv/{{ project.slug }}/media", []),
    "an escaped brace": ("RUN find / -name x -exec rm \\{} \\;", []),
    "else, and if on a line of its own": (
        "RUN if a; then b; else \\\n if c; then d; fi; \\\n fi",
        [],
    ),
    "else if on one line": ("RUN if a; then b; else if c; then d; fi; fi", ["SC1075"]),
    "cd at the end": ("RUN make; cd -", []),
    "cd before another command": ("RUN cd /x; make", ["SC2164"]),
    "cd to a folder of every image": ("RUN cd /tmp; make; cd /; make", []),
    "cd below a folder of every image": ("RUN cd /tmp/x; make", ["SC2164"]),
    "a word that is cut out of another": ("ARG A\nRUN export B=$(echo $A | tr a b); make", []),
    "what a program says": ("RUN export B=$(make version); make", ["SC2155"]),
    "a note after a test": ("RUN [ -f a ] && echo fine || (echo no; exit 1)", []),
    "the way out of a loop": ("RUN while true; do make && break || sleep 5; done", []),
    "a command that may fail": ("RUN [ -f a ] && make || echo no", []),
    "a command that may fail, and more": ("RUN [ -f a ] && make || (echo no; exit 1)", ["SC2015"]),
    "a loop that counts": ("RUN for i in 1 2 3; do make; done", []),
    "a loop over a sequence": ("RUN for i in $(seq 5); do make; done", []),
    "a loop over files": ("RUN for file in a b; do make; done", ["SC2034"]),
    "a variable of nobody's": ("RUN i=1; make", ["SC2034"]),
    "a folder that ENV names": ("ENV HOME_OF_APP=/opt/app\nRUN rm -rf ${HOME_OF_APP}/bin/*", []),
    "a folder that ENV names by another": ("ENV A=/opt B=$A/app\nRUN rm -rf $B/bin/*", []),
    "a folder that ENV may leave empty": ("ENV A=$B\nRUN rm -rf $A/bin/*", ["SC2115"]),
    "a folder that ARG names": ("ARG A=/opt/app\nRUN rm -rf $A/bin/*", ["SC2115"]),
    "a folder of a stage above": ("ENV A=/opt\nFROM debian:12\nRUN rm -rf $A/bin/*", ["SC2115"]),
    "a folder written out": ("RUN rm -rf /usr/share/*", []),
}


@pytest.mark.parametrize(("lines", "codes"), MEANT.values(), ids=MEANT)
def test_what_is_meant_by_default(lines: str, codes: list[str]) -> None:
    select = ("SC1", "SC2015", "SC2034", "SC2115", "SC2154", "SC2155", "SC2164", "SC3")
    found = lint_text(f"FROM debian:13\n{lines}\n", Settings(select=select))
    assert [one.rule.code for one in found] == codes
