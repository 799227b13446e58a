"""How right predictions are, measured on databases that are only ever read, with figures that say how sure they are."""
