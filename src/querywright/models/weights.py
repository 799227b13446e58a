"""What a folder of weights is called: by its own name and a digest of what is in it, wherever it lies.

Answers are kept by the model's name, so weights that were trained on must not answer under their old one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from querywright.errors import ModelUnavailable

TRAINING, TRAINED = "training.json", "model"
"""The record that says that a folder is a training's, and the folder in it where the trained weights lie."""
_MARKS = ("config.json", "modules.json")
"""One of these lies beside weights."""
SAMPLE = 1 << 20
"""Bytes read at each of the places of a large file that are looked at."""
PLACES = 8


def weights_in(folder: Path) -> Path:
    """Where the weights of a folder lie: in itself, or in `model` where it is the folder of a training.

    Raises nothing: whether there are weights is for `require_weights` to say.
    """
    inside = folder / TRAINED
    if (folder / TRAINING).is_file() and not _has_weights(folder) and _has_weights(inside):
        return inside
    return folder


def _has_weights(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _MARKS)


def require_weights(folder: str | Path) -> Path:
    """Where the weights of the folder lie. Raises ModelUnavailable where there are none, or it cannot be read."""
    path = weights_in(Path(folder).expanduser().resolve())
    if not path.is_dir():
        raise ModelUnavailable("there is no such folder", str(folder))
    if not _has_weights(path):
        raise ModelUnavailable(
            "there are no weights in this folder (no config.json): name the one that save_pretrained wrote",
            str(folder),
        )
    return path


def lessons_of(weights: str | Path) -> Mapping[str, Any]:
    """How the lessons of these weights were made, as the record of their training says; empty where there is none."""
    if Path(weights).name != TRAINED:
        return {}
    try:
        record = json.loads((Path(weights).parent / TRAINING).read_text(encoding="utf-8"))
        lessons = record["decided_by"]["lessons"]
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    return lessons if isinstance(lessons, dict) else {}


def name_of(folder: Path) -> str:
    """The folder's name with a digest: `qwen-coder-3f2a91bc07d1`.

    Small files count with all their bytes, large ones with their size and a few places: training changes every weight.

    Raises:
        ModelUnavailable: a file of it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p.relative_to(folder))):
            digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            _sample(path, digest)
    except OSError as error:
        raise ModelUnavailable(f"{error.filename} cannot be read ({error.strerror})", str(folder)) from error
    trained = folder.name == TRAINED and (folder.parent / TRAINING).is_file()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", folder.parent.name if trained else folder.name).strip("-")[:40] or "model"
    return f"{plain}-{digest.hexdigest()[:12]}"


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _sample(path: Path, digest: hashlib._Hash) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= SAMPLE * PLACES:
            digest.update(file.read())
            return
        for place in range(PLACES):
            file.seek((size - SAMPLE) * place // (PLACES - 1), os.SEEK_SET)
            digest.update(file.read(SAMPLE))
