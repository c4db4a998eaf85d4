r"""The differences that are wanted: read from docs/differences.md.

A section of level two or three that has these three lines is one difference:

    - Rules: DL3062
    - Reported by: hadolint only
    - Where: the instruction matches `go run \S+\.go`

and, behind its reason, one Dockerfile in a fenced block that shows it. `Reported by` is `hadolint only`,
`gendock only`, or `both, in other lines`; `Where` is about `the instruction` or `the file`, which `matches`
the pattern, or `has a command` that begins with it. A section with only `- hadolint: crashes` or
`- hadolint: cannot read the file` shows a file that hadolint loses as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tests.hadolint.peer import Silence

PAGE = Path(__file__).parents[2] / "docs" / "differences.md"

_HEADING = re.compile(r"#{1,3} ")
_HEADER = re.compile(
    r"^- Rules?: (?P<codes>DL\d+(?:, DL\d+)*)\n"
    r"- Reported by: (?P<side>hadolint only|gendock only|both, in other lines)\n"
    r"- Where: (?P<where>the instruction|the file) (?P<how>matches|has a command) `(?P<pattern>.+)`\n",
    re.MULTILINE,
)
_SILENCE = re.compile(r"^- hadolint: (crashes|cannot read the file)\n", re.MULTILINE)
# Where the words of a command begin: in RUN, behind what joins commands, in what a shell is given.
_COMMAND = (
    r"(?:\A\s*(?:(?i:ONBUILD)\s+)?(?i:RUN)\s|^(?:(?i:ONBUILD)\s+)?(?i:RUN)\s|[;&|(){}!`\[]|(?<!\\)\r?\n"
    r"|-\w*c[\s\",]+[\"']|\b(?:then|do|else|if|while|until|time|exec|command)\s)"
    r"(?:[\s\\\"']|--\S+\s|#.*\n|[A-Za-z_]\w*=(?:\"[^\"]*\"|\S*)\s)*"
)
_EXAMPLE = re.compile(r"^```dockerfile\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Side(Enum):
    """Who reports what the other one does not."""

    HADOLINT = "hadolint only"
    GENDOCK = "gendock only"


@dataclass(frozen=True)
class Loss:
    """A section about a file of which hadolint says nothing."""

    title: str
    silence: Silence
    example: str


@dataclass(frozen=True)
class Difference:
    """A section about what one of the two says."""

    title: str
    codes: frozenset[str]
    sides: frozenset[Side]
    pattern: re.Pattern[str]
    of_file: bool
    example: str

    def explains(self, code: str, side: Side, instruction: str, text: str) -> bool:
        """Tell whether this section is about what was found in a file."""
        return code in self.codes and side in self.sides and self.matches(instruction, text)

    def matches(self, instruction: str, text: str) -> bool:
        """Tell whether an instruction of a file, or the file, is of the kind that this section is about."""
        return bool(self.pattern.search(text if self.of_file else instruction))


@dataclass(frozen=True)
class Page:
    """What the page lists."""

    differences: tuple[Difference, ...]
    losses: tuple[Loss, ...]


def read_page(page: str) -> Page:
    """Read the page.

    Raises:
        ValueError: a section has a header that cannot be read, or not exactly one example.
    """
    differences: list[Difference] = []
    losses: list[Loss] = []
    for title, body in _sections(page):
        header, loss, examples = _HEADER.search(body), _SILENCE.search(body), _EXAMPLE.findall(body)
        if not (header or loss or examples):
            continue
        if bool(header) is bool(loss) or len(examples) != 1:
            raise ValueError(f"{title!r} needs one header and one example, and has {len(examples)} examples")
        if loss:
            silence = Silence.CRASHES if loss[1] == "crashes" else Silence.CANNOT_READ
            losses.append(Loss(title, silence, examples[0]))
        elif header:
            differences.append(_difference(title, header, examples[0]))
    return Page(tuple(differences), tuple(losses))


def _sections(page: str) -> Iterator[tuple[str, str]]:
    title, body, fenced = "", "", False
    for line in page.splitlines(keepends=True):
        if not fenced and _HEADING.match(line):
            yield title, body
            title, body = line.strip("# \n"), ""
        else:
            fenced ^= line.startswith("```")
            body += line
    yield title, body


def _difference(title: str, header: re.Match[str], example: str) -> Difference:
    side = header["side"]
    return Difference(
        title,
        frozenset(header["codes"].split(", ")),
        frozenset(Side) if side.startswith("both") else frozenset((Side(side),)),
        re.compile(_COMMAND * (header["how"] != "matches") + header["pattern"], re.MULTILINE),
        header["where"] == "the file",
        example,
    )
