"""What `gendock smoke` and `gendock check` can be told of an image, and the request that it makes."""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any

import typer

from gendock.engine.results import CHECKS, Kind
from gendock.engine.sizes import read_size
from gendock.engine.smoke import SmokeRequest
from gendock.errors import GendockError

KindOption = Annotated[Kind | None, typer.Option(help="What the program is, instead of finding out.")]
PortOption = Annotated[int | None, typer.Option(help="The port it listens on.", min=1, max=65535)]
HealthOption = Annotated[
    list[str] | None,
    typer.Option("--health", help="Ready is a GET of this path with a status below 400.", metavar="PATH"),
]
ExpectLogOption = Annotated[
    str | None,
    typer.Option("--expect-log", help="Ready is when a line of the log matches.", metavar="REGEX"),
]
EnvironmentOption = Annotated[
    list[str] | None, typer.Option("--env", "-e", help="A variable for the container.", metavar="NAME=VALUE")
]
ArgumentOption = Annotated[
    list[str] | None, typer.Option("--arg", help="A word in place of the image's CMD.", metavar="WORD")
]
MemoryOption = Annotated[str, typer.Option(help="The container's memory limit.", metavar="SIZE")]
MaxSizeOption = Annotated[
    str | None, typer.Option("--max-size", help="The size that the image may have.", metavar="SIZE")
]
EgressOption = Annotated[bool, typer.Option("--egress", help="Let the container reach the world.")]
ComposeOption = Annotated[
    Path | None,
    typer.Option("--compose", help="Bring up what the program needs of a compose file.", metavar="FILE"),
]
ServiceOption = Annotated[
    str | None, typer.Option("--service", help="The program's name in the compose file.", metavar="NAME")
]
ReadyOption = Annotated[float, typer.Option("--ready-timeout", help="Seconds to become ready.", min=0.1)]
StopOption = Annotated[float, typer.Option("--stop-timeout", help="Seconds to stop on SIGTERM.", min=1)]
SkipOption = Annotated[
    list[str] | None,
    typer.Option("--skip", help="Checks not to ask, by their names.", metavar="CHECK[,CHECK]"),
]
KeepOption = Annotated[
    bool, typer.Option("--keep", help="Leave the container and its network there, to look at them.")
]
OutputFormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--output-format",
        help="How to write the answer: text, json, junit, sarif, github or markdown; again for files.",
        metavar="FMT[=FILE]",
    ),
]


@dataclass(frozen=True, slots=True)
class SmokeOptions:
    """What a person typed of a smoke run; see `SmokeRequest`."""

    kind: Kind | None = None
    port: int | None = None
    health: list[str] | None = None
    expect_log: str | None = None
    env: list[str] | None = None
    arg: list[str] | None = None
    memory: str = "256m"
    max_size: str | None = None
    egress: bool = False
    static_only: bool = False
    compose: Path | None = None
    service: str | None = None
    ready_timeout: float = 30
    stop_timeout: float = 10
    skip: list[str] = field(default_factory=list)

    @property
    def given(self) -> dict[str, Any]:
        """The options that say something other than what holds anyway, by their names."""
        usual = {one.name: [] if one.default is MISSING else one.default for one in fields(self)}
        values = {name: getattr(self, name) for name in usual}
        options = {name: value for name, value in values.items() if value != usual[name]}
        if self.kind is not None:
            options[f"kind {self.kind}"] = True
        return {f"--{name.replace('_', '-')}": value for name, value in options.items()}

    def request(self, image: str) -> SmokeRequest:
        """Make a request of it.

        Raises:
            GendockError: a path without its slash, a variable without a value, no such check or size.
        """
        from gendock.cli.smoke_judges import judges

        skip = [one.strip() for several in self.skip for one in several.split(",") if one.strip()]
        for check in skip:
            if check not in CHECKS:
                raise GendockError(f"--skip {check}: there is no such check. There are {', '.join(CHECKS)}")
        for path in self.health or ():
            if not path.startswith("/"):
                raise GendockError(f"--health {path} is no path: it begins with /")
        if not re.fullmatch(r"\d+[bkmg]?", self.memory, re.ASCII):
            raise GendockError(f"--memory {self.memory} is not a size: one looks like 256m or 1g")
        if self.service is not None and self.compose is None:
            raise GendockError(f"--service {self.service} is of a compose file: name it with --compose")
        if self.compose is not None and not self.compose.is_file():
            raise GendockError(f"{self.compose} is not there")
        return SmokeRequest(
            image=image,
            static_only=self.static_only,
            kind=self.kind,
            port=self.port,
            health_paths=tuple(self.health or ()),
            only_these_paths=bool(self.health),
            expect_log=_pattern(self.expect_log),
            environment=_variables(self.env or ()),
            arguments=tuple(self.arg) if self.arg else None,
            memory=self.memory,
            max_size=read_size(self.max_size, "--max-size") if self.max_size else None,
            egress=self.egress,
            ready_within=self.ready_timeout,
            stop_within=self.stop_timeout,
            skip=dict.fromkeys(skip, "on request"),
            judges=judges(),
        )


def _variables(words: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        if not word.partition("=")[0] or "=" not in word:
            raise GendockError(f"--env {word} is no variable with its value: one looks like NAME=VALUE")
    return tuple(words)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise GendockError(f"--expect-log {text} is no regular expression: {error}") from None
