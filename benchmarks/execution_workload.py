"""The workload of the database benchmarks: a music shop of 10,000 rows and 2,000 SELECTs, one in twenty broken.

It lies with the shared benchmark data, because the figures of other tools were measured on exactly it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared" / "bench" / "execution_workload.py"
NAME = "music_shop"


def build(folder: Path, count: int = 2000) -> tuple[Path, list[str]]:
    """Write the database into `folder`; its path and the queries. Ends the program where there is no workload."""
    if not SHARED.exists():
        sys.exit(f"this benchmark needs the shared workload {SHARED}, which is not there")
    spec = importlib.util.spec_from_file_location("shared_execution_workload", SHARED)
    assert spec is not None
    assert spec.loader is not None
    workload = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(workload)
    path = folder / f"{NAME}.sqlite"
    workload.build_db(str(path))
    return path, workload.make_sql(count)
