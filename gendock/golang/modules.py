"""Modules and the workspace of a folder: which go.mod files count, and what stands beside them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from gendock.errors import RefusedError
from gendock.golang.facts import Evidence, Module, Workspace
from gendock.golang.gomod import ModFile, read_mod, read_work

if TYPE_CHECKING:
    from gendock.golang.facts import Replacement, Requirement
    from gendock.golang.folder import Folder, Listing

_NOT_SEARCHED = frozenset(("testdata", "vendor", "node_modules", "examples", "example", "_examples"))

_NOT_SEARCHED_EVER = frozenset(("testdata", "vendor", "node_modules"))


def read_modules(folder: Folder, listing: Listing) -> tuple[Workspace | None, tuple[Module, ...]]:
    """Read go.work and the go.mod files that count, the first being the one at the top where there is one."""
    here = frozenset(listing.files)
    if "go.work" in here:
        workspace = _workspace(folder, here)
        return workspace, tuple(_module(folder, used, here) for used in workspace.use)
    if "go.mod" in here:
        top = _module(folder, ".", here)
        return None, (top, *_replacing(folder, [top], here))
    nested = nested_modules(folder, listing)
    if not nested:
        raise RefusedError(_no_module(folder, listing))
    return None, nested


def nested_modules(folder: Folder, listing: Listing) -> tuple[Module, ...]:
    """Read every go.mod below the folder but those of examples and test data, and what they replace."""
    here = frozenset(listing.files)
    tops = [
        posixpath.dirname(path) or "."
        for path in listing.files
        if posixpath.basename(path) == "go.mod" and not _NOT_SEARCHED.intersection(path.split("/"))
    ]
    modules = [_module(folder, top, here) for top in sorted(tops, key=lambda path: (path.count("/"), path))]
    return (*modules, *_replacing(folder, modules, here))


def every_module(folder: Folder, listing: Listing) -> tuple[Module, ...]:
    """Read each go.mod but those of vendor and test data, the outermost first; broken ones are left out."""
    here = frozenset(listing.files)
    found = []
    for path in sorted(listing.files, key=lambda path: (path.count("/"), path)):
        parts = path.split("/")
        if parts[-1] == "go.mod" and not _NOT_SEARCHED_EVER.intersection(parts):
            try:
                found.append(_module(folder, posixpath.dirname(path) or ".", here))
            except RefusedError:
                continue
    return tuple(found)


def top_workspace(folder: Folder, listing: Listing) -> Workspace | None:
    """Read go.work at the top; None where there is none that can be read.

    It may use folders that are not there, or outside: that the go command stops at them is for a rule to say.
    """
    here = frozenset(listing.files)
    try:
        return _workspace(folder, here, must_be_here=False) if "go.work" in here else None
    except RefusedError:
        return None


def _no_module(folder: Folder, listing: Listing) -> str:
    for steps, parent in enumerate(folder.root.parents, start=1):
        if (parent / "go.mod").is_file():
            up = "/".join([".."] * steps)
            return f"no go.mod here: this folder belongs to the module in {up}. Run gendock init {up}"
        if (parent / ".git").exists() or steps == 8:
            break
    if any(path.endswith(".go") for path in listing.files):
        return "no go.mod here: `go mod init example.com/NAME && go mod tidy` makes one"
    return "no go.mod and no Go files here: name the folder of a Go module, as in gendock init ./service"


def _workspace(folder: Folder, here: frozenset[str], *, must_be_here: bool = True) -> Workspace:
    work = read_work(_text(folder, "go.work"))
    used = []
    for written, line in work.use:
        path = posixpath.normpath(written)
        if must_be_here and (path.startswith(("../", "/")) or path == ".."):
            raise RefusedError(
                f"go.work:{line}: {written!a} lies outside of this folder: run gendock init above it"
            )
        if must_be_here and f"{path}/go.mod".removeprefix("./") not in here:
            raise RefusedError(f"go.work:{line}: {written!a} has no go.mod")
        used.append(path)
    if not used:
        raise RefusedError("go.work uses no module: `go work use DIR` adds one")
    return Workspace(
        use=tuple(used),
        go=work.go,
        toolchain=work.toolchain,
        replaces=work.replaces,
        has_sum="go.work.sum" in here,
        vendored="vendor/modules.txt" in here,
        evidence=Evidence("go.work", 1),
    )


def _module(folder: Folder, where: str, here: frozenset[str]) -> Module:
    prefix = "" if where == "." else f"{where}/"
    mod = read_mod(_text(folder, f"{prefix}go.mod"), f"{prefix}go.mod")
    listed = f"{prefix}vendor/modules.txt" in here
    lacking = _not_vendored(folder, prefix, mod, here) if listed else None
    return Module(
        folder=where,
        path=mod.module,
        go=mod.go,
        toolchain=mod.toolchain,
        requires=mod.requires,
        replaces=mod.replaces,
        has_sum=f"{prefix}go.sum" in here,
        vendored=listed and lacking is None,
        evidence=mod.module_evidence,
        vendor_lacks=lacking,
        tools=tuple(line.words[0] for line in mod.lines if line.verb == "tool" and line.words),
        godebug=tuple(line.words[0] for line in mod.lines if line.verb == "godebug" and line.words),
    )


def _not_vendored(folder: Folder, prefix: str, mod: ModFile, here: frozenset[str]) -> Requirement | None:
    """The first direct requirement that vendor/ does not hold at its version, by modules.txt and folders.

    A folder can be missing although it is listed: on a disk that takes Unknwon and unknwon for one name.
    """
    content = folder.read(f"{prefix}vendor/modules.txt")
    if content is None:
        return None
    folders = {
        posixpath.dirname(path)
        for path in here
        if path.startswith(f"{prefix}vendor/") and path.endswith(".go")
    }
    packages: dict[tuple[str, ...], list[str]] = {}
    current: list[str] = []
    for line in content.decode(errors="replace").splitlines():
        if line.startswith("# "):
            current = packages.setdefault(tuple(line.split()[1:3]), [])
        elif line and not line.startswith("#"):
            current.append(f"{prefix}vendor/{line.strip()}")
    direct = (one for one in mod.requires if not one.indirect)
    return next(
        (
            one
            for one in direct
            if (one.path, one.version) not in packages
            or not folders.issuperset(packages[one.path, one.version])
        ),
        None,
    )


def _replacing(folder: Folder, modules: list[Module], here: frozenset[str]) -> list[Module]:
    """Read the modules that `replace` lines put in place of others, where they stand inside of the folder."""
    known = {module.folder for module in modules}
    found = []
    for module in modules:
        for line in module.replaces:
            if not line.is_local or not _is_looked_at(line, module):
                continue
            where = posixpath.normpath(posixpath.join(module.folder, line.new))
            if where.startswith(("../", "/")) or where == "..":
                raise RefusedError(
                    f"{line.evidence}: {line.old!a} is replaced by {line.new!a}, outside of this folder: "
                    "an image is built from one folder, so run gendock init in the one that holds both"
                )
            mod_file = f"{where}/go.mod".removeprefix("./")
            if mod_file not in here:
                if module.vendored:
                    continue
                raise RefusedError(
                    f"{line.evidence}: {line.new!a} has no go.mod, so it cannot replace {line.old!a}"
                )
            if where not in known:
                known.add(where)
                found.append(_module(folder, where, here))
    return found


def _is_looked_at(line: Replacement, module: Module) -> bool:
    """Whether the go command looks at the folder of a `replace` line: at none that nobody requires.

    Before Go 1.17, go.mod does not name every module that is required.
    """
    named = module.go is not None and (module.go.version.major, module.go.version.minor) >= (1, 17)
    return not named or any(one.path == line.old for one in module.requires)


def _text(folder: Folder, path: str) -> str:
    content = folder.read(path, limit=1024 * 1024)
    if content is None:
        raise RefusedError(f"{path} cannot be read: no regular file of at most 1 MiB inside of this folder")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RefusedError(f"{path}:{line}: no UTF-8; the go command cannot read this file either") from None
