"""Vectors come in the order of their texts, of length 1, once for each text; what is no vector is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_server import ModelServer, vector_of
from saying_server import says

from querywright.errors import ModelFailed, ModelUnavailable
from querywright.models import Ledger, ModelSettings, Price
from querywright.models.cache import ResponseCache
from querywright.models.embeddings import BATCH, open_embedding
from querywright.models.hashed import HashedEmbedding
from querywright.models.naming import resolve


def at(url: str, **values: Any) -> ModelSettings:
    return ModelSettings("mine", "compatible", "test", url, retries=values.pop("retries", 2), **values)


def embed(settings: ModelSettings, texts: Sequence[str], ledger: Ledger, cache: ResponseCache | None = None) -> Any:
    """The vectors, from a model that is opened and closed for them."""

    async def work() -> Any:
        model = open_embedding(settings, ledger, cache)
        try:
            return await model.embed(texts, step="question")
        finally:
            await model.close()

    return asyncio.run(work())


def unit(text: str) -> Any:
    vector = np.array(vector_of(text))
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def test_vectors_keep_the_order_of_the_texts_over_many_requests() -> None:
    texts = [f"question number {n}" for n in range(3 * BATCH + 5)]
    ledger = Ledger()
    with ModelServer(latency=0.01) as server:
        found = embed(at(server.url, price=Price(2.0)), texts, ledger)
        assert server.tally.calls == 4
    assert found.dtype == np.float32
    assert np.allclose(found, [unit(text) for text in texts], atol=1e-6)
    (usage,) = ledger
    assert (usage.step, usage.role, usage.model, usage.calls) == ("question", "embedding", "mine", 4)
    assert usage.input_tokens > 0
    assert usage.cost == pytest.approx(usage.input_tokens * 2e-6)


def test_a_text_that_comes_twice_is_sent_once() -> None:
    with ModelServer() as server:
        found = embed(at(server.url), ["a b", "c", "a b"] * BATCH, Ledger())
        assert server.tally.calls == 1
    assert np.array_equal(found[0], found[2])
    assert found.shape[0] == 3 * BATCH


def test_no_texts_are_no_request() -> None:
    with ModelServer() as server:
        assert embed(at(server.url), [], Ledger()).shape[0] == 0
        assert server.tally.calls == 0


def test_what_the_cache_knows_is_not_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    ledger = Ledger()
    with ModelServer() as server:
        with ResponseCache(path) as cache:
            first = embed(at(server.url), ["one", "two"], Ledger(), cache)
        with ResponseCache(path) as cache:
            again = embed(at(server.url), ["two", "three", "one"], ledger, cache)
        assert server.tally.calls == 2
        with ResponseCache(path) as cache:  # another model's vectors are others
            embed(at(server.url, extra_body={"dimensions": 8}), ["one"], Ledger(), cache)
        assert server.tally.calls == 3
    assert np.array_equal(again[[2, 0]], first)
    assert [(usage.calls, usage.cached, usage.saved_tokens) for usage in ledger] == [(1, 2, 2)]


@pytest.mark.parametrize("text", ["", "  ", "\ud800 lone", "日本語", "x" * 100_000])
def test_any_text_can_be_sent(text: str) -> None:
    with ModelServer() as server:
        found = embed(at(server.url), [text], Ledger())
    assert np.linalg.norm(found[0]) == pytest.approx(1)


def test_faults_that_pass_are_overcome() -> None:
    with ModelServer(script=["500", "reset", "429-after", "ok"], retry_after="0.01") as server:
        found = embed(at(server.url, retries=5), ["a"], Ledger())
    assert np.allclose(found[0], unit("a"), atol=1e-6)


def test_numbers_that_are_none_are_refused() -> None:
    with ModelServer(script=["nan"]) as server, pytest.raises(ModelFailed) as error:
        embed(at(server.url), ["a"], Ledger())
    assert str(error.value) == "mine: vectors that cannot be used: one has numbers that are none"


def row(index: int, embedding: Any) -> dict[str, Any]:
    return {"index": index, "embedding": embedding}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([row(0, [1.0])], "1 for 2 texts"),
        ([row(0, [1.0]), row(0, [1.0])], "2 for 2 texts"),
        ([row(0, [1.0]), row(2, [1.0])], "2 for 2 texts"),
        ([row(0, [1.0]), row(1, [1.0]), row(2, [1.0])], "3 for 2 texts"),
        ("none", "0 for 2 texts"),
        ([row(0, [1.0]), row(1, [])], "one is no list of numbers"),
        ([row(0, [1.0]), row(1, None)], "one is no list of numbers"),
        ([row(0, [1.0]), row(1, "no base64!")], "one is no list of numbers"),
        ([row(0, [1.0]), row(1, "AAA=")], "one is no list of numbers"),
        ([row(0, [1.0]), row(1, [[1.0], [2.0]])], "one is no list of numbers"),
        ([row(0, [1.0]), row(1, ["a"])], "one is no list of numbers"),
        ([row(0, [1.0]), row(1, [0.0])], "one is zero"),
        ([row(0, [1.0]), row(1, [1.0, 2.0])], "they differ in length"),
    ],
)
def test_an_answer_that_is_no_vector_a_text_is_refused(data: Any, said: str) -> None:
    with says(lambda asked: (200, {"data": data})) as url, pytest.raises(ModelFailed) as error:
        embed(at(url), ["a", "b"], Ledger())
    assert str(error.value) == f"mine: vectors that cannot be used: {said}"


def test_vectors_are_put_in_the_order_of_their_numbers() -> None:
    with says(lambda asked: (200, {"data": [row(1, [0, 3]), row(0, [2, 0])]})) as url:
        assert embed(at(url), ["a", "b"], Ledger()).tolist() == [[1, 0], [0, 1]]


def test_another_length_than_before_is_refused() -> None:
    lengths = iter([2, 3])

    async def work(url: str) -> None:
        model = open_embedding(at(url), Ledger())
        try:
            await model.embed(["a"])
            await model.embed(["b"])
        finally:
            await model.close()

    answer = lambda asked: (200, {"data": [row(0, [1.0] * next(lengths))]})  # noqa: E731
    with says(answer) as url, pytest.raises(ModelFailed, match="they have 2 and 3 numbers"):
        asyncio.run(work(url))


def test_a_server_that_packs_nothing_is_asked_for_digits() -> None:
    asked: list[Any] = []

    def answer(body: Any) -> tuple[int, Any]:
        asked.append("encoding_format" in body)
        if asked[-1]:
            return 400, {"error": {"message": "encoding_format is not supported"}}
        return 200, {"data": [row(place, [1.0, 0.0]) for place in range(len(body["input"]))]}

    with says(answer) as url:
        found = embed(at(url, concurrency=1), ["a"] + [f"b{n}" for n in range(BATCH)], Ledger())
    assert found.shape == (BATCH + 1, 2)
    assert asked.count(False) == 2


def test_a_server_without_embeddings_is_unavailable() -> None:
    with says(lambda asked: (404, {"detail": "Not Found"})) as url, pytest.raises(ModelUnavailable):
        embed(at(url), ["a"], Ledger())


def test_the_embedded_one_is_opened_by_its_name() -> None:
    assert isinstance(open_embedding(resolve("hashed", {}), Ledger()), HashedEmbedding)
