"""The four parts of the reward, each a plain function from what is known of two queries to a number from 0 to 1.

Which guard answers which way of being rewarded for nothing:

| what is tried | what it gets | where |
|---|---|---|
| a result without rows, or NULL and 0 out of nothing | the names alone: neither executing nor structure | `executes` |
| a gold query that finds nothing | no task: refused before training | `gold.unusable` |
| `SELECT 1`, `SELECT 'x' FROM t`, the answer by heart | nothing | `data.tells_of_data` |
| `SELECT *` | no rows, for it has other columns; of structure what its tables are worth | `rows.row_f1` |
| more rows than asked for, duplicates | each costs | `rows.row_f1` |
| gold's clauses around other names | structure counts only as far as names or rows are gold's | `structure` |
| many good names or stages around a bad one | each bad one costs a share of gold's names, not of one's own | `schema` |
| a runaway | its names alone; its deadline is waited for once | `executing.Executions` |
| a write, ATTACH, PRAGMA, two statements | nothing, and nothing is executed | `databases.Database` |
| standard SQL where a pipe is asked for | nothing | `parts_of` |
"""

from __future__ import annotations

from collections import Counter

from querywright.databases import Result
from querywright.errors import QueryError, QueryRejected, QueryTimeout
from querywright.evaluation.queries.linking import linked
from querywright.sql.references import References
from querywright.training.rewards.gold import finds_nothing
from querywright.training.rewards.reward import Ending, Parts
from querywright.training.rewards.rows import row_f1
from querywright.training.rewards.written import Written


def parts_of(
    gold: Written, gold_rows: Result, ordered: bool, said: Written, outcome: Result | QueryError | None
) -> Parts:
    """All parts of one completion.

    Args:
        gold: the right query, in the form asked for.
        gold_rows: what it returns; something, as `gold.unusable` makes sure.
        ordered: whether the order of its rows is part of the answer.
        said: the query of the completion.
        outcome: its result, or why it has none; None where it was not executed.
    """
    if said.stopped in ("unreadable", "refused", "constant"):
        return Parts(ending=said.stopped)
    if isinstance(outcome, QueryRejected):
        return Parts(ending="refused")
    if "standard SQL" in said.bends - gold.bends:  # a whole SELECT as the head of a pipe is not what is to be learnt
        return Parts(ending="unreadable")
    names = schema(gold, said, outcome)
    if not isinstance(outcome, Result):
        return Parts(schema=names, ending="timeout" if isinstance(outcome, QueryTimeout) else "failed")
    if not executes(outcome):
        return Parts(schema=names, ending="empty")
    found = 1.0 if said.sql == gold.sql else row_f1(gold_rows, outcome, ordered)
    ending: Ending = "right" if found == 1 else "wrong"
    return Parts(1.0, found, names, structure(gold, said, found), ending)


def executes(outcome: Result | QueryError | None) -> float:
    """1 for a query that runs and finds something, else 0.

    Source 003 §10.1 asks only that it runs. But gold finds something, so what finds nothing is wrong, and a filter
    that nothing passes is the cheapest query that always runs.
    """
    return float(isinstance(outcome, Result) and not finds_nothing(outcome))


def schema(gold: Written, said: Written, outcome: Result | QueryError | None) -> float:
    """The share of stages whose names are active there; of standard SQL the share of names that the schema has.

    What the engine took has no wrong name. A wrong one costs a share of what gold has to name where that is less than
    what the query names, so that nobody dilutes it. A query that names nothing has nothing of this part.
    """
    if not said.names:
        return 0.0
    if isinstance(outcome, Result):
        return 1.0
    return max(0.0, 1 - said.strangers / max(1, min(said.names, gold.names)))


def structure(gold: Written, said: Written, found: float) -> float:
    """How alike two queries are in their kinds of operators (2 × in both / of both), as far as they are about the same.

    That is the share of tables and columns that they both name, or of the rows that are found, where that is more:
    gold's shape around other names earns nothing, and the right rows by other names lose nothing.

    Args:
        gold: the right query.
        said: one that executes.
        found: the F1 of its rows.
    """
    ours, theirs = Counter(gold.kinds), Counter(said.kinds)
    alike = 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())
    return alike * max(found, _about_the_same(gold, said))


def _about_the_same(gold: Written, said: Written) -> float:
    linking = linked(References(gold.tables, gold.columns, ()), said.tables, said.columns)
    both = linking.tables_wanted + linking.tables_named + linking.columns_wanted + linking.columns_named
    return 2 * (linking.tables_found + linking.columns_found) / both if both else 0.0
