from __future__ import annotations

import pytest

from querywright.retrieval.values.ranking import edit_similarity


@pytest.mark.parametrize(("one", "other"), [("ŁÓDŹ", "łódź"), ("Café", "CAFE"), ("Lewis Hamilton", "Hamilton, Lewis")])
def test_case_accents_and_the_order_of_words_do_not_tell_apart(one: str, other: str) -> None:
    assert edit_similarity(one, other) >= 0.75
    assert edit_similarity(one, "something else entirely") < 0.5


def test_a_typo_costs_a_letter() -> None:
    assert edit_similarity("Hamiltom", "Hamilton") == 1 - 1 / 8
