"""Unit tests: what the right answer must fulfil, in words, written and then judged by the model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from querywright.answering.desk import Desk, Wish
from querywright.answering.judging import clusters_part, named_by, union
from querywright.answering.known import Known
from querywright.answering.prompting import fitted
from querywright.answering.selection.clusters import Cluster, clusters_of
from querywright.answering.showing import dialect_of, question_text, schema_part
from querywright.answering.stages.contract import Stage
from querywright.errors import ModelFailed
from querywright.models.templates import as_data


@dataclass(frozen=True, slots=True)
class Settings:
    """How many tests are written, and how."""

    tests: int = 20
    temperature: float = 0.8


def unit_tests(known: Known, desk: Desk, settings: Settings) -> Known:
    """Write tests that tell the candidates' results apart, and judge each test on all of them in one request.

    It leaves `tests`, and in `extra` `unit_test_scores`, what each candidate that ran passed, and `unit_test_verdicts`,
    for each test the candidates that pass it, or None where it was not judged. Where all agree nobody is asked.
    """
    clusters = clusters_of(known.candidates, desk)
    if len(clusters) < 2:
        return replace(known, notes=("no tests are needed: there are no two results to tell apart",))
    shown = replace(known, columns=union([named_by(_sql(known, each), desk) for each in clusters], desk))
    tests, problem = _written(shown, desk, clusters, settings)
    if not tests:
        return replace(known, notes=(f"no tests: {problem}",))
    verdicts, failed = _judged(shown, desk, clusters, tests)
    places = [place for cluster in clusters for place in cluster.members]
    scores = {place: float(sum(place in passed for passed in verdicts if passed is not None)) for place in places}
    judged = sum(passed is not None for passed in verdicts)
    notes = [f"{judged} of {len(tests)} tests were judged on {len(clusters)} results of {len(places)} candidates"]
    notes += [f"a test was not judged: {reason}" for reason in dict.fromkeys(failed)]
    extra = {**known.extra, "unit_test_scores": scores, "unit_test_verdicts": verdicts}
    return replace(known, tests=tests, extra=extra, notes=tuple(notes))


def _sql(known: Known, cluster: Cluster) -> str:
    return known.candidates[cluster.members[0]].SQL


def _written(known: Known, desk: Desk, clusters: Sequence[Cluster], settings: Settings) -> tuple[tuple[str, ...], str]:
    """The tests, or why there are none."""
    from querywright.answering.answers import WrittenTests

    queries, _ = clusters_part(known, clusters, random.Random(f"{desk.seed}\0{known.key}\0unit-tests"))
    prompt, left_out = fitted(
        "unit-tests",
        desk.prompt_tokens,
        (schema_part(known, desk, None), queries),
        dialect=dialect_of(desk),
        question=question_text(known),
        number=str(settings.tests),
    )
    desk.account.left_out += left_out
    (answer,) = desk.ask_each("unit-tests", [Wish(prompt, settings.temperature)], WrittenTests)
    if isinstance(answer, ModelFailed):
        return (), answer.reason
    said = (" ".join(test.split()) for test in answer[0].tests)
    return tuple(dict.fromkeys(test for test in said if test))[: settings.tests], "none was written"


def _judged(
    known: Known, desk: Desk, clusters: Sequence[Cluster], tests: Sequence[str]
) -> tuple[list[tuple[int, ...] | None], list[str]]:
    """For each test the candidates that pass it, None where the model did not answer; and the reasons."""
    from querywright.answering.answers import JudgedTest

    wishes, numberings = [], []
    for number, test in enumerate(tests):
        chance = random.Random(f"{desk.seed}\0{known.key}\0unit-test\0{number}")
        queries, numbering = clusters_part(known, clusters, chance)
        prompt, left_out = fitted(
            "unit-test",
            desk.prompt_tokens,
            (schema_part(known, desk, None), queries),
            dialect=dialect_of(desk),
            question=question_text(known),
            test=as_data(test),
        )
        desk.account.left_out += left_out
        wishes.append(Wish(prompt, 0.0))
        numberings.append(numbering)
    verdicts: list[tuple[int, ...] | None] = []
    failed = []
    for answer, numbering in zip(desk.ask_each("unit-test", wishes, JudgedTest), numberings, strict=True):
        if isinstance(answer, ModelFailed):
            verdicts.append(None)
            failed.append(answer.reason)
        else:
            passed = {numbering[number] for number in answer[0].passed if number in numbering}
            verdicts.append(tuple(sorted(place for each in passed for place in clusters[each].members)))
    return verdicts, failed


UNIT_TESTS = Stage("unit-tests", Settings, unit_tests, ("tests", "extra"))
