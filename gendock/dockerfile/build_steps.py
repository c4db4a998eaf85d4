"""What BuildKit refuses in one instruction once it knows the variables that hold there.

Source: `dispatch` and what it calls in moby/buildkit, frontend/dockerfile/dockerfile2llb.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import as_buildkit_reads
from gendock.dockerfile.flag_values import SIGNALS, has_names, is_mode, is_signal
from gendock.dockerfile.heredocs import parse_opener
from gendock.dockerfile.image_names import is_digest
from gendock.dockerfile.mounts import Mount, MountError, UnknownValueError, read_mount
from gendock.dockerfile.ports import PortError, check_port
from gendock.dockerfile.problems import ProblemKind
from gendock.dockerfile.refusal import Refusal
from gendock.dockerfile.remote_sources import GitSource, GitSourceError, git_source, is_url
from gendock.dockerfile.scopes import Scope
from gendock.dockerfile.shell_words import ShellSyntaxError
from gendock.dockerfile.source import Span
from gendock.dockerfile.suggestions import nearest

SUBSTITUTION_ADVICE = "close quotes and braces; modifiers are :- - :+ + :? ? # ## % %% / and //"
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Here:
    """Where an instruction stands: what variables hold, and whether paths are those of Windows."""

    scope: Scope
    global_scope: Scope
    windows: bool
    is_closed: bool

    def expand(self, text: str, span: Span) -> str | None:
        """Replace variables; None where the result is not known.

        Raises:
            Refusal: BuildKit refuses the text.
        """
        try:
            return self.scope.expand(text)
        except ShellSyntaxError as error:
            raise substitution(text, span, error) from None


def substitution(text: str, span: Span, error: ShellSyntaxError) -> Refusal:
    """Say that BuildKit cannot process a word."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return Refusal(ProblemKind.SUBSTITUTION, span, f"`{shown}`: {error}", SUBSTITUTION_ADVICE)


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
        _windows_path(path, workdir.value.span)
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
                advice = "write a port from 0 to 65535, with /tcp, /udp or /sctp behind it"
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
    raise Refusal(ProblemKind.SIGNAL, stop.value.span, f"`{signal}` is no signal", advice)


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
            raise Refusal(ProblemKind.MOUNT, span, str(error), error.advice) from None
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
    if target and not _windows_absolute(target):
        raise Refusal(ProblemKind.MOUNT, span, f"`{target}` is no absolute path", "write target=C:/path")


# COPY and ADD


def _transfer(copy: node.Copy | node.Add, here: Here) -> None:
    flags = {flag.name: flag.value for flag in copy.flags if flag.value is not None}
    values: dict[str, str | None] = {}
    for name in ("chown", "chmod", "checksum"):
        word = flags.get(name)
        values[name] = here.expand(as_buildkit_reads(word.text), word.span) if word is not None else ""
    openers = {id(word): parse_opener(word.text) for word in copy.sources if "<<" in word.text}
    paths = [
        (word, here.expand(word.text, word.span)) for word in copy.sources if openers.get(id(word)) is None
    ]
    destination = here.expand(copy.destination.text, copy.destination.span)
    bodies = {body.name: body for body in copy.heredocs}
    for opener in openers.values():
        body = bodies.get(opener.name) if opener else None
        if opener is None or body is None or not opener.expand:
            continue
        text = _LEADING_TABS.sub("", body.text) if opener.strip_tabs else body.text
        try:
            here.scope.expand_heredoc(text)
        except ShellSyntaxError as error:
            raise substitution(f"<<{body.name}", body.opener, error) from None
    if here.windows and destination is not None:
        _windows_path(destination, copy.destination.span)
        # A colon further in passes WORKDIR, and then no COPY.
        _windows_path(here.scope.folder or "", copy.destination.span)
    _owner(copy, flags.get("chown"), values["chown"])
    mode = values["chmod"]
    if mode and not is_mode(mode):
        message = f"--chmod cannot be `{mode}`"
        span = flags["chmod"].span
        raise Refusal(ProblemKind.FLAG_VALUE, span, message, "write octal digits up to 7777, or u=rwX,go=rX")
    _sources(copy, paths, values["checksum"], flags.get("checksum"), here)


def _owner(copy: node.Copy | node.Add, flag: node.Word | None, owner: str | None) -> None:
    link = copy.flag("link")
    is_linked = link is not None and (link.value is None or link.value.text.lower() == "true")
    if flag is not None and owner and is_linked and has_names(owner):
        message = f"--link copies beside the image, where nobody knows who `{owner}` is"
        raise Refusal(ProblemKind.FLAG_VALUE, flag.span, message, "write numbers: --chown=65532:65532")


def _sources(
    copy: node.Copy | node.Add,
    paths: list[tuple[node.Word, str | None]],
    checksum: str | None,
    flag: node.Word | None,
    here: Here,
) -> None:
    if flag is not None and checksum:
        if len(paths) != 1:
            message = "--checksum is for one source"
            raise Refusal(ProblemKind.FLAG_VALUE, flag.span, message, "write an ADD for each")
        only = paths[0][1]
        if only is not None and not is_url(_quiet(only)) and _git(only, paths[0][0]) is None:
            message = "--checksum is for a URL or a git repository"
            raise Refusal(
                ProblemKind.FLAG_VALUE, flag.span, message, "delete it: files of the context have none"
            )
    keep = copy.flag("keep-git-dir")
    kept = None if keep is None else keep.value is None or keep.value.text.lower() == "true"
    for word, path in paths:
        if path is None:
            continue
        git = _git(path, word)
        if git is not None and not git.looks_local:
            _check_git(copy, word, git, checksum, kept=kept)
            kept = git.keep_git_dir if git.keep_git_dir is not None else kept
            checksum = git.checksum or checksum
        elif git is None and path.startswith(("http://", "https://")):
            if isinstance(copy, node.Copy):
                message = "COPY takes files, and this is a URL"
                raise Refusal(ProblemKind.COPY_SOURCE, word.span, message, f"write `ADD {word.text} ...`")
            if checksum and not is_digest(checksum):
                span = flag.span if flag is not None else word.span
                advice = "write --checksum=sha256: and 64 hexadecimal digits"
                raise Refusal(ProblemKind.FLAG_VALUE, span, f"`{checksum}` is no digest", advice)
        elif here.windows:
            _windows_path(path, word.span)


def _quiet(path: str) -> str:
    """Return the path, or nothing where it is a git source with bad options, which is told elsewhere."""
    try:
        git_source(path)
    except GitSourceError:
        return ""
    return path


def _git(path: str, word: node.Word) -> GitSource | None:
    try:
        return git_source(path)
    except GitSourceError as error:
        advice = (
            "options: ref, tag, branch, subdir, checksum, keep-git-dir, submodules, mtime, fetch-by-commit"
        )
        raise Refusal(ProblemKind.COPY_SOURCE, word.span, str(error), advice) from None


def _check_git(
    copy: node.Copy | node.Add, word: node.Word, git: GitSource, checksum: str | None, *, kept: bool | None
) -> None:
    if isinstance(copy, node.Copy):
        message = "COPY takes files, and this is a git repository"
        raise Refusal(ProblemKind.COPY_SOURCE, word.span, message, f"write `ADD {word.text} ...`")
    if kept is not None and git.keep_git_dir is not None and kept != git.keep_git_dir:
        message = "--keep-git-dir and the source's own option contradict each other"
        raise Refusal(ProblemKind.COPY_SOURCE, word.span, message, "keep one of the two")
    if checksum and git.checksum and checksum != git.checksum:
        message = "--checksum and the source's own option contradict each other"
        raise Refusal(ProblemKind.COPY_SOURCE, word.span, message, "keep one of the two")


# Windows


def _windows_path(path: str, span: Span) -> None:
    problem = None
    if len(path) == 2 and path[1] == ":":
        problem = "names a drive and no path"
    elif path[:2].replace("\\", "/") == "//":
        problem = "is a network path, which BuildKit does not take"
    elif ":" in path and path.partition(":")[0].lower() != "c":
        problem = "is not on drive C:, which is all that an image has"
    if problem:
        raise Refusal(ProblemKind.WINDOWS_PATH, span, f"`{path}` {problem}", "write C:\\path")


def _windows_absolute(path: str) -> bool:
    drive, colon, rest = path.partition(":")
    return (rest if colon and drive.lower() == "c" else path).startswith("/")


_CHECKS: dict[type[node.Instruction], Callable[..., None]] = {
    node.Add: _transfer,
    node.Arg: _argument,
    node.Copy: _transfer,
    node.Env: _environment,
    node.Expose: _expose,
    node.Label: _label,
    node.Run: _run,
    node.Stopsignal: _stopsignal,
    node.User: _user,
    node.Volume: _volume,
    node.Workdir: _folder,
}
