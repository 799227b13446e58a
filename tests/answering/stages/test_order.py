from __future__ import annotations

import pytest

from querywright.answering.preset import Preset

RETRIEVAL = ["keywords", "value-retrieval", "description-retrieval", "narrow"]
SELECTION = ["column-filter", "table-selection", "column-selection"]


@pytest.mark.parametrize(
    ("preset", "before"), [("fast", RETRIEVAL), ("chess", RETRIEVAL + SELECTION), ("chase", RETRIEVAL + SELECTION)]
)
def test_retrieval_comes_before_selection_and_both_before_generation(preset: str, before: list[str]) -> None:
    stages = [each.stage.name for each in Preset.load(preset).stages]
    assert [name for name in stages if name in RETRIEVAL + SELECTION] == before
    assert stages.index("generate") > stages.index(before[-1])


def test_fast_finds_keywords_without_a_model() -> None:
    assert Preset.load("fast").stages[0].settings.by == "rule"


@pytest.mark.parametrize("stage", RETRIEVAL + SELECTION)
def test_each_can_be_left_out(stage: str) -> None:
    left = Preset.load("chess").without([stage])
    assert stage not in [each.stage.name for each in left.stages]
