from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import querywright as qw
from querywright.answering.known import DescriptionHint, ValueHint
from querywright.answering.prompting import tokens_of
from querywright.answering.showing import schema_part
from querywright.answering.stages.narrowing import Settings, narrow

FILL = ", ".join(f"measure_{number} REAL" for number in range(15))


@pytest.fixture
def wide(tmp_path: Path):
    """Two hundred tables of twenty columns; `stay` joins `guest` to `hotel`, the others nothing."""
    path = tmp_path / "wide.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        logs = (f"CREATE TABLE log_{number} (id INTEGER PRIMARY KEY, note TEXT, {FILL});" for number in range(197))
        connection.executescript(f"""
            BEGIN;
            {"".join(logs)}
            CREATE TABLE hotel (hotel_id INTEGER PRIMARY KEY, stars INTEGER, {FILL});
            CREATE TABLE stay (guest_no INTEGER REFERENCES guest, hotel_id INTEGER REFERENCES hotel, {FILL});
            CREATE TABLE guest (guest_no INTEGER PRIMARY KEY, fullname TEXT, {FILL});
            COMMIT;
        """)
    with qw.Catalog.open(path) as catalog:
        yield catalog["wide"]


def test_a_schema_that_fits_stays_as_it_is(races, desk_of, known_of) -> None:
    desk = desk_of(races)
    known = known_of(desk)
    assert narrow(known, desk, Settings()) is known


@pytest.mark.parametrize("prompt_tokens", [2_000, 8_000])
def test_the_budget_is_filled_and_kept(wide, desk_of, known_of, prompt_tokens: int) -> None:
    desk = desk_of(wide, prompt_tokens=prompt_tokens)
    after = narrow(known_of(desk, "How many stars has the hotel?"), desk, Settings())
    part = schema_part(after, desk, None)
    tokens = tokens_of(part.write(part.items))
    assert 0.4 * prompt_tokens < tokens <= 0.75 * prompt_tokens
    assert f"{len(after.columns)} of 200 tables stay" in after.notes[0]
    assert after.notes[1].startswith("left out: ")
    assert after.notes[1].endswith("more")


@pytest.mark.parametrize(
    ("question", "found", "wanted"),
    [
        ("How many stars has the hotel?", {}, {"hotel"}),
        ("Which guests (hotles of five stars)?", {}, {"hotel", "guest", "stay"}),
        ("酒店有几颗星？", {"values": (ValueHint("星", "log_77", "note", "星", 1.0),)}, {"log_77"}),
        ("?", {"descriptions": (DescriptionHint("?", "log_150", "note", "", 0.2),)}, {"log_150"}),
        ("?", {"keywords": ("fullname",)}, {"guest"}),
        ("?", {"evidence": "fullname is not null"}, {"guest"}),
    ],
)
def test_what_names_and_retrieval_point_at_stays(
    wide, desk_of, known_of, question: str, found: dict[str, Any], wanted: set[str]
) -> None:
    desk = desk_of(wide, prompt_tokens=1_500)
    after = narrow(known_of(desk, question, **found), desk, Settings())
    assert wanted <= set(after.columns)
    assert len(after.columns) < 20


def test_tables_that_join_what_was_found_are_brought(wide, desk_of, known_of) -> None:
    desk = desk_of(wide, prompt_tokens=1_400)
    values = (ValueHint("Ada", "guest", "fullname", "Ada", 1.0), ValueHint("Ritz", "hotel", "stars", "Ritz", 1.0))
    after = narrow(known_of(desk, "?", values=values), desk, Settings())
    assert {"guest", "stay", "hotel"} <= set(after.columns)


def test_a_table_wider_than_its_share_keeps_keys_and_what_is_asked_for(tmp_path, desk_of, known_of) -> None:
    path = tmp_path / "sheet.sqlite"
    many = ", ".join(f"c{number} TEXT" for number in range(1_500))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE sheet ({many}, blood_group TEXT, town TEXT, sheet_id INTEGER PRIMARY KEY)")
    with qw.Catalog.open(path) as catalog:
        desk = desk_of(catalog["sheet"], prompt_tokens=2_000)
        hint = ValueHint("Graz", "sheet", "town", "Graz", 1.0)
        after = narrow(known_of(desk, "Which blood groups?", values=(hint,)), desk, Settings())
        part = schema_part(after, desk, None)
    assert {"sheet_id", "blood_group", "town"} <= set(after.columns["sheet"])
    assert tokens_of(part.write(part.items)) < 1_000
    assert any("keeps" in note for note in after.notes)


def test_what_a_selection_before_left_out_stays_out(wide, desk_of, known_of) -> None:
    desk = desk_of(wide, prompt_tokens=1_500)
    columns = {f"log_{number}": ("id", "note") for number in range(197)}
    after = narrow(known_of(desk, "hotel", columns=columns), desk, Settings())
    assert after.columns
    assert set(after.columns) < set(columns)
    assert all(names == ("id", "note") for names in after.columns.values())
