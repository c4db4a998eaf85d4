"""From a GoProject to files: decisions first, then a view of them, then text.

GoProject ──choices──> decisions ──stages──> DockerfileView ──templates──> Dockerfile
                                 └─ignoring─> IgnoreFile    ──templates──> .dockerignore
                  Plan ──compose_choices──> ComposeView     ──templates──> compose.yaml
                  Plan ──bake─────────────> BakeView        ──templates──> docker-bake.hcl
last text, text by hand, text now ──merging─> the text that `update` writes
"""

from gendock.generate.bake import with_bake
from gendock.generate.bases import BASES
from gendock.generate.choices import choose_programs
from gendock.generate.compose import other_compose_file, with_compose
from gendock.generate.compose_secrets import SecretTarget, compare_secrets, write_secrets
from gendock.generate.decision import Decision
from gendock.generate.existing import Existing, read_existing
from gendock.generate.ignoring import IgnoreFile
from gendock.generate.last import LAST_FILE, last_file, read_last
from gendock.generate.merging import Conflict, Merged, merge
from gendock.generate.options import Access, Beside, Cache, Kept, Options
from gendock.generate.plan import Plan, PlannedFile, make_plan
from gendock.generate.writing import Target, compare, write_files

__all__ = [
    "BASES",
    "LAST_FILE",
    "Access",
    "Beside",
    "Cache",
    "Conflict",
    "Decision",
    "Existing",
    "IgnoreFile",
    "Kept",
    "Merged",
    "Options",
    "Plan",
    "PlannedFile",
    "SecretTarget",
    "Target",
    "choose_programs",
    "compare",
    "compare_secrets",
    "last_file",
    "make_plan",
    "merge",
    "other_compose_file",
    "read_existing",
    "read_last",
    "with_bake",
    "with_compose",
    "write_files",
    "write_secrets",
]
