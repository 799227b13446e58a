"""The page of an evaluation is true, complete in itself, and safe with whatever systems and databases said."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from querywright.databases.compare import Rule
from querywright.datasets.example import Example
from querywright.errors import RunError
from querywright.evaluation.evaluation import Evaluation
from querywright.evaluation.queries.linking import Linking
from querywright.evaluation.records import FACTS, SCORES, Facts, Score, Shown, Tried
from querywright.evaluation.report import embedding, write_evaluation_report
from querywright.evaluation.report.embedding import Embedding
from querywright.evaluation.report.plots import Point, Scale, strip
from querywright.evaluation.report.sections import breakdown, left_out
from querywright.evaluation.report.sections.comparisons import chance
from querywright.runs.manifest import Counts, Manifest

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>"
HOSTILE = (
    "</script>",
    EVIL,
    "a \"b\" 'c' `d` &amp; \\",
    "\u202egnp.exe",
    "\x01\x1b[31m\x7f",
    "العربية",
    "]]><!--",
    "x" * 10_000,
)
ANSWERS = Shown(("name", "pages"), (("Ann", "3"), ("Bob", None)), 2)


def right(sql: str = "SELECT name, pages FROM book", **more: Any) -> Score:
    return Score(sql, "ran", verdicts=dict.fromkeys(("strict", "bird", "spider"), True), result=ANSWERS, **more)


def wrong(sql: str = "SELECT name, price FROM book", **more: Any) -> Score:
    said: dict[str, Any] = {
        "ending": "ran",
        "verdicts": {"strict": False, "bird": True, "spider": False},
        "reasons": {"strict": "the row ('Bob', 4) is only in the predicted result", "spider": "rows differ"},
        "result": Shown(("name", "price"), (("Ann", "3"), ("Bob", "4")), 2),
        "failures": ("wrong column", "wrong value"),
    }
    return Score(sql, **{**said, **more})


@pytest.fixture
def made(tmp_path: Path) -> Any:
    """Makes a finished evaluation of these rows: the scores of each gold row by system."""

    def make(
        rows: Sequence[Mapping[str, Score]],
        *,
        rule: Rule = "strict",
        gold_rows: int | None = None,
        excluded: Sequence[tuple[str, str]] = (),
        problems: Sequence[str] = (),
        changed: Sequence[str] = (),
        words: str = "",
        key: str = "q{}",
    ) -> Evaluation:
        folder = tmp_path / "my <evaluation>"
        folder.mkdir()
        records = [_record(number, scores, words, key) for number, scores in enumerate(rows)]
        (folder / "results.jsonl").write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
        rejects = [
            {
                "key": name,
                "step": "gold",
                "reason": reason,
                "detail": f"{name}: library: {words}",
                "example": {"db_id": "library"},
            }
            for name, reason in excluded
        ]
        (folder / "rejects.jsonl").write_bytes(b"".join(orjson.dumps(reject) + b"\n" for reject in rejects))
        (folder / "figures.json").write_bytes(orjson.dumps({"changed": list(changed)}))
        names = list(dict.fromkeys(name for scores in rows for name in scores)) or ["alpha"]
        Manifest(
            settings={},
            fingerprint={
                "job": "evaluate",
                "querywright": "1.2.3",
                "gold": {"name": "dev.jsonl", "content": "abc", "share": None, "seed": None, "missing": "wrong"},
                "systems": dict.fromkeys(names, "f" * 64),
                "rule": rule,
                "metrics": ["ex", "rules"],
                "witnesses": 2,
                "limits": {"seconds": 30.0, "rows": 500_000, "bytes": 64_000_000},
                "databases": {"library": {"dialect": "sqlite", "content": "c"}},
            },
            about={
                "gold_rows": len(rows) + len(rejects) if gold_rows is None else gold_rows,
                "matched_by": dict.fromkeys(names, "id"),
                "problems": list(problems),
            },
            status="finished",
            steps=["gold"],
            counts=Counts(inputs=len(rows), fruitful=len(rows), kept=len(rows)),
            dataset="results.jsonl",
            times={"started": "2026-01-02T03:04:05+00:00", "ended": "2026-01-02T03:04:09+00:00", "seconds": 4.0},
        ).save(folder)
        return Evaluation.open(folder)

    return make


def _record(number: int, scores: Mapping[str, Score], words: str, key: str) -> dict[str, Any]:
    result = Shown(("name", f"pages{words}"), (("Ann", "3"), (f"Bob{words}", None)), 2) if words else ANSWERS
    return {
        "db_id": f"library{words}",
        "question": f"Question {number} {words}?",
        "SQL": f"SELECT name, pages FROM book{f' -- {words}' if words else ''}",
        "evidence": words,
        "difficulty": "simple",
        FACTS: Facts(key.format(number), "sqlite", ("easy", "hard")[number % 2], ("where",), result),
        SCORES: dict(scores),
    }


class _Page(HTMLParser):
    """A page as a browser's parser sees it: elements with their attributes, scripts, and the text that is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.shown: list[str] = []
        self.feed(text)
        self.close()
        self.text = " ".join(" ".join(self.shown).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        if tag not in ("meta", "link", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "script":
            attributes, before = self.scripts[-1]
            self.scripts[-1] = (attributes, before + data)
        elif inside not in ("style", "title"):
            self.shown.append(data)

    def data(self, name: str) -> Any:
        return [
            orjson.loads(text)
            for attributes, text in self.scripts
            if name in (attributes.get("id"), attributes.get("class"))
        ]

    @property
    def index(self) -> Any:
        return self.data("index")[0]

    @property
    def rows(self) -> list[Any]:
        return [row for block in self.data("block") for row in block]

    def parts(self) -> list[str | None]:
        return [attributes["id"] for name, attributes in self.elements if name == "section"]


def page_of(evaluation: Evaluation) -> _Page:
    return _Page(write_evaluation_report(evaluation).read_text("utf-8"))


def test_the_page_is_whole_and_has_the_parts_that_have_content(made: Any) -> None:
    page = page_of(made([{"alpha": right(), "beta": wrong()}] * 4, excluded=[("q9", "the gold query fails")]))
    assert (page.unbalanced, page.open) == ([], [])
    assert page.parts() == [
        "part-figures",
        "part-comparisons",
        "part-breakdown",
        "part-failures",
        "part-left-out",
        "part-examples",
        "part-settings",
    ]


def test_one_system_that_is_always_right_has_a_short_page(made: Any) -> None:
    page = page_of(made([{"alpha": right()}] * 3))
    assert page.parts() == ["part-figures", "part-breakdown", "part-examples", "part-settings"]


def test_the_head_says_what_was_evaluated_of_how_many_rows_and_that_databases_are_as_before(made: Any) -> None:
    rows = [{"alpha": right(), "beta": wrong()}] * 3 + [{"alpha": wrong(), "beta": wrong()}]
    page = page_of(made(rows, excluded=[("q9", "the gold query fails")]))
    assert "alpha and beta on 4 of 5 gold rows of dev.jsonl, over 1 database, under the rule strict." in page.text
    assert "EX alpha 75.0 %" in page.text
    assert "3 of 4" in page.text
    assert "Scored 4 of 5 gold rows; 1 left out" in page.text
    assert "unchanged" in page.text
    assert "2 January 2026, 03:04 UTC · version 1.2.3" in page.text
    assert "CHANGED" not in page.text


def test_a_database_that_changed_is_told_as_an_alarm(made: Any) -> None:
    page = page_of(made([{"alpha": right()}], changed=["library"]))
    assert [attributes for _, attributes in page.elements if attributes.get("role") == "alert"]
    assert "1 database changed while being read: library" in page.text
    assert "unchanged" not in page.text


def test_figures_that_were_measured_are_there_and_others_are_not(made: Any) -> None:
    link = Linking(1, 2, 1, 2, 2, 1)
    measured = right(
        soft_f1=1.0, soft_f1_by_position=0.5, clauses={"select": True, "all": False}, linking=link, ves=1.1, r_ves=1.0,
        stages={"keywords": link}, witnessed=False, witness="on a copy",
    )  # fmt: skip
    text = page_of(made([{"alpha": measured}] * 2)).text
    for words in ("soft-F1", "VES", "exact set match", "Schema linking after “keywords”", "strict, on witnesses"):
        assert words in text
    assert "Right by luck (on the database, but not on a copy): alpha 2 rows." in text


def test_measures_nobody_asked_for_are_left_out(made: Any) -> None:
    figures = page_of(made([{"alpha": right()}])).text.partition("Where it is right")[0]
    for words in ("soft-F1", "VES", "exact set match", "linking", "witnesses"):
        assert words not in figures


def test_two_systems_are_compared_on_the_same_rows(made: Any) -> None:
    text = page_of(made([{"alpha": right(), "beta": wrong()}] * 8)).text
    assert "alpha against beta alpha is ahead +100.00 +100.0 to +100.0" in text
    assert " 8 0 0.008 8 " in text


def test_failures_lead_to_the_rows_that_show_them(made: Any) -> None:
    page = page_of(made([{"alpha": wrong()}] * 3))
    links = [a["href"] for name, a in page.elements if name == "a" and str(a["href"]).startswith("#find")]
    assert "#find?system=alpha&failure=main%3Awrong+column" in links
    assert "#find?system=alpha&failure=any%3Awrong+value" in links
    assert "#find?hardness=easy" in links


def test_candidates_have_bounds_picks_and_an_overlap(made: Any) -> None:
    tried = [Tried(f"SELECT {n}", f"way {n % 3}", n < 2, n) for n in range(6)]
    page = page_of(made([{"alpha": right(candidates=tried, picks={"judge": 1})}] * 2))
    assert "12 candidates for 2 questions, 6.0 each" in page.text
    assert "picked by judge 100.00" in page.text
    labels = [attributes["aria-label"] or "" for name, attributes in page.elements if name == "svg"]
    assert any("way 0 and way 1: 2" in label for label in labels)
    assert any("pass@4" in label for label in labels)


def test_more_than_three_strategies_overlap_in_a_table(made: Any) -> None:
    tried = [Tried(f"SELECT {n}", f"way {n}", n in (0, 3), n) for n in range(4)]
    page = page_of(made([{"alpha": right(candidates=tried)}]))
    assert "way 0 way 1 way 2 way 3 questions yes no no yes 1" in page.text
    assert "0 questions solved by none." in page.text


def test_excluded_rows_and_problems_of_files_are_told(made: Any) -> None:
    evaluation = made(
        [{"alpha": right()}], excluded=[("q7", "the gold query fails")], problems=["a.jsonl:3: SQL is null"]
    )
    text = page_of(evaluation).text
    assert "1 gold row excluded the gold query fails 1 q7" in text
    assert "1 problem of prediction files a.jsonl:3: SQL is null" in text


def test_long_lists_are_cut_and_say_where_the_rest_is(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_out, "SHOWN", 2)
    monkeypatch.setattr(breakdown, "SHOWN", 1)
    excluded = [(f"q{n}", "the gold query fails") for n in range(5)]
    text = page_of(made([{"alpha": right()}] * 2, excluded=excluded, problems=["one", "two", "three"])).text
    assert "and 3 more, which rejects.jsonl lists" in text
    assert "and 1 more, which figures.json lists" in text
    assert "and 1 more line" in text


def test_nothing_that_was_read_becomes_markup(made: Any) -> None:
    words = " ".join(HOSTILE)
    scores = {
        f"alpha {EVIL}": wrong(
            f"SELECT '{words}'", error=words, reasons={"strict": words}, failures=(EVIL,), clauses={EVIL: False},
            result=Shown((words,), ((words,),), 1), witness=words, picks={EVIL: 0},
            candidates=(Tried(words, EVIL, False, 0),), stages={EVIL: Linking(1, 1, 1, 1, 1, 1)},
        ),
        "beta": right(),
    }  # fmt: skip
    page = page_of(made([scores] * 2, excluded=[("q7", EVIL)], problems=[words], words=words, key=f"{EVIL}{{}}"))
    assert (page.unbalanced, page.open) == ([], [])
    assert not {name for name, _ in page.elements} & {"img", "iframe", "object"}
    assert len(page.scripts) == 3
    assert not [a for _, a in page.elements if any(key.startswith("on") for key in a)]
    assert page.index["rows"][0][0] == f"{EVIL}0"
    assert page.rows[0]["evidence"].startswith("</script>")


def test_the_page_loads_nothing_and_only_its_own_script_may_run(made: Any) -> None:
    page = page_of(made([{"alpha": right()}]))
    addresses = [a[key] or "" for _, a in page.elements for key in ("src", "href", "action", "srcset") if key in a]
    assert all(address.startswith("#") or address == "data:," for address in addresses)
    (policy,) = [a["content"] or "" for name, a in page.elements if name == "meta" and "http-equiv" in a]
    digest = base64.b64encode(hashlib.sha256(page.scripts[-1][1].encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", page.scripts[-1][1])


def test_rows_come_in_blocks_and_the_index_lists_all_of_them(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "BLOCK", 3)
    page = page_of(made([{"alpha": right()}, {"alpha": wrong()}] * 4))
    assert [len(block) for block in page.data("block")] == [3, 3, 2]
    assert page.index["block"] == 3
    assert [row[0] for row in page.index["rows"]] == [f"q{n}" for n in range(8)]
    assert [row[4] for row in page.index["rows"][:2]] == [[[1]], [[2, 0, 1]]]
    assert page.index["failures"] == ["wrong column", "wrong value"]
    assert page.index["levels"] == ["easy", "hard"]


def test_what_equals_gold_is_written_once(made: Any) -> None:
    (row,) = page_of(made([{"alpha": right()}])).rows
    assert row["sql"] == "SELECT name, pages\nFROM book"
    assert (row["scores"][0]["as_gold"], row["scores"][0]["result_as_gold"]) == (True, True)
    assert not {"sql", "result"} & row["scores"][0].keys()


def test_a_measure_of_zero_is_not_one_that_is_missing(made: Any) -> None:
    (row,) = page_of(made([{"alpha": wrong(soft_f1=0.0, ves=0.0, witnessed=False)}])).rows
    (score,) = row["scores"]
    assert (score["soft"], score["ves"], score["witnessed"]) == (0.0, 0.0, False)
    assert "soft_by_position" not in score


def test_previews_and_queries_are_cut_to_what_a_page_can_hold(made: Any) -> None:
    wide = Shown([f"c{n}" for n in range(40)], [["y" * 10_000] * 40] * 30, 30)
    (row,) = page_of(made([{"alpha": wrong(f"SELECT '{'z' * 1_000_000}'", result=wide)}])).rows
    columns, rows, total, cut = row["scores"][0]["result"]
    assert (len(columns), len(rows), {len(cell) for line in rows for cell in line}, total, cut) == (
        12,
        8,
        {120},
        30,
        False,
    )
    assert "1,000,009 letters in all" in row["scores"][0]["sql"]
    assert len(row["scores"][0]["sql"]) < 5_000


def test_when_the_room_for_results_is_used_up_the_rest_of_a_row_stays(
    made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "ROOM", 30)
    rows = page_of(made([{"alpha": right()}] * 3)).rows
    assert [row["result"] is None for row in rows] == [False, True, True]
    assert rows[2]["sql"] == rows[0]["sql"]


def test_a_row_that_one_system_was_not_scored_on_has_a_hole(made: Any) -> None:
    page = page_of(made([{"alpha": right(), "beta": right()}, {"alpha": right()}]))
    assert [row[4][1] for row in page.index["rows"]] == [[1], None]
    assert page.rows[1]["scores"][1] is None


def test_half_a_letter_does_not_stop_the_page() -> None:
    from querywright.evaluation.records import Row

    row = Row(Example("library", "a \ud800 b", "SELECT 1"), Facts("q", "sqlite"), {"alpha": right()})
    (element,) = Embedding(["alpha"], "strict").chunks([row])
    assert orjson.loads(element.partition(">")[2].rpartition("</")[0])[0]["question"] == "a \ufffd b"


def test_an_evaluation_of_nothing_has_a_page_too(made: Any) -> None:
    page = page_of(made([], excluded=[("q1", "the gold query fails")]))
    assert "part-examples" not in page.parts()
    assert page.index["rows"] == []


def test_the_same_evaluation_gives_the_same_page(made: Any) -> None:
    evaluation = made([{"alpha": right(), "beta": wrong()}] * 5)
    first = write_evaluation_report(evaluation).read_bytes()
    assert write_evaluation_report(evaluation, evaluation.summary()).read_bytes() == first


def test_an_evaluation_without_a_folder_has_no_place_for_a_page(made: Any) -> None:
    with pytest.raises(RunError, match="no folder"):
        write_evaluation_report(made([{"alpha": right()}]).without_folder())


@pytest.mark.parametrize(
    ("points", "low", "high", "step"),
    [
        ([], 0, 100, 25),
        ([Point(50, 40, 60)], 30, 70, 10),
        ([Point(0.0, 0.0, 0.0)], 0, 1, 1),
        ([Point(100.0, 100.0, 100.0)], 99, 100, 1),
        ([Point(3, 1, 5), Point(95, 93, 97)], 0, 100, 25),
        ([Point(140, 130, 150)], 120, 150, 10),
    ],
)
def test_a_scale_is_round_and_holds_every_interval(points: list[Point], low: float, high: float, step: float) -> None:
    scale = Scale.around(points)
    assert (scale.low, scale.high, scale.step) == (low, high, step)
    assert all(scale.low <= end <= scale.high for p in points for end in (p.low, p.high) if end is not None)


def test_a_plot_says_its_figures_to_those_who_cannot_see_it() -> None:
    drawn = strip([Point(50, 40, 60), None, Point(70)], Scale(), ["alpha", "beta", "gamma"])
    assert 'aria-label="alpha 50.0 %, 40.0 to 60.0; gamma 70.0 %"' in drawn
    assert drawn.count("<circle") == 2


@pytest.mark.parametrize(("p", "words"), [(1.0, "1.000"), (0.0312, "0.031"), (0.00042, "0.0004"), (1e-9, "< 0.0001")])
def test_a_probability_is_written_as_people_do(p: float, words: str) -> None:
    assert chance(p) == words


# What the script makes of the page, in a real browser where there is one.


@pytest.fixture(scope="module")
def browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("there is no Chromium to look at the page with")


@pytest.fixture
def looked_at(browser: str, tmp_path: Path) -> Any:
    """Gives the page as it is after its script ran at this address."""

    def look(evaluation: Evaluation, address: str = "") -> _Page:
        path = write_evaluation_report(evaluation)
        told = subprocess.run(
            [
                *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=2000"),
                *(f"--user-data-dir={tmp_path / 'profile'}", f"file://{quote(str(path))}{address}"),
            ],
            capture_output=True,
            timeout=120,
            check=True,
        )
        return _Page(told.stdout.decode())

    return look


def test_the_browser_shows_both_queries_with_their_difference(looked_at: Any, made: Any) -> None:
    page = looked_at(made([{"alpha": right()}, {"alpha": wrong("select name,  price\nFROM book")}]), "#q1")
    assert "2 of 2 shown" in page.text
    assert "q1 ↑ ↓ Question 1 ?" in page.text
    marked = [name for name, _ in page.elements if name in ("del", "ins")]
    assert marked == ["del", "ins"]
    assert "strict the row ('Bob', 4) is only in the predicted result" in page.text
    assert (
        len([a for name, a in page.elements if name == "td" and a.get("class") in ("null differs", "num differs")]) == 2
    )


def test_a_query_that_differs_in_spaces_and_case_only_has_no_marks(looked_at: Any, made: Any) -> None:
    page = looked_at(made([{"alpha": right("SELECT  NAME, pages\nfrom Book; -- well")}]))
    assert not [name for name, _ in page.elements if name in ("del", "ins")]
    assert "the same but for spaces and case" in page.text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("#find?verdict=wrong&system=beta", 1),
        ("#find?verdict=systems", 3),
        ("#find?verdict=lucky", 1),
        ("#find?verdict=failed&words=no+such+table", 1),
        ("#find?failure=main:wrong+value", 0),
        ("#find?failure=any:wrong+value&system=alpha", 1),
        ("#find?hardness=hard&database=library&words=PRICE++from", 1),
        ("#find?toString=x&length=3", 4),
    ],
)
def test_an_address_chooses_rows(looked_at: Any, made: Any, address: str, shown: int) -> None:
    failed = Score("SELECT 1 FROM x", "failed", "no such table: x", verdicts={"strict": False, "bird": False})
    rows = [
        {"alpha": right(witnessed=True), "beta": right(witnessed=False, witness="a copy")},
        {"alpha": wrong(), "beta": right()},
        {"alpha": right(), "beta": wrong("SELECT name FROM book")},
        {"alpha": failed, "beta": right()},
    ]
    assert f"{shown} of 4 shown" in looked_at(made(rows), address).text


def test_hostile_words_stay_words_in_the_browser(looked_at: Any, made: Any) -> None:
    words = " ".join(HOSTILE[:-1])
    evil = wrong(
        f"SELECT '{words}' FROM \"{EVIL}\"", error=words, reasons={"strict": words}, failures=(EVIL,), picks={EVIL: 0},
        result=Shown((words,), ((EVIL,), (None,)), 2), candidates=(Tried(words, EVIL, False, 0),),
    )  # fmt: skip
    page = looked_at(made([{EVIL: evil, "beta": right()}], words=words, key=f"{EVIL}{{}}"), f"#{quote(f'{EVIL}0')}")
    assert len(page.scripts) == 3
    assert not {name for name, _ in page.elements} & {"img", "iframe"}
    shown = page.text.partition("1 of 1 shown")[2]
    assert "<script>alert('x')</script>" in shown
    assert "\\u202egnp.exe" in shown
    assert "\\x01\\x1b[31m\\x7f" in shown
    assert "\u202e" not in shown
