"""Verdicts against the rules' definitions: predictions altered in known ways, each judged a second time, plainly."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

import pytest
import rule_definitions
from altered_predictions import ALTERATIONS, COSTLY, altered
from bookshop import GOLD
from hypothesis import given
from hypothesis import strategies as st
from rule_definitions import Definitions

from querywright import Example
from querywright.databases import Limits, Result, compare
from querywright.datasets import read_jsonl
from querywright.evaluation import RULES, Evaluation, evaluate

LIMITS = Limits(1.0, 500_000, 64_000_000)


def digests(databases: Path) -> dict[str, str]:
    """The content of every file of a folder."""
    files = sorted(path for path in databases.rglob("*") if path.is_file())
    return {str(path.relative_to(databases)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def alterations(gold: Sequence[Example], costly: int) -> Iterator[tuple[Example, str]]:
    """Every alteration of every gold query as a row of its own with what is predicted; the costly ones of a few."""
    for number, row in enumerate(gold):
        for name, sql in altered(row.SQL, 0).items():
            if number < costly or name not in COSTLY:
                yield row.having(id=f"{row.id}, {name}"), sql


def evaluated(pairs: Sequence[tuple[Example, str]], databases: Path) -> Evaluation:
    """The predictions under the three rules."""
    said = {str(row.id): sql for row, sql in pairs}
    return evaluate(said, [row for row, _ in pairs], databases, metrics=["rules"], limits=LIMITS, cached=False)


def differences(pairs: Sequence[tuple[Example, str]], found: Evaluation, copies: Mapping[str, Path]) -> list[str]:
    """Where a verdict is not what the definition says, in words."""
    verdicts = {row.facts.key: row.scores["predictions"].verdicts for row in found.rows()}
    definitions = {db_id: Definitions(copy, LIMITS.seconds) for db_id, copy in copies.items()}
    wrong: list[str] = []
    for row, sql in pairs:
        right = definitions[row.db_id].verdicts(row.SQL, sql)
        if verdicts[str(row.id)] != right:
            wrong.append(f"{row.id}: {verdicts[str(row.id)]}, not {right}: {sql:.200}")
    for each in definitions.values():
        each.close()
    return wrong


@pytest.fixture(scope="module")
def shop(bookshop: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Example], Path, dict[str, Path]]:
    copy = shutil.copy(bookshop / "bookshop" / "bookshop.sqlite", tmp_path_factory.mktemp("copies"))
    return [Example("bookshop", SQL=sql, id=f"q{n}") for n, sql in enumerate(GOLD)], bookshop, {"bookshop": Path(copy)}


def test_every_altered_prediction_gets_the_verdict_that_the_rules_definition_says(
    shop: tuple[list[Example], Path, dict[str, Path]],
) -> None:
    gold, databases, copies = shop
    before = digests(databases)
    pairs = list(alterations(gold, costly=1))
    found = evaluated(pairs, databases)
    assert differences(pairs, found, copies) == []
    assert digests(databases) == before
    assert found.changed == ()
    assert {str(row.id).partition(", ")[2] for row, _ in pairs} == set(ALTERATIONS)


def test_the_altered_predictions_tell_the_rules_apart(shop: tuple[list[Example], Path, dict[str, Path]]) -> None:
    gold, _, copies = shop
    definitions = Definitions(copies["bookshop"], LIMITS.seconds)
    met = {tuple(definitions.verdicts(row.SQL, sql).values()) for row, sql in alterations(gold, costly=0)}
    definitions.close()
    alike = {(True, False, True)}  # noise is what strict alone forgives, and spider asks more than bird of all else
    assert met == set(product((True, False), repeat=len(RULES))) - alike


def test_a_prediction_may_be_executed_beside_its_gold_query_in_any_order(bookshop: Path) -> None:
    """One text has one outcome, however many semicolons and blanks are around it and whoever asked it first."""
    other = "SELECT COUNT(*) FROM author WHERE id < 9 OR name IS NULL"
    forms = [f"{other};;", other, f"  {other} ; ; ", f"{other};\n"]
    pairs = [(Example("bookshop", SQL="SELECT COUNT(*) FROM book", id=str(n)), form) for n, form in enumerate(forms)]
    assert {row.scores["predictions"].ending for row in evaluated(pairs, bookshop).rows()} == {"ran"}


VALUES = st.sampled_from(
    [None, "", "a", "A", "1", b"a", 0, 1, 1.0, 1 + 1e-12, 1.001, 2, -1, 1e-13, 10**15, 1e15 + 0.25]
)


@st.composite
def results(draw: st.DrawFn) -> tuple[Result, Result]:
    """Two results that have a good chance to be equal under some rule."""
    width = draw(st.integers(1, 4))
    gold = draw(st.lists(st.tuples(*[VALUES] * width), max_size=5))
    predicted = draw(
        st.one_of(st.permutations(gold), st.lists(st.sampled_from(gold), max_size=6) if gold else st.just([]))
    )
    order = draw(st.permutations(range(width)))
    if draw(st.booleans()):
        predicted = [tuple(row[i] for i in order) for row in predicted]
    if predicted and draw(st.booleans()):
        predicted[-1] = (*predicted[-1][:-1], draw(VALUES))
    names = tuple(f"c{i}" for i in range(width))
    return Result(names, gold), Result(names, predicted)


@given(results(), st.booleans())
def test_the_comparator_says_what_the_definitions_say(pair: tuple[Result, Result], ordered: bool) -> None:
    gold, predicted = pair
    sql = "SELECT c FROM t ORDER BY c" if ordered else "SELECT c FROM t"
    wide = (len(gold.columns), gold.rows), (len(predicted.columns), predicted.rows)
    assert bool(compare(gold, predicted, "strict", gold_sql=sql)) is rule_definitions.strict(*wide, ordered)
    assert bool(compare(gold, predicted, "bird", gold_sql=sql)) is (set(gold.rows) == set(predicted.rows))
    assert bool(compare(gold, predicted, "spider", gold_sql=sql)) is rule_definitions.spider(
        gold.rows, predicted.rows, ordered
    )


# ── Spider's development set ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def dev(shared: Path) -> list[Example]:
    return list(read_jsonl(shared / "spider" / "dev.jsonl"))


@pytest.mark.shared
def test_spiders_gold_against_itself_is_right_in_every_row_under_every_rule(dev: list[Example], shared: Path) -> None:
    databases = shared / "spider" / "database"
    found = evaluated([(row, row.SQL) for row in dev], databases)
    assert found.excluded() == ()
    assert [row.facts.key for row in found.rows() if not all(row.scores["predictions"].verdicts.values())] == []
    (figures,) = found.summary().systems
    assert {rule: (share.count, share.of) for rule, share in figures.rules.items()} == dict.fromkeys(RULES, (972, 972))


@pytest.mark.shared
def test_thousands_of_altered_predictions_for_spider_get_the_verdict_of_the_definitions(
    dev: list[Example], shared: Path, tmp_path: Path
) -> None:
    databases = shared / "spider" / "database"
    before = digests(databases)
    different = {(row.db_id, row.SQL): row for row in dev}
    gold = list(different.values())[::4]
    copies = {row.db_id: Path(shutil.copy(databases / row.db_id / f"{row.db_id}.sqlite", tmp_path)) for row in gold}
    pairs = list(alterations(gold, costly=2))
    assert len(pairs) >= 5_000
    found = evaluated(pairs, databases)
    assert differences(pairs, found, copies) == []
    assert found.excluded() == ()
    assert found.changed == ()
    assert digests(databases) == before
