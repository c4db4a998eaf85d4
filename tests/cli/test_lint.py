"""`gendock lint` through the installed console script: output, exit codes, files left as they should be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GENDOCK = Path(sys.executable).with_name("gendock")
GOOD = 'FROM debian:12\nUSER 65532:65532\nCMD ["/app"]\n'
BAD = "FROM debian:12\nUSER 65532:65532\nWORKDIR app\nCOPY *.mod./\n"


def run(
    folder: Path, *arguments: str, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [GENDOCK, "lint", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "COLUMNS": "80", **environment},
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(BAD)
    return tmp_path


def test_findings_are_shown_with_frames(folder: Path) -> None:
    done = run(folder)
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout == (Path(__file__).parent / "lint_full.txt").read_text()


def test_a_clean_file_is_said_to_be_clean(folder: Path) -> None:
    (folder / "Dockerfile").write_text(GOOD)
    done = run(folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All is well: no findings.\n", "")


def test_a_folder_without_dockerfiles_is_no_mistake(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no Dockerfile in .\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "gendock: cannot read nowhere: No such file or directory\n"),
        (["--select", "DLX"], "gendock: no rule is called 'DLX'; `gendock rule` lists them all.\n"),
        (["-", "Dockerfile"], "gendock: - (standard input) cannot be mixed with other paths\n"),
    ],
)
def test_a_wrong_call_gets_one_sentence(folder: Path, arguments: list[str], sentence: str) -> None:
    done = run(folder, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "GD001 this file is empty: a Dockerfile needs at least one FROM"),
        (
            b"\n# nothing\n",
            "GD001 this file has comments and nothing else: a Dockerfile needs at least one FROM",
        ),
        (
            b"\x7fELF\x02\x01\x01\0\0",
            "GD002 this is not a Dockerfile: it holds a NUL byte, as programs and archives do",
        ),
        (
            b"\xff\xfeF\0R\0O\0M\0",
            "GD002 this is not a Dockerfile: it holds a NUL byte, as programs and archives do",
        ),
        (b"\xff\xfe\n", "GD010 `\\udcff\\udcfe` is not an instruction"),
    ],
)
def test_a_file_that_is_no_dockerfile_gets_a_finding(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "Dockerfile").write_bytes(content)
    done = run(tmp_path, "Dockerfile")
    assert done.returncode == 1
    assert sentence in done.stdout.splitlines()
    assert done.stderr == ""


def test_json_is_the_record_of_the_contract(folder: Path) -> None:
    done = run(folder, "--output-format", "json")
    first = json.loads(done.stdout)[0]
    assert done.returncode == 1
    assert first == {
        "code": "DL3000",
        "name": "relative-workdir",
        "also": ["WorkdirRelativePath", "WORKDIR_IS_NOT_ABSOLUTE", "DS-0009", "CKV_DOCKER_10"],
        "severity": "error",
        "message": "WORKDIR app is relative, so where it leads depends on what came before",
        "help": "write it out: `WORKDIR /app`",
        "filename": "Dockerfile",
        "location": {"row": 3, "column": 9},
        "end_location": {"row": 3, "column": 12},
        "stage": "0",
        "instruction": "WORKDIR",
        "url": first["url"],
        "fix": {
            "applicability": "unsafe",
            "message": "write WORKDIR /app",
            "edits": [
                {
                    "content": "/app",
                    "location": {"row": 3, "column": 9},
                    "end_location": {"row": 3, "column": 12},
                }
            ],
        },
        "related": [],
    }
    lines = run(folder, "--output-format", "json-lines").stdout.splitlines()
    assert [json.loads(line) for line in lines] == json.loads(done.stdout)


def test_github_annotations_are_escaped(folder: Path) -> None:
    (folder / "a,b%:.Dockerfile").write_text(BAD)
    done = run(folder, "--output-format", "github", "a,b%:.Dockerfile")
    assert done.stdout.splitlines()[0].startswith(
        "::error title=gendock (DL3000),file=a%2Cb%25%3A.Dockerfile,line=3,col=9,endLine=3,endColumn=12::"
        "a,b%25:.Dockerfile:3:9: DL3000 WORKDIR app is relative"
    )


def test_standard_input(folder: Path) -> None:
    done = run(
        folder, "-", "--stdin-filename", "api/Dockerfile", "--output-format", "concise", stdin=BAD.encode()
    )
    assert done.returncode == 1
    assert done.stdout.startswith("api/Dockerfile:3:9: DL3000 ")


def test_fix_mends_and_says_so(folder: Path) -> None:
    path = folder / "Dockerfile"
    path.chmod(0o640)
    done = run(folder, "--fix", "--unsafe-fixes")
    assert path.read_text() == BAD.replace("WORKDIR app", "WORKDIR /app").replace("*.mod./", "*.mod ./")
    assert path.stat().st_mode & 0o777 == 0o640
    assert done.returncode == 0
    assert done.stderr == (
        "mended Dockerfile:3 DL3000 write WORKDIR /app\nmended Dockerfile:4 GD012 write `*.mod ./`\n"
    )


def test_diff_writes_nothing(folder: Path) -> None:
    done = run(folder, "--diff")
    assert (folder / "Dockerfile").read_text() == BAD
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "+COPY *.mod ./"


def test_diff_fails_for_what_fix_would_mend(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM debian:12\nRUN apt-get install curl\n")
    assert run(folder, "--select", "DL3014", "--diff").returncode == 1
    assert run(folder, "--select", "DL3014", "--diff", "--fail-level", "error").returncode == 0
    assert run(folder, "--select", "DL3014", "--diff", "--exit-zero").returncode == 0


def test_diff_shows_a_change_of_line_ends(folder: Path) -> None:
    (folder / "Dockerfile").write_bytes(b"FROM debian:12\r\nRUN echo a\x0cb\r\nUSER 1")
    done = run(folder, "--select", "GD401", "--diff")
    assert done.returncode == 1
    assert done.stdout == (
        "--- Dockerfile\n+++ Dockerfile\n@@ -1,3 +1,3 @@\n"
        " FROM debian:12\n RUN echo a\\x0cb\n-USER 1\n\\ No newline at end of file\n+USER 1\n"
    )


def test_diff_without_a_fix_says_why_it_fails(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM debian:12\nRUN cd /srv\n")
    done = run(folder, "--diff")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("more than these edits: gendock lint shows what\n")


def test_fail_level_and_selection(folder: Path) -> None:
    assert run(folder, "--fail-level", "none").returncode == 0
    assert run(folder, "--select", "DL3025").returncode == 0
    assert run(folder, "--ignore", "DL3000,GD0").returncode == 0
    (folder / "Dockerfile").write_text("FROM debian\nUSER 1\n")
    assert run(folder, "--fail-level", "error").returncode == 0
    assert run(folder, "--fail-level", "warning").returncode == 1


def test_colour(folder: Path) -> None:
    assert "\x1b[" in run(folder, "--color", "always").stdout
    assert "\x1b[" in run(folder, FORCE_COLOR="1").stdout
    assert "\x1b[" in run(folder, CLICOLOR_FORCE="1").stdout
    assert "\x1b[" not in run(folder, CLICOLOR_FORCE="0").stdout
    assert "\x1b[" not in run(folder, NO_COLOR="1", FORCE_COLOR="1").stdout


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "\x1b[31mevil.Dockerfile").write_text("FROM a:1\nUSER 1\n\x1b[2J\n")
    done = run(tmp_path)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("output_format", ["full", "concise"])
def test_a_dockerfile_cannot_command_the_ci_service(tmp_path: Path, output_format: str) -> None:
    (tmp_path / "::error::.Dockerfile").write_text("FROM a:1\nUSER 1\n##[error]x\nfoo ##vso[task.x]y\n")
    done = run(tmp_path, "--output-format", output_format, GITHUB_ACTIONS="true")
    assert done.returncode == 1
    assert not [line for line in done.stdout.splitlines() if line.lstrip().startswith("::") or "##" in line]


def test_a_configuration_cannot_command_the_ci_service_or_the_terminal(folder: Path) -> None:
    (folder / "gendock.toml").write_text('[lint]\n"a\\n::error::b\\u001b[2J" = 1\n')
    done = run(folder, FORCE_COLOR="1")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert r"lint.a\n::error::b\e[2J is no setting" in done.stderr


def test_an_output_that_is_closed_or_full_is_no_internal_error(folder: Path) -> None:
    def ends(redirection: str) -> tuple[int, str]:
        command = f'"{GENDOCK}" lint {redirection}'
        buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        done = subprocess.run(
            ["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False, env=buffered
        )
        return done.returncode, done.stderr

    assert ends(">&-") == (1, "")
    assert ends(">/dev/full") == (2, "gendock: cannot write: No space left on device\n")


def test_rule_prints_the_list_and_a_page() -> None:
    def said(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([GENDOCK, "rule", *arguments], capture_output=True, text=True, check=False)

    listed = said().stdout
    assert "\nDL3000  error    [*]  default  relative-workdir  WorkdirRelativePath, " in f"\n{listed}"
    assert said("missing-argument").stdout.startswith("# GD012: missing-argument\n")
    below = said("GD01").stdout.splitlines()
    assert all(line.startswith("GD01") for line in below[:-1])
    assert below[-1].startswith("10 rules, 10 of them in the default profile; [*] has a fix: ")
    (record,) = json.loads(said("no-user", "--output-format", "json").stdout)["rules"]
    assert record["code"] == "GD103"
    assert record["profiles"] == ["default", "strict", "all"]
    assert said("GD999").returncode == 2
