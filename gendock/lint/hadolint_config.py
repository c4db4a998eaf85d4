"""hadolint's `.hadolint.yaml`: read as it is where gendock has no configuration, or written as gendock's.

Source: hadolint's README, "Configure".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gendock.dockerfile.suggestions import nearest
from gendock.errors import GendockError
from gendock.lint.mistake import Severity
from gendock.lint.options import LabelKind, RuleOptions
from gendock.lint.profiles import Profile
from gendock.lint.registry import registry
from gendock.lint.settings import Settings

_KNOWN = {
    "ignored",
    "override",
    "failure-threshold",
    "no-fail",
    "disable-ignore-pragma",
    "format",
    "no-color",
    "trustedRegistries",
    "label-schema",
    "strict-labels",
}
# hadolint takes both as the lowest: every finding fails.
_THRESHOLDS = {"ignore": "style", "none": "style"}
# Levels that hadolint accepts in `override`, and that change nothing there.
_WITHOUT_EFFECT = ("ignore", "none")


def read_hadolint_config(path: Path) -> Settings:
    """Read a `.hadolint.yaml` into settings; rules that gendock does not have are left out.

    The profile is hadolint's, so that nothing which hadolint reported is lost, and the rules that the file
    raises or lowers run in every other profile as well.

    Raises:
        GendockError: it cannot be read, or is not as hadolint describes it.
    """
    content = load(path)
    severity = [
        (code, Severity[level.upper()])
        for level, codes in (content.get("override") or {}).items()
        if level not in _WITHOUT_EFFECT
        for code in _known_rules(codes)
    ]
    threshold = str(content.get("failure-threshold", "info"))
    level = _THRESHOLDS.get(threshold, threshold)
    ignored = tuple(_known_rules(content.get("ignored")))
    return Settings(
        profile=Profile.HADOLINT,
        extend_select=tuple(code for code, _ in severity if code not in ignored),
        ignore=ignored,
        severity=tuple(severity),
        fail_level=None if content.get("no-fail") else Severity[level.upper()],
        pragmas=not content.get("disable-ignore-pragma"),
        options=RuleOptions(
            trusted_registries=tuple(content.get("trustedRegistries") or ()),
            label_schema=tuple(
                (name, LabelKind(kind or "text"))
                for name, kind in (content.get("label-schema") or {}).items()
            ),
            strict_labels=bool(content.get("strict-labels")),
        ),
        root=path.parent,
        source=path,
    )


def load(path: Path) -> dict[str, Any]:
    """Return the content of a `.hadolint.yaml`.

    Raises:
        GendockError: as for `read_hadolint_config`.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise GendockError(f"cannot read {path}: {error.strerror}") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: no UTF-8, or a date that is none
        reason = str(error).replace("\n", " ")
        raise GendockError(f"cannot read {path}: {reason}") from None
    except RecursionError:
        raise GendockError(f"cannot read {path}: it is nested too deeply") from None
    content = {} if content is None else content
    if not isinstance(content, dict):
        raise GendockError(f"{path}: a table of settings is needed")
    for key in content:
        if key not in _KNOWN:
            near = nearest(str(key), sorted(_KNOWN))
            hint = f"; did you mean {near}?" if near else ""
            raise GendockError(f"{path}: {key} is none of hadolint's settings{hint}")
    _check_values(path, content)
    return content


def as_toml(settings: Settings, origin: Path) -> str:
    """Return gendock's own configuration with the same meaning."""
    lines = [f"# Made of {origin.name}.", "[lint]"]
    if settings.profile is Profile.HADOLINT:
        lines.append(
            "# What hadolint reports. Delete the line for gendock's own choice, the profile default."
        )
        lines.append('profile = "hadolint"')
    if settings.extend_select:
        lines.append("# Rules with a severity of their own run in every profile.")
        lines.append(f"extend-select = {_array(settings.extend_select)}")
    if settings.ignore:
        lines.append(f"ignore = {_array(settings.ignore)}")
    if settings.fail_level is not Severity.STYLE:
        lines.append(f'fail-level = "{settings.fail_level.label if settings.fail_level else "none"}"')
    if not settings.pragmas:
        lines.append("pragmas = false")
    if settings.options.trusted_registries:
        lines.append(f"trusted-registries = {_array(settings.options.trusted_registries)}")
    if settings.options.strict_labels:
        lines.append("strict-labels = true")
    if settings.severity:
        lines += ["", "[lint.severity]"]
        lines += [f'{code} = "{severity.label}"' for code, severity in settings.severity]
    if settings.options.label_schema:
        lines += ["", "[lint.label-schema]"]
        lines += [f'{_string(name)} = "{kind}"' for name, kind in settings.options.label_schema]
    return "\n".join((*lines, ""))


def _array(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(_string(value) for value in values) + "]"


def _string(text: str) -> str:
    import json

    # A JSON string is a TOML string as well.
    return json.dumps(text)


def _known_rules(codes: object) -> list[str]:
    known = {rule.code for rule in registry().rules}
    return [code for code in codes if code in known] if isinstance(codes, list) else []


def _check_values(path: Path, content: dict[str, Any]) -> None:
    override = content.get("override") or {}
    if not isinstance(override, dict):
        raise GendockError(f"{path}: override is a table of error, warning, info and style")
    levels = {level.label for level in Severity}
    for level in override:
        if level not in {*levels, *_WITHOUT_EFFECT}:
            raise GendockError(
                f"{path}: override.{level} is no severity; known are: {', '.join(sorted(levels))}"
            )
    for key, codes in [
        ("ignored", content.get("ignored")),
        *(("override", one) for one in override.values()),
    ]:
        if codes is not None and not (
            isinstance(codes, list) and all(isinstance(code, str) for code in codes)
        ):
            raise GendockError(f"{path}: {key} is a list of rules")
    _check_options(path, content)
    threshold = content.get("failure-threshold", "info")
    if threshold not in [*levels, *_THRESHOLDS]:
        raise GendockError(f"{path}: failure-threshold cannot be {threshold}")


def _check_options(path: Path, content: dict[str, Any]) -> None:
    registries = content.get("trustedRegistries") or []
    if not (isinstance(registries, list) and all(isinstance(one, str) for one in registries)):
        raise GendockError(f"{path}: trustedRegistries is a list of hosts")
    schema = content.get("label-schema") or {}
    if not isinstance(schema, dict):
        raise GendockError(f"{path}: label-schema is a table of labels and their kinds")
    for name, kind in schema.items():
        if (kind or "text") not in list(LabelKind):
            known = ", ".join(LabelKind)
            raise GendockError(f"{path}: label-schema.{name} cannot be {kind}; known are: {known}")
