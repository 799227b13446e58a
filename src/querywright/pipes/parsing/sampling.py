"""TABLESAMPLE of GoogleSQL, with what SQLGlot does not read: sizes that are expressions, PARTITION BY, WITH WEIGHT."""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import bracketed
from querywright.pipes.parsing.names import identifier, is_identifier
from querywright.pipes.parsing.reading import Reading

__all__ = ["PARTITION", "WEIGHT", "read_googlesql_sample"]

PARTITION: Final = "partition"
"""Where an exp.TableSample holds the expressions of its PARTITION BY."""

WEIGHT: Final = "weight"
"""Where it holds the name of its WITH WEIGHT; True without a name."""


def read_googlesql_sample(reading: Reading, keyword: Token, tokens: list[Token]) -> exp.TableSample:
    """`method (size PERCENT | ROWS [PARTITION BY …]) [WITH WEIGHT [AS name]] [REPEATABLE (seed)]`."""
    if not tokens or not is_identifier(tokens[0]):
        reading.expected("a method: BERNOULLI, SYSTEM or RESERVOIR", tokens)
    inside, end = bracketed(reading, tokens, 1, "( and a size")
    at = next((at for at, token in enumerate(inside) if _word(token) in ("PERCENT", "ROWS")), len(inside))
    if at == len(inside):
        reading.expected("PERCENT or ROWS", tokens, end - 1)
    size = reading.expression(tokens[1], inside[:at], "a size")
    if isinstance(size, exp.Column):
        reading.expected("a number", inside)
    sample = exp.TableSample(method=exp.Var(this=tokens[0].text.upper()))
    sample.set("percent" if _word(inside[at]) == "PERCENT" else "size", size)
    if at + 1 < len(inside):
        if inside[at + 1].token_type != TokenType.PARTITION_BY:
            reading.expected(") or PARTITION BY", inside, at + 1)
        keys = reading.items(inside[at + 1], inside[at + 2 :])
        if any(isinstance(key, exp.Alias) for key in keys):
            reading.expected("expressions without names", inside, at + 2)
        sample.set(PARTITION, keys)
    end = _weight(reading, tokens, end, sample)
    if end < len(tokens) and _word(tokens[end]) == "REPEATABLE":
        seed, end = bracketed(reading, tokens, end + 1, "( and a seed")
        sample.set("seed", reading.expression(tokens[end - 1], seed, "a seed"))
    if end < len(tokens):
        reading.expected("the end of the operator", tokens, end)
    return sample


def _weight(reading: Reading, tokens: list[Token], at: int, sample: exp.TableSample) -> int:
    if at >= len(tokens) or tokens[at].token_type != TokenType.WITH:
        return at
    if at + 1 >= len(tokens) or _word(tokens[at + 1]) != "WEIGHT":
        reading.expected("WEIGHT", tokens, at + 1)
    at += 2
    sample.set(WEIGHT, True)
    if at < len(tokens) and _word(tokens[at]) != "REPEATABLE":
        at += tokens[at].token_type == TokenType.ALIAS
        sample.set(WEIGHT, identifier(reading, tokens, at, "a name"))
        at += 1
    return at


def _word(token: Token) -> str:
    return token.text.upper() if token.token_type != TokenType.IDENTIFIER else ""
