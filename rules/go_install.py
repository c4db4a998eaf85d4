"""`go install`, `go get` and `go run` of other people's packages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gendock.dockerfile import Add, Copy
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import root_base, steps
from gendock.lint.cleanups import mounts
from gendock.lint.context import BuildContext
from gendock.lint.images import parse_image
from gendock.lint.scripts import Script
from gendock.shell import Command, Word

# The flags of these commands that take their value in the next word.
_VALUED = frozenset(
    """
    C asmflags buildmode compiler coverpkg covermode exec gccgoflags gcflags installsuffix ldflags mod
    modfile o overlay p pgo pkgdir tags toolexec tool-exec
""".split()
)
_VERBS = frozenset({"install", "get", "run"})
_RELEASE = re.compile(r"1\.(\d+)\b")
_FIRST_WITH_VERSIONS = 16
# What these stand for changes with each release, or with each commit.
_MOVING = frozenset({"latest", "upgrade", "patch", "HEAD", "main", "master"})


@rule("DL3062", "unpinned-go-package", severity=Severity.WARNING, mentions=("go",))
def unpinned_go_package(context: BuildContext) -> Mistakes:
    """A Go package is installed or run without a version.

    `@latest` is another program after each release, and one day it needs a newer Go than the image has. A
    version pins it: `go install example.com/tool@v1.2.3`. Packages of the module itself, of the standard
    library, and those whose version go.mod knows need none. Where the stage has got files by then, and so
    may have a go.mod, the default profile asks `go get` alone for a version: without one, `go install` and
    `go run` take that of go.mod, and refuse what is not in it. Before Go 1.16, `go get` outside of a module
    refuses a version, and `go install` inside: on such an image nothing is said.

    Bad:
        FROM golang:1.26
        RUN go install golang.org/x/tools/cmd/stringer@latest

    Bad:
        FROM golang:1.26
        RUN go run -tags tools example.com/cmd/generate ./schema
    """
    for script in context.scripts:
        if "go" not in script.text or _takes_no_version(script):
            continue
        for command in script.calls_of("go"):
            for verb, package in _packages(command):
                version = package.text.rpartition("@")[2] if "@" in package.text else ""
                if version and version not in _MOVING:
                    continue
                if not version and (
                    _needs_no_version(package.text)
                    or _is_known(context, verb, package.text)
                    or (verb != "get" and not context.is_doubted and _may_be_in_module(script))
                ):
                    continue
                yield Mistake(
                    script.span(package),
                    f"{package.text} is not fixed: `go {verb}` takes another version after each release"
                    if version
                    else f"{package.text} has no version: `go {verb}` takes the latest",
                    _advice(verb, package.text.partition("@")[0]),
                )


def _may_be_in_module(script: Script) -> bool:
    """Tell whether a RUN may work in a module: files have been copied, are mounted, or have been fetched."""
    if any(mount.kind == "bind" for mount in mounts(script.run)) or "git clone" in script.text:
        return True
    return any(isinstance(one, Copy | Add) for one in steps(script.stage, script.instruction))


def _advice(verb: str, package: str) -> str:
    # `go get` no longer installs programs, since Go 1.17.
    if verb == "get":
        return f"name one: `go install {package}@v1.2.3`, or in a module `go get {package}@v1.2.3`"
    return f"name one: `go {verb} {package}@v1.2.3`"


def _takes_no_version(script: Script) -> bool:
    """Tell whether the image's Go is too old for versions, and nobody has switched modules on."""
    image = parse_image(root_base(script.stage) or "")
    release = _RELEASE.match(image.tag)
    return (
        image.official == "golang"
        and release is not None
        and int(release[1]) < _FIRST_WITH_VERSIONS
        and "GO111MODULE" not in script.source.text
    )


def _packages(command: Command) -> Iterator[tuple[str, Word]]:
    """Yield what `go install`, `go get` or `go run` is told to fetch, with the verb."""
    operands = _operands(command.arguments)
    verb = next(operands, None)
    if verb is None or verb.text not in _VERBS:
        return
    for package in operands:
        yield verb.text, package
        # What follows it are the arguments of the program.
        if verb.text == "run":
            return


def _operands(words: tuple[Word, ...]) -> Iterator[Word]:
    """Yield the words that are neither flags nor their values; Go's flags begin with one dash or two."""
    rest = iter(words)
    for word in rest:
        if not word.text.startswith("-"):
            yield word
            continue
        name, equals, _ = word.text.lstrip("-").partition("=")
        if name in _VALUED and not equals:
            next(rest, None)


def _needs_no_version(package: str) -> bool:
    """Tell whether a package is a file, a folder, or one of the standard library."""
    if package.startswith((".", "/")) or package.endswith(".go"):
        return True
    # Only the standard library has paths whose first part is no host's name.
    first = package.partition("/")[0]
    return "." not in first and "$" not in first and "`" not in first


def _is_known(context: BuildContext, verb: str, package: str) -> bool:
    """Tell whether go.mod says which version a package has; `go get` asks for a newer one."""
    if verb == "get" or context.module is None:
        return False
    modules = (context.module.module, *(one.path for one in context.module.requires))
    return any(f"{package}/".startswith(f"{module}/") for module in modules)
