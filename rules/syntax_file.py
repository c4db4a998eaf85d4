"""Files and lines that BuildKit refuses: no stage, no known instruction, no end of a heredoc."""

from __future__ import annotations

from msgspec.structs import replace

from gendock.dockerfile import Arg, Dockerfile, ProblemKind, Span, Unknown
from gendock.lint import Mistake, Mistakes, Severity, rule, syntax_fixes, syntax_head
from gendock.lint.intended import any_meant
from gendock.lint.syntax import refused


@rule("GD001", "empty-file", severity=Severity.ERROR, needs=(ProblemKind.EMPTY_FILE,))
def empty_file(file: Dockerfile) -> Mistakes:
    """The file has no instruction.

    BuildKit stops with "file with no instructions". A Dockerfile needs at least one FROM.

    Bad:
        # to be written
    """
    return refused(file, ProblemKind.EMPTY_FILE)


@rule("GD002", "not-text", severity=Severity.ERROR, needs=(ProblemKind.NOT_TEXT,))
def not_text(file: Dockerfile) -> Mistakes:
    """The file is not text.

    Programs, archives and files saved as UTF-16 hold NUL bytes; a Dockerfile is UTF-8. Name another file, or
    save this one as UTF-8.
    """
    return refused(file, ProblemKind.NOT_TEXT)


@rule(
    "GD003",
    "no-stage",
    severity=Severity.ERROR,
    also=("require-stages", "NO_SOURCE_IMAGE"),
    needs=(ProblemKind.NO_STAGE,),
)
def no_stage(file: Dockerfile) -> Mistakes:
    """The file has instructions and no FROM.

    Every instruction but ARG belongs to a build stage, and a stage begins with FROM. For an image that starts
    from nothing there is `FROM scratch`.

    Bad:
        COPY app /app
        CMD ["/app"]
    """
    # A misspelt FROM is the mistake then.
    if any_meant(file.instructions, "FROM"):
        return
    whole = Span(0, len(file.source.text))
    for mistake in refused(file, ProblemKind.NO_STAGE):
        yield replace(mistake, covers=(("DL3061", whole),))


@rule(
    "DL3061",
    "instruction-before-from",
    severity=Severity.ERROR,
    also=("from_first",),
    needs=(ProblemKind.BEFORE_STAGE, ProblemKind.NO_STAGE),
)
def instruction_before_from(file: Dockerfile) -> Mistakes:
    """An instruction comes before the first FROM.

    Only ARG may, and what it declares is seen by FROM lines alone. BuildKit stops with "no build stage in
    current context". Of a file without any FROM, GD003 says it once.

    Bad:
        WORKDIR /src
        FROM debian:12

    Good:
        FROM debian:12
        WORKDIR /src
    """
    yield from refused(file, ProblemKind.BEFORE_STAGE, syntax_head.below_from)
    if file.stages or any_meant(file.instructions, "FROM"):
        return
    for one in file.instructions:
        if not isinstance(one, Arg | Unknown):
            yield Mistake(
                one.keyword.span, f"{one.name} has no FROM before it", "begin with `FROM image:tag`"
            )


@rule(
    "GD010",
    "unknown-instruction",
    severity=Severity.ERROR,
    also=("DL1000", "invalid_command", "invalid_line", "UNKNOWN_INSTRUCTION"),
    needs=(ProblemKind.UNKNOWN_INSTRUCTION,),
)
def unknown_instruction(file: Dockerfile) -> Mistakes:
    """A line begins with a word that is not an instruction.

    Often a letter is missing, or the space after the keyword: `CMD["/app"]` is one word for BuildKit. Or the
    line should continue the one above, whose backslash was forgotten.

    Bad:
        FROM debian:12
        WROKDIR /src

    Good:
        FROM debian:12
        WORKDIR /src

    Bad:
        FROM debian:12
        CMD["/app"]

    Good:
        FROM debian:12
        CMD ["/app"]
    """
    return refused(file, ProblemKind.UNKNOWN_INSTRUCTION)


@rule(
    "GD017",
    "unterminated-heredoc",
    severity=Severity.ERROR,
    also=("DL1000",),
    needs=(ProblemKind.UNTERMINATED_HEREDOC,),
)
def unterminated_heredoc(file: Dockerfile) -> Mistakes:
    """A heredoc has no end.

    The word after `<<` has to stand alone on a line, without spaces around it; tabs before it are allowed
    after `<<-`. Without that line, all the rest of the file is taken for the heredoc's text.

    Bad:
        FROM debian:12
        RUN <<EOF
        echo hello
         EOF

    Good:
        FROM debian:12
        RUN <<EOF
        echo hello
        EOF
    """
    return refused(file, ProblemKind.UNTERMINATED_HEREDOC)


@rule(
    "GD022",
    "invalid-stage-name",
    severity=Severity.ERROR,
    also=("INVALID_BUILD_STAGE_NAME",),
    needs=(ProblemKind.STAGE_NAME,),
)
def invalid_stage_name(file: Dockerfile) -> Mistakes:
    """A stage has a name that BuildKit does not take.

    A name begins with a letter, and goes on with letters, digits, `-`, `_` and `.`.

    Bad:
        FROM debian:12 AS 1st
    """
    return refused(file, ProblemKind.STAGE_NAME)


@rule(
    "DL3043",
    "forbidden-trigger",
    severity=Severity.ERROR,
    also=("ONBUILD_CHAINING_DISALLOWED", "ONBUILD_TRIGGER_DISALLOWED"),
    needs=(ProblemKind.ONBUILD_TRIGGER,),
)
def forbidden_trigger(file: Dockerfile) -> Mistakes:
    """ONBUILD holds an instruction that it does not take.

    ONBUILD, FROM and MAINTAINER cannot be triggers of another image's build.

    Bad:
        FROM debian:12
        ONBUILD FROM alpine:3.20

    Bad:
        FROM debian:12
        ONBUILD ONBUILD RUN make

    Good:
        FROM debian:12
        ONBUILD RUN make
    """
    return refused(file, ProblemKind.ONBUILD_TRIGGER, syntax_fixes.onbuild_trigger)


@rule(
    "GD029",
    "invalid-directive",
    severity=Severity.ERROR,
    also=("INVALID_ESCAPE_DIRECTIVE", "DUPLICATED_ESCAPE_DIRECTIVE"),
    needs=(ProblemKind.DIRECTIVE,),
)
def invalid_directive(file: Dockerfile) -> Mistakes:
    r"""A parser directive in the file's head is given twice, or has an invalid value.

    `# syntax=`, `# escape=` and `# check=` may stand once each, before everything else; the escape character
    is a backslash or a backtick.

    Bad:
        # escape=/
        FROM debian:12

    Bad:
        # escape=\\
        FROM debian:12
        RUN make && \
            make install

    Good:
        # escape=\
        FROM debian:12
        RUN make && \
            make install

    Bad:
        # check=sikp=JSONArgsRecommended
        FROM debian:12

    Good:
        # check=skip=JSONArgsRecommended
        FROM debian:12

    Bad:
        # syntax=docker/dockerfile:1
        # syntax=docker/dockerfile:1
        FROM debian:12

    Good:
        # syntax=docker/dockerfile:1
        FROM debian:12
    """
    return refused(file, ProblemKind.DIRECTIVE, syntax_head.directive)
