"""EXPOSE: what stands around a port."""

from __future__ import annotations

from collections.abc import Iterator

from gendock.dockerfile import Expose, Instruction, Word
from gendock.dockerfile.problems import ProblemKind
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.mistake import replace
from gendock.lint.variables import steps


@rule(
    "GD121", "port-protocol-casing", severity=Severity.WARNING, also=("ExposeProtoCasing",), needs=(Expose,)
)
def port_protocol_casing(context: BuildContext) -> Mistakes:
    """EXPOSE has a protocol in capitals.

    The image's configuration has it in lowercase, whatever is written; other readers of the file look for
    `tcp`, `udp` and `sctp`.

    Bad:
        FROM debian:12
        EXPOSE 53/UDP

    Good:
        FROM debian:12
        EXPOSE 53/udp
    """
    for word, port in _ports(context, "/"):
        protocol = port.rpartition(":")[2].partition("/")[2]
        if protocol == protocol.lower():
            continue
        written = word.text.rpartition("/")[2]
        fixable = written == protocol and len(word.text) == word.span.end - word.span.start
        mended = word.text[: len(word.text) - len(written)] + written.lower()
        yield Mistake(
            word.span,
            f"the protocol `{protocol}` is not in lowercase",
            f"write `{protocol.lower()}`",
            replace(word.span, mended, "write it in lowercase") if fixable else None,
        )


@rule(
    "GD122",
    "port-mapping",
    severity=Severity.WARNING,
    also=("ExposeInvalidFormat", "expose_host_port"),
    needs=(Expose,),
)
def port_mapping(context: BuildContext) -> Mistakes:
    """EXPOSE has an address or a port of the host.

    An image cannot say where its ports appear on the machine that runs it: `docker run --publish` does.
    EXPOSE keeps the container's port alone, the last of the numbers, and a later BuildKit will refuse the
    rest.

    Bad:
        FROM debian:12
        EXPOSE 8080:80

    Good:
        FROM debian:12
        EXPOSE 80

    Bad:
        FROM debian:12
        EXPOSE 127.0.0.1:8080:80/tcp

    Good:
        FROM debian:12
        EXPOSE 80/tcp
    """
    for word, port in _ports(context, ":"):
        host, _, kept = port.rpartition(":")
        # `:80` names neither.
        if not host.strip(":"):
            continue
        fixable = word.text == port and len(port) == word.span.end - word.span.start
        yield Mistake(
            word.span,
            f"`{port}` asks for `{host}` on the host, which an image cannot choose",
            f"write `EXPOSE {kept}`, and publish with `docker run --publish {port}`",
            replace(word.span, kept, "keep the container's port") if fixable else None,
        )


def _ports(context: BuildContext, mark: str) -> Iterator[tuple[Word, str]]:
    """Yield each port that an EXPOSE names, that can be known and may have a mark, with the word for it."""
    if not any(_may_have(one, mark) for one in context.file.instructions):
        return
    refused = {problem.span for problem in context.file.all_problems if problem.kind is ProblemKind.PORT}
    for step in steps(context, lambda one: _may_have(one, mark)):
        for word in step.instruction.words:
            if word.span not in refused:
                for port in step.split(word.text):
                    yield word, port


def _may_have(instruction: Instruction, mark: str) -> bool:
    return isinstance(instruction, Expose) and any(
        mark in one.text or "$" in one.text for one in instruction.words
    )
