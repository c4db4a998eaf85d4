"""Programs that start the program which their arguments name: `sudo apt-get update` updates."""

from __future__ import annotations

from collections.abc import Iterator

from gendock.shell.commands import Command, Word

# Each with its options that take the next word.
_WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-r", "-t", "--user", "--group"}),
    "doas": frozenset({"-u", "-C"}),
    "env": frozenset({"-u", "--unset", "-C", "--chdir"}),
    "exec": frozenset({"-a"}),
    "command": frozenset(),
    "builtin": frozenset(),
    "nohup": frozenset(),
    "time": frozenset({"-o", "-f", "--output", "--format"}),
    "nice": frozenset({"-n", "--adjustment"}),
    "ionice": frozenset({"-c", "-n", "--class", "--classdata"}),
    "timeout": frozenset({"-k", "-s", "--kill-after", "--signal"}),
    "eatmydata": frozenset(),
    "fakeroot": frozenset(),
    "gosu": frozenset(),
    "su-exec": frozenset(),
    "setarch": frozenset(),
    "linux32": frozenset(),
    "linux64": frozenset(),
    "unbuffer": frozenset(),
}
# Those whose first operand is not the program: a user, a duration, an architecture.
_WITH_OPERAND = frozenset({"timeout", "gosu", "su-exec", "setarch"})
_MOST = 6


def layers(command: Command) -> Iterator[Command]:
    """Yield a command, the one that it starts where it is a wrapper, what that one starts, and so on."""
    found: Command | None = command
    for _ in range(_MOST):
        if found is None:
            return
        yield found
        found = _inner(found)


def unwrapped(command: Command) -> Command:
    """Return the command that a command starts in the end; itself where it is no wrapper."""
    if command.program not in _WRAPPERS:
        return command
    *_, last = layers(command)
    return last


def _inner(command: Command) -> Command | None:
    valued = _WRAPPERS.get(command.program)
    if valued is None:
        return None
    words = command.words[1:]
    assignments: list[Word] = []
    while words and (words[0].text.startswith("-") or _assigns(words[0], command.program)):
        if _assigns(words[0], command.program):
            assignments.append(words[0])
        words = words[2:] if words[0].text in valued else words[1:]
    if command.program in _WITH_OPERAND:
        words = words[1:]
    if not words:
        return None
    return Command(
        words=words,
        assignments=(*command.assignments, *assignments),
        redirects=command.redirects,
        start=words[0].start,
        end=command.end,
        before=command.before,
        after=command.after,
        inside=command.inside,
    )


def _assigns(word: Word, program: str) -> bool:
    name, equals, _ = word.text.partition("=")
    return program in ("env", "sudo") and bool(equals) and name.isidentifier()
