"""The scorer: what is executed, what is shared, what is remembered, and that none of it decides a score."""

import asyncio
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright import Catalog, Limits
from querywright.errors import DatabaseUnavailable, DatasetError
from querywright.training.rewards import Parts, RewardTask, Scorer, executing

NORWAY = RewardTask("bookshop", "SELECT name FROM author WHERE country = 'Norway'")
COUNT = RewardTask("bookshop", "SELECT COUNT(*) FROM book")
PIPE = RewardTask("bookshop", NORWAY.gold, "pipe", "FROM author |> WHERE country = 'Norway' |> SELECT name")
NAMES = "SELECT name FROM author"

SAID = [
    (NORWAY, NORWAY.gold),
    (NORWAY, NAMES),
    (NORWAY, "SELECT nme FROM author"),
    (NORWAY, "SELECT 'Ada'"),
    (NORWAY, "DELETE FROM author"),
    (NORWAY, "nothing"),
    (COUNT, NAMES),
    (COUNT, "SELECT COUNT(id) FROM book"),
    (COUNT, NORWAY.gold),
    (PIPE, PIPE.pipe),
    (PIPE, "FROM author |> SELECT name"),
    (PIPE, NORWAY.gold),
    (RewardTask("duckshop", NORWAY.gold), NAMES),
    (RewardTask("duckshop", NORWAY.gold), NORWAY.gold),
]


@pytest.fixture(scope="module")
def alone(shops):
    """What each is worth when nothing else was ever scored."""
    found = []
    for task, said in SAID:
        with Scorer(shops) as scorer:
            found += scorer.score_all([task], [said])
    return found


@settings(max_examples=30)
@given(chosen=st.lists(st.integers(0, len(SAID) - 1), max_size=12), remembered=st.sampled_from((1, 1000)))
def test_a_score_does_not_depend_on_what_else_is_scored(shops, alone, chosen, remembered):
    with Catalog.open(shops) as catalog, Scorer(catalog, remembered=remembered, threads=2) as scorer:
        for _ in range(2):
            found = scorer.score_all([SAID[n][0] for n in chosen], [SAID[n][1] for n in chosen])
            assert found == [alone[n] for n in chosen]
            for parts in found:
                assert all(0 <= part <= 1 for part in (parts.executes, parts.rows, parts.schema, parts.structure))


def test_what_is_being_executed_is_shared(shops, watched):
    watched.gate.clear()
    with Scorer(shops) as scorer:
        copies = [f"Thought {n}.\n```sql\n{NAMES}\n```" for n in range(8)]
        futures = [scorer.submit(NORWAY, copy) for copy in copies] + [scorer.submit(COUNT, copy) for copy in copies]
        assert not any(future.done() for future in futures)
        watched.gate.set()
        found = [future.result() for future in futures]
        assert len(set(found[:8])) == len(set(found[8:])) == 1
        assert sorted(watched.texts) == sorted([NORWAY.gold, COUNT.gold, NAMES])
        assert scorer.executed == 3


def test_gold_is_executed_once_for_all_its_completions(shops, watched):
    with Scorer(shops, remembered=1) as scorer:
        for _ in range(3):
            scorer.score_all([NORWAY, COUNT, NORWAY], [NAMES, NAMES, NORWAY.gold])
        assert sorted(watched.texts) == sorted([NORWAY.gold, COUNT.gold, NAMES])


def test_the_event_loop_is_free_while_queries_run(shops, watched):
    async def step(scorer):
        watched.gate.clear()
        scores = asyncio.gather(*(scorer.score(NORWAY, said) for said in (NORWAY.gold, NAMES, NAMES)))
        await asyncio.sleep(0)
        assert not scores.done()
        watched.gate.set()  # reached only because nobody waits in this thread
        return await scores

    with Scorer(shops) as scorer:
        right, *others = asyncio.run(step(scorer))
        assert right.ending == "right"
        assert others[0] == others[1]
        again = asyncio.run(scorer.score(NORWAY, NAMES))  # another loop
        assert again == others[0]


def test_who_stops_waiting_takes_the_score_from_nobody(shops, watched):
    async def step(scorer):
        watched.gate.clear()
        one, other = (asyncio.ensure_future(scorer.score(NORWAY, NAMES)) for _ in range(2))
        await asyncio.sleep(0)
        one.cancel()
        await asyncio.sleep(0)
        watched.gate.set()
        return await other

    with Scorer(shops) as scorer:
        assert asyncio.run(step(scorer)).ending == "wrong"


def test_other_completions_do_not_wait_for_a_runaway(numbers):
    runaway = "SELECT COUNT(*) FROM t a, t b, t c, t d WHERE a.x + b.x + c.x + d.x = -1"
    task = RewardTask("numbers", "SELECT MAX(x) FROM t")
    with Scorer(numbers, limits=Limits(seconds=3, rows=10_000), threads=2) as scorer:
        slow = scorer.submit(task, runaway)
        quick = [scorer.submit(task, said) for said in (task.gold, "SELECT MIN(x) + 1 FROM t", "SELECT x FROM t")]
        assert [each.result().executes for each in quick] == [1, 1, 1]
        assert not slow.done()
        assert slow.result().ending == "timeout"


def test_parts_of_four_functions_execute_once(shops, watched):
    """As a trainer asks that has one function a part."""

    async def step(scorer):
        async def each(part):
            return [getattr(await scorer.score(NORWAY, said), part) for said in (NAMES, NORWAY.gold)]

        return await asyncio.gather(*map(each, ("executes", "rows", "schema", "structure")))

    with Scorer(shops) as scorer:
        executes, rows, *_ = asyncio.run(step(scorer))
    assert (executes, rows) == ([1, 1], [pytest.approx(4 / 7), 1])
    assert sorted(watched.texts) == sorted([NAMES, NORWAY.gold])


def test_a_gold_query_that_shows_nothing_is_never_a_silent_zero(scorer):
    for gold, reason in (
        ("SELECT name FROM author WHERE 1 = 0", "has no rows"),
        ("SELECT nme FROM author", "no such column"),
        ("SELECT 1", "puts out nothing"),
        ("", "no SQL as its right answer"),
    ):
        with pytest.raises(DatasetError, match=reason):
            scorer.score_all([RewardTask("bookshop", gold)], [NAMES])
    with pytest.raises(DatasetError, match="no pipe query"):
        scorer.score_all([RewardTask("bookshop", NORWAY.gold, "pipe")], [NAMES])


def test_a_database_that_is_not_there(scorer):
    for _ in range(2):  # an error is not remembered as a score
        with pytest.raises(DatabaseUnavailable, match="no database nowhere"):
            scorer.score_all([RewardTask("nowhere", "SELECT 1")], ["SELECT 1"])
    assert scorer.score_all([NORWAY], [NORWAY.gold])[0].total() == 1


def test_a_database_that_goes_away_and_comes_back(numbers):
    path, away = numbers / "numbers.sqlite", numbers / "away"
    task = RewardTask("numbers", "SELECT MAX(x) FROM t")
    with Scorer(numbers) as scorer:
        assert scorer.score_all([task], [task.gold])[0].total() == 1
        path.rename(away)
        with pytest.raises(DatabaseUnavailable):
            scorer.score_all([task], ["SELECT MIN(x) FROM t"])
        away.rename(path)
        assert scorer.score_all([task], ["SELECT MAX(x) + 1 FROM t"])[0].ending == "wrong"


def test_more_completions_than_tasks(scorer):
    with pytest.raises(ValueError, match="zip"):
        scorer.score_all([NORWAY], [NAMES, NAMES])


def test_a_closed_scorer(shops):
    with Catalog.open(shops) as catalog:
        with Scorer(catalog) as scorer:
            future = scorer.submit(NORWAY, NAMES)
        assert future.done()  # closing waits for what was asked for
        with pytest.raises(ValueError, match="closed"):
            scorer.submit(NORWAY, "SELECT id FROM author")
        assert catalog["bookshop"].execute(NAMES).rows  # a catalog that was given stays open


def test_no_place_no_scorer(tmp_path):
    with pytest.raises(DatabaseUnavailable):
        Scorer(tmp_path / "nothing")


def test_remembered_scores_are_bounded(shops):
    with Scorer(shops, remembered=5) as scorer:
        scorer.score_all([COUNT] * 40, [f"SELECT COUNT(*) + {n} FROM book" for n in range(40)])
        assert scorer.remembered == 5
        assert scorer.score_all([COUNT], ["SELECT COUNT(*) + 0 FROM book"])[0].ending == "right"


def test_remembered_results_are_bounded_and_decide_nothing(shops, watched, monkeypatch):
    monkeypatch.setattr(executing, "CELLS", 6)
    with Scorer(shops, remembered=1, threads=1) as scorer:
        for _ in range(2):
            found = scorer.score_all([NORWAY] * 2, ["SELECT name, born FROM author", NAMES])
            assert [parts.rows for parts in found] == [0, pytest.approx(4 / 7)]
    assert watched.texts.count("SELECT name, born FROM author") == 2


def test_rewards_need_no_library_of_training():
    code = (
        "import sys, querywright.training.rewards; print(sorted({'torch', 'transformers', 'trl'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_reasons_of_tasks_that_are_refused(shops):
    limits = Limits(seconds=0.3, rows=4)
    pipe = "FROM author |> WHERE country = 'Norway' |> SELECT name"
    cases = [
        (NORWAY, ""),
        (RewardTask("bookshop", NORWAY.gold, "pipe", pipe), ""),
        (RewardTask("bookshop", "SELECT title FROM book WHERE price > 1000"), "has no rows"),
        (RewardTask("bookshop", "SELECT COUNT(*) FROM book WHERE price > 1000"), "only NULL or 0"),
        (RewardTask("bookshop", "SELECT MAX(price), SUM(price) FROM book WHERE id = 6"), "only NULL or 0"),
        (RewardTask("bookshop", "SELECT country FROM author WHERE country IS NULL"), "only NULL or 0"),
        (RewardTask("bookshop", NAMES), "more rows than the limits"),
        (RewardTask("bookshop", "SELECT nme FROM author"), "fails: no such column"),
        (RewardTask("bookshop", "SELECT name FROM athor"), "no table of the database"),
        (RewardTask("bookshop", "SELECT name FRM author"), "cannot be used: not valid SQL"),
        (RewardTask("bookshop", "DELETE FROM author"), "cannot be used: DELETE"),
        (RewardTask("bookshop", "SELECT 5 FROM author"), "cannot be used: it puts out nothing"),
        (RewardTask("bookshop", " "), "no SQL as its right answer"),
        (RewardTask("nowhere", NAMES), "no database nowhere"),
        (RewardTask("bookshop", NORWAY.gold, "pipe"), "no pipe query as its right answer"),
        (RewardTask("bookshop", NORWAY.gold, "pipe", NORWAY.gold), "cannot be used"),
        (RewardTask("bookshop", NORWAY.gold, "pipe", pipe.replace("name", "nme")), "nme"),
        (RewardTask("bookshop", NORWAY.gold, "pipe", pipe.replace("name", "born")), "other rows than the gold SQL"),
        (RewardTask("bookshop", NORWAY.gold, "pipe", pipe, "klingon"), "no pipe dialect 'klingon'"),
    ]
    tasks = [task for task, _ in cases]
    with Scorer(shops, limits=limits) as scorer:
        checked = scorer.check(iter(tasks))
    assert checked.kept == tuple(task for task, reason in cases if not reason)
    assert [task for task, _ in checked.refused] == [task for task, reason in cases if reason]
    wanted = [reason for _, reason in cases if reason]
    for (task, reason), part in zip(checked.refused, wanted, strict=True):
        assert part in reason, task
        assert "\n" not in reason.strip(), task


def test_a_gold_query_that_runs_away_is_executed_once(numbers, watched):
    runaway = RewardTask("numbers", "SELECT COUNT(*) FROM t a, t b, t c, t d WHERE a.x + b.x + c.x + d.x > 5")
    with Scorer(numbers, limits=Limits(seconds=0.2)) as scorer:
        checked = scorer.check([runaway] * 5)
    assert len(checked.refused) == 5
    assert "the gold query fails" in checked.refused[0][1]
    assert watched.texts == [runaway.gold]


def test_parts_are_values():
    assert Parts(1, 1, 1, 1, "right") == Parts(1.0, 1.0, 1.0, 1.0, "right")
    assert RewardTask("d", "SELECT 1", question="a") == RewardTask("d", "SELECT 1", question="b")
