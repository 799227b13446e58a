"""The parts of the page, in the order they are read; each module turns plain values into HTML."""
