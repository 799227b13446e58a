from __future__ import annotations

import json
import re

import pytest

from querywright.answering.known import DescriptionHint, ValueHint
from querywright.answering.stages.column_filter import Settings, filter_columns

KEYS = {
    "driver": ("driver_id",),
    "race": ("race_id",),
    "result": ("driver_id", "race_id"),
    "sponsor": ("sponsor_id",),
}


def naming(*names: str):
    return lambda *_: json.dumps({"columns": list(names)})


def test_keys_stay_and_other_columns_as_judged(races, desk_of, known_of, model) -> None:
    model.answer("RelevantColumns", naming("RESULT.fastest_lap", '"driver"."surname"'))
    desk = desk_of(races)
    after = filter_columns(known_of(desk), desk, Settings())
    assert after.columns == KEYS | {
        "driver": ("driver_id", "surname"),
        "result": ("driver_id", "race_id", "fastest_lap"),
    }
    assert after.notes == ("7 of 15 columns stay, 5 of them unasked",)


def test_retrieved_columns_stay_unasked_but_only_a_keywords_nearest_descriptions(
    races, desk_of, known_of, model
) -> None:
    prompts: list[str] = []

    def answer(messages, *_):
        prompts.append(messages[-1]["content"])
        return '{"columns": ["driver.born"]}'

    model.answer("RelevantColumns", answer)
    desk = desk_of(races)
    known = known_of(
        desk,
        values=(ValueHint("Spa", "race", "place", "Spa", 1.0),),
        descriptions=(
            DescriptionHint("won", "sponsor", "", "", 0.95),
            DescriptionHint("won", "result", "points", "", 0.9),
            DescriptionHint("won", "sponsor", "money", "", 0.8),
        ),
    )
    after = filter_columns(known, desk, Settings())
    assert after.columns == KEYS | {
        "driver": ("driver_id", "born"),
        "race": ("race_id", "place"),
        "result": ("driver_id", "race_id", "points"),
    }
    assert "race.place" not in prompts[0]
    assert "sponsor.money REAL" in prompts[0]


@pytest.mark.parametrize(("batch", "calls"), [(40, 1), (4, 3), (1, 10)])
def test_columns_are_judged_in_batches(races, desk_of, known_of, model, batch: int, calls: int) -> None:
    model.answer("RelevantColumns", naming("driver.surname"))
    desk = desk_of(races)
    filter_columns(known_of(desk), desk, Settings(batch=batch))
    assert model.tally.calls == desk.account.calls == calls


def test_one_by_one_asks_of_each_column(races, desk_of, known_of, model) -> None:
    def answer(messages, *_):
        column = re.search(r"<columns>\n(\S+)", messages[-1]["content"])
        assert column is not None
        return json.dumps({"reasoning": "", "relevant": column[1] == "race.title"})

    model.answer("ColumnJudgement", answer)
    desk = desk_of(races)
    after = filter_columns(known_of(desk), desk, Settings(one_by_one=True))
    assert after.columns == KEYS | {"race": ("race_id", "title")}
    assert model.tally.calls == 10


def test_names_that_are_not_there_are_told_and_dropped(races, desk_of, known_of, model) -> None:
    model.answer("RelevantColumns", naming("driver.surname", "driver.speed", "password", "surname"))
    desk = desk_of(races)
    after = filter_columns(known_of(desk), desk, Settings())
    assert after.columns == KEYS | {"driver": ("driver_id", "surname")}
    assert 'named, but not there: "driver.speed", "password", "surname"' in after.notes


def test_all_stay_where_none_is_named(races, desk_of, known_of, model) -> None:
    model.answer("RelevantColumns", naming())
    desk = desk_of(races)
    known = known_of(desk)
    after = filter_columns(known, desk, Settings())
    assert after.columns == known.columns
    assert after.notes == ("no column was judged to matter: all stay",)


def test_a_batch_without_an_answer_stays(races, desk_of, known_of, model) -> None:
    def answer(messages, *_):
        return '{"columns": []}' if "driver.surname" in messages[-1]["content"] else "nonsense"

    model.answer("RelevantColumns", answer)
    desk = desk_of(races)
    after = filter_columns(known_of(desk), desk, Settings(batch=5))
    assert after.columns["result"] == ("driver_id", "race_id", "points", "fastest_lap")
    assert after.columns["driver"] == ("driver_id",)
    assert any("stay unjudged" in note for note in after.notes)


def test_a_prompt_holds_only_as_many_columns_as_fit(races, desk_of, known_of, model) -> None:
    sizes: list[int] = []

    def answer(messages, *_):
        sizes.append(len(messages[-1]["content"]))
        return '{"columns": ["driver.surname"]}'

    model.answer("RelevantColumns", answer)
    desk = desk_of(races, prompt_tokens=430)
    filter_columns(known_of(desk), desk, Settings())
    assert len(sizes) > 1
    assert not desk.account.left_out
