"""Later examples that say the same are dropped; which ones are the same is the caller's choice."""

from __future__ import annotations

from querywright.datasets.deduplication import by_skeleton, exact, unique
from querywright.datasets.example import Example

ROME = Example("shops", "Which stores are in Rome?", "SELECT name FROM store WHERE city = 'Rome'")
PARIS = Example("shops", "Which stores are in Paris?", "SELECT name FROM store WHERE city = 'Paris'")


def test_exact_duplicates_are_dropped_and_the_order_is_kept() -> None:
    again = ROME.having(prompt="another prompt")
    assert list(unique([ROME, PARIS, again], exact)) == [ROME, PARIS]


def test_queries_of_one_shape_are_one_by_skeleton() -> None:
    elsewhere = PARIS.having(db_id="trips")
    key = by_skeleton(lambda db_id: "sqlite")
    assert list(unique([ROME, PARIS, elsewhere], key)) == [ROME, elsewhere]


def test_examples_are_taken_one_at_a_time() -> None:
    def endless() -> object:
        while True:
            yield ROME

    assert next(unique(endless(), exact)) == ROME  # type: ignore[arg-type]
