"""COPY and ADD: whose the files are, and with which rights."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatch
from itertools import pairwise
from typing import TYPE_CHECKING

from gendock.dockerfile import Add, Copy, Instruction, Run, Stage, User
from gendock.dockerfile.flag_values import has_names, is_mode
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import is_windows, plain, steps
from gendock.lint.context import BuildContext
from gendock.lint.edits import delete_instruction, insert_flag
from gendock.lint.mistake import Applicability, Edit, Fix
from gendock.lint.paths import is_below
from gendock.lint.profiles import Level
from gendock.lint.scripts import Script
from gendock.lint.users import is_root, user_of

if TYPE_CHECKING:
    from gendock.shell import Command

_OWNER = r"[\w.${}-]+(?::[\w.${}-]+)?"
_OCTAL = r"[0-7]{3,4}"


@rule(
    "GD136",
    "copy-after-user",
    severity=Severity.WARNING,
    also=("copy-after-user-without-chown",),
    level=Level.STRICT,
    needs=(User,),
)
def copy_after_user(context: BuildContext) -> Mistakes:
    """COPY or ADD comes after USER, and has no --chown.

    USER is for RUN, CMD and ENTRYPOINT. What COPY and ADD bring still belongs to root, so that the program
    can read it and not write to it. If that is what you want, move USER below, where it surprises nobody.

    Bad:
        FROM debian:12
        USER 65532:65532
        COPY data /data

    Good:
        FROM debian:12
        USER 65532:65532
        COPY --chown=65532:65532 data /data
    """
    for stage in context.stages:
        user: User | None = None
        for one in steps(stage):
            if isinstance(one, User):
                user = one
            if not isinstance(one, Copy | Add) or user is None or one.flag("chown") is not None:
                continue
            owner = user_of(user)
            if is_root(user) or all(one is not mine for mine in stage.instructions):
                continue
            if is_windows(stage) or _is_changed_later(context, stage, one):
                continue
            yield Mistake(
                one.keyword.span,
                f"what {one.name} brings belongs to root, despite USER {owner} above",
                f"write `{one.name} --chown={owner} ...`, or move USER below",
                _with_owner(one, owner),
            )


def _is_changed_later(context: BuildContext, stage: Stage, copy: Copy | Add) -> bool:
    """Tell whether a chown below is for what a COPY brings, or may be."""
    destination = _resolved(stage, copy, plain(copy.destination))
    return any(
        script.instruction.span.start > copy.span.start
        and any(_gives_away(stage, script, call, destination) for call in script.calls_of("chown"))
        for script in context.scripts_of(stage)
    )


def _gives_away(stage: Stage, script: Script, call: Command, path: str) -> bool:
    """Tell whether a chown is for a path; one whose targets only the shell knows may be."""
    from gendock.shell import options_of

    options = options_of(call, valued=("from", "reference"))
    whole = options.has("R", "recursive")
    goes_elsewhere = any(True for _ in script.calls_of("cd", "pushd"))
    for target in options.operands if options.has("reference") else options.operands[1:]:
        if re.search(r"[$`]", target.text) or (goes_elsewhere and not target.text.startswith("/")):
            return True
        named = _resolved(stage, script.instruction, target.text)
        # What is named in a folder may be all that was copied into it.
        if is_below(named, path) or (whole and is_below(path, named)) or fnmatch(path, named):
            return True
    return False


def _with_owner(copy: Copy | Add, owner: str) -> Fix | None:
    if not re.fullmatch(_OWNER, owner) or (copy.flag("link") is not None and has_names(owner)):
        return None
    return Fix(f"add --chown={owner}", (insert_flag(copy, f"--chown={owner}"),), Applicability.UNSAFE)


@rule(
    "GD137",
    "chmod-after-copy",
    severity=Severity.INFO,
    also=("prefer-copy-chmod",),
    level=Level.STRICT,
    mentions=("chmod",),
)
def chmod_after_copy(context: BuildContext) -> Mistakes:
    """RUN changes the mode of a file that has just been copied.

    The image then holds the file twice, once with each mode. COPY --chmod gives it the right one at once, and
    needs no shell.

    Bad:
        FROM debian:12
        COPY start.sh /usr/local/bin/
        RUN chmod +x /usr/local/bin/start.sh

    Good:
        FROM debian:12
        COPY --chmod=+x start.sh /usr/local/bin/
    """
    for stage in context.stages:
        scripts = {id(script.instruction): script for script in context.scripts_of(stage)}
        for copy, run in pairwise(stage.instructions):
            if not isinstance(copy, Copy) or not isinstance(run, Run) or is_windows(stage):
                continue
            mode = _mode_for(stage, copy, scripts[id(run)])
            if mode is not None:
                yield Mistake(
                    run.command.span,
                    f"{copy.destination.text} is in the image twice: as copied, and with mode {mode}",
                    f"write `COPY --chmod={mode} ...`, and delete this RUN",
                    _folded(context, copy, run, mode),
                )


def _mode_for(stage: Stage, copy: Copy, script: Script) -> str | None:
    """Return the mode that a RUN gives to the file of a COPY, and to nothing else."""
    if len(copy.sources) != 1 or len(script.calls) != 1:
        return None
    call = script.calls[0]
    words = [word for word in call.arguments if word.text != "-v"]
    if call.program != "chmod" or len(words) != 2 or not all(word.is_plain for word in words):
        return None
    mode, target = words[0].text, words[1].text
    path = plain(copy.destination)
    source = plain(copy.sources[0])
    if any(mark in f"{path}{source}" for mark in "*?[$") or not is_mode(mode):
        return None
    if path.endswith("/") or path in (".", ".."):
        path = posixpath.join(path, posixpath.basename(source.rstrip("/")))
    same = _resolved(stage, copy, path) == _resolved(stage, script.run, target)
    return mode if same else None


def _resolved(stage: Stage, instruction: Instruction, path: str) -> str:
    folder = stage.working_directory(before=instruction) or "/"
    return posixpath.normpath(posixpath.join(folder, path))


def _folded(context: BuildContext, copy: Copy, run: Run, mode: str) -> Fix | None:
    # A comment at the RUN would be left alone; other flags of it may matter.
    if run.comments or run.flags:
        return None
    flag = copy.flag("chmod")
    if flag is None:
        edit = insert_flag(copy, f"--chmod={mode}")
    elif flag.value is not None and re.fullmatch(_OCTAL, mode):
        edit = Edit(flag.value.span, mode)
    else:
        return None
    edits = (edit, delete_instruction(context.file.source, run))
    return Fix(f"write COPY --chmod={mode}", edits, Applicability.UNSAFE)
