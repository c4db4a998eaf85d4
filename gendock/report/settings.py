"""Settings for people: what holds for a file, and which configuration says so."""

from __future__ import annotations

from collections.abc import Sequence

from gendock.lint import Rule, Settings
from gendock.lint.config_search import HADOLINT_NAMES
from gendock.lint.profiles import Profile
from gendock.lint.rule import Subject
from gendock.lint.shellcheck.program import find_program
from gendock.report.terminal import printable


def describe(settings: Settings) -> str:
    """Return the settings of a file, one a line, indented."""
    level = settings.fail_level.label if settings.fail_level else "none"
    rows = [
        ("from", str(settings.source) if settings.source else "defaults"),
        ("profile", _profile(settings)),
        ("rules-version", settings.rules_version),
        ("extend-select", " ".join(settings.extend_select)),
        ("rules", _rules(settings.rules)),
        ("shellcheck", str(find_program() or "not installed: the rules SC#### do not run")),
        ("severity", " ".join(f"{name}={severity.label}" for name, severity in settings.severity)),
        (
            "per-file-ignores",
            " ".join(f"{one}:{','.join(names)}" for one, names in settings.per_file_ignores),
        ),
        ("exclude", " ".join(settings.exclude)),
        ("fail-level", level),
        ("require-reason", str(settings.require_reason).lower()),
        ("pragmas", str(settings.pragmas).lower()),
        ("trusted-registries", " ".join(settings.options.trusted_registries)),
        ("label-schema", " ".join(f"{name}={kind}" for name, kind in settings.options.label_schema)),
        ("strict-labels", str(settings.options.strict_labels).lower()),
        ("max-lines", str(settings.options.max_lines)),
        ("secret-commands", " ".join(settings.options.secret_commands)),
    ]
    return "".join(f"  {name:19} {printable(value, limit=2000)}\n" for name, value in rows if value)


def _profile(settings: Settings) -> str:
    if settings.profile is Profile.HADOLINT and settings.source and settings.source.name in HADOLINT_NAMES:
        return f"{settings.profile} (because of {settings.source.name}; --profile default is gendock's own)"
    return settings.profile.value


def _rules(rules: Sequence[Rule]) -> str:
    codes = [rule.code for rule in rules if rule.subject is not Subject.REMARK]
    remarks = len(rules) - len(codes)
    if remarks:
        codes.append(f"SC#### ({remarks} codes of ShellCheck)")
    return f"{len(rules)}: {' '.join(codes)}"
