"""Making the summary: one pass over the rows, one list of values for each figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from querywright.evaluation.candidates import Pool, candidate_figures
from querywright.evaluation.confidence import mcnemar
from querywright.evaluation.queries.linking import Linking
from querywright.evaluation.records import Row, Score
from querywright.evaluation.subset import difficulty_of
from querywright.evaluation.summary.figures import (
    Comparison,
    Excluded,
    LinkingFigures,
    Mean,
    Share,
    Summary,
    SystemFigures,
)


def summarise(
    rows: Iterable[Row],
    *,
    systems: Sequence[str],
    rule: str,
    metrics: Sequence[str],
    gold_rows: int,
    excluded: Sequence[Excluded] = (),
    problems: Sequence[str] = (),
    changed: Sequence[str] = (),
    databases: int = 0,
) -> Summary:
    """Every figure of these rows.

    Args:
        rows: what was scored.
        systems: their names, in the order to tell them in.
        rule: the one that decides what is right.
        metrics: what was measured.
        gold_rows: how many rows were to be scored.
        excluded: those that could not be.
        problems: what was wrong with the files of predictions; alternatives that fail are added.
        changed: databases that are not what they were.
        databases: how many were asked.
    """
    tallies = {name: _Tally(name, rule) for name in systems}
    scored, told = 0, list(problems)
    for row in rows:
        scored += 1
        told += [f"{row.facts.key}: alternative {broken}; it is passed over" for broken in row.facts.broken]
        for name, score in row.scores.items():
            tallies[name].add(row, score)
    return Summary(
        rule=rule,
        metrics=metrics,
        gold_rows=gold_rows,
        scored=scored,
        excluded=excluded,
        systems=[tally.figures(gold_rows) for tally in tallies.values()],
        comparisons=[_compared(a, b) for a, b in combinations(tallies.values(), 2)],
        problems=tuple(told),
        changed=changed,
        databases=databases,
    )


class _Tally:
    """The values of one system, row after row."""

    def __init__(self, name: str, rule: str) -> None:
        self.name, self._rule = name, rule
        self.right: dict[str, bool] = {}
        """The verdict by the row's key."""
        self._rules: defaultdict[str, list[bool]] = defaultdict(list)
        self._valid: list[bool] = []
        self._empty: list[bool] = []
        self._endings: Counter[str] = Counter()
        self._witnessed: list[bool] = []
        self._lucky = 0
        self._soft: list[float] = []
        self._by_position: list[float] = []
        self._clauses: defaultdict[str, list[bool]] = defaultdict(list)
        self._linking: list[Linking] = []
        self._stages: defaultdict[str, list[Linking]] = defaultdict(list)
        self._ves: list[float] = []
        self._r_ves: list[float] = []
        self._pools: list[Pool] = []
        self._failures: Counter[str] = Counter()
        self._failures_any: Counter[str] = Counter()
        self._groups: defaultdict[str, defaultdict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))

    def add(self, row: Row, score: Score) -> None:
        """Take one row in."""
        right = score.verdicts[self._rule]
        self.right[row.facts.key] = right
        for rule, verdict in score.verdicts.items():
            self._rules[rule].append(verdict)
        self._valid.append(score.ending == "ran")
        self._empty.append(score.result is not None and not score.result.total)
        self._endings[score.ending] += 1
        for kind, value in _groups_of(row):
            self._groups[kind][value].append(right)
        if not right:
            self._failures.update(score.failures[:1])
            self._failures_any.update(set(score.failures))
        self._measure(score, right)

    def _measure(self, score: Score, right: bool) -> None:
        """The values of the metrics that were asked for."""
        if score.witnessed is not None:
            self._witnessed.append(score.witnessed)
            self._lucky += right and not score.witnessed
        if score.soft_f1 is not None:
            self._soft.append(score.soft_f1)
        if score.soft_f1_by_position is not None:
            self._by_position.append(score.soft_f1_by_position)
        for clause, same in (score.clauses or {}).items():
            self._clauses[clause].append(same)
        if score.linking is not None:
            self._linking.append(score.linking)
        for stage, linking in score.stages.items():
            self._stages[stage].append(linking)
        if score.ves is not None:
            self._ves.append(score.ves)
            self._r_ves.append(score.r_ves or 0.0)
        if score.candidates:
            self._pools.append(_pool(score))

    def figures(self, gold_rows: int) -> SystemFigures:
        """The figures of what was taken in."""
        verdicts = list(self.right.values())
        return SystemFigures(
            name=self.name,
            ex=Share.counted(verdicts),
            ex_of_all=Share.counted([*verdicts, *[False] * (gold_rows - len(verdicts))]),
            rules={rule: Share.counted(found) for rule, found in self._rules.items()},
            valid=Share.counted(self._valid),
            empty=Share.counted(self._empty),
            endings=dict(self._endings.most_common()),
            witnessed=Share.counted(self._witnessed) if self._witnessed else None,
            lucky=self._lucky,
            soft_f1=_mean(self._soft),
            soft_f1_by_position=_mean(self._by_position),
            exact={clause: Share.counted(found) for clause, found in self._clauses.items()},
            linking=_linking(self._linking),
            stages={stage: figures for stage, found in self._stages.items() if (figures := _linking(found))},
            ves=_mean(self._ves),
            r_ves=_mean(self._r_ves),
            candidates=candidate_figures(self._pools) if self._pools else None,
            failures=dict(self._failures.most_common()),
            failures_any=dict(self._failures_any.most_common()),
            breakdown={
                kind: {value: Share.counted(found[value]) for value in sorted(found)}
                for kind, found in self._groups.items()
            },
        )


def _groups_of(row: Row) -> Iterable[tuple[str, str]]:
    """The groups that a row's verdict counts in."""
    yield "database", row.example.db_id
    if row.facts.hardness:
        yield "hardness", row.facts.hardness
    if label := difficulty_of(row.example):
        yield "difficulty", label
    for feature in row.facts.features:
        yield "feature", feature


def _pool(score: Score) -> Pool:
    tried = score.candidates
    return Pool(
        correct=tuple(each.right for each in tried),
        clusters=tuple(each.cluster for each in tried),
        strategies=tuple(each.strategy for each in tried),
        picks=score.picks,
        empty=frozenset(each.cluster for each in tried if each.cluster is not None and each.empty),
    )


def _mean(values: Sequence[float]) -> Mean | None:
    return Mean.measured(values) if values else None


def _linking(found: Sequence[Linking]) -> LinkingFigures | None:
    if not found:
        return None

    def mean(values: Iterable[float | None]) -> Mean:
        return Mean.measured([value for value in values if value is not None])

    return LinkingFigures(
        mean(each.tables_recall for each in found),
        mean(each.tables_precision for each in found),
        mean(each.columns_recall for each in found),
        mean(each.columns_precision for each in found),
        Share.counted([each.is_complete for each in found]),
    )


def _compared(first: _Tally, second: _Tally) -> Comparison:
    both = [key for key in first.right if key in second.right]
    test = mcnemar([first.right[key] for key in both], [second.right[key] for key in both])
    return Comparison(first.name, second.name, len(both), test)
