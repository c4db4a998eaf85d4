"""Commands in images without a shell, checks by programs that are not there, arrays that hold lines."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile

STATIC = "FROM gcr.io/distroless/static-debian12:nonroot"


def codes(text: str, *select: str, profile: Profile = Profile.ALL) -> list[str]:
    settings = Settings(select=select, profile=profile)
    return [finding.rule.code for finding in lint_text(f"{text}\n", settings)]


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM scratch\nRUN echo x", True),
        ('FROM scratch\nRUN ["/app"]', False),
        ('FROM scratch\nRUN ["sh", "-c", "x"]', True),
        ("FROM scratch\nCOPY --from=b /bin/sh /bin/sh\nRUN echo x", False),
        ("FROM scratch\nRUN echo x\nCOPY --from=b /bin/sh /bin/sh", True),
        ("FROM scratch\nCMD ./app\nCOPY --from=b /bin/sh /bin/sh", False),
        ("FROM scratch\nADD rootfs.tar.gz /\nRUN echo x", False),
        ("FROM scratch\nCOPY rootfs/ /\nRUN echo x", False),
        ("FROM scratch\nCOPY --from=b /rootfs /\nRUN echo x", False),
        ("FROM scratch\nCOPY --from=b /bin /bin\nRUN echo x", False),
        ("FROM scratch\nCOPY app /app\nRUN echo x", True),
        ("FROM scratch\nCOPY ca.crt /\nRUN echo x", True),
        ("FROM scratch\nCOPY app /usr/bin/\nENTRYPOINT app", True),
        ('FROM scratch\nSHELL ["/s"]\nRUN echo x', False),
        ("FROM scratch\nRUN --mount=from=busybox,source=/bin,target=/bin mkdir /x", False),
        ("FROM scratch\nRUN --mount=source=/from=x,target=/bin mkdir /x", True),
        ("FROM scratch AS a\nCOPY --from=b /bin/sh /bin/sh\nFROM a\nRUN echo x", False),
        ("FROM scratch AS a\nFROM a\nRUN echo x", True),
        (f"{STATIC}\nHEALTHCHECK CMD curl x", True),
        (f"{STATIC}\nHEALTHCHECK NONE", False),
        ("FROM gcr.io/distroless/java17-debian12\nENTRYPOINT /app", True),
        ("FROM gcr.io/distroless/base:debug\nENTRYPOINT /app", False),
        ("FROM gcr.io/distroless/base:debug-nonroot\nENTRYPOINT /app", False),
        ("FROM gcr.io/distroless/python3\nENTRYPOINT /app", False),
        ("FROM cgr.dev/chainguard/static:latest\nENTRYPOINT /app", True),
        ("FROM cgr.dev/chainguard/go:latest-dev\nENTRYPOINT /app", False),
        ("FROM debian:12\nENTRYPOINT /app", False),
        ("ARG B\nFROM $B\nENTRYPOINT /app", False),
    ],
)
def test_no_shell(text: str, *, fires: bool) -> None:
    assert codes(text, "GD216") == (["GD216"] if fires else [])


def test_one_finding_where_shell_form_cannot_start() -> None:
    text = f"{STATIC}\nENTRYPOINT /app"
    assert codes(text, "GD216", "DL3025") == ["GD216"]
    assert codes(text, "DL3025") == ["DL3025"]
    assert codes("FROM debian:12\nENTRYPOINT /app", "GD216", "DL3025") == ["DL3025"]
    assert codes("FROM scratch\nRUN a | b", "GD216", "DL4006") == ["GD216"]


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        (f'{STATIC}\nHEALTHCHECK CMD ["wget", "x"]', True),
        (f'{STATIC}\nHEALTHCHECK CMD ["/usr/bin/curl", "x"]', True),
        (f'{STATIC}\nCOPY --from=b /curl /usr/bin/\nHEALTHCHECK CMD ["curl", "x"]', False),
        (f'{STATIC}\nHEALTHCHECK CMD ["/app", "curl"]', False),
        ("FROM alpine:3\nHEALTHCHECK CMD curl x || exit 1", True),
        ("FROM docker.io/library/alpine:3\nHEALTHCHECK CMD curl x || exit 1", True),
        ("FROM public.ecr.aws/docker/library/alpine:3\nHEALTHCHECK CMD curl x || exit 1", True),
        ("FROM ghcr.io/library/alpine:3\nHEALTHCHECK CMD curl x || exit 1", False),
        ("FROM me/alpine:3\nHEALTHCHECK CMD curl x || exit 1", False),
        ("FROM alpine\nHEALTHCHECK CMD x && sudo curl x", True),
        ("FROM alpine:3\nHEALTHCHECK CMD wget x", False),
        ("FROM debian:12-slim\nHEALTHCHECK CMD wget x", True),
        ('FROM debian:12-slim\nHEALTHCHECK CMD ["bash", "-c", "curl x"]', True),
        ("FROM alpine:3\nRUN apk add curl\nHEALTHCHECK CMD curl x", False),
        ("FROM alpine:3\nRUN apk add git\nHEALTHCHECK CMD curl x", True),
        ("FROM alpine:3\nRUN apk add $TOOLS\nHEALTHCHECK CMD curl x", False),
        ("FROM alpine:3\nRUN ./install.sh\nHEALTHCHECK CMD curl x", False),
        ("FROM alpine:3 AS a\nRUN apk add curl\nFROM a\nHEALTHCHECK CMD curl x", False),
        ("FROM me/alpine:3\nHEALTHCHECK CMD curl x", False),
        ("FROM node:24\nHEALTHCHECK CMD curl x", False),
    ],
)
def test_healthcheck_tool(text: str, *, fires: bool) -> None:
    assert codes(text, "GD218") == (["GD218"] if fires else [])


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ('CMD ["npm start"]', 'CMD ["npm", "start"]'),
        ('CMD ["npm run $X"]', ""),
        ('CMD ["/app", "a b"]', None),
        ('CMD ["C:\\\\Program Files\\\\x"]', None),
        ('ENTRYPOINT ["x"]\nCMD ["a b"]', None),
        ('CMD ["a", "&&", "b", ">", "/c"]', 'CMD ["/bin/sh", "-c", "a && b > /c"]'),
        ('CMD ["sh", "-c", "a && b"]', None),
        ('CMD ["sh", "a && b"]', 'CMD ["sh", "-c", "a && b"]'),
        ('CMD ["sh", "/run.sh"]', None),
        ('CMD ["test", "a", ">", "b"]', None),
        ('HEALTHCHECK CMD ["curl -f x"]', 'HEALTHCHECK CMD ["curl", "-f", "x"]'),
        ('RUN ["go build", "."]', ""),
        ("CMD npm start && x", None),
    ],
)
def test_unsplit_array(line: str, fixed: str | None) -> None:
    settings = Settings(select=("GD219",))
    text = f"FROM debian:12\n{line}\n"
    assert bool(lint_text(text, settings)) is (fixed is not None)
    done = fix_text(text, lambda text: lint_text(text, settings), unsafe=True)
    assert done.text == (f"FROM debian:12\n{fixed}\n" if fixed else text)


def test_arrays_of_windows_are_lines() -> None:
    text = 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT ["a.cmd", "&", "cmd"]'
    assert codes(text, "GD219") == []
    other = 'FROM example.com/windows-base:1809\nENTRYPOINT ["/a.cmd", "&", "cmd", "/c"]'
    assert codes(other, "GD219") == []
