"""One text while it is read: its clauses go to SQLGlot's parser from here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, NoReturn

from sqlglot import exp
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.hints import Hints
from querywright.pipes.parsing.legality import refuse_stars, refuse_suspects
from querywright.pipes.parsing.lexing import CLOSING, OPENING, bomb_in, dialect_of
from querywright.pipes.parsing.names import RESERVED
from querywright.pipes.parsing.placing import HOLE, Place
from querywright.pipes.tree import Dialect, Expression, PipeQuery, nested

__all__ = ["Reading", "detached", "split"]

_HEAVY: Final = 40
"""Clauses of fewer tokens hold nothing that SQLGlot could choke on."""


class Reading(Place):
    """What is known while one text is read: the text, its dialect, the nested queries found so far."""

    __slots__ = ("_parser", "dialect", "hints", "pipes", "stars", "suspects")

    def __init__(self, text: str, dialect: Dialect) -> None:
        super().__init__(text)
        self.dialect = dialect
        self.pipes: list[PipeQuery] = []
        """Nested pipe queries, by the number in the name of their stand-in."""
        self.suspects: list[int] = []
        """Where words stand that SQLGlot may misread, in order."""
        self.hints = Hints(self)
        self.stars = False
        """Whether `.*` stands somewhere."""
        self._parser = dialect_of(dialect).parser()

    # ── stand-ins for nested queries ─────────────────────────────────────────────────────────────────────────────────

    def stand_in(self, query: PipeQuery, opening: Token, closing: Token) -> list[Token]:
        """The tokens `( SELECT hole )` that SQLGlot sees in place of a nested pipe query."""
        self.pipes.append(query)
        line, column, start, end = opening.line, opening.col, opening.start, closing.end
        name = f"{HOLE}{len(self.pipes) - 1}"
        return [
            opening,
            Token(TokenType.SELECT, "SELECT", line, column, start, end),
            Token(TokenType.IDENTIFIER, name, line, column, start, end),
            closing,
        ]

    def fill(self, tree: Expression) -> Expression:
        """The tree with its stand-ins replaced by the leaves of their queries."""
        for select in list(tree.find_all(exp.Select)):
            items = select.expressions
            if len(items) == 1 and isinstance(items[0], exp.Column) and items[0].name.startswith(HOLE):
                leaf = nested(self.pipes[int(items[0].name[1:])])
                # What stands behind the brackets of a nested query belongs to the brackets, not to the query.
                if select is tree:
                    return leaf
                select.replace(leaf)
        return tree

    # ── clauses ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def statement(self, tokens: list[Token]) -> Expression:
        """The tree of one statement. Raises PipeSyntaxError at the token SQLGlot stopped at."""
        if len(tokens) > _HEAVY and (bomb := bomb_in(tokens)):
            self.fail(*bomb)
        try:
            trees = self._parser.parse(tokens, self.text)
        except ParseError as error:
            self._stopped(error, tokens)
        except RecursionError:
            self.fail("nested too deeply to read", tokens[0])
        except Exception as error:  # SQLGlot's parser fails on some malformed text with a TypeError or AttributeError
            self.fail(f"not readable as {self.dialect} SQL ({type(error).__name__})", tokens[0])
        if len(trees) != 1 or trees[0] is None:
            self.fail("not one statement", tokens[0])
        return self._kept(trees[0], tokens)

    def clause(self, kind: type[exp.Expr], tokens: list[Token]) -> Expression | None:
        """The tree of one clause by SQLGlot's function for it alone, which is several times faster than a statement.

        None where it cannot be read, or not to its end: `statement` knows what is wrong with it, then.
        """
        if len(tokens) > _HEAVY and bomb_in(tokens):
            return None
        try:
            trees = self._parser.parse_into(kind, tokens, self.text)
        except Exception:  # as in `statement`, which tells them apart
            return None
        return self._kept(trees[0], tokens) if len(trees) == 1 and trees[0] is not None else None

    def _kept(self, tree: Expression, tokens: list[Token]) -> Expression:
        """A tree as it is kept: held against GoogleSQL, its nested queries in their places, without positions."""
        if self.suspects and self._is_suspect(tokens):
            refuse_suspects(self, tree, tokens)
        if self.stars:
            refuse_stars(self, tree, tokens)
        if self.hints:
            self.hints.name_tables(tree)
        without_positions(tree, self.dialect == "googlesql")
        if self.pipes and any(token.text[:1] == HOLE for token in tokens):
            return self.fill(tree)
        return tree

    def _is_suspect(self, tokens: list[Token]) -> bool:
        at = bisect_left(self.suspects, tokens[0].start)
        return at < len(self.suspects) and self.suspects[at] <= tokens[-1].end

    def select(self, keyword: Token, tokens: list[Token], *allowed: str) -> exp.Select:
        """The tree of `SELECT tokens`, where only some clauses may follow the items."""
        start = Token(TokenType.SELECT, "SELECT", keyword.line, keyword.col, keyword.start, keyword.end)
        tree = self.statement([start, *tokens])
        if not isinstance(tree, exp.Select):
            self._surplus(tokens)
        for name, value in tree.args.items():
            if value and name != "expressions" and name not in allowed:
                self._surplus(tokens)
        return tree

    def items(self, keyword: Token, tokens: list[Token], what: str = "an expression") -> list[Expression]:
        """The items of a list as SELECT has them: expressions, with aliases or without."""
        if not tokens:
            self.expected(what, [], 0)
        if tokens[0].token_type in (TokenType.DISTINCT, TokenType.ALL, TokenType.COMMA):
            self.expected(what, tokens)
        found = [detached(item) for item in self.select(keyword, tokens).expressions]
        if not found:
            self.expected(what, tokens)
        self.refuse_star(found, tokens)
        return found

    def refuse_star(self, items: Iterable[Expression], tokens: Sequence[Token]) -> None:
        """Refuse a `*` of all columns among items that are values."""
        if any(isinstance(item, exp.Star) for item in items):
            at = next((token for token in tokens if token.token_type == TokenType.STAR), None)
            self.fail("expected an expression, found *", at)

    def expression(self, keyword: Token, tokens: list[Token], what: str = "an expression") -> Expression:
        """One expression, without an alias."""
        if not tokens:
            self.fail(f"expected {what}, found the end of the operator", keyword.end + 1)
        if (quick := self.clause(exp.Condition, tokens)) is not None:
            self.refuse_star((quick,), tokens)
            return quick
        line, column, start, end = keyword.line, keyword.col, keyword.start, keyword.end
        before = [
            Token(TokenType.SELECT, "SELECT", line, column, start, end),
            Token(TokenType.NUMBER, "1", line, column, start, end),
            Token(TokenType.WHERE, "WHERE", line, column, start, end),
        ]
        tree = self.statement([*before, *tokens])
        if not isinstance(tree, exp.Select) or any(v and k not in _WHERE for k, v in tree.args.items()):
            self._surplus(tokens)
        found: Expression = tree.args["where"].this
        self.refuse_star((found,), tokens)
        if tokens[-1].token_type == TokenType.COMMA:
            self.expected("the end of the expression", tokens, len(tokens) - 1)
        return detached(found)

    def _surplus(self, tokens: list[Token]) -> NoReturn:
        """Refuse a clause that is none of this operator, at the first word that opens one."""
        depth = 0
        for index, token in enumerate(tokens):
            kind = token.token_type
            depth += (kind in OPENING) - (kind in CLOSING)
            if depth == 0 and index and kind in CLAUSES:
                hint = f"; {CLAUSES[kind]}" if CLAUSES[kind] else ""
                self.fail(f"expected the end of the operator, found {self.word(token)}{hint}", token)
        self.fail("expected one clause, found more", tokens[0] if tokens else None)

    def _stopped(self, error: ParseError, tokens: list[Token]) -> NoReturn:
        """SQLGlot's error in our words: what, and the place of the token it stopped at."""
        first = error.errors[0] if error.errors else {}
        what = str(first.get("description") or str(error).splitlines()[0]).split(" for <class")[0]
        line, end = first.get("line"), first.get("col")
        at = next((token for token in tokens if token.line == line and token.col == end and token.text), tokens[-1])
        what = what.split(" but got <Token")[0].split(". Line ")[0].rstrip(".")
        if "SENTINEL" in str(first.get("description")):
            self.fail(f"{_lower(what)}, found the end of the operator", at.end + 1)
        for opening in ("Expecting ", "Expected "):
            if what.startswith(opening):
                what = "expected " + what[len(opening) :]
        self.fail(f"{_lower(what)}, at {self.word(at)}", at)


_WHERE: Final = {"expressions", "where", "kind", "hint", "operation_modifiers"}

CLAUSES: Final = {
    TokenType.FROM: "an operator has no FROM",
    TokenType.WHERE: "filter with |> WHERE",
    TokenType.GROUP_BY: "group with |> AGGREGATE … GROUP BY",
    TokenType.HAVING: "filter with |> WHERE behind the |> AGGREGATE",
    TokenType.QUALIFY: "filter with |> WHERE behind the window function",
    TokenType.ORDER_BY: "sort with |> ORDER BY",
    TokenType.LIMIT: "cut with |> LIMIT",
    TokenType.OFFSET: "skip with |> LIMIT … OFFSET",
    TokenType.UNION: "an operator of its own: |> UNION",
    TokenType.INTERSECT: "an operator of its own: |> INTERSECT",
    TokenType.EXCEPT: "an operator of its own: |> EXCEPT",
    TokenType.JOIN: "an operator of its own: |> JOIN",
    TokenType.LEFT: "",
    TokenType.CROSS: "",
    TokenType.INNER: "",
    TokenType.FULL: "",
    TokenType.WINDOW: "",
    TokenType.COMMA: "",
    TokenType.ALIAS: "",
    TokenType.PIPE_GT: "",
}
"""Words that open a clause of a standard SELECT, and what to write instead."""


def without_positions(tree: Expression, googlesql: bool) -> None:
    """Forget where in the text each node stood: copying it costs more than the nodes.

    GoogleSQL's reserved words behind a dot, which are names there, get the quotes they will be printed with.
    """
    for node in tree.walk():
        node._meta = None
        if googlesql and type(node) is exp.Identifier and node.this.upper() in RESERVED:
            node.set("quoted", True)


def detached(tree: Expression) -> Expression:
    """The tree without the statement around it."""
    tree.parent = None
    return tree


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def split(tokens: Iterable[Token]) -> list[list[Token]]:
    """The parts of a list between its commas; the brackets of types (`STRUCT<a INT64, b INT64>`) count as brackets."""
    parts: list[list[Token]] = [[]]
    depth = angles = 0
    previous: TokenType | None = None
    for token in tokens:
        kind = token.token_type
        if kind in OPENING:
            depth += 1
        elif kind in CLOSING:
            depth -= 1
        elif kind == TokenType.LT and (previous in _NESTED or angles):
            angles += 1
        elif kind == TokenType.GT and angles:
            angles -= 1
        elif kind == TokenType.COMMA and not depth and not angles:
            parts.append([])
            previous = kind
            continue
        parts[-1].append(token)
        previous = kind
    return parts


_NESTED: Final = {TokenType.ARRAY, TokenType.STRUCT, TokenType.MAP, TokenType.RANGE}
