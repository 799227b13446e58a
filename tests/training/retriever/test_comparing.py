"""What is measured is what an example index retrieves, with its map and without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from querywright.databases import Catalog
from querywright.datasets import Example
from querywright.models.hashed import HashedEmbedding
from querywright.retrieval.embedding import Embedder
from querywright.retrieval.examples import ExampleIndex
from querywright.retrieval.examples.alignment import LEAST
from querywright.retrieval.masking import mask_sql
from querywright.training.retriever.comparing import Trial
from querywright.training.retriever.pairs import gathered

INSTRUCTION = "find this: "


class Model:
    """The embedded model, called as sentence-transformers' models are."""

    def __init__(self, **prompts: str) -> None:
        self.prompts = prompts
        self.read: list[str] = []

    def encode(self, texts: Sequence[str], **named: Any) -> Any:
        self.read += texts
        return HashedEmbedding().vectors(texts)


@pytest.fixture(scope="module")
def many(examples: list[Example]) -> list[Example]:
    """As many as a map needs, of three databases, and the six of the fourth."""
    chance = Random(0)
    words = ("now", "please", "all", "do", "tell", "me", "and", "say", "what", "I", "ask")
    known = [each for each in examples if each.db_id != "shop"]
    more = [
        each.having(question=" ".join([*chance.sample(words, 4), each.question]), id=f"{each.id}-{number}")
        for number, each in enumerate(chance.choices(known, k=LEAST + 20))
    ]
    return [*more, *(each for each in examples if each.db_id == "shop")]


@pytest.fixture(scope="module")
def parts(many: list[Example]) -> tuple[list[Example], list[Example]]:
    return [each for each in many if each.db_id != "shop"], [each for each in many if each.db_id == "shop"]


@pytest.mark.parametrize("instruction", ["", INSTRUCTION])
def test_recall_is_that_of_an_index(
    parts: tuple[list[Example], list[Example]], databases: Path, tmp_path: Path, instruction: str
) -> None:
    learnt, asked = parts
    with Catalog.open(databases) as catalog:
        prompts = {"query": instruction} if instruction else {}
        trial = Trial.of(Model(**prompts), gathered(learnt, catalog), gathered(asked, catalog))
        schema = catalog["shop"].schema
        index = ExampleIndex.build(
            learnt, tmp_path / "index", Embedder("m", HashedEmbedding().vectors, instruction), catalog
        )
        right = [mask_sql(each.SQL, schema.dialect, schema) for each in asked]
        found = [
            [mask_sql(one.example.SQL, "sqlite", catalog[one.example.db_id].schema) for one in
             index.search(each.question, schema, 1)]
            for each in asked
        ]  # fmt: skip
    assert trial.aligned is not None
    assert trial.aligned.hits(1) == tuple(
        float(skeleton in shown) for skeleton, shown in zip(right, found, strict=True)
    )
    assert trial.plain != trial.aligned


def test_a_base_with_too_few_examples_has_no_map(examples: list[Example], databases: Path) -> None:
    with Catalog.open(databases) as catalog:
        trial = Trial.of(Model(), gathered(examples[:18], catalog), gathered(examples[18:], catalog))
    assert trial.aligned is None
    told = trial.with_instruction(INSTRUCTION).against(trial, Model())
    assert {"untrained", "trained", "gain", "asked", "answerable"} == set(told)


def test_the_instruction_stands_before_questions_and_not_before_sql(examples: list[Example], databases: Path) -> None:
    with Catalog.open(databases) as catalog:
        trial = Trial.of(Model(), gathered(examples[:18], catalog), gathered(examples[18:], catalog))
    model = Model()
    figures = trial.with_instruction(INSTRUCTION).look(model, 3)
    assert figures["recall@10"] <= 100
    questions = [text for text in model.read if text.startswith(INSTRUCTION)]
    assert len(questions) == 6
    assert all(text.startswith("SELECT") for text in model.read if text not in questions)


def test_the_same_model_gains_nothing(examples: list[Example], databases: Path) -> None:
    with Catalog.open(databases) as catalog:
        trial = Trial.of(Model(), gathered(examples[:18], catalog), gathered(examples[18:], catalog))
    told = trial.against(trial, Model())
    assert told["untrained"] == told["trained"]
    assert all(np.allclose(gain["interval"], 0) for gain in told["gain"].values())
