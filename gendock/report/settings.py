"""Settings for people: what holds for a file, and which configuration says so."""

from __future__ import annotations

from gendock.lint import Settings
from gendock.report.terminal import printable


def describe(settings: Settings) -> str:
    """Return the settings of a file, one a line, indented."""
    level = settings.fail_level.label if settings.fail_level else "none"
    rows = [
        ("from", str(settings.source) if settings.source else "defaults"),
        ("profile", settings.profile.value),
        ("rules-version", settings.rules_version),
        ("rules", f"{len(settings.rules)}: {' '.join(rule.code for rule in settings.rules)}"),
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
