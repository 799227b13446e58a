"""Witnesses tell apart queries that agree by luck, and never queries that mean the same."""

import pytest
from contract_engines import FILES, SERVERS

from querywright.databases.database import Database
from querywright.databases.results import Limits
from querywright.databases.witnesses import distinguish, idle, witnesses
from querywright.errors import QueryFailed

SCHEMA = """
CREATE TABLE artist (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, born DATE, country VARCHAR(40));
CREATE TABLE album (id INTEGER PRIMARY KEY, artist_id INTEGER NOT NULL REFERENCES artist (id),
  title VARCHAR(40) NOT NULL, price DECIMAL(10,2), stock INTEGER, UNIQUE (artist_id, title));
CREATE VIEW cheap AS SELECT title FROM album WHERE price < 10;
"""
ARTISTS = [(n, f"Artist {n}", f"19{50 + n}-01-02", ["US", "FR", "DE"][n % 3]) for n in range(1, 31)]
ALBUMS = [(n, 1 + n % 30, f"Title {n}", 5 + n / 4, n + 40) for n in range(1, 121)]


@pytest.fixture(scope="module", params=["sqlite", "duckdb", "postgresql", "mariadb"])
def database(request, tmp_path_factory):
    """Every artist has albums, nothing is NULL, nothing is tied: queries agree here by luck."""
    engine = opened(request)
    place = engine.load(tmp_path_factory.mktemp("music") / "music", SCHEMA, {"artist": ARTISTS, "album": ALBUMS})
    with Database(engine.connect(place), "music") as database:
        yield database
    engine.drop()


def opened(request):
    """The engine of this name; a server of it is started where it needs one."""
    if request.param in FILES:
        return FILES[request.param]()
    kind, server = SERVERS[request.param]
    return kind(request.getfixturevalue(server))


ALIKE_BY_LUCK = [
    ("SELECT title FROM album WHERE stock > 40", "SELECT title FROM album WHERE stock >= 40"),
    ("SELECT title FROM album WHERE price > 5", "SELECT title FROM album"),
    ("SELECT COUNT(*) FROM album", "SELECT COUNT(price) FROM album"),
    ("SELECT name FROM artist", "SELECT DISTINCT name FROM artist"),
    (
        "SELECT title FROM album UNION SELECT name FROM artist",
        "SELECT title FROM album UNION ALL SELECT name FROM artist",
    ),
    (
        "SELECT r.name, COUNT(a.id) FROM artist r JOIN album a ON a.artist_id = r.id GROUP BY r.id, r.name",
        "SELECT r.name, COUNT(a.id) FROM artist r LEFT JOIN album a ON a.artist_id = r.id GROUP BY r.id, r.name",
    ),
    ("SELECT id FROM artist", "SELECT DISTINCT artist_id FROM album"),
    (
        "SELECT name FROM artist WHERE country NOT IN (SELECT title FROM album)",
        "SELECT name FROM artist",
    ),
    ("SELECT AVG(price) FROM album", "SELECT SUM(price) / COUNT(*) FROM album"),
    ("SELECT title FROM album ORDER BY price DESC LIMIT 5", "SELECT title FROM album ORDER BY stock DESC LIMIT 5"),
    (
        "SELECT MAX(stock) - MIN(stock) FROM album",
        "SELECT COUNT(*) - 1 FROM album",
    ),
]
THE_SAME = [
    (
        "SELECT title FROM album WHERE stock BETWEEN 50 AND 60",
        "SELECT title FROM album WHERE stock >= 50 AND stock <= 60",
    ),
    ("SELECT name FROM artist WHERE country = 'US'", "SELECT name FROM artist WHERE country IN ('US')"),
    (
        "SELECT name FROM artist WHERE id IN (SELECT artist_id FROM album)",
        "SELECT name FROM artist r WHERE EXISTS (SELECT 1 FROM album a WHERE a.artist_id = r.id)",
    ),
    ("SELECT a.title FROM album a JOIN artist r ON a.artist_id = r.id", "SELECT title FROM album"),
    (
        "SELECT COUNT(DISTINCT country) FROM artist",
        "SELECT COUNT(*) FROM (SELECT DISTINCT country FROM artist WHERE country IS NOT NULL) AS c",
    ),
    (
        "SELECT MAX(price) FROM album HAVING COUNT(price) > 0",
        "SELECT price FROM album WHERE price IS NOT NULL ORDER BY price DESC LIMIT 1",
    ),
]


@pytest.mark.parametrize(("first", "second"), ALIKE_BY_LUCK)
def test_queries_that_agree_by_luck_are_told_apart(database, first, second):
    found = [distinguish(database, first, second, count=10, seed=seed) for seed in range(2)]
    assert not any(found)
    assert all(verdict.witness and verdict.rows and verdict.reason for verdict in found)


@pytest.mark.parametrize(("first", "second"), THE_SAME)
def test_queries_that_mean_the_same_are_never_told_apart(database, first, second):
    for seed in range(2):
        verdict = distinguish(database, first, second, count=10, seed=seed)
        assert verdict, verdict.reason
        assert verdict.proof
        assert verdict.checked == 11


def test_a_difference_on_the_database_itself_needs_no_witness(database):
    verdict = distinguish(database, "SELECT id FROM artist", "SELECT name FROM artist")
    assert not verdict
    assert verdict.witness is None
    assert verdict.reason.startswith("on the database: ")


def test_the_same_seed_makes_the_same_witnesses(database):
    queries = ["SELECT r.name FROM artist r JOIN album a ON a.artist_id = r.id WHERE a.stock > 50"]

    def made(seed):
        copies = witnesses(database, queries, count=9, seed=seed)
        rows = [(w.name, w.rows) for w in copies]
        for copy in copies:
            copy.close()
        return rows

    assert made(1) == made(1)
    assert made(1) != made(2)
    assert [name for name, _ in made(1)][-3:] == ["mixed"] * 3


def test_witnesses_are_small_and_obey_the_schema(database):
    query = "SELECT r.name FROM artist r JOIN album a ON a.artist_id = r.id WHERE a.stock > 50 AND a.title = 'Title 99'"
    for copy in witnesses(database, [query], count=20, seed=3):
        with copy:
            artists, albums = copy.rows["artist"], copy.rows["album"]
            assert 0 < len(artists) <= 100
            assert 0 < len(albums) <= 100
            assert len({a[0] for a in artists}) == len(artists)
            assert len({(a[1], a[2]) for a in albums}) == len(albums)
            assert {a[1] for a in albums} <= {a[0] for a in artists}
            assert None not in [a[1] for a in artists] + [a[2] for a in albums]
            counted = copy.execute("SELECT (SELECT COUNT(*) FROM artist), (SELECT COUNT(*) FROM album)", Limits()).rows
            assert counted == [(len(artists), len(albums))]


def test_a_view_takes_part_as_a_table_of_its_own(database):
    assert not distinguish(database, "SELECT title FROM cheap", "SELECT DISTINCT title FROM cheap", count=10)


def test_a_second_query_that_fails_is_different_and_a_first_one_is_an_error(database):
    verdict = distinguish(database, "SELECT id FROM artist", "SELECT nothing FROM artist")
    assert not verdict
    assert "the second query fails" in verdict.reason
    with pytest.raises(QueryFailed):
        distinguish(database, "SELECT nothing FROM artist", "SELECT id FROM artist")


def test_results_that_are_empty_everywhere_prove_nothing(database):
    never = "SELECT id FROM artist WHERE 1 = 0"
    verdict = distinguish(database, never, never)
    assert verdict
    assert not verdict.proof


@pytest.mark.parametrize(
    ("with_it", "without_it", "expected"),
    [
        ("SELECT title FROM album WHERE stock > 0", "SELECT title FROM album", True),
        ("SELECT title FROM album WHERE stock > 90", "SELECT title FROM album", False),
        ("SELECT DISTINCT title FROM album", "SELECT title FROM album", True),
        ("SELECT DISTINCT country FROM artist", "SELECT country FROM artist", False),
        ("SELECT COUNT(*) FROM album WHERE stock > 50", "SELECT COUNT(*) FROM album", False),
        ("SELECT title FROM album ORDER BY stock", "SELECT title FROM album ORDER BY id", True),
        ("SELECT title FROM album ORDER BY stock DESC", "SELECT title FROM album", False),
        ("SELECT title FROM album ORDER BY id LIMIT 500", "SELECT title FROM album ORDER BY id", True),
        ("SELECT title FROM album WHERE stock > 50", "SELECT nothing FROM album", False),
    ],
)
def test_a_clause_is_idle_if_dropping_it_changes_nothing(database, with_it, without_it, expected):
    assert idle(database, with_it, without_it) is expected
    known = database.execute(with_it, Limits(rows=5000))
    assert idle(database, with_it, without_it, known=known) is expected


def test_results_too_large_to_compare_are_left_to_the_witnesses(database):
    few = Limits(rows=100)
    assert distinguish(database, "SELECT id FROM album", "SELECT id + 0 FROM album", limits=few).checked == 7
    assert not distinguish(database, "SELECT stock FROM album", "SELECT COALESCE(stock, 0) FROM album", limits=few)


def test_a_known_result_is_not_asked_for_again_and_changes_no_verdict(database):
    asked = []

    class Listening:
        dialect, schema = database.dialect, database.schema

        def execute(self, sql, limits=None):
            asked.append(sql)
            return database.execute(sql, limits or Limits())

    for first, second in (ALIKE_BY_LUCK[0], THE_SAME[0]):
        known = (database.execute(first), database.execute(second))
        asked.clear()
        told = distinguish(Listening(), first, second, known=known)
        assert not {first, second} & set(asked)
        plainly = distinguish(database, first, second)
        assert (bool(told), told.witness, told.checked) == (bool(plainly), plainly.witness, plainly.checked)


def test_copies_of_the_same_rows_are_counted_though_only_one_is_asked(database):
    verdict = distinguish(database, "SELECT COUNT(*) FROM artist", "SELECT COUNT(id) FROM artist", count=7)
    assert verdict.checked == 8
