"""Seeds come in everybody's keys; a bad row keeps its place and what was in it, and never stops the reading."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.datasets import Example, export, read_seeds
from querywright.datasets.jsonl import dumps, parse_line
from querywright.datasets.seeds import ROW, UNKNOWN
from querywright.errors import DatasetError, SettingsError

OURS = {"db_id": "001", "question": "One?", "SQL": "SELECT 1", "evidence": "one is 1"}
ONE = Example("001", "One?", "SELECT 1", "one is 1")


def lines(path: Path, *rows: bytes) -> Path:
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("row", "example"),
    [
        (OURS, ONE),
        ({"db_id": "001", "query": "SELECT 1", "question": "One?"}, Example("001", "One?", "SELECT 1")),
        (
            {"question_id": 7, **OURS, "difficulty": "simple"},
            ONE.having(extra={"question_id": 7, "difficulty": "simple"}),
        ),
        ({**OURS, "query": "SELECT 1"}, ONE.having(extra={"query": "SELECT 1"})),
        (
            {"db_id": "001", "SQL": None, "query": "SELECT 1", "sql": {"select": []}},
            Example("001", SQL="SELECT 1", extra={"sql": {"select": []}}),
        ),
        (
            {**OURS, "prompt": "P", "extra": "theirs", "row": [1]},
            ONE.having(prompt="P", extra={"extra": "theirs", "row": [1]}),
        ),
    ],
    ids=["ours", "spider", "bird", "both words, one query", "SQL is null", "columns like ours"],
)
@pytest.mark.parametrize("kind", ["seeds.jsonl", "seeds.json", "lines.json", "list.jsonl"])
def test_everybodys_keys_are_read_from_lines_and_lists_whatever_the_file_is_called(
    tmp_path: Path, kind: str, row: dict[str, Any], example: Example
) -> None:
    path = tmp_path / kind
    as_list = kind in ("seeds.json", "list.jsonl")
    path.write_text(json.dumps([row, row], indent=1) if as_list else f"{json.dumps(row)}\n\n{json.dumps(row)}\n")
    places = ("item 1", "item 2") if as_list else (":1", ":3")
    found = list(read_seeds(path))
    assert [(seed.example, seed.problem) for seed in found] == [(example, "")] * 2
    assert [seed.place for seed in found] == [f"{kind} {p}" if as_list else f"{kind}{p}" for p in places]


@pytest.mark.parametrize("missing", [{}, {"question": None}, {"question": ""}, {"question": " "}])
def test_a_question_may_be_missing_because_one_can_be_made(tmp_path: Path, missing: dict[str, Any]) -> None:
    (seed,) = read_seeds(lines(tmp_path / "a.jsonl", orjson.dumps({"db_id": "a", "SQL": "SELECT 1", **missing})))
    assert seed.problem == ""
    assert seed.example.question.strip() == ""


BAD = [
    (b"broken", "not JSON: Expecting value at column 1", "broken"),
    (b'{"db_id": "a"', "not JSON: Expecting ',' delimiter at column 14", '{"db_id": "a"'),
    (b'["a"]', "a row must be a JSON object, not list", ["a"]),
    (b"null", "a row must be a JSON object, not NoneType", None),
    (b'{"db_id": 1, "SQL": "S"}', "db_id must be text, not int (1)", {"db_id": 1, "SQL": "S"}),
    (b'{"SQL": "S"}', "the row has no db_id", {"SQL": "S"}),
    (b'{"db_id": " ", "SQL": "S"}', "db_id is empty", {"db_id": " ", "SQL": "S"}),
    (b'{"db_id": "a", "sql": "S"}', "the row has no SQL (it has db_id, sql)", {"db_id": "a", "sql": "S"}),
    (b'{"db_id": "a", "SQL": "\\n"}', "SQL is empty", {"db_id": "a", "SQL": "\n"}),
    (b'{"db_id": "a", "SQL": null}', "SQL is null", {"db_id": "a", "SQL": None}),
    (b'{"db_id": "a", "query": null}', "query is null", {"db_id": "a", "query": None}),
    (b'{"db_id": "a", "query": 5}', "SQL must be text, not int (5)", {"db_id": "a", "query": 5}),
    (b'{"db_id": "a", "SQL": "S", "question": 5}', "question must be text", {"db_id": "a", "SQL": "S", "question": 5}),
    (b'{"db_id": "a", "SQL": "S", "id": 5}', "id must be text, not int (5)", {"db_id": "a", "SQL": "S", "id": 5}),
    (
        b'{"db_id": "a", "SQL": "S", "query": "T"}',
        "SQL and query are both there and differ",
        {"db_id": "a", "SQL": "S", "query": "T"},
    ),
    (
        b'{"db_id": "a", "SQL": "S", "evidence": NaN}',
        "evidence: nan is not a value; write null",
        {"db_id": "a", "SQL": "S", "evidence": "NaN"},
    ),
    (
        b'{"db_id": "a", "SQL": "S", "k": {"x": [-Infinity]}}',
        "k holds NaN or infinity",
        {"db_id": "a", "SQL": "S", "k": {"x": ["-Infinity"]}},
    ),
    (
        b'{"db_id": "a", "SQL": "S", "n": 123456789012345678901}',
        "n cannot be written as JSON",
        {"db_id": "a", "SQL": "S", "n": "123456789012345678901"},
    ),
    (
        b'{"db_id": "a", "SQL": "S", "k": "\\ud800"}',
        "k cannot be written as JSON",
        {"db_id": "a", "SQL": "S", "k": "\\ud800"},
    ),
    (b'\xff{"db_id": "a"}', "not UTF-8: ", '\\xff{"db_id": "a"}'),
]


@pytest.mark.parametrize(("row", "problem", "kept"), BAD, ids=[row.decode("latin-1")[:40] for row, _, _ in BAD])
def test_a_bad_row_is_told_with_its_place_and_kept_as_it_was(
    tmp_path: Path, row: bytes, problem: str, kept: Any
) -> None:
    good = orjson.dumps(OURS)
    before, bad, after = read_seeds(lines(tmp_path / "seeds.jsonl", good, row, good))
    assert (before.example, after.example) == (ONE, ONE)
    assert bad.place == "seeds.jsonl:2"
    assert bad.problem.startswith(problem)
    assert bad.example.extra == {ROW: kept}
    assert bad.example.db_id == ("a" if b'"db_id": "a"' in row and isinstance(kept, dict) else UNKNOWN)
    assert parse_line(dumps(bad.example)) == bad.example


def test_a_nan_in_a_list_spoils_one_item_and_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.write_text(json.dumps([OURS, {**OURS, "evidence": float("nan")}, 3, OURS]))
    found = list(read_seeds(path))
    assert [seed.place for seed in found if seed.problem] == ["dev.json item 2", "dev.json item 3"]
    assert [seed.example for seed in found if not seed.problem] == [ONE, ONE]


def test_parquet_rows_are_read_and_what_json_cannot_say_is_rejected_as_text(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "x.parquet"
    table = {"db_id": ["a", "b"], "query": ["SELECT 1", "SELECT 2"], "photo": [None, b"\xff1"], "score": [1.0, 2.0]}
    parquet.write_table(pa.table(table), path)
    good, bad = read_seeds(path)
    assert good.example == Example("a", SQL="SELECT 1", extra={"photo": None, "score": 1.0})
    assert (bad.place, bad.problem[:33]) == ("x.parquet row 2", "photo cannot be written as JSON: ")
    assert bad.example.extra[ROW] == {"db_id": "b", "query": "SELECT 2", "photo": "\\xff1", "score": 2.0}
    parquet.write_table(pa.table({"db_id": [1.0], "SQL": ["S"], "evidence": [float("nan")]}), path)
    (seed,) = read_seeds(path)
    assert seed.problem == "db_id must be text, not float (1.0)"
    assert seed.example.extra[ROW] == {"db_id": 1.0, "SQL": "S", "evidence": "NaN"}


@pytest.mark.parametrize("name", ["jsonl", "parquet", "spider", "bird"])
def test_what_we_export_is_read_back_as_seeds(tmp_path: Path, name: str) -> None:
    path = tmp_path / "without_a_suffix"
    export([ONE, ONE], name, path)
    for asked in (None, name):
        found = list(read_seeds(path, asked))
        assert [(s.example.db_id, s.example.question, s.example.SQL) for s in found] == [
            ("001", "One?", "SELECT 1")
        ] * 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b'[{"db_id": "a"}', "not JSON"),
        ("a.json", b'{\n"data": []\n}', "must be a JSON list of objects, or one object a line"),
        ("a.json", "[1]".encode("utf-16"), "is neither UTF-8 text nor Parquet"),
        ("a.json", b'["\xff"]', "is not UTF-8 text: invalid start byte at byte 2"),
        ("a.parquet", b"PAR1 and no more", "not a Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_stops_with_one_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetError, match=message) as caught:
        list(read_seeds(tmp_path / name))
    assert caught.value.path == tmp_path / name


def test_no_file_a_folder_and_unknown_formats_are_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        read_seeds(tmp_path / "nowhere.jsonl")
    with pytest.raises(DatasetError, match="cannot be read: Is a directory"):
        read_seeds(tmp_path)
    with pytest.raises(SettingsError, match="no format 'spyder'"):
        read_seeds(tmp_path, "spyder")
    with pytest.raises(DatasetError, match="chat format holds no db_id"):
        read_seeds(tmp_path, "chat")


def test_an_empty_file_has_no_seeds(tmp_path: Path) -> None:
    assert list(read_seeds(lines(tmp_path / "a.jsonl"))) == []
    assert list(read_seeds(lines(tmp_path / "a.json", b"[]"))) == []


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.text(st.characters(categories=["Cs"])),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["db_id", "question", "SQL", "query", "evidence", "id", "extra", "row", "k"]) | st.text(
    max_size=3
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.dictionaries(KEYS, VALUES, max_size=5) | VALUES, max_size=4))
def test_every_row_becomes_one_seed_that_can_be_written_and_read_again(rows: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        for path in (Path(folder) / "rows.jsonl", Path(folder) / "rows.json"):
            path.write_text("\n".join(map(json.dumps, rows)) if path.suffix == ".jsonl" else json.dumps(rows))
            found = list(read_seeds(path))
            assert len(found) == len(rows)
            for seed in found:
                assert parse_line(dumps(seed.example)) == seed.example
                assert seed.problem or seed.example.SQL.strip()
