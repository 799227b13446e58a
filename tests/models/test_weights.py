"""A folder of weights is called by what is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from querywright.errors import ModelUnavailable
from querywright.models.weights import PLACES, SAMPLE, name_of, require_weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like weights."""
    made = tmp_path / "my coder (v2)"
    made.mkdir()
    (made / "config.json").write_text("{}")
    (made / "model.safetensors").write_bytes(b"weights")
    return made


def test_the_name_is_the_folders_own_with_a_digest(folder: Path) -> None:
    assert name_of(folder).startswith("my-coder-v2-")
    assert name_of(folder) == name_of(folder)


def test_the_same_files_elsewhere_have_the_same_name(folder: Path, tmp_path: Path) -> None:
    before = name_of(folder)
    (tmp_path / "elsewhere").mkdir()
    assert name_of(folder.rename(tmp_path / "elsewhere" / folder.name)) == before


def test_other_weights_of_the_same_size_have_another_name(folder: Path) -> None:
    before = name_of(folder)
    (folder / "model.safetensors").write_bytes(b"trained")
    assert name_of(folder) != before


def test_large_files_are_told_apart_without_reading_all_of_them(folder: Path) -> None:
    size = SAMPLE * (PLACES + 4)
    (folder / "model.safetensors").write_bytes(bytes(size))
    before = name_of(folder)
    for place in (0, size - 1):
        changed = bytearray(size)
        changed[place] = 1
        (folder / "model.safetensors").write_bytes(changed)
        assert name_of(folder) != before


def test_what_a_file_manager_leaves_behind_does_not_count(folder: Path) -> None:
    before = name_of(folder)
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("x")
    assert name_of(folder) == before


def test_a_name_without_letters_is_still_a_name(tmp_path: Path) -> None:
    (tmp_path / "模型").mkdir()
    assert name_of(tmp_path / "模型").startswith("model-")


@pytest.mark.parametrize(("name", "said"), [("nowhere", "there is no such folder"), (".", "there are no weights")])
def test_a_folder_without_weights_is_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ModelUnavailable, match=said):
        require_weights(tmp_path / name)


def test_a_training_is_called_by_its_folder(folder: Path, tmp_path: Path) -> None:
    training = tmp_path / "my pipes"
    training.mkdir()
    weights = folder.rename(training / "model")
    assert name_of(weights).startswith("model-")
    (training / "training.json").write_text("{}")
    assert require_weights(training) == weights
    assert name_of(require_weights(training)).startswith("my-pipes-")
