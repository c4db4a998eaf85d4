"""gendock: Dockerfiles for Go repositories, written, linted and proved."""

from pathlib import Path

from gendock import version

__all__ = ["__version__"]

__version__ = version.VERSION

# In a checkout, rules/ and templates/ stand beside this package and not in it. Looking there too makes
# `gendock.rules` and `gendock.templates` importable without an installation; an installed gendock has
# both inside, and its parent folder is no checkout.
_checkout = Path(__file__).parent.parent
if (_checkout / "rules").is_dir() and (_checkout / "pyproject.toml").is_file():
    __path__.append(str(_checkout))
