"""Where a query may name its own output columns, and who wins where a source has a column of that name: by dialect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reach(Enum):
    """How an alias of the SELECT list may be named in one clause."""

    NEVER = "never"
    AFTER_AS_A_WHOLE = "as a whole, where no source has the column"
    AFTER_ANYWHERE = "anywhere in an expression, where no source has the column"
    FIRST_AS_A_WHOLE = "as a whole, before the sources' columns; never inside an expression"
    FIRST_THEN_AFTER = "as a whole before the sources' columns, inside an expression where no source has the column"
    FIRST_ANYWHERE = "anywhere, before the sources' columns"

    def first(self, root: bool) -> bool:
        """Whether an alias comes before the columns. `root`: the name stands alone."""
        return self is Reach.FIRST_ANYWHERE or (root and self in (Reach.FIRST_AS_A_WHOLE, Reach.FIRST_THEN_AFTER))

    def after(self, root: bool) -> bool:
        """Whether an alias counts where there is no such column."""
        return self in (Reach.AFTER_ANYWHERE, Reach.FIRST_THEN_AFTER) or (root and self is Reach.AFTER_AS_A_WHOLE)

    @property
    def inside(self) -> Reach:
        """What holds in a subquery there: it stands inside an expression."""
        if self in (Reach.AFTER_ANYWHERE, Reach.FIRST_THEN_AFTER):
            return Reach.AFTER_ANYWHERE
        return self if self is Reach.FIRST_ANYWHERE else Reach.NEVER


@dataclass(frozen=True, slots=True)
class AliasRules:
    """One dialect's rules, clause by clause."""

    select: Reach
    where: Reach
    group: Reach
    having: Reach
    qualify: Reach
    order: Reach
    implicit: bool
    """Whether ORDER BY also takes the name that an item has without AS, before the sources' columns."""


ALIASES = {
    "sqlite": AliasRules(
        select=Reach.NEVER,
        where=Reach.AFTER_ANYWHERE,
        group=Reach.AFTER_ANYWHERE,
        having=Reach.AFTER_ANYWHERE,
        qualify=Reach.NEVER,
        order=Reach.FIRST_THEN_AFTER,
        implicit=False,
    ),
    "duckdb": AliasRules(
        select=Reach.AFTER_ANYWHERE,
        where=Reach.AFTER_ANYWHERE,
        group=Reach.AFTER_ANYWHERE,
        having=Reach.FIRST_ANYWHERE,
        qualify=Reach.AFTER_ANYWHERE,
        order=Reach.FIRST_THEN_AFTER,
        implicit=True,
    ),
    "postgres": AliasRules(
        select=Reach.NEVER,
        where=Reach.NEVER,
        group=Reach.AFTER_AS_A_WHOLE,
        having=Reach.NEVER,
        qualify=Reach.NEVER,
        order=Reach.FIRST_AS_A_WHOLE,
        implicit=True,
    ),
    "mysql": AliasRules(
        select=Reach.NEVER,
        where=Reach.NEVER,
        group=Reach.AFTER_ANYWHERE,
        having=Reach.AFTER_ANYWHERE,
        qualify=Reach.NEVER,
        order=Reach.FIRST_THEN_AFTER,
        implicit=True,
    ),
    "googlesql": AliasRules(
        select=Reach.NEVER,
        where=Reach.NEVER,
        group=Reach.FIRST_AS_A_WHOLE,
        having=Reach.FIRST_ANYWHERE,
        qualify=Reach.FIRST_ANYWHERE,
        order=Reach.FIRST_ANYWHERE,
        implicit=True,
    ),
}
