"""Nothing is lost: each rule of the other tools is found here under its own name.

docs/peers.md is made from it; `pytest tests/lint --accept` makes it anew.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gendock.errors import GendockError
from gendock.lint import registry

DOCUMENT = Path(__file__).parents[2] / "docs" / "peers.md"
PEERS: dict[str, list[str]] = {
    tool: table["rules"]
    for tool, table in tomllib.loads(Path(__file__).with_name("peers.toml").read_text()).items()
}
HEAD = """# From other tools

Each rule of hadolint, BuildKit, tally, dockerfilelint, dockerfile-utils, trivy, checkov, dockle and the CIS
benchmark that looks at nothing but a Dockerfile, and what it is called here. Their names work wherever a
rule's name does: `gendock rule CKV_DOCKER_3`, `--ignore DS-0026`. ShellCheck's codes keep their names, too.
"""


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for names in PEERS.values() for name in names])
def test_a_peers_rule_is_known_by_its_name(name: str) -> None:
    try:
        found = registry().select(name)
    except GendockError as error:
        pytest.fail(str(error))
    assert all(rule.is_called(name) for rule in found)


def test_the_document_is_that_of_the_rules(*, accepting: bool) -> None:
    lines = [HEAD]
    for tool, names in PEERS.items():
        lines += [
            f"## {tool}: {len(names)} rules",
            "",
            "| theirs | gendock's | name |",
            "| --- | --- | --- |",
        ]
        for name in names:
            found = registry().select(name)
            codes = ", ".join(f"[{rule.code}](rules/{rule.code}.md)" for rule in found)
            lines.append(f"| {name} | {codes} | {', '.join(rule.name for rule in found)} |")
        lines.append("")
    text = "\n".join(lines)
    if accepting:
        DOCUMENT.write_text(text)
    assert DOCUMENT.read_text() == text
