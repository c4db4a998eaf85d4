"""The reasons for what stands in compose.yaml, and what a person should know before `docker compose up`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.generate.compose_choices import MEMORY_LIMIT_OF_GO, MEMORY_MIB, PIDS, SECRETS
from gendock.generate.compose_services import SERVICES
from gendock.generate.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.generate.compose_choices import ComposedProgram, Composition
    from gendock.generate.compose_variables import Wired
    from gendock.golang import Service


def compose_decisions(composition: Composition) -> Iterator[Decision]:
    """Every decision, in the order in which a reader of compose.yaml meets it."""
    for one in composition.programs:
        yield from _program_decisions(one)
    yield Decision(
        "compose rights",
        "cap_drop: [ALL], no-new-privileges",
        "no program in a container needs rights of root; `gendock smoke` starts it the same way",
        ("cap_add, for one that does",),
    )
    yield Decision(
        "compose limits",
        f"{MEMORY_MIB}M, 1 processor, {PIDS} processes; GOMEMLIMIT={MEMORY_LIMIT_OF_GO}MiB",
        "one program cannot take the machine down; Go collects its garbage before the limit ends it",
        ("other numbers, once they are measured",),
    )
    yield Decision(
        "compose watch",
        "rebuild",
        "`docker compose watch` builds and starts anew when a file changes that .dockerignore lets in",
        ("sync, for files that need no build",),
    )
    if composition.services:
        yield Decision(
            "compose networks",
            "front, and data, which is internal",
            "nobody reaches the services but the program, and they reach nobody",
            ("ports on a service, to look into it from outside",),
        )
    for name, service in composition.services:
        yield from _service_decisions(name, service)
    for one in composition.programs:
        for wired in one.wired:
            yield _variable_decision(one, wired)


def _program_decisions(one: ComposedProgram) -> Iterator[Decision]:
    for port in one.ports:
        known = next((known.evidence for known in one.program.ports if known.number == port.container), None)
        taken = "" if port.host == port.container else f"; {port.container} is taken by another program"
        yield Decision(
            "compose port",
            f"127.0.0.1:{port.host}",
            f"for this machine only: Docker's ports go past most firewalls{taken}",
            ("0.0.0.0, behind a proxy that ends TLS",),
            known,
        )
    yield _check_decision(one)
    if one.program.kind == "cli":
        yield Decision(
            "compose restart",
            "no",
            f"{one.name} is a command that ends: it would be started over and over",
            (f"docker compose run --rm {one.name} ARGUMENTS",),
        )
    else:
        yield Decision(
            "compose restart",
            "unless-stopped",
            "it comes back after a crash and after a reboot, and stays down when it was stopped",
            ("on-failure:5, to give up",),
        )
    yield _root_decision(one)


def _check_decision(one: ComposedProgram) -> Decision:
    topic = "compose health check"
    if one.check is not None:
        because = "the command of the Dockerfile's HEALTHCHECK, more often while it starts"
        return Decision(topic, " ".join(one.check), because, ("the Dockerfile's alone",))
    if one.program.health is not None and one.ports:
        because = f"no HEALTHCHECK is in the Dockerfile of {one.name}"
    else:
        missing = "port" if one.program.health is not None else "path"
        because = f"the source of {one.name} shows no {missing} for it"
    return Decision(topic, "none", because, ("a command of the program that asks itself",))


def _root_decision(one: ComposedProgram) -> Decision:
    if one.read_only:
        kept = f"; {', '.join(folder for _, folder in one.volumes)} is a named volume" if one.volumes else ""
        return Decision(
            "compose root",
            "read_only, with /tmp in memory",
            f"nothing in the source of {one.name} writes elsewhere{kept}",
            ("a volume for each folder that is written",),
        )
    place = one.written_elsewhere[0]
    what = place.path or "files whose names the source does not show"
    return Decision(
        "compose root",
        "can be written",
        f"{one.name} writes {what}, outside of any volume",
        ("read_only, with a volume for what is written",),
        place.evidence,
    )


def _service_decisions(name: str, service: Service) -> Iterator[Decision]:
    row = SERVICES[name]
    yield Decision(
        f"compose {name}",
        f"{row.image}, healthy before the program starts",
        f"the program imports {service.module}",
        row.others,
        service.evidence,
    )
    if row.password is not None:
        yield Decision(
            "compose password",
            f"{SECRETS}/{name}_password",
            f"random, made once, mounted as a file; no password stands in compose.yaml or in git ({name})",
            ("external: true, for a secret from elsewhere",),
        )
    else:
        yield Decision(
            "compose password",
            f"none for {name}",
            "it takes none from a file, and only the program can reach it over the internal network",
            ("a password by its configuration, before it is reached from anywhere else",),
        )


def _variable_decision(one: ComposedProgram, wired: Wired) -> Decision:
    chose = f"{one.env_file}, from the password's file" if wired.secret else wired.value
    return Decision(
        f"compose {wired.variable.name}",
        chose,
        f"the name says that it is {wired.service}'s {wired.what}",
        ("another value in `environment`",),
        wired.variable.evidence,
    )


def _unset(one: ComposedProgram) -> list[str]:
    """The variables without a default that neither the Dockerfile nor compose.yaml sets."""
    known = {wired.variable.name for wired in one.wired} | {port.variable for port in one.program.ports}
    if one.program.port_variable is not None:
        known.add(one.program.port_variable.name)
    return [
        variable.name
        for variable in one.program.variables
        if variable.default is None and variable.name not in known
    ]


def compose_warnings(composition: Composition) -> Iterator[str]:
    """What a person should know of this."""
    for service in composition.unknown:
        yield (
            f"{service.evidence}: compose.yaml starts no {service.name}, which the program speaks to: "
            "add it, or name one that runs"
        )
    for name, _ in composition.services:
        users = [one for one in composition.programs if name in one.services]
        if not any(wired.service == name for one in users for wired in one.wired):
            yield (
                f"no variable that {users[0].name} reads says where {name} is: "
                f"it is at {name}:{SERVICES[name].port}"
            )
        if (note := SERVICES[name].note) is not None:
            yield note
    for one in composition.programs:
        if unset := _unset(one):
            yield f"{one.name} reads variables that have no default and no value yet: {', '.join(unset[:8])}"
    if composition.left_out:
        names = " and ".join(composition.left_out)
        yield f"the program knows several databases, and no variable names {names}: add the one to use"
    for one in composition.programs:
        if one.program.kind == "cli":
            yield f"{one.name} seems to be a command that ends: docker compose run --rm {one.name} ARGUMENTS"
