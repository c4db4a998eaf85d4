"""Whether a program ends where a call goes wrong, by the `if` that follows the call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gendock.golang.syntax import above, arguments, callee, contains, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_ENDS = re.compile(
    r"\bFatal\w*\(|\b[pP]anic\w*\(|\bos\.Exit\(|\breturn\b[^\n]*\b(?:err|fmt\.Errorf|errors\.)|\bExit\("
)
_HELPERS = re.compile(r"(?i)check|panic|fatal|must|exit|fail|die|handle")
_STATEMENTS = frozenset(("if_statement", "short_var_declaration", "assignment_statement", "var_declaration"))
_PARSERS = re.compile(r"Atoi|Parse\w+")
_MUST = re.compile(r"(?i)^(must(?!bind)|require)|required")


def ends_without(call: Node) -> bool:
    """Whether the program, or the function at least, ends where the call reports an error."""
    statement = next((node for node in above(call) if node.type in _STATEMENTS), None)
    if (
        statement is None
    ):  # `log.Fatal(godotenv.Load())`, `return godotenv.Load()`, or nobody looks at the error
        outer = next(iter(above(call)), None)
        return outer is not None and outer.type == "return_statement"
    parent = statement.parent
    if parent is not None and parent.type == "if_statement":
        statement = parent  # `if err := godotenv.Load(); err != nil`
    body = statement if statement.type == "if_statement" else statement.next_named_sibling
    while body is not None and body.type == "comment":
        body = body.next_named_sibling
    if body is None or body.type != "if_statement":
        return body is not None and body.type == "expression_statement" and _hands_over(statement, body)
    consequence = body.child_by_field_name("consequence")
    return consequence is not None and bool(_ENDS.search(text_of(consequence)))


def _hands_over(statement: Node, after: Node) -> bool:
    """Whether a statement gives the error of the one before to a helper that by its name ends by it."""
    left = statement.child_by_field_name("left")
    call = next((child for child in after.named_children if child.type == "call_expression"), None)
    if left is None or call is None or not _HELPERS.search(callee(call)[1]):
        return False
    return text_of(left).rpartition(",")[2].strip() in map(text_of, arguments(call))


def is_required(call: Node) -> bool:
    """Whether a program ends where the variable that a call reads is not set.

    `if os.Getenv("A") == "" { log.Fatal() }`, `a, err := strconv.Atoi(os.Getenv("A"))` with an error that
    ends it, and helpers by the name of must.
    """
    if _MUST.search(callee(call)[1]):
        return True
    statement = next((node for node in above(call) if node.type in _STATEMENTS), None)
    if statement is None:
        return False
    parent = statement.parent
    inside = parent is not None and parent.type == "if_statement"
    condition: Node | None = statement.next_named_sibling
    if statement.type == "if_statement" or inside:
        condition = parent if inside else statement
    if condition is None or condition.type != "if_statement" or _is_set_already(call):
        return False
    asked = condition.child_by_field_name("condition")
    consequence = condition.child_by_field_name("consequence")
    if asked is None or consequence is None or not _ends_always(consequence):
        return False
    parsed = any(
        node.type == "call_expression" and _PARSERS.fullmatch(callee(node)[1]) for node in above(call)
    )
    text = text_of(asked)
    return '== ""' in text or "!ok" in text or (parsed and "!= nil" in text)


def _is_set_already(call: Node) -> bool:
    """Whether a call stands where an `if` has found that something is set: `if os.Getenv("A") != "" {`."""
    for outer in above(call):
        if outer.type == "if_statement":
            asked, consequence = (outer.child_by_field_name(name) for name in ("condition", "consequence"))
            inside = consequence is not None and contains(consequence, call)
            if inside and asked is not None and '!= ""' in text_of(asked):
                return True
    return False


def _ends_always(block: Node) -> bool:
    """Whether a block ends the program whatever else holds: an `if` within asks for something else."""
    statements = block.named_children
    if len(statements) == 1 and statements[0].type == "statement_list":
        statements = statements[0].named_children
    return any(_ENDS.search(text_of(one)) for one in statements if one.type != "if_statement")
