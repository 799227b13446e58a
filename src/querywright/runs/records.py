"""What became of one input, as bytes: made in the worker, stored and copied to files without being read again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import orjson

from querywright.datasets.example import Example
from querywright.datasets.jsonl import clean, dumps, example_id
from querywright.errors import DatasetError
from querywright.runs.chains import without_addresses
from querywright.runs.steps import Outcome, Rejected

DIGEST_BYTES = 16
ALWAYS_NEW = bytes(DIGEST_BYTES)
"""Stands for `unique_key(example) is None`; no digest is all zeros in practice."""

RECORD_STEP, UNWRITABLE = "record", "cannot be written as JSON"


class Record(NamedTuple):
    """One row of the store. All that settling needs is `added`, `digests` and `drops`."""

    position: int
    key: str
    added: int
    digests: bytes
    """One digest of the unique key for each kept example, joined."""
    drops: bytes
    """JSON: [step, reason] for each rejected example."""
    kept: bytes
    """Lines for the dataset file."""
    rejected: bytes
    """Lines for the rejects file."""


def pack(position: int, outcome: Outcome, unique_keys: Sequence[str | None]) -> Record:
    """Serialise an outcome. A kept example that JSON cannot say becomes a reject of the step `record`."""
    lines, digests = [], []
    rejected = list(outcome.rejected)
    for example, unique_key in zip(outcome.kept, unique_keys, strict=True):
        try:
            lines.append(dumps(_identified(example)))
            digests.append(digest(unique_key))
        except DatasetError as error:
            rejected.append(Rejected(RECORD_STEP, UNWRITABLE, without_addresses(str(error)), example))
    return Record(
        position=position,
        key=clean(outcome.key),
        added=outcome.added,
        digests=b"".join(digests),
        drops=orjson.dumps([(clean(r.step), clean(r.reason)) for r in rejected]),
        kept=b"".join(lines),
        rejected=b"".join(_rejected_line(outcome.key, r) for r in rejected),
    )


def digest(unique_key: str | None) -> bytes:
    """The unique key in 16 bytes, so that a million of them fit in memory."""
    if unique_key is None:
        return ALWAYS_NEW
    return blake2b(unique_key.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def reject_line(key: str, step: str, reason: str, detail: str, example: bytes) -> bytes:
    """One line of the rejects file around an example that is JSON already."""
    row = {
        "id": orjson.loads(example)["id"],
        "key": clean(key),
        "step": clean(step),
        "reason": clean(reason),
        "detail": clean(detail),
        "example": orjson.Fragment(example.rstrip(b"\n")),
    }
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _rejected_line(key: str, rejected: Rejected) -> bytes:
    """A reject's line, whatever its example holds: nothing vanishes because it could not be printed."""
    example = _identified(rejected.example)
    try:
        line = dumps(example)
    except DatasetError:
        spelled = {"unwritable": without_addresses(ascii(rejected.example))}
        line = dumps(Example(db_id=clean(example.db_id), id=example.id, extra=spelled))
    return reject_line(key, rejected.step, rejected.reason, rejected.detail, line)


def _identified(example: Example) -> Example:
    """The example with its id, which no step has to think of."""
    return example if example.id else example.having(id=example_id(example))
