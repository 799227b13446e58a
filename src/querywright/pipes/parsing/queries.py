"""A whole text: nested pipe queries first, from the inside out, so that no depth of them is a depth of calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NoReturn

from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import with_clause
from querywright.pipes.parsing.heads import read_head
from querywright.pipes.parsing.legality import googlesql_tokens
from querywright.pipes.parsing.lexing import CLOSING, MAX_BRACKETS, MAX_PIPES, OPENING, tokenise
from querywright.pipes.parsing.operators import read_operator
from querywright.pipes.parsing.reading import Reading
from querywright.pipes.tree import Cte, Dialect, Operator, PipeQuery

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
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if dialect == "googlesql":
        tokens = googlesql_tokens(reading, tokens)
    rest = _reduce(reading, tokens)
    if not rest:
        reading.fail("expected FROM, found nothing: the text is empty", 0)
    if not _is_pipe(rest):
        _refuse_standard(reading, rest)
    return _query(reading, rest)


@dataclass(slots=True)
class _Group:
    """What stands between two brackets, read so far."""

    opening: Token | None
    tokens: list[Token] = field(default_factory=list)
    piped: bool = False
    """It has `|>` of its own."""
    height: int = 0
    """How deep pipe queries are nested inside it."""


def _reduce(reading: Reading, tokens: list[Token]) -> list[Token]:
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
                stack[-1].piped = True
            elif kind == TokenType.SEMICOLON and len(stack) == 1:
                reading.fail("expected the end of the query, found ;: one query is read at a time", token)
            stack[-1].tokens.append(token)
    if stack[-1].opening is not None:
        reading.fail(f"a {stack[-1].opening.text} that is never closed", stack[-1].opening)
    return stack[0].tokens


def _close(reading: Reading, around: _Group, group: _Group, closing: Token) -> None:
    """Read a group that ends here, if it is a query in pipes, and leave it, or its stand-in, to the group around it."""
    opening = group.opening
    assert opening is not None
    height = group.height
    if opening.token_type == TokenType.L_PAREN and group.tokens and (group.piped or _is_pipe(group.tokens)):
        if group.tokens[0].token_type == TokenType.PIPE_GT:
            # A pipeline without a head: an argument of FORK, TEE, IF, … It is only held against the grammar.
            _operators(reading, group.tokens)
            around.tokens += [opening, *group.tokens, closing]
        else:
            height += 1
            if height > MAX_PIPES:
                reading.fail(f"pipe queries nested more than {MAX_PIPES} levels deep", opening)
            around.tokens += reading.stand_in(_query(reading, group.tokens), opening, closing)
    else:
        around.tokens += [opening, *group.tokens, closing]
    around.height = max(around.height, height)


def _is_pipe(tokens: list[Token]) -> bool:
    """Whether these tokens, nested queries reduced, are a pipe query: they have `|>`, or begin with FROM."""
    if tokens[0].token_type == TokenType.FROM:
        return True
    begins_with = tokens[0].token_type == TokenType.WITH
    depth = 0
    for token in tokens:
        kind = token.token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if depth:
            continue
        if kind == TokenType.PIPE_GT:
            return True
        if begins_with and kind in (TokenType.FROM, TokenType.SELECT):
            begins_with = False
            if kind == TokenType.FROM:
                return True
    return False


def _query(reading: Reading, tokens: list[Token]) -> PipeQuery:
    reading.operator = ""
    at = next((i for i, part in _at_depth_0(tokens) if part.token_type == TokenType.PIPE_GT), len(tokens))
    before = tokens[:at]
    ctes: tuple[Cte, ...] = ()
    recursive = False
    if before and before[0].token_type == TokenType.WITH:
        ctes, recursive, before = with_clause(reading, before)
    head = read_head(reading, before, tokens[at] if at < len(tokens) else None)
    return PipeQuery(head, _operators(reading, tokens[at:]), ctes, recursive, reading.dialect)


def _operators(reading: Reading, tokens: list[Token]) -> tuple[Operator, ...]:
    """The operators of `|> … |> …`."""
    starts = [index for index, token in _at_depth_0(tokens) if token.token_type == TokenType.PIPE_GT]
    found: list[Operator] = []
    for start, end in pairwise([*starts, len(tokens)]):
        reading.operator = ""
        found.append(read_operator(reading, tokens[start], tokens[start + 1 : end]))
    reading.operator = ""
    return tuple(found)


def _at_depth_0(tokens: list[Token]) -> list[tuple[int, Token]]:
    found = []
    depth = 0
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind in OPENING:
            depth += 1
        elif kind in CLOSING:
            depth -= 1
        elif not depth:
            found.append((index, token))
    return found


def _refuse_standard(reading: Reading, tokens: list[Token]) -> NoReturn:
    first = tokens[0]
    if first.token_type in _QUERY_STARTS:
        reading.fail("this is standard SQL, without |>: decompile it to get a pipe query", first)
    reading.fail(f"expected FROM, found {reading.word(first)}: a pipe query is FROM or a query, then |>", first)


_QUERY_STARTS: Final = {TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN, TokenType.VALUES, TokenType.TABLE}
