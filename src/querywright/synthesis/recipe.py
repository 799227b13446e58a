"""The recipe of a synthesis run: locations and settings, from which each worker builds its own chain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from querywright.databases import Catalog, Database, Limits
from querywright.databases.addresses import Address
from querywright.databases.literals import qualified
from querywright.datasets.example import Example
from querywright.errors import DatabaseOutage, DatabaseUnavailable, QueryError
from querywright.models import Usage
from querywright.runs import Input, Step
from querywright.sql.skeleton import shape_key
from querywright.synthesis.desk import Desks
from querywright.synthesis.grammar import Profile
from querywright.synthesis.prompt import PromptSettings
from querywright.synthesis.steps import DRAW, AskQuestion, Explain, Grade, MakePrompt, WriteQuery

GLANCE = Limits(seconds=2.0, rows=1)
NOT_YOURS = "the user may not read it"


class SynthesisChain:
    """The steps of one worker, and the databases they work on."""

    def __init__(self, desks: Desks, seed: int) -> None:
        self._desks = desks
        self.steps: Sequence[Step] = (
            WriteQuery(desks, seed),
            AskQuestion(desks, seed),
            Explain(desks),
            MakePrompt(desks),
            Grade(desks),
        )

    def usage(self) -> Sequence[Usage]:
        """Nothing: the grammar author asks no model."""
        return ()

    def close(self) -> None:
        """Closes the databases."""
        self._desks.close()


@dataclass(frozen=True, slots=True)
class Found:
    """What a catalog holds, as a run records it.

    `databases` tells what decides the output: dialect, digests of content and schema, tables with their columns.
    `left_out` maps a database, or a file, that cannot be used to the reason; `engines` tells each engine's version.
    """

    location: str | Address
    databases: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, str]
    engines: Mapping[str, str]

    @classmethod
    def of(cls, catalog: Catalog) -> Found:
        """Look at every database: its schema, and its content's digest.

        Raises:
            DatabaseUnavailable: none has anything to ask about.
        """
        databases: dict[str, dict[str, Any]] = {}
        left_out = {str(path): reason for path, reason in catalog.broken.items()}
        engines: dict[str, str] = {}
        for db_id in catalog:
            try:
                reason = _nothing_to_ask(catalog[db_id])
                if not reason:
                    databases[db_id], engines[db_id] = _entry(catalog[db_id]), catalog[db_id].version()
                    left_out |= {f"{db_id}.{name}": NOT_YOURS for name in catalog[db_id].schema.unreadable}
            except DatabaseOutage:
                raise
            except DatabaseUnavailable as error:
                reason = error.message
            if reason:
                left_out[db_id] = reason
        if not databases:
            why = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
            raise DatabaseUnavailable(f"{catalog.location} holds no database to ask about ({why}): give another folder")
        location = catalog.location
        if isinstance(location, str):
            location = str(Path(location).expanduser().resolve())
        return cls(location, databases, left_out, engines)

    def about(self) -> dict[str, Any]:
        """What `run.json` keeps of it beside what decides the output."""
        return {"location": str(self.location), "engines": dict(self.engines), "left_out": dict(self.left_out)}


@dataclass(frozen=True, slots=True)
class SynthesisRecipe:
    """What a synthesis run does. `aim` is the profile; `databases` is as in `Found`."""

    location: str | Address
    seed: int
    aim: Mapping[str, Any]
    prompt: PromptSettings
    databases: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, found: Found, seed: int, profile: Profile, prompt: PromptSettings) -> SynthesisRecipe:
        """The recipe for what was found."""
        return cls(found.location, seed, _plain(profile), prompt, found.databases)

    def open(self) -> SynthesisChain:
        """A chain with its own connections."""
        return SynthesisChain(Desks(Catalog.open(self.location), Profile(**self.aim), self.prompt), self.seed)

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "synthesize",
            "querywright": version("querywright"),
            "author": "grammar",
            "seed": self.seed,
            "profile": dict(self.aim),
            "prompt": asdict(self.prompt),
            "databases": {k: dict(v) for k, v in self.databases.items()},
        }

    def unique_key(self, example: Example) -> str:
        """Skeleton and columns: a query that only changes the values of another one is not new."""
        return f"{example.db_id}: {shape_key(example.SQL, str(self.databases[example.db_id]['dialect']))}"

    def inputs(self) -> Iterator[Input]:
        """Draws without end, the databases in turn."""
        draw = 0
        while True:
            for db_id in self.databases:
                yield Input(f"{db_id}#{draw}", Example(db_id, extra={DRAW: draw}))
            draw += 1


def _nothing_to_ask(database: Database) -> str:
    """Why nobody can ask anything about the database; empty as soon as one row is found."""
    if not any(table.columns for table in database.schema):
        return "it has no tables"
    reason = "its tables hold no rows"
    for table in database.schema:
        if table.row_count and not table.estimated:
            return ""
        if table.row_count is None or table.estimated:  # a view, a huge table, statistics; or damage forbids counting
            try:
                if database.execute(f"SELECT 1 FROM {qualified(table, database.dialect)} LIMIT 1", GLANCE).rows:
                    return ""
            except QueryError as error:
                reason = f"its tables cannot be read: {error.message}"
    return reason


def _entry(database: Database) -> dict[str, Any]:
    tables = {table.full_name: [column.name for column in table.columns] for table in database.schema if table.columns}
    # Descriptions may lie outside the file, and decide what is asked; row counts are in the content.
    said = [
        (t.full_name, t.description, [(c.name, c.type, c.description, c.value_description) for c in t.columns])
        for t in database.schema
    ]
    words = hashlib.sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()
    return {"dialect": database.dialect, "content": database.fingerprint(), "words": words, "tables": tables}


def _plain(profile: Profile) -> dict[str, Any]:
    names = ("window", "set_op", "subquery", "group_by", "case", "where", "join")
    return {**{n: getattr(profile, n) for n in names}, "plans": dict(profile.plans)}
