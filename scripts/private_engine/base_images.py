"""The base images that templates name: pulled where a registry answers, else made here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from private_engine import debian, distroless, toolchain
from private_engine.daemon import alone
from private_engine.errors import ImageError, PrivateEngineError
from private_engine.making import DEBIAN, NODE, Maker
from private_engine.pulling import briefly, pull

if TYPE_CHECKING:
    from collections.abc import Sequence

    from private_engine.engine_api import Engine
    from private_engine.places import Places

GOLANG = re.compile(r"golang:(?P<version>\d+\.\d+(?:\.\d+)?)(?:-bookworm)?")


def default_set() -> list[str]:
    """The images that templates and samples use."""
    versions = toolchain.default_versions()
    golang = [f"golang:{version}{tag}" for version in versions for tag in ("-bookworm", "")]
    return [DEBIAN, *golang, distroless.STATIC, distroless.BASE, NODE]


def missing(engine: Engine, names: Sequence[str]) -> list[str]:
    """Those that the engine does not have yet."""
    present = engine.images()
    return [name for name in names if name not in present]


@dataclass(frozen=True)
class Plan:
    """What has to be made."""

    debian: bool
    golang: dict[str, list[str]]
    distroless: list[str]
    node: bool


def bring(engine: Engine, names: Sequence[str], places: Places) -> None:
    """See to it that the engine has these images. Those that are there are left alone.

    Raises:
        ImageError: one can neither be pulled nor made here.
    """
    lacking = missing(engine, names)
    if not lacking:
        return
    client = engine.client()
    reasons = pull(engine, client, lacking)
    lacking = missing(engine, names)
    for name in lacking:
        _check_can_be_made(name, briefly(reasons.get(name, "the engine does not say why")))
    if not lacking:
        return
    with alone(places):
        # Somebody else may have made them while this one waited.
        lacking = missing(engine, names)
        if lacking:
            plan = _plan(engine, lacking)
            maker = Maker(engine, client, places)
            maker.make(
                with_debian=plan.debian,
                golang=plan.golang,
                distroless_names=plan.distroless,
                with_node=plan.node,
            )


def _check_can_be_made(name: str, reason: str) -> None:
    if not (name in {DEBIAN, distroless.STATIC, distroless.BASE, NODE} or GOLANG.fullmatch(name)):
        sentence = (
            f"{name} cannot be pulled ({reason}); only {DEBIAN}, golang:VERSION[-bookworm], {NODE} and "
            "distroless static and base can be made here."
        )
        raise ImageError(sentence)
    try:
        debian.check_can_make()
    except PrivateEngineError as error:
        sentence = f"{name} cannot be pulled ({reason}), and {error}."
        raise ImageError(sentence) from error


def _plan(engine: Engine, lacking: Sequence[str]) -> Plan:
    golang: dict[str, list[str]] = {}
    for name in lacking:
        matched = GOLANG.fullmatch(name)
        if matched:
            golang.setdefault(matched["version"], []).append(name)
    return Plan(
        # Everything else is made from it.
        debian=bool(missing(engine, [DEBIAN])),
        golang=golang,
        distroless=[name for name in lacking if name in {distroless.STATIC, distroless.BASE}],
        node=NODE in lacking,
    )
