"""PIVOT and UNPIVOT of GoogleSQL, whose aggregates, values and labels SQLGlot reads only in part."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import bracketed
from querywright.pipes.parsing.lexing import CLOSING, OPENING
from querywright.pipes.parsing.names import identifier, last_alias
from querywright.pipes.parsing.reading import Reading, split
from querywright.pipes.tree import Expression

__all__ = ["plain_alias", "read_aggregates", "refuse_bad_unpivot"]


def read_aggregates(reading: Reading, keyword: Token, tokens: list[Token]) -> exp.Pivot:
    """`(aggregates FOR value IN (values)) [AS alias]`, as SQLGlot holds it on a table."""
    inside, end = bracketed(reading, tokens, 0, "( and aggregates")
    at = _find(inside, TokenType.FOR)
    if at == len(inside):
        reading.expected("FOR", inside, at)
    behind = inside[at + 1 :]
    chosen = _find(behind, TokenType.IN)
    if chosen == len(behind):
        reading.expected("IN", behind, chosen)
    values, last = bracketed(reading, behind, chosen + 1, "( and values")
    if last < len(behind):
        reading.expected(")", behind, last)
    for items in (inside[:at], values):
        if items and items[-1].token_type == TokenType.COMMA:
            reading.expected("something behind the comma", items, len(items))
    aggregates = reading.items(keyword, inside[:at], "an aggregate")
    by = reading.expression(inside[at], behind[:chosen])
    found = [_value(value) for value in reading.items(behind[chosen], values, "a value")]
    pivot = exp.Pivot(expressions=aggregates, fields=[exp.In(this=by, expressions=found)], unpivot=False)
    if alias := last_alias(reading, tokens, end):
        pivot.set("alias", exp.TableAlias(this=alias))
    return pivot


def _value(value: Expression) -> Expression:
    return exp.PivotAlias(this=value.this, alias=value.args["alias"]) if isinstance(value, exp.Alias) else value


def _find(tokens: list[Token], wanted: TokenType) -> int:
    """Where a word stands outside brackets; the number of tokens where it does not."""
    depth = 0
    for index, token in enumerate(tokens):
        kind = token.token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if not depth and kind == wanted:
            return index
    return len(tokens)


def refuse_bad_unpivot(reading: Reading, tokens: list[Token]) -> None:
    """Refuse several names without brackets, and labels that are no string and no whole number."""
    at = next((at for at, token in enumerate(tokens) if token.token_type == TokenType.L_PAREN), 0)
    inside, _ = bracketed(reading, tokens, at, "( and names")
    names = _find(inside, TokenType.FOR)
    for index, token in enumerate(split(inside[:names])):
        if index:
            reading.fail("expected one name, or several in brackets", token[0] if token else inside[0])
    for index in range(names, len(inside) - 1):
        if inside[index].token_type == TokenType.ALIAS:
            label, behind = inside[index + 1], inside[index + 2 : index + 3]
            whole = label.token_type == TokenType.NUMBER and label.text.isdigit()
            if not whole and label.token_type != TokenType.STRING:
                reading.expected("a string or a whole number", inside, index + 1)
            if behind and behind[0].token_type not in (TokenType.COMMA, TokenType.R_PAREN):
                reading.expected("a comma or )", inside, index + 2)


def plain_alias(reading: Reading, tokens: list[Token]) -> list[Token]:
    """The tokens, the alias behind the brackets as a mere name: it may be called PIVOT, too."""
    at = next((at for at, token in enumerate(tokens) if token.token_type == TokenType.L_PAREN), 0)
    _, end = bracketed(reading, tokens, at, "( and names")
    if end == len(tokens):
        return tokens
    end += tokens[end].token_type == TokenType.ALIAS
    alias = identifier(reading, tokens, end, "an alias")
    if alias.args.get("quoted"):
        return tokens
    token = tokens[end]
    named = Token(TokenType.VAR, token.text, token.line, token.col, token.start, token.end)
    return [*tokens[:end], named, *tokens[end + 1 :]]
