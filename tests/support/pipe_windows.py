"""Window functions of random pipelines whose values are determined: total orders wherever rows are counted."""

from __future__ import annotations

from random import Random

from pipe_expressions import Expressions
from pipe_names import Kind, Scope, Value

FRAMES = (
    "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
    "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
)


def window(chance: Random, scope: Scope) -> tuple[str, Value]:
    """A window function and what it gives."""
    e = Expressions(chance, scope)
    columns = scope.of("INT64", "STRING", "FLOAT64")
    keys = scope.of("INT64", "STRING", "BOOL")  # GoogleSQL has no partitions by floating numbers
    partition = f"PARTITION BY {chance.choice(keys)}" if keys and chance.random() < 0.5 else ""
    key = scope.total_key()
    drawn = chance.random()
    if drawn < 0.3 and key:
        return _over_rows(chance, e, partition, key)
    if drawn < 0.5 and columns:
        function = chance.choice(("RANK", "DENSE_RANK"))
        return f"{function}() OVER ({_spaced(partition, _order(chance, [chance.choice(columns)]))})", Value("INT64")
    order = _order(chance, [chance.choice(columns)]) if columns and chance.random() < 0.4 else ""
    function, value = _function(chance, e)
    return f"{function} OVER ({_spaced(partition, order)})", value


def _over_rows(chance: Random, e: Expressions, partition: str, key: list[str]) -> tuple[str, Value]:
    """What depends on which row comes before which."""
    order = _order(chance, key)
    kind: Kind = chance.choice(("INT64", "STRING", "FLOAT64"))
    drawn = chance.random()
    if drawn < 0.4:
        return f"ROW_NUMBER() OVER ({_spaced(partition, order)})", Value("INT64")
    if drawn < 0.6:
        return f"{chance.choice(('LAG', 'LEAD'))}({e.of(kind, 1)}) OVER ({_spaced(partition, order)})", Value(kind)
    if drawn < 0.8:
        function, value = _function(chance, e)
        return f"{function} OVER ({_spaced(partition, order, chance.choice(FRAMES))})", value
    function = chance.choice(("FIRST_VALUE", "LAST_VALUE"))
    return f"{function}({e.of(kind, 1)}) OVER ({_spaced(partition, order, chance.choice(FRAMES))})", Value(kind)


def _function(chance: Random, e: Expressions) -> tuple[str, Value]:
    number: Kind = chance.choice(("INT64", "FLOAT64"))
    compared: Kind = chance.choice(("INT64", "STRING"))
    return chance.choice(
        (
            ("COUNT(*)", Value("INT64")),
            (f"COUNT({e.of(compared, 1)})", Value("INT64")),
            (f"SUM({e.of(number, 1)})", Value(number)),
            (f"{chance.choice(('MIN', 'MAX'))}({e.of(compared, 1)})", Value(compared)),
            (f"AVG({e.of(number, 1)})", Value("FLOAT64", exact=False)),
        )
    )


def _order(chance: Random, key: list[str]) -> str:
    return "ORDER BY " + ", ".join(f"{text}{chance.choice(('', ' DESC'))}" for text in key)


def _spaced(*parts: str) -> str:
    return " ".join(part for part in parts if part)
