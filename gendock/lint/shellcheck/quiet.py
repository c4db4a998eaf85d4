"""What ShellCheck has nothing to say of: plain commands, joined by `&&` or `;`.

A command is plain when its words are letters, digits and a few marks that mean nothing to a shell, and when
ShellCheck has no check for the program. A script of nothing else needs no ShellCheck; in other scripts, each
run of plain commands between two `&&` is as good as one short one. Both are held to the truth by a test that
asks ShellCheck itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Programs that ShellCheck has no check for, whatever their arguments are.
_PROGRAMS = (
    r"(?:\./)?(?:configure|gradlew|mvnw|bootstrap|autogen\.sh)|add-apt-repository|addgroup|adduser|apk|apt"
    r"|apt-get|apt-key|bundle|cargo|chown|cmake|composer|conda|corepack|curl|dnf|docker-php-ext-[a-z]+|dotnet|dpkg"
    r"|gem|git|go|gpg|gradle|groupadd|ldconfig|locale-gen|make|md5sum|meson|microdnf|mvn|ninja|node|npm|npx"
    r"|openssl|pecl|php|pip3?|pnpm|poetry|python3?|setcap|sha256sum|tar|tdnf|touch|unzip"
    r"|update-ca-certificates|useradd|usermod|uv|wget|yarn|yum|zypper"
)
_WORD = r"[ \t]+[\w./:@%+,-][\w./:@%+,=-]*"
# The few with checks, in the forms that those have nothing against.
_CAREFUL = (
    r"mkdir(?:[ \t]+-p)?(?:[ \t]+[\w./+][\w./+-]*)+"
    r"|rm(?:[ \t]+-[rRfv]+)*(?:[ \t]+(?:/[\w.-]+){3,}(?:/\*)?)+"
    r"|(?:cp|mv|ln)(?:[ \t]+-[a-zA-Z]+)*(?:[ \t]+[\w./+][\w./+-]*){2}"
    r"|chmod(?:[ \t]+-R)?[ \t]+(?:[0-7]+|[ugoa]*\+[rwx]+)(?:[ \t]+[\w./+][\w./+-]*)+"
)
_COMMAND = rf"[ \t]*(?:(?:{_PROGRAMS})(?:{_WORD})*|{_CAREFUL})[ \t]*"
_QUIET = re.compile(rf"(?:{_COMMAND})(?:(?:&&|;)(?:{_COMMAND}))*", re.ASCII)
# Compiled only where a script is not quiet.
_RUN = rf"(?a)(?P<before>\A|&&)(?P<plain>(?:{_COMMAND})(?:&&(?:{_COMMAND}))*)(?=&&|\Z)"
# Where a plain word may be more than it seems (tests, arithmetic, functions, the exit code of the last
# one), or where it is never reached.
_MATTERS = re.compile(r"\[\[|\(\(|\(\)|\b(?:function|let|expr|exit|return|exec)\b|\$\?|#|\n")

# Takes the place of several plain commands; ShellCheck has no check for it.
STAND_IN = " make "


def is_quiet(text: str) -> bool:
    """Tell whether ShellCheck has nothing to say of a script."""
    return _QUIET.fullmatch(text) is not None


def plain_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places in a script where plain commands can be replaced by one."""
    if "&&" not in text or _MATTERS.search(text):
        return
    for found in re.finditer(_RUN, text):
        start, end = found.span("plain")
        if end - start > len(STAND_IN):
            yield start, end
