"""AGGREGATE: its items, its keys, and how either may be sorted."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.columns import read_mode, without_last_comma
from querywright.pipes.parsing.lexing import CLOSING, OPENING
from querywright.pipes.parsing.reading import Reading, detached, split
from querywright.pipes.tree import Aggregate, Expression

__all__ = ["read_aggregate"]


def read_aggregate(reading: Reading, keyword: Token, tokens: list[Token]) -> Aggregate:
    """`AGGREGATE items [GROUP [AND ORDER] BY keys]`; either list may be sorted by suffixes."""
    mode, tokens = read_mode(reading, tokens)
    at, behind, and_order = _group_by(reading, tokens)
    hint = reading.hints.take(tokens[at]) if reading.hints and at < len(tokens) else ""
    items = without_last_comma(tokens[:at])
    found = _sorted_items(reading, keyword, items) if items else []
    groups: list[Expression] = []
    if at < len(tokens):
        keys = without_last_comma(tokens[behind:])
        if not keys:
            reading.fail("expected a key to group by, found the end of the operator", tokens[behind - 1].end + 1)
        groups = _keys(reading, tokens[at], keys)
    if reading.dialect == "spark":
        if not found and not groups:
            reading.fail("expected an aggregate or GROUP BY, found the end of the operator", keyword.end + 1)
        if any(isinstance(key, exp.Tuple) and not key.expressions for key in groups):
            reading.fail("Spark has no GROUP BY ()", tokens[at])
    return Aggregate(tuple(found), tuple(groups), and_order, hint, mode)


def _group_by(reading: Reading, tokens: list[Token]) -> tuple[int, int, bool]:
    """Where GROUP BY begins and ends, and whether it is GROUP AND ORDER BY."""
    depth = 0
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind in OPENING:
            depth += 1
        elif kind in CLOSING:
            depth -= 1
        elif depth:
            continue
        elif kind == TokenType.GROUP_BY:
            return index, index + 1, False
        elif token.text.upper() == "GROUP" and kind != TokenType.IDENTIFIER:
            words = [t.text.upper() for t in tokens[index + 1 : index + 4]]
            if words[:1] == ["BY"]:
                return index, index + 2, False
            if words[:3] == ["AND", "ORDER", "BY"]:
                return index, index + 4, True
            if words[:2] != ["AND", "ORDER BY"]:
                reading.expected("GROUP BY or GROUP AND ORDER BY", tokens, index + 1)
            return index, index + 3, True
    return len(tokens), len(tokens), False


def _keys(reading: Reading, keyword: Token, tokens: list[Token]) -> list[Expression]:
    """Keys of GROUP BY: expressions, ROLLUP, CUBE, GROUPING SETS and `()`."""
    if reading.stars:
        _refuse_dot_stars(reading, tokens)
    if not any(token.token_type in _SETS or token.text == ")" for token in tokens):
        return _sorted_items(reading, keyword, tokens)
    found: list[Expression] = []
    for part in split(tokens):
        if [token.text for token in part[:2]] == ["(", ")"] and len(part) > 2:
            reading.expected("a comma or the end of the operator", part, 2)
        if part and (part[0].token_type in _SETS or [token.text for token in part] == ["(", ")"]):
            found.append(_grouping_set(reading, keyword, part))
        else:
            found += _sorted_items(reading, keyword, part)
    return found


def _refuse_dot_stars(reading: Reading, tokens: list[Token]) -> None:
    for index, token in enumerate(tokens[1:], 1):
        if token.token_type == TokenType.STAR and tokens[index - 1].token_type == TokenType.DOT:
            reading.expected("a key to group by", tokens, index)


_SETS = {TokenType.ROLLUP, TokenType.CUBE, TokenType.GROUPING_SETS}


def _grouping_set(reading: Reading, keyword: Token, tokens: list[Token]) -> Expression:
    line, column, start, end = keyword.line, keyword.col, keyword.start, keyword.end
    before = [
        Token(TokenType.NUMBER, "1", line, column, start, end),
        Token(TokenType.GROUP_BY, "GROUP BY", line, column, start, end),
    ]
    group = reading.select(keyword, [*before, *tokens], "group").args["group"]
    found = [value for values in group.args.values() if isinstance(values, list) for value in values]
    if len(found) != 1:
        reading.expected("one grouping set", tokens)
    tree = detached(found[0])
    if not isinstance(tree, exp.Tuple) and not tree.expressions:
        reading.expected("keys in the brackets", tokens, 2)
    return tree


def _sorted_items(reading: Reading, keyword: Token, tokens: list[Token]) -> list[Expression]:
    """Items with aliases, each with a sort order behind it or none."""
    if not any(token.token_type in _SUFFIX or token.text.upper() == "NULLS" for token in tokens):
        return reading.items(keyword, tokens)
    found: list[Expression] = []
    for part in split(tokens):
        bare, suffix = _suffix(part)
        item = reading.items(keyword, bare)
        if len(item) != 1:
            reading.expected("one expression", bare)
        if suffix and isinstance(item[0], exp.Column) and item[0].is_star:
            reading.expected("the end of the item", suffix)
        found.append(_ordered(reading, item[0], suffix) if suffix else item[0])
    return found


_SUFFIX = {TokenType.ASC, TokenType.DESC}


def _suffix(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """An item and the sort order behind it: `ASC`, `DESC`, and NULLS FIRST or LAST."""
    end = len(tokens)
    words = [token.text.upper() for token in tokens[-2:]]
    if len(words) == 2 and words[0] == "NULLS" and words[1] in ("FIRST", "LAST"):
        end -= 2
    if end and tokens[end - 1].token_type in _SUFFIX:
        return tokens[: end - 1], tokens[end - 1 :]
    return tokens[:end], tokens[end:]


def _ordered(reading: Reading, item: Expression, suffix: list[Token]) -> exp.Ordered:
    descending = suffix[0].token_type == TokenType.DESC
    nulls = suffix[-1].text.upper() if len(suffix) > 1 else ""
    return exp.Ordered(this=item, desc=descending, nulls_first=nulls == "FIRST" if nulls else not descending)
