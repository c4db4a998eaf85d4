"""What holds for every text: all rules answer, and what --fix writes can be read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gendock.dockerfile import KEYWORDS, read
from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile
from gendock.report.formats import NAMES, Around, written
from gendock.report.lint_text import full
from gendock.report.paths import Folders

LINES = st.tuples(
    st.sampled_from([*KEYWORDS, "FORM", "CMD[", ""]),
    st.lists(
        st.sampled_from(
            ["a", "b:1", "./x", "--from=a", '["a"]', "AS", "c", "<<E", "\\\n", "go build", "&&", "é\t"]
        )
    ),
).map(lambda parts: " ".join((parts[0], *parts[1])))
SHELL = st.lists(
    st.sampled_from(
        [
            *(
                "apt-get install",
                "apk add",
                "yum -y install",
                "pip install",
                "npm ci",
                "-y",
                "curl=1",
                "b",
                "a",
            ),
            *(
                "cd /x",
                "export A=1",
                "sudo",
                "wget https://x.org/a.tar.gz",
                "tar -xzf a.tar.gz",
                "rm a.tar.gz",
            ),
            *(
                "&&",
                "|",
                ";",
                "||",
                "\\\n",
                "# why\n",
                "> /etc/x",
                "'a b'",
                '"$A"',
                "$(id)",
                "echo",
                "chmod +x /a",
            ),
            *(
                "useradd -u 1000700000 app",
                "chown -R app /a",
                "git clone https://x.org/a",
                "go build",
                "sh -c 'a'",
            ),
        ]
    ),
    max_size=8,
).map(lambda words: " ".join(("RUN", *words)))
AROUND = st.sampled_from(
    [
        *(
            "FROM debian:12 AS a",
            "FROM a",
            "FROM scratch",
            "  USER app",
            "USER root",
            "WORKDIR x",
            "WORKDIR /x",
        ),
        *(
            "ENV A=1 B=$A",
            "ENV C 2",
            "LABEL a=1 b=2",
            "COPY --chown=app a /a",
            "ADD a.txt /a",
            "ARG A",
            "EXPOSE 80/TCP",
        ),
        *(
            'CMD ["a"]',
            "CMD a",
            "ENTRYPOINT a b",
            "HEALTHCHECK CMD a",
            "ONBUILD RUN cd /x && a",
            "STOPSIGNAL 9",
            "# a",
        ),
        *("RUN <<E\na\nb\nE", "VOLUME ['/a']", "MAINTAINER a", "SHELL a", "COPY a b", "ENV A=1 # why"),
    ]
)
dockerfiles = st.lists(LINES | st.text(max_size=6), max_size=8).map("\n".join)
full_dockerfiles = st.lists(SHELL | AROUND | LINES, max_size=8).map("\n".join)
# ShellCheck is a program of its own, and has no fixes.
EVERYTHING = Settings(profile=Profile.ALL, ignore=("SC",))


@given(dockerfiles | full_dockerfiles)
def test_every_finding_can_be_shown(text: str) -> None:
    findings = lint_text(text, EVERYTHING)
    assert (full(findings, width=80, colour=True) == "") == (not findings)
    around = Around(["Dockerfile"], Folders("/src", "/src"), 80, colour=False)
    for name in NAMES:
        written(name, findings, around).encode("utf-8")


@given(dockerfiles)
def test_fixes_leave_nothing_that_they_could_mend(text: str) -> None:
    def lint(changed: str) -> tuple:  # type: ignore[type-arg]
        return lint_text(changed, Settings())

    once = fix_text(text, lint, unsafe=False)
    assert fix_text(once.text, lint, unsafe=False).text == once.text


@given(full_dockerfiles, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_all_rules_mend_until_nothing_is_left(text: str, unsafe: bool, line_end: str) -> None:  # noqa: FBT001
    def lint(changed: str) -> tuple[Finding, ...]:
        return lint_text(changed, EVERYTHING)

    text = f"{text}\n".replace("\n", line_end)
    once = fix_text(text, lint, unsafe=unsafe)
    assert fix_text(once.text, lint, unsafe=unsafe).text == once.text
    assert len(read(once.text).all_problems) <= len(read(text).all_problems)
    assert once.text.count("\n") == once.text.count(line_end)
