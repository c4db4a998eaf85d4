"""What USER names."""

from __future__ import annotations

from gendock.dockerfile import User


def user_of(user: User) -> str:
    """Return what a USER names, such as `app` or `app:app`, without quotes."""
    return user.value.text.replace('"', "").replace("'", "")


def is_root(user: User) -> bool:
    """Tell whether a USER names root, whatever its group is."""
    return user_of(user).partition(":")[0] in ("root", "0")
