"""A step-by-step trace from the question to its query, read from the query's tree.

Each step says what is needed and where the schema has it before it says how to write it; nested queries are worked
out first, so that every piece of SQL stands on pieces already explained.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from sqlglot import exp

from querywright.databases.literals import quote
from querywright.synthesis.english import conditions, existence, nouns, subqueries, terms, windows
from querywright.synthesis.english.reading import without_quoted_text
from querywright.synthesis.english.scope import Block, Link, Union, aggregates, base_column, resolve
from querywright.synthesis.english.styles import upper
from querywright.synthesis.english.voice import CannotSay, Voice, listing, the
from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.reasoning.spelling import as_written, code, spelled


def explain(tree: exp.Expr, sql: str, lexicon: Lexicon) -> str:
    """The reasoning behind one query.

    Args:
        tree: the query, parsed.
        sql: its text, which ends the trace in a fenced block.
        lexicon: of its database.

    Raises:
        CannotSay: a construct has no words.
    """
    plain = without_quoted_text(tree, lexicon)
    block, voice = resolve(plain, lexicon), Voice(lexicon, random.Random(0))
    steps = [intent(block, voice), tables_in_play(plain, block, lexicon), *_parts(block, voice, lexicon.dialect)]
    numbered = [f"{number}. {text}" for number, text in enumerate((s for s in steps if s), 1)]
    said = as_written("\n".join(numbered), sql)
    return "\n".join([said, f"{len(numbered) + 1}. Put together:", "", "```sql", sql, "```"])


# -- what is asked ---------------------------------------------------------------------------------------------------
def intent(block: Block | Union, voice: Voice) -> str:
    """The shape of the answer: how many rows, of what, showing what."""
    if isinstance(block, Union):
        words = {
            "UNION": "in at least one of two sets",
            "INTERSECT": "in two sets at once",
            "EXCEPT": "in one set only",
        }
        return f"The answer lists the {nouns.row_noun(block.first, voice).plural} that are {words[block.kind]}."
    limit = block.select.args.get("limit")
    size = f" of at most {limit.expression.sql()} rows" if limit and limit.expression.sql() != "1" else ""
    shown = f"{len(block.outputs)} column{'s' if len(block.outputs) > 1 else ''}"
    noun = nouns.row_noun(block, voice)
    if block.is_aggregate:
        return f"The answer is one row with {shown}, worked out over {nouns.rows_noun(block, voice).plural}."
    if limit and not size:
        return f"The answer is a single {noun.singular}, shown in {shown}."
    if block.is_grouped:
        return f"The answer is a list{size} with one row per {noun.singular}, in {shown}."
    return f"The answer is a list{size} of {noun.plural}, shown in {shown}."


# -- where it is -----------------------------------------------------------------------------------------------------
def tables_in_play(tree: exp.Expr, block: Block | Union, lexicon: Lexicon) -> str:
    """The tables in play, each with what its rows are and the columns that will be used."""
    used = _columns_used(tree, block, lexicon)
    if not used:
        raise CannotSay("a query without a table")
    parts = []
    for table, columns in used.items():
        entity = lexicon.entity(table)
        named = [
            f"`{c}`" + ("" if _obvious(lexicon.say(table, c), c) else f" ({lexicon.say(table, c)})") for c in columns
        ]
        holds = f"`{table}` has one row per {entity.singular}"
        parts.append(holds + (f" and gives {listing(named)}" if named else ""))
    return f"Tables: {'; '.join(parts)}."


def _obvious(phrase: str, column: str) -> bool:
    return phrase.replace(" ", "").lower() == column.replace("_", "").replace(" ", "").lower()


def _columns_used(tree: exp.Expr, top: Block | Union, lexicon: Lexicon) -> dict[str, list[str]]:
    """Table → columns in order of first use, over all nested queries."""
    found: dict[str, list[str]] = {}
    for node in tree.find_all(exp.Table):
        table = lexicon.schema.table(node.name, node.db)
        if table is not None:
            found.setdefault(table.full_name, [])
    for block in blocks(top):
        for column in block.select.find_all(exp.Column):
            place = None if column.is_star else block.place(column)
            base = base_column(place) if place else None
            if base and base[1] not in found.setdefault(base[0], []):
                found[base[0]].append(base[1])
    return found


# -- how to get it ---------------------------------------------------------------------------------------------------
def blocks(block: Block | Union) -> Iterator[Block]:
    """Every SELECT behind a query, the ones it rests on first."""
    if isinstance(block, Union):
        yield from blocks(block.left)
        yield from blocks(block.right)
        return
    for source in block.sources.values():
        if source.block is not None:
            yield from blocks(source.block)
    for nested in _nested(block):
        yield from blocks(resolve(nested, block.lexicon, outer=block))
    yield block


def _parts(block: Block | Union, voice: Voice, dialect: str) -> list[str]:
    """The steps that build a query: its sources, its nested queries, then its own clauses."""
    if isinstance(block, Union):
        return _set_operation(block, voice, dialect)
    steps: list[str] = []
    for source in block.sources.values():
        if isinstance(source.block, Block):
            steps += [*_parts(source.block, voice, dialect), _named(source.alias, source.block, voice)]
        elif source.block is not None and source.block.recursive:
            steps.append(_recursion(source.alias, source.block, voice, dialect))
    steps += [s for nested in _nested(block) for s in _scalar(nested, block, voice, dialect)]
    steps += [
        _joins(block, voice),
        _looked_up(block, dialect),
        *_filters(block, voice, dialect),
        _grouping(block, voice, dialect),
    ]
    steps += [
        _distinct(block),
        _windows(block, voice, dialect),
        _having(block, voice, dialect),
        _order(block, voice, dialect),
    ]
    return [s for s in steps if s]


def _named(alias: str, block: Block, voice: Voice) -> str:
    outputs = [o.alias_or_name for o in block.outputs]
    shown = listing([f"`{o}`" for o in outputs])
    size = "is one row" if block.is_aggregate else f"has one row per {nouns.row_noun(block, voice).singular}"
    return f"This intermediate result {size}; call it `{block.name or alias}`, with {shown}."


def _nested(block: Block) -> list[exp.Expr]:
    """Queries nested in this block's own clauses, in the order they are written."""
    found: list[exp.Expr] = []

    def visit(node: exp.Expr) -> None:
        for child in node.iter_expressions():
            if isinstance(child, (exp.From, exp.Join, exp.With)):
                continue
            if isinstance(child, exp.Query):
                found.append(child)
            else:
                visit(child)

    visit(block.select)
    return found


def _scalar(node: exp.Expr, outer: Block, voice: Voice, dialect: str) -> list[str]:
    inner = resolve(node, voice.lexicon, outer=outer)
    text = spelled(node.this if isinstance(node, exp.Subquery) else node, dialect)
    if isinstance(inner, Union):
        return [f"A set of values is needed first: {code(text)}."]
    if inner.is_aggregate:
        said = the(subqueries.value_of(inner, voice))
        per_row = ", worked out anew for every row of the outer query" if _correlated(inner) else ""
        return [f"{upper(said)} is needed{per_row}: {code(text)}."]
    rows = conditions.population(inner, voice)
    if any(existence.ties(c, inner) for c in inner.conditions) or isinstance(node.parent, exp.Exists):
        return [f"Whether a row has matching {rows} is checked by a nested query tied to it by its key: {code(text)}."]
    return [f"The {rows} are looked up first: {code(text)}."]


def _correlated(inner: Block) -> bool:
    return any((p := inner.place(c)) is not None and p.block is not inner for c in inner.select.find_all(exp.Column))


def _joins(block: Block, voice: Voice) -> str:
    said = [_join(block, link, voice) for link in block.links]
    return " ".join(s for s in said if s)


def _quoted(column: str, voice: Voice) -> str:
    return quote(column, voice.lexicon.dialect)


def _looked_up(block: Block, dialect: str) -> str:
    """What LATERAL does: a source that may speak of the rows beside it."""
    said = []
    for source in block.sources.values():
        if not source.lateral or not isinstance(source.block, Block):
            continue
        ties = [code(spelled(c, dialect)) for c in source.block.conditions if existence.ties(c, source.block)]
        tied = f", tied to it by {listing(ties)}" if ties else ""
        first = next(s for s in block.sources.values() if not s.lateral)
        said.append(
            f"`{source.alias}` is worked out anew for every row of `{first.table or first.alias}`{tied}, "
            "so it is joined with LATERAL."
        )
    return " ".join(said)


def _join(block: Block, link: Link, voice: Voice) -> str:
    child, parent = block.sources[link.child], block.sources[link.parent]
    keys = zip(link.reference.columns, link.reference.referred_columns, strict=False)
    pairs = ((f"{link.child}.{_quoted(c, voice)}", f"{link.parent}.{_quoted(p, voice)}") for c, p in keys)
    on = " and ".join(f"{code(c)} = {code(p)}" for c, p in pairs)
    names = [s.table or s.alias for s in (child, parent)]
    if link.lateral:
        return ""
    if link.optional:
        noun = nouns.source_noun(child, voice)
        kept = nouns.source_noun(parent, voice).plural
        return f"Keep {kept} without any {noun.plural} too: LEFT JOIN `{names[0]}` on {on}."
    single = nouns.source_noun(child, voice).singular
    if link.same:
        return f"Joining `{names[1]}` on {on} brings along what else is known of each {single}."
    return (
        f"Each {single} belongs to one {link.reference.phrase}, so joining `{names[0]}` to `{names[1]}` on {on} "
        f"repeats no {single}."
    )


def _filters(block: Block, voice: Voice, dialect: str) -> list[str]:
    pairs = []
    for node in block.conditions:
        if existence.ties(node, block):
            continue
        pairs.append(f"{_clause(node, block, voice)}: {code(spelled(node, dialect))}")
    noun = nouns.rows_noun(block, voice).plural if block.sources else "rows"
    return [f"Keep only {noun} where {'; '.join(pairs)}."] if pairs else []


def _clause(node: exp.Expr, block: Block, voice: Voice) -> str:
    return conditions.statement(node, block, voice)


def _grouping(block: Block, voice: Voice, dialect: str) -> str:
    measures = [o for o in block.outputs if aggregates(o.unalias()) and not o.find(exp.Window)]
    shown = [f"{the(terms.term(o.unalias(), block, voice))} is {code(spelled(o.unalias(), dialect))}" for o in measures]
    if block.is_grouped:
        noun = nouns.group_noun(block, voice)
        keys = listing([code(spelled(g, dialect)) for g in block.groups])
        tail = f"; {'; '.join(shown)}" if shown else ""
        return f"One row per {noun.singular} means grouping by {keys}{tail}."
    over = "Over the rows that are left" if block.conditions else "Over all rows"
    return f"{over}, {listing(shown)}." if shown else ""


def _distinct(block: Block) -> str:
    if not block.is_distinct:
        return ""
    return "Several rows may show the same values, and each is wanted once, so DISTINCT is needed."


def _windows(block: Block, voice: Voice, dialect: str) -> str:
    found = [o for o in block.outputs if o.find(exp.Window)]
    said = [f"{the(terms.term(o.unalias(), block, voice))} is {code(spelled(o.unalias(), dialect))}" for o in found]
    rows = "Setting the groups beside each other" if block.is_grouped else "Keeping every row, set beside others,"
    return f"{rows} calls for a window: {'; '.join(said)}." if said else ""


def _having(block: Block, voice: Voice, dialect: str) -> str:
    said = [f"{_clause(c, block, voice)}: {code(spelled(c, dialect))}" for c in block.having if not c.find(exp.Query)]
    when = "Groups are filtered after counting" if block.is_grouped else "Ranks are filtered after they are known"
    return f"{when}, where {'; '.join(said)}." if said else ""


def _order(block: Block, voice: Voice, dialect: str) -> str:
    order, limit = block.select.args.get("order"), block.select.args.get("limit")
    if order is None:
        return ""
    said = f"Sort by {windows.order_words(order, block, voice)}: {code(spelled(order, dialect))}"
    keys = len(block.kept_by)
    tie = "; the later sort keys decide between equals" if len(order.expressions) > max(keys, 1) + (keys > 0) else ""
    if keys:
        each = listing([windows.partition_words(g, block, voice) for g in block.kept_by])
        on = ", ".join(spelled(g, dialect) for g in block.kept_by)
        said += f"; {code(f'DISTINCT ON ({on})')} then keeps the first row of each {each}{tie}"
    if limit is None:
        return f"{said}."
    count = limit.expression.sql()
    first = "the first row" if count == "1" else f"the first {count}"
    return f"{said}, and keep {first} with `LIMIT {count}`{tie if not keys else ''}."


def _set_operation(union: Union, voice: Voice, dialect: str) -> list[str]:
    if union.recursive:
        return [_recursion("the recursive query", union, voice, dialect)]
    words = {"UNION": "in either", "INTERSECT": "in both", "EXCEPT": "in the first but not in the second"}
    steps: list[str] = []
    for name, side in (("first", union.left), ("second", union.right)):
        text = spelled(side.select if isinstance(side, Block) else side.node, dialect)
        steps += [*_parts(side, voice, dialect), f"That is the {name} set: {code(text)}."]
    distinct = "" if union.node.args.get("distinct") is False else ", without repeats"
    return [
        *steps,
        f"What is wanted lies {words[union.kind]}{distinct}, so the two sets are combined with {union.kind}.",
    ]


def _recursion(alias: str, union: Union, voice: Voice, dialect: str) -> str:
    anchor = union.first
    start = conditions.population(anchor, voice)
    step = union.right if isinstance(union.right, Block) else union.right.first
    link = next((k for k in step.links if not k.same), None)
    along = f" along `{link.reference.table}.{link.reference.columns[0]}`" if link else ""
    return (
        f"The depth of the hierarchy is not known, so `{alias}` is recursive: it starts with {start} and adds, "
        f"round by round, the rows reached{along} from those already found."
    )
