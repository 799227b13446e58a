from __future__ import annotations

import pytest

from querywright.errors import SettingsError
from querywright.training.lessons.settings import LessonSettings
from querywright.training.settings import Grpo, Sft, configured, configured_both


def test_the_methods_settings_are_the_defaults() -> None:
    course = Sft()
    assert (course.rank, course.adapter.scale, course.learning_rate, course.warmup) == (64, 128, 1e-4, 0.05)
    assert (course.batch, course.epochs, course.clip, course.split) == (8, 3.0, 1.0, "database")
    assert LessonSettings().max_tokens == 4096
    reward = Grpo()
    assert (reward.completions, reward.executes, reward.rows, reward.schema, reward.structure) == (
        8,
        0.3,
        0.5,
        0.1,
        0.1,
    )


def test_flags_win_over_the_file_and_both_over_what_is_there(tmp_path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('rank = 16\nlearning-rate = 2e-5\nformat = "pipe"\nseed = 3\nepochs = 2\n')
    course, lessons = configured_both(Sft(), LessonSettings(), path, {"rank": 8, "epochs": None}, {"noise": 0.5})
    assert (course.rank, course.learning_rate, course.epochs, course.seed) == (8, 2e-5, 2.0, 3)
    assert (lessons.format, lessons.noise, lessons.seed) == ("pipe", 0.5, 3)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rnak = 3", "did you mean rank"),
        ("rank = true", "rank must be int"),
        ('rank = "8"', "rank must be int"),
        ("rank = ", "no TOML"),
        ("rank = 0", "rank is 1 or more"),
        ('method = "lorra"', "full, lora, qlora"),
        ("batch = 3\ndevice_batch = 2", "multiple of device_batch"),
        ("learning_rate = 5.0", "between 0 and 1"),
    ],
)
def test_a_wrong_line_is_told(tmp_path, text: str, told: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=told):
        configured(Sft(), path, {})


def test_a_group_divides_the_batch() -> None:
    with pytest.raises(SettingsError, match="multiple of completions"):
        Grpo(batch=12, device_batch=4)
    with pytest.raises(SettingsError, match="2 completions or more"):
        Grpo(completions=1)
