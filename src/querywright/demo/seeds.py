"""Questions about the demo databases with gold SQL, written by hand: what `refine` starts from."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def write_seeds(path: Path) -> Path:
    """Write the seed questions as JSONL, one record a line with `db_id`, `question`, `SQL`, `evidence`; returns `path`.

    The parent folder is made if need be and an existing file is replaced. Raises OSError when that is not allowed.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((resources.files(__package__) / "seeds.jsonl").read_bytes())
    return path
