"""A dataset answered as a run: every question ends with an answer or a stated reason, whatever happens meanwhile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer
from singers import Oracle, gold, make_singers, questions, roles_at, write_rows

import querywright as qw
from querywright.answering.preset import Preset
from querywright.answering.written import unanswered
from querywright.errors import DatasetError, ModelUnavailable, RunError, SettingsError
from querywright.models import Budget, Roles
from querywright.models.turns import AT_ONCE

FAULTS = {"429": 0.05, "reset": 0.05, "500": 0.05, "refusal": 0.05, "shape": 0.05, "cut": 0.05}
"""Three calls in ten go wrong, half of them for good."""


@pytest.fixture
def databases(tmp_path: Path) -> Path:
    make_singers(tmp_path / "databases")
    return tmp_path / "databases"


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture
def server(oracle: Oracle) -> Iterator[ModelServer]:
    with ModelServer({"WrittenSQL": oracle}) as running:
        yield running


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def rows_of(run: qw.Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run.folder / "dataset.jsonl").read_text().splitlines()]


def test_every_question_is_answered_and_scored(tmp_path: Path, databases: Path, server: ModelServer) -> None:
    dataset = write_rows(tmp_path / "dev.jsonl", questions(5))
    run = qw.predict(dataset, databases, tmp_path / "run", roles=roles_at(server))
    first = rows_of(run)[0]
    assert (first["id"], first["SQL"], first["problem"]) == ("q1", gold(1), "")
    assert first["candidates"] == [{"SQL": gold(1), "strategy": "direct", "sample": 0, "rows": 1}]
    assert first["picks"] == {"majority": 0}
    assert [each["stage"] for each in first["trace"]] == [each.stage.name for each in Preset.load("fast").stages]
    summary = qw.evaluate(run.folder, dataset, databases).summary()
    assert summary.systems[0].ex.percent == 100.0
    assert run.usage.total().calls == 5


def test_gold_is_not_read(tmp_path: Path, databases: Path, server: ModelServer, oracle: Oracle) -> None:
    rows = questions(4)
    plain = [{name: row[name] for name in ("id", "db_id", "question")} for row in rows]
    odd = [
        {**plain[0], "SQL": "gibberish ((", "alternatives": ["GOLDEN"], "cot_reasoning": "GOLDEN"},
        {**plain[1], "SQL": 5, "query": "GOLDEN"},
        {**plain[2], "SQL": None, "alternatives": 7, "pipe_sql": "FROM GOLDEN"},
        {**plain[3], "query": "GOLDEN", "prompt": "GOLDEN", "difficulty": "GOLDEN"},
    ]
    found = []
    for name, given in (("gold", rows), ("plain", plain), ("odd", odd)):
        dataset = write_rows(tmp_path / f"{name}.jsonl", given)
        run = qw.predict(dataset, databases, tmp_path / name, roles=roles_at(server))
        found.append((run.folder / "dataset.jsonl").read_bytes())
    assert found[0] == found[1] == found[2]
    assert not any("GOLDEN" in prompt for prompt in oracle.prompts)
    assert not any(gold(n) in prompt for prompt in oracle.prompts for n in range(1, 5))
    assert b"GOLDEN" not in b"".join(path.read_bytes() for path in (tmp_path / "odd").iterdir())


def test_neither_workers_nor_order_change_an_answer(tmp_path: Path, databases: Path, server: ModelServer) -> None:
    """With samples over shuffled schemas and with faults: chance comes from the seed and each row's id."""
    server.behaviour.faults = FAULTS
    rows = questions(16)
    answers = {}
    for name, given, workers in (("one", rows, 1), ("two", rows, 2), ("back", rows[::-1], 1)):
        dataset = write_rows(tmp_path / f"{name}.jsonl", given)
        server._desk._seen.clear()  # the same luck each time
        roles = roles_at(server, retries=20, timeout=5.0)
        run = qw.predict(dataset, databases, tmp_path / name, roles=roles, candidates=3, workers=workers)
        answers[name] = (run.folder / "dataset.jsonl").read_bytes()
    assert answers["one"] == answers["two"]
    assert sorted(answers["one"].splitlines()) == sorted(answers["back"].splitlines())


def test_with_three_faulty_calls_in_ten_every_question_ends(
    tmp_path: Path, databases: Path, server: ModelServer
) -> None:
    server.behaviour.faults = FAULTS
    dataset = write_rows(tmp_path / "dev.jsonl", questions(60))
    run = qw.predict(dataset, databases, tmp_path / "run", roles=roles_at(server))
    rows = rows_of(run)
    assert (run.status, len(rows), run.counts.rejected) == ("finished", 60, 0)
    assert all(bool(row["SQL"]) != bool(row["problem"]) for row in rows)
    reasons = unanswered(run)
    assert reasons.total() < 10  # a bad answer is asked for again, twice
    assert set(reasons) <= {"no candidate was written"}
    summary = qw.evaluate(run.folder, dataset, databases).summary()
    assert (summary.systems[0].ex.count, summary.systems[0].ex.of) == (60 - reasons.total(), 60)


def test_what_cannot_be_asked_is_told_and_stops_nothing(tmp_path: Path, databases: Path, server: ModelServer) -> None:
    rows = [
        *questions(1),
        {"id": "blank", "db_id": "bands", "question": " ", "SQL": "SELECT 1"},
        {"id": "long", "db_id": "bands", "question": "x" * 10_001, "SQL": "SELECT 1"},
        {"id": "elsewhere", "db_id": "nowhere", "question": "How many?", "SQL": "SELECT 1"},
        {"question": "of what?", "SQL": "SELECT 1"},
    ]
    dataset = write_rows(tmp_path / "dev.jsonl", rows)
    dataset.write_text(dataset.read_text() + "{not json\n")
    run = qw.predict(dataset, databases, tmp_path / "run", roles=roles_at(server))
    kept = {row["id"]: row["problem"] for row in rows_of(run)}
    assert kept == {
        "q1": "",
        "blank": "the question is empty",
        "long": "the question has 10,001 letters: 10,000 are read at most",
    }
    rejected = {row.key: (row.step, row.detail) for row in run.rejects()}
    assert {step for step, _ in rejected.values()} == {"answer"}
    assert "the database 'nowhere' is not in" in rejected["dev.jsonl:4"][1]
    assert "the row has no db_id" in rejected["dev.jsonl:5"][1]
    assert "not JSON" in rejected["dev.jsonl:6"][1]


def test_a_query_that_fails_is_a_question_without_an_answer(tmp_path: Path, databases: Path) -> None:
    written = json.dumps({"reasoning": "", "sql": "DELETE FROM singer"})
    dataset = write_rows(tmp_path / "dev.jsonl", questions(2))
    with ModelServer({"WrittenSQL": lambda *_: written}) as server:
        run = qw.predict(dataset, databases, tmp_path / "run", roles=roles_at(server))
    row = rows_of(run)[0]
    assert (row["SQL"], row["picks"]) == ("", {})
    assert row["problem"].startswith("no candidate ran (")
    assert row["candidates"][0]["SQL"] == "DELETE FROM singer"
    assert row["candidates"][0]["error"]
    summary = qw.evaluate(run.folder, dataset, databases).summary()
    assert (summary.systems[0].ex.count, summary.systems[0].ex.of) == (0, 2)


def test_a_row_without_an_id_is_matched_by_its_question_or_number(
    tmp_path: Path, databases: Path, server: ModelServer
) -> None:
    rows = questions(3)
    bird = [
        {"question_id": n, "db_id": r["db_id"], "question": r["question"], "evidence": "", "SQL": r["SQL"]}
        for n, r in enumerate(rows)
    ]
    spider = [{"db_id": r["db_id"], "question": r["question"], "query": r["SQL"]} for r in rows]
    for name, given in (("bird", bird), ("spider", spider)):
        dataset = tmp_path / f"{name}.json"
        dataset.write_text(json.dumps(given))
        run = qw.predict(dataset, databases, tmp_path / name, roles=roles_at(server))
        assert qw.evaluate(run.folder, dataset, databases).summary().systems[0].ex.percent == 100.0


def test_a_finished_run_asks_nobody_and_another_one_asks_the_cache(
    tmp_path: Path, databases: Path, server: ModelServer
) -> None:
    dataset = write_rows(tmp_path / "dev.jsonl", questions(6))
    roles = roles_at(server, tmp_path / "answers.sqlite")
    qw.predict(dataset, databases, tmp_path / "run", roles=roles)
    assert server.tally.calls == 6
    qw.predict(dataset, databases, tmp_path / "run", roles=roles, resume=True)
    again = qw.predict(dataset, databases, tmp_path / "again", roles=roles)
    assert server.tally.calls == 6
    assert again.usage.total().cached == 6
    with pytest.raises(RunError, match=r"made differently \(.*seed was 0, now 1"):
        qw.predict(dataset, databases, tmp_path / "run", roles=roles, seed=1, resume=True)


def test_a_budget_stops_the_run_and_a_larger_one_goes_on(tmp_path: Path, databases: Path, server: ModelServer) -> None:
    dataset = write_rows(tmp_path / "dev.jsonl", questions(20))
    roles = roles_at(server)
    with pytest.raises(RunError, match="the budget is spent"):
        qw.predict(dataset, databases, tmp_path / "run", roles=roles, budget=Budget(tokens=500))
    assert server.tally.calls < 20
    run = qw.predict(dataset, databases, tmp_path / "run", roles=roles, budget=Budget(tokens=10**6), resume=True)
    assert server.tally.calls == 20 == run.counts.kept


def test_an_estimate_answers_some_and_writes_nothing(tmp_path: Path, databases: Path, server: ModelServer) -> None:
    from querywright.answering import estimate_predict

    dataset = write_rows(tmp_path / "dev.jsonl", questions(30))
    found = estimate_predict(dataset, databases, roles=roles_at(server), sample=5)
    assert (found.sample, found.inputs, found.total.calls, server.tally.calls) == (5, 30, 30, 5)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["databases", "dev.jsonl"]


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"preset": "fats"}, SettingsError, "did you mean fast"),
        ({"without": ("repare",)}, SettingsError, "has no repare"),
        ({"candidates": 0}, SettingsError, "candidates must be 1 or more"),
        ({"roles": Roles()}, ModelUnavailable, "--model"),
        ({"dataset": "nowhere.jsonl"}, DatasetError, "there is no file or run folder nowhere.jsonl"),
        ({"dataset": []}, DatasetError, "it holds no questions"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(
    tmp_path: Path, databases: Path, server: ModelServer, settings: Any, error: type[Exception], said: str
) -> None:
    dataset = write_rows(tmp_path / "dev.jsonl", questions(1))
    given = {"dataset": dataset, "roles": roles_at(server), **settings}
    with pytest.raises(error, match=said):
        qw.predict(given.pop("dataset"), databases, tmp_path / "run", **given)
    assert server.tally.calls == 0
    assert not (tmp_path / "run").exists()


def test_no_more_queries_run_at_a_time_than_there_are_turns(databases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadline is of the clock: queries that crowd each other would run past theirs."""
    execute, running, most = qw.Database.execute, 0, 0
    lock = threading.Lock()

    def counted(self: qw.Database, *asked: Any) -> qw.Result:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            time.sleep(0.01)
            return execute(self, *asked)
        finally:
            with lock:
                running -= 1

    def answer(messages: Any, schema: Any, sample: int) -> str:
        return json.dumps({"reasoning": "", "sql": f"SELECT {sample}"})

    monkeypatch.setattr(qw.Database, "execute", counted)
    preset = Preset.load("fast").drawing(4)
    with (
        ModelServer({"WrittenSQL": answer}) as server,
        qw.Catalog.open(databases) as catalog,
        roles_at(server).open() as models,
        ThreadPoolExecutor(8) as threads,
    ):
        asked = [f"How old is singer number {n}?" for n in range(8)]
        list(threads.map(lambda question: qw.ask(question, catalog["bands"], model=models, preset=preset), asked))
    assert most == AT_ONCE
