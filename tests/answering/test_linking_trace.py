from __future__ import annotations

import json
from pathlib import Path

import pytest
from model_server import ModelServer
from racing import Found, Index, build_races

import querywright as qw
from querywright.answering import Answer, ask
from querywright.answering.linking_trace import stages_of
from querywright.evaluation.predictions.reading import read_predictions
from querywright.models import ModelSettings, Roles


@pytest.fixture
def shown() -> list[str]:
    """The prompts of generation."""
    return []


@pytest.fixture
def answer(tmp_path: Path, shown: list[str]):
    """Answered with `chess` by a model that selects driver.surname, result.points and nothing else."""

    def write(messages, *_):
        shown.append(messages[-1]["content"])
        return json.dumps({"reasoning": "", "sql": "SELECT surname FROM driver"})

    columns = [{"table": "driver", "columns": ["surname"]}, {"table": "result", "columns": ["points"]}]
    answers = {
        "Keywords": {"keywords": ["points"]},
        "RelevantColumns": {"columns": ["driver.surname", "driver.born", "result.points", "race.place"]},
        "SelectedTables": {"reasoning": "", "tables": ["driver", "result"]},
        "SelectedColumns": {"reasoning": "", "tables": columns},
    }
    scripted = {name: (lambda *_, body=body: json.dumps(body)) for name, body in answers.items()}
    values = Index({"points": [Found("race", "title", "points")]})
    descriptions = Index({"points": [Found("result", ""), Found("driver", "surname")]})
    with (
        qw.Catalog.open(build_races(tmp_path)) as catalog,
        ModelServer(scripted | {"WrittenSQL": write}) as server,
    ):
        roles = Roles(ModelSettings("compatible", "compatible", "test", base_url=server.url))
        yield ask(
            "Who has most points?",
            catalog["races"],
            model=roles,
            preset="chess",
            values=values,
            descriptions=descriptions,
        )


def test_what_was_left_after_each_stage_is_told(answer: Answer) -> None:
    stages = stages_of(answer.trace)
    assert stages["value-retrieval"] == {"tables": ["race"], "columns": [["race", "title"]]}
    assert stages["description-retrieval"] == {"tables": ["result", "driver"], "columns": [["driver", "surname"]]}
    assert len(stages["narrow"]["columns"]) == 15
    assert ["driver", "born"] in stages["column-filter"]["columns"]
    assert ["driver", "nationality"] not in stages["column-filter"]["columns"]
    assert stages["table-selection"]["tables"] == ["driver", "race", "result"]
    assert stages["column-selection"] == {
        "tables": ["driver", "race", "result"],
        "columns": [
            *[["driver", "driver_id"], ["driver", "surname"], ["race", "race_id"], ["race", "title"]],
            *[["result", "driver_id"], ["result", "race_id"], ["result", "points"]],
        ],
    }
    assert "keywords" not in stages


def test_generation_sees_the_schema_that_was_selected_and_nothing_else(answer: Answer, shown: list[str]) -> None:
    selected = stages_of(answer.trace)["column-selection"]
    for gone in ("nationality", "born", "place", "held", "fastest_lap", "sponsor", "money"):
        assert gone not in shown[0]
    for table, column in selected["columns"]:
        assert f"CREATE TABLE {table} (" in shown[0]
        assert f"  {column} " in shown[0]


def test_an_evaluation_can_read_them(answer: Answer) -> None:
    stages = stages_of(answer.trace)
    [said] = read_predictions([{"id": "1", "SQL": answer.SQL, "stages": stages}]).said
    assert said.prediction.problem == ""
    assert said.prediction.stages == {
        name: (tuple(stage["tables"]), tuple(map(tuple, stage["columns"]))) for name, stage in stages.items()
    }
