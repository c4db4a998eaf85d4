"""Which configuration file counts for a folder: the closest of gendock's, else the closest of hadolint's."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from gendock.files import home, is_file

OWN_NAMES = (".gendock.toml", "gendock.toml", "pyproject.toml")
HADOLINT_NAMES = (".hadolint.yaml", ".hadolint.yml")


class ConfigSearch:
    """Looks through each folder once, however many files are below it."""

    def __init__(self, counts: Callable[[Path], bool]) -> None:
        """Take what tells whether a file of gendock's own names has anything to say."""
        self._counts = counts
        self._closest: dict[str, tuple[Path | None, Path | None]] = {}

    def find(self, folder: Path) -> Path | None:
        """Return the file that counts for an absolute folder, None where there is none."""
        own, hadolint = self._closest_to(os.fspath(folder))
        return own or hadolint or self._personal

    def _closest_to(self, folder: str) -> tuple[Path | None, Path | None]:
        """Return the closest files from a folder up to the repository's root: gendock's, and hadolint's."""
        known = self._closest.get(folder)
        if known is None:
            own = next(filter(self._counts, _files(folder, OWN_NAMES)), None)
            hadolint = next(iter(_files(folder, HADOLINT_NAMES)), None)
            above = os.path.dirname(folder)  # noqa: PTH120
            if own is None and above != folder and not os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118
                own, further = self._closest_to(above)
                hadolint = hadolint or further
            known = self._closest[folder] = own, hadolint
        return known

    @cached_property
    def _personal(self) -> Path | None:
        configured = os.environ.get("XDG_CONFIG_HOME") or home() / ".config"
        path = Path(configured) / "gendock" / "gendock.toml"
        return path if is_file(path) else None


def _files(folder: str, names: tuple[str, ...]) -> list[Path]:
    # Names as text: a tree may have very many folders, and a path for each takes longer than to look at them.
    paths = (os.path.join(folder, name) for name in names)  # noqa: PTH118
    return [Path(path) for path in paths if os.path.isfile(path)]  # noqa: PTH113
