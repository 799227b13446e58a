"""Skeletons: what of a query remains when names and values are masked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.errors import QueryRejected
from querywright.sql.parsing import parse
from querywright.sql.skeleton import mask, shape_key, skeleton

SKELETONS = [
    ("select 1", "SELECT ?"),
    ("select a.b as c from d.e as a where f = 'x' limit 3", "SELECT _ FROM _ WHERE _ = ? LIMIT ?"),
    ("select * from t where a in (1, 2, -3) and b is null", "SELECT * FROM _ WHERE _ IN (?) AND _ IS NULL"),
    ("select t.*, count(*) from t group by 1", "SELECT _.*, COUNT(*) FROM _ GROUP BY ?"),
    (
        "with q as (select a as z from u) select z from q join t using (z)",
        "WITH _ AS (SELECT _ FROM _) SELECT _ FROM _ JOIN _ USING (_)",
    ),
    (
        "select sum(a) over (partition by b order by c desc) from (select * from t) s",
        "SELECT SUM(_) OVER (PARTITION BY _ ORDER BY _ DESC) FROM (SELECT * FROM _) AS _",
    ),
    (
        "select case when a > 1 then 'big' else -2.5 end x from t where b between 1 and 2",
        "SELECT CASE WHEN _ > ? THEN ? ELSE ? END FROM _ WHERE _ BETWEEN ? AND ?",
    ),
    ("select strftime('%Y', d) from t where a = b", "SELECT STRFTIME('%Y', _) FROM _ WHERE _ = _"),
    ("select cast(a as text) from t where b not like 'x%'", "SELECT CAST(_ AS TEXT) FROM _ WHERE _ NOT LIKE ?"),
    ("select a -> '$.b' from t where c = true", "SELECT _ -> ? FROM _ WHERE _ = ?"),
    ("select a from t where exists (select 1 from u where u.a = t.a)",
     "SELECT _ FROM _ WHERE EXISTS(SELECT ? FROM _ WHERE _ = _)"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), SKELETONS)
def test_the_skeleton_of(sql: str, expected: str) -> None:
    assert skeleton(sql) == expected


def test_dates_keep_what_they_are_cut_to() -> None:
    month = skeleton("select date_trunc('month', d) from t", "duckdb")
    assert month == skeleton("select date_trunc('month', e) from u", "duckdb")
    assert month != skeleton("select date_trunc('year', d) from t", "duckdb")
    assert skeleton("select strftime('%Y', d) from t") != skeleton("select strftime('%m', d) from t")


NAMES = st.from_regex(r"[a-z]{1,8}_x", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES, NAMES, st.text(alphabet="abc ?_", max_size=6), st.integers(0, 10**6))
def test_names_and_values_leave_no_trace(table: str, one: str, two: str, text: str, number: int) -> None:
    sql = (
        f"select {table}.{one} x from {table} where {two} = '{text}' or {one} > {number} order by {two} limit {number}"
    )
    assert skeleton(sql) == "SELECT _ FROM _ WHERE _ = ? OR _ > ? ORDER BY _ LIMIT ?"


def test_a_mask_uses_the_words_it_is_given() -> None:
    sql = "select s.name from singer s where s.age > 30"
    assert mask(sql) == "SELECT <column> FROM <table> WHERE <column> > <value>"
    assert mask(sql, tables="T", columns="C", values="V") == "SELECT C FROM T WHERE C > V"


def test_the_tree_is_not_changed() -> None:
    tree = parse("select a x from t s where b in (1, 2)", "sqlite")
    before = tree.copy()
    skeleton(tree)
    shape_key(tree)
    assert tree == before


SCHEMA = {"t": ["a", "b"], "u": ["c", "a"]}

SAME = [
    ("select a from t where b = 1", "SELECT T.A FROM t AS T WHERE T.b = 'x' -- other value"),
    ("select a from t where b in (1, 2)", "select x.a z from t x where b in (3, 4, 5)"),
]
DIFFERENT = [
    ("select a from t where b = 1", "select b from t where b = 1"),
    ("select a from t", "select a from u"),
    ("select count(*) from t", "select count(*) from u"),
    ("select a from t where b = 1", "select a from t where b > 1"),
    ("select a from t order by a", "select a from t order by a desc"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_queries_that_differ_in_names_given_and_values_share_a_key(one: str, other: str) -> None:
    assert shape_key(one, schema=SCHEMA) == shape_key(other, schema=SCHEMA)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_queries_over_other_columns_or_of_another_shape_do_not(one: str, other: str) -> None:
    assert shape_key(one, schema=SCHEMA) != shape_key(other, schema=SCHEMA)


def test_a_key_names_skeleton_and_columns() -> None:
    assert shape_key("select A from T where c = 1", schema={"T": ["A"]}) == "SELECT _ FROM _ WHERE _ = ? | t, t.a"


def test_a_text_that_is_no_query_is_refused() -> None:
    with pytest.raises(QueryRejected):
        skeleton("update t set a = 1")
