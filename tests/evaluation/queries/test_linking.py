"""Recall and precision of the tables and columns chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.evaluation.queries.linking import Linking, linked, linking
from querywright.sql.references import References, references

SCHEMA = {"Singer": ["id", "Name", "age", "band_id"], "Band": ["id", "title"]}

PAIRS = [
    ("select name from singer", "SELECT NAME FROM SINGER", Linking(1, 1, 1, 1, 1, 1)),
    ("select name from singer", "select name, age from singer", Linking(1, 1, 1, 1, 2, 1)),
    ("select name, age from singer", "select age from singer", Linking(1, 1, 1, 2, 1, 1)),
    ("select name from singer", "select title from band", Linking(1, 1, 0, 1, 1, 0)),
    ("select name from singer", "select title from singer s, band b where s.band_id = b.id", Linking(1, 2, 1, 1, 3, 0)),
    ("select * from singer", "select name from singer", Linking(1, 1, 1, 0, 1, 0)),
    ("select count(*) from singer", "select count(*) from singer", Linking(1, 1, 1, 0, 0, 0)),
    ("select 1", "select name from singer", Linking(0, 1, 0, 0, 1, 0)),
    ("with s as (select name from singer) select name from s", "select name from singer", Linking(1, 1, 1, 1, 1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "predicted", "expected"), PAIRS)
def test_a_prediction_is_measured_by_what_it_names(gold: str, predicted: str, expected: Linking) -> None:
    assert linking(references(gold, "sqlite", SCHEMA), references(predicted, "sqlite", SCHEMA)) == expected


def test_shares_are_counts_by_what_was_wanted_and_by_what_was_named() -> None:
    found = Linking(2, 4, 1, 5, 2, 2)
    assert (found.tables_recall, found.tables_precision) == (0.5, 0.25)
    assert (found.columns_recall, found.columns_precision) == (0.4, 1.0)


def test_a_share_of_nothing_is_none() -> None:
    found = Linking(0, 0, 0, 0, 0, 0)
    assert found.tables_recall is found.tables_precision is found.columns_recall is found.columns_precision is None


def test_a_stage_is_complete_only_with_every_table_and_column_wanted() -> None:
    gold = references("select name from singer where age > 3", "sqlite", SCHEMA)
    wanted = [("singer", "name"), ("singer", "age")]
    assert linked(gold, ["SINGER", "band"], [*wanted, ("band", "id")]).is_complete
    assert not linked(gold, ["singer"], wanted[:1]).is_complete
    assert not linked(gold, ["band"], wanted).is_complete


def test_a_name_chosen_twice_in_two_cases_counts_once() -> None:
    gold = references("select name from singer", "sqlite", SCHEMA)
    twice = [("singer", "name"), ("Singer", "Name")]
    assert linked(gold, ["singer", "Singer"], twice) == Linking(1, 1, 1, 1, 1, 1)


def test_a_column_whose_table_is_not_told_is_found_by_its_name() -> None:
    gold = references("select title from singer join band on band_id = band.id")
    assert linked(gold, ["singer", "band"], [("band", "title"), ("band", "id"), ("x", "band_id")]).is_complete
    assert linked(gold, ["singer", "band"], [("band", "id")]).columns_found == 1


names = st.sampled_from(["a", "b", "C", "c", ""])
columns = st.lists(st.tuples(names, st.sampled_from(["x", "y", "X"])))


@given(st.lists(names), columns, st.lists(names), columns)
def test_no_more_is_found_than_was_wanted_or_named(
    gold_tables: list[str], gold_columns: list[tuple[str, str]], tables: list[str], chosen: list[tuple[str, str]]
) -> None:
    found = linked(References(tuple(gold_tables), tuple(gold_columns), ()), tables, chosen)
    assert 0 <= found.tables_found <= min(found.tables_wanted, found.tables_named)
    assert 0 <= found.columns_found <= min(found.columns_wanted, found.columns_named)


@given(st.lists(names), columns)
def test_what_the_gold_query_names_is_complete_and_precise(tables: list[str], chosen: list[tuple[str, str]]) -> None:
    found = linked(References(tuple(tables), tuple(chosen), ()), tables, chosen)
    assert found.is_complete
    assert found.tables_precision in (1.0, None)
    assert found.columns_precision in (1.0, None)
