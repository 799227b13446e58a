"""GoogleSQL's own spellings, in a form that SQLGlot's BigQuery parser reads; signs GoogleSQL lacks are refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.lexing import CLOSING
from querywright.pipes.parsing.names import RESERVED
from querywright.pipes.parsing.placing import Place

__all__ = ["cooked", "googlesql_tokens"]


def googlesql_tokens(place: Place, tokens: list[Token]) -> list[Token]:
    """The tokens, with strings, names and types of GoogleSQL as SQLGlot reads them.

    Raises:
        PipeSyntaxError: a word, a sign or a pair of them that GoogleSQL does not have.
    """
    found: list[Token] = []
    labels = any(token.token_type in _LABELLING for token in tokens)
    patterns = "match_recognize" in place.text.lower()
    last = len(tokens) - 1
    merged: list[int] = []
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind in _CHECKED:
            behind = tokens[index + 1] if index < last else None
            if kind == TokenType.VAR:
                word = token.text
                if (
                    not word.isascii()
                    or word[0] == "$"
                    or word[:4] in _UINT
                    or tokens[index - 1].token_type in _NUMBERS
                ):
                    token = _word(place, tokens, index)
            elif kind in _STRINGS:
                token = _string(place, token, found)
            elif kind in _TYPES_OF:
                token = _type(token)
            elif kind == TokenType.CLUSTER_BY and any(each.token_type == TokenType.CREATE for each in tokens[:index]):
                pass
            elif kind in _FOREIGN:
                wanted, unless = _FOREIGN[kind]
                if token.text != "=" and not (unless and behind and behind.token_type == unless):
                    place.fail(f"GoogleSQL has no {place.word(token)}{wanted}", token)
            elif kind == TokenType.ALIAS:
                if behind is not None and behind.text.upper() == "OF" and _is_system_time(found):
                    found.append(token)
                    continue
                if not patterns:
                    _refuse_bad_alias(place, token, behind, labels)
            elif kind == TokenType.FOR:
                if [part.text.upper() for part in tokens[index + 1 : index + 3]] == ["SYSTEM", "TIME"]:
                    merged.append(len(found) + 1)
            else:
                _refuse_bad_pair(place, token, behind, tokens, index)
        found.append(token)
    for at in reversed(merged):
        found[at : at + 2] = [_as(found[at], TokenType.VAR, "SYSTEM_TIME")]
    return found


def _is_system_time(found: Sequence[Token]) -> bool:
    """Whether these tokens end with SYSTEM_TIME, or with GoogleSQL's SYSTEM TIME."""
    words = [token.text.upper() for token in found[-2:]]
    return words[-1:] == ["SYSTEM_TIME"] or words == ["SYSTEM", "TIME"]


_LABELLING: Final = {TokenType.UNPIVOT, TokenType.WITH}
"""Where these stand, what is behind AS may be no name: `UNPIVOT (… IN (x AS 1))`, `WITH(a AS 1, a + 1)`."""


def _as(token: Token, kind: TokenType, text: str | None = None) -> Token:
    return Token(
        kind, token.text if text is None else text, token.line, token.col, token.start, token.end, token.comments
    )


# ── names and types ──────────────────────────────────────────────────────────────────────────────────────────────────


def _word(place: Place, tokens: Sequence[Token], index: int) -> Token:
    token = tokens[index]
    if index and tokens[index - 1].token_type in _NUMBERS and tokens[index - 1].end + 1 == token.start:
        place.fail(f"expected a space between {place.word(tokens[index - 1])} and {token.text}", token)
    if not token.text.isascii():
        # Such a name wants backticks; it is read as if it had them.
        return _as(token, TokenType.IDENTIFIER)
    if token.text[0] == "$":
        place.fail("GoogleSQL has no $: a parameter is @name or ?", token)
    kind = _UNSIGNED.get(token.text.upper())
    if kind is not None and index and tokens[index - 1].token_type in (TokenType.ALIAS, TokenType.LT, TokenType.COMMA):
        return _as(token, kind)
    return token


_NUMBERS: Final = {TokenType.NUMBER, TokenType.HEX_STRING}

_UINT: Final = {"UINT", "uint", "Uint"}

_UNSIGNED: Final = {"UINT64": TokenType.UBIGINT, "UINT32": TokenType.UINT}


def _type(token: Token) -> Token:
    if token.token_type == TokenType.FLOAT:
        return _as(token, TokenType.DOUBLE)
    return _as(token, TokenType.MEDIUMINT) if token.text.upper() == "INT32" else token


_TYPES_OF: Final = {TokenType.INT, TokenType.FLOAT}


# ── strings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _string(place: Place, token: Token, found: list[Token]) -> Token:
    """A string as its value; strings side by side are one."""
    before = found[-1] if found else None
    if before is not None and _is_bytes_prefix(before, token):
        if "\\" in place.text[token.start : token.end + 1]:
            place.fail("raw bytes with a backslash are not read: write b'…' and double it", before)
        found.pop()
        return _as(token, TokenType.BYTE_STRING)
    if token.token_type == TokenType.STRING:
        _refuse_bad_escapes(place, token)
    if before is not None and before.token_type == TokenType.STRING and before.end + 1 < token.start:
        found.pop()
        return Token(TokenType.STRING, before.text + token.text, before.line, before.col, before.start, token.end)
    return _as(token, TokenType.STRING)


_STRINGS: Final = {TokenType.RAW_STRING, TokenType.STRING}


def _is_bytes_prefix(before: Token, token: Token) -> bool:
    touches = before.token_type == TokenType.VAR and before.end + 1 == token.start
    return touches and before.text.upper() in ("RB", "BR", "B")


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


def cooked(tokens: list[Token]) -> list[Token]:
    """The tokens, raw strings as plain ones."""
    return [_as(token, TokenType.STRING) if token.token_type == TokenType.RAW_STRING else token for token in tokens]


# ── what GoogleSQL lacks ─────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_bad_alias(place: Place, token: Token, behind: Token | None, labels: bool) -> None:
    """Refuse AS in front of what is no name and no type. Labels of UNPIVOT may be strings and numbers."""
    if behind is None or behind.token_type in CLOSING or behind.token_type in (TokenType.COMMA, TokenType.PIPE_GT):
        place.fail("expected a name behind AS, found none", token)
    if behind.token_type in _LITERALS and not labels:
        place.fail(f"expected a name behind AS, found {place.word(behind)}", behind)
    if behind.token_type != TokenType.IDENTIFIER and behind.text.upper() in _NEVER_NAMES:
        place.fail(f"{behind.text} is a reserved word: as a name it stands in backticks", behind)


_LITERALS: Final = {*_STRINGS, *_NUMBERS, TokenType.BYTE_STRING}

_NEVER_NAMES: Final = RESERVED - {"STRUCT", "ARRAY", "INTERVAL"}


def _refuse_bad_pair(place: Place, token: Token, behind: Token | None, tokens: Sequence[Token], index: int) -> None:
    kind = token.token_type
    next_kind = behind.token_type if behind is not None else None
    if kind == TokenType.COMMA and next_kind == TokenType.COMMA:
        place.fail("expected an expression between the commas, found none", behind)
    if kind == TokenType.R_PAREN and behind is not None and behind.text.upper() in ("IGNORE", "RESPECT"):
        over = tokens[index + 3].token_type if index + 3 < len(tokens) else None
        if over == TokenType.OVER:
            place.fail(f"{behind.text.upper()} NULLS stands inside the brackets of its function", behind)
    if next_kind in _NEVER_BEHIND.get(kind, ()):
        place.fail(f"expected something between {token.text} and {place.word(behind)}" if behind else "", behind)
    if kind == next_kind and kind in _SHIFTS and behind is not None and behind.start > token.end + 1:
        types = any(a.token_type in _NESTED and b.token_type == TokenType.LT for a, b in pairwise(tokens[:index]))
        if kind == TokenType.LT or not types:
            place.fail(f"expected something between {token.text} and {behind.text}", behind)
    if kind == TokenType.L_BRACE:
        place.fail("constructors in braces are not read: write STRUCT(…)", token)
    if kind == TokenType.IN and next_kind not in (TokenType.L_PAREN, TokenType.UNNEST):
        place.fail(f"expected ( or UNNEST behind IN, found {place.word(behind) if behind else 'nothing'}", behind)
    if kind == TokenType.IS and (behind is None or behind.text.upper() not in _BEHIND_IS):
        place.fail("expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM behind IS", behind or token)
    if kind == TokenType.OVER and next_kind not in _BEHIND_OVER:
        place.fail("expected ( or the name of a window behind OVER", behind or token)
    if kind == TokenType.NOT and token.text == "!":
        place.fail("GoogleSQL has no !: write NOT", token)
    if kind == TokenType.INTERVAL and next_kind in _LITERALS:
        unit = tokens[index + 2] if index + 2 < len(tokens) else None
        if unit is None or not unit.text[:1].isalpha() or unit.text.upper() in RESERVED:
            place.fail("expected a unit behind INTERVAL: INTERVAL 1 DAY", unit or behind)


_SHIFTS: Final = {TokenType.GT, TokenType.LT}

_NESTED: Final = {TokenType.ARRAY, TokenType.STRUCT, TokenType.MAP, TokenType.RANGE}

_NEVER_BEHIND: Final[dict[TokenType, tuple[TokenType, ...]]] = {
    TokenType.DOT: (TokenType.DOT, TokenType.COMMA, TokenType.R_PAREN, TokenType.PIPE_GT),
    TokenType.FROM: (TokenType.FROM, TokenType.JOIN, TokenType.R_PAREN, TokenType.COMMA, TokenType.PIPE_GT),
    TokenType.JOIN: (TokenType.FROM, TokenType.JOIN, TokenType.R_PAREN, TokenType.COMMA, TokenType.SELECT),
    TokenType.SELECT: (TokenType.FROM, TokenType.R_PAREN, TokenType.COMMA, TokenType.PIPE_GT),
}
"""Pairs of tokens that SQLGlot reads as if nothing were missing between them."""

_BEHIND_IS: Final = {"NULL", "TRUE", "FALSE", "UNKNOWN", "NOT", "DISTINCT"}

_BEHIND_OVER: Final = {TokenType.L_PAREN, TokenType.VAR, TokenType.IDENTIFIER}

_FOREIGN: Final[dict[TokenType, tuple[str, TokenType | None]]] = {
    TokenType.AT_GT: ("", None),
    TokenType.CLUSTER_BY: ("", None),
    TokenType.COLON: ("", None),
    TokenType.COLON_EQ: ("", None),
    TokenType.DAMP: ("", None),
    TokenType.DARROW: ("", None),
    TokenType.DCOLON: (": write CAST(… AS …)", None),
    TokenType.DHASH_ARROW: ("", None),
    TokenType.DISTRIBUTE_BY: ("", None),
    TokenType.DIV: (" as an operator: write DIV(…, …)", TokenType.L_PAREN),
    TokenType.DPIPE_SLASH: ("", None),
    TokenType.DQMARK: ("", None),
    TokenType.EQ: (": write =", None),
    TokenType.ESCAPE: (": a backslash escapes % and _ in LIKE", None),
    TokenType.GLOB: (": write LIKE", TokenType.L_PAREN),
    TokenType.HASH_ARROW: ("", None),
    TokenType.ILIKE: (": write LOWER(…) LIKE …", None),
    TokenType.ISNULL: (": write IS NULL", TokenType.L_PAREN),
    TokenType.LT_AT: ("", None),
    TokenType.MOD: (": write MOD(…, …)", None),
    TokenType.NOTNULL: (": write IS NOT NULL", TokenType.L_PAREN),
    TokenType.NULLSAFE_EQ: (": write IS NOT DISTINCT FROM", None),
    TokenType.PIPE_SLASH: ("", None),
    TokenType.PREWHERE: (": write WHERE", None),
    TokenType.RLIKE: (": write REGEXP_CONTAINS", TokenType.L_PAREN),
    TokenType.SIMILAR_TO: (": write REGEXP_CONTAINS", None),
    TokenType.SORT_BY: (": write ORDER BY", None),
    TokenType.STRAIGHT_JOIN: (": write JOIN", None),
    TokenType.XOR: ("", None),
}
"""Signs and words SQLGlot reads, what GoogleSQL wants instead, and what behind a word makes it a mere name."""

_CHECKED: Final = frozenset(
    (
        *_FOREIGN,
        *_STRINGS,
        *_TYPES_OF,
        *_NEVER_BEHIND,
        *_SHIFTS,
        TokenType.ALIAS,
        TokenType.COMMA,
        TokenType.FOR,
        TokenType.IN,
        TokenType.INTERVAL,
        TokenType.IS,
        TokenType.L_BRACE,
        TokenType.NOT,
        TokenType.OVER,
        TokenType.PARAMETER,
        TokenType.R_PAREN,
        TokenType.VAR,
    )
)
