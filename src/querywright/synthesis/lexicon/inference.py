"""Foreign keys that nobody declared, found by name and type and confirmed by values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from querywright.databases.schema import Column, Schema, Table
from querywright.synthesis.lexicon.observation import NUMBER, Observed
from querywright.synthesis.lexicon.words import Speller, split

Seen = Callable[[str, str], Observed]
"""What was read of (full name of the table, column)."""
_UPWARD = ("parent", "previous", "manager", "supervisor", "reports", "boss", "mgr", "next")
"""How a column that points at its own table begins."""
_PLAIN = frozenset(
    ["id", "name", "title", "year", "date", "code", "type", "number", "no", "description", "value", "status", "count"]
)
_KEYS = ("id", "code", "no", "number", "name")


class Inference:
    """Guesses the table a column means.

    Args:
        schema: the tables.
        speller: its reader of identifiers.
        nouns: the words of each table's entity, by lower-case full name.
        seen: what was read of each column; where nothing was, names alone decide.
    """

    def __init__(self, schema: Schema, speller: Speller, nouns: Mapping[str, Sequence[str]], seen: Seen) -> None:
        self._speller, self._nouns, self._seen = speller, nouns, seen
        self._targets = tuple(self._keyed(schema))

    def _keyed(self, schema: Schema) -> Iterator[tuple[Table, Column]]:
        for table in schema:
            key = self._key(table)
            if key is not None and not table.is_view:
                yield table, key

    def _key(self, table: Table) -> Column | None:
        """The one column others would point at: the primary key, else a unique `id` or `<entity>_id`."""
        if table.primary_key:
            return table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
        noun = tuple(self._nouns[table.full_name.lower()])
        for column in table.columns:
            words = self._speller.words(column.name, table.name)
            named = words == ("id",) or (words[-1] in _KEYS and tuple(words[:-1]) in (noun, noun[-1:]))
            if named and self._seen(table.full_name, column.name).unique:
                return column
        return None

    def target(self, table: Table, column: Column) -> tuple[Table, str] | None:
        """The table and key that `column` of `table` points at without saying so; None if nothing is credible."""
        if column.name.lower() in _PLAIN or table.primary_key == (column.name,):
            return None
        first = split(column.name)[:1]
        upward = bool(first) and first[0] in _UPWARD
        for target, key in sorted(self._targets, key=lambda pair: pair[0].namespace != table.namespace):
            own = target.full_name == table.full_name
            if own != upward or key.kind != column.kind or (key.name == column.name and own):
                continue
            if (own or self._named_for(table, column, target, key)) and self._holds(table, column, target, key):
                return target, key.name
        return None

    def _named_for(self, table: Table, column: Column, target: Table, key: Column) -> bool:
        """`customer_id`, `home_team_id`, `CustId` for a table of customers or teams."""
        if column.name.lower() == key.name.lower():
            return True
        noun = tuple(self._nouns[target.full_name.lower()])
        words = tuple(self._speller.words(column.name, table.name))
        own = tuple(self._nouns[table.full_name.lower()])
        if words[: len(own)] == own and len(words) > len(own) + 1:
            words = words[len(own) :]
        ending = tuple(self._speller.words(key.name, target.name))[-1:]
        return ending[0] in _KEYS and words[-1 - len(noun) :] == (*noun, *ending) and len(words) <= len(noun) + 3

    def _holds(self, table: Table, column: Column, target: Table, key: Column) -> bool:
        """Whether the values read are keys of the target, as far as that can be seen."""
        child, parent = self._seen(table.full_name, column.name), self._seen(target.full_name, key.name)
        if not parent.values:
            return parent.rows is None or child.rows in (None, 0)
        if not child.values:
            return False
        known = set(parent.values)
        if len(parent.values) == parent.distinct:
            return sum(v in known for v in child.values) >= 0.9 * len(child.values)
        numbers = [v for v in child.values if isinstance(v, NUMBER)]
        if len(numbers) == len(child.values) and isinstance(parent.minimum, NUMBER):
            return bool(parent.minimum <= min(numbers) and max(numbers) <= parent.maximum)
        return any(v in known for v in child.values) or (child.distinct or 0) <= (parent.distinct or 0)
