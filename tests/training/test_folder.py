from __future__ import annotations

import json

import pytest

from querywright.errors import RunError, SettingsError, TrainingError
from querywright.training.comparing import compare_trainings
from querywright.training.folder import TrainingFolder

DAMAGED = '{"format": 1, "kind": "sft", "status": "finished", "decided_by": {}, "split": {}, "figures": %s}'


def begun(path, kind="sft", **decided):
    folder = TrainingFolder(path)
    with folder.at_work(kind, decided, resume=False):
        pass
    return folder


def test_it_is_resumed_only_as_it_was_begun(tmp_path) -> None:
    folder = begun(tmp_path / "t", course={"rank": 8})
    with pytest.raises(SettingsError, match="--resume"), folder.at_work("sft", {"course": {"rank": 8}}, resume=False):
        pass
    with (
        pytest.raises(SettingsError, match="rank was 8, now 16"),
        folder.at_work("sft", {"course": {"rank": 16}}, resume=True),
    ):
        pass
    with pytest.raises(SettingsError, match="kind sft, not grpo"), folder.at_work("grpo", {}, resume=True):
        pass
    with folder.at_work("sft", {"course": {"rank": 8}}, resume=True) as before:
        assert before


def test_a_folder_of_something_else_is_left_alone(tmp_path) -> None:
    (tmp_path / "photo.jpg").write_text("x")
    with pytest.raises(SettingsError, match="not empty"), TrainingFolder(tmp_path).at_work("sft", {}, resume=False):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_mistake_at_the_start_does_not_take_the_folder(tmp_path) -> None:
    folder = TrainingFolder(tmp_path / "t")
    with pytest.raises(ZeroDivisionError), folder.at_work("sft", {"split": "database"}, resume=False):
        raise ZeroDivisionError

    def fails_later() -> None:
        with folder.at_work("sft", {"split": "none"}, resume=False):
            folder.note(lessons=3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_later()
    with folder.at_work("sft", {"split": "none"}, resume=True) as before:
        assert before


def test_one_process_at_a_time(tmp_path) -> None:
    folder = TrainingFolder(tmp_path / "t")
    with (
        folder.at_work("sft", {}, resume=False),
        pytest.raises(RunError, match="at work"),
        TrainingFolder(tmp_path / "t").at_work("sft", {}, resume=True),
    ):
        pass


def test_half_a_checkpoint_is_none(tmp_path) -> None:
    folder = begun(tmp_path / "t")
    for step, whole in ((10, True), (20, True), (30, False)):
        place = folder.checkpoints / f"checkpoint-{step}"
        place.mkdir(parents=True)
        (place / "trainer_state.json").write_text("{}" if whole else '{"global_')
    assert folder.last_checkpoint().name == "checkpoint-20"
    assert not (folder.checkpoints / "checkpoint-30").exists()


def test_the_log_forgets_what_is_done_again(tmp_path) -> None:
    folder = begun(tmp_path / "t")
    for step in (10, 20, 30):
        folder.log({"step": step, "loss": 1.0})
    with (folder.path / "log.jsonl").open("a") as file:
        file.write('{"step": 31, "lo')  # a kill in the middle of a line
    folder.forget_after(20)
    assert [each["step"] for each in folder.logged()] == [10, 20]


@pytest.mark.parametrize(
    "content", ["", "{}", '{"format": 9, "decided_by": {}}', "[1]", DAMAGED % "[1]", DAMAGED % "null"]
)
def test_a_damaged_record_is_told(tmp_path, content: str) -> None:
    (tmp_path / "training.json").write_text(content)
    with pytest.raises(TrainingError, match="cannot be read"):
        TrainingFolder(tmp_path).record()
    with pytest.raises(TrainingError, match="holds no training"):
        TrainingFolder(tmp_path / "none").record()


def test_trainings_are_compared_by_what_differs(tmp_path) -> None:
    for name, rank, ex in (("a", 8, 41.5), ("b", 64, 52.0)):
        folder = begun(tmp_path / name, data="d", course={"rank": rank, "seed": 0})
        folder.note(status="finished", figures={"ex": ex, "eval_loss": 0.5}, split={"by": "database"}, asked=10)
    found = compare_trainings([tmp_path / "a", tmp_path / "b"])
    assert found.settings == ("course.rank",)
    assert found.figures == ("ex", "eval_loss")
    assert [(row["course.rank"], row["ex"]) for row in found.rows] == [(8, 41.5), (64, 52.0)]
    assert not found.warnings
    TrainingFolder(tmp_path / "b").note(split={"by": "question"}, asked=20, status="running")
    assert len(compare_trainings([tmp_path / "a", tmp_path / "b"]).warnings) == 3
    json.dumps(found.rows)
