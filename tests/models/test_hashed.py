"""The embedded embedding is the same everywhere, and near where spelling is."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.models.hashed import BATCH, DIMENSIONS, HashedEmbedding

MODEL = HashedEmbedding()
CAT = {244: 0.4472, 254: -0.4472, 274: -0.4472, 404: -0.4472, 450: 0.4472}
"""The axes of the five n-grams of a word of three letters."""


def near(one: str, other: str) -> float:
    first, second = MODEL.vectors([one, other])
    return float(first @ second)


@given(st.lists(st.text(st.characters(codec=None), max_size=40), max_size=6))
def test_every_text_has_a_unit_vector_that_its_neighbours_do_not_change(texts: list[str]) -> None:
    found = MODEL.vectors(texts)
    assert found.shape == (len(texts), DIMENSIONS)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    for text, vector in zip(texts, found, strict=True):
        assert np.array_equal(MODEL.vectors([text])[0], vector)


def test_the_numbers_are_these_and_stay() -> None:
    """Vectors are stored: whoever changes them changes the model's name."""
    assert MODEL.name == "hashed-1"
    (found,) = MODEL.vectors(["cat"])
    assert {int(axis): round(float(found[axis]), 4) for axis in np.flatnonzero(found)} == CAT


def test_another_process_gives_the_same_bytes() -> None:
    texts = ["Which client ordered most?", "", "größer als 5 €", "日本"]
    code = f"from querywright.models.hashed import *; print(HashedEmbedding().vectors({texts!r}).tobytes().hex())"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == MODEL.vectors(texts).tobytes().hex()


def test_more_texts_than_are_worked_on_at_once_keep_their_order() -> None:
    texts = [f"row number {n}" for n in range(BATCH + 3)]
    found = MODEL.vectors(texts)
    assert np.array_equal(found[-1], MODEL.vectors(texts[-1:])[0])
    assert np.array_equal(found[0], MODEL.vectors(texts[:1])[0])


def test_it_can_be_awaited_as_any_embedding_model() -> None:
    assert np.array_equal(asyncio.run(MODEL.embed(["a b"], step="question")), MODEL.vectors(["a b"]))
    assert asyncio.run(MODEL.embed([])).shape == (0, DIMENSIONS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Customer orders", "customer ORDERS"),
        ("order_id", "order id"),
        ("how many  clients", " how many clients "),
        ("", "   "),
        ("a_b", "a\n b"),
    ],
)
def test_case_spaces_and_underscores_make_no_difference(one: str, other: str) -> None:
    assert near(one, other) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "nearer", "farther"),
    [
        ("How many clients are there?", "How many cleints are there?", "How many airports are there?"),
        ("number of clients", "the clients' number", "list of airports"),
        ("average", "averages", "maximum"),
        ("name name name of clients", "name of clients", "name name name of airports"),
    ],
)
def test_what_is_spelt_alike_is_near(text: str, nearer: str, farther: str) -> None:
    assert near(text, nearer) > near(text, farther)


def test_word_boundaries_count() -> None:
    assert near("art", "art") > near("art", "partly") + 0.3
    assert near("ab cd", "abcd") < 0.5
