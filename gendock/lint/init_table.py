"""What a configuration file may say of `gendock init`: what was asked for, so that `update` does it again."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

CacheName = Literal["mounts", "layers"]
AccessName = Literal["netrc", "ssh"]
BesideName = Literal["compose", "bake", "test", "debug", "dev"]


class KeptTable(Struct, rename="kebab", forbid_unknown_fields=True, omit_defaults=True):
    """`[init.kept]`: what a Dockerfile had, and the code does not say."""

    packages: Annotated[list[str], Meta(description="Debian packages that the image needs.")] = []
    build_packages: Annotated[list[str], Meta(description="Debian packages that the build needs.")] = []
    labels: Annotated[dict[str, str], Meta(description="Labels of the image.")] = {}
    environment: Annotated[dict[str, str], Meta(description="Variables of the image.")] = {}
    ports: Annotated[list[str], Meta(description="Ports, where the source shows none.")] = []
    user: Annotated[str, Meta(description="The user's number, such as 1000:1000.")] = ""


class InitTable(Struct, rename="kebab", forbid_unknown_fields=True, omit_defaults=True):
    """`[init]`: what `gendock init` was asked for; `gendock update` does it again."""

    program: Annotated[str, Meta(description="Build this program only.")] | UnsetType = UNSET
    all: Annotated[bool, Meta(description="A target for every program.")] | UnsetType = UNSET
    port: Annotated[int, Meta(description="The port.", ge=1, le=65535)] | UnsetType = UNSET
    go_version: Annotated[str, Meta(description="The Go release to build with.")] | UnsetType = UNSET
    base: Annotated[str, Meta(description="The base of the image: a word or an image.")] | UnsetType = UNSET
    cache: Annotated[CacheName, Meta(description="What keeps downloads.")] | UnsetType = UNSET
    syntax_line: Annotated[bool, Meta(description="Begin with # syntax=.")] | UnsetType = UNSET
    healthcheck: Annotated[bool, Meta(description="Write a HEALTHCHECK.")] | UnsetType = UNSET
    platforms: Annotated[list[str], Meta(description="The platforms to build for.")] | UnsetType = UNSET
    private: Annotated[list[str], Meta(description="Private modules, as in GOPRIVATE.")] | UnsetType = UNSET
    private_by: Annotated[AccessName, Meta(description="How the build proves who it is.")] | UnsetType = UNSET
    beside: Annotated[list[BesideName], Meta(description="What to write besides.")] | UnsetType = field(
        default=UNSET, name="with"
    )
    templates: Annotated[str, Meta(description="A folder of own templates.")] | UnsetType = UNSET
    kept: KeptTable = field(default_factory=KeptTable)
