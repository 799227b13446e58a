"""From a score to a label, and what is no scale."""

from __future__ import annotations

import pytest

from querywright.errors import SettingsError
from querywright.synthesis import Scale


@pytest.mark.parametrize(
    ("score", "label"),
    [
        (0, "easy"),
        (2, "easy"),
        (2.5, "medium"),
        (5, "medium"),
        (5.1, "hard"),
        (9, "hard"),
        (9.01, "extra"),
        (10, "extra"),
    ],
)
def test_a_threshold_belongs_to_the_easier_side(score: float, label: str) -> None:
    assert Scale().label(score) == label


@pytest.mark.parametrize(
    ("thresholds", "labels", "said"),
    [
        ((2, 5), ("a", "b"), "2 thresholds need 3 labels, not 2"),
        ((5, 2), ("a", "b", "c"), "must ascend"),
        ((5, 5), ("a", "b", "c"), "must ascend"),
        ((2, 11), ("a", "b", "c"), "between 0 and 10"),
    ],
)
def test_what_is_no_scale_is_refused(thresholds: tuple[float, ...], labels: tuple[str, ...], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Scale(thresholds, labels)
