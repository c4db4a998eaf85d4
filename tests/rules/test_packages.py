"""Rules about package managers: what sets them off, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.profiles import Profile

# (rule, lines behind FROM, how often it says something)
CASES = [
    # The subcommand is the first word behind the options, whatever stands in front.
    ("DL3008", "RUN apt-get install -y curl=7.88", 0),
    ("DL3008", "RUN apt-get -o Acquire::Retries=3 -qq install -y -t bookworm-backports curl", 1),
    ("DL3008", "RUN apt-get install -y --target-release sid curl=1", 0),
    ("DL3008", "RUN apt-get install -y ./tool.deb /tmp/*.deb nginx/stable", 0),
    ("DL3008", "RUN apt-get install -y $PACKAGES", 1),
    ("DL3008", "RUN apt-get install -y curl=${VERSION}", 0),
    ("DL3008", "RUN sudo -E apt-get install -y curl && sh -c 'apt-get install -y wget'", 2),
    ("DL3008", "RUN apt-get remove -y install", 0),
    ("DL3008", "RUN echo apt-get install curl", 0),
    ("DL3008", "RUN <<-EOF\n\tapt-get install -y \\\n\t  curl\n\tEOF", 1),
    ("DL3008", 'RUN ["apt-get", "install", "-y", "curl"]', 1),
    ("DL3008", "ONBUILD RUN apt-get install -y curl", 1),
    ("DL3008", 'SHELL ["pwsh", "-c"]\nRUN apt-get install -y curl', 0),
    ("DL3009", "RUN apt-get update && rm -rf /tmp/x", 1),
    ("DL3009", "RUN rm -rf /var/lib/apt/lists/* && apt-get update", 1),
    ("DL3009", "RUN apt-get update && rm -r /var/lib/apt/lists", 0),
    ("DL3009", "RUN apt-get update && sudo rm -fr /var/lib/apt/lists*", 0),
    ("DL3009", "RUN apt-get update && rm -rf /var/{cache,lib}/{apt,debconf}/*", 0),
    ("DL3009", "RUN apt-get update && rm -rf /var/cache/apt/archives/*.deb", 1),
    ("DL3009", "RUN apt-get update && find /var/lib/apt/lists -type f -delete", 0),
    ("DL3009", "RUN apt-get update && apt-get dist-clean", 0),
    ("DL3009", "RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update", 0),
    ("DL3009", "RUN --mount=type=cache,target=/var/lib/apt apt-get update", 1),
    (
        "DL3009",
        "RUN --mount=type=cache,dst=/var/lib/apt --mount=type=tmpfs,target=/var/cache/apt apt-get update",
        0,
    ),
    ("DL3009", "RUN --mount=type=bind,target=/var/lib/apt/lists apt-get update", 1),
    ("DL3009", "RUN apt-get update\nFROM debian:12", 0),
    ("DL3013", "RUN pip install flask", 1),
    ("DL3013", "RUN pip3.12 install 'flask>=3' \"a[b]~=1\"", 0),
    ("DL3013", "RUN python3 -I -m pip --quiet install flask", 1),
    ("DL3013", "RUN python3 -m venv pip install flask", 0),
    ("DL3013", "RUN pip install -rrequirements.txt flask", 0),
    ("DL3013", "RUN pip install --constraint=limits.txt flask", 0),
    ("DL3013", "RUN pip install git+https://example.com/a.git", 1),
    ("DL3013", "RUN pip install git+https://example.com/a.git@v1 ./b c.whl", 0),
    ("DL3013", "RUN pip install --index-url https://example.com --timeout 10 -t /x flask==3", 0),
    ("DL3013", "RUN pipenv install flask", 0),
    ("DL3014", "RUN apt-get install curl", 1),
    ("DL3014", "RUN apt-get install -qq curl && apt-get -q -q install a && apt-get -q=2 install b", 0),
    ("DL3014", "RUN apt-get -yq install curl && apt-get --assume-yes install a", 0),
    ("DL3014", "RUN apt-get -o APT::Get::Assume-Yes=true install curl", 0),
    ("DL3014", "RUN echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/y\nRUN apt-get install a", 0),
    (
        "DL3014",
        'RUN echo "APT::Get::Assume-Yes \\"true\\";" > /etc/apt/apt.conf.d/y\nRUN apt-get install a',
        0,
    ),
    (
        "DL3014",
        'COPY <<EOF /etc/apt/apt.conf.d/y\nAPT::Get::Assume-Yes "true";\nEOF\nRUN apt-get install a',
        0,
    ),
    (
        "DL3014",
        'COPY <<EOF /etc/apt/apt.conf.d/y\n# APT::Get::Assume-Yes "true";\nEOF\nRUN apt-get install a',
        1,
    ),
    ("DL3014", 'RUN a && \\\n# APT::Get::Assume-Yes "true"\n b\nRUN apt-get install a', 1),
    ("DL3014", "LABEL x='APT::Get::Assume-Yes true'\nRUN apt-get install a", 1),
    ("DL3015", "RUN apt-get install -y -o APT::Install-Recommends=0 curl", 0),
    ("DL3015", "RUN apt-get install -y -o APT::Install-Recommends=1 curl", 1),
    ("DL3016", "RUN npm install express", 1),
    ("DL3016", "RUN npm i -g express", 1),
    ("DL3016", "RUN npm --prefix app install --omit dev && npm ci && npm run install", 0),
    ("DL3016", "RUN npm install express@5 @a/b@1 ./c ../d https://example.com/e.tgz", 0),
    ("DL3016", "RUN npm install @scope/name", 1),
    ("DL3016", "RUN npm install git+https://example.com/a.git#v1", 0),
    ("DL3018", "RUN apk add --no-cache --virtual .deps -X https://example.com curl=8", 0),
    ("DL3018", "RUN apk add --no-cache 'curl>8' b~1 /tmp/c.apk", 0),
    ("DL3018", "RUN apk --update add curl", 1),
    ("DL3019", "RUN --mount=type=cache,target=/var/cache/apk apk add curl", 0),
    ("DL3019", "RUN apk --no-cache add curl", 0),
    ("DL3019", "RUN apk add --no-network --virtual .x a", 0),
    ("DL3027", "RUN /usr/bin/apt update", 1),
    ("DL3027", "RUN apt-get update && echo apt", 0),
    ("DL3028", "RUN gem install --no-document bundler", 1),
    ("DL3028", "RUN gem install bundler -v 2.5 && gem install rails:8 && gem install ./a.gem", 0),
    ("DL3028", "RUN gem install nokogiri:1 -- --use-system-libraries", 0),
    ("DL3030", "RUN yum -y install a && yum localinstall b", 1),
    ("DL3032", "RUN yum install -y a-1 && rm -rf /tmp/x", 1),
    ("DL3032", "RUN yum install -y a-1 && yum --enablerepo '*' clean all", 0),
    ("DL3032", "RUN --mount=type=cache,target=/var/cache/yum yum install -y a-1", 0),
    ("DL3033", "RUN yum install -y --enablerepo epel curl-7.61.1 @base https://example.com/a.rpm", 0),
    ("DL3033", "RUN yum install -y gcc-c++", 1),
    ("DL3033", "RUN yum module install -y nodejs:18 && yum module install -y ruby", 1),
    ("DL3033", "ARG V=1\nRUN yum install -y a-$V b-${V}", 0),
    ("DL3033", "RUN yum install -y a-$V", 1),
    ("DL3034", "RUN zypper -n install a && zypper install -y b && zypper refresh", 0),
    ("DL3034", "RUN zypper --root /x install a && zypper si b", 2),
    ("DL3035", "RUN zypper dup -y", 1),
    ("DL3036", "RUN zypper -n in a=1 && zypper cc -a", 0),
    ("DL3037", "RUN zypper -n install --from main a=1 'b>2'", 0),
    ("DL3038", "RUN microdnf install a && dnf -y install b && dnf group install c", 1),
    ("DL3040", "RUN dnf -y upgrade", 1),
    ("DL3040", "RUN dnf install -y a-1 && microdnf clean all", 1),
    ("DL3041", "RUN dnf group install -y tools && dnf install -y a-1:2.3", 0),
    ("DL3042", "ENV PIP_NO_CACHE_DIR=1\nRUN pip install a==1", 0),
    ("DL3042", "ENV PIP_NO_CACHE_DIR=0\nRUN pip install a==1", 1),
    ("DL3042", "RUN pip install a==1\nENV PIP_NO_CACHE_DIR=1", 1),
    ("DL3042", "RUN PIP_NO_CACHE_DIR=true pip install a==1", 0),
    ("DL3042", "RUN --mount=type=cache,target=/root/.cache/pip pip install a==1", 0),
    ("DL3042", "RUN pipx install a==1", 0),
    ("DL3042", "RUN pip install a==1 && pip install b==1 && rm -rf /tmp/* /root/.cache", 0),
    ("DL3042", "RUN pip install a==1; rm -r ~/.cache/pip/*", 0),
    ("DL3042", 'RUN pip3 install a==1; rm -rf "$HOME/.cache"', 0),
    ("DL3042", "RUN pip install a==1 && pip cache purge", 0),
    ("DL3042", "RUN python3 -m pip install a==1 && python3 -m pip cache purge", 0),
    ("DL3042", "RUN rm -rf /root/.cache && pip install a==1", 1),
    ("DL3042", "RUN pip install a==1\nRUN rm -rf /root/.cache", 1),
    ("DL3042", "RUN pip install a==1 && rm -rf /root/.cache/poetry", 1),
    ("DL3042", "RUN pip install a==1 && pip cache list", 1),
    ("DL3015", "RUN apt-get install -s a", 0),
    ("DL3014", "RUN apt-get install --dry-run a", 0),
    ("DL3008", "RUN apt-get install -y --simulate a", 0),
    ("DL3042", "RUN /venv/bin/pip install /opt/wheels/pip-*", 0),
    ("DL3042", "RUN pip install --no-deps dist/a.whl", 0),
    ("DL3042", "RUN pip install dist/a.whl", 1),
    ("DL3042", "RUN pip install --no-deps https://x.io/dist/a.whl", 1),
    ("DL3060", "RUN yarn install && yarn cache clean", 0),
    ("DL3060", "RUN yarn cache clean && yarn install", 1),
    ("DL3060", "RUN --mount=type=cache,target=/root/.cache/yarn yarn install", 0),
    ("DL3062", "RUN go run main.go gen", 0),
    ("DL3062", "RUN go install -tags netgo ./... && go install -tags netgo,osusergo -v ./cmd/app", 0),
    ("DL3062", "RUN go run -tags tools ./gen", 0),
    ("DL3062", "RUN go install std && go get example.com/x@none", 0),
    ("DL3062", "RUN go get -u ./... && go build example.com/x", 0),
    ("DL3062", "RUN go install -ldflags '-s -w' example.com/a@v1 example.com/b", 1),
    ("DL3062", "RUN go run example.com/a@v1 example.com/b", 0),
    ("DL3062", "RUN go install example.com/a@master && go run example.com/b@latest", 2),
    ("DL3062", "RUN go install example.com/a@$V && go install $TOOL", 1),
    ("GD330", "RUN apt-get update", 1),
    ("GD330", "RUN apt-get update && apt-get install -y a", 0),
    ("GD330", "RUN apt-get update && xargs apt-get install -y < list", 0),
    ("GD330", "RUN apt-get update && ./install.sh", 0),
    ("GD330", "RUN apt-get install -y a && apt-get update && apt-get clean", 1),
    ("GD330", "RUN apk update && apk upgrade", 0),
    ("GD330", "RUN zypper refresh && zypper update -y", 0),
    ("GD330", "RUN git submodule update", 0),
    ("GD331", "RUN apt-get dist-upgrade -y && apt upgrade -y", 1),
    ("GD331", "RUN apt-get upgrade -y curl", 0),
    ("GD332", "RUN apt-get upgrade -y && apt full-upgrade -y", 1),
    ("GD333", "RUN apt-get -o APT::Get::AllowUnauthenticated=true install a", 1),
    ("GD334", "RUN apt-get install --force-yes a", 1),
    ("GD335", "RUN apk add a b && make && apk del b", 1),
    ("GD335", "RUN apk add -t .x a && apk add b && apk del .x", 0),
    ("GD335", "RUN apk del a && apk add a", 0),
    ("GD336", "RUN apk --allow-untrusted add a", 1),
    ("GD337", "RUN zypper --no-gpg-checks install -y a && yum install --setopt epel.gpgcheck=0 a", 2),
    ("GD338", "RUN rpm -Uvh --nodigest --nosignature a.rpm", 2),
    ("GD339", "RUN yum-config-manager --save --setopt=sslverify=false && yum --setopt=sslverify=1 update", 1),
    ("GD340", "RUN pip install --trusted-host=a --trusted-host b -r x", 2),
    ("GD341", "ARG PIP_TRUSTED_HOST\nENV PIP_TRUSTED_HOST a", 1),
    ("GD342", "RUN npm config set strict-ssl=false && yarn config set strict-ssl false -g", 2),
    ("GD342", "RUN npm install --strict-ssl=false && npm ci --no-strict-ssl && npm config get strict-ssl", 2),
    ("GD342", "RUN npm config set strict-ssl true", 0),
    ("GD343", "ENV npm_config_strict_ssl='false' NPM_CONFIG_STRICT_SSL=true", 1),
    ("GD344", "RUN --mount=type=cache,target=/root/go/pkg/mod go mod download", 0),
    ("GD344", "RUN --mount=type=cache,target=/root/.cache go build -mod=vendor .", 0),
    ("GD344", "RUN --mount=type=cache,target=/root/go/pkg go build .", 1),
    ("GD344", "ENV GOMODCACHE=/m GOCACHE=/c\nRUN --mount=type=cache,target=/m go get x", 0),
    ("GD344", "RUN --mount=type=cache,target=$CACHE go build . && go version", 0),
    ("GD344", "USER app\nRUN go build .", 0),
    ("GD344", "RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir a", 1),
    ("GD344", "RUN go version && npm run build && pip --version", 0),
    ("GD346", "RUN pip install a==1 b>=2.0 && pip3 install -U c<3", 2),
    ("GD346", "RUN pip install 'a>=1' \"b<2\" c\\>3", 0),
    ("GD346", "RUN pip install a >log 2>&1", 0),
    ("GD346", "RUN pip install a>log", 0),
    ("GD346", "RUN pip install a >=1", 0),
    ("GD346", "RUN npm install -g a@>=4.1", 1),
    ("GD346", "RUN gem install a -v>=1", 0),
    ("GD346", 'RUN ["pip", "install", "a>=1"]', 0),
    ("GD345", "RUN apk add Bash a=1 curl", 1),
    ("GD345", "RUN apk add a=2 A=1 b", 0),
    ("GD345", "RUN apk add $X b $Y a", 1),
    ("GD345", "RUN apk add b \\\n  # why\n  a", 0),
    ("GD345", "RUN pip install ./b a", 0),
]


def found(code: str, text: str) -> list[str]:
    settings = Settings(select=(code,), profile=Profile.HADOLINT)
    return [text[one.span.start : one.span.end] for one in lint_text(text, settings)]


@pytest.mark.parametrize(("code", "lines", "times"), CASES)
def test_cases(code: str, lines: str, times: int) -> None:
    assert len(found(code, f"FROM debian:12\n{lines}\n")) == times


def test_stages_that_others_stand_on_count() -> None:
    text = "FROM a:1 AS base\nRUN apt-get update\nFROM b:1\nRUN apt-get update\nFROM base\n"
    assert found("DL3009", text) == ["update"]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("RUN apt-get update && apt-get -y install \\\n  # why\n  curl=1 \\\n  wget", "wget"),
        ("RUN <<EOF\napt-get install -y 'wget'\nEOF", "'wget'"),
        ('RUN sh -ec "apt-get install -y \\\n  wget"', "wget"),
    ],
)
def test_the_word_at_fault(line: str, word: str) -> None:
    assert found("DL3008", f"FROM debian:12\n{line}\n") == [word]


def test_what_go_mod_knows_needs_no_version(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/app\n\ngo 1.26\n\nrequire example.com/tool v1.2.3\n")
    text = "FROM a:1\nRUN go install example.com/tool/cmd/x example.com/app/y example.com/toolbox\n"
    (finding,) = lint_text(text, Settings(select=("DL3062",)), folder=tmp_path)
    assert text[finding.span.start : finding.span.end] == "example.com/toolbox"


def test_build_stages_are_judged_where_they_are_shipped() -> None:
    text = "FROM a:1 AS build\nRUN apk add gcc\nFROM b:1\nCOPY --from=build /x /x\n"
    assert lint_text(text, Settings(select=("DL3019",))) == ()
    assert len(lint_text(text.replace("b:1", "build"), Settings(select=("DL3019",)))) == 1


@pytest.mark.parametrize(
    ("tag", "count"),
    [("2.7", 0), ("3.1", 0), ("3.2", 0), ("3.2.3", 0), ("3.3", 1), ("3.20", 1), ("latest", 1)],
)
def test_an_old_apk_has_no_such_option(tag: str, count: int) -> None:
    text = f"FROM alpine:{tag}\nRUN apk add --update a && rm -rf /var/cache/apk/*\n"
    assert len(lint_text(text, Settings(select=("DL3019",)))) == count


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            "RUN apt-get update\nRUN apt-get install -y --no-install-recommends a",
            "one RUN with the installations",
        ),
        ("RUN apt-get update && apt-get install -y --no-install-recommends a", "add `&& rm -rf"),
    ],
)
def test_lists_that_are_needed_below_are_not_to_be_deleted_here(lines: str, words: str) -> None:
    (finding,) = lint_text(f"FROM debian:12\n{lines}\n", Settings(select=("DL3009",)))
    assert words in finding.help


@pytest.mark.parametrize(
    ("command", "count"), [("/scripts/cleanup.sh", 0), ("clean-up", 0), ("/scripts/install.sh", 1)]
)
def test_a_script_may_clean_up(command: str, count: int) -> None:
    text = f"FROM debian:12\nRUN apt-get update && apt-get upgrade && {command}\n"
    assert len(lint_text(text, Settings(select=("DL3009",)))) == count
    assert len(lint_text(text, Settings(select=("DL3009",), profile=Profile.ALL))) == 1


def test_a_root_of_its_own_gets_its_keys_from_elsewhere() -> None:
    for options, words in (("--root /r --initdb", "--keys-dir"), ("", "put the public key")):
        text = f"FROM alpine:3.23\nRUN apk {options} --allow-untrusted add a\n"
        (finding,) = lint_text(text, Settings(select=("GD336",)))
        assert words in str(finding.help)
        assert (finding.fix is None) is bool(options)
