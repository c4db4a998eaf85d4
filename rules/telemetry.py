"""Programs that report home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendock.dockerfile import Arg, Env, Instruction, Run, Span, Stage
from gendock.lint import Applicability, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.context import BuildContext
from gendock.lint.edits import insert_line
from gendock.lint.profiles import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gendock.shell import Command, Word

# Each program with the setting that its makers name.
_SETTINGS = {
    "astro": "ASTRO_TELEMETRY_DISABLED=1",
    "az": "AZURE_CORE_COLLECT_TELEMETRY=0",
    "brew": "HOMEBREW_NO_ANALYTICS=1",
    "bun": "DO_NOT_TRACK=1",
    "bunx": "DO_NOT_TRACK=1",
    "dotnet": "DOTNET_CLI_TELEMETRY_OPTOUT=1",
    "gatsby": "GATSBY_TELEMETRY_DISABLED=1",
    "hf": "HF_HUB_DISABLE_TELEMETRY=1",
    "huggingface-cli": "HF_HUB_DISABLE_TELEMETRY=1",
    "next": "NEXT_TELEMETRY_DISABLED=1",
    "nuxi": "NUXT_TELEMETRY_DISABLED=1",
    "nuxt": "NUXT_TELEMETRY_DISABLED=1",
    "pwsh": "POWERSHELL_TELEMETRY_OPTOUT=1",
    "turbo": "TURBO_TELEMETRY_DISABLED=1",
    "vcpkg": "VCPKG_DISABLE_METRICS=1",
    "wrangler": "WRANGLER_SEND_METRICS=false",
    "yarn": "YARN_ENABLE_TELEMETRY=0",
}
# Programs that start the program of a package.
_RUNNERS = frozenset({"npx", "bunx", "yarn", "pnpm", "pnpx", "bun"})
_RUNNER_WORDS = ("exec", "run", "dlx", "x")


@rule(
    "GD303",
    "telemetry",
    severity=Severity.INFO,
    level=Level.TASTE,
    also=("prefer-telemetry-opt-out",),
    mentions=tuple(_SETTINGS),
)
def telemetry(context: BuildContext) -> Mistakes:
    """A program reports home from the build.

    Some tools tell their makers how they are used, unless a variable says no. From a build, that is traffic
    which nobody asked for, and time.

    Bad:
        FROM node:24
        WORKDIR /app
        RUN npx next build

    Good:
        FROM node:24
        WORKDIR /app
        ENV NEXT_TELEMETRY_DISABLED=1
        RUN npx next build
    """
    for stage in context.stages:
        missing: dict[str, tuple[Word, Instruction]] = {}
        for script in context.scripts_of(stage):
            for command in script.calls:
                for word in _programs(command):
                    setting = _SETTINGS[word.text]
                    if setting.partition("=")[0] not in script.text:
                        missing.setdefault(setting, (word, script.instruction))
        settings = [one for one in missing if not _is_set(stage, one.partition("=")[0])]
        if settings:
            word, instruction = missing[settings[0]]
            line = f"ENV {' '.join(settings)}"
            first = next(one for one in stage.instructions if isinstance(one, Run) or one is instruction)
            edit = insert_line(context.file.source, first, line)
            yield Mistake(
                Span(word.start, word.end),
                f"`{word.text}` sends usage data to its makers",
                f"write `{line}` above",
                Fix(f"write {line}", (edit,), Applicability.UNSAFE),
            )


def _programs(command: Command) -> Iterator[Word]:
    """Yield the words of a command that name a program which reports."""
    words = list(command.words)
    if words and words[0].text in _SETTINGS:
        yield words[0]
    if words and words[0].text in _RUNNERS:
        operands = [word for word in words[1:] if not word.text.startswith("-")]
        if operands and operands[0].text in _RUNNER_WORDS:
            operands = operands[1:]
        if operands and operands[0].text in _SETTINGS:
            yield operands[0]


def _is_set(stage: Stage, name: str) -> bool:
    return any(
        pair.name.text == name
        for one in stage.lineage()
        for instruction in one.instructions
        if isinstance(instruction, Env | Arg)
        for pair in instruction.pairs
    )
