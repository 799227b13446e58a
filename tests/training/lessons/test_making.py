"""Examples become lessons, and what cannot is counted with its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from school import lessons

import querywright as qw
from querywright.errors import SettingsError
from querywright.pipes.trajectories import END
from querywright.sql.references import references
from querywright.training.lessons.files import told
from querywright.training.lessons.formats import FORMATS
from querywright.training.lessons.lesson import Lesson
from querywright.training.lessons.making import LessonMaker
from querywright.training.lessons.settings import LessonSettings
from querywright.training.lessons.views import Views


def made(catalog: qw.Catalog, examples: list[qw.Example], measure=None, **settings) -> tuple[list[Lesson], LessonMaker]:
    maker = LessonMaker(catalog, LessonSettings(**settings), measure)
    return [lesson for _, each in maker.lessons(examples) for lesson in each], maker


def test_each_format_answers_in_its_own_way(catalog: qw.Catalog) -> None:
    example = lessons(2)[1]
    (reasoned,), _ = made(catalog, [example], format="reasoning")
    assert reasoned.answer == example.cot_reasoning
    assert "Think step by step" in reasoned.user
    (plain,), _ = made(catalog, [example], format="sql")
    assert plain.answer == example.SQL
    assert "Reply with the query and nothing else" in plain.user
    (piped,), _ = made(catalog, [example], format="pipe")
    assert piped.answer.splitlines() == ["FROM animal", "|> WHERE weight < 210", "|> AGGREGATE COUNT(*) AS n"]
    steps, _ = made(catalog, [example], format="pipe-steps")
    assert [each.answer for each in steps] == [*piped.answer.splitlines(), END]
    assert [each.step for each in steps] == [0, 1, 2, 3]
    assert "Its columns: n INT64" in steps[3].user
    assert all("CREATE TABLE animal" in each.user for each in (reasoned, plain, piped, *steps))


def test_what_cannot_be_taught_is_counted_by_its_reason(catalog: qw.Catalog) -> None:
    good = lessons(1)[0]
    bad = [
        good.having(id="a", question=" "),
        good.having(id="b", SQL=""),
        good.having(id="c", db_id="nowhere"),
        good.having(id="d", SQL="SELECT nothing FROM animal"),
        good.having(id="e", SQL="DROP TABLE animal"),
        good.having(id="f", cot_reasoning=None),
    ]
    found, maker = made(catalog, [good, *bad])
    assert len(found) == 1
    tally = maker.tally
    assert tally.examples == tally.taught + tally.left_out.total() == 7
    assert tally.left_out["no question"] == tally.left_out["no SQL"] == tally.left_out["no reasoning"] == 1
    assert tally.left_out["its SQL fails"] == 2
    assert "there is no database 'nowhere'" in told(tally)
    assert "'d': " in told(tally)


def test_a_schema_shrinks_until_the_lesson_fits_and_the_answer_never(catalog: qw.Catalog) -> None:
    examples = lessons(6)[:6]

    def letters(lesson: Lesson) -> int:
        return len(lesson.user) + len(lesson.answer)

    whole, _ = made(catalog, examples, format="sql")
    room = max(map(letters, whole)) - 150
    fitted, maker = made(catalog, examples, letters, format="sql", max_tokens=room)
    assert len(fitted) == len(whole)
    assert 0 < maker.tally.shortened <= len(whole)
    assert all(letters(each) <= room for each in fitted)
    assert [each.answer for each in fitted] == [each.answer for each in whole]
    none, maker = made(catalog, examples, letters, format="sql", max_tokens=100)
    assert not none
    assert list(maker.tally.left_out) == ["longer than the window, with no more of the schema than its query reads"]


@pytest.mark.parametrize("noise", [0.0, 0.3, 1.0])
def test_noise_says_how_much_of_the_rest_is_shown(catalog: qw.Catalog, noise: float) -> None:
    (lesson,), _ = made(catalog, lessons(1)[:1], format="sql", noise=noise)
    assert "animal" in lesson.user
    assert ("ticket" in lesson.user) == (noise == 1)
    assert ("kind" in lesson.user) == (noise > 0)  # a column like those that are read comes first


@given(share=st.floats(0, 1), other=st.floats(0, 1), number=st.integers(0, 5), seed=st.text(max_size=5))
def test_a_view_has_what_the_query_reads_and_grows_with_its_share(share, other, number, seed, school_schemas) -> None:
    example = lessons(6)[number * 2]
    schema = school_schemas[example.db_id]
    read = references(example.SQL, "sqlite", {each.full_name: [c.name for c in each.columns] for each in schema})
    low, high = sorted((share, other))
    views = Views(schema)
    less, more = (views.view(read, each, seed) for each in (low, high))
    for table, column in read.columns:
        assert column in less[table]
    for table, columns in less.items():
        assert set(columns) <= set(more[table])
        assert set(schema.table(table).primary_key) <= set(columns)
    assert views.view(read, share, seed) == Views(schema).view(read, share, seed)
    assert sum(map(len, views.view(read, 1.0, seed).values())) == sum(len(each.columns) for each in schema)


@pytest.fixture(scope="module")
def school_schemas(school):
    with qw.Catalog.open(school) as opened:
        yield {db_id: opened[db_id].schema for db_id in opened}


def test_values_that_the_question_may_mean_are_told_with_it(catalog: qw.Catalog, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    example = qw.Example("zoo", "How much does Tom weigh?", "SELECT weight FROM animal WHERE name = 'Tom'", id="t")
    (lesson,), _ = made(catalog, [example], format="sql", values=2)
    assert 'animal.name has "Tom"' in lesson.user
    (lesson,), _ = made(catalog, [example], format="sql")
    assert '"Tom"' not in lesson.user


def test_pipes_and_sql_can_be_compared_on_the_same_questions(catalog: qw.Catalog) -> None:
    examples = [*lessons(3), qw.Example("zoo", "Which?", "SELECT 1 WHERE 1 = 2 INTERSECT ALL SELECT 1", id="odd")]
    sql, _ = made(catalog, examples, format="sql", only_piped=True)
    piped, _ = made(catalog, examples, format="pipe")
    assert [each.key for each in sql] == [each.key for each in piped]


def test_a_lesson_says_where_it_comes_from(catalog: qw.Catalog) -> None:
    (lesson,), _ = made(catalog, lessons(1)[:1], format="pipe")
    row = lesson.to_dict()
    assert [each["role"] for each in row["prompt"] + row["completion"]] == ["system", "user", "assistant"]
    assert (row["id"], row["db_id"], row["step"], row["steps"]) == ("zoo-0", "zoo", 0, 1)


@pytest.mark.parametrize(
    ("setting", "told_"),
    [
        ({"format": "sqll"}, "reasoning, sql, pipe, pipe-steps"),
        ({"style": "xml"}, "ddl or compact"),
        ({"noise": 1.5}, "0 to 1"),
        ({"max_tokens": 0}, "1 or more"),
    ],
)
def test_a_wrong_setting_is_told(setting, told_) -> None:
    with pytest.raises(SettingsError, match=told_):
        LessonSettings(**setting)


def test_every_format_is_tested() -> None:
    assert set(FORMATS) == {"reasoning", "sql", "pipe", "pipe-steps"}
