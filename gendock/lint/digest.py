"""Digests of what is kept from run to run."""

from __future__ import annotations

try:
    # hashlib has the same, and loads OpenSSL, which takes longer than to lint a file.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b


def digest_of(content: bytes) -> str:
    """Return a digest of 32 characters."""
    return blake2b(content, digest_size=16).hexdigest()
