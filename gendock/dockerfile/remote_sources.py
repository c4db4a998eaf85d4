"""What COPY and ADD take for a URL or a git repository, and what they refuse in one.

Source: moby/buildkit, frontend/dockerfile/dfgitutil/git_ref.go and util/gitutil/git_url.go.
"""

from __future__ import annotations

import re

from msgspec import Struct

from gendock.dockerfile.flag_values import is_switch

_PROTOCOL = r"([a-zA-Z0-9]+)://"
_SSH = r"[a-zA-Z0-9\-_]+@[a-zA-Z0-9\-.]+:(.*?)(?:\?(.*?))?(?:#(.*))?\Z"
_BAD_ESCAPE = r"%(?![0-9a-fA-F]{2})"
_HOST = (
    r"(?:[A-Za-z0-9\-._:~!$&'()*+,;=%@]*@)?"
    r"(?:\[[^\]]*\]|(?:[^ \\^`{|}%/@:\[]|%25|%[89a-fA-F][0-9a-fA-F])*)(?::[0-9]*)?\Z"
)
_KEYS = tuple(
    """
    ref tag branch subdir checksum commit keep-git-dir submodules mtime fetch-by-commit
""".split()
)
_SWITCHES = ("keep-git-dir", "submodules", "fetch-by-commit")


class GitSourceError(ValueError):
    """A git repository with options that BuildKit refuses; says which."""


class GitSource(Struct, frozen=True):
    """A git repository as a source; `looks_local` where a path of the build context looks the same."""

    looks_local: bool
    keep_git_dir: bool | None
    checksum: str


def is_url(source: str) -> bool:
    """Tell whether a source is fetched by HTTP, a git repository aside."""
    return source.startswith(("http://", "https://")) and git_source(source) is None


def git_source(source: str) -> GitSource | None:
    """Read a source as a git repository; None where it is none.

    Raises:
        GitSourceError: it is one, with an option that is unknown, empty or contradicts another.
    """
    if source.startswith(("./", "../")):
        return None
    if source.startswith("github.com/"):
        parts = _url_parts(source.partition("/")[2], has_host=False)
        return None if parts is None else _with_options(parts[1], parts[2], looks_local=True)
    if ":" not in source:
        return None
    protocol = re.match(_PROTOCOL, source)
    if protocol:
        name = protocol.group(1).lower()
        if name not in ("http", "https", "ssh", "git"):
            return None
        parts = _url_parts(source[protocol.end() :], has_host=True)
        if parts is None or (name.startswith("http") and not parts[0].endswith(".git")):
            return None
        return _with_options(parts[1], parts[2], looks_local=False)
    ssh = re.match(_SSH, source)
    if ssh is None or (ssh.group(2) and (";" in ssh.group(2) or re.search(_BAD_ESCAPE, ssh.group(2)))):
        return None
    return _with_options(ssh.group(2) or "", ssh.group(3) or "", looks_local=False)


def _url_parts(rest: str, *, has_host: bool) -> tuple[str, str, str] | None:
    """Cut a URL behind its protocol into path, query and fragment; None where Go cannot parse it."""
    if re.search(r"[\x00-\x1f\x7f]", rest):
        return None
    from urllib.parse import unquote

    before, _, fragment = rest.partition("#")
    address, _, query = before.partition("?")
    host, slash, path = address.partition("/") if has_host else ("", "/", address)
    if re.search(_BAD_ESCAPE, path) or re.search(_BAD_ESCAPE, fragment) or not re.match(_HOST, host):
        return None
    return unquote(slash + path), query, unquote(fragment)


def _with_options(query: str, fragment: str, *, looks_local: bool) -> GitSource:
    ref, _, folder = fragment.partition(":")
    options = _query(query)
    for name, values in options.items():
        if len(values) > 1:
            raise GitSourceError(f"the option `{name}` is given twice")
        if name not in _KEYS:
            raise GitSourceError(f"a git source has no option `{name}`")
        value = values[0]
        if not value and name not in _SWITCHES:
            raise GitSourceError(f"the option `{name}` has no value")
        if value and name in _SWITCHES and not is_switch(value):
            raise GitSourceError(f"the option `{name}` must be on or off, not `{value}`")
    given = {name: values[0] for name, values in options.items()}
    if given.get("mtime", "commit") not in ("checkout", "commit"):
        raise GitSourceError("the option `mtime` is checkout or commit")
    _check_refs(given, ref)
    inside = "/".join(part for part in folder.split("/") if part not in ("", "."))
    if inside and given.get("subdir", inside) != inside:
        raise GitSourceError(f"two folders: `{inside}` and `{given['subdir']}`")
    keep = given.get("keep-git-dir")
    keep_git_dir = None if keep is None else keep[:1] in ("", "1", "t", "T")
    return GitSource(looks_local, keep_git_dir, given.get("checksum") or given.get("commit") or "")


def _check_refs(given: dict[str, str], ref: str) -> None:
    if "tag" in given and "branch" in given:
        raise GitSourceError("a branch and a tag at once")
    named = [ref] if ref else []
    if "ref" in given:
        named.append(given["ref"])
    for option, prefix in (("tag", "refs/tags/"), ("branch", "refs/heads/")):
        if option in given:
            value = given[option]
            named.append(value if value.startswith(prefix) else prefix + value)
    if len(set(named)) > 1:
        raise GitSourceError(f"two refs: `{named[0]}` and `{named[1]}`")


def _query(text: str) -> dict[str, list[str]]:
    if not text:
        return {}
    from urllib.parse import unquote_plus

    found: dict[str, list[str]] = {}
    for one in text.split("&"):
        # Go drops a pair that it cannot read.
        if not one or ";" in one or re.search(_BAD_ESCAPE, one):
            continue
        name, _, value = one.partition("=")
        found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found
