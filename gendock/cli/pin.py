"""`gendock pin`: base images by digest."""

# Without `annotations` from the future: typer would compile each of them four times to read it.

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gendock.cli.output_format import FormatOption, OutputFormat, print_json
from gendock.dockerfile import Dockerfile, read
from gendock.errors import GendockError, ImageUnavailableError, RegistryUnavailableError
from gendock.pin import PinnedFile, State, loosen, pin, wanted
from gendock.registry import Answer, Reference, look_up
from gendock.report.terminal import printable

Pinned = list[tuple[str, PinnedFile]]


def command(
    *,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Dockerfiles, or folders to search (default: this one).", show_default=False),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit 1 where an image is not pinned, or is behind."),
    ] = False,
    unpin: Annotated[
        bool, typer.Option("--unpin", help="Take the digests off again; no registry is asked.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change; write nothing.")] = False,
    insecure_registry: Annotated[
        list[str] | None,
        typer.Option(
            help="Ask this registry by plain HTTP; repeatable. This machine's own need none.",
            metavar="HOST[:PORT]",
        ),
    ] = None,
    output_format: FormatOption = OutputFormat.TEXT,
) -> None:
    """Pin base images to digests, and follow their tags.

    FROM, COPY --from= and RUN --mount=from= get the digest that their tag stands for now, for all platforms
    at once; the tag stays beside it. A second run writes the newer digest where the tag has moved. Stages and
    scratch are left alone, and so are a digest without a tag and the `# syntax=` line. A tag that is made of
    variables gets none; an ARG that holds a whole name does.

    Private registries get what `docker login` has stored as text; credential helpers are not run.

    Exit code: 0 all is pinned (now), 1 an image is not or is not there, 2 a mistake in the call, 3 a registry
    does not answer. 1 wins over 3.
    """
    if unpin and check:
        raise GendockError("--unpin and --check are two answers: ask for one")
    names, files = _files(paths or [Path()])
    if not files:
        return
    if unpin:
        found = [loosen(file) for file in files]
    else:
        answers = _look_up(files, insecure_registry or [])
        found = [pin(file, answers) for file in files]
    pinned = list(zip(map(str, names), found, strict=True))
    writes = not (check or diff)
    if writes:
        _write(names, found)
    _show(pinned, written=writes, diff=diff, output_format=output_format)
    code = 0 if unpin else _exit_code(pinned, written=not check)
    if code:
        raise typer.Exit(code)


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[Dockerfile]]:
    from gendock.files import read_bytes
    from gendock.lint.config import Configuration
    from gendock.lint.discover import find_dockerfiles

    # What `exclude` says of lint holds here, too: files that are wrong on purpose stay so.
    names = find_dockerfiles(paths, Configuration().for_file)
    if not names:
        typer.echo(f"no Dockerfile in {', '.join(printable(str(path)) for path in paths)}", err=True)
    return names, [read(read_bytes(name)) for name in names]


def _look_up(files: Sequence[Dockerfile], plain_hosts: Sequence[str]) -> dict[Reference, Answer]:
    from gendock.registry.reference import is_host

    wrong = next((host for host in plain_hosts if not is_host(host)), None)
    if wrong is not None:
        raise GendockError(
            f"--insecure-registry {wrong!r} is no host: write one such as registry.example:5000"
        )
    return look_up(wanted(files), plain_hosts=plain_hosts)


def _write(names: Sequence[Path], found: Sequence[PinnedFile]) -> None:
    """Write the files that change.

    Raises:
        GendockError: one cannot be written, or is not what it was before the registries were asked.
    """
    from gendock.files import read_bytes, write_atomically

    for name, one in zip(names, found, strict=True):
        if one.text == one.file.source.text:
            continue
        if read_bytes(name) != one.file.source.data:
            raise GendockError(f"{name} was changed meanwhile, and is left as it is: run gendock pin again")
        write_atomically(name, one.text.encode("utf-8", "surrogateescape"))


def _show(pinned: Pinned, *, written: bool, diff: bool, output_format: OutputFormat) -> None:
    from gendock.report.pins import differences, pins_data, pins_text

    if output_format is OutputFormat.JSON:
        print_json(pins_data(pinned, written=written))
        return
    if diff:
        for filename, one in pinned:
            for line in differences(filename, one):
                typer.echo(line)
    typer.echo(pins_text(pinned, written=written), nl=False, err=diff)


def _exit_code(pinned: Pinned, *, written: bool) -> int:
    """Return the code for what is not pinned; `written` counts what can be pinned as done."""
    left = [
        one for _, file in pinned for one in file.pins if not one.is_pinned and not (written and one.changes)
    ]
    if any(one.state is not State.UNKNOWN or (not written and not one.before) for one in left):
        return ImageUnavailableError.exit_code
    return RegistryUnavailableError.exit_code if left else 0
