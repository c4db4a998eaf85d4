"""What BuildKit refuses in COPY and ADD once it knows the variables that hold there.

Source: dispatchCopy in moby/buildkit, frontend/dockerfile/dockerfile2llb/convert_copy.go.
"""

from __future__ import annotations

import re

from gendock.dockerfile import instructions as node
from gendock.dockerfile.arguments import as_buildkit_reads
from gendock.dockerfile.build_place import Here, check_windows_path, substitution
from gendock.dockerfile.flag_values import has_names, is_mode
from gendock.dockerfile.heredocs import parse_opener
from gendock.dockerfile.image_names import is_digest
from gendock.dockerfile.problems import ProblemKind
from gendock.dockerfile.refusal import Refusal
from gendock.dockerfile.remote_sources import GitSource, GitSourceError, git_source, is_url
from gendock.dockerfile.shell_words import ShellSyntaxError

_LEADING_TABS = r"(?m)^\t+"


def check_copy(copy: node.Copy | node.Add, here: Here) -> None:
    """Check a COPY or an ADD.

    Raises:
        Refusal: BuildKit would stop at it.
    """
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
        text = re.sub(_LEADING_TABS, "", body.text) if opener.strip_tabs else body.text
        try:
            here.scope.expand_heredoc(text)
        except ShellSyntaxError as error:
            raise substitution(f"<<{body.name}", body.opener, error) from None
    if here.windows and destination is not None:
        check_windows_path(destination, copy.destination.span)
        # A colon further in passes WORKDIR, and then no COPY.
        check_windows_path(here.scope.folder or "", copy.destination.span)
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
                ProblemKind.FLAG_VALUE, flag.span, message, "delete it: files in the build context have none"
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
                raise Refusal(ProblemKind.FLAG_VALUE, span, f"`{checksum}` is not a digest", advice)
        elif here.windows:
            check_windows_path(path, word.span)


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
