"""Strategies: ways to write candidates. This table is the whole list."""

from __future__ import annotations

from querywright.answering.strategies.contract import Strategy, Writer
from querywright.answering.strategies.direct import direct
from querywright.answering.strategies.divide_and_conquer import divide_and_conquer
from querywright.answering.strategies.few_shot import few_shot
from querywright.answering.strategies.query_plan import query_plan
from querywright.answering.strategies.synthetic_examples import synthetic_examples

STRATEGIES: dict[str, Strategy] = {
    "direct": direct,
    "few-shot": few_shot,
    "divide-and-conquer": divide_and_conquer,
    "query-plan": query_plan,
    "synthetic-examples": synthetic_examples,
}

__all__ = ["STRATEGIES", "Strategy", "Writer"]
