"""Put the verdicts that predictions really get into docs/evaluation-rules.md.

usage: python scripts/evaluation_rules.py   (a test fails where the page is not what this makes)
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from querywright import Example
from querywright.databases import Limits
from querywright.demo import create_databases
from querywright.evaluation import RULES, evaluate

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evaluation-rules.md"
LIMITS = Limits(2.0, 500_000, 64_000_000)
LONG = "x" * 1_000_000


@dataclass(frozen=True)
class Case:
    """A prediction that differs from gold in one way; `why` explains the verdicts."""

    what: str
    gold: str
    predicted: str
    why: str
    shown: str = ""
    """The prediction as the page shows it, where it is long."""


@dataclass(frozen=True)
class Difference:
    """A prediction that an official script judges otherwise than we do, on purpose."""

    case: Case
    bird: str
    """What BIRD's script says: `right`, `wrong` or more."""
    spider: str


CITIES = "SELECT city FROM branches"
KINDS = "SELECT DISTINCT city FROM branches"
NAMES = "SELECT name, city FROM branches"
AREAS = "SELECT name, floor_area_m2 FROM branches ORDER BY floor_area_m2 DESC"
PRICE = "SELECT AVG(list_price) FROM books"
COUNT = "SELECT COUNT(*) FROM books"
BOSSES = "SELECT staff_id, mgr_id FROM staff WHERE staff_id < 4"
NOBODY = "SELECT title FROM books WHERE pages < 0"

SMALL = "SELECT name FROM branches WHERE branch_id IN (SELECT branch_id FROM staff ORDER BY salary LIMIT 3)"
WROTE = "SELECT author_id FROM authors WHERE author_id IN (SELECT author_id FROM book_authors)"
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"

SAME = "the same query"
CASES = (
    Case("nothing", NAMES, NAMES, SAME),
    Case("a semicolon, comments, other spacing", COUNT, "/* all */ select  count(*) from books; -- done", SAME),
    Case("other names for columns", NAMES, "SELECT name AS branch, city AS place FROM branches", "names do not count"),
    Case("other names for tables", NAMES, "SELECT b.name, b.city FROM branches AS b", SAME),
    Case(
        "DISTINCT dropped",
        KINDS,
        CITIES,
        "rows come more often: a set does not see it, and Spider's script drops the word from both",
    ),
    Case("DISTINCT added", CITIES, KINDS, "rows come less often; as above"),
    Case(
        "DISTINCT in COUNT dropped",
        "SELECT COUNT(DISTINCT city) FROM branches",
        "SELECT COUNT(city) FROM branches",
        "another number; Spider's script has dropped the word from gold, too",
    ),
    Case("rows repeated", CITIES, f"{CITIES} UNION ALL {CITIES}", "a set does not see it"),
    Case(
        "a join that repeats rows",
        WROTE,
        "SELECT a.author_id FROM authors AS a JOIN book_authors AS w ON w.author_id = a.author_id",
        "an author comes once for each book; a set does not see it",
    ),
    Case("order turned", AREAS, AREAS.removesuffix(" DESC"), "gold orders; a set has no order"),
    Case("order dropped", AREAS, "SELECT name, floor_area_m2 FROM branches", "gold orders; a set has no order"),
    Case("order added", NAMES, f"{NAMES} ORDER BY name", "gold does not order, so no order is wrong"),
    Case(
        "order inside, not at the end",
        SMALL,
        f"{SMALL} ORDER BY branch_id DESC",
        "only an outermost ORDER BY is part of the answer; Spider's script looks for the words anywhere",
    ),
    Case(
        "columns in another order", NAMES, "SELECT city, name FROM branches", "Spider tries every order of the columns"
    ),
    Case("a column more", NAMES, "SELECT name, city, opened_on FROM branches", "another width"),
    Case("a column less", NAMES, "SELECT name FROM branches", "another width"),
    Case(
        "a column more, no rows",
        NOBODY,
        "SELECT title, pages FROM books WHERE pages < 0",
        "two empty results are equal to both scripts; `strict` counts the columns",
    ),
    Case("LIMIT changed", f"{AREAS} LIMIT 3", f"{AREAS} LIMIT 4", "a row more"),
    Case(
        "a literal changed",
        "SELECT COUNT(*) FROM books WHERE lang = 'de'",
        "SELECT COUNT(*) FROM books WHERE lang = 'en'",
        "another number",
    ),
    Case(
        "a literal changed that makes no difference",
        "SELECT name FROM branches WHERE floor_area_m2 > 1000",
        "SELECT name FROM branches WHERE floor_area_m2 > 1001",
        "right by luck: `--witnesses` shows it",
    ),
    Case("another aggregate", "SELECT MAX(pages) FROM books", "SELECT MIN(pages) FROM books", "another number"),
    Case("1.0 for 1", COUNT, "SELECT COUNT(*) * 1.0 FROM books", "numbers are equal by value"),
    Case("'1' for 1", COUNT, "SELECT CAST(COUNT(*) AS TEXT) FROM books", "a text is no number"),
    Case(
        "'' for NULL",
        BOSSES,
        "SELECT staff_id, IFNULL(mgr_id, '') FROM staff WHERE staff_id < 4",
        "NULL equals NULL only",
    ),
    Case(
        "0 for NULL",
        BOSSES,
        "SELECT staff_id, IFNULL(mgr_id, 0) FROM staff WHERE staff_id < 4",
        "NULL equals NULL only",
    ),
    Case("other case in a text", CITIES, "SELECT UPPER(city) FROM branches", "texts are equal letter by letter"),
    Case(
        "noise of 1e-12",
        PRICE,
        "SELECT AVG(list_price) * (1 + 1e-12) FROM books",
        "sums in another order differ so; only `strict` has a tolerance (1e-9 of the larger number)",
    ),
    Case("noise of 0.001", PRICE, "SELECT AVG(list_price) + 0.001 FROM books", "another number"),
    Case("rounded", PRICE, "SELECT ROUND(AVG(list_price), 2) FROM books", "another number"),
    Case("no text", COUNT, "", "nothing to execute"),
    Case("other text", COUNT, "I am sorry, there is no such table.", "no SQL"),
    Case(
        "SQL in a fence",
        COUNT,
        f"```sql\n{COUNT}\n```",
        "no SQL; nobody guesses what was meant",
        "```` ```sql SELECT COUNT(*) FROM books ``` ````",
    ),
    Case("two statements", COUNT, f"{COUNT}; {COUNT}", "one query is asked for"),
    Case("DELETE", COUNT, "DELETE FROM books", "only queries that read are executed"),
    Case("WITH … DELETE", COUNT, "WITH b AS (SELECT 1) DELETE FROM books", "as above"),
    Case("INSERT … RETURNING", COUNT, "INSERT INTO genres VALUES (99, 'x', NULL) RETURNING 720", "as above"),
    Case("DROP", COUNT, "DROP TABLE books", "as above"),
    Case("ATTACH", COUNT, "ATTACH 'other.sqlite' AS other", "as above"),
    Case("PRAGMA", COUNT, "PRAGMA page_count", "as above"),
    Case("a query without end", COUNT, ENDLESS, "stopped at `--timeout`"),
    Case("a megabyte of text", COUNT, LONG, "more than 200,000 characters are not read", "xxxxxxxx…"),
)

WRITES = "the script hands out a connection that writes: it executes this, finds no rows, and gold has none either"
DIFFERENCES = (
    Difference(
        Case(
            "DELETE",
            COUNT.replace("COUNT(*)", "title"),
            "DELETE FROM books",
            "the script's gold query then finds the table empty, which is what the prediction returned",
        ),
        "right",
        "wrong",
    ),
    Difference(Case("DELETE, gold without rows", NOBODY, "DELETE FROM books", WRITES), "right", "right"),
    Difference(
        Case("DROP, gold without rows", NOBODY, "DROP TABLE fines", f"{WRITES}; the table is gone for all later rows"),
        "right",
        "right",
    ),
    Difference(
        Case("ATTACH, PRAGMA, VACUUM, BEGIN, gold without rows", NOBODY, "PRAGMA user_version = 7", WRITES),
        "right",
        "right",
    ),
    Difference(
        Case(
            "a query, then a write",
            COUNT,
            f"{COUNT}; DROP TABLE books",
            "Spider's script reads the first statement only",
        ),
        "wrong",
        "right",
    ),
    Difference(Case("two queries", COUNT, f"{COUNT}; SELECT 1", "as above"), "wrong", "right"),
    Difference(
        Case("semicolons", COUNT, f"{COUNT};;", "empty statements are no second query; BIRD's driver refuses them"),
        "wrong",
        "right",
    ),
    Difference(
        Case("no text", COUNT, "", "Spider's script ends with an IndexError, for the whole file"), "wrong", "stops"
    ),
    Difference(
        Case(
            "no text, gold without rows",
            NOBODY,
            "",
            "no text is no query; BIRD's script takes its nothing for a result without rows",
        ),
        "right",
        "stops",
    ),
    Difference(Case("a comment, gold without rows", NOBODY, "-- no idea", "as above"), "right", "right"),
    Difference(
        Case(
            "a query and a megabyte of comment",
            COUNT,
            f"{COUNT} -- {LONG}",
            "more than 200,000 characters are not read",
            f"{COUNT} -- xxxxxxxx…",
        ),
        "right",
        "right",
    ),
    Difference(
        Case(
            "1.0 for 1, beside 10",
            "SELECT 1, 10",
            "SELECT 1.0, 10",
            "Spider's script first sorts each row by the texts of its values: `10`, `1` here, `1.0`, `10` there",
        ),
        "right",
        "wrong",
    ),
    Difference(
        Case(
            "a query without end",
            COUNT,
            ENDLESS,
            "no limit of theirs reaches SQLite: Spider's script waits for ever, BIRD's goes on with the query running",
        ),
        "wrong",
        "hangs",
    ),
)


def verdicts(cases: Sequence[Case]) -> list[dict[str, bool]]:
    """The verdicts that the predictions get, by rule."""
    gold = [Example("library", case.what, case.gold, id=str(n)) for n, case in enumerate(cases)]
    said = {str(n): case.predicted for n, case in enumerate(cases)}
    with TemporaryDirectory() as folder:
        create_databases(Path(folder))
        rows = evaluate(said, gold, folder, metrics=["rules"], limits=LIMITS, cached=False).rows()
        return [dict(row.scores["predictions"].verdicts) for row in rows]


def judged() -> str:
    """The table of alterations."""
    lines = [["what was altered", "gold", "predicted", *(f"`{rule}`" for rule in RULES), "why"]]
    for case, found in zip(CASES, verdicts(CASES), strict=True):
        lines.append([case.what, code(case.gold), shown(case), *map(word, map(found.get, RULES)), case.why])
    return table(lines)


def differing() -> str:
    """The table of differences from the official scripts."""
    lines = [["prediction", "gold", "BIRD's script", "`bird`", "Spider's script", "`spider`", "why"]]
    for each, found in zip(DIFFERENCES, verdicts([each.case for each in DIFFERENCES]), strict=True):
        case = each.case
        ours = (word(found["bird"]), word(found["spider"]))
        lines.append([shown(case), code(case.gold), each.bird, ours[0], each.spider, ours[1], case.why])
    return table(lines)


def word(right: bool | None) -> str:
    return "right" if right else "wrong"


def code(sql: str) -> str:
    return f"`{' '.join(sql.split())}`" if sql.strip() else "*(empty)*"


def shown(case: Case) -> str:
    return case.shown if case.shown.startswith("`") else code(case.shown or case.predicted)


def table(lines: Iterable[Sequence[str]]) -> str:
    """Lines of a Markdown table; the first is its head."""
    head, *rest = (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
    return "\n".join([head, "|" + "---|" * (head.count(" | ") + 1), *rest])


def made(text: str) -> str:
    """The page with its tables made anew."""
    for marker, make in (("alterations", judged), ("differences", differing)):
        place = re.compile(rf"(<!-- {marker}: made by scripts/evaluation_rules\.py -->\n\n).*?(?=\n\n)", re.DOTALL)
        if len(place.findall(text)) != 1:
            sys.exit(f"{PAGE} must hold one table after <!-- {marker}: made by scripts/evaluation_rules.py -->")
        content = make()
        text = place.sub(lambda found, content=content: found[1] + content, text)  # type: ignore[misc]
    return text


def main() -> None:
    """Rewrite the page."""
    PAGE.write_text(made(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
