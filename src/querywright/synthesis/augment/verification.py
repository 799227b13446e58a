"""What a variant must show before it is kept: it runs, says something, and means what its direction says it means."""

from __future__ import annotations

from querywright.databases import Database, Limits, Result
from querywright.databases.compare import compare
from querywright.databases.witnesses import distinguish
from querywright.errors import QueryError
from querywright.runs.steps import Reject
from querywright.synthesis.augment.directions import DIRECTIONS, Variant
from querywright.synthesis.augment.reading import same_text

LIMITS = Limits(seconds=5.0, rows=2000)
WITNESSES = 7
"""One for each alteration: each catches a kind of luck that the others do not."""


def verify(
    database: Database, seed_sql: str, variant: Variant, limits: Limits = LIMITS, known: Result | None = None
) -> Result:
    """The variant's rows.

    A direction that keeps the meaning must give the seed's answer on the database and on witnesses; where there are no
    witnesses (of a server's tables that cannot be copied) it is not kept, because being equal once proves nothing.
    Any other direction must give another answer, on the database or on a witness.

    Args:
        database: where both are asked.
        seed_sql: the seed.
        variant: what was made of it.
        limits: of each execution; a variant with more rows is not kept.
        known: what the seed gave, if that is known.

    Raises:
        Reject: it is not worth keeping; the detail says what differs, and where.
        DatabaseUnavailable: the database is gone.
    """
    if same_text(seed_sql, variant.sql):
        raise Reject("the same query", variant.sql)
    seed, result = _run(database, seed_sql, variant, limits, known)
    keeps = DIRECTIONS[variant.direction].keeps_meaning
    if result.truncated:
        raise Reject("too many rows", variant.sql)
    _says_something(result, seed, variant)
    if keeps:
        _agrees(database, seed_sql, variant, (seed, result), limits)
    else:
        _differs(database, seed_sql, variant, seed, result, limits)
    return result


def _run(
    database: Database, seed_sql: str, variant: Variant, limits: Limits, known: Result | None
) -> tuple[Result, Result]:
    """What the seed and the variant give; the plan of the variant is asked for first."""
    try:
        database.explain(variant.sql, limits)
        result = database.execute(variant.sql, limits)
    except QueryError as error:
        raise Reject("does not run", f"{error.message}: {variant.sql}") from error
    try:
        return known or database.execute(seed_sql, limits), result
    except QueryError as error:
        raise Reject("the seed does not run", f"{error.message}: {seed_sql}") from error


def _says_something(result: Result, seed: Result, variant: Variant) -> None:
    """A variant says no less than its seed does: rows, a figure, columns with something in them."""
    rows = result.rows
    if not rows:
        if seed.rows:
            raise Reject("no rows", variant.sql)
        return
    if DIRECTIONS[variant.direction].keeps_meaning:
        return
    for place in range(len(result.columns)):
        if all(row[place] is None for row in rows):
            raise Reject("a column is all NULL", variant.sql)
    if len(rows) > 1 and all(row == rows[0] for row in rows):
        raise Reject("every row the same", variant.sql)
    if len(rows) == 1 and all(v is None or v == 0 for v in rows[0]) and any(map(any, seed.rows)):
        raise Reject("nothing but zero", variant.sql)


def _agrees(database: Database, seed_sql: str, variant: Variant, known: tuple[Result, Result], limits: Limits) -> None:
    verdict = distinguish(database, seed_sql, variant.sql, count=WITNESSES, limits=limits, known=known)
    if not verdict:
        raise Reject("another meaning", f"{verdict.reason}: {variant.sql}")
    if verdict.unavailable:
        raise Reject("equality not shown", f"no witnesses: {verdict.unavailable}")
    if not verdict.proof:
        raise Reject("equality not shown", f"both are empty on the database and on every witness: {variant.sql}")


def _differs(database: Database, seed_sql: str, variant: Variant, seed: Result, result: Result, limits: Limits) -> None:
    if seed.truncated or not compare(seed, result, gold_sql=seed_sql, dialect=database.dialect):
        return
    verdict = distinguish(database, seed_sql, variant.sql, count=WITNESSES, limits=limits, known=(seed, result))
    if verdict:
        raise Reject("the same answer", f"on the database and on {verdict.checked - 1} witnesses: {variant.sql}")
