"""Operators that work on columns: SELECT, EXTEND, SET, DROP, RENAME, AS, WINDOW."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import bracketed
from querywright.pipes.parsing.names import identifier
from querywright.pipes.parsing.reading import Reading, detached, split
from querywright.pipes.tree import (
    As,
    Assignment,
    Drop,
    Expression,
    Extend,
    NamedWindows,
    Rename,
    Renaming,
    Select,
    Set,
    Window,
)

__all__ = [
    "read_as",
    "read_drop",
    "read_extend",
    "read_mode",
    "read_rename",
    "read_select",
    "read_set",
    "read_window",
    "without_last_comma",
]


def read_select(reading: Reading, keyword: Token, tokens: list[Token]) -> Select:
    """`SELECT [WITH …] [ALL | DISTINCT] [AS STRUCT | AS VALUE | AS type] items [WINDOW name AS (…), …]`."""
    hint, tokens = _hint(reading, keyword, tokens)
    mode, tokens = read_mode(reading, tokens)
    type_name, tokens = _type_name(reading, tokens)
    tree = _listed(reading, keyword, tokens, "distinct", "kind", "windows")
    kind = type_name or str(tree.args.get("kind") or "")
    distinct = tree.args.get("distinct")
    if isinstance(distinct, exp.Distinct) and distinct.args.get("on"):
        reading.fail("SELECT DISTINCT ON is not read: |> AGGREGATE keeps one row a group", keyword)
    return Select(_items(tree), distinct is not None, kind, _windows(tree), hint, mode)


def _hint(reading: Reading, keyword: Token, tokens: list[Token]) -> tuple[str, list[Token]]:
    """The hint behind SELECT, `@{…}` or Spark's `/*+ … */`, as it is written, and the tokens behind it."""
    if reading.dialect != "spark" or not tokens or tokens[0].token_type != TokenType.HINT:
        return reading.hints.take(keyword), tokens
    end = reading.text.find("*/", tokens[0].start) + 2
    hint = reading.text[reading.text.find("/*+", keyword.end) : end]
    return hint, [token for token in tokens if token.start >= end]


def read_mode(reading: Reading, tokens: list[Token]) -> tuple[str, list[Token]]:
    """`WITH name [OPTIONS(…)]` in front of items, as it is written, and the tokens behind it."""
    if len(tokens) < 2 or tokens[0].token_type != TokenType.WITH or tokens[1].token_type == TokenType.L_PAREN:
        return "", tokens
    identifier(reading, tokens, 1, "a name behind WITH")
    end = 2
    if len(tokens) > 2 and tokens[2].text.upper() == "OPTIONS":
        end = bracketed(reading, tokens, 3, "( and options")[1]
    return reading.text[tokens[0].start : tokens[end - 1].end + 1], tokens[end:]


def _type_name(reading: Reading, tokens: list[Token]) -> tuple[str, list[Token]]:
    """The type of `[ALL | DISTINCT] AS a.b`, and the tokens without it."""
    at = 1 if tokens and tokens[0].token_type in (TokenType.ALL, TokenType.DISTINCT) else 0
    if len(tokens) < at + 2 or tokens[at].token_type != TokenType.ALIAS or reading.dialect != "googlesql":
        return "", tokens
    if tokens[at + 1].text.upper() in ("STRUCT", "VALUE"):
        return "", tokens
    end = at + 2
    identifier(reading, tokens, end - 1, "STRUCT, VALUE or a type")
    while end < len(tokens) and tokens[end].token_type == TokenType.DOT:
        end += 2
        identifier(reading, tokens, end - 1, "a name behind the dot")
    return reading.text[tokens[at + 1].start : tokens[end - 1].end + 1], tokens[:at] + tokens[end:]


def read_extend(reading: Reading, keyword: Token, tokens: list[Token]) -> Extend:
    """`EXTEND items [WINDOW name AS (…), …]`."""
    tree = _listed(reading, keyword, _no_select_words(reading, tokens), "windows")
    reading.refuse_star(tree.expressions, tokens)
    return Extend(_items(tree), _windows(tree))


def read_window(reading: Reading, keyword: Token, tokens: list[Token]) -> Window | NamedWindows:
    """`WINDOW items`; in Spark `WINDOW name AS (…), …`."""
    if reading.dialect == "spark" and len(tokens) > 1 and tokens[1].token_type == TokenType.ALIAS:
        line, column, start, end = keyword.line, keyword.col, keyword.start, keyword.end
        one = Token(TokenType.NUMBER, "1", line, column, start, end)
        return NamedWindows(_windows(reading.select(keyword, [one, keyword, *tokens], "windows")))
    tree = _listed(reading, keyword, _no_select_words(reading, tokens))
    reading.refuse_star(tree.expressions, tokens)
    return Window(_items(tree))


def read_set(reading: Reading, keyword: Token, tokens: list[Token]) -> Set:
    """`SET name = value, …`."""
    assignments = []
    for part in split(without_last_comma(tokens)):
        name = _name(reading, keyword, part, "a column name")
        if len(part) < 2 or part[1].token_type != TokenType.EQ:
            reading.expected("=", part, 1)
        assignments.append(Assignment(name, reading.expression(part[1], part[2:])))
    return Set(tuple(assignments))


def read_drop(reading: Reading, keyword: Token, tokens: list[Token]) -> Drop:
    """`DROP name, …`."""
    names = []
    for part in split(without_last_comma(tokens)):
        names.append(_name(reading, keyword, part, "a column name"))
        if len(part) > 1:
            reading.expected("a comma or the end of the operator", part, 1)
    return Drop(tuple(names))


def read_rename(reading: Reading, keyword: Token, tokens: list[Token]) -> Rename:
    """`RENAME old [AS] new, …`."""
    renamings = []
    for part in split(without_last_comma(tokens)):
        old = _name(reading, keyword, part, "a column name")
        at = 2 if len(part) > 1 and part[1].token_type == TokenType.ALIAS else 1
        new = identifier(reading, part, at, "AS and a new name" if at == 1 else "a new name")
        if len(part) > at + 1:
            reading.expected("a comma or the end of the operator", part, at + 1)
        renamings.append(Renaming(old, new))
    return Rename(tuple(renamings))


def read_as(reading: Reading, keyword: Token, tokens: list[Token]) -> As:
    """`AS alias`."""
    alias = _name(reading, keyword, tokens, "an alias")
    if len(tokens) > 1:
        reading.expected("the end of the operator", tokens, 1)
    return As(alias)


def _name(reading: Reading, keyword: Token, tokens: list[Token], what: str) -> exp.Identifier:
    if not tokens:
        reading.fail(f"expected {what}, found the end of the operator", keyword.end + 1)
    return identifier(reading, tokens, 0, what)


def without_last_comma(tokens: list[Token]) -> list[Token]:
    """The tokens of a list; GoogleSQL lets it end in a comma."""
    return tokens[:-1] if len(tokens) > 1 and tokens[-1].token_type == TokenType.COMMA else tokens


def _listed(reading: Reading, keyword: Token, tokens: list[Token], *allowed: str) -> exp.Select:
    tokens = _without_comma_before_window(without_last_comma(tokens))
    if not tokens:
        reading.fail("expected an expression, found the end of the operator", keyword.end + 1)
    if tokens[0].token_type == TokenType.COMMA:
        reading.expected("an expression", tokens)
    tree = reading.select(keyword, tokens, *allowed)
    if not tree.expressions:
        reading.expected("an expression", tokens)
    return tree


def _without_comma_before_window(tokens: list[Token]) -> list[Token]:
    """The tokens of a list with its named windows; GoogleSQL lets the list in front of WINDOW end in a comma, too."""
    for at, token in enumerate(tokens[:-2]):
        if token.token_type == TokenType.WINDOW and at:
            before, behind = tokens[at - 1].token_type, tokens[at + 2].token_type
            if before == TokenType.COMMA and behind == TokenType.ALIAS:
                return tokens[: at - 1] + tokens[at:]
    return tokens


def _no_select_words(reading: Reading, tokens: list[Token]) -> list[Token]:
    if tokens and tokens[0].token_type in (TokenType.DISTINCT, TokenType.ALL, TokenType.ALIAS):
        reading.expected("an expression", tokens)
    return tokens


def _items(tree: exp.Select) -> tuple[Expression, ...]:
    return tuple([detached(item) for item in tree.expressions])


def _windows(tree: exp.Select) -> tuple[Expression, ...]:
    return tuple([detached(window) for window in tree.args.get("windows") or ()])
