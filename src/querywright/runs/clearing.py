"""Making room for a new run where an old one is."""

from __future__ import annotations

from pathlib import Path

from querywright.errors import RunError
from querywright.runs.folders import DATASET, FIGURES, LOCK, MANIFEST, REJECTS, REPORT, RESULTS, STORE, storing
from querywright.runs.locking import locked
from querywright.runs.manifest import Manifest

_OURS = (STORE, f"{STORE}-wal", f"{STORE}-shm", DATASET, RESULTS, REJECTS, REPORT, FIGURES)
_PARTS = tuple(f".{name}.part" for name in (DATASET, RESULTS, REJECTS, REPORT, FIGURES, MANIFEST))


def clear(folder: Path | str) -> None:
    """Delete the run in a folder, and nothing else; nothing at all where the folder is absent or empty.

    Raises:
        RunError: the folder holds something that is no run of ours, a run is at work in it, or it cannot be written.
            Nothing was deleted.
    """
    folder = Path(folder)
    with storing(folder):
        found = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if not found:
        return
    if MANIFEST not in found or (strange := found - {*_OURS, *_PARTS, MANIFEST, LOCK}):
        named = sorted(strange if MANIFEST in found else found)[0]
        raise RunError(f"{folder} holds {named}, which is not of a run: move it, or choose another folder")
    Manifest.load(folder)
    with locked(folder), storing(folder):
        # The manifest goes last: what is left by a kill in between is still a run of ours.
        for name in (*_PARTS, *_OURS, MANIFEST):
            (folder / name).unlink(missing_ok=True)
