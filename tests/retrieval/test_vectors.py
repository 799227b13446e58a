"""The nearest vectors are found exactly, in one order, without reading them all."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.errors import RetrievalError
from querywright.retrieval import vectors
from querywright.retrieval.vectors import VectorIndex


def units(rows: int, wide: int = 8, seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(rows, wide)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_the_nearest_comes_first_and_the_score_is_the_cosine(tmp_path: Path) -> None:
    kept = np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], np.float32)
    VectorIndex.write(tmp_path, "v", kept)
    (found,) = VectorIndex.open(tmp_path, "v").search(np.array([[1, 0]], np.float32), 4)
    assert [row for row, _ in found] == [0, 2, 1, 3]
    assert [score for _, score in found] == pytest.approx([1, 0.6, 0, -1])


def test_equal_ones_come_in_the_order_of_their_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "BLOCK", 7)
    kept = units(50, 64)
    kept[[3, 11, 29, 48]] = kept[40]
    VectorIndex.write(tmp_path, "v", kept)
    (found,) = VectorIndex.open(tmp_path, "v").search(kept[40:41], 4)
    assert [row for row, _ in found] == [3, 11, 29, 40]
    assert len({score for _, score in found}) == 1


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(0, 60), k=st.integers(0, 70), seed=st.integers(0, 9), block=st.integers(1, 30))
def test_it_finds_what_comparing_all_finds(
    tmp_path_factory: pytest.TempPathFactory, rows: int, k: int, seed: int, block: int
) -> None:
    folder = tmp_path_factory.mktemp("v")
    kept, asked = units(rows, seed=seed), units(3, seed=seed + 100)
    VectorIndex.write(folder, "v", kept)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "BLOCK", block)
        found = VectorIndex.open(folder, "v").search(asked, k)
    for query, near in zip(asked, found, strict=True):
        products = kept.astype(np.float64) @ query.astype(np.float64)
        assert [row for row, _ in near] == np.argsort(-products, kind="stable")[:k].tolist()


def test_ranked_gives_every_row_once(tmp_path: Path) -> None:
    kept = units(300)
    VectorIndex.write(tmp_path, "v", kept)
    index = VectorIndex.open(tmp_path, "v")
    assert list(index.ranked(kept[5], first=4)) == index.search(kept[5], 300)[0]


def test_blocks_make_the_same_file_as_all_at_once(tmp_path: Path) -> None:
    kept = units(12345, 4)
    assert VectorIndex.write(tmp_path, "whole", kept) == 12345
    assert VectorIndex.write(tmp_path, "parts", (kept[at : at + 1000] for at in range(0, 12345, 1000))) == 12345
    assert (tmp_path / "whole.npy").read_bytes() == (tmp_path / "parts.npy").read_bytes()
    assert np.array_equal(np.load(tmp_path / "parts.npy"), kept)


def test_a_failed_write_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    VectorIndex.write(tmp_path, "v", units(3))
    with pytest.raises(RetrievalError, match="differ in length"):
        VectorIndex.write(tmp_path, "v", iter([units(3), units(3, 5)]))
    assert len(VectorIndex.open(tmp_path, "v")) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["v.npy"]


def test_no_vectors_find_nothing(tmp_path: Path) -> None:
    VectorIndex.write(tmp_path, "v", iter([]))
    assert VectorIndex.open(tmp_path, "v").search(units(2), 5) == [[], []]


def test_a_question_of_another_model_is_one_line(tmp_path: Path) -> None:
    VectorIndex.write(tmp_path, "v", units(3, 8))
    with pytest.raises(RetrievalError, match="vectors of 8 numbers, the question's has 5"):
        VectorIndex.open(tmp_path, "v").search(units(1, 5), 2)


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_file_that_holds_no_vectors_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "v.npy").write_bytes(content)
    with pytest.raises(RetrievalError, match="build the index again") as error:
        VectorIndex.open(tmp_path, "v")
    assert "\n" not in str(error.value)


def test_an_array_of_something_else_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.arange(5))
    with pytest.raises(RetrievalError, match="holds no vectors"):
        VectorIndex.open(tmp_path, "v")


@pytest.mark.skipif(find_spec("faiss") is None, reason="faiss is not installed: pip install 'querywright[ann]'")
def test_faiss_finds_nearly_the_same_with_the_same_scores(tmp_path: Path) -> None:
    centres = units(50, 32, seed=1)
    noise = units(4000, 32, seed=2) * 0.3
    kept = centres[np.arange(4000) % 50] + noise
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    VectorIndex.write(tmp_path, "exact", kept)
    VectorIndex.write(tmp_path, "near", kept, ann_rows=1000)
    exact, near = VectorIndex.open(tmp_path, "exact"), VectorIndex.open(tmp_path, "near")
    assert exact.near is None
    assert near.near is not None
    asked = kept[::80]
    shared = 0
    for one, other in zip(exact.search(asked, 10), near.search(asked, 10), strict=True):
        scores = dict(one)
        shared += sum(row in scores and scores[row] == score for row, score in other)
    assert shared >= 0.9 * 10 * len(asked)


@pytest.mark.skipif(find_spec("faiss") is None, reason="faiss is not installed: pip install 'querywright[ann]'")
def test_faiss_goes_where_fewer_vectors_are_written(tmp_path: Path) -> None:
    VectorIndex.write(tmp_path, "v", units(200), ann_rows=100)
    assert (tmp_path / "v.faiss").exists()
    VectorIndex.write(tmp_path, "v", units(50), ann_rows=100)
    assert [path.name for path in tmp_path.iterdir()] == ["v.npy"]
