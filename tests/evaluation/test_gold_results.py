"""Gold results on disk: found again by content, and never the wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from querywright.databases import Limits, Result
from querywright.evaluation.scoring.gold_results import GoldResults, passes

LIMITS = Limits()
RESULT = Result(("a", "b"), [(1, "x"), (None, 2.5), (b"\x00", "")])


def test_a_result_is_found_again_by_content_query_and_caps(tmp_path: Path) -> None:
    kept = GoldResults(tmp_path / "gold.sqlite")
    kept.put("content", "SELECT a, b FROM t", LIMITS, RESULT)
    kept.close()
    again = GoldResults(tmp_path / "gold.sqlite")
    found = again.get("content", "SELECT a, b FROM t", Limits(seconds=99.0))
    assert found is not None
    assert (found.columns, found.rows, found.truncated) == (RESULT.columns, RESULT.rows, False)
    assert again.get("other", "SELECT a, b FROM t", LIMITS) is None
    assert again.get("content", "SELECT a FROM t", LIMITS) is None
    assert again.get("content", "SELECT a, b FROM t", Limits(rows=1)) is None
    again.close()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM t WHERE day > date('now', '-7 days')", True),
        ("SELECT CURRENT_TIMESTAMP", True),
        ("SELECT current_date - 7", True),
        ("SELECT strftime('%Y')", True),
        ("SELECT datetime ( )", True),
        ("SELECT * FROM t ORDER BY random() LIMIT 1", True),
        ("SELECT age(born) FROM t", True),
        ("SELECT * FROM t USING SAMPLE 5", True),
        ("SELECT uuid()", True),
        ("SELECT get_current_timestamp()", True),
        ("SELECT age, current_address_id, date, time FROM t", False),
        ("SELECT strftime('%Y', day), date(day) FROM t", False),
        ("SELECT random_name, snow FROM t", False),
    ],
)
def test_what_asks_the_clock_or_chance_is_not_kept(sql: str, expected: bool, tmp_path: Path) -> None:
    assert passes(sql) is expected
    kept = GoldResults(tmp_path / "gold.sqlite")
    kept.put("content", sql, LIMITS, RESULT)
    assert (kept.get("content", sql, LIMITS) is None) is expected
    kept.close()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_file_that_is_no_cache_is_gone_on_without(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "gold.sqlite"
    path.write_bytes(content)
    kept = GoldResults(path)
    kept.put("content", "SELECT 1", LIMITS, RESULT)
    assert kept.get("content", "SELECT 2", LIMITS) is None
    kept.close()
    assert content == b"" or path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_gone_on_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for kept in (GoldResults(tmp_path / "file" / "gold.sqlite"), GoldResults(None)):
        kept.put("content", "SELECT 1", LIMITS, RESULT)
        assert kept.get("content", "SELECT 1", LIMITS) is None
        kept.close()


def test_a_damaged_entry_is_executed_anew(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    path = tmp_path / "gold.sqlite"
    kept = GoldResults(path)
    kept.put("content", "SELECT 1", LIMITS, RESULT)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE results SET packed = x'00'")
        connection.commit()
    assert kept.get("content", "SELECT 1", LIMITS) is None
    kept.close()
