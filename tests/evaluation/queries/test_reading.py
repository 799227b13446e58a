"""What the metrics see of a query: whose its columns are, and that no tree is too odd."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.errors import QueryRejected
from querywright.evaluation.queries.exact_match import exact_match
from querywright.evaluation.queries.failures import failures
from querywright.evaluation.queries.naming import Known
from querywright.evaluation.queries.reading import read
from querywright.sql.parsing import parse

KNOWN = Known({"T": ["a", "b", "id"], "U": ["b", "c", "t_id"], "s.v": ["d"]})

COLUMNS = [
    ("select a from t", {("t", "a")}),
    ("select c from t, u", {("u", "c")}),
    ("select b from t join u on t.id = u.t_id", {("t", "b")}),
    ("select a from t where exists (select 1 from u where c > a)", {("t", "a"), ("u", "c")}),
    ("select a from t where exists (select 1 from u where u.b = t.b and c > 1)", {("t", "a"), ("u", "c")}),
    ("with q as (select a as x from t) select x from q", {("t", "a")}),
    ("with q(x) as (select a from t) select x from q join u on x = c", {("t", "a")}),
    ("with q as (select * from t) select a from q", {("t", "a")}),
    ("select z.a from (select t.* from t join u on id = t_id) z", {("t", "a")}),
    ("select a x from t order by x", {("t", "a")}),
    ('select a from t where b = "a text"', {("t", "a"), ("t", "b")}),
    ("with recursive n(x) as (select a from t union all select x + 1 from n) select x from n", {("t", "a")}),
    ("select nowhere from t", {("", "nowhere")}),
    ("select q.a from t", {("q", "a")}),
    ("select d from s.v", {("s.v", "d")}),
    ("select a from main.T", {("t", "a")}),
]


@pytest.mark.parametrize(("sql", "columns"), COLUMNS)
def test_a_column_is_told_by_the_table_it_belongs_to(sql: str, columns: set[tuple[str, str]]) -> None:
    found = read(parse(sql, "sqlite"), "sqlite", KNOWN)
    assert found is not None
    assert set(found.columns) == columns


@pytest.mark.parametrize(
    ("sql", "unknown"),
    [
        ("select a, b, id from t", []),
        ("select nowhere from t", ["nowhere"]),
        ("select t.nowhere from t", ["nowhere"]),
        ("select x from (select a as x from t)", []),
        ('select a from t where b = "nowhere"', []),
    ],
)
def test_a_column_that_no_table_has_is_noted(sql: str, unknown: list[str]) -> None:
    found = read(parse(sql, "sqlite"), "sqlite", KNOWN)
    assert found is not None
    assert found.unknown == unknown


ODD = [
    ("sqlite", "values (1, 2), (3, 4)"),
    ("sqlite", "select * from (values (1, 2)) v"),
    ("sqlite", "select column1 from (values (1)) union select 2 order by 1 limit 1 offset 1"),
    ("sqlite", "(select a from t limit 1) union all select b from u"),
    ("sqlite", "select 1"),
    ("sqlite", "select a, (select max(c) from u where u.t_id = t.id) from t order by (select 1)"),
    ("sqlite", "select * from json_each('[1]') j, t where j.value = t.a"),
    ("sqlite", "select unheard_of(a, b, 'x') filter (where a > 1) over (partition by b) from t"),
    ("sqlite", "select a from t join u using (b) join u as u2 using (b)"),
    ("sqlite", "select a from t natural join u"),
    ("sqlite", "select a from t where (a, b) in (select b, c from u) and not (a > 1 or b is not 3)"),
    ("sqlite", "select a from t group by 9 order by 0"),
    ("sqlite", "select t.a from t join (u join t x on x.id = u.t_id) on t.id = x.id"),
    ("sqlite", "select a from t, t, t where t.a = t.b"),
    ("sqlite", "select max(a, b), min(a), -a, +a, ~a, a || b || 'x', a ->> '$.x' from t"),
    ("duckdb", "select * exclude (a) from t"),
    ("duckdb", "from t select a"),
    ("duckdb", "from t"),
    ("duckdb", "select columns('a.*') from t"),
    ("duckdb", "select list_transform([1, 2], x -> x + 1), {'k': a}.k, a[1:2], struct_pack(z := b) from t"),
    ("duckdb", "select a from t qualify row_number() over (partition by b order by a) = 1"),
    ("duckdb", "select a from t asof join u on t.id >= u.t_id semi join u u2 on u2.b = t.b"),
    ("duckdb", "select unnest([1, 2]), a from t limit 10%"),
    ("duckdb", "pivot t on a using sum(b)"),
    ("postgres", "select distinct on (a) a, b from t order by a, b fetch first 2 rows only"),
    ("postgres", "select a from t cross join lateral (select c from u where u.t_id = t.id) l"),
    ("postgres", "select x from generate_series(1, 3) as g(x)"),
    ("postgres", "select a from t where b = any(array[1, 2]) and b <> all (select c from u)"),
    ("postgres", "select a, b, count(*) from t group by grouping sets ((a), (a, b)), rollup (b), cube (a)"),
    ("postgres", "select a::text, extract(year from b), interval '1 day', date '2020-01-01' from t"),
    ("postgres", "select b at time zone 'utc' from t"),
    ("postgres", "select percentile_cont(0.5) within group (order by a), string_agg(b, ',' order by a desc) from t"),
    ("postgres", "select a from t tablesample bernoulli (10) where a similar to 'x' and b ilike 'y' escape '!'"),
    ("mysql", "select sql_calc_found_rows straight_join a from t where a rlike 'x' and b <=> null limit 2, 3"),
    ("mysql", "select group_concat(distinct a order by b separator ';'), if(a, b, 1) from t"),
    ("mysql", "select date_add(b, interval 1 day) from t"),
    ("sqlite", "delete from t"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql"), ODD)
def test_an_odd_query_is_read_and_matches_itself(dialect: str, sql: str) -> None:
    tree, again = parse(sql, dialect), parse(sql, dialect)
    before = tree.sql(dialect)
    for known in (KNOWN, None):
        assert exact_match(tree, again, dialect, known).all is True
        assert failures(tree, again, dialect, known) == ("other",)
    assert tree.sql(dialect) == before


BIG = [
    "select a from t where " + " and ".join(f"a > {i}" for i in range(3000)),
    "select a from t where a in (" + ", ".join(map(str, range(5000))) + ")",
    "select " + " || ".join(["a"] * 2000) + " from t",
    " union ".join(["select a from t"] * 900),
    "select " + "abs(" * 90 + "a" + ")" * 90 + " from t",
    "select a from t where a in " + "(select a from t where a in " * 40 + "(1)" + ")" * 40,
    "with q0 as (select a from t)" + "".join(f", q{i + 1} as (select a from q{i})" for i in range(300)) + " select 1",
]  # fmt: skip


@pytest.mark.parametrize("sql", BIG, ids=range(len(BIG)))
def test_a_big_query_is_read(sql: str) -> None:
    assert exact_match(parse(sql, "sqlite"), parse(sql, "sqlite"), "sqlite", KNOWN).all is True


def test_a_query_too_deep_to_read_is_told_so_and_fails_nothing() -> None:
    deep = parse("select " + " + b - ".join(["a"] * 2000) + " from t", "sqlite")
    plain = parse("select a from t", "sqlite")
    assert read(deep, "sqlite", KNOWN) is None
    found = exact_match(plain, deep, "sqlite", KNOWN)
    assert (found.all, found.is_told) == (None, False)
    assert failures(plain, deep, "sqlite", KNOWN) == ("other",)


WORDS = [
    *("select", "from", "where", "a", "b", "c", "t", "u", "as", "q", "(", ")", ",", "*", "=", ">", "+", "'x'", "1"),
    *("and", "or", "not", "in", "exists", "null", "is", "between", "distinct", "group", "by", "having", "order"),
    *("limit", "join", "left", "on", "using", "with", "union", "all", "case", "when", "then", "else", "end", "max"),
    *("count", "over", "partition", "values"),
]


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_whatever_can_be_parsed_is_read(words: list[str]) -> None:
    try:
        tree = parse("select a from t " + " ".join(words), "sqlite")
    except QueryRejected:
        return
    assert exact_match(tree, tree, "sqlite", KNOWN).all is True
    assert failures(tree, tree, "sqlite", KNOWN) == ("other",)
