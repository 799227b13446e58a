from __future__ import annotations

import json

import pytest

from querywright.answering.known import ValueHint
from querywright.answering.stages.table_selection import Settings, select_tables


def naming(*names: str):
    return lambda *_: json.dumps({"reasoning": "", "tables": list(names)})


def test_named_tables_stay_with_the_columns_that_are_left(races, desk_of, known_of, model) -> None:
    model.answer("SelectedTables", naming('"Result"', "driver"))
    desk = desk_of(races)
    known = known_of(desk, columns={"driver": ("driver_id",), "race": ("race_id",), "result": ("driver_id", "points")})
    after = select_tables(known, desk, Settings())
    assert after.columns == {"driver": ("driver_id",), "result": ("driver_id", "points")}
    assert after.notes == ('left out: "race"',)


def test_the_model_is_shown_what_the_stage_before_left(races, desk_of, known_of, model) -> None:
    prompts: list[str] = []

    def answer(messages, *_):
        prompts.append(messages[-1]["content"])
        return '{"reasoning": "", "tables": ["race"]}'

    model.answer("SelectedTables", answer)
    desk = desk_of(races)
    known = known_of(desk, columns={"race": ("race_id", "place"), "driver": ("surname",)})
    select_tables(known, desk, Settings())
    assert "CREATE TABLE race" in prompts[0]
    assert "sponsor" not in prompts[0]
    assert "title" not in prompts[0]


@pytest.mark.parametrize("answer", [naming(), naming("lap", ""), lambda *_: "nonsense"])
def test_all_stay_where_nothing_that_is_there_is_named(races, desk_of, known_of, model, answer) -> None:
    model.answer("SelectedTables", answer)
    desk = desk_of(races)
    known = known_of(desk)
    after = select_tables(known, desk, Settings())
    assert after.columns == known.columns
    assert any("all" in note and "stay" in note for note in after.notes)


def test_the_only_table_with_a_value_that_is_meant_stays(races, desk_of, known_of, model) -> None:
    model.answer("SelectedTables", naming("driver"))
    desk = desk_of(races)
    values = (
        ValueHint("Spa", "race", "place", "Spa", 1.0),
        ValueHint("Hamilton", "driver", "surname", "Hamilton", 1.0),
        ValueHint("Hamilton", "sponsor", "surname", "Hamilton", 1.0),
        ValueHint("fast", "result", "fastest_lap", "fst", 0.5),
    )
    after = select_tables(known_of(desk, values=values), desk, Settings())
    assert list(after.columns) == ["driver", "race"]
    assert '"race" stays, because only it holds "Spa"' in after.notes


def test_of_one_table_nobody_is_asked(races, desk_of, known_of, model) -> None:
    desk = desk_of(races)
    select_tables(known_of(desk, columns={"race": ("title",)}), desk, Settings())
    assert model.tally.calls == 0
