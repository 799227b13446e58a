"""What a query holds that a copy carried in it would not stand for: then there are no witnesses, and it says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from querywright.databases.literals import literal, qualified
from querywright.databases.results import Limits
from querywright.databases.schema import Schema, Table
from querywright.databases.witnesses.sampling import Queryable, Row
from querywright.databases.witnesses.substitution import folded
from querywright.errors import WitnessesUnavailable
from querywright.sql.names import full_name
from querywright.sql.parsing import Tree, exp, tokens

_ASKING = Limits(seconds=5.0)
_WHERE_WE_ARE = {
    "mysql": "SELECT DATABASE() = {there}",
    "postgres": "SELECT to_regclass({there}) = to_regclass({here})",
}
_FUNCTIONS = {
    "mysql": """
        SELECT ROUTINE_NAME FROM information_schema.ROUTINES
        WHERE ROUTINE_TYPE = 'FUNCTION' AND LOWER(ROUTINE_NAME) IN ({names}) LIMIT 1""",
    "postgres": """
        SELECT p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        WHERE lower(p.proname) IN ({names}) AND p.pronamespace <> CAST('pg_catalog' AS regnamespace)
          AND p.provolatile <> 'i' AND l.lanname NOT IN ('c', 'internal') LIMIT 1""",
}
"""Functions somebody wrote in the database: one may read a table, and would read the real one."""


def meant(node: exp.Table, database: Queryable) -> Table:
    """The table of the schema that a query names in one place. Raises WitnessesUnavailable: it is none of them."""
    found = _candidate(node, database.schema)
    if found is not None and node.db and found.namespace is None:
        found = found if _is_here(node, found, database) else None
    if found is None:
        name = full_name(node.name, node.db or None)
        raise WitnessesUnavailable(f"it reads {name}, which is not in the schema")
    return found


def _candidate(node: exp.Table, schema: Schema) -> Table | None:
    if node.catalog:
        return None
    blind = schema.dialect == "mysql"
    name = node.name if blind else folded(node.this, schema.dialect)
    space = folded(node.args["db"], schema.dialect) if node.db else None
    named = [t for t in schema.tables if t.name == name]
    if blind and not named:  # whether case matters is the server's; it has taken the query
        named = [t for t in schema.tables if t.name.lower() == name.lower()]
    spaces = (space, None) if space else (None,)
    return next((t for s in spaces for t in named if t.namespace == s), None)


def _is_here(node: exp.Table, table: Table, database: Queryable) -> bool:
    """Whether a name with a database or schema in front means the table that the bare name means."""
    dialect = database.dialect
    space = exp.to_identifier(node.args["db"].name, quoted=True).sql(dialect)
    there = f"{space}.{qualified(table, dialect)}" if dialect == "postgres" else node.db
    question = _WHERE_WE_ARE[dialect].format(
        there=literal(there, dialect), here=literal(qualified(table, dialect), dialect)
    )
    return bool(database.execute(question, _ASKING).rows[0][0])


def refuse_functions(queries: Iterable[str], database: Queryable) -> None:
    """Raise WitnessesUnavailable where a query calls a function that the database defines and that may read tables."""
    dialect = database.dialect
    called = set()
    for query in queries:
        found = tokens(query, dialect)
        called |= {a.text.lower() for a, b in pairwise(found) if b.text == "(" and _is_word(a.text)}
    if called:
        names = ", ".join(literal(name, dialect) for name in sorted(called))
        for (name,) in database.execute(_FUNCTIONS[dialect].format(names=names), _ASKING).rows:
            raise WitnessesUnavailable(f"it calls {name}, a function of the database, which may read its tables")


def _is_word(text: str) -> bool:
    return text[:1].isalpha() or text[:1] == "_"


def refuse_ranks(trees: Sequence[Tree], tables: Iterable[Table]) -> None:
    """Raise WitnessesUnavailable where queries differ in how they sort by, or reckon with, an ENUM or SET of MySQL.

    Such a value is a text and the number of its place in the list; a copy holds the text alone.
    """
    columns = {c.name.lower() for t in tables for c in t.columns if c.type.lower().startswith(("enum(", "set("))}
    if columns:
        uses = [_ranked(tree, columns) for tree in trees]
        for use in set().union(*uses):
            if not all(use in found for found in uses):
                raise WitnessesUnavailable(
                    f"they differ in {use}, which may go by the places in an ENUM or SET; a copy holds only its texts"
                )


def _ranked(tree: Tree, columns: set[str]) -> set[str]:
    """What a query sorts by and reckons with that may hold one of these columns."""
    names = set(columns)
    while True:  # what is shown under another name
        more = {a.alias.lower() for a in tree.find_all(exp.Alias) if _names(a.this) & names} - names
        if not more:
            break
        names |= more
    found = set()
    by_place = bool(_names(tree) & columns)
    for node in tree.find_all(exp.Ordered, exp.Binary, exp.Sum, exp.Avg, exp.Cast, exp.Neg, exp.In, exp.Between):
        if isinstance(node, exp.Connector):
            continue
        if isinstance(node, exp.Predicate):
            ranked = bool(_operands(node) & names) and _is_of_numbers(node, names)
        elif isinstance(node, exp.Ordered) and isinstance(node.this, exp.Literal):
            ranked = by_place
        else:
            ranked = bool(_names(node) & names)
        if ranked:
            found.add(_bare(node))
    return found


def _operands(node: Tree) -> set[str]:
    """The columns that are compared with each other, by name."""
    return {child.name.lower() for child in node.iter_expressions() if isinstance(child, exp.Column)}


def _is_of_numbers(node: Tree, names: set[str]) -> bool:
    """Whether a comparison may be one of numbers: the texts are in the copy."""
    literals = [child for child in node.iter_expressions() if isinstance(child, exp.Literal)]
    return any(not literal.is_string for literal in literals) or not _operands(node) <= names


def _names(node: Tree) -> set[str]:
    return {column.name.lower() for column in node.find_all(exp.Column)}


def _bare(node: Tree) -> str:
    """An expression's text without the tables' names."""
    copied = node.copy()
    for column in copied.find_all(exp.Column):
        for part in ("table", "db", "catalog"):
            column.set(part, None)
    return str(copied.sql("mysql"))


def refuse_unlike(table: Table, shown: Sequence[str], sampled: list[Row], copied: list[Row]) -> None:
    """Raise WitnessesUnavailable where an unaltered copy is not what it was made from.

    Args:
        table: which one.
        shown: the columns that `SELECT *` shows of the table itself.
        sampled: its rows.
        copied: what came back of them.
    """
    if list(shown) != [c.name for c in table.columns]:
        raise WitnessesUnavailable(f"{table.full_name} has columns that are hidden or may not be read")
    for place, column in enumerate(table.columns):
        was, is_now = (sorted(repr(row[place]) for row in rows) for rows in (sampled, copied))
        type_ = column.type.lower()
        if "zerofill" in type_ or (was != is_now and not type_.startswith("bit(")):
            raise WitnessesUnavailable(
                f"{table.full_name}.{column.name} ({column.type}) does not come back from a copy"
            )
