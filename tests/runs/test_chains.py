"""One input through the chain: every way it can end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from querywright.datasets.example import Example
from querywright.errors import DatabaseUnavailable
from querywright.runs import Input, Outcome, Reject
from querywright.runs.chains import carry_through


class Does:
    """A step that is one function."""

    def __init__(self, name: str, function: Callable[[Example], Iterable[Example]]) -> None:
        self.name, self._function = name, function

    def __call__(self, example: Example) -> Iterable[Example]:
        return self._function(example)


class ChainOf:
    def __init__(self, *functions: Callable[[Example], Iterable[Example]]) -> None:
        self.steps = [Does(function.__name__, function) for function in functions]

    def close(self) -> None:
        return


def keep(example: Example) -> Iterable[Example]:
    return [example]


def double(example: Example) -> Iterable[Example]:
    yield example.having(SQL=example.SQL + "a")
    yield example.having(SQL=example.SQL + "b")


def refuse_b(example: Example) -> Iterable[Example]:
    if example.SQL.endswith("b"):
        raise Reject("a b", "at the end")
    yield example


def refuse(example: Example) -> Iterable[Example]:
    raise Reject("no")


def refuse_late(example: Example) -> Iterable[Example]:
    yield example
    raise Reject("no after all")


def vanish(example: Example) -> Iterable[Example]:
    return []


def fail(example: Example) -> Iterable[Example]:
    raise ZeroDivisionError(f"in {object()!r}")


def forget_to_yield(example: Example) -> Iterable[Example]:
    return None  # type: ignore[return-value]


def outcome(*functions: Callable[[Example], Iterable[Example]]) -> Outcome:
    return carry_through(ChainOf(*functions), Input("k", Example(db_id="d")))


@pytest.mark.parametrize(
    ("steps", "kept", "rejected"),
    [
        ((), [""], []),
        ((keep,), [""], []),
        ((double,), ["a", "b"], []),
        ((double, double), ["aa", "ab", "ba", "bb"], []),
        ((double, refuse_b), ["a"], [("refuse_b", "a b", "b")]),
        ((double, refuse_b, double), ["aa", "ab"], [("refuse_b", "a b", "b")]),
        ((double, refuse, keep), [], [("refuse", "no", "a"), ("refuse", "no", "b")]),
        ((refuse_late,), [], [("refuse_late", "no after all", "")]),
        ((vanish,), [], [("vanish", "yielded nothing", "")]),
        ((double, fail), [], [("fail", "internal error: ZeroDivisionError", s) for s in "ab"]),
        ((forget_to_yield,), [], [("forget_to_yield", "internal error: TypeError", "")]),
    ],
)
def test_an_input_ends_as_kept_examples_and_rejects(
    steps: tuple[Callable[[Example], Iterable[Example]], ...], kept: list[str], rejected: list[tuple[str, str, str]]
) -> None:
    became = outcome(*steps)
    assert [example.SQL for example in became.kept] == kept
    assert [(r.step, r.reason, r.example.SQL) for r in became.rejected] == rejected
    assert 1 + became.added == len(kept) + len(rejected)


def test_an_internal_error_carries_a_traceback_without_memory_addresses() -> None:
    detail = outcome(fail).rejected[0].detail
    assert "ZeroDivisionError: in <object object at 0x…>" in detail
    assert "in fail" in detail


def test_a_missing_database_is_not_an_outcome() -> None:
    def unplugged(example: Example) -> Iterable[Example]:
        raise DatabaseUnavailable("gone", "d")

    with pytest.raises(DatabaseUnavailable):
        outcome(unplugged)
