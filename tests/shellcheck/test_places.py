"""Each finding stands at its very characters in the Dockerfile, and its fix changes just those."""

from __future__ import annotations

import pytest

from gendock.lint import Applicability, lint_text
from gendock.lint.fix import apply_edits, fix_text
from tests.shellcheck.checking import SHELLCHECK_ONLY, findings, marked

LAYOUTS = {
    "one line": ("RUN echo $a\n", "$a"),
    "tabs": ("RUN\t\techo\t$a\t\n", "$a"),
    "wide characters": ("RUN echo '日本語 🐳' é $a\n", "$a"),
    "a continued line": ("RUN echo \\\n  x \\\n  $a\n", "$a"),
    "a comment and an empty line between": ("RUN echo \\\n# why $a\n\n  x $a\n", "$a"),
    "a word on two lines": ("RUN echo x$a\\\n1\n", "$a\\\n1"),
    "carriage returns": ("RUN echo \\\r\n  $a\r\nRUN ls\r\n", "$a"),
    "backticks continue": ("# escape=`\nFROM a:1\nRUN echo `\n  $a\n", "$a"),
    "onbuild": ("ONBUILD RUN echo $a\n", "$a"),
    "flags": ("RUN --mount=type=cache,target=/x --network=none echo $a\n", "$a"),
    "a heredoc": ("RUN <<EOF\n\nls\n\techo\t$a\nEOF\n", "$a"),
    "a heredoc whose tabs go": ("RUN <<-EOF\n\tif true; then\n\t\techo $a\n\tfi\n\tEOF\n", "$a"),
    "a heredoc with a first line": ("RUN <<EOF\n#!/usr/bin/env bash\necho $a\nEOF\n", "$a"),
    "a heredoc in a heredoc": ("RUN <<EOF\ncat <<X\n$(echo $a)\nX\nEOF\n", "$a"),
    "behind a heredoc": ("RUN cat <<EOF > x && echo $a\nb\nEOF\n", "$a"),
    "in a heredoc that is no script": ("RUN cat <<EOF > x\n$(ls $a)\nEOF\n", "$a"),
    "a heredoc that a shell reads": ("RUN bash -e <<'EOF'\necho $a\nEOF\n", "$a"),
    "two heredocs": ("RUN cat <<A <<B > x; ls $a\nx\nA\ny\nB\n", "$a"),
    "plain commands before and behind": (
        "RUN apt-get update && apt-get install -y curl && \\\n  echo $a && apt-get clean && rm -rf /a/b/c\n",
        "$a",
    ),
    "a byte order mark": ("\ufeffFROM a:1\nRUN echo $a\n", "$a"),
    "a byte that is no text": ("RUN echo \udcff $a\n", "$a"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_finding_stands_at_its_characters(layout: str) -> None:
    text, word = LAYOUTS[layout]
    text = text if "FROM" in text else f"FROM a:1\n{text}"
    found = [one for one in marked(text) if one[0] == "SC2086"]
    assert found == [("SC2086", word)]


def test_columns_count_characters() -> None:
    (finding,) = (one for one in findings("FROM a:1\nRUN\techo\t日本\t$a\n") if one.rule.code == "SC2086")
    assert (finding.start, finding.end) == ((2, 13), (2, 15))


FIXES = {
    'RUN x=`ls`; echo "$x"': 'RUN x=$(ls); echo "$x"',
    'RUN echo \\\n\t# why\n\t"`ls`"': 'RUN echo \\\n\t# why\n\t"$(ls)"',
    'RUN apt-get update && apt-get install -y curl && cd "`pwd`" && make install': (
        'RUN apt-get update && apt-get install -y curl && cd "$(pwd)" && make install'
    ),
    'RUN <<-EOF\n\techo "`ls`"\n\tEOF': 'RUN <<-EOF\n\techo "$(ls)"\n\tEOF',
    # The word goes on over two lines.
    'RUN echo "x`ls`\\\n1"': 'RUN echo "x$(ls)\\\n1"',
    # Whether these are one word or several, only a person knows.
    "RUN apt-get install -y $packages `cat list`": "RUN apt-get install -y $packages $(cat list)",
}


@pytest.mark.parametrize("line", FIXES)
def test_a_fix_is_what_shellcheck_proposes(line: str) -> None:
    text = f"FROM a:1\n{line}\n"
    for finding in findings(text):
        if finding.fix is not None:
            assert finding.fix.applicability is Applicability.UNSAFE
            assert len(apply_edits(text, finding.fix.edits)) > 0
    fixed = fix_text(text, lambda one: lint_text(one, SHELLCHECK_ONLY), unsafe=True)
    assert fixed.text == f"FROM a:1\n{FIXES[line]}\n"
    assert fix_text(text, lambda one: lint_text(one, SHELLCHECK_ONLY), unsafe=False).text == text


def test_a_mistake_at_the_end_of_a_script_has_a_place() -> None:
    found = marked("FROM a:1\nRUN if true; then echo x  \nUSER 1\n")
    assert {code for code, _ in found} >= {"SC1073", "SC1072"}
    assert all(text for _, text in found)
