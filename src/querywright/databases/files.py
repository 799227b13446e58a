"""Database files: finding them, telling their engine by their first bytes, naming them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from querywright.errors import DatabaseUnavailable

SUFFIXES = (".sqlite", ".sqlite3", ".db", ".duckdb")


def databases_under(folder: Path) -> list[Path]:
    """Files with one of our suffixes at any depth, sorted by path; hidden files and folders are left out."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    visible = (path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    return sorted(visible, key=lambda path: path.relative_to(folder).parts)


def engine_of(path: Path) -> str:
    """The engine a file belongs to, from its header: `sqlite` or `duckdb`.

    Cheap: reads a hundred bytes, so damage further inside shows at first use only.
    Source of the offsets: https://www.sqlite.org/fileformat2.html and https://duckdb.org/docs/stable/internals/storage

    Raises:
        DatabaseUnavailable: it is neither, is cut short, or cannot be read; the message says which.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
        size = path.stat().st_size
    except OSError as error:
        raise DatabaseUnavailable(f"cannot be read: {error.strerror}") from error
    if header[8:12] == b"DUCK":
        return "duckdb"
    if not header and path.suffix.lower() != ".duckdb":
        return "sqlite"  # SQLite writes nothing until the first table: an empty file is an empty database
    if header[:16] != b"SQLite format 3\x00":
        raise DatabaseUnavailable("neither an SQLite nor a DuckDB file by its first bytes")
    if size < _promised_size(header):
        raise DatabaseUnavailable(f"cut short: {size:,} of {_promised_size(header):,} bytes are there")
    return "sqlite"


def name_files(paths: Sequence[Path], root: Path) -> dict[str, Path]:
    """A db_id a file, in the order given: its stem; where files share one, with the folders that tell them apart."""
    shared = Counter(path.stem for path in paths)
    names = {}
    for path in paths:
        rivals = [p for p in paths if p.stem == path.stem and p != path] if shared[path.stem] > 1 else []
        names[path] = _among(path, rivals, root)
    taken = Counter(names.values())
    return {name if taken[name] == 1 else _whole(path, root): path for path, name in names.items()}


def _among(path: Path, rivals: Sequence[Path], root: Path) -> str:
    if not rivals:
        return path.stem
    folders = path.relative_to(root).parent.parts
    others = [rival.relative_to(root).parent.parts for rival in rivals]
    if not folders and all(others):
        return path.stem  # the one that lies directly in the folder that was opened
    for depth in range(1, len(folders) + 1):
        if all(other[-depth:] != folders[-depth:] for other in others):
            return ".".join((*folders[-depth:], path.stem))
    return _whole(path, root)


def _whole(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).parts)


def _promised_size(header: bytes) -> int:
    """What an SQLite header says the file's size is; 0 where it does not say (it must be of the last change)."""
    if header[24:28] != header[92:96]:
        return 0
    page = int.from_bytes(header[16:18], "big")
    return (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
