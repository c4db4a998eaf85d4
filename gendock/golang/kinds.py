"""Servers, workers and commands: what runs until it is stopped, and what ends by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.starting import CASE, CHOICE, CHOOSES, serves_aside, serves_surely

if TYPE_CHECKING:
    from gendock.golang.facts import Kind
    from gendock.golang.network import Listening
    from gendock.golang.sources import Sources

_WITH_COMMANDS = (
    "github.com/spf13/cobra", "github.com/urfave/cli", "github.com/alecthomas/kong",
    "gopkg.in/alecthomas/kingpin.v2", "github.com/alecthomas/kingpin", "github.com/mitchellh/cli",
    "github.com/charmbracelet/bubbletea", "github.com/jesseduffield/gocui", "github.com/rivo/tview",
    "github.com/charmbracelet/fang", "github.com/leaanthony/clir", "github.com/integrii/flaggy",
)  # fmt: skip
_WITH_FLAGS = (
    "flag", "github.com/spf13/pflag", "github.com/jessevdk/go-flags", "github.com/peterbourgon/ff",
    "github.com/docopt/docopt-go",
)  # fmt: skip
_WORKER_LIBRARIES = (
    "github.com/confluentinc/confluent-kafka-go", "github.com/segmentio/kafka-go",
    "github.com/IBM/sarama", "github.com/Shopify/sarama", "github.com/rabbitmq/amqp091-go",
    "github.com/streadway/amqp", "github.com/nats-io/nats.go", "github.com/hibiken/asynq",
    "github.com/RichardKnop/machinery", "github.com/robfig/cron", "go.temporal.io/sdk",
    "github.com/nsqio/go-nsq", "github.com/twmb/franz-go", "github.com/riverqueue/river",
    "github.com/gocraft/work", "github.com/go-co-op/gocron", "github.com/micro/go-micro",
    "github.com/asim/go-micro", "go-micro.dev",
)  # fmt: skip
_WAITS = re.compile(rb"\bselect \{\s*\}|time\.(NewTicker|Tick)\(|\bfor range \w+\.C\b")
_SIGNALS = re.compile(rb"\bsignal\.Notify(Context)?\(")
_LOOP = re.compile(rb"^([ \t]*)for \{[ \t]*\n(.*?)^\1\}", re.MULTILINE | re.DOTALL)
_ENDS = re.compile(rb"\b(?:return|break|os\.Exit|panic|log\.Fatal\w*)\b")
_WAITS_INSIDE = re.compile(rb"<-|\bselect \{|time\.Sleep\(")


def kind_of(sources: Sources, listening: Listening, name: str) -> Kind:
    """Tell servers, workers and commands apart.

    A command that listens for itself only, to be called back by a browser or a debugger, stays a command; so
    does one that serves by one of its sub-commands only, on a port that nobody knows, and one that listens
    where somebody asks for it.
    """
    has_commands = sources.imports_any(_WITH_COMMANDS)
    is_command = has_commands or sources.imports_any(_WITH_FLAGS)
    for_itself = bool(listening.ports) and all(port.is_local_only for port in listening.ports)
    is_known = bool(listening.ports) or listening.port_variable is not None
    aside = (listening.optional and not is_known) or (is_command and for_itself)
    if listening.listens and (not aside or serves_surely(sources)):
        return "server" if is_known or not serves_aside(sources, name) else "cli"
    texts = [file.text for file in sources.packages[0].files]
    if sum(text.count(b"flag.NewFlagSet(") for text in texts) > 1:
        return "cli"  # a set for each of its commands
    has_commands = has_commands or any(map(_chooses, texts))
    if any(_is_endless(text, with_signals=not has_commands) for text in texts):
        return "worker"
    return "cli" if is_command or not sources.imports_any(_WORKER_LIBRARIES) else "worker"


def _chooses(text: bytes) -> bool:
    """Whether a file shows a program with commands of its own, two at least.

    Such a program catches a signal to clean up, and not because it goes on until there is one.
    """
    return any(
        len({word for case in CASE.findall(match["body"]) for word in CHOICE.findall(case)}) > 1
        for match in CHOOSES.finditer(text)
    )


def _is_endless(text: bytes, *, with_signals: bool) -> bool:
    """Whether a file shows a program that goes on until it is stopped.

    A loop without a condition that ends by itself, as one that reads a file does, shows nothing.
    """
    if _WAITS.search(text) or (with_signals and _SIGNALS.search(text)):
        return True
    loops = (match[2] for match in _LOOP.finditer(text))
    return any(_WAITS_INSIDE.search(loop) or not _ENDS.search(loop) for loop in loops)
