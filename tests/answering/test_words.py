from __future__ import annotations

import pytest

from querywright.answering.words import alike, folded, name_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fastestLapTime", ("fastest", "lap", "time")),
        ("order_items2", ("order", "items", "2")),
        ("Free Meal Count (K-12)", ("free", "meal", "count", "k", "12")),
        ("ÉcoleId", ("ecole", "id")),
        ("学生姓名", ("学生", "生姓", "姓名")),
        ("姓名", ("姓名",)),
        ("", ()),
    ],
)
def test_a_name_is_taken_apart(name: str, words: tuple[str, ...]) -> None:
    assert name_words(name) == words


def test_words_mean_themselves_endings_typos_and_what_holds_them() -> None:
    found = alike(["student", "id", "enrolment"], ["students", "studnet", "id", "idea", "totalenrolment", "street"])
    assert set(found["student"]) == {"students", "studnet"}
    assert found["id"] == {"id": 1.0}
    assert set(found["enrolment"]) == {"totalenrolment"}


def test_folding_keeps_scripts_without_case() -> None:
    assert folded("東京") == "東京"
