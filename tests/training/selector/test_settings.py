from __future__ import annotations

from pathlib import Path

import pytest

from querywright.errors import SettingsError
from querywright.training.selector.settings import Selector


def test_the_defaults_are_those_of_the_method() -> None:
    settings = Selector()
    assert (settings.kind, settings.method, settings.rank, settings.epochs) == ("causal-lm", "lora", 16, 10)
    sft = settings.as_sft()
    assert (sft.rank, sft.epochs, sft.adapter.scale) == (16, 10, 32)


def test_the_kind_that_a_file_names_decides_the_other_defaults(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('kind = "cross-encoder"\npairs = 2\n')
    settings = Selector.configured(file, {"seed": 3, "epochs": None})
    assert (settings.method, settings.epochs, settings.pairs, settings.seed) == ("full", 3, 2, 3)
    assert Selector.configured(None, {"kind": "cross-encoder"}) == Selector.of("cross-encoder")
    assert Selector.configured(None, {}) == Selector()
    file.write_text('kind = "cross-encoder"\nmethod = "lora"\n')
    with pytest.raises(SettingsError, match="trained whole"):
        Selector.configured(file, {})
    file.write_text("pears = 2\n")
    with pytest.raises(SettingsError, match="did you mean pairs"):
        Selector.configured(file, {})


def test_a_prompt_leaves_room_in_the_window() -> None:
    assert Selector().budget(None) == 3072
    assert Selector().budget(2048) == 1536
    assert Selector(prompt_tokens=500).budget(2048) == 500
    assert Selector(max_tokens=100_000).budget(None) == 8000
