"""The linter: a tree (and the Go repository around it, where there is one) to findings and fixes."""

from gendock.lint.finding import Finding
from gendock.lint.mistake import Applicability, Edit, Fix, Mistake, Mistakes, Related, Severity
from gendock.lint.registry import Registry, registry
from gendock.lint.rule import Rule, rule
from gendock.lint.settings import Settings
from gendock.lint.text import lint_text

__all__ = [
    "Applicability",
    "Edit",
    "Finding",
    "Fix",
    "Mistake",
    "Mistakes",
    "Registry",
    "Related",
    "Rule",
    "Settings",
    "Severity",
    "lint_text",
    "registry",
    "rule",
]
