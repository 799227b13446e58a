"""What a query asks for, taken apart into the pieces every style of question is built from."""

from __future__ import annotations

from dataclasses import dataclass

from querywright.synthesis.english.voice import Noun


@dataclass(frozen=True)
class Request:
    """The pieces of one question; styles only arrange them.

    `what` is the thing asked for (`the names of orders placed in 2019`); for a count it is what is counted, without
    article. `which` is the same as a clause after *Which* where it reads well (`customers have no orders`).
    """

    kind: str
    """`count`, `value`, `list` or `each`."""
    what: str
    noun: Noun
    among: str | None = None
    """The rows a top-k is taken from: said first, so that nothing else attaches to it."""
    each: str | None = None
    only: str | None = None
    order: str | None = None
    considering: str | None = None
    """The rows a ranking of groups is made from, where not all of them count."""
    which: str | None = None
    remarks: tuple[str, ...] = ()
    """Rounding, ties, zero counts: said last."""
    many: bool = True
    """Whether `what` is plural."""
    rows: str = ""
    """The rows spoken of, with everything that narrows them."""
    subject: str = ""
    """What the rows are, in one plural noun."""
    bare: str = ""
    """What is asked of those rows, without naming them again."""
