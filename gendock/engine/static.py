"""The static half of a smoke run: what an image says of itself, and what is in it. Nothing of it runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from gendock.engine import static_files as files
from gendock.engine import static_program as program
from gendock.engine.accounts import accounts
from gendock.engine.filesystem import FileTree
from gendock.engine.image_facts import ImageFacts
from gendock.engine.layers import Layer
from gendock.engine.results import CheckResult, LayerSize, Status, Verdict
from gendock.engine.sizes import megabytes

_LEAST_WASTE = 10**6  # bytes: less is not worth a build of one's own
_MOST_WASTE = 0.1  # of the image
_SHOWN = 60  # characters of an instruction
_FIRST_FREE_PORT = 1024
_OCI_LABEL = "org.opencontainers.image."


def _nothing(_text: str) -> str:
    return ""


def _no_fault(_name: str, _value: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Judges:
    """What others know of texts.

    Attributes:
        secret: names the kind of secret that a text holds, `a GitHub token`; empty for none.
        label: says what is wrong with a label's value, by the label's name; empty for nothing.
    """

    secret: Callable[[str], str] = _nothing
    label: Callable[[str, str], str] = _no_fault


@dataclass(frozen=True, slots=True)
class StaticRequest:
    """What to look at.

    Attributes:
        facts: the image's configuration.
        layers: the lowest first.
        size: bytes of the image.
        architecture: of the engine that will run it; None for any.
        max_size: bytes that it may have; None for any number.
        judges: who knows secrets and labels.
    """

    facts: ImageFacts
    layers: Sequence[Layer]
    size: int
    architecture: str | None = None
    max_size: int | None = None
    judges: Judges = field(default_factory=Judges)


def static_checks(request: StaticRequest) -> Iterator[CheckResult]:
    """Yield the static checks' results."""
    image, layers = request.facts, request.layers
    tree = FileTree.of_layers(layers)
    asked: dict[str, Callable[[], Verdict]] = {
        "user": lambda: _user(image),
        "exec-form": lambda: program.exec_form(image),
        "entrypoint": lambda: program.entrypoint(image, tree),
        "platform": lambda: program.platform(image, tree, request.architecture),
        "exposes": lambda: _exposes(image),
        "labels": lambda: _labels(image, request.judges),
        "size": lambda: _size(request, tree),
        "waste": lambda: _waste(request, tree),
        "no-shell": lambda: files.no_shell(tree),
        "no-package-manager": lambda: files.no_package_manager(tree),
        "no-toolchain": lambda: files.no_toolchain(tree),
        "no-source": lambda: files.no_source(layers),
        "no-git": lambda: files.no_git(layers),
        "no-env-file": lambda: files.no_env_file(layers),
        "no-private-key": lambda: files.no_private_key(layers),
        "no-secret": lambda: _no_secret(image, request.judges),
        "no-setuid": lambda: files.no_setuid(tree),
        "no-leftovers": lambda: files.no_leftovers(tree),
        "accounts": lambda: accounts(tree),
    }
    for id_, ask in asked.items():
        began = time.monotonic()
        status, evidence = ask()
        yield CheckResult(id_, status, round((time.monotonic() - began) * 1000), evidence)


def layer_sizes(layers: Sequence[Layer], judges: Judges) -> tuple[LayerSize, ...]:
    """Return each layer's bytes, and how many of them no container sees."""
    wasted = [0] * len(layers)
    for one in FileTree.of_layers(layers).wasted:
        wasted[one.layer] += one.size
    return tuple(
        LayerSize(layer.size, lost, _told(layer.made_by, judges))
        for layer, lost in zip(layers, wasted, strict=True)
    )


def _user(image: ImageFacts) -> Verdict:
    user = image.user.partition(":")[0]
    if not user:
        return Status.FAIL, "no USER: it runs as root"
    if not user.isdecimal():
        if user == "root":
            return Status.FAIL, "USER root"
        # Kubernetes' runAsNonRoot refuses it: it can't tell what uid a name has.
        return Status.FAIL, f"user {user} is a name, which runAsNonRoot refuses; write its number"
    return (Status.FAIL, "USER 0 is root") if int(user) == 0 else (Status.PASS, f"user {user}")


def _exposes(image: ImageFacts) -> Verdict:
    ports = ", ".join([*map(str, image.ports), *(f"{port}/udp" for port in image.datagram_ports)])
    low = [port for port in (*image.ports, *image.datagram_ports) if port < _FIRST_FREE_PORT]
    if low and image.user.partition(":")[0] not in ("", "0", "root"):
        return (
            Status.FAIL,
            f"exposes {low[0]}: below {_FIRST_FREE_PORT}, which user {image.user} may not listen on",
        )
    return Status.PASS, f"exposes {ports}" if ports else "exposes no port"


def _labels(image: ImageFacts, judges: Judges) -> Verdict:
    ours = {name: value for name, value in image.labels.items() if name.startswith(_OCI_LABEL)}
    for name, value in sorted(ours.items()):
        fault = judges.label(name, value)
        if fault:
            return Status.FAIL, f"label {name}: {fault}"
    return (
        Status.PASS,
        f"{len(ours)} OCI label{'s' if len(ours) > 1 else ''}" if ours else "without OCI labels",
    )


def _no_secret(image: ImageFacts, judges: Judges) -> Verdict:
    """Look into what `docker inspect` and `docker history` show to everybody."""
    texts = [(f"ENV {name}", value) for name, value in image.environment.items()]
    texts += [(f"LABEL {name}", value) for name, value in image.labels.items()]
    texts += [(f"step {number} of the history", step) for number, step in enumerate(image.history, start=1)]
    for place, text in texts:
        kind = judges.secret(text)
        if kind:
            return Status.FAIL, f"{kind} in {place}"  # where, and never what
    return Status.PASS, "no secret"


def _size(request: StaticRequest, tree: FileTree) -> Verdict:
    size, most = request.size, request.max_size
    text = f"{megabytes(size)} in {len(request.layers)} layer{'s' if len(request.layers) != 1 else ''}"
    if most is None or size <= most:
        return Status.PASS, text
    number, layer = max(enumerate(request.layers, start=1), key=lambda pair: pair[1].size)
    wasted = sum(one.size for one in tree.wasted)
    lost = f", {megabytes(wasted)} of it wasted" if wasted >= _LEAST_WASTE else ""
    by = f" ({_shortened(_told(layer.made_by, request.judges))})" if layer.made_by else ""
    return (
        Status.FAIL,
        f"{text}, and --max-size is {megabytes(most)}{lost}; layer {number} has {megabytes(layer.size)}{by}",
    )


def _waste(request: StaticRequest, tree: FileTree) -> Verdict:
    """Look for bytes of files that a later layer takes away or writes anew."""
    wasted = sum(one.size for one in tree.wasted)
    if wasted < max(_LEAST_WASTE, _MOST_WASTE * request.size):
        return Status.PASS, f"{megabytes(wasted)} wasted"
    worst = max(tree.wasted, key=lambda one: one.size)
    place = (
        f"{worst.path} is in layer {worst.layer + 1}, and layer {worst.by + 1} removes it or writes it anew"
    )
    return Status.FAIL, f"{megabytes(wasted)} wasted: {place}"


def _told(instruction: str, judges: Judges) -> str:
    """Return an instruction on one line; not one that holds a secret, which a report would hand on."""
    kind = judges.secret(instruction)
    return f"not shown: it holds {kind}" if kind else " ".join(instruction.split())


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
