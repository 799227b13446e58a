from __future__ import annotations

from pathlib import Path

import pytest
from racing import Found, Index

from querywright.answering import ask
from querywright.answering.desk import Desk
from querywright.answering.preset import Preset
from querywright.answering.stages.value_retrieval import LONGEST, Settings, retrieve_values
from querywright.errors import ModelFailed, ModelUnavailable
from querywright.models import ModelSettings, Roles


def values_of(known) -> list[tuple[str, str, str, str]]:
    return [(hint.keyword, hint.table, hint.column, hint.value) for hint in known.values]


def test_without_an_index_there_are_no_values_and_a_note(races, desk_of, known_of) -> None:
    desk = desk_of(races)
    after = retrieve_values(known_of(desk, keywords=("Spa",)), desk, Settings())
    assert (after.values, after.notes) == ((), ("there is no value index",))


def test_each_keyword_is_searched_with_the_limit(races, desk_of, known_of) -> None:
    index = Index({})
    desk = desk_of(races, values=index)
    retrieve_values(known_of(desk, keywords=("Spa", "Monza")), desk, Settings())
    assert index.asked == [("Spa", 10), ("Monza", 10)]


def test_values_unlike_the_keyword_go_and_each_column_has_one(races, desk_of, known_of) -> None:
    found = [
        Found("sponsor", "surname", "Hamilton Ltd"),
        Found("driver", "surname", "Hamiltom"),
        Found("driver", "surname", "Hamilton"),
        Found("race", "title", "Grand Prix of Great Britain"),
    ]
    desk = desk_of(races, values=Index({"hamilton": found}))
    after = retrieve_values(known_of(desk, keywords=("hamilton",)), desk, Settings())
    assert values_of(after) == [
        ("hamilton", "driver", "surname", "Hamilton"),
        ("hamilton", "sponsor", "surname", "Hamilton Ltd"),
    ]
    assert after.values[0].score == 1.0


def test_in_a_column_only_what_is_nearly_as_near_as_its_best_stays(races, desk_of, known_of) -> None:
    known = {
        "Hamilton": [Found("driver", "surname", "Hamilton")],
        "Hamiltons car": [Found("driver", "surname", "Hamilton")],
    }
    desk = desk_of(races, values=Index(known))
    before = known_of(desk, keywords=tuple(known))
    assert len(retrieve_values(before, desk, Settings(of_best=0.5)).values) == 2
    assert values_of(retrieve_values(before, desk, Settings())) == [("Hamilton", "driver", "surname", "Hamilton")]


def test_an_embedding_model_that_is_named_drops_what_means_something_else(races, model, known_of) -> None:
    found = [Found("driver", "surname", "Hamilton"), Found("sponsor", "surname", "Hamiltons")]
    chat = ModelSettings("compatible", "compatible", "test", base_url=model.url)
    with Roles(chat, embedding=ModelSettings("e", "compatible", "embed", base_url=model.url)).open() as models:
        desk = Desk(races, models, values=Index({"Hamilton": found}))
        known = known_of(desk, keywords=("Hamilton",))
        alone = retrieve_values(known, desk, Settings(cosine=0.999))
        both = retrieve_values(known, desk, Settings(cosine=-1.0))
    assert [value for *_, value in values_of(alone)] == ["Hamilton"]
    assert len(both.values) == 2


def test_names_are_those_of_the_schema_and_what_is_gone_is_told(races, desk_of, known_of) -> None:
    index = Index({"Spa": [Found("RACE", "Place", "Spa"), Found("race", "circuit", "Spa"), Found("lap", "x", "Spa")]})
    desk = desk_of(races, values=index)
    after = retrieve_values(known_of(desk, keywords=("Spa",)), desk, Settings())
    assert values_of(after) == [("Spa", "race", "place", "Spa")]
    assert after.notes == ('the value index knows what is no longer there: "race.circuit", "lap.x"',)


def test_a_value_too_long_to_show_is_no_hint(races, desk_of, known_of) -> None:
    long = "Spa" * LONGEST
    desk = desk_of(races, values=Index({long[:LONGEST]: [Found("race", "place", long)]}))
    assert retrieve_values(known_of(desk, keywords=(long[:LONGEST],)), desk, Settings()).values == ()


def test_an_index_that_fails_for_a_keyword_is_a_note(races, desk_of, known_of) -> None:
    index = Index({"Spa": ModelFailed("not a vector"), "Monza": [Found("race", "place", "Monza")]})
    desk = desk_of(races, values=index)
    after = retrieve_values(known_of(desk, keywords=("Spa", "Monza")), desk, Settings())
    assert values_of(after) == [("Monza", "race", "place", "Monza")]
    assert after.notes == ("not a vector",)


def test_a_model_that_is_gone_ends_the_question(races, desk_of, known_of) -> None:
    desk = desk_of(races, values=Index({"Spa": ModelUnavailable("no key")}))
    with pytest.raises(ModelUnavailable):
        retrieve_values(known_of(desk, keywords=("Spa",)), desk, Settings())


def test_a_question_is_answered_with_the_real_index(races, desk_of, model, tmp_path: Path) -> None:
    retrieval = pytest.importorskip("querywright.retrieval", reason="there is no value index yet")
    prompts: list[str] = []

    def answer(messages, *_):
        prompts.append(messages[-1]["content"])
        return '{"reasoning": "", "sql": "SELECT held FROM race WHERE place = \'Spa\'"}'

    model.answer("WrittenSQL", answer)
    with retrieval.ValueIndex.build(races, tmp_path / "index") as index:
        answered = ask(
            "When did hamiltom race in spa?", races, model=desk_of(races).models, preset="fast", values=index
        )
    assert answered.result is not None
    assert answered.result.rows == [("2008-09-07",)]
    assert {("driver", "surname", "Hamilton"), ("race", "place", "Spa")} <= {
        (hint.table, hint.column, hint.value) for hint in answered.known.values
    }
    assert 'surname TEXT -- values: "Hamilton"' in prompts[0]
    assert 'place TEXT -- values: "Spa"' in prompts[0]


def test_values_are_left_out_of_a_preset_without_the_stage(races, desk_of, model) -> None:
    preset = Preset.load("fast").without(["value-retrieval"])
    index = Index({"Spa": [Found("race", "place", "Spa")]})
    answered = ask("Who was at Spa?", races, model=desk_of(races).models, preset=preset, values=index)
    assert (answered.known.values, index.asked) == ((), [])
