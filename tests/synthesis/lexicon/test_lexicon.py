"""What the lexicon makes of whole databases: roles, phrases, entities and references."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from querywright.databases.schema import Column, ForeignKey, Schema, Table
from querywright.errors import QuerywrightError
from querywright.synthesis.lexicon import Lexicon, Role

Reader = Callable[[str], Lexicon]

COMPANY = """
CREATE TABLE departments (dept_id INTEGER PRIMARY KEY, dept_name TEXT UNIQUE, budget_million REAL, founded INTEGER,
  head_of_dept INTEGER REFERENCES employees(emp_id));
CREATE TABLE employees (emp_id INTEGER PRIMARY KEY, fname TEXT, lname TEXT, dob TEXT, hire_date TEXT, gender TEXT,
  salary REAL, mgr_id INTEGER REFERENCES employees(emp_id), dept_id INTEGER REFERENCES departments(dept_id),
  email TEXT, is_full_time INTEGER, active TEXT, performance_rank INTEGER, commission_pct REAL, zip_code INTEGER,
  height_cm REAL, notes TEXT, office_lat REAL, title TEXT, age TEXT);
CREATE TABLE orders (order_id INTEGER PRIMARY KEY, emp_id INTEGER REFERENCES employees(emp_id), order_date TEXT,
  shipped_at TEXT, total_amt REAL, status_code TEXT, num_items INTEGER, billing_country TEXT, placed TEXT,
  duration_min INTEGER);
CREATE TABLE tags (tag_id INTEGER PRIMARY KEY, tag TEXT);
CREATE TABLE order_tags (order_id INTEGER REFERENCES orders, tag_id INTEGER REFERENCES tags);
CREATE TABLE Ref_Order_Status (status_code TEXT PRIMARY KEY, status_description TEXT);
INSERT INTO departments VALUES (1,'Sales',1.5,1990,1),(2,'Research',2.5,2001,2);
INSERT INTO employees SELECT value, 'Ann'||value, 'Lee'||(value%3), '1980-01-'||printf('%02d',value), '2015-03-01',
  CASE value%2 WHEN 0 THEN 'F' ELSE 'M' END, 1000.5*value, NULL, 1+value%2, 'a'||value||'@x.org', value%2,
  CASE value%2 WHEN 0 THEN 'Y' ELSE 'N' END, value, 0.1*value, 10000+value, 170.5+value, 'some words', 47.1, 'Clerk',
  CAST(20+value AS TEXT) FROM generate_series(1,20);
INSERT INTO orders SELECT value, 1+value%20, '2021-01-'||printf('%02d',1+value%28), '2021-02-01 10:00:00', 9.5*value,
  CASE value%2 WHEN 0 THEN 'NEW' ELSE 'PAID' END, value%7, 'France', 'March '||value, value FROM generate_series(1,60);
INSERT INTO tags VALUES (1,'urgent'),(2,'gift');
INSERT INTO order_tags VALUES (1,1),(2,2),(3,1);
INSERT INTO Ref_Order_Status VALUES ('NEW','New'),('PAID','Paid');
"""
SERIES = "WITH RECURSIVE s(value) AS (SELECT {} UNION ALL SELECT value+1 FROM s WHERE value<{}) SELECT"


@pytest.fixture
def company(read: Reader) -> Lexicon:
    import re

    counted = re.sub(
        r"SELECT (value,[^;]*?) FROM generate_series\((\d+),(\d+)\)",
        lambda m: f"{SERIES.format(m[2], m[3])} {m[1]} FROM s",
        COMPANY,
        flags=re.DOTALL,
    )
    return read(counted)


COLUMNS = [
    ("departments", "dept_name", Role.NAME, "name"),
    ("departments", "budget_million", Role.AMOUNT, "budget"),
    ("departments", "founded", Role.YEAR, "founding year"),
    ("departments", "head_of_dept", Role.KEY, "head of department ID"),
    ("employees", "emp_id", Role.KEY, "ID"),
    ("employees", "fname", Role.NAME, "first name"),
    ("employees", "dob", Role.DATE, "date of birth"),
    ("employees", "hire_date", Role.DATE, "hire date"),
    ("employees", "gender", Role.CATEGORY, "gender"),
    ("employees", "salary", Role.LEVEL, "salary"),
    ("employees", "mgr_id", Role.KEY, "manager ID"),
    ("employees", "dept_id", Role.KEY, "department ID"),
    ("employees", "email", Role.CONTACT, "email"),
    ("employees", "is_full_time", Role.FLAG, "full-time status"),
    ("employees", "active", Role.FLAG, "active status"),
    ("employees", "performance_rank", Role.RANK, "performance rank"),
    ("employees", "commission_pct", Role.LEVEL, "commission percentage"),
    ("employees", "zip_code", Role.CODE, "zip code"),
    ("employees", "height_cm", Role.LEVEL, "height"),
    ("employees", "notes", Role.TEXT, "notes"),
    ("employees", "office_lat", Role.OTHER, "office latitude"),
    ("employees", "title", Role.CATEGORY, "job title"),
    ("employees", "age", Role.TEXT, "age"),
    ("orders", "order_date", Role.DATE, "order date"),
    ("orders", "shipped_at", Role.DATETIME, "shipping time"),
    ("orders", "total_amt", Role.AMOUNT, "total amount"),
    ("orders", "status_code", Role.KEY, "status code"),
    ("orders", "num_items", Role.AMOUNT, "number of items"),
    ("orders", "billing_country", Role.CATEGORY, "billing country"),
    ("orders", "duration_min", Role.AMOUNT, "duration"),
    ("tags", "tag", Role.NAME, "name"),
]


@pytest.mark.parametrize(("table", "column", "role", "phrase"), COLUMNS)
def test_a_column_has_its_role_and_its_phrase(
    company: Lexicon, table: str, column: str, role: Role, phrase: str
) -> None:
    facts = company.facts(table, column)
    assert (facts.role, facts.phrase) == (role, phrase)
    assert company.say(table, column) == phrase


def test_units_participles_and_flags_are_told(company: Lexicon) -> None:
    assert company.facts("employees", "height_cm").unit == "cm"
    assert company.facts("employees", "commission_pct").unit == "%"
    assert company.facts("orders", "duration_min").unit == "minutes"
    assert company.facts("employees", "hire_date").verb == "hired"
    assert company.facts("employees", "dob").verb == "born"
    assert company.facts("orders", "order_date").verb == "placed"
    assert company.facts("employees", "is_full_time").flag == ("are full-time", "are not full-time")
    assert company.facts("employees", "active").truths == ("Y",)


def test_values_are_counted(company: Lexicon) -> None:
    gender = company.facts("employees", "gender")
    assert (gender.rows, gender.distinct, gender.nulls) == (20, 2, 0)
    assert dict(gender.top) == {"F": 10, "M": 10}
    salary = company.facts("employees", "salary")
    assert (salary.minimum, salary.maximum) == (1000.5, 20010.0)
    assert company.facts("employees", "mgr_id").nulls == 20
    assert company.facts("employees", "dob").date_format == "%Y-%m-%d"


def test_tables_are_people_events_links_and_lookups(company: Lexicon) -> None:
    employee = company.entity("employees")
    assert (employee.singular, employee.plural, employee.person) == ("employee", "employees", True)
    assert employee.label == ("fname", "lname")
    order = company.entity("orders")
    assert (order.event, order.label, order.key) == (True, (), ("order_id",))
    assert company.entity("order_tags").link
    status = company.entity("ref_order_status")
    assert (status.lookup, status.singular, status.label) == (True, "order status", ("status_description",))


def test_references_are_called_by_what_they_point_to(company: Lexicon) -> None:
    manager = next(r for r in company.references("employees") if r.hierarchy)
    assert (manager.phrase, manager.children, manager.inferred) == ("manager", "direct reports", False)
    status = next(r for r in company.references("orders") if r.referred_table == "Ref_Order_Status")
    assert (status.inferred, status.phrase) == (True, "status")
    assert {r.table for r in company.children("employees")} == {"departments", "employees", "orders"}
    assert not any(r.inferred for r in company.references("order_tags"))


def test_an_unknown_name_is_an_error_that_says_which(company: Lexicon) -> None:
    with pytest.raises(QuerywrightError, match="no table nowhere"):
        company.entity("nowhere")
    with pytest.raises(QuerywrightError, match="no column nothing"):
        company.facts("orders", "nothing")


def test_names_are_found_blind_to_case(company: Lexicon) -> None:
    assert company.facts("EMPLOYEES", "Dob") is company.facts("employees", "dob")


def test_two_columns_of_a_table_never_share_a_phrase(read: Reader) -> None:
    lexicon = read("CREATE TABLE bridge (id INTEGER PRIMARY KEY, name TEXT, length_meters REAL, length_feet REAL)")
    assert [f.phrase for f in lexicon.columns("bridge")] == ["ID", "name", "length in meters", "length in feet"]


def test_two_references_to_one_table_are_told_apart(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE airport (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE flight (id INTEGER PRIMARY KEY, src_id INTEGER REFERENCES airport,"
        " dst_id INTEGER REFERENCES airport)"
    )
    assert sorted((r.phrase for r in lexicon.references("flight")), reverse=True) == [
        "source airport",
        "destination airport",
    ]


def test_a_key_that_holds_other_values_is_not_inferred(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE shop (shop_id INTEGER PRIMARY KEY, name TEXT); INSERT INTO shop VALUES (1,'a'),(2,'b');"
        "CREATE TABLE visit (visit_id INTEGER PRIMARY KEY, shop_id INTEGER); INSERT INTO visit VALUES (1, 900);"
    )
    assert lexicon.references("visit") == ()


def test_text_dates_that_do_not_sort_are_text(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE trip (start_date TEXT, end_date TEXT, born DATE);"
        "INSERT INTO trip VALUES ('8/21/2015', '2015-08-21', 'May 3, 1990'),"
        "('9/1/2015', '2015-09-01', 'June 2, 1991');"
    )
    assert [f.role for f in lexicon.columns("trip")] == [Role.TEXT, Role.DATE, Role.TEXT]


def test_numbers_kept_as_text_are_no_numbers(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE run (distance TEXT, time TEXT); INSERT INTO run VALUES ('12.5 km','1:02'),('3 km','2:10')"
    )
    assert lexicon.facts("run", "distance").role is Role.TEXT


def test_stray_spaces_and_mixed_types_are_messy(read: Reader) -> None:
    lexicon = read("CREATE TABLE t (a TEXT, b INTEGER, c TEXT); INSERT INTO t VALUES (' x', 1, 'q'), ('x', 'one', 'r')")
    assert [f.messy for f in lexicon.columns("t")] == [True, True, False]


def test_a_large_table_is_counted_without_fetching_it(read: Reader) -> None:
    lexicon = read(
        "CREATE TABLE reading (id INTEGER PRIMARY KEY, sensor TEXT, temperature_c REAL);"
        "INSERT INTO reading WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM s WHERE n<20000)"
        " SELECT n, 's'||(n%5), n*0.5 FROM s;"
    )
    sensor, heat = lexicon.facts("reading", "sensor"), lexicon.facts("reading", "temperature_c")
    assert (sensor.rows, sensor.distinct, dict(sensor.top)["s0"]) == (20000, 5, 4000)
    assert (heat.distinct, heat.maximum, len(heat.values), heat.unit) == (20000, 10000.0, 200, "°C")
    assert lexicon.facts("reading", "id").unique


def test_reading_twice_gives_the_same(company: Lexicon) -> None:
    again = pickle.loads(pickle.dumps(company))
    for table in company.schema:
        assert again.columns(table.name) == company.columns(table.name)
        assert again.entity(table.name) == company.entity(table.name)


def test_a_schema_alone_has_words_but_no_counts() -> None:
    gender = Column("gender", "TEXT", "text", value_description="F: female; M: male")
    customers = Table("tbl_customers", (Column("cust_id", "INT", "integer"), gender))
    columns = (
        Column("id", "INT", "integer"),
        Column("cust_id", "INT", "integer"),
        Column("order_date", "DATE", "date"),
    )
    orders = Table("orders", columns, ("id",), (ForeignKey(("cust_id",), "tbl_customers", ("cust_id",)),))
    schema = Schema("shop", "sqlite", (customers, orders))
    lexicon = Lexicon.of(schema)
    assert lexicon.entity("tbl_customers").plural == "customers"
    assert lexicon.facts("orders", "order_date").verb == "placed"
    assert lexicon.facts("orders", "order_date").rows is None
    assert lexicon.value("tbl_customers", "gender", "F") == "female"
    assert lexicon.value("orders", "id", 7) == "7"
    assert lexicon.references("orders")[0].phrase == "customer"


def test_a_cryptic_column_speaks_through_its_description() -> None:
    columns = (
        Column("A11", "REAL", "real", description="average salary"),
        Column("district_id", "INT", "integer", description="location of branch"),
    )
    lexicon = Lexicon.of(Schema("bank", "sqlite", (Table("district", columns),)))
    assert lexicon.say("district", "A11") == "average salary"
    assert lexicon.facts("district", "A11").role is Role.LEVEL


def test_an_empty_database_has_a_lexicon() -> None:
    assert list(Lexicon.of(Schema("empty", "sqlite")).schema) == []
