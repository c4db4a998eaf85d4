"""The few facts of a program file that say whether an image can run it.

Read from the file's first bytes by the ELF specification (man 5 elf): the machine it is for, and the dynamic
loader that it asks for.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

ARCHIVE = b"!<arch>\n"  # how `go build` begins what it writes of a package that is no program
# e_machine to GOARCH
_MACHINES = {
    3: "386",
    8: "mips",
    21: "ppc64",
    22: "s390x",
    40: "arm",
    62: "amd64",
    183: "arm64",
    243: "riscv64",
}
_PT_INTERP = 3


@dataclass(frozen=True, slots=True)
class Program:
    """What a file is, as far as starting it goes.

    Attributes:
        format: `elf`, `script`, `archive` (a Go package that is no main package), `pe`, `mach-o`, `unknown`.
        architecture: a GOARCH, or `machine N`; None for anything but ELF.
        interpreter: the dynamic loader or the script's interpreter; None where none is needed.
    """

    format: str
    architecture: str | None = None
    interpreter: str | None = None


def read_program(head: bytes) -> Program:
    """Read a file's first bytes; 4096 are enough for what Go's and C's linkers write."""
    if head.startswith(b"\x7fELF"):
        return _read_elf(head)
    if head.startswith(b"#!"):
        # Linux parts words at spaces and tabs alone: a CR is part of the name.
        words = head[2:].split(b"\n", 1)[0].replace(b"\t", b" ").split(b" ")
        words = [word for word in words if word]
        return Program("script", interpreter=words[0].decode("utf-8", "replace") if words else None)
    if head.startswith(ARCHIVE):
        return Program("archive")
    if head.startswith(b"MZ"):
        return Program("pe")
    if head[:4] in (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"):
        return Program("mach-o")
    return Program("unknown")


def _read_elf(head: bytes) -> Program:
    try:
        wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
        machine = struct.unpack_from(f"{order}H", head, 18)[0]
        architecture = _MACHINES.get(machine, f"machine {machine}")
        if architecture in ("ppc64", "mips") and order == "<":
            architecture += "le"
        if wide:
            table, size, count = _fields(head, order, ("Q", 32), ("H", 54), ("H", 56))
        else:
            table, size, count = _fields(head, order, ("I", 28), ("H", 42), ("H", 44))
        for number in range(count):
            at = table + number * size
            if struct.unpack_from(f"{order}I", head, at)[0] != _PT_INTERP:
                continue
            if wide:
                start, length = _fields(head, order, ("Q", at + 8), ("Q", at + 32))
            else:
                start, length = _fields(head, order, ("I", at + 4), ("I", at + 16))
            name = head[start : start + length].rstrip(b"\0").decode("utf-8", "replace")
            return Program("elf", architecture, name or None)
    except (struct.error, IndexError):
        return Program("unknown")
    return Program("elf", architecture)


def _fields(head: bytes, order: str, *places: tuple[str, int]) -> tuple[int, ...]:
    return tuple(struct.unpack_from(f"{order}{kind}", head, at)[0] for kind, at in places)
