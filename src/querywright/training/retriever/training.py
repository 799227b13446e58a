"""`train_retriever`: from a dataset to an embedding model that retrieves examples by the shape of their SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from querywright.databases import Catalog
from querywright.databases.database import Database
from querywright.datasets.example import Example
from querywright.errors import SettingsError, TrainingError
from querywright.models.weights import name_of
from querywright.retrieval.examples.entry import RULES
from querywright.training import sentence_libraries
from querywright.training.base import require_libraries, weights_of
from querywright.training.dataset import databases_of, digest_of, examples_of
from querywright.training.folder import TrainingFolder
from querywright.training.retriever.comparing import Trial
from querywright.training.retriever.negatives import rows, skeletons_of
from querywright.training.retriever.pairs import Gathered, gathered
from querywright.training.retriever.settings import Retriever
from querywright.training.settings import told
from querywright.training.splitting import Split, split

LEAST: Final = 10
"""Pairs from which something can be learnt at all."""

FINISHED: Final = "finished"

Tell = Callable[[str], None]


def train_retriever(
    dataset: Path | str,
    base: str,
    output: Path | str,
    *,
    databases: Catalog | Path | str | None = None,
    settings: Retriever | None = None,
    resume: bool = False,
    tell: Tell | None = None,
) -> TrainingFolder:
    """Train an embedding model on masked questions and the masked SQL that answers them.

    Args:
        dataset: a file of examples or a run folder.
        base: a folder of sentence-transformers weights, a training's folder, or such a model on the Hub.
        output: the training folder; `model` in it is what comes of it, for `--embedding-model`.
        databases: where the dataset's databases are; None: where its run says, and where none are known, the names in
            an example's own SQL say what is masked.
        settings: how; None: the defaults.
        resume: go on with what is in `output`.
        tell: hears how it goes, a line at a time.

    Returns:
        The folder. Its record has the figures of the held-out part: what the base retrieved as it was, with the map
        that an index fits, and what the trained model does, with the gain and its intervals.

    Raises:
        SettingsError: a setting is wrong, or the folder holds something else.
        TrainingError: there is too little to learn, the base is no embedding model, or training had to stop.
        DatasetError, DatabaseUnavailable: the dataset, or a database, cannot be read.
        RunInterrupted: Ctrl-C; `resume` goes on.
    """
    require_libraries(sentence_libraries.LIBRARIES)
    settings, tell = settings or Retriever(), tell or (lambda _: None)
    examples = examples_of(dataset)
    model = sentence_libraries.opened(base)
    folder = TrainingFolder(Path(output).expanduser())
    with _databases(dataset, databases, examples, tell) as catalog:
        decided_by = {
            "base": _digest(base),
            "data": digest_of(examples),
            "schemas": _schemas(examples, catalog),
            "settings": told(settings),
        }
        parts = split(examples, settings.split, settings.held_out, settings.seed)  # type: ignore[arg-type]
        learnt, held_out = gathered(parts.learnt, catalog), gathered(parts.held_out, catalog)
        _require_pairs(learnt)
        with folder.at_work("retriever", decided_by, resume=resume):
            if folder.record()["status"] == FINISHED:
                tell(f"{folder.path} is finished already")
                return folder
            folder.note(base=base, split=_split_record(parts), left_out=dict(learnt.left_out))
            figures = _train(model, learnt, held_out, settings, folder, tell)
            folder.note(status=FINISHED, figures=figures)
    tell(f"the weights are in {folder.model}")
    return folder


def _train(
    model: Any, learnt: Gathered, held_out: Gathered, settings: Retriever, folder: TrainingFolder, tell: Tell
) -> dict[str, Any]:
    """Train the model in place, and measure it before and after where something is held out."""
    pairs, skeletons = learnt.pairs(), skeletons_of(learnt.masked)
    tell(f"to learn: {len(pairs):,} pairs of {len(learnt.masked):,} examples, {len(skeletons):,} skeletons")
    if learnt.left_out:
        tell(f"left out: {_reasons(learnt.left_out)}")
    before = Trial.of(model, learnt, held_out) if held_out.masked else None
    sentence_libraries.instructed(model, settings.instruction, settings.max_tokens)
    trial = before.with_instruction(settings.instruction) if before is not None else None
    texts = [settings.instruction + pair.question for pair in pairs] + list(skeletons)
    cut = sentence_libraries.too_long(model, texts)
    if cut:
        tell(f"{cut:,} texts have more than {model.max_seq_length} tokens: their ends are not read")
    every = {**skeletons, **{sql: 0 for sql in skeletons_of(held_out.masked) if sql not in skeletons}}
    figures: dict[str, Any] = {"pairs": len(pairs), "skeletons": len(skeletons), "cut": cut}
    figures |= sentence_libraries.retriever(
        model,
        rows(pairs, skeletons, settings.negatives, settings.seed),
        rows(held_out.pairs(), every, settings.negatives, settings.seed),
        list(every),
        settings,
        folder,
        trial.look if trial else None,
        tell,
    )
    if before is not None and trial is not None:
        figures |= trial.against(before, model)
        tell(_summary(figures))
    return figures


def _require_pairs(learnt: Gathered) -> None:
    """Raises TrainingError where they are too few."""
    pairs, skeletons = learnt.pairs(), skeletons_of(learnt.masked)
    if len(pairs) >= LEAST and len(skeletons) >= 2:
        return
    why = f" (left out: {_reasons(learnt.left_out)})" if learnt.left_out else ""
    raise TrainingError(
        f"there is too little to learn: {len(pairs)} pairs of masked question and SQL, {len(skeletons)} skeletons; "
        f"{LEAST} pairs of 2 skeletons are the least{why}"
    )


@contextmanager
def _databases(
    dataset: Path | str, named: Catalog | Path | str | None, examples: Sequence[Example], tell: Tell
) -> Iterator[Mapping[str, Database]]:
    """Those that were named or that the dataset's run says; without any, none, which is said."""
    with ExitStack() as stack:
        found: Mapping[str, Database] = {}
        try:
            found = stack.enter_context(databases_of(dataset, named))
        except SettingsError:
            if named is not None:
                raise
            tell("no databases are known (--databases): the names in the examples' own SQL say what is masked")
        missing = {each.db_id for each in examples} - set(found)
        if found and missing:
            tell(
                f"{len(missing):,} databases are not there ({min(missing)}): the names in their SQL say what is masked"
            )
        yield found


def _schemas(examples: Sequence[Example], databases: Mapping[str, Database]) -> str:
    """What stands for the names that are masked in a record."""
    said = hashlib.sha256(str(RULES).encode())
    for db_id in sorted({each.db_id for each in examples} & set(databases)):
        schema = databases[db_id].schema
        names = [(table.name, [column.name for column in table.columns]) for table in schema]
        said.update(repr((db_id, schema.dialect, names)).encode("utf-8", "surrogatepass"))
    return said.hexdigest()[:16]


def _digest(base: str) -> str:
    """What stands for the base in a record: of a folder its content, of a name on the Hub the name."""
    place = weights_of(base)
    return name_of(Path(place)) if Path(place).is_dir() else place


def _split_record(parts: Split) -> dict[str, Any]:
    return {
        "by": parts.by,
        "learnt": len(parts.learnt),
        "held_out": len(parts.held_out),
        "held_out_databases": list(parts.databases),
    }


def _reasons(left_out: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())


def _summary(figures: Mapping[str, Any]) -> str:
    gain = figures["gain"]["recall@5"]
    low, high = gain["interval"]
    return (
        f"recall@5 of the same skeleton, {figures['answerable']:,} held-out questions: "
        f"{figures['untrained']['recall@5']:.1f} % untrained, {figures['trained']['recall@5']:.1f} % trained "
        f"({gain['difference']:+.1f} points, 95 % interval {low:+.1f} to {high:+.1f})"
    )
