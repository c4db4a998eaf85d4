"""What BuildKit refuses in one instruction once it knows the variables that hold there.

Source: `dispatch` and what it calls in moby/buildkit, frontend/dockerfile/dockerfile2llb.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import partial

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import as_buildkit_reads
from gendock.dockerfile.build_copies import check_copy
from gendock.dockerfile.build_place import Here, check_windows_path, is_absolute_on_windows, substitution
from gendock.dockerfile.flag_values import SIGNALS, is_signal
from gendock.dockerfile.mounts import Mount, MountError, UnknownValueError, place_of, read_mount
from gendock.dockerfile.ports import PortError, check_port
from gendock.dockerfile.problems import ProblemKind
from gendock.dockerfile.refusal import Refusal
from gendock.dockerfile.shell_words import ShellSyntaxError
from gendock.dockerfile.source import Span
from gendock.dockerfile.suggestions import nearest


def check_step(instruction: node.Instruction, here: Here) -> None:
    """Check one instruction, and take over into the scope what it sets.

    Raises:
        Refusal: BuildKit would stop at it.
    """
    check = _CHECKS.get(type(instruction))
    if check is not None:
        check(instruction, here)


# What sets something


def _environment(env: node.Env, here: Here) -> None:
    values: dict[str, str | None] = {}
    for pair in env.pairs:
        name = here.expand(pair.name.text, pair.name.span)
        value = here.expand(pair.value.text, pair.value.span) if pair.value else ""
        if name is None:
            here.scope.is_open = True
        else:
            values[name] = value
    here.scope.set_environment(values)


def _label(label: node.Label, here: Here) -> None:
    for pair in label.pairs:
        here.expand(pair.name.text, pair.name.span)
        if pair.value:
            here.expand(pair.value.text, pair.value.span)


def _argument(argument: node.Arg, here: Here) -> None:
    for pair in argument.pairs:
        name = pair.name.text
        value: str | None = None
        if pair.value is not None:
            value = here.expand(pair.value.text, pair.value.span)
        elif name in here.global_scope.known:
            value = here.global_scope.known[name]
        elif here.is_closed:
            continue
        elif name in here.scope.known:
            # It keeps what it has, unless --build-arg says otherwise.
            continue
        if name not in ("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"):
            here.scope.set_argument(name, value)


def _folder(workdir: node.Workdir, here: Here) -> None:
    path = here.expand(workdir.value.text, workdir.value.span)
    if path is not None and here.windows:
        check_windows_path(path, workdir.value.span)
        path = path.partition(":")[2] if ":" in path else path
        path = path.replace("\\", "/")
    here.scope.enter(path)


# What names things


def _expose(expose: node.Expose, here: Here) -> None:
    for word in expose.words:
        try:
            ports = here.scope.split(word.text)
        except ShellSyntaxError as error:
            raise substitution(word.text, word.span, error) from None
        for port in ports or ():
            try:
                check_port(port.text)
            except PortError as error:
                advice = "write a port from 0 to 65535, with /tcp, /udp or /sctp after it"
                raise Refusal(ProblemKind.PORT, word.span, str(error), advice) from None


def _volume(volume: node.Volume, here: Here) -> None:
    for word in volume.words:
        if here.expand(word.text.strip(), word.span) == "":
            message = f"`{word.text}` is empty, and a VOLUME cannot be"
            raise Refusal(ProblemKind.EMPTY_VOLUME, word.span, message, "write `VOLUME /data`")


def _user(user: node.User, here: Here) -> None:
    here.expand(user.value.text, user.value.span)


def _stopsignal(stop: node.Stopsignal, here: Here) -> None:
    signal = here.expand(stop.value.text, stop.value.span)
    if signal is None or is_signal(signal):
        return
    near = nearest(signal if signal.upper().startswith("SIG") else f"SIG{signal}", SIGNALS)
    advice = f"did you mean {near}?" if near else "write SIGTERM, say, or a number"
    raise Refusal(ProblemKind.SIGNAL, stop.value.span, f"`{signal}` is not a signal", advice)


# RUN


def _run(run: node.Run, here: Here) -> None:
    for flag in run.flags:
        if flag.name != "mount" or flag.value is None:
            continue
        span = flag.value.span
        try:
            mount = read_mount(as_buildkit_reads(flag.value.text), partial(_known, here, span))
        except UnknownValueError:
            continue
        except MountError as error:
            place = place_of(flag.value, error.at)
            raise Refusal(ProblemKind.MOUNT, place, str(error), error.advice) from None
        if mount.kind not in ("secret", "ssh"):
            _mount_target(mount, here, span)
        elif mount.kind == "secret" and here.windows:
            _windows_secret(mount, span)


def _known(here: Here, span: Span, text: str) -> str:
    value = here.expand(text, span)
    if value is None:
        raise UnknownValueError
    return value


def _mount_target(mount: Mount, here: Here, span: Span) -> None:
    target = mount.get("target")
    if not posixpath.normpath(target or ".").startswith("/"):
        if here.scope.folder is None:
            return
        target = posixpath.normpath(posixpath.join("/", here.scope.folder, target))
    if target == "/":
        written = mount.get("target")
        message = (
            f"`{written}` is the root, over which nothing can be mounted"
            if written
            else "the mount has no target"
        )
        raise Refusal(ProblemKind.MOUNT, span, message, "write target=/path")


def _windows_secret(mount: Mount, span: Span) -> None:
    target = mount.get("target").replace("\\", "/")
    if "env" not in mount.values and not target:
        message, advice = "a secret has no place of its own on Windows", "write target=C:/path"
        raise Refusal(ProblemKind.MOUNT, span, message, advice)
    if target and not is_absolute_on_windows(target):
        raise Refusal(ProblemKind.MOUNT, span, f"`{target}` is not an absolute path", "write target=C:/path")


_CHECKS: dict[type[node.Instruction], Callable[..., None]] = {
    node.Add: check_copy,
    node.Arg: _argument,
    node.Copy: check_copy,
    node.Env: _environment,
    node.Expose: _expose,
    node.Label: _label,
    node.Run: _run,
    node.Stopsignal: _stopsignal,
    node.User: _user,
    node.Volume: _volume,
    node.Workdir: _folder,
}
