"""Real trainings of a few steps: what is learnt, kept, resumed, refused, and used by the index and by the stage."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from querywright.databases import Catalog
from querywright.datasets import Example, write_jsonl
from querywright.errors import DatasetError, SettingsError, TrainingError
from querywright.models.local import FolderEmbedding
from querywright.retrieval.embedding import Embedder
from querywright.retrieval.examples import ExampleIndex
from querywright.training import sentence_libraries
from querywright.training.folder import TrainingFolder
from querywright.training.retriever.infonce import infonce
from querywright.training.retriever.settings import IN_BATCH, Retriever
from querywright.training.retriever.training import train_retriever

pytestmark = [
    pytest.mark.weights,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning"),
]
SHORT = Retriever(
    negatives=3, batch=6, device_batch=6, epochs=4.0, learning_rate=2e-4, held_out=0.25, log_every=1, patience=0
)


def weights(folder: TrainingFolder) -> dict[str, Any]:
    from safetensors.numpy import load_file

    found: dict[str, Any] = load_file(folder.model / "model.safetensors")
    return found


@pytest.fixture(scope="module")
def trained(base: str, dataset: Path, databases: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingFolder:
    output = tmp_path_factory.mktemp("trained") / "retriever"
    return train_retriever(dataset, base, output, databases=databases, settings=SHORT)


def test_the_loss_falls(trained: TrainingFolder) -> None:
    losses = [entry["loss"] for entry in trained.logged() if "loss" in entry]
    assert np.mean(losses[-3:]) < 0.7 * np.mean(losses[:3])


def test_the_record_says_what_was_done_and_what_came_of_it(trained: TrainingFolder) -> None:
    record = trained.record()
    assert (record["kind"], record["status"]) == ("retriever", "finished")
    assert record["decided_by"]["settings"]["temperature"] == 0.05
    assert record["split"]["held_out"] == 6
    assert len(record["split"]["held_out_databases"]) == 1
    figures = record["figures"]
    assert figures["skeletons"] == 6
    assert figures["asked"] == figures["answerable"] == 6
    assert set(figures["untrained"]) == set(figures["trained"]) >= {"recall@1", "recall@5", "mrr", "likeness@5"}
    assert figures["trained"]["mrr"] > figures["untrained"]["mrr"]
    assert figures["gain"]["mrr"]["difference"] == pytest.approx(
        figures["trained"]["mrr"] - figures["untrained"]["mrr"], abs=2e-4
    )
    looks = [entry for entry in trained.logged() if "recall@5" in entry]
    assert len(looks) == 4  # once an epoch


def test_the_instruction_is_kept_and_put_before_masked_questions_only(
    trained: TrainingFolder, examples: list[Example], databases: Path, tmp_path: Path
) -> None:
    prompts = json.loads((trained.model / "config_sentence_transformers.json").read_text())
    assert prompts["prompts"]["query"] == SHORT.instruction
    assert prompts["default_prompt_name"] is None
    model = FolderEmbedding(trained.model)
    assert model.instruction == SHORT.instruction
    said: list[str] = []

    def embed(texts: Any) -> Any:
        said.extend(texts)
        return model.vectors(texts)

    with Catalog.open(databases) as catalog:
        index = ExampleIndex.build(
            examples, tmp_path / "index", Embedder(model.name, embed, model.instruction), catalog
        )
        built = {text for text in said if text.startswith(SHORT.instruction)}
        assert SHORT.instruction + "How many <mask> are there ?" in built
        assert "SELECT COUNT(*) FROM <mask>" in said
        assert "How many singers are there?" in said
        said.clear()
        index.search("How many cars are there?", catalog["cars"].schema, 3)
        index.search("How many cars are there?", catalog["cars"].schema, 3, "masked-question")
        assert said == [SHORT.instruction + "How many <mask> are there ?"] * 2


def test_an_index_retrieves_what_was_measured(
    trained: TrainingFolder, examples: list[Example], databases: Path, tmp_path: Path
) -> None:
    out = set(trained.record()["split"]["held_out_databases"])
    model = FolderEmbedding(trained.model)
    embed = Embedder(model.name, model.vectors, model.instruction)
    asked = [each for each in examples if each.db_id in out]
    with Catalog.open(databases) as catalog:
        index = ExampleIndex.build((e for e in examples if e.db_id not in out), tmp_path / "index", embed, catalog)
        first = [index.search(each.question, catalog[each.db_id].schema, 1)[0].example for each in asked]
    kinds = [(one.id or "")[-1] == (each.id or "")[-1] for one, each in zip(first, asked, strict=True)]
    assert 100 * sum(kinds) / len(kinds) == pytest.approx(trained.record()["figures"]["trained"]["recall@1"], abs=0.01)


def test_ask_retrieves_with_it_by_name(
    trained: TrainingFolder, examples: list[Example], databases: Path, tmp_path: Path
) -> None:
    from querywright.answering.known import Known
    from querywright.answering.showing import whole
    from querywright.answering.stages.example_retrieval import Settings, retrieve_examples
    from querywright.models.naming import resolve
    from querywright.models.opened import Models
    from querywright.retrieval.embedding import embedder

    class Desk:
        pass

    named = resolve(str(trained.model), {})
    with Catalog.open(databases) as catalog, Models(None, embedding=named, cache=tmp_path / "cache.sqlite") as models:
        embed = embedder(models)
        assert embed.instruction == SHORT.instruction
        desk: Any = Desk()
        desk.examples = ExampleIndex.build(examples, tmp_path / "index", embed, catalog)
        desk.schema, desk.seed = catalog["cars"].schema, 0
        known = Known("k", "Which animal is the heaviest?", "", whole(desk.schema))
        found = retrieve_examples(known, desk, Settings(k=3))
    assert [shot.origin for shot in found.shots] == ["retrieved"] * 3
    assert "ORDER BY" in found.shots[0].SQL


def test_a_killed_training_resumes_to_the_same_weights(
    base: str, dataset: Path, databases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(SHORT, split="none", steps=6, check_every=2)
    whole = train_retriever(dataset, base, tmp_path / "whole", databases=databases, settings=settings)

    def killed(self: TrainingFolder, entry: dict[str, Any]) -> None:
        if entry["step"] == 5:
            raise KeyboardInterrupt
        return log(self, entry)

    log = TrainingFolder.log
    monkeypatch.setattr(TrainingFolder, "log", killed)
    with pytest.raises(KeyboardInterrupt):
        train_retriever(dataset, base, tmp_path / "parts", databases=databases, settings=settings)
    monkeypatch.setattr(TrainingFolder, "log", log)
    folder = TrainingFolder(tmp_path / "parts")
    assert folder.record()["status"] == "running"
    with pytest.raises(SettingsError, match="--resume"):
        train_retriever(dataset, base, tmp_path / "parts", databases=databases, settings=settings)
    other = replace(settings, temperature=0.2)
    with pytest.raises(SettingsError, match="temperature"):
        train_retriever(dataset, base, tmp_path / "parts", databases=databases, settings=other, resume=True)
    train_retriever(dataset, base, tmp_path / "parts", databases=databases, settings=settings, resume=True)
    assert [e["step"] for e in folder.logged() if "loss" in e] == [1, 2, 3, 4, 5, 6]
    train_retriever(dataset, base, tmp_path / "parts", databases=databases, settings=settings, resume=True)  # finished
    before, after = weights(whole), weights(folder)
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_the_temperature_is_the_one_that_was_set(
    base: str, dataset: Path, databases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[float] = []

    def watched(questions: Any, queries: Any, marks: Any, temperature: float) -> Any:
        used.append(temperature)
        return infonce(questions, queries, marks, temperature)

    monkeypatch.setattr("querywright.training.sentence_libraries.infonce", watched)
    settings = replace(SHORT, split="none", steps=1, temperature=0.9)
    folder = train_retriever(dataset, base, tmp_path / "hot", databases=databases, settings=settings)
    assert used == [0.9]
    # At a high temperature all candidates are nearly as likely: log 4 for one right and three wrong ones.
    assert abs(folder.logged()[0]["loss"] - np.log(4)) < 0.3


def test_the_others_of_a_batch_are_negatives_too(base: str, dataset: Path, databases: Path, tmp_path: Path) -> None:
    settings = replace(SHORT, negatives=IN_BATCH, split="none", steps=8, checkpointing="on")
    folder = train_retriever(dataset, base, tmp_path / "in-batch", databases=databases, settings=settings)
    losses = [entry["loss"] for entry in folder.logged() if "loss" in entry]
    assert np.mean(losses[-2:]) < np.mean(losses[:2])
    assert "trained" not in folder.record()["figures"]  # nothing was held out


def test_without_databases_the_sql_says_what_is_masked(base: str, dataset: Path, tmp_path: Path) -> None:
    told: list[str] = []
    settings = replace(SHORT, split="none", steps=1)
    train_retriever(dataset, base, tmp_path / "r", settings=settings, tell=told.append)
    assert any("--databases" in line for line in told)


def test_texts_that_lose_their_end_are_counted(base: str, dataset: Path, databases: Path, tmp_path: Path) -> None:
    settings = replace(SHORT, split="none", steps=1, max_tokens=16)
    folder = train_retriever(dataset, base, tmp_path / "r", databases=databases, settings=settings)
    assert folder.record()["figures"]["cut"] > 0
    assert sentence_libraries.opened(str(folder.path)).max_seq_length == 16


# ── what goes wrong is one line ──────────────────────────────────────────────────────────────────────────────────────


def test_too_few_pairs(base: str, examples: list[Example], databases: Path, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "few.jsonl", [*examples[:3], Example("cars", "What?", "SELECT (")])
    settings = replace(SHORT, split="none")
    with pytest.raises(TrainingError, match=r"too little to learn: 3 pairs.*1 its SQL cannot be read"):
        train_retriever(tmp_path / "few.jsonl", base, tmp_path / "r", databases=databases, settings=settings)
    assert not (tmp_path / "r").exists()


def test_no_rows(base: str, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("")
    with pytest.raises(DatasetError):
        train_retriever(tmp_path / "none.jsonl", base, tmp_path / "r")


def test_one_database_cannot_be_split(base: str, examples: list[Example], databases: Path, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "one.jsonl", examples[:6])
    with pytest.raises(SettingsError, match="one database"):
        train_retriever(tmp_path / "one.jsonl", base, tmp_path / "r", databases=databases)


def test_a_base_that_is_no_embedding_model(base: str, dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "chat").mkdir()
    (tmp_path / "chat" / "config.json").write_text('{"model_type": "qwen2"}')
    with pytest.raises(TrainingError, match="no embedding model"):
        train_retriever(dataset, str(tmp_path / "chat"), tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_a_base_that_is_not_there(base: str, dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="nobody/nothing"):
        train_retriever(dataset, "nobody/nothing", tmp_path / "r")


def test_the_extra_is_missing(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("querywright.training.base.find_spec", lambda name: None)
    with pytest.raises(TrainingError, match=r"pip install 'querywright\[train\]'"):
        train_retriever(dataset, "anything", tmp_path / "r")


def broken(monkeypatch: pytest.MonkeyPatch, make: Callable[[Any], Any]) -> None:
    monkeypatch.setattr("querywright.training.sentence_libraries.infonce", lambda *given: make(infonce(*given)))


def test_a_loss_that_is_no_number_stops_with_its_step(
    base: str, dataset: Path, databases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, lambda loss: loss * float("nan"))
    settings = replace(SHORT, split="none")
    with pytest.raises(TrainingError, match=r"nan at step 1"):
        train_retriever(dataset, base, tmp_path / "r", databases=databases, settings=settings)
    assert not (tmp_path / "r" / "model").exists()


def test_a_full_disk(
    base: str, dataset: Path, databases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer

    def full(self: Any, path: str, *given: Any, **named: Any) -> None:
        raise OSError(28, "No space left on device", path)

    settings = replace(SHORT, split="none", steps=2)
    kept = SentenceTransformer.save_pretrained
    monkeypatch.setattr(SentenceTransformer, "save_pretrained", full)
    with pytest.raises(TrainingError, match="disk is full"):
        train_retriever(dataset, base, tmp_path / "r", databases=databases, settings=settings)
    monkeypatch.setattr(SentenceTransformer, "save_pretrained", kept)
    train_retriever(dataset, base, tmp_path / "r", databases=databases, settings=settings, resume=True)
    assert (tmp_path / "r" / "model" / "model.safetensors").is_file()
