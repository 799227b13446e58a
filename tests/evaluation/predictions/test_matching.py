"""Predictions and gold rows find each other by key; what does not is told, never paired by its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from querywright import Example
from querywright.errors import DatasetError, SettingsError
from querywright.evaluation import read_predictions
from querywright.evaluation.predictions.gold import Gold, alternatives, chosen, read_gold
from querywright.evaluation.predictions.matching import Answers, Missing, match

GOLD = [Example("shop", f"Question {key}?", f"SELECT {n}", id=key) for n, key in enumerate("abc")]


def gold_of(examples: Sequence[Example]) -> tuple[Gold, ...]:
    rows, _, _ = read_gold(examples)
    return rows


def without_ids(examples: Sequence[Example] = GOLD, **extra: int) -> list[Example]:
    first = extra.get("question_id")
    more = [{} if first is None else {"question_id": first + n} for n in range(len(examples))]
    return [example.having(id=None, extra=own) for example, own in zip(examples, more, strict=True)]


def answered(gold: Sequence[Example], said: Any, missing: Missing = "error") -> Answers:
    return match(gold_of(gold), read_predictions(said, name="mine"), missing)


def sqls(answers: Answers) -> dict[str, str | None]:
    return {key: prediction.SQL for key, prediction in answers.by_key.items()}


class TestKeys:
    def test_ids_whatever_the_order(self) -> None:
        found = answered(GOLD, [{"id": key, "SQL": key} for key in "cab"])
        assert sqls(found) == {"a": "a", "b": "b", "c": "c"}
        assert (found.matched_by, found.problems) == ("id", ())

    def test_question_ids_which_may_be_numbers(self) -> None:
        found = answered(without_ids(question_id=10), {"12": "z", "10": "x", "11": "y"})
        assert sqls(found) == {"10": "x", "11": "y", "12": "z"}
        assert found.matched_by == "question_id"

    def test_the_number_of_the_row_where_the_keys_are_such(self) -> None:
        """BIRD's file counts from 0, also where the questions have ids of their own that overlap with that."""
        found = answered(without_ids(question_id=1), {"0": "x", "1": "y", "2": "z"})
        assert sqls(found) == {"1": "x", "2": "y", "3": "z"}
        assert found.matched_by == "row"

    def test_database_and_question_where_there_are_no_ids(self) -> None:
        said = [{"db_id": "shop", "question": row.question, "SQL": row.SQL} for row in reversed(GOLD)]
        found = answered(without_ids(), said)
        assert sqls(found) == {"gold row 1": "SELECT 0", "gold row 2": "SELECT 1", "gold row 3": "SELECT 2"}
        assert found.matched_by == "question"

    def test_a_question_asked_of_two_databases_is_two_questions(self) -> None:
        gold = [Example("shop", "How many?", "SELECT 1"), Example("zoo", "How many?", "SELECT 2")]
        said = [{"db_id": db_id, "question": "How many?", "SQL": db_id} for db_id in ("zoo", "shop")]
        assert sqls(answered(gold, said)) == {"gold row 1": "shop", "gold row 2": "zoo"}

    @pytest.mark.parametrize(("count", "expected"), [(1, ["x", "x"]), (2, ["x", "y"]), (3, ["x", "y"])])
    def test_a_question_that_gold_repeats_is_answered_in_turn_or_once_for_all(
        self, count: int, expected: list[str]
    ) -> None:
        gold = without_ids([GOLD[0], GOLD[0]])
        said = [{"db_id": "shop", "question": "Question a?", "SQL": sql} for sql in "xyz"[:count]]
        found = answered(gold, said)
        assert list(sqls(found).values()) == expected
        assert bool(found.problems) is (count > 2)

    def test_lines_without_keys_where_there_are_as_many_as_gold_rows(self, tmp_path: Path) -> None:
        (tmp_path / "p.sql").write_text("x\tshop\n\nz\n")
        found = answered(GOLD, tmp_path / "p.sql")
        assert (sqls(found), found.matched_by) == ({"a": "x", "b": "", "c": "z"}, "row")

    @pytest.mark.parametrize("content", ["x\ny\n", "w\nx\ny\nz\n"])
    def test_another_number_of_lines_stops(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "p.sql").write_text(content)
        for missing in ("error", "wrong", "skip"):
            with pytest.raises(
                DatasetError, match=r"mine has \d lines without keys for 3 gold rows, so it cannot be told"
            ):
                answered(GOLD, tmp_path / "p.sql", missing)  # type: ignore[arg-type]


class TestTrouble:
    """Each is told by its id, and the others are used."""

    def test_an_unknown_id(self) -> None:
        found = answered(GOLD, {**dict.fromkeys("abc", "q"), "z": "q"})
        assert sqls(found) == dict.fromkeys("abc", "q")
        assert found.problems == ("predictions 'z': no gold row has the id z",)

    def test_a_second_prediction(self) -> None:
        found = answered(GOLD, [{"id": key, "SQL": str(n)} for n, key in enumerate("abca")])
        assert sqls(found) == {"a": "0", "b": "1", "c": "2"}
        assert found.problems == ("predictions row 4: a second prediction for a; the first one counts",)

    def test_what_is_no_text_counts_as_wrong(self) -> None:
        found = answered(GOLD, {"a": "q", "b": 5, "c": "q"})
        assert sqls(found) == {"a": "q", "b": None, "c": "q"}
        assert found.problems == ("predictions 'b': b: SQL must be text, not int; it counts as wrong",)

    def test_a_row_without_a_key(self) -> None:
        found = answered(GOLD, [*({"id": key, "SQL": "q"} for key in "abc"), {"SQL": "q"}])
        assert found.problems == ("predictions row 4: it has no id",)

    @pytest.mark.parametrize("missing", ["wrong", "skip"])
    def test_another_database(self, missing: Missing) -> None:
        said = {key: f"q\t----- bird -----\t{db_id}" for key, db_id in zip("abc", ("shop", "zoo", "shop"), strict=True)}
        found = answered(GOLD, said, missing)
        assert found.by_key["a"].SQL == found.by_key["c"].SQL == "q"
        assert (
            found.problems[0] == "predictions 'b': it is for the database 'zoo', but gold row b asks 'shop'; not used"
        )

    def test_gold_rows_that_share_an_id_and_are_not_one(self) -> None:
        gold = [GOLD[0], GOLD[1].having(id="a"), GOLD[2]]
        found = answered(gold, {"a": "q", "c": "q"}, "skip")
        assert sqls(found) == {"c": "q"}
        assert found.problems[0] == (
            "predictions 'a': 2 gold rows have the id a, so it cannot be told which of them it answers"
        )
        assert "a (gold row 1), a (gold row 2)" in found.problems[1]

    def test_gold_rows_that_are_one_share_an_answer(self) -> None:
        found = answered([GOLD[0], GOLD[0], GOLD[2]], {"a": "q", "c": "r"})
        assert sqls(found) == {"a (gold row 1)": "q", "a (gold row 2)": "q", "c": "r"}

    def test_a_long_id_is_shown_in_short(self) -> None:
        found = answered(GOLD, {**dict.fromkeys("abc", "q"), "z\n" * 99: "q"})
        assert found.problems[0].endswith(f"no gold row has the id {'z ' * 29}z…")


class TestMissing:
    def test_stops_and_names_the_first(self) -> None:
        gold = [Example("shop", SQL="SELECT 1", id=f"q{n}") for n in range(9)]
        with pytest.raises(DatasetError) as caught:
            answered(gold, {"q0": "q"})
        assert str(caught.value) == (
            "mine has no prediction for 8 of 9 gold rows: q1, q2, q3, q4, q5 and 3 more; "
            "add them, or say --missing wrong or --missing skip"
        )

    def test_and_what_was_wrong_with_the_file(self) -> None:
        with pytest.raises(
            DatasetError, match=r"for 1 of 3 gold rows: c \(and predictions 'z': no gold row has the id z\)"
        ):
            answered(GOLD, dict.fromkeys("abz", "q"))

    def test_may_count_as_wrong(self) -> None:
        found = answered(GOLD, {"a": "q"}, "wrong")
        assert sqls(found) == {"a": "q", "b": None, "c": None}
        assert found.by_key["b"].problem == "there is no prediction"
        assert found.problems == ("mine: 2 gold rows have no prediction and are counted as wrong: b, c",)

    def test_may_be_left_out(self) -> None:
        found = answered(GOLD, {"a": "q", "b": "q"}, "skip")
        assert sqls(found) == {"a": "q", "b": "q"}
        assert found.problems == ("mine: 1 gold row has no prediction and is left out: c",)

    @pytest.mark.parametrize("missing", ["error", "wrong", "skip"])
    def test_all_is_always_an_error(self, missing: Missing) -> None:
        with pytest.raises(DatasetError, match="mine has no prediction that can be matched with a gold row"):
            answered(GOLD, {"x": "q"}, missing)

    def test_another_word_is_refused(self) -> None:
        with pytest.raises(SettingsError, match="error or wrong or skip, not 'ignore'"):
            answered(GOLD, {"a": "q"}, "ignore")  # type: ignore[arg-type]

    def test_rows_outside_the_subset_need_no_prediction(self) -> None:
        rows = chosen(gold_of(GOLD), {"b"})
        found = match(rows, read_predictions({"b": "q", "c": "q"}))
        assert (set(found.by_key), found.problems) == ({"b", "c"}, ())


class TestGold:
    def read(self, folder: Path, *rows: Any, tail: str = "") -> tuple[Gold, ...]:
        path = folder / "gold.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows) + tail)
        gold, name, _ = read_gold(path)
        assert name == "gold.jsonl"
        return gold

    def test_a_bad_row_is_kept_by_its_id_with_what_is_wrong_and_needs_no_prediction(self, tmp_path: Path) -> None:
        rows = self.read(
            tmp_path,
            {"id": "a", "db_id": "shop", "SQL": "SELECT 1"},
            {"id": "b", "db_id": "shop"},
            {"question_id": 7, "db_id": "shop", "SQL": 5},
            tail='{"id": "c\n',
        )
        assert [row.key for row in rows] == ["a", "b", "7", "gold.jsonl:4"]
        assert [row.problem.partition(":")[0] for row in rows] == [
            "",
            "the row has no SQL (it has id, db_id)",
            "SQL must be text, not int (5)",
            "not JSON",
        ]
        assert match(rows, read_predictions({"a": "q", "b": "q"})).problems == ()

    def test_spiders_and_birds_words(self, tmp_path: Path) -> None:
        rows = self.read(
            tmp_path,
            {"db_id": "shop", "question": "How?", "query": "SELECT 1"},
            {"question_id": 3, "db_id": "shop", "question": "Who?", "SQL": "SELECT 2", "evidence": ""},
        )
        assert [row.example.SQL for row in rows] == ["SELECT 1", "SELECT 2"]
        assert [row.key for row in rows] == ["gold.jsonl:1", "3"]

    def test_alternatives_are_a_list_of_texts(self, tmp_path: Path) -> None:
        row = {"id": "a", "db_id": "shop", "SQL": "SELECT 1"}
        good, none, bad = self.read(
            tmp_path,
            {**row, "alternatives": ["SELECT 2", " "]},
            {**row, "id": "b", "alternatives": None},
            {**row, "id": "c", "alternatives": "SELECT 2"},
        )
        assert alternatives(good.example) == ("SELECT 2",)
        assert alternatives(none.example) == ()
        assert bad.problem == "alternatives must be a list of queries, not 'SELECT 2'"

    @pytest.mark.parametrize("content", ["", "[]"])
    def test_no_rows_are_an_error(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "gold.json").write_text(content)
        with pytest.raises(DatasetError, match=r"gold\.json: it holds no gold rows"):
            read_gold(tmp_path / "gold.json")

    def test_no_file_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="there is no file or run folder"):
            read_gold(tmp_path / "gold.json")

    def test_another_content_is_another_digest(self, tmp_path: Path) -> None:
        assert read_gold(GOLD)[2] == read_gold(iter(GOLD))[2] != read_gold(GOLD[:2])[2]
