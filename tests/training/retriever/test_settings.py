"""Each setting that makes no sense is one line that says what would."""

from __future__ import annotations

from pathlib import Path

import pytest

from querywright.errors import SettingsError
from querywright.training.retriever.settings import IN_BATCH, Retriever
from querywright.training.settings import configured


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"temperature": 0.0}, "temperature"),
        ({"temperature": 1.5}, "temperature"),
        ({"negatives": -1}, "negatives"),
        ({"negatives": IN_BATCH, "batch": 1, "device_batch": 1}, "2 pairs"),
        ({"method": "lora"}, "full"),
        ({"split": "year"}, "database"),
        ({"max_tokens": 2}, "max_tokens"),
        ({"batch": 20}, "device_batch"),
    ],
)
def test_it_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Retriever(**given)  # type: ignore[arg-type]


def test_the_defaults_are_those_of_the_method() -> None:
    default = Retriever()
    assert default.negatives == 30
    assert default.instruction.startswith("Instruct: ")


def test_a_file_and_what_was_said_make_them(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text('negatives = 0\ntemperature = 0.1\ninstruction = "query: "\nbatch = 64\n')
    found = configured(Retriever(), tmp_path / "t.toml", {"batch": 96, "epochs": None})
    assert found == Retriever(negatives=0, temperature=0.1, instruction="query: ", batch=96)
    (tmp_path / "u.toml").write_text("temprature = 1\n")
    with pytest.raises(SettingsError, match="did you mean temperature"):
        configured(Retriever(), tmp_path / "u.toml", {})
