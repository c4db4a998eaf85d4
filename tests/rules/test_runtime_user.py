"""Users that are made, named, or forgotten."""

from __future__ import annotations

import pytest

from gendock.lint import Settings, Severity, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile

MADE = "FROM debian:12\nRUN useradd -r -u 1001 app\n"


def codes(text: str, *select: str, profile: Profile = Profile.ALL) -> list[str]:
    settings = Settings(select=select, profile=profile)
    return [finding.rule.code for finding in lint_text(f"{text}\n", settings)]


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM debian:12\nVOLUME /data", True),
        ("FROM debian:12\nUSER root\nWORKDIR /var/lib/mysql", True),
        ("FROM debian:12\nCOPY a /srv/a", True),
        ("FROM debian:12\nRUN mkdir -p /var/log/app", True),
        ("FROM debian:12\nRUN mkdir -p /var/lib", False),
        ("FROM debian:12\nUSER 1\nVOLUME /data", False),
        ("FROM debian:12\nUSER 'root':'root'\nVOLUME /data", True),
        ("FROM debian:12\nVOLUME /data\nUSER 1", False),
        ('FROM debian:12\nVOLUME /data\nENTRYPOINT ["gosu", "app", "/app"]', False),
        ("FROM debian:12\nRUN apk add su-exec\nVOLUME /data", False),
        ("FROM debian:12\nRUN apt-get install -y gosu=1.17-1\nVOLUME /data", False),
        ("FROM debian:12\nRUN curl -o /bin/gosu https://x.org/$V/gosu-$(uname -m)\nVOLUME /data", False),
        ("FROM debian:12\nRUN curl https://x.org > /usr/bin/su-exec\nVOLUME /data", False),
        ("FROM debian:12\nCOPY --from=tianon/gosu /gosu /usr/local/bin/\nVOLUME /data", False),
        ("FROM debian:12\nVOLUME /data\nCMD exec setpriv --reuid=1 /app", False),
        ('FROM debian:12\nVOLUME /data\nCMD ["sh", "-c", "exec gosu app /app"]', False),
        ('FROM debian:12\nRUN echo "runuser docs"\nVOLUME /data', True),
        ("FROM debian:12\nRUN echo gosu\nVOLUME /data", True),
        ("FROM debian:12\nRUN a && \\\n # gosu is not needed\n b\nVOLUME /data", True),
        ("FROM debian:12\nLABEL x=gosu\nVOLUME /data", True),
        ("FROM gcr.io/distroless/static:nonroot\nVOLUME /data", False),
        ("FROM registry.example.com/base:1\nVOLUME /data", False),
        ("FROM debian:12 AS a\nUSER 1\nFROM a\nVOLUME /data", False),
        ("FROM debian:12 AS a\nVOLUME /data\nFROM a\nUSER 1", False),
    ],
)
def test_stateful_root(text: str, *, fires: bool) -> None:
    assert codes(text, "GD200") == (["GD200"] if fires else [])


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        (f"{MADE}CMD x", True),
        (MADE, False),
        (f"{MADE}COPY a /a", False),
        ("FROM registry:3\nRUN useradd app", True),
        ("FROM example.com/base:1\nRUN useradd app", False),
        (f'{MADE}CMD ["/usr/sbin/sshd", "-D"]', False),
        ("FROM alpine:3\nRUN adduser -D -H -G www -u 1001 app\nCMD x", True),
        ("FROM debian:12\nRUN sudo adduser --system --group app && ls\nCMD x", True),
        ("FROM debian:12 AS a\nRUN useradd app\nFROM a\nCMD x", True),
        (f"{MADE}USER app", False),
        (f"{MADE}USER root", False),
        (f"{MADE}COPY --chown=app:app a /a", False),
        (f"{MADE}RUN chown -R app:app /a", False),
        (f"{MADE}RUN su app -c ls", False),
        (f"{MADE}RUN install -o app -d /a", False),
        (f'{MADE}ENTRYPOINT ["gosu", "app", "/app"]', False),
        (f'{MADE}ENTRYPOINT ["/docker-entrypoint.sh"]', False),
        (f"{MADE}UESR app", False),
        ("FROM debian:12\nRUN useradd -u 1000 app\nCOPY --chown=1000:0 a /a\nCMD x", False),
        ("FROM debian:12\nRUN useradd -u 1000 app && chown -R 1000 /a\nCMD x", False),
        ("FROM debian:12\nRUN useradd -u 1000 app && sleep 1000\nCMD x", True),
        ("FROM nginx:1\nRUN adduser -D www-data\nCMD x", False),
        ("FROM debian:12\nRUN useradd $NAME", False),
        ("FROM debian:12\nRUN adduser www-data docker", False),
        ("FROM debian:12 AS b\nRUN useradd app\nCMD x\nFROM debian:12\nCOPY --from=b /a /a", True),
    ],
)
def test_unused_user(text: str, *, fires: bool) -> None:
    assert codes(text, "GD201") == (["GD201"] if fires else [])


def test_a_user_of_a_build_stage_matters_to_nobody() -> None:
    text = "FROM debian:12 AS b\nRUN useradd app\nFROM debian:12\nCOPY --from=b /a /a\nUSER 1"
    assert codes(text, "GD201", profile=Profile.DEFAULT) == []


def test_one_finding_for_a_user_that_is_forgotten() -> None:
    text = f"{MADE}CMD x"
    assert codes(text, "GD103", "GD201") == ["GD201"]
    assert codes(text, "GD103") == ["GD103"]
    silenced = text.replace("RUN", "# gendock: ignore[GD201] for the volume\nRUN")
    assert codes(silenced, "GD103", "GD201") == ["GD103"]


STATIC = "FROM gcr.io/distroless/static-debian12"


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("FROM scratch\nUSER app", "FROM scratch\nUSER 65532"),
        ("FROM scratch\nUSER nobody:nobody", "FROM scratch\nUSER 65534:65534"),
        ("FROM scratch\nUSER 1:app", "FROM scratch\nUSER 1:65532"),
        ("FROM scratch\nADD --chown=app a /a", "FROM scratch\nADD --chown=65532 a /a"),
        (f"{STATIC}\nUSER app", f"{STATIC}\nUSER 65532"),
        (f"{STATIC}\nUSER nonroot:nonroot", None),
        ("FROM scratch AS a\nFROM a\nUSER app", "FROM scratch AS a\nFROM a\nUSER 65532"),
        ("FROM scratch\nUSER app\nCOPY --from=b /etc/passwd /etc/passwd", None),
        ("FROM scratch\nCOPY --from=b /etc/passwd /etc/\nUSER app", None),
        (
            "FROM scratch\nCOPY --from=b /etc/passwd /etc/passwd\nUSER app:app",
            "FROM scratch\nCOPY --from=b /etc/passwd /etc/passwd\nUSER app:65532",
        ),
        (
            "FROM scratch\nCOPY --chown=app a /a\nCOPY passwd /etc/passwd",
            "FROM scratch\nCOPY --chown=65532 a /a\nCOPY passwd /etc/passwd",
        ),
        ("FROM scratch\nADD rootfs.tar.gz /\nUSER app", None),
        ("FROM scratch\nCOPY rootfs /\nUSER app", None),
        ("FROM scratch\nCOPY --from=b /app /app\nUSER 1000", None),
        ("FROM scratch\nUSER $U", None),
        ("FROM scratch\nUSER root", None),
        ("FROM debian:12\nUSER app", None),
    ],
)
def test_unknown_user(text: str, fixed: str | None) -> None:
    settings = Settings(select=("GD202",))
    assert bool(lint_text(f"{text}\n", settings)) is (fixed is not None)
    done = fix_text(f"{text}\n", lambda text: lint_text(text, settings), unsafe=True)
    assert done.text == f"{fixed or text}\n"


def test_one_finding_for_a_name_that_nobody_knows() -> None:
    assert codes("FROM scratch\nUSER app", "GD202", "DL3066") == ["GD202"]


@pytest.mark.parametrize(
    ("lines", "fires"),
    [
        ("RUN useradd -G docker app\nUSER app:app", True),
        ("RUN useradd --groups=a,b app\nUSER app:a", True),
        ("RUN usermod -aG docker app\nUSER app:app", True),
        ("RUN gpasswd -a app docker\nUSER app:app", True),
        ("RUN adduser app docker\nUSER app:app", True),
        ("RUN addgroup app docker\nUSER app:app", True),
        ('RUN useradd -G docker app\nUSER "app:app"', True),
        ("RUN useradd -G docker app\nUSER app", False),
        ("RUN useradd -G docker app\nUSER 'app'", False),
        ("RUN useradd -G docker app\nUSER app:docker", False),
        ("RUN useradd -G docker other\nUSER app:app", False),
        ("RUN useradd -g app app\nUSER app:app", False),
        ("RUN adduser -D app\nUSER app:app", False),
        ("RUN useradd -G docker -u 5 app\nUSER 5:5", False),
    ],
)
def test_dropped_groups(lines: str, *, fires: bool) -> None:
    assert codes(f"FROM debian:12\n{lines}", "GD203") == (["GD203"] if fires else [])


@pytest.mark.parametrize("user", ["app:app", '"app:app"', '"app":"app"'])
def test_the_group_is_left_out(user: str) -> None:
    text = "FROM debian:12\nRUN useradd -G docker app\nUSER {}\n"
    settings = Settings(select=("GD203",), profile=Profile.ALL)
    done = fix_text(text.format(user), lambda changed: lint_text(changed, settings), unsafe=True)
    assert done.text == text.format("app")
    (finding,) = done.mended
    assert finding.source.slice(finding.span) == user.partition(":")[2]


@pytest.mark.parametrize(
    ("lines", "severity", "what"),
    [
        ("USER app", Severity.ERROR, "the container does not start"),
        ("COPY --chown=app a /a", Severity.ERROR, "the build stops"),
        ("COPY a /a\nCOPY --chown=app a /b", Severity.WARNING, "the files are root's"),
        ("WORKDIR /a\nCOPY --chown=app a /b", Severity.WARNING, "the files are root's"),
    ],
)
def test_what_an_unknown_user_does(lines: str, severity: Severity, what: str) -> None:
    (finding,) = lint_text(f"FROM scratch\n{lines}\n", Settings(select=("GD202",)))
    assert finding.severity is severity
    assert finding.message == f"scratch has no user or group called app, so {what}"
