"""A container's first process, seen from the machine that the engine runs on.

Only a local Linux engine allows it; elsewhere (Docker Desktop, a remote engine) `of` gives None and the
caller asks the engine instead. Nothing runs in the container for this, so no shell is needed in it.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LISTEN = "0A"  # TCP_LISTEN, include/net/tcp_states.h
_NOT_CONNECTED = "07"  # TCP_CLOSE there; of UDP, a socket that takes datagrams from anybody


@dataclass(frozen=True, slots=True)
class Listener:
    """An address, of TCP or UDP, that something in the container listens on."""

    address: str
    port: int

    @property
    def only_loopback(self) -> bool:
        """Whether nobody outside of the container can reach it."""
        address = ipaddress.ip_address(self.address)
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return (mapped or address).is_loopback

    def __str__(self) -> str:
        """Write it as Go does."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class HostProcess:
    """A process of a container by its pid on this machine."""

    folder: Path

    @classmethod
    def of(cls, pid: int, container_id: str) -> HostProcess | None:
        """Return the process if it is here and is that container's; None elsewhere."""
        if pid <= 0 or not sys.platform.startswith("linux"):
            return None
        process = cls(Path(f"/proc/{pid}"))
        # The pid is the engine's: on another machine or in another namespace it names something else.
        return process if container_id in process._text("cgroup") else None

    def status(self) -> dict[str, str]:
        """Return /proc/PID/status: `Uid`, `CapEff`, `NoNewPrivs` and the rest; empty once it is gone."""
        pairs = (line.partition(":") for line in self._text("status").splitlines())
        return {name: value.strip() for name, _, value in pairs}

    def listeners(self) -> list[Listener]:
        """Return where the container's network namespace listens, the engine's own resolver aside."""
        return self._sockets("tcp", _LISTEN)

    def datagram_sockets(self) -> list[Listener]:
        """Return where it waits for datagrams; among them are sockets that just asked for something."""
        return self._sockets("udp", _NOT_CONNECTED)

    def _sockets(self, protocol: str, state: str) -> list[Listener]:
        found = {*_read_table(self._text(f"net/{protocol}"), state)}
        found |= {*_read_table(self._text(f"net/{protocol}6"), state)}
        return sorted((one for one in found if one.address != "127.0.0.11"), key=str)

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text("utf-8", "replace")
        except OSError:  # it has ended, or may not be read
            return ""


def _read_table(text: str, state: str) -> Iterator[Listener]:
    """Read /proc/net/tcp, udp or those with 6 (kernel Documentation/networking/proc_net_tcp.rst)."""
    for line in text.splitlines()[1:]:
        words = line.split()
        if len(words) < 4 or words[3] != state:
            continue
        address, _, port = words[1].partition(":")
        # Each 32-bit word is printed in the machine's own byte order.
        raw = b"".join(struct.pack("=I", int(address[at : at + 8], 16)) for at in range(0, len(address), 8))
        family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
        yield Listener(socket.inet_ntop(family, raw), int(port, 16))
