"""The static checks, over images with one mistake each, without an engine."""

from __future__ import annotations

import io

import pytest

from gendock.engine.image_facts import ImageFacts
from gendock.engine.layers import Layer, read_layer
from gendock.engine.results import CHECKS, Phase, Status
from gendock.engine.static import Judges, StaticRequest, layer_sizes, static_checks
from tests.engine.stored import Member, elf, tar

APP: Member = ("app", elf(), 0o755)
KEY = b"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBEuP7b8hYyUfGvq2Dn0aXk9LZ1mTQwR3s5V4e6c\n"
LOADER = "/lib64/ld-linux-x86-64.so.2"


def layer(*members: Member, owner: int = 0) -> Layer:
    return read_layer(io.BytesIO(tar(*members, owner=owner)).read)


def failing(*layers: Layer, max_size: int | None = None, **config: object) -> dict[str, str]:
    """Return the evidence of the failing checks by their ids."""
    said = {"User": "65532", "Entrypoint": ["/app"]} | config
    facts = ImageFacts.of(
        said,
        operating_system="linux",
        architecture="amd64",
        history=("FROM scratch", "ARG TOKEN=secret-token"),
    )
    judges = Judges(
        secret=lambda text: "a token" if "hidden-token" in text else "",
        label=lambda name, value: f"{value} is no URL" if name.endswith(".url") and ":" not in value else "",
    )
    request = StaticRequest(facts, layers, sum(one.size for one in layers), "amd64", max_size, judges)
    return {one.id: one.evidence for one in static_checks(request) if one.status is Status.FAIL}


def test_a_good_image_passes_and_every_check_of_the_table_is_asked() -> None:
    assert failing(layer(APP)) == {}
    facts = ImageFacts.of({}, operating_system="linux", architecture="amd64")
    asked = [one.id for one in static_checks(StaticRequest(facts, [], 0))]
    assert asked == [id_ for id_, (phase, _) in CHECKS.items() if phase is Phase.STATIC]


@pytest.mark.parametrize(
    ("user", "evidence"),
    [
        ("", "no USER: it runs as root"),
        ("0", "USER 0 is root"),
        ("0:65532", "USER 0 is root"),
        ("root", "USER root"),
        ("nonroot", "user nonroot is a name, which runAsNonRoot refuses; write its number"),
    ],
)
def test_the_user_is_a_number_and_not_root(user: str, evidence: str) -> None:
    assert failing(layer(APP), User=user) == {"user": evidence}


@pytest.mark.parametrize(
    ("members", "evidence"),
    [
        ((), "/app is not in the image"),
        ((("app/", b"", 0o755),), "/app is no file"),
        ((("app", elf(), 0o644),), "/app is not executable (mode 644)"),
        ((("app", elf(), 0o700),), "/app is not executable for user 65532 (mode 700, owner 0)"),
        (
            (("root/", b"", 0o700), ("root/app", elf(), 0o755), ("app", "root/app", 0o777)),
            "user 65532 may not enter /root (mode 700), where /root/app is",
        ),
        (
            (("app", b"!<arch>\n", 0o755),),
            "/app is a package archive: `go build` was not given a main package",
        ),
        (
            (("app", b"!<arch>\n", 0o644),),
            "/app is a package archive: `go build` was not given a main package",
        ),
        ((("app", b"MZ\0", 0o755),), "/app is no Linux program (pe)"),
        (
            (("app", elf(62, LOADER), 0o755),),
            f"/app is linked against glibc ({LOADER}), and the image is a static one without it",
        ),
        (
            (("app", elf(62, LOADER), 0o755), ("lib/ld-musl-x86_64.so.1", elf(), 0o755)),
            f"/app is linked against glibc ({LOADER}), and the image has musl",
        ),
        (
            (
                ("app", elf(62, "/lib/ld-musl-x86_64.so.1"), 0o755),
                ("lib64/ld-linux-x86-64.so.2", elf(), 0o755),
            ),
            "/app is linked against musl (/lib/ld-musl-x86_64.so.1), and the image has none",
        ),
        (
            (("app", b"#!/bin/sh\nexec /server\n", 0o755),),
            "/app is a script for /bin/sh, which is not in the image",
        ),
        (
            (("app", b"#!/bin/sh\r\nexec /server\r\n", 0o755),),
            "the first line of /app ends with CR LF: Linux looks for '/bin/sh\\r'",
        ),
    ],
)
def test_what_is_wrong_with_an_entrypoint(members: tuple[Member, ...], evidence: str) -> None:
    assert failing(layer(*members))["entrypoint"] == evidence


def test_who_owns_a_program_may_run_it() -> None:
    assert failing(layer(("app", elf(), 0o500), owner=65532)) == {}


def test_what_starts_and_where() -> None:
    assert failing(layer(APP), Entrypoint=None)["exec-form"] == "neither ENTRYPOINT nor CMD: nothing to start"
    shell_form = failing(layer(APP), Entrypoint=["/bin/sh", "-c", "/app"])
    assert shell_form["exec-form"] == "shell form: sh -c is process 1, and signals end there"
    other = failing(layer(("app", elf(183), 0o755)))
    assert other == {"platform": "a program for arm64 in an image for amd64"}
    low = failing(layer(APP), ExposedPorts={"80/tcp": {}, "5300/udp": {}})
    assert low == {"exposes": "exposes 80: below 1024, which user 65532 may not listen on"}
    low = failing(layer(APP), ExposedPorts={"8080/tcp": {}, "53/udp": {}})
    assert low == {"exposes": "exposes 53: below 1024, which user 65532 may not listen on"}


@pytest.mark.parametrize(
    ("check", "member", "evidence"),
    [
        ("no-shell", ("bin/busybox", elf(), 0o755), "a shell: /bin/busybox"),
        ("no-package-manager", ("sbin/apk", elf(), 0o755), "a package manager: /sbin/apk"),
        ("no-toolchain", ("usr/local/go/bin/go", elf(), 0o755), "a Go toolchain: /usr/local/go/bin/go"),
        ("no-source", ("src/main.go", b"package main", 0o644), "Go source: /src/main.go"),
        ("no-git", ("src/.git/", b"", 0o755), "a repository: /src/.git"),
        ("no-env-file", ("srv/.env", b"A=b", 0o644), "a .env file: /srv/.env"),
        ("no-env-file", ("srv/.env.production", b"A=b", 0o644), "a .env file: /srv/.env.production"),
        ("no-private-key", ("certs/server.pem", KEY, 0o644), "a private key: /certs/server.pem"),
        ("no-setuid", ("bin/su", elf(), 0o4755), "setuid or setgid: /bin/su"),
        ("no-leftovers", ("home/app/.cache/", b"", 0o755), "left over: /home/app/.cache"),
        (
            "no-leftovers",
            ("var/lib/apt/lists/debian_Packages", b"x", 0o644),
            "left over: /var/lib/apt/lists/debian_Packages",
        ),
        ("no-leftovers", ("Dockerfile", b"FROM x", 0o644), "left over: /Dockerfile"),
        ("no-leftovers", ("tmp/build.log", b"x", 0o644), "left over: /tmp/build.log"),
        (
            "accounts",
            ("etc/shadow", b"app::19000:0:::::\n", 0o640),
            "app has an empty password in /etc/shadow",
        ),
        (
            "accounts",
            ("etc/passwd", b"a:x:7:7::/:\nb:x:7:7::/:\n", 0o644),
            "uid 7 is in /etc/passwd twice: a and b",
        ),
        ("accounts", ("etc/group", b"a:x:7:\na:x:8:\n", 0o644), "name a is in /etc/group twice"),
        (
            "accounts",
            ("etc/passwd", b"a::7:7::/:\nb::7:7::/:\nc::8:8::/:\n", 0o644),
            "; ".join([*(f"{name} has an empty password in /etc/passwd" for name in "abc"), "1 more"]),
        ),
    ],
)
def test_what_does_not_belong_into_an_image(check: str, member: Member, evidence: str) -> None:
    assert failing(layer(APP, member)) == {check: evidence}


@pytest.mark.parametrize(
    "member",
    [
        ("srv/.env", b"", 0o644),
        ("srv/.env.example", b"A=b", 0o644),
        ("srv/.environment", b"A=b", 0o644),
        ("certs/ca.pem", b"-----BEGIN CERTIFICATE-----\nMHcCAQEEIBEuP7b8hYyUfGvq2Dn0aXk9LZ1m\n", 0o644),
        ("usr/share/doc/x/main.go", b"package main", 0o644),
        ("var/lib/apt/lists/lock", b"", 0o640),
        ("etc/.git-is-not-this", b"x", 0o644),
    ],
)
def test_what_looks_like_it_and_is_not(member: Member) -> None:
    assert failing(layer(APP, member)) == {}


def test_shells_are_found_behind_links() -> None:
    found = failing(
        layer(
            APP,
            ("bin", "usr/bin", 0o777),
            ("usr/bin/dash", elf(), 0o755),
            ("usr/bin/sh", "dash", 0o777),
        )
    )
    assert found == {"no-shell": "a shell: /bin/dash"}


def test_a_file_that_a_later_layer_removes_is_still_there() -> None:
    found = failing(layer(APP), layer(("id_ed25519", KEY, 0o600)), layer((".wh.id_ed25519", b"", 0o644)))
    assert found == {"no-private-key": "a private key: /id_ed25519 (removed later, and still in layer 2)"}


def test_a_secret_is_told_by_its_place_and_never_shown() -> None:
    environment = failing(layer(APP), Env=["PATH=/", "API=hidden-token"])
    assert environment == {"no-secret": "a token in ENV API"}
    labels = failing(layer(APP), Labels={"note": "hidden-token"})
    assert labels == {"no-secret": "a token in LABEL note"}
    facts = ImageFacts.of(
        {}, operating_system="linux", architecture="amd64", history=("x", "ARG A=hidden-token")
    )
    judges = Judges(secret=lambda text: "a token" if "hidden-token" in text else "")
    results = {one.id: one for one in static_checks(StaticRequest(facts, [], 0, judges=judges))}
    assert results["no-secret"].evidence == "a token in step 2 of the history"
    held = Layer({}, made_by="RUN curl -H hidden-token example.com")
    assert layer_sizes([held], judges)[0].made_by == "not shown: it holds a token"


def test_labels_are_judged_by_their_names() -> None:
    found = failing(layer(APP), Labels={"org.opencontainers.image.url": "here", "other.url": "there"})
    assert found == {"labels": "label org.opencontainers.image.url: here is no URL"}


def test_size_and_waste() -> None:
    big = b"\0" * 2_000_000
    found = failing(layer(APP, ("data", big, 0o644)), layer(("data", big, 0o644)), max_size=3_000_000)
    assert found == {
        "size": "4.0 MB in 2 layers, and --max-size is 3.0 MB, 2.0 MB of it wasted; layer 1 has 2.0 MB",
        "waste": "2.0 MB wasted: /data is in layer 1, and layer 2 removes it or writes it anew",
    }
    assert failing(layer(APP, ("data", big, 0o644)), max_size=3_000_000) == {}


def test_a_configuration_of_wrong_types() -> None:
    from gendock.errors import GendockError

    with pytest.raises(GendockError, match="the image's configuration is none"):
        ImageFacts.of({"Env": "PATH=/"}, operating_system="linux", architecture="amd64")
