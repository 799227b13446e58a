"""The same query about something else: columns and tables exchanged for others of the same types and roles.

A family are the columns of one kind and role: two amounts, two names, two dates. A column is exchanged for another one
of its table; a table for another one that has a relative for each column that the query uses, keys for keys.
Constants that were compared with what is gone become values of what took its place.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from querywright.databases.schema import Column, Schema, Table
from querywright.sql.parsing import Tree, exp, render
from querywright.synthesis.lexicon import Lexicon, Role
from querywright.synthesis.lexicon.inflection import singular_noun
from querywright.synthesis.lexicon.words import split

_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.Between, exp.In)
_UNTOUCHED = (Role.KEY, Role.OTHER, Role.TEXT, Role.CONTACT)
"""Roles whose columns are not exchanged inside their table."""

Bound = Mapping[int, tuple[Table, Column]]
"""Which column each column node means, by `id` of the node."""


def substitutions(tree: Tree, lexicon: Lexicon, dialect: str, rng: random.Random) -> Iterator[str]:
    """Queries made of this one, in a random order; none where a column's table cannot be told.

    Args:
        tree: the query; it is not changed.
        lexicon: of its database.
        dialect: to write them in.
        rng: of the choice.
    """
    bound = _bound(tree, lexicon.schema)
    if bound is None:
        return
    moves = [*_of_columns(bound, lexicon), *_of_tables(bound, lexicon)]
    rng.shuffle(moves)
    for tables, columns in moves:
        copy = tree.copy()
        changed = _bound(copy, lexicon.schema)
        if changed is None or not _exchange(copy, changed, tables, columns, lexicon, rng):
            continue
        if not _told_by(copy, _gone(tables, columns)):
            yield render(copy, dialect)


Move = tuple[Mapping[str, Table], Mapping[tuple[str, str], Column]]
"""Tables by the full name of the one they take the place of; columns by that name and the name of theirs."""


def _gone(tables: Mapping[str, Table], columns: Mapping[tuple[str, str], Column]) -> set[str]:
    """The words of the names that others took the place of, but for those that the others have too."""
    gone: set[str] = set()
    for before, table in tables.items():
        gone |= _words(before.rpartition(".")[2]) - _words(table.name)
    for (_, before), column in columns.items():
        gone |= _words(before) - _words(column.name)
    return gone


def _told_by(tree: Tree, words: set[str]) -> bool:
    """Whether an alias has one of these words: it would call the new by the name of the old."""
    return any(_words(node.alias) & words for node in tree.find_all(exp.Alias, exp.Table, exp.Subquery, exp.CTE))


def _words(name: str) -> set[str]:
    return {singular_noun(word) for word in split(name) if not word.isdigit()} if name else set()


def _of_columns(bound: Bound, lexicon: Lexicon) -> Iterator[Move]:
    used = {(table.full_name, column.name) for table, column in bound.values()}
    for full_name, name in sorted(used):
        owner = lexicon.schema.table(full_name)
        if owner is None or lexicon.facts(full_name, name).role in _UNTOUCHED:
            continue
        for other in owner.columns:
            if (full_name, other.name) not in used and _alike(lexicon, full_name, name, full_name, other.name):
                yield {}, {(full_name, name): other}


def _of_tables(bound: Bound, lexicon: Lexicon) -> Iterator[Move]:
    used: dict[str, list[str]] = {}
    for table, column in bound.values():
        if column.name not in used.setdefault(table.full_name, []):
            used[table.full_name].append(column.name)
    for full_name in sorted(used):
        found = lexicon.schema.table(full_name)
        for other in lexicon.schema:
            if found is None or other.full_name in used or other.is_view:
                continue
            columns = _relatives(found, used[full_name], other, lexicon)
            if columns is not None and not _referred_to(found, [t for t in used if t != full_name], lexicon.schema):
                yield {full_name: other}, columns


def _referred_to(table: Table, others: Sequence[str], schema: Schema) -> bool:
    """Whether one of the other tables refers to this one: then nothing can take its place there."""
    found = [schema.table(name) for name in others]
    return any(k.referred_table.lower() == table.full_name.lower() for t in found if t for k in t.foreign_keys)


def _relatives(
    table: Table, names: Sequence[str], other: Table, lexicon: Lexicon
) -> dict[tuple[str, str], Column] | None:
    """A column of the other table for each of these, all different; None where one has no relative."""
    found: dict[tuple[str, str], Column] = {}
    for name in names:
        taken = {column.name for column in found.values()}
        relative = next(
            (c for c in other.columns if c.name not in taken and _same(table, name, other, c, lexicon)), None
        )
        if relative is None:
            return None
        found[table.full_name, name] = relative
    return found


def _same(table: Table, name: str, other: Table, column: Column, lexicon: Lexicon) -> bool:
    """Whether a column is to the other table what `name` is to this one."""
    if not _alike(lexicon, table.full_name, name, other.full_name, column.name):
        return False
    return _refers(table, name) == _refers(other, column.name) and (table.primary_key == (name,)) == (
        other.primary_key == (column.name,)
    )


def _refers(table: Table, name: str) -> set[tuple[str, str]]:
    """The columns that a column refers to."""
    return {
        (key.referred_table.lower(), key.referred_columns[0].lower())
        for key in table.foreign_keys
        if key.columns == (name,) and len(key.referred_columns) == 1
    }


def _alike(lexicon: Lexicon, table: str, name: str, other_table: str, other: str) -> bool:
    one, two = lexicon.facts(table, name), lexicon.facts(other_table, other)
    return (one.kind, one.role) == (two.kind, two.role) and two.sayable and two.distinct != 0 and one.unit == two.unit


def _bound(tree: Tree, schema: Schema) -> Bound | None:
    """What each column means; None where one cannot be told: it belongs to a derived table, or to several."""
    found: dict[int, tuple[Table, Column]] = {}
    named = {output.alias.lower() for output in tree.find_all(exp.Alias)}
    for node in tree.find_all(exp.Column):
        if isinstance(node.this, exp.Star):
            return None
        owners = [t for t in _sources(node, schema) if t[1].column(node.name) is not None]
        owners = [t for t in owners if not node.table or t[0] == node.table.lower()]
        if len(owners) != 1:
            if not owners and not node.table and node.name.lower() in named:
                continue
            return None
        column = owners[0][1].column(node.name)
        assert column is not None
        found[id(node)] = (owners[0][1], column)
    return found


def _sources(node: exp.Column, schema: Schema) -> list[tuple[str, Table]]:
    """The tables around a column by alias, of the nearest SELECT that has one of this name first."""
    select = node.find_ancestor(exp.Select)
    while select is not None:
        from_ = select.args.get("from_")
        sources = ([from_.this] if from_ else []) + [join.this for join in select.args.get("joins") or ()]
        tables = [(s.alias_or_name.lower(), schema.table(s.name, s.db)) for s in sources if isinstance(s, exp.Table)]
        known = [(alias, table) for alias, table in tables if table is not None]
        if any(t.column(node.name) and (not node.table or a == node.table.lower()) for a, t in known):
            return known
        select = select.find_ancestor(exp.Select)
    return []


def _exchange(
    tree: Tree,
    bound: Bound,
    tables: Mapping[str, Table],
    columns: Mapping[tuple[str, str], Column],
    lexicon: Lexicon,
    rng: random.Random,
) -> bool:
    """Put the others in their places; False where a constant has nothing to become."""
    for node in list(tree.find_all(exp.Column)):
        if id(node) not in bound:
            continue
        table, column = bound[id(node)]
        other = columns.get((table.full_name, column.name))
        if other is None:
            continue
        owner = tables.get(table.full_name, table)
        if not _constants(node, owner, other, lexicon, rng):
            return False
        if node.table.lower() == table.name.lower() and owner is not table:
            node.set("table", exp.to_identifier(owner.name, quoted=_odd(owner.name)))
        node.set("this", exp.to_identifier(other.name, quoted=_odd(other.name)))
    for source in list(tree.find_all(exp.Table)):
        table_ = lexicon.schema.table(source.name, source.db)
        if table_ is not None and (new := tables.get(table_.full_name)) is not None:
            source.set("this", exp.to_identifier(new.name, quoted=_odd(new.name)))
            source.set("db", exp.to_identifier(new.namespace) if new.namespace else None)
    return True


def _odd(name: str) -> bool:
    return not (name.isidentifier() and name == name.lower())


def _constants(node: exp.Column, table: Table, column: Column, lexicon: Lexicon, rng: random.Random) -> bool:
    """What a column is compared with becomes values of another one."""
    test = node.parent
    if not isinstance(test, _COMPARED):
        return True
    literals = [child for child in test.iter_expressions() if isinstance(child, exp.Literal)]
    facts = lexicon.facts(table.full_name, column.name)
    known = [value for value in facts.values if isinstance(value, (int, float, str)) and facts.can_say(value)]
    if not literals:
        return True
    if len(known) < len(literals):
        return False
    chosen: list[Any] = rng.sample(known, len(literals))
    if isinstance(test, exp.Between):
        chosen.sort()
    for child, value in zip(literals, chosen, strict=True):
        if isinstance(test, exp.Like):
            words = str(value).split()
            value = f"%{words[0] if words else value}%"
        text = isinstance(value, str)
        child.replace(exp.Literal.string(value) if text else exp.Literal.number(value))
    return True
