"""GD223: which files are taken for secrets, by their names and by what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.lint import Settings, lint_text
from gendock.lint.credentials import holds_variables_alone

_PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\n"
CASES: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "a key": ("COPY id_rsa /root/.ssh/", {}, ["id_rsa"]),
    "a key in a folder": ("COPY .ssh/id_ed25519 /root/.ssh/id_ed25519", {}, ["id_ed25519"]),
    "a key under another name": ("COPY deploy_key /root/.ssh/id_rsa", {}, ["id_rsa"]),
    "a key that is at hand": ("COPY id_rsa /x/", {"id_rsa": _PRIVATE}, ["id_rsa"]),
    "a public key": ("COPY id_rsa.pub /root/.ssh/authorized_keys", {}, []),
    "a public key under another name": ("COPY a.pub /x/id_rsa", {}, []),
    "a key that holds none": ("COPY id_rsa /x/", {"id_rsa": "put yours here\n"}, []),
    "a key for tests": ("COPY test/fixture/id_rsa /x/", {}, []),
    "a key for samples": ("COPY sample-keys/id_rsa /x/", {}, []),
    "of another stage": ("COPY --from=keys id_rsa /x/", {}, []),
    "several files": ("COPY go.mod .netrc /root/", {}, [".netrc"]),
    "with ADD": ("ADD .git-credentials /root/", {}, [".git-credentials"]),
    "netrc without a password": ("COPY .netrc /root/", {".netrc": "machine a login b\n"}, []),
    "of Amazon": ("COPY .aws/credentials /root/.aws/", {}, [".aws/credentials"]),
    "credentials of no kind": ("COPY credentials /app/", {}, []),
    "npmrc that nobody can read": ("COPY .npmrc ./", {}, []),
    "npmrc with a token": ("COPY .npmrc /x/", {".npmrc": "//npm.example.com/:_authToken=abc\n"}, [".npmrc"]),
    "npmrc with a variable": ("COPY .npmrc /x/", {".npmrc": "//npm.example.com/:_authToken=${TOKEN}\n"}, []),
    "npmrc with settings": ("COPY .npmrc /x/", {".npmrc": "save-exact=true\n# _auth=x\n"}, []),
    "yarn": ("COPY .yarnrc.yml /x/", {".yarnrc.yml": "npmAuthToken: abc\n"}, [".yarnrc.yml"]),
    "pip": ("COPY pip.conf /etc/", {"pip.conf": "index-url = https://a:b@example.com/\n"}, ["pip.conf"]),
    "docker": (
        "COPY .docker/config.json /root/.docker/",
        {".docker/config.json": '{"auths": {"a": {"auth": "YTpi"}}}'},
        [".docker/config.json"],
    ),
    "docker without a password": (
        "COPY .docker/config.json /root/.docker/",
        {".docker/config.json": '{"credsStore": "pass"}'},
        [],
    ),
}


@pytest.mark.parametrize(("line", "files", "names"), CASES.values(), ids=CASES)
def test_files(line: str, files: dict[str, str], names: list[str], tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = lint_text(f"FROM debian:13\n{line}\n", Settings(select=("GD223",)), folder=tmp_path)
    assert [one.message.partition(" ")[0] for one in found] == names


@pytest.mark.parametrize(
    ("text", "is_harmless"),
    [
        ("PORT=8080\nexport URL=http://localhost:1323/api\n", True),
        ("# DB_PASSWORD=x\nTAG=latest\n", True),
        ("", False),
        ("API_TOKEN=abc\n", False),
        ("DATABASE_URL=postgres://app:x@db/app\n", False),
        ("A=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5\n", False),
    ],
)
def test_settings(text: str, is_harmless: bool) -> None:  # noqa: FBT001
    assert holds_variables_alone(text) is is_harmless
