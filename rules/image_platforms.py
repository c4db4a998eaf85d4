"""Images that are made for one kind of machine."""

from __future__ import annotations

import re

from gendock.dockerfile.shell_words import ShellSyntaxError
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.images import parse_image
from gendock.lint.mistake import replace
from gendock.lint.variables import global_scope

# Docker's official images, once more for each machine, under an owner of its name.
_OWNERS = {
    "amd64": ("linux", "amd64"),
    "arm32v5": ("linux", "arm"),
    "arm32v6": ("linux", "arm"),
    "arm32v7": ("linux", "arm"),
    "arm64v8": ("linux", "arm64"),
    "i386": ("linux", "386"),
    "mips64le": ("linux", "mips64le"),
    "ppc64le": ("linux", "ppc64le"),
    "riscv64": ("linux", "riscv64"),
    "s390x": ("linux", "s390x"),
    "winamd64": ("windows", "amd64"),
}
_OTHER_NAMES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "armhf": "arm", "armel": "arm"}
_OTHER_NAMES |= {"i386": "386"}


@rule(
    "GD117",
    "base-image-platform",
    severity=Severity.WARNING,
    also=("InvalidBaseImagePlatform", "platform-mismatch"),
    mentions=("--platform",),
)
def base_image_platform(context: BuildContext) -> Mistakes:
    """FROM asks for one platform, and names an image of another.

    Docker's official images exist once for all machines, as `alpine`, and once for each, as `amd64/alpine` or
    `arm64v8/alpine`. Those of one machine are what they are, whatever --platform says: the build goes on with
    programs that do not run there.

    BuildKit asks the registry for each base image's platform. gendock asks nobody, and finds only the
    contradiction that stands in the file.

    Bad:
        FROM --platform=linux/arm64 amd64/alpine:3.22 AS arm64

    Good:
        FROM --platform=linux/arm64 alpine:3.22 AS arm64
    """
    scope = global_scope(context.file, closed=context.base_environment is not None)
    for stage in context.file.stages:
        flag = stage.start.flag("platform")
        if flag is None or flag.value is None or stage.base is None or stage.parent is not None:
            continue
        try:
            platform = scope.expand(flag.value.text) or ""
        except ShellSyntaxError:
            continue
        owner, slash, rest = re.sub(r"\A(?:index\.)?docker\.io/", "", stage.base).partition("/")
        made_for = _OWNERS.get(owner) if slash else None
        asked = _system_and_machine(platform)
        if made_for is None or asked is None or asked == made_for:
            continue
        image = stage.start.image
        fixable = image.text == stage.base and "@" not in image.text
        yield Mistake(
            image.span,
            f"`{owner}/{parse_image(rest).name}` is an image for {'/'.join(made_for)}, not {platform}",
            f"write `{rest}`, which supports many platforms",
            replace(image.span, rest, "use the multi-platform image", safe=False) if fixable else None,
        )


def _system_and_machine(platform: str) -> tuple[str, str] | None:
    """Return a platform's system and machine in their usual names; None where it names only one."""
    system, slash, rest = platform.lower().partition("/")
    machine = rest.partition("/")[0]
    if not slash:
        # A machine alone is Linux's; a system alone is for the machine that builds.
        known = _OTHER_NAMES.get(system, system)
        return ("linux", known) if known in {name for _, name in _OWNERS.values()} else None
    return system.partition("(")[0], _OTHER_NAMES.get(machine, machine)
