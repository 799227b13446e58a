"""Which question of several is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.sql import parse
from querywright.synthesis.correspondence import Candidate, Choice, Finding, Sign, check, choose
from querywright.synthesis.correspondence.finding import weighed
from querywright.synthesis.lexicon import Lexicon

LITERAL = Sign("value", "the value 'Oslo' is not in the question", 0.7, False)
WEIGHTS = (0.03, 0.1, 0.15, 0.25, 0.3, 0.6, 0.8)


def candidate(question: str) -> Candidate:
    return Candidate(question, "", "formal")


def finding(*missing: float, closeness: float = 0.5) -> Finding:
    return weighed([Sign("column", "a column", weight, False) for weight in missing], closeness)


def rows(*vectors: tuple[float, ...]) -> np.ndarray:
    made = np.array(vectors, dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def test_a_question_that_loses_a_literal_loses_whatever_the_others_say() -> None:
    alike = rows((1, 0), (1, 0), (0, 1))
    chosen = choose(
        [candidate("a"), candidate("b"), candidate("c")], alike, [weighed([LITERAL], 1.0)] * 2 + [finding()]
    )
    assert chosen.index == 2


def test_among_equally_faithful_ones_the_one_nearest_to_the_others_is_chosen() -> None:
    vectors = rows((1, 0), (1, 0.5), (1, 1))
    chosen = choose([candidate("a"), candidate("b"), candidate("c")], vectors, [finding()] * 3)
    assert chosen.index == 1
    assert chosen.agreement > 0.9


def test_two_are_decided_by_the_words_of_the_query(lexicon: Lexicon) -> None:
    tree = parse("SELECT name FROM products ORDER BY price DESC LIMIT 1", "sqlite")
    both = [candidate("Which article is the dearest?"), candidate("Which product has the highest price?")]
    findings = [check(c.question, c.evidence, tree, lexicon) for c in both]
    equal = [weighed([], f.closeness) for f in findings]
    for vectors in (None, rows((1, 0), (0.5, 1))):
        assert choose(both, vectors, equal).index == 1


def test_one_candidate_agrees_with_itself() -> None:
    assert choose([candidate("a")], rows((1, 0)), [finding(0.2)]) == Choice(
        0, pytest.approx(0.8), pytest.approx(0.8), 1.0
    )


def test_without_vectors_agreement_is_that_of_words() -> None:
    texts = ("How many orders did Ana place?", "What number of orders did Ana place?", "Tell me of lamps.")
    chosen = choose([candidate(t) for t in texts], None, [finding()] * 3)
    assert chosen.index in (0, 1)


def test_a_light_sign_does_not_outweigh_agreement() -> None:
    vectors = rows((1, 0), (1, 0.1), (0, 1))
    chosen = choose([candidate("a"), candidate("b"), candidate("c")], vectors, [finding(), finding(0.03), finding()])
    assert chosen.index == 1


@pytest.mark.parametrize(("count", "found"), [(0, 0), (2, 1)])
def test_a_finding_for_each_candidate_is_needed(count: int, found: int) -> None:
    with pytest.raises(ValueError, match="candidates"):
        choose([candidate(str(i)) for i in range(count)], None, [finding()] * found)


Made = tuple[list[Candidate], np.ndarray, list[Finding]]


@st.composite
def made(draw: st.DrawFn) -> Made:
    count = draw(st.integers(1, 6))
    texts = draw(st.lists(st.text("abc ", min_size=1, max_size=8), min_size=count, max_size=count, unique=True))
    coordinate = st.floats(-1, 1, width=32)
    vectors = [(draw(coordinate), draw(coordinate), 0.25) for _ in texts]
    findings = [
        finding(*draw(st.lists(st.sampled_from(WEIGHTS), max_size=3)), closeness=draw(st.floats(0, 1))) for _ in texts
    ]
    return [candidate(t) for t in texts], rows(*vectors), findings


@settings(max_examples=200, deadline=None)
@given(made(), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_candidates_does_not_decide(drawn: Made, rng: object, embedded: bool) -> None:
    candidates, vectors, findings = drawn
    order = list(range(len(candidates)))
    rng.shuffle(order)  # type: ignore[attr-defined]
    first = choose(candidates, vectors if embedded else None, findings)
    shuffled = choose(
        [candidates[i] for i in order], vectors[order] if embedded else None, [findings[i] for i in order]
    )
    assert candidates[first.index] == candidates[order[shuffled.index]]
    assert 0.0 <= first.score <= 1.0
    assert first.score == shuffled.score


@settings(max_examples=200, deadline=None)
@given(made(), st.data())
def test_a_candidate_that_loses_a_literal_never_beats_one_otherwise_equal(drawn: Made, data: st.DataObject) -> None:
    candidates, vectors, findings = drawn
    at = data.draw(st.integers(0, len(candidates) - 1))
    poorer = weighed([*findings[at].signs, LITERAL], findings[at].closeness)
    chosen = choose([*candidates, candidate("zz")], np.vstack([vectors, vectors[at]]), [*findings, poorer])
    assert chosen.index != len(candidates)
