from __future__ import annotations

import json

import pytest

from querywright.answering.known import DescriptionHint, ValueHint
from querywright.answering.stages.column_selection import Settings, select_columns


def naming(**tables: list[str]):
    named = [{"table": table, "columns": columns} for table, columns in tables.items()]
    return lambda *_: json.dumps({"reasoning": "", "tables": named})


def test_keys_between_the_tables_that_stay_stay_too(races, desk_of, known_of, model) -> None:
    model.answer("SelectedColumns", naming(DRIVER=["Surname"], result=["result.points"]))
    desk = desk_of(races)
    after = select_columns(known_of(desk), desk, Settings())
    assert after.columns == {"driver": ("driver_id", "surname"), "result": ("driver_id", "race_id", "points")}


def test_a_table_that_joins_two_that_were_named_stays_with_its_keys(races, desk_of, known_of, model) -> None:
    model.answer("SelectedColumns", naming(driver=["surname"], race=["place"]))
    desk = desk_of(races)
    after = select_columns(known_of(desk), desk, Settings())
    assert after.columns == {
        "driver": ("driver_id", "surname"),
        "race": ("race_id", "place"),
        "result": ("driver_id", "race_id"),
    }


def test_what_was_retrieved_stays(races, desk_of, known_of, model) -> None:
    model.answer("SelectedColumns", naming(race=["held"]))
    desk = desk_of(races)
    known = known_of(
        desk,
        values=(ValueHint("Spa", "race", "place", "Spa", 1.0),),
        descriptions=(
            DescriptionHint("grand", "race", "title", "", 0.9),
            DescriptionHint("grand", "sponsor", "money", "", 0.8),
        ),
    )
    after = select_columns(known, desk, Settings())
    assert after.columns == {"race": ("race_id", "title", "place", "held")}


def test_retrieval_brings_nothing_back_that_is_gone(races, desk_of, known_of, model) -> None:
    model.answer("SelectedColumns", naming(race=["held"]))
    desk = desk_of(races)
    values = (ValueHint("Spa", "race", "place", "Spa", 1.0), ValueHint("Ham", "driver", "surname", "Ham", 1.0))
    known = known_of(desk, columns={"race": ("race_id", "held")}, values=values)
    assert select_columns(known, desk, Settings()).columns == {"race": ("race_id", "held")}


@pytest.mark.parametrize("answer", [naming(), naming(lap=["time"]), lambda *_: "nonsense"])
def test_all_stay_where_nothing_that_is_there_is_named(races, desk_of, known_of, model, answer) -> None:
    model.answer("SelectedColumns", answer)
    desk = desk_of(races)
    known = known_of(desk)
    after = select_columns(known, desk, Settings())
    assert after.columns == known.columns
    assert any("stay" in note for note in after.notes)


def test_names_that_are_not_there_are_told(races, desk_of, known_of, model) -> None:
    model.answer("SelectedColumns", naming(race=["held", "winner"], lap=["time"]))
    desk = desk_of(races)
    after = select_columns(known_of(desk), desk, Settings())
    assert after.notes[0] == 'named, but not there: "race.winner", "lap"'
    assert after.columns == {"race": ("race_id", "held")}
