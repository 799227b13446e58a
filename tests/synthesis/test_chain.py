"""What the finished chain promises of every record it keeps, tried on a run over four real databases."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from querywright.databases import Catalog, Limits
from querywright.datasets import Example
from querywright.datasets.example import FIELDS
from querywright.datasets.jsonl import example_id
from querywright.demo import create_databases
from querywright.errors import DatabaseUnavailable
from querywright.models.roles import Roles
from querywright.runs import Run
from querywright.runs.found import Found
from querywright.sql import hardness
from querywright.sql.skeleton import shape_key
from querywright.synthesis import PromptSettings, synthesize
from querywright.synthesis.authors.grammar import LONGEST
from querywright.synthesis.english import STYLES
from querywright.synthesis.grammar import profile
from querywright.synthesis.making import Making
from querywright.synthesis.recipe import SynthesisRecipe
from querywright.synthesis.steps import DRAW

LIMITS = Limits(seconds=10, rows=5000)


def recipe_of(catalog: Catalog, seed: int) -> SynthesisRecipe:
    return SynthesisRecipe.of(Found.of(catalog), seed, profile("sqlflow"), PromptSettings(), Making(), Roles())


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("databases")
    create_databases(folder)
    return folder


@pytest.fixture(scope="module")
def catalog(databases: Path) -> Iterator[Catalog]:
    with Catalog.open(databases) as catalog:
        yield catalog


@pytest.fixture(scope="module")
def run(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return synthesize(catalog, 200, tmp_path_factory.mktemp("run") / "run", seed=5)


@pytest.fixture(scope="module")
def examples(run: Run) -> list[Example]:
    return list(run.examples())


def test_every_line_has_the_columns_of_the_design_and_no_other(run: Run) -> None:
    lines = (run.folder / "dataset.jsonl").read_bytes().splitlines()
    assert len(lines) == 200
    assert {tuple(orjson.loads(line)) for line in lines} == {FIELDS}


def test_what_a_grammar_can_say_is_said_and_the_rest_is_null(examples: list[Example]) -> None:
    for example in examples:
        assert all((example.question, example.SQL, example.prompt, example.cot_reasoning, example.question_type))
        assert example.author == "grammar"
        assert example.question_style in STYLES
        assert (example.pipe_sql, example.sql_execution_difficulty, example.augmentation, example.parent_id) == (
            (None,) * 4
        )
        assert example.extra == {}
        assert DRAW not in orjson.dumps(example).decode().split('"')


def test_every_query_gives_rows_that_say_something(examples: list[Example], catalog: Catalog) -> None:
    for example in examples:
        result = catalog[example.db_id].execute(example.SQL, LIMITS)
        assert result.rows, example.SQL
        assert not result.truncated
        assert any(value is not None for row in result.rows for value in row), example.SQL


def test_the_query_in_the_reasoning_gives_the_gold_rows(examples: list[Example], catalog: Catalog) -> None:
    for example in examples:
        blocks = re.findall(r"```sql\n(.*?)\n```", example.cot_reasoning or "", re.DOTALL)
        assert len(blocks) == 1
        database = catalog[example.db_id]
        assert database.execute(blocks[0], LIMITS).rows == database.execute(example.SQL, LIMITS).rows


def test_the_prompt_holds_schema_question_and_evidence(examples: list[Example], catalog: Catalog) -> None:
    ddl = {db_id: catalog[db_id].ddl() for db_id in catalog}
    for example in examples:
        prompt = example.prompt or ""
        assert ddl[example.db_id] in prompt
        assert f"Question: {example.question}\n" in prompt
        assert not example.evidence or example.evidence in prompt


def test_ids_are_digests_of_the_content(examples: list[Example]) -> None:
    assert all(example.id == example_id(example) for example in examples)
    assert len({example.id for example in examples}) == len(examples)


def test_no_two_queries_differ_in_their_values_only(examples: list[Example], catalog: Catalog) -> None:
    keys = {(e.db_id, shape_key(e.SQL, catalog[e.db_id].dialect)) for e in examples}
    assert len(keys) == len(examples)


def test_difficulty_is_that_of_the_tree(examples: list[Example], catalog: Catalog) -> None:
    assert all(e.sql_component_difficulty == hardness(e.SQL, catalog[e.db_id].dialect) for e in examples)


def test_questions_are_short_enough_to_be_asked(examples: list[Example]) -> None:
    assert max(len(example.question.split()) for example in examples) <= LONGEST


def test_every_database_and_most_styles_occur(examples: list[Example], catalog: Catalog) -> None:
    assert {example.db_id for example in examples} == set(catalog)
    assert len({example.question_style for example in examples}) >= 10


def test_a_template_of_ones_own_fills_the_prompt(databases: Path, tmp_path: Path) -> None:
    settings = PromptSettings("{schema}\n-- {dialect}: {question}", style="compact", examples=2)
    run = synthesize(databases / "library", 5, tmp_path / "run", prompt=settings)
    with Catalog.open(databases / "library") as catalog:
        schema = catalog["library"].compact(2)
    for example in run.examples():
        assert example.prompt == f"{schema}\n-- SQLite: {example.question}"


# -- what decides the output is in the fingerprint, and nothing else ---------------------------------------------------
def _fingerprint(folder: Path, seed: int = 0) -> dict[str, object]:

    with Catalog.open(folder) as catalog:
        return recipe_of(catalog, seed).fingerprint()


def test_a_fingerprint_holds_no_location(databases: Path, tmp_path: Path) -> None:
    shutil.copytree(databases / "library", tmp_path / "moved")
    assert _fingerprint(databases / "library") == _fingerprint(tmp_path / "moved")


def test_what_a_column_is_said_to_mean_is_in_the_fingerprint(databases: Path, tmp_path: Path) -> None:
    shutil.copytree(databases / "library", tmp_path / "retold")
    notes = next((tmp_path / "retold" / "database_description").glob("*.csv"))
    header, first, *rest = notes.read_text("utf-8").splitlines()
    fields = first.split(",")
    fields[2] = "something quite different"
    notes.write_text("\n".join([header, ",".join(fields), *rest]), "utf-8")
    before, after = _fingerprint(databases / "library"), _fingerprint(tmp_path / "retold")
    assert before != after
    assert before["seed"] == after["seed"]


def test_draws_come_from_the_databases_in_turn(catalog: Catalog) -> None:

    recipe = recipe_of(catalog, 0)
    inputs = recipe.inputs()
    assert [next(inputs).key for _ in range(5)] == ["airline#0", "clinic#0", "library#0", "webshop#0", "airline#1"]


def test_a_worker_that_cannot_find_a_database_of_the_run_says_so(databases: Path, tmp_path: Path) -> None:
    """On another machine the folder may be there and a file not: no draw may be taken for a bug."""
    folder = tmp_path / "databases"
    for name in ("library", "webshop"):
        shutil.copytree(databases / name, folder / name)
    with Catalog.open(folder) as catalog:
        recipe = recipe_of(catalog, 0)
    recipe.open().close()
    shutil.rmtree(folder / "webshop")
    with pytest.raises(DatabaseUnavailable, match=r"webshop: not in .*databases, where the run found it"):
        recipe.open()
