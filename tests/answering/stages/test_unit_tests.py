from __future__ import annotations

import json
import re

from answering_table import BROKEN, database, desk, known, numbers_of, prompt_of, query, said

from querywright.answering.stages.selection import Settings as Selection
from querywright.answering.stages.selection import select
from querywright.answering.stages.unit_tests import Settings, unit_tests

TESTS = ["It is even.", "It is above 3.", "It is   even.", "", "It is below 9.", "It is one too many."]
HOLDS = {
    "It is even.": lambda n: n % 2 == 0,
    "It is above 3.": lambda n: n > 3,
    "It is below 9.": lambda n: n < 9,
}


def judging(messages, schema, sample) -> str:
    """Judges the number that each query gives by what the test says."""
    prompt = prompt_of(messages)
    test = re.search(r'^Test: "(.*)"$', prompt, re.MULTILINE)
    assert test is not None
    passed = [place for place, number in enumerate(numbers_of(prompt), 1) if HOLDS[test[1]](number)]
    return json.dumps({"reasoning": "", "passed": [*passed, 99]})


ANSWERS = {"WrittenTests": said(tests=TESTS), "JudgedTest": judging}


def test_each_test_is_judged_once_for_all_results(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, ANSWERS) as (at, server):
        asked = known(at, [query(1), query(4), BROKEN, query(1, 1), query(6), query(9)])
        after = unit_tests(asked, at, Settings(tests=3))
        assert server.tally.calls == 1 + 3
        choice = select(after, at, Selection(by="unit-tests")).choice
        assert server.tally.calls == 1 + 3
    assert after.tests == ("It is even.", "It is above 3.", "It is below 9.")
    assert after.extra["unit_test_scores"] == {0: 1.0, 3: 1.0, 1: 3.0, 4: 3.0, 5: 1.0}
    assert after.extra["unit_test_verdicts"] == [(1, 4), (1, 4, 5), (0, 1, 3, 4)]
    assert choice is not None
    assert (choice.candidate, choice.confidence) == (1, 1.0)
    assert "tied with 1 more" in choice.why


def test_where_all_agree_no_test_is_written(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, ANSWERS) as (at, server):
        after = unit_tests(known(at, [query(1), query(1, 1), BROKEN]), at, Settings())
        assert server.tally.calls == 0
    assert after.tests == ()
    assert "no tests are needed" in after.notes[0]


def test_a_test_that_is_not_judged_counts_for_none(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, ANSWERS) as (at, server):
        server.behaviour.script = ["ok", "filter"]
        after = unit_tests(known(at, [query(1), query(4)]), at, Settings(tests=3))
    assert after.extra["unit_test_verdicts"].count(None) == 1
    assert after.notes == (
        "2 of 3 tests were judged on 2 results of 2 candidates",
        "a test was not judged: content filter",
    )


def test_without_tests_it_goes_on(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {"WrittenTests": said(tests=[])}) as (at, server):
        after = unit_tests(known(at, [query(1), query(4)]), at, Settings())
        assert (after.tests, after.notes) == ((), ("no tests: none was written",))
        server.behaviour.faults = {"filter": 1.0}
        after = unit_tests(known(at, [query(1), query(4)]), at, Settings())
        assert (after.tests, after.notes) == ((), ("no tests: content filter",))
