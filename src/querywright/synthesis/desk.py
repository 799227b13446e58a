"""A desk for each database: the database open, its lexicon read, its grammar and prompt ready."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from querywright.databases import Catalog, Database, Limits, Result
from querywright.sql import parse
from querywright.sql.parsing import Tree
from querywright.synthesis.grammar import Grammar, Profile
from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.prompt import Prompter, PromptSettings

LIMITS = Limits(seconds=5.0, rows=2000)


@dataclass(slots=True)
class _AtHand:
    """The query that the steps of a chain are working on, and what was found out about it."""

    sql: str = ""
    tree: Tree | None = None
    result: Result | None = None


class Desk:
    """What the steps need to work on one database; each part is made when first used.

    The steps of a chain ask about the same query in turn, so its tree and its rows are kept until the next one.
    """

    def __init__(self, database: Database, profile: Profile, prompt: PromptSettings) -> None:
        self.database = database
        self._profile, self._prompt = profile, prompt
        self._at_hand = _AtHand()

    @cached_property
    def lexicon(self) -> Lexicon:
        """What its tables and columns are called."""
        return Lexicon.read(self.database)

    @cached_property
    def grammar(self) -> Grammar:
        """The author of its queries."""
        return Grammar(self.database, self.lexicon, self._profile)

    @cached_property
    def prompter(self) -> Prompter:
        """The writer of its prompts."""
        return Prompter(self.database, self._prompt)

    def tree(self, sql: str) -> Tree:
        """A query of this database, parsed; not to be changed."""
        at_hand = self._take(sql)
        if at_hand.tree is None:
            at_hand.tree = parse(sql, self.database.dialect)
        return at_hand.tree

    def rows(self, sql: str) -> Result:
        """What a query gives. Raises as `Database.execute`."""
        at_hand = self._take(sql)
        if at_hand.result is None:
            at_hand.result = self.database.execute(sql, LIMITS)
        return at_hand.result

    def remember(self, sql: str, result: Result) -> None:
        """Keep what a query was just seen to give."""
        self._take(sql).result = result

    def _take(self, sql: str) -> _AtHand:
        if self._at_hand.sql != sql:
            self._at_hand = _AtHand(sql)
        return self._at_hand


class Desks:
    """The desks of a catalog, by db_id; owns the catalog."""

    def __init__(self, catalog: Catalog, profile: Profile, prompt: PromptSettings) -> None:
        self._catalog, self._profile, self._prompt = catalog, profile, prompt
        self._desks: dict[str, Desk] = {}

    def __getitem__(self, db_id: str) -> Desk:
        if db_id not in self._desks:
            self._desks[db_id] = Desk(self._catalog[db_id], self._profile, self._prompt)
        return self._desks[db_id]

    def close(self) -> None:
        """Closes every database."""
        self._catalog.close()
