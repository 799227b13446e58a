"""Which examples are learnt from and which are held out: by database, so that what is measured was never seen."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from querywright.datasets.example import Example
from querywright.errors import SettingsError

By = Literal["database", "question", "none"]


@dataclass(frozen=True, slots=True)
class Split:
    """The two parts, each in the order of the dataset."""

    learnt: tuple[Example, ...]
    held_out: tuple[Example, ...]
    by: By
    databases: tuple[str, ...]
    """Those of the held-out part."""


def split(examples: Sequence[Example], by: By, share: float, seed: int = 0) -> Split:
    """Hold out about this share of the examples.

    By database, whole databases are held out, those that a digest of the seed puts first, until the share is reached
    as nearly as can be; one at least is on each side. By question, questions that are equal go to one side.

    Args:
        examples: in order.
        by: `database`, `question`, or `none`, which holds nothing out.
        share: of the examples, above 0 and below 1.
        seed: decides which.

    Raises:
        SettingsError: the share is none, or by database where there is but one.
    """
    if by == "none":
        return Split(tuple(examples), (), by, ())
    if by not in ("database", "question"):
        raise SettingsError(f"a split is by database, question or none, not {by!r}")
    if not 0 < share < 1:
        raise SettingsError(f"the held-out part is a share above 0 and below 1, not {share}")
    out = _databases_out(examples, share, seed) if by == "database" else None
    learnt: list[Example] = []
    held_out: list[Example] = []
    for example in examples:
        if out is None:
            held = _number(seed, example.db_id, " ".join(example.question.lower().split())) < share
        else:
            held = example.db_id in out
        (held_out if held else learnt).append(example)
    if not learnt or not held_out:
        raise SettingsError(
            f"of {len(examples):,} examples {len(held_out):,} would be held out and {len(learnt):,} learnt from: "
            "give more examples, another share, or hold none out"
        )
    return Split(tuple(learnt), tuple(held_out), by, tuple(sorted({each.db_id for each in held_out})))


def _databases_out(examples: Sequence[Example], share: float, seed: int) -> set[str]:
    sizes = Counter(example.db_id for example in examples)
    if len(sizes) < 2:
        raise SettingsError(
            f"all examples are of one database ({next(iter(sizes), 'none')}), so none can be held out unseen: "
            "split by question, which measures something easier, or hold none out"
        )
    wanted = share * len(examples)
    out: set[str] = set()
    held = 0
    for db_id in sorted(sizes, key=lambda name: _number(seed, name))[:-1]:
        if out and held + sizes[db_id] - wanted > wanted - held:  # it would lead further away than it is now
            continue
        out.add(db_id)
        held += sizes[db_id]
        if held >= wanted:
            break
    return out


def _number(seed: int, *texts: str) -> float:
    digest = hashlib.blake2b("\0".join([str(seed), *texts]).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
