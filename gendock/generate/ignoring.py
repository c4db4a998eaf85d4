"""`.dockerignore`: the choice of patterns that can be proved harmless."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendock.dockerfile.ignore_file import cleaned_path, matcher
from gendock.generate.escaping import Placed, ignore_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Kept out whatever the repository holds; a file below that the build needs is taken back in by name.
ALWAYS = (
    ("Version control and secrets.", (".git", ".secrets", "**/.env*", "**/*.pem", "**/*.key")),
    (
        "Installed again, or made again, where they are needed.",
        ("**/node_modules", "Dockerfile*", ".dockerignore", ".gendock.lock", "gendock.toml"),
    ),
)
# Kept out unless something that the build needs would go with it.
USUALLY = (
    ("Build outputs.", ("bin", "dist", "out", "tmp", "**/*.exe", "**/*.test", "**/*.out", "**/*.prof")),
    ("Tests and what describes the project.", ("**/*_test.go", "**/testdata", "*.md", "compose*.y*ml",
                                               "docker-compose*.y*ml", "docker-bake.hcl")),
    ("Editors and services.", (".github", ".gitlab*", ".idea", ".vscode", ".devcontainer", "**/.DS_Store",
                               "**/*.sw?", "**/*~")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """Patterns that stand together below a comment.

    Attributes:
        title: the comment.
        patterns: the patterns.
    """

    title: Placed
    patterns: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The patterns of a .dockerignore and what they were checked against.

    Attributes:
        sections: the patterns.
        needed: how many files the build and the image need; each was put through the patterns and goes in.
        taken_back: the files that only an exception lets in.
        left_out_patterns: the patterns that would have taken away what is needed.
        stay_out: well-known names that are there and do not go in.
    """

    sections: tuple[Section, ...]
    needed: int
    taken_back: tuple[str, ...]
    left_out_patterns: tuple[str, ...]
    stay_out: tuple[str, ...]


class Matcher:
    """The patterns of one .dockerignore."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile the patterns, in their order."""
        written = list(patterns)
        self._negated = [pattern.startswith("!") for pattern in written]
        self._rules = [matcher(_cleaned(pattern)) for pattern in written]
        self._folders: dict[str, tuple[bool, ...]] = {"": (False,) * len(written)}

    def excludes(self, path: str) -> bool:
        """Whether a file stays out of the build context."""
        excluded = False
        for negated, hit in zip(self._negated, self.hits(path), strict=True):
            if hit:
                excluded = not negated
        return excluded

    def hits(self, path: str) -> tuple[bool, ...]:
        """Which patterns match a path or one of the folders above it."""
        parent = path.rpartition("/")[0]
        if parent not in self._folders:
            self._folders[parent] = self.hits(parent)
        above = self._folders[parent]
        return tuple(hit or rule(path) for hit, rule in zip(above, self._rules, strict=True))


def _cleaned(pattern: str) -> str:
    return cleaned_path(pattern.removeprefix("!").strip()).lstrip("/")


def choose_patterns(needed: Sequence[str], reserved: Sequence[str], names: Sequence[str]) -> IgnoreFile:
    """Choose the patterns of a repository and prove them.

    Args:
        needed: every file that the build or the image reads.
        reserved: files and folders that will be needed once they are there, such as what an embed directive
            names.
        names: every file and folder of the repository.

    Raises:
        RefusedError: a needed file has a name that the format cannot say.
    """
    harmful = _harmful(
        [pattern for _, patterns in USUALLY for pattern in patterns], (*needed, *reserved), names
    )
    sections = [
        Section(Placed(title), tuple(Placed(pattern) for pattern in patterns)) for title, patterns in ALWAYS
    ]
    left_out: list[str] = []
    for title, patterns in USUALLY:
        harmless = []
        for pattern in patterns:
            if pattern in harmful:
                left_out.append(pattern)
            else:
                harmless.append(Placed(pattern))
        if harmless:
            sections.append(Section(Placed(title), tuple(harmless)))
    always = Matcher(pattern for section in sections for pattern in section.patterns)
    taken_back = tuple(path for path in needed if always.excludes(path))
    if taken_back:
        exceptions = tuple(Placed(f"!{ignore_pattern(path)}") for path in taken_back)
        sections.append(Section(Placed("Needed all the same."), exceptions))
    final = Matcher(pattern for section in sections for pattern in section.patterns)
    dropped = [path for path in needed if final.excludes(path)]
    if dropped:
        raise AssertionError(f".dockerignore would drop {dropped[0]!r}")
    return IgnoreFile(tuple(sections), len(needed), taken_back, tuple(left_out), _staying_out(final, names))


def _harmful(patterns: Sequence[str], keep: Sequence[str], names: Sequence[str]) -> set[str]:
    """The patterns that take away what is needed, or a folder that holds Go source."""
    matcher = Matcher(patterns)
    folders = [not pattern.startswith("*") and "." not in pattern for pattern in patterns]
    found: set[str] = set()
    for path in keep:
        found.update(pattern for pattern, hit in zip(patterns, matcher.hits(path), strict=True) if hit)
    for name in names:
        if name.endswith(".go"):
            rows = zip(patterns, matcher.hits(name), folders, strict=True)
            found.update(pattern for pattern, hit, is_folder in rows if hit and is_folder)
    return found


def _staying_out(matcher: Matcher, names: Sequence[str]) -> tuple[str, ...]:
    """The well-known names that are there and stay out, the shortest path of each."""
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda path: (path.count("/"), path)):
        last = name.rpartition("/")[2]
        known = last in {".git", "node_modules"} or last.startswith(".env")
        if known and last not in found and matcher.excludes(name):
            found[last] = name
    return tuple(found.values())
