"""Rows that overlap with a test set are found by rules that each have something to show, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.datasets import Example, read_dataset, write_jsonl
from querywright.datasets.decontamination import HeldOut, HeldOutRow, Overlap, read_tests
from querywright.errors import DatasetError, SettingsError

SPIDER = Path(__file__).parents[2].parent / "shared/data/spider"

LONG = Example(
    "shops",
    "What are the names of all the stores that opened in Rome before 1999?",
    "SELECT name FROM store WHERE city = 'Rome' AND opened < 1999",
)
SHORT = Example("shops", "How many stores are there?", "SELECT COUNT(*) FROM store")
MOST = Example(
    "shops",
    "Which city has the most stores?",
    "SELECT city FROM store GROUP BY city ORDER BY COUNT(*) DESC LIMIT 1",
)


def held_out(*tests: Example, ngram: int = 8) -> HeldOut:
    rows = (HeldOutRow(f"test.jsonl:{line}", test) for line, test in enumerate(tests, start=1))
    return HeldOut(rows, ngram, lambda db_id: "sqlite")


def found(example: Example, ngram: int = 8) -> list[tuple[str, str, str]]:
    overlaps = held_out(SHORT, LONG, MOST, ngram=ngram).overlaps(example)
    return [(o.rule, o.shared, o.test) for o in overlaps]


@pytest.mark.parametrize(
    ("question", "ngram", "expected"),
    [
        (
            "Show what are the names of ALL the stores, that closed.",
            8,
            [("n-gram", "what are the names of all the stores", "test.jsonl:2")],
        ),
        ("What are the names of all the shops that opened in Rome?", 8, []),
        ("Which stores opened in Rome before 2001?", 4, [("n-gram", "opened in rome before", "test.jsonl:2")]),
        ("how many stores are there", 8, [("question", "how many stores are there", "test.jsonl:1")]),
        ("how many stores are there", 5, [("n-gram", "how many stores are there", "test.jsonl:1")]),
        ("how many stores are there in Rome", 8, []),
        ("", 8, []),
        ("?!", 1, []),
    ],
)
def test_questions_overlap_by_words_in_a_row_and_short_ones_as_a_whole(
    question: str, ngram: int, expected: list[tuple[str, str, str]]
) -> None:
    assert found(Example("other", question, "SELECT x FROM y"), ngram) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM store WHERE city = 'Paris' AND opened < 2000",
        'SELECT T1.name FROM store AS T1 WHERE T1.city = "Paris" AND T1.opened < 2000',
        "select  NAME from STORE where CITY = 'x' and OPENED < 1 ;",
    ],
)
def test_a_test_query_with_other_values_is_found_on_its_own_database(sql: str) -> None:
    ((rule, shared, test),) = found(Example("shops", "Stores?", sql))
    assert (rule, test) == ("query", "test.jsonl:2")
    assert shared == "SELECT _ FROM _ WHERE _ = ? AND _ < ?"
    assert found(Example("trips", "Stores?", sql)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT city FROM store WHERE name = 'Rome' AND closed < 1999",
        "SELECT name FROM store WHERE city = 'Rome'",
        "SELECT name FROM shop WHERE city = 'Rome' AND opened < 1999",
        "SELECT FROM city name store opened WHERE",
        "",
    ],
    ids=["other columns", "other skeleton", "other table", "not SQL", "no SQL"],
)
def test_another_query_is_not(sql: str) -> None:
    assert found(Example("shops", "Stores?", sql)) == []


def test_the_shape_of_query_and_question_together_is_found_on_any_database() -> None:
    twin = Example(
        "zoo",
        "Which keeper has the most animals?",
        "SELECT keeper FROM animal GROUP BY keeper ORDER BY COUNT(*) DESC LIMIT 5",
    )
    shared = "SELECT _ FROM _ GROUP BY _ ORDER BY COUNT(*) DESC LIMIT ? | which _ has the most _"
    assert found(twin) == [("shape", shared, "test.jsonl:3")]
    assert found(twin.having(question="Name the keeper of most animals.")) == []
    assert found(twin.having(SQL="SELECT keeper, COUNT(*) FROM animal GROUP BY keeper")) == []


def test_a_skeleton_that_says_nothing_is_no_overlap() -> None:
    assert found(Example("zoo", "How many animals are there?", "SELECT COUNT(*) FROM animal")) == []


def test_an_example_may_be_found_by_several_rules_once_each() -> None:
    assert [rule for rule, _, _ in found(MOST)] == ["question", "query", "shape"]
    assert [rule for rule, _, _ in found(LONG)] == ["n-gram", "query"]


def test_the_first_of_two_tests_that_say_the_same_is_named() -> None:
    (overlap,) = held_out(SHORT, SHORT.having(db_id="b")).overlaps(Example("c", SHORT.question))
    assert overlap == Overlap("question", "how many stores are there", "test.jsonl:1", SHORT.question)


def test_a_test_whose_sql_cannot_be_parsed_is_told_and_its_question_compared() -> None:
    tests = held_out(SHORT, SHORT.having(question="What is it?", SQL="SELECT FROM"))
    assert tests.unreadable == ["test.jsonl:2"]
    assert [o.rule for o in tests.overlaps(Example("c", "what is it"))] == ["question"]


def test_a_query_is_compared_across_dialects() -> None:
    dialects = {"lite": "sqlite", "duck": "duckdb"}
    sql = "SELECT a FROM t WHERE b = 'x' GROUP BY a ORDER BY COUNT(*) DESC"
    tests = HeldOut([HeldOutRow("t:1", Example("lite", "Which a of t?", sql))], 8, lambda db_id: dialects[db_id])
    assert [o.rule for o in tests.overlaps(Example("duck", "Which c of d?", "SELECT c FROM d WHERE e = 'y' GROUP BY c"
                                                   " ORDER BY COUNT(*) DESC"))] == ["shape"]  # fmt: skip


ROWS = st.builds(
    Example,
    db_id=st.sampled_from(["shops", "zoo"]),
    question=st.lists(st.sampled_from(["how", "many", "stores", "in", "rome"]), max_size=5).map(" ".join),
    SQL=st.sampled_from([SHORT.SQL, LONG.SQL, MOST.SQL, "SELECT city FROM store", "no SQL", ""]),
)


@given(st.lists(ROWS, min_size=1, max_size=6), st.integers(1, 4))
def test_a_row_of_the_test_set_is_never_clean_unless_there_is_nothing_to_compare(
    tests: list[Example], ngram: int
) -> None:
    known = held_out(*tests, ngram=ngram)
    for test in tests:
        comparable = test.question or test.SQL not in ("no SQL", "")
        assert bool(known.overlaps(test)) == bool(comparable)


@pytest.mark.parametrize("ngram", [0, -1])
def test_an_ngram_of_no_words_is_refused(ngram: int) -> None:
    with pytest.raises(SettingsError, match="at least one word"):
        held_out(SHORT, ngram=ngram)


# -- reading ----------------------------------------------------------------------------------------------------------
def test_test_sets_are_read_in_everybodys_keys_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text('[{"db_id": "a", "question": "One?", "query": "SELECT 1"}]')
    write_jsonl(tmp_path / "test.jsonl", [Example("b", "Two?")])
    assert list(read_tests([tmp_path / "dev.json", tmp_path / "test.jsonl"])) == [
        (f"{tmp_path}/dev.json item 1", Example("a", "One?", "SELECT 1")),
        (f"{tmp_path}/test.jsonl:1", Example("b", "Two?")),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("broken", r"test\.jsonl:2: not JSON"),
        ('{"db_id": 1, "question": "Who?"}', r"test\.jsonl:2: db_id must be text"),
        ('{"db_id": "a", "evidence": "?"}', r"test\.jsonl:2: the row has neither a question nor SQL"),
    ],
)
def test_a_test_row_that_cannot_be_read_stops_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "test.jsonl").write_text('{"db_id": "a", "question": "Who?"}\n' + row + "\n")
    with pytest.raises(DatasetError, match=message):
        list(read_tests([tmp_path / "test.jsonl"]))


@pytest.mark.shared
def test_spiders_training_set_overlaps_little_with_its_development_set() -> None:
    if not SPIDER.is_dir():
        pytest.skip("the shared Spider data is not here")
    tests = HeldOut(read_tests([SPIDER / "dev.jsonl"]), 8, lambda db_id: "sqlite")
    assert tests.unreadable == []
    rules = [{o.rule for o in tests.overlaps(example)} for example in read_dataset(SPIDER / "train.jsonl")]
    assert 0 < sum(map(bool, rules)) < 0.02 * len(rules)
    assert not any("query" in found for found in rules)  # no database is in both
