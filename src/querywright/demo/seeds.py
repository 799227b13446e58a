"""Questions about the demo databases with gold SQL, and what two systems answer: written by hand, for `refine` and
`evaluate` to start from."""

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


def write_predictions(folder: Path) -> Path:
    """Write what two systems, `careful` and `hasty`, answer to the seed questions, a JSONL file each; returns `folder`.

    Their mistakes are those that such systems make. The folder is made if need be and existing files are replaced.
    Raises OSError when that is not allowed.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for said in (resources.files(__package__) / "predictions").iterdir():
        (folder / said.name).write_bytes(said.read_bytes())
    return folder
