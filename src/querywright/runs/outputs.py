"""Writing what a run kept and what it rejected from its store: the same bytes whenever and however often it is done."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from querywright.runs.folders import DATASET, REJECTS, replacing
from querywright.runs.records import Record, reject_line
from querywright.runs.settling import COUNT_STEP, SEEN_BEFORE, SURPLUS, UNIQUE_STEP, Settler, Verdict
from querywright.runs.store import Store

_BECAUSE = {Verdict.DUPLICATE: (UNIQUE_STEP, SEEN_BEFORE), Verdict.SURPLUS: (COUNT_STEP, SURPLUS)}


def write_outputs(folder: Path, store: Store, settler: Settler, name: str = DATASET) -> None:
    """Settle the store from its start, as far as it goes without a gap, and write what comes of it.

    Args:
        settler: a fresh one; its tally counts what was written.
        name: the file of what is kept.

    Raises:
        RunError: the folder cannot be written, or the store cannot be read. The files are as they were before.
    """
    with replacing(folder / name) as dataset, replacing(folder / REJECTS) as rejects:
        for record in store.records():
            if settler.done or record.position != settler.tally.inputs:
                break
            verdicts = settler.settle(record.added, record.digests, record.drops)
            _write(record, verdicts, dataset, rejects)


def _write(record: Record, verdicts: list[Verdict], dataset: IO[bytes], rejects: IO[bytes]) -> None:
    rejects.write(record.rejected)
    for verdict, line in zip(verdicts, record.kept.splitlines(keepends=True), strict=True):
        if verdict is Verdict.KEPT:
            dataset.write(line)
        else:
            step, reason = _BECAUSE[verdict]
            rejects.write(reject_line(record.key, step, reason, "", line))
