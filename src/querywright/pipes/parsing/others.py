"""Operators that are held as text: each is held against its grammar first, so that a slip in one is still an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.columns import without_last_comma
from querywright.pipes.parsing.ctes import bracketed
from querywright.pipes.parsing.lexing import CLOSING, OPENING
from querywright.pipes.parsing.names import is_identifier
from querywright.pipes.parsing.reading import Reading, split
from querywright.pipes.parsing.rows import sort_keys
from querywright.pipes.tree import Other

__all__ = ["OTHERS", "SPARK_OTHERS", "read_other"]

Check: TypeAlias = Callable[[Reading, Token, list[Token]], None]
"""Holds the tokens behind a keyword against the grammar of its operator."""


def read_other(reading: Reading, keyword: Token, tokens: list[Token]) -> Other:
    """An operator that is read and printed as it is written."""
    word = keyword.text.upper()
    (OTHERS.get(word) or SPARK_OTHERS[word])(reading, keyword, tokens)
    end = reading.hints.take_all(keyword, tokens[-1] if tokens else keyword)
    return Other(word, reading.text[keyword.end + 1 : end].strip())


def _assert(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    for part in split(without_last_comma(tokens)):
        reading.expression(keyword, part)


def _spread(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    """Keys of SORT BY, CLUSTER BY or DISTRIBUTE BY, and a second of these words with its keys."""
    at = next((at for at, token in enumerate(tokens) if token.token_type in _SPREADING), len(tokens))
    sort_keys(reading, keyword, tokens[:at])
    if at < len(tokens):
        sort_keys(reading, tokens[at], tokens[at + 1 :])


_SPREADING: Final = {TokenType.SORT_BY, TokenType.CLUSTER_BY, TokenType.DISTRIBUTE_BY}


def _nothing(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    if tokens:
        reading.expected("the end of the operator", tokens)


def _one_pipeline(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    if tokens and (end := _pipeline(reading, tokens, 0)) < len(tokens):
        reading.expected("the end of the operator", tokens, end)


def _pipelines(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    if tokens and tokens[-1].token_type == TokenType.COMMA:
        tokens = tokens[:-1]
    for part in split(tokens):
        if (end := _pipeline(reading, part, 0)) < len(part):
            reading.expected("a comma or the end of the operator", part, end)


def _any_pipelines(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    if tokens:
        _pipelines(reading, keyword, tokens)


def _pipeline(reading: Reading, tokens: list[Token], index: int) -> int:
    """The index behind `( |> … )` or `()`."""
    inside, end = bracketed(reading, tokens, index, "( and operators")
    if inside and inside[0].token_type != TokenType.PIPE_GT:
        reading.expected("|>: operators stand in these brackets, no query", inside)
    return end


def _create(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    index = 0
    while _word(tokens, index) in ("OR", "REPLACE", "TEMP", "TEMPORARY", "PUBLIC", "PRIVATE"):
        index += 1
    _expect(reading, tokens, index, "TABLE")
    index += 1 + 3 * (_word(tokens, index + 1) == "IF")
    _name(reading, tokens, index)
    while _word(tokens, index + 1) == ".":
        index += 2
        _name(reading, tokens, index)
    if _word(tokens, index + 1) not in _BEHIND_TABLE:
        reading.expected("columns, LIKE, OPTIONS or the end of the operator", tokens, index + 1)
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if token.token_type == TokenType.ALIAS and not depth:
            reading.expected("the end of the operator: the table is what comes in", tokens, at)


_BEHIND_TABLE: Final = {
    "",
    "(",
    "AS",
    "CLONE",
    "CLUSTER BY",
    "COPY",
    "DEFAULT",
    "LIKE",
    "OPTIONS",
    "PARTITION BY",
    "WITH",
}
"""What may follow the name of a table that is made; nothing, too."""


def _export(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    _expect(reading, tokens, 0, "DATA")
    index = 1
    if _word(tokens, index) == "WITH":
        _expect(reading, tokens, index + 1, "CONNECTION")
        index += 3
        while _word(tokens, index) == ".":
            index += 2
    if _word(tokens, index) == "OPTIONS":
        index = bracketed(reading, tokens, index + 1, "( and options")[1]
    if index < len(tokens):
        reading.expected("WITH CONNECTION, OPTIONS or the end of the operator", tokens, index)


def _insert(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    index = 2 if _word(tokens, 0) == "OR" else 1 if _word(tokens, 0) in ("IGNORE", "REPLACE", "UPDATE") else 0
    index += _word(tokens, index) == "INTO"
    _name(reading, tokens, index)
    while _word(tokens, index + 1) == ".":
        index += 2
        _name(reading, tokens, index)
    index += 1
    if _word(tokens, index) == "(":
        inside, index = bracketed(reading, tokens, index, "( and column names")
        if not inside or not all(is_identifier(token) for token in inside[::2]):
            reading.expected("column names", inside or tokens[index:])
    if index < len(tokens) and _word(tokens, index) not in ("ASSERT_ROWS_MODIFIED", "ON", "THEN"):
        reading.expected("the end of the operator", tokens, index)


def _pattern(reading: Reading, keyword: Token, tokens: list[Token]) -> None:
    bracketed(reading, tokens, 0, "( and a pattern")


def _word(tokens: list[Token], index: int) -> str:
    return tokens[index].text.upper() if index < len(tokens) else ""


def _expect(reading: Reading, tokens: list[Token], index: int, word: str) -> None:
    if _word(tokens, index) != word:
        reading.expected(word, tokens, index)


def _name(reading: Reading, tokens: list[Token], index: int) -> None:
    if index >= len(tokens) or not is_identifier(tokens[index]):
        reading.expected("the name of a table", tokens, index)


OTHERS: Final[dict[str, Check]] = {
    "ALIGN": _pattern,
    "ASSERT": _assert,
    "CREATE": _create,
    "DESCRIBE": _nothing,
    "EXPORT": _export,
    "FORK": _pipelines,
    "INSERT": _insert,
    "LOG": _one_pipeline,
    "MATCH_RECOGNIZE": _pattern,
    "STATIC_DESCRIBE": _nothing,
    "TEE": _any_pipelines,
}
"""Which operators are held as text, and what each is held against."""

SPARK_OTHERS: Final[dict[str, Check]] = dict.fromkeys(("SORT BY", "CLUSTER BY", "DISTRIBUTE BY"), _spread)
"""The same, of Spark."""
