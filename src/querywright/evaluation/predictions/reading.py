"""Reading predictions: our own runs and JSONL, BIRD's JSON, Spider's text; a bad one is told, the rest is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import orjson

from querywright.datasets.jsonl import clean
from querywright.datasets.rows import digest_of, parse, read_rows
from querywright.errors import DatasetError
from querywright.evaluation.predictions.prediction import Candidate, Names, Prediction, Said, System
from querywright.runs import Run
from querywright.sql.parsing import MAX_LENGTH

T = TypeVar("T")

_ROWS = (".json", ".jsonl", ".ndjson", ".parquet")
"""Files that hold no bare queries, whatever their first bytes."""
BIRD_MARK = "\t----- bird -----\t"
_KEYS = ("id", "question_id")
_HEAD = 4096
"""Bytes looked at to tell what a file is."""


def read_predictions(source: Path | str | Mapping[str, Any] | Iterable[Mapping[str, Any]], name: str = "") -> System:
    """The predictions of one system.

    Args:
        source: a run folder; a file of JSONL rows (`id`, `SQL`, and if you like `candidates`, `picks`, `stages`), of
            BIRD's JSON (`{"0": "SQL\\t----- bird -----\\tdb"}`) or of Spider's text (a query a line); a mapping from
            key to SQL; or rows as in JSONL.
        name: what the system is called; else the file's stem.

    Raises:
        DatasetError: there is no such file, or it cannot be read as a whole. What is wrong with one prediction is its
            `problem`.
    """
    if isinstance(source, Mapping):
        said = tuple(_keyed(source.items(), "predictions"))
        return System(name or "predictions", said, _digest(source))
    if not isinstance(source, (str, Path)):
        rows = list(source)
        return System(name or "predictions", tuple(_rows(enumerate(rows, 1), "predictions row")), _digest(rows))
    path = Path(source).expanduser()
    if not path.exists():
        raise DatasetError(f"there is no file or run folder {path}")
    if path.is_dir():
        run = Run.open(path)
        file = path / run.manifest.dataset
        return System(name or path.resolve().name, tuple(_file_rows(file)), digest_of(file))
    said, by_row = _read(path)
    if not said:
        raise DatasetError("it holds no predictions", path)
    return System(name or path.stem, said, digest_of(path), by_row)


def _read(path: Path) -> tuple[tuple[Said, ...], bool]:
    """What a file holds, and whether it has no keys; what kind of file it is, its first bytes say."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}", path) from error
    if not head and path.stat().st_size <= _HEAD:
        return (), False
    is_rows = head[:1] in (b"[", b"") or head.startswith(b"PAR1") or b"\x00" in head
    if is_rows or (head[:1] != b"{" and path.suffix.lower() in _ROWS):
        return tuple(_file_rows(path)), False
    if head[:1] == b"{":
        whole = _whole(path)
        return (tuple(_file_rows(path)), False) if whole is None else (tuple(_keyed(whole, path.name)), False)
    return tuple(_lines(path)), True


def _whole(path: Path) -> Sequence[tuple[str, Any]] | None:
    """The members of a BIRD file's one object, also those whose key comes twice; None where a line is an object."""
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        value = parse(text)
        if not isinstance(value, dict) or "SQL" in value or "candidates" in value:
            return None
        members: Sequence[tuple[str, Any]] = json.loads(text, object_pairs_hook=_Members)
        return [(key, dict(value) if isinstance(value, _Members) else value) for key, value in members]
    except UnicodeDecodeError as error:
        if _is_object(text.partition(b"\n")[0]):
            return None
        raise DatasetError(f"is not UTF-8 text: {error.reason} at byte {error.start}", path) from error
    except ValueError:
        return None


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object in their order; a list in a file is never one."""


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(parse(line), dict)
    except ValueError:
        return False


def _keyed(members: Iterable[tuple[Any, Any]], place: str) -> Iterator[Said]:
    """BIRD's form: each key is a question's number, or its id."""
    for key, value in members:
        keys = {"id": str(key), "question_id": str(key), "row": str(key)}
        db_id = ""
        if isinstance(value, str):
            value, _, db_id = value.partition(BIRD_MARK)
        yield Said(f"{place} {key!r}", keys, _of_text(value), db_id.strip())


def _lines(path: Path) -> Iterator[Said]:
    """Spider's form: a query a line, perhaps with a tab and the database behind it; an empty line answers nothing."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}", path) from error
    if lines and not lines[-1].strip():
        lines.pop()
    for number, line in enumerate(lines):
        place, keys = f"{path.name}:{number + 1}", {"row": str(number)}
        try:
            sql, _, db_id = line.decode().partition("\t")
        except UnicodeDecodeError as error:
            problem = f"not UTF-8: {error.reason} at byte {error.start} of the line"
            yield Said(place, keys, Prediction(None, problem=problem))
        else:
            yield Said(place, keys, _of_text(sql.strip()), db_id.strip())


def _file_rows(path: Path) -> Iterator[Said]:
    for row in read_rows(path):
        if row.problem:
            yield Said(row.place, {}, Prediction(None, problem=row.problem))
        else:
            yield _said(row.value, row.place)


def _rows(rows: Iterable[tuple[int, Any]], place: str) -> Iterator[Said]:
    for number, row in rows:
        if isinstance(row, Mapping):
            yield _said(row, f"{place} {number}")
        else:
            what = f"a row must be an object, not {type(row).__name__}"
            yield Said(f"{place} {number}", {}, Prediction(None, problem=what))


def _said(row: Mapping[str, Any], place: str) -> Said:
    keys = {name: str(row[name]) for name in _KEYS if isinstance(row.get(name), str | int)}
    db_id = row.get("db_id")
    if isinstance(row.get("question"), str) and isinstance(db_id, str):
        keys["question"] = f"{db_id}\n{row['question']}"
    try:
        prediction = _prediction(row)
    except ValueError as error:
        prediction = Prediction(None, problem=str(error))
    return Said(place, keys, prediction, db_id if isinstance(db_id, str) else "")


def _prediction(row: Mapping[str, Any]) -> Prediction:
    """The prediction in a row. What is wrong with its candidates or stages is told, and its SQL is scored all the same.

    Raises:
        ValueError: it has no SQL that can be scored; the message says why.
    """
    problems: list[str] = []
    candidates = _kept(lambda: tuple(_candidates(row.get("candidates"))), problems) or ()
    picks = _kept(lambda: _picks(row.get("picks"), candidates), problems) or {}
    stages = _kept(lambda: _stages(row.get("stages")), problems) or {}
    sql = row.get("SQL")
    if sql is None and candidates:
        sql = candidates[0].SQL
    elif sql is None:
        raise ValueError("; ".join(problems) or ("SQL is null" if "SQL" in row else "it has no SQL"))
    return Prediction(_short_text(sql), candidates, picks, stages, "; ".join(problems))


def _kept(read: Callable[[], T], problems: list[str]) -> T | None:
    """What is read; None, and a problem more, where it cannot be used."""
    try:
        return read()
    except ValueError as error:
        problems.append(str(error))
        return None


def _picks(value: Any, candidates: tuple[Candidate, ...]) -> dict[str, int]:
    picks = value or {}
    if not isinstance(picks, Mapping) or not all(_is_place(place, candidates) for place in picks.values()):
        raise ValueError(f"picks must name candidates by their place, from 0 on: {picks!r:.60}")
    return {str(name): place for name, place in picks.items()}


def _stages(value: Any) -> dict[str, Names]:
    stages = value or {}
    if not isinstance(stages, Mapping):
        raise ValueError(f"stages must be an object, not {type(stages).__name__}")
    return {str(name): _names(stage) for name, stage in stages.items()}


def _of_text(value: Any) -> Prediction:
    try:
        return Prediction(_short_text(value))
    except ValueError as error:
        return Prediction(None, problem=str(error))


def _short_text(value: Any) -> str:
    """A query as long as any that is read; so neither rows nor reports hold a megabyte that cannot be right."""
    text = _text(value)
    if len(text) > MAX_LENGTH:
        raise ValueError(f"SQL is {len(text):,} characters long, and at most {MAX_LENGTH:,} are read")
    return text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return clean(value)
    hint = "; several queries stand under candidates" if isinstance(value, list) else ""
    raise ValueError(f"SQL must be text, not {type(value).__name__}{hint}")


def _candidates(value: Any) -> Iterator[Candidate]:
    if value is None:
        return
    if not isinstance(value, list):
        raise ValueError(f"candidates must be a list, not {type(value).__name__}")
    for item in value:
        if isinstance(item, Mapping):
            strategy = item.get("strategy") or ""
            if not isinstance(strategy, str):
                raise ValueError(f"a candidate's strategy must be text, not {type(strategy).__name__}")
            yield Candidate(_text(item.get("SQL")), strategy)
        else:
            yield Candidate(_text(item))


def _is_place(place: Any, candidates: tuple[Candidate, ...]) -> bool:
    return isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(candidates)


def _names(stage: Any) -> Names:
    """The tables and columns of a stage. Raises ValueError."""
    if isinstance(stage, Mapping):
        tables, columns = stage.get("tables") or [], stage.get("columns") or []
        if (
            isinstance(tables, list)
            and isinstance(columns, list)
            and all(isinstance(table, str) for table in tables)
            and all(isinstance(c, list) and len(c) == 2 and all(isinstance(x, str) for x in c) for c in columns)
        ):
            return tuple(tables), tuple((table, column) for table, column in columns)
    raise ValueError('a stage is {"tables": ["t"], "columns": [["t", "c"]]}, not ' + f"{stage!r:.60}")


def _digest(value: Any) -> str:
    """Of predictions that come from no file."""
    try:
        said = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # something that JSON cannot say: a problem of its row, told there
        said = repr(value).encode("utf-8", "backslashreplace")
    return hashlib.sha256(said).hexdigest()
