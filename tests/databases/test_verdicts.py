"""A verdict is remembered for a shape; no two texts of one shape may deserve different verdicts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.databases.verdicts import Verdicts, shape
from querywright.errors import QueryRejected
from querywright.sql.guard import guard


@pytest.mark.parametrize(
    ("sql", "short"),
    [
        ("SELECT a FROM t WHERE b = 5 LIMIT 10", "SELECT a FROM t WHERE b = 0 LIMIT 0"),
        ("SELECT a FROM t WHERE b>='x''y' AND c <> 1.5", "SELECT a FROM t WHERE b>='' AND c <> 0"),
        ("SELECT a FROM t WHERE b LIKE 'x%' OR b like 'y'", "SELECT a FROM t WHERE b LIKE '' OR b like ''"),
        ("SELECT '= 5', \"= 5\" FROM t", "SELECT '= 5', \"= 5\" FROM t"),
        ("SELECT zeroblob(5), 'x' FROM 'f.csv'", "SELECT zeroblob(5), 'x' FROM 'f.csv'"),
        ("SELECT * FROM query(sql => 'x')", "SELECT * FROM query(sql => 'x')"),
        ("SELECT * FROM f(path := 'x')", "SELECT * FROM f(path := 'x')"),
        ("SELECT a->>'x' FROM t", "SELECT a->>'x' FROM t"),
        ("SELECT a FROM t WHERE b = 5abc", "SELECT a FROM t WHERE b = 5abc"),
    ],
)
def test_only_compared_values_are_taken_out(sql, short):
    assert shape(sql) == short


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t WHERE b = 5 -- x",
        "SELECT a FROM t WHERE b = 5 /* x */",
        "SELECT a FROM t WHERE b = 'x\\' OR 1 = '1'",
        "SELECT a FROM t WHERE b = $$x$$ AND c = 5",
        "SELECT `a` FROM t WHERE b = 5",
        "SELECT [a] FROM t WHERE b = 5",
        "SELECT a FROM t WHERE b = 'é'",
        "SELECT a FROM t WHERE b = 5 AND c = 'x",
        'SELECT a FROM t WHERE b = 5 AND "c = 1',
        "SELECT a FROM t WHERE b = 5" + " " * 5000,
    ],
)
def test_what_a_scan_could_misread_is_judged_on_its_own(sql):
    assert shape(sql) == sql


_texts = st.text(alphabet="ab'\"=<>5 ;()-,.%:|LIKE", max_size=12)
_literals = st.one_of(st.integers(0, 10**12).map(str), _texts.map(lambda s: "'" + s.replace("'", "''") + "'"))
_pieces = st.lists(
    st.one_of(
        st.sampled_from(
            ["SELECT", "a", "FROM", "t", "WHERE", "b", "=", "<", ">", "<>", "=>", "LIKE", "LIMIT", ",", "(", ")", ";",
             "DELETE", "zeroblob", "AND", "'", '"', "'='", "UNION"]
        ),
        _literals,
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_pieces)
def test_the_verdict_is_the_guards_own(pieces):
    sql = " ".join(pieces)
    for dialect in ("sqlite", "duckdb"):
        try:
            guard(sql, dialect)
            refused = False
        except QueryRejected:
            refused = True
        assert (Verdicts(dialect).refusal(sql) is not None) == refused


@settings(max_examples=200, deadline=None)
@given(_literals, _literals, st.sampled_from(["sqlite", "duckdb", "mysql", "postgres"]))
def test_a_compared_value_never_changes_a_verdict(one, other, dialect):
    verdicts = Verdicts(dialect)
    for template in ("SELECT a FROM t WHERE b = {} AND c < {}", "DELETE FROM t WHERE b = {} AND c LIKE {}"):
        first, second = template.format(one, other), template.format(other, one)
        assert (verdicts.refusal(first) is None) == (verdicts.refusal(second) is None) == template.startswith("SELECT")


def test_a_refusal_speaks_of_the_query_at_hand():
    verdicts = Verdicts("sqlite")
    assert "DELETE" in verdicts.refusal("DELETE FROM t WHERE a = 1")
    assert "DELETE" in verdicts.refusal("DELETE FROM t WHERE a = 2")
    assert verdicts.refusal("SELECT a FROM t WHERE a = 2") is None
