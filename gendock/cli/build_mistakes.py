"""Mistakes in what a build is given, told before it begins: the Dockerfile is not to blame for them."""

from __future__ import annotations

import os
from pathlib import Path

from gendock.engine.build_request import Options
from gendock.errors import GendockError

_OF_THE_MACHINE = "local"  # buildx's word for this machine's own platform


def refuse_mistakes(options: Options) -> None:
    """Let pass what a builder can read.

    Raises:
        GendockError: a platform is none, an argument has no name, or a file is not there.
    """
    from gendock.dockerfile.image_names import is_platform

    for platform in options.platforms:
        if platform != _OF_THE_MACHINE and not is_platform(platform):
            raise GendockError(f"--platform {platform} is no platform: one looks like linux/amd64")
    for argument in options.build_args:
        if argument.startswith("="):
            raise GendockError(f"--build-arg {argument} has no name: one looks like NAME=VALUE")
    for secret in options.secrets:
        _refuse_secret(secret)
    for agent in options.ssh:
        _refuse_agent(agent)


def _refuse_secret(secret: str) -> None:
    fields = dict(field.partition("=")[::2] for field in secret.split(","))
    if '"' in secret:  # quoted, as CSV: whatever builds has to read it
        return
    if "id" not in fields and "source" not in fields and "src" not in fields:
        raise GendockError(f"--secret {secret} is no secret: one looks like id=NAME,src=FILE")
    file = fields.get("src") or fields.get("source")
    if file and fields.get("type") != "env" and not Path(file).is_file():
        raise GendockError(f"--secret {secret}: {file} is not there, or is no file")


def _refuse_agent(agent: str) -> None:
    _, _, places = agent.partition("=")
    if not places and not os.environ.get("SSH_AUTH_SOCK"):
        raise GendockError(
            f"--ssh {agent}: no agent runs, as SSH_AUTH_SOCK is not set. Start one, or name a key: "
            f"{agent.rstrip('=')}=FILE"
        )
    for place in places.split(",") if places else ():
        if not place.startswith("raw=") and not Path(place).exists():
            raise GendockError(f"--ssh {agent}: {place} is not there")


def refuse_unknown_stage(dockerfile: Path, target: str) -> None:
    """Let pass a stage that the Dockerfile has, by its name or its number.

    Raises:
        GendockError: it has none of that name, or cannot be read.
    """
    from gendock.dockerfile import read
    from gendock.dockerfile.suggestions import nearest

    try:
        content = dockerfile.read_bytes()
    except OSError as error:
        raise GendockError(f"{dockerfile} cannot be read: {error.strerror}") from error
    tree = read(content)
    if any(one.name == "syntax" and "docker" not in one.value for one in tree.directives):
        return  # another language, and its reader knows its targets
    stages = tree.stages
    names = [stage.name for stage in stages if stage.name]
    by_number = target.isascii() and target.isdecimal() and int(target) < len(stages)
    if not stages or by_number or target.lower() in names:
        return  # without a stage, the builder says what is wrong with the file
    near = nearest(target, names)
    has = f"is {near} meant?" if near else f"it has {', '.join(names)}" if names else "none has a name"
    raise GendockError(f"--target {target}: {dockerfile} has no stage of that name; {has}")
