"""What a Dockerfile does with the Go repository around it: what `GO###` rules look at.

GoBuild                        one Dockerfile and its repository
├── repository: Repository     modules, packages, and `project` with the facts of each program
├── files: ContextFiles        what goes into the build context, after `.dockerignore`
└── steps: Step                each instruction: folder, user, variables, the files before and after it
    ├── before, after: Tree    path -> Entry: where a file came from, or the `go build` that wrote it
    ├── sources: Source        what COPY, ADD and bind mounts take, and what is missing
    └── calls: GoCall          go commands with their folder, environment, packages and output
"""

from gendock.lint.gobuild.context_files import ContextFiles
from gendock.lint.gobuild.go_build import GoBuild
from gendock.lint.gobuild.go_calls import GoCall
from gendock.lint.gobuild.repository import Repository
from gendock.lint.gobuild.sources import Source
from gendock.lint.gobuild.trees import Entry, Tree
from gendock.lint.gobuild.walk import Step

__all__ = ["ContextFiles", "Entry", "GoBuild", "GoCall", "Repository", "Source", "Step", "Tree"]
