"""What `docker buildx inspect` tells of a builder: its driver, its nodes, and what they build for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Node:
    """One BuildKit of a builder.

    Attributes:
        name: buildx's.
        endpoint: where it is.
        status: `running`, `inactive` (it starts with the first build), or what is wrong.
        version: BuildKit's; empty where it is not told.
        platforms: what it builds for, those that a person chose for it first.
        chosen: those that a person chose for it.
        error: why it cannot be asked.
    """

    name: str
    endpoint: str
    status: str
    version: tuple[int, ...]
    platforms: tuple[str, ...]
    chosen: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A builder of buildx.

    Attributes:
        name: as `--builder` takes it.
        driver: `docker` (the engine's own BuildKit), `docker-container`, `remote`, `kubernetes`, `cloud`.
        nodes: its BuildKits.
        error: why buildx cannot use it.
    """

    name: str
    driver: str
    nodes: tuple[Node, ...]
    error: str = ""

    @property
    def trouble(self) -> str:
        """Why none of its nodes can build; empty where one can, or will be started by the build."""
        reasons = [self._trouble_of(node) for node in self.nodes]
        return self.error or (reasons[0] if reasons and all(reasons) else "")

    def _trouble_of(self, node: Node) -> str:
        if node.error or self.driver != "remote" or node.status == "running":
            return node.error
        return f"nothing answers at {node.endpoint}"  # nobody starts it either

    @property
    def version(self) -> tuple[int, ...]:
        """The oldest BuildKit of its nodes; empty where none tells."""
        return min((node.version for node in self.nodes if node.version), default=())

    def node_for(self, platform: str) -> Node | None:
        """Return the node that builds for a platform, as buildx chooses it; None where none says so."""
        chosen = [node for node in self.nodes if platform in node.chosen]
        able = [node for node in self.nodes if platform in node.platforms]
        return next(iter([*chosen, *able]), None)


def read_instance(text: str) -> Instance | None:
    """Read what `docker buildx inspect` prints; None where it is something else."""
    head, *sections = re.split(r"^Name:", "\n" + _ANSI.sub("", text), flags=re.MULTILINE)
    if head.strip() or not sections:
        return None
    first = _fields(sections[0])
    if "Driver" not in first:
        return None
    nodes = tuple(_node(_fields(section)) for section in sections[1:])
    return Instance(first[""], first["Driver"], nodes, first.get("Error", ""))


def read_version(text: str) -> tuple[int, ...]:
    """Return the numbers of `v0.19.3` or `v0.8+unknown`; empty for a build that was given none."""
    found = re.search(r"v?(\d+)\.(\d+)(?:\.(\d+))?", text)
    numbers = tuple(int(part) for part in found.groups(default="0")) if found else ()
    return numbers if any(numbers) else ()


def _fields(section: str) -> dict[str, str]:
    """Return a section's fields; its name is that of the empty key."""
    first, *rest = section.splitlines()
    fields = {"": first.strip()}
    for line in rest:
        key, colon, value = line.partition(":")
        if colon and key and not key[0].isspace():
            fields.setdefault(key.strip(), value.strip())
    return fields


def _node(fields: dict[str, str]) -> Node:
    words = [word.strip() for word in fields.get("Platforms", "").split(",") if word.strip()]
    return Node(
        name=fields[""],
        endpoint=fields.get("Endpoint", ""),
        status=fields.get("Status", ""),
        version=read_version(fields.get("BuildKit version", fields.get("Buildkit", ""))),
        platforms=tuple(word.rstrip("*") for word in words),
        chosen=tuple(word.rstrip("*") for word in words if word.endswith("*")),
        error=fields.get("Error", ""),
    )
