"""Every flag of `gendock lint` that is not in test_lint.py, through the installed console script."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

GENDOCK = Path(sys.executable).with_name("gendock")
BAD = "FROM debian:12\nUSER 65532:65532\nWORKDIR app\nCOPY *.mod./\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    (tmp_path / "Dockerfile").write_text(BAD)
    return tmp_path


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GENDOCK, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def lint(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "lint", "--output-format", "concise", *arguments, **environment)


def codes(done: subprocess.CompletedProcess[str]) -> list[str]:
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("Found", "All"))]
    return [line.split()[1] for line in lines]


def test_rules_are_chosen_by_flags_and_by_files(folder: Path) -> None:
    assert codes(lint(folder)) == ["DL3000", "GD012"]
    assert codes(lint(folder, "--select", "GD0", "--extend-select", "relative-workdir")) == [
        "DL3000",
        "GD012",
    ]
    assert codes(lint(folder, "--per-file-ignores", "Docker*:DL3000,DL3045")) == ["GD012"]
    (folder / "gendock.toml").write_text('[lint]\nignore = ["DL3000"]\n')
    assert codes(lint(folder)) == ["GD012"]
    assert codes(lint(folder, "--ignore", "GD012")) == ["DL3000"]
    assert codes(lint(folder, "--isolated")) == ["DL3000", "GD012"]
    (folder / "other.toml").write_text('[lint]\nselect = ["DL3006"]\n')
    assert codes(lint(folder, "--config", "other.toml")) == []
    assert codes(lint(folder, GENDOCK_CONFIG="other.toml")) == []
    assert codes(lint(folder, "--config", "lint.ignore=['GD012']", "--isolated")) == ["DL3000"]


def test_patterns_of_the_command_line_count_from_here(folder: Path) -> None:
    (folder / "api").mkdir()
    (folder / "api" / "gendock.toml").write_text("")
    (folder / "api" / "Dockerfile").write_text("FROM debian\nUSER 1\n")
    assert codes(lint(folder, "--per-file-ignores", "api/*:DL3006", "api")) == []
    assert codes(lint(folder, "--per-file-ignores", "/Dockerfile:DL3006", "api")) == ["DL3006"]
    assert codes(lint(folder / "api", "--per-file-ignores", "/Dockerfile:DL3006")) == []


def test_patterns_of_a_file_elsewhere_count_from_here(folder: Path) -> None:
    (folder / "ci").mkdir()
    (folder / "api").mkdir()
    (folder / "api" / "Dockerfile").write_text("FROM debian\nUSER 1\n")
    settings = folder / "ci" / "settings.toml"
    settings.write_text('[lint.per-file-ignores]\n"/api/*" = ["DL3006"]\n')
    assert codes(lint(folder, "--config", "ci/settings.toml", "api")) == []
    settings.write_text('[lint]\nexclude = ["/api/*"]\n')
    assert run(folder, "lint", "--config", "ci/settings.toml", "--show-files").stdout == "Dockerfile\n"


def test_patterns_see_a_link_by_its_own_name(folder: Path) -> None:
    (folder / "Dockerfile.dev").symlink_to("Dockerfile")
    (folder / "gendock.toml").write_text(
        '[lint]\nexclude = ["Dockerfile"]\n[lint.per-file-ignores]\n"*.dev" = ["DL3000"]\n'
    )
    assert codes(lint(folder)) == ["GD012"]


def test_the_command_line_goes_before_the_file(folder: Path) -> None:
    (folder / "gendock.toml").write_text('[lint]\nignore = ["DL30"]\nextend-select = ["GD012"]\n')
    assert codes(lint(folder)) == ["GD012"]
    assert codes(lint(folder, "--select", "relative-workdir")) == ["DL3000"]
    assert codes(lint(folder, "--select", "DL3006,DL3000")) == ["DL3000"]
    assert codes(lint(folder, "--extend-select", "DL3000")) == ["DL3000", "GD012"]
    assert codes(lint(folder, "--select", "ALL", "--extend-select", "GD012")) == codes(
        lint(folder, "--select", "ALL")
    )
    assert "DL3000" not in codes(lint(folder, "--select", "DL"))
    assert codes(lint(folder, "--select", "DL3000", "--ignore", "DL3000")) == []
    (folder / "gendock.toml").write_text('[lint.severity]\nDL3000 = "info"\n')
    inline = lint(folder, "--config", "lint.severity.GD012=style", "--fail-level", "warning")
    assert (codes(inline), inline.returncode) == (["DL3000", "GD012"], 0)


def test_a_profile_is_chosen(folder: Path) -> None:
    assert codes(lint(folder, "--profile", "hadolint")) == ["DL3000", "GD012"]
    (folder / "Dockerfile").write_text("FROM debian:12 AS build\nUSER root\nFROM debian:12\nUSER 1\n")
    assert codes(lint(folder)) == []
    assert "DL3002" in codes(lint(folder, "--profile", "hadolint"))
    (folder / "gendock.toml").write_text('[lint]\nprofile = "hadolint"\n')
    assert "DL3002" in codes(lint(folder))
    assert codes(lint(folder, "--profile", "default")) == []
    done = lint(folder, "--profile", "strikt")
    assert done.returncode == 2
    assert "strikt" in done.stderr


def test_wrong_settings_are_one_sentence(folder: Path) -> None:
    (folder / "gendock.toml").write_text("[lint]\nignor = []\n")
    done = lint(folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("gendock.toml: lint.ignor is no setting; did you mean lint.ignore?\n")
    done = lint(folder, "--per-file-ignores", "x", "--isolated")
    assert (done.returncode, done.stderr) == (
        2,
        "gendock: --per-file-ignores takes PATTERN:RULES, and 'x' has no colon\n",
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--per-file-ignores", "x:DL99"), "--per-file-ignores x: no rule is called 'DL99'"),
        (("--per-file-ignores", "x:"), "--per-file-ignores takes PATTERN:RULES, and 'x:' names no rule"),
        (("--per-file-ignores", ":DL3000"), "--per-file-ignores takes PATTERN:RULES, and ':DL3000' has no"),
        (("--config", "a.toml", "--config", "b.toml"), "--config names two files, a.toml and b.toml"),
        (("--config", "a.toml", "--isolated"), "--isolated and --config a.toml cannot be combined"),
        (("--config", "extend=a.toml"), "--config extend: a file alone can extend another"),
    ],
)
def test_a_wrong_call_is_one_sentence(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    (folder / "a.toml").touch()
    (folder / "b.toml").touch()
    done = lint(folder, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"gendock: {sentence}")
    assert done.stderr.count("\n") == 1


def test_exit_zero_and_the_fail_level_of_the_environment(folder: Path) -> None:
    assert lint(folder).returncode == 1
    assert lint(folder, "--exit-zero").returncode == 0
    assert lint(folder, GENDOCK_FAIL_LEVEL="none").returncode == 0
    (folder / "gendock.toml").write_text('[lint]\nfail-level = "none"\n')
    assert lint(folder).returncode == 0
    assert lint(folder, "--fail-level", "error").returncode == 1


def test_statistics(folder: Path) -> None:
    (folder / "web.Dockerfile").write_text(BAD)
    done = run(folder, "lint", "--statistics")
    assert done.returncode == 1
    assert done.stdout == "    2 DL3000      relative-workdir\n    2 GD012   [*] missing-argument\n"


def test_statistics_leave_standard_output_to_a_format_for_programs(folder: Path) -> None:
    done = run(folder, "lint", "--statistics", "--output-format", "json")
    assert [one["code"] for one in json.loads(done.stdout)] == ["DL3000", "GD012"]
    assert done.stderr == "    1 DL3000      relative-workdir\n    1 GD012   [*] missing-argument\n"


def test_a_report_that_cannot_be_written_takes_nothing_else_along(folder: Path) -> None:
    done = lint(folder, "--output-format", "junit=nowhere/x.xml")
    assert (done.returncode, codes(done)) == (2, ["DL3000", "GD012"])
    assert done.stderr.startswith("gendock: cannot write nowhere/x.xml")


def test_quiet_leaves_findings_alone(folder: Path) -> None:
    for look in ("full", "concise"):
        loud = run(folder, "lint", "--output-format", look).stdout
        quiet = run(folder, "lint", "--output-format", look, "--quiet").stdout
        assert loud.removeprefix(quiet).startswith("Found 2 errors.")
        assert loud != quiet != ""
    assert run(folder, "lint", "--select", "DL3025", "-q").stdout == ""
    assert run(folder, "lint", "--select", "DL3025").stdout == "All is well: no findings.\n"


def test_show_files_and_settings(folder: Path) -> None:
    (folder / "vendor").mkdir()
    (folder / "vendor" / "Dockerfile").write_text(BAD)
    (folder / "gendock.toml").write_text('[lint]\nexclude = ["vendor/"]\nselect = ["DL3000"]\n')
    assert run(folder, "lint", "--show-files").stdout == "Dockerfile\n"
    assert run(folder, "lint", "--show-files", "vendor/Dockerfile").stdout == "vendor/Dockerfile\n"
    assert run(folder, "lint", "--show-files", "--force-exclude", "vendor/Dockerfile").stdout == ""
    shown = run(folder, "lint", "--show-settings").stdout
    assert "gendock.toml\n" in shown
    assert "  rules               1: DL3000\n" in shown


def test_add_ignore_silences_what_can_be_read(folder: Path) -> None:
    done = run(folder, "lint", "--add-ignore", "before we cared")
    assert done.stderr == (
        "silenced 1 in Dockerfile\nthese findings cannot be silenced by a comment, and have to be mended:\n"
    )
    assert (done.returncode, done.stdout.count("GD012")) == (1, 1)
    assert "# gendock: ignore[DL3000] before we cared\nWORKDIR app\n" in (folder / "Dockerfile").read_text()
    assert codes(lint(folder)) == ["GD012"]


@pytest.mark.parametrize(
    ("name", "text", "reason", "sentence"),
    [
        (
            "gendock.toml",
            "[lint]\npragmas = false\n",
            "why",
            "--add-ignore: comments silence nothing here, as {} has `pragmas = false`",
        ),
        (
            ".hadolint.yaml",
            "disable-ignore-pragma: true\n",
            "why",
            "--add-ignore: comments silence nothing here, as {} has `disable-ignore-pragma: true`",
        ),
        (
            "gendock.toml",
            "[lint]\nrequire-reason = true\n",
            " ",
            "--add-ignore needs a reason, as {} has `require-reason = true`",
        ),
    ],
)
def test_no_comment_is_added_that_would_silence_nothing(
    folder: Path, name: str, text: str, reason: str, sentence: str
) -> None:
    (folder / name).write_text(text)
    done = run(folder, "lint", "--add-ignore", reason)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"gendock: {sentence.format(folder / name)}\n"
    assert (folder / "Dockerfile").read_text() == BAD


def test_an_added_comment_stays_out_of_the_way_of_hadolints(folder: Path) -> None:
    (folder / "Dockerfile").write_text(
        "# syntax=docker/dockerfile:1\nFROM debian:12\nUSER 1:1\n"
        "# Ours.\n# hadolint ignore=DL3003\n  WORKDIR app\n"
    )
    assert run(folder, "lint", "--add-ignore", "why").returncode == 0
    assert (
        (folder / "Dockerfile")
        .read_text()
        .endswith("# Ours.\n# gendock: ignore[DL3000] why\n# hadolint ignore=DL3003\n  WORKDIR app\n")
    )


def test_a_baseline_lets_known_findings_pass(folder: Path) -> None:
    assert run(folder, "lint", "--write-baseline", "known.json").returncode == 0
    assert lint(folder, "--baseline", "known.json").returncode == 0
    (folder / "Dockerfile").write_text(f"{BAD}WORKDIR other\n")
    assert codes(lint(folder, "--baseline", "known.json")) == ["DL3000"]
    assert codes(lint(folder, GENDOCK_BASELINE="known.json")) == ["DL3000"]
    missing = lint(folder, "--baseline", "nowhere.json")
    assert (missing.returncode, missing.stderr) == (
        2,
        "gendock: cannot read nowhere.json: No such file or directory\n",
    )


def test_add_ignore_leaves_what_a_baseline_knows(folder: Path) -> None:
    run(folder, "lint", "--write-baseline", "known.json")
    (folder / "Dockerfile").write_text(f"{BAD}WORKDIR other\n")
    done = run(folder, "lint", "--baseline", "known.json", "--add-ignore", "why")
    assert (done.returncode, done.stderr) == (0, "silenced 1 in Dockerfile\n")
    assert (folder / "Dockerfile").read_text() == f"{BAD}# gendock: ignore[DL3000] why\nWORKDIR other\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--add-ignore=x", "--fix"), "--add-ignore and --fix cannot be combined: mend first"),
        (("--add-ignore=x", "--diff"), "--add-ignore and --diff cannot be combined: mend first"),
        (("--add-ignore=x", "--write-baseline=x"), "--add-ignore and --write-baseline cannot be combined"),
        (("--watch", "--diff"), "--watch and --diff cannot be combined"),
        (("--watch", "--fix"), "--watch and --fix cannot be combined"),
        (("--diff", "--write-baseline=x"), "--diff and --write-baseline cannot be combined"),
        (("--diff", "--statistics"), "--diff and --statistics cannot be combined"),
        (("--write-baseline", "Dockerfile"), "Dockerfile is to be linted, and would be overwritten"),
        (("--output-format", "json=../{}/Dockerfile"), "../{}/Dockerfile is to be linted, and would be"),
        (("--watch", "-"), "--watch and - cannot be combined: standard input does not change"),
    ],
)
def test_options_that_cannot_work_together_are_refused(
    folder: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = lint(folder, *(one.format(folder.name) for one in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"gendock: {sentence.format(folder.name)}")
    assert done.stderr.count("\n") == 1
    assert (folder / "Dockerfile").read_text() == BAD


def test_a_baseline_and_fixes(folder: Path) -> None:
    long = "RUN apt-get update && apt-get install {}curl\n"
    (folder / "Dockerfile").write_text(
        f"FROM debian:12\nUSER 1:1\n{long.format('')}WORKDIR app\nCOPY *.mod./\n"
    )
    said = run(folder, "lint", "--write-baseline", "known.json", "--ignore", "DL3014")
    assert said.stderr == "listed 4 findings in known.json\n"
    before = (folder / "Dockerfile").read_text()
    done = lint(folder, "--baseline", "known.json", "--fix")
    assert (done.returncode, codes(done)) == (0, [])
    assert done.stderr.startswith("mended Dockerfile:3 DL3014")
    assert done.stderr.count("mended") == 1
    after = before.replace(long.format(""), long.format("-y "))
    assert (folder / "Dockerfile").read_text() == after
    (folder / "Dockerfile").write_text(f"{before}RUN apt-get update && apt-get install wget\n")
    assert codes(lint(folder, "--baseline", "known.json", "--fix")) == ["DL3009", "DL3015"]


def test_many_files_are_linted_once(folder: Path) -> None:
    for number in range(12):
        (folder / f"{number}.Dockerfile").write_text(BAD)
    cache = folder / "cache"
    first = lint(folder, GENDOCK_CACHE_DIR=str(cache))
    assert (cache / "findings").is_file()
    assert lint(folder, GENDOCK_CACHE_DIR=str(cache)).stdout == first.stdout
    assert lint(folder, "--no-cache", GENDOCK_CACHE_DIR=str(folder / "other")).stdout == first.stdout
    kept = {path.name.partition("-")[0] for path in (folder / "other").iterdir()}
    assert kept == {"rules"}  # what the rules are, and nothing of what they found


@pytest.fixture
def watching(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a watch of the folder that writes json-lines; it is interrupted at the end."""
    with subprocess.Popen(
        [GENDOCK, "lint", "--watch", "--output-format", "json-lines", "Dockerfile"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def next_codes(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout
    return [json.loads(process.stdout.readline())["code"] for _ in range(count)]


def test_watch_lints_again_after_a_change(folder: Path, watching: subprocess.Popen[str]) -> None:
    assert next_codes(watching, 2) == ["DL3000", "GD012"]
    (folder / "Dockerfile").write_text("FROM debian\nUSER 1\n")
    assert next_codes(watching, 1) == ["DL3006"]
    watching.send_signal(signal.SIGINT)
    _, errors = watching.communicate()
    assert watching.returncode == 130
    assert errors.endswith("gendock: interrupted\n")


def test_watch_sees_other_settings(folder: Path, watching: subprocess.Popen[str]) -> None:
    assert next_codes(watching, 2) == ["DL3000", "GD012"]
    (folder / "gendock.toml").write_text('[lint]\nignore = ["DL3000"]\n')
    assert next_codes(watching, 1) == ["GD012"]


def test_watch_outlives_what_cannot_be_read_for_a_while(
    folder: Path, watching: subprocess.Popen[str]
) -> None:
    assert watching.stderr
    assert next_codes(watching, 2) == ["DL3000", "GD012"]
    assert "watching 1 file" in watching.stderr.readline()
    (folder / "gendock.toml").write_text("[lint\n")
    assert watching.stderr.readline().startswith(f"gendock: cannot read {folder}/gendock.toml: ")
    (folder / "gendock.toml").write_text("lint.rules-version = '9'\n")
    assert "rules-version 9 is newer than this gendock" in watching.stderr.readline()
    (folder / "gendock.toml").unlink()
    assert next_codes(watching, 2) == ["DL3000", "GD012"]
    assert "watching 1 file" in watching.stderr.readline()
    (folder / "Dockerfile").rename(folder / "other")
    assert watching.stderr.readline() == "gendock: cannot read Dockerfile: No such file or directory\n"
    (folder / "other").rename(folder / "Dockerfile")
    assert next_codes(watching, 2) == ["DL3000", "GD012"]


def test_watch_of_nothing_is_a_wrong_call(folder: Path) -> None:
    done = lint(folder, "--watch", "nowhere")
    assert (done.returncode, done.stderr) == (2, "gendock: cannot read nowhere: No such file or directory\n")


def test_fix_on_standard_input_writes_the_text(folder: Path) -> None:
    done = subprocess.run(
        [GENDOCK, "lint", "--fix", "-"], cwd=folder, input=BAD, capture_output=True, text=True, check=False
    )
    assert done.stdout == BAD.replace("*.mod./", "*.mod ./")
    assert done.returncode == 1
    assert "mended Dockerfile:4 GD012" in done.stderr
    assert "\nDockerfile:3:9: DL3000 " in done.stderr


def test_config_prints_the_schema_and_imports_hadolints(folder: Path) -> None:
    schema = json.loads(run(folder, "config", "schema").stdout)
    assert schema["$ref"] == "#/$defs/ConfigFile"
    (folder / ".hadolint.yaml").write_text("ignored: [DL3006]\nfailure-threshold: warning\n")
    done = run(folder, "config", "import")
    assert done.stdout == (
        "# Made of .hadolint.yaml.\n"
        "[lint]\n"
        "# What hadolint reports. Delete the line for gendock's own choice, the profile default.\n"
        'profile = "hadolint"\n'
        'ignore = ["DL3006"]\n'
        'fail-level = "warning"\n'
    )
    missing = run(folder, "config", "import", "nowhere.yaml")
    assert (missing.returncode, missing.stderr) == (
        2,
        "gendock: cannot read nowhere.yaml: No such file or directory\n",
    )


def test_import_takes_either_name_of_hadolints_settings(folder: Path) -> None:
    (folder / ".hadolint.yml").write_text("ignored: [DL3006]\n")
    assert run(folder, "config", "import").stdout.startswith("# Made of .hadolint.yml.\n")


def test_config_without_an_action_is_one_sentence(folder: Path) -> None:
    done = run(folder, "config")
    assert (done.returncode, done.stderr) == (
        2,
        "gendock: missing argument 'action'. Choose from: schema, import. See: gendock config --help\n",
    )


def test_rules_that_hadolint_was_told_to_raise_stay(folder: Path) -> None:
    (folder / "Dockerfile").write_text(
        "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nRUN cd /x\n"
    )
    (folder / ".hadolint.yaml").write_text("override: {error: [DL3008]}\nfailure-threshold: none\n")
    read = lint(folder)
    assert {"DL3008", "DL3003", "DL3009"} <= set(codes(read))
    assert read.returncode == 1
    assert "  profile             hadolint (" in run(folder, "lint", "--show-settings").stdout
    (folder / "gendock.toml").write_text(run(folder, "config", "import").stdout)
    assert lint(folder).stdout == read.stdout
    assert "DL3008" in codes(lint(folder, "--profile", "default"))


def test_the_lines_of_a_fix_are_cut_where_they_change(folder: Path) -> None:
    names = " && ".join(f"echo number{number}" for number in range(30))
    (folder / "Dockerfile").write_text(
        f"FROM a:1\nUSER 1:1\nRUN {names} && apt-get install curl && {names}\n"
    )
    shown = run(folder, "lint", "--select", "DL3014").stdout.splitlines()
    assert max(len(line) for line in shown if line.startswith("   ")) <= 80
    (old,) = [line.strip() for line in shown if line.strip().startswith("- ")]
    (new,) = [line.strip() for line in shown if line.strip().startswith("+ ")]
    assert "apt-get install curl" in old
    assert "apt-get install -y curl" in new


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_offered(shell: str) -> None:
    done = subprocess.run(
        [GENDOCK, "--show-completion"],
        env={**os.environ, "_GENDOCK_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_GENDOCK_COMPLETE" in done.stdout


def test_files_that_did_not_change_are_shown_as_before(folder: Path) -> None:
    for number in range(12):
        (folder / f"{number}.Dockerfile").write_text(BAD)
    (folder / "Dockerfile").write_text("FROM scratch\n")
    variables = {"GENDOCK_CACHE_DIR": str(folder / "cache")}
    first = run(folder, "lint", **variables)
    time.sleep(2.1)  # what was just written may be written again within a tick of the clock
    looks: list[list[str]] = [[], ["--output-format", "concise"], ["--color", "always"]]
    shown = {" ".join(look): run(folder, "lint", *look, **variables).stdout for look in looks}
    assert shown[""] == first.stdout
    for look in looks:
        for _ in range(2):
            assert run(folder, "lint", *look, **variables).stdout == shown[" ".join(look)]
    assert run(folder, "lint", **variables).returncode == 1
    assert run(folder, "lint", "--fail-level", "none", **variables).returncode == 0
    assert json.loads(run(folder, "lint", "--output-format", "json", **variables).stdout)
    (folder / "3.Dockerfile").write_text("FROM scratch\n")
    after = run(folder, "lint", **variables).stdout
    assert "3.Dockerfile" in first.stdout
    assert "3.Dockerfile" not in after
    assert "4.Dockerfile" in after


def test_what_is_shown_again_is_named_from_here(folder: Path) -> None:
    (folder / "api").mkdir()
    for number in range(12):
        (folder / "api" / f"{number}.Dockerfile").write_text("FROM debian\nUSER 1\n")
    variables = {"GENDOCK_CACHE_DIR": str(folder / "cache")}
    time.sleep(2.1)  # what was just written may be written again within a tick of the clock
    for where, path in ((folder, "api"), (folder / "api", "."), (folder / "api", "../api"), (folder, "api")):
        shown = lint(where, path, **variables).stdout
        assert shown == lint(where, path, "--no-cache").stdout
