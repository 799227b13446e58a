"""Values that only servers have, or that Python has no type for, come as what the server prints."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from querywright.databases.results import Limits


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("'infinity'::date", "infinity"),
        ("'-infinity'::timestamp", "-infinity"),
        ("'infinity'::timestamptz", "infinity"),
        ("DATE '0044-03-15 BC'", "0044-03-15 BC"),
        ("TIMESTAMPTZ '2024-02-29 12:00:00+02'", datetime(2024, 2, 29, 10, tzinfo=UTC)),
        ("INTERVAL '1 day 2 hours'", timedelta(days=1, hours=2)),
        ("ARRAY[1, 2, NULL]", [1, 2, None]),
        ("ARRAY[DATE '2024-01-02']", [date(2024, 1, 2)]),
        ("'{\"b\": [1, 2.50]}'::jsonb", '{"b": [1, 2.50]}'),
        ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("'[1,5)'::int4range", "[1,5)"),
        ("'10.0.0.0/8'::cidr", "10.0.0.0/8"),
        ("ROW(1, 'a')", "(1,a)"),
        ("B'101'", "101"),
        ("1.50::numeric", Decimal("1.50")),
    ],
)
def test_postgres(make, sql, value):
    found = make().execute(f"SELECT {sql} AS v", Limits()).rows[0][0]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_one_odd_date_spoils_no_other(make):
    """The rows before it, in another chunk, are dates; so are the ones after it."""
    connector = make(
        "CREATE TABLE days (n INTEGER, d DATE);"
        "INSERT INTO days SELECT n, DATE '2024-01-01' + n FROM generate_series(0, 199) AS t (n);"
        "UPDATE days SET d = 'infinity' WHERE n = 150;"
    )
    found = [row[0] for row in connector.execute("SELECT d FROM days ORDER BY n", Limits()).rows]
    expected = [date(2024, 1, 1) + timedelta(days=n) for n in range(200)]
    assert found == [*expected[:150], "infinity", *expected[151:]]


@pytest.mark.parametrize("engine", ["mariadb"], indirect=True)
@pytest.mark.parametrize(
    ("type_", "stored", "value"),
    [
        ("DATE", "'0000-00-00'", "0000-00-00"),
        ("DATETIME", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00"),
        ("TIME", "'23:59:59'", time(23, 59, 59)),
        ("TIME", "'-01:00:00'", timedelta(hours=-1)),
        ("TIME", "'838:59:59'", timedelta(hours=838, minutes=59, seconds=59)),
        ("YEAR", "2024", 2024),
        ("BIT(8)", "b'00000101'", b"\x05"),
        ("JSON", "'[1, 2.50]'", "[1, 2.50]"),
        ("SET('a', 'b')", "'a,b'", "a,b"),
        ("BIGINT UNSIGNED", "18446744073709551615", 2**64 - 1),
        ("DECIMAL(10, 2)", "1.50", Decimal("1.50")),
    ],
)
def test_mariadb(make, type_, stored, value):
    connector = make(f"SET sql_mode = 'ANSI_QUOTES'; CREATE TABLE t (v {type_}); INSERT INTO t VALUES ({stored});")
    found = connector.execute("SELECT v FROM t", Limits()).rows[0][0]
    assert (found, type(found)) == (value, type(value))
