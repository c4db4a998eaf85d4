"""RUN that does what ADD and COPY do: download and unpack, clone, write a file."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from gendock.dockerfile import Span, User
from gendock.lint import Mistake, Mistakes, Severity, rule
from gendock.lint.bases import steps
from gendock.lint.mistake import Fix
from gendock.lint.profiles import Level
from gendock.lint.rewriting import in_place_of, is_alone, is_known
from gendock.lint.scripts import Script

if TYPE_CHECKING:
    from gendock.shell import Command, Word

_ARCHIVE = r"(?i)https?://\S+\.(?:tar(?:\.(?:gz|bz2|xz|zst))?|tgz|tbz2?|txz)(?:\?\S*)?"
_REMOTE = r"(?:https?|ssh|git)://|[\w.-]+@[\w.-]+:"
_TAR_LETTERS = frozenset("xzjJvfpo")
_VALUED_BY_FETCHERS = ("o", "output", "O", "output-document", "retry", "H", "header", "P")
_CLONE_OPTIONS = frozenset(
    {"b", "branch", "depth", "single-branch", "q", "quiet", "recursive", "recurse-submodules", "progress"}
)
_CAT = r"cat\s+(?:<<-?\s*(['\"]?)\w+\1\s*>\s*(?P<path>\S+)|>\s*(?P<first>\S+)\s*<<-?\s*(['\"]?)\w+\4)\s*"
_NO_FILES = ("/dev/", "/proc/", "/sys/")


@rule(
    "GD134",
    "unpack-in-run",
    severity=Severity.INFO,
    also=("prefer-add-unpack",),
    level=Level.TASTE,
    mentions=("tar",),
)
def unpack_in_run(script: Script) -> Mistakes:
    """RUN downloads an archive and unpacks it, as ADD --unpack does.

    ADD needs no curl and no tar in the image, checks the server's file for changes at each build, and takes a
    `--checksum`. A RUN is kept in the cache whatever the server has by now.

    Bad:
        FROM debian:12
        RUN curl -fsSL https://example.com/tool-1.2.3.tar.gz | tar -xz -C /opt

    Good:
        FROM debian:12
        ADD --unpack https://example.com/tool-1.2.3.tar.gz /opt/
    """
    for fetch, tar in pairwise(script.calls):
        if fetch.program not in ("curl", "wget") or tar.program not in ("tar", "bsdtar"):
            continue
        url = next((word for word in fetch.arguments if re.fullmatch(_ARCHIVE, word.text)), None)
        if url is None or tar.before not in ("|", "&&", ";", "\n"):
            continue
        yield Mistake(
            Span(fetch.words[0].start, fetch.words[0].end),
            f"{fetch.program} fetches an archive for tar: ADD --unpack does both in one step",
            f"write `ADD --unpack {url.text} <folder>/`",
            _unpacking(script, fetch, tar, url),
        )


def _unpacking(script: Script, fetch: Command, tar: Command, url: Word) -> Fix | None:
    from gendock.shell import options_of

    if not is_alone(script) or len(script.calls) != 2 or not is_known(script, url.text):
        return None
    fetched = options_of(fetch, valued=_VALUED_BY_FETCHERS)
    target = fetched.value("o", "output", "O", "output-document")
    read = options_of(_with_dash(tar), valued=("C", "directory", "f", "file"))
    flags = {name for name, _ in read.flags} - {"C", "directory", "file"}
    piped = tar.before == "|" and target in (None, "-")
    told = read.value("f", "file")
    stored = tar.before == "&&" and target is not None and told == target
    if not flags <= _TAR_LETTERS or "x" not in flags or read.operands or len(fetched.operands) != 1:
        return None
    if not (piped and told in (None, "-")) and not stored:
        return None
    folder = (read.value("C", "directory") or ".").rstrip("/") + "/"
    if not is_known(script, folder):
        return None
    return in_place_of(script, f"ADD --unpack {url.text} {folder}", "let ADD fetch and unpack it")


def _with_dash(tar: Command) -> Command:
    """Return a call of tar with its first argument as options, which need no dash: `tar xz`."""
    if len(tar.words) < 2 or tar.words[1].text.startswith("-"):
        return tar
    from msgspec.structs import replace

    name, first, *rest = tar.words
    return replace(tar, words=(name, replace(first, text=f"-{first.text}"), *rest))


@rule(
    "GD135",
    "clone-in-run",
    severity=Severity.INFO,
    also=("prefer-add-git",),
    level=Level.TASTE,
    mentions=("clone",),
)
def clone_in_run(script: Script) -> Mistakes:
    """RUN clones a git repository, as ADD does.

    BuildKit keeps a RUN in its cache for as long as its text is the same, so a branch that has moved on is
    not cloned again. ADD asks the repository, needs no git in the image, and takes a `--checksum`.

    Bad:
        FROM debian:12
        RUN git clone --depth 1 -b v1.2.3 https://github.com/example/tool.git /src/tool

    Good:
        FROM debian:12
        ADD --keep-git-dir=true https://github.com/example/tool.git#v1.2.3 /src/tool
    """
    for call in script.calls_of("git"):
        if "clone" not in call.texts[:3]:
            continue
        url = next((word for word in call.arguments if re.match(_REMOTE, word.text)), None)
        if url is not None:
            yield Mistake(
                Span(call.words[0].start, url.end),
                f"git clones {url.text} in RUN, and the build cache does not notice when it changes",
                "write `ADD <repository>.git#<ref> <folder>`",
                _adding(script, call, url),
            )


def _adding(script: Script, call: Command, url: Word) -> Fix | None:
    from gendock.shell import options_of

    read = options_of(call, valued=("b", "branch", "depth"))
    names = {name for name, _ in read.flags}
    operands = [word.text for word in read.operands]
    if not is_alone(script) or len(script.calls) != 1 or not names <= _CLONE_OPTIONS:
        return None
    if operands[:2] != ["clone", url.text] or len(operands) > 3 or not url.text.startswith("https://"):
        return None
    address = url.text.removesuffix("/").removesuffix(".git")
    folder = operands[2] if len(operands) == 3 else posixpath.basename(address)
    ref = read.value("b", "branch")
    source = f"{address}.git" + (f"#{ref}" if ref else "")
    if not is_known(script, source) or not is_known(script, folder):
        return None
    return in_place_of(script, f"ADD --keep-git-dir=true {source} {folder}", "let ADD clone it")


@rule(
    "GD138",
    "file-by-echo",
    severity=Severity.INFO,
    also=("prefer-copy-heredoc",),
    level=Level.TASTE,
    mentions=("echo", "printf", "cat"),
)
def file_by_echo(script: Script) -> Mistakes:
    """RUN writes a file whose text stands in the Dockerfile.

    A heredoc of COPY shows the file as it is, without quotes and escapes of a shell, and needs no shell in
    the image.

    Bad:
        FROM debian:12
        RUN echo 'nobody:x:65534:65534::/:' > /etc/passwd

    Good:
        FROM debian:12
        COPY <<EOF /etc/passwd
        nobody:x:65534:65534::/:
        EOF

    Bad:
        FROM debian:12
        RUN cat <<EOF > /etc/motd
        Welcome.
        EOF

    Good:
        FROM debian:12
        COPY <<EOF /etc/motd
        Welcome.
        EOF
    """
    yield from _heredoc_by_cat(script)
    for call in script.calls:
        if call.program not in ("echo", "printf") or call.inside or call.after == "|":
            continue
        written = [to for to in call.redirects if to.operator == ">" and to.descriptor in ("", "1")]
        if len(written) != 1 or written[0].target.text.startswith(_NO_FILES):
            continue
        path = written[0].target
        text = _written(call)
        fix = None
        if text is not None and len(call.redirects) == 1 and len(script.calls) == 1 and is_alone(script):
            fix = _copying(script, path.text, text)
        yield Mistake(
            Span(call.words[0].start, call.words[0].end),
            f"{call.program} writes {path.text}, which COPY can write from a heredoc",
            f"write `COPY <<EOF {path.text}`, the text, and `EOF`",
            fix,
        )


def _written(call: Command) -> str | None:
    """Return what echo or printf writes; None where only a shell knows."""
    if not all(word.is_plain for word in call.words):
        return None
    text = " ".join(call.texts)
    if call.program == "echo":
        return None if "\\" in text or text.startswith("-") else f"{text}\n"
    if len(call.arguments) != 1 or "%" in text or not text.endswith("\\n"):
        return None
    found = text.replace("\\n", "\n")
    return None if "\\" in found else found


def _copying(script: Script, path: str, text: str) -> Fix | None:
    has_user = any(isinstance(one, User) for one in steps(script.stage, script.run))
    if has_user or not is_known(script, path) or "EOF" in text.split("\n"):
        return None
    # Docker would replace variables in a text whose end mark is not quoted.
    mark = "'EOF'" if re.search(r"[$`\\]", text) else "EOF"
    return in_place_of(script, f"COPY <<{mark} {path}\n{text}EOF", "write the text in a heredoc")


def _heredoc_by_cat(script: Script) -> Mistakes:
    run = script.run
    if len(run.heredocs) != 1 or run.command.exec_form or not run.command.words:
        return
    found = re.fullmatch(_CAT, run.command.words[0].text)
    if found is None:
        return
    path = found["path"] or found["first"]
    heredoc = run.heredocs[0]
    opener = script.source.slice(heredoc.opener)
    computed = "'" not in opener and '"' not in opener and re.search(r"[$`\\]", heredoc.text)
    has_user = any(isinstance(one, User) for one in steps(script.stage, run))
    fix = None
    if not (computed or has_user or run.flags) and script.instruction is run and is_known(script, path):
        fix = in_place_of(script, f"COPY {opener} {path}", "write the text in a heredoc of COPY")
    yield Mistake(
        run.keyword.span,
        f"RUN writes {path}, which COPY can write from a heredoc",
        f"write `COPY {opener} {path}`",
        fix,
    )
