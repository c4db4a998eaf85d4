"""Which ports of a container other files of the repository count on: compose, Kubernetes, Nomad.

Only what is written as a number counts; what a variable decides contradicts nobody.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from gendock.golang.facts import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gendock.golang.folder import Folder

_MOST_BYTES = 256 * 1024
_MOST_FILES = 60
_COMPOSE = ("compose*.yml", "compose*.yaml", "docker-compose*.yml", "docker-compose*.yaml")
_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Pod", "ReplicaSet", "Job"})
_KIND = re.compile(r"(?m)^kind:\s*(?:Deployment|StatefulSet|DaemonSet|Pod|ReplicaSet|Job)\s*$")
_SHORT_PORT = re.compile(r"(?:.*:)?(?P<number>\d{1,5})(?:/tcp)?")
_NOMAD_IMAGE = re.compile(r"^\s*image\s*=\s*\"(?P<image>[^\"]+)\"", re.MULTILINE)
_NOMAD_PORT = re.compile(r"^[^\n#]*\bto\s*=\s*(?P<number>\d{1,5})\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Published:
    """A port of a container that a file counts on.

    `built_from` is the folder and the Dockerfile that compose builds the image of, as paths of the
    repository; else `image` is the image's name. `target` is the stage that is built; empty for the last.
    `variables` are what the file sets in the container; where it is `is_open`, others may be set, too.
    """

    number: int
    where: str
    evidence: Evidence
    built_from: tuple[str, str] | None = None
    image: str = ""
    target: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False


def published_ports(folder: Folder, files: Sequence[str]) -> Iterator[Published]:
    """Yield the ports of containers that the files of a repository count on.

    Args:
        folder: the repository.
        files: all of its files.
    """
    looked = 0
    for path in files:
        name = posixpath.basename(path)
        is_compose = any(fnmatch(name, pattern) for pattern in _COMPOSE)
        is_nomad = name.endswith((".nomad", ".nomad.hcl"))
        if not (is_compose or is_nomad or name.endswith((".yaml", ".yml"))) or path.count("/") > 4:
            continue
        looked += 1
        if looked > _MOST_FILES:
            return
        content = folder.read(path, limit=_MOST_BYTES)
        text = "" if content is None else content.decode(errors="replace")
        if is_compose:
            yield from _of_compose(path, text)
        elif is_nomad:
            yield from _of_nomad(path, text)
        elif _KIND.search(text):
            yield from _of_kubernetes(path, text)


def _of_compose(path: str, text: str) -> Iterator[Published]:
    for whole in _documents(text):
        services = whole.get("services")
        for service in services.values() if isinstance(services, dict) else ():
            if not isinstance(service, dict) or "build" not in service:
                continue
            if "command" in service or "entrypoint" in service:
                continue  # who knows what it starts then
            built_from, target = _built_from(path, service["build"])
            variables = _variables(service.get("environment"))
            for number, line in _compose_ports(service):
                yield Published(
                    number,
                    "compose",
                    Evidence(path, line),
                    built_from,
                    target=target,
                    variables=variables,
                    is_open="env_file" in service,
                )


def _built_from(path: str, build: Any) -> tuple[tuple[str, str], str]:  # noqa: ANN401 - what YAML gives
    said = build if isinstance(build, dict) else {"context": build}
    context = posixpath.normpath(posixpath.join(posixpath.dirname(path), str(said.get("context") or ".")))
    dockerfile = posixpath.normpath(posixpath.join(context, str(said.get("dockerfile") or "Dockerfile")))
    return (context, dockerfile), str(said.get("target") or "")


def _variables(said: Any) -> dict[str, str]:  # noqa: ANN401
    if isinstance(said, dict):
        merged = said.get("<<")
        if isinstance(merged, dict):
            said = {**merged, **said}
        return {str(name): str(value) for name, value in said.items() if name != "<<"}
    if isinstance(said, list):
        return {name: value for name, _, value in (str(one).partition("=") for one in said)}
    return {}


def _compose_ports(service: dict[str, Any]) -> Iterator[tuple[int, int]]:
    for key in ("ports", "expose"):
        listed = service.get(key)
        for one in listed if isinstance(listed, list) else ():
            said = one.get("target") if isinstance(one, dict) else one
            match = _SHORT_PORT.fullmatch(str(said))
            if match is not None:
                yield int(match["number"]), line_of(said)


def _of_kubernetes(path: str, text: str) -> Iterator[Published]:
    for whole in _documents(text):
        if whole.get("kind") not in _KINDS:
            continue
        for container in _containers(whole):
            if "command" in container or "args" in container:
                continue
            named = container.get("env")
            variables = {
                str(one.get("name")): str(one.get("value", "$"))
                for one in (named if isinstance(named, list) else ())
                if isinstance(one, dict)
            }
            ports = container.get("ports")
            for one in ports if isinstance(ports, list) else ():
                number = one.get("containerPort") if isinstance(one, dict) else None
                if isinstance(number, str) and number.isdecimal():
                    place = Evidence(path, line_of(number))
                    image = str(container.get("image") or "")
                    yield Published(
                        int(number),
                        "Kubernetes",
                        place,
                        image=image,
                        variables=variables,
                        is_open="envFrom" in container,
                    )


def _containers(whole: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    spec = whole.get("spec") if isinstance(whole, dict) else None
    if not isinstance(spec, dict):
        return
    containers = spec.get("containers")
    yield from (one for one in (containers if isinstance(containers, list) else ()) if isinstance(one, dict))
    yield from _containers(spec.get("template"))


def _of_nomad(path: str, text: str) -> Iterator[Published]:
    images = {match["image"] for match in _NOMAD_IMAGE.finditer(text)}
    if len(images) != 1:
        return
    for match in _NOMAD_PORT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Published(int(match["number"]), "Nomad", Evidence(path, line), image=next(iter(images)))


class _Scalar(str):
    """A scalar of a YAML file, as it is written, with its line."""

    __slots__ = ("line",)
    line: int


def line_of(value: object) -> int:
    """Return the line of a scalar."""
    return value.line if isinstance(value, _Scalar) else 1


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """Yield the documents of a YAML file that are mappings; none where it cannot be read."""
    import yaml

    try:
        for node in yaml.compose_all(text, Loader=yaml.SafeLoader):
            value = _plain(node, 0)
            if isinstance(value, dict):
                yield value
    except (yaml.YAMLError, RecursionError):
        return


def _plain(node: Any, depth: int) -> Any:  # noqa: ANN401
    import yaml

    if depth > 30:
        return None
    if isinstance(node, yaml.ScalarNode):
        scalar = _Scalar(node.value)
        scalar.line = node.start_mark.line + 1
        return scalar
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, depth + 1) for one in node.value]
    return {_plain(key, depth + 1): _plain(value, depth + 1) for key, value in node.value if _is_scalar(key)}


def _is_scalar(node: Any) -> bool:  # noqa: ANN401
    return bool(node.__class__.__name__ == "ScalarNode")
