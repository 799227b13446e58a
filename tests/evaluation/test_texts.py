from __future__ import annotations

from itertools import product

import pytest

from querywright.evaluation.queries.exact_match import exact_match
from querywright.evaluation.queries.failures import failures
from querywright.evaluation.queries.reading import read
from querywright.evaluation.scoring.texts import Texts
from querywright.sql.parsing import parse

QUERIES = [
    "SELECT name FROM singer",
    "SELECT name FROM singer WHERE age > 30",
    "SELECT name FROM singer WHERE age > 41",
    "SELECT name FROM singer WHERE age > 30.0 AND name = 'Ada'",
    "SELECT name FROM singer WHERE age > 0 AND name = ''",
    "SELECT name FROM singer WHERE name = '30' OR name LIKE 'A%'",
    "SELECT name FROM singer WHERE name = 'O''Neil'",
    "SELECT name FROM singer ORDER BY age LIMIT 3",
    "SELECT name FROM singer ORDER BY age LIMIT 5",
    "SELECT COUNT(*), 7 FROM singer GROUP BY band_id HAVING COUNT(*) > 2",
    "SELECT COUNT(*), 8 FROM singer GROUP BY band_id HAVING COUNT(*) > 2",
    "SELECT s.name FROM singer s JOIN band b ON s.band_id = b.id WHERE b.title = 'Red'",
    "SELECT name FROM singer WHERE band_id IN (SELECT id FROM band WHERE title = 'Blue' AND id < 9)",
    "SELECT name FROM singer -- a comment\nWHERE age = 1",
]


@pytest.fixture
def texts(catalog):
    return Texts("sqlite", catalog["bands"].schema)


def test_a_reading_taken_from_the_shape_tells_what_the_whole_text_tells(texts):
    whole = {sql: read(parse(sql, "sqlite"), "sqlite", texts.known) for sql in QUERIES}
    for gold, said in product(QUERIES, QUERIES):
        told = failures(texts.reading(gold), texts.reading(said), "sqlite", texts.known)
        assert told == failures(whole[gold], whole[said], "sqlite", texts.known), (gold, said)
        matched = exact_match(texts.clauses(gold), texts.clauses(said), "sqlite", texts.known)
        assert matched == exact_match(whole[gold], whole[said], "sqlite", texts.known), (gold, said)


def test_queries_that_differ_in_compared_values_are_read_once(texts):
    assert texts.clauses(QUERIES[1]) is texts.clauses(QUERIES[2])
    assert texts.names(QUERIES[1]) is texts.names(QUERIES[2])
    assert texts.nature(QUERIES[1]) is texts.nature(QUERIES[2])


def test_what_is_no_query_has_neither_names_nor_clauses(texts):
    for sql in ("", "no SQL at all, is it", "SELECT 'unpaired"):
        assert texts.clauses(sql) is texts.reading(sql) is texts.names(sql) is None
        assert texts.nature(sql).hardness == ""
        assert not texts.ordered(sql)
