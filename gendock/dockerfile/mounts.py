"""RUN's --mount and --device: a list of fields with commas, and what each kind of mount may say.

Source: moby/buildkit, frontend/dockerfile/instructions/commands_runmount.go and commands_rundevice.go,
and the reader of their lists, tonistiigi/go-csvvalue.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from gendock.dockerfile.flag_values import is_natural, is_size, is_switch
from gendock.dockerfile.instructions import Word
from gendock.dockerfile.source import Span
from gendock.dockerfile.suggestions import nearest

TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
SHARINGS = ("shared", "private", "locked")
KEYS = tuple(
    """
    type from source target readonly id sharing required size mode uid gid src dst destination ro rw
    readwrite env
""".split()
)
_LONG = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly", "rw": "readwrite"}


class MountError(ValueError):
    """A mount or a device that BuildKit refuses.

    `advice` says what to write instead; `at` is the number of the field at fault, None where it is the whole.
    """

    def __init__(self, message: str, advice: str, at: int | None = None) -> None:
        """Take what is known."""
        super().__init__(message)
        self.advice = advice
        self.at = at


class UnknownValueError(Exception):
    """A value that rests on a variable which only the build knows."""


class Mount(Struct):
    """One --mount, with short keys made long."""

    kind: str = "bind"
    values: dict[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str:
        """Return a value; empty where there is none."""
        return self.values.get(key, "")


def fields_of(text: str) -> list[str]:
    """Cut a list at its commas; a field may stand in double quotes, which are doubled inside.

    Raises:
        MountError: the list is empty, or a quote has no pair.
    """
    if text.endswith("\n"):
        text = text[: -2 if text.endswith("\r\n") else -1]
    if not text:
        raise MountError("the flag has no value", "write --mount=type=...,target=...")
    found: list[str] = []
    at = 0
    while True:
        if text.startswith('"', at):
            value, at = _quoted(text, at + 1)
        else:
            end = text.find(",", at)
            value, at = text[at : end if end >= 0 else len(text)], end if end >= 0 else len(text)
            if '"' in value:
                raise MountError(f"a quote inside of `{value}`", 'quote the whole field: "key=value"')
        found.append(value)
        if at >= len(text):
            return found
        at += 1


def place_of(value: Word, at: int | None) -> Span:
    """Return where a field of a list stands; the whole list where it is not written as it is read."""
    fields = value.text.split(",")
    if at is None or '"' in value.text or value.span.end - value.span.start != len(value.text):
        return value.span
    start = value.span.start + sum(len(one) + 1 for one in fields[:at])
    return Span(start, start + len(fields[at]))


def _quoted(text: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        end = text.find('"', at)
        if end < 0:
            raise MountError("a quoted field has no end", 'quote the whole field: "key=value"')
        parts.append(text[at:end])
        if text.startswith('"', end + 1):
            parts.append('"')
            at = end + 2
        elif end + 1 == len(text) or text[end + 1] == ",":
            return "".join(parts), end + 1
        else:
            raise MountError("text after the quotes of a field", 'quote the whole field: "key=value"')


def check_written(text: str) -> None:
    """Check what BuildKit checks before it knows any variable.

    Raises:
        MountError: it would refuse the mount.
    """
    for at, one in enumerate(fields_of(text)):
        key, _, value = one.partition("=")
        if key.lower() == "from" and "$" in value[:-1]:
            raise MountError(
                "`from` takes no variables",
                "name a stage: `FROM $IMAGE AS tools` above, and `from=tools` here",
                at,
            )


def read_mount(text: str, expand: Callable[[str], str]) -> Mount:
    """Read a mount as BuildKit does when it builds; `expand` replaces variables.

    Raises:
        MountError: it would refuse the mount.
    """
    mount = Mount()
    for at, one in enumerate(fields_of(text)):
        try:
            _field(mount, one, expand)
        except MountError as error:
            error.at = at
            raise
    _check_whole(mount)
    return mount


def _field(mount: Mount, text: str, expand: Callable[[str], str]) -> None:
    written, equals, value = text.partition("=")
    key = written.lower()
    if equals:
        _value(mount, key, expand(value), text)
    elif key == "required":
        _only(mount, key, ("secret", "ssh"))
    elif key not in ("readonly", "ro", "readwrite", "rw"):
        near = nearest(key, KEYS)
        raise MountError(f"`{text}` is not `key=value`", f"write {near}=..." if near else "write key=value")


def _value(mount: Mount, key: str, value: str, written: str) -> None:
    if key not in KEYS:
        near = nearest(key, KEYS)
        advice = f"did you mean {near}?" if near else "keys: " + ", ".join(KEYS)
        raise MountError(f"a mount has no key `{key}` (in `{written}`)", advice)
    key = _LONG.get(key, key)
    if key == "type":
        mount.kind = _choice("type", value, TYPES)
    elif key == "sharing":
        value = _choice("sharing", value, SHARINGS)
    elif key in ("readonly", "readwrite", "required"):
        if key == "required":
            _only(mount, key, ("secret", "ssh"))
        if not is_switch(value):
            raise MountError(f"{key} must be true or false, not `{value}`", f"write {key} alone")
    elif key == "size":
        _only(mount, key, ("tmpfs",))
        if not is_size(value):
            raise MountError(f"`{value}` is not a size", "write size=64m")
    elif key in ("uid", "gid", "mode") and not is_natural(value, octal=key == "mode"):
        raise MountError(
            f"`{value}` is not a valid {key}",
            "write octal digits: 0400" if key == "mode" else "write a number",
        )
    mount.values[key] = value


def _choice(key: str, value: str, choices: tuple[str, ...]) -> str:
    if value.lower() not in choices:
        near = nearest(value, choices)
        advice = f"did you mean {near}?" if near else "one of: " + ", ".join(choices)
        raise MountError(f"{key} cannot be `{value}`", advice)
    return value.lower()


def _only(mount: Mount, key: str, kinds: tuple[str, ...]) -> None:
    if mount.kind not in kinds:
        whose = " or ".join(kinds)
        raise MountError(
            f"`{key}` is for {whose}, and this mount is {mount.kind}", f"write type={kinds[0]} before it"
        )


def _check_whole(mount: Mount) -> None:
    kind = mount.kind
    if kind in ("bind", "tmpfs"):
        for key in ("mode", "uid", "gid"):
            if key in mount.values:
                raise MountError(f"a {kind} mount has no {key}", f"delete {key}")
    if kind == "secret":
        if mount.get("from") or mount.get("sharing"):
            raise MountError("a secret has neither from nor sharing", "delete them")
        if not (mount.get("source") or mount.get("target") or mount.get("id")):
            raise MountError("a secret needs an id", "write --mount=type=secret,id=...")
        if mount.get("source") and mount.get("id"):
            raise MountError("source and id mean the same here", "keep the id")
    if mount.get("sharing") and kind != "cache":
        raise MountError(
            f"sharing is for caches, and this mount is {kind}", "write type=cache, or delete sharing"
        )
    if kind == "ssh" and mount.get("source"):
        raise MountError("an ssh mount has no source", "delete it")


def check_device(text: str) -> None:
    """Check a --device.

    Raises:
        MountError: BuildKit would refuse it.
    """
    name = ""
    for at, one in enumerate(fields_of(text)):
        written, equals, value = one.partition("=")
        key = written.lower()
        if key == "required":
            if equals and not is_switch(value):
                raise MountError(f"required must be true or false, not `{value}`", "write required alone", at)
        elif equals and key == "name":
            if name:
                raise MountError(f"two devices: `{name}` and `{value}`", "write --device twice", at)
            name = value
        elif name:
            raise MountError(f"two devices: `{name}` and `{one}`", "write --device twice", at)
        else:
            name = one
