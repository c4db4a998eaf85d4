"""What ShellCheck remarks and is right all the same, as far as the text around it tells."""

from __future__ import annotations

import re
from collections.abc import Callable

from gendock.lint.shellcheck.answers import Remark
from gendock.lint.shellcheck.questions import Question

_ECHO = re.compile(r"/echo\s+\Z")
# By a code, what stands before something that is right: `/bin/echo` is a program, and takes flags in any
# shell; sed is to find a `\\${NAME}`, and find gets its `\{}`; the file that `. file` reads, and the text
# that `eval` and `export` get from a command, may set any variable.
_BEFORE = {
    1083: re.compile(r"\\\$(?:\{\w+)?\Z|\\\{\Z"),
    2154: re.compile(
        r"(?:\A|[;&|({\n]|\b(?:then|do|else)\b)\s*"
        r"(?:(?:\.|source)\s+[^\s;&|]|eval\s[^;&\n]*[$`]|export\s+\"?(?:\$\(|`))"
    ),
    3036: _ECHO,
    3037: _ECHO,
}
# By a code, what stands there: `A && B || C` is no mistake where B cannot fail; a loop may count and do the
# same each time; what the last command of a RUN returns is what RUN returns; some folders are in every
# image; and to cut a word out of another cannot fail.
_THERE = {
    2015: re.compile(r"&&\s*(?:echo|printf|true|:|break|continue|exit|return)\b[^;&|\n]*\|\|"),
    2034: re.compile(
        r"for\s+\w+\s+in\s+(?:(?:\d+\s+)*\d+|\{\d+\.\.\d+\}|\$\(seq\s[^)]*\)|`seq\s[^`]*`)\s*(?:;|\n|\bdo\b)"
    ),
    2155: re.compile(r"\w+=\"?\$\(\s*(?:echo|printf)\s[^()`|;&\n]*(?:\|\s*(?:sed|tr|cut)\s[^()`|;&\n]*)*\)"),
    2164: re.compile(
        r"cd(?:\s+[^\s;&|()]+)?\s*\Z"
        r"|cd\s+/(?:(?:etc|home|opt|root|srv|tmp|usr(?:/(?:bin|lib|local(?:/bin)?))?|var(?:/(?:lib|log|tmp))?)/?)?"
        r"(?=[\s;&|)]|\Z)"
    ),
}
_NESTED = re.compile(r"else\s+if\b")
_TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}")
_WORD = re.compile(r"[^\s;&|]*")
_VARIABLE = re.compile(r"\$\{?(\w+)")


def is_meant(question: Question, remark: Remark, start: int, filled: Callable[[], frozenset[str]]) -> bool:
    """Tell whether a remark is of something that is right all the same.

    `filled` gives the variables that ENV has given a value that is not empty.
    """
    code, script = remark.code, question.script
    if code == 1075:
        found = _NESTED.match(script, start)
        return found is not None and question.is_continued(start, found.end())
    if code == 2115:
        word = _WORD.match(script, start)
        return word is not None and filled().issuperset(_VARIABLE.findall(word[0]))
    if code == 1083 and any(one.start() <= start < one.end() for one in _TEMPLATE.finditer(script)):
        return True
    before, there = _BEFORE.get(code), _THERE.get(code)
    if before is not None and before.search(script[:start]):
        return True
    return there is not None and there.match(script, start) is not None
