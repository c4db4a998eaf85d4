"""COPY and ADD: which of the two, from where, and to where."""

from __future__ import annotations

import re

from gendock.dockerfile import Add, Copy, Span, Stage, Word
from gendock.dockerfile.remote_sources import GitSourceError, git_source, is_url
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, rule
from gendock.lint.archives import is_archive
from gendock.lint.bases import is_scratch, root_base
from gendock.lint.context import BuildContext
from gendock.lint.edits import in_case_of
from gendock.lint.images import parse_image
from gendock.lint.mistake import Applicability
from gendock.lint.variables import expanded

_SHARED_FLAGS = frozenset({"chown", "chmod", "link", "exclude"})
_WILDCARD = r"[*?\[$]"
# A folder, or a file whose ending says that it is not an archive: ADD copies it as COPY does.
_SURELY_PLAIN = r"\.{1,2}|.*/|.*[^/.]\.[A-Za-z][A-Za-z0-9]*|(?:.*/)?(?:Makefile|LICENSE|Procfile)"


@rule(
    "DL3020",
    "add-for-copy",
    severity=Severity.ERROR,
    also=("DS-0005", "CKV_DOCKER_4", "CIS-DI-0009", "CIS-4.9"),
    needs=(Add,),
)
def add_for_copy(context: BuildContext) -> Mistakes:
    """ADD copies plain files or folders.

    ADD unpacks archives and fetches URLs, so whoever reads it has to think about what the files are. COPY
    copies, and nothing else.

    Bad:
        FROM debian:12
        ADD go.mod go.sum /src/

    Good:
        FROM debian:12
        COPY go.mod go.sum /src/
    """
    for stage in context.stages:
        for add in stage.of(Add):
            openers = {heredoc.opener for heredoc in add.heredocs}
            sources = [word for word in add.sources if word.span not in openers]
            plain = [word for word in sources if _is_plain(word)]
            if not plain or add.problems:
                continue
            yield Mistake(
                plain[0].span,
                f"ADD is for archives and URLs, and {plain[0].text} is neither",
                "write COPY",
                _with_copy(stage, add, plain) if len(plain) == len(sources) else None,
            )


def _is_plain(word: Word) -> bool:
    path = word.text.strip("\"'")
    # What a variable holds may be a URL.
    if path.startswith("$") or is_archive(path):
        return False
    try:
        git = git_source(path)
    except GitSourceError:
        return False
    return not (is_url(path) or (git is not None and not git.looks_local))


def _with_copy(stage: Stage, add: Add, sources: list[Word]) -> Fix | None:
    is_known = add.destination.text.strip("\"'").startswith(("/", "$"))
    # Of COPY to a folder that nobody knows, DL3045 would have to speak.
    if not is_known and stage.working_directory(before=add) is None:
        return None
    if any(flag.name not in _SHARED_FLAGS for flag in add.flags):
        return None
    keyword = in_case_of(add, "COPY")
    paths = [word.text.strip("\"'") for word in sources]
    is_safe = all(re.fullmatch(_SURELY_PLAIN, path) and not re.search(_WILDCARD, path) for path in paths)
    return Fix(
        f"write {keyword}",
        (Edit(add.keyword.span, keyword),),
        Applicability.SAFE if is_safe else Applicability.UNSAFE,
    )


@rule(
    "DL3021",
    "copy-to-no-folder",
    severity=Severity.ERROR,
    also=("add_dest_invalid", "INVALID_DESTINATION", "DS-0011"),
    needs=(Copy,),
)
def copy_to_no_folder(context: BuildContext) -> Mistakes:
    """COPY has several sources, and its destination does not end with a slash.

    Several files need a folder to go to, and the slash says that it is one. Without it, builders disagree:
    some refuse, some make a folder, some a file. All know `.` for a folder: the default profile leaves it
    alone, and a variable whose value ends with the slash.

    Bad:
        FROM debian:12
        COPY go.mod go.sum /src

    Good:
        FROM debian:12
        COPY go.mod go.sum /src/
    """
    text = context.file.source.text
    # A path of a Windows image may end with a backslash, where that is not the escape character.
    ends = ("/",) if context.file.escape == "\\" else ("/", "\\")
    for stage in context.stages:
        for copy in stage.of(Copy):
            target = copy.destination
            if target.text == "." and not context.is_doubted:
                continue
            if copy.problems or len(copy.sources) < 2 or target.text.strip("\"'").endswith(ends):
                continue
            if (
                "$" in target.text
                and not context.is_doubted
                and (expanded(context, copy, target.text) or "").endswith(ends)
            ):
                continue
            quote = target.span.end - target.span.start > 1 and text[target.span.end - 1] in "\"'"
            at = target.span.end - quote
            yield Mistake(
                target.span,
                f"{len(copy.sources)} sources go to {target.text}, which does not end with a slash",
                f"write `{target.text}/`",
                Fix("add a slash", (Edit(Span(at, at), "/"),)),
            )


@rule("DL3067", "copy-whole-image", severity=Severity.WARNING, needs=(Copy,))
def copy_whole_image(context: BuildContext) -> Mistakes:
    """COPY takes a whole file system from another stage or image.

    `COPY --from=build / /` brings all along that the build needed: compilers, caches, secrets in forgotten
    files. Stages are there to leave that behind; take what runs, by its path. A stage that stands on scratch
    has nothing but what was put there, and `tonistiigi/xx` is made to be copied as a whole.

    Bad:
        FROM golang:1.26 AS build
        RUN go install example.com/app@v1.2.3

        FROM debian:12
        COPY --from=build / /
    """
    for stage in context.stages:
        for copy in stage.of(Copy):
            flag = copy.flag("from")
            if flag is None or flag.value is None or copy.destination.text.strip("\"'") != "/":
                continue
            if _is_made_to_be_copied(context, flag.value.text.strip("\"'")):
                continue
            for source in copy.sources:
                if source.text.strip("\"'") == "/":
                    yield Mistake(
                        source.span,
                        f"this copies every file of {flag.value.text}, needed or not",
                        f"name what is needed: `COPY --from={flag.value.text} /app /app`",
                    )


def _is_made_to_be_copied(context: BuildContext, name: str) -> bool:
    """Tell whether a stage or image has nothing but what is meant to be copied out of it."""
    stage = next((one for one in context.stages if name.lower() in (one.name, str(one.index))), None)
    if stage is None:
        return parse_image(name).path == "tonistiigi/xx"
    return is_scratch(stage) or parse_image(root_base(stage) or "").path == "tonistiigi/xx"
