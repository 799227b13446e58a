"""Datasets: one record (`Example`), the files it lives in, what a set of them is made of, which ones are one too many.

Statistics, deduplication and decontamination parse SQL and are imported from their own modules, so that this face
stays light.
"""

from __future__ import annotations

from querywright.datasets.example import FIELDS, Example
from querywright.datasets.formats import FORMATS, export, read_dataset
from querywright.datasets.jsonl import example_id, read_jsonl, write_jsonl
from querywright.datasets.seeds import Seed, read_seeds

__all__ = [
    "FIELDS",
    "FORMATS",
    "Example",
    "Seed",
    "example_id",
    "export",
    "read_dataset",
    "read_jsonl",
    "read_seeds",
    "write_jsonl",
]
