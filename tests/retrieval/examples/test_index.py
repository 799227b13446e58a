"""Each strategy finds what its definition says; the order in which examples came decides nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from querywright.databases import Catalog
from querywright.datasets import Example
from querywright.errors import DatasetError, QueryRejected, RetrievalError, SettingsError
from querywright.retrieval.embedding import Embedder, embedded
from querywright.retrieval.examples import STRATEGIES, ExampleIndex
from querywright.retrieval.masking import mask_question, mask_sql

MUSIC = "CREATE TABLE singer (singer_id INTEGER PRIMARY KEY, name TEXT, country TEXT, age INTEGER);"
CARS = "CREATE TABLE car (id INTEGER PRIMARY KEY, model TEXT, maker TEXT, weight INTEGER);"
EXAMPLES = (
    Example("music", "How many singers are from France?", "SELECT COUNT(*) FROM singer WHERE country = 'France'"),
    Example("music", "What is the average age of singers?", "SELECT AVG(age) FROM singer"),
    Example("music", "Name the oldest singer.", "SELECT name FROM singer ORDER BY age DESC LIMIT 1"),
    Example("cars", "How many cars are from Fiat?", "SELECT COUNT(*) FROM car WHERE maker = 'Fiat'"),
    Example("cars", "What is the average weight of cars?", "SELECT AVG(weight) FROM car"),
    Example("cars", "How many models has each maker?", "SELECT maker, COUNT(*) FROM car GROUP BY maker"),
    Example("cars", "Which models does Fiat make?", 'SELECT model FROM car WHERE maker = "Fiat"', extra={"row": 7}),
)
DRAFT = "SELECT AVG(name) FROM singer"
Make = Callable[..., Catalog]


class Counting:
    """The embedded model, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._model = embedded()

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return self._model(texts)


@pytest.fixture
def catalog(make: Make) -> Catalog:
    return make(music=MUSIC, cars=CARS)


@pytest.fixture
def index(catalog: Catalog, tmp_path: Path) -> ExampleIndex:
    return ExampleIndex.build(EXAMPLES, tmp_path / "index", embedded(), catalog)


def questions(found: list) -> list[str]:
    return [one.example.question for one in found]


def test_plain_similarity_finds_the_question_of_the_same_words(index: ExampleIndex, catalog: Catalog) -> None:
    found = index.search("What is the average weight of all cars?", catalog["cars"].schema, 2, "question")
    assert questions(found) == ["What is the average weight of cars?", "What is the average age of singers?"]
    assert 1 > found[0].score > found[1].score > 0


def test_masked_similarity_looks_through_names_and_values(index: ExampleIndex, catalog: Catalog) -> None:
    found = index.search("How many singers are from Chile?", catalog["music"].schema, 2, "masked-question")
    assert set(questions(found)) == {"How many cars are from Fiat?", "How many singers are from France?"}
    assert [one.score for one in found] == pytest.approx([1, 1])


def test_a_value_that_the_database_holds_is_masked_where_it_can_be_asked(index: ExampleIndex, catalog: Catalog) -> None:
    schema = catalog["music"].schema
    found = index.search("How many singers are from chile?", schema, 1, "masked-question", values="chile".__eq__)
    assert found[0].score == pytest.approx(1)
    assert index.search("How many singers are from chile?", schema, 1, "masked-question")[0].score < 0.99


def test_masked_alignment_compares_the_question_with_the_sql(index: ExampleIndex, catalog: Catalog) -> None:
    schema = catalog["cars"].schema
    asked = "select avg(weight) from car"  # a question that is its own SQL
    found = index.search(asked, schema, 7, "masked-alignment")
    embed = embedded()
    for one in found:
        question, sql = embed([mask_question(asked, schema), mask_sql(one.example.SQL, "sqlite", schema)])
        assert one.score == pytest.approx(float(question @ sql), abs=1e-6)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert set(questions(found[:2])) == {"What is the average age of singers?", "What is the average weight of cars?"}


def test_dail_puts_those_first_whose_query_is_like_the_draft(index: ExampleIndex, catalog: Catalog) -> None:
    schema = catalog["music"].schema
    found = index.search("How many singers are from Chile?", schema, 4, "dail", draft_sql=DRAFT)
    averages = {"What is the average age of singers?", "What is the average weight of cars?"}
    assert set(questions(found[:2])) == averages
    rest = index.search("How many singers are from Chile?", schema, 7, "masked-question")
    assert questions(found[2:]) == [q for q in questions(rest) if q not in averages][:2]
    assert found[0].score >= found[1].score
    assert found[2].score > found[1].score  # the threshold comes before the score


def test_the_draft_alone_finds_the_queries_like_it(index: ExampleIndex, catalog: Catalog) -> None:
    found = index.search("?", catalog["music"].schema, 3, "draft-sql", draft_sql=DRAFT)
    assert [one.score for one in found[:2]] == pytest.approx([1, 1])
    assert all("AVG" in one.example.SQL for one in found[:2])
    assert "AVG" not in found[2].example.SQL


def test_random_depends_on_seed_and_question_alone(index: ExampleIndex, catalog: Catalog, tmp_path: Path) -> None:
    schema = catalog["music"].schema

    def drawn(question: str, seed: int) -> list[str]:
        return questions(index.search(question, schema, 3, "random", seed=seed))

    assert drawn("a", 1) == drawn("a", 1)
    assert len({tuple(drawn(question, seed)) for question in "abc" for seed in range(4)}) > 6
    assert {q for seed in range(40) for q in drawn("a", seed)} == {e.question for e in EXAMPLES}
    assert len(set(questions(index.search("a", schema, 99, "random")))) == len(EXAMPLES)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("spelt", ["How many singers are from France?", "how many singers are from france"])
def test_the_question_itself_is_never_shown(index: ExampleIndex, catalog: Catalog, strategy: str, spelt: str) -> None:
    found = index.search(spelt, catalog["music"].schema, 99, strategy, draft_sql=EXAMPLES[0].SQL)
    assert set(questions(found)) == {e.question for e in EXAMPLES[1:]}
    elsewhere = index.search(spelt, catalog["cars"].schema, 99, strategy, draft_sql="SELECT 1")
    assert len(elsewhere) == len(EXAMPLES)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_excluded_makes_room_for_the_next(index: ExampleIndex, catalog: Catalog, strategy: str) -> None:
    found = index.search(
        "x", catalog["music"].schema, 3, strategy, draft_sql=DRAFT, exclude=lambda example: example.db_id == "cars"
    )
    assert [one.example.db_id for one in found] == ["music"] * 3


def test_an_example_comes_back_whole(index: ExampleIndex, catalog: Catalog) -> None:
    (found,) = index.search("Which models does Fiat make?", catalog["music"].schema, 1, "question")
    assert found.example == EXAMPLES[-1]


@pytest.mark.parametrize("k", [0, -1])
def test_none_asked_for_is_none(index: ExampleIndex, catalog: Catalog, k: int) -> None:
    assert index.search("x", catalog["music"].schema, k, "question") == []


@pytest.mark.parametrize(
    ("strategy", "draft", "error", "says"),
    [
        ("dail", None, SettingsError, "the strategy dail needs a draft"),
        ("draft-sql", None, SettingsError, "the strategy draft-sql needs a draft"),
        ("masked_alignment", None, SettingsError, "did you mean masked-alignment"),
        ("best", None, SettingsError, "there are masked-alignment, question"),
        ("dail", "SELEC", QueryRejected, "not"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    index: ExampleIndex, catalog: Catalog, strategy: str, draft: str | None, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says) as raised:
        index.search("x", catalog["music"].schema, 3, strategy, draft_sql=draft)
    assert "\n" not in str(raised.value)


# ── building ─────────────────────────────────────────────────────────────────────────────────────────────────────


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(EXAMPLES), twice=st.sampled_from(EXAMPLES))
def test_the_order_and_repeats_of_the_examples_change_no_byte(
    catalog: Catalog, index: ExampleIndex, tmp_path: Path, order: list[Example], twice: Example
) -> None:
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    ExampleIndex.build(iter([*order, twice]), tmp_path / "other", embedded(), catalog)
    assert contents(tmp_path / "other") == contents(tmp_path / "index")


def test_only_what_is_new_is_embedded_and_the_result_is_that_of_a_fresh_build(catalog: Catalog, tmp_path: Path) -> None:
    counting = Counting()
    embed = Embedder(embedded().name, counting)
    ExampleIndex.build(EXAMPLES[:5], tmp_path / "index", embed, catalog)
    first = list(counting.asked)
    assert len(first) == len(set(first))
    ExampleIndex.build(EXAMPLES[:5], tmp_path / "index", embed, catalog)
    assert counting.asked == first
    ExampleIndex.build(EXAMPLES[1:], tmp_path / "index", embed, catalog)
    new = counting.asked[len(first) :]
    assert EXAMPLES[5].question in new
    assert not set(new) & set(first)
    ExampleIndex.build(EXAMPLES[1:], tmp_path / "fresh", embedded(), catalog)
    assert contents(tmp_path / "index") == contents(tmp_path / "fresh")


def test_an_example_is_masked_anew_when_its_schema_changed(make: Make, tmp_path: Path) -> None:
    ExampleIndex.build(EXAMPLES, tmp_path / "index", embedded(), make(music=MUSIC, cars=CARS))
    renamed = make("later", music=MUSIC.replace("age INTEGER", "years INTEGER, oldest TEXT"), cars=CARS)
    index = ExampleIndex.build(EXAMPLES, tmp_path / "index", embedded(), renamed)
    ExampleIndex.build(EXAMPLES, tmp_path / "fresh", embedded(), renamed)
    assert contents(tmp_path / "index") == contents(tmp_path / "fresh")
    found = index.search("Name the years singer.", renamed["music"].schema, 1, "masked-question")
    assert found[0].example.question == "Name the oldest singer."


def test_what_cannot_be_shown_is_left_out_and_counted(catalog: Catalog, tmp_path: Path) -> None:
    bad = [
        Example("music", "", "SELECT 1"),
        Example("music", "What?", " "),
        Example("music", "What?", "SELEC"),
        Example("music", "What?", "DROP TABLE singer"),
        Example("music", "\ud800", "SELECT 1"),
    ]
    index = ExampleIndex.build([*bad, *EXAMPLES], tmp_path / "index", embedded(), catalog)
    assert len(index) == len(EXAMPLES)
    assert index.left_out == {
        "no question": 1,
        "no SQL": 1,
        "its SQL cannot be read": 2,
        "it holds what JSON cannot say": 1,
    }
    assert ExampleIndex.open(tmp_path / "index", embedded()).left_out == index.left_out


def test_without_its_database_an_example_is_masked_by_its_own_query(catalog: Catalog, tmp_path: Path) -> None:
    foreign = Example("gone", "How many pilots are from Rome?", "SELECT COUNT(*) FROM pilot WHERE city = 'Rome'")
    index = ExampleIndex.build([foreign], tmp_path / "index", embedded(), catalog)
    (found,) = index.search("How many singers are from Chile?", catalog["music"].schema, 1, "masked-question")
    assert found.score == pytest.approx(1)


def test_no_examples_find_nothing(catalog: Catalog, tmp_path: Path) -> None:
    ExampleIndex.build([], tmp_path / "index", embedded(), catalog)
    index = ExampleIndex.open(tmp_path / "index", embedded())
    for strategy in STRATEGIES:
        assert index.search("x", catalog["music"].schema, 3, strategy, draft_sql="SELECT 1") == []


def test_with_many_examples_questions_find_sql_that_shares_no_word_with_them(catalog: Catalog, tmp_path: Path) -> None:
    many = [
        example
        for n in range(300)
        for example in (
            Example("cars", f"Which model is heaviest of number {n}?", f"SELECT model FROM car WHERE id = {n} LIMIT 1"),
            Example("cars", f"Tell the mean weight above {n} {'x' * n}", f"SELECT AVG(weight) FROM car WHERE id > {n}"),
        )
    ]
    index = ExampleIndex.build(many, tmp_path / "index", embedded(), catalog)
    found = index.search("Tell the mean age above 3", catalog["music"].schema, 5, "masked-alignment")
    assert all("AVG" in one.example.SQL for one in found)
    assert found[0].score > 0.9


def test_a_failure_of_the_model_leaves_the_index_that_was_there(
    index: ExampleIndex, catalog: Catalog, tmp_path: Path
) -> None:
    before = contents(tmp_path / "index")

    def broken(texts: Sequence[str]) -> np.ndarray:
        raise DatasetError("out of order")

    with pytest.raises(DatasetError):
        ExampleIndex.build(EXAMPLES[:-1], tmp_path / "index", Embedder("other", broken), catalog)
    assert contents(tmp_path / "index") == before


# ── damage ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "file",
    ["examples.jsonl", "starts.npy", "keys.npy", "shapes.jsonl", "shape_of.npy", "question.npy", "masked_sql.npy"],
)
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_index_is_one_line_and_is_built_again(
    index: ExampleIndex, catalog: Catalog, tmp_path: Path, file: str, damage: str
) -> None:
    (path,) = (tmp_path / "index").rglob(file)
    content = path.read_bytes()
    path.unlink()  # what is mapped stays whole
    if damage == "cut":
        path.write_bytes(content[:40])
    with pytest.raises(RetrievalError, match="again") as error:
        ExampleIndex.open(tmp_path / "index", embedded())
    assert "\n" not in str(error.value)
    again = ExampleIndex.build(EXAMPLES, tmp_path / "index", embedded(), catalog)
    assert len(again) == len(EXAMPLES)


def test_another_model_is_refused_by_name(index: ExampleIndex, tmp_path: Path) -> None:
    with pytest.raises(RetrievalError, match="built with the embedding model hashed-1, not with other"):
        ExampleIndex.open(tmp_path / "index", Embedder("other", embedded().embed))


def test_a_folder_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(RetrievalError, match=r"make one with ExampleIndex\.build"):
        ExampleIndex.open(tmp_path, embedded())
