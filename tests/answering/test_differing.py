from __future__ import annotations

import pytest
from answering_table import database, desk, known

from querywright.answering.answer import answer_of
from querywright.answering.differing import difference
from querywright.answering.known import Candidate
from querywright.answering.stages.selection import Settings, select
from querywright.databases import Limits

TOLD = [
    (
        "SELECT name FROM singer WHERE age > 25",
        "SELECT name FROM singer WHERE age >= 25",
        ["it has 3 rows instead of 2", "it asks for age >= 25 instead of age > 25"],
    ),
    ("SELECT name FROM singer", "SELECT name, age FROM singer", ["it has 2 columns instead of 1", "it gives age"]),
    ("SELECT city FROM singer", "SELECT DISTINCT city FROM singer", ["2 rows instead of 3", "lists equal rows once"]),
    (
        "SELECT DISTINCT city FROM singer",
        "SELECT T1.city FROM singer AS T1",
        ["it lists equal rows as often as they come"],
    ),
    (
        "SELECT name FROM singer ORDER BY age LIMIT 1",
        "SELECT name FROM singer ORDER BY age DESC, name LIMIT 1",
        ["it has (Ada) instead of (Bo)", "it sorts by age DESC, name instead of age"],
    ),
    (
        "SELECT COUNT(*) FROM song",
        "SELECT COUNT(*) FROM song JOIN singer AS s ON s.id = song.singer_id WHERE s.city = 'Rome'",
        ["it has (2) instead of (3)", "it reads singer", "it asks for city = 'Rome'"],
    ),
    (
        "SELECT name FROM singer ORDER BY name",
        "SELECT name FROM singer ORDER BY name DESC",
        ["its rows come in another order", "it sorts by name DESC instead of name"],
    ),
    (
        "SELECT title FROM song WHERE plays > 1 ORDER BY plays LIMIT 2",
        "SELECT title FROM song",
        ["it does not ask for plays > 1", "it does not sort by plays", "it does not stop after 2"],
    ),
    ("SELECT name FROM singer WHERE city = 'Rome'", "SELECT name FROM singer WHERE city = 'rome'", ["= 'rome' inst"]),
    ("SELECT 'A' UNION SELECT 'B'", "VALUES ('A')", ["it has 1 row instead of 2"]),
]


@pytest.fixture
def things(tmp_path):
    with database(tmp_path) as opened:
        yield opened


def ran(things, sql: str, rows: int = 1000) -> Candidate:
    return Candidate(sql, "scripted", 0, outcome=things.execute(sql, Limits(rows=rows)))


@pytest.mark.parametrize(("answer", "other", "told"), TOLD)
def test_what_tells_two_answers_apart_is_said_in_words(things, answer, other, told) -> None:
    said = difference(ran(things, answer), ran(things, other), "sqlite")
    for words in told:
        assert words in said


def test_what_is_only_spelled_otherwise_is_no_difference(things) -> None:
    first = ran(things, "SELECT name, age FROM singer WHERE age > 3 AND city = 'Rome'")
    second = ran(things, "SELECT S.\"Name\" AS n, s.AGE FROM Singer S WHERE (s.city = 'Rome' AND S.age > 3)")
    assert difference(first, second, "sqlite") == ""


def test_of_rows_that_were_not_read_nothing_is_said(things) -> None:
    said = difference(ran(things, "SELECT name FROM singer", 2), ran(things, "SELECT city FROM singer"), "sqlite")
    assert "not all rows were read" in said
    assert "instead of 2" not in said


def test_an_answer_in_doubt_comes_with_the_others_and_their_difference(tmp_path, things) -> None:
    texts = [answer for answer, _, _ in TOLD[:1]] + [other for _, other, _ in TOLD[:1]]
    with desk(things, {}) as (at, server):
        for queries, others in ((texts, 1), ([texts[0], *texts], 0)):
            answer = answer_of(select(known(at, queries), at, Settings()), (), at, 0.0)
            assert len(answer.others) == others
            if others:
                assert "it asks for age >= 25 instead of age > 25" in answer.others[0].difference
                assert answer.to_dict()["others"][0]["difference"] == answer.others[0].difference
        assert server.tally.calls == 0
