"""`querywright inspect`: what we see in a folder of databases, or in one of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from querywright.cli.opening import open_catalog
from querywright.cli.showing import on_one_line
from querywright.cli.synthesis import Databases
from querywright.databases import Catalog, Database, Table
from querywright.databases.addresses import Address
from querywright.errors import DatabaseUnavailable, QueryError, SettingsError


def inspect(
    databases: Databases,
    db_id: Annotated[str | None, typer.Option("--db-id", help="Only this one, with its columns.")] = None,
) -> None:
    """Show tables, keys, types, sample values and sizes."""
    console = Console(highlight=False, markup=False)
    with open_catalog(databases) as catalog:
        if db_id is not None and db_id not in catalog:
            raise SettingsError(f"there is no database {db_id!r} in {catalog.location}; there are {', '.join(catalog)}")
        chosen = [db_id] if db_id else list(catalog)
        if len(chosen) == 1:
            _database(catalog[chosen[0]], catalog.place(chosen[0]), console)
        else:
            _overview(catalog, console)
        _remarks(catalog, chosen, console)


def _overview(catalog: Catalog, console: Console) -> None:
    grid = Grid("database", "engine", "place")
    for name in ("tables", "columns", "keys", "rows"):
        grid.add_column(name, justify="right")
    for db_id in catalog:
        try:
            schema = catalog[db_id].schema
        except DatabaseUnavailable as error:
            grid.add_row(on_one_line(db_id), "?", error.message)
            continue
        rows = sum(t.row_count or 0 for t in schema if not t.is_view)
        columns, keys = sum(len(t.columns) for t in schema), sum(len(t.foreign_keys) for t in schema)
        counts = (f"{n:,}" for n in (len(schema.tables), columns, keys, rows))
        grid.add_row(on_one_line(db_id), schema.dialect, on_one_line(catalog.place(db_id)), *counts)
    console.print(grid)


def _database(database: Database, place: Path | Address, console: Console) -> None:
    name = Text(on_one_line(database.db_id), style="bold")
    console.print(name, f" {database.version()}  {_size(place)}".rstrip(), soft_wrap=True)
    console.print(Text(on_one_line(place), style="dim"), soft_wrap=True)
    for table in database.schema:
        console.print(_table(database, table))
    if not database.schema.tables:
        console.print("it has no tables")


def _size(place: Path | Address) -> str:
    if isinstance(place, Address):
        return ""
    return f"{place.stat().st_size:,} bytes" if place.exists() else "gone"


def _table(database: Database, table: Table) -> Grid:
    rows = "? rows" if table.row_count is None else f"{'about ' if table.estimated else ''}{table.row_count:,} rows"
    kind = "view" if table.is_view else "table"
    about = on_one_line(table.description or "")
    title = Text.assemble((on_one_line(table.full_name), "bold"), f"  {kind}, {rows}", f"  {about}")
    grid = Grid("column", "type", "key", "values", "meaning", title=title, title_justify="left", title_style="")
    keys = {
        c: f"→ {k.referred_table}.{r}"
        for k in table.foreign_keys
        for c, r in zip(k.columns, k.referred_columns, strict=True)
    }
    for column in table.columns:
        primary = "primary" if column.name in table.primary_key else ""
        key = " ".join(filter(None, (primary, keys.get(column.name, ""))))
        name = column.name + ("" if column.nullable else " *")
        meaning = "; ".join(filter(None, (column.description, column.value_description)))
        cells = (name, column.type, key, _values(database, table.full_name, column.name), meaning)
        grid.add_row(*map(on_one_line, cells))
    return grid


def _values(database: Database, table: str, column: str) -> str:
    try:
        return ", ".join(_shown(v) for v in database.values(table, column, 3))
    except QueryError as error:
        return f"({error.message})"


def _shown(value: Any) -> str:
    text = on_one_line(value)
    return text if len(text) <= 24 else text[:23] + "…"


def _remarks(catalog: Catalog, chosen: Iterable[str], console: Console) -> None:
    for db_id, path in catalog.renamed.items():
        console.print(on_one_line(f"{path} is called {db_id}: another file has the same name"), soft_wrap=True)
    for place, reason in catalog.broken.items():
        console.print(on_one_line(f"left out: {place}: {reason}"), soft_wrap=True)
    for db_id in chosen:
        with suppress(DatabaseUnavailable):  # which the overview told
            if hidden := catalog[db_id].schema.unreadable:
                console.print(
                    on_one_line(f"left out of {db_id}, not yours to read: {', '.join(hidden)}"), soft_wrap=True
                )
