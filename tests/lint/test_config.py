"""Where settings come from, which goes before which, and what a wrong file gets to hear."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from gendock.errors import GendockError
from gendock.lint import Severity, lint_text
from gendock.lint.cache import default_path
from gendock.lint.config import Configuration, inline_settings
from gendock.lint.config_file import schema
from gendock.lint.hadolint_config import as_toml, read_hadolint_config
from gendock.lint.profiles import Profile

HADOLINT = Path(sys.executable).with_name("hadolint")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GENDOCK_CONFIG", raising=False)
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "api").mkdir()
    return tmp_path / "repository"


def source(repository: Path, **arguments: object) -> str:
    found = Configuration(**arguments).for_file(repository / "api" / "Dockerfile").source  # type: ignore[arg-type]
    return "defaults" if found is None else str(found.relative_to(repository.parent))


def test_the_closest_file_counts(repository: Path) -> None:
    assert source(repository) == "defaults"
    places = [
        ("home/gendock/gendock.toml", ""),
        ("repository/.hadolint.yaml", ""),
        ("repository/pyproject.toml", "[tool.gendock.lint]\n"),
        ("repository/gendock.toml", ""),
        ("repository/.gendock.toml", ""),
        ("repository/api/gendock.toml", ""),
    ]
    for name, text in places:
        path = repository.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        assert source(repository) == name
    (repository / "api" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert source(repository) == "repository/api/gendock.toml"
    assert source(repository, isolated=True) == "defaults"
    assert source(repository, explicit=repository / "gendock.toml") == "repository/gendock.toml"


@pytest.mark.parametrize(
    "text",
    [
        "[tool]\ngendock = {lint = {ignore = ['DL3006']}}\n",
        "[tool.'gendock'.lint]\nignore = ['DL3006']\n",
        "[ tool . gendock ]\nlint.ignore = ['DL3006']\n",
        "tool.gendock.lint.ignore = ['DL3006']\n",
    ],
)
def test_a_pyproject_counts_however_its_table_is_written(repository: Path, text: str) -> None:
    (repository / "pyproject.toml").write_text(text)
    assert Configuration().for_file(repository / "Dockerfile").ignore == ("DL3006",)


@pytest.mark.parametrize(
    "text",
    [
        "# [tool.gendock]\n",
        "[tool.gendock-other]\n",
        "tool = 'gendock'\n",
        "[project]\ndependencies = ['gendock']\n",
        "[tool.gendock.init]\nwith = ['compose']\n",
        "[tool.gendock.init]\n[tool.other]\nlint = 1\n",
    ],
)
def test_a_pyproject_without_a_table_for_lint_does_not_count(repository: Path, text: str) -> None:
    (repository / "gendock.toml").write_text("")
    (repository / "api" / "pyproject.toml").write_text(text)
    assert source(repository) == "repository/gendock.toml"


def test_a_file_that_nobody_can_read_to_its_end_is_refused(repository: Path) -> None:
    for name in ("gendock.toml", "pyproject.toml"):
        (repository / name).write_text(f"[tool.gendock]\ninit = {'[' * 20_000}\n")
        with pytest.raises(GendockError, match="nested too deeply"):
            source(repository)
        (repository / name).unlink()


def test_a_path_through_another_folder_is_not_of_that_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "web").mkdir()
    (repository / "web" / "gendock.toml").write_text("")
    monkeypatch.chdir(repository / "web")
    assert Configuration().for_file(Path("../api/Dockerfile")).source is None
    assert Configuration().for_file(Path("../Dockerfile")).source is None
    (repository / "gendock.toml").write_text("")
    assert Configuration().for_file(Path("../api/Dockerfile")).source == repository / "gendock.toml"


def test_what_init_remembers_hides_no_settings(repository: Path) -> None:
    (repository / ".hadolint.yaml").write_text("")
    remembered = repository / "api" / "gendock.toml"
    remembered.write_text("[init]\nwith = ['compose']\n")
    assert source(repository) == "repository/.hadolint.yaml"
    for text in ("[init]\n\n[lint]\n", "[init\n", "[init]\n\n[lnt]\n"):
        remembered.write_text(text)
        assert Configuration()._find(repository / "api") == remembered


def test_files_above_the_repository_do_not_count(repository: Path) -> None:
    (repository.parent / "gendock.toml").write_text("")
    assert source(repository) == "defaults"


def test_every_setting(repository: Path) -> None:
    (repository / "base.toml").write_text(
        '[lint]\nignore = ["DL3007"]\nfail-level = "none"\npragmas = false\n'
    )
    (repository / "gendock.toml").write_text(
        'extend = "base.toml"\n'
        "[lint]\n"
        'select = ["DL", "GD103"]\n'
        'extend-select = ["GD012"]\n'
        'fail-level = "error"\n'
        'exclude = ["vendor/"]\n'
        "require-reason = true\n"
        "[lint.per-file-ignores]\n"
        '"api/*" = ["DL3000"]\n'
        "[lint.severity]\n"
        'untagged-base = "error"\n'
    )
    settings = Configuration().for_file(repository / "api" / "Dockerfile")
    codes = [rule.code for rule in settings.rules]
    assert "DL3007" not in codes
    assert {"DL3006", "GD012", "GD103"} <= set(codes)
    assert "DL3000" not in [rule.code for rule in settings.rules_for(repository / "api" / "Dockerfile")]
    assert "DL3000" in [rule.code for rule in settings.rules_for(repository / "Dockerfile")]
    assert {settings.severity_of(rule) for rule in settings.rules if rule.code == "DL3006"} == {
        Severity.ERROR
    }
    assert settings.fail_level is Severity.ERROR
    assert settings.excludes(repository / "vendor" / "Dockerfile")
    assert not settings.excludes(repository / "api" / "Dockerfile")
    assert settings.require_reason
    assert not settings.pragmas


WRONG = [
    ("[lint]\nselct = []\n", "lint.selct is no setting; did you mean lint.select?"),
    ("[lnt]\n", "lnt is no setting; did you mean lint?"),
    ("[lint]\nselect = 'DL'\n", "lint.select: expected `array`, got `str`"),
    (
        "[lint]\nfail-level = 'bad'\n",
        "lint.fail-level cannot be 'bad'; known are: error, warning, info, style",
    ),
    ("[lint]\nprofile = 'strct'\n", "gendock.toml: lint.profile cannot be 'strct'; did you mean strict?"),
    ("[lint.severity]\nGD103 = 'off'\n", "lint.severity.GD103 cannot be 'off'; known are: error, warning,"),
    ("[lint.severity]\nGD103 = 'warn'\n", "lint.severity.GD103 cannot be 'warn'; did you mean warning?"),
    ("[lint.label-schema]\na = 'txt'\n", "lint.label-schema.a cannot be 'txt'; did you mean text?"),
    ("[lint.severity]\nGD99999 = 'info'\n", "gendock.toml: lint.severity: no rule is called 'GD99999'"),
    ("[lint.per-file-ignores]\nx = ['DL99']\n", "lint.per-file-ignores.x: no rule is called 'DL99'"),
    ("[lint\n", "cannot read"),
    ("extend = 'nowhere.toml'\n", "extends nowhere.toml, and there is no such file"),
    ("extend = '/dev/zero'\n", "extends /dev/zero, and there is no such file"),
    pytest.param(f"lint = {'[' * 20_000}\n", "nested too deeply", id="deep"),
    ("extend = 'gendock.toml'\n", "extends itself"),
    ("[lint]\nselect = ['DL99']\n", "gendock.toml: lint.select: no rule is called 'DL99'"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_wrong_file_is_refused_in_one_sentence(repository: Path, text: str, sentence: str) -> None:
    (repository / "gendock.toml").write_text(text)
    with pytest.raises(GendockError) as caught:
        _ = Configuration().for_file(repository / "Dockerfile").rules
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_hadolints_configuration_is_understood(repository: Path) -> None:
    path = repository / ".hadolint.yaml"
    path.write_text(
        "ignored: [DL3006, DL9999]\n"
        "override:\n  error: [DL3007]\n"
        "failure-threshold: warning\n"
        "disable-ignore-pragma: true\n"
        "trustedRegistries: [docker.io]\n"
    )
    settings = read_hadolint_config(path)
    assert settings.ignore == ("DL3006",)
    assert settings.severity == (("DL3007", Severity.ERROR),)
    assert settings.fail_level is Severity.WARNING
    assert not settings.pragmas
    (repository / "gendock.toml").write_text(as_toml(settings, path))
    own = Configuration().for_file(repository / "Dockerfile")
    assert (own.profile, own.extend_select) == (Profile.HADOLINT, ("DL3007",))
    assert (own.ignore, own.severity, own.fail_level, own.pragmas) == (
        settings.ignore,
        settings.severity,
        settings.fail_level,
        settings.pragmas,
    )


def test_what_hadolint_reported_goes_on(repository: Path) -> None:
    path = repository / ".hadolint.yaml"
    path.write_text(
        "ignored: [DL3006]\noverride:\n  error: [DL3006, DL3008]\n  info: [DL3057]\n  ignore: [DL3000]\n"
    )
    settings = read_hadolint_config(path)
    assert settings.profile is Profile.HADOLINT
    codes = {rule.code for rule in settings.rules}
    assert {"DL3003", "DL3008", "DL3057", "DL3000"} <= codes
    assert "DL3006" not in codes
    assert dict(settings.severity)["DL3008"] is Severity.ERROR
    assert "DL3000" not in dict(settings.severity)
    default = Configuration({"profile": Profile.DEFAULT}).for_file(repository / "Dockerfile")
    assert {"DL3008", "DL3057", "GD103"} <= {rule.code for rule in default.rules}


@pytest.mark.parametrize("instruction", ["RUN cd /tmp", "LABEL A=b", "WORKDIR app", "ENTRYPOINT a"])
@pytest.mark.parametrize("threshold", ["none", "ignore", "style", "info", "warning", "error"])
def test_the_threshold_is_hadolints(repository: Path, threshold: str, instruction: str) -> None:
    (repository / ".hadolint.yaml").write_text(f"failure-threshold: {threshold}\n")
    path = repository / "Dockerfile"
    path.write_text(f"FROM debian:12\n{instruction}\n")
    peer = subprocess.run(
        [HADOLINT, "Dockerfile"], cwd=repository, check=False, capture_output=True, text=True
    )
    assert peer.stdout
    settings = Configuration().for_file(path)
    found = lint_text(path.read_text(), settings)
    assert any(settings.fails(finding.severity) for finding in found) == bool(peer.returncode)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ignored: DL3006\n", "ignored is a list of rules"),
        ("override: {bad: [DL3006]}\n", "override.bad is no severity"),
        ("failure-threshold: bad\n", "failure-threshold cannot be bad"),
        ("failure-threshold: [bad]\n", "failure-threshold cannot be"),
        ("failure-threshold: 2026-99-99\n", "cannot read"),
        ("label-schema: {a: [text]}\n", "label-schema.a cannot be"),
        (
            "failure-treshold: info\n",
            "none of hadolint's settings; did you mean failure-threshold",
        ),
        ("unknown: 1\n", "unknown is none of hadolint's settings"),
        ("- a\n", "a table of settings is needed"),
        ("a: [\n", "cannot read"),
        pytest.param("[" * 20_000, "nested too deeply", id="deep"),
    ],
)
def test_a_wrong_hadolint_configuration_is_refused(repository: Path, text: str, sentence: str) -> None:
    (repository / ".hadolint.yaml").write_text(text)
    with pytest.raises(GendockError, match=sentence):
        Configuration().for_file(repository / "Dockerfile")


def test_settings_on_the_command_line(repository: Path) -> None:
    inline = inline_settings(["lint.require-reason=true"])
    settings = Configuration({"ignore": ("ALL",)}, inline=inline).for_file(repository / "Dockerfile")
    assert settings.require_reason
    assert settings.rules == ()
    with pytest.raises(GendockError, match=r"--config: lint\.x is no setting"):
        inline_settings(["lint.x=1"])
    with pytest.raises(GendockError, match=r"--config lint\.ignore=\[: "):
        inline_settings(["lint.ignore=["])


def test_settings_of_the_command_line_add_to_tables(repository: Path) -> None:
    (repository / "gendock.toml").write_text(
        "[lint]\nmax-lines = 7\n"
        '[lint.severity]\nGD103 = "error"\nDL3025 = "info"\n'
        '[lint.per-file-ignores]\n"a" = ["DL3000"]\n'
        '[lint.label-schema]\nname = "text"\n'
    )
    said = [
        "lint.severity.DL3025=error",
        "lint.severity.DL3000 = 'style'",
        'lint.per-file-ignores."b"=["DL3006"]',
        "lint.label-schema.version=semver",
        "lint.profile=strict",
        "lint.rules-version=0.2",
        "lint.strict-labels=true",
    ]
    settings = Configuration(inline=inline_settings(said)).for_file(repository / "Dockerfile")
    assert {name: level.label for name, level in settings.severity} == {
        "GD103": "error",
        "DL3025": "error",
        "DL3000": "style",
    }
    assert dict(settings.per_file_ignores) == {"a": ("DL3000",), "b": ("DL3006",)}
    assert dict(settings.options.label_schema) == {"name": "text", "version": "semver"}
    assert (settings.options.max_lines, settings.options.strict_labels) == (7, True)
    assert (settings.profile, settings.rules_version) == (Profile.STRICT, "0.2")


def test_the_schema_knows_every_setting() -> None:
    tables = schema()["$defs"]
    assert set(tables["LintTable"]["properties"]) == {
        *("select", "extend-select", "ignore", "per-file-ignores", "severity", "fail-level"),
        *("exclude", "require-reason", "pragmas", "profile", "rules-version", "trusted-registries"),
        *("label-schema", "strict-labels", "max-lines", "secret-commands"),
    }
    assert tables["LintTable"]["additionalProperties"] is False


def test_a_home_that_is_missing_or_hidden_is_no_mistake(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hidden(path: Path) -> NoReturn:
        raise PermissionError(13, "Permission denied", str(path))

    def homeless() -> NoReturn:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "is_file", hidden)
    assert source(repository) == "defaults"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("GENDOCK_CACHE_DIR", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert source(repository) == "defaults"
    assert default_path().name == "findings"
