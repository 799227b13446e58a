from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest
from answering_table import BROKEN, NOTHING, database, desk, known, numbers_of, prompt_of, query
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naive_tournament import by_chance, judged, naive

from querywright.answering.prompting import tokens_of
from querywright.answering.selection import selector_of
from querywright.answering.selection.clusters import clusters_of
from querywright.answering.selection.tournament import scores_of, tournament
from querywright.answering.stages.selection import Settings, select
from querywright.errors import SettingsError

TOURNAMENT = Settings(by="tournament")


@st.composite
def tournaments(draw):
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=6))
    duels = list(permutations(range(len(sizes)), 2))
    winners = {duel: draw(st.sampled_from([*duel, None])) for duel in duels}
    return sizes, winners


@given(tournaments())
def test_clusters_score_what_algorithm_3_scores_over_all_candidates(drawn) -> None:
    sizes, winners = drawn
    results = [cluster for cluster, size in enumerate(sizes) for _ in range(size)]
    expected = naive(results, lambda first, second: winners[first, second])
    scores = scores_of(sizes, winners, 2)
    assert [scores[cluster] for cluster in results] == expected


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A desk whose judge can be exchanged."""
    judge = {"is": by_chance(0)}
    answers = {"PickedQuery": lambda *asked: judged(judge["is"])(*asked)}
    with database(tmp_path_factory.mktemp("table")) as things, desk(things, answers) as (at, server):
        yield at, server, judge


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(results=st.lists(st.integers(0, 4), min_size=2, max_size=9), seed=st.integers(0, 1000))
def test_the_winner_is_one_of_algorithm_3_and_ties_go_by_rank(table, results: list[int], seed: int) -> None:
    at, server, judge = table
    judge["is"] = by_chance(seed)
    before = server.tally.calls
    asked = known(at, [query(number, place) for place, number in enumerate(results)])
    choice = select(asked, at, TOURNAMENT).choice
    assert choice is not None
    expected = naive(results, by_chance(seed))
    different = len(set(results))
    assert server.tally.calls - before == different * (different - 1)
    if different > 1:
        assert [choice.scores[place] for place in range(len(results))] == expected
    best = [cluster for cluster in clusters_of(asked.candidates, at) if expected[cluster.members[0]] == max(expected)]
    assert choice.candidate == best[0].members[0]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(results=st.lists(st.integers(0, 3), min_size=2, max_size=7), data=st.data(), seed=st.integers(0, 1000))
def test_the_order_of_candidates_changes_nothing_but_ties(table, results: list[int], data, seed: int) -> None:
    at, _, judge = table
    judge["is"] = by_chance(seed)
    order = data.draw(st.permutations(results))

    def taken(numbers: list[int]) -> int:
        choice = select(known(at, [query(n, place) for place, n in enumerate(numbers)]), at, TOURNAMENT).choice
        assert choice is not None
        return numbers[choice.candidate]

    scores = dict(zip(results, naive(results, by_chance(seed)), strict=True))
    votes = Counter(results)
    ranks = {number: (scores[number], votes[number]) for number in votes}
    if list(ranks.values()).count(max(ranks.values())) == 1:
        assert taken(results) == taken(order)
    assert ranks[taken(results)] == ranks[taken(order)] == max(ranks.values())


def test_both_orders_of_each_pair_are_asked(tmp_path) -> None:
    seen: list[tuple[int, ...]] = []

    def answer(messages, schema, sample):
        seen.append(tuple(numbers_of(prompt_of(messages))))
        return '{"reasoning": "", "better": "A"}'

    with database(tmp_path) as things, desk(things, {"PickedQuery": answer}) as (at, _):
        choice = select(known(at, [query(1), query(2), query(3)]), at, TOURNAMENT).choice
    assert sorted(seen) == sorted(permutations((1, 2, 3), 2))
    assert choice is not None
    assert (choice.candidate, choice.confidence) == (0, 0.5)  # who always says A decides nothing
    assert "the order decided 3 of 3 pairs" in choice.why
    assert "larger or earlier one goes first" in choice.why


def test_one_round_asks_each_pair_once(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {"PickedQuery": judged(max)}) as (at, server):
        asked = known(at, [query(1), query(2), query(2, 1), query(3)])
        choice = select(asked, at, Settings(by="tournament", rounds=1)).choice
        assert server.tally.calls == 3
        assert choice is not None
        assert choice.candidate == 3
        with pytest.raises(SettingsError, match="1 or 2 rounds"):
            select(asked, at, Settings(by="tournament", rounds=3))


def test_equal_results_cost_no_request(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {"PickedQuery": judged(max)}) as (at, server):
        many = [query(1, n) for n in range(12)] + [query(2, n) for n in range(9)]
        choice = select(known(at, many), at, TOURNAMENT).choice
        assert server.tally.calls == 2
        assert choice is not None
        assert (choice.candidate, choice.confidence) == (12, 1.0)
        assert "2 requests, 418 saved by equal results" in choice.why
        alike = select(known(at, many[:12]), at, TOURNAMENT).choice
        assert server.tally.calls == 2
        assert alike is not None
        assert alike.by == "agreement"


def test_a_comparison_that_fails_counts_for_neither(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {"PickedQuery": judged(max)}) as (at, server):
        server.behaviour.script = ["filter"]
        choice = select(known(at, [query(1), query(2)]), at, TOURNAMENT).choice
    assert choice is not None
    assert (choice.candidate, choice.confidence, choice.scores) == (1, 0.5, {0: 0.0, 1: 1.0})
    assert "1 comparison failed" in choice.why


def test_where_no_comparison_is_answered_the_larger_cluster_is_taken(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {}, faults={"refusal": 1.0}) as (at, _):
        choice = select(known(at, [query(1), query(2), query(2, 1)]), at, TOURNAMENT).choice
    assert choice is not None
    assert (choice.candidate, round(choice.confidence, 3)) == (1, 0.667)


def test_the_prompt_has_the_union_of_both_schemas_and_both_results(tmp_path) -> None:
    seen: list[str] = []

    def answer(messages, schema, sample):
        seen.append(prompt_of(messages))
        return '{"reasoning": "", "better": "A"}'

    first = "SELECT name FROM singer WHERE age = 30"
    second = "SELECT title FROM song WHERE plays > 5"
    with database(tmp_path) as things, desk(things, {"PickedQuery": answer}) as (at, _):
        select(known(at, [first, second]), at, TOURNAMENT)
    for prompt in seen:
        for shown in ("name TEXT", "age INTEGER", "title TEXT", "plays INTEGER", "FOREIGN KEY (singer_id)"):
            assert shown in prompt
        assert "city" not in prompt
        assert "CREATE TABLE digit" not in prompt
        for shown in ('columns: ["name"]\nrows: 2\n["Ada"]\n["Cy"]', '["Rain"]\n["Sun"]', first, second):
            assert shown in prompt
    assert seen[0].index(first) < seen[0].index(second)
    assert seen[1].index(second) < seen[1].index(first)


def test_candidates_that_did_not_run_are_no_rivals(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {"PickedQuery": judged(min)}) as (at, server):
        choice = select(known(at, [BROKEN, query(4), NOTHING]), at, TOURNAMENT).choice
        assert server.tally.calls == 2
    assert choice is not None
    assert choice.candidate == 2  # the judge prefers the empty result, and is believed


def test_what_does_not_fit_gives_way_rows_first(tmp_path) -> None:
    seen: list[str] = []

    def answer(messages, schema, sample):
        seen.append(prompt_of(messages))
        return '{"reasoning": "", "better": "A"}'

    with database(tmp_path) as things, desk(things, {"PickedQuery": answer}) as (at, _):
        asked = known(at, ["SELECT id FROM digit", "SELECT value + 1 FROM digit"])
        tournament(asked, at, clusters_of(asked.candidates, at), TOURNAMENT)
        assert at.account.left_out == []
        at.prompt_tokens = tokens_of(seen[0]) - 3
        tournament(asked, at, clusters_of(asked.candidates, at), TOURNAMENT)
        assert "of 10 result_a did not fit into tournament" in at.account.left_out[0]
        assert tokens_of(seen[-1]) <= at.prompt_tokens
        assert "CREATE TABLE digit" in seen[-1]


def test_a_selector_of_ones_own_is_named_by_its_module(tmp_path, monkeypatch) -> None:
    (tmp_path / "trained_ones.py").write_text(
        "from querywright.answering.known import Choice\n"
        "def last(known, desk, clusters, settings):\n"
        "    return Choice(clusters[-1].members[0], 'last', 'it is the last one', 1.0)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with database(tmp_path) as things, desk(things, {}) as (at, server):
        choice = select(known(at, [query(1), query(2)]), at, Settings(by="trained_ones:last")).choice
        assert server.tally.calls == 0
    assert choice is not None
    assert (choice.candidate, choice.by) == (1, "last")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("tournement", "choose from majority, tournament"),
        ("no_such_module_here:f", "cannot be imported"),
        ("querywright.answering:nothing", "no function 'nothing'"),
        (":f", "cannot be imported"),
    ],
)
def test_a_selector_that_is_not_there_is_named(name: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        selector_of(name)
