"""Which tables and columns the queries use, and which none ever did."""

from __future__ import annotations

from collections.abc import Iterable

from querywright.runs.report.coverage import Coverage
from querywright.runs.report.markup import Markup, tag
from querywright.runs.report.sections.figures import counted, number

TABLES_SHOWN = 200


def coverage(databases: Iterable[Coverage]) -> Markup:
    """One line a database, which opens to its tables and columns."""
    return tag("div", *(_database(covered) for covered in databases), class_="panel coverage")


def _database(covered: Coverage) -> Markup:
    name = tag("span", covered.db_id, " ", tag("small", f"{counted(covered.examples, 'example')}"), class_="name")
    used_tables = len(covered.used)
    used_columns = sum(len(columns) for columns in covered.used.values())
    all_columns = sum(len(columns) for columns in covered.tables.values())
    gauges = [_gauge("table", used_tables, len(covered.tables)), _gauge("column", used_columns, all_columns)]
    shown = list(covered.tables)[:TABLES_SHOWN]
    left = len(covered.tables) - len(shown)
    more = tag("p", f"and {counted(left, 'more table')}", class_="note") if left else None
    body = tag("div", *(_table(covered, table) for table in shown), more, class_="tables")
    return tag("details", tag("summary", name, *gauges), body)


def _gauge(what: str, used: int, whole: int) -> Markup:
    words = f"{number(used)} of {counted(whole, what)} used"
    width = f"{100 * used / whole:.1f}" if whole else "0"
    return tag("span", words, tag("span", tag("i", style=f"width:{width}%"), aria_hidden="true"), class_="gauge")


def _table(covered: Coverage, table: str) -> Markup:
    used = covered.used.get(table, set())
    never = tag("small", " never used") if table not in covered.used else None
    chips = [_chip(column, column in used) for column in covered.tables[table]]
    return tag("div", tag("h3", table, never), tag("ul", *chips, class_="chips"))


def _chip(column: str, used: bool) -> Markup:
    if used:
        return tag("li", column)
    return tag("li", column, tag("span", " (never used)", class_="unseen"), class_="never", title="never used")
