"""A bridge and addresses of the private engine's own.

Two daemons that share docker0 hand out the same addresses, and a daemon that starts empties the
packet filter chains named DOCKER, which are those of the other one. So each private engine gets a bridge and
a range of its own, and where another daemon runs it leaves the packet filter to the few rules below.
"""

from __future__ import annotations

import fcntl
import hashlib
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from private_engine.command import find_program, run
from private_engine.errors import CommandError, DaemonError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from private_engine.places import Places

# linux/sockios.h and linux/if.h. iproute2 is not on every machine, and these calls are.
ADD_BRIDGE, DELETE_BRIDGE = 0x89A0, 0x89A1
GET_FLAGS, SET_FLAGS = 0x8913, 0x8914
SET_ADDRESS, SET_MASK = 0x8916, 0x891C
IS_UP = 1

FIRST_RANGE, LAST_RANGE = 100, 250
DEFAULT_RANGE = 213


class Network:
    """The bridge of one private engine and its range 10.N.0.0/16."""

    def __init__(self, places: Places) -> None:
        """Take the range that was recorded for these places, or choose one that is not in use."""
        self.bridge = places.short_name
        record = places.folder / "range"
        if record.exists():
            self.range = int(record.read_text(encoding="ascii"))
        else:
            self.range = _free_range(places)
            record.write_text(f"{self.range}\n", encoding="ascii")

    @property
    def subnet(self) -> str:
        """All addresses of the engine."""
        return f"10.{self.range}.0.0/16"

    def daemon_arguments(self, *, own_packet_filter: bool) -> list[str]:
        """What dockerd has to be told: the lower half for the bridge, the upper for networks."""
        pool = f"base=10.{self.range}.128.0/17,size=24"
        return [
            f"--bridge={self.bridge}",
            f"--default-address-pool={pool}",
            f"--iptables={'true' if own_packet_filter else 'false'}",
        ]

    def create_bridge(self) -> None:
        """Make the bridge unless it is there (a reboot removes it), and bring it up."""
        name = self.bridge.encode()
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
                if not Path("/sys/class/net", self.bridge).exists():
                    fcntl.ioctl(channel, ADD_BRIDGE, name + b"\0")
                fcntl.ioctl(channel, SET_ADDRESS, _address_request(name, f"10.{self.range}.0.1"))
                fcntl.ioctl(channel, SET_MASK, _address_request(name, "255.255.128.0"))
                _switch(channel, name, up=True)
        except OSError as error:
            sentence = (
                f"The network bridge {self.bridge} cannot be made ({error.strerror}): a private engine "
                "needs root with the right to configure the network (in a container: --privileged)."
            )
            raise DaemonError(sentence) from error

    def remove_bridge(self) -> None:
        """Remove the bridge if it is there."""
        if not Path("/sys/class/net", self.bridge).exists():
            return
        name = self.bridge.encode()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
            _switch(channel, name, up=False)
            fcntl.ioctl(channel, DELETE_BRIDGE, name + b"\0")

    def open_packet_filter(self) -> None:
        """Let builds reach the outside, for a daemon that runs without a packet filter of its own."""
        self.close_packet_filter()
        for rule in self._rules():
            run(["iptables", *rule], what=f"Opening the packet filter for {self.subnet}")

    def close_packet_filter(self) -> None:
        """Remove the rules of `open_packet_filter`, where there are any."""
        if find_program("iptables") is None:
            return
        for rule in self._rules():
            delete = ["-D" if word in {"-A", "-I"} else word for word in rule]
            try:
                run(["iptables", *delete], what="iptables", cleanup=True)
            except CommandError:
                continue  # it was not there

    def _rules(self) -> list[list[str]]:
        # The bridge's half alone, where builds fetch modules: a network made for a smoke run asks for no
        # way out, and with a packet filter of its own the engine would give it none.
        bridge = f"10.{self.range}.0.0/17"
        outside = ["-t", "nat", "-A", "POSTROUTING", "-s", bridge, "!", "-d", self.subnet]
        return [
            [*outside, "-j", "MASQUERADE"],
            ["-I", "FORWARD", "-s", self.subnet, "-j", "ACCEPT"],
            ["-I", "FORWARD", "-d", self.subnet, "-j", "ACCEPT"],
        ]


def _address_request(name: bytes, address: str) -> bytes:
    return struct.pack("16sH2s4s8x", name, socket.AF_INET, b"\0\0", socket.inet_aton(address))


def _switch(channel: socket.socket, name: bytes, *, up: bool) -> None:
    answer = fcntl.ioctl(channel, GET_FLAGS, struct.pack("16sH14x", name, 0))
    flags = struct.unpack("16sH14x", answer)[1]
    flags = flags | IS_UP if up else flags & ~IS_UP
    fcntl.ioctl(channel, SET_FLAGS, struct.pack("16sH14x", name, flags))


def _free_range(places: Places) -> int:
    """The first second byte N for which no route of the machine meets 10.N.0.0/16."""
    begin = DEFAULT_RANGE
    if not places.is_default:
        digest = hashlib.sha256(str(places.folder).encode()).digest()
        begin = FIRST_RANGE + digest[0] % (DEFAULT_RANGE - FIRST_RANGE)
    routes = list(_routes(besides=places.short_name))
    count = LAST_RANGE - FIRST_RANGE + 1
    for offset in range(count):
        number = FIRST_RANGE + (begin - FIRST_RANGE + offset) % count
        wanted = (10 << 24) | (number << 16)
        if not any((wanted ^ target) & mask & 0xFFFF0000 == 0 for target, mask in routes):
            return number
    # Something routes all of 10.0.0.0/8, as VPNs do; a narrower route, ours, goes before it.
    return begin


def _routes(besides: str) -> Iterator[tuple[int, int]]:
    """Target and mask of each route but the default one and those of one interface."""
    for line in Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        target, mask = (socket.ntohl(int(fields[column], 16)) for column in (1, 7))
        if mask and fields[0] != besides:
            yield target, mask
