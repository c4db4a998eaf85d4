"""The shell's language: a script's text to its commands, each word with its place.

Read by tree-sitter-bash, which also reads what sh, ash, dash and ksh have in common with bash. Nothing is
run, and what only a shell could compute (variables, substitutions) stays as it is written. This package
knows nothing of Dockerfiles.
"""

from gendock.shell.commands import Command, Inside, Redirect, ShellScript, Word
from gendock.shell.options import Options, options_of
from gendock.shell.reader import read_script
from gendock.shell.wrappers import layers, unwrapped

__all__ = [
    "Command",
    "Inside",
    "Options",
    "Redirect",
    "ShellScript",
    "Word",
    "layers",
    "options_of",
    "read_script",
    "unwrapped",
]
