"""From a GoProject to files: decisions first, then a view of them, then text.

GoProject ──choices──> decisions ──stages──> DockerfileView ──templates──> Dockerfile
                                 └─ignoring─> IgnoreFile    ──templates──> .dockerignore
"""

from gendock.generate.choices import Options
from gendock.generate.decision import Decision
from gendock.generate.ignoring import IgnoreFile
from gendock.generate.plan import Plan, PlannedFile, make_plan
from gendock.generate.writing import Target, compare, write_files

__all__ = [
    "Decision",
    "IgnoreFile",
    "Options",
    "Plan",
    "PlannedFile",
    "Target",
    "compare",
    "make_plan",
    "write_files",
]
