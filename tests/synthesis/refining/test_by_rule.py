"""Refining with the embedded author: seeds stay, variants hold what their direction says, nothing vanishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from seed_shop import GOODS

from querywright.databases import Catalog, compare
from querywright.databases.witnesses import distinguish
from querywright.errors import DatasetError, SettingsError
from querywright.runs import Run
from querywright.synthesis import PromptSettings, refine
from querywright.synthesis.refine import STRATEGIES

Rows = Callable[..., Path]


@pytest.fixture(scope="module")
def refined(shops: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("refined")
    path = folder / "seeds.jsonl"
    rows = [{"db_id": "001", "question": q, "SQL": s, "source": n} for n, (q, s) in enumerate(GOODS)]
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return refine(path, shops, folder / "run", seed=3, augment=6)


def test_every_seed_stays_with_its_question_and_its_columns(refined: Run) -> None:
    kept = [example for example in refined.examples() if example.augmentation is None]
    assert [(example.question, example.SQL) for example in kept] == list(GOODS)
    assert [example.extra["source"] for example in kept] == list(range(len(GOODS)))
    assert all(example.cot_reasoning and example.prompt and example.sql_component_difficulty for example in kept)


def test_inputs_and_outcomes_add_up(refined: Run) -> None:
    counts = refined.counts
    assert counts.inputs == len(GOODS)
    assert counts.inputs + counts.added == counts.kept + counts.rejected == len(GOODS) * 7


def test_a_variant_names_its_seed_and_direction_and_has_a_question_of_its_own(refined: Run) -> None:
    kept = list(refined.examples())
    seeds = {example.id: example for example in kept if example.augmentation is None}
    variants = [example for example in kept if example.augmentation is not None]
    assert len({v.augmentation for v in variants}) >= 5
    for variant in variants:
        assert variant.augmentation in STRATEGIES
        assert variant.author == "grammar"
        assert variant.question
        assert variant.question != seeds[str(variant.parent_id)].question
        assert "source" not in variant.extra


def test_what_keeps_the_meaning_gives_the_same_and_what_changes_it_does_not(refined: Run, shops: Path) -> None:
    kept = list(refined.examples())
    seeds = {example.id: example for example in kept if example.augmentation is None}
    with Catalog.open(shops) as catalog:
        database = catalog["001"]
        for variant in kept:
            if variant.augmentation is None:
                continue
            seed = seeds[str(variant.parent_id)]
            same = distinguish(database, seed.SQL, variant.SQL, count=7, seed=1)
            assert bool(same) is (variant.augmentation in ("qsm", "po")), (seed.SQL, variant.SQL)


def test_the_reasoning_ends_in_a_query_with_the_gold_rows(refined: Run, shops: Path) -> None:
    from querywright.synthesis.reasoning import final_sql

    with Catalog.open(shops) as catalog:
        database = catalog["001"]
        for example in refined.examples():
            sql = final_sql(example.cot_reasoning or "")
            assert sql is not None
            gold, found = database.execute(example.SQL), database.execute(sql)
            assert compare(gold, found, gold_sql=example.SQL, dialect="sqlite").equal


def test_the_bytes_depend_on_the_seed_and_not_on_the_workers(shops: Path, tmp_path: Path, seeds: Rows) -> None:
    path = seeds()
    first = refine(path, shops, tmp_path / "one", seed=1)
    refine(path, shops, tmp_path / "two", seed=1, workers=2)
    other = refine(path, shops, tmp_path / "other", seed=2)
    for name in ("dataset.jsonl", "rejects.jsonl"):
        assert (first.folder / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert list(first.examples()) != list(other.examples())


def test_directions_are_drawn_uniformly_for_each_seed(refined: Run) -> None:
    drawn = Counter(e.augmentation for e in refined.examples())
    drawn.update(r.example.augmentation for r in refined.rejects())
    assert all(drawn[direction] == len(GOODS) for direction in STRATEGIES)


def test_a_row_that_cannot_be_used_is_rejected_with_its_file_and_line(shops: Path, tmp_path: Path, seeds: Rows) -> None:
    question, sql = GOODS[0]
    path = seeds(
        [
            {"db_id": "001", "question": question, "query": sql},
            b'{"db_id": "001", "question": "half a row',
            {"db_id": "001", "question": question},
            {"db_id": "002", "question": question, "SQL": sql},
            {"db_id": "001", "question": 5, "SQL": sql},
            b'{"db_id": "001", "question": "x", "SQL": "SELECT 1", "evidence": NaN}',
            {"db_id": 1, "question": question, "SQL": sql},
            {"db_id": "001", "question": question, "SQL": "SELECT nothing FROM nowhere"},
            {"db_id": "001", "question": question, "SQL": "DELETE FROM products"},
            {"db_id": "001", "question": question, "SQL": sql},
            {"db_id": "001", "question": "", "SQL": sql},
        ]
    )
    run = refine(path, shops, tmp_path / "run", augment=0)
    told = {row.key: f"{row.step} {row.reason} {row.detail}" for row in run.rejects()}
    assert sorted(told) == sorted(f"seeds.jsonl:{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10))
    for line, words in {
        2: "seeds.jsonl:2: not JSON",
        3: "seeds.jsonl:3: ",
        4: "seeds.jsonl:4: there is no database '002' in ",
        5: "seeds.jsonl:5: question must be text",
        6: "seeds.jsonl:6: ",
        7: "seeds.jsonl:7: db_id must be text",
        8: "does not run",
        9: "does not run",
        10: "unique seen before",
    }.items():
        assert words in told[f"seeds.jsonl:{line}"], told[f"seeds.jsonl:{line}"]
    first, last = run.examples()
    assert (first.question, last.SQL) == (question, sql)
    assert last.question  # one was made


@pytest.mark.parametrize("suffix", [".json", ".parquet"])
def test_seeds_may_come_in_any_file(shops: Path, tmp_path: Path, suffix: str) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = [{"db_id": "001", "question": q, "SQL": s, "evidence": ""} for q, s in GOODS[:2]]
    path = tmp_path / f"dev{suffix}"
    if suffix == ".parquet":
        parquet.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_bytes(orjson.dumps(rows))
    run = refine(path, shops, tmp_path / "run", augment=0)
    assert [example.SQL for example in run.examples()] == [sql for _, sql in GOODS[:2]]


def test_a_question_that_asks_for_something_else_is_dropped_with_what_is_missing(
    shops: Path, tmp_path: Path, seeds: Rows
) -> None:
    path = seeds([{"db_id": "001", "question": "How many products cost more than 30?", "SQL": GOODS[0][1]}])
    run = refine(path, shops, tmp_path / "run", augment=0)
    [row] = run.rejects()
    assert (row.step, row.reason) == ("correspond seed", "question and query differ")
    assert "20" in row.detail


def test_columns_of_a_seed_that_are_called_like_marks_of_ours_are_kept(
    shops: Path, tmp_path: Path, seeds: Rows
) -> None:
    row = {"db_id": "001", "question": GOODS[0][0], "SQL": GOODS[0][1], "draw": 3, "direction": "up", "problem": "none"}
    [example] = refine(seeds([row]), shops, tmp_path / "run", augment=0).examples()
    assert example.extra == {"draw": 3, "direction": "up", "problem": "none"}


def test_a_seed_keeps_its_id_and_its_own_reasoning_if_that_holds(shops: Path, tmp_path: Path, seeds: Rows) -> None:
    question, sql = GOODS[0]
    own = f"Count them.\n\n```sql\n{sql}\n```"
    wrong = "Count all.\n\n```sql\nSELECT COUNT(*) FROM products\n```"
    rows = [
        {"db_id": "001", "question": question, "SQL": sql, "id": "mine", "cot_reasoning": own},
        {"db_id": "001", "question": f"Please: {question}", "SQL": sql, "cot_reasoning": wrong},
    ]
    first, second = refine(seeds(rows), shops, tmp_path / "run", augment=0).examples()
    assert (first.id, first.cot_reasoning) == ("mine", own)
    assert second.cot_reasoning != wrong


def test_other_seeds_in_the_same_folder_are_refused_on_resume(shops: Path, tmp_path: Path, seeds: Rows) -> None:
    from querywright.errors import RunError

    refine(seeds(), shops, tmp_path / "run", augment=1)
    again = refine(seeds(), shops, tmp_path / "run", augment=1, resume=True)
    assert again.status == "finished"
    with pytest.raises(RunError, match=r"made differently \(seeds.content was"):
        refine(seeds([{"db_id": "001", "question": "?", "SQL": "SELECT 1"}]), shops, tmp_path / "run", resume=True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"strategies": ("dvt", "qms")}, "there is no strategy 'qms': .*; did you mean qsm"),
        ({"strategies": ()}, "no strategy is named"),
        ({"augment": -1}, "augment must be 0 or more"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    shops: Path, tmp_path: Path, seeds: Rows, wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        refine(seeds(), shops, tmp_path / "run", prompt=PromptSettings(), **wrong)  # type: ignore[arg-type]


def test_seeds_that_are_not_there_are_told(shops: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere\.jsonl"):
        refine(tmp_path / "nowhere.jsonl", shops, tmp_path / "run")


def test_a_file_without_rows_is_told_and_one_without_good_rows_is_all_rejects(
    shops: Path, tmp_path: Path, seeds: Rows
) -> None:
    with pytest.raises(DatasetError, match=r"seeds\.jsonl: it holds no rows"):
        refine(seeds([]), shops, tmp_path / "none")
    run = refine(seeds([b"a,b,c", b"1,2,3"]), shops, tmp_path / "run")
    assert [row.reason for row in run.rejects()] == ["the row cannot be used"] * 2


def test_a_seed_without_a_question_keeps_its_evidence(shops: Path, tmp_path: Path, seeds: Rows) -> None:
    row = {"db_id": "001", "SQL": GOODS[1][1], "evidence": "Toys are for children."}
    [example] = refine(seeds([row]), shops, tmp_path / "run", augment=0).examples()
    assert example.question
    assert example.evidence.startswith("Toys are for children.")


def test_what_was_rejected_can_be_a_seed_again(shops: Path, tmp_path: Path, seeds: Rows) -> None:
    """Marks that steps left in an example are no columns of anybody's."""
    first = refine(seeds(), shops, tmp_path / "first", augment=6)
    rows = [orjson.loads(line)["example"] for line in (first.folder / "rejects.jsonl").read_bytes().splitlines()]
    assert any(name.startswith("querywright:") for row in rows for name in row)
    again = refine(seeds(rows), shops, tmp_path / "again", augment=0)
    assert again.internal_errors == {}
    assert not any(name.startswith("querywright:") for example in again.examples() for name in example.extra)
