"""A model that was taught is asked in the words of its lessons, and what it says is read as it learnt to say it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from answering_table import database, roles
from model_server import ModelServer
from pipe_speaker import Speaker

from querywright import Catalog, Example
from querywright.answering import ask
from querywright.answering.preset import Preset
from querywright.errors import SettingsError
from querywright.models import ModelSettings
from querywright.models.naming import resolve
from querywright.retrieval import ValueIndex
from querywright.training.lessons.making import LessonMaker
from querywright.training.lessons.settings import LessonSettings

QUESTION = "Which singers live in Rome?"
SQL = "SELECT name FROM singer WHERE city = 'Rome'"
PIPE = "FROM singer\n|> WHERE city = 'Rome'\n|> SELECT name"
EXAMPLE = Example(
    "things", QUESTION, SQL, evidence="Rome is a city", pipe_sql=PIPE,
    cot_reasoning=f"Rome is a city.\n\n```sql\n{SQL}\n```",
)  # fmt: skip


@pytest.fixture
def things(tmp_path: Path):
    with database(tmp_path) as opened:
        yield opened


def preset(**settings: Any) -> Preset:
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    return Preset.parse("\n".join(['[[stages]]\nuse = "taught"', *lines, '[[stages]]\nuse = "select"']), "mine", "mine")


def asked(things: Any, model: Any, chosen: Preset, **more: Any):
    with ModelServer({"": model}) as server:
        return ask(QUESTION, things, model=roles(server), preset=chosen, **more)


@pytest.mark.parametrize("examples", [0, 2])
@pytest.mark.parametrize("style", ["ddl", "compact"])
@pytest.mark.parametrize("form", ["sql", "reasoning", "pipe"])
def test_it_is_asked_in_the_words_of_its_lessons_and_read_as_it_answers(
    things, tmp_path: Path, form: str, style: str, examples: int
) -> None:
    settings = LessonSettings(format=form, style=style, examples=examples)
    with Catalog.open(tmp_path / "things.sqlite") as catalog:
        [(_, [lesson])] = LessonMaker(catalog, settings).lessons([EXAMPLE])
    model = Speaker(lesson.answer)
    answer = asked(things, model, preset(format=form, style=style, examples=examples), evidence=EXAMPLE.evidence)
    assert [dict(message) for message in model.heard[0]] == lesson.prompt
    assert answer.result.rows == [("Ada",), ("Cy",)]
    assert answer.known.candidates[0].reasoning == {"sql": "", "reasoning": lesson.answer, "pipe": PIPE}[form]


def test_values_that_the_question_may_mean_are_told_as_in_lessons(
    things, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    question = "Do the singers of Rom know\n\n'Rain' and 'Sno' from  Oslo?"
    example = EXAMPLE.having(question=question, evidence="a note\nof two lines, with Rain in it")
    with Catalog.open(tmp_path / "things.sqlite") as catalog:
        [(_, [lesson])] = LessonMaker(catalog, LessonSettings(format="sql", values=3)).lessons([example])
    assert "Rain" in lesson.user
    model = Speaker(SQL)
    with ValueIndex.build(things, tmp_path / "values") as index, ModelServer({"": model}) as server:
        for chosen in (preset(values=3), preset()):
            ask(question, things, model=roles(server), preset=chosen, evidence=example.evidence, values=index)
    assert model.heard[0][0]["content"] == lesson.user
    assert "Note: a note of two lines, with Rain in it\nQuestion: " in model.heard[1][0]["content"]


def test_without_an_index_that_it_was_taught_with_it_is_said(things) -> None:
    answer = asked(things, Speaker(SQL), preset(values=3))
    assert answer.result.rows == [("Ada",), ("Cy",)]
    assert any("no value index" in note for record in answer.trace for note in record.notes)


def test_several_candidates_are_drawn_and_the_majority_decides(things) -> None:
    model = Speaker("SELECT name FROM singer WHERE id = 2", SQL)
    answer = asked(things, model, Preset.load("taught").drawing(3))
    assert [candidate.sample for candidate in answer.known.candidates] == [0, 1, 2]
    assert answer.result.rows == [("Ada",), ("Cy",)]


@pytest.mark.parametrize(
    ("form", "said", "why"),
    [
        ("pipe", "I do not know.", "its pipe query cannot be run"),
        ("pipe", "FROM singer |> SELECT nme", "did you mean name?"),
        ("sql", "SELECT nme FROM singer", "no such column: nme"),
        ("sql", "DROP TABLE singer", ""),
        ("sql", "", ""),
    ],
)
def test_what_cannot_be_run_is_no_answer_with_the_reason(things, form: str, said: str, why: str) -> None:
    answer = asked(things, Speaker(said), preset(format=form))
    assert answer.result is None
    assert answer.problem
    assert why in answer.problem


def test_a_dry_run_executes_nothing(things) -> None:
    answer = asked(things, Speaker("SELECT nme FROM singer"), Preset.load("taught"), dry_run=True)
    assert answer.SQL == "SELECT nme FROM singer"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('format = "haiku"', "there is no format 'haiku'"),
        ('style = "xml"', "there is no style 'xml'"),
        ('mode = "latin"', "there is no mode 'latin'"),
        ("candidates = 0", "candidates must be 1 or more"),
        ("values = -1", "values must be 0 or more"),
        ('format = "pipe-steps"', "is asked by the stage pipe-agent"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_asked(line: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        Preset.parse(f'[[stages]]\nuse = "taught"\n{line}\n[[stages]]\nuse = "select"\n', "mine", "mine")


@pytest.fixture
def trained(tmp_path: Path):
    """A training's folder as its record tells of it; whether there are weights nobody looks."""

    def made(**lessons: Any) -> ModelSettings:
        place = tmp_path / "trained"
        shutil.rmtree(place, ignore_errors=True)
        (place / "model").mkdir(parents=True)
        (place / "model" / "config.json").write_text("{}")
        (place / "training.json").write_text(json.dumps({"decided_by": {"lessons": lessons}}))
        return resolve(f"local:{place}", {})

    return made


def settings_of(chosen: Preset, stage: str) -> Any:
    return next(each.settings for each in chosen.stages if each.stage.name == stage)


def test_what_a_preset_does_not_say_is_read_from_the_record_of_the_training(trained) -> None:
    model = trained(format="pipe", style="compact", examples=2, values=4, mode="googlesql", noise=0.5)
    found = settings_of(Preset.load("taught").asked_as_taught(model), "taught")
    assert (found.format, found.style, found.examples, found.values, found.mode) == (
        "pipe", "compact", 2, 4, "googlesql",
    )  # fmt: skip
    said = settings_of(preset(format="sql", style="ddl").asked_as_taught(model), "taught")
    assert (said.format, said.style, said.examples) == ("sql", "ddl", 2)
    agent = settings_of(Preset.load("pipe-agent").asked_as_taught(model), "pipe-agent")
    assert (agent.style, agent.examples, agent.values, agent.mode) == ("compact", 2, 5, "googlesql")


def test_a_model_without_a_record_leaves_a_preset_as_it_is(trained, tmp_path: Path) -> None:
    chosen = Preset.load("taught")
    model = trained(style="compact")
    for damaged in ("", "[]", '{"decided_by": 3}', '{"decided_by": {"lessons": "none"}}'):
        (tmp_path / "trained" / "training.json").write_text(damaged)
        assert chosen.asked_as_taught(model) == chosen
    assert chosen.asked_as_taught(None) == chosen
    assert chosen.asked_as_taught(ModelSettings("compatible", "compatible", "test")) == chosen


@pytest.mark.parametrize(
    "lessons", [{"style": 3}, {"format": "haiku"}, {"values": "x"}, {"values": None}, {"values": 2.5}]
)
def test_a_record_that_says_what_cannot_be_is_told(trained, lessons: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"the record of the training of .* is damaged: .*taught"):
        Preset.load("taught").asked_as_taught(trained(**lessons))


def test_who_was_taught_operator_by_operator_is_asked_by_the_agent(trained) -> None:
    model = trained(format="pipe-steps", style="compact")
    with pytest.raises(SettingsError, match="ask it with pipe-agent"):
        Preset.load("taught").asked_as_taught(model)
    assert settings_of(Preset.load("pipe-agent").asked_as_taught(model), "pipe-agent").style == "compact"
