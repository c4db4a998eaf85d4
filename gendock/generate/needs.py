"""The reasons for what an image needs besides the binary, and what a person should know about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.generate import base_images
from gendock.generate.bases import BASES, ESSENTIALS, runtime_packages
from gendock.generate.decision import Decision
from gendock.generate.options import Options
from gendock.generate.run_time import DATABASES, WORK_FOLDER, choose_run_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gendock.generate.run_time import RunTime
    from gendock.golang import Program


def base_decision(program: Program, options: Options) -> Decision:
    """The base of the image."""
    base = choose_run_time(program, options).base
    chose = f"{base.image} with {' '.join(base.packages)}" if base.packages else base.image
    if options.base is not None:
        return Decision("base", chose, f"asked for by --base {options.base}", _other_bases(options))
    if not base.packages:
        because = (
            "glibc for C, certificates and time zones; no shell"
            if program.cgo
            else "certificates, time zones and /tmp, about 2 MiB; no shell, no package manager"
        )
        return Decision("base", chose, because, _other_bases(options))
    started = [one for one in program.executed if program.kind != "cli"]
    if started:
        because, evidence = (
            f"the program starts {started[0].name}, which no distroless image has",
            started[0].evidence,
        )
    elif program.cgo is not None and program.cgo.run_packages:
        because, evidence = "it links libraries that come as Debian packages", program.cgo.evidence
    else:
        return Decision(
            "base", chose, "the Dockerfile that was here installs packages", ("--base distroless",)
        )
    return Decision("base", chose, because, ("--base distroless, if the program can do without",), evidence)


def _other_bases(options: Options) -> tuple[str, ...]:
    """What else could have been chosen."""
    known = {
        "scratch": "--base scratch: nothing but the program, its certificates and its zones",
        "debian": "--base debian: a shell and a package manager, about 80 MiB",
        "alpine": "--base alpine: a small shell and a package manager, about 8 MiB",
    }
    return tuple(text for name, text in known.items() if name != options.base)


def needs_decisions(program: Program, options: Options) -> Iterator[Decision]:
    """What is made before the binary, and what stands beside it."""
    yield from _made(program)
    yield from _completed(program)
    if program.config_variable is not None:
        one = program.config_variable
        chose = f"ENV {one.name}={one.opened}"
        because = f"the program asks {one.name} for its configuration file, and this is the likeliest one"
        yield Decision("configuration", chose, because, ("another file",), one.evidence)
    for asset in program.runtime_files:
        if asset.wanted is None:
            chose, because = asset.path, "the program opens it while it runs"
        else:
            chose = f"{asset.path} as {asset.wanted}"
            because = "the program opens it, and the repository has no more than the example"
        yield Decision("runtime file", chose, because, ("go:embed",), asset.evidence)
    yield from _writable(program, options)
    yield from _started(program, options)


def _made(program: Program) -> Iterator[Decision]:
    for front in program.front_ends:
        yield Decision(
            "front end",
            f"{front.folder} is built on {base_images.NODE} by {front.manager}",
            f"the program takes in {front.wanted}, which is not in the repository",
            ("build it before, and commit it",),
            front.evidence,
        )
    for one in program.generated:
        if one.command:
            yield Decision("generated code", " ".join(one.command), one.because, ("commit it",), one.evidence)


def _completed(program: Program) -> Iterator[Decision]:
    """The module files that the build completes."""
    chose, alternatives = "-mod=mod, so that the build completes it", ("go mod tidy, and commit it",)
    if program.unsummed is not None:
        because = f"go.sum has no line for {program.unsummed.path}"
        yield Decision("go.sum", chose, because, alternatives, program.unsummed.evidence)
    if program.unrequired is not None:
        because = f"go.mod requires nothing for {program.unrequired.path}"
        yield Decision("go.mod", chose, because, alternatives, program.unrequired.evidence)


def _writable(program: Program, options: Options) -> Iterator[Decision]:
    """The folders that belong to the user."""
    run = choose_run_time(program, options)
    if run.folder is not None and run.owned:
        known = [place for place in program.kept if place.path] or list(program.kept)
        what = known[0].path or "files whose names the source does not show"
        chose, because = f"{WORK_FOLDER}, which belongs to the user", f"the program writes {what}"
        yield Decision("work folder", chose, because, ("a mount from outside",), known[0].evidence)
    for volume in run.volumes:
        because = "what is written there outlives the container, and a read-only root does not stop it"
        yield Decision("volume", volume, because, ("none: data goes with the container",))
    if program.env_file is not None and run.env_file is not None:
        names = program.env_file.names
        chose = f"{run.env_file}, {f'with {len(names)} names and no values' if names else 'empty'}"
        because = f"the program ends without {program.env_file.path}; values come from the environment"
        yield Decision("variables", chose, because, ("a mount from outside",), program.env_file.evidence)


def _started(program: Program, options: Options) -> Iterator[Decision]:
    """Where the binary is, and what it is started with."""
    if choose_run_time(program, options).binaries == WORK_FOLDER:
        because = "the program looks for files beside its own executable"
        yield Decision("binary", WORK_FOLDER, because, ("/usr/local/bin",), program.beside_itself)
    if program.arguments is not None:
        chose = f"CMD {' '.join(program.arguments.words)}"
        alternatives = ("other words behind the image's name",)
        yield Decision(
            "arguments", chose, program.arguments.because, alternatives, program.arguments.evidence
        )
    for one in program.openings:
        chose = f"--{one.name}={one.value}" if one.is_flag else f"ENV {one.name}={one.value}"
        because = "by default it listens on its own machine only, and that is the container"
        yield Decision("address", chose, because, ("the default, for a proxy beside it",), one.evidence)


def needs_warnings(programs: Sequence[Program], options: Options) -> Iterator[str]:
    """What a person should know of this."""
    for program in programs:
        unknown = [one for one in program.generated if not one.command]
        for one in unknown[:1]:
            how = f"`{one.tool}` seems to make it" if one.tool else "nothing here shows what makes it"
            more = f" and {len(unknown) - 1} more folders" if unknown[1:] else ""
            yield f"{one.evidence}: {one.because}{more}, so the build will stop there; {how}"
        for missing in program.unmade_embeds:
            yield f"{missing.evidence}: {missing.path} is embedded and not there, so the build will stop"
        for front in program.unbuilt:
            into = "" if front.folder == "." else f"cd {front.folder} && "
            how = f"{into}{front.manager} install && {front.manager} run {front.script}"
            yield (
                f"{front.evidence}: {front.wanted} is embedded as it is, since what builds it starts "
                f"{front.needs}, too: run `{how}` before docker build"
            )
        for one in program.generated:
            if one.stands_in:
                made_by, what = " ".join(one.command), " and ".join(one.embedded)
                yield f"{one.evidence}: `{made_by}` makes empty files that stand in for {what}"
        if program.unrequired is not None:
            yield (
                f"{program.unrequired.evidence}: go.mod requires nothing for {program.unrequired.path}, so "
                "the build takes its newest release: run go mod tidy and commit it"
            )
        if program.unsummed is not None:
            yield (
                f"go.sum has no line for {program.unsummed.path}, so nothing checks what the build "
                "downloads: run go mod tidy and commit it"
            )
    default = programs[0]
    yield from _base_warnings(default, options)
    run = choose_run_time(default, options)
    required = [variable.name for variable in default.variables if variable.required]
    if required:
        yield f"{default.name} seems to end where these variables are not set: {_listed(required)}"
    if default.env_file is not None:
        others = [one.name for one in default.variables if one.default is None and not one.required]
        if others:
            yield f"it reads these variables, and no .env goes into the image: {_listed(others)}"
    yield from _written_warnings(default, run)


def _written_warnings(program: Program, run: RunTime) -> Iterator[str]:
    """What becomes of files that no folder of the image is made for."""
    for place in program.written:
        if place.is_at_root:
            yield f"{place.evidence}: {place.path} cannot be written: / belongs to root, and may be read-only"
    for place in program.kept:
        data = place.path.endswith(DATABASES) and not place.folder
        if data and run.owned and WORK_FOLDER not in run.volumes:
            yield (
                f"{place.evidence}: {place.path} goes into the image's working directory, and away with the "
                "container: mount a file there to keep it"
            )


def _base_warnings(program: Program, options: Options) -> Iterator[str]:
    """What a base that was asked for lacks."""
    base = choose_run_time(program, options).base
    if options.base is None or base.packages:
        return
    missing = sorted(set(runtime_packages(program, options)) - set(ESSENTIALS))
    if missing:
        yield f"--base {options.base} installs no packages, and {program.name} needs {_listed(missing)}"
    if options.base not in BASES:
        yield f"{base.image} has to have certificates and time zones, as nothing here adds them"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if names[8:] else "")
