"""`PairMaker`: candidates of known correctness become pairs of one right and one wrong (CHASE-SQL, section 3.5)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from querywright.answering.ask import known_at_first
from querywright.answering.desk import LIMITS, Account
from querywright.answering.desk import Desk as AnsweringDesk
from querywright.answering.executing import attempt_of
from querywright.answering.known import Candidate, Known
from querywright.answering.selection.clusters import clusters_of
from querywright.answering.selection.comparing import comparisons
from querywright.databases import Catalog, Limits, Result
from querywright.datasets.example import Example
from querywright.errors import QueryError
from querywright.evaluation.metrics import checked_rule
from querywright.evaluation.predictions.gold import Gold, alternatives, read_gold
from querywright.evaluation.predictions.matching import match
from querywright.evaluation.predictions.prediction import Prediction
from querywright.evaluation.predictions.reading import read_predictions
from querywright.evaluation.scoring.desk import Desk as ScoringDesk
from querywright.evaluation.scoring.verdicts import judge
from querywright.training.selector.hinting import hinted
from querywright.training.selector.pair import CANDIDATE, GOLD, HINTED, Pair
from querywright.training.selector.recorded import NOTHING, Found, found_in
from querywright.training.selector.settings import Selector

if TYPE_CHECKING:
    from querywright.models.opened import Models

NO_CANDIDATE, NONE_RAN = "there is no candidate", "no candidate ran"
NONE_WRONG, NONE_RIGHT = "no candidate is wrong", "no candidate is right"
NO_QUESTION, GOLD_FAILS, GOLD_TOO_LARGE = "no question", "the gold query fails", "the gold result is too large"

Tell = Callable[[str], None]


@dataclass(slots=True)
class Tally:
    """What became of the questions: those with pairs and those left out are all of them."""

    questions: int = 0
    paired: int = 0
    """Questions with a pair or more."""
    pairs: int = 0
    right: Counter[str] = field(default_factory=Counter)
    """Questions by where their right queries come from."""
    hinted: int = 0
    """Questions that were asked again with a hint."""
    failed: int = 0
    """Candidates that did not run, which nobody would compare."""
    mixed: int = 0
    """Clusters that were left out: their members' results are equal, and yet not all are right."""
    shortened: int = 0
    """Pairs whose prompt shows fewer rows or tables, so that it keeps to its budget."""
    too_long: int = 0
    """Pairs that the base cannot read."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Questions by reason."""
    first: dict[str, str] = field(default_factory=dict)
    """By reason the first question it happened to, and what was said."""

    def leave_out(self, key: str, reason: str, detail: str = "") -> None:
        """Count a question that gives no pair."""
        self.left_out[reason] += 1
        self.first.setdefault(reason, f"{key}{f': {detail}' if detail else ''}")


class _NoPair(Exception):
    """Why a question gives no pair."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Asked:
    """A gold row with the candidates that a prediction has for it."""

    gold: Gold
    said: Prediction
    found: Found = NOTHING


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everything that pairs are made of."""

    asked: tuple[Asked, ...]
    digest: dict[str, str]
    """Of both files."""
    problems: tuple[str, ...]
    """What of them is not used, in words with the place."""


def read_candidates(candidates: Path | str, gold: Path | str) -> Candidates:
    """Gold rows with what a prediction says of them.

    Args:
        candidates: a prediction run folder, or a file of rows with `candidates`.
        gold: the dataset that it answered, with its SQL.

    Raises:
        DatasetError: one of them cannot be read, or no row of one is a row of the other.
    """
    rows, _, digest = read_gold(gold)
    system = read_predictions(candidates)
    answers = match(rows, system, "skip")
    found = found_in(candidates)
    places = {id(said.prediction): said.place for said in system.said}  # the very objects are matched, not copies
    asked = []
    for row in rows:
        said = answers.by_key.get(row.key)
        if said is not None:
            asked.append(Asked(row, said, found.get(places.get(id(said), ""), NOTHING)))
    return Candidates(tuple(asked), {"candidates": system.digest, "gold": digest}, answers.problems)


class PairMaker:
    """Makes pairs with the databases of a catalog, which stays the caller's. Used by one thread.

    Args:
        catalog: the databases.
        settings: which rule says what is right, how many pairs a question gives, the seed.
        prompt_tokens: what the prompt of a pair may hold.
        models: open, to write candidates with a hint; None: nobody is asked.
        limits: of each execution: those of answering, so that a result is shown as a tournament shows it.
    """

    def __init__(
        self,
        catalog: Catalog,
        settings: Selector,
        prompt_tokens: int,
        models: Models | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self.tally = Tally()
        self._catalog, self._settings, self._models, self._limits = catalog, settings, models, limits
        self._prompt_tokens = prompt_tokens
        self._rule = checked_rule(settings.rule)
        self._desk: ScoringDesk | None = None

    def pairs(self, asked: Sequence[Asked], tell: Tell | None = None) -> Iterator[Pair]:
        """The pairs of each question, in order; `tally` counts what gives none.

        Raises:
            DatabaseUnavailable: a database is gone; ModelUnavailable: the model that hints are given to is.
        """
        for number, each in enumerate(asked, 1):
            self.tally.questions += 1
            try:
                made = self._made(each)
            except _NoPair as none:
                self.tally.leave_out(each.gold.key, none.reason, none.detail)
            else:
                self.tally.paired += 1
                self.tally.pairs += len(made)
                self.tally.right[made[0].right] += 1
                yield from made
            if tell is not None and number % 500 == 0:
                tell(f"{number:,} of {len(asked):,} questions looked at: {self.tally.pairs:,} pairs")

    def _made(self, asked: Asked) -> list[Pair]:
        example = asked.gold.example
        if asked.gold.problem:
            raise _NoPair("the gold row cannot be used", asked.gold.problem)
        if not example.question.strip():
            raise _NoPair(NO_QUESTION)
        if example.db_id not in self._catalog:
            raise _NoPair(f"there is no database {example.db_id!r}")
        scoring = self._scoring(example.db_id)
        self._require_gold(scoring, example)
        desk = AnsweringDesk(scoring.database, self._models, seed=self._settings.seed, limits=self._limits)
        known = replace(
            known_at_first(asked.gold.key, example.question, example.evidence, desk),
            values=asked.found.values,
            descriptions=asked.found.descriptions,
        )
        candidates = self._executed(scoring, asked.said)
        right, wrong = self._groups(candidates, desk, scoring, example)
        origin = CANDIDATE
        if not right:
            right, origin = self._instead(known, desk, scoring, example, candidates)
        if not wrong:
            raise _NoPair(NONE_WRONG)
        return self._paired(known, desk, right, wrong, origin)

    def _scoring(self, db_id: str) -> ScoringDesk:
        """The desk of the latest database: rows of one mostly stand together."""
        if self._desk is None or self._desk.database.db_id != db_id:
            self._desk = ScoringDesk(self._catalog[db_id], self._limits, None)
        return self._desk

    def _require_gold(self, scoring: ScoringDesk, example: Example) -> None:
        outcome = scoring.ask(example.SQL)
        if isinstance(outcome, QueryError):
            raise _NoPair(GOLD_FAILS, outcome.message)
        if outcome.truncated:
            raise _NoPair(GOLD_TOO_LARGE, f"more than {self._limits.rows:,} rows or {self._limits.bytes:,} bytes")

    def _executed(self, scoring: ScoringDesk, said: Prediction) -> list[Candidate]:
        """The candidates that ran; a row without candidates has its SQL for one."""
        texts = [(each.SQL, each.strategy) for each in said.candidates] or [(said.SQL or "", "")]
        if not any(sql.strip() for sql, _ in texts):
            raise _NoPair(NO_CANDIDATE, said.problem)
        found = []
        for number, (sql, strategy) in enumerate(texts):
            outcome = scoring.ask(sql)
            found.append(Candidate(sql, strategy, number, "", (attempt_of(sql, outcome, "generate"),), outcome))
        ran = [each for each in found if isinstance(each.outcome, Result)]
        self.tally.failed += len(found) - len(ran)
        if not ran and self._models is None and not self._settings.stand_in:
            raise _NoPair(NONE_RAN, found[0].attempts[-1].error)
        return ran

    def _groups(
        self, candidates: Sequence[Candidate], desk: AnsweringDesk, scoring: ScoringDesk, example: Example
    ) -> tuple[list[list[Candidate]], list[list[Candidate]]]:
        """The clusters of right candidates and those of wrong ones, clustered as a tournament does."""
        right: list[list[Candidate]] = []
        wrong: list[list[Candidate]] = []
        for cluster in clusters_of(tuple(candidates), desk):
            members = [candidates[place] for place in cluster.members]
            verdicts = {self._is_right(each, scoring, example) for each in members}
            if len(verdicts) > 1:  # the order of rows counts for one of them and not for another
                self.tally.mixed += 1
                continue
            (right if verdicts == {True} else wrong).append(members)
        return right, wrong

    def _is_right(self, candidate: Candidate, scoring: ScoringDesk, example: Example) -> bool:
        return judge(self._rule, (example.SQL, *alternatives(example)), candidate.SQL, [scoring]).right

    def _instead(
        self,
        known: Known,
        desk: AnsweringDesk,
        scoring: ScoringDesk,
        example: Example,
        wrong: Sequence[Candidate],
    ) -> tuple[list[list[Candidate]], str]:
        """Right queries where no candidate is one: written with a hint, or gold itself. Raises _NoPair."""
        if not wrong:
            raise _NoPair(NONE_RAN)
        if self._models is not None:
            self.tally.hinted += 1
            names = [each.strategy for each in wrong]
            for each in hinted(known, desk, example.SQL, names, self._settings.hinted):
                if isinstance(each.outcome, Result) and self._is_right(each, scoring, example):
                    return [[each]], HINTED
        if self._settings.stand_in:
            return [[Candidate(example.SQL, "gold", 0, outcome=scoring.ask(example.SQL))]], GOLD
        raise _NoPair(NONE_RIGHT, f"none of {len(wrong)} that ran")

    def _paired(
        self,
        known: Known,
        desk: AnsweringDesk,
        right: Sequence[Sequence[Candidate]],
        wrong: Sequence[Sequence[Candidate]],
        origin: str,
    ) -> list[Pair]:
        """Pairs of clusters, all of them or so many, one member of each by chance, in an order by chance."""
        chance = random.Random(f"{self._settings.seed}\0{known.key}\0pairs")
        pairs = list(product(right, wrong))
        if len(pairs) > self._settings.pairs:
            pairs = [pairs[place] for place in sorted(chance.sample(range(len(pairs)), self._settings.pairs))]
        made = []
        for good, bad in pairs:
            members = [chance.choice(good), chance.choice(bad)]
            answer = chance.choice("AB")
            duels = [(0, 1), (1, 0)] if answer == "A" else [(1, 0), (0, 1)]
            desk.account = Account()
            asked, turned = comparisons(known, desk, members, duels, self._prompt_tokens)
            self.tally.shortened += bool(desk.account.left_out)
            db_id = desk.database.db_id
            made.append(Pair(known.key, db_id, known.question, asked, turned, answer, origin))
        return made
