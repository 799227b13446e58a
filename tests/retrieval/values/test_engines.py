"""What is looked up in each engine, whatever the type is called."""

import pytest

from querywright.retrieval import ValueIndex
from querywright.retrieval.values import building
from querywright.retrieval.values.reading import read_values

PEOPLE = """
CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(50), code CHAR(4), zip TEXT, mail VARCHAR(80),
  born DATE, height {double});
CREATE TABLE "order" (id INTEGER PRIMARY KEY, "ship to" VARCHAR(50));
CREATE VIEW names AS SELECT name FROM people;
"""
ROWS = {
    "people": [
        (1, "Zoë Müller", "CA", "01234", "zoe@example.org", "1990-01-02", 1.8),
        (2, "Bo O'Neill", "NY", "99999", "bo@example.org", None, None),
        (3, None, None, None, None, None, None),
        (4, "Москва", "", "01234", "m@example.org", None, None),
    ],
    "order": [(1, "North Dock"), (2, "South 'Gate'")],
}


@pytest.fixture
def people(engine, opened, tmp_path):
    database = opened(PEOPLE.format(double=engine.double), ROWS)
    with ValueIndex.build(database, tmp_path / "index") as index:
        yield index


@pytest.mark.parametrize(
    ("typed", "value", "table", "column"),
    [
        ("zoe muller", "Zoë Müller", "people", "name"),
        ("ONEILL bo", "Bo O'Neill", "people", "name"),
        ("москва", "Москва", "people", "name"),
        ("ca", "CA", "people", "code"),
        ("01234", "01234", "people", "zip"),
        ("nort dock", "North Dock", "order", "ship to"),
        ("south gate", "South 'Gate'", "order", "ship to"),
    ],
)
def test_values_are_found_in_their_columns(people, typed, value, table, column):
    match = people.search(typed)[0]
    assert (match.value.rstrip(), match.table, match.column) == (value, table, column)


def test_what_is_left_out_is_named_with_its_reason(people):
    assert people.skipped[("people", "mail")] == "it holds e-mail addresses"
    assert ("people", "name") not in people.skipped


def test_a_view_repeats_no_values(people):
    assert {table for table, _ in people.columns} == {"people", "order"}


def test_a_database_without_text_has_an_empty_index(opened, tmp_path):
    database = opened("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);", {"t": [(1, 2), (2, 3)]})
    with ValueIndex.build(database, tmp_path / "index") as index:
        assert (len(index), index.search("2"), index.is_current(database)) == (0, [], True)


def test_tables_that_did_not_change_are_not_read_again(opened, tmp_path, monkeypatch):
    read = []

    def reading(database, table, skipped):
        read.append(table.full_name)
        return read_values(database, table, skipped)

    monkeypatch.setattr(building, "read_values", reading)
    ValueIndex.build(opened(PEOPLE.format(double="INTEGER")), tmp_path / "index").close()
    first = set(read)
    read.clear()
    ValueIndex.build(opened("", {"order": [(3, "Eastern Pier")]}), tmp_path / "index").close()
    assert (first, read) == ({"people", "order", "names"}, ["order"])


def test_what_changed_is_found_after_the_next_build(opened, tmp_path):
    asked = []
    database = opened(PEOPLE.format(double="INTEGER"), {**ROWS, "people": [(*row[:6], None) for row in ROWS["people"]]})
    ValueIndex.build(database, tmp_path / "index").close()
    assert ValueIndex.open(tmp_path / "index").is_current(database)
    database = opened("", {"order": [(3, "Eastern Pier")]})
    assert not ValueIndex.open(tmp_path / "index").is_current(database)
    with ValueIndex.build(database, tmp_path / "index", progress=lambda *told: asked.append(told)) as index:
        assert index.search("eastern peir")[0].value == "Eastern Pier"
        assert index.search("zoe muller")[0].value == "Zoë Müller"
        assert index.is_current(database)
    assert [table for table, *_ in asked] == [table.full_name for table in database.schema]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("declared", ["", "CLOB", "STRING", "NVARCHAR(9)", "INTEGER", "NUMERIC", "DATE", "MADE_UP(3)"])
def test_sqlite_text_is_found_whatever_it_was_declared_as(opened, tmp_path, declared):
    database = opened(f"CREATE TABLE t (v {declared});", {"t": [("n/a",), (5,), ("Ada",)]})
    with ValueIndex.build(database, tmp_path / "index") as index:
        assert index.search("ada")[0].value == "Ada"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_names_of_columns_mean_nothing(opened, tmp_path):
    """Nothing is left out because its name contains `id`, `date`, `url`, `email`, `phone` or `time`."""
    names = ["candidate", "date", "url", "email", "phone_number", "time", "uuid", "description", "_rowid_", "rowid"]
    columns = ", ".join(f"{name} TEXT" for name in names)
    row = tuple(f"value of {name}" for name in names)
    with ValueIndex.build(opened(f"CREATE TABLE t ({columns});", {"t": [row]}), tmp_path / "index") as index:
        assert [index.search(f"value of {name}")[0].column for name in names] == names


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_column_that_cannot_be_read_spoils_no_other(opened, tmp_path):
    database = opened("CREATE TABLE t (big TEXT, v TEXT);", {"t": [("x" * 2_000_000, "Ada"), ("y", "Bo")]})
    with ValueIndex.build(database, tmp_path / "index") as index:
        assert index.search("ada")[0].value == "Ada"
        assert index.skipped[("t", "big")].startswith("it cannot be read: ")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_wide_tables_are_read_in_lots(opened, tmp_path):
    columns = ", ".join(f"c{n} TEXT" for n in range(300))
    database = opened(f"CREATE TABLE t ({columns});", {"t": [tuple(f"value {n}" for n in range(300))]})
    with ValueIndex.build(database, tmp_path / "index") as index:
        assert len(index) == 300
        assert index.search("value 299")[0].column == "c299"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_database_of_views_alone_is_looked_up(opened, tmp_path):
    database = opened("CREATE VIEW v AS SELECT 'Ada' AS name UNION SELECT 'Bo';")
    with ValueIndex.build(database, tmp_path / "index") as index:
        assert [m.table for m in index.search("ada")][:1] == ["v"]


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"], indirect=True)
def test_labels_of_an_enum_are_values(opened, tmp_path):
    database = opened(
        "CREATE TYPE mood AS ENUM ('happy', 'so-so');"
        "CREATE TABLE t (feeling mood); INSERT INTO t VALUES ('happy'), ('so-so'), (NULL);"
    )
    with ValueIndex.build(database, tmp_path / "index") as index:
        assert index.search("SO SO")[0].value == "so-so"


@pytest.mark.parametrize("engine", ["mariadb"], indirect=True)
def test_labels_of_mariadbs_enums_and_sets_are_values(opened, tmp_path):
    database = opened(
        "CREATE TABLE t (feeling ENUM('happy', 'so-so'), days SET('mon', 'tue'), note LONGTEXT);"
        "INSERT INTO t VALUES ('so-so', 'mon,tue', 'Grüße');"
    )
    with ValueIndex.build(database, tmp_path / "index") as index:
        assert [index.search(typed)[0].value for typed in ("so so", "mon tue", "gruesse", "grusse")] == [
            "so-so", "mon,tue", "Grüße", "Grüße",
        ]  # fmt: skip


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"], indirect=True)
def test_tables_of_other_namespaces_are_known_by_their_full_name(opened, tmp_path):
    database = opened("CREATE SCHEMA sales; CREATE TABLE sales.t (v VARCHAR); INSERT INTO sales.t VALUES ('Ada');")
    with ValueIndex.build(database, tmp_path / "index") as index:
        assert index.search("ada")[0].table == "sales.t"
