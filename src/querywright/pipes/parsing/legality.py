"""What SQLGlot's BigQuery parser reads though GoogleSQL has no such thing: refused by name, with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.names import RESERVED
from querywright.pipes.parsing.placing import Place
from querywright.pipes.tree import Expression

__all__ = ["googlesql_tokens", "refuse_suspects", "suspects_in"]


def googlesql_tokens(place: Place, tokens: list[Token]) -> list[Token]:
    """The tokens, those of GoogleSQL's own spellings in a form that SQLGlot reads.

    Raises:
        PipeSyntaxError: a word or sign that GoogleSQL does not have.
    """
    found: list[Token] = []
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind == TokenType.VAR:
            token = _word(place, tokens, index)
        elif kind in _REPLACED:
            if found and _is_bytes_prefix(found[-1], token):
                if "\\" in place.text[token.start : token.end + 1]:
                    place.fail(
                        "raw bytes with a backslash are not read: write b'…' and double the backslash", found[-1]
                    )
                found.pop()
                token = _as(token, TokenType.BYTE_STRING)
            elif kind == TokenType.RAW_STRING:
                token = _as(token, TokenType.STRING)
            elif kind == TokenType.STRING:
                _refuse_bad_escapes(place, token)
            elif kind == TokenType.INT and token.text.upper() == "INT32":
                token = _as(token, TokenType.MEDIUMINT)
            elif kind == TokenType.FLOAT:
                token = _as(token, TokenType.DOUBLE)
        elif kind in _FOREIGN:
            wanted, unless = _FOREIGN[kind]
            behind = tokens[index + 1].token_type if index + 1 < len(tokens) else None
            if token.text != "=" and not (unless and behind == unless):
                place.fail(f"GoogleSQL has no {place.word(token)}{wanted}", token)
        found.append(token)
    return found


def _as(token: Token, kind: TokenType) -> Token:
    return Token(kind, token.text, token.line, token.col, token.start, token.end, token.comments)


def _word(place: Place, tokens: Sequence[Token], index: int) -> Token:
    token = tokens[index]
    if not token.text.isascii():
        # Such a name wants backticks; it is read as if it had them.
        return _as(token, TokenType.IDENTIFIER)
    kind = _TYPES.get(token.text.upper())
    if kind is not None and index and tokens[index - 1].token_type in (TokenType.ALIAS, TokenType.LT, TokenType.COMMA):
        return _as(token, kind)
    return token


_TYPES: Final = {"UINT64": TokenType.UBIGINT, "UINT32": TokenType.UINT}


def _is_bytes_prefix(before: Token, token: Token) -> bool:
    return (
        before.token_type == TokenType.VAR
        and before.end + 1 == token.start
        and before.text.upper() in ("RB", "BR", "B")
    )


def _refuse_bad_escapes(place: Place, token: Token) -> None:
    if "\\" not in place.text[token.start : token.end + 1]:
        return
    for escape in _ESCAPE.finditer(place.text, token.start, token.end + 1):
        if not _GOOD_ESCAPE.fullmatch(escape[0]):
            place.fail(f"{escape[0]} is no escape: write \\\\, or a raw string r'…'", escape.start())


_ESCAPE: Final = re.compile(r"\\(?:[xX][0-9a-fA-F]{0,2}|u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|[0-7]{1,3}|.)", re.DOTALL)
_GOOD_ESCAPE: Final = re.compile(
    r"\\(?:[abfnrtv\\?\"'`\n]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})"
)

_REPLACED: Final = {TokenType.RAW_STRING, TokenType.STRING, TokenType.INT, TokenType.FLOAT}

_FOREIGN: Final[dict[TokenType, tuple[str, TokenType | None]]] = {
    TokenType.EQ: (": write =", None),
    TokenType.NULLSAFE_EQ: (": write IS NOT DISTINCT FROM", None),
    TokenType.ILIKE: (": write LOWER(…) LIKE …", None),
    TokenType.DCOLON: (": write CAST(… AS …)", None),
    TokenType.COLON_EQ: ("", None),
    TokenType.RLIKE: (": write REGEXP_CONTAINS", TokenType.L_PAREN),
    TokenType.SIMILAR_TO: (": write REGEXP_CONTAINS", None),
    TokenType.GLOB: (": write LIKE", TokenType.L_PAREN),
    TokenType.DIV: (" as an operator: write DIV(…, …)", TokenType.L_PAREN),
    TokenType.MOD: (": write MOD(…, …)", None),
    TokenType.XOR: ("", None),
    TokenType.DPIPE_SLASH: ("", None),
    TokenType.PIPE_SLASH: ("", None),
    TokenType.HASH_ARROW: ("", None),
    TokenType.DHASH_ARROW: ("", None),
    TokenType.DARROW: ("", None),
    TokenType.AT_GT: ("", None),
    TokenType.LT_AT: ("", None),
    TokenType.DAMP: ("", None),
    TokenType.DQMARK: ("", None),
    TokenType.CLUSTER_BY: ("", None),
    TokenType.DISTRIBUTE_BY: ("", None),
    TokenType.SORT_BY: (": write ORDER BY", None),
    TokenType.STRAIGHT_JOIN: (": write JOIN", None),
    TokenType.PREWHERE: (": write WHERE", None),
    TokenType.NATURAL: (" JOIN: name the columns with USING", None),
}
"""Signs and words SQLGlot reads, what GoogleSQL wants instead, and what behind a word makes it a mere name."""

_SUSPECT_WORDS: Final = RESERVED - {"NULLS", "IGNORE", "RESPECT"}


def suspects_in(tokens: list[Token]) -> bool:
    """Whether a clause has words that SQLGlot may take for names, or clauses it allows in too many places."""
    return any(
        token.token_type in _SUSPECT_TYPES
        or (token.token_type == TokenType.VAR and token.text.upper() in _SUSPECT_WORDS)
        for token in tokens
    )


_SUSPECT_TYPES: Final = {TokenType.COLLATE, TokenType.DEFAULT, TokenType.FILTER, TokenType.FOR, TokenType.SET}


def refuse_suspects(place: Place, tree: Expression, tokens: list[Token]) -> None:
    """Refuse reserved words that became names, and AT TIME ZONE or COLLATE where GoogleSQL has none."""
    for node in tree.walk():
        if isinstance(node, exp.Identifier):
            if not node.args.get("quoted") and node.name.upper() in RESERVED:
                at = next((t for t in tokens if t.text.upper() == node.name.upper()), tokens[0])
                place.fail(f"{node.name} is a reserved word: as a name it stands in backticks", at)
        elif isinstance(node, exp.AtTimeZone) and not isinstance(node.parent, exp.Extract | exp.Cast):
            at = next((t for t in tokens if t.text.upper() == "AT"), tokens[0])
            place.fail("AT TIME ZONE stands only in EXTRACT and in CAST … FORMAT", at)
        elif isinstance(node, exp.Filter):
            at = next((t for t in tokens if t.token_type == TokenType.FILTER), tokens[0])
            place.fail("GoogleSQL has no FILTER: write COUNTIF, or an IF inside the aggregate", at)
