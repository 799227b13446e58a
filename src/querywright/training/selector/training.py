"""`train_selector`: from candidates of known correctness to weights that judge in a tournament."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from querywright.answering.prompting import fingerprint as prompts
from querywright.answering.selection.judge import CROSS_ENCODER, NOTES, open_judge
from querywright.databases import Catalog
from querywright.errors import ModelUnavailable, SettingsError, TrainingError
from querywright.models.roles import Roles
from querywright.training.dataset import databases_of
from querywright.training.folder import TrainingFolder
from querywright.training.selector.accuracy import Accuracy, accuracy
from querywright.training.selector.kinds import CausalPupil, CrossEncoderPupil, Pupil
from querywright.training.selector.pair import Pair, read_pairs, write_pairs
from querywright.training.selector.pairs import Candidates, PairMaker, Tally, read_candidates
from querywright.training.selector.settings import Selector
from querywright.training.settings import told
from querywright.training.splitting import split
from querywright.writing import replacing

LEARNT, HELD_OUT = "learnt.jsonl", "held_out.jsonl"
PROBLEMS = 5
"""What cannot be used of the predictions is told so often, and recorded."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """The pairs of both sides of a split."""

    learnt: tuple[Pair, ...]
    held_out: tuple[Pair, ...]


def train_selector(
    candidates: Path | str,
    base: str,
    output: Path | str,
    *,
    gold: Path | str,
    databases: Catalog | Path | str | None = None,
    settings: Selector | None = None,
    hints: Roles | None = None,
    chat_template: Path | None = None,
    resume: bool = False,
    tell: Tell | None = None,
) -> TrainingFolder:
    """Train a judge for the tournament. How often it is right is in the record of the folder, before and after.

    Args:
        candidates: a prediction run folder, or a file of rows with `candidates`.
        base: a folder of weights, a training's folder, or a name on the Hub.
        output: the training folder; it is what `--judge` takes.
        gold: the dataset that was answered, with its SQL.
        databases: where its databases are; None: where the prediction says.
        settings: how to train, and on what; None: the defaults of a causal language model.
        hints: a chat model that writes right queries with the gold one as a hint, where no candidate is right.
        chat_template: a Jinja file in the place of the base's own.
        resume: go on with what is in `output`.
        tell: hears how it goes, a line at a time.

    Raises:
        SettingsError: a setting is wrong, or the folder holds something else.
        TrainingError: no pair can be made, the base cannot be trained, or training had to stop.
        DatasetError, DatabaseUnavailable, ModelUnavailable: gold or candidates, a database, the model for hints.
        RunInterrupted: Ctrl-C; `resume` goes on.
    """
    settings, tell = settings or Selector(), tell or (lambda _: None)
    if hints is not None and hints.default is None:
        raise SettingsError("no chat model is named that could write candidates with a hint")
    pupil: Pupil
    if settings.kind == CROSS_ENCODER:
        pupil = CrossEncoderPupil.open(base, settings)
    else:
        pupil = CausalPupil.open(base, settings, chat_template)
    for note in pupil.notes:
        tell(note)
    found = read_candidates(candidates, gold)
    for problem in found.problems[:PROBLEMS]:
        tell(f"not used: {problem}")
    folder = TrainingFolder(Path(output).expanduser())
    decided_by = {
        "base": pupil.digest,
        "data": found.digest,
        "settings": told(settings),
        "hints": hints.fingerprint() if hints else None,
        "prompt": prompts()["tournament"],
    }
    with folder.at_work("selector", decided_by, resume=resume):
        if folder.record()["status"] == "finished":
            tell(f"it is finished already: {folder.path}")
            return folder
        if "pairs" not in folder.record():
            with ExitStack() as stack:
                catalog = stack.enter_context(databases_of(Path(candidates), databases))
                models = stack.enter_context(stack.enter_context(hints.served(tell)).open()) if hints else None
                maker = PairMaker(catalog, settings, pupil.budget, models)
                _write(folder, base, found, maker.tally, _parts(maker, found, pupil, settings, tell))
        parts = Parts(*(tuple(read_pairs(folder.lessons / name)) for name in (LEARNT, HELD_OUT)))
        _trained(folder, pupil, parts, settings, tell)
    tell(f"the judge is {folder.path}: querywright ask … --judge {folder.path}")
    return folder


def _parts(maker: PairMaker, found: Candidates, pupil: Pupil, settings: Selector, tell: Tell) -> Parts:
    """The pairs that fit, told apart. Raises TrainingError where there are none."""
    pairs = []
    for pair in maker.pairs(found.asked, tell):
        if pupil.fits(pair):
            pairs.append(pair)
        else:
            maker.tally.too_long += 1
    tell(said(maker.tally))
    if not pairs:
        raise TrainingError(f"there is nothing to learn: {said(maker.tally)}")
    parts = split([pair.example for pair in pairs], settings.split, settings.held_out, settings.seed)  # type: ignore[arg-type]
    out = {example.id for example in parts.held_out}
    if parts.by == "question":
        tell("held out by question: databases are the same on both sides, so what is measured is easier than new ones")
    return Parts(tuple(pair for pair in pairs if pair.key not in out), tuple(pair for pair in pairs if pair.key in out))


def _write(folder: TrainingFolder, base: str, found: Candidates, tally: Tally, parts: Parts) -> None:
    """The pairs into files, and then what became of the questions into the record: from there it can be gone on."""
    folder.lessons.mkdir(exist_ok=True)
    write_pairs(folder.lessons / LEARNT, parts.learnt)
    write_pairs(folder.lessons / HELD_OUT, parts.held_out)
    databases = [sorted({pair.db_id for pair in side}) for side in (parts.learnt, parts.held_out)]
    folder.note(
        base=base,
        pairs={**tally_record(tally), "not_used": list(found.problems[:PROBLEMS])},
        split={
            "learnt": len(parts.learnt),
            "held_out": len(parts.held_out),
            "learnt_databases": databases[0],
            "held_out_databases": databases[1],
        },
    )


def _trained(folder: TrainingFolder, pupil: Pupil, parts: Parts, settings: Selector, tell: Tell) -> None:
    """Measure, train, measure again."""
    before: dict[str, Any] = folder.record().get("before") or {}
    if parts.held_out and not before:
        before = asdict(pupil.measured(parts.held_out, settings.seed))
        folder.note(before=before)
    looked_at = parts.held_out[: settings.questions]

    def look(model: Any, step: int) -> Mapping[str, float]:
        judge = pupil.judge_of(model)
        return {"accuracy": accuracy(judge, looked_at, settings.seed).accuracy}

    figures = pupil.train(parts.learnt, parts.held_out, folder, look if looked_at else None, tell)
    with replacing(folder.model / NOTES, alone=True) as file:
        file.write(orjson.dumps({"kind": settings.kind, "prompt_tokens": pupil.budget}))
    if not parts.held_out:
        folder.note(status="finished", figures=figures)
        return
    after = asdict(_after(folder, parts.held_out, settings.seed))
    folder.note(after=after)
    told_of = {"accuracy": after["accuracy"], "accuracy_low": after["low"], "accuracy_high": after["high"]}
    folder.note(status="finished", figures={**figures, **told_of, "accuracy_before": before["accuracy"]})
    unseen = "unseen databases" if settings.split == "database" else "held-out questions"
    tell(
        f"of {after['pairs']:,} pairs from {unseen} it finds the right query in {after['accuracy']:.1f} % "
        f"({after['low']:.1f}–{after['high']:.1f}); before training in {before['accuracy']:.1f} %"
    )


def _after(folder: TrainingFolder, pairs: Sequence[Pair], seed: int) -> Accuracy:
    """What was written is measured, as a tournament opens it. Raises TrainingError where it cannot be opened."""
    try:
        return accuracy(open_judge(folder.path), pairs, seed)
    except ModelUnavailable as error:
        raise TrainingError(str(error)) from error


def tally_record(tally: Tally) -> dict[str, Any]:
    """What became of the questions, for a record."""
    return {
        "questions": tally.questions,
        "paired": tally.paired,
        "pairs": tally.pairs,
        "right": dict(tally.right.most_common()),
        "hinted": tally.hinted,
        "failed_candidates": tally.failed,
        "mixed_results": tally.mixed,
        "shortened": tally.shortened,
        "too_long": tally.too_long,
        "left_out": dict(tally.left_out.most_common()),
        "first": dict(tally.first),
    }


def said(tally: Tally) -> str:
    """What became of the questions, for a person."""
    origins = ", ".join(f"{count:,} {name}" for name, count in tally.right.most_common())
    words = f"{tally.pairs:,} pairs of {tally.paired:,} questions" + (f" (right: {origins})" if origins else "")
    if tally.shortened:
        words += f", {tally.shortened:,} with fewer rows or tables so that they fit"
    if tally.too_long:
        words += f", {tally.too_long:,} of them longer than the window and left out"
    if tally.mixed:
        words += f", {tally.mixed:,} results left out that are right in one order of rows only"
    if not tally.left_out:
        return words
    reasons = (f"{count:,} {reason} ({tally.first[reason]})" for reason, count in tally.left_out.most_common())
    return f"{words}; {tally.left_out.total():,} questions left out: {'; '.join(reasons)}"
