"""The Dockerfile language: text to tree to text.

This package knows nothing of lint, of Go or of Docker. `read` gives the tree of any text; the tree's tokens
give back the bytes that it was read from.
"""

from gendock.dockerfile.instructions import (
    Add,
    Arg,
    Broken,
    Cmd,
    CommandLine,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Flag,
    From,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Onbuild,
    Pair,
    Run,
    Shell,
    Stopsignal,
    Unknown,
    User,
    Volume,
    Word,
    Workdir,
)
from gendock.dockerfile.keywords import KEYWORDS
from gendock.dockerfile.problems import Problem, ProblemKind
from gendock.dockerfile.reader import Dockerfile, read
from gendock.dockerfile.source import Position, Source, Span
from gendock.dockerfile.stages import Stage
from gendock.dockerfile.suggestions import nearest
from gendock.dockerfile.tokens import Token, TokenKind

__all__ = [
    "KEYWORDS",
    "Add",
    "Arg",
    "Broken",
    "Cmd",
    "CommandLine",
    "Copy",
    "Dockerfile",
    "Entrypoint",
    "Env",
    "Expose",
    "Flag",
    "From",
    "Healthcheck",
    "Instruction",
    "Label",
    "Maintainer",
    "Onbuild",
    "Pair",
    "Position",
    "Problem",
    "ProblemKind",
    "Run",
    "Shell",
    "Source",
    "Span",
    "Stage",
    "Stopsignal",
    "Token",
    "TokenKind",
    "Unknown",
    "User",
    "Volume",
    "Word",
    "Workdir",
    "nearest",
    "read",
]
