"""Parts, weights, and what is logged of them."""

import pytest

from querywright.errors import SettingsError
from querywright.training.rewards import Parts, Weights, figures


def test_the_published_weights():
    parts = Parts(1, 0.5, 1, 0.25, "wrong")
    assert parts.total() == pytest.approx(0.3 + 0.25 + 0.1 + 0.025)
    assert Parts(1, 1, 1, 1, "right").total() == 1


def test_other_weights():
    parts = Parts(1, 0.5, 1, 0.25, "wrong")
    assert parts.total(Weights(executes=0, rows=1, schema=0, structure=0)) == 0.5
    assert parts.total(Weights(2, 2, 2, 2)) == 5.5


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"rows": -0.1}, "the weight of rows is -0.1"),
        ({"rows": float("nan")}, "the weight of rows is nan"),
        ({"executes": float("inf")}, "the weight of executes is inf"),
        ({"schema": "1"}, "the weight of schema is '1': give a number"),
        ({"schema": True}, "the weight of schema is True"),
        ({"structure": None}, "the weight of structure is None"),
        ({"executes": 0, "rows": 0, "schema": 0, "structure": 0}, "all weights are 0"),
    ],
)
def test_weights_that_cannot_be_used(weights, message):
    with pytest.raises(SettingsError, match=message):
        Weights(**weights)


def test_each_part_is_logged():
    found = figures([Parts(1, 1, 1, 1, "right"), Parts(1, 0, 1, 0.5, "wrong"), Parts(), Parts()])
    assert found["executes"] == found["schema"] == 0.5
    assert (found["rows"], found["structure"]) == (0.25, 0.375)
    assert found["total"] == pytest.approx((1 + 0.45) / 4)
    assert (found["ending/right"], found["ending/wrong"], found["ending/unreadable"]) == (0.25, 0.25, 0.5)
    assert found["ending/timeout"] == 0
    assert figures([]) == {}
