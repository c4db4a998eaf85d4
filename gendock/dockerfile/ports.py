"""The ports of EXPOSE: `80`, `80/udp`, `8000-8010`, and what `docker run --publish` would take.

Source: moby/buildkit, frontend/dockerfile/dockerfile2llb/convert_expose.go.
"""

from __future__ import annotations

import re

_MOST = 65535


class PortError(ValueError):
    """A text that is not a port; says what is wrong with it."""


def check_port(text: str) -> None:
    """Read one word of an EXPOSE.

    Raises:
        PortError: BuildKit would refuse it.
    """
    *before, last = text.split(":")
    host_port = before.pop() if before else ""
    address = ":".join(before)
    ports, _, protocol = last.partition("/")
    if not ports:
        raise PortError(f"`{text}` has no port")
    if protocol.lower() not in ("", "tcp", "udp", "sctp"):
        raise PortError(f"`{protocol}` is not a protocol: use tcp, udp or sctp")
    _check_address(address)
    first, end = _range(ports)
    if host_port:
        host_first, host_end = _range(host_port)
        if end - first != host_end - host_first and end != first:
            raise PortError(f"the ranges {host_port} and {ports} are not equally long")


def _check_address(text: str) -> None:
    bare = text
    if text.startswith("["):
        if not re.fullmatch(r"\[[^\[\]]*\]", text):
            raise PortError(f"`{text}` is not an IP address")
        bare = text[1:-1]
    if not bare:
        return
    # Hardly any file has an address here, and the module takes as long to load as a small file to lint.
    import ipaddress

    try:
        # Go knows no zones here: `fe80::1%eth0`.
        ipaddress.ip_address("" if "%" in bare else bare)
    except ValueError:
        raise PortError(f"`{text}` is not an IP address") from None


def _range(text: str) -> tuple[int, int]:
    start, dash, end = text.partition("-")
    first = _number(start, text)
    if not dash or start == end:
        return first, first
    last = _number(end, text)
    if last < first:
        raise PortError(f"the range {text} ends before it begins")
    return first, last


def _number(text: str, whole: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise PortError(f"`{whole}` is not a port")
    digits = text.lstrip("+-").lstrip("0") or "0"
    if len(digits) > 5 or int(digits) > _MOST or (text.startswith("-") and digits != "0"):
        raise PortError(f"`{whole}` is out of range: ports go from 0 to {_MOST}")
    return int(digits)
