"""Go's releases: which of them still get security fixes.

Source: https://go.dev/doc/devel/release. A release is supported until there are two newer ones, which is a
year: a new one comes in February and in August. As of 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendock.golang.versions import GoVersion

OLDEST_SUPPORTED = (1, 26)
NEWEST_KNOWN = (1, 27)
# How far past NEWEST_KNOWN a version still is an ordinary new release: two a year, for three years.
RELEASES_AHEAD = 6


def is_past_its_end(version: GoVersion) -> bool:
    """Tell whether nobody mends a release any more."""
    return (version.major, version.minor) < OLDEST_SUPPORTED
