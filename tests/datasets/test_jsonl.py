"""Our own file format keeps everything, says where a bad row is, and never leaves half a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.datasets.example import FIELDS, Example
from querywright.datasets.jsonl import dumps, example_id, from_record, parse_line, read_jsonl, to_record, write_jsonl
from querywright.errors import DatasetError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXT, children, max_size=3),
    max_leaves=6,
)
EXAMPLES = st.builds(
    Example,
    db_id=TEXT.filter(bool),
    question=TEXT,
    SQL=TEXT,
    evidence=TEXT,
    extra=st.dictionaries(TEXT.filter(lambda name: name not in FIELDS), JSON, max_size=3),
    **{name: st.none() | TEXT for name in FIELDS[4:]},
)


@given(EXAMPLES)
def test_a_row_read_back_is_the_example_that_was_written(example: Example) -> None:
    assert parse_line(dumps(example)) == example
    assert from_record(to_record(example)) == example


@given(EXAMPLES)
def test_the_same_example_gives_the_same_bytes_on_one_line(example: Example) -> None:
    assert dumps(example) == dumps(parse_line(dumps(example)))
    assert dumps(example).count(b"\n") == 1


def test_every_row_has_every_column_of_ours_in_order_then_the_extra_ones() -> None:
    example = Example("library", question="How many books?", extra={"zeta": 1, "alpha": 2})
    assert list(to_record(example)) == [*FIELDS, "zeta", "alpha"]
    assert to_record(example)["cot_reasoning"] is None


def test_a_db_id_that_looks_like_a_number_stays_text() -> None:
    assert parse_line(dumps(Example("001"))).db_id == "001"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b'{"db_id": 1}', "db_id must be text, not int"),
        (b'{"question": "Who?"}', "no db_id"),
        (b'{"db_id": ""}', "no db_id"),
        (b'{"db_id": "a", "SQL": ["SELECT 1"]}', "SQL must be text, not list"),
        (b'{"db_id": "a", "evidence": NaN}', "not JSON"),
        (b'{"db_id": "a"', "not JSON"),
        (b'["a"]', "must be a JSON object, not list"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, row: bytes, message: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b'{"db_id": "good"}\n\n' + row + b"\n")
    rows = read_jsonl(path)
    assert next(rows).db_id == "good"
    with pytest.raises(DatasetError, match=message) as caught:
        next(rows)
    assert (caught.value.path, caught.value.line) == (path, 3)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("nan")], {"deep": [float("-inf")]}])
def test_nan_is_refused_in_both_directions(value: object) -> None:
    with pytest.raises(DatasetError):
        dumps(Example("a", extra={"score": value}))
    with pytest.raises(DatasetError, match="evidence"):
        from_record({"db_id": "a", "evidence": float("nan")})


def test_a_missing_text_is_empty_and_a_missing_other_is_none() -> None:
    example = from_record({"db_id": "a", "evidence": None})
    assert (example.evidence, example.question, example.prompt) == ("", "", None)


def test_reading_is_lazy_and_skips_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + dumps(Example("a")) + b"broken\n")
    rows = read_jsonl(path)
    assert next(rows) == Example("a")


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere\.jsonl: cannot be read: No such file"):
        list(read_jsonl(tmp_path / "nowhere.jsonl"))


def test_writing_replaces_the_file_at_the_end_or_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rows.jsonl"
    assert write_jsonl(path, [Example("a"), Example("b")]) == 2
    before = path.read_bytes()

    def broken() -> Iterator[Example]:
        yield Example("c")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        write_jsonl(path, broken())
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["rows.jsonl"]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DatasetError, match="cannot be written"):
        write_jsonl(tmp_path / "file" / "rows.jsonl", [])


def test_an_extra_column_cannot_take_the_name_of_ours() -> None:
    with pytest.raises(DatasetError, match="'SQL' has the name"):
        dumps(Example("a", extra={"SQL": "x"}))


def test_a_lone_surrogate_is_refused_and_still_has_an_id() -> None:
    with pytest.raises(DatasetError, match="cannot be written as JSON"):
        dumps(Example("a", question="\udcff"))
    assert len(example_id(Example("a", question="\udcff"))) == 16


def test_the_id_depends_on_database_question_sql_and_evidence_only() -> None:
    example = Example("a", "q", "s", "e")
    assert example_id(example) == example_id(example.having(prompt="p", id="x", extra={"k": 1}))
    changes: list[dict[str, str]] = [{"db_id": "b"}, {"question": "r"}, {"SQL": "t"}, {"evidence": "f"}]
    assert len({example_id(example), *(example_id(example.having(**change)) for change in changes)}) == 5
    assert example_id(Example("a", "qs", "", "e")) != example_id(Example("a", "q", "s", "e"))


def test_a_written_file_holds_one_json_object_a_line(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "x.jsonl", [Example("a", question="Öl für “alle”?\u2028")])
    (line,) = (tmp_path / "x.jsonl").read_bytes().splitlines()
    assert orjson.loads(line)["question"] == "Öl für “alle”?\u2028"
