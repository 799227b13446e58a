"""Whether a table still holds what it held: a digest of its texts, computed where they are, where the engine can hash.

A digest is blind to the order of rows in DuckDB, PostgreSQL and MariaDB, which sum 64-bit hashes of rows. SQLite has no
hash, so the rows themselves come, in the order of their row ids, and are hashed here; that costs less than half of
reading the distinct values. A table that cannot be asked so (a view, a table without row ids) has no digest, and
counts as changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from querywright.databases.database import Database
from querywright.databases.literals import qualified, quote
from querywright.databases.results import Limits
from querywright.databases.schema import Column, Table
from querywright.errors import QueryError

_PAGE = Limits(seconds=60, rows=20_000, bytes=32_000_000)
_ROW_IDS = ("rowid", "_rowid_", "oid")


def table_fingerprint(database: Database, table: Table, columns: Sequence[Column]) -> str | None:
    """A digest of these columns of a table; None where it has none. Raises DatabaseUnavailable."""
    digest = hashlib.sha256(repr([(column.name, column.type, column.kind) for column in columns]).encode())
    if columns:
        try:
            if database.dialect == "sqlite":
                if not _hash_rows(digest.update, database, table, columns):
                    return None
            else:
                query = _QUERIES[database.dialect].format(
                    columns=", ".join(quote(column.name, database.dialect) for column in columns),
                    quoted=", ".join(f"QUOTE({quote(column.name, database.dialect)})" for column in columns),
                    table=qualified(table, database.dialect),
                )
                digest.update(repr(database.execute(query, _PAGE).rows).encode())
        except QueryError:
            return None
    return digest.hexdigest()


_QUERIES = {
    "duckdb": "SELECT COUNT(*), SUM(hash({columns})), BIT_XOR(hash({columns})) FROM {table}",
    "postgres": "SELECT COUNT(*), SUM(hashtextextended(CAST(ROW({columns}) AS TEXT), 0)), "
    "SUM(hashtextextended(CAST(ROW({columns}) AS TEXT), 1)) FROM {table}",
    "mysql": "SELECT COUNT(*), SUM(CAST(CONV(LEFT(MD5(CONCAT_WS(',', {quoted})), 16), 16, 10) AS UNSIGNED)), "
    "SUM(CRC32(CONCAT_WS(',', {quoted}))) FROM {table}",
}


def _hash_rows(update: Callable[[bytes], object], database: Database, table: Table, columns: Sequence[Column]) -> bool:
    """Hash all rows of an SQLite table, some thousand at a time. False if its rows have no ids to go on from."""
    names = {column.name.lower() for column in table.columns}
    row_id = next((name for name in _ROW_IDS if name not in names), None)
    if row_id is None or table.is_view:
        return False
    chosen = ", ".join([row_id, *(quote(column.name, "sqlite") for column in columns)])
    source = f"SELECT {chosen} FROM {qualified(table, 'sqlite')}"
    after = ""
    while True:
        result = database.execute(f"{source}{after} ORDER BY {row_id} LIMIT {_PAGE.rows}", _PAGE)
        if not result.rows:
            return True
        update(repr(result.rows).encode("utf-8", "surrogatepass"))
        last = result.rows[-1][0]
        if not isinstance(last, int):
            return False
        if len(result.rows) < _PAGE.rows and not result.truncated:
            return True
        after = f" WHERE {row_id} > {last}"
