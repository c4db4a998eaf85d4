"""From a script's text to its commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from gendock.shell.commands import Command, Inside, Redirect, ShellScript, Word
from gendock.shell.simple import read_simple
from gendock.shell.words import word_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

# A script that is nested deeper than this was made to hurt.
_DEEPEST = 150
_OPERATORS = frozenset({"&&", "||", "|", "|&", ";", "&", "\n", ";;", ";&", ";;&"})
_INSIDE = {
    "subshell": Inside.SUBSHELL,
    "compound_statement": Inside.GROUP,
    "if_statement": Inside.BRANCH,
    "elif_clause": Inside.BRANCH,
    "else_clause": Inside.BRANCH,
    "case_item": Inside.BRANCH,
    "while_statement": Inside.LOOP,
    "for_statement": Inside.LOOP,
    "c_style_for_statement": Inside.LOOP,
    "function_definition": Inside.FUNCTION,
    "command_substitution": Inside.SUBSTITUTION,
    "process_substitution": Inside.SUBSTITUTION,
    "negated_command": Inside.NEGATION,
}
_FOREIGN = r"[^\x00-\x7f]"
_COMMANDS = frozenset({"command", "declaration_command", "unset_command", "test_command"})
_EXPRESSIONS = frozenset({"binary_expression", "unary_expression", "parenthesized_expression"})
_ASSIGNMENTS = frozenset({"variable_assignment", "variable_assignments"})
_REDIRECTS = frozenset({"file_redirect", "herestring_redirect", "heredoc_redirect"})


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def read_script(text: str, place: Callable[[int], int] | None = None) -> ShellScript:
    """Read a script.

    Args:
        text: the script.
        place: turns an offset into `text` into the offset that words and commands are to have, where the text
            is only a part of something larger. None leaves offsets as they are.
    """
    simple = read_simple(text, place)
    if simple is not None:
        return simple
    return read_tree(text, place)


def read_tree(text: str, place: Callable[[int], int] | None = None) -> ShellScript:
    """Read a script by its grammar, whatever it has."""
    # With one byte for each character, the tree's offsets are those of the text.
    tree = _parser().parse(re.sub(_FOREIGN, "x", text).encode("ascii"))
    reading = _Reading(text, place)
    reading.statement(tree.root_node, (), ())
    return ShellScript(tuple(reading.commands), tree.root_node.has_error)


class _Reading:
    """Walks over one tree; made for one use."""

    def __init__(self, text: str, place: Callable[[int], int] | None) -> None:
        self.commands: list[Command] = []
        self._text = text
        self._place = place
        self._operator = ""
        self._latest: Command | None = None

    def statement(self, node: Node, inside: tuple[Inside, ...], redirects: tuple[Redirect, ...]) -> None:
        """Take the commands out of a node and what is below it, in order."""
        kind = node.type
        if kind in _COMMANDS:
            self._command(node, inside, redirects)
        elif kind in _ASSIGNMENTS:
            assigned = (node,) if kind == "variable_assignment" else tuple(node.children)
            self._add((), assigned, redirects, inside)
        elif kind in _OPERATORS:
            self._separate(kind)
        elif kind == "redirected_statement":
            self._redirected(node, inside, redirects)
        elif node.child_count and len(inside) < _DEEPEST:
            self._children(node, inside, redirects)

    def _children(self, node: Node, inside: tuple[Inside, ...], redirects: tuple[Redirect, ...]) -> None:
        kind = _INSIDE.get(node.type)
        # Lists and pipelines nest to the left, as deep as they are long.
        here = (*inside, kind) if kind else inside
        if node.type in ("list", "pipeline"):
            for child in _flat(node):
                self.statement(child, here, redirects)
            return
        conditions = node.children_by_field_name("condition") if kind in (Inside.BRANCH, Inside.LOOP) else ()
        asked = {child.id for child in conditions}
        end = node.start_byte
        for child in node.children:
            # Between the patterns of a `case`, `|` is no pipe.
            if child.type == "|" and node.type == "case_item":
                continue
            if child.is_named or child.type in _OPERATORS:
                # A line end between two statements is no node of the tree.
                if self._latest and not self._operator and "\n" in self._text[end : child.start_byte]:
                    self._separate("\n")
                within = (*here, Inside.CONDITION) if child.id in asked else here
                self.statement(child, within, redirects)
                end = child.end_byte

    def _separate(self, operator: str) -> None:
        if self._latest is not None and not self._latest.after:
            self._latest.after = operator
        self._operator = operator

    def _redirected(self, node: Node, inside: tuple[Inside, ...], outer: tuple[Redirect, ...]) -> None:
        if self._simple(node, inside, outer):
            return
        found = list(outer)
        later: list[Node] = []
        body: Node | None = None
        for child in node.children:
            if child.type == "heredoc_redirect":
                # What follows the opening word on its line stands below the redirect: `cat <<EOF | sh`.
                for part in child.children:
                    if part.type == "file_redirect":
                        found.append(self._redirect(part))
                    elif part.type not in ("heredoc_body", "heredoc_start", "heredoc_end"):
                        later.append(part)
                opener = next((part for part in child.children if part.type == "heredoc_start"), child)
                found.append(Redirect("", "<<", self._word(opener)))
            elif child.type in _REDIRECTS:
                found.append(self._redirect(child))
            elif child.is_named:
                body = child
        if body is not None:
            self._last_redirected(body, inside, outer, tuple(found))
        for part in later:
            if part.is_named or part.type in _OPERATORS:
                self.statement(part, inside, outer)

    def _last_redirected(
        self, node: Node, inside: tuple[Inside, ...], outer: tuple[Redirect, ...], found: tuple[Redirect, ...]
    ) -> None:
        """Give redirects to the last command of a list alone: `a && b > file`."""
        while node.type in ("list", "pipeline"):
            *first, node = _flat(node)
            for part in first:
                self.statement(part, inside, outer)
        self.statement(node, inside, found)

    def _command(self, node: Node, inside: tuple[Inside, ...], outer: tuple[Redirect, ...]) -> None:
        if self._simple(node, inside, outer):
            return
        words: list[Node] = []
        assignments: list[Node] = []
        redirects = list(outer)
        for child in node.children:
            kind = child.type
            if kind == "variable_assignment" and not words:
                assignments.append(child)
            elif kind in _REDIRECTS:
                redirects.append(self._redirect(child))
            elif kind != "comment":
                words.extend(_operands(child))
        self._add(words, assignments, tuple(redirects), inside)

    def _simple(self, node: Node, inside: tuple[Inside, ...], outer: tuple[Redirect, ...]) -> bool:
        """Read one command in the straight way, which knows words better than the grammar does."""
        start, place = node.start_byte, self._place
        script = read_simple(
            self._slice(node), lambda offset: start + offset if place is None else place(start + offset)
        )
        if script is None or len(script.commands) != 1:
            return False
        (command,) = script.commands
        command.redirects = (*outer, *command.redirects)
        command.inside = inside
        command.after = ""
        self._append(command)
        return True

    def _add(
        self,
        words: list[Node] | tuple[Node, ...],
        assignments: list[Node] | tuple[Node, ...],
        redirects: tuple[Redirect, ...],
        inside: tuple[Inside, ...],
    ) -> None:
        read = self._words(words)
        assigned = self._words(assignments)
        everything = (*assigned, *read)
        if not everything:
            return
        command = Command(
            words=read,
            assignments=assigned,
            redirects=redirects,
            start=everything[0].start,
            end=everything[-1].end,
            before="",
            after="",
            inside=inside,
        )
        self._append(command)
        # What a substitution runs comes before the command that it is a word of; for a reader, behind it.
        for one in (*assignments, *words):
            if one.child_count:
                self._substitutions(one, inside)
        self._latest = command

    def _append(self, command: Command) -> None:
        command.before, self._operator = self._operator, ""
        self.commands.append(command)
        self._latest = command

    def _substitutions(self, node: Node, inside: tuple[Inside, ...]) -> None:
        text = self._slice(node)
        if "$(" not in text and "`" not in text and "<(" not in text and ">(" not in text:
            return
        if node.type in ("command_substitution", "process_substitution"):
            held, self._operator = self._operator, ""
            self.statement(node, inside, ())
            self._operator = held
        elif len(inside) < _DEEPEST:
            for child in node.children:
                self._substitutions(child, inside)

    def _redirect(self, node: Node) -> Redirect:
        descriptor = operator = ""
        target: Node | None = None
        for child in node.children:
            if child.type == "file_descriptor":
                descriptor = self._slice(child)
            elif child.is_named:
                target = child
            else:
                operator = child.type
        return Redirect(descriptor, operator, self._word(node if target is None else target))

    def _slice(self, node: Node) -> str:
        return self._text[node.start_byte : node.end_byte]

    def _words(self, nodes: list[Node] | tuple[Node, ...]) -> tuple[Word, ...]:
        """Return the words of nodes; what nothing parts is one word, whatever the grammar makes of it."""
        ranges: list[tuple[int, int]] = []
        for node in nodes:
            if node.start_byte == node.end_byte:
                # The grammar puts what it misses into the tree.
                continue
            if ranges and ranges[-1][1] == node.start_byte:
                ranges[-1] = (ranges[-1][0], node.end_byte)
            else:
                ranges.append((node.start_byte, node.end_byte))
        return tuple(self._word_at(start, end) for start, end in ranges)

    def _word(self, node: Node) -> Word:
        return self._word_at(node.start_byte, node.end_byte)

    def _word_at(self, start: int, end: int) -> Word:
        text, is_plain, is_quoted = word_of(self._text[start:end])
        if self._place is not None:
            # The place behind the last character, which may stand in another line than the next one.
            start, end = self._place(start), self._place(end - 1) + 1 if end > start else self._place(end)
        return Word(text, start, end, is_plain, is_quoted)


def _operands(node: Node) -> list[Node]:
    """Return the words of a test's expression, and any other node as it is."""
    if node.type not in _EXPRESSIONS:
        return [node]
    return [operand for child in node.children for operand in _operands(child)]


def _flat(node: Node) -> list[Node]:
    """Return the parts of a list or pipeline, and of those that begin it, in order."""
    parts: list[Node] = []
    at: Node | None = node
    while at is not None:
        first, *rest = at.children
        parts.extend(reversed(rest))
        at = first if first.type in ("list", "pipeline") and first.child_count else None
        if at is None:
            parts.append(first)
    parts.reverse()
    return parts
