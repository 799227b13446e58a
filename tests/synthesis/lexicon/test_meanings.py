"""Value descriptions become words for values."""

from __future__ import annotations

from typing import Any

import pytest

from querywright.synthesis.lexicon.meanings import read_meanings

WRITTEN = [
    ("M = male; F = female", ["M", "F"], {"M": "male", "F": "female"}),
    ("1: active, 0: closed", [0, 1], {1: "active", 0: "closed"}),
    ("'A' : approved\n'R' : rejected", ["A", "R"], {"A": "approved", "R": "rejected"}),
    ("1 means urgent; 2 means normal", [1, 2], {1: "urgent", 2: "normal"}),
    ("1 = yes, 0 = no", [1.0, 0.0], {1.0: "yes", 0.0: "no"}),
    ("POPLATEK MESICNE stands for monthly issuance", ["POPLATEK MESICNE"], {"POPLATEK MESICNE": "monthly issuance"}),
    ("S=small; L=large; X=never used", ["S", "L"], {"S": "small", "L": "large"}),
    ("commonsense evidence: higher is better", ["higher"], {}),
    ("Frequent flyer tier: B = blue, S = silver; empty for others", ["B", "S"], {"B": "blue", "S": "silver"}),
    ("FR = France, X = Other", ["FR", "X"], {"FR": "France", "X": "other"}),
    (None, ["M"], {}),
    ("the name of the customer", ["Ann"], {}),
]


@pytest.mark.parametrize(("text", "values", "meanings"), WRITTEN)
def test_codes_get_their_words(text: str | None, values: list[Any], meanings: dict[Any, str]) -> None:
    assert read_meanings(text, values) == meanings


def test_without_values_the_written_codes_are_kept() -> None:
    assert read_meanings("M = male; F = female") == {"M": "male", "F": "female"}
