"""Which databases are chosen from a warehouse: the figures, and the laws the choice keeps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.databases import Catalog
from querywright.errors import DatabaseUnavailable, SettingsError
from querywright.synthesis.auxiliary import Figures, auxiliary, choose, measure, survey

SPIDER = Path(__file__).parents[2].parent / "shared/data/spider/database"

WAREHOUSES = st.lists(
    st.builds(
        Figures,
        db_id=st.text("abc", min_size=1, max_size=4),
        tables=st.integers(1, 6),
        columns=st.integers(1, 20),
        foreign_keys=st.integers(0, 8),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda figures: figures.db_id,
)


@given(WAREHOUSES, st.integers(1, 30))
def test_as_many_are_chosen_as_the_budget_and_the_warehouse_allow(warehouse: list[Figures], budget: int) -> None:
    found = choose(warehouse, budget)
    assert sorted(c.db_id for c in found) == sorted(f.db_id for f in warehouse)
    assert sum(c.chosen for c in found) == min(budget, len(warehouse))
    assert all(c.why and c.chosen == (c.point is not None) for c in found)


@given(WAREHOUSES)
def test_scores_and_ranks_are_shares_and_the_candidates_come_simplest_first(warehouse: list[Figures]) -> None:
    found = choose(warehouse, 1)
    for c in found:
        assert all(0 < share <= 1 for share in (c.score, c.tables_rank, c.columns_rank, c.density_rank))
        assert c.score == pytest.approx((c.tables_rank + c.columns_rank + c.density_rank) / 3)
    assert [c.place for c in found] == list(range(1, len(found) + 1))
    assert [(c.score, c.db_id) for c in found] == sorted((c.score, c.db_id) for c in found)


@given(WAREHOUSES, st.integers(1, 30), st.randoms(use_true_random=False))
def test_the_order_of_the_warehouse_changes_nothing(warehouse: list[Figures], budget: int, random: object) -> None:
    shuffled = list(warehouse)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose(shuffled, budget) == choose(warehouse, budget)


@given(WAREHOUSES, st.integers(2, 30))
def test_the_simplest_and_the_most_complex_are_among_two_or_more(warehouse: list[Figures], budget: int) -> None:
    found = choose(warehouse, budget)
    assert found[0].chosen
    assert found[-1].chosen
    gaps = [c.place for c in found if c.chosen]
    assert max((b - a for a, b in pairwise(gaps)), default=0) <= -(-len(found) // (budget - 1))


@given(WAREHOUSES)
def test_a_schema_with_more_of_everything_ranks_no_lower(warehouse: list[Figures]) -> None:
    place = {c.db_id: c.score for c in choose(warehouse, 1)}
    for one in warehouse:
        for other in warehouse:
            if one.tables <= other.tables and one.columns <= other.columns and one.density <= other.density:
                assert place[one.db_id] <= place[other.db_id]


@pytest.mark.parametrize(
    ("budget", "chosen"),
    [
        (1, ["c"]),
        (2, ["a", "e"]),
        (3, ["a", "c", "e"]),
        (4, ["a", "b", "d", "e"]),
        (5, list("abcde")),
        (9, list("abcde")),
    ],
)
def test_the_points_lie_evenly_over_the_sorted_scores(budget: int, chosen: list[str]) -> None:
    warehouse = [Figures(name, n, 3 * n, 0) for n, name in enumerate("abcde", start=1)]
    assert [c.db_id for c in choose(warehouse, budget) if c.chosen] == chosen


def test_one_of_an_even_number_is_the_lower_of_the_middle_and_ties_go_by_name() -> None:
    alike = [Figures(name, 2, 5, 1) for name in ("d", "b", "a", "c")]
    assert [c.db_id for c in choose(alike, 1)] == ["a", "b", "c", "d"]
    assert [c.db_id for c in choose(alike, 1) if c.chosen] == ["b"]
    assert {c.score for c in choose(alike, 1)} == {1.0}


def test_a_rank_is_the_share_that_has_as_much_or_less() -> None:
    found = {c.db_id: c for c in choose([Figures("a", 1, 4, 0), Figures("b", 2, 4, 2), Figures("c", 4, 9, 1)], 1)}
    assert (found["a"].tables_rank, found["b"].tables_rank, found["c"].tables_rank) == (1 / 3, 2 / 3, 1)
    assert (found["a"].columns_rank, found["b"].columns_rank) == (2 / 3, 2 / 3)
    assert (found["b"].density_rank, found["c"].density_rank) == (1, 2 / 3)
    assert found["b"].density == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("budget", [0, -3])
def test_a_budget_below_one_is_refused(budget: int) -> None:
    with pytest.raises(SettingsError, match="at least 1"):
        choose([Figures("a", 1, 1, 0)], budget)


# -- on databases -----------------------------------------------------------------------------------------------------
def write(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


SHOP = """
    CREATE TABLE store (id INTEGER PRIMARY KEY, city TEXT);
    CREATE TABLE sale (id INTEGER PRIMARY KEY, store INTEGER REFERENCES store (id), a INTEGER, b INTEGER);
    CREATE TABLE part (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
    CREATE TABLE use (a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES part (a, b));
    CREATE VIEW cities AS SELECT city FROM store;
"""


def test_tables_columns_and_keys_are_counted_and_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    write(tmp_path / "shop.sqlite", SHOP)
    write(tmp_path / "view.sqlite", "CREATE VIEW one AS SELECT 1 AS x")
    (tmp_path / "letter.db").write_bytes(b"Dear database, " * 100)
    with Catalog.open(tmp_path) as catalog:
        assert measure(catalog["shop"].schema) == Figures("shop", tables=4, columns=10, foreign_keys=2)
        figures, left_out = survey(catalog)
        assert [c.db_id for c in auxiliary(catalog, 1)] == ["shop"] == [f.db_id for f in figures]
    assert left_out["view"] == "it has no tables"
    assert left_out[str(tmp_path / "letter.db")].startswith("neither an SQLite nor a DuckDB file")


def test_a_warehouse_without_a_table_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "bare.sqlite", "")
    with Catalog.open(tmp_path) as catalog, pytest.raises(DatabaseUnavailable, match="bare: it has no tables"):
        auxiliary(catalog, 1)


@pytest.mark.shared
def test_eight_of_spiders_databases_span_the_whole_range() -> None:
    if not SPIDER.is_dir():
        pytest.skip("the shared Spider data is not here")
    with Catalog.open(SPIDER) as catalog:
        found = auxiliary(catalog, 8)
    assert len(found) == 163
    chosen = [c for c in found if c.chosen]
    assert len(chosen) == 8
    assert chosen[0].score < 0.1
    assert chosen[-1].score > 0.95
