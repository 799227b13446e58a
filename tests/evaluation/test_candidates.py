"""What several candidates for one question are said to be worth."""

import json
from dataclasses import asdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.evaluation.candidates import Pool, candidate_figures, lower, majority, pass_at_k, upper


def pool(correct, clusters=None, strategies=None, **more):
    right = tuple(mark == "y" for mark in correct)
    return Pool(right, tuple(clusters or right), tuple(strategies or "a" * len(right)), **more)


@st.composite
def pools(draw):
    """A pool whose wrong and right candidates never share a cluster, with a selector that always picks."""
    size = draw(st.integers(1, 8))
    clusters = draw(st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=size, max_size=size))
    right = draw(st.sets(st.integers(0, 4)))
    return Pool(
        tuple(cluster in right for cluster in clusters),
        tuple(clusters),
        tuple(draw(st.lists(st.sampled_from(("dc", "qp", "os")), min_size=size, max_size=size))),
        {"judge": draw(st.integers(0, size - 1))},
        frozenset(draw(st.sets(st.integers(0, 4), max_size=1))),
    )


@pytest.mark.parametrize(
    ("clusters", "empty", "chosen"),
    [
        ((0, 1, 1), (), 1),
        ((0, 1, 1, 0), (), 0),  # two of each: the first member that comes first
        ((3, 1, 1, 3), (3,), 1),  # an empty result loses a tie
        ((3, 3, 1), (3,), 0),  # but wins a majority
        ((None, None, 2), (), 2),
        ((None, None), (), None),
        ((), (), None),
    ],
)
def test_self_consistency_takes_the_first_of_the_largest_cluster(clusters, empty, chosen):
    assert majority(Pool((False,) * len(clusters), clusters, ("a",) * len(clusters), empty=frozenset(empty))) == chosen


@given(st.integers(0, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), st.integers(1, 10))
def test_pass_at_k_is_the_share_of_draws_that_include_a_right_candidate(counts, k):
    total, correct = counts
    draws = list(combinations([True] * correct + [False] * (total - correct), min(k, total)))
    assert pass_at_k(total, correct, k) == pytest.approx(sum(map(any, draws)) / len(draws))


@pytest.mark.parametrize("wrong", [(3, 4, 1), (3, -1, 1), (3, 1, 0)])
def test_pass_at_k_of_what_cannot_be_is_an_error(wrong):
    with pytest.raises(ValueError, match="candidate"):
        pass_at_k(*wrong)


@given(st.lists(pools(), min_size=1, max_size=12))
def test_every_choice_lies_between_the_bounds(many):
    figures = candidate_figures(many)
    for one in (figures, *figures.strategies.values()):
        choices = [one.self_consistency, one.first, *one.picks.values(), *one.pass_at.values()]
        assert all(one.lower <= choice <= one.upper + 1e-9 for choice in choices)
        assert one.pass_at["1"] == pytest.approx(one.mean_accuracy)
        assert list(one.pass_at.values()) == sorted(one.pass_at.values())
    assert set(figures.picks) == {"judge"}


@given(st.lists(pools(), min_size=1, max_size=12))
def test_the_overlap_counts_every_solved_question_once(many):
    figures = candidate_figures(many)
    assert sum(figures.overlap.values()) == sum(map(upper, many))
    assert len(figures.overlap) == 2 ** len(figures.strategies) - 1
    assert figures.unique == {name: figures.overlap[name] for name in figures.strategies}
    for name, own in figures.strategies.items():
        together = sum(count for joint, count in figures.overlap.items() if name in joint.split(" + "))
        assert own.upper == pytest.approx(100 * together / len(many))


@given(pools())
def test_pass_at_all_candidates_is_the_upper_bound(one):
    assert pass_at_k(len(one.correct), sum(one.correct), len(one.correct)) == upper(one)


def test_the_figures_of_a_small_set():
    many = [
        pool("yyn", (0, 0, 1), ("dc", "qp", "qp"), picks={"judge": 2}),
        pool("nyn", (0, 1, 0), ("dc", "qp", "qp"), picks={"judge": 1}),
        pool("yy", (0, 0), ("dc", "dc")),
        pool("n", (None,), ("os",), picks={"judge": 0}),
    ]
    figures = candidate_figures(many)
    assert (figures.questions, figures.candidates) == (4, 9)
    assert (figures.upper, figures.lower, figures.self_consistency, figures.first) == (75, 25, 50, 50)
    assert figures.picks == {"judge": 25}
    assert figures.pass_at == pytest.approx({"1": 50, "2": 100 * (1 + 2 / 3 + 1) / 4})
    assert figures.overlap == {
        "dc": 1,
        "os": 0,
        "qp": 1,
        "dc + os": 0,
        "dc + qp": 1,
        "os + qp": 0,
        "dc + os + qp": 0,
    }
    assert figures.unique == {"dc": 1, "os": 0, "qp": 1}
    assert figures.strategies["qp"].upper == 50
    assert figures.strategies["qp"].candidates == 4
    assert figures.strategies["os"].pass_at == {"1": 0.0}
    assert json.loads(json.dumps(asdict(figures)))["strategies"]["dc"]["lower"] == 50


def test_with_many_strategies_only_combinations_that_occur_are_listed():
    names = [f"s{i}" for i in range(30)]
    assert candidate_figures([pool("yy" + "n" * 28, None, names)]).overlap == {"s0 + s1": 1}


def test_questions_without_candidates_count_as_not_solved():
    nothing = Pool((), (), ())
    assert not upper(nothing)
    assert not lower(nothing)
    figures = candidate_figures([nothing, pool("y")])
    assert (figures.upper, figures.lower, figures.first, figures.pass_at) == (50, 50, 50, {"1": 50})
    assert candidate_figures([]).upper == 0.0


def test_a_pool_that_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match="2 verdicts, 1 clusters, 2 strategies"):
        Pool((True, True), (0,), ("a", "b"))
    with pytest.raises(ValueError, match="judge picked candidate 1, there are 1"):
        pool("y", picks={"judge": 1})
