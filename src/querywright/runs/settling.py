"""Deciding, in the order of the inputs, which outcomes count: the reason a run's bytes depend on nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

import orjson

from querywright.runs.records import ALWAYS_NEW, DIGEST_BYTES

UNIQUE_STEP, SEEN_BEFORE = "unique", "seen before"
COUNT_STEP, SURPLUS = "count", "beyond the number asked for"


class Verdict(Enum):
    """What settling says of one example that came through the chain."""

    KEPT = "kept"
    DUPLICATE = "duplicate"
    SURPLUS = "surplus"


@dataclass(slots=True)
class Tally:
    """Running counts of settled inputs. `inputs == fruitful + fruitless`; `inputs + added == kept + rejected`."""

    inputs: int = 0
    fruitful: int = 0
    """Inputs that gave at least one kept example."""
    added: int = 0
    """Examples that steps made beyond one each."""
    kept: int = 0
    drops: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def rejected(self) -> int:
        return self.drops.total()

    @property
    def fruitless(self) -> int:
        """Inputs that ended in rejects only."""
        return self.inputs - self.fruitful


class Settler:
    """Settles outcomes one after the other, from the first position on.

    Args:
        count: stop at the example that makes this many; None: never.
        patience: stop after this many inputs in a row gave no new example; None: never.
    """

    def __init__(self, count: int | None, patience: int | None) -> None:
        self.tally = Tally()
        self.count, self._patience = count, patience
        self._seen: set[bytes] = set()
        self.barren = 0
        """Settled inputs in a row, up to the last, that gave no new example."""

    @property
    def complete(self) -> bool:
        """As many examples are kept as were asked for."""
        return self.count is not None and self.tally.kept >= self.count

    @property
    def out_of_patience(self) -> bool:
        """Too many inputs in a row gave nothing new."""
        return not self.complete and self._patience is not None and self.barren >= self._patience

    @property
    def done(self) -> bool:
        """No later input can change the dataset."""
        return self.complete or self.out_of_patience

    def settle(self, added: int, digests: bytes, drops: bytes) -> list[Verdict]:
        """Settle the next input (the fields are those of its Record); one verdict for each example it kept."""
        if self.done:
            raise ValueError("nothing can be settled after the end")
        tally = self.tally
        verdicts = [self._judge(digests[at : at + DIGEST_BYTES]) for at in range(0, len(digests), DIGEST_BYTES)]
        tally.inputs += 1
        tally.added += added
        tally.drops.update((step, reason) for step, reason in orjson.loads(drops))
        if Verdict.KEPT in verdicts:
            tally.fruitful += 1
            self.barren = 0
        else:
            self.barren += 1
        return verdicts

    def _judge(self, digest: bytes) -> Verdict:
        if self.complete:
            self.tally.drops[COUNT_STEP, SURPLUS] += 1
            return Verdict.SURPLUS
        if digest in self._seen:
            self.tally.drops[UNIQUE_STEP, SEEN_BEFORE] += 1
            return Verdict.DUPLICATE
        if digest != ALWAYS_NEW:
            self._seen.add(digest)
        self.tally.kept += 1
        return Verdict.KEPT
