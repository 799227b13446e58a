"""Selectors that are trained for real, for a few steps."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from known_candidates import gold_rows, right, said, write

import querywright as qw
from querywright.answering.desk import Desk
from querywright.answering.known import Candidate, Known
from querywright.answering.preset import Preset
from querywright.answering.selection.judge import open_judge
from querywright.answering.showing import whole
from querywright.answering.stages.selection import Settings, select
from querywright.errors import SettingsError, TrainingError
from querywright.models.roles import Roles
from querywright.training.selector import Selector, train_selector
from querywright.training.selector.pair import read_pairs

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("trains")]

TINY = Selector(
    method="full", learning_rate=2e-3, epochs=4.0, batch=4, device_batch=4, held_out=0.3, prompt_tokens=450,
    log_every=1, patience=0,
)  # fmt: skip
"""The tiny model's tokens are letters: a prompt that it can read is short."""


def trained(folder: Path, base: Path, output: Path, settings: Selector = TINY, **more):
    heard: list[str] = []
    files = {"candidates": folder / "candidates.jsonl", "gold": folder / "gold.jsonl"} | more
    found = train_selector(
        files.pop("candidates"), str(base), output, databases=folder / "databases", settings=settings,
        tell=heard.append, **files,
    )  # fmt: skip
    return found, heard


@pytest.fixture(scope="module")
def causal(folder: Path, tiny_model: Path, tmp_path_factory):
    return trained(folder, tiny_model, tmp_path_factory.mktemp("causal") / "out")


def test_a_tiny_model_learns_and_its_accuracy_is_on_record(causal) -> None:
    folder, heard = causal
    losses = [entry["loss"] for entry in folder.logged() if "loss" in entry]
    assert len(losses) > 10
    assert sum(losses[-4:]) < 0.7 * sum(losses[:4])
    record = folder.record()
    assert record["kind"] == "selector"
    assert record["status"] == "finished"
    assert set(record["split"]["held_out_databases"]).isdisjoint(record["split"]["learnt_databases"])
    for moment in ("before", "after"):
        assert record[moment]["pairs"] == record["split"]["held_out"]
        assert 0 <= record[moment]["low"] <= record[moment]["accuracy"] <= record[moment]["high"] <= 100
    assert record["figures"]["accuracy"] == record["after"]["accuracy"]
    assert record["figures"]["accuracy_before"] == record["before"]["accuracy"]
    assert record["pairs"]["right"] == {"candidate": 24}
    assert any("from unseen databases it finds the right query in" in line for line in heard)


def test_what_is_held_out_and_what_is_learnt_are_files(causal) -> None:
    folder, _ = causal
    learnt, held_out = (list(read_pairs(folder.lessons / f"{name}.jsonl")) for name in ("learnt", "held_out"))
    split = folder.record()["split"]
    assert (len(learnt), len(held_out)) == (split["learnt"], split["held_out"])
    assert {pair.db_id for pair in held_out} == set(split["held_out_databases"])


def test_the_folder_is_a_judge(causal, folder: Path) -> None:
    out, _ = causal
    judge = open_judge(out.path)
    assert judge.prompt_tokens == 450
    with qw.Catalog.open(folder / "databases") as catalog:
        desk = Desk(catalog["music"], None)
        queries = [f"SELECT age FROM singer WHERE id = {n}" for n in (1, 2)]
        candidates = tuple(Candidate(sql, "any", n, outcome=desk.execute(sql)) for n, sql in enumerate(queries))
        known = Known("q", "How old?", "", whole(desk.schema), candidates=candidates)
        after = select(known, desk, Settings(by="tournament", judge=str(out.path)))
    assert after.choice is not None
    assert judge.name in after.choice.why
    assert judge.name.startswith("out-")
    assert Preset.load("chase").judged_by(out.path).judges() == {str(out.path): judge.name}


def test_an_adapter_is_trained_and_merged(folder: Path, tiny_model: Path, tmp_path: Path) -> None:
    settings = replace(TINY, method="lora", rank=4, steps=4)
    out, _ = trained(folder, tiny_model, tmp_path / "out", settings)
    assert (out.adapter / "adapter_config.json").is_file()
    assert open_judge(out.path).prefers([next(read_pairs(out.lessons / "learnt.jsonl")).asked])[0] is not None


def test_a_finished_training_is_not_done_again_and_another_is_refused(causal, folder: Path, tiny_model: Path) -> None:
    out, _ = causal
    before = out.record()
    _, heard = trained(folder, tiny_model, out.path, resume=True)
    assert out.record() == before
    assert "finished already" in heard[-1]
    with pytest.raises(SettingsError, match="holds a training already"):
        trained(folder, tiny_model, out.path)
    with pytest.raises(SettingsError, match="cannot be resumed, since"):
        trained(folder, tiny_model, out.path, replace(TINY, seed=1), resume=True)


def test_a_training_that_was_stopped_goes_on_with_the_same_pairs(
    folder: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from querywright.training import libraries

    settings = replace(TINY, steps=6, check_every=3)
    whole, _ = trained(folder, tiny_model, tmp_path / "whole", settings)

    def stopped(*_, **__):
        raise TrainingError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(libraries, "sft", stopped)
        with pytest.raises(TrainingError, match="disk is full"):
            trained(folder, tiny_model, tmp_path / "half", settings)
    pairs = (tmp_path / "half" / "lessons" / "learnt.jsonl").read_bytes()
    half, _ = trained(folder, tiny_model, tmp_path / "half", settings, resume=True)
    assert (tmp_path / "half" / "lessons" / "learnt.jsonl").read_bytes() == pairs
    assert half.record()["after"] == whole.record()["after"]


CROSS = replace(Selector.of("cross-encoder"), epochs=4.0, batch=4, device_batch=4, held_out=0.3, log_every=1)


@pytest.fixture(scope="module")
def cross(folder: Path, mini_lm: Path, tmp_path_factory):
    return trained(folder, mini_lm, tmp_path_factory.mktemp("cross") / "out", CROSS)


def test_a_cross_encoder_learns_and_is_a_judge(cross) -> None:
    out, _ = cross
    losses = [entry["loss"] for entry in out.logged() if "loss" in entry]
    assert losses[-1] < losses[0]
    record = out.record()
    assert record["figures"]["accuracy"] >= 75  # ages and ages + 1: what it learns here is easy
    assert record["figures"]["cut"] == 0
    held_out = list(read_pairs(out.lessons / "held_out.jsonl"))
    found = open_judge(out.path).prefers([each for pair in held_out for each in (pair.asked, pair.turned)])
    assert [found[n] + found[n + 1] for n in range(0, len(found), 2)] == pytest.approx([1.0] * len(held_out))
    assert record["after"]["torn"] == 0


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────


def complaint(error, *args, **named) -> str:
    with pytest.raises(error) as raised:
        trained(*args, **named)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_where_no_pair_can_be_made_the_reasons_are_told(folder: Path, tiny_model: Path, tmp_path: Path) -> None:
    rows = [said(row, right(row["db_id"], 1)) for row in gold_rows() if row["id"].endswith("-1")]
    only = write(tmp_path / "said.jsonl", rows)
    told = complaint(TrainingError, folder, tiny_model, tmp_path / "out", candidates=only)
    assert "there is nothing to learn: 0 pairs" in told
    assert "3 no candidate is wrong" in told


def test_pairs_longer_than_the_window_are_counted(folder: Path, tiny_model: Path, tmp_path: Path) -> None:
    told = complaint(TrainingError, folder, tiny_model, tmp_path / "out", replace(TINY, max_tokens=64))
    assert "24 of them longer than the window" in told


def test_a_base_without_a_chat_template_is_told(folder: Path, tiny_model: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "mute")
    (tmp_path / "mute" / "chat_template.jinja").unlink()
    assert "has no chat template" in complaint(TrainingError, folder, tmp_path / "mute", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_template_in_which_a_and_b_are_no_single_tokens_is_told(
    folder: Path, tiny_model: Path, tmp_path: Path
) -> None:
    template = tmp_path / "twice.jinja"
    template.write_text(
        (tiny_model / "chat_template.jinja").read_text().replace("+ '<|im_end|>'", "* 2 + '<|im_end|>'")
    )
    told = complaint(TrainingError, folder, tiny_model, tmp_path / "out", chat_template=template)
    assert "A and B are no single tokens" in told


def test_one_database_cannot_be_split_by_database(folder: Path, tiny_model: Path, tmp_path: Path) -> None:
    rows = [row for row in gold_rows() if row["db_id"] == "music"]
    only = write(tmp_path / "gold.jsonl", rows)
    assert "all examples are of one database" in complaint(
        SettingsError, folder, tiny_model, tmp_path / "out", gold=only
    )


def test_other_bad_input_is_told(folder: Path, tiny_model: Path, mini_lm: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="a cross-encoder is trained whole"):
        Selector(kind="cross-encoder")
    with pytest.raises(SettingsError, match="a selector is a causal-lm or a cross-encoder"):
        Selector(kind="tree")
    with pytest.raises(SettingsError, match="pairs is 1 or more"):
        Selector(pairs=0)
    assert "no chat model is named" in complaint(SettingsError, folder, tiny_model, tmp_path / "out", hints=Roles())
    assert "cannot be loaded as a cross-encoder" in complaint(
        TrainingError, folder, tmp_path / "nowhere", tmp_path / "out", CROSS
    )
