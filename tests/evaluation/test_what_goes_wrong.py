"""A whole evaluation: what cannot be scored is told by its id, the rest is scored, and databases stay as they were."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from querywright import Catalog, Example
from querywright.databases import Limits
from querywright.errors import DatabaseUnavailable, SettingsError
from querywright.evaluation import Evaluation, evaluate
from querywright.runs.progress import Silence

COUNT = Example("bookshop", "How many books?", "SELECT COUNT(*) FROM book", id="count")
NAMES = Example("bookshop", "Who writes?", "SELECT name FROM author", id="names")
GOLD = [COUNT, NAMES]
RIGHT = {"count": "SELECT COUNT(id) FROM book", "names": "SELECT name FROM author ORDER BY 1 DESC"}


def verdicts(found: Evaluation, system: str = "predictions") -> dict[str, dict[str, bool]]:
    return {row.facts.key: dict(row.scores[system].verdicts) for row in found.rows()}


def right(found: Evaluation) -> dict[str, bool]:
    return {key: each[found.summary().rule] for key, each in verdicts(found).items()}


class TestTrouble:
    def test_every_kind_at_once_is_told_by_id_and_the_rest_is_scored(self, bookshop: Path) -> None:
        gold = [
            *GOLD,
            Example("bookshop", "?", "SELECT absent FROM book", id="fails"),
            Example("bookshop", "?", "DELETE FROM book", id="writes"),
            Example("library", "?", "SELECT 1", id="elsewhere"),
            Example("bookshop", "?", "SELECT 1", id="listed"),
            Example("bookshop", "?", "SELECT 1", id="long"),
            Example("bookshop", "?", "SELECT 1", id="number"),
        ]
        said = [
            {"id": "nobody", "SQL": "SELECT 1"},
            *({"id": key, "SQL": sql} for key, sql in RIGHT.items()),
            {"id": "count", "SQL": "SELECT 1"},
            *({"id": key, "SQL": "SELECT 1"} for key in ("fails", "writes", "elsewhere")),
            {"id": "listed", "SQL": ["SELECT 1"]},
            {"id": "long", "SQL": "x" * 1_000_000},
            {"id": "number", "SQL": 1},
        ]
        found = evaluate(said, gold, bookshop, metrics=["rules"])
        assert right(found) == {"count": True, "names": True, "listed": False, "long": False, "number": False}
        summary = found.summary()
        assert [(each.key, each.reason) for each in summary.excluded] == [
            ("fails", "the gold query fails"),
            ("writes", "the gold query fails"),
            ("elsewhere", "the row cannot be used"),
        ]
        assert "there is no database 'library' in " in summary.excluded[2].detail
        assert [problem.partition(": ")[0] for problem in summary.problems] == [
            f"predictions row {n}" for n in (1, 4, 8, 9, 10)
        ]
        for problem, key in zip(summary.problems, ("nobody", "count", "listed", "long", "number"), strict=True):
            assert key in problem
        (system,) = summary.systems
        assert (system.ex.count, system.ex.of) == (2, 5)
        assert (system.ex_of_all.count, system.ex_of_all.of) == (2, 8)
        assert (summary.gold_rows, summary.scored) == (8, 5)

    def test_a_database_that_is_none_is_told(self, bookshop: Path, tmp_path: Path) -> None:
        shutil.copytree(bookshop, tmp_path / "db")
        (tmp_path / "db" / "torn").mkdir()
        whole = (bookshop / "bookshop" / "bookshop.sqlite").read_bytes()
        (tmp_path / "db" / "torn" / "torn.sqlite").write_bytes(whole[:5000])
        found = evaluate({**RIGHT, "torn": "SELECT 1"}, [*GOLD, COUNT.having(id="torn", db_id="torn")], tmp_path / "db")
        assert right(found) == {"count": True, "names": True}
        (excluded,) = found.summary().excluded
        assert excluded.key == "torn"

    def test_nothing_may_be_left_to_score(self, bookshop: Path) -> None:
        found = evaluate({"a": "SELECT 1"}, [Example("library", "?", "SELECT 1", id="a")], bookshop)
        summary = found.summary()
        assert (summary.scored, len(summary.excluded), summary.systems[0].ex.of) == (0, 1, 0)

    def test_missing_predictions_count_as_wrong_or_not_at_all(self, bookshop: Path) -> None:
        said = {"count": RIGHT["count"]}
        assert right(evaluate(said, GOLD, bookshop, missing="wrong")) == {"count": True, "names": False}
        assert right(evaluate(said, GOLD, bookshop, missing="skip")) == {"count": True}

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"rule": "loose"}, "there is no comparison rule 'loose'"),
            ({"metrics": ["vse"]}, "there is no metric 'vse'.*did you mean ves?"),
            ({"witnesses": -1}, "witnesses must be 0 to 100"),
            ({"share": 0.0}, "a subset is a share above 0 and up to 1, not 0"),
            ({"missing": "ignore"}, "error or wrong or skip"),
        ],
    )
    def test_wrong_settings_are_refused(self, bookshop: Path, settings: dict[str, Any], said: str) -> None:
        with pytest.raises(SettingsError, match=said):
            evaluate(RIGHT, GOLD, bookshop, **settings)

    def test_a_folder_without_databases_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DatabaseUnavailable):
            evaluate(RIGHT, GOLD, tmp_path)


class TestEndings:
    @pytest.mark.parametrize(
        ("sql", "ending"),
        [
            ("SELECT COUNT(*) FROM book", "ran"),
            ("SELEC COUNT(*) FROM book WHERE (", "syntax"),
            ("", "no text"),
            ("DELETE FROM book", "refused"),
            ("SELECT 1; SELECT 2", "refused"),
            ("SELECT absent FROM book", "failed"),
            (5, "no text"),
            ("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n", "timeout"),
        ],
    )
    def test_a_prediction_ends_in_one_of_six_ways(self, bookshop: Path, sql: Any, ending: str) -> None:
        (row,) = evaluate({"count": sql}, [COUNT], bookshop, limits=Limits(0.5)).rows()
        score = row.scores["predictions"]
        assert score.ending == ending
        assert bool(score.error) is (ending != "ran")
        assert set(score.verdicts.values()) == {ending == "ran"}
        assert set(score.reasons) == (set() if ending == "ran" else {"strict", "bird", "spider"})

    def test_a_result_that_was_cut_off_is_not_equal_to_itself(self, bookshop: Path) -> None:
        found = evaluate({"names": NAMES.SQL}, [NAMES], bookshop, limits=Limits(rows=2))
        (excluded,) = found.summary().excluded
        assert (excluded.reason, excluded.detail) == (
            "the gold result is too large",
            "names: more than 2 rows or 16,000,000 bytes, so nothing can be equal to it",
        )
        many = {"count": "SELECT 6 FROM author, author AS other"}
        (row,) = evaluate(many, [COUNT], bookshop, rule="bird", limits=Limits(rows=2)).rows()
        assert not any(row.scores["predictions"].verdicts.values())


class TestReadOnly:
    def test_a_database_that_changes_meanwhile_is_named(self, bookshop: Path, tmp_path: Path) -> None:
        shutil.copytree(bookshop, tmp_path / "db")
        shutil.copytree(bookshop / "bookshop", tmp_path / "db" / "other")
        (tmp_path / "db" / "other" / "bookshop.sqlite").rename(tmp_path / "db" / "other" / "other.sqlite")
        path = tmp_path / "db" / "bookshop" / "bookshop.sqlite"

        class Writer(Silence):
            """Another program that writes while the evaluation is under way."""

            def update(self, tally: Any) -> None:
                with closing(sqlite3.connect(path)) as connection:
                    connection.execute("UPDATE book SET pages = pages + 1")
                    connection.commit()

        gold = [*GOLD, COUNT.having(id="other", db_id="other")]
        said = {**RIGHT, "other": COUNT.SQL}
        found = evaluate(said, gold, tmp_path / "db", tmp_path / "out", progress=Writer())
        assert found.changed == found.summary().changed == ("bookshop",)
        assert tuple(Evaluation.open(tmp_path / "out").summary().changed) == ("bookshop",)

    def test_what_a_changed_database_answers_is_not_kept_as_the_old_ones(self, bookshop: Path, tmp_path: Path) -> None:
        shutil.copytree(bookshop, tmp_path / "db")
        path, whole = tmp_path / "db" / "bookshop" / "bookshop.sqlite", tmp_path / "whole.sqlite"
        with closing(sqlite3.connect(path)) as connection:  # content that no other test has
            connection.execute("PRAGMA user_version = 7")
        shutil.copy(path, whole)

        class Writer(Silence):
            def start(self, count: int | None, tally: Any) -> None:
                with closing(sqlite3.connect(path)) as connection:
                    connection.execute("DELETE FROM book WHERE id > 4")
                    connection.commit()

        assert evaluate({"count": "SELECT 4"}, [COUNT], tmp_path / "db", progress=Writer()).changed == ("bookshop",)
        shutil.copy(whole, path)
        assert right(evaluate({"count": "SELECT 6"}, [COUNT], tmp_path / "db")) == {"count": True}

    def test_an_open_catalog_stays_open_and_its_databases_unchanged(self, bookshop: Path) -> None:
        with Catalog.open(bookshop) as catalog:
            found = evaluate({**RIGHT, "names": "DROP TABLE author"}, GOLD, catalog)
            assert found.changed == ()
            assert right(found) == {"count": True, "names": False}
            assert catalog["bookshop"].execute("SELECT COUNT(*) FROM author").rows == [(5,)]

    def test_nothing_is_left_beside_the_database(self, bookshop: Path) -> None:
        said = {"count": "ATTACH 'made.sqlite' AS made", "names": "VACUUM INTO 'made.sqlite'"}
        evaluate(said, GOLD, bookshop)
        assert [path.name for path in (bookshop / "bookshop").iterdir()] == ["bookshop.sqlite"]
        assert not Path("made.sqlite").exists()


class TestInstances:
    """A database whose folder has its name stands there with further instances, which `spider` looks at."""

    @pytest.fixture
    def suite(self, bookshop: Path, tmp_path: Path) -> Path:
        shutil.copytree(bookshop, tmp_path / "db")
        folder = tmp_path / "db" / "bookshop"
        shutil.copy(folder / "bookshop.sqlite", folder / "fewer.sqlite")
        with closing(sqlite3.connect(folder / "fewer.sqlite")) as connection:
            connection.execute("DELETE FROM book WHERE id > 4")
            connection.commit()
        return tmp_path / "db"

    def test_one_that_tells_two_queries_apart_is_named(self, suite: Path) -> None:
        found = evaluate({**RIGHT, "count": "SELECT 6"}, GOLD, suite)
        assert verdicts(found) == {
            "count": {"strict": True, "bird": True, "spider": False},
            "names": {"strict": True, "bird": True, "spider": True},
        }
        reasons = {row.facts.key: row.scores["predictions"].reasons for row in found.rows()}
        assert reasons["count"] == {
            "spider": "on fewer, no predicted column has the values of gold's column 1 (COUNT(*))"
        }

    def test_one_on_which_gold_fails_tells_nothing(self, suite: Path) -> None:
        with closing(sqlite3.connect(suite / "bookshop" / "fewer.sqlite")) as connection:
            connection.execute("DROP TABLE book")
            connection.commit()
        assert verdicts(evaluate({"count": "SELECT 6"}, [COUNT], suite))["count"]["spider"] is True
