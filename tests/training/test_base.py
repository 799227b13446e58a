"""A base model that does not fit is told before anything heavy is loaded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from school import lessons

import querywright as qw
from querywright.errors import TrainingError
from querywright.training.base import Base, weights_of
from querywright.training.lessons.lesson import Lesson
from querywright.training.lessons.making import LessonMaker
from querywright.training.lessons.settings import LessonSettings

pytestmark = pytest.mark.weights


@pytest.fixture
def copy(beginner: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(beginner, tmp_path / "base"))


def without(folder: Path, key: str) -> Path:
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: None}))
    return folder


@pytest.fixture
def taught(catalog: qw.Catalog) -> list[Lesson]:
    maker = LessonMaker(catalog, LessonSettings(format="sql"))
    return [lesson for _, each in maker.lessons(lessons(2)) for lesson in each]


def test_one_that_fits(beginner: Path, taught: list[Lesson]) -> None:
    base = Base.open(str(beginner))
    base.preflight(taught)
    assert base.window == 2048
    assert not base.notes
    assert base.tokens(taught[0]) > len(base.tokenizer(taught[0].answer)["input_ids"])


def test_without_a_chat_template_it_is_no_model_to_be_asked(copy: Path, tmp_path: Path) -> None:
    (copy / "chat_template.jinja").unlink()
    without(copy, "chat_template")
    with pytest.raises(TrainingError, match=r"has no chat template.*--chat-template"):
        Base.open(str(copy))
    own = tmp_path / "own.jinja"
    own.write_text("{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}")
    assert Base.open(str(copy), own).tokenizer.chat_template == own.read_text()
    with pytest.raises(TrainingError, match="cannot be read"):
        Base.open(str(copy), tmp_path / "none.jinja")


def test_without_a_pad_token_the_end_token_fills_up(copy: Path) -> None:
    base = Base.open(str(without(copy, "pad_token")))
    assert base.tokenizer.pad_token == base.tokenizer.eos_token == "<|im_end|>"
    assert "no pad token" in base.notes[0]


def test_without_an_end_token_nobody_learns_to_stop(copy: Path) -> None:
    with pytest.raises(TrainingError, match="no end token"):
        Base.open(str(without(copy, "eos_token")))


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{% for m in messages %}{{ m.content }}{% endfor %}", "ends no answer"),
        ("{{ messages | length }}{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}", "otherwise when"),
        ("{% for m in messages %}{{ m.content | upper }}<|im_end|>{% endfor %}", "changes answers"),
    ],
)  # fmt: skip
def test_a_template_that_would_teach_something_else_is_told(
    beginner: Path, taught: list[Lesson], tmp_path: Path, template: str, told: str
) -> None:
    own = tmp_path / "own.jinja"
    own.write_text(template)
    with pytest.raises(TrainingError, match=told):
        Base.open(str(beginner), own).preflight(taught)


def test_what_is_no_model_is_told(tmp_path: Path, training: None) -> None:
    with pytest.raises(TrainingError, match="no model that can be loaded"):
        Base.open(str(tmp_path))
    with pytest.raises(TrainingError, match="there is no folder nobody/nothing, and the Hub"):
        Base.open("nobody/nothing")


def test_a_trainings_folder_stands_for_its_weights(beginner: Path, tmp_path: Path) -> None:
    shutil.copytree(beginner, tmp_path / "t" / "model")
    for name in (str(tmp_path / "t"), f"local:{tmp_path / 't'}", str(tmp_path / "t" / "model")):
        assert weights_of(name) == str(tmp_path / "t" / "model")
