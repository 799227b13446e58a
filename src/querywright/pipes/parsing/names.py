"""Names that stand alone: columns of DROP and RENAME, aliases, names of CTEs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.placing import Place

__all__ = ["identifier", "is_identifier", "last_alias"]

_WORDS: Final = """
    ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CREATE CROSS CUBE CURRENT DEFAULT
    DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE FETCH FOLLOWING FOR FROM FULL GROUP
    GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP MERGE
    NATURAL NEW NO NOT NULL NULLS OF ON OR ORDER OUTER OVER PARTITION PRECEDING PROTO RANGE RECURSIVE RESPECT RIGHT
    ROLLUP ROWS SELECT SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW
    WITH WITHIN
"""

RESERVED: Final = frozenset(_WORDS.split())
"""Words that GoogleSQL takes for a name only in backticks."""

_LITERALS: Final = {
    TokenType.STRING,
    TokenType.RAW_STRING,
    TokenType.BYTE_STRING,
    TokenType.NATIONAL_STRING,
    TokenType.NUMBER,
    TokenType.HEX_STRING,
    TokenType.BIT_STRING,
}


def is_identifier(token: Token) -> bool:
    """Whether a token can be a name: a quoted one, or a word that is not reserved."""
    if token.token_type == TokenType.IDENTIFIER:
        return True
    if token.token_type in _LITERALS or not token.text:
        return False
    first = token.text[0]
    return (first.isalpha() or first == "_" or ord(first) > 127) and token.text.upper() not in RESERVED


def identifier(place: Place, tokens: Sequence[Token], index: int, what: str) -> exp.Identifier:
    """The name at `index`. Raises PipeSyntaxError where there is none."""
    if index >= len(tokens) or not is_identifier(tokens[index]):
        place.expected(what, tokens, index)
    token = tokens[index]
    return exp.Identifier(this=token.text, quoted=token.token_type == TokenType.IDENTIFIER)


def last_alias(reading: Place, tokens: list[Token], at: int) -> exp.Identifier | None:
    """The alias that ends an operator, with or without AS; None where the operator ends already."""
    if at >= len(tokens):
        return None
    at += tokens[at].token_type == TokenType.ALIAS
    alias = identifier(reading, tokens, at, "an alias")
    if at + 1 < len(tokens):
        reading.expected("the end of the operator", tokens, at + 1)
    return alias
