"""What BuildKit would refuse, as values: the reader collects them and reads on."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from gendock.dockerfile.source import Span


class ProblemKind(StrEnum):
    """Every kind of mistake for which a Dockerfile is refused; the linter has one rule for each."""

    EMPTY_FILE = "empty-file"
    NOT_TEXT = "not-text"
    NO_STAGE = "no-stage"
    BEFORE_STAGE = "before-stage"
    UNKNOWN_INSTRUCTION = "unknown-instruction"
    EXTRA_ARGUMENT = "extra-argument"
    MISSING_ARGUMENT = "missing-argument"
    UNKNOWN_FLAG = "unknown-flag"
    DUPLICATE_FLAG = "duplicate-flag"
    FLAG_VALUE = "flag-value"
    JSON_NOT_STRINGS = "json-not-strings"
    JSON_REQUIRED = "json-required"
    UNTERMINATED_HEREDOC = "unterminated-heredoc"
    HEREDOC_DESTINATION = "heredoc-destination"
    MALFORMED_PAIR = "malformed-pair"
    BLANK_NAME = "blank-name"
    STAGE_NAME = "stage-name"
    ONBUILD_TRIGGER = "onbuild-trigger"
    HEALTHCHECK_FORM = "healthcheck-form"
    DURATION = "duration"
    RETRIES = "retries"
    EMPTY_VOLUME = "empty-volume"
    DIRECTIVE = "directive"
    LINE_TOO_LONG = "line-too-long"
    SUBSTITUTION = "substitution"
    BASE_IMAGE = "base-image"
    PLATFORM = "platform"
    STAGE_REFERENCE = "stage-reference"
    OWN_STAGE = "own-stage"
    MOUNT = "mount"
    PORT = "port"
    SIGNAL = "signal"
    COPY_SOURCE = "copy-source"
    WINDOWS_PATH = "windows-path"
    EPOCH = "epoch"


class Replacement(Struct, frozen=True, gc=False):
    """A text that, put in place of `span`, mends a problem."""

    span: Span
    text: str


class Problem(Struct, frozen=True, gc=False):
    """One mistake: what is wrong, where, what to write instead, and the edit where it is known."""

    kind: ProblemKind
    span: Span
    message: str
    help: str = ""
    mend: Replacement | None = None
