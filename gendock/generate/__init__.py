"""From a GoProject to files: decisions first, then a view of them, then text.

GoProject ──choices──> decisions ──stages──> DockerfileView ──templates──> Dockerfile
                                 └─ignoring─> IgnoreFile    ──templates──> .dockerignore
                  Plan ──compose_choices──> ComposeView     ──templates──> compose.yaml
"""

from gendock.generate.compose import other_compose_file, with_compose
from gendock.generate.compose_secrets import SecretTarget, compare_secrets, write_secrets
from gendock.generate.decision import Decision
from gendock.generate.ignoring import IgnoreFile
from gendock.generate.options import Access, Beside, Cache, Kept, Options
from gendock.generate.plan import Plan, PlannedFile, make_plan
from gendock.generate.writing import Target, compare, write_files

__all__ = [
    "Access",
    "Beside",
    "Cache",
    "Decision",
    "IgnoreFile",
    "Kept",
    "Options",
    "Plan",
    "PlannedFile",
    "SecretTarget",
    "Target",
    "compare",
    "compare_secrets",
    "make_plan",
    "other_compose_file",
    "with_compose",
    "write_files",
    "write_secrets",
]
