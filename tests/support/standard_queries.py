"""Random queries of SQLite on the staff tables: joins, groups, windows, subqueries, sort keys of every kind."""

from __future__ import annotations

from random import Random

from staff_tables import STAFF

Named = list[tuple[str, str]]
"""Columns with their types."""

_LITERALS = {
    "INT64": ("1", "2", "80", "100", "2020"),
    "STRING": ("'eng'", "'Oslo'", "'x'"),
    "FLOAT64": ("2.5",),
}
_AGGREGATES = ("SUM", "MAX", "MIN", "COUNT", "AVG")


class Query:
    """Writes one SELECT; `around` are the sources of the queries that it stands in."""

    def __init__(self, chance: Random, depth: int = 0, around: tuple[tuple[str, Named], ...] = ()) -> None:
        self.chance, self.depth, self.around = chance, depth, around
        self.sources: list[tuple[str, Named]] = []
        self.links: list[str] = []

    def select(
        self, *, gives: str = "", single: bool = False, named: bool = False, sorted_: bool = False
    ) -> tuple[str, Named]:
        """The text, and the names and types of its columns.

        Args:
            gives: one column, of this type.
            single: one aggregate of everything.
            named: every column has an alias of its own.
            sorted_: with ORDER BY.
        """
        chance, source = self.chance, self._from()
        conditions = [link for link in self.links if chance.random() < 0.8]
        while chance.random() < 0.4:
            conditions.append(self._condition())
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        grouped = single or chance.random() < 0.35
        items, tail = self._grouped(gives, single) if grouped else (self._plain(gives), "")
        distinct = "DISTINCT " if chance.random() < 0.2 else ""
        texts, names = [], []
        for i, (text, kind) in enumerate(items):
            alias = f"c{self.depth}{i}" if named else chance.choice(("", "", f"x{i}", "dept", "salary"))
            texts.append(f"{text} AS {alias}" if alias else text)
            names.append((alias, kind))
        order = self._order(items, names, bool(distinct), grouped) if sorted_ and not single else ""
        return f"SELECT {distinct}{', '.join(texts)} FROM {source}{where}{tail}{order}", names

    def _from(self) -> str:
        text = ""
        for i in range(self.chance.choice((1, 1, 2, 2, 3))):
            if self.depth < 2 and self.chance.random() < 0.2:
                name = f"q{self.depth}{i}"
                inner, columns = Query(self.chance, self.depth + 1).select(named=True)
                item = f"({inner}) AS {name}"
            else:
                table = self.chance.choice(sorted(STAFF))
                plain = table not in [known for known, _ in self.sources] and self.chance.random() < 0.5
                name = table if plain else f"a{self.depth}{i}"
                columns, item = list(STAFF[table].columns), table if plain else f"{table} AS {name}"
            self.sources.append((name, columns))
            text += self._joined(item) if text else item
        return text

    def _joined(self, item: str) -> str:
        kind = self.chance.choice(("JOIN", "JOIN", "LEFT JOIN", ",", "CROSS JOIN"))
        left = self._column(self.sources[:-1])
        right = self._column(self.sources[-1:], left[1])
        link = f"{left[0]} = {right[0]}" if right[0] else "1 = 1"
        if kind in (",", "CROSS JOIN"):
            self.links.append(link)
            return f"{',' if kind == ',' else ' CROSS JOIN'} {item}"
        return f" {kind} {item} ON {link}"

    def _column(self, sources: list[tuple[str, Named]] | None = None, kind: str = "") -> tuple[str, str]:
        """A column with its type, with its table in front where it must be; two empty texts where there is none."""
        known = [(s, c, t) for s, columns in sources or self.sources for c, t in columns if not kind or t == kind]
        if not known:
            return "", ""
        source, name, type_ = self.chance.choice(known)
        everywhere = [column for _, columns in (*self.sources, *self.around) for column, _ in columns]
        bare = everywhere.count(name) == 1 and self.chance.random() < 0.5
        return (name if bare else f"{source}.{name}"), type_

    def _value(self, kind: str = "") -> tuple[str, str]:
        text, found = self._column(kind=kind)
        if not text:
            return _LITERALS[kind][0], kind
        form = self.chance.random()
        if found == "STRING":
            return (f"UPPER({text})" if form < 0.15 else f"{text} || 'z'" if form < 0.25 else text), found
        if form < 0.2:
            return f"{text} + 1", found
        return (f"COALESCE({text}, 0)" if form < 0.3 else text), found

    def _condition(self) -> str:
        chance = self.chance
        if self.depth < 2 and chance.random() < 0.35:
            return self._subquery()
        text, kind = self._column([*self.sources, *self.around])
        form = chance.random()
        if form < 0.2:
            return f"{text} IS {chance.choice(('', 'NOT '))}NULL"
        other = self._column(kind=kind)[0] if form < 0.5 else chance.choice(_LITERALS[kind])
        return f"{text} {chance.choice(('=', '<', '<>', '>='))} {other or text}"

    def _subquery(self) -> str:
        chance = self.chance
        around = (*self.sources, *self.around) if chance.random() < 0.6 else ()
        inner = Query(chance, self.depth + 1, tuple(around))
        text, kind = self._column()
        form = chance.choice(("IN", "NOT IN", "EXISTS", "NOT EXISTS", "<", "="))
        if "EXISTS" in form:
            return f"{form} ({inner.select()[0]})"
        if "IN" in form:
            return f"{text} {form} ({inner.select(gives=kind)[0]})"
        number = self._column(kind="INT64")[0] or "1"
        return f"{number} {form} ({inner.select(single=True)[0]})"

    def _aggregate(self) -> tuple[str, str]:
        text, _ = self._column(kind="INT64")
        function = self.chance.choice(_AGGREGATES)
        if not text or self.chance.random() < 0.4:
            return "COUNT(*)", "INT64"
        return (
            f"{function}({'DISTINCT ' if self.chance.random() < 0.1 else ''}{text})",
            "FLOAT64" if function == "AVG" else "INT64",
        )

    def _plain(self, gives: str) -> Named:
        chance = self.chance
        items = [self._value(gives) for _ in range(1 if gives else chance.choice((1, 2, 3)))]
        if not gives and chance.random() < 0.15:
            by = chance.choice(("", f"PARTITION BY {self._column()[0]} "))
            items.append((f"{chance.choice(('RANK()', 'COUNT(*)'))} OVER ({by}ORDER BY {self._column()[0]})", "INT64"))
        return items

    def _grouped(self, gives: str, single: bool) -> tuple[Named, str]:
        chance = self.chance
        keys = [] if single else [self._value() for _ in range(chance.choice((0, 1, 1, 2)))]
        items = []
        for _ in range(1 if single or gives else chance.choice((1, 2, 3))):
            fitting = [key for key in keys if not gives or key[1] == gives]
            if fitting and chance.random() < 0.5:
                items.append(chance.choice(fitting))
            elif gives == "STRING":
                items.append(("'x'" if keys else "MAX('x')", gives))
            else:
                text, kind = self._aggregate()
                items.append((f"{text} + {self._aggregate()[0]}" if chance.random() < 0.2 else text, kind))
        tail = f" GROUP BY {', '.join(text for text, _ in keys)}" if keys else ""
        if keys and chance.random() < 0.3:
            tail += f" HAVING {self._aggregate()[0]} > {chance.choice(('1', '80'))}"
        return items, tail

    def _order(self, items: Named, names: Named, distinct: bool, grouped: bool) -> str:
        chance = self.chance
        aliases = [name for name, _ in names if name and [other for other, _ in names].count(name) == 1]
        keys = []
        for _ in range(chance.choice((1, 2))):
            form = chance.random()
            if form < 0.3 or (form < 0.5 and not aliases):
                keys.append(str(chance.randint(1, len(items))))
            elif form < 0.5:
                keys.append(chance.choice(aliases))
            elif form < 0.7 or distinct:
                keys.append(chance.choice(items)[0] if "OVER" not in items[-1][0] else "1")
            else:
                keys.append(self._aggregate()[0] if grouped else self._value()[0])
        return f" ORDER BY {', '.join(key + chance.choice((' DESC', '')) for key in keys)}"


def random_query(chance: Random) -> str:
    """A SELECT, or two of them with a set operation between."""
    text, columns = Query(chance).select(sorted_=chance.random() < 0.5)
    if chance.random() < 0.15 and " ORDER BY " not in text.rpartition(")")[2]:
        kinds = {kind for _, kind in columns}
        if len(columns) == 1:
            other, _ = Query(chance).select(gives=kinds.pop())
            text = f"{text} {chance.choice(('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT'))} {other}"
    return text
