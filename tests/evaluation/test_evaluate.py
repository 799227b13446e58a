from __future__ import annotations

import json
import sqlite3

import pytest

import querywright as qw
from querywright import Example, Limits
from querywright.errors import RunError, SettingsError
from querywright.evaluation import Evaluation

GOLD = [
    Example("bands", "How many singers?", "SELECT COUNT(*) FROM singer", id="count"),
    Example("bands", "Names of singers", "SELECT DISTINCT name FROM singer", id="names"),
    Example("bands", "Oldest first", "SELECT name FROM singer WHERE age > 20 ORDER BY age DESC", id="oldest"),
    Example("bands", "Titles", "SELECT title FROM band", id="titles", extra={"difficulty": "simple"}),
]
SELF = {row.id: row.SQL for row in GOLD}


def scores(found: Evaluation, system: str = "predictions"):
    return {row.facts.key: row.scores[system] for row in found.rows()}


def test_gold_against_itself_has_everything(catalog):
    found = qw.evaluate(SELF, GOLD, catalog, witnesses=2)
    system = found.summary().systems[0]
    assert (system.ex.percent, system.ex.of, system.valid.percent) == (100, 4, 100)
    assert {rule: share.percent for rule, share in system.rules.items()} == {"strict": 100, "bird": 100, "spider": 100}
    assert (system.soft_f1.percent, system.soft_f1_by_position.percent, system.witnessed.percent) == (100, 100, 100)
    assert system.exact["all"].percent == system.linking.complete.percent == 100
    assert not system.failures
    assert found.folder is None


def test_each_rule_has_its_own_verdict(catalog):
    said = {**SELF, "names": "SELECT name FROM singer", "oldest": GOLD[2].SQL.replace("DESC", "ASC")}
    found = scores(qw.evaluate(said, GOLD, catalog))
    assert found["names"].verdicts == {"strict": False, "bird": True, "spider": True}
    assert found["oldest"].verdicts == {"strict": False, "bird": True, "spider": False}
    assert found["names"].failures[0] == "distinct/null/group"
    assert found["oldest"].failures[0] == "order"
    assert "the same rows in another order" in found["oldest"].reasons["strict"]


def test_endings_say_what_became_of_a_query(catalog):
    said = {
        "count": "DELETE FROM singer",
        "names": "SELEKT name",
        "oldest": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
        "titles": "SELECT absent FROM band",
    }
    found = qw.evaluate(said, GOLD, catalog, limits=Limits(seconds=0.3))
    assert {key: score.ending for key, score in scores(found).items()} == {
        "count": "refused",
        "names": "syntax",
        "oldest": "timeout",
        "titles": "failed",
    }
    assert found.summary().systems[0].ex.count == 0
    assert found.summary().changed == ()


def test_only_what_is_asked_for_is_measured(catalog):
    (system,) = qw.evaluate(SELF, GOLD, catalog, metrics=["linking"], rule="bird").summary().systems
    assert list(system.rules) == ["bird"]
    assert system.linking is not None
    assert system.soft_f1 is None
    assert not system.exact


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"metrics": ["exx"]}, "did you mean ex"),
        ({"rule": "loose"}, "loose"),
        ({"witnesses": -1}, "witnesses"),
        ({"witnesses": 10**6}, "0 to 100"),
        ({"limits": Limits(seconds=float("inf"))}, "deadline"),
    ],
)
def test_a_wrong_setting_is_said(catalog, wrong, told):
    with pytest.raises(SettingsError, match=told):
        qw.evaluate(SELF, GOLD, catalog, **wrong)


def test_alternatives_count_as_right(catalog):
    gold = [GOLD[0].having(extra={"alternatives": ["SELECT COUNT(*), 'singers' FROM singer"]})]
    found = qw.evaluate({"count": "SELECT COUNT(id), 'singers' FROM singer"}, gold, catalog, witnesses=1)
    score = scores(found)["count"]
    assert score.verdicts["strict"]
    assert score.alternative == 1
    assert score.soft_f1 == 1
    assert score.witnessed is True


def test_right_by_luck_is_shown_as_such(catalog):
    gold = [Example("bands", "Singers with an age", "SELECT name FROM singer WHERE age IS NOT NULL", id="1")]
    lucky = {"1": "SELECT name FROM singer WHERE age BETWEEN 25 AND 41"}
    system = qw.evaluate(lucky, gold, catalog, witnesses=7).summary().systems[0]
    assert (system.ex.count, system.witnessed.count, system.lucky) == (1, 0, 1)


def test_several_candidates_have_bounds_and_a_majority(catalog):
    right, wrong = "SELECT COUNT(*) FROM singer", "SELECT COUNT(*) FROM band"
    candidates = [(wrong, "plan"), (right, "plan"), ("SELECT COUNT(id) FROM singer", "direct"), ("SELECT x", "direct")]
    row = {
        "id": "count",
        "candidates": [{"SQL": sql, "strategy": strategy} for sql, strategy in candidates],
        "picks": {"judge": 1},
        "stages": {"all": {"tables": ["SINGER", "band"], "columns": [["singer", "name"]]}},
    }
    found = qw.evaluate([row], GOLD, catalog, missing="skip")
    score = scores(found)["count"]
    assert wrong == score.SQL
    assert [(each.right, each.cluster) for each in score.candidates] == [
        (False, 0),
        (True, 1),
        (True, 1),
        (False, None),
    ]
    figures = found.summary().systems[0].candidates
    assert (figures.upper, figures.lower, figures.self_consistency, figures.first) == (100, 0, 100, 0)
    assert figures.picks == {"judge": 100}
    assert figures.overlap == {"direct": 0, "plan": 0, "direct + plan": 1}
    stage = found.summary().systems[0].stages["all"]
    assert (stage.table_recall.percent, stage.table_precision.percent) == (100, 50)


def test_two_systems_are_compared_on_the_rows_of_both(catalog, tmp_path):
    for name, said in (("one", SELF), ("two", {**SELF, "count": "SELECT 1", "titles": "SELECT 2"})):
        rows = [{"id": key, "SQL": sql} for key, sql in said.items() if key != "names" or name == "one"]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    systems = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    (comparison,) = qw.evaluate(systems, GOLD, catalog, missing="skip").summary().comparisons
    assert (comparison.first, comparison.second, comparison.rows) == ("one", "two", 3)
    assert (comparison.test.only_first, comparison.test.only_second) == (2, 0)


def test_systems_of_one_name_are_told_apart(catalog, tmp_path):
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "said.json").write_text(json.dumps(SELF))
    systems = [tmp_path / "old" / "said.json", tmp_path / "new" / "said.json"]
    assert [s.name for s in qw.evaluate(systems, GOLD, catalog).summary().systems] == ["old/said", "new/said"]


def test_gold_that_fails_is_excluded_and_both_denominators_are_told(catalog):
    gold = [*GOLD, Example("bands", "?", "SELECT gone FROM singer", id="bad"), Example("no", "?", "SELECT 1", id="db")]
    summary = qw.evaluate({**SELF, "bad": "SELECT 1", "db": "SELECT 1"}, gold, catalog).summary()
    assert (summary.gold_rows, summary.scored) == (6, 4)
    assert {each.key: each.reason for each in summary.excluded} == {
        "bad": "the gold query fails",
        "db": "the row cannot be used",
    }
    (system,) = summary.systems
    assert (system.ex.percent, system.ex_of_all.count, system.ex_of_all.of) == (100, 4, 6)


def test_a_gold_result_beyond_the_limits_cannot_be_scored(catalog):
    summary = qw.evaluate(SELF, GOLD, catalog, limits=Limits(rows=2)).summary()
    assert {each.key for each in summary.excluded} == {"names", "oldest", "titles"}
    assert {each.reason for each in summary.excluded} == {"the gold result is too large"}


def test_an_alternative_that_fails_is_told_by_its_row(catalog):
    gold = [GOLD[0].having(extra={"alternatives": ["SELECT COUNT(*) FROM singer", "SELECT broken!!"]}), *GOLD[1:]]
    (told,) = qw.evaluate(SELF, gold, catalog).summary().problems
    assert told.startswith("count: alternative 2: ")


def test_what_is_wrong_beside_the_sql_does_not_spoil_it(catalog):
    rows = [
        {"id": "count", "SQL": GOLD[0].SQL, "candidates": [], "picks": {"x": 0}},
        {"id": "names", "SQL": GOLD[1].SQL, "candidates": [{"SQL": "SELECT 1", "strategy": 5}]},
        {"id": "oldest", "SQL": GOLD[2].SQL, "stages": {"all": None}},
        {"id": "titles", "candidates": "SELECT 1"},
    ]
    found = qw.evaluate(rows, GOLD, catalog)
    right = {key: score.verdicts["strict"] for key, score in scores(found).items()}
    assert right == {"count": True, "names": True, "oldest": True, "titles": False}
    told = [problem.rpartition("; ")[2] for problem in found.summary().problems]
    assert told == ["its SQL is scored without that"] * 3 + ["it counts as wrong"]


def test_breakdowns_add_up(catalog):
    said = {**SELF, "names": "SELECT 1"}
    breakdown = qw.evaluate(said, GOLD, catalog).summary().systems[0].breakdown
    assert breakdown["database"]["bands"].of == sum(share.of for share in breakdown["hardness"].values()) == 4
    assert breakdown["difficulty"]["simple"].count == 1
    assert breakdown["feature"]["distinct"].count == 0


def test_an_evaluation_can_be_read_back(catalog, tmp_path):
    found = qw.evaluate({**SELF, "count": "SELECT 'a'"}, GOLD, catalog, tmp_path / "out")
    again = Evaluation.open(tmp_path / "out")
    assert again.summary() == found.summary()
    assert list(again.rows()) == list(found.rows())
    kept = json.loads((tmp_path / "out" / "figures.json").read_text())
    assert kept == json.loads(json.dumps(found.summary().to_dict()))
    assert (tmp_path / "out" / "results.jsonl").is_file()
    assert not (tmp_path / "out" / "dataset.jsonl").exists()


def test_resuming_gives_the_same_bytes_and_another_rule_is_refused(catalog, tmp_path):
    qw.evaluate(SELF, GOLD, catalog, tmp_path / "out")
    before = (tmp_path / "out" / "results.jsonl").read_bytes()
    qw.evaluate(SELF, GOLD, catalog, tmp_path / "out", resume=True, workers=2)
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == before
    with pytest.raises(RunError, match="rule"):
        qw.evaluate(SELF, GOLD, catalog, tmp_path / "out", resume=True, rule="bird")


def test_two_workers_give_the_bytes_of_one(catalog, tmp_path):
    for workers in (1, 2):
        qw.evaluate(SELF, GOLD, catalog, tmp_path / str(workers), workers=workers)
    one, two = ((tmp_path / str(workers) / "results.jsonl").read_bytes() for workers in (1, 2))
    assert one == two


def test_spider_wants_every_instance_of_a_database(catalog, bands):
    other = sqlite3.connect(bands.with_name("bands_2.sqlite"))
    with sqlite3.connect(bands) as first:
        first.backup(other)
    first.close()
    with other:
        other.execute("INSERT INTO singer VALUES (5, 'Di', 90, 1)")
    other.close()
    said = {"count": "SELECT 4"}
    with qw.Catalog.open(bands.parents[1]) as both:
        assert set(both) == {"bands", "bands_2"}
        found = qw.evaluate(said, GOLD, both, missing="skip")
    assert scores(found)["count"].verdicts == {"strict": True, "bird": True, "spider": False}
    assert "bands_2" in scores(found)["count"].reasons["spider"]


def test_gold_is_executed_once_for_the_content_of_a_database(catalog, bands, cache, monkeypatch):
    asked: list[str] = []
    execute = qw.Database.execute

    def heard(self, sql, *limits):
        asked.append(sql)
        return execute(self, sql, *limits)

    monkeypatch.setattr(qw.Database, "execute", heard)
    gold, said = GOLD[:1], {"count": "SELECT 4"}
    for _ in range(2):
        assert scores(qw.evaluate(said, gold, catalog, metrics=["ex"]))["count"].verdicts["strict"]
    assert asked == [gold[0].SQL, "SELECT 4", "SELECT 4"]
    assert cache.is_file()
    with sqlite3.connect(bands) as connection:
        connection.execute("INSERT INTO singer VALUES (9, 'Eve', 1, 1)")
    connection.close()
    assert not scores(qw.evaluate(said, gold, catalog, metrics=["ex"]))["count"].verdicts["strict"]


def test_a_cache_that_is_damaged_is_gone_on_without(catalog, cache):
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"no database at all" * 100)
    assert qw.evaluate(SELF, GOLD, catalog).summary().systems[0].ex.percent == 100
