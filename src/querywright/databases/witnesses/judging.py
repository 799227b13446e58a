"""Whether two queries agree: on the database, and on witnesses made to tell them apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.databases.compare import Rule, compare, is_ordered
from querywright.databases.matching import unmatched
from querywright.databases.results import Limits, Result
from querywright.databases.witnesses.copies import Bench, Place, Plan, plan
from querywright.databases.witnesses.leeway import Leeway, readings
from querywright.databases.witnesses.sampling import Queryable, Rows
from querywright.errors import DatabaseUnavailable, QueryError, WitnessesUnavailable

LIMITS = Limits(seconds=5.0, rows=5_000)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two queries gave equal results everywhere they were run; true in a condition if so."""

    equal_everywhere: bool
    reason: str = ""
    """Where and how they first differed."""
    witness: str | None = None
    """The alteration that told them apart; None for the database itself."""
    rows: Rows | None = None
    """What the telling witness holds, by the full names of tables."""
    first: Result | None = None
    second: Result | None = None
    checked: int = 0
    """On how many copies (the database counts as one) both ran and were compared."""
    proof: bool = False
    """False if every comparison was of empty results, which proves nothing."""
    unavailable: str = ""
    """Why there are no witnesses, so that only the database itself was asked; empty where there are."""
    open: int = 0
    """On how many copies nothing could be said, since the first query itself has more than one answer there."""

    def __bool__(self) -> bool:
        return self.equal_everywhere


def distinguish(
    database: Queryable,
    sql_a: str,
    sql_b: str,
    rule: Rule = "strict",
    count: int = 7,
    seed: int = 0,
    limits: Limits = LIMITS,
    known: tuple[Result, Result] | None = None,
    *,
    lenient: bool = False,
    invent: bool = False,
) -> Verdict:
    """Try to tell two queries apart: on the database first, then on witnesses.

    Where no witnesses can be made of a server's tables, the verdict is the database's alone and `unavailable` says why.

    Args:
        database: where they are asked.
        sql_a: the reference; it decides whether order matters.
        sql_b: the other query.
        rule: how results are compared.
        count: how many witnesses to try.
        seed: of the witnesses.
        limits: of each execution.
        known: what both gave on the database under these limits, if that is known, to save running them.
        lenient: whether an answer of the second query is right, too, that the first one leaves open: another order of
            equals, another choice among rows that LIMIT cuts. Where the first has no answer of its own, because it
            leaves something open inside, the copy counts for nothing.
        invent: whether to try copies of made up rows where none of the database's own got through the queries.

    Raises:
        QueryError: `sql_a` itself fails on the database.
        DatabaseUnavailable: the database is gone.
    """
    ordered = is_ordered(sql_a, database.dialect) if rule == "strict" else None
    leeway = Leeway(sql_a, database.dialect, database.schema) if lenient else None
    otherwise = readings(sql_b, database.dialect, database.schema) if lenient else ()
    question = _Question(sql_a, sql_b, rule, ordered, limits, leeway, otherwise)
    first, second = known or (database.execute(sql_a, limits), None)
    verdict = question.judge("on the database", first, database, second)
    if not verdict:
        return verdict
    try:
        planned = plan(database, (sql_a, sql_b), seed)
    except WitnessesUnavailable as error:
        return replace(verdict, first=None, second=None, unavailable=error.message)
    bench = planned.bench()
    try:
        verdict = _on_copies(question, planned, bench, count, verdict)
        if invent and verdict and not verdict.proof:
            verdict = _on_copies(question, planned.invented(), bench, count, verdict)
        return verdict
    finally:
        bench.close()


def _on_copies(question: _Question, planned: Plan, bench: Bench, count: int, verdict: Verdict) -> Verdict:
    checked, proof, open_ = verdict.checked, verdict.proof, verdict.open
    seen: dict[str, int] = {}
    """How much was checked on copies of these rows: an alteration that changes nothing shows nothing new."""
    for number in range(count):
        name, rows = planned.altered(number)
        mark = repr(rows)
        if mark in seen:
            checked += seen[mark]
            continue
        seen[mark], before = 0, checked
        with bench.copy(name, rows) as witness:
            try:
                first = witness.execute(question.sql_a, question.limits)
            except DatabaseUnavailable:
                raise
            except QueryError:  # a copy on which the reference itself fails tells nothing
                continue
            found = question.judge_closely(f"on a witness ({witness.name})", first, witness)
            checked, proof, open_ = checked + found.checked, proof or found.proof, open_ + found.open
            seen[mark] = checked - before
            if not found:
                return replace(found, witness=witness.name, rows=witness.rows, checked=checked, open=open_)
    return Verdict(True, checked=checked, proof=proof, open=open_)


@dataclass(frozen=True, slots=True)
class _Question:
    sql_a: str
    sql_b: str
    rule: Rule
    ordered: bool | None
    limits: Limits
    leeway: Leeway | None = None
    otherwise: tuple[str, ...] = ()
    """The second query with what it leaves open decided on purpose: it must be right however that is."""

    def judge_closely(self, where: str, first: Result, place: Place) -> Verdict:
        """As `judge`, of the second query in all its readings."""
        verdict = self.judge(where, first, place)
        for sql in self.otherwise if verdict and not verdict.open else ():
            try:
                second = place.execute(sql, self.limits)
            except DatabaseUnavailable:
                raise
            except (QueryError, WitnessesUnavailable):  # it was put together here, and shows nothing if it fails
                continue
            found = self.judge(f"{where}, where the second query leaves its answer open", first, place, second)
            if found.open or not found:
                return found
        return verdict

    def judge(self, where: str, first: Result, place: Place, second: Result | None = None) -> Verdict:
        """Run the second query, unless that was done, where the first gave this result, and compare."""
        try:
            second = second or place.execute(self.sql_b, self.limits)
        except DatabaseUnavailable:
            raise
        except QueryError as error:
            return Verdict(False, f"{where}, the second query fails: {error.message}", first=first, checked=1)
        if first.truncated and second.truncated:  # nothing can be said here; a witness is small enough
            return Verdict(True, first=first, second=second)
        outcome = compare(first, second, self.rule, self.ordered, gold_sql=self.sql_a)
        if not outcome and outcome.proof and self.leeway is not None and len(first.columns) == len(second.columns):
            opinion = self.leeway.of(second, first, place, self.limits)
            if opinion == "open":
                return Verdict(True, first=first, second=second, open=1)
            if opinion == "right":
                return Verdict(True, first=first, second=second, checked=1, proof=True)
        reason = "" if outcome else f"{where}: {outcome.reason}"
        return Verdict(outcome.equal, reason, None, None, first, second, 1, outcome.proof)


def idle(
    database: Queryable, sql_with: str, sql_without: str, limits: Limits = LIMITS, known: Result | None = None
) -> bool:
    """Whether dropping a clause changes nothing on the database: then the clause says nothing there.

    Args:
        database: where to look.
        sql_with: the query with the clause.
        sql_without: the query without it.
        limits: of each of the two executions; beyond `rows` only the first rows are compared.
        known: the result of `sql_with` under the same limits, if there is one, to save running it.

    Raises:
        QueryError: `sql_with` fails. If only `sql_without` fails, the clause is needed: False.
        DatabaseUnavailable: the database is gone.
    """
    first = known if known is not None else database.execute(sql_with, limits)
    try:
        allowed = limits.rows if first.truncated else min(limits.rows, len(first.rows) + 1)
        second = database.execute(sql_without, Limits(limits.seconds, allowed, limits.bytes))
    except DatabaseUnavailable:
        raise
    except QueryError:
        return False
    if len(first.columns) != len(second.columns) or len(first.rows) != len(second.rows):
        return False
    if first.truncated != second.truncated:
        return False
    if first.rows == second.rows:
        return True
    return not is_ordered(sql_with, database.dialect) and unmatched(first.rows, second.rows) is None
