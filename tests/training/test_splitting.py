from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.datasets.example import Example
from querywright.errors import SettingsError
from querywright.training.splitting import split

NAMES = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=60)


@given(names=NAMES, share=st.floats(0.01, 0.99), seed=st.integers(0, 9))
def test_no_database_is_on_both_sides(names, share, seed) -> None:
    examples = [Example(name, f"question {number}") for number, name in enumerate(names)]
    if len(set(names)) < 2:
        with pytest.raises(SettingsError, match="one database"):
            split(examples, "database", share, seed)
        return
    found = split(examples, "database", share, seed)
    assert found.learnt
    assert found.held_out
    assert not {each.db_id for each in found.learnt} & {each.db_id for each in found.held_out}
    assert sorted([*found.learnt, *found.held_out], key=lambda each: each.question) == sorted(
        examples, key=lambda each: each.question
    )
    assert found == split(examples, "database", share, seed)


def test_equal_questions_go_to_one_side() -> None:
    examples = [Example("a", f"How many {number // 2}?  ", f"SELECT {number}") for number in range(400)]
    found = split(examples, "question", 0.2)
    said = [{each.question for each in part} for part in (found.learnt, found.held_out)]
    assert not said[0] & said[1]
    assert 40 < len(found.held_out) < 120


def test_nothing_is_held_out_where_nothing_is_asked() -> None:
    examples = [Example("a", "Which?")]
    assert split(examples, "none", 0.5).learnt == tuple(examples)


@pytest.mark.parametrize(
    ("by", "share", "told"), [("colour", 0.1, "database, question or none"), ("question", 1.0, "below 1")]
)
def test_a_wrong_setting_is_told(by, share, told) -> None:
    with pytest.raises(SettingsError, match=told):
        split([Example("a", "x"), Example("b", "y")], by, share)
