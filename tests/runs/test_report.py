"""The report is true, complete in itself, and safe with whatever the databases hold."""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
import sys
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.datasets.example import Example
from querywright.datasets.jsonl import to_record, write_jsonl
from querywright.errors import RunError, SettingsError
from querywright.runs.manifest import Counts, Manifest
from querywright.runs.report import feature_map, write_report
from querywright.runs.report.markup import join, printable, tag
from querywright.runs.report.sql_text import broken, coloured
from querywright.runs.report.survey import survey

EVIL = "<script>alert('x')</script>"
QUERIES = [
    f"SELECT title, '{EVIL.replace(chr(39), chr(39) * 2)}' AS note FROM book",
    "SELECT COUNT(*) FROM book",
    "SELECT title FROM book WHERE pages > 100 AND pages < 900",
    "SELECT pages, COUNT(*) FROM book GROUP BY pages HAVING COUNT(*) > 1",
    "SELECT title FROM book ORDER BY pages DESC LIMIT 1",
    "SELECT title FROM book WHERE pages = (SELECT MAX(pages) FROM book)",
    "SELECT title, RANK() OVER (ORDER BY pages) FROM book",
    "SELECT b.title FROM book AS b JOIN loan AS l ON l.book_id = b.id",
    "SELECT title FROM book UNION SELECT name FROM reader",
    "SELECT missing FROM book",
]
TABLES = {
    "book": ["id", "title", "pages"],
    "loan": ["id", "book_id", "due <b>soon</b>"],
    "reader": ["id", "name"],
    "never <read>": ["idle"],
}


def _example(number: int) -> Example:
    return Example(
        "library",
        question=f"Question {number} {EVIL}?",
        SQL=QUERIES[number % len(QUERIES)],
        evidence=f"evidence & {EVIL}",
        id=f"id{number}",
        cot_reasoning=f"First **look** at `book` {EVIL}.\n\n```sql\n{QUERIES[number % len(QUERIES)]}\n```\nDone.",
        question_style=("formal", "vague", 'the "third"')[number % 3],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished run of forty examples and fifteen rejects over one small database."""
    database = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            """CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, pages INTEGER);
            CREATE TABLE loan (id INTEGER PRIMARY KEY, book_id INTEGER, "due <b>soon</b>" TEXT);
            CREATE TABLE reader (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE "never <read>" (idle BLOB);"""
        )
        rows = [(f"Title {n} {EVIL}" if n else None, 100 + n % 7) for n in range(20)]
        connection.executemany("INSERT INTO book (title, pages) VALUES (?, ?)", rows)
        connection.executemany("INSERT INTO loan (book_id) VALUES (?)", [(1,), (2,)])
        connection.commit()
    run = tmp_path / "my <run>"
    run.mkdir()
    examples = [_example(number) for number in range(40)]
    write_jsonl(run / "dataset.jsonl", examples)
    rejects = [("execute", "returns no rows", 9), ("execute", f"failed {EVIL}", 1), ("unique", "seen before", 5)]
    lines = [
        {"key": "k", "step": step, "reason": reason, "detail": f"words {EVIL}", "example": to_record(examples[0])}
        for step, reason, count in rejects
        for _ in range(count)
    ]
    (run / "rejects.jsonl").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    known = {"dialect": "sqlite", "tables": TABLES}
    profile = {"window": 10.0, "set_op": 9.0, "subquery": 20.0, "group_by": 9.0, "case": 0, "where": 0.3, "join": 0.1}
    Manifest(
        settings={"count": 40},
        fingerprint={"seed": 7, "profile": profile, "databases": {"library": known}},
        about={"location": str(database)},
        status="finished",
        steps=["execute"],
        counts=Counts(inputs=50, fruitful=40, fruitless=10, added=5, kept=40, rejected=15),
        funnel={"execute": {"returns no rows": 9, f"failed {EVIL}": 1}, "unique": {"seen before": 5}},
        times={"started": "2026-01-02T03:04:05+00:00", "ended": "2026-01-02T03:04:09+00:00", "seconds": 4.0},
    ).save(run)
    return run


class _Page(HTMLParser):
    """A page as a browser's parser sees it: elements with their attributes, and the text that is shown."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.scripts: list[str] = []
        self.shown: list[str] = []
        self.feed(path.read_text("utf-8"))
        self.close()
        self.text = " ".join(" ".join(self.shown).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "script":
            self.scripts.append(data)
        elif inside != "style":
            self.shown.append(data)


def test_the_page_is_whole_and_every_element_is_closed(folder: Path) -> None:
    path = write_report(folder)
    page = _Page(path)
    assert path == folder / "report.html"
    assert (page.unbalanced, page.open) == ([], [])
    sections = [attributes["id"] for name, attributes in page.elements if name == "section"]
    assert sections == ["funnel", "features", "distributions", "coverage", "map", "samples"]


def test_nothing_a_database_or_dataset_holds_becomes_markup(folder: Path) -> None:
    page = _Page(write_report(folder))
    assert len([name for name, _ in page.elements if name == "script"]) == 2
    assert not [attributes for _, attributes in page.elements if any(key.startswith("on") for key in attributes)]
    for shown in (
        f"Title 3 {EVIL}",
        f"Question 5 {EVIL}?",
        f"evidence & {EVIL}",
        f"failed {EVIL}",
        f"for instance: words {EVIL}",
        "due <b>soon</b>",
        "never <read>",
        "my <run>",
        'the "third"',
    ):
        assert shown in page.text


def test_the_page_loads_nothing_and_only_its_own_script_may_run(folder: Path) -> None:
    page = _Page(write_report(folder))
    addresses = [a[key] or "" for _, a in page.elements for key in ("src", "href", "action", "srcset") if key in a]
    assert all(address.startswith("#") or address == "data:," for address in addresses)
    style = (folder / "report.html").read_text("utf-8").partition("</style>")[0]
    assert not re.search(r"url\(|@import", style)
    (policy,) = [a["content"] or "" for name, a in page.elements if name == "meta" and "http-equiv" in a]
    digest = base64.b64encode(hashlib.sha256(page.scripts[-1].encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy


def test_the_funnel_goes_from_the_inputs_to_what_was_kept(folder: Path) -> None:
    text = _Page(write_report(folder)).text
    assert "inputs + 5 made 55 execute − 10 45 left" in text
    assert "unique − 5 40 left" in text
    assert "kept 72.7 % 40" in text
    assert "returns no rows for instance" in text
    assert "cannot be accounted for" not in text


def test_examples_that_the_funnel_loses_are_pointed_out(folder: Path) -> None:
    manifest = orjson.loads((folder / "run.json").read_bytes())
    manifest["funnel"]["unique"]["seen before"] = 2
    (folder / "run.json").write_bytes(orjson.dumps(manifest))
    assert "3 examples cannot be accounted for" in _Page(write_report(folder)).text


def test_features_stand_beside_the_profile_and_the_published_sets(folder: Path) -> None:
    text = _Page(write_report(folder)).text
    assert "Window % 10.00 10.00 +0.00 ✓ 0.00 14.37" in text
    assert "Set op. % 10.00 9.00 +1.00 ✓" in text
    assert "WHERE 0.30 0.30" in text
    assert "JOIN 0.10 0.10 +0.00 ✓" in text
    assert "Among 40 queries chance alone moves a share by up to 16 points." in text


def test_coverage_names_what_no_query_uses(folder: Path) -> None:
    page = _Page(write_report(folder))
    assert "3 of 4 tables used" in page.text
    assert "5 of 9 columns used" in page.text
    assert page.text.count("(never used)") == 4
    for column in ("id", "due <b>soon</b>", "idle"):
        assert f"{column} (never used)" in page.text
    for column in ("title", "pages", "book_id", "name"):
        assert f"{column} (never used)" not in page.text


def test_rows_come_from_the_database_and_a_failed_query_says_so(folder: Path) -> None:
    text = _Page(write_report(folder)).text
    assert "NULL" in text
    assert "The first 8 of 20 rows." in text
    assert "Not executed:" in text


def test_without_the_database_the_page_says_that_rows_are_missing(folder: Path) -> None:
    (folder.parent / "library.sqlite").unlink()
    text = _Page(write_report(folder)).text
    assert "The database is not where it was" in text
    assert "3 of 4 tables used" in text


def test_rows_come_from_where_the_run_says_its_catalog_is(folder: Path) -> None:
    manifest = orjson.loads((folder / "run.json").read_bytes())
    manifest["about"]["location"] = str(folder.parent)
    (folder / "run.json").write_bytes(orjson.dumps(manifest))
    assert "The first 8 of 20 rows." in _Page(write_report(folder)).text


def test_an_open_catalog_gives_schema_and_rows_where_the_run_says_nothing(folder: Path) -> None:
    from querywright.databases import Catalog

    manifest = orjson.loads((folder / "run.json").read_bytes())
    del manifest["fingerprint"]["databases"], manifest["about"]
    (folder / "run.json").write_bytes(orjson.dumps(manifest))
    assert "The run does not hold the schemas" in _Page(write_report(folder)).text
    with Catalog.open(folder.parent / "library.sqlite") as catalog:
        text = _Page(write_report(folder, catalog)).text
    assert "3 of 4 tables used" in text
    assert "The first 8 of 20 rows." in text


def test_thirty_samples_can_be_told_apart_by_database_hardness_and_style(folder: Path) -> None:
    page = _Page(write_report(folder))
    cards = [attributes for _, attributes in page.elements if attributes.get("class") == "sample"]
    assert len(cards) == 30
    assert {card["data-style"] for card in cards} == {"formal", "vague", 'the "third"'}
    assert len({card["data-hardness"] for card in cards}) >= 3
    options = [attributes["value"] for name, attributes in page.elements if name == "option"]
    assert set(options) >= {card["data-hardness"] for card in cards}


def test_the_points_of_the_map_are_data_a_script_can_read(folder: Path) -> None:
    page = _Page(write_report(folder))
    held = orjson.loads(page.scripts[0])
    circles = [attributes for name, attributes in page.elements if name == "circle" and "data-d" in attributes]
    assert held["databases"] == ["library"]
    assert len(held["points"]) == len(circles) == 40
    assert any(EVIL in point[4] for point in held["points"])


def test_the_same_run_gives_the_same_page(folder: Path) -> None:
    first = write_report(folder).read_bytes()
    assert write_report(folder).read_bytes() == first


def test_a_run_that_kept_nothing_has_a_page_too(folder: Path) -> None:
    (folder / "dataset.jsonl").write_bytes(b"")
    text = _Page(write_report(folder)).text
    assert "No example was kept." in text
    assert "too few for a map" in text


def test_a_folder_without_a_run_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        write_report(tmp_path)


def test_without_scikit_learn_the_error_names_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)
    with pytest.raises(SettingsError, match=r"pip install 'querywright\[report\]'"):
        write_report(folder)
    assert not (folder / "report.html").exists()


def test_what_is_chosen_does_not_depend_on_the_order_of_the_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("querywright.runs.report.survey.POINTS", 10)
    examples = [_example(number) for number in range(90)]
    one, two = (survey(some, {}, {}) for some in (examples, reversed(examples)))
    assert one.samples == two.samples
    assert one.points == two.points
    assert (len(one.samples), len(one.points)) == (30, 10)


def test_queries_with_the_same_features_lie_together_and_never_on_one_spot() -> None:
    found = survey([_example(number) for number in range(60)], {}, {})
    places = feature_map.placed(found.points)
    pairs = list(zip(found.points, places, strict=True))
    assert len({(place.x, place.y) for place in places}) == len(found.points)
    assert all(0 <= place.x <= 1 and 0 <= place.y <= 1 for place in places)
    for vector in {point.vector for point in found.points}:
        heap = [place.x for point, place in pairs if point.vector == vector]
        assert max(heap) - min(heap) < 0.1


@given(st.text())
def test_text_in_a_tag_is_shown_as_it_is(text: str) -> None:
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_data = found.append  # type: ignore[method-assign]
    parser.feed(tag("p", text, title=text))
    parser.close()
    assert "".join(found) == printable(text)


def test_tags_escape_text_keep_markup_and_leave_out_what_is_not_there() -> None:
    assert tag("p", "a<b", tag("i", "&"), None, 7, class_="x", hidden=False, open=True) == (
        '<p class="x" open>a&lt;b<i>&amp;</i>7</p>'
    )
    assert join(["a", [tag("br")]], "\x00\udcff") == "a<br>\\x00\\udcff"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a FROM t WHERE b = 'FROM x'", "SELECT a\nFROM t\nWHERE b = 'FROM x'"),
        ("SELECT a FROM t LEFT JOIN u ON a = b", "SELECT a\nFROM t\nLEFT JOIN u ON a = b"),
        ("SELECT EXTRACT(YEAR FROM d) FROM t", "SELECT EXTRACT(YEAR FROM d)\nFROM t"),
        (
            "SELECT SUM(a) OVER (PARTITION BY b ORDER BY c) FROM t",
            "SELECT SUM(a) OVER (PARTITION BY b ORDER BY c)\nFROM t",
        ),
        (
            "SELECT a FROM t WHERE b IN (SELECT b FROM u) ORDER BY a",
            "SELECT a\nFROM t\nWHERE b IN (\n    SELECT b\n    FROM u\n)\nORDER BY a",
        ),
        ("WITH x AS (SELECT 1) SELECT * FROM x", "WITH x AS (\n    SELECT 1\n)\nSELECT *\nFROM x"),
    ],
)
def test_a_query_on_one_line_gets_a_line_for_each_clause(sql: str, expected: str) -> None:
    assert broken(sql) == expected


@given(
    st.lists(st.sampled_from([*"()'\"`[],.<>=-/* \t", "SELECT", "FROM", "left", "JOIN", "x1", "1.5", "--", "é", "/*"]))
)
def test_colouring_changes_nothing_but_spaces(parts: list[str]) -> None:
    sql = "".join(parts)
    shown: list[str] = []
    parser = HTMLParser()
    parser.handle_data = shown.append  # type: ignore[method-assign]
    parser.feed(coloured(sql))
    parser.close()
    assert "".join("".join(shown).split()) == "".join(sql.split())
