"""What each rewrite makes of a query: `rewrites.sql` holds the pairs, for every engine alike."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from querywright.databases import Catalog, Database
from querywright.runs.steps import Reject
from querywright.sql import parse
from querywright.synthesis.augment import DIRECTIONS, Variant, rewrite, verify
from querywright.synthesis.augment.fragments import printed
from querywright.synthesis.augment.reading import prepared
from querywright.synthesis.english import ask
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.lexicon import Lexicon

PAIRS = re.findall(
    r"^-- (\w+): (.+)\n(.+);\n(.+);$", (Path(__file__).parent / "rewrites.sql").read_text(), re.MULTILINE
)
UNTOUCHED = [
    # No key proves that the join brings each row once.
    ("join to IN", "SELECT r.name FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id WHERE a.stock > 5"),
    # The joined table is shown.
    ("join to IN", "SELECT a.title, r.name FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id"),
    ("join to EXISTS", "SELECT r.name FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id"),
    ("IN to join", "SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album)"),
    # One NULL empties NOT IN.
    ("NOT IN to NOT EXISTS", "SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert)"),
    ("NOT IN to LEFT JOIN", "SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert)"),
    ("NOT IN to EXCEPT", "SELECT artist_id FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert)"),
    ("set operation to IN", "SELECT born FROM artist INTERSECT SELECT salary FROM employee"),
    ("groups to window", "SELECT genre, COUNT(*) FROM album GROUP BY genre, stock"),
    ("subquery to window", "SELECT title FROM album WHERE stock > 5 AND price > (SELECT AVG(price) FROM album)"),
    ("needless DISTINCT", "SELECT DISTINCT genre FROM album"),
    ("needless join", "SELECT a.title, r.name FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id"),
    ("count of key", "SELECT COUNT(DISTINCT artist_id) FROM album"),
    ("count of key", "SELECT COUNT(artist_id) FROM concert"),
    ("aggregate first", "SELECT r.country, COUNT(*) FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id "
     "GROUP BY r.country"),
    ("INTERSECT to AND", "SELECT genre FROM album WHERE stock > 5 INTERSECT SELECT genre FROM album WHERE stock < 2"),
    ("HAVING to WHERE", "SELECT genre FROM album GROUP BY genre HAVING COUNT(*) > 2"),
    ("another limit", "SELECT title FROM album LIMIT 3"),
    ("another direction", "SELECT name FROM artist ORDER BY born"),
    ("another constant", "SELECT title FROM album WHERE artist_id = 3"),
    ("another aggregate", "SELECT COUNT(*) FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id "
     "JOIN concert AS c ON c.artist_id = r.artist_id"),
    ("share of groups", "SELECT genre, COUNT(*) FROM album GROUP BY genre HAVING COUNT(*) > 2"),
    ("distance from average", "SELECT full_name, salary FROM employee WHERE salary > 40000 AND department = 'Shop'"),
]  # fmt: skip
"""Queries that a rewrite must leave alone."""


@pytest.fixture(scope="module")
def words(shops: Catalog) -> Lexicon:
    """The words of one of the shops: they are the same in each engine."""
    return Lexicon.read(shops["lite"])


def _rewrite(name: str, sql: str, context: Context, seed: int = 0) -> str | None:
    direction = next(d for d in DIRECTIONS.values() if name in d.rewrites)
    tree = prepared(parse(sql, context.dialect.name), context)
    made = direction.rewrites[name](tree, context, random.Random(seed))
    return printed(made, context) if made is not None else None


@pytest.mark.parametrize(("direction", "name", "sql", "expected"), PAIRS)
def test_a_rewrite_gives_this_query_and_the_engine_agrees(
    direction: str, name: str, sql: str, expected: str, database: Database, context: Context
) -> None:
    assert _without_casts(_rewrite(name, sql, context)) == expected
    verify(database, sql, Variant(expected, direction, name))


def _without_casts(sql: str | None) -> str | None:
    """What SQLGlot adds for PostgreSQL, whose ROUND takes decimals only."""
    return re.sub(r"ROUND\(CAST\((.+) AS DECIMAL\), 1\)", r"ROUND(\1, 1)", sql) if sql else sql


@pytest.mark.parametrize(("name", "sql"), UNTOUCHED)
def test_a_rewrite_that_does_not_fit_leaves_the_query_alone(name: str, sql: str, context: Context) -> None:
    assert [_rewrite(name, sql, context, seed) for seed in range(5)] == [None] * 5


@pytest.mark.parametrize(("direction", "name", "sql", "expected"), PAIRS)
def test_every_rewritten_query_can_be_asked_for_in_english(
    direction: str, name: str, sql: str, expected: str, words: Lexicon
) -> None:
    assert ask(parse(expected, words.dialect), words, None, random.Random(1)).text


def test_every_rewrite_has_a_pair_or_a_test_of_dates() -> None:
    shown = {name for _, name, _, _ in PAIRS}
    of_dates = {"another grain of time", "year to range", "running total"}
    assert {n for d in DIRECTIONS.values() for n in d.rewrites} == shown | of_dates


def test_dates_are_cut_as_the_engine_cuts_them(database: Database, context: Context) -> None:
    year, month = (cut("sold_on") for cut in (context.dialect.year, context.dialect.year_month))
    by_year = f"SELECT {year} AS year, SUM(quantity) FROM sale GROUP BY {year}"
    text = f"SELECT COUNT(*) FROM sale WHERE {year} = {context.dialect.year_literal(2020)}"
    as_range = "SELECT COUNT(*) FROM sale WHERE sold_on >= '2020-01-01' AND sold_on < '2021-01-01'"
    assert _rewrite("year to range", text, context) == as_range
    verify(database, text, Variant(as_range, "po", "year to range"))
    other = _rewrite("another grain of time", by_year, context, 0)
    assert other is not None
    assert " AS year" not in other
    assert _rewrite("another grain of time", by_year, context, 1) != by_year
    verify(database, by_year, Variant(other, "dvt", "another grain of time"))
    if context.dialect.dates_are_text:
        by_month = f"SELECT {month} AS month, COUNT(*) FROM sale GROUP BY {month}"
        running = _rewrite("running total", by_month, context)
        assert running == (
            f"SELECT {month} AS month, COUNT(*), SUM(COUNT(*)) OVER (ORDER BY {month}) AS running_total FROM sale "
            f"GROUP BY {month} ORDER BY {month}"
        )
        verify(database, by_month, Variant(running, "asf", "running total"))


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_same_seed_gives_the_same_variant(direction: str, context: Context) -> None:
    sql = "SELECT a.title FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id WHERE r.country = 'Norway'"
    tree = parse(sql, context.dialect.name)
    before = tree.sql()

    def made() -> list[Variant]:
        return [rewrite(tree, context, direction, random.Random(n)) for n in range(6)]

    first = made()
    assert made() == first
    assert {v.direction for v in first} == {direction}
    assert tree.sql() == before


def test_rewrites_that_were_tried_are_not_tried_again(context: Context) -> None:
    tree = parse("SELECT title FROM album WHERE stock > 20", context.dialect.name)
    tried: list[str] = []
    for _ in range(2):
        tried.append(rewrite(tree, context, "dvt", random.Random(1), tried).rewrite)
    assert set(tried) == {"another constant", "another range"}
    with pytest.raises(Reject, match="no rewrite of this direction fits") as rejected:
        rewrite(tree, context, "dvt", random.Random(1), tried)
    assert "another range" in rejected.value.detail


def test_text_in_double_quotes_is_text_where_sqlite_takes_it_so(shops: Catalog, words: Lexicon) -> None:
    context = Context.read(shops["lite"], words)
    made = _rewrite("list to count", 'SELECT name FROM artist WHERE country = "Chile"', context)
    assert made == "SELECT COUNT(*) FROM artist WHERE country = 'Chile'"
