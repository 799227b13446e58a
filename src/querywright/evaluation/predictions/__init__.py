"""Predictions: what systems said, read from files, and matched by key with the gold rows they answer."""
