"""Programs of which it is known where they put files: in the system's folders, or nowhere."""

from __future__ import annotations

import posixpath
import re

from gendock.shell import Command
from gendock.shell.options import options_of

SYSTEM_FOLDERS = (
    *("/bin", "/boot", "/busybox", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/media"),
    *("/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var"),  # noqa: S108 - names
)
# Programs that write where the system keeps its files, and nowhere else.
SYSTEM_PROGRAMS = frozenset(
    {
        *("apk", "apt", "apt-get", "aptitude", "dpkg", "yum", "dnf", "microdnf", "zypper", "rpm", "tdnf"),
        *("update-ca-certificates", "adduser", "addgroup", "useradd", "groupadd", "usermod", "passwd"),
        *("ldconfig", "locale-gen", "dpkg-reconfigure", "apt-key", "add-apt-repository", "chpasswd"),
    }
)
# Programs that put no file anywhere, but for what a redirect says.
QUIET_PROGRAMS = frozenset(
    {
        *("", "echo", "printf", "true", "false", ":", "test", "[", "[[", "ls", "cat", "pwd", "env", "export"),
        *("set", "unset", "chmod", "chown", "chgrp", "strip", "upx", "ldd", "file", "du", "df", "date"),
        *("uname", "id", "whoami", "grep", "head", "tail", "sort", "uniq", "wc", "cut", "tr", "awk", "which"),
        *("command", "type", "sleep", "exit", "setcap", "readelf", "sha256sum", "md5sum", "find"),
        *("sed", "stat", "getent", "basename", "dirname", "hostname", "umask", "ulimit", "trap", "shift"),
        *("local", "wait"),
    }
)
# What git does that brings no files into the folder where it works.
_QUIET_GIT = frozenset(
    {
        *("config", "describe", "rev-parse", "log", "status", "diff", "show", "rev-list", "tag", "version"),
        *("ls-files", "ls-remote", "for-each-ref"),
    }
)
_CLONE_VALUES = (
    "C",
    "c",
    "b",
    "branch",
    "depth",
    "o",
    "origin",
    "j",
    "jobs",
    "config",
    "reference",
    "filter",
)
_UNPLAIN = re.compile(r"[$`*?\[]")
_FIND_ACTIONS = frozenset({"-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fls", "-fprintf"})


def is_quiet(command: Command) -> bool:
    """Tell whether a command changes no file, but for what its redirects say."""
    if command.program == "find":
        return _FIND_ACTIONS.isdisjoint(command.texts)
    return command.program in QUIET_PROGRAMS


def folder_of_git(command: Command) -> str | None:
    """Return the folder that git writes to, as seen from where it is called; None where it writes none."""
    read = options_of(command, valued=_CLONE_VALUES)
    if not read.operands or read.operands[0].text in _QUIET_GIT:
        return None
    verb, *words = (word.text for word in read.operands)
    if verb != "clone" or not words or read.value("C") is not None:
        return "."
    folder = words[1] if len(words) > 1 else posixpath.basename(words[0]).removesuffix(".git")
    return "." if _UNPLAIN.search(folder) or not folder else folder
