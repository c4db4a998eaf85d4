"""The calls of package managers in a script: what each does, with which options, to which packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from gendock.shell import Command, Options, Word, options_of

if TYPE_CHECKING:
    from gendock.lint.scripts import Script


class Manager(StrEnum):
    """A package manager; `apt`, `apt-get` and `aptitude` are one, as are dnf and its small relatives."""

    APT = "apt"
    APK = "apk"
    YUM = "yum"
    DNF = "dnf"
    ZYPPER = "zypper"
    PIP = "pip"
    NPM = "npm"
    YARN = "yarn"
    PNPM = "pnpm"
    GEM = "gem"


class _Syntax(msgspec.Struct, frozen=True):
    """How a manager's words are read.

    Attributes:
        valued: the options that take a value in the next word.
        leading: those that do so only in front of the subcommand.
        families: subcommands that have subcommands of their own.
    """

    valued: frozenset[str]
    leading: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RPM = _Syntax(
    _names(
        "c d e R x advisory color comment config debuglevel destdir disableplugin disablerepo downloaddir "
        "enableplugin enablerepo errorlevel exclude excludepkgs forcearch installroot releasever repo repoid "
        "repofrompath rpmverbosity setopt"
    ),
    families=frozenset({"module", "group", "groups", "history"}),
)
_SYNTAX = {
    Manager.APT: _Syntax(
        _names(
            "a c o P t build-profiles config-file default-release host-architecture option target-release "
            "solver"
        )
    ),
    Manager.APK: _Syntax(
        _names(
            "p t X arch cache-dir cache-max-age keys-dir progress-fd repositories-file repository root "
            "timeout virtual wait"
        ),
    ),
    Manager.YUM: _RPM,
    Manager.DNF: _RPM,
    Manager.ZYPPER: _Syntax(
        _names("r t download from repo solver-focus type"),
        leading=_names(
            "C D R c p cache-dir config installroot pkg-cache-dir plus-content plus-repo raw-cache-dir "
            "reposd-dir root solv-cache-dir userdata"
        ),
    ),
    Manager.PIP: _Syntax(
        _names(
            "C b c e f i r t abi build cache-dir cert client-cert config-settings constraint editable "
            "exists-action extra-index-url find-links global-option group implementation index-url "
            "install-option keyring-provider log no-binary only-binary pip-args platform prefix progress-bar "
            "proxy python python-version report requirement retries root root-user-action src suffix target "
            "timeout trusted-host upgrade-strategy use-deprecated use-feature"
        )
    ),
    Manager.NPM: _Syntax(
        _names(
            "C w before cache fetch-retries fetch-timeout include install-strategy location loglevel "
            "maxsockets omit only prefix registry script-shell tag userconfig workspace"
        ),
        families=frozenset({"config", "cache"}),
    ),
    Manager.YARN: _Syntax(
        _names("cache-folder cwd modules-folder mutex network-concurrency network-timeout registry"),
        families=frozenset({"cache", "config", "global"}),
    ),
    Manager.PNPM: _Syntax(
        _names("C F dir filter loglevel registry reporter store-dir"),
        families=frozenset({"config", "store"}),
    ),
    Manager.GEM: _Syntax(
        _names(
            "B P g i n p s v bindir build-root config-file file http-proxy install-dir platform source "
            "trust-policy version"
        )
    ),
}
_PROGRAMS = {
    "apt": Manager.APT,
    "apt-get": Manager.APT,
    "aptitude": Manager.APT,
    "apk": Manager.APK,
    "yum": Manager.YUM,
    "dnf": Manager.DNF,
    "dnf5": Manager.DNF,
    "microdnf": Manager.DNF,
    "zypper": Manager.ZYPPER,
    "pipx": Manager.PIP,
    "npm": Manager.NPM,
    "yarn": Manager.YARN,
    "yarnpkg": Manager.YARN,
    "pnpm": Manager.PNPM,
    "gem": Manager.GEM,
}
_PIP = r"pip-?[0-9.]*"
_PYTHON = r"python[0-9.]*"


class PackageCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a package manager.

    Attributes:
        manager: which one.
        program: as which program.
        outer: the command as it is written, with sudo and its like.
        words: the program's own words, from its name on; of `python -m pip install x`, `pip install x`.
        family: of `dnf group install x`, `group`; mostly empty.
        verb: of the same, `install`; None where there is none.
        options: all options; the operands are those behind the verb.
    """

    manager: Manager
    program: str
    outer: Command
    words: tuple[Word, ...]
    family: str
    verb: Word | None
    options: Options

    @property
    def does(self) -> str:
        """The verb's text; empty where there is none."""
        return self.verb.text if self.verb else ""

    @property
    def operands(self) -> tuple[Word, ...]:
        """The words behind the verb that are no options, such as packages."""
        return self.options.operands

    def last_option(self) -> Word:
        """Return the word that a further option stands well behind: the last option next to the verb."""
        found = self.verb or self.words[0]
        values = {word.start for _, word in self.options.values}
        following = [word for word in self.words if word.start > found.start]
        for word, behind in zip(following, [*following, None][1:], strict=True):
            if not word.text.startswith("-") or (behind is not None and behind.start in values):
                break
            found = word
        return found


def read_calls(script: Script) -> Iterator[PackageCall]:
    """Yield the calls of package managers in a script, in order."""
    for outer, command in zip(script.commands, script.calls, strict=True):
        if not command.words:
            continue
        manager, words = _manager(command)
        if manager is not None:
            yield _read(manager, outer, command, words)


def _manager(command: Command) -> tuple[Manager | None, tuple[Word, ...]]:
    program = command.program
    manager = _PROGRAMS.get(program)
    if manager is None and program.startswith("p"):
        if re.fullmatch(_PIP, program):
            return Manager.PIP, command.words
        if re.fullmatch(_PYTHON, program):
            return _behind_python(command.words)
    return manager, command.words


def _behind_python(words: tuple[Word, ...]) -> tuple[Manager | None, tuple[Word, ...]]:
    """Return pip's own words in `python3 -I -m pip install x`."""
    at = next((at for at, word in enumerate(words) if word.text == "-m"), len(words))
    if at + 1 < len(words) and words[at + 1].text in ("pip", "pipx"):
        return Manager.PIP, words[at + 1 :]
    return None, ()


def _read(manager: Manager, outer: Command, command: Command, words: tuple[Word, ...]) -> PackageCall:
    syntax = _SYNTAX[manager]
    if manager is Manager.GEM:
        # What follows `--` is for the compiler of a gem's C code.
        end = next((at for at, word in enumerate(words) if word.text == "--"), len(words))
        words = words[:end]
    own = msgspec.structs.replace(command, words=words)
    options = options_of(own, valued=syntax.valued | syntax.leading)
    family = ""
    verb = options.operands[0] if options.operands else None
    if verb is not None and syntax.leading:
        options = _two_parts(own, options, verb, syntax)
    rest = options.operands[1:]
    if verb is not None and verb.text in syntax.families and rest:
        family, verb, rest = verb.text, rest[0], rest[1:]
    return PackageCall(
        manager=manager,
        program=words[0].text.rpartition("/")[2],
        outer=outer,
        words=words,
        family=family,
        verb=verb,
        options=Options(options.flags, options.values, rest),
    )


def _two_parts(command: Command, all_options: Options, verb: Word, syntax: _Syntax) -> Options:
    """Read what is in front of the verb with the options that hold there, and the rest with the others."""
    behind = tuple(word for word in command.words if word.start >= verb.start)
    rest = options_of(msgspec.structs.replace(command, words=behind), valued=syntax.valued)
    return Options(
        (*(one for one in all_options.flags if one[1].start < verb.start), *rest.flags),
        (*(one for one in all_options.values if one[1].start < verb.start), *rest.values),
        (verb, *rest.operands),
    )
