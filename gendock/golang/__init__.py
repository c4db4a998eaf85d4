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
    PrivateModules,
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
    Grpc,
    LinkVariable,
    MissingEmbed,
    Opening,
    OutwardTls,
    RuntimeFile,
    Signal,
    TimeZones,
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
    "Grpc",
    "Kind",
    "LinkVariable",
    "MissingEmbed",
    "Module",
    "Opening",
    "Origin",
    "OutwardTls",
    "PassedOver",
    "Port",
    "PrivateModules",
    "Program",
    "Replacement",
    "Requirement",
    "Route",
    "RuntimeFile",
    "Service",
    "Signal",
    "TimeZones",
    "Unrequired",
    "Variable",
    "Workspace",
    "WrittenPath",
    "package_path",
    "read_project",
]
