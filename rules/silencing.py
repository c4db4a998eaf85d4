"""Comments that silence rules: those that silence nothing, and those that do not say why."""

from __future__ import annotations

import re

from gendock.dockerfile import Span, nearest
from gendock.lint import Edit, Fix, Mistake, Mistakes, Severity, registry, rule
from gendock.lint.pragmas import Pragma, is_own
from gendock.lint.silencing import Silencing

# A sentence may begin with gendock's name; with a colon, or with brackets or codes behind a word, it is none.
_COMMAND = re.compile(
    r"#\s*gendock(?:\s*:\s*|\s+(?=[\w-]+\s*[\[=:]|(?:file-)?ignore\b))(?P<word>[\w-]*)\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_CODES = re.compile(
    r"[=:,-]?\s*[\[({'\"`]?\s*(?P<codes>[A-Za-z]{2,3}\d+(?:\s*,\s*[A-Za-z]{2,3}\d+)*|[a-z]+(?:-[a-z]+)+)"
    r"\s*[\])}'\"`]?[\s;:]*(?P<reason>.*)"
)
_WORDS = ("ignore", "file-ignore")
_WORDS_OF_OTHERS = {"disable": "ignore", "skip": "ignore", "silence": "ignore", "nolint": "ignore"}


@rule("GD091", "unused-ignore", severity=Severity.WARNING)
def unused_ignore(silencing: Silencing) -> Mistakes:
    """A comment silences a rule that finds nothing there.

    It outlived what it was written for, or its name is misspelt, and hides the next real mistake. Comments in
    the words of other tools are not judged: those tools may need them.

    Bad:
        FROM debian:12
        # gendock: ignore[DL3000] the base image decides
        WORKDIR /src

    Good:
        FROM debian:12
        WORKDIR /src
    """
    for pragma in silencing.pragmas:
        if not pragma.own or (silencing.require_reason and not pragma.reason):
            continue
        if not pragma.names:
            if not silencing.is_used(pragma, None):
                yield Mistake(
                    pragma.span, "this comment silences nothing", "delete it", _delete(silencing, pragma)
                )
            continue
        unused = [(name, span) for name, span in pragma.names if not silencing.is_used(pragma, name)]
        for name, span in unused:
            alone = len(unused) == len(pragma.names)
            fix = _delete(silencing, pragma) if alone else _take_out(pragma, span)
            yield _unused(silencing, name, span, fix)


@rule("GD092", "ignore-without-reason", severity=Severity.WARNING)
def ignore_without_reason(silencing: Silencing) -> Mistakes:
    """A comment silences a rule and does not say why.

    Only with `require-reason = true` in the settings: the comment then silences nothing until it has a reason
    after its bracket, as in `# gendock: ignore[DL3007] rebuilt each night`.
    """
    for pragma in silencing.pragmas if silencing.require_reason else ():
        if pragma.own and not pragma.reason:
            yield Mistake(
                pragma.span, "this comment does not say why it silences", "write the reason after it"
            )


@rule("GD093", "unknown-pragma", severity=Severity.WARNING)
def unknown_pragma(silencing: Silencing) -> Mistakes:
    """A comment speaks to gendock in words that it does not know.

    It silences nothing, and who wrote it believes that it does.

    Bad:
        FROM debian:12
        # gendock: ingore[DL3000] the base image decides
        WORKDIR src

    Good:
        FROM debian:12
        # gendock: ignore[DL3000] the base image decides
        WORKDIR src
    """
    for comment in silencing.file.comments:
        text = silencing.file.source.slice(comment.span)
        match = _COMMAND.match(text)
        if match is None or is_own(text):
            continue
        meant = _meant(match)
        advice = "write `# gendock: ignore[CODES] reason`, or `file-ignore` for the whole file"
        yield Mistake(
            comment.span,
            "the names of rules stand in brackets"
            if match["word"].casefold() in _WORDS and ":" in match[0][: match.start("word")]
            else f"gendock knows no comment with {match['word'] or 'nothing'} after its name",
            f"did you mean `{meant}`?" if meant else advice,
            Fix("write what it knows", (Edit(comment.span, meant),)) if meant else None,
        )


def _meant(match: re.Match[str]) -> str:
    """Return the comment that one with a wrong word most likely was meant to be; empty where nobody knows."""
    word = match["word"].casefold()
    known = _WORDS_OF_OTHERS.get(word) or nearest(word, _WORDS)
    codes = _CODES.fullmatch(match["rest"])
    if known is None or "stage" in word:
        return ""
    if codes is not None:
        return f"# gendock: {known}[{codes['codes']}] {codes['reason']}".rstrip()
    meant = f"# gendock: {known}{match['rest']}"
    return meant if match["rest"].startswith("[") and is_own(meant) else ""


def _unused(silencing: Silencing, name: str, span: Span, fix: Fix) -> Mistake:
    if silencing.is_known(name):
        return Mistake(span, f"{name} finds nothing here to silence", "delete it", fix)
    names = [known for one in registry().rules for known in (one.code, one.name)]
    near = nearest(name, names, most=len(names))
    advice = f"did you mean {near}?" if near else "`gendock rule` lists the rules"
    return Mistake(span, f"no rule is called {name}", advice)


def _delete(silencing: Silencing, pragma: Pragma) -> Fix:
    """Delete the comment with its whole line."""
    text = silencing.file.source.text
    start = text.rfind("\n", 0, pragma.span.start) + 1
    end = text.find("\n", pragma.span.end)
    return Fix("delete the comment", (Edit(Span(start, len(text) if end < 0 else end + 1), ""),))


def _take_out(pragma: Pragma, span: Span) -> Fix:
    """Delete one name of several, with the comma beside it."""
    names = [place for _, place in pragma.names or ()]
    at = names.index(span)
    is_last = at + 1 == len(names)
    gone = Span(names[at - 1].end, span.end) if is_last else Span(span.start, names[at + 1].start)
    return Fix("remove it from the comment", (Edit(gone, ""),))
