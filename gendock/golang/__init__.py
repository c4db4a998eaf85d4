"""The Go repository: a folder's text -> GoProject, without a Go toolchain and without running anything.

    folder ──> gomod ──> packages ──> programs ──> project
    (files)   (modules)  (imports)   (who is meant)  (network, environment, cgo, embeds, assets:
                                                      facts of each, from syntax trees and values)

Nothing here knows of Dockerfiles. Every fact carries the place that shows it.
"""

from gendock.golang.facts import (
    Directive,
    Evidence,
    GoProject,
    Kind,
    Module,
    Origin,
    PassedOver,
    Port,
    Program,
    Replacement,
    Requirement,
    Route,
    Service,
    Variable,
    Workspace,
    package_path,
)
from gendock.golang.needs import (
    Arguments,
    BuildTags,
    Cgo,
    EnvFile,
    Executed,
    FrontEnd,
    Generated,
    MissingEmbed,
    Opening,
    RuntimeFile,
    Unrequired,
    WrittenPath,
)
from gendock.golang.project import read_project
from gendock.golang.versions import GoVersion

__all__ = [
    "Arguments",
    "BuildTags",
    "Cgo",
    "Directive",
    "EnvFile",
    "Evidence",
    "Executed",
    "FrontEnd",
    "Generated",
    "GoProject",
    "GoVersion",
    "Kind",
    "MissingEmbed",
    "Module",
    "Opening",
    "Origin",
    "PassedOver",
    "Port",
    "Program",
    "Replacement",
    "Requirement",
    "Route",
    "RuntimeFile",
    "Service",
    "Unrequired",
    "Variable",
    "Workspace",
    "WrittenPath",
    "package_path",
    "read_project",
]
