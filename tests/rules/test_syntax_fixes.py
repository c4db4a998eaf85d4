"""What BuildKit refuses, and the nearest text that it takes."""

from __future__ import annotations

import pytest

from gendock.dockerfile import read
from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text

MENDED = {
    "COPY --link --chown=1 --link a /b": "COPY --link --chown=1 a /b",
    "COPY --link=on a /b": "COPY --link a /b",
    "COPY --link=off a /b": "COPY --link=false a /b",
    "COPY --link=ture a /b": "COPY --link=true a /b",
    "RUN --security=insecur a": "RUN --security=insecure a",
    'CMD ["sleep", 10, -1.5, true]': 'CMD ["sleep", "10", "-1.5", "true"]',
    'CMD ["a 1", 2]': 'CMD ["a 1", "2"]',
    "RNU a": "RUN a",
    "ENRTYPOIT a": "ENTRYPOINT a",
    "CWD /a": "WORKDIR /a",
    "export A=b": "ENV A=b",
    "SHELL /bin/bash -c": 'SHELL ["/bin/bash", "-c"]',
    "SHELL ['/bin/bash', '-c']": 'SHELL ["/bin/bash", "-c"]',
    "ENV A=b c d E=f g": 'ENV A="b c d" E="f g"',
    "ENV A=1 B =2": "ENV A=1 B=2",
    "LABEL a=1 b = 2 c= 3": "LABEL a=1 b=2 c=3",
    "ARG A =b": "ARG A=b",
    "HEALTHCHECK NONE a b": "HEALTHCHECK NONE",
    "HEALTHCHECK --interval=30 CMD a": "HEALTHCHECK --interval=30s CMD a",
    "HEALTHCHECK --timeout=5Sec CMD a": "HEALTHCHECK --timeout=5s CMD a",
    'VOLUME ["", "/a"]': 'VOLUME ["/a"]',
    'VOLUME ["/a", "", "/b"]': 'VOLUME ["/a", "/b"]',
    "LABEL a='b": "LABEL a='b'",
    "WORKDIR /${A": "WORKDIR /${A}",
    "EXPOSE 80/tpc": "EXPOSE 80/tcp",
    "EXPOSE 80,443/udp": "EXPOSE 80 443/udp",
    "STOPSIGNAL SIGTREM": "STOPSIGNAL SIGTERM",
    "COPY https://example.com/a /b": "ADD https://example.com/a /b",
    "RUN --mount=type=cahce,target=/a b": "RUN --mount=type=cache,target=/a b",
    "RUN --mount=type=cache,taget=/a b": "RUN --mount=type=cache,target=/a b",
    "ONBUILD ONBUILD RUN a": "ONBUILD RUN a",
    "COPPY a b": "COPY a b",
    "COPY --form=x a b": "COPY --from=x a b",
}

LEFT = (
    "COPY --chown=1 --chown=2 a /b",
    "ENV A",
    "ENV =b",
    'ENV A=b "c',
    "HEALTHCHECK --interval=1d CMD a",
    "VOLUME ['']",
    "EXPOSE 80000",
    "EXPOSE https",
    "STOPSIGNAL $A",
    "COPY --parents https://example.com/a /b",
    "ENV A=${B^^}",
    "SHELL $BASH -c",
    "TAG a",
    "BUILD a",
    "CROSS_BUILD a",
    'CMD [{"a": 1}]',
)


def fixed(text: str) -> str:
    settings = Settings(select=("GD0", "DL3011", "DL3043", "DL3061"))
    return fix_text(text, lambda changed: lint_text(changed, settings), unsafe=False).text


@pytest.mark.parametrize("line", MENDED)
def test_mended(line: str) -> None:
    before, after = f"FROM a:1\n{line}\nUSER 1\n", f"FROM a:1\n{MENDED[line]}\nUSER 1\n"
    assert read(before).all_problems
    assert fixed(before) == after
    assert not read(after).all_problems


@pytest.mark.parametrize("line", LEFT)
def test_left(line: str) -> None:
    text = f"FROM a:1\n{line}\nUSER 1\n"
    assert fixed(text) == text


@pytest.mark.parametrize(
    "line", ["SHELL ['/bin/bash', '-c']", 'SHELL ["/bin/bash", "-c",]', "SHELL /bin/bash -c"]
)
def test_an_array_is_shown_as_it_has_to_be(line: str) -> None:
    (problem,) = read(f"FROM a:1\n{line}\n").all_problems
    assert problem.help == 'write `SHELL ["/bin/bash", "-c"]`'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM a:1 A b\n", "FROM a:1 AS b\n"),
        ("FROM --platform=amd65 a:1\n", "FROM --platform=amd64 a:1\n"),
        ("USER 1\nFROM a:1\nRUN b\n", "FROM a:1\nUSER 1\nRUN b\n"),
        ("ARG A\nRUN b \\\n  c\nFROM a:1\n", "ARG A\nFROM a:1\nRUN b \\\n  c\n"),
        ("RUN a\nUSER 1\nFROM a:1\n", "RUN a\nUSER 1\nFROM a:1\n"),
        ("# escape=|\nFROM a:1\nRUN b `\n c\n", "# escape=`\nFROM a:1\nRUN b `\n c\n"),
        ("# check=error=yes\nFROM a:1\n", "# check=error=true\nFROM a:1\n"),
        ("# escape=`\n# escape=`\nFROM a:1\n", "# escape=`\nFROM a:1\n"),
        ("# escape=`\n# escape=\\\nFROM a:1\n", "# escape=`\n# escape=\\\nFROM a:1\n"),
    ],
)
def test_head(before: str, after: str) -> None:
    assert fixed(before) == after
