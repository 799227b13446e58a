"""The loss against the formula of the source, computed by hand."""

from __future__ import annotations

import math

import pytest

from querywright.training.retriever.infonce import infonce
from querywright.training.retriever.negatives import RIGHT, SILENT, WRONG

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'querywright[train]' torch")


def test_it_is_the_formula_of_the_method() -> None:
    questions = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    queries = torch.tensor([[1.0, 0.0], [0.6, 0.8], [-1.0, 0.0]])
    marks = torch.tensor([[RIGHT, WRONG, WRONG], [WRONG, RIGHT, SILENT]])
    τ = 0.5
    first = -math.log(math.exp(1 / τ) / (math.exp(1 / τ) + math.exp(0.6 / τ) + math.exp(-1 / τ)))
    second = -math.log(math.exp(0.8 / τ) / (math.exp(0.8 / τ) + math.exp(0 / τ)))
    assert float(infonce(questions, queries, marks, τ)) == pytest.approx((first + second) / 2, abs=1e-6)


def test_what_is_silent_moves_nothing() -> None:
    questions = torch.randn(1, 4)
    queries = torch.randn(3, 4, requires_grad=True)
    infonce(questions, queries, torch.tensor([[RIGHT, WRONG, SILENT]]), 0.05).backward()
    assert queries.grad is not None
    assert not queries.grad[2].any()
    assert queries.grad[:2].any()


def test_a_question_without_any_negative_costs_nothing() -> None:
    assert float(infonce(torch.ones(1, 2), torch.ones(1, 2), torch.tensor([[RIGHT]]), 0.05)) == 0
