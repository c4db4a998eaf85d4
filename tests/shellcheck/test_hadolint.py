"""gendock and hadolint hear the same from ShellCheck, but for what docs/differences-shellcheck.md lists."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from gendock.dockerfile import Dockerfile, Instruction, Onbuild, Run, Shell, read
from gendock.lint.bases import is_windows
from tests.shellcheck.checking import findings, real_files
from tests.shellcheck.test_places import LAYOUTS
from tests.shellcheck.test_scripts import CASES

HADOLINT = Path(sys.executable).with_name("hadolint")
OF_THE_WRAPPING = ("SC1008", "SC1071", "SC2239")
# Each is one RUN of a file of its own.
SCRIPTS = (
    *(
        "echo $a",
        'echo "$a"',
        "echo `ls`",
        "cd x; make",
        "cat x | grep y",
        "ls | grep y",
        "for i in $(ls); do echo; done",
    ),
    *(
        "[ $a == b ]",
        "if [ a ]; then b",
        "echo 'a",
        'echo "a',
        "echo a\\nb",
        "export a=$(ls)",
        "read a",
        "rm -rf $a/*",
    ),
    *(
        "echo -e a",
        "local a=1",
        "a=(1 2)",
        "echo ${a/b/c}",
        "echo ${a:1}",
        "source x",
        "let a=1",
        "echo $RANDOM",
        "a=b c",
    ),
    *(
        "grep -E a* b",
        "find . -name *.a",
        "tr a-z A-Z",
        "ps | grep a",
        "su a",
        "sudo echo > a",
        "ssh a $b",
        "exit 300",
    ),
    *(
        "[[ a = b ]]",
        "echo {1..3}",
        "echo $'a'",
        "a &> b",
        "a <<< b",
        "[ -n $a ]",
        "test a -a b",
        "! a",
        "a || b && c",
    ),
    *(
        "if a; then b; fi",
        "while a; do b; done",
        "case $a in b) c;; esac",
        "f() { a; }; f",
        "(a; b)",
        "{ a; b; }",
        "$a",
        '"$@"',
    ),
    *(
        "sed -i s/a/b/ c",
        "printf $a",
        "echo a > b > c",
        "a 2>&1 > b",
        "which a",
        "trap 'a' 9",
        "unset $a",
        "alias a='b $1'",
    ),
)


def dockerfiles(folder: Path) -> Iterator[Path]:
    """Write the cases below a folder, and yield them and the real files."""
    texts = [f"FROM a:1\nRUN {script}\n" for script in SCRIPTS]
    texts += [f'FROM a:1\nSHELL ["/bin/bash", "-c"]\nRUN {script}\n' for script in SCRIPTS]
    texts += [f"FROM a:1\nARG a\nENV PATH=/x\nRUN apt-get update && {script}\n" for script in SCRIPTS]
    texts += [text for text, _ in LAYOUTS.values() if "\udcff" not in text]
    texts += [text if "FROM" in text else f"FROM a:1\n{text}\n" for text, _ in CASES.values()]
    for at, text in enumerate(texts):
        path = folder / f"{at}.Dockerfile"
        path.write_text(text if "FROM" in text else f"FROM a:1\n{text}", newline="")
        yield path
    yield from real_files()


def of_hadolint(files: list[Path]) -> dict[Path, dict[int, str]]:
    """Return ShellCheck's codes by row, as hadolint reports them; a file that it cannot read is left out."""
    done = subprocess.run(
        [HADOLINT, "--no-fail", "--disable-ignore-pragma", "--format", "json", *files],
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        if len(files) == 1:
            return {}
        middle = len(files) // 2
        return of_hadolint(files[:middle]) | of_hadolint(files[middle:])
    found: dict[Path, dict[int, str]] = {file: {} for file in files}
    for one in json.loads(done.stdout):
        if one["code"] == "DL1000":
            found.pop(Path(one["file"]), None)
        elif one["code"].startswith("SC") and Path(one["file"]) in found:
            found[Path(one["file"])][one["line"]] = one["code"]
    return found


def of_gendock(file: Dockerfile) -> Mapping[int, set[str]]:
    starts = [instruction.span.start for instruction in file.instructions]
    found: dict[int, set[str]] = defaultdict(set)
    for finding in findings(file.source.text):
        start = starts[bisect_right(starts, finding.span.start) - 1]
        found[file.source.position(start).row].add(finding.rule.code)
    return found


def differs_by_intent(file: Dockerfile, instruction: Instruction, theirs: str | None) -> bool:
    """Tell whether docs/differences-shellcheck.md speaks of what hadolint says of an instruction, or not."""
    if theirs in OF_THE_WRAPPING or isinstance(instruction, Onbuild):
        return True
    if isinstance(instruction, Run) and instruction.heredocs:
        return True
    if any(is_windows(stage) for stage in file.stages):
        return True
    # hadolint forgets the shell behind an ENV or ARG, and does not hear of -e.
    named = [word for one in file.instructions if isinstance(one, Shell) for word in one.command.words]
    said = {word.text for word in named} | {one.text.partition("=")[2] for one in file.comments}
    stops = any(re.fullmatch(r"-[a-z]*e[a-z]*", word) for word in said)
    return stops or not said.isdisjoint({"pwsh", "powershell", "cmd", "errexit"})


def test_the_same_instructions_get_the_same_codes(tmp_path: Path, counts: list[str]) -> None:
    files = list(dockerfiles(tmp_path))
    compared = agreed = intended = 0
    wrong: list[str] = []
    for path, theirs in of_hadolint(files).items():
        content = path.read_bytes()
        file = read(content)
        ours = of_gendock(file)
        for instruction in file.instructions:
            row = file.source.position(instruction.span.start).row
            code, codes = theirs.get(row), ours.get(row, set())
            compared += 1
            if (code in codes) if code else not codes:
                agreed += bool(code)
            elif differs_by_intent(file, instruction, code):
                intended += 1
            else:
                wrong.append(f"{path.name}:{row}: hadolint {code}, gendock {sorted(codes)}")
    counts.append(
        f"ShellCheck's codes, compared with hadolint: {len(files)} files, {compared} instructions, {agreed} "
        f"with the same code, {intended} with a listed difference"
    )
    assert agreed > 140
    assert wrong == []
