"""Every format keeps what it can hold, says what it lacks, and leaves no half-written file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.datasets.example import FIELDS, Example
from querywright.datasets.formats import FORMATS, export, read_dataset
from querywright.datasets.formats.chat import messages
from querywright.errors import DatasetError, SettingsError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SAID = TEXT.filter(str.strip)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXT, children, max_size=3) | TEXT,
    max_leaves=4,
)
EXAMPLES = st.builds(
    Example,
    db_id=SAID,
    question=SAID,
    SQL=SAID,
    evidence=TEXT,
    extra=st.dictionaries(TEXT.filter(lambda name: name not in FIELDS), JSON, max_size=2),
    **{name: st.none() | TEXT for name in FIELDS[4:]},
)
LIBRARY = Example(
    "001",
    question="How many books are there?",
    SQL="SELECT COUNT(*) FROM book",
    evidence="a book is a title",
    sql_component_difficulty="easy",
)


def _through(format_name: str, rows: list[Example]) -> list[Example]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        assert export(iter(rows), format_name, path) == len(rows)
        return list(read_dataset(path, format_name))


@pytest.mark.parametrize("name", ["jsonl", "parquet"])
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(EXAMPLES, max_size=4))
def test_our_jsonl_and_parquet_keep_everything(name: str, rows: list[Example]) -> None:
    assert _through(name, rows) == rows


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(EXAMPLES, max_size=4))
def test_spider_keeps_database_question_and_sql(rows: list[Example]) -> None:
    assert _through("spider", rows) == [Example(e.db_id, question=e.question, SQL=e.SQL) for e in rows]


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(EXAMPLES, max_size=4))
def test_bird_keeps_evidence_too_and_numbers_every_question_once(rows: list[Example]) -> None:
    back = _through("bird", rows)
    assert [e.having(extra={}) for e in back] == [Example(e.db_id, e.question, e.SQL, e.evidence) for e in rows]
    assert len({e.extra["question_id"] for e in back}) == len(rows)


def test_bird_read_and_written_again_is_the_same_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    export([LIBRARY.having(extra={"question_id": 7}), LIBRARY], "bird", one)
    export(read_dataset(one), "bird", two)
    assert one.read_bytes() == two.read_bytes()
    first, second = orjson.loads(one.read_bytes())
    assert (first["question_id"], second["question_id"], first["difficulty"]) == (7, 0, "simple")


def test_the_published_keys_are_the_ones_written(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    export([LIBRARY], "spider", path)
    assert [list(item) for item in orjson.loads(path.read_bytes())] == [["db_id", "question", "query"]]
    export([LIBRARY], "bird", path)
    keys = ["question_id", "db_id", "question", "evidence", "SQL", "difficulty"]
    assert [list(item) for item in orjson.loads(path.read_bytes())] == [keys]


def test_a_spider_file_with_its_tokens_keeps_them_as_extra_columns(tmp_path: Path) -> None:
    path = tmp_path / "train_spider.json"
    path.write_bytes(orjson.dumps([{"db_id": "a", "query": "SELECT 1", "question": "One?", "query_toks": ["select"]}]))
    assert list(read_dataset(path)) == [Example("a", question="One?", SQL="SELECT 1", extra={"query_toks": ["select"]})]


@pytest.mark.parametrize(
    ("example", "asked", "answered"),
    [
        (LIBRARY.having(prompt="P", cot_reasoning="R"), "P", "R"),
        (LIBRARY.having(prompt="P"), "P", "```sql\nSELECT COUNT(*) FROM book\n```"),
        (LIBRARY.having(cot_reasoning="R"), "How many books are there?\n\na book is a title", "R"),
        (LIBRARY.having(SQL="SELECT '```'", prompt="P"), "P", "````sql\nSELECT '```'\n````"),
    ],
)
def test_chat_asks_the_prompt_and_answers_with_the_reasoning(example: Example, asked: str, answered: str) -> None:
    assert messages(example) == [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    assert messages(example, system="Be exact.")[0] == {"role": "system", "content": "Be exact."}


def test_a_chat_file_is_one_conversation_a_line(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    assert export([LIBRARY, LIBRARY], "chat", path) == 2
    assert [orjson.loads(row) for row in path.read_bytes().splitlines()] == [{"messages": messages(LIBRARY)}] * 2
    with pytest.raises(DatasetError, match="chat format holds no db_id"):
        read_dataset(path, "chat")


@pytest.mark.parametrize("name", [name for name, format_ in FORMATS.items() if format_.needs])
def test_a_format_says_what_an_example_lacks_and_writes_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "out"
    with pytest.raises(DatasetError, match=f"example 2 .* has no question, which the {name} format needs"):
        export([LIBRARY, LIBRARY.having(question=" ")], name, path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_answered_with_the_ones_there_are() -> None:
    with pytest.raises(SettingsError, match=r"no format 'spyder'.*jsonl, parquet, spider.*did you mean spider\?"):
        export([], "spyder", "x")


def test_parquet_is_written_in_row_groups_and_by_others_read_as_text(tmp_path: Path) -> None:
    from pyarrow import parquet

    path = tmp_path / "data.parquet"
    export((LIBRARY.having(id=str(n)) for n in range(2500)), "parquet", path)
    with parquet.ParquetFile(path) as file:
        assert file.num_row_groups == 3
        assert file.schema_arrow.names == [*FIELDS, "extra"]
    assert [e.id for e in read_dataset(path)] == [str(n) for n in range(2500)]


def test_a_parquet_file_of_others_keeps_its_columns(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "theirs.parquet"
    parquet.write_table(pa.table({"db_id": ["001"], "SQL": ["SELECT 1"], "extra": ["theirs"], "score": [0.5]}), path)
    assert list(read_dataset(path)) == [Example("001", SQL="SELECT 1", extra={"extra": "theirs", "score": 0.5})]
    parquet.write_table(pa.table({"db_id": [1]}), path)
    with pytest.raises(DatasetError, match=r"theirs\.parquet:1: db_id must be text, not int"):
        list(read_dataset(path))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.parquet", b"PAR?", "not a Parquet file"),
        ("a.json", b'{"db_id": "a"}', "must be a JSON list of objects"),
        ("a.json", b"[{", "not JSON"),
        ("a.json", b'[{"db_id": "a", "query": 1}]', "item 1: SQL must be text, not int"),
        ("a.csv", b"", r"name a \.jsonl, \.json or \.parquet file"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_error(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetError, match=message):
        list(read_dataset(tmp_path / name))


@pytest.mark.parametrize("name", ["a.parquet", "a.json", "a.jsonl"])
def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        list(read_dataset(tmp_path / name))
