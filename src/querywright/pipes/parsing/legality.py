"""What SQLGlot's BigQuery parser reads though GoogleSQL has no such thing: refused by name, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from sqlglot import exp
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.names import RESERVED
from querywright.pipes.parsing.placing import Place
from querywright.pipes.tree import Expression

__all__ = ["check_brackets", "refuse_stars", "refuse_suspects", "suspects_in"]


def suspects_in(tokens: Sequence[Token]) -> list[int]:
    """Where words stand that SQLGlot may take for names, or reads where they may not stand."""
    return [
        token.start
        for token in tokens
        if token.token_type in _SUSPECTS and (token.token_type in _CLAUSES or token.text.upper() in RESERVED)
    ]


_CLAUSES: Final = {TokenType.COLLATE, TokenType.FILTER, TokenType.ROWS, TokenType.RANGE}

_SUSPECTS: Final = frozenset((*Parser.ID_VAR_TOKENS, *_CLAUSES))


def refuse_suspects(place: Place, tree: Expression, tokens: Sequence[Token]) -> None:
    """Refuse reserved words that became names, and clauses where GoogleSQL has none."""
    frames = 0
    for node in tree.walk():
        kind = type(node)
        if kind is exp.Identifier:
            if not node.args.get("quoted") and node.name.upper() in RESERVED:
                _refuse(place, tokens, node.name.upper(), f"{node.name} is a reserved word: as a name, `{node.name}`")
        elif kind is exp.AtTimeZone:
            if not isinstance(node.parent, exp.Extract | exp.Cast):
                _refuse(place, tokens, "AT", "AT TIME ZONE stands only in EXTRACT and in CAST … FORMAT")
        elif kind is exp.WithinGroup:
            _refuse(place, tokens, "WITHIN", "GoogleSQL has no WITHIN GROUP: write ORDER BY inside the function")
        elif kind is exp.Filter and any(token.text.upper() == "FILTER" for token in tokens):
            _refuse(place, tokens, "FILTER", "GoogleSQL has no FILTER: write COUNTIF, or IF inside the aggregate")
        elif kind is exp.Collate:
            if "bigquery_name" not in node.meta and not isinstance(node.parent, exp.Ordered):
                _refuse(place, tokens, "COLLATE", "COLLATE stands only in ORDER BY: elsewhere write COLLATE(…, …)")
        elif kind is exp.WindowSpec:
            frames += bool(node.args.get("end"))
            _check_frame(place, node, tokens)
    pairs = pairwise(tokens)
    if frames < sum(a.token_type in _FRAMES and b.token_type == TokenType.BETWEEN for a, b in pairs):
        _refuse(place, tokens, "BETWEEN", "expected AND and the end of the window frame")


def refuse_stars(place: Place, tree: Expression, tokens: Sequence[Token]) -> None:
    """Refuse `x.*` inside an expression: it stands alone, as an item."""
    for star in tree.find_all(exp.Star):
        around = star.parent
        if isinstance(around, exp.Column | exp.Dot) and not isinstance(around.parent, exp.Select):
            at = next((token for token in tokens if token.token_type == TokenType.STAR), tokens[0])
            place.fail("expected an expression, found *: x.* stands alone in a list", at)


_FRAMES: Final = {TokenType.ROWS, TokenType.RANGE}


def _check_frame(place: Place, frame: exp.Expr, tokens: Sequence[Token]) -> None:
    kind = str(frame.args.get("kind"))
    if kind not in ("ROWS", "RANGE") or frame.args.get("exclude"):
        _refuse(place, tokens, kind, "a window frame is ROWS or RANGE, without EXCLUDE")
    for side in ("start", "end"):
        value = frame.args.get(side)
        if isinstance(value, exp.Expr) and not frame.args.get(f"{side}_side"):
            _refuse(place, tokens, kind, "expected PRECEDING or FOLLOWING in the window frame")


def _refuse(place: Place, tokens: Sequence[Token], word: str, message: str) -> None:
    place.fail(message, next((token for token in tokens if token.text.upper() == word), tokens[0]))


def check_brackets(place: Place, before: Token | None, opening: Token, inside: list[Token], piped: bool) -> None:
    """Refuse what may not stand in a pair of brackets that holds no pipe query.

    Args:
        place: the text.
        before: the token in front of the brackets.
        opening: the opening bracket.
        inside: what stands between them; brackets inside are passed over.
        piped: whether FROM stands in it, outside its own brackets.
    """
    word = before.text.upper() if before is not None and before.token_type != TokenType.IDENTIFIER else ""
    if not inside:
        if word == "IN":
            place.fail("expected a value behind IN (, found )", opening)
        return
    first, last = inside[0], inside[-1]
    is_query = first.token_type in (TokenType.SELECT, TokenType.WITH)
    for token in (first, last):
        if token.token_type == TokenType.COMMA and not (is_query and token is last):
            place.fail("expected an expression beside the comma, found none", token)
    if word in ("EXISTS", "ARRAY") and opening.token_type == TokenType.L_PAREN:
        if not is_query and first.token_type != TokenType.L_PAREN:
            place.fail(f"expected a query behind {word}(, found {place.word(first)}", first)
    elif word == "EXTRACT":
        if not piped:
            place.fail("expected FROM in EXTRACT(part FROM value)", last)
    elif piped and not is_query and first.token_type != TokenType.L_PAREN:
        at = next((token for token in inside if token.token_type == TokenType.FROM), first)
        place.fail("expected ) or a comma, found FROM", at)
