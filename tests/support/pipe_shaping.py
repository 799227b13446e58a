"""Operators of random pipelines that change columns: SELECT, EXTEND, SET, DROP, RENAME, AGGREGATE, DISTINCT."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipe_expressions import KINDS, Expressions
from pipe_names import Kind, Scope, Value, quote
from pipe_windows import window

if TYPE_CHECKING:
    from pipe_generator import Author, Written


def extend(author: Author, scope: Scope) -> Written:
    """New columns under new names, some of them windows."""
    items, new, windowed = [], [], False
    for _ in range(author.chance.randint(1, 2)):
        text, value, is_window = _item(author, scope)
        name = author.fresh("c")
        items.append(f"{text} AS {name}")
        new.append((name, value))
        windowed = windowed or is_window
    return [f"EXTEND {', '.join(items)}"], scope.changed(scope.visible + tuple(new), not windowed)


def _item(author: Author, scope: Scope) -> tuple[str, Value, bool]:
    if author.chance.random() < 0.3:
        text, value = window(author.chance, scope)
        return text, value, True
    text, kind = author.expressions(scope).any()
    return text, Value(kind), False


def select(author: Author, scope: Scope) -> Written:
    """Columns, expressions, or `*` in one of its forms."""
    chance = author.chance
    if chance.random() < 0.3:
        return _select_star(author, scope)
    items, visible, windowed = _items(author, scope)
    return [f"SELECT {', '.join(items)}"], _selected(scope, visible, windowed)


def select_distinct(author: Author, scope: Scope) -> Written:
    items, visible, _ = _items(author, scope)
    if not all(value.exact for _, value in visible):
        return None
    unique = frozenset(value for _, value in visible)
    return [f"SELECT DISTINCT {', '.join(items)}"], Scope(tuple(visible), {}, (unique,))


def _items(author: Author, scope: Scope) -> tuple[list[str], list[tuple[str, Value]], bool]:
    chance = author.chance
    items, visible, windowed = [], [], False
    taken: set[str] = set()
    references = list(scope.references())
    for _ in range(chance.randint(1, 4)):
        if references and chance.random() < 0.6:
            text, value = chance.choice(references)
            name = text.rsplit(".", 1)[-1].strip("`")
        else:
            text, value, is_window = _item(author, scope)
            windowed, name = windowed or is_window, ""
        if not name or name.lower() in taken or chance.random() < 0.2:
            name = author.fresh("c")
            if scope.names and chance.random() < 0.2 and (old := chance.choice(scope.names)).lower() not in taken:
                name = old
            text = f"{text} AS {quote(name)}"
        taken.add(name.lower())
        items.append(text)
        visible.append((name, value))
    return items, visible, windowed


def _selected(scope: Scope, visible: list[tuple[str, Value]], windowed: bool) -> Scope:
    """Aliases die; a unique key stays where its values do. A value selected twice is one value."""
    left = {value for _, value in visible}
    unique = tuple(key for key in scope.unique if key <= left)
    return Scope(tuple(visible), {}, unique, scope.total and not windowed)


def _select_star(author: Author, scope: Scope) -> Written:
    chance = author.chance
    names = [name for name, _ in scope.bare()]
    drawn = chance.random()
    extra, value, windowed = _item(author, scope)
    name = author.fresh("c")
    one = chance.choice(names) if names else ""
    if one and drawn > 0.75 and not windowed:
        visible = [(other, value if other == one else kept) for other, kept in scope.visible]
        return [f"SELECT * REPLACE ({extra} AS {quote(one)})"], _selected(scope, visible, windowed)
    if drawn < 0.3 or drawn > 0.75 or not names:
        return [f"SELECT *, {extra} AS {name}"], _selected(scope, [*scope.visible, (name, value)], windowed)
    if drawn < 0.5 and scope.aliases:
        alias = chance.choice(list(scope.aliases))
        if columns := list(scope.aliases[alias].items()):
            return [f"SELECT {alias}.*, {extra} AS {name}"], _selected(scope, [*columns, (name, value)], windowed)
    if len(scope.visible) > 1:
        visible = [(other, kept) for other, kept in scope.visible if other != one]
        return [f"SELECT * EXCEPT ({quote(one)})"], _selected(scope, visible, False)
    return None


def set_columns(author: Author, scope: Scope) -> Written:
    """New values for one or two columns, all read before any is set."""
    names = [name for name, _ in scope.bare()]
    if not names:
        return None
    chosen = author.chance.sample(names, author.chance.randint(1, min(2, len(names))))
    texts, values, windowed = [], {}, False
    for name in chosen:
        text, value, is_window = _item(author, scope)
        texts.append(f"{quote(name)} = {text}")
        values[name] = value
        windowed = windowed or is_window
    visible = tuple((name, values.get(name, value)) for name, value in scope.visible)
    return [f"SET {', '.join(texts)}"], scope.changed(visible, not windowed)


def drop(author: Author, scope: Scope) -> Written:
    names = [name for name, _ in scope.bare()]
    if len(scope.visible) < 2 or not names:
        return None
    chosen = author.chance.sample(names, author.chance.randint(1, min(2, len(names), len(scope.visible) - 1)))
    visible = tuple((name, value) for name, value in scope.visible if name not in chosen)
    return [f"DROP {', '.join(map(quote, chosen))}"], scope.changed(visible)


def rename(author: Author, scope: Scope) -> Written:
    names = [name for name, _ in scope.bare()]
    if not names:
        return None
    old = author.chance.choice(names)
    new = author.fresh("c")
    visible = tuple((new if name == old else name, value) for name, value in scope.visible)
    return [f"RENAME {quote(old)} AS {new}"], scope.changed(visible)


def distinct(author: Author, scope: Scope) -> Written:
    if not scope.comparable():
        return None
    return ["DISTINCT"], replace(scope.without_hidden(), unique=(frozenset(value for _, value in scope.visible),))


def aggregate(author: Author, scope: Scope) -> Written:
    """Keys, then aggregates; now and then a rollup, keys only, or an order."""
    chance = author.chance
    e = author.expressions(scope).closed()
    keys = _keys(author, scope, e)
    items = [_aggregated(author, e) for _ in range(chance.randint(0 if keys else 1, 3))]
    inner = [(name, value) for _, name, value in items]
    texts = ", ".join(f"{text} AS {name}" for text, name, _ in items)
    head = f"AGGREGATE {texts}".rstrip()
    if not keys:
        return [head], Scope(tuple(inner), {}, (frozenset(value for _, value in inner[:1]),))
    plain = all(" AS " not in text for text, _, _ in keys)
    if plain and chance.random() < 0.15:
        columns = tuple((name, Value(value.kind)) for _, name, value in keys)
        form = chance.choice(("ROLLUP", "ROLLUP", "CUBE", "GROUPING SETS"))
        return [f"{head} GROUP BY {form} ({', '.join(text for text, _, _ in keys)})"], Scope(columns + tuple(inner))
    columns = tuple((name, value) for _, name, value in keys)
    unique = (frozenset(value for _, value in columns),)
    if chance.random() < 0.15:
        ways = ", ".join(f"{text}{chance.choice(('', ' DESC'))}" for text, _, _ in keys)
        return [f"{head} GROUP AND ORDER BY {ways}"], Scope(columns + tuple(inner), {}, unique, True)
    return [f"{head} GROUP BY {', '.join(text for text, _, _ in keys)}"], Scope(columns + tuple(inner), {}, unique)


def _keys(author: Author, scope: Scope, e: Expressions) -> list[tuple[str, str, Value]]:
    """Text, name and value of each key: columns, or functions of one."""
    chance = author.chance
    references = [(text, value) for text, value in scope.references() if value.exact]
    if not references or chance.random() < 0.2:
        return []
    keys: list[tuple[str, str, Value]] = []
    taken: set[str] = set()
    chance.shuffle(references)
    each = {value: text for text, value in references}  # one text a value: CUBE takes no value twice
    for value, text in list(each.items())[: chance.randint(1, 2)]:
        name = text.rsplit(".", 1)[-1].strip("`")
        if name.lower() in taken or chance.random() < 0.35:
            text, kind = _of_column(author, text, value.kind)
            taken_name = name if name.lower() not in taken and chance.random() < 0.4 else author.fresh("c")
            text, name, value = f"{text} AS {quote(taken_name)}", taken_name, Value(kind)
        taken.add(name.lower())
        keys.append((text, name, Value(value.kind)))
    return keys


def _of_column(author: Author, text: str, kind: Kind) -> tuple[str, Kind]:
    if kind == "STRING":
        return f"SUBSTR({text}, 1, 1)", "STRING"
    if kind == "INT64":
        return f"MOD({text}, 2)", "INT64"
    if kind == "FLOAT64":
        return f"({text} > 1.0)", "BOOL"
    return f"(NOT {text})", "BOOL"


def _aggregated(author: Author, e: Expressions) -> tuple[str, str, Value]:
    chance = author.chance
    name = author.fresh("c")
    kind = chance.choice(KINDS)
    what = e.of(kind, 1)
    number: Kind = chance.choice(("INT64", "FLOAT64"))
    compared: Kind = chance.choice(("INT64", "FLOAT64", "STRING"))
    text, value = chance.choice(
        (
            ("COUNT(*)", Value("INT64")),
            (f"COUNT({what})", Value("INT64")),
            (f"COUNT(DISTINCT {what})", Value("INT64")),
            (f"SUM({e.of(number, 1)})", Value(number)),
            (f"{chance.choice(('MIN', 'MAX'))}({e.of(compared, 1)})", Value(compared)),
            (f"AVG({e.of(number, 1)})", Value("FLOAT64", exact=False)),
            (f"COUNTIF({e.condition(1)})", Value("INT64")),
            (f"SUM(DISTINCT {e.of('INT64', 1)})", Value("INT64")),
            *(
                (f"STRING_AGG({text}, '-' ORDER BY {text})", Value("STRING"))
                for text in e.columns("STRING")[:1]
                if chance.random() < 0.3
            ),
            (f"{chance.choice(('LOGICAL_OR', 'LOGICAL_AND'))}({e.condition(1)})", Value("BOOL")),
            *_chosen_rows(e),
        )
    )
    return text, name, value


def _chosen_rows(e: Expressions) -> list[tuple[str, Value]]:
    """The value of the row where another is greatest: of that other one, as rows may tie."""
    way = e.chance.choice(("MAX", "MIN"))
    return [(f"ANY_VALUE({text} HAVING {way} {text})", Value("INT64")) for text in e.columns("INT64")[:1]]
