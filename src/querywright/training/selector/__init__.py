"""The selector: a model learns which of two queries is right, from candidates whose correctness is known."""

from __future__ import annotations

from querywright.training.selector.settings import Selector
from querywright.training.selector.training import train_selector

__all__ = ["Selector", "train_selector"]
