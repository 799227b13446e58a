"""Files of predictions as people have them, good and bad: what is read of each, and what is said of the rest."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from querywright.datasets import write_jsonl
from querywright.errors import DatasetError, RunError
from querywright.evaluation import read_predictions
from querywright.evaluation.predictions.prediction import Candidate, System
from querywright.sql.parsing import MAX_LENGTH

MARK = "\t----- bird -----\t"
LONG = "x" * 1_000_000


def read(folder: Path, content: str | bytes, name: str = "p.jsonl") -> System:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_predictions(path)


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def queries(system: System) -> list[str | None]:
    return [said.prediction.SQL for said in system.said]


def problems(system: System) -> list[str]:
    return [f"{said.place}: {said.prediction.problem}" for said in system.said if said.prediction.problem]


ROWS = [{"id": "a", "SQL": "SELECT 1"}, {"id": "b", "SQL": "SELECT 2"}]


class TestFormats:
    def test_a_row_a_line(self, tmp_path: Path) -> None:
        system = read(tmp_path, lines(*ROWS))
        assert (system.name, system.by_row, queries(system)) == ("p", False, ["SELECT 1", "SELECT 2"])
        assert [dict(said.keys) for said in system.said] == [{"id": "a"}, {"id": "b"}]
        assert [said.place for said in system.said] == ["p.jsonl:1", "p.jsonl:2"]

    @pytest.mark.parametrize("row", [ROWS[0], {"id": "a", "candidates": ["SELECT 1"]}])
    def test_one_row_is_no_file_of_birds(self, tmp_path: Path, row: dict[str, Any]) -> None:
        system = read(tmp_path, lines(row))
        assert [(dict(said.keys), said.prediction.SQL) for said in system.said] == [({"id": "a"}, "SELECT 1")]

    def test_a_json_list(self, tmp_path: Path) -> None:
        assert queries(read(tmp_path, json.dumps(ROWS, indent=1), "p.json")) == ["SELECT 1", "SELECT 2"]

    def test_parquet(self, tmp_path: Path) -> None:
        rows = [{**ROWS[0], "candidates": ["SELECT 1", "SELECT 3"]}, {**ROWS[1], "candidates": None}]
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "p.parquet")
        system = read_predictions(tmp_path / "p.parquet")
        assert queries(system) == ["SELECT 1", "SELECT 2"]
        assert system.said[0].prediction.candidates == (Candidate("SELECT 1"), Candidate("SELECT 3"))

    def test_birds_json_by_number_with_the_database_behind(self, tmp_path: Path) -> None:
        system = read(tmp_path, json.dumps({"0": f"SELECT 1{MARK}shop", "7": "SELECT 2"}), "predict.json")
        assert [(said.keys["row"], said.keys["question_id"], said.db_id) for said in system.said] == [
            ("0", "0", "shop"),
            ("7", "7", ""),
        ]
        assert queries(system) == ["SELECT 1", "SELECT 2"]

    def test_spiders_text_has_a_query_a_line_and_no_keys(self, tmp_path: Path) -> None:
        system = read(tmp_path, "SELECT 1\tshop\r\n\nSELECT 2\n", "p.sql")
        assert (system.by_row, queries(system)) == (True, ["SELECT 1", "", "SELECT 2"])
        assert [said.db_id for said in system.said] == ["shop", "", ""]
        assert [said.keys["row"] for said in system.said] == ["0", "1", "2"]

    def test_an_empty_last_line_counts_where_it_is_one(self, tmp_path: Path) -> None:
        assert len(read(tmp_path, "SELECT 1\n", "a.sql").said) == 1
        assert len(read(tmp_path, "SELECT 1\n\n", "b.sql").said) == 2

    def test_a_run_folder(self, tmp_path: Path, bookshop: Path) -> None:
        from querywright.synthesis import synthesize

        run = synthesize(bookshop, 5, tmp_path / "mine")
        system = read_predictions(tmp_path / "mine")
        assert system.name == "mine"
        assert queries(system) == [example.SQL for example in run.examples()]
        assert [said.keys["id"] for said in system.said] == [example.id for example in run.examples()]

    def test_a_dataset_of_ours(self, tmp_path: Path) -> None:
        from querywright import Example

        write_jsonl(tmp_path / "d.jsonl", [Example("shop", "How?", "SELECT 1", id="x")])
        (said,) = read_predictions(tmp_path / "d.jsonl").said
        assert dict(said.keys) == {"id": "x", "question": "shop\nHow?"}

    def test_a_mapping_and_rows_from_python(self) -> None:
        assert queries(read_predictions({"a": "SELECT 1", 2: "SELECT 2"})) == ["SELECT 1", "SELECT 2"]  # type: ignore[dict-item]
        assert queries(read_predictions(iter(ROWS), "mine")) == ["SELECT 1", "SELECT 2"]

    def test_a_byte_order_mark_is_read_over(self, tmp_path: Path) -> None:
        for content, name in (
            (lines(*ROWS), "a.jsonl"),
            (json.dumps({"a": "SELECT 1"}), "b.json"),
            ("SELECT 1", "c.sql"),
        ):
            assert queries(read(tmp_path, b"\xef\xbb\xbf" + content.encode(), name))[0] == "SELECT 1"

    def test_candidates_picks_and_stages(self, tmp_path: Path) -> None:
        row = {
            "id": "a",
            "candidates": [{"SQL": "SELECT 1", "strategy": "plan"}, "SELECT 2"],
            "picks": {"vote": 1},
            "stages": {"linked": {"tables": ["t"], "columns": [["t", "c"]]}},
        }
        (said,) = read(tmp_path, lines(row)).said
        found = said.prediction
        assert found.SQL == "SELECT 1"
        assert found.candidates == (Candidate("SELECT 1", "plan"), Candidate("SELECT 2"))
        assert (found.picks, found.stages) == ({"vote": 1}, {"linked": (("t",), (("t", "c"),))})

    def test_the_same_bytes_have_the_same_digest(self, tmp_path: Path) -> None:
        first, second = read(tmp_path, lines(*ROWS), "a.jsonl"), read(tmp_path, lines(*ROWS), "b.jsonl")
        assert first.digest == second.digest != read(tmp_path, lines(ROWS[0]), "c.jsonl").digest
        assert read_predictions(ROWS).digest == read_predictions(ROWS).digest != read_predictions(ROWS[:1]).digest


class TestBadPredictions:
    """One that cannot be scored is told with its place; those around it are read."""

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (None, "SQL is null"),
            (3, "SQL must be text, not int"),
            (1.5, "SQL must be text, not float"),
            (True, "SQL must be text, not bool"),
            ({"sql": "SELECT 1"}, "SQL must be text, not dict"),
            (["SELECT 1"], "SQL must be text, not list; several queries stand under candidates"),
            (LONG, f"SQL is 1,000,000 characters long, and at most {MAX_LENGTH:,} are read"),
        ],
    )
    def test_what_is_no_text_or_too_long(self, tmp_path: Path, value: Any, said: str) -> None:
        system = read(tmp_path, lines({"id": "x", "SQL": value}, *ROWS))
        assert problems(system) == [f"p.jsonl:1: {said}"]
        assert queries(system) == [None, "SELECT 1", "SELECT 2"]
        assert system.said[0].keys == {"id": "x"}
        if value is not None:
            (bird, _) = read(tmp_path, json.dumps({"0": value, "1": "SELECT 1"}), "p.json").said
            assert (bird.place, bird.prediction.problem) == ("p.json '0'", said)

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ({"id": "x"}, "it has no SQL"),
            ({"id": "x", "candidates": []}, "it has no SQL"),
            ({"id": "x", "candidates": "SELECT 1"}, "candidates must be a list, not str"),
            ({"id": "x", "candidates": [1]}, "SQL must be text, not int"),
            ({"id": "x", "candidates": [{"strategy": "s"}]}, "SQL must be text, not NoneType"),
            ({"id": "x", "candidates": [{"SQL": "q", "strategy": 1}]}, "a candidate's strategy must be text, not int"),
            (
                {"id": "x", "candidates": ["q"], "picks": {"vote": 1}},
                "picks must name candidates by their place, from 0 on: {'vote': 1}",
            ),
            ({"id": "x", "SQL": "q", "stages": [1]}, "stages must be an object, not list"),
            (
                {"id": "x", "SQL": "q", "stages": {"one": {"tables": "t"}}},
                """a stage is {"tables": ["t"], "columns": [["t", "c"]]}, not {'tables': 't'}""",
            ),
        ],
    )
    def test_what_is_wrong_with_a_row_is_said(self, tmp_path: Path, row: dict[str, Any], said: str) -> None:
        assert problems(read(tmp_path, lines(row, *ROWS))) == [f"p.jsonl:1: {said}"]

    def test_a_broken_line(self, tmp_path: Path) -> None:
        system = read(tmp_path, lines(ROWS[0]) + '{"id": "x", \n' + "7\n" + lines(ROWS[1]))
        assert queries(system) == ["SELECT 1", None, None, "SELECT 2"]
        first, second = problems(system)
        assert first.startswith("p.jsonl:2: not JSON: ")
        assert second == "p.jsonl:3: a row must be a JSON object, not int"

    def test_an_item_of_a_list_that_is_no_row(self, tmp_path: Path) -> None:
        system = read(tmp_path, json.dumps([ROWS[0], "SELECT 9", ROWS[1]]), "p.json")
        assert problems(system) == ["p.json item 2: a row must be a JSON object, not str"]
        assert problems(read_predictions([ROWS[0], 7])) == [  # type: ignore[list-item]
            "predictions row 2: a row must be an object, not int"
        ]

    @pytest.mark.parametrize(
        ("content", "name", "place"),
        [
            (
                lines(ROWS[0]).encode() + b'{"id": "x", "SQL": "\xff"}\n' + lines(ROWS[1]).encode(),
                "p.jsonl",
                "p.jsonl:2",
            ),
            (b"SELECT 1\nSELECT '\xff'\nSELECT 2\n", "p.sql", "p.sql:2"),
        ],
    )
    def test_a_line_that_is_not_utf_8(self, tmp_path: Path, content: bytes, name: str, place: str) -> None:
        system = read(tmp_path, content, name)
        assert queries(system) == ["SELECT 1", None, "SELECT 2"]
        (told,) = problems(system)
        assert told.startswith(f"{place}: not UTF-8: invalid start byte at byte ")

    def test_a_surrogate_is_no_end_of_it(self) -> None:
        (said,) = read_predictions([{"id": "a", "SQL": "SELECT '\ud800'"}]).said
        assert said.prediction.SQL is not None
        said.prediction.SQL.encode()

    def test_a_key_that_comes_twice_in_birds_json_is_read_twice(self, tmp_path: Path) -> None:
        system = read(tmp_path, '{"0": "SELECT 1", "1": "SELECT 2", "0": "SELECT 3", "2": {"a": {"b": 1}}}', "p.json")
        assert [(said.keys["row"], said.prediction.SQL) for said in system.said][:3] == [
            ("0", "SELECT 1"),
            ("1", "SELECT 2"),
            ("0", "SELECT 3"),
        ]
        assert problems(system) == ["p.json '2': SQL must be text, not dict"]

    def test_ids_are_texts_or_whole_numbers(self) -> None:
        rows = [{"id": 3, "SQL": "q"}, {"id": 1.5, "SQL": "q"}, {"id": ["a"], "SQL": "q"}, {"id": None, "SQL": "q"}]
        assert [dict(said.keys) for said in read_predictions(rows).said] == [{"id": "3"}, {}, {}, {}]


class TestBadFiles:
    """A file that cannot be read as a whole is one error that names it."""

    @pytest.mark.parametrize(
        ("content", "name"),
        [*product(["", "\n \n", "{}", "\ufeff"], ["p.jsonl", "p.json", "p.sql"]), ("[]", "p.json")],
    )
    def test_an_empty_one(self, tmp_path: Path, content: str, name: str) -> None:
        with pytest.raises(DatasetError, match=f"{name}: it holds no predictions$"):
            read(tmp_path, content, name)

    @pytest.mark.parametrize("content", [lines(*ROWS), "SELECT 1\n", json.dumps({"0": "SELECT 1"})])
    def test_one_in_another_encoding(self, tmp_path: Path, content: str) -> None:
        with pytest.raises(DatasetError, match="is neither UTF-8 text nor Parquet: save it as UTF-8"):
            read(tmp_path, content.encode("utf-16"))

    def test_birds_json_that_is_not_utf_8(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="is not UTF-8 text: invalid start byte at byte 7"):
            read(tmp_path, b'{"0": "\xff",\n "1": "SELECT 1"}', "p.json")

    def test_a_list_that_does_not_end(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match=r"p\.json: not JSON: "):
            read(tmp_path, json.dumps(ROWS)[:-1], "p.json")

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="there is no file or run folder"):
            read_predictions(tmp_path / "none.jsonl")

    def test_a_folder_that_is_no_run(self, tmp_path: Path) -> None:
        with pytest.raises(RunError, match=r"holds no run: there is no run\.json in it"):
            read_predictions(tmp_path)
