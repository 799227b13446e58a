"""Examples become masked pairs; each one that does not is counted under its reason."""

from __future__ import annotations

from pathlib import Path

from querywright.databases import Catalog
from querywright.datasets import Example
from querywright.training.retriever.pairs import Pair, gathered

COUNTED = Example("cars", "How many cars does Fiat have?", "SELECT COUNT(*) FROM car WHERE maker = 'Fiat'")


def test_names_and_values_are_masked_on_both_sides(databases: Path) -> None:
    with Catalog.open(databases) as catalog:
        (masked,) = gathered([COUNTED], catalog).masked
    assert masked.known == masked.asked == "How many <mask> does <unk> have ?"
    assert masked.sql == "SELECT COUNT(*) FROM <mask> WHERE <mask> = <unk>"
    assert masked.db_id == "cars"


def test_a_value_is_masked_where_the_sql_says_so_and_left_where_nobody_would_know(databases: Path) -> None:
    small = Example("cars", "How many cars does fiat have?", COUNTED.SQL.replace("Fiat", "fiat"))
    with Catalog.open(databases) as catalog:
        found = gathered([small], catalog)
    assert [pair.question for pair in found.pairs()] == [
        "How many <mask> does <unk> have ?",
        "How many <mask> does fiat have ?",
    ]


def test_equal_pairs_are_merged(databases: Path) -> None:
    other = Example("zoo", "How many animals does Ann have?", "SELECT COUNT(*) FROM animal WHERE keeper = 'Ann'")
    with Catalog.open(databases) as catalog:
        found = gathered([COUNTED, COUNTED, other], catalog)
    assert len(found.masked) == 3
    assert found.pairs() == (
        Pair("How many <mask> does <unk> have ?", "SELECT COUNT(*) FROM <mask> WHERE <mask> = <unk>"),
    )


def test_what_cannot_be_masked_is_counted_by_its_reason(databases: Path) -> None:
    with Catalog.open(databases) as catalog:
        found = gathered(
            [
                COUNTED,
                Example("cars", " ", "SELECT 1"),
                Example("cars", "What?", ""),
                Example("cars", "What?", "SELECT ("),
            ],
            catalog,
        )
    assert len(found.masked) == 1
    assert found.left_out == {"no question": 1, "no SQL": 1, "its SQL cannot be read": 1}


def test_without_the_database_the_names_in_the_sql_are_masked() -> None:
    (masked,) = gathered([COUNTED]).masked
    assert masked.known == "How many <mask> does <unk> have ?"
