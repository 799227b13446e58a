"""What Spider's script executes instead of what it was given, so that its verdicts come out the same.

Source: exec_eval.py of test-suite-sql-eval, run without flags: DISTINCT is taken out of both queries, and a space
inside `>=`, `<=`, `!=` is closed. Databases are all files of the folder.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from querywright.databases import Catalog

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\] | --[^\n]* | /\*.*?\*/ | \bDISTINCT\b""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_APART = re.compile(r"([<>!]) =")


@lru_cache(maxsize=4096)
def as_spider_executes(sql: str) -> str:
    """The text that Spider's script runs in the place of `sql`.

    >>> as_spider_executes("SELECT COUNT(DISTINCT a), 'distinct' FROM t WHERE b > = 1")
    "SELECT COUNT( a), 'distinct' FROM t WHERE b >= 1"
    """
    closed = _APART.sub(r"\1=", sql)
    return _TOKEN.sub(lambda found: "" if found[0].upper() == "DISTINCT" else found[0], closed)


def instances(catalog: Catalog, db_id: str) -> tuple[str, ...]:
    """The databases that stand for one: itself, and where its folder has its name, the others in that folder."""
    place = catalog.place(db_id)
    if not isinstance(place, Path) or place.parent.name != place.stem:
        return (db_id,)
    others = (name for name in catalog if name != db_id and _folder(catalog, name) == place.parent)
    return (db_id, *others)


def _folder(catalog: Catalog, db_id: str) -> Path | None:
    place = catalog.place(db_id)
    return place.parent if isinstance(place, Path) else None
