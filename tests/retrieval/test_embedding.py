"""Texts become vectors in one way, whatever embeds; what is known is not asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from querywright.errors import ModelFailed, RetrievalError
from querywright.models.naming import resolve
from querywright.models.opened import Models
from querywright.retrieval import embedding
from querywright.retrieval.embedding import Embedder, Known, embedded, embedder


class Recording:
    """The embedded model, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked.append(list(texts))
        return embedded()(texts)


def test_a_text_that_comes_twice_is_asked_for_once() -> None:
    recording = Recording()
    found = Embedder("m", recording)(["a", "b", "a"])
    assert recording.asked == [["a", "b"]]
    assert np.array_equal(found, embedded()(["a", "b", "a"]))


def test_blocks_leave_out_what_is_known_and_what_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "BATCH", 2)
    recording = Recording()
    known = Known({"c": 1}, embedded()(["x", "c"]))
    blocks = list(Embedder("m", recording).blocks(iter(["a", "b", "c", "a", "d"]), known))
    assert recording.asked == [["a", "b"], ["d"]]
    assert [len(block) for block in blocks] == [2, 2, 1]
    assert np.array_equal(np.concatenate(blocks), embedded()(["a", "b", "c", "a", "d"]))


def test_no_texts_are_no_blocks() -> None:
    assert list(embedded().blocks([])) == []


@pytest.mark.parametrize("given", [np.zeros((1, 4)), np.zeros(2), np.zeros((2, 2, 2))])
def test_vectors_that_are_not_one_a_text_are_refused(given: np.ndarray) -> None:
    with pytest.raises(ModelFailed, match="vectors that cannot be used"):
        Embedder("m", lambda texts: given)(["a", "b"])


def test_a_question_is_asked_after_the_instruction_and_the_instruction_is_in_the_name() -> None:
    class Trained:
        name, fingerprint, instruction = "m", {"folder": "m"}, "find: "

    class Opened:
        embedding = Trained()

    found, plain = (embedder(Opened()) for Trained.instruction in ("find: ", ""))  # type: ignore[arg-type]
    assert found.asked("how many?") == "find: how many?"
    assert plain.asked("how many?") == embedded().asked("how many?") == "how many?"
    assert found.name != plain.name  # an index of before the instruction was read is not mixed with one of after


def test_an_index_is_asked_with_its_own_model() -> None:
    Embedder("m", embedded().embed).require("m", "here")
    with pytest.raises(RetrievalError, match="the index in here was built with the embedding model k, not with m"):
        Embedder("m", embedded().embed).require("k", "here")


def test_open_models_embed_as_the_embedded_model_does_without_another() -> None:
    with Models(None) as models:
        assert embedder(models).name == embedded().name
        assert np.array_equal(embedder(models)(["a b"]), embedded()(["a b"]))


def test_one_name_for_two_models_is_two_models() -> None:
    """A table of `querywright.toml` may say another model tomorrow."""

    def name(model: str) -> str:
        table = {"provider": "compatible", "model": model, "base-url": "http://127.0.0.1:9/v1"}
        with Models(None, embedding=resolve("mine", {"mine": table})) as models:
            return embedder(models).name

    assert name("one").startswith("mine-")
    assert name("one") == name("one") != name("two")
