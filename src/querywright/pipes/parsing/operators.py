"""`|> KEYWORD …`: which function reads which operator, and what to say where there is no such operator."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Final, NoReturn, TypeAlias

from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing import columns, grouping, joins, lasting, rows, sets
from querywright.pipes.parsing.others import OTHERS, SPARK_OTHERS, read_other
from querywright.pipes.parsing.reading import Reading
from querywright.pipes.tree import Operator

__all__ = ["read_operator"]

Reader: TypeAlias = Callable[[Reading, Token, list[Token]], Operator]
"""Reads one operator, given its keyword and the tokens behind it."""

_READERS: Final[dict[str, Reader]] = {
    "SELECT": columns.read_select,
    "EXTEND": columns.read_extend,
    "SET": columns.read_set,
    "DROP": columns.read_drop,
    "RENAME": columns.read_rename,
    "AS": columns.read_as,
    "WINDOW": columns.read_window,
    "WHERE": rows.read_where,
    "AGGREGATE": grouping.read_aggregate,
    "DISTINCT": rows.read_distinct,
    "ORDER BY": rows.read_order,
    "LIMIT": rows.read_limit,
    "OFFSET": rows.read_offset,
    "TABLESAMPLE": rows.read_sample,
    "PIVOT": rows.read_pivot,
    "UNPIVOT": rows.read_unpivot,
    "UNION": sets.read_set_operation,
    "INTERSECT": sets.read_set_operation,
    "EXCEPT": sets.read_set_operation,
    "MINUS": sets.read_set_operation,
    "WITH": lasting.read_with,
    "CALL": lasting.read_call,
    "IF": lasting.read_if,
    "RECURSIVE": lasting.read_recursive_union,
}

_JOINS: Final = {
    "JOIN",
    "INNER",
    "LEFT",
    "RIGHT",
    "FULL",
    "OUTER",
    "CROSS",
    "NATURAL",
    "SEMI",
    "ANTI",
    "LATERAL",
    "HASH",
    "LOOKUP",
}
"""Words a JOIN, or LATERAL, begins with."""

_INSTEAD: Final = {
    "HAVING": "there is no |> HAVING: |> WHERE behind the |> AGGREGATE does it",
    "QUALIFY": "there is no |> QUALIFY: |> WHERE behind the window function does it",
    "GROUP BY": "there is no |> GROUP BY: |> AGGREGATE … GROUP BY does it",
    "GROUP": "there is no |> GROUP BY: |> AGGREGATE … GROUP BY does it",
    "FROM": "there is no |> FROM: a query has one FROM, at its beginning",
    "SORT BY": "there is no |> SORT BY: |> ORDER BY does it",
    "USING": "there is no |> USING: it belongs to |> JOIN",
    "ON": "there is no |> ON: it belongs to |> JOIN",
    "FETCH": "there is no |> FETCH: |> LIMIT does it",
    "DELETE": "there is no |> DELETE: |> WHERE keeps the rows one wants",
    "UPDATE": "there is no |> UPDATE: |> SET gives columns new values",
}
"""What people write for an operator that has another name."""


def read_operator(reading: Reading, pipe: Token, tokens: list[Token]) -> Operator:
    """The operator behind one `|>`.

    Raises:
        PipeSyntaxError: there is no such operator, or it cannot be read.
    """
    if not tokens:
        reading.fail("expected an operator behind |>, found nothing", pipe)
    keyword = tokens[0]
    word = keyword.text.upper() if keyword.token_type != TokenType.IDENTIFIER else ""
    if word == "ORDER" and len(tokens) > 1 and tokens[1].text.upper() == "BY":
        word = "ORDER BY"  # a hint stood between them
        tokens = tokens[1:]
    reading.operator = f"|> {word}"
    if reader := _READERS.get(word):
        return reader(reading, keyword, tokens[1:])
    if word in _JOINS:
        # LEFT, FULL and INNER may open a set operation, too.
        if any(token.token_type in _SETS for token in tokens[1:3]):
            return sets.read_set_operation(reading, keyword, tokens[1:])
        reading.operator = _join_words(tokens)
        return joins.read_join(reading, keyword, tokens)
    if word in OTHERS or (reading.dialect == "spark" and word in SPARK_OTHERS):
        return read_other(reading, keyword, tokens[1:])
    reading.operator = ""
    return _unknown(reading, keyword, word)


_SETS: Final = {TokenType.UNION, TokenType.INTERSECT, TokenType.EXCEPT}


def _join_words(tokens: list[Token]) -> str:
    words = []
    for token in tokens[:4]:
        words.append(token.text.upper())
        if token.token_type == TokenType.JOIN:
            return "|> " + " ".join(words)
    return "|> " + words[0]


def _unknown(reading: Reading, keyword: Token, word: str) -> NoReturn:
    if word in _INSTEAD:
        reading.fail(_INSTEAD[word], keyword)
    known = [*_READERS, *OTHERS, "JOIN", "LEFT JOIN", "CROSS JOIN"]
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    hint = f"; did you mean |> {near[0]}?" if near else ""
    reading.fail(f"expected an operator, found {reading.word(keyword)}{hint}", keyword)
