"""Variants that do not do what their direction says are rejected, with the difference named."""

from __future__ import annotations

import pytest

from querywright.databases import Database, Limits
from querywright.runs.steps import Reject
from querywright.synthesis.augment import Variant, verify

WRONG = [
    # (seed, what a careless rewrite makes of it)
    (
        "SELECT name FROM artist ORDER BY born LIMIT 1",
        "SELECT name FROM artist WHERE born = (SELECT MIN(born) FROM artist)",
    ),
    (
        "SELECT r.name FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id WHERE a.stock > 54",
        "SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album WHERE stock > 54)",
    ),
    ("SELECT COUNT(artist_id) FROM concert WHERE city = 'Oslo'", "SELECT COUNT(*) FROM concert WHERE city = 'Oslo'"),
    (
        "SELECT title FROM album WHERE genre = 'Jazz' OR genre = 'Rock' AND stock > 0",
        "SELECT title FROM album WHERE genre IN ('Jazz', 'Rock') AND stock > 0",
    ),
]
BY_LUCK = [
    # The same, where both give the same rows on this database.
    ("SELECT DISTINCT name FROM artist", "SELECT name FROM artist"),
    ("SELECT full_name FROM employee ORDER BY salary DESC LIMIT 1",
     "SELECT full_name FROM employee WHERE salary = (SELECT MAX(salary) FROM employee)"),
    ("SELECT name FROM artist WHERE country = 'Chile' UNION SELECT name FROM artist WHERE country = 'Japan'",
     "SELECT name FROM artist WHERE country IN ('Chile', 'Japan')"),
    ("SELECT COUNT(DISTINCT full_name) FROM employee WHERE salary > 40000", "SELECT COUNT(*) FROM employee "
     "WHERE salary > 40000 AND department IN ('Shop', 'Office')"),
    ("SELECT COUNT(*) FROM sale WHERE quantity >= 5", "SELECT COUNT(*) FROM sale WHERE quantity = 5"),
    ("SELECT title FROM album WHERE released >= '2014-01-01' AND released < '2015-01-01'",
     "SELECT title FROM album WHERE released >= '2014-01-01' AND released <= '2014-12-30'"),
    ("SELECT title FROM album WHERE stock > 50 UNION SELECT name FROM artist WHERE country = 'Chile'",
     "SELECT title FROM album WHERE stock > 50 UNION ALL SELECT name FROM artist WHERE country = 'Chile'"),
    ("SELECT s.sold_on FROM sale AS s JOIN employee AS e ON s.employee_id = e.employee_id WHERE e.boss_id > 0 "
     "OR e.full_name = 'Person 1'", "SELECT sold_on FROM sale"),
    ("SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert WHERE city = 'Lima')",
     "SELECT name FROM artist AS r WHERE NOT EXISTS (SELECT 1 FROM concert AS c WHERE c.artist_id = r.artist_id "
     "AND c.city = 'Lima')"),
    ("SELECT genre, COUNT(*) FROM album GROUP BY genre",
     "SELECT genre, COUNT(*) FROM album WHERE genre IN ('Jazz', 'Rock') GROUP BY genre"),
    ("SELECT r.name FROM artist AS r LEFT JOIN sale AS s ON s.sale_id = r.artist_id WHERE r.country = 'Chile'",
     "SELECT r.name FROM artist AS r JOIN sale AS s ON s.sale_id = r.artist_id WHERE r.country = 'Chile'"),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "wrong"), WRONG)
def test_a_wrong_rewrite_is_told_from_its_seed(seed: str, wrong: str, database: Database) -> None:
    for direction in ("qsm", "po"):
        with pytest.raises(Reject, match="another meaning"):
            verify(database, seed, Variant(wrong, direction, "careless"))


@pytest.mark.parametrize(("seed", "wrong"), BY_LUCK)
def test_a_wrong_rewrite_that_is_right_by_luck_is_told_by_a_witness(seed: str, wrong: str, database: Database) -> None:
    with pytest.raises(Reject, match="another meaning") as rejected:
        verify(database, seed, Variant(wrong, "qsm", "careless"))
    assert rejected.value.detail.startswith("on a witness (")


SAME = [
    ("select  title from ALBUM;", "SELECT title FROM album"),
    ("SELECT title FROM album WHERE genre != 'Jazz'", "SELECT title FROM album WHERE genre <> 'Jazz'"),
    ('SELECT "title" FROM album', "SELECT title FROM album"),
]


@pytest.mark.parametrize(("seed", "variant"), SAME)
@pytest.mark.parametrize("direction", ["dvt", "qsm"])
def test_another_spelling_is_no_variant(seed: str, variant: str, direction: str, database: Database) -> None:
    with pytest.raises(Reject, match="the same query"):
        verify(database, seed, Variant(variant, direction, "spelling"))


REJECTED = [
    ("does not run", "SELECT title FROM album WHERE genre = 'Jazz'", "SELECT titel FROM album"),
    ("does not run", "SELECT title FROM album WHERE genre = 'Jazz'", "DELETE FROM album"),
    ("no rows", "SELECT title FROM album WHERE genre = 'Jazz'", "SELECT title FROM album WHERE genre = 'Polka'"),
    ("nothing but zero", "SELECT COUNT(*) FROM album", "SELECT COUNT(*) FROM album WHERE genre = 'Polka'"),
    ("a column is all NULL", "SELECT born FROM artist", "SELECT NULL, name FROM artist"),
    ("every row the same", "SELECT genre FROM album", "SELECT genre FROM album WHERE genre = 'Jazz'"),
    ("the same answer", "SELECT title FROM album", "SELECT title FROM album WHERE album_id IS NOT NULL"),
    ("the seed does not run", "SELECT titel FROM album", "SELECT title FROM album"),
]


@pytest.mark.parametrize(("reason", "seed", "variant"), REJECTED)
def test_a_variant_that_says_nothing_new_is_rejected(reason: str, seed: str, variant: str, database: Database) -> None:
    with pytest.raises(Reject, match=reason):
        verify(database, seed, Variant(variant, "ce", "some"))


def test_a_variant_with_too_many_rows_is_rejected(database: Database) -> None:
    with pytest.raises(Reject, match="too many rows"):
        verify(
            database, "SELECT title FROM album", Variant("SELECT sale_id FROM sale", "blc", "some"), Limits(rows=100)
        )


def test_two_answers_that_are_always_empty_prove_nothing(database: Database) -> None:
    seed = "SELECT name FROM artist WHERE artist_id < 0 AND artist_id > 5"
    with pytest.raises(Reject, match="equality not shown"):
        verify(database, seed, Variant(f"{seed} AND country = 'Chile'", "qsm", "some"))


def test_a_variant_may_differ_on_a_witness_only(database: Database) -> None:
    result = verify(
        database,
        "SELECT COUNT(*) FROM sale WHERE quantity > 0",
        Variant("SELECT COUNT(*) FROM sale WHERE quantity < 6", "dvt", "some"),
    )
    assert result.rows == [(240,)]
