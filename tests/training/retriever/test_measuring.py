"""Figures of small tables against those counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from querywright.training.retriever.measuring import Asked, gains, grouped_bootstrap, retrieved

BASE = {"SELECT a": 3, "SELECT b": 4, "SELECT b FROM c": 1}
QUERIES = np.eye(3, dtype=np.float32)
ASKED = (Asked("x", "one", "SELECT a"), Asked("y", "two", "SELECT b FROM c"), Asked("y", "three", "SELECT z"))
#                     the right one first   third, after 3 + 4       the right one is not there
BEFORE = np.array([[0.9, 0.3, 0.1], [0.9, 0.5, 0.1], [0.1, 0.9, 0.2]], np.float32)
AFTER = np.array([[0.1, 0.9, 0.2], [0.1, 0.5, 0.9], [0.1, 0.9, 0.2]], np.float32)


def test_the_rank_is_that_among_examples_not_among_skeletons() -> None:
    found = retrieved(ASKED, BASE, BEFORE, QUERIES)
    assert found.ranks == (1, 8, None)
    assert retrieved(ASKED, BASE, AFTER, QUERIES).ranks == (6, 1, None)


def test_recall_is_over_questions_that_can_be_answered() -> None:
    figures = retrieved(ASKED, BASE, BEFORE, QUERIES).figures()
    assert (figures["recall@1"], figures["recall@5"], figures["recall@10"]) == (50, 50, 100)
    assert figures["mrr"] == pytest.approx((1 + 1 / 8) / 2, abs=1e-4)


def test_likeness_is_the_mean_of_what_is_shown_over_all_questions() -> None:
    found = retrieved(ASKED, BASE, BEFORE, QUERIES)
    # "SELECT a" thrice, then "SELECT b" twice: 1, 1, 1, 1/3, 1/3
    assert found.alike[5][0] == pytest.approx((3 + 2 / 3) / 5)
    # of "SELECT b FROM c": 1/5 thrice, 1/2 twice
    assert found.alike[5][1] == pytest.approx((3 / 5 + 1) / 5)
    # of "SELECT z", which none has: "SELECT b" four times, then "SELECT b FROM c"
    assert found.alike[5][2] == pytest.approx((4 / 3 + 1 / 5) / 5)
    assert found.alike[1] == pytest.approx((1, 1 / 5, 1 / 3))
    # There are but eight examples: the mean is over those.
    assert found.alike[10][0] == pytest.approx((3 + 4 / 3 + 1 / 5) / 8)


def test_a_gain_is_the_paired_difference_with_its_interval() -> None:
    before, after = (retrieved(ASKED, BASE, vectors, QUERIES) for vectors in (BEFORE, AFTER))
    gain = gains(before, after, ASKED)
    assert gain["recall@5"]["difference"] == 0  # one lost, one won
    assert gain["recall@5"]["interval"] == [-100, 100]
    assert gain["mrr"]["difference"] == pytest.approx(((1 / 6 - 1) + (1 - 1 / 8)) / 2, abs=1e-4)
    assert gains(before, before, ASKED)["likeness@5"] == {
        "difference": 0, "interval": [0, 0], "interval_by_database": [0, 0],
    }  # fmt: skip


def test_questions_of_one_database_are_drawn_together() -> None:
    values, groups = [1.0] * 50 + [0.0] * 50, ["a"] * 50 + ["b"] * 50
    wide, narrow = grouped_bootstrap(values, groups), grouped_bootstrap(values, [str(n) for n in range(100)])
    assert (wide.low, wide.high) == (0, 1)
    assert 0.38 < narrow.low < 0.43 < 0.57 < narrow.high < 0.62
    assert grouped_bootstrap([], []) == grouped_bootstrap([0.0], ["a"])


def test_nothing_asked_is_nothing_measured() -> None:
    found = retrieved((), BASE, np.empty((0, 3), np.float32), QUERIES)
    assert found.figures()["recall@5"] == 0
