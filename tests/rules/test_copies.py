"""COPY and ADD: sources, owners, modes, and the RUNs that they replace."""

from __future__ import annotations

import pytest

from gendock.dockerfile import read
from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile


def mended(text: str, code: str) -> str | None:
    """Return the text after the rule's fixes; None where it finds nothing."""
    settings = Settings(select=(code,), profile=Profile.ALL)
    if not lint_text(text, settings):
        return None
    done = fix_text(text, lambda text: lint_text(text, settings), unsafe=True)
    assert not read(done.text).all_problems
    return done.text


@pytest.mark.parametrize(
    ("source", "fixed"),
    [
        ("../a", "a"),
        ("./../a", "a"),
        ("../../a/b", "a/b"),
        ("..", "."),
        ("../", "."),
        ("a/../../b", "b"),
        ("../$A", "$A"),
        ('"../a"', ""),
        ("a/../b", None),
        ("..a", None),
        ("/a", None),
        ("a..b", None),
        ("https://example.com/../a", None),
    ],
)
def test_outside_context(source: str, fixed: str | None) -> None:
    text = "FROM debian:12\nADD {} /x/\n"
    expected = None if fixed is None else text.format(fixed or source)
    assert mended(text.format(source), "GD133") == expected
    assert mended(f"FROM a AS b\nFROM c\nCOPY --from=b {source} /x/\n", "GD133") is None


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("USER app\nCOPY a /a", "USER app\nCOPY --chown=app a /a"),
        ("USER 1:2\nADD a /a", "USER 1:2\nADD --chown=1:2 a /a"),
        ("USER $U\nCOPY a /a", "USER $U\nCOPY --chown=$U a /a"),
        ("USER 1\ncopy --chmod=755 a /a", "USER 1\ncopy --chown=1 --chmod=755 a /a"),
        ("USER 1\nCOPY <<EOF /a\nx\nEOF", "USER 1\nCOPY --chown=1 <<EOF /a\nx\nEOF"),
        ("USER app\nCOPY --link a /a", ""),
        ("USER 1\nCOPY --link a /a", "USER 1\nCOPY --chown=1 --link a /a"),
        ("USER 1\nCOPY --chown=1 a /a", None),
        ("USER root\nCOPY a /a", None),
        ("USER 1\nUSER 0:0\nCOPY a /a", None),
        ("COPY a /a\nUSER 1", None),
        ("USER 1\nCOPY a /srv/a\nUSER 0\nRUN chown -R 1 /srv", None),
        ("USER 1\nCOPY a /srv/a\nUSER 0\nRUN chown -v 1:1 /srv/a", None),
        ("USER 1\nCOPY a /srv/a\nUSER 0\nRUN chown -R 1 / ", None),
        ("USER 1\nCOPY a /srv/a\nUSER 0\nRUN chown 1 /srv/*", None),
        ("USER 1\nCOPY a /srv/\nUSER 0\nRUN chown 1 /srv/a", None),
        ("USER 1\nCOPY a /srv/a\nUSER 0\nRUN chown 1 $DATA", None),
        ("USER 1\nCOPY a /srv/a\nUSER 0\nRUN chown --reference=/x /srv/a", None),
        ("USER 1\nWORKDIR /srv\nCOPY a a\nUSER 0\nRUN chown 1 a", None),
        ("USER 1\nWORKDIR /srv\nCOPY a a\nUSER 0\nRUN cd / && chown -R 1 srv", None),
        (
            "USER 1\nCOPY a /application\nUSER 0\nRUN chown -R 65532 /app",
            "USER 1\nCOPY --chown=1 a /application\nUSER 0\nRUN chown -R 65532 /app",
        ),
        (
            "USER 1\nCOPY a /app:app/x\nUSER 0\nRUN chown -R app:app /data",
            "USER 1\nCOPY --chown=1 a /app:app/x\nUSER 0\nRUN chown -R app:app /data",
        ),
        (
            "USER 1\nCOPY a /srv/a\nUSER 0\nRUN chown 1 /data/*",
            "USER 1\nCOPY --chown=1 a /srv/a\nUSER 0\nRUN chown 1 /data/*",
        ),
        (
            "USER 1\nCOPY a /srv/a\nUSER 0\nRUN chown 1 /srv",
            "USER 1\nCOPY --chown=1 a /srv/a\nUSER 0\nRUN chown 1 /srv",
        ),
        (
            "USER 1\nCOPY a /a\nFROM debian:12\nCOPY a /a",
            "USER 1\nCOPY --chown=1 a /a\nFROM debian:12\nCOPY a /a",
        ),
    ],
)
def test_owner(lines: str, fixed: str | None) -> None:
    expected = None if fixed is None else f"FROM debian:12\n{fixed or lines}\n"
    assert mended(f"FROM debian:12\n{lines}\n", "GD136") == expected


def test_owner_of_a_stage_below() -> None:
    text = "FROM debian:12 AS a\nUSER 1\nFROM a\nCOPY {}x /x\n"
    assert mended(text.format(""), "GD136") == text.format("--chown=1 ")


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("COPY a /a\nRUN chmod 755 /a", "COPY --chmod=755 a /a"),
        ("COPY a /b/\nRUN chmod u+x /b/a", "COPY --chmod=u+x a /b/"),
        ("WORKDIR /w\nCOPY x/a .\nRUN chmod +x a", "WORKDIR /w\nCOPY --chmod=+x x/a ."),
        ("WORKDIR /w\nCOPY a ./b\nRUN chmod +x /w/b", "WORKDIR /w\nCOPY --chmod=+x a ./b"),
        ('COPY a /a\nRUN ["chmod", "755", "/a"]', "COPY --chmod=755 a /a"),
        ("COPY --chmod=644 a /a\nRUN chmod 755 /a\nUSER 1", "COPY --chmod=755 a /a\nUSER 1"),
        ("COPY --chmod=644 a /a\nRUN chmod +x /a", ""),
        ("COPY a /a\n# Why.\nRUN chmod 755 /a", ""),
        ("COPY a b /c/\nRUN chmod 755 /c/a", None),
        ("COPY a /a\nRUN chmod 755 /a && /a", None),
        ("COPY a /a\nRUN chmod -R 755 /a", None),
        ("COPY a /a\nRUN chmod 755 /b", None),
        ("COPY a /a\nUSER 1\nRUN chmod 755 /a", None),
        ("COPY *.sh /a\nRUN chmod 755 /a", None),
        ("COPY a /a\nRUN chmod $M /a", None),
    ],
)
def test_mode(lines: str, fixed: str | None) -> None:
    expected = None if fixed is None else f"FROM debian:12\n{fixed or lines}\n"
    assert mended(f"FROM debian:12\n{lines}\n", "GD137") == expected


URL = "https://example.com/a.tar.gz"


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        (f"RUN curl {URL} | tar xz", f"ADD --unpack {URL} ./"),
        (f"RUN curl {URL} | tar xzf - -C /opt", f"ADD --unpack {URL} /opt/"),
        (f"RUN curl -sSL {URL} | tar -xz -C /opt/", f"ADD --unpack {URL} /opt/"),
        (f"RUN curl -sSL {URL} | \\\n  tar -xzf - --directory=/opt", f"ADD --unpack {URL} /opt/"),
        (f"RUN wget -O /t.tgz {URL} && tar -xf /t.tgz -C /opt", f"ADD --unpack {URL} /opt/"),
        (f"RUN wget -qO- {URL} | tar -xz -C /opt --strip-components=1", ""),
        (f"RUN curl {URL} | tar -xz -C /opt a", ""),
        (f"RUN curl {URL} | tar -xz -C /opt && ls", ""),
        (
            "ARG V\nRUN curl https://x.org/$V.tgz | tar -xz -C /o",
            "ARG V\nADD --unpack https://x.org/$V.tgz /o/",
        ),
        ("RUN V=1; curl https://x.org/$V.tgz | tar -xz -C /o", ""),
        ("RUN curl https://x.org/a.zip | tar -xz", None),
        (f"RUN curl -O {URL}", None),
    ],
)
def test_unpack(lines: str, fixed: str | None) -> None:
    expected = None if fixed is None else f"FROM debian:12\n{fixed or lines}\n"
    assert mended(f"FROM debian:12\n{lines}\n", "GD134") == expected


REPOSITORY = "https://example.com/a/b"


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        (f"RUN git clone {REPOSITORY}", f"ADD --keep-git-dir=true {REPOSITORY}.git b"),
        (f"RUN git clone --branch=v1 {REPOSITORY}.git .", f"ADD --keep-git-dir=true {REPOSITORY}.git#v1 ."),
        (
            f"ARG V=1\nRUN git clone -b $V {REPOSITORY} /b",
            f"ARG V=1\nADD --keep-git-dir=true {REPOSITORY}.git#$V /b",
        ),
        (f"RUN git clone {REPOSITORY} && make", ""),
        (f"RUN --mount=type=ssh git clone {REPOSITORY}", ""),
        ("RUN git clone git@github.com:a/b.git", ""),
        ("RUN git clone /src /b", None),
        ("RUN git pull", None),
    ],
)
def test_clone(lines: str, fixed: str | None) -> None:
    expected = None if fixed is None else f"FROM debian:12\n{fixed or lines}\n"
    assert mended(f"FROM debian:12\n{lines}\n", "GD135") == expected


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("RUN echo a b > /x", "COPY <<EOF /x\na b\nEOF"),
        ("RUN echo '$a' > /x", "COPY <<'EOF' /x\n$a\nEOF"),
        ("RUN echo '#!/bin/sh' > /x", "COPY <<EOF /x\n#!/bin/sh\nEOF"),
        ("RUN printf 'a\\nb\\n' > /x", "COPY <<EOF /x\na\nb\nEOF"),
        ("RUN printf '%s\\n' a > /x", ""),
        ("RUN printf 'a' > /x", ""),
        ('RUN echo "$A" > /x', ""),
        ("RUN echo -e a > /x", ""),
        ("RUN echo 'a\\nb' > /x", ""),
        ("RUN echo a > /x && ls", ""),
        ("USER 1\nRUN echo a > /x", ""),
        ("RUN echo EOF > /x", ""),
        ("RUN cat <<'E' > /x\n$a\nE", "COPY <<'E' /x\n$a\nE"),
        ("RUN cat > /x <<E\na\nE", "COPY <<E /x\na\nE"),
        ("RUN cat <<E > /x\n$a\nE", ""),
        ("RUN ls && echo a > /dev/stderr", None),
        ("RUN echo a >> /x", None),
        ("RUN echo a 2> /x", None),
        ("RUN echo a && ls > /x", None),
        ("RUN cat a > /x", None),
    ],
)
def test_written_file(lines: str, fixed: str | None) -> None:
    expected = None if fixed is None else f"FROM debian:12\n{fixed or lines}\n"
    assert mended(f"FROM debian:12\n{lines}\n", "GD138") == expected


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("COPY a.vex.json /v/\nUSER 1", "USER 1"),
        ("COPY --chmod=444 ./x/a.vex.json b.vex.json /v/\nUSER 1", "USER 1"),
        ("COPY a.vex.json b /v/", ""),
        ("COPY a.vex.json.old /v/", None),
        ("COPY vex.json /v/", None),
        ("COPY a /v/a.vex.json", None),
        ("RUN cp a.vex.json /v/", None),
    ],
)
def test_vex_documents(lines: str, fixed: str | None) -> None:
    expected = None if fixed is None else f"FROM debian:12\n{fixed or lines}\n"
    assert mended(f"FROM debian:12\n{lines}\n", "GD139") == expected
