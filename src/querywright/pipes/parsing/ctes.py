"""WITH: in front of a head, and as an operator."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.lexing import CLOSING, OPENING
from querywright.pipes.parsing.names import identifier
from querywright.pipes.parsing.reading import Reading
from querywright.pipes.tree import Cte

__all__ = ["bracketed", "depth_of", "with_clause"]


def with_clause(reading: Reading, tokens: list[Token]) -> tuple[tuple[Cte, ...], bool, list[Token]]:
    """`WITH [RECURSIVE] name AS (query), …` in front: the CTEs, whether RECURSIVE, and the tokens behind."""
    index = 1
    recursive = len(tokens) > 1 and tokens[1].token_type == TokenType.RECURSIVE
    index += recursive
    ctes: list[Cte] = []
    while True:
        cte, index = _cte(reading, tokens, index)
        ctes.append(cte)
        if index < len(tokens) and tokens[index].token_type == TokenType.COMMA:
            index += 1
            # GoogleSQL's |> WITH may end in a comma.
            if index == len(tokens):
                break
            continue
        break
    return tuple(ctes), recursive, tokens[index:]


def _cte(reading: Reading, tokens: list[Token], index: int) -> tuple[Cte, int]:
    name = identifier(reading, tokens, index, "the name of a CTE")
    index += 1
    columns: tuple[exp.Identifier, ...] = ()
    if index < len(tokens) and tokens[index].token_type == TokenType.L_PAREN and reading.dialect != "googlesql":
        inside, index = bracketed(reading, tokens, index, "AS")
        columns = tuple(identifier(reading, inside, at, "a column name") for at in range(0, len(inside), 2))
    if index >= len(tokens) or tokens[index].token_type != TokenType.ALIAS:
        reading.expected("AS", tokens, index)
    inside, index = bracketed(reading, tokens, index + 1, "( and a query")
    if not inside:
        reading.fail("expected a query, found ()", tokens[index - 1])
    query = reading.statement(inside)
    if not isinstance(query, exp.Query | exp.Values):
        reading.fail(f"expected a query, found {reading.word(inside[0])}", inside[0])
    depth, index = depth_of(reading, tokens, index)
    return Cte(name, query, columns, depth), index


def depth_of(reading: Reading, tokens: list[Token], index: int) -> tuple[str, int]:
    """`WITH DEPTH [AS name] [MAX n | BETWEEN n AND m]` behind a CTE, and where it ends."""

    def word(at: int) -> str:
        return tokens[at].text.upper() if at < len(tokens) else ""

    if word(index) != "WITH":
        return "", index
    start = index
    index += 1
    if word(index) != "DEPTH":
        reading.expected("DEPTH", tokens, index)
    index += 1
    if word(index) == "AS":
        identifier(reading, tokens, index + 1, "a column name")
        index += 2
    if word(index) == "MAX":
        index += 2
    elif word(index) == "BETWEEN":
        if word(index + 2) != "AND":
            reading.expected("AND", tokens, index + 2)
        index += 4
    if index > len(tokens):
        reading.expected("a number", tokens, len(tokens))
    return reading.text[tokens[start].start : tokens[index - 1].end + 1], index


def bracketed(reading: Reading, tokens: list[Token], index: int, what: str) -> tuple[list[Token], int]:
    """The tokens inside the bracket at `index`, and the index behind its end."""
    if index >= len(tokens) or tokens[index].token_type != TokenType.L_PAREN:
        reading.expected(what, tokens, index)
    depth = 0
    for end in range(index, len(tokens)):
        kind = tokens[end].token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if not depth:
            return tokens[index + 1 : end], end + 1
    return reading.expected(")", tokens, len(tokens))
