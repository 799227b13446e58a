"""`Entry`: one example as the index keeps it, masked, under a key that is another one when any of it changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from querywright.databases.database import Database
from querywright.databases.schema import Schema
from querywright.datasets.example import Example
from querywright.datasets.jsonl import dumps, from_record
from querywright.errors import QueryRejected
from querywright.retrieval.masking.queries import mask_tree, read
from querywright.retrieval.masking.questions import Masker, as_value
from querywright.sql.references import references

RULES = 1
"""Raised when the same example is masked in another way."""
NO_QUESTION, NO_SQL, UNREADABLE = "no question", "no SQL", "its SQL cannot be read"


@dataclass(frozen=True, slots=True)
class Entry:
    """An example and what it is compared by."""

    example: Example
    masked_question: str
    masked_sql: str
    """It is the skeleton of its SQL as well."""

    def line(self) -> bytes:
        """As one line of JSON."""
        masks = orjson.dumps([self.masked_question, self.masked_sql])
        return b"[" + dumps(self.example).rstrip(b"\n") + b"," + masks + b"]\n"

    @classmethod
    def of_line(cls, line: bytes) -> Entry:
        """What `line` wrote. Raises ValueError, TypeError or DatasetError where it is something else."""
        record, (question, sql) = orjson.loads(line)
        return cls(from_record(record), question, sql)


class Desk:
    """Makes entries: the databases' schemas, their names taken apart once."""

    def __init__(self, databases: Mapping[str, Database]) -> None:
        self._databases = databases
        self._known: dict[str, tuple[Schema | None, Masker | None, bytes]] = {}

    def key(self, example: Example) -> bytes:
        """Sixteen bytes: of the example, the names of its database, and the rules of masking. As `_schema` raises."""
        said = hashlib.blake2b(dumps(example), digest_size=16)
        said.update(self._schema(example.db_id)[2])
        return said.digest()

    def entry(self, example: Example) -> Entry | str:
        """The entry of an example, or why it can be none.

        A database that is not there masks what the query itself names. Raises DatabaseUnavailable.
        """
        if not example.question.strip():
            return NO_QUESTION
        if not example.SQL.strip():
            return NO_SQL
        schema, masker, _ = self._schema(example.db_id)
        dialect = schema.dialect if schema else "sqlite"
        try:
            tree = read(example.SQL, dialect, schema)
            found = references(tree, dialect)
            masked = mask_tree(tree, dialect)
        except QueryRejected:
            return UNREADABLE
        if masker is None:
            masker = Masker([*found.tables, *(column for _, column in found.columns)])
        return Entry(example, masker.mask(example.question, _holds(found.literals)), masked)

    def _schema(self, db_id: str) -> tuple[Schema | None, Masker | None, bytes]:
        if db_id not in self._known:
            self._known[db_id] = self._taken(db_id)
        return self._known[db_id]

    def _taken(self, db_id: str) -> tuple[Schema | None, Masker | None, bytes]:
        if db_id not in self._databases:
            return None, None, orjson.dumps([RULES, None])
        schema = self._databases[db_id].schema
        names = [[table.name, [column.name for column in table.columns]] for table in schema]
        return schema, Masker.of(schema), repr((RULES, schema.dialect, names)).encode("utf-8", "surrogatepass")


def _holds(literals: tuple[str | int | float, ...]) -> Callable[[str], bool]:
    """Whether a text is one of the query's own values: an example says itself which of its words are values."""
    held = {as_value(str(literal)) for literal in literals}
    return lambda text: as_value(text) in held
