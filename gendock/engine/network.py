"""The network of one run: closed to the world, and open to gendock.

On an internal network Docker publishes no ports. Where the engine runs on this machine, and in its network
namespace, the containers' own addresses can be asked: the network's gateway then is this machine.
Elsewhere (Docker Desktop, rootless Docker, a remote engine) ports have to be published, on a bridge without
masquerading: packets to the world find no way back.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docker import DockerClient

    from gendock.engine.run import Run


@dataclass(frozen=True, slots=True)
class Network:
    """A network of a run.

    Attributes:
        name: in the engine.
        direct: whether the containers' addresses can be asked from here.
    """

    name: str
    direct: bool


def make_network(client: DockerClient, run: Run, *, egress: bool) -> Network:
    """Make the network of a run.

    Args:
        client: of the engine.
        run: gives name and labels.
        egress: let the containers reach the world.

    Raises:
        docker.errors.APIError: the engine refused.
    """
    if egress:
        made = client.networks.create(run.name, driver="bridge", labels=run.labels)
        return Network(str(made.name), direct=False)
    made = client.networks.create(run.name, driver="bridge", internal=True, labels=run.labels)
    made.reload()
    gateways = [str(part.get("Gateway") or "") for part in made.attrs["IPAM"]["Config"] or ()]
    if any(_is_ours(gateway) for gateway in gateways):
        return Network(str(made.name), direct=True)
    made.remove()
    made = client.networks.create(
        run.name,
        driver="bridge",
        options={"com.docker.network.bridge.enable_ip_masquerade": "false"},
        labels=run.labels,
    )
    return Network(str(made.name), direct=False)


def _is_ours(address: str) -> bool:
    """Say whether an address is one of this machine: only those can be bound to."""
    if not address:
        return False
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as asking:
            asking.bind((address.partition("/")[0], 0))
    except OSError:
        return False
    return True
