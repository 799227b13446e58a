"""The parts of the page, in the order they are read; each module turns figures into HTML, or into nothing."""
