"""The room's public face."""

from __future__ import annotations

import subprocess
import sys

import querywright.sql as face


def test_the_face_is_sorted_and_complete() -> None:
    assert face.__all__ == sorted(face.__all__)
    assert all(hasattr(face, name) for name in face.__all__)
    assert set(face.__all__) == {"Features", "features", "guard", "hardness", "parse", "render", "skeleton"}


def test_importing_it_loads_nothing_heavy() -> None:
    program = "import sys, querywright.sql; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "sqlglot" in loaded
    assert not loaded & {"numpy", "duckdb", "pyarrow", "pandas", "pydantic", "plotly", "sklearn", "typer"}
