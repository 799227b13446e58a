"""Evaluation: how right predictions are, on databases that are only ever read."""
