from __future__ import annotations

import json

import pytest

from querywright.answering.stages.keywords import Settings, keywords
from querywright.errors import SettingsError

QUESTION = "Which races did Lewis Hamilton win at Spa?"


def test_the_rule_asks_no_model(races, desk_of, known_of, model) -> None:
    desk = desk_of(races)
    after = keywords(known_of(desk, QUESTION, evidence="win means position = 1"), desk, Settings(by="rule"))
    assert {"Lewis Hamilton", "Spa", "races", "position"} <= set(after.keywords)
    assert model.tally.calls == 0


def test_a_model_names_keywords_of_question_and_evidence(races, desk_of, known_of, model) -> None:
    prompts = []

    def answer(messages, *_):
        prompts.append(messages[-1]["content"])
        return json.dumps({"keywords": ["Lewis  Hamilton", " ", "Spa", "Spa", "x" * 201]})

    model.answer("Keywords", answer)
    desk = desk_of(races)
    after = keywords(known_of(desk, QUESTION, evidence="win means first"), desk, Settings())
    assert after.keywords == ("Lewis Hamilton", "Spa")
    assert QUESTION in prompts[0]
    assert "win means first" in prompts[0]


@pytest.mark.parametrize("answer", ['{"keywords": []}', "no JSON at all"])
def test_the_rule_helps_out_and_says_so(races, desk_of, known_of, model, answer: str) -> None:
    model.answer("Keywords", lambda *_: answer)
    desk = desk_of(races)
    after = keywords(known_of(desk, QUESTION), desk, Settings())
    assert "Lewis Hamilton" in after.keywords
    assert after.notes[0].startswith("keywords by rule")


def test_a_way_that_is_unknown_is_refused(races, desk_of, known_of) -> None:
    desk = desk_of(races)
    with pytest.raises(SettingsError, match="model or rule"):
        keywords(known_of(desk), desk, Settings(by="magic"))
