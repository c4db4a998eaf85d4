"""Images without a shell: what needs one there, or another program that cannot be there."""

from __future__ import annotations

from gendock.dockerfile import CommandLine, Healthcheck, Instruction, Run, Shell, Stage
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import SHELLS, brings, is_distroless, is_scratch, lacks_shell, root_base, steps
from gendock.lint.context import BuildContext
from gendock.lint.images import parse_image
from gendock.lint.mistake import Fix, replace
from gendock.lint.starting import array_of, command_lines

_FETCHERS = frozenset({"curl", "wget", "nc", "ncat"})
_NOT_IN = {
    "alpine": frozenset({"curl"}),
    "busybox": frozenset({"curl"}),
    "debian": frozenset({"curl", "wget"}),
    "ubuntu": frozenset({"curl", "wget"}),
}
_INSTALLERS = frozenset({"apk", "apt", "apt-get", "aptitude"})


@rule("GD216", "no-shell", severity=Severity.ERROR, also=("shell-run-in-scratch",))
def no_shell(stage: Stage) -> Mistakes:
    """A command needs a shell, and the image has none.

    What is not written as a JSON array is run by `/bin/sh -c`. scratch holds nothing at all, and distroless
    images (other than those with the tag `debug`) have no shell: RUN stops the build, CMD and ENTRYPOINT stop
    the container before it starts, and HEALTHCHECK finds it unhealthy for ever.

    Bad:
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY app /app
        ENTRYPOINT /app --port 8080

    Good:
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY app /app
        ENTRYPOINT ["/app", "--port", "8080"]

    Bad:
        FROM scratch
        RUN mkdir /data
    """
    if not (is_scratch(stage) or is_distroless(stage)):
        return
    for instruction, line in command_lines(stage):
        started = line.words[0].text
        if line.exec_form and started.rpartition("/")[2] not in SHELLS:
            continue
        # What a stage starts is decided by all of it, a RUN by what stands above.
        before = instruction if isinstance(instruction, Run) else None
        if any(isinstance(one, Shell) for one in steps(stage, before)) or not lacks_shell(stage, before):
            continue
        image = parse_image(root_base(stage) or "").name
        keyword = "HEALTHCHECK CMD" if isinstance(instruction, Healthcheck) else instruction.name
        what = f"`{started}`" if line.exec_form else f"this {instruction.name} needs a shell, which"
        yield Mistake(
            line.words[0].span,
            f"{what} does not exist in {image}",
            f'write `{keyword} ["/program", "argument"]`, or take an image with a shell',
            _as_array(instruction, line),
            covers=(("DL3025", instruction.span), ("DL4006", instruction.span)),
        )


def _as_array(instruction: Instruction, line: CommandLine) -> Fix | None:
    """Return the fix that starts the program without a shell.

    A RUN could not be built before, and can be if its program is named by its path; others come with shells.
    """
    text = line.words[0].text
    array = array_of(text)
    if line.exec_form or array is None or (isinstance(instruction, Run) and not text.startswith("/")):
        return None
    return replace(line.span, array, f"write {array}", safe=isinstance(instruction, Run))


@rule("GD218", "healthcheck-tool", severity=Severity.ERROR, mentions=tuple(_FETCHERS))
def healthcheck_tool(context: BuildContext) -> Mistakes:
    """HEALTHCHECK calls a program that the image does not have.

    scratch and distroless images have no curl, no wget and no nc; alpine has no curl, and debian and ubuntu
    have neither curl nor wget before somebody installs them. The check fails each time, and the container
    counts as unhealthy although it works. Let the program check itself (`/app --health`), or leave the check
    to Kubernetes or compose.

    Bad:
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY app /app
        HEALTHCHECK CMD ["curl", "-f", "http://localhost:8080/health"]
        ENTRYPOINT ["/app"]

    Bad:
        FROM alpine:3.22
        COPY app /app
        HEALTHCHECK CMD curl -f http://localhost:8080/health || exit 1
        ENTRYPOINT ["/app"]
    """
    for stage in context.stages:
        missing = _missing_tools(stage)
        for check in stage.of(Healthcheck) if missing else ():
            if check.command is None or not check.command.words:
                continue
            if lacks_shell(stage) and not check.command.exec_form:
                continue
            called = _called(check.command) & missing
            for program in sorted(called):
                if brings(stage, {program, "busybox"}) or _may_install(context, stage, program):
                    continue
                image = parse_image(root_base(stage) or "").name
                yield Mistake(
                    check.command.words[0].span,
                    f"{program} does not exist in {image}, so the container is never healthy",
                    f"install {program}, or let the program check itself",
                )


def _missing_tools(stage: Stage) -> frozenset[str]:
    """Return what is surely not in a stage's base image."""
    if is_scratch(stage) or is_distroless(stage):
        return _FETCHERS
    return _NOT_IN.get(parse_image(root_base(stage) or "").official, frozenset())


def _called(line: CommandLine) -> frozenset[str]:
    """Return the names of the programs that a check calls."""
    if line.exec_form and line.words[0].text.rpartition("/")[2] not in SHELLS:
        return frozenset({line.words[0].text.rpartition("/")[2]})
    from gendock.shell import read_script, unwrapped

    return frozenset(unwrapped(one).program for one in read_script(line.words[-1].text).commands)


def _may_install(context: BuildContext, stage: Stage, program: str) -> bool:
    """Tell whether a stage's RUNs may have installed a program: by its name, by a script, by a variable."""
    for one in stage.lineage():
        for script in context.scripts_of(one):
            if program in script.text or not script.is_posix:
                return True
            for call in script.calls:
                by_variable = call.program in _INSTALLERS and not all(word.is_plain for word in call.words)
                if by_variable or "/" in call.name or call.program in SHELLS | {"xargs", "make"}:
                    return True
    return False
