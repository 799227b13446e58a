"""A whole text: nested pipe queries first, from the inside out, so that no depth of them is a depth of calls."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, NoReturn

from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import with_clause
from querywright.pipes.parsing.heads import read_head
from querywright.pipes.parsing.legality import check_brackets, suspects_in
from querywright.pipes.parsing.lexing import CLOSING, MAX_BRACKETS, MAX_PIPES, OPENING, tokenise
from querywright.pipes.parsing.operators import read_operator
from querywright.pipes.parsing.reading import Reading
from querywright.pipes.parsing.respelling import filtered, inner_joins, named, with_names
from querywright.pipes.parsing.spelling import cooked, googlesql_tokens
from querywright.pipes.parsing.tables import whole_tables
from querywright.pipes.tree import Cte, Dialect, Input, Operator, PipeQuery

__all__ = ["parse"]


def parse(text: str, dialect: Dialect = "googlesql") -> PipeQuery:
    """Read one pipe query.

    Args:
        text: one query; comments, blank space and a trailing `;` are fine.
        dialect: whose words and expressions it is written in.

    Raises:
        PipeSyntaxError: it cannot be read; the error knows line, column and operator.
        SettingsError: an unknown dialect.
    """
    tokens = tokenise(text, dialect)
    reading = Reading(text, dialect)
    if tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if dialect == "googlesql":
        if ("@" in text and "{" in text) or "offset" in text.lower():
            tokens = reading.hints.cut(tokens)
        tokens = googlesql_tokens(reading, tokens)
        reading.stars = ".*" in text or ("*" in text and ". " in text)
        reading.suspects = suspects_in(tokens)
    elif dialect == "spark":
        tokens = cooked(tokens)
    whole = _reduce(reading, tokens)
    if not whole.tokens:
        reading.fail("expected FROM, found nothing: the text is empty", 0)
    if not whole.pipes and not _begins_pipe(whole.tokens) and not reading.pipes:
        _refuse_standard(reading, whole.tokens)
    hint = reading.hints.take(None)
    query = _query(reading, whole)
    reading.hints.refuse_rest()
    return replace(query, hint=hint) if hint else query


@dataclass(slots=True)
class _Group:
    """What stands between two brackets, read so far."""

    opening: Token | None
    tokens: list[Token] = field(default_factory=list)
    pipes: list[int] = field(default_factory=list)
    """Where its own `|>` stand among its tokens."""
    sourced: bool = False
    """It has FROM of its own."""
    condition: int = 0
    """Where WHERE stands among its tokens, if not in front."""
    height: int = 0
    """How deep pipe queries are nested inside it."""


def _reduce(reading: Reading, tokens: list[Token]) -> _Group:
    """The tokens outside all nested pipe queries, with a stand-in for each of those."""
    stack = [_Group(None)]
    for token in tokens:
        kind = token.token_type
        if kind in OPENING:
            if len(stack) > MAX_BRACKETS:
                reading.fail(f"brackets nested more than {MAX_BRACKETS} levels deep", token)
            stack.append(_Group(token))
        elif kind in CLOSING:
            group = stack.pop()
            if group.opening is None or OPENING[group.opening.token_type] != token.text:
                reading.fail(f"a {token.text} that closes nothing", token)
            _close(reading, stack[-1], group, token)
        else:
            if kind == TokenType.PIPE_GT:
                stack[-1].pipes.append(len(stack[-1].tokens))
            elif kind == TokenType.FROM:
                # IS DISTINCT FROM is no FROM.
                stack[-1].sourced |= not stack[-1].tokens or stack[-1].tokens[-1].token_type != TokenType.DISTINCT
            elif kind == TokenType.WHERE:
                stack[-1].condition = len(stack[-1].tokens)
            elif kind == TokenType.SEMICOLON and len(stack) == 1:
                reading.fail("expected the end of the query, found ;: one query is read at a time", token)
            stack[-1].tokens.append(token)
    if stack[-1].opening is not None:
        reading.fail(f"a {stack[-1].opening.text} that is never closed", stack[-1].opening)
    return stack[0]


def _close(reading: Reading, around: _Group, group: _Group, closing: Token) -> None:
    """Read a group that ends here, if it is a query in pipes, and leave it, or its stand-in, to the group around it."""
    opening = group.opening
    assert opening is not None
    height = group.height
    if (
        opening.token_type == TokenType.L_PAREN
        and group.tokens
        and (group.pipes or _begins_pipe(group.tokens) or _is_table(reading, around, group))
    ):
        if group.tokens[0].token_type == TokenType.PIPE_GT:
            operators = _operators(reading, group)
            if _takes_input(around):
                query = PipeQuery(Input(), operators, dialect=reading.dialect)
                around.tokens += reading.stand_in(query, opening, closing)
            else:
                # An argument of FORK, TEE, LOG, … It is only held against the grammar.
                around.tokens += [opening, *group.tokens, closing]
        else:
            height += 1
            if height > MAX_PIPES:
                reading.fail(f"pipe queries nested more than {MAX_PIPES} levels deep", opening)
            around.tokens += reading.stand_in(_query(reading, group), opening, closing)
    else:
        if reading.dialect == "googlesql":
            before = around.tokens[-1] if around.tokens else None
            check_brackets(reading, before, opening, group.tokens, group.sourced)
            if before is not None and opening.token_type == TokenType.L_PAREN and group.tokens:
                group.tokens = _respelt(around.tokens, group.tokens)
                if group.condition and not group.sourced and group.tokens[0].token_type not in _QUERY_STARTS:
                    group.tokens = filtered(group.tokens, group.condition, opening, closing)
        around.tokens += [opening, *group.tokens, closing]
    around.height = max(around.height, height)


def _respelt(before: list[Token], inside: list[Token]) -> list[Token]:
    """What stands in round brackets, as SQLGlot reads it; `before` ends with what stands in front of them."""
    kind = before[-1].token_type
    if kind == TokenType.WITH:
        before[-1] = named(before[-1])
        return with_names(inside)
    if kind in _BEFORE_JOINS and any(token.token_type == TokenType.JOIN for token in inside):
        return inner_joins(inside)
    return whole_tables(inside)


_BEFORE_JOINS: Final = {TokenType.FROM, TokenType.JOIN, TokenType.L_PAREN}


def _takes_input(around: _Group) -> bool:
    """Whether the operator at hand is RECURSIVE UNION or IF, whose pipelines are trees."""
    at = around.pipes[-1] + 1 if around.pipes else len(around.tokens)
    return at < len(around.tokens) and around.tokens[at].text.upper() in ("RECURSIVE", "IF")


def _is_table(reading: Reading, around: _Group, group: _Group) -> bool:
    """Whether a group is Spark's query `(TABLE t)`, and no argument of a function."""
    if reading.dialect != "spark" or group.tokens[0].token_type != TokenType.TABLE or len(group.tokens) < 2:
        return False
    return not around.tokens or around.tokens[-1].token_type not in (TokenType.VAR, TokenType.IDENTIFIER)


def _begins_pipe(tokens: list[Token]) -> bool:
    """Whether these tokens, nested queries reduced and without `|>`, begin with FROM, perhaps behind WITH."""
    if tokens[0].token_type != TokenType.WITH:
        return tokens[0].token_type == TokenType.FROM
    depth = 0
    for token in tokens:
        kind = token.token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if not depth and kind in (TokenType.FROM, TokenType.SELECT):
            return kind == TokenType.FROM
    return False


def _query(reading: Reading, group: _Group) -> PipeQuery:
    reading.operator = ""
    tokens = group.tokens
    at = group.pipes[0] if group.pipes else len(tokens)
    before = tokens[:at]
    ctes: tuple[Cte, ...] = ()
    recursive = False
    if before and before[0].token_type == TokenType.WITH:
        ctes, recursive, before = with_clause(reading, before)
    head = read_head(reading, before, tokens[at] if at < len(tokens) else None)
    return PipeQuery(head, _operators(reading, group), ctes, recursive, reading.dialect)


def _operators(reading: Reading, group: _Group) -> tuple[Operator, ...]:
    """The operators of `|> … |> …`."""
    tokens = group.tokens
    found: list[Operator] = []
    last = _tail(tokens, group.pipes[-1]) if reading.dialect == "spark" and group.pipes else len(tokens)
    for start, end in pairwise([*group.pipes, last]):
        reading.operator = ""
        found.append(read_operator(reading, tokens[start], tokens[start + 1 : end]))
    if last < len(tokens):
        # ORDER BY behind the last operator is the whole query's: an operator of its own.
        found.append(read_operator(reading, tokens[last], tokens[last:]))
    reading.operator = ""
    return tuple(found)


def _tail(tokens: list[Token], start: int) -> int:
    """Where ORDER BY stands behind the operator at `start`; the number of tokens where it does not."""
    depth = 0
    for index in range(start, len(tokens)):
        kind = tokens[index].token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if kind == TokenType.ORDER_BY and not depth and index > start + 1:
            return index
    return len(tokens)


def _refuse_standard(reading: Reading, tokens: list[Token]) -> NoReturn:
    first = tokens[0]
    if first.token_type in _QUERY_STARTS:
        reading.fail("this is standard SQL, without |>: decompile it to get a pipe query", first)
    reading.fail(f"expected FROM, found {reading.word(first)}: a pipe query is FROM or a query, then |>", first)


_QUERY_STARTS: Final = {TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN, TokenType.VALUES, TokenType.TABLE}
