"""A catalog is the databases of a folder, by name; what is no database is said, not fatal."""

import pickle
import shutil
import sqlite3
from contextlib import closing

import pytest

from querywright.databases import Catalog
from querywright.errors import DatabaseUnavailable


@pytest.fixture
def sqlite_at(tmp_path):
    def sqlite_at(name, script="CREATE TABLE t (x); INSERT INTO t VALUES (1);"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
        return path

    return sqlite_at


@pytest.fixture
def duckdb_at(tmp_path):
    import duckdb

    def duckdb_at(name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE t AS SELECT 1 AS x")
        return path

    return duckdb_at


def test_a_folder_is_searched_at_every_depth_in_order(tmp_path, sqlite_at, duckdb_at):
    sqlite_at("b.sqlite")
    sqlite_at("a/deep/er/c.db")
    sqlite_at("z.sqlite3")
    duckdb_at("a/d.duckdb")
    (tmp_path / "notes.txt").write_text("not looked at")
    sqlite_at(".hidden/x.sqlite")
    with Catalog.open(tmp_path) as catalog:
        assert list(catalog) == ["d", "c", "b", "z"]
        assert {name: database.dialect for name, database in catalog.items()} == {
            "d": "duckdb", "c": "sqlite", "b": "sqlite", "z": "sqlite",
        }  # fmt: skip
        assert [d.execute("SELECT x FROM t").rows for d in catalog.values()] == [[(1,)]] * 4
        assert (catalog.broken, catalog.renamed) == ({}, {})


def test_one_file_is_a_catalog_of_one(sqlite_at):
    path = sqlite_at("shop.sqlite")
    with Catalog.open(str(path)) as catalog:
        assert list(catalog) == ["shop"]
        assert catalog["shop"].schema.db_id == "shop"
        assert catalog.place("shop") == path


def test_the_engine_is_told_by_the_bytes_not_the_suffix(tmp_path, sqlite_at, duckdb_at):
    sqlite_at("one.db")
    duckdb_at("two.db")
    with Catalog.open(tmp_path) as catalog:
        assert [catalog[name].dialect for name in ("one", "two")] == ["sqlite", "duckdb"]


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["a/x.sqlite", "b/x.sqlite"], ["a.x", "b.x"]),
        (["a/k/x.sqlite", "b/k/x.sqlite"], ["a.k.x", "b.k.x"]),
        (["a/k/x.sqlite", "a/l/x.sqlite", "y.db"], ["k.x", "l.x", "y"]),
        (["x.sqlite", "a/x.sqlite"], ["a.x", "x"]),
        (["x.sqlite", "x.db"], ["x.db", "x.sqlite"]),
        (["x/x.sqlite", "y/y.sqlite"], ["x", "y"]),
    ],
)
def test_files_of_one_stem_are_told_apart_by_their_folders(tmp_path, sqlite_at, files, names):
    for name in files:
        sqlite_at(name)
    with Catalog.open(tmp_path) as catalog:
        assert list(catalog) == names
        assert set(catalog.renamed) == {n for n in names if "." in n}
    elsewhere = shutil.copytree(tmp_path, tmp_path.with_name(tmp_path.name + "-elsewhere"))
    with Catalog.open(elsewhere) as catalog:
        assert list(catalog) == names


def test_corrupt_files_among_good_ones_are_left_out_with_their_reason(tmp_path, sqlite_at):
    good = sqlite_at("good.sqlite")
    (tmp_path / "noise.sqlite").write_bytes(b"noise" * 100)
    (tmp_path / "short.sqlite").write_bytes(good.read_bytes()[:5000])
    (tmp_path / "empty.duckdb").touch()
    with Catalog.open(tmp_path) as catalog:
        assert list(catalog) == ["good"]
        reasons = {path.name: reason for path, reason in catalog.broken.items()}
    assert reasons.keys() == {"noise.sqlite", "short.sqlite", "empty.duckdb"}
    assert "neither an SQLite nor a DuckDB file" in reasons["noise.sqlite"]
    assert "cut short: 5,000 of 8,192 bytes" in reasons["short.sqlite"]


def test_damage_behind_the_header_shows_at_first_use(sqlite_at):
    path = sqlite_at("hurt.sqlite", "CREATE TABLE t (x); CREATE TABLE u (x);")
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    with Catalog.open(path) as catalog, pytest.raises(DatabaseUnavailable, match=r"hurt: .*malformed"):
        _ = catalog["hurt"].schema


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("nowhere", "no file or folder"),
        ("oracle://user@host/base", "no databases at oracle:// addresses: write postgresql://"),
        ("postgresql://u:secret@host:port/base", "cannot be read: write postgresql://"),
        ("mysql://user@host/a/b", "one database behind the host"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_line(location, words):
    with pytest.raises(DatabaseUnavailable, match=words) as caught:
        Catalog.open(location)
    assert "\n" not in str(caught.value)


def test_a_folder_without_databases_is_said_to_be_one(tmp_path):
    with pytest.raises(DatabaseUnavailable, match=r"no databases in .*\*\.sqlite"):
        Catalog.open(tmp_path)


def test_a_folder_of_corrupt_files_only_says_why(tmp_path):
    for name in ("a.db", "b.db"):
        (tmp_path / name).write_text("nothing")
    with pytest.raises(DatabaseUnavailable, match=r"a\.db: neither .* and 1 more"):
        Catalog.open(tmp_path)


def test_an_unknown_name_is_a_key_error(sqlite_at):
    with Catalog.open(sqlite_at("a.sqlite")) as catalog:
        assert "b" not in catalog
        with pytest.raises(KeyError):
            catalog["b"]


def test_a_worker_opens_the_same_again(tmp_path, sqlite_at):
    sqlite_at("a/x.sqlite")
    sqlite_at("b/x.sqlite")
    with Catalog.open(tmp_path) as catalog, Catalog.open(pickle.loads(pickle.dumps(catalog.location))) as again:
        assert list(again) == list(catalog)


def test_descriptions_beside_the_file_are_read(tmp_path, sqlite_at):
    sqlite_at("base.sqlite", "CREATE TABLE people (dob TEXT);")
    (tmp_path / "database_description").mkdir()
    (tmp_path / "database_description" / "people.csv").write_text(
        "original_column_name,column_name,column_description,data_format,value_description\n"
        "dob,date of birth,the day of birth,text,\n"
    )
    with Catalog.open(tmp_path) as catalog:
        description = catalog["base"].schema.table("people").column("dob").description
    assert "day of birth" in description


def test_many_files_can_be_used_in_turn(tmp_path, sqlite_at):
    for n in range(60):
        sqlite_at(f"d{n:02}.sqlite", f"CREATE TABLE t (x); INSERT INTO t VALUES ({n});")
    with Catalog.open(tmp_path) as catalog:
        first = catalog["d00"]
        for _ in range(2):
            assert [catalog[f"d{n:02}"].execute("SELECT x FROM t").rows for n in range(60)] == [
                [(n,)] for n in range(60)
            ]
        assert first.execute("SELECT x FROM t").rows == [(0,)]


def test_a_closed_catalog_opens_anew(sqlite_at):
    catalog = Catalog.open(sqlite_at("a.sqlite"))
    for _ in range(2):
        assert catalog["a"].execute("SELECT x FROM t").rows == [(1,)]
        catalog.close()
