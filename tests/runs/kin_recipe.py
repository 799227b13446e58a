"""A recipe that tells which process worked on which database; imported by workers, so in a module of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from querywright.datasets.example import Example
from querywright.models import Usage
from querywright.runs import Input, Step

DATABASES, EACH = 12, 4


def inputs() -> Iterator[Input]:
    """Those of one database after those of another."""
    for number in range(DATABASES * EACH):
        yield Input(f"kin#{number}", Example(db_id=f"db{number // EACH}", question=str(number)))


class Tell:
    """Takes a moment, and notes who it is."""

    name = "tell"

    def __call__(self, example: Example) -> Iterable[Example]:
        time.sleep(0.06)
        yield example.having(extra={"worker": os.getpid()})


class Kin:
    """Its one step."""

    steps: Sequence[Step] = (Tell(),)

    def open(self) -> Kin:
        return self

    def usage(self) -> Sequence[Usage]:
        return ()

    def close(self) -> None: ...

    def fingerprint(self) -> dict[str, Any]:
        return {"job": "kin"}

    def unique_key(self, example: Example) -> str | None:
        return None
