"""Hints of GoogleSQL, `@{…}`: cut out of the tokens before anything is read, and handed to whom they stand behind.

`WITH OFFSET` behind the name of an array is cut out with them; behind UNNEST it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.lexing import CLOSING, OPENING
from querywright.pipes.parsing.names import is_identifier
from querywright.pipes.parsing.placing import Place
from querywright.pipes.tree import Expression

__all__ = ["HINT", "Hints"]

HINT: Final = "hint"
"""Where the name of a table holds the hint behind it."""


class Hints:
    """The hints of one text, each known by the end of the token in front of it, or -1 in front of everything."""

    __slots__ = ("_found", "_place")

    def __init__(self, place: Place) -> None:
        self._place = place
        self._found: dict[int, tuple[int, int, str]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def cut(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens without hints. Raises PipeSyntaxError at a hint that never ends."""
        kept: list[Token] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            index += 1
            if (end := _offset(tokens, index - 1, kept)) > index:
                self._found[kept[-1].end] = (token.start, end, self._text(token, tokens[end - 1]))
                index = end
                continue
            if (
                token.token_type != TokenType.PARAMETER
                or index == len(tokens)
                or tokens[index].token_type != TokenType.L_BRACE
            ):
                kept.append(token)
                continue
            depth = 0
            while index < len(tokens):
                depth += (tokens[index].token_type in OPENING) - (tokens[index].token_type in CLOSING)
                index += 1
                if not depth:
                    break
            if depth:
                self._place.fail("a hint that never ends", token)
            last = tokens[index - 1]
            if (kept[-1].end if kept else -1) in self._found:
                self._place.fail("expected one hint, found two", token)
            self._found[kept[-1].end if kept else -1] = (token.start, last.end + 1, self._text(token, last))
        return kept

    def _text(self, first: Token, last: Token) -> str:
        return " ".join(self._place.text[first.start : last.end + 1].split())

    def take(self, before: Token | None) -> str:
        """The hint behind a token, or in front of everything; empty where there is none. It is nobody else's then."""
        return self._found.pop(before.end if before is not None else -1, (0, 0, ""))[2] if self._found else ""

    def take_all(self, first: Token, last: Token) -> int:
        """Take the hints that stand in an operator held as text; gives where it ends with them."""
        inside = [end for end in self._found if first.start <= end <= last.end]
        return max([last.end + 1, *(self._found.pop(before)[1] for before in inside)])

    def name_tables(self, tree: Expression) -> None:
        """Leave the hints behind the names of tables with these names."""
        for table in tree.find_all(exp.Table):
            alias = table.args.get("alias")
            for name in (table.this, alias.this if alias is not None else None):
                if not isinstance(name, exp.Identifier):
                    continue
                end = (name._meta or {}).get("end")
                if end in self._found:
                    name.set(HINT, self._found.pop(end)[2])

    def refuse_rest(self) -> None:
        """Refuse hints that nobody took."""
        for start, _, text in sorted(self._found.values()):
            what = "a hint" if text[0] == "@" else text
            self._place.fail(f"{what} is not read here: leave it out", start)


def _offset(tokens: Sequence[Token], index: int, kept: Sequence[Token]) -> int:
    """Where `WITH OFFSET [AS name]` at `index` ends, behind a name; `index` where there is none."""
    words = [token.text.upper() for token in tokens[index : index + 2]]
    if words != ["WITH", "OFFSET"] or not kept or not is_identifier(kept[-1]):
        return index
    before = len(kept) - 1
    while before >= 0 and kept[before].token_type not in _BEFORE_SOURCE:
        if kept[before].token_type in CLOSING:
            return index
        before -= 1
    end = index + 2
    if end < len(tokens) and tokens[end].token_type == TokenType.ALIAS:
        return end + 2
    return end + (end < len(tokens) and tokens[end].token_type in (TokenType.VAR, TokenType.IDENTIFIER))


_BEFORE_SOURCE: Final = {TokenType.FROM, TokenType.JOIN, TokenType.COMMA, TokenType.L_PAREN}
