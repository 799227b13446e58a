"""What an engine's complaint is about, in each engine's words."""

from __future__ import annotations

import pytest

from querywright.errors import QueryFailed, QueryRejected, QueryTimeout
from querywright.evaluation.queries.complaints import complaint
from querywright.evaluation.queries.failures import KINDS

MESSAGES = [
    # SQLite
    ("no such table: plyer", "wrong table"),
    ("no such column: p.nam", "wrong column"),
    ("ambiguous column name: id", "wrong column"),
    ("no such function: concatenate", "function"),
    ("wrong number of arguments to function substr()", "function"),
    ("misuse of aggregate: SUM()", "aggregate"),
    ("sub-select returns 2 columns - expected 1", "nesting"),
    ("SELECTs to the left and right of UNION do not have the same number of result columns", "nesting"),
    ("1st ORDER BY term out of range - should be between 1 and 1", "order"),
    ("ORDER BY clause should come after UNION not before", "order"),
    ('near "form": syntax error', "syntax"),
    ("incomplete input", "syntax"),
    # DuckDB
    ("Catalog Error: Table with name plyer does not exist!", "wrong table"),
    ('Binder Error: Referenced table "q" not found!', "wrong table"),
    ('Binder Error: Referenced column "nam" not found in FROM clause!', "wrong column"),
    ('Binder Error: Table "p" does not have a column named "nam"', "wrong column"),
    ("Catalog Error: Scalar Function with name concatenate does not exist!", "function"),
    ("Binder Error: No function matches the given name and argument types 'sum(VARCHAR)'.", "function"),
    ('Binder Error: column "name" must appear in the GROUP BY clause', "distinct/null/group"),
    ("Binder Error: WHERE clause cannot contain aggregates!", "aggregate"),
    ('Parser Error: syntax error at or near "form"', "syntax"),
    # PostgreSQL
    ('relation "plyer" does not exist', "wrong table"),
    ('missing FROM-clause entry for table "q"', "wrong table"),
    ("column p.nam does not exist", "wrong column"),
    ('column reference "id" is ambiguous', "wrong column"),
    ("function concatenate(text) does not exist", "function"),
    ("operator does not exist: text = integer", "function"),
    ('column "p.name" must appear in the GROUP BY clause or be used in an aggregate function', "distinct/null/group"),
    ("aggregate functions are not allowed in WHERE", "aggregate"),
    ("more than one row returned by a subquery used as an expression", "nesting"),
    ("each UNION query must have the same number of columns", "nesting"),
    ("for SELECT DISTINCT, ORDER BY expressions must appear in select list", "order"),
    ('syntax error at or near "form"', "syntax"),
    # MySQL and MariaDB
    ("Table 'shop.plyer' doesn't exist", "wrong table"),
    ("Unknown table 'q'", "wrong table"),
    ("Unknown column 'nam' in 'field list'", "wrong column"),
    ("Column 'id' in field list is ambiguous", "wrong column"),
    ("FUNCTION shop.concatenate does not exist", "function"),
    ("Incorrect parameter count in the call to native function 'substr'", "function"),
    ("Invalid use of group function", "aggregate"),
    ("'shop.player.name' isn't in GROUP BY", "distinct/null/group"),
    ("Subquery returns more than 1 row", "nesting"),
    ("The used SELECT statements have a different number of columns", "nesting"),
    ("You have an error in your SQL syntax; check the manual", "syntax"),
    # anything else
    ("database disk image is malformed", "execution"),
    ("division by zero", "execution"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "kind"), MESSAGES)
def test_an_engine_s_words_have_a_kind(message: str, kind: str) -> None:
    assert complaint(QueryFailed(message)) == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (QueryTimeout("stopped after 5 s"), "timeout"),
        (QueryRejected("not valid SQL at line 1, column 5: Required keyword"), "syntax"),
        (QueryRejected("not readable as sqlite SQL: Error tokenizing"), "syntax"),
        (QueryRejected("no statement: the text is empty"), "missing"),
        (QueryRejected("DELETE is not a query: only SELECT, WITH and VALUES are allowed"), "refused"),
        (QueryRejected("2 statements where one is allowed"), "refused"),
    ],
)
def test_what_was_not_sent_or_not_ended_has_a_kind(error: QueryFailed, kind: str) -> None:
    assert complaint(error) == kind
