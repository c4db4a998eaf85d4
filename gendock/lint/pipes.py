"""Pipes: which of their commands may fail without anybody seeing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from gendock.lint.readings import Reading, sets_option
from gendock.shell import Inside, options_of, unwrapped

if TYPE_CHECKING:
    from gendock.shell import Command

PIPES = ("|", "|&")
# What cannot fail, or always does, as `yes` does: with pipefail it would stop each build.
_SURE = frozenset({"", "echo", "printf", "true", ":", "yes"})
# What only tells about the system that it runs on.
_ASKING = re.compile(
    r"(?:arch|date|hostname|nproc|pwd|uname|whoami)(?: .*)?|id(?: -\w+)?"
    r"|(?:dpkg|dpkg-query) (?:--print-architecture|-l|-W|--list|--show|--get-selections)"
    r"|apt-mark show(?:manual|auto|hold)|rpm -qa.*"
)
_GREPS = frozenset({"grep", "egrep", "fgrep"})
_TURNED = ("v", "invert-match", "c", "count", "L", "files-without-match")
_VALUED_BY_GREP = ("A", "B", "C", "D", "d", "e", "f", "m", "regexp", "file", "max-count")
_TESTS = frozenset({"[", "[[", "test"})
_SUMS = re.compile(r"(?:sha\d+|md5|b2)sum")
# These fail where they get nothing, or only the beginning. Tried with those of GNU and BusyBox; BusyBox's xz,
# cpio and patch do not, nor does bsdtar.
_REFUSING = frozenset({"bunzip2", "bzcat", "gunzip", "zcat"})
_REFUSING_WITH = {
    "gpg": ("dearmor", "import", "decrypt", "d"),
    "gzip": ("d", "decompress"),
    "bzip2": ("d", "decompress"),
}
# Where these fail, the end of what they write is missing, if not all of it.
_CUT_OFF = frozenset(
    {"base64", "bunzip2", "bzip2", "cat", "curl", "gpg", "gunzip", "gzip", "openssl", "sed", "tee", "unxz"}
    | {"wget", "xz", "xzcat", "zcat", "zstd", "zstdcat"}
)


def unseen(reading: Reading) -> Command | None:
    """Return the first command whose failure a pipe hides, and would not hide with pipefail."""
    if sets_option(reading.shell, "pipefail"):
        return None
    stops = sets_option(reading.shell, "errexit", "e")
    commands = reading.commands
    for at, command in enumerate(commands):
        if command.program == "set":
            if sets_option(command.texts, "pipefail"):
                return None
            stops = stops or sets_option(command.texts, "errexit", "e")
        if (
            command.before not in PIPES
            or _checks_sums(command)
            or not _is_looked_at(commands, at, stops=stops)
        ):
            continue
        feeding = tuple(_feeding(commands, at))
        failing = [one for one in feeding if not _is_sure(one)]
        if failing and not (_is_seen_at_the_end(commands, at, feeding) or _is_tested(commands, at)):
            return min(failing, key=lambda one: one.start)
    return None


def _feeding(commands: tuple[Command, ...], at: int) -> Iterator[Command]:
    """Yield what stands left of the pipe in front of a command: one command, or those of a group."""
    group: tuple[str, ...] | None = None
    for one in reversed(commands[:at]):
        both = zip(one.inside, commands[at].inside, strict=False)
        depth = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
        # The failure of what a word is made from is not seen in any case.
        if "substitution" in one.inside[depth:]:
            continue
        if group is not None and one.inside[: len(group)] != group:
            return
        yield one
        if len(one.inside) == depth:
            return
        group = one.inside[: depth + 1]


def _is_tested(commands: tuple[Command, ...], at: int) -> bool:
    """Tell whether a pipe fills a variable that a test behind it looks at, such as a sum that is compared."""
    filled = _filled(commands, at)
    names = [word.text.partition("=")[0] for word in filled.assignments] if filled else []
    looks = {look for name in names for look in (f"${name}", f"${{{name}}}")}
    return any(
        one.program in _TESTS and not looks.isdisjoint(word.text.strip('"') for word in one.arguments)
        for one in commands[at + 1 :]
    )


def _is_looked_at(commands: tuple[Command, ...], at: int, *, stops: bool) -> bool:
    """Tell whether anybody looks at a pipe's status: of a substitution's, only a bare assignment does."""
    if Inside.SUBSTITUTION not in commands[at].inside:
        return not _is_thrown_away(commands, at, stops=stops)
    return _filled(commands, at) is not None


def _filled(commands: tuple[Command, ...], at: int) -> Command | None:
    """Return the bare assignment that takes what a command in a substitution says."""
    inside, start = commands[at].inside, commands[at].start
    if Inside.SUBSTITUTION not in inside:
        return None
    outside = inside[: len(inside) - 1 - inside[::-1].index(Inside.SUBSTITUTION)]
    around = (one for one in commands[:at] if one.inside == outside and one.start <= start < one.end)
    return next((one for one in around if not one.words), None)


def _is_thrown_away(commands: tuple[Command, ...], at: int, *, stops: bool) -> bool:
    """Tell whether a pipe's status is ignored: by `|| true`, or by the next command."""
    last = _last_of_pipe(commands, at)
    if last is None:
        return False
    following = next((one for one in commands[commands.index(last) + 1 :] if one.inside == last.inside), None)
    if following is None:
        return False
    if last.after == "||":
        return following.program in ("true", ":")
    return last.after in (";", "\n") and not last.inside and not stops


def _last_of_pipe(commands: tuple[Command, ...], at: int) -> Command | None:
    """Return the command that a pipe ends with; None where that is a group or a loop."""
    last = commands[at]
    for one in commands[at + 1 :]:
        if one.inside == last.inside and one.before in PIPES:
            last = one
        elif len(one.inside) <= len(last.inside):
            break
    return None if last.after in PIPES else last


def _is_seen_at_the_end(commands: tuple[Command, ...], at: int, feeding: tuple[Command, ...]) -> bool:
    """Tell whether the last program of a pipe fails where what feeds it does."""
    last = _last_of_pipe(commands, at)
    if last is None or len(commands[at].inside) > len(feeding[0].inside):
        return False
    if last.program in _GREPS:
        return not options_of(last, valued=_VALUED_BY_GREP).has(*_TURNED)
    is_cut_off = all(one.program in _CUT_OFF or _is_sure(one) for one in feeding)
    return is_cut_off and _refuses_the_beginning(last)


def _refuses_the_beginning(command: Command) -> bool:
    command = unwrapped(command)
    if command.program == "apt-key":
        return "add" in command.texts
    if command.program == "tar":
        # The first word may come without its dash.
        is_bundle = re.match(r"[A-Za-z]*[xt]", next(iter(command.texts), "")) is not None
        return is_bundle or options_of(command, valued=("C", "f")).has("x", "t", "extract", "get", "list")
    wanted = _REFUSING_WITH.get(command.program)
    return command.program in _REFUSING or (wanted is not None and options_of(command).has(*wanted))


def _is_sure(command: Command) -> bool:
    """Tell whether a command cannot fail, or only where the pipe makes it."""
    # Without a file, cat passes a heredoc on.
    if command.program in _SURE or (command.program == "cat" and not command.texts):
        return True
    return _ASKING.fullmatch(" ".join((command.program, *command.texts))) is not None


def _checks_sums(command: Command) -> bool:
    """Tell whether a command fails where it gets nothing: sums to compare, of which there are none."""
    return _SUMS.fullmatch(command.program) is not None and any(
        text in ("-c", "--check") for text in command.texts
    )
