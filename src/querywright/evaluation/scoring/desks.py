"""The desks of one worker: a database is opened for scoring when the first row asks it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from querywright.databases import Catalog, Limits
from querywright.evaluation.scoring.desk import Desk
from querywright.evaluation.scoring.gold_results import GoldResults, Kept, Stamp
from querywright.evaluation.scoring.official import instances

OPEN = 8
"""Desks kept with what they remember: rows of one database mostly stand together."""


class Desks:
    """A desk for each database, and for further instances of it.

    Args:
        catalog: the databases; closed with this object.
        databases: what is known of each, its `content` among it.
        limits: of each execution.
        gold: where gold results are kept; None: nowhere.
        stamps: what the files looked like before their content was read.
    """

    def __init__(
        self,
        catalog: Catalog,
        databases: Mapping[str, Mapping[str, Any]],
        limits: Limits,
        gold: Path | None,
        stamps: Mapping[str, Stamp],
    ) -> None:
        self._catalog, self._databases, self._limits = catalog, databases, limits
        self._gold, self._stamps = GoldResults(gold), stamps
        self._open: OrderedDict[str, Desk] = OrderedDict()

    def of(self, db_id: str, *, instances: bool) -> tuple[Desk, ...]:
        """The desk of a database; with `instances` also those of its further instances, behind it.

        Raises:
            DatabaseUnavailable: the database is gone.
        """
        names = self._instances(db_id) if instances else (db_id,)
        return tuple(self._desk(name) for name in names)

    def close(self) -> None:
        """Close the databases and the gold results."""
        self._gold.close()
        self._catalog.close()

    def _instances(self, db_id: str) -> tuple[str, ...]:
        return tuple(name for name in instances(self._catalog, db_id) if name == db_id or name in self._databases)

    def _kept(self, db_id: str) -> Kept | None:
        file = self._catalog.place(db_id)
        if not isinstance(file, Path) or db_id not in self._stamps:
            return None
        return Kept(self._gold, str(self._databases[db_id]["content"]), file, self._stamps[db_id])

    def _desk(self, db_id: str) -> Desk:
        desk = self._open.pop(db_id, None)
        if desk is None:
            desk = Desk(self._catalog[db_id], self._limits, self._kept(db_id))
        self._open[db_id] = desk
        if len(self._open) > OPEN:
            self._open.popitem(last=False)
        return desk
