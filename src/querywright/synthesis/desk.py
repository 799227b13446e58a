"""A desk for each database: the database open, its lexicon read, its grammar and prompts ready."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, TypeVar

from querywright.databases import Catalog, Database, Limits, Result
from querywright.databases.addresses import Address
from querywright.errors import DatabaseUnavailable, QueryError
from querywright.runs import Reject
from querywright.sql import parse
from querywright.sql.parsing import Tree
from querywright.synthesis.grammar import Grammar, Profile
from querywright.synthesis.grammar.checks import says_something
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.profiles import Aim
from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.prompt import Prompter, PromptSettings
from querywright.synthesis.rows import Rows

LIMITS = Limits(seconds=5.0, rows=2000)

T = TypeVar("T")


@dataclass(slots=True)
class _Known:
    """What was found out about a query that steps are working on."""

    tree: Tree | None = None
    result: Result | None = None


class Desk:
    """What the steps need to work on one database; each part is made when first used, once for all threads.

    The steps of a chain ask about the same queries in turn, so their trees and rows are kept for a while.
    """

    def __init__(self, database: Database, profile: Profile, prompt: PromptSettings, hold: int) -> None:
        """`hold` is the number of queries that something is kept of."""
        self.database = database
        self.aim = Aim.of(profile)
        self._profile, self._prompt, self._hold = profile, prompt, hold
        self._making = threading.RLock()
        self._parts: dict[str, Any] = {}
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._looking = threading.Lock()

    @property
    def lexicon(self) -> Lexicon:
        """What its tables and columns are called."""
        return self._part("lexicon", partial(Lexicon.read, self.database))

    @property
    def grammar(self) -> Grammar:
        """The author of its queries."""
        return self._part("grammar", lambda: Grammar(self.database, self.lexicon, self._profile))

    @property
    def context(self) -> Context:
        """What variants of its queries are made from."""
        return self._part("context", lambda: Context.read(self.database, self.lexicon))

    @property
    def prompter(self) -> Prompter:
        """The writer of its training prompts."""
        return self._part("prompter", lambda: Prompter(self.database, self._prompt))

    @property
    def schema_text(self) -> str:
        """Its schema as CREATE TABLE statements, for a prompt to an author."""
        return self._part("schema", self.database.ddl)

    @property
    def sampled_rows(self) -> Rows:
        """Some of its rows, for a prompt to an author."""
        return self._part("rows", lambda: Rows(self.database))

    def tree(self, sql: str) -> Tree:
        """A query of this database, parsed; not to be changed."""
        known = self._of(sql)
        if known.tree is None:
            tree = parse(sql, self.database.dialect)
            for node in tree.walk():  # where it stands in the text: forgotten, it is copied in a quarter of the time
                node._meta = None
            known.tree = tree
        return known.tree

    def rows(self, sql: str) -> Result:
        """What a query gives. Raises as `Database.execute`."""
        known = self._of(sql)
        if known.result is None:
            known.result = self.database.execute(sql, LIMITS)
        return known.result

    def known_rows(self, sql: str) -> Result | None:
        """What a query was seen to give, if that is still kept."""
        return self._of(sql).result

    def runs(self, sql: str) -> Result:
        """What a query gives that the engine plans first. Raises Reject where it does not run."""
        try:
            self.database.explain(sql, LIMITS)
            return self.rows(sql)
        except QueryError as error:
            raise Reject("does not run", error.message) from None

    def useful_rows(self, sql: str) -> Result:
        """As `runs`; raises Reject, too, where the rows say nothing: none, all the same, NULLs or zeros only."""
        known = self._of(sql)
        result = known.result or self.runs(sql)
        says_something(result)
        return result

    def remember(self, sql: str, result: Result) -> None:
        """Keep what a query was just seen to give."""
        self._of(sql).result = result

    def _of(self, sql: str) -> _Known:
        with self._looking:
            known = self._known.setdefault(sql, _Known())
            self._known.move_to_end(sql)
            if len(self._known) > self._hold:
                self._known.popitem(last=False)
            return known

    def _part(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._parts:
            with self._making:
                if name not in self._parts:
                    self._parts[name] = make()
        part: T = self._parts[name]
        return part


class Desks:
    """The desks of a catalog, by db_id; owns the catalog. Safe to use from several threads."""

    def __init__(self, catalog: Catalog, profile: Profile, prompt: PromptSettings, width: int = 1) -> None:
        """`width` is the number of examples that are worked on at a time."""
        self._catalog, self._profile, self._prompt = catalog, profile, prompt
        self._hold = 8 * width
        self._desks: dict[str, Desk] = {}
        self._opening = threading.Lock()

    @classmethod
    def open(
        cls,
        location: str | Address,
        databases: Collection[str],
        profile: Profile,
        prompt: PromptSettings,
        width: int = 1,
    ) -> Self:
        """The desks of a run whose databases lie at a location. Raises DatabaseUnavailable where one is not there."""
        catalog = Catalog.open(location)
        if missing := [db_id for db_id in databases if db_id not in catalog]:
            catalog.close()
            raise DatabaseUnavailable(f"not in {location}, where the run found it", missing[0])
        return cls(catalog, profile, prompt, width)

    def __getitem__(self, db_id: str) -> Desk:
        with self._opening:
            if db_id not in self._desks:
                self._desks[db_id] = Desk(self._catalog[db_id], self._profile, self._prompt, self._hold)
            return self._desks[db_id]

    def close(self) -> None:
        """Closes every database."""
        self._catalog.close()
