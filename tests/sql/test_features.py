"""Feature counts of queries, and the feature table of a dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.errors import QueryRejected
from querywright.sql.features import TABLE_COLUMNS, Features, features, table
from querywright.sql.parsing import parse


def counted(sql: str, dialect: str = "sqlite") -> dict[str, Any]:
    """The features that are not zero."""
    found = features(sql, dialect)
    return {name: getattr(found, name) for name in Features.__slots__ if getattr(found, name)}


COUNTS = [
    ("select 1", {"selects": 1}),
    ("(select 1)", {"selects": 1}),
    ("values (1)", {}),
    ("select a from T", {"selects": 1, "tables": ("t",)}),
    (
        "select distinct a from t where a = 1 and (b > 2 or not c like 'x') limit 3",
        {"selects": 1, "distincts": 1, "where": 3, "limits": 1, "tables": ("t",)},
    ),
    (
        "select a from t where b between 1 and 2 and c in (1, 2)",
        {"selects": 1, "where": 2, "tables": ("t",)},
    ),
    (
        "select * from t join u on t.a = u.a left join v using (b), w",
        {"selects": 1, "joins": 3, "tables": ("t", "u", "v", "w")},
    ),
    (
        "select a, count(distinct b), sum(c) from t group by a having count(*) > 1 order by 2",
        {
            "selects": 1,
            "groups": 1,
            "having": 1,
            "orders": 1,
            "distincts": 1,
            "aggregates": 3,
            "tables": ("t",),
            "functions": ("count", "sum"),
        },
    ),
    (
        "select row_number() over (order by a), sum(b) over (), sum(c) filter (where d = 1) over () from t",
        {"selects": 1, "windows": 3, "where": 1, "tables": ("t",), "functions": ("row_number", "sum")},
    ),
    (
        "select case when a then case when b then 1 end end, lower(a) || coalesce(b, c) from t",
        {"selects": 1, "cases": 2, "tables": ("t",), "functions": ("coalesce", "lower")},
    ),
    (
        "select a from t union select a from u except select a from v order by a",
        {"selects": 3, "set_operations": 2, "orders": 1, "tables": ("t", "u", "v")},
    ),
    (
        "select a from t where b in (select b from u where exists (select 1 from v)) and c = (select 2)",
        {"selects": 4, "nested": 3, "where": 3, "depth": 2, "tables": ("t", "u", "v")},
    ),
    (
        "select a from (select a from t) s, (select 1 union select 2) r",
        {"selects": 4, "set_operations": 1, "nested": 2, "depth": 1, "joins": 1, "tables": ("t",)},
    ),
    (
        "with q as (select a from t), r as (select a from q) select a from r",
        {"selects": 3, "ctes": 2, "depth": 1, "tables": ("t",)},
    ),
    (
        "with recursive r(n) as (select 1 union all select n + 1 from r), q as (select 1) select n from r, q",
        {"selects": 4, "ctes": 2, "recursive_ctes": 1, "set_operations": 1, "depth": 1, "joins": 1},
    ),
    ("select a from t where b = (select max(b) from (select b from u))", {
        "selects": 3, "where": 1, "nested": 2, "depth": 2, "aggregates": 1, "tables": ("t", "u"), "functions": ("max",),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), COUNTS)
def test_the_features_of(sql: str, expected: dict[str, Any]) -> None:
    assert counted(sql) == expected
    assert features(parse(sql, "sqlite")) == features(sql)


@pytest.mark.parametrize(
    ("dialect", "sql", "is_date"),
    [
        ("sqlite", "select strftime('%Y', a) from t", True),
        ("sqlite", "select date(a, '+1 day'), julianday(b) from t", True),
        ("sqlite", "select unixepoch(a) from t", True),
        ("sqlite", "select length(a) from t", False),
        ("duckdb", "select date_trunc('month', a) from t", True),
        ("duckdb", "select date_diff('day', a, b) from t", True),
        ("duckdb", "select year(a) from t", True),
        ("duckdb", "select a + 1 from t", False),
        ("postgres", "select extract(year from a) from t", True),
        ("postgres", "select to_char(a, 'YYYY') from t", True),
        ("mysql", "select date_format(a, '%Y') from t", True),
        ("mysql", "select datediff(a, b) from t", True),
    ],
)
def test_date_functions_are_known_in_every_dialect(dialect: str, sql: str, is_date: bool) -> None:
    assert features(sql, dialect).has_date_function is is_date


def test_a_text_that_is_no_query_is_refused() -> None:
    with pytest.raises(QueryRejected):
        features("selec a")


def test_the_table_of_nothing_is_all_zero() -> None:
    assert set(table([]).values()) == {0.0}


def test_the_table_gives_shares_in_percent_and_means() -> None:
    found = table(
        features(sql)
        for sql in (
            "select a from t join u using (x) where b = 1 and c = 2 group by a",
            "select a from t where b = 1 union select 2",
            "select sum(a) over () from t",
        )
    )
    assert {name: found[name] for name in ("size", *TABLE_COLUMNS)} == {
        "size": 3, "window": 33.33, "set_op": 33.33, "subquery": 33.33, "group_by": 33.33, "case": 0.0, "where": 1.0,
        "join": 0.33,
    }  # fmt: skip


@given(st.lists(st.sampled_from([sql for sql, _ in COUNTS]), min_size=1, max_size=8), st.randoms())
def test_the_order_of_a_dataset_is_nothing_to_its_table(sqls: list[str], random: Any) -> None:
    shuffled = random.sample(sqls, len(sqls))
    assert table(map(features, sqls)) == table(map(features, shuffled))


PUBLISHED = {"size": 8659, "window": 0.00, "set_op": 6.07, "subquery": 15.59, "group_by": 22.60, "case": 0.00,
             "where": 0.86, "join": 0.71}  # fmt: skip


@pytest.mark.shared
def test_the_published_row_of_spider_comes_out(spider: Callable[[str], list[dict[str, Any]]]) -> None:
    rows = spider("train.jsonl") + spider("train_missing_db.jsonl")
    found = table(features(row["SQL"]) for row in rows)
    for column, value in PUBLISHED.items():
        print(f"{column}: published {value}, ours {found[column]}")
    assert {name: found[name] for name in PUBLISHED if name != "group_by"} == {
        name: value for name, value in PUBLISHED.items() if name != "group_by"
    }
    assert abs(found["group_by"] - PUBLISHED["group_by"]) < 0.06
