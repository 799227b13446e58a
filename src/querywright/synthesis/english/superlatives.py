"""Conditions that pick by comparison with other rows: the highest of all, the top three of each group, the same as."""

from __future__ import annotations

from datetime import date, timedelta

from sqlglot import exp

from querywright.synthesis.english import aggregates, conditions, nouns, terms, windows
from querywright.synthesis.english.scope import Block, Union, base_column, resolve, strip
from querywright.synthesis.english.values import MONTHS, WEEKDAYS, counted
from querywright.synthesis.english.voice import CannotSay, Voice, the

RANKINGS = (exp.RowNumber, exp.Rank, exp.DenseRank)


def ranked(
    left: exp.Expr, right: exp.Expr, kind: type[exp.Expr], block: Block, voice: Voice
) -> conditions.Restrictor | None:
    """`rank <= 3` over a ranking window: among the top three of their group."""
    window, home = _window_behind(left, block)
    if window is None or home is None or not isinstance(window.this, RANKINGS) or not isinstance(right, exp.Literal):
        return None
    bound = int(right.this) - (1 if kind is exp.LT else 0)
    if kind not in (exp.LTE, exp.LT, exp.EQ) or (kind is exp.EQ and bound != 1):
        return None
    order = window.args["order"]
    tie = tie_words(order, home, voice) if isinstance(window.this, exp.RowNumber) else ""
    parts = [windows.partition_words(p, home, voice) for p in window.args.get("partition_by") or ()]
    within = f" within their {' and '.join(parts)}" if parts else ""
    extreme = windows.extreme_words(order, home, voice)
    if bound == 1:
        said = f"{the(extreme)}{within}{tie}"
        return conditions.best(said, nouns.rows_noun(block, voice))
    shared = "" if isinstance(window.this, exp.RowNumber) else " (ties included)"
    said = f"among the {counted(str(bound))} with {the(extreme)}{within}{shared}{tie}"
    return conditions.best(said, nouns.rows_noun(block, voice), "are")


def _window_behind(node: exp.Expr, block: Block) -> tuple[exp.Window | None, Block | None]:
    node = strip(node)
    if isinstance(node, exp.Window):
        return node, block
    if isinstance(node, exp.Column):
        place = block.place(node)
        if place is None:
            aliased = block.by_position(node)
            return _window_behind(aliased, block) if aliased is not node else (None, None)
        if place.inner is not None and isinstance(place.source.block, (Block, Union)):
            inner = place.source.block if isinstance(place.source.block, Block) else place.source.block.first
            return _window_behind(place.inner, inner)
    return None, None


def first_of_each(block: Block, voice: Voice) -> list[conditions.Restrictor]:
    """`DISTINCT ON (category) … ORDER BY category, price DESC`: those with the highest price within their category.

    Raises CannotSay where the order does not say which row of each is kept.
    """
    groups = block.kept_by
    if not groups:
        return []
    order = block.select.args.get("order")
    keys = [block.by_position(o.this) for o in order.expressions] if order else []
    if len(keys) <= len(groups) or any(g not in keys[: len(groups)] for g in groups):
        raise CannotSay("DISTINCT ON without an order that decides")
    assert order is not None
    within = " and ".join(dict.fromkeys(windows.partition_words(g, block, voice) for g in groups))
    extreme = windows.extreme_words(order, block, voice, len(groups))
    tie = tie_words(order, block, voice, len(groups) + 1)
    return [conditions.best(f"{the(extreme)} within their {within}{tie}", nouns.rows_noun(block, voice))]


def tie_words(order: exp.Order, block: Block, voice: Voice, start: int = 1) -> str:
    """How ties are broken: the sort keys after the first (from `start` on)."""
    said = [_tie_key(o, block, voice) for o in order.expressions[start:]]
    return f", breaking ties by {', then by '.join(dict.fromkeys(said))}" if said else ""


def _tie_key(node: exp.Ordered, block: Block, voice: Voice) -> str:
    inner = block.by_position(node.this)
    said = windows.full_name(node, block) or terms.term(inner, block, voice)
    facts = nouns.facts_of(inner, block)
    if facts and facts.enumerated:
        return f"{said} ({windows.direction(inner, bool(node.args.get('desc')), block)})"
    if facts and facts.kind == "text" and not node.args.get("desc"):
        return said
    first = "highest" if node.args.get("desc") else "lowest"
    if facts and facts.temporal:
        first = "latest" if node.args.get("desc") else "earliest"
    return f"{said} ({first} first)"


def extreme(
    left: exp.Expr, right: exp.Expr, kind: type[exp.Expr], block: Block, voice: Voice
) -> conditions.Restrictor | None:
    """`x = (SELECT MAX(x) …)`: with the highest x, of all or within their group."""
    if kind is not exp.EQ or not isinstance(right, exp.Subquery):
        return None
    inner = resolve(right, voice.lexicon, outer=block)
    if isinstance(inner, Union) or len(inner.outputs) != 1:
        return None
    output = inner.outputs[0].unalias()
    if not isinstance(output, (exp.Max, exp.Min)) or not _same_measure(left, block, output.this, inner):
        return None
    noun = nouns.rows_noun(block, voice)
    said = the(terms.term(output, inner, voice))
    own = {_plain(c) for c in block.conditions if not c.find(exp.Subquery)}
    inside = {_plain(c) for c in inner.conditions if not _correlation(c, inner)}
    group = [c for c in (_correlation(c, inner) for c in inner.conditions) if c is not None]
    within = f" within their {_same(group[0], inner, voice)}" if group else ""
    if inside == own:
        return conditions.best(f"{said}{within}", noun)
    rows = conditions.population(inner, voice)
    words = said.removeprefix("the ").split(" ")
    word = " ".join(words[: 2 if words[0] == "alphabetically" else 1])
    return conditions.measured(terms.term(left, block, voice), f"is the {word} of all {rows}")


def _same_measure(left: exp.Expr, block: Block, other: exp.Expr, inner: Block) -> bool:
    places = [
        block.place(left) if isinstance(left, exp.Column) else None,
        inner.place(other) if isinstance(other, exp.Column) else None,
    ]
    if places[0] is None or places[1] is None:
        return False
    ours, theirs = base_column(places[0]), base_column(places[1])
    if ours is not None:
        return ours == theirs
    return places[0].inner is not None and places[0].inner is places[1].inner


def _plain(node: exp.Expr) -> str:
    """A condition's text without the aliases of its tables."""
    copy = node.copy()
    for column in copy.find_all(exp.Column):
        column.set("table", None)
    return copy.sql().lower()


def is_correlation(node: exp.Expr, inner: Block) -> bool:
    """Whether a condition only ties a nested row to the outer one by the same value."""
    return _correlation(strip(node), inner) is not None


def _correlation(node: exp.Expr, inner: Block) -> exp.Column | None:
    """The inner column of `inner.x = outer.x`; None for a condition of any other kind."""
    if (
        not isinstance(node, exp.EQ)
        or not isinstance(node.this, exp.Column)
        or not isinstance(node.expression, exp.Column)
    ):
        return None
    places = [inner.place(node.this), inner.place(node.expression)]
    if places[0] is None or places[1] is None or (places[0].block is inner) == (places[1].block is inner):
        return None
    return node.this if places[0].block is inner else node.expression


def _same(column: exp.Column, inner: Block, voice: Voice) -> str:
    return windows.partition_words(column, inner, voice)


def same_as_outer(
    left: exp.Expr, right: exp.Expr, kind: type[exp.Expr], block: Block, voice: Voice
) -> conditions.Restrictor | None:
    """`f.dept = e.dept` inside a nested query: with the same department."""
    inner = _correlation(exp.EQ(this=left, expression=right), block)
    if inner is None:
        return None
    outer = right if inner is left else left
    ours, theirs = block.place(inner), block.place(outer)  # type: ignore[arg-type]
    if ours is None or theirs is None:
        return None
    said = windows.partition_words(inner, block, voice)
    if kind is exp.EQ and base_column(ours) == base_column(theirs):
        word = "with" if said == terms.term(inner, block, voice) else "of"
        return conditions.Restrictor(
            f"{word} the same {said}", f"they have the same {said}", conditions.PARTICIPLE, f"have the same {said}"
        )
    if kind is exp.NEQ:
        return conditions.Restrictor(f"with another {said}", f"they have another {said}", conditions.WITH)
    return None


def same_rows(left: exp.Expr, right: exp.Expr, block: Block, voice: Voice) -> str | None:
    """`average of these orders` for an aggregate over the very rows that are asked about; None for any other."""
    inner = resolve(right, voice.lexicon, outer=block) if isinstance(right, exp.Subquery) else None
    if not isinstance(inner, Block) or len(inner.outputs) != 1 or not inner.is_aggregate:
        return None
    output = inner.outputs[0].unalias()
    if not isinstance(output, exp.Avg) or not _same_measure(left, block, output.this, inner):
        return None
    own = {_plain(c) for c in block.conditions if not c.find(exp.Subquery)}
    if not own or own != {_plain(c) for c in inner.conditions}:
        return None
    return f"average of these {nouns.rows_noun(block, voice).plural}"


def beyond_average(
    left: exp.Expr, right: exp.Expr, kind: type[exp.Expr], block: Block, voice: Voice
) -> conditions.Restrictor | None:
    """A figure computed for each group, held against its average over the groups."""
    place = block.place(left) if isinstance(left, exp.Column) else None
    if place is None or place.inner is None or kind not in (exp.GT, exp.LT) or not isinstance(right, exp.Subquery):
        return None
    inner, other = place.source.block, resolve(right, voice.lexicon, outer=block)
    if not isinstance(inner, Block) or not inner.is_grouped or isinstance(other, Union) or other.conditions:
        return None
    output = other.outputs[0].unalias() if len(other.outputs) == 1 else None
    averaged = other.place(output.this) if isinstance(output, exp.Avg) and isinstance(output.this, exp.Column) else None
    if averaged is None or averaged.inner is None or averaged.inner.sql() != place.inner.sql():
        return None
    noun, rows = nouns.group_noun(inner, voice), nouns.rows_noun(inner, voice).plural
    say = aggregates.populated if inner.conditions else terms.term
    said = say(place.inner, inner, voice)
    voice.said["measured", id(place.inner)] = place.inner
    such = "such " if inner.conditions else ""
    if said.startswith("average "):
        tail = f"{'a higher' if kind is exp.GT else 'a lower'} {said} than the average of these averages"
    else:
        level = "an above-average" if kind is exp.GT else "a below-average"
        tail = f"{level} {said} (compared with all {noun.plural} with {such}{rows})"
    return conditions.Restrictor(f"with {tail}", f"they have {tail}", conditions.TOP, f"have {tail}", f"with {tail}")


def calendar(unit: str, raw: str) -> str | None:
    """`calendar month`, `03` → `March`; weekdays by SQLite's and DuckDB's numbering; None if it is no such part."""
    if unit == "month":
        return month(raw)
    if not raw.isdigit():
        return raw if unit == "weekday" else None
    value = int(raw)
    if unit == "calendar month" and 1 <= value <= 12:
        return MONTHS[value - 1]
    if unit == "weekday" and 0 <= value <= 7:
        return WEEKDAYS[value % 7]
    if unit == "calendar quarter" and 1 <= value <= 4:
        return f"the {('first', 'second', 'third', 'fourth')[value - 1]} quarter"
    return None


def calendar_span(low: str, high: str) -> str | None:
    """`2022-01-01`, `2022-12-31` → `2022`; a whole month or quarter likewise; None for any other span."""
    try:
        first, last = date.fromisoformat(low), date.fromisoformat(high)
    except ValueError:
        return None
    after = last + timedelta(days=1)
    if first.day != 1 or after.day != 1:
        return None
    months = (after.year - first.year) * 12 + after.month - first.month
    if months == 12 and first.month == 1:
        return str(first.year)
    if months == 1:
        return f"{MONTHS[first.month - 1]} {first.year}"
    if months == 3 and first.month % 3 == 1:
        return f"the {('first', 'second', 'third', 'fourth')[first.month // 3]} quarter of {first.year}"
    return None


def day_before(text: str) -> str | None:
    """`2024-10-01` → `2024-09-30`; None if the text is no date."""
    try:
        return (date.fromisoformat(text) - timedelta(days=1)).isoformat()
    except ValueError:
        return None


def month(raw: str) -> str:
    """`2019-06` → `June 2019`; a bare year stays."""
    year, _, number = raw.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}" if number.isdigit() and 1 <= int(number) <= 12 else year
