"""The base of a program's image: which one, what has to be installed in it, and what it has by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gendock.errors import RefusedError
from gendock.generate import base_images

if TYPE_CHECKING:
    from gendock.generate.options import Options
    from gendock.golang import Program

BASES = ("distroless", "scratch", "debian", "alpine", "chainguard")
ESSENTIALS = ("ca-certificates", "tzdata")
_ALPINE_NAMES = {
    "default-mysql-client": "mysql-client", "libimage-exiftool-perl": "exiftool", "sqlite3": "sqlite",
    "librsvg2-bin": "rsvg-convert", "bind9-dnsutils": "bind-tools", "mtr-tiny": "mtr",
    "libreoffice-nogui": "libreoffice", "pandoc": "pandoc-cli",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Base:
    """A base image.

    `packages` are installed by `manager`. `has_home` says that its working directory is the user's own;
    `is_empty` that nothing at all is in it; `has_shell` that a shell is.
    """

    image: str
    packages: tuple[str, ...] = ()
    manager: Literal["apt", "apk"] | None = None
    has_home: bool = False
    is_empty: bool = False
    has_shell: bool = False


def choose_base(program: Program, options: Options) -> Base:
    """Choose the base of a program's image.

    Raises:
        RefusedError: the program cannot run on the base that was asked for.
    """
    needed = runtime_packages(program, options)
    linked = program.cgo is not None
    if options.base is None and needed:
        return _debian(needed)
    if options.base in {None, "distroless"}:
        return Base(base_images.GLIBC if linked else base_images.STATIC, has_home=True)
    if options.base == "chainguard":
        return Base(base_images.CHAINGUARD_GLIBC if linked else base_images.CHAINGUARD_STATIC)
    if options.base == "debian":
        return _debian(needed or ESSENTIALS)
    if options.base in {"scratch", "alpine"} and linked:
        lacks = "no C library" if options.base == "scratch" else "musl in the place of glibc"
        raise RefusedError(
            f"{program.name} needs C, and {options.base} has {lacks}: take --base distroless or debian"
        )
    if options.base == "alpine":
        names = tuple(_ALPINE_NAMES.get(name, name) for name in needed or ESSENTIALS)
        return Base(base_images.ALPINE, names, "apk", has_shell=True)
    if options.base == "scratch":
        return Base("scratch", is_empty=True)
    return Base(str(options.base), has_shell=True)


def _debian(packages: tuple[str, ...]) -> Base:
    return Base(base_images.DEBIAN_IMAGE, packages, "apt", has_shell=True)


def runtime_packages(program: Program, options: Options) -> tuple[str, ...]:
    """The Debian packages that the image needs; none where a distroless image will do."""
    executed = [one for one in program.executed if program.kind != "cli"]
    libraries = () if program.cgo is None else program.cgo.run_packages
    if not executed and not libraries and not options.kept.packages:
        return ()
    named = {one.package for one in executed if one.package}
    return tuple(sorted({*ESSENTIALS, *named, *libraries, *options.kept.packages}))
