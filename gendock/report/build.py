"""A build for people and for scripts, once it has ended."""

from __future__ import annotations

from typing import Any

from gendock.engine.build_request import BuiltImage, Delivery
from gendock.engine.build_several import Baked
from gendock.engine.sizes import megabytes
from gendock.report.engine_lines import BOLD, LABEL, Style, counted
from gendock.report.terminal import printable


def build_line(image: BuiltImage, style: Style) -> str:
    """Return the one line of a build that went well."""
    steps = _steps(image.steps, image.cached)
    left = style.room - 10
    text = f"{image.tag}   {steps}".ljust(left) if len(image.tag) + len(steps) + 3 < left else image.tag
    return style.row("build", f"{text}  {megabytes(image.size)}", image.seconds)


def delivery_lines(delivery: Delivery, style: Style) -> list[str]:
    """Return where an image went, and what it is called there."""
    what = ", ".join(delivery.platforms) or "the builder's platform"
    lines = [style.row("build", f"{what}   {_steps(delivery.steps, delivery.cached)}", delivery.seconds)]
    return lines + _went(delivery, style)


def baked_lines(baked: Baked, style: Style) -> list[str]:
    """Return one line for each target, and one for all."""
    count = len(baked.images) + len(baked.deliveries)
    where = ", ".join(
        f"{name} {number}" if len(baked.builders) > 1 else name for name, number in baked.builders.items()
    )
    lines = [
        style.row(
            "build",
            f"{counted(count, 'target')} on {where}   {_steps(baked.steps, baked.cached)}",
            baked.seconds,
        )
    ]
    names = [one.target or "" for one in baked.images] + [one.target or "" for one in baked.deliveries]
    widest = max(map(len, names), default=0)
    for image in baked.images:
        left = style.width - LABEL - widest - 14
        size = megabytes(image.size)
        lines.append(
            _whole(style, "", f"{(image.target or '').ljust(widest)}  {image.tag.ljust(left)}  {size}")
        )
    for delivery in baked.deliveries:
        where_to = ", ".join(delivery.names) or "no image is kept of it"
        text = f"{(delivery.target or '').ljust(widest)}  {where_to}  {_short(delivery.digest)}"
        lines.append(_whole(style, "", text))
    return lines


def _went(delivery: Delivery, style: Style) -> list[str]:
    lines = [_whole(style, "pushed", f"{name}  {_short(delivery.digest)}") for name in delivery.names]
    return lines + [_whole(style, "wrote", output) for output in delivery.outputs]


def _whole(style: Style, label: str, text: str) -> str:
    """Return a line that is not cut: names and paths are there to be copied."""
    return (style.paint(label.ljust(LABEL), BOLD) + printable(text, limit=2000)).rstrip()


def _short(digest: str) -> str:
    """Return the beginning of a digest, as long as it takes to tell two apart."""
    return digest[:19]


def _steps(steps: int, cached: int) -> str:
    return f"{cached} of {counted(steps, 'step')} cached" if cached else counted(steps, "step")


def build_data(image: BuiltImage) -> dict[str, Any]:
    """Return a build as JSON's types."""
    return {
        "passed": True,
        "image": image.tag,
        "image_id": image.id,
        "size": image.size,
        "steps": image.steps,
        "cached": image.cached,
        "seconds": round(image.seconds, 3),
        "builder": image.builder,
        "failure": None,
    }


def delivery_data(delivery: Delivery) -> dict[str, Any]:
    """Return an image that went elsewhere as JSON's types."""
    return {
        "passed": True,
        "pushed": list(delivery.names),
        "digest": delivery.digest or None,
        "platforms": list(delivery.platforms),
        "outputs": list(delivery.outputs),
        "steps": delivery.steps,
        "cached": delivery.cached,
        "seconds": round(delivery.seconds, 3),
        "builder": delivery.builder,
        "failure": None,
    }


def baked_data(baked: Baked) -> dict[str, Any]:
    """Return the targets of a docker-bake.hcl as JSON's types."""
    targets: list[dict[str, Any]] = [
        {
            "target": one.target,
            "image": one.tag,
            "tags": [one.tag, *one.more_tags],
            "image_id": one.id,
            "size": one.size,
            "steps": one.steps,
            "cached": one.cached,
            "builder": one.builder,
        }
        for one in baked.images
    ]
    targets += [
        {
            "target": one.target,
            "pushed": list(one.names),
            "digest": one.digest or None,
            "platforms": list(one.platforms),
            "steps": one.steps,
            "cached": one.cached,
            "builder": one.builder,
        }
        for one in baked.deliveries
    ]
    return {
        "passed": True,
        "targets": targets,
        "builders": dict(baked.builders),
        "steps": baked.steps,
        "cached": baked.cached,
        "seconds": round(baked.seconds, 3),
        "failure": None,
    }
