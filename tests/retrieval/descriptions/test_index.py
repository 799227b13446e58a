"""Keywords find the columns and tables that are called so or described so; the nearest has the highest score."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.databases import Catalog, Database
from querywright.errors import RetrievalError
from querywright.retrieval.descriptions import DescriptionIndex, DescriptionMatch
from querywright.retrieval.embedding import Embedder, embedded

TABLES = """
CREATE TABLE singer (singer_id INTEGER PRIMARY KEY, Name TEXT, birthYear INTEGER, sex TEXT);
CREATE TABLE concert (id INTEGER PRIMARY KEY, singer_id INTEGER REFERENCES singer, stadiumname TEXT, att INTEGER);
"""
MEANINGS = """original_column_name,column_name,column_description,data_format,value_description
att,attendance,number of visitors who came,integer,
sex,,,text,M means male and F means female
"""


class Counting:
    """The embedded model, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._model = embedded()

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return self._model(texts)


Write = Callable[[str, str], Database]


@pytest.fixture
def write(make: Callable[..., Catalog], tmp_path: Path) -> Write:
    """Makes a database `music` in a folder, with what its columns mean beside it."""

    def written(folder: str, script: str) -> Database:
        beside = tmp_path / folder / "music" / "database_description"
        beside.mkdir(parents=True)
        for table in ("concert", "singer"):
            (beside / f"{table}.csv").write_text(MEANINGS)
        return make(folder, music=script)["music"]

    return written


@pytest.fixture
def music(write: Write) -> Database:
    return write("music", TABLES)


@pytest.fixture
def index(music: Database, tmp_path: Path) -> DescriptionIndex:
    return DescriptionIndex.build(music, tmp_path / "index", embedded())


@pytest.mark.parametrize(
    ("keyword", "table", "column"),
    [
        ("singer name", "singer", "Name"),
        ("year of birth", "singer", "birthYear"),
        ("stadium", "concert", "stadiumname"),
        ("visitors", "concert", "att"),
        ("female", "singer", "sex"),
        ("concerts", "concert", ""),
        ("SINGER", "singer", ""),
    ],
)
def test_a_keyword_finds_what_is_called_or_described_so(
    index: DescriptionIndex, keyword: str, table: str, column: str
) -> None:
    best = index.search(keyword)[0]
    assert (best.table, best.column) == (table, column)


def test_the_nearest_comes_first_and_has_the_highest_score(index: DescriptionIndex) -> None:
    found = index.search("singer name", limit=100)
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert found[0].score == pytest.approx(1)
    assert scores[-1] < 0.3
    assert len({(match.table, match.column) for match in found}) == len(found) == len(index) == 10


def test_a_match_shows_what_is_said_of_the_column(index: DescriptionIndex) -> None:
    texts = {(m.table, m.column): m.text for m in index.search("x", limit=100)}
    assert texts["concert", "att"] == "number of visitors who came"
    assert texts["singer", "sex"] == "M means male and F means female"
    assert texts["concert", "stadiumname"] == "stadium name"


def test_of_equally_near_columns_the_schemas_first_comes_first(index: DescriptionIndex) -> None:
    found = [(m.table, m.column) for m in index.search("singer id", limit=3)]
    assert found[:2] == [("singer", "singer_id"), ("concert", "singer_id")]


def test_a_question_finds_columns_and_no_tables(index: DescriptionIndex) -> None:
    found = index.question_columns("What is the name of the singer with the latest year of birth?", limit=3)
    assert all(match.column for match in found)
    assert ("singer", "Name") in [(m.table, m.column) for m in found]
    hinted = index.question_columns("How many came?", "came means concert att", limit=1)
    assert (hinted[0].table, hinted[0].column) == ("concert", "att")


@pytest.mark.parametrize("keyword", ["", "  ", "\n"])
def test_nothing_is_near_to_nothing(index: DescriptionIndex, keyword: str) -> None:
    assert index.search(keyword) == []
    assert index.search("name", limit=0) == []


def test_an_opened_index_answers_as_the_built_one(index: DescriptionIndex, tmp_path: Path) -> None:
    opened = DescriptionIndex.open(tmp_path / "index", embedded())
    assert opened.search("visitor", 10) == index.search("visitor", 10)
    assert isinstance(opened.search("visitor")[0], DescriptionMatch)


def test_only_new_phrases_are_embedded_and_the_result_is_that_of_a_fresh_build(
    music: Database, write: Write, index: DescriptionIndex, tmp_path: Path
) -> None:
    counting = Counting()
    embed = Embedder(embedded().name, counting)
    DescriptionIndex.build(music, tmp_path / "index", embed)
    assert counting.asked == []
    changed = write("other", TABLES.replace("att INTEGER", "att INTEGER, price REAL"))
    DescriptionIndex.build(changed, tmp_path / "index", embed)
    assert sorted(counting.asked) == ["concert price", "price"]
    DescriptionIndex.build(changed, tmp_path / "fresh", embedded())
    assert contents(tmp_path / "index") == contents(tmp_path / "fresh")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_another_model_cannot_be_asked_but_can_build_anew(
    music: Database, index: DescriptionIndex, tmp_path: Path
) -> None:
    other = Embedder("other", embedded().embed)
    with pytest.raises(RetrievalError, match="built with the embedding model hashed-1, not with other"):
        DescriptionIndex.open(tmp_path / "index", other)
    DescriptionIndex.build(music, tmp_path / "index", other)
    assert len(DescriptionIndex.open(tmp_path / "index", other)) == 10


def test_a_database_without_tables_has_an_index_that_finds_nothing(write: Write, tmp_path: Path) -> None:
    index = DescriptionIndex.build(write("m", ""), tmp_path / "index", embedded())
    assert (index.search("name"), index.question_columns("name?")) == ([], [])


@pytest.mark.parametrize("file", ["things.jsonl", "phrases.jsonl", "phrases.npy", "links.npy"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_index_is_one_line_and_is_built_again(
    music: Database, index: DescriptionIndex, tmp_path: Path, file: str, damage: str
) -> None:
    (path,) = (tmp_path / "index").rglob(file)
    content = path.read_bytes()
    path.unlink()  # what is mapped stays whole
    if damage == "cut":
        path.write_bytes(content[:40])
    with pytest.raises(RetrievalError, match="again") as error:
        DescriptionIndex.open(tmp_path / "index", embedded())
    assert "\n" not in str(error.value)
    again = DescriptionIndex.build(music, tmp_path / "index", embedded())
    assert again.search("visitors") == index.search("visitors")


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "there is no description index"), (b"{", "no JSON"), (b"[]", "not as it should be"),
     (b'{"format": 99, "model": "m", "data": "data-1"}', "format is 99"),
     (b'{"format": 1, "model": "m", "data": "../x"}', "not as it should be"),
     (b'{"format": 1, "model": "hashed-1", "data": "data-1"}', "data-1 is missing")],
)  # fmt: skip
def test_a_folder_without_an_index_says_so(tmp_path: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        (tmp_path / "description_index.json").write_bytes(content)
    with pytest.raises(RetrievalError, match=says) as error:
        DescriptionIndex.open(tmp_path, embedded())
    assert "\n" not in str(error.value)


def test_what_a_killed_build_left_is_removed_by_the_next(music: Database, tmp_path: Path) -> None:
    (tmp_path / "index" / ".part-1234").mkdir(parents=True)
    (tmp_path / "index" / ".part-1234" / "phrases.npy").write_bytes(b"half")
    DescriptionIndex.build(music, tmp_path / "index", embedded())
    left = sorted(path.name for path in (tmp_path / "index").iterdir())
    assert left[1:] == ["description_index.json", "description_index.lock"]
    assert left[0].startswith("data-")


def test_a_reader_keeps_what_it_opened_while_another_build_replaces_it(
    music: Database, index: DescriptionIndex, write: Write, tmp_path: Path
) -> None:
    before = index.search("visitors", 10)
    DescriptionIndex.build(write("other", "CREATE TABLE t (a INTEGER);"), tmp_path / "index", embedded())
    assert index.search("visitors", 10) == before


def test_a_folder_of_something_else_is_left_alone(music: Database, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("x")
    with pytest.raises(RetrievalError, match="holds something else"):
        DescriptionIndex.build(music, tmp_path / "letters", embedded())
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(["singer", "concert", "stadium", "ticket"]))
def test_what_is_found_does_not_depend_on_the_order_of_tables(
    tmp_path_factory: pytest.TempPathFactory, order: list[str]
) -> None:
    def found(tables: list[str]) -> dict[tuple[str, str], float]:
        folder = tmp_path_factory.mktemp("order")
        with closing(sqlite3.connect(folder / "m.sqlite")) as connection:
            for name in tables:
                connection.execute(f"CREATE TABLE {name} ({name}_id INTEGER, name TEXT, price REAL)")
        with Catalog.open(folder / "m.sqlite") as catalog:
            index = DescriptionIndex.build(catalog["m"], folder / "index", embedded())
        matches = {(m.table, m.column): m.score for m in index.search("ticket price", 50)}
        shutil.rmtree(folder)
        return matches

    assert found(order) == found(sorted(order))
