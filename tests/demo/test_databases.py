"""What the demo databases promise: the same every time, sound keys, and the traits of real data."""

from __future__ import annotations

import csv
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from querywright.demo import create_databases
from querywright.errors import QuerywrightError

SQLITE, DUCKDB = ("library", "clinic"), ("webshop", "airline")

TREES = [
    ("library", "staff", "staff_id", "mgr_id"),
    ("library", "genres", "genre_id", "parent_genre_id"),
    ("clinic", "Employee", "EmployeeID", "ManagerID"),
    ("clinic", "Condition", "Code", "ParentCode"),
    ("webshop", "categories", "category_id", "parent_id"),
    ("webshop", "customers", "customer_id", "referred_by"),
    ("airline", "employees", "emp_id", "mgr_id"),
]
DATES = [
    ("library", "loans", "loaned_at"),
    ("clinic", "Appointment", "ScheduledAt"),
    ("webshop", "orders", "ordered_at"),
    ("airline", "flights", "sched_departure"),
]
UNTIDY = [
    ("library", "members", "occupation"),
    ("clinic", "Appointment", "Reason"),
    ("webshop", "orders", "customer_note"),
    ("airline", "maintenance", "remarks"),
]
ORDER_OF_EVENTS = [
    ("library", "SELECT COUNT(*) FROM loans WHERE returned_on < date(loaned_at) OR due_on < date(loaned_at)"),
    (
        "library",
        "SELECT COUNT(*) FROM loans a JOIN loans b ON a.copy_id = b.copy_id AND a.loan_id < b.loan_id"
        " WHERE a.returned_on IS NULL OR a.returned_on > date(b.loaned_at)",
    ),
    (
        "library",
        "SELECT COUNT(*) FROM fines JOIN loans USING (loan_id) WHERE issued_on < due_on AND reason <> 'DMG'",
    ),
    ("library", "SELECT COUNT(*) FROM loans JOIN staff USING (staff_id) WHERE hired_on > date(loaned_at)"),
    (
        "library",
        "SELECT COUNT(*) FROM book_authors JOIN books USING (book_id) JOIN authors USING (author_id)"
        " WHERE pub_year < birth_year + 18",
    ),
    ("clinic", "SELECT COUNT(*) FROM Admission WHERE DischargedAt <= AdmittedAt"),
    (
        "clinic",
        "SELECT COUNT(*) FROM Appointment a JOIN Patient p USING (PatientID) WHERE date(ScheduledAt) < RegisteredOn",
    ),
    ("webshop", "SELECT COUNT(*) FROM shipments WHERE delivered_on < shipped_on"),
    ("webshop", "SELECT COUNT(*) FROM orders JOIN customers USING (customer_id) WHERE ordered_at < signed_up_at"),
    (
        "airline",
        "SELECT COUNT(*) FROM tickets a JOIN tickets b USING (flight_id, seat) WHERE a.ticket_no < b.ticket_no",
    ),
    ("airline", "SELECT COUNT(*) FROM tickets JOIN flights USING (flight_id) WHERE booked_at >= sched_departure"),
]


def tables(ask: Any, db_id: str) -> list[str]:
    if db_id in SQLITE:
        return [name for (name,) in ask(db_id, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [name for (name,) in ask(db_id, "SELECT table_name FROM duckdb_tables() ORDER BY table_name")]


def foreign_keys(ask: Any, db_id: str) -> list[tuple[str, list[str], str, list[str]]]:
    """Table, its columns, the table they point at, the columns there."""
    if db_id in DUCKDB:
        return ask(
            db_id,
            "SELECT table_name, constraint_column_names, referenced_table, referenced_column_names"
            " FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'",
        )
    return [
        (table, [row[3]], row[2], [row[4]])
        for table in tables(ask, db_id)
        for row in ask(db_id, f'PRAGMA foreign_key_list("{table}")')
    ]


def test_there_are_two_sqlite_and_two_duckdb_databases_each_in_its_own_folder(folder: Path, files: dict[str, Path]):
    assert [path.relative_to(folder).as_posix() for path in files.values()] == [
        "library/library.sqlite",
        "clinic/clinic.sqlite",
        "webshop/webshop.duckdb",
        "airline/airline.duckdb",
    ]


def test_creating_again_gives_the_same_and_leaves_nothing_else_behind(
    folder: Path, files: dict[str, Path], tmp_path: Path
):
    import duckdb

    create_databases(tmp_path)
    again = create_databases(tmp_path)
    written = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == written
    for old, new in zip(files.values(), again, strict=True):
        if old.suffix == ".sqlite":
            assert old.read_bytes() == new.read_bytes()
            continue
        with duckdb.connect(str(old), read_only=True) as a, duckdb.connect(str(new), read_only=True) as b:
            assert (
                a.execute("SELECT sql FROM duckdb_tables()").fetchall()
                == b.execute("SELECT sql FROM duckdb_tables()").fetchall()
            )
            for (table,) in a.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                assert a.execute(f"FROM {table}").fetchall() == b.execute(f"FROM {table}").fetchall()


@pytest.mark.parametrize("db_id", [*SQLITE, *DUCKDB])
def test_a_database_has_ten_to_fifteen_tables_all_with_rows_and_a_size_for_a_demo(ask: Any, db_id: str):
    counts = {table: ask(db_id, f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in tables(ask, db_id)}
    assert 10 <= len(counts) <= 15
    assert min(counts.values()) > 0
    assert 3_000 <= sum(counts.values()) <= 50_000


@pytest.mark.parametrize("db_id", [*SQLITE, *DUCKDB])
def test_every_table_has_a_primary_key_and_every_foreign_key_is_kept(ask: Any, db_id: str):
    keys = foreign_keys(ask, db_id)
    assert len(keys) >= 10
    for table, columns, referred, referred_columns in keys:
        mine, theirs = (", ".join(f'"{c}"' for c in names) for names in (columns, referred_columns))
        some = " AND ".join(f'"{c}" IS NOT NULL' for c in columns)
        orphans = f'SELECT {mine} FROM "{table}" WHERE {some} EXCEPT SELECT {theirs} FROM "{referred}"'
        assert ask(db_id, orphans) == [], (table, columns)
    if db_id in SQLITE:
        assert all(any(c[5] for c in ask(db_id, f'PRAGMA table_info("{t}")')) for t in tables(ask, db_id))
        assert ask(db_id, "PRAGMA foreign_key_check") == []
        assert ask(db_id, "PRAGMA integrity_check") == [("ok",)]
    else:
        keyed = ask(
            db_id, "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY' ORDER BY 1"
        )
        assert [name for (name,) in keyed] == tables(ask, db_id)


@pytest.mark.parametrize("db_id", [*SQLITE, *DUCKDB])
def test_there_are_views_and_indexes_and_the_views_have_rows(ask: Any, db_id: str):
    if db_id in SQLITE:
        views = ask(db_id, "SELECT name FROM sqlite_master WHERE type = 'view'")
        indexes = ask(db_id, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    else:
        views = ask(db_id, "SELECT view_name FROM duckdb_views() WHERE NOT internal")
        indexes = ask(db_id, "SELECT index_name FROM duckdb_indexes()")
    assert views
    assert indexes
    assert all(ask(db_id, f'SELECT COUNT(*) FROM "{view}"')[0][0] > 0 for (view,) in views)


@pytest.mark.parametrize(("db_id", "table", "key", "parent"), TREES)
def test_a_hierarchy_has_roots_and_at_least_three_levels(ask: Any, db_id: str, table: str, key: str, parent: str):
    (size, depth), *_ = ask(
        db_id,
        f"WITH RECURSIVE tree AS (SELECT {key} AS node, 1 AS depth FROM {table} WHERE {parent} IS NULL"
        f" UNION ALL SELECT t.{key}, depth + 1 FROM {table} t JOIN tree ON t.{parent} = tree.node)"
        " SELECT COUNT(*), MAX(depth) FROM tree",
    )
    assert depth >= 3
    assert size == ask(db_id, f"SELECT COUNT(*) FROM {table}")[0][0], "every row hangs on a root"


@pytest.mark.parametrize(("db_id", "table", "column"), DATES)
def test_the_data_runs_over_at_least_four_years(ask: Any, db_id: str, table: str, column: str):
    (first, last), *_ = ask(db_id, f"SELECT MIN({column}), MAX({column}) FROM {table}")
    assert int(str(last)[:4]) - int(str(first)[:4]) >= 3


@pytest.mark.parametrize(("db_id", "table", "column"), UNTIDY)
def test_free_text_is_as_untidy_as_people_are_and_sometimes_missing(ask: Any, db_id: str, table: str, column: str):
    texts = [text for (text,) in ask(db_id, f"SELECT {column} FROM {table}")]
    assert None in texts
    known = [text for text in texts if text is not None]
    assert any(text != text.strip() for text in known)
    assert any(text.isupper() for text in known)
    assert any(text[:1].islower() for text in known)


@pytest.mark.parametrize("db_id", [*SQLITE, *DUCKDB])
def test_names_hold_accents_and_apostrophes(ask: Any, db_id: str):
    people = {
        "library": "SELECT first_name || ' ' || last_name FROM members",
        "clinic": "SELECT FirstName || ' ' || LastName FROM Patient",
        "webshop": "SELECT first_name || ' ' || last_name FROM customers",
        "airline": "SELECT full_name FROM passengers",
    }
    names = [name for (name,) in ask(db_id, people[db_id])]
    assert len(names) == len(set(names)), "a full name belongs to one person"
    assert any("'" in name for name in names)
    assert any(not name.isascii() for name in names)


@pytest.mark.parametrize(("db_id", "sql"), ORDER_OF_EVENTS)
def test_nothing_happens_before_it_can(ask: Any, db_id: str, sql: str):
    assert ask(db_id, sql) == [(0,)]


@pytest.mark.parametrize("db_id", SQLITE)
def test_every_sqlite_column_is_described_in_a_bird_style_file(ask: Any, files: dict[str, Path], db_id: str):
    for table in tables(ask, db_id):
        path = files[db_id].parent / "database_description" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            notes = list(csv.DictReader(file))
        assert [note["original_column_name"] for note in notes] == [
            column[1] for column in ask(db_id, f'PRAGMA table_info("{table}")')
        ]
        assert all(note["column_name"] for note in notes)


@pytest.mark.parametrize("db_id", DUCKDB)
def test_duckdb_columns_carry_comments_with_what_their_codes_mean(ask: Any, db_id: str):
    named = "SELECT table_name || '.' || column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL"
    comments = dict(ask(db_id, named))
    assert len(comments) >= 30
    status = {"webshop": "orders.status", "airline": "flights.status"}[db_id]
    used = {code for (code,) in ask(db_id, f"SELECT DISTINCT status FROM {status.split('.')[0]}")}
    assert all(f"{code} = " in comments[status] for code in used)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("books", "lang"),
        ("book_authors", "role"),
        ("copies", "cond"),
        ("members", "member_type"),
        ("fines", "reason"),
        ("reservations", "status"),
        ("events", "event_type"),
    ],
)
def test_every_code_in_the_library_is_explained(ask: Any, files: dict[str, Path], table: str, column: str):
    text = (files["library"].parent / "database_description" / f"{table}.csv").read_text(encoding="utf-8")
    note = next(row for row in csv.DictReader(text.splitlines()) if row["original_column_name"] == column)
    codes = [code for (code,) in ask("library", f"SELECT DISTINCT {column} FROM {table}")]
    assert len(codes) > 1
    assert all(f"{code} = " in note["value_description"] for code in codes)


def test_a_database_that_is_there_already_is_replaced_even_if_it_is_broken(tmp_path: Path):
    broken = tmp_path / "library" / "library.sqlite"
    broken.parent.mkdir()
    broken.write_bytes(b"not a database")
    assert create_databases(tmp_path)[0] == broken
    with closing(sqlite3.connect(broken)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM branches").fetchone() == (9,)


def test_without_duckdb_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(QuerywrightError, match=r"pip install 'querywright\[duckdb\]'"):
        create_databases(tmp_path)
