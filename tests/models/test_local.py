"""A folder of sentence-transformers weights is an embedding model; it is loaded when it is asked."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from querywright.errors import ModelUnavailable
from querywright.models import Ledger
from querywright.models.cache import ResponseCache
from querywright.models.embeddings import open_embedding
from querywright.models.local import FolderEmbedding
from querywright.models.naming import resolve


@pytest.mark.weights
def test_real_weights_know_what_words_mean(mini_lm: Path) -> None:
    model = FolderEmbedding(mini_lm)
    texts = ["How many clients are there?", "What is the number of customers?", "Which airport is the largest?"]
    found = asyncio.run(model.embed(texts))
    assert (found.shape, found.dtype) == ((3, 384), np.float32)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert found[0] @ found[1] > found[0] @ found[2] + 0.3
    assert asyncio.run(model.embed([])).shape == (0, 384)


@pytest.mark.weights
def test_what_they_said_is_remembered(mini_lm: Path, tmp_path: Path) -> None:
    ledger = Ledger()
    settings = resolve(str(mini_lm), {})
    with ResponseCache(tmp_path / "answers.sqlite") as cache:
        first = asyncio.run(open_embedding(settings, ledger, cache).embed(["a b"], "question"))
        again = asyncio.run(open_embedding(settings, ledger, cache).embed(["a b"], "question"))
    assert np.array_equal(first, again)
    assert ledger.total().cached == 1


@pytest.mark.weights
def test_weights_that_cannot_be_loaded_are_one_line(mini_lm: Path, tmp_path: Path) -> None:
    for path in mini_lm.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(b"{" if path.suffix == ".safetensors" else path.read_bytes())
    with pytest.raises(ModelUnavailable, match="its weights cannot be loaded") as error:
        asyncio.run(FolderEmbedding(tmp_path).embed(["a"]))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ('{"prompts": {"query": "find: ", "document": ""}}', "find: "),
        ('{"prompts": {"query": null}}', ""),
        ('{"prompts": ["find: "]}', ""),
        ("[]", ""),
        ("{", ""),
    ],
)
def test_what_it_wants_to_read_before_a_question_is_read_from_its_prompts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str, found: str
) -> None:
    monkeypatch.setattr("querywright.models.local.find_spec", lambda name: True)
    (tmp_path / "config.json").write_text("{}")
    assert FolderEmbedding(tmp_path).instruction == ""
    (tmp_path / "config_sentence_transformers.json").write_text(kept)
    assert FolderEmbedding(tmp_path).instruction == found
    settings = resolve(str(tmp_path), {})
    remembered: Any = open_embedding(settings, Ledger())
    assert remembered.instruction == found


def test_without_the_extra_it_is_said_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")
    find: Any = importlib.util.find_spec
    monkeypatch.setattr(
        "querywright.models.local.find_spec", lambda name: None if name == "sentence_transformers" else find(name)
    )
    with pytest.raises(ModelUnavailable, match=r"pip install 'querywright\[local\]'"):
        FolderEmbedding(tmp_path)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="there are no weights"):
        FolderEmbedding(tmp_path)
