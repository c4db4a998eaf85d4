"""Variants of a Dockerfile, made in ways that should change nothing or little of what is said about it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from functools import partial

from gendock.dockerfile import Dockerfile, Instruction, Run, read
from tests.hadolint.cases import Case

_EACH = 2  # variants of one case
_AROUND = (
    "set -e && {}",
    "set -ex; {}",
    "{} && true",
    "{}; true",
    "true ; {}",
    "true && {} && echo done",
    "{} || true",
    "false || {}",
    "( {} )",
    "{{ {}; }}",
    "if true; then {}; fi",
    "if {}; then true; else false; fi",
    "if ! {}; then exit 1; fi",
    "for one in a b; do {}; done",
    "while true; do {}; break; done",
    "case x in x) {} ;; esac",
    "mend() {{ {}; }} && mend",
    "{} | cat",
    "echo y | {}",
    "{} > /dev/null 2>&1",
    "{} &",
    "! {}",
    'A=1 B="x y" && {}',
    "echo before\\; && {}",
    'echo "$(date)" && {}',
    'echo "a && b" ; {}',
    "export DEBIAN_FRONTEND=noninteractive && {}",
)
_BEFORE_COMMAND = (
    "sudo {}",
    "sudo -E {}",
    "env A=1 {}",
    "A=1 {}",
    "DEBIAN_FRONTEND=noninteractive LANG=C {}",
    "exec {}",
    "command {}",
    "time {}",
    "nice -n 5 {}",
    "timeout 60 {}",
    "x=$({})",
    "echo `{}`",
    "xargs {}",
    "eval {}",
    "\\\n    {}",
)
_FLAGS = (
    "-q",
    "--quiet",
    "-y",
    "--yes",
    "-v",
    "-qq",
    "--no-cache",
    "--verbose",
    "-f",
    "--option=value",
)
_MOUNTS = (
    "--mount=type=cache,target=/var/cache/apt",
    "--mount=type=cache,target=/var/lib/apt",
    "--mount=type=cache,target=/root/.cache",
    "--mount=type=tmpfs,target=/tmp",
    "--mount=type=bind,target=/src",
    "--mount=type=secret,id=x",
    "--network=none",
)

# Without a keyword that an option would tear from its place.
_SIMPLE = re.compile(r"(?!if |for |while |case )[^;(){}]*")

_BEGINS_A_STAGE = re.compile(r"\A(\s*(#.*|ARG .*)?\n)*FROM ", re.IGNORECASE)

_Way = Callable[[str, random.Random], str | None]


def variants(case: Case) -> Iterator[Case]:
    """Yield some variants of a case, some of them changed twice: always the same ones for the same text."""
    chance = random.Random(case.text)  # noqa: S311 - repeatable, not secret
    ways = list(_WAYS)
    chance.shuffle(ways)
    made: set[str] = {case.text}
    for way in ways:
        text = way(case.text, chance)
        if text is not None and len(made) % 2 == 0:
            text = chance.choice(ways)(text, chance) or text
        if text is None or text in made:
            continue
        made.add(text)
        yield Case(f"{case.name}-{len(made) - 1}", text, case.configured)
        if len(made) > _EACH:
            return


def _shell_runs(file: Dockerfile) -> list[Run]:
    return [
        one
        for one in file.instructions
        if isinstance(one, Run)
        and not one.heredocs
        and not one.problems
        and not one.command.exec_form
        and one.command.words
        and "#" not in file.source.slice(one.span)
    ]


def _with(text: str, instruction: Instruction, new: str) -> str:
    return (
        text[: instruction.span.start]
        + new.rstrip("\n")
        + "\n" * text[: instruction.span.end].endswith("\n")
        + text[instruction.span.end :]
    )


def _of_command(text: str, chance: random.Random, change: Callable[[str, random.Random], str]) -> str | None:
    """Change the command of one RUN."""
    file = read(text)
    runs = _shell_runs(file)
    if not runs:
        return None
    run = chance.choice(runs)
    span = run.command.span
    return text[: span.start] + change(text[span.start : span.end], chance) + text[span.end :]


def _around(command: str, chance: random.Random) -> str:
    return chance.choice(_AROUND).format(command)


def _before(command: str, chance: random.Random) -> str:
    if not _SIMPLE.fullmatch(command):
        return _around(command, chance)
    return chance.choice(_BEFORE_COMMAND).format(command)


def _flag_behind(command: str, chance: random.Random) -> str:
    return f"{command} {chance.choice(_FLAGS)}"


def _flag_within(command: str, chance: random.Random) -> str:
    if not _SIMPLE.fullmatch(command):
        return _flag_behind(command, chance)
    words = command.split(" ")
    # Behind another flag it might be that one's value.
    places = [at for at in range(1, len(words) + 1) if not words[at - 1].startswith("-")]
    at = chance.choice(places)
    return " ".join((*words[:at], chance.choice(_FLAGS), *words[at:]))


def _other_joint(command: str, chance: random.Random) -> str:
    return command.replace("&&", chance.choice((";", "||", "|", "&& \\\n   ", "\\\n && ", "&&\\\n\\\n")))


def _split(command: str, chance: random.Random) -> str:
    joint = chance.choice((" \\\n    ", " \\\n", " \\\n# a comment\n  ", " \\\n\n", "  ", "\t"))
    return command.replace(" ", joint) if chance.random() < 0.5 else command.replace(" ", joint, 1)


def _quoted(command: str, chance: random.Random) -> str:
    words = command.split(" ")
    at = chance.randrange(len(words))
    if re.fullmatch(r"[\w./:=@+~-]+", words[at]):
        words[at] = chance.choice(('"{}"', "'{}'", "\\{}")).format(words[at])
    return " ".join(words)


def _twice(command: str, chance: random.Random) -> str:
    return chance.choice(("{0} && {0}", "{0}; {0}", "{0} && echo x && {0}")).format(command)


def _in_other_shell(command: str, chance: random.Random) -> str:
    shell = chance.choice(("bash -c", "sh -c", "/bin/bash -o pipefail -c", "su user -c"))
    quote = "'" if "'" not in command else '"'
    return f"{shell} {quote}{command}{quote}"


def _exec_form(command: str, chance: random.Random) -> str:
    if "\\" in command:
        return command
    plain = _SIMPLE.fullmatch(command) and chance.random() < 0.5
    words = command.split() if plain else ["bash", "-c", command]
    return json.dumps(words, ensure_ascii=False)


def _mount(command: str, chance: random.Random) -> str:
    return f"{chance.choice(_MOUNTS)} {command}"


def _heredoc(text: str, chance: random.Random) -> str | None:
    """Write one RUN as a heredoc: the last instruction, as hadolint stops behind a heredoc."""
    file = read(text)
    runs = _shell_runs(file)
    if not runs or runs[-1] is not file.instructions[-1]:
        return None
    span = runs[-1].command.span
    command = text[span.start : span.end]
    opening = chance.choice(("<<EOF", "<<-EOF", "<<'EOF'", "bash <<EOF"))
    return f"{text[: span.start]}{opening}\n{command}\nEOF\n"


def _keyword_case(text: str, chance: random.Random) -> str | None:
    file = read(text)
    if not file.instructions:
        return None
    one = chance.choice(file.instructions)
    span = one.keyword.span
    word = text[span.start : span.end]
    return text[: span.start] + chance.choice((word.lower(), word.capitalize())) + text[span.end :]


def _onbuild(text: str, chance: random.Random) -> str | None:
    file = read(text)
    fitting = [
        one for one in file.instructions if one.name not in ("FROM", "ARG", "ONBUILD") and not one.heredocs
    ]
    if not fitting:
        return None
    at = chance.choice(fitting).span.start
    return f"{text[:at]}ONBUILD {text[at:]}"


def _stage(text: str, chance: random.Random, way: str) -> str | None:
    del chance
    # BuildKit refuses an instruction before the first FROM: a fragment stays one.
    if way in ("behind", "upon") and not _BEGINS_A_STAGE.search(text):
        return None
    return {
        "behind": text + "FROM alpine:3.20 AS last\nCOPY --from=0 /etc/passwd /x\n",
        "before": "FROM alpine:3.20 AS first\nRUN echo first\n" + text,
        "upon": _upon_last(text),
        "without": re.sub(r"\AFROM .*\n(?!(?s:.*)^FROM )", "", text, flags=re.MULTILINE),
    }[way]


def _upon_last(text: str) -> str:
    """Put a stage behind all others that stands on the last one."""
    stages = read(text).stages
    if not stages:
        return text
    if stages[-1].start.alias:
        return f"{text}FROM {stages[-1].start.alias.text}\n"
    at = stages[-1].start.span.end
    before = text[:at].rstrip("\n")
    return f"{before} AS last\n{text[at:].lstrip()}FROM last\n"


def _shell(text: str, chance: random.Random) -> str | None:
    shell = chance.choice(
        (
            '["/bin/bash", "-o", "pipefail", "-c"]',
            '["/bin/bash", "-c"]',
            '["bash", "-euxo", "pipefail", "-c"]',
            '["powershell", "-Command"]',
            '["/bin/ash", "-eo", "pipefail", "-c"]',
            '["cmd", "/S", "/C"]',
        )
    )
    changed = re.sub(r"(?m)^(FROM .*)$", lambda found: f"{found[1]}\nSHELL {shell}", text, count=1)
    return changed if changed != text else None


def _between(text: str, chance: random.Random) -> str | None:
    line = chance.choice(
        ("# a comment\n", "\n", "LABEL a=b\n", "ENV X=1\n", "WORKDIR /src\n", "USER 1000\n", "ARG NAME\n")
    )
    starts = [one.span.start for one in read(text).instructions[1:]]
    if not starts:
        return None
    at = chance.choice(starts)
    return text[:at] + line + text[at:]


def _again(text: str, chance: random.Random) -> str | None:
    """Write one instruction twice."""
    instructions = [one for one in read(text).instructions if one.name != "FROM" and not one.heredocs]
    if not instructions:
        return None
    one = chance.choice(instructions)
    again = text[one.span.start : one.span.end]
    return f"{text[: one.span.end].rstrip()}\n{again}\n{text[one.span.end :].lstrip()}"


def _carriage_returns(text: str, chance: random.Random) -> str | None:
    del chance
    return None if "<<" in text or "\r" in text else text.replace("\n", "\r\n")


_WAYS: tuple[_Way, ...] = (
    *(
        partial(_of_command, change=change)
        for change in (
            *(_around,) * 4,
            *(_before,) * 3,
            *(_flag_within,) * 3,
            _flag_behind,
            _other_joint,
            _split,
            _split,
            _quoted,
            _twice,
            _in_other_shell,
            _exec_form,
            _mount,
            _mount,
        )
    ),
    *(partial(_stage, way=way) for way in ("behind", "before", "upon", "without")),
    _heredoc,
    _keyword_case,
    _onbuild,
    _onbuild,
    _shell,
    _between,
    _between,
    _again,
    _carriage_returns,
)
