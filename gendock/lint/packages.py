"""What rules about the packages of a call have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gendock.lint.mistake import Mistake, Mistakes

if TYPE_CHECKING:
    from gendock.lint.package_managers import PackageCall
    from gendock.lint.scripts import Script
    from gendock.shell import Word


def unpinned(
    script: Script,
    call: PackageCall,
    is_pinned: Callable[[str], bool],
    form: str,
    *,
    packages: Iterable[Word] | None = None,
) -> Mistakes:
    """Yield one mistake at the first of a call's packages that has no version.

    Args:
        script: where the call is.
        call: what installs.
        is_pinned: tells of a package's text whether it says a version.
        form: how the package manager wants a version written.
        packages: the packages; None for all operands.
    """
    named = call.operands if packages is None else packages
    found = [word for word in named if word.text and not is_pinned(word.text)]
    if not found:
        return
    first, *others = found
    more = f" and {len(others)} more have" if others else " has"
    yield Mistake(
        script.span(first),
        f"{first.text}{more} no version: what you get changes from day to day",
        f"name one: `{form}`",
    )
