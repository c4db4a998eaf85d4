"""Handing a file system to an engine as an image."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from private_engine.command import last_lines, run, started
from private_engine.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from private_engine.engine_api import Engine


@contextmanager
def importing(
    engine: Engine,
    client: str,
    name: str,
    changes: Sequence[str],
    *,
    source: int | IO[bytes] = subprocess.PIPE,
) -> Iterator[IO[bytes] | None]:
    """Import a tar archive, which comes from a source or is written in the with block.

    The image gets its name last, and only if the block ended well: an archive that was cut off is an
    archive too, and an engine would take it.

    Args:
        engine: which engine.
        client: the docker client.
        name: the image's name.
        changes: its settings, in the words of a Dockerfile.
        source: what to read the archive from; without it the block gets a stream to write it to.

    Yields:
        The stream to write to, if there is no source.

    Raises:
        ImageError: the engine did not take it.
    """
    flags = [part for change in changes for part in ("--change", change)]
    with started([client, "import", *flags, "-"], environment=engine.environment, stdin=source) as process:
        yield process.stdin
        printed, said = process.communicate()
        if process.returncode != 0:
            sentence = f"The engine did not take {name}."
            raise ImageError(sentence, last_lines(said.decode(errors="replace")))
    identifier = printed.decode().strip()
    run([client, "tag", identifier, name], what=f"Naming {name}", environment=engine.environment)
