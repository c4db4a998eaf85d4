"""Fixes of the rules about package managers, in layouts of all kinds."""

from __future__ import annotations

import pytest

from gendock.dockerfile import read
from gendock.lint import Applicability, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile

CLEAN = "rm -rf /var/lib/apt/lists/*"
MODULES = "--mount=type=cache,target=/root/go/pkg/mod"
COMPILED = "--mount=type=cache,target=/root/.cache/go-build"
# (rules, before, after); what cannot be mended stays as it is.
FIXES = [
    # Behind the word, whatever the layout.
    ("DL3014", "RUN apt-get install \\\n  # why\n  curl", "RUN apt-get install -y \\\n  # why\n  curl"),
    ("DL3014", "RUN apt-get install \\\r\n  curl\r\n", "RUN apt-get install -y \\\r\n  curl\r\n"),
    ("DL3014", 'RUN ["apt-get", "install", "a"]', 'RUN ["apt-get", "install", "-y", "a"]'),
    ("DL3014", "RUN sh -c 'apt-get install a'", "RUN sh -c 'apt-get install -y a'"),
    ("DL3014", "RUN <<-EOF\n\tapt-get install a\n\tEOF", "RUN <<-EOF\n\tapt-get install -y a\n\tEOF"),
    ("DL3014", "RUN \"apt-get\" 'install' a", "RUN \"apt-get\" 'install' -y a"),
    ("DL3014", "ONBUILD RUN sudo apt-get install a", "ONBUILD RUN sudo apt-get install -y a"),
    ("DL3014,DL3015", "RUN apt-get install a", "RUN apt-get install -y --no-install-recommends a"),
    (
        "DL3015",
        "RUN apt-get install -y -q -t sid a",
        "RUN apt-get install -y -q --no-install-recommends -t sid a",
    ),
    (
        "DL3015",
        "RUN apt-get install \\\n  -y \\\n  a",
        "RUN apt-get install \\\n  -y --no-install-recommends \\\n  a",
    ),
    (
        "DL3027",
        "RUN /usr/bin/apt update && apt search a",
        "RUN /usr/bin/apt-get update && apt-cache search a",
    ),
    ("DL3027", "RUN apt upgrade -y", "RUN apt-get upgrade --with-new-pkgs -y"),
    ("DL3027", "RUN apt full-upgrade -y", "RUN apt-get dist-upgrade -y"),
    ("DL3027", 'RUN ["apt", "update"]', 'RUN ["apt-get", "update"]'),
    ("DL3027", "RUN apt list", "RUN apt list"),
    # What fetches the index anew gives way to what keeps none.
    ("DL3019", "RUN apk --update add a", "RUN apk --no-cache add a"),
    ("DL3019", "RUN apk add \\\n  -U a", "RUN apk add \\\n  --no-cache a"),
    ("DL3019", 'RUN ["apk", "add", "--update-cache", "a"]', 'RUN ["apk", "add", "--no-cache", "a"]'),
    ("DL3019", "RUN apk upgrade -U && apk add -U a", "RUN apk upgrade -U && apk add --no-cache a"),
    (
        "DL3019",
        "RUN apk update && apk upgrade -U && apk add -U a",
        "RUN apk upgrade --no-cache && apk add --no-cache a",
    ),
    # A folder that stays empty has nothing for rm, which fails then.
    (
        "DL3019",
        "RUN apk add -U a && apk add b && rm /var/cache/apk/*",
        "RUN apk add --no-cache a && apk add --no-cache b && rm -f /var/cache/apk/*",
    ),
    ("DL3019", "RUN apk add a; rm -r /var/cache/apk", "RUN apk add --no-cache a; rm -rf /var/cache/apk"),
    (
        "DL3019",
        "RUN apk add a && rm --force /var/cache/apk/*",
        "RUN apk add --no-cache a && rm --force /var/cache/apk/*",
    ),
    ("DL3042", "RUN python3 -m pip install a", "RUN python3 -m pip install --no-cache-dir a"),
    # A further command at the end of the chain, in its layout.
    ("DL3009", "RUN apt-get update", f"RUN apt-get update && {CLEAN}"),
    (
        "DL3009",
        "RUN apt-get update \\\n    && apt-get install a > log 2>&1 \\\n    && make",
        f"RUN apt-get update \\\n    && apt-get install a > log 2>&1 \\\n    && {CLEAN} \\\n    && make",
    ),
    (
        "DL3009",
        "RUN apt-get update && \\\r\n  apt-get install a\r\n",
        f"RUN apt-get update && \\\r\n  apt-get install a && \\\r\n  {CLEAN}\r\n",
    ),
    (
        "DL3009",
        "RUN apt-get update && apt-get install \\\n    a \\\n    b",
        f"RUN apt-get update && apt-get install \\\n    a \\\n    b \\\n    && {CLEAN}",
    ),
    (
        "DL3009",
        "RUN set -e; apt-get update; sudo apt-get install a; make",
        f"RUN set -e; apt-get update; sudo apt-get install a && sudo {CLEAN}; make",
    ),
    ("DL3009", "RUN <<EOF\napt-get update\nEOF", f"RUN <<EOF\napt-get update && {CLEAN}\nEOF"),
    ("DL3009", 'RUN bash -c "apt-get update"', f'RUN bash -c "apt-get update && {CLEAN}"'),
    ("DL3009", 'RUN ["sh", "-c", "apt-get update"]', f'RUN ["sh", "-c", "apt-get update && {CLEAN}"]'),
    ("DL3009", 'RUN ["apt-get", "update"]', 'RUN ["apt-get", "update"]'),
    ("DL3009", "RUN apt-get update || true", "RUN apt-get update || true"),
    ("DL3009", "RUN if x; then apt-get update; fi", "RUN if x; then apt-get update; fi"),
    # What a later RUN rests on stays.
    ("DL3009", "RUN apt-get update\nRUN apt-get install a", "RUN apt-get update\nRUN apt-get install a"),
    (
        "DL3009",
        "RUN apt-get update\nRUN apt-get update && apt-get install a",
        f"RUN apt-get update && {CLEAN}\nRUN apt-get update && apt-get install a && {CLEAN}",
    ),
    (
        "DL3009,GD330",
        "RUN apt-get update\nRUN apt-get install a",
        f"RUN apt-get update && apt-get install a && {CLEAN}",
    ),
    ("DL3009", "RUN apt-get update | tee log", "RUN apt-get update | tee log"),
    ("DL3032", "RUN yum install -y a", "RUN yum install -y a && yum clean all"),
    (
        "DL3040",
        "RUN dnf install -y a && microdnf install -y b",
        "RUN dnf install -y a && dnf clean all && microdnf install -y b && microdnf clean all",
    ),
    ("DL3060", "RUN yarn install && yarn build", "RUN yarn install && yarn cache clean && yarn build"),
    # A command less.
    ("GD331", "RUN a && apt-get upgrade -y && b", "RUN a && b"),
    ("GD331", "RUN apt-get upgrade -y && b", "RUN b"),
    ("GD331", "RUN a; apt-get upgrade -y; b", "RUN a; b"),
    ("GD331", "RUN a \\\n  && apt-get upgrade -y \\\n  && b", "RUN a \\\n  && b"),
    ("GD331", "RUN a && \\\n  apt-get upgrade -y && \\\n  b", "RUN a && \\\n  b"),
    ("GD331", "RUN apt-get upgrade -y || true", "RUN apt-get upgrade -y || true"),
    ("GD331", "RUN apt-get upgrade -y > log && a", "RUN apt-get upgrade -y > log && a"),
    ("GD331", "RUN apt-get upgrade -y\nRUN a", "RUN a"),
    ("DL3035", "RUN zypper dup && a", "RUN a"),
    # One RUN of two.
    ("GD330", "RUN apt-get update\n\nRUN apt-get install a", "RUN apt-get update && apt-get install a"),
    (
        "GD330",
        "RUN apt-get update\nRUN set -e && \\\n  apt-get install a",
        "RUN apt-get update && set -e && \\\n  apt-get install a",
    ),
    (
        "GD330",
        "RUN apt-get update\n# why\nRUN apt-get install a",
        "RUN apt-get update\n# why\nRUN apt-get install a",
    ),
    ("GD330", "RUN apt-get update\nRUN apt-get install a; b", "RUN apt-get update\nRUN apt-get install a; b"),
    (
        "GD330",
        "RUN apt-get update\nRUN --network=none apt-get install a",
        "RUN apt-get update\nRUN --network=none apt-get install a",
    ),
    # Options and variables less.
    ("GD334", "RUN apt-get install -y --force-yes a", "RUN apt-get install -y a"),
    ("GD336", 'RUN ["apk", "add", "--allow-untrusted", "a"]', 'RUN ["apk", "add", "a"]'),
    ("GD338", "RUN rpm -i \\\n  --nosignature \\\n  --nodigest \\\n  a", "RUN rpm -i \\\n  a"),
    ("GD339", "RUN dnf --setopt sslverify=0 update", "RUN dnf update"),
    ("GD340", "RUN pip install --trusted-host=a --trusted-host b c", "RUN pip install c"),
    ("GD341", "ENV A=1 \\\n    PIP_TRUSTED_HOST=a \\\n    B=2", "ENV A=1 \\\n    B=2"),
    ("GD341", "ENV A=1\nENV PIP_TRUSTED_HOST a\nENV B=2", "ENV A=1\nENV B=2"),
    ("GD342", "RUN npm config set strict-ssl false\nRUN a", "RUN a"),
    (
        "GD335",
        "RUN apk add a b && apk del b a",
        "RUN apk add --virtual .build-deps a b && apk del .build-deps",
    ),
    ("GD335", "RUN apk add a b && apk del a", "RUN apk add a b && apk del a"),
    # Mounts.
    (
        "GD344",
        "RUN --network=none npm ci && npm cache clean --force",
        "RUN --network=none --mount=type=cache,target=/root/.npm npm ci",
    ),
    (
        "GD344",
        "RUN --mount=type=bind,target=/src \\\n    go build",
        f"RUN --mount=type=bind,target=/src \\\n    {MODULES} \\\n    {COMPILED} \\\n    go build",
    ),
    (
        "GD344",
        "RUN <<EOF\ngo build\nEOF",
        f"RUN {MODULES} {COMPILED} <<EOF\ngo build\nEOF",
    ),
    (
        "GD344",
        'RUN ["pip", "install", "--no-cache-dir", "a"]',
        'RUN --mount=type=cache,target=/root/.cache/pip ["pip", "install", "a"]',
    ),
    # The order of packages; versions, quotes and continuations stay with them.
    ("GD346", "RUN pip install a>=1,<2 b", 'RUN pip install "a>=1,<2" b'),
    ("GD346", "RUN sudo pip install \\\n  a[x]>=1", 'RUN sudo pip install \\\n  "a[x]>=1"'),
    ("GD346", 'RUN bash -c "pip install a>=1"', 'RUN bash -c "pip install a>=1"'),
    ("GD345", "RUN apk add 'c=1' \\\n  $X b \\\n  a", "RUN apk add a \\\n  $X b \\\n  'c=1'"),
    ("GD345", "RUN apk add d c \\\n  # why\n  b a", "RUN apk add c d \\\n  # why\n  a b"),
]


@pytest.mark.parametrize(("codes", "before", "after"), FIXES)
def test_fixes(codes: str, before: str, after: str) -> None:
    settings = Settings(select=tuple(codes.split(",")), profile=Profile.ALL)
    text, wanted = (f"FROM debian:12\n{lines.rstrip()}\n" for lines in (before, after))
    if "\r\n" in before:
        text, wanted = (f"FROM debian:12\r\n{lines}" for lines in (before, after))
    fixed = fix_text(text, lambda changed: lint_text(changed, settings), unsafe=True)
    assert fixed.text == wanted
    assert [finding for finding in fixed.left if finding.fix] == []
    assert read(wanted).all_problems == read(text).all_problems == ()


@pytest.mark.parametrize(
    ("code", "line", "applicability"),
    [
        ("DL3014", "apt-get install a", Applicability.SAFE),
        ("DL3015", "apt-get install -y a", Applicability.UNSAFE),
        ("DL3019", "apk add a", Applicability.UNSAFE),
        ("DL3019", "apk add a && rm -rf /var/cache/apk/*", Applicability.SAFE),
        ("DL3019", "apk add a && rm /var/cache/apk/*", Applicability.SAFE),
        ("DL3027", "apt update", Applicability.SAFE),
        ("DL3009", "apt-get update", Applicability.UNSAFE),
        ("GD333", "apt-get install --allow-unauthenticated a", Applicability.UNSAFE),
        ("GD344", "go build", Applicability.UNSAFE),
        ("GD345", "apk add b a", Applicability.SAFE),
    ],
)
def test_applicability(code: str, line: str, applicability: Applicability) -> None:
    settings = Settings(select=(code,), profile=Profile.ALL)
    (finding,) = lint_text(f"FROM debian:12\nRUN {line}\n", settings)
    assert finding.fix is not None
    assert finding.fix.applicability is applicability


def test_a_clean_file_is_left_alone() -> None:
    text = (
        "FROM debian:12\n"
        "RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf "
        "/var/lib/apt/lists/*\n"
        "USER 65532:65532\n"
    )
    assert lint_text(text, Settings()) == ()
