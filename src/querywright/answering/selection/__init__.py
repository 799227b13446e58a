"""Selectors: rules that take one of several candidates. This table is the whole list."""

from __future__ import annotations

from querywright.answering.selection.contract import Selector
from querywright.answering.selection.majority import majority

SELECTORS: dict[str, Selector] = {"majority": majority}

__all__ = ["SELECTORS", "Selector"]
