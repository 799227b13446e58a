"""A desk for each database: the database open, its lexicon read, its grammar and prompt ready."""

from __future__ import annotations

from functools import cached_property

from sqlglot import exp

from querywright.databases import Catalog, Database
from querywright.sql import parse
from querywright.synthesis.grammar import Grammar, Profile
from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.prompt import Prompter, PromptSettings


class Desk:
    """What the steps need to work on one database; each part is made when first used."""

    def __init__(self, database: Database, profile: Profile, prompt: PromptSettings) -> None:
        self.database = database
        self._profile, self._prompt = profile, prompt
        self._last: tuple[str, exp.Expr] | None = None

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

    def tree(self, sql: str) -> exp.Expr:
        """A query of this database, parsed; the steps of a chain ask for the same one in turn, so it is kept."""
        if self._last is None or self._last[0] != sql:
            self._last = (sql, parse(sql, self.database.dialect))
        return self._last[1]


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
