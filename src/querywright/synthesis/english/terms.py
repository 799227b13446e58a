"""Expressions as noun phrases, without their article: `average price`, `number of orders`, `customer's country`."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from querywright.synthesis.english import conditions, existence, nouns
from querywright.synthesis.english.scope import Block, Place, Union, aggregates, base_column, resolve, strip
from querywright.synthesis.english.values import literal
from querywright.synthesis.english.voice import CannotSay, Voice, listing, the
from querywright.synthesis.lexicon import Role
from querywright.synthesis.lexicon.inflection import plural, singular

AGGREGATES = {
    exp.Avg: "average",
    exp.Sum: "total",
    exp.Median: "median",
    exp.Stddev: "standard deviation of the",
    exp.StddevSamp: "standard deviation of the",
    exp.Variance: "variance of the",
}


def term(node: exp.Expr, block: Block, voice: Voice) -> str:
    """The noun phrase of one expression, seen from the rows of `block`.

    Raises:
        CannotSay: the expression holds a construct without words.
    """
    node = strip(node)
    for kind, say in _WORDS.items():
        if isinstance(node, kind):
            return say(node, block, voice)
    said = literal(node, None, voice)
    if said is not None:
        return said
    if isinstance(node, exp.Condition) and isinstance(node, (exp.Binary, exp.Predicate, exp.Not)):
        return f"whether {conditions.statement(node, block, voice)}"
    if isinstance(node, exp.Func):
        return _call(node, block, voice)
    raise CannotSay(f"no words for {type(node).__name__}")


# -- columns ---------------------------------------------------------------------------------------------------------
def _column(node: exp.Column, block: Block, voice: Voice) -> str:
    if node.is_star:
        return "details"
    place = block.place(node)
    if place is None:
        aliased = block.by_position(node)
        if aliased is not node:
            return term(aliased, block, voice)
        raise CannotSay(f"unknown column {node.sql()}")
    return column_phrase(place, block, voice)


def column_phrase(place: Place, block: Block, voice: Voice) -> str:
    """A column by what it is: through blocks to what computes it, through keys with its owner in front."""
    if place.inner is not None:
        return _computed(place, block, voice)
    assert place.source.table is not None
    said = voice.lexicon.say(place.source.table, place.column)
    return f"{owner}{said}" if (owner := possessive(place, block, voice, said)) else said


def possessive(place: Place, block: Block, voice: Voice, said: str) -> str:
    """`customer's ` in front of a column that is reached through a key; empty on the grain itself."""
    if place.block is not block:
        return ""
    path = nouns.steps(block, place.source)
    if not path:
        if place.source.alias in block.optional:
            return f"{nouns.source_noun(place.source, voice).singular} "
        if path is None and place.source.alias != block.grain.alias and len(block.sources) > 1:
            return f"{nouns.source_noun(place.source, voice).singular}'s "
        return ""
    phrase = block.called(path[-1])
    if said.split(" ")[0] == phrase:
        return ""
    label = voice.lexicon.entity(place.source.table).label if place.source.table else ()
    joined = said in ("name", "title", "full name") and place.column in label
    return f"{phrase} " if joined else f"{phrase}{'’' if phrase.endswith('s') else '’s'} ".replace("’", "'")


def _computed(place: Place, block: Block, voice: Voice) -> str:
    inner = place.source.block.first if isinstance(place.source.block, Union) else place.source.block
    assert inner is not None and place.inner is not None
    if isinstance(place.source.block, Union) and place.source.block.recursive and _is_depth(place):
        return "level in the hierarchy"
    if (
        aggregates(place.inner)
        and inner.conditions
        and voice.said.setdefault(("measured", id(place.inner)), block) is block
    ):
        voice.said["measured", id(place.inner)] = place.inner
        return populated(place.inner, inner, voice)
    said = term(place.inner, inner, voice)
    shared = next((link for link in block.links if link.parent == place.source.alias and link.same), None)
    if shared and aggregates(place.inner) and inner.is_grouped and not _about_entity(inner, voice):
        return f"{said} of the same {partition_words(inner.groups[0], inner, voice)}"
    return said


def _about_entity(inner: Block, voice: Voice) -> bool:
    """Whether a block computes something for each row of an entity, rather than for each value of a column."""
    base = [base_column(p) for g in inner.groups if isinstance(g, exp.Column) and (p := inner.place(g))]
    return any(
        b
        and (
            voice.lexicon.entity(b[0]).key == (b[1],)
            or any((b[1],) == r.columns for r in voice.lexicon.references(b[0]))
        )
        for b in base
    )


def _is_depth(place: Place) -> bool:
    return isinstance(place.inner, exp.Literal)


# -- aggregates ------------------------------------------------------------------------------------------------------
def populated(node: exp.Expr, block: Block, voice: Voice) -> str:
    """An aggregate with what it ranges over: `average price of products whose category is Toys`."""
    said = term(node, block, voice)
    rows = conditions.population(block, voice)
    noun = nouns.source_noun(block.grain, voice).plural
    if said == f"number of {noun}":
        return f"number of {rows}"
    return f"{said} of {rows}" if not said.endswith(f" {noun}") else said[: -len(noun)] + rows


def _count(node: exp.Count, block: Block, voice: Voice) -> str:
    inner = node.this
    rows = nouns.source_noun(block.grain, voice).plural
    if isinstance(inner, exp.Distinct):
        return f"number of different {_plurals(inner.expressions, block, voice)}"
    if isinstance(inner, exp.Case):
        return _counted_case(inner, block, voice) or f"number of {rows}"
    place = block.place(inner) if isinstance(inner, exp.Column) and not inner.is_star else None
    if place is None:
        return f"number of {rows}"
    facts = nouns.facts_of(inner, block)
    if facts is None or facts.role is Role.KEY or not facts.nulls:
        return f"number of {_counted_rows(place, block, voice) or rows}"
    return f"number of {rows} with a known {term(inner, block, voice)}"


def _counted_rows(place: Place, block: Block, voice: Voice) -> str | None:
    """COUNT(child.key) under a LEFT JOIN counts the children."""
    if place.source.alias == block.grain.alias or place.source.table is None:
        return None
    optional = any(link.side and place.source.alias in (link.child, link.parent) for link in block.links)
    return nouns.source_noun(place.source, voice).plural if optional else None


def _plurals(parts: list[exp.Expr], block: Block, voice: Voice) -> str:
    said = []
    for part in parts:
        facts = nouns.facts_of(part, block)
        place = block.place(part) if isinstance(part, exp.Column) else None
        keyed = _key_plural(place, voice) if place else None
        words = term(part, block, voice)
        own = facts is not None and place is not None and words == facts.phrase
        said.append(keyed or (facts.plural if own and facts else plural(words.replace("'s ", " ", 1))))
    return f"combinations of {listing(said)}" if len(said) > 1 else said[0]


def _key_plural(place: Place, voice: Voice) -> str | None:
    base = base_column(place)
    if base is None:
        return None
    if voice.lexicon.entity(base[0]).key == (base[1],) and voice.lexicon.facts(*base).role is Role.KEY:
        return nouns.entity_noun(voice.lexicon, base[0]).plural
    for reference in voice.lexicon.references(base[0]):
        if reference.columns == (base[1],):
            noun = nouns.entity_noun(voice.lexicon, reference.referred_table)
            return noun.plural if noun.singular == reference.phrase else plural(reference.phrase)
    return None


def _counted_case(case: exp.Case, block: Block, voice: Voice) -> str | None:
    """`CASE WHEN c THEN 1 ELSE 0 END` inside SUM, COUNT or AVG: the rows where c holds."""
    branches = case.args["ifs"]
    default = case.args.get("default")
    plain = default is None or (isinstance(default, exp.Literal) and default.this in ("0", "0.0"))
    then = branches[0].args["true"]
    one = isinstance(then, exp.Literal) and then.this in ("1", "1.0", "100", "100.0")
    if case.this is None and len(branches) == 1 and plain and one:
        return f"number of {conditions.narrowed(branches[0].this, block, voice)}"
    return None


def _filtered_sum(case: exp.Case, block: Block, voice: Voice, word: str) -> str | None:
    """`SUM(CASE WHEN c THEN x ELSE 0 END)`: the total of x where c holds."""
    default = case.args.get("default")
    plain = (
        default is None or isinstance(default, exp.Null) or (isinstance(default, exp.Literal) and default.this == "0")
    )
    if case.this is not None or len(case.args["ifs"]) != 1 or not plain:
        return None
    branch = case.args["ifs"][0]
    return f"{word} {term(branch.args['true'], block, voice)} of {conditions.narrowed(branch.this, block, voice)}"


def _sum(node: exp.Expr, block: Block, voice: Voice) -> str:
    word = next(w for k, w in AGGREGATES.items() if isinstance(node, k))
    inner = strip(node.this)
    distinct = isinstance(inner, exp.Distinct)
    if distinct:
        inner = inner.expressions[0]
    if isinstance(inner, exp.Case):
        said = (
            _counted_case(inner, block, voice) if word == "total" else _share_case(inner, block, voice, word)
        ) or _filtered_sum(inner, block, voice, word)
        if said:
            return said
    if isinstance(inner, (exp.Predicate, exp.Not)) and word == "total":
        return f"number of {conditions.narrowed(inner, block, voice)}"
    said = term(inner, block, voice)
    if word == "total" and (said.startswith(("total ", "number of ")) or said.split(" ")[-1] == "total"):
        word = "combined"
    return f"{word} {'distinct ' if distinct else ''}{said}"


def _share_case(case: exp.Case, block: Block, voice: Voice, word: str) -> str | None:
    counted = _counted_case(case, block, voice) if word == "average" else None
    if counted is None:
        return None
    hundred = case.args["ifs"][0].args["true"].this.startswith("100")
    return ("percentage of " if hundred else "share of ") + counted.removeprefix("number of ")


def _extreme(node: exp.Expr, block: Block, voice: Voice) -> str:
    high = isinstance(node, exp.Max)
    facts = nouns.facts_of(node.this, block)
    said = term(node.this, block, voice)
    if facts and (facts.temporal or facts.role is Role.TIME):
        return f"{'latest' if high else 'earliest'} {said}"
    if facts and facts.role in (Role.NAME, Role.TEXT, Role.CATEGORY, Role.CODE) and facts.kind == "text":
        return f"alphabetically {'last' if high else 'first'} {said}"
    if said.startswith("number of "):
        return f"{'largest' if high else 'smallest'} {said}"
    return f"{'highest' if high else 'lowest'} {said}"


def _filter(node: exp.Filter, block: Block, voice: Voice) -> str:
    inner, condition = node.this, node.expression.this
    if isinstance(inner, exp.Count) and not isinstance(inner.this, exp.Distinct):
        return f"number of {conditions.narrowed(condition, block, voice)}"
    return f"{term(inner, block, voice)} of {conditions.narrowed(condition, block, voice)}"


def _text_list(node: exp.Expr, block: Block, voice: Voice) -> str:
    inner = node.this
    if isinstance(inner, exp.Order):
        inner = inner.this
    parts = inner.expressions if isinstance(inner, exp.Distinct) else [inner]
    return f"list of {_plurals(parts, block, voice)}"


# -- arithmetic ------------------------------------------------------------------------------------------------------
def _divide(node: exp.Div, block: Block, voice: Voice) -> str:
    if date_unit(node):
        return _date_part(node, block, voice)
    top, factor = _without_factor(node.this)
    bottom = unwrap(node.expression)
    if isinstance(bottom, exp.Window):
        return f"{'percentage' if factor == 100 else 'share'} of {_window_whole(bottom, block, voice)}"
    part = term(top, block, voice)
    whole = term(bottom, block, voice)
    rows = nouns.source_noun(block.grain, voice).plural
    if part.startswith("number of ") and whole == f"number of {rows}":
        return f"{'percentage' if factor == 100 else 'share'} of {part.removeprefix('number of ')}"
    if factor == 100:
        return f"{part} as a percentage of {the(whole)}"
    if isinstance(bottom, exp.Literal):
        return f"{part} divided by {whole}"
    if whole.startswith("number of different "):
        part = part.removeprefix("total ").removeprefix("combined ")
        return f"average {part} per {singular(whole.removeprefix('number of different '))}"
    return f"ratio of {part} to {whole}" if not aggregates(bottom) or aggregates(top) else f"{part} per {whole}"


def unwrap(node: exp.Expr) -> exp.Expr:
    """Without parentheses, casts, NULLIF(x, 0) guards and multiplications by one."""
    while True:
        node = strip(node)
        if isinstance(node, (exp.Cast, exp.Nullif)):
            node = node.this
        elif isinstance(node, exp.Mul) and _is_number(node.this, 1):
            node = node.expression
        elif isinstance(node, exp.Mul) and _is_number(node.expression, 1):
            node = node.this
        else:
            return node


def _is_number(node: exp.Expr, value: float) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and float(node.this) == value


def _without_factor(node: exp.Expr) -> tuple[exp.Expr, int]:
    """`100.0 * x` → x and 100."""
    node = unwrap(node)
    if isinstance(node, exp.Mul):
        for side, other in ((node.this, node.expression), (node.expression, node.this)):
            if _is_number(side, 100):
                return unwrap(other), 100
    return node, 1


def _multiply(node: exp.Mul, block: Block, voice: Voice) -> str:
    inner, factor = _without_factor(node)
    if factor == 100:
        said = term(inner, block, voice)
        return said.replace("share of", "percentage of", 1) if said.startswith("share of") else f"{said} in percent"
    if inner is not strip(node):
        return term(inner, block, voice)
    return f"{term(node.this, block, voice)} times {term(node.expression, block, voice)}"


def _subtract(node: exp.Sub, block: Block, voice: Voice) -> str:
    left, right = unwrap(node.this), unwrap(node.expression)
    if _day_number(left) is not None and _day_number(right) is not None:
        late, early = _day_number(left), _day_number(right)
        assert late is not None and early is not None
        return f"number of days from {the(term(early, block, voice))} to {the(term(late, block, voice))}"
    if isinstance(right, exp.Window) and isinstance(right.this, exp.Lag):
        return f"change in {term(left, block, voice)} from {_previous(right, block, voice)}"
    return f"difference between {the(term(left, block, voice))} and {the(term(right, block, voice))}"


def _day_number(node: exp.Expr) -> exp.Expr | None:
    if isinstance(node, exp.Anonymous) and node.name.lower() == "julianday" and node.expressions:
        return node.expressions[0]  # type: ignore[no-any-return]
    return None


def _date_diff(node: exp.DateDiff, block: Block, voice: Voice) -> str:
    unit = (node.args["unit"].name.lower() if node.args.get("unit") else "day").rstrip("s")
    return f"number of {unit}s from {the(term(node.expression, block, voice))} to {the(term(node.this, block, voice))}"


def _add(node: exp.Add, block: Block, voice: Voice) -> str:
    return f"sum of {term(node.this, block, voice)} and {term(node.expression, block, voice)}"


def _concat(node: exp.Expr, block: Block, voice: Voice) -> str:
    parts = [
        p
        for p in (node.flatten() if isinstance(node, exp.DPipe) else node.expressions)
        if not isinstance(strip(p), exp.Literal)
    ]
    return listing([term(p, block, voice) for p in parts])


# -- dates -----------------------------------------------------------------------------------------------------------
FORMATS = {
    "%Y": "year",
    "%m": "month of the year",
    "%Y-%m": "month",
    "%d": "day of the month",
    "%w": "weekday",
    "%H": "hour",
    "%j": "day of the year",
    "%W": "week number",
    "%Y-%m-%d": "day",
    "%Y-%W": "week",
    "%A": "weekday",
    "%B": "month of the year",
    "%b": "month of the year",
    "%a": "weekday",
}


def date_unit(node: exp.Expr) -> tuple[str, exp.Expr] | None:
    """(`year`, the date) where an expression takes a part of a date; None otherwise."""
    node = unwrap(node)
    quarter = _quarter(node)
    if quarter is not None:
        return "quarter of the year", quarter
    if isinstance(node, exp.TimeToStr):
        unit = FORMATS.get(node.args["format"].name)
        return (unit, bare_date(node.this)) if unit else None
    if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)):
        return node.args["unit"].name.lower(), bare_date(node.this)
    if isinstance(node, exp.Extract):
        return _calendar(node.this.name.lower()), bare_date(node.expression)
    for kind, unit in _PARTS.items():
        if isinstance(node, kind):
            return unit, bare_date(node.this)
    if isinstance(node, exp.Substring) and _is_number(node.args.get("start") or exp.null(), 1):
        unit = {"4": "year", "7": "month", "10": "day"}.get(str(node.args.get("length") or ""))
        return (unit, bare_date(node.this)) if unit else None
    return None


def _quarter(node: exp.Expr) -> exp.Expr | None:
    """The date behind `(month + 2) / 3`, which is how SQLite says quarter."""
    if not isinstance(node, exp.Div) or not _is_number(node.expression, 3):
        return None
    shifted = strip(node.this)
    if not isinstance(shifted, exp.Add) or not _is_number(shifted.expression, 2):
        return None
    month = date_unit(shifted.this)
    return month[1] if month and month[0] == "month of the year" else None


def _calendar(unit: str) -> str:
    return {
        "month": "month of the year",
        "dow": "weekday",
        "dayofweek": "weekday",
        "isodow": "weekday",
        "day": "day of the month",
        "doy": "day of the year",
        "quarter": "quarter of the year",
    }.get(unit, unit)


_PARTS = {
    exp.Year: "year",
    exp.Month: "month of the year",
    exp.Day: "day of the month",
    exp.Quarter: "quarter of the year",
    exp.DayOfWeek: "weekday",
    exp.Dayname: "weekday",
    exp.Monthname: "month of the year",
    exp.Hour: "hour",
}


def bare_date(node: exp.Expr) -> exp.Expr:
    """The date column inside casts and date wrappers."""
    return nouns.bare(node) or node


def _date_part(node: exp.Expr, block: Block, voice: Voice) -> str:
    found = date_unit(node)
    if found is None:
        return _call(node, block, voice)
    unit, inner = found
    said = term(inner, block, voice)
    if unit == "day":
        return said
    if unit == "month":
        unit = "calendar month"
    short = said.removesuffix(" date").removesuffix(" time").removesuffix(" timestamp")
    if short != said and unit in ("year", "weekday", "hour"):
        return f"{short} {unit}"
    if said.startswith("date of ") and unit in ("year", "weekday"):
        return f"{unit} of {said.removeprefix('date of ')}"
    return f"{unit} of {the(said)}"


# -- windows ---------------------------------------------------------------------------------------------------------
def _window(node: exp.Window, block: Block, voice: Voice) -> str:
    inner = node.this
    within = _within(node, block, voice)
    ranking = (exp.RowNumber, exp.Rank, exp.DenseRank)
    if isinstance(inner, ranking):
        dense = " without gaps" if isinstance(inner, exp.DenseRank) and voice.rng.random() < 0 else ""
        return f"rank by {order_words(node.args.get('order'), block, voice)}{dense}{within}"
    if isinstance(inner, exp.Ntile):
        tile = {"4": "quartile", "5": "quintile", "10": "decile", "100": "percentile"}.get(inner.this.sql(), "group")
        return f"{tile} (1 to {inner.this.sql()}) by {order_words(node.args.get('order'), block, voice)}{within}"
    if isinstance(inner, (exp.Lag, exp.Lead)):
        return f"{term(inner.this, block, voice)} of {_previous(node, block, voice)}"
    if isinstance(inner, (exp.FirstValue, exp.LastValue)):
        which = "first" if isinstance(inner, exp.FirstValue) else "last"
        return (
            f"{which} {term(inner.this, block, voice)} by {order_words(node.args.get('order'), block, voice)}{within}"
        )
    said = term(inner, block, voice)
    order = node.args.get("order")
    if isinstance(inner, (exp.Sum, exp.Avg)) and isinstance(inner.this, exp.Sum):
        said = f"{'total' if isinstance(inner, exp.Sum) else 'average'} {term(inner.this.this, block, voice)}"
    if order is None:
        return f"{said}{within}" if within else f"overall {said}"
    span = _moving(node)
    if span:
        return f"moving {said} over {span}{_along(order, block, voice)}{within}"
    word = "running total of " if said.startswith(("total ", "combined ")) else "running "
    return f"{word}{said.removeprefix('total ').removeprefix('combined ')}{_along(order, block, voice)}{within}"


def _along(order: exp.Order, block: Block, voice: Voice) -> str:
    """The order a running figure follows; a group's own date goes without saying."""
    first = block.by_position(order.expressions[0].this)
    found = date_unit(first)
    if found and any(first == g for g in block.groups):
        return f" up to that {found[0].split(' ')[0]}"
    return f" by {_axis(order, block, voice)}"


def _moving(node: exp.Window) -> str | None:
    spec = node.args.get("spec")
    start = spec.args.get("start") if spec else None
    if isinstance(start, exp.Literal) and spec.args.get("end") == "CURRENT ROW":
        return f"the current and the {start.this} previous rows"
    return None


def _previous(node: exp.Window, block: Block, voice: Voice) -> str:
    lead = isinstance(node.this, exp.Lead)
    order = node.args.get("order")
    word = "next" if lead else "previous"
    if order is None or not order.expressions:
        return f"the {word} row"
    found = date_unit(block.by_position(order.expressions[0].this))
    place = block.place(order.expressions[0].this) if isinstance(order.expressions[0].this, exp.Column) else None
    if found is None and place is not None and place.inner is not None:
        found = date_unit(place.inner)
    unit = {"month of the year": "month"}.get(found[0], found[0]) if found else None
    thing = unit or f"{nouns.row_noun(block, voice).singular} by {_axis(order, block, voice)}"
    return f"the {word} {thing}{_within(node, block, voice)}"


def _axis(order: exp.Order, block: Block, voice: Voice) -> str:
    return listing([term(block.by_position(o.this), block, voice) for o in order.expressions[:1]])


def _within(node: exp.Window, block: Block, voice: Voice) -> str:
    parts = [partition_words(p, block, voice) for p in node.args.get("partition_by") or ()]
    return f" within each {listing(parts)}" if parts else ""


def partition_words(node: exp.Expr, block: Block, voice: Voice) -> str:
    """What a partition or group column stands for: `department` for a key that points at departments."""
    place = block.place(node) if isinstance(node, exp.Column) else None
    base = base_column(place) if place else None
    if base:
        for reference in voice.lexicon.references(base[0]):
            if reference.columns == (base[1],):
                return reference.phrase
        entity = voice.lexicon.entity(base[0])
        if entity.key == (base[1],) or (entity.label == (base[1],) and voice.lexicon.facts(*base).unique):
            return nouns.named(block, place, voice).singular
    return term(node, block, voice)


def _window_whole(node: exp.Window, block: Block, voice: Voice) -> str:
    said = term(node.this, block, voice)
    within = _within(node, block, voice).replace(" within each ", " of its ")
    if said.startswith("combined number of "):
        rows = said.removeprefix("combined number of ")
        return f"all {rows}{within.replace(' of its ', ' in its ')}"
    return f"{the(said)}{within}" if within else f"the overall {said}"


def order_words(order: exp.Order | None, block: Block, voice: Voice) -> str:
    """`price from highest to lowest, then name alphabetically`."""
    if order is None:
        return "position"
    return ", then ".join(ordered(o, block, voice) for o in order.expressions)


def ordered(node: exp.Ordered, block: Block, voice: Voice) -> str:
    """One sort key with its direction in words that fit its kind."""
    inner = block.by_position(node.this)
    desc = bool(node.args.get("desc"))
    said = term(inner, block, voice)
    return f"{said} {direction(inner, desc, block)}"


def direction(inner: exp.Expr, desc: bool, block: Block) -> str:
    """`from highest to lowest`, `alphabetically`, `from newest to oldest`."""
    facts = nouns.facts_of(inner, block)
    place = block.place(inner) if isinstance(inner, exp.Column) else None
    computed = place.inner if place is not None else None
    if (
        (facts and (facts.temporal or facts.role is Role.TIME))
        or date_unit(inner)
        or (computed and date_unit(computed))
    ):
        return "from newest to oldest" if desc else "from oldest to newest"
    if facts and facts.kind == "text":
        return "in reverse alphabetical order" if desc else "alphabetically"
    return "from highest to lowest" if desc else "from lowest to highest"


# -- the rest --------------------------------------------------------------------------------------------------------
def _case(node: exp.Case, block: Block, voice: Voice) -> str:
    alias = node.parent.alias if isinstance(node.parent, exp.Alias) else ""
    name = alias.replace("_", " ").strip() or "label"
    parts = []
    for branch in node.args["ifs"]:
        when = branch.this if node.this is None else exp.EQ(this=node.this.copy(), expression=branch.this.copy())
        with voice.exact():
            parts.append(f"{_label(branch.args['true'], block, voice)} if {conditions.statement(when, block, voice)}")
    default = node.args.get("default")
    if default is not None and not isinstance(default, exp.Null):
        parts.append(f"{_label(default, block, voice)} otherwise")
    return f"{name} ({listing(parts, 'or') if len(parts) < 3 else ', '.join(parts)})"


def _label(node: exp.Expr, block: Block, voice: Voice) -> str:
    return f'"{node.this}"' if isinstance(node, exp.Literal) and node.is_string else term(node, block, voice)


def _round(node: exp.Round, block: Block, voice: Voice) -> str:
    return term(node.this, block, voice)


def rounding(node: exp.Expr) -> int | None:
    """Digits an output is rounded to; None when it is not rounded."""
    node = node.unalias()
    if not isinstance(node, exp.Round):
        return None
    decimals = node.args.get("decimals")
    return int(decimals.this) if isinstance(decimals, exp.Literal) else 0


def _coalesce(node: exp.Coalesce, block: Block, voice: Voice) -> str:
    fallback = node.expressions[0] if node.expressions else None
    said = term(node.this, block, voice)
    if fallback is None or (isinstance(fallback, exp.Literal) and fallback.this == "0" and aggregates(node.this)):
        return said
    other = _label(fallback, block, voice)
    return f"{said} (or {other} when missing)"


def _subquery(node: exp.Expr, block: Block, voice: Voice) -> str:
    return value_of(resolve(node, voice.lexicon, outer=block), voice)


def value_of(block: Block | Union, voice: Voice) -> str:
    """What a scalar subquery amounts to: `average price of all products`."""
    if isinstance(block, Union):
        raise CannotSay("a set operation used as a value")
    output = block.outputs[0].unalias()
    if block.is_aggregate:
        if any(existence.ties(c, block) for c in block.conditions):
            return _their_own(output, block, voice)
        if block.conditions or any(s.block for s in block.sources.values()):
            return populated(output, block, voice) if block.conditions else _over_groups(output, block, voice)
        noun = nouns.source_noun(block.grain, voice).plural
        said = term(output, block, voice)
        return said if said.endswith(noun) else f"{said} of all {noun}"
    said = term(output, block, voice)
    order, limit = block.select.args.get("order"), block.select.args.get("limit")
    if order and limit:
        return f"{said} of the {nouns.source_noun(block.grain, voice).singular} with the {extreme_words(order, block, voice)}"
    return f"{said} of {conditions.population(block, voice)}"


def _their_own(output: exp.Expr, block: Block, voice: Voice) -> str:
    """An aggregate over the rows that belong to each outer row: `number of their orders placed in 2019`."""
    said, noun = term(output, block, voice), nouns.source_noun(block.grain, voice).plural
    rows = f"their own {conditions.population(block, voice)}"
    return f"number of {rows}" if said == f"number of {noun}" else f"{said} of {rows}"


def _over_groups(output: exp.Expr, block: Block, voice: Voice) -> str:
    """An aggregate over groups names the group: `average number of orders per customer`."""
    said = term(output, block, voice)
    source = block.grain
    inner = source.block if isinstance(source.block, Block) else None
    if inner is not None and inner.is_grouped:
        return f"{said} per {nouns.source_noun(source, voice).singular}"
    rows = conditions.population(block, voice)
    return said if said.endswith(rows) else f"{said} of {rows}"


def extreme_words(order: exp.Order, block: Block, voice: Voice) -> str:
    """The first sort key as a superlative: `highest price`, `earliest order date`, `most orders`."""
    first = order.expressions[0]
    inner = block.by_position(first.this)
    desc = bool(first.args.get("desc"))
    said = term(inner, block, voice)
    facts = nouns.facts_of(inner, block)
    if (facts and (facts.temporal or facts.role is Role.TIME)) or date_unit(inner):
        return f"{'latest' if desc else 'earliest'} {said}"
    if said.startswith("number of "):
        return f"{'most' if desc else 'fewest'} {said.removeprefix('number of ')}"
    for word, other, same in (("highest ", "maximum ", desc), ("lowest ", "minimum ", not desc)):
        if said.startswith(word):
            return said if same else f"{'highest' if desc else 'lowest'} {other}{said.removeprefix(word)}"
    return f"{'highest' if desc else 'lowest'} {said}"


def _call(node: exp.Expr, block: Block, voice: Voice) -> str:
    name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
    arguments = [a for a in node.iter_expressions() if not isinstance(a, (exp.DataType, exp.Var))]
    if name.lower() in _FUNCTIONS and arguments:
        return _FUNCTIONS[name.lower()].format(term(arguments[0], block, voice))
    raise CannotSay(f"no words for the function {name.lower()}")


_FUNCTIONS = {
    "length": "length of the {}",
    "abs": "absolute value of the {}",
    "upper": "{}",
    "lower": "{}",
    "trim": "{}",
    "ceil": "{} rounded up",
    "floor": "{} rounded down",
}


def _passed(node: exp.Expr, block: Block, voice: Voice) -> str:
    return term(node.this, block, voice)


def _star(node: exp.Expr, block: Block, voice: Voice) -> str:
    return "details"


Say = Callable[[exp.Expr, Block, Voice], str]
_WORDS: dict[type[exp.Expr] | tuple[type[exp.Expr], ...], Say] = {
    exp.Column: _column,  # type: ignore[dict-item]
    exp.Alias: _passed,
    exp.Star: _star,
    exp.Count: _count,  # type: ignore[dict-item]
    tuple(AGGREGATES): _sum,
    (exp.Max, exp.Min): _extreme,
    exp.Filter: _filter,  # type: ignore[dict-item]
    (exp.GroupConcat, exp.ArrayAgg): _text_list,
    exp.Window: _window,  # type: ignore[dict-item]
    exp.Div: _divide,  # type: ignore[dict-item]
    exp.Mul: _multiply,  # type: ignore[dict-item]
    exp.Sub: _subtract,  # type: ignore[dict-item]
    exp.Add: _add,  # type: ignore[dict-item]
    (exp.DPipe, exp.Concat): _concat,
    exp.DateDiff: _date_diff,  # type: ignore[dict-item]
    (exp.TimeToStr, exp.TimestampTrunc, exp.DateTrunc, exp.Extract, exp.Substring, *_PARTS): _date_part,
    exp.Case: _case,  # type: ignore[dict-item]
    exp.Round: _round,  # type: ignore[dict-item]
    exp.Coalesce: _coalesce,  # type: ignore[dict-item]
    (exp.Subquery, exp.Select): _subquery,
    (exp.Cast, exp.Nullif, exp.Date, exp.TsOrDsToDate, exp.TsOrDsToTimestamp, exp.Timestamp, exp.Distinct): _passed,
}
