"""Fine-tuning for real, a few steps of a tiny model."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from school import write_lessons

from querywright.errors import SettingsError, TrainingError
from querywright.training import libraries
from querywright.training.base import Base
from querywright.training.folder import TrainingFolder
from querywright.training.lessons.settings import LessonSettings
from querywright.training.settings import Sft
from querywright.training.sft import train_sft, write_data

pytestmark = pytest.mark.weights

SHORT = Sft(
    method="full", learning_rate=5e-3, batch=4, device_batch=4, steps=12, check_every=6, log_every=2, split="none",
    held_out=0.3, questions=2, patience=0,
)  # fmt: skip
SQL = LessonSettings(format="sql", style="compact")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lessons(tmp_path_factory.mktemp("data") / "lessons.jsonl", 9)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def weights(folder: TrainingFolder) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder.model / "model.safetensors")


@pytest.mark.parametrize(
    ("name", "packing"), [("sql", False), ("reasoning", False), ("pipe-steps", False), ("sql", True)]
)
def test_what_counts_in_the_loss_is_the_answers_and_their_end(
    beginner: Path, school: Path, dataset: Path, tmp_path: Path, name: str, packing: bool
) -> None:
    """Real batches of the real trainer, decoded where their labels count."""
    lessons = replace(SQL, format=name)
    write_data(dataset, tmp_path / "lessons.jsonl", databases=school, lessons=lessons)
    answers = {row["completion"][0]["content"] for row in rows(tmp_path / "lessons.jsonl")}
    from querywright.training.dataset import databases_of, examples_of
    from querywright.training.lessons.making import LessonMaker

    base, folder = Base.open(str(beginner)), TrainingFolder(tmp_path / "t")
    with databases_of(dataset, school) as catalog:
        made = [each for _, some in LessonMaker(catalog, lessons).lessons(examples_of(dataset)) for each in some]
    course = replace(SHORT, packing=packing)
    trainer = libraries.sft_trainer(base, made, made[:2], course, folder, lessons.max_tokens)
    learnt, whole_rows = set(), 0
    for loader in (trainer.get_train_dataloader(), trainer.get_eval_dataloader()):
        for batch in loader:
            for ids, labels in zip(batch["input_ids"], batch["labels"], strict=True):
                counted = labels != -100
                assert (ids[counted] == labels[counted]).all()
                whole_rows += 1
                *said, behind = base.tokenizer.decode(labels[counted]).split("<|im_end|>")
                assert not behind.strip()
                learnt |= {text.strip() for text in said}
    assert learnt == answers
    assert (whole_rows < len(made)) == packing


def test_it_learns_and_leaves_a_model_with_its_record(beginner, school, dataset, tmp_path) -> None:
    told: list[str] = []
    course = replace(SHORT, split="database", steps=30, check_every=15)
    folder = train_sft(
        dataset, str(beginner), tmp_path / "t", databases=school, course=course, lessons=SQL, tell=told.append
    )
    record, log = folder.record(), folder.logged()
    losses = [entry["loss"] for entry in log if "loss" in entry]
    assert losses[-1] < losses[0] * 0.8
    assert record["status"] == "finished"
    assert record["split"]["by"] == "database"
    (held_out,) = record["split"]["held_out_databases"]
    assert {row["db_id"] for row in rows(folder.lessons / "held_out.jsonl")} == {held_out}
    assert held_out not in {row["db_id"] for row in rows(folder.lessons / "learnt.jsonl")}
    measured = [entry for entry in log if "ex" in entry]
    assert [entry["step"] for entry in measured] == [15, 30]
    assert {"ex", "valid"} <= measured[0].keys()
    assert any(name.startswith("ex_") for name in measured[0])
    assert [entry for entry in log if "eval_loss" in entry]
    assert any("9 lessons of 9 examples" in line for line in told)
    assert {"torch", "trl", "transformers"} <= record["versions"].keys()


def test_resumed_is_uninterrupted(beginner, school, dataset, tmp_path) -> None:
    class Killed(Exception):
        pass

    def die(news: str) -> None:
        if news.startswith("step 8 of"):
            raise Killed

    whole = train_sft(dataset, str(beginner), tmp_path / "whole", databases=school, course=SHORT, lessons=SQL)
    with pytest.raises(Killed):
        train_sft(dataset, str(beginner), tmp_path / "t", databases=school, course=SHORT, lessons=SQL, tell=die)
    with pytest.raises(SettingsError, match="--resume"):
        train_sft(dataset, str(beginner), tmp_path / "t", databases=school, course=SHORT, lessons=SQL)
    other = replace(SHORT, seed=1)
    with pytest.raises(SettingsError, match="seed was 0, now 1"):
        train_sft(dataset, str(beginner), tmp_path / "t", databases=school, course=other, lessons=SQL, resume=True)
    told: list[str] = []
    resumed = train_sft(
        dataset, str(beginner), tmp_path / "t", databases=school, course=SHORT, lessons=SQL, resume=True,
        tell=told.append,
    )  # fmt: skip
    assert not any(line.startswith("step 2 of") for line in told)
    one, other = weights(whole), weights(resumed)
    assert one.keys() == other.keys()
    assert all((one[name] == other[name]).all() for name in one)
    steps = [[entry["step"] for entry in each.logged() if "loss" in entry] for each in (whole, resumed)]
    assert steps[0] == steps[1]
    before = (resumed.model / "model.safetensors").stat().st_mtime_ns
    train_sft(dataset, str(beginner), tmp_path / "t", databases=school, course=SHORT, lessons=SQL, resume=True)
    assert (resumed.model / "model.safetensors").stat().st_mtime_ns == before


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")  # of PEFT, which we ask here ourselves
def test_an_adapter_is_merged_into_a_plain_model(beginner, school, dataset, tmp_path) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    course = replace(SHORT, method="lora", rank=8, steps=4, check_every=0)
    folder = train_sft(dataset, str(beginner), tmp_path / "t", databases=school, course=course, lessons=SQL)
    config = json.loads((folder.adapter / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"]) == (8, 16)
    adapted = {name.rpartition(".")[2] for name in config["target_modules"]}
    assert {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"} <= adapted
    ids = AutoTokenizer.from_pretrained(folder.model)("SELECT name", return_tensors="pt")
    merged = AutoModelForCausalLM.from_pretrained(folder.model)
    adapted = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(beginner), str(folder.adapter))
    plain = AutoModelForCausalLM.from_pretrained(beginner)
    with torch.no_grad():
        one, other, before = (model(**ids).logits for model in (merged, adapted, plain))
    assert torch.allclose(one, other, atol=1e-4)
    assert not torch.allclose(one, before, atol=1e-4)


def test_an_adapter_on_four_bits(beginner, school, dataset, tmp_path) -> None:
    pytest.importorskip("bitsandbytes", reason="bitsandbytes is not installed: pip install 'querywright[train]'")
    course = replace(SHORT, method="qlora", rank=4, steps=3, check_every=0)
    folder = train_sft(dataset, str(beginner), tmp_path / "t", databases=school, course=course, lessons=SQL)
    assert (folder.adapter / "adapter_model.safetensors").exists()
    assert json.loads((folder.model / "config.json").read_text()).get("quantization_config") is None


def test_it_stops_where_what_is_held_out_is_learnt_no_better(beginner, school, dataset, tmp_path) -> None:
    course = replace(SHORT, split="question", learning_rate=0.3, steps=40, check_every=2, questions=0, patience=2)
    folder = train_sft(dataset, str(beginner), tmp_path / "t", databases=school, course=course, lessons=SQL)
    held_out = [entry["eval_loss"] for entry in folder.logged() if "eval_loss" in entry]
    best = min(range(len(held_out)), key=held_out.__getitem__)
    assert len(held_out) == best + 1 + 2 < 20
    assert folder.record()["figures"]["steps"] < 40


def test_a_loss_that_is_no_number_stops_it_before_anything_is_overwritten(beginner, school, dataset, tmp_path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(beginner)
    with torch.no_grad():
        model.model.norm.weight[0] = float("nan")
    model.save_pretrained(tmp_path / "broken")
    AutoTokenizer.from_pretrained(beginner).save_pretrained(tmp_path / "broken")
    with pytest.raises(TrainingError, match="the loss is nan at step 1: lower learning_rate"):
        train_sft(
            dataset, str(tmp_path / "broken"), tmp_path / "t", databases=school, course=replace(SHORT, questions=0),
            lessons=SQL,
        )  # fmt: skip
    assert not (tmp_path / "t" / "model").exists()


def test_a_full_disk_is_one_clear_line(beginner, school, dataset, tmp_path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        with pytest.raises(TrainingError, match=r"the disk is full.*--resume"):
            train_sft(dataset, str(beginner), place / "t", databases=school, course=SHORT, lessons=SQL)
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_nothing_to_learn_is_told(beginner, school, tmp_path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(json.dumps({"db_id": "zoo", "question": "Which?", "SQL": "SELECT nothing FROM animal"}) + "\n")
    with pytest.raises(TrainingError, match=r"nothing to learn: .*its SQL fails"):
        train_sft(bad, str(beginner), tmp_path / "t", databases=school, course=SHORT, lessons=SQL)


def test_a_window_that_the_base_has_not_is_not_asked_for(beginner, school, dataset, tmp_path) -> None:
    tally = write_data(
        dataset, tmp_path / "d.jsonl", databases=school, base=str(beginner), lessons=replace(SQL, max_tokens=100_000)
    )
    assert tally.taught == 18
    with pytest.raises(TrainingError, match=r"nothing to learn: .*18 longer than the window"):
        write_data(
            dataset, tmp_path / "e.jsonl", databases=school, base=str(beginner), lessons=replace(SQL, max_tokens=60)
        )
    assert not (tmp_path / "e.jsonl").exists()
