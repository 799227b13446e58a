"""What the connectors of files do beyond the contract: paths, permissions, and nothing left beside the file."""

import pytest

from querywright.databases.results import Limits
from querywright.errors import DatabaseUnavailable

pytestmark = pytest.mark.parametrize("engine", ["sqlite", "duckdb"], indirect=True)

LIMITS = Limits()
LINES = (
    "CREATE TABLE lines (id INTEGER PRIMARY KEY, quantity INTEGER); INSERT INTO lines VALUES (1, 3), (2, 5), (3, 7);"
)


@pytest.mark.parametrize(
    "folder",
    [
        "a b", "100%", "#1", "ünï", "it's", "a=b&mode=rwc", "[x]",
        pytest.param("what?", marks=pytest.mark.lacks("duckdb", "it looks for its log in a folder cut at the ?")),
    ],
)  # fmt: skip
def test_any_path_will_do(engine, tmp_path, folder):
    (tmp_path / folder).mkdir()
    made = engine.load(tmp_path / "made", LINES)
    connector = engine.connect(made.rename(tmp_path / folder / (folder + made.suffix)))
    assert connector.execute("SELECT count(*) FROM lines", LIMITS).rows == [(3,)]
    connector.close()


def test_a_file_that_disappears_is_unavailable(make):
    connector = make(LINES)
    connector.execute("SELECT 1", LIMITS)
    connector.path.unlink()
    for ask in (connector.execute, connector.explain):
        with pytest.raises(DatabaseUnavailable, match=str(connector.path)):
            ask("SELECT count(*) FROM lines", LIMITS)
    with pytest.raises(DatabaseUnavailable):
        connector.fingerprint()


def test_a_file_that_was_never_there_is_unavailable(engine, tmp_path):
    with pytest.raises(DatabaseUnavailable):
        engine.connect(tmp_path / "nowhere").introspect()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_unavailable(engine, tmp_path):
    (tmp_path / "noise").write_bytes(b"\x00noise\xff" * 1000)
    connector = engine.connect(tmp_path / "noise")
    with pytest.raises(DatabaseUnavailable):
        connector.introspect()
    with pytest.raises(DatabaseUnavailable):
        connector.execute("SELECT 1", LIMITS)
    connector.close()


def test_a_file_that_cannot_be_written_can_be_read(make):
    connector = make(LINES)
    connector.path.chmod(0o444)
    assert connector.execute("SELECT count(*) FROM lines", LIMITS).rows == [(3,)]


def test_nothing_is_left_beside_it(make, tmp_path):
    connector = make(LINES)
    connector.introspect()
    connector.execute("SELECT * FROM lines ORDER BY quantity", LIMITS)
    connector.close()
    assert [p.name for p in tmp_path.iterdir()] == [connector.path.name]
