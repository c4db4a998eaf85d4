"""USER: none, root, names."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.lint import Finding, Settings, lint_text
from gendock.lint.fix import fix_text
from gendock.lint.profiles import Profile


def found(text: str, code: str, profile: Profile = Profile.ALL) -> tuple[Finding, ...]:
    return lint_text(text, Settings(select=(code,), profile=profile))


def mended(text: str, code: str) -> str:
    return fix_text(text, lambda text: found(text, code), unsafe=True).text


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM debian:12\nCMD x", True),
        ("FROM scratch", False),
        ("FROM scratch\nCOPY --from=a /out /", False),
        ('FROM scratch\nENTRYPOINT ["/app"]', True),
        ('FROM scratch AS base\nCMD ["/app"]\nFROM base', True),
        ("FROM docker.io/library/golang:1.26\nCMD x", True),
        ("FROM gcr.io/distroless/static-debian12\nCMD x", True),
        ("FROM gcr.io/distroless/static-debian12:nonroot\nCMD x", False),
        ("ARG TAG\nFROM gcr.io/distroless/static:$TAG\nCMD x", False),
        ("FROM ghcr.io/example/base:1\nCMD x", False),
        ("FROM nginxinc/nginx-unprivileged:1\nCMD x", False),
        ("FROM haproxy:3.0\nCMD x", False),
        ('FROM groovy:4.0\nENTRYPOINT ["/home/groovy/report.sh"]', False),
        ("FROM odoo:18\nCOPY addons /mnt/extra-addons", False),
        ("FROM tomcat:11\nCOPY app.war webapps/", True),
        ("FROM mirror.gcr.io/library/debian:12\nCMD x", True),
        ("FROM public.ecr.aws/docker/library/haproxy:3.0\nCMD x", False),
        ("ARG BASE\nFROM $BASE\nCMD x", False),
        ("FROM debian:12\nUSER 1\nCMD x", False),
        ("FROM debian:12\nUSER root\nCMD x", False),
        ("FROM debian:12 AS base\nUSER 1\nFROM base\nCMD x", False),
        ("FROM debian:12 AS base\nFROM base\nCMD x", True),
        ("FROM debian:12\nFROM gcr.io/distroless/static:nonroot\nCMD x", False),
        ('FROM fedora:43\nCMD ["/usr/sbin/init"]', False),
        ('FROM debian:12\nENTRYPOINT ["/init"]', False),
        ('FROM debian:12\nENTRYPOINT ["/srv/init"]', True),
        ("RUN true", False),
        # Names without a slash that are none of Docker's own images.
        ("FROM image\nCMD x", False),
        ("FROM base:1\nCMD x", False),
        ("FROM foo\nENTRYPOINT x", False),
        ("FROM docker.io/foo\nCMD x", False),
    ],
)
def test_no_user(text: str, *, fires: bool) -> None:
    assert bool(found(f"{text}\n", "GD103")) is fires


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM docker:28\nCMD x", False),
        ("FROM docker:28-dind\nCOPY x /x", False),
        ("FROM docker.io/library/docker:cli\nCMD x", False),
        ('FROM debian:12\nCMD ["dockerd"]', False),
        ('FROM debian:12\nENTRYPOINT ["/usr/local/bin/dind", "dockerd"]', False),
        ('FROM debian:12\nENTRYPOINT ["tini", "--", "dockerd-entrypoint.sh"]', False),
        ('FROM debian:12\nENTRYPOINT ["tini", "--"]\nCMD ["dockerd"]', False),
        ("FROM debian:12\nCMD dockerd --debug & exec x", False),
        ('FROM debian:12\nENTRYPOINT ["/usr/bin/supervisord", "-n"]', False),
        ('FROM debian:12\nCMD ["krb5kdc", "-n"]', False),
        ("FROM debian:12\nVOLUME /var/lib/docker\nCMD x", False),
        ('FROM debian:12\nCMD ["x", "/etc/dockerd.json"]', True),
        ("FROM debian:12\nRUN echo dockerd\nCMD x", True),
    ],
)
def test_the_daemon_of_docker_has_to_be_root(text: str, *, fires: bool) -> None:
    assert bool(found(f"{text}\n", "GD103")) is fires


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        # Nothing of its own in it that could be started: a base, or a folder to copy from.
        ("FROM debian:12", False),
        ("FROM nginx:1", False),
        ("FROM gcr.io/distroless/static-debian12", False),
        ("FROM debian:12\nENV A=1\nRUN x", False),
        ("FROM registry:3\nEXPOSE 6379", True),
        ("FROM registry:3\nVOLUME /data", True),
        ("FROM nginx:1\nCOPY site /usr/share/nginx/html", True),
        ("FROM nginx:1 AS a\nCOPY site /usr/share/nginx/html\nFROM a", True),
        ("FROM gcr.io/distroless/static-debian12\nCOPY --from=b /a /a", True),
        # A toolchain: the base starts a shell or an interpreter, and nothing of the build context is in it.
        ("FROM golang:1.26\nWORKDIR /src\nRUN x", False),
        ("FROM debian:12 AS b\nRUN x\nFROM debian:12\nCOPY --from=b /go /go\nWORKDIR /go", False),
        ("FROM quay.io/fedora/fedora:43\nWORKDIR /src", False),
        ("FROM debian:12\nADD https://example.com/a.tar /a", False),
        ("FROM debian:12\nCOPY --from=golang:1.26 /usr/local/go /usr/local/go", False),
        ("FROM debian:12\nCOPY app /app", True),
        ("FROM debian:12\nADD app /app", True),
        ("FROM debian:12\nCOPY <<E /app\nx\nE", True),
        ("FROM debian:12 AS b\nCOPY . .\nFROM debian:12\nCOPY --from=b /a /a", True),
        ("FROM debian:12 AS a\nCOPY . .\nFROM a AS b\nFROM debian:12\nCOPY --from=b /a /a", True),
        ("FROM node:24\nCOPY *.mod./\nRUN go build", True),
        ("FROM golang:1.26\nCOPY . .\nRUN go build", False),
        ("FROM golang:1.26\nCOPY . .\nRUN go build\nCMD ./app", True),
        ('FROM debian:12\nRUN x\nCMD ["bash"]', False),
        ('FROM debian:12\nRUN x\nCMD ["/bin/bash", "-l"]', False),
        ("FROM debian:12\nRUN x\nCMD python3", False),
        ('FROM debian:12\nRUN x\nCMD ["python3", "-m", "http.server"]', True),
        ('FROM debian:12\nCOPY . .\nCMD ["bash"]', True),
        ('FROM scratch\nADD root.tar /\nCMD ["/bin/sh"]', False),
        ('FROM scratch\nADD root.tar /\nCMD ["/app"]', True),
        ("FROM golang:1.26\nCDM ./app", True),
        ('FROM golang:1.26\nCOPY . .\nCMD["./app"]', True),
        ("FROM php:8-apache\nWORKDIR /srv", True),
        ("FROM php:8-cli\nWORKDIR /srv", False),
        ("FROM registry:3\nWORKDIR /srv", True),
    ],
)
def test_what_nobody_starts_needs_no_user(text: str, *, fires: bool) -> None:
    assert bool(found(f"{text}\n", "GD103")) is fires


@pytest.mark.parametrize(
    ("lines", "fires"),
    [
        ('CMD ["/usr/sbin/sshd", "-D"]', False),
        ('ENTRYPOINT ["/entrypoint.sh"]\nCMD ["sshd", "-D"]', False),
        ("CMD cron && tail -f /var/log/cron.log", False),
        ("CMD setsid cron; tmux", False),
        ('CMD ["crontab", "-l"]', True),
        ('ENTRYPOINT ["/entrypoint", "/sbin/init"]', False),
        ('CMD ["/usr/sbin/named", "-g", "-u", "bind"]', False),
        ("CMD memcached -u daemon", False),
        ('CMD ["/usr/sbin/named", "-g"]', True),
        ('CMD ["python3", "-u", "x.py"]', True),
        ('RUN apt-get install -y gosu\nENTRYPOINT ["/start.sh"]', False),
        ("COPY --from=tianon/gosu /gosu /usr/local/bin/\nCMD x", False),
        ('CMD ["su-exec", "app", "x"]', False),
        ('ENTRYPOINT ["/docker-entrypoint.sh"]', True),
    ],
)
def test_what_starts_as_root_and_must_not_stay_so(lines: str, *, fires: bool) -> None:
    assert bool(found(f"FROM debian:12\n{lines}\n", "GD103")) is fires


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("FROM postgres:18\nCOPY init.sql /docker-entrypoint-initdb.d/", False),
        ('FROM redis:8\nCOPY a /a\nCMD ["redis-server", "/a"]', False),
        ("FROM flink:2.1\nCOPY job.jar /opt/flink/usrlib/", False),
        ("FROM clickhouse:25.8\nCOPY users.xml /etc/clickhouse-server/users.d/", False),
        ('FROM redis:8\nCOPY a /a\nENTRYPOINT ["/a"]', True),
        ("FROM registry:3\nCOPY a /a", True),
        # A shell to work in, whatever is beside it.
        ('FROM debian:12\nCOPY . .\nCMD ["bash"]', False),
        ('FROM debian:12\nCOPY . .\nCMD ["tail", "-f", "/dev/null"]', False),
        ("FROM debian:12\nCOPY . .\nCMD sleep infinity", False),
        ('FROM debian:12\nCOPY . .\nENTRYPOINT ["/x.sh"]\nCMD ["tail", "-f", "/dev/null"]', False),
        ('FROM debian:12\nCOPY . .\nENTRYPOINT ["/x.sh"]\nCMD ["php", "-a"]', False),
        # Nothing says what starts.
        ("FROM debian:12\nCOPY app /app", False),
        ("FROM python:3.14\nCOPY app.py /", False),
        ("FROM gcr.io/distroless/static-debian12\nCOPY app /app", False),
        ("FROM nginx:1\nCOPY site /usr/share/nginx/html", True),
        ("FROM debian:12\nCOPY . .\nCMD sleep 10", True),
        # A script of which nobody knows what it does with the user.
        ('FROM debian:12\nRUN useradd app\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]', False),
        ('FROM debian:12\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]', True),
    ],
)
def test_what_gives_roots_rights_away_is_left_alone_by_default(text: str, *, fires: bool) -> None:
    assert bool(found(f"{text}\n", "GD103", Profile.DEFAULT)) is fires
    assert found(f"{text}\n", "GD103")


@pytest.mark.parametrize(
    ("script", "fires"),
    [
        ("exec gosu app /app", False),
        ("exec su app -c /app", False),
        ("exec chroot --userspec=1000 / /app", False),
        ("exec /app", True),
    ],
)
def test_a_script_of_the_context_says_what_it_does(script: str, tmp_path: Path, *, fires: bool) -> None:
    (tmp_path / "run.sh").write_text(f"#!/bin/sh\n{script}\n")
    text = 'FROM debian:12\nRUN useradd app\nCOPY run.sh /start/\nENTRYPOINT ["/start/run.sh"]\n'
    codes = {one.rule.code for one in lint_text(text, Settings(select=("GD103", "GD201")), folder=tmp_path)}
    assert codes == ({"GD201"} if fires else set())


def test_windows_has_no_root() -> None:
    assert found("FROM openjdk:8-windowsservercore\nCMD x\n", "GD103") == ()


def test_a_development_container_has_its_user_elsewhere(tmp_path: Path) -> None:
    settings = Settings(select=("GD103",))
    for folder, count in (
        (".devcontainer", 0),
        (".devcontainer/go", 0),
        (".devcontainer/a/b", 1),
        ("app", 1),
    ):
        (tmp_path / folder).mkdir(parents=True)
        text = "FROM debian:12\nCOPY . .\nCMD x\n"
        assert len(lint_text(text, settings, folder=tmp_path / folder)) == count


def test_an_editors_user_is_named_elsewhere() -> None:
    text = "FROM debian:12\nRUN useradd -m vscode\nCMD x\n"
    assert lint_text(text, Settings(select=("GD103", "GD201"))) == ()


def test_root_above_a_server_that_begins_as_root_gets_the_servers_help() -> None:
    text = 'FROM nginx:1\nUSER root\nRUN x\nCMD ["nginx"]\n'
    (finding,) = found(text, "DL3002")
    assert "nginxinc/nginx-unprivileged" in finding.help
    assert finding.fix is None


@pytest.mark.parametrize(
    "lines",
    [
        "RUN x",
        'ENTRYPOINT ["/bin/bash"]',
        "CMD /usr/sbin/sshd -D",
        "CMD sudo ./install.sh",
        'ENTRYPOINT ["gosu", "app", "x"]',
    ],
)
def test_root_that_has_to_be_is_no_mistake_by_default(lines: str) -> None:
    text = f"FROM debian:12\nUSER root\n{lines}\n"
    assert found(text, "DL3002", Profile.DEFAULT) == ()
    assert len(found(text, "DL3002", Profile.HADOLINT)) == 1


def test_the_help_speaks_of_what_is_there() -> None:
    (with_command,) = found("FROM debian:12\nCOPY . .\nCMD x\n", "GD103")
    (without,) = found("FROM debian:12\nCOPY . .\n", "GD103")
    assert "CMD" in with_command.help
    assert "CMD" not in without.help


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('FROM nginx:1\nCMD ["nginx", "-g", "daemon off;"]', ("nginxinc/nginx-unprivileged", "1024")),
        ("FROM nginx:1\nCOPY site /usr/share/nginx/html", ("nginxinc/nginx-unprivileged", "1024")),
        ('FROM debian:12\nCMD ["/usr/sbin/nginx"]', ("nginxinc/nginx-unprivileged", "1024")),
        ("FROM httpd:2.4\nCOPY site /usr/local/apache2/htdocs", ("httpd", "1024", "chown")),
        ('FROM debian:12\nCMD ["apache2ctl", "-DFOREGROUND"]', ("apache2ctl", "1024", "chown")),
        ('FROM debian:12\nENTRYPOINT ["haproxy"]', ("haproxy", "1024", "chown")),
        ('FROM debian:12\nENTRYPOINT ["x.sh"]\nCMD ["apache2-foreground"]', ("apache2-foreground", "1024")),
        ("FROM debian:12\nCMD nginx && tail -f log", ("nginxinc/nginx-unprivileged",)),
        ("FROM php:8-apache\nCOPY . /var/www/html", ("apache2", "1024", "chown")),
    ],
)
def test_servers_that_begin_as_root_get_a_help_of_their_own(text: str, words: tuple[str, ...]) -> None:
    (finding,) = found(f"{text}\n", "GD103")
    assert all(word in finding.help for word in words)
    assert finding.fix is None


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("FROM a:1\nUSER root", [2]),
        ("FROM a:1\nUSER 0:0\nUSER root:root", [3]),
        ('FROM a:1\nUSER "root"', [2]),
        ("FROM a:1\nUSER root\nUSER app", []),
        ("FROM a:1\nUSER rooter", []),
        ("FROM a:1 AS b\nUSER root\nFROM c:1\nUSER 1", [2]),
        ("FROM a:1 AS b\nUSER root\nFROM b\nUSER 1", []),
        ("FROM a:1 AS b\nUSER root\nFROM b", [2]),
        ("USER root", []),
    ],
)
def test_root(text: str, rows: list[int]) -> None:
    assert [finding.start.row for finding in found(f"{text}\n", "DL3002")] == rows


def test_root_in_a_stage_that_is_not_shipped_is_left_alone() -> None:
    text = "FROM a:1 AS b\nUSER root\nRUN true\nFROM c:1\nCOPY --from=b /a /b\nUSER 1\n"
    assert found(text, "DL3002", Profile.DEFAULT) == ()
    assert len(found(text, "DL3002", Profile.HADOLINT)) == 1


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("FROM a:1\nUSER root\n", "FROM a:1\nUSER 65532:65532\n"),
        ("FROM a:1\nUSER root\nRUN x\n", None),
        (
            'FROM a:1\nUSER root\nRUN x\nCMD ["y"]\n',
            'FROM a:1\nUSER root\nRUN x\nUSER 65532:65532\nCMD ["y"]\n',
        ),
        ('from a:1\nuser 0\nrun x\ncmd ["y"]\n', 'from a:1\nuser 0\nrun x\nuser 65532:65532\ncmd ["y"]\n'),
        ('FROM a:1\nUSER root\nCMD ["y"]\nRUN x\n', None),
        (
            'FROM a:1\nUSER 0\nCOPY x /x\n# starts\nENTRYPOINT ["x"]\nCMD ["y"]\n',
            'FROM a:1\nUSER 0\nCOPY x /x\nUSER 65532:65532\n# starts\nENTRYPOINT ["x"]\nCMD ["y"]\n',
        ),
    ],
)
def test_root_goes_where_it_is_clear(text: str, fixed: str | None) -> None:
    assert mended(text, "DL3002") == (fixed or text)


@pytest.mark.parametrize(
    ("lines", "fixed"),
    [
        ("USER 1000", None),
        ("USER 1000:app", None),
        ("USER $APP", None),
        ("USER app", "app"),
        ("RUN useradd -r -u 999 app\nUSER app", "999"),
        ("RUN groupadd -g 7 g && useradd -g g -u 999 app\nUSER app:g", "999:7"),
        ("RUN useradd -u 999 app\nUSER app:g", "app:g"),
        ("RUN adduser -D -u 5 -G g app\nUSER app:6", "5:6"),
        ("RUN adduser --uid 5 --disabled-password app\nUSER app", "5"),
        ("RUN useradd -u $ID app\nUSER app", "app"),
        ("USER root", "0"),
    ],
)
def test_names(lines: str, fixed: str | None) -> None:
    text = f"FROM debian:12\n{lines}\n"
    assert bool(found(text, "DL3066")) is (fixed is not None)
    if fixed:
        assert mended(text, "DL3066") == text[: text.rindex("USER")] + f"USER {fixed}\n"
