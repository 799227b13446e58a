"""A check keeps the rows whose pipe query holds, with what each prefix is, and every other with what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from piped_shop import duckdb_shop, sqlite_shop
from run_folders import files

from querywright import Catalog, pipes
from querywright.errors import DatasetError, RunError, SettingsError
from querywright.runs import Run
from querywright.synthesis.check_pipes import check
from querywright.synthesis.piping.figures import figures_of

GOOD = [
    "SELECT name FROM customer WHERE age > 30",
    "SELECT DISTINCT city FROM customer",
    "SELECT c.city, COUNT(*) AS n FROM customer AS c JOIN orders AS o ON o.customer_id = c.id GROUP BY c.city "
    "HAVING COUNT(*) > 1 ORDER BY n DESC LIMIT 2",
    "SELECT name FROM customer WHERE id IN (SELECT customer_id FROM orders WHERE total > 10)",
    "SELECT city FROM customer UNION SELECT placed FROM orders",
    "SELECT name, RANK() OVER (ORDER BY age DESC) AS r FROM customer",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop of each engine, and rows that ask them: good ones, and one of each kind of trouble."""
    (tmp_path / "in").mkdir()
    sqlite_shop(tmp_path / "in" / "shop.sqlite")
    duckdb_shop(tmp_path / "in" / "store.duckdb")
    rows: list[dict[str, object]] = [
        {"db_id": db_id, "question": f"{db_id} {number}?", "SQL": sql}
        for db_id in ("shop", "store")
        for number, sql in enumerate(GOOD)
    ]
    wrong = "FROM customer |> SELECT DISTINCT city"
    rows += [
        {
            "db_id": "shop",
            "question": "kept?",
            "SQL": "SELECT city FROM customer",
            "pipe_sql": "FROM customer |> SELECT city",
        },
        {"db_id": "shop", "question": "wrong?", "SQL": "SELECT city FROM customer", "pipe_sql": wrong},
        {"db_id": "shop", "question": "unreadable?", "SQL": "SELECT 1", "pipe_sql": "FROM customer |> SELCT city"},
        {"db_id": "shop", "question": "unknown?", "SQL": "SELECT nam FROM customer"},
        {"db_id": "elsewhere", "question": "where?", "SQL": "SELECT 1"},
        {"db_id": "shop", "question": "empty?", "SQL": "SELECT name FROM customer WHERE age > 3 AND age < 2"},
    ]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows) + "no row\n")
    return tmp_path


def checked(folder: Path, name: str = "run", **settings: object) -> Run:
    return check(folder / "rows.jsonl", folder / "in", folder / name, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["portable", "googlesql"])
def test_what_holds_is_kept_with_its_pipe_query_and_its_prefixes(folder: Path, mode: str) -> None:
    run = checked(folder, mode=mode)
    kept = list(run.examples())
    assert [e.SQL for e in kept] == [*GOOD, *GOOD, "SELECT city FROM customer"]
    with Catalog.open(folder / "in") as catalog:
        for example in kept:
            dialect = example.extra["pipe_dialect"]
            assert dialect == ("googlesql" if mode == "googlesql" else catalog[example.db_id].dialect)
            query = pipes.parse(example.pipe_sql or "", dialect)
            assert pipes.verify(example.SQL, query, catalog[example.db_id])
            steps = example.extra["pipe_prefixes"]
            assert len(steps) == len(query.operators) + 1
            assert "\n".join(step["operator"] for step in steps) == str(query)
            compiled = pipes.compile(
                query, dialect=catalog[example.db_id].dialect, schema=catalog[example.db_id].schema
            )
            assert steps[-1]["rows"] == len(catalog[example.db_id].execute(compiled).rows)


def test_what_does_not_hold_is_a_reject_with_its_diagnosis(folder: Path) -> None:
    rejects = {row.example.question: row for row in checked(folder).rejects()}
    wrong = rejects["wrong?"]
    assert (wrong.step, wrong.reason) == ("quarantine", "another result")
    record = wrong.example.extra["quarantine"]
    assert record["sql"] == "SELECT city FROM customer"
    assert record["pipe"] == "FROM customer\n|> SELECT DISTINCT city"
    assert record["tree"] == ["+ DISTINCT"]
    assert record["original"]["rows"] != record["piped"]["rows"]
    assert (rejects["unreadable?"].step, rejects["unreadable?"].reason) == (
        "decompile",
        "the pipe query cannot be read",
    )
    assert "SELCT" in rejects["unreadable?"].detail
    assert rejects["unknown?"].step == "decompile"
    assert "nam" in rejects["unknown?"].detail
    assert "there is no database 'elsewhere'" in rejects["where?"].detail
    assert (rejects["empty?"].step, rejects["empty?"].reason) == ("quarantine", "not shown equal")
    assert rejects[""].detail.startswith("rows.jsonl:19: not JSON")


def test_any_number_of_workers_and_a_resumed_run_give_the_same_bytes(folder: Path) -> None:
    alone = checked(folder)
    many = checked(folder, "many", workers=2)
    assert files(many.folder) == files(alone.folder)
    again = checked(folder, resume=True)
    assert files(again.folder) == files(many.folder)
    with pytest.raises(RunError, match="mode"):
        checked(folder, mode="googlesql", resume=True)


def test_the_figures_count_operators_chains_and_refusals(folder: Path) -> None:
    run = checked(folder)
    found = figures_of(run)
    assert json.loads((run.folder / "figures.json").read_text()) == found.as_record()
    assert (found.rows, found.verified) == (19, 13)
    assert found.linear == 11
    assert found.bends == {"subquery": 2}
    for name in ("SELECT DISTINCT", "EXTEND", "UNION DISTINCT", "AGGREGATE GROUP BY"):
        assert name in found.queries, name
    assert sum(sum(reasons.values()) for reasons in found.refused.values()) == 6


def test_a_dataset_that_is_not_there_and_a_mode_that_is_none_are_one_line_each(folder: Path) -> None:
    with pytest.raises(DatasetError, match="there is no file or run folder"):
        check(folder / "nothing.jsonl", folder / "in", folder / "run")
    with pytest.raises(SettingsError, match="choose from portable, googlesql"):
        checked(folder, mode="klingon")
    assert not (folder / "run").exists()


@pytest.fixture(scope="module")
def spider() -> Path:
    found = next(
        (p / "shared" / "data" / "spider" for p in Path(__file__).resolve().parents if (p / "shared").is_dir()), None
    )
    if found is None or not (found / "train.jsonl").is_file():
        pytest.skip("Spider is not in the shared data")
    return found


@pytest.mark.shared
def test_spiders_queries_hold(spider: Path, tmp_path: Path) -> None:
    lines = (spider / "dev.jsonl").read_text().splitlines(keepends=True)[::12]
    (tmp_path / "rows.jsonl").write_text("".join(lines))
    run = check(tmp_path / "rows.jsonl", spider / "database", tmp_path / "run")
    assert run.counts.kept >= 0.97 * run.counts.inputs, run.funnel
