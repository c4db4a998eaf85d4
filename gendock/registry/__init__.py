"""Image registries: what is behind a tag, asked through the HTTP API that all of them have (version 2).

This package knows nothing of Dockerfiles. Names, addresses and answers come from strangers: each is checked
before it is used, and every size and every wait has a limit.
"""

from gendock.registry.asking import Answer, look_up
from gendock.registry.reference import Reference, parse_reference

__all__ = ["Answer", "Reference", "look_up", "parse_reference"]
