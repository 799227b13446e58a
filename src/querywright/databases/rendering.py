"""A schema as text, for prompts and for people: as DDL or compact, whole or in part, with example values or not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from querywright.databases.literals import literal, qualified, quote
from querywright.databases.schema import Column, ForeignKey, Schema, Table, by_name

Style = Literal["ddl", "compact"]
Examples = Mapping[tuple[str, str], Sequence[Any]]
"""Example values by (table, column): full names, as the schema spells them."""
Only = Mapping[str, Collection[str] | None]
"""Tables to show, as `Schema.table` finds them, and the columns of each; None means all columns. Blind to case."""


def render(schema: Schema, style: Style = "ddl", examples: Examples | None = None, only: Only | None = None) -> str:
    """Write a schema as text.

    Args:
        schema: what to write.
        style: `ddl`, statements that create the tables, referred tables first; `compact`, one line a table.
        examples: values to show beside their columns.
        only: which tables and columns to show; keys that point at a hidden column are left out.

    Raises:
        ValueError: `style` is neither, or `only` names a table or column that does not exist.
    """
    if style not in _STYLES:
        raise ValueError(f"there is no rendering {style!r}; there are {' and '.join(_STYLES)}")
    tables = restricted(schema, only) if only is not None else schema.tables
    lines = [_STYLES[style](table, schema, examples or {}) for table in _referred_first(tables)]
    return ("\n\n" if style == "ddl" else "\n").join(lines)


def restricted(schema: Schema, only: Only) -> tuple[Table, ...]:
    """The named tables with the named columns, and the keys that are still whole.

    Raises:
        ValueError: a name does not exist.
    """
    wanted: dict[str, Collection[str] | None] = {}
    for name, columns in only.items():
        table = schema.table(name)
        if table is None:
            raise ValueError(f"{schema.db_id} has no table {name!r}")
        wanted[table.full_name] = columns
    kept = [_with_columns(t, wanted[t.full_name]) for t in schema.tables if t.full_name in wanted]
    shown = by_name(kept, lambda t: t.full_name)
    return tuple(replace(t, foreign_keys=tuple(k for k in t.foreign_keys if _is_whole(k, shown))) for t in kept)


def _with_columns(table: Table, columns: Collection[str] | None) -> Table:
    if columns is None:
        return table
    for name in columns:
        if table.column(name) is None:
            raise ValueError(f"table {table.full_name!r} has no column {name!r}")
    names = {name.lower() for name in columns}

    def shown(key: Iterable[str]) -> bool:
        return all(name.lower() in names for name in key)

    return replace(
        table,
        columns=tuple(c for c in table.columns if c.name.lower() in names),
        primary_key=table.primary_key if shown(table.primary_key) else (),
        foreign_keys=tuple(k for k in table.foreign_keys if shown(k.columns)),
        indexes=tuple(i for i in table.indexes if shown(i.columns)),
    )


def _is_whole(key: Any, shown: Mapping[str, Table]) -> bool:
    target = shown.get(key.referred_table) or shown.get(key.referred_table.lower())
    return target is not None and all(target.column(name) for name in key.referred_columns)


def _referred_first(tables: Sequence[Table]) -> list[Table]:
    """The same tables, each after those it refers to, as engines want to create them; otherwise in their order."""
    named = by_name(tables, lambda t: t.full_name)
    done: dict[int, Table] = {}
    for table in tables:
        stack = [(table, iter(table.foreign_keys))]
        waiting = {id(table)}
        while stack:
            current, keys = stack[-1]
            for key in keys:
                target = named.get(key.referred_table) or named.get(key.referred_table.lower())
                if target is not None and id(target) not in done and id(target) not in waiting:
                    waiting.add(id(target))
                    stack.append((target, iter(target.foreign_keys)))
                    break
            else:
                done.setdefault(id(current), current)
                stack.pop()
    return list(done.values())


def _ddl(table: Table, schema: Schema, examples: Examples) -> str:
    dialect = schema.dialect
    comment = " ".join(filter(None, ["a view" if table.is_view else "", _line(table.description)]))
    entries = [(_column(c, dialect), _about(table, c, dialect, examples)) for c in table.columns]
    if table.primary_key:
        entries.append((f"PRIMARY KEY ({_names(table.primary_key, dialect)})", ""))
    plain = {c.name.lower() for c in table.columns}
    entries += [
        (f"UNIQUE ({_names(columns, dialect)})", "")
        for columns in table.unique_keys
        if columns != table.primary_key and all(c.lower() in plain for c in columns)
    ]
    for key in table.foreign_keys:
        referred = f" ({_names(key.referred_columns, dialect)})" if key.referred_columns else ""
        target = _target(key, schema)
        entries.append((f"FOREIGN KEY ({_names(key.columns, dialect)}) REFERENCES {target}{referred}", ""))
    last = len(entries) - 1
    body = [f"  {sql}{',' if i < last else ''}{' -- ' + note if note else ''}" for i, (sql, note) in enumerate(entries)]
    head = f"CREATE TABLE {qualified(table, dialect)} (" + (f" -- {comment}" if comment else "")
    return "\n".join([head, *body, ");"])


def _names(columns: Iterable[str], dialect: str) -> str:
    return ", ".join(quote(name, dialect) for name in columns)


def _column(column: Column, dialect: str) -> str:
    null = "" if column.nullable else " NOT NULL"
    type_ = _line(column.type)
    return f"{quote(column.name, dialect)}{' ' + type_ if type_ else ''}{null}"


def _about(table: Table, column: Column, dialect: str, examples: Examples) -> str:
    values = examples.get((table.full_name, column.name), ())
    parts = [_line(column.description), _line(column.value_description)]
    if values:
        parts.append("examples: " + ", ".join(_line(literal(v, dialect, column.type)) for v in values))
    return "; ".join(filter(None, parts))


def _target(key: ForeignKey, schema: Schema) -> str:
    """The table a key points at, which need not be there."""
    target = schema.table(key.referred_table)
    return qualified(target, schema.dialect) if target else quote(key.referred_table, schema.dialect)


def _compact(table: Table, schema: Schema, examples: Examples) -> str:
    dialect = schema.dialect
    columns = ", ".join(_compact_column(table, c, dialect, examples) for c in table.columns)
    line = f"{qualified(table, dialect)}({columns})"
    if table.description:
        line += f' "{_line(table.description)}"'
    if table.primary_key:
        line += f"\n  key: {_names(table.primary_key, dialect)}"
    for key in table.foreign_keys:
        line += f"\n  {_names(key.columns, dialect)} -> {_target(key, schema)}({_names(key.referred_columns, dialect)})"
    return line


def _compact_column(table: Table, column: Column, dialect: str, examples: Examples) -> str:
    about = "; ".join(filter(None, [_line(column.description), _line(column.value_description)]))
    values = examples.get((table.full_name, column.name), ())
    shown = ", ".join(_line(literal(v, dialect, column.type)) for v in values)
    parts = [quote(column.name, dialect), _line(column.type).lower(), f'"{about}"' if about else ""]
    return " ".join(filter(None, [*parts, f"[ex: {shown}]" if shown else ""]))


_STYLES: dict[str, Callable[[Table, Schema, Examples], str]] = {"ddl": _ddl, "compact": _compact}


def sample_inserts(table: Table, rows: Iterable[Sequence[Any]], dialect: str) -> str:
    """INSERT statements, one a row.

    Args:
        table: gives the names and types; a generated column's value is left out.
        rows: values in the order of the table's columns.
        dialect: whose literals to write.
    """
    stored = [not column.generated for column in table.columns]
    columns = [c for c in table.columns if not c.generated]
    names = ", ".join(quote(c.name, dialect) for c in columns)
    head = f"INSERT INTO {qualified(table, dialect)} ({names}) VALUES "
    statements = []
    for row in rows:
        kept = [value for value, keep in zip(row, stored, strict=True) if keep]
        values = ", ".join(literal(v, dialect, c.type) for v, c in zip(kept, columns, strict=True))
        statements.append(f"{head}({values});")
    return "\n".join(statements)


def _line(text: str | None) -> str:
    """Text on one line: a line break would end the comment it stands in."""
    return " ".join((text or "").split())
