"""Strategies: ways to write candidates. This table is the whole list."""

from __future__ import annotations

from querywright.answering.strategies.contract import Strategy
from querywright.answering.strategies.direct import direct

STRATEGIES: dict[str, Strategy] = {"direct": direct}

__all__ = ["STRATEGIES", "Strategy"]
