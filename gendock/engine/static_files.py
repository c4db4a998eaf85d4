"""What does not belong into an image that is shipped: looked for in every layer, as each can be read.

A file that a later layer takes away is still in the layer that brought it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from gendock.engine.filesystem import FileTree
from gendock.engine.layers import Entry, Layer
from gendock.engine.results import Status, Verdict
from gendock.engine.static_program import SHELLS

_PROGRAM_FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/busybox")
_MANAGERS = tuple(
    """
    apk apt apt-get dpkg dnf microdnf yum rpm zypper pacman opkg pip pip3 npm gem
""".split()
)
_TOOLCHAIN = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go", "/usr/bin/go", "/usr/local/bin/go", "/go/pkg/mod")
_NOT_OURS = ("/usr/local/go/", "/usr/lib/go", "/go/pkg/mod/", "/root/go/pkg/mod/", "/usr/share/doc/")
_EXAMPLES = re.compile(r"\.(?:example|sample|template|tmpl|dist|defaults?|md|go|js|ts|d\.ts)\Z")
_TESTS = re.compile(r"/(?:testdata|tests?|examples?|doc)/")
_FOLDERS = frozenset((".cache", ".npm", ".vscode", ".idea", ".aws", ".azure", ".gcp", ".ssh", ".svn", ".hg"))
_FILES = frozenset(
    """
    Dockerfile Containerfile .dockerignore compose.yaml docker-compose.yml docker-compose.yaml
    .gitlab-ci.yml .travis.yml .vimrc .bash_history .DS_Store .netrc .git-credentials .npmrc .pypirc
""".split()
)
_PACKAGES = re.compile(
    r"/var/lib/apt/lists/(?!lock\Z|partial(?:/|\Z)|auxfiles(?:/|\Z)).+"
    r"|/var/cache/(?:apt/(?:archives/.+\.deb|.*pkgcache\.bin)|apk/.+|dnf/.+|yum/.+)"
)
_OWN = re.compile(r"/(?:usr/(?:local/)?(?:share|lib|src|include|go)|var/lib|etc/skel|go/pkg)(?:/|\Z)")

Names = Iterator[tuple[str, Entry]]


def no_shell(tree: FileTree) -> Verdict:
    """Look for a shell, which the first thing that breaks in would ask for."""
    found = _program(tree, sorted(SHELLS))
    return (Status.FAIL, f"a shell: {found}") if found else (Status.PASS, "no shell")


def no_package_manager(tree: FileTree) -> Verdict:
    """Look for what could install more."""
    found = _program(tree, _MANAGERS)
    return (Status.FAIL, f"a package manager: {found}") if found else (Status.PASS, "no package manager")


def no_toolchain(tree: FileTree) -> Verdict:
    """Look for Go itself."""
    found = next((path for path in _TOOLCHAIN if tree.find(path)), None)
    return (Status.FAIL, f"a Go toolchain: {found}") if found else (Status.PASS, "no toolchain")


def no_source(layers: Sequence[Layer]) -> Verdict:
    """Look for the program's source."""
    return _none(
        layers,
        "Go source",
        "no source",
        lambda path, entry: (
            entry.kind == "file" and path.endswith((".go", "/go.mod")) and not path.startswith(_NOT_OURS)
        ),
    )


def no_git(layers: Sequence[Layer]) -> Verdict:
    """Look for a repository, which holds all that was ever committed."""
    return _none(layers, "a repository", "no .git", lambda path, _: path.endswith("/.git"))


def no_env_file(layers: Sequence[Layer]) -> Verdict:
    """Look for .env files with something in them."""

    def is_one(path: str, entry: Entry) -> bool:
        name = posixpath.basename(path)
        return (
            entry.kind == "file"
            and entry.size > 0
            and (name == ".env" or name.startswith(".env."))
            and not _EXAMPLES.search(name)
        )

    return _none(layers, "a .env file", "no .env", is_one)


def no_private_key(layers: Sequence[Layer]) -> Verdict:
    """Look for files that begin as private keys do."""
    return _none(
        layers,
        "a private key",
        "no private key",
        lambda path, entry: entry.is_key and not (path.startswith(_NOT_OURS) or _TESTS.search(path)),
    )


def no_setuid(tree: FileTree) -> Verdict:
    """Look for files that run with their owner's rights whoever starts them."""
    found = [path for path, entry in tree if entry.kind == "file" and entry.mode & 0o6000]
    return (Status.FAIL, f"setuid or setgid: {_some(found)}") if found else (Status.PASS, "no setuid file")


def no_leftovers(tree: FileTree) -> Verdict:
    """Look for caches, and files of editors, of CI and of the build."""
    found = sorted(path for path, entry in tree if _is_left_over(path, entry))
    return (Status.FAIL, f"left over: {_some(found)}") if found else (Status.PASS, "no leftovers")


def _is_left_over(path: str, entry: Entry) -> bool:
    folder, _, name = path.rpartition("/")
    if _OWN.match(path):
        return bool(_PACKAGES.fullmatch(path)) and entry.kind == "file"
    if entry.kind == "folder":
        return name in _FOLDERS
    if entry.kind != "file":
        return False
    in_tmp = f"{folder}/".startswith(("/tmp/", "/var/tmp/"))  # noqa: S108 - in the image
    return (
        name in _FILES or in_tmp or _PACKAGES.fullmatch(path) is not None or name.endswith((".swp", ".swo"))
    )


def _program(tree: FileTree, names: Iterable[str]) -> str | None:
    for folder in _PROGRAM_FOLDERS:
        if tree.find(folder) is None:
            continue
        for name in names:
            found = tree.find(f"{folder}/{name}")
            if found and found[1].kind == "file" and found[1].mode & 0o111:
                return f"{folder}/{name}"
    return None


def _none(layers: Sequence[Layer], what: str, passed: str, wanted: Callable[[str, Entry], bool]) -> Verdict:
    """Fail where any layer has what is wanted; a name that is gone later is told with its layer."""
    found: dict[str, int] = {}
    for number, layer in enumerate(layers):
        for path, entry in layer.entries.items():
            if wanted(path, entry):
                found.setdefault(path, number)
    if not found:
        return Status.PASS, passed
    paths = sorted(found)
    first = paths[0]
    folder = posixpath.dirname(first)
    gone = any(first in layer.removed or folder in layer.removed for layer in layers[found[first] + 1 :])
    note = f" (removed later, and still in layer {found[first] + 1})" if gone else ""
    return Status.FAIL, f"{what}: {_some(paths)}{note}"


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 2} more" if len(paths) > 2 else ""
    return ", ".join(paths[:2]) + more
