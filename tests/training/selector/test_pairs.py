from __future__ import annotations

import json
from pathlib import Path

import pytest
from known_candidates import BROKEN, both, candidates, gold, gold_rows, name, right, said, write, wrong
from model_server import ModelServer
from singers import roles_at

from querywright.answering.desk import Desk
from querywright.answering.known import Candidate
from querywright.answering.selection.comparing import prompts
from querywright.errors import DatasetError
from querywright.training.selector.hinting import HINT
from querywright.training.selector.pair import read_pairs, write_pairs
from querywright.training.selector.pairs import GOLD_FAILS, NONE_RAN, NONE_RIGHT, NONE_WRONG, PairMaker, read_candidates
from querywright.training.selector.settings import Selector

TOKENS = 2_000


def made(catalog, folder: Path, rows=None, models=None, golden=None, **settings):
    """The pairs of predicted rows, and the tally."""
    said_file = write(folder / "said.jsonl", rows) if rows is not None else folder / "candidates.jsonl"
    gold_file = write(folder / "golden.jsonl", golden) if golden is not None else folder / "gold.jsonl"
    maker = PairMaker(catalog, Selector(**settings), TOKENS, models)
    return list(maker.pairs(read_candidates(said_file, gold_file).asked)), maker.tally


@pytest.fixture
def one(folder: Path, tmp_path: Path):
    """A folder in which a test writes its own rows."""
    write(tmp_path / "gold.jsonl", gold_rows())
    return tmp_path


def shown(pair):
    """The two queries of a pair's prompt, A first."""
    return [block.partition("\n</query>")[0] for block in pair.asked.prompt.split("<query>\n")[1:]]


def test_every_pair_has_exactly_one_right_query(catalog, folder: Path) -> None:
    pairs, tally = made(catalog, folder)
    assert (tally.questions, tally.paired, tally.pairs, tally.failed) == (24, 24, 24, 24)
    assert tally.right == {"candidate": 24}
    for pair in pairs:
        number = int(pair.key.rpartition("-")[2])
        good = {gold(pair.db_id, number), right(pair.db_id, number)}
        a, b = shown(pair)
        assert (a in good, b in good) == (pair.answer == "A", pair.answer == "B")
        assert wrong(pair.db_id, number) in (a, b)
        for sql in (a, b):
            wanted = catalog[pair.db_id].execute(gold(pair.db_id, number)).rows
            assert (catalog[pair.db_id].execute(sql).rows == wanted) is (sql in good)


def test_the_right_query_comes_first_about_half_the_time_and_the_seed_decides(catalog, folder: Path) -> None:
    pairs, _ = made(catalog, folder)
    first = sum(pair.answer == "A" for pair in pairs)
    assert 6 <= first <= 18
    again, _ = made(catalog, folder)
    assert again == pairs
    other, _ = made(catalog, folder, seed=1)
    assert [pair.answer for pair in other] != [pair.answer for pair in pairs]
    assert {pair.key for pair in other} == {pair.key for pair in pairs}


def test_what_is_learnt_is_what_a_tournament_asks(catalog, folder: Path) -> None:
    pairs, _ = made(catalog, folder)
    pair = pairs[0]
    from querywright.answering.ask import known_at_first

    desk = Desk(catalog[pair.db_id], None)
    asked = [Candidate(sql, "any", 0, outcome=desk.execute(sql)) for sql in shown(pair)]
    known = known_at_first(pair.key, pair.question, "", desk)
    assert list(prompts(known, desk, asked, [(0, 1), (1, 0)])) == [pair.asked.prompt, pair.turned.prompt]
    assert pair.lesson.user == pair.asked.prompt
    assert pair.lesson.completion == [{"role": "assistant", "content": pair.answer}]
    assert pair.turned.sides == pair.asked.sides[::-1]


def test_the_schema_is_the_union_of_what_both_queries_read(catalog, one: Path) -> None:
    row = gold_rows()[0]
    queries = ("SELECT age FROM singer WHERE id = 1", "SELECT city FROM home")
    (pair,), _ = made(catalog, one, [said(row, *queries)])
    assert "CREATE TABLE singer" in pair.asked.prompt
    assert "CREATE TABLE home" in pair.asked.prompt
    assert "note TEXT" not in pair.asked.prompt  # neither reads it
    assert "age INTEGER" in pair.asked.prompt
    sides = {"age" in side: side for side in pair.asked.sides}
    assert "CREATE TABLE home" not in sides[True]


def test_a_question_gives_no_more_pairs_than_are_wanted(catalog, one: Path) -> None:
    row = gold_rows()[0]
    queries = [gold("music", 1), *(f"SELECT age + {n} FROM singer WHERE id = 1" for n in range(1, 9))]
    pairs, _ = made(catalog, one, [said(row, *queries)], pairs=3)
    assert len(pairs) == 3
    assert len({pair.sides[1] for pair in pairs}) == 3
    assert len(made(catalog, one, [said(row, *queries)], pairs=20)[0]) == 8


def test_every_question_has_pairs_or_a_reason(catalog, one: Path) -> None:
    rows = gold_rows()
    golden = [*rows[:5], {**rows[5], "SQL": "SELECT gone FROM singer"}, {**rows[6], "db_id": "nowhere"}]
    predicted = [
        both(rows[0]),
        said(rows[1], gold("music", 2), right("music", 2)),
        said(rows[2], wrong("music", 3), name("music", 3)),
        said(rows[3], BROKEN),
        said(rows[4]),
        both(rows[5]),
        {**both(rows[6]), "db_id": "nowhere"},
    ]
    pairs, tally = made(catalog, one, predicted, golden=golden)
    assert len(pairs) == 1
    assert tally.left_out == {
        NONE_WRONG: 1, NONE_RIGHT: 1, NONE_RAN: 1, "there is no candidate": 1, GOLD_FAILS: 1,
        "there is no database 'nowhere'": 1,
    }  # fmt: skip
    assert tally.questions == tally.paired + tally.left_out.total() == 7
    assert tally.first[NONE_RIGHT] == "music-3: none of 2 that ran"


def test_where_nothing_is_right_gold_may_stand_in(catalog, one: Path) -> None:
    rows = [said(gold_rows()[0], wrong("music", 1), name("music", 1))]
    none, tally = made(catalog, one, rows)
    assert none == []
    assert tally.left_out == {NONE_RIGHT: 1}
    pairs, tally = made(catalog, one, rows, stand_in=True)
    assert [pair.right for pair in pairs] == ["gold", "gold"]
    assert tally.right == {"gold": 1}
    assert all(gold("music", 1) in pair.sides[0] for pair in pairs)


class Hinted:
    """A model that gives what it is told to give, and keeps what it was asked."""

    def __init__(self, sql: str) -> None:
        self.sql, self.prompts = sql, []

    def __call__(self, messages, schema, sample) -> str:
        self.prompts.append(messages[0]["content"])
        return json.dumps({"reasoning": "", "sql": self.sql})


@pytest.mark.parametrize(("writes", "origin"), [(right("music", 1), "hinted"), (wrong("music", 1), None)])
def test_where_nothing_is_right_a_strategy_is_asked_again_with_gold_as_a_hint(
    catalog, one: Path, writes: str, origin: str | None
) -> None:
    rows = [said(gold_rows()[0], wrong("music", 1))]
    model = Hinted(writes)
    with ModelServer({"WrittenSQL": model}) as server, roles_at(server).open() as models:
        pairs, tally = made(catalog, one, rows, models)
    assert len(model.prompts) == tally.hinted == 1
    assert json.dumps(f"{HINT}{gold('music', 1)}")[1:-1] in model.prompts[0]
    if origin is None:
        assert tally.left_out == {NONE_RIGHT: 1}
        return
    (pair,) = pairs
    assert pair.right == origin
    assert right("music", 1) in pair.sides[0]
    assert HINT not in pair.asked.prompt  # nobody has a hint where it counts
    assert gold("music", 1) not in pair.asked.prompt


def test_a_result_that_is_right_in_one_order_only_is_left_out(catalog, one: Path) -> None:
    golden = [{**gold_rows()[0], "SQL": "SELECT age FROM singer ORDER BY age"}]
    unordered = "SELECT age FROM (SELECT age FROM singer ORDER BY age DESC)"
    ordered = "SELECT age FROM singer ORDER BY age"
    pairs, tally = made(catalog, one, [said(golden[0], unordered, ordered, wrong("music", 1))], golden=golden)
    assert pairs == []
    assert tally.mixed == 1


def test_values_that_were_found_for_the_question_are_shown_as_in_a_tournament(catalog, one: Path) -> None:
    hint = {"keyword": "one", "table": "singer", "column": "name", "value": "Name 1", "score": 0.9}
    trace = [{"stage": "retrieve-values", "output": {"values": [hint]}}, {"stage": "select", "calls": 0}]
    row = said(gold_rows()[0], right("music", 1), wrong("music", 1), trace=trace)
    (pair,), _ = made(catalog, one, [row])
    assert 'values: "Name 1"' in pair.asked.prompt


def test_pairs_with_less_than_all_that_could_be_shown_are_counted(catalog, one: Path) -> None:
    row = said(gold_rows()[0], "SELECT name FROM singer", "SELECT name, age FROM singer")
    golden = [{**gold_rows()[0], "SQL": "SELECT name FROM singer"}]
    assert made(catalog, one, [row], golden=golden)[1].shortened == 0
    write(one / "said.jsonl", [row])
    maker = PairMaker(catalog, Selector(), 250)
    (pair,) = maker.pairs(read_candidates(one / "said.jsonl", one / "golden.jsonl").asked)
    assert maker.tally.shortened == 1
    assert len(pair.asked.prompt) // 4 <= 250


def test_rows_without_candidates_have_their_query_for_one(catalog, one: Path) -> None:
    row = {**said(gold_rows()[0], wrong("music", 1)), "candidates": None}
    pairs, _ = made(catalog, one, [row], stand_in=True)
    assert len(pairs) == 1


def test_pairs_come_back_from_their_file(catalog, folder: Path, tmp_path: Path) -> None:
    pairs, _ = made(catalog, folder)
    write_pairs(tmp_path / "pairs.jsonl", pairs)
    assert list(read_pairs(tmp_path / "pairs.jsonl")) == pairs
    row = json.loads((tmp_path / "pairs.jsonl").read_text().splitlines()[0])
    assert row["completion"] == [{"role": "assistant", "content": pairs[0].answer}]


def test_a_prediction_of_other_questions_is_told(folder: Path, tmp_path: Path) -> None:
    rows = [{"id": "x", "SQL": "SELECT 1", "candidates": candidates("SELECT 1")}]
    with pytest.raises(DatasetError, match="no prediction that can be matched"):
        read_candidates(write(tmp_path / "said.jsonl", rows), folder / "gold.jsonl")
