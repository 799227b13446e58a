"""Where in a text something is wrong: every syntax error gets its line, column and operator here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NoReturn

from sqlglot.tokenizer_core import Token

from querywright.errors import PipeSyntaxError
from querywright.pipes.parsing.lexing import place

__all__ = ["HOLE", "Place"]

HOLE: Final = "\x00"
"""What the name of a nested query's stand-in begins with. No text has it, so no name can be taken for one."""


class Place:
    """A text, and the operator in it that is being read."""

    __slots__ = ("operator", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.operator = ""
        """In words; empty outside all operators."""

    def fail(self, message: str, at: Token | int | None = None) -> NoReturn:
        """Raise PipeSyntaxError at a token, an offset, or the end of the text."""
        offset = len(self.text) if at is None else at if isinstance(at, int) else at.start
        raise PipeSyntaxError(message, self.operator, *place(self.text, min(offset, len(self.text))))

    def expected(self, what: str, tokens: Sequence[Token], index: int = 0) -> NoReturn:
        """Raise "expected …, found …" at a token of a clause, or behind its last one."""
        if index < len(tokens):
            self.fail(f"expected {what}, found {self.word(tokens[index])}", tokens[index])
        found = "the end of the operator" if self.operator else "the end of the query"
        self.fail(f"expected {what}, found {found}", tokens[-1].end + 1 if tokens else None)

    def word(self, token: Token) -> str:
        """A token as it stands in the text, short."""
        if token.text.startswith(HOLE):
            return "a query"
        written = self.text[token.start : token.end + 1].split("\n")[0] or token.text
        return written if len(written) <= 40 else written[:39] + "…"
