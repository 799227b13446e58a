"""UNION, INTERSECT and EXCEPT, with one operand or several."""

from __future__ import annotations

from typing import Literal, cast

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import bracketed
from querywright.pipes.parsing.heads import read_head
from querywright.pipes.parsing.names import identifier
from querywright.pipes.parsing.reading import Reading, split
from querywright.pipes.tree import Expression, PipeQuery, SetOperation, nested

__all__ = ["read_operands", "read_set_operation"]


def read_set_operation(reading: Reading, keyword: Token, tokens: list[Token]) -> SetOperation:
    """`[FULL | LEFT | INNER] [OUTER] UNION ALL | DISTINCT [BY NAME | CORRESPONDING …] (query), …`."""
    words = _Words(reading, [keyword, *tokens])
    outer = words.one_of("FULL", "LEFT", "INNER")
    if outer != "INNER" and words.accept("OUTER"):
        outer = outer or "FULL"
    kind = words.one_of("UNION", "INTERSECT", "EXCEPT")
    if not kind and reading.dialect == "spark" and words.accept("MINUS"):
        kind = "EXCEPT"
    if not kind:
        words.expected("UNION, INTERSECT or EXCEPT")
    reading.operator = f"|> {kind}"
    hint = reading.hints.take(words.last)
    quantity = words.one_of("ALL", "DISTINCT")
    if not quantity and reading.dialect == "googlesql":
        words.expected(f"ALL or DISTINCT behind {kind}")
    strict = words.accept("STRICT")
    matching: Literal["POSITION", "NAME", "CORRESPONDING"] = "POSITION"
    on: tuple[exp.Identifier, ...] = ()
    if words.accept("BY"):
        if not words.accept("NAME"):
            words.expected("NAME behind BY")
        matching = "NAME"
        if words.accept("ON"):
            on = words.names()
    elif words.accept("CORRESPONDING"):
        matching = "CORRESPONDING"
        if words.accept("BY"):
            on = words.names()
    if strict and (outer or matching != "CORRESPONDING"):
        words.expected("CORRESPONDING behind STRICT, without FULL, LEFT or INNER")
    operands = read_operands(reading, words.rest, kind)
    return SetOperation(
        cast(Literal["UNION", "INTERSECT", "EXCEPT"], kind),
        quantity != "ALL",
        operands,
        matching,
        cast(Literal["", "FULL", "LEFT", "INNER"], outer),
        strict,
        on,
        hint,
    )


def read_operands(reading: Reading, tokens: list[Token], kind: str) -> tuple[Expression, ...]:
    """`(query), (query), …`."""
    if not tokens:
        reading.expected(f"( and a query behind {kind}", tokens)
    if tokens[-1].token_type == TokenType.COMMA:
        tokens = tokens[:-1]
    if reading.dialect == "spark" and tokens[0].token_type != TokenType.L_PAREN:
        return (_unbracketed(reading, tokens),)
    found = []
    for part in split(tokens):
        inside, end = bracketed(reading, part, 0, "( and a query: the operands of a set operation stand in brackets")
        if end < len(part):
            reading.expected("a comma or the end of the operator", part, end)
        if not inside:
            reading.fail("expected a query, found ()", part[0])
        tree = reading.statement(inside)
        if not isinstance(tree, exp.Query | exp.Values):
            reading.fail(f"expected a query, found {reading.word(inside[0])}", inside[0])
        found.append(tree)
    return tuple(found)


def _unbracketed(reading: Reading, tokens: list[Token]) -> Expression:
    """Spark's operand without brackets: TABLE, VALUES or SELECT."""
    if tokens[0].token_type not in (TokenType.TABLE, TokenType.VALUES, TokenType.SELECT):
        reading.expected("a query: the operands of a set operation stand in brackets", tokens)
    if tokens[0].token_type == TokenType.TABLE:
        return nested(PipeQuery(read_head(reading, tokens, None), dialect="spark"))
    return reading.statement(tokens)


class _Words:
    """The words of a set operation, one after the other."""

    def __init__(self, reading: Reading, tokens: list[Token]) -> None:
        self._reading, self._tokens, self._at = reading, tokens, 0

    @property
    def rest(self) -> list[Token]:
        return self._tokens[self._at :]

    @property
    def last(self) -> Token:
        """The word read last."""
        return self._tokens[self._at - 1]

    def one_of(self, *words: str) -> str:
        """The next word, if it is one of these; otherwise nothing."""
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            word = token.text.upper()
            if token.token_type != TokenType.IDENTIFIER and word in words:
                self._at += 1
                return word
        return ""

    def accept(self, word: str) -> bool:
        return bool(self.one_of(word))

    def names(self) -> tuple[exp.Identifier, ...]:
        inside, self._at = bracketed(self._reading, self._tokens, self._at, "( and column names")
        found = []
        for part in split(inside):
            found.append(identifier(self._reading, part or inside, 0, "a column name"))
            if len(part) > 1:
                self._reading.expected("a comma or )", part, 1)
        return tuple(found)

    def expected(self, what: str) -> None:
        self._reading.expected(what, self._tokens, self._at)
