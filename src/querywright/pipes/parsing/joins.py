"""JOIN, in FROM and as an operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, cast

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.lexing import CLOSING, OPENING
from querywright.pipes.parsing.names import identifier
from querywright.pipes.parsing.reading import Reading, detached
from querywright.pipes.parsing.respelling import alias_first
from querywright.pipes.tree import PLACEHOLDER, Expression, Join, JoinKind

__all__ = ["JOINING", "check_sources", "join_manners", "join_of", "read_join", "refuse_column_aliases"]

JOINING: Final = {
    TokenType.JOIN,
    TokenType.INNER,
    TokenType.LEFT,
    TokenType.RIGHT,
    TokenType.FULL,
    TokenType.CROSS,
    TokenType.NATURAL,
    TokenType.SEMI,
    TokenType.ANTI,
}
"""Words a JOIN begins with."""

_KINDS: Final[dict[tuple[str, str], JoinKind]] = {
    ("", ""): "INNER",
    ("", "INNER"): "INNER",
    ("", "CROSS"): "CROSS",
    ("LEFT", ""): "LEFT",
    ("LEFT", "OUTER"): "LEFT",
    ("RIGHT", ""): "RIGHT",
    ("RIGHT", "OUTER"): "RIGHT",
    ("FULL", ""): "FULL",
    ("FULL", "OUTER"): "FULL",
    ("LEFT", "SEMI"): "LEFT SEMI",
    ("LEFT", "ANTI"): "LEFT ANTI",
    ("", "SEMI"): "LEFT SEMI",
    ("", "ANTI"): "LEFT ANTI",
}


def read_join(reading: Reading, keyword: Token, tokens: list[Token]) -> Join:
    """The operator `[kind] JOIN source [ON … | USING …]`; `tokens` begin with `keyword`."""
    line, column, start, end = keyword.line, keyword.col, keyword.start, keyword.end
    before = [
        Token(TokenType.STAR, "*", line, column, start, end),
        Token(TokenType.FROM, "FROM", line, column, start, end),
        Token(TokenType.VAR, PLACEHOLDER, line, column, start, end),
    ]
    tokens, manners = join_manners(reading, tokens)
    if reading.dialect == "spark":
        tokens = alias_first(tokens)
    if reading.dialect == "googlesql":
        check_sources(reading, tokens)
    quick = reading.clause(exp.Join, tokens)
    if isinstance(quick, exp.Join):
        return join_of(reading, quick, keyword, manners[0] if manners else _PLAIN)
    tree = reading.select(keyword, [*before, *tokens], "from_", "joins")
    joins = tree.args.get("joins") or []
    if len(joins) != 1 or tree.args["from_"].this.args.get("joins"):
        reading.fail("expected one JOIN, found several: write |> in front of each", keyword)
    return join_of(reading, joins[0], keyword, manners[0] if manners else _PLAIN)


Manner: TypeAlias = tuple[Literal["", "HASH", "LOOKUP"], str]
"""How a join should be done, and the hint behind its JOIN."""

_PLAIN: Final[Manner] = ("", "")


def join_manners(reading: Reading, tokens: list[Token]) -> tuple[list[Token], list[Manner]]:
    """The tokens without HASH and LOOKUP in front of JOIN, and the manner of each JOIN outside brackets.

    Without any manner the list of them is empty.
    """
    if reading.dialect != "googlesql" or not (reading.hints or any(t.text.upper() in _METHODS for t in tokens)):
        return tokens, []
    kept: list[Token] = []
    found: list[Manner] = []
    depth = 0
    for index, token in enumerate(tokens):
        kind = token.token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        behind = tokens[index + 1] if index + 1 < len(tokens) else None
        joins = behind is not None and behind.token_type == TokenType.JOIN and not depth
        if joins and kind == TokenType.VAR and token.text.upper() in _METHODS:
            continue
        if kind == TokenType.JOIN and not depth:
            word = tokens[index - 1].text.upper() if index else ""
            method = cast(Literal["", "HASH", "LOOKUP"], word if word in _METHODS else "")
            found.append((method, reading.hints.take(token)))
        kept.append(token)
    return kept, found


_METHODS: Final = ("HASH", "LOOKUP")


def join_of(reading: Reading, join: exp.Join, at: Token, manner: Manner = _PLAIN) -> Join:
    """SQLGlot's join as one of ours."""
    for name, value in join.args.items():
        if value and name not in _READ:
            reading.fail(f"a join with {name} is not read", at)
    method = join.method
    kind = _KINDS.get((join.side, join.kind))
    if kind is None or method not in ("", "NATURAL"):
        reading.fail(f"a {' '.join(filter(None, (method, join.side, join.kind)))} JOIN is not read", at)
    if reading.dialect == "googlesql" and kind in ("LEFT SEMI", "LEFT ANTI"):
        reading.fail(f"GoogleSQL has no {join.kind} JOIN: write |> WHERE EXISTS or NOT EXISTS", at)
    source = join.this
    lateral = isinstance(source, exp.Lateral)
    if lateral:
        source = _unwrapped(source)
    detached(source)
    refuse_column_aliases(reading, source, at)
    on = join.args.get("on")
    if on is not None:
        detached(on)
    using = tuple(exp.Identifier(this=name.name, quoted=_quoted(name)) for name in join.args.get("using") or ())
    return Join(source, kind, on, using, method == "NATURAL", lateral, *manner)


def refuse_column_aliases(reading: Reading, source: Expression, at: Token) -> None:
    """Refuse `t AS e(a, b)`: GoogleSQL has no names for columns behind an alias, and would print none."""
    alias = source.args.get("alias")
    named = isinstance(alias, exp.TableAlias) and alias.args.get("columns")
    if named and reading.dialect == "googlesql" and isinstance(source, exp.Table | exp.Subquery):
        reading.fail("GoogleSQL has no column names behind an alias: |> RENAME gives them", at)


def check_sources(reading: Reading, tokens: Sequence[Token]) -> None:
    """Refuse tables that are literals, and ON and USING without what they need: SQLGlot reads both."""
    before: TokenType | None = TokenType.FROM
    for index, token in enumerate(tokens):
        kind = token.token_type
        if before in _BEFORE_TABLE and kind in _LITERALS:
            reading.expected("a table", tokens, index)
        if kind == TokenType.ON and index + 1 == len(tokens):
            reading.expected("a condition behind ON", tokens, index + 1)
        elif kind == TokenType.USING:
            _check_using(reading, tokens, index + 1)
        if kind == TokenType.FROM and before == TokenType.DISTINCT:  # IS DISTINCT FROM is no FROM
            before = None
        elif kind != TokenType.L_PAREN or before not in _BEFORE_TABLE:
            before = kind


_BEFORE_TABLE: Final = {TokenType.FROM, TokenType.JOIN}

_LITERALS: Final = {TokenType.STRING, TokenType.NUMBER, TokenType.HEX_STRING, TokenType.BYTE_STRING}


def _check_using(reading: Reading, tokens: Sequence[Token], index: int) -> None:
    if index >= len(tokens) or tokens[index].token_type != TokenType.L_PAREN:
        reading.expected("( and column names behind USING", tokens, index)
    while True:
        identifier(reading, tokens, index + 1, "a column name")
        index += 2
        if index >= len(tokens) or tokens[index].token_type not in (TokenType.COMMA, TokenType.R_PAREN):
            reading.expected("a comma or )", tokens, index)
        if tokens[index].token_type == TokenType.R_PAREN:
            return


def _unwrapped(lateral: exp.Lateral) -> Expression:
    """What stands behind LATERAL, with its alias."""
    source: Expression = lateral.this
    if not isinstance(source, exp.Subquery):
        source = exp.Table(this=source)
    if alias := lateral.args.get("alias"):
        source.set("alias", alias)
    return source


_READ: Final = {"this", "side", "kind", "method", "on", "using"}


def _quoted(name: exp.Expr) -> bool:
    part = name.this if isinstance(name, exp.Column) else name
    return bool(part.args.get("quoted")) if isinstance(part, exp.Identifier) else False
