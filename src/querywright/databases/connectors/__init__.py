"""One module an engine, all to the same contract (`contract.py`)."""
