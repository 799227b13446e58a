"""Where our settings become those of `sentence-transformers`: what a new version of it changes is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from querywright.errors import RunInterrupted, TrainingError
from querywright.training.base import require_libraries, weights_of
from querywright.training.libraries import (
    Look,
    Tell,
    callbacks,
    common,
    finite,
    is_number,
    quiet,
    told_plainly,
)
from querywright.training.retriever.infonce import infonce
from querywright.training.retriever.negatives import Row, batch_of

if TYPE_CHECKING:
    from querywright.models.contract import Vectors
    from querywright.training.folder import TrainingFolder
    from querywright.training.retriever.settings import Retriever

LIBRARIES: Final = ("torch", "transformers", "sentence_transformers", "datasets", "accelerate")
ASKED: Final = "query"
"""What these models call the prompt of a text that is searched with."""
TOGETHER: Final = 128
"""Texts that are embedded at once while measuring."""
GROUPS: Final = 4
LEAST_IN_GROUP: Final = 8
"""Texts that go through the model together while training: a quarter of a side, but so many at least."""


def opened(name: str) -> Any:
    """An embedding model to be trained.

    Args:
        name: a folder of weights, a training's folder, or a name on the Hub.

    Raises:
        TrainingError: a library is missing, there is no such model, or it is no embedding model.
    """
    require_libraries(LIBRARIES)
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.util import is_sentence_transformer_model

    place = weights_of(name)
    try:
        embeds = is_sentence_transformer_model(place)
        model = SentenceTransformer(place) if embeds else None
    except Exception as error:  # whatever a library of libraries raises for files that are not what they should be
        said = " ".join(str(error).split())[:200]
        raise TrainingError(f"{name} cannot be loaded as an embedding model: {said}") from error
    if model is None:
        raise TrainingError(
            f"{name} is no embedding model that can be found (it has no modules.json): name a folder of "
            "sentence-transformers weights, or such a model on the Hub"
        )
    return model


def instructed(model: Any, instruction: str, max_tokens: int) -> None:
    """Let the model put this before what is searched with, and read so many tokens of a text."""
    model.prompts = {**{name: text or "" for name, text in model.prompts.items()}, ASKED: instruction}
    model.default_prompt_name = None
    # Its texts come with the instruction in them, here and in the index: it counts like any other words.
    model.set_pooling_include_prompt(include_prompt=True)
    model.max_seq_length = min(model.max_seq_length or max_tokens, max_tokens)


def vectors(model: Any, texts: Sequence[str]) -> Vectors:
    """One unit vector a text, which is taken as it is."""
    found: Vectors = model.encode(
        list(texts), batch_size=TOGETHER, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True,
        prompt="",
    )  # fmt: skip
    return found


def too_long(model: Any, texts: Sequence[str]) -> int:
    """How many of these texts have more tokens than the model reads."""
    if not texts or not model.max_seq_length:
        return 0
    lengths = (len(ids) for ids in model.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"])
    return sum(length > model.max_seq_length for length in lengths)


def retriever(
    model: Any,
    learnt: Sequence[Row],
    held_out: Sequence[Row],
    skeletons: Sequence[str],
    course: Retriever,
    folder: TrainingFolder,
    look: Look | None = None,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """Train an embedding model, in place, and write it to the folder.

    Args:
        model: as `opened` and `instructed` leave it.
        learnt: the pairs, in any order; a seed shuffles them.
        held_out: pairs whose loss decides when to stop; none: the epochs do.
        skeletons: what the rows' numbers are.
        course: how.
        folder: held; a checkpoint in it is gone on from.
        look: measures the model at every checkpoint.
        tell: hears news.

    Returns:
        Figures: steps, loss, seconds.

    Raises:
        TrainingError: the loss is no number, or the disk is full.
        RunInterrupted: Ctrl-C; a checkpoint was written.
    """
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from transformers import PrinterCallback

    class Trainer(SentenceTransformerTrainer):  # type: ignore[misc]
        def training_step(self, *args: Any, **named: Any) -> Any:
            return finite(super().training_step(*args, **named), self.state.global_step, folder)

        def add_model_card_callback(self, *args: Any, **named: Any) -> None:
            """The record says how it was trained; a card would embed examples of the data."""

    with quiet():
        trainer = Trainer(
            model=model,
            args=SentenceTransformerTrainingArguments(
                **common(course, folder, measured=bool(held_out)), remove_unused_columns=False
            ),
            train_dataset=_dataset(learnt),
            eval_dataset=_dataset(held_out) if held_out else None,
            loss=_loss(model, course.temperature),
            data_collator=_collator(model, skeletons, course.instruction),
            callbacks=callbacks(course, folder, look, tell, early=bool(held_out)),
        )
    trainer.remove_callback(PrinterCallback)  # `tell` hears what it would print
    return trained(trainer, model, folder)


def _dataset(rows: Sequence[Row]) -> Any:
    from datasets import Dataset

    return Dataset.from_dict(
        {
            "question": [row.question for row in rows],
            "sql": [row.sql for row in rows],
            "negatives": [list(row.negatives) for row in rows],
            "answers": [list(row.answers) for row in rows],
        }
    )


def _loss(model: Any, temperature: float) -> Any:
    import torch
    from torch import nn

    class Contrast(nn.Module):  # type: ignore[misc]
        """The trainer calls it with what the collator made."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, features: Any, labels: Any) -> Any:
            vectors = torch.cat([self.model(each)["sentence_embedding"] for each in features])
            return infonce(vectors[: len(labels)], vectors[len(labels) :], labels, temperature)

    return Contrast()


def _collator(model: Any, skeletons: Sequence[str], instruction: str) -> Any:
    """Makes of rows the tokens of their questions and of the different queries, and what these are to each other.

    Each side goes through the model in groups of about one length: in one, half of the tokens would be padding.
    """
    import torch
    from sentence_transformers.sentence_transformer.data_collator import SentenceTransformerDataCollator

    class Collator(SentenceTransformerDataCollator):  # type: ignore[misc]
        def __call__(self, features: list[dict[str, Any]]) -> dict[str, Any]:
            rows = [
                Row(each["question"], each["sql"], tuple(each["negatives"]), tuple(each["answers"]))
                for each in features
            ]
            batch = batch_of(sorted(rows, key=lambda row: len(row.question)), skeletons)
            found: dict[str, Any] = {"label": torch.tensor(batch.marks)}
            for side, said in (("question", [instruction + text for text in batch.questions]), ("sql", batch.queries)):
                for number, group in enumerate(_grouped(said)):
                    tokens = self.preprocess_fn(group)
                    found |= {f"{side}{number}_{name}": value for name, value in tokens.items()}
            return found

    return Collator(preprocess_fn=model.preprocess)


def _grouped(texts: Sequence[str]) -> list[list[str]]:
    """The texts, which come by their lengths, in at most so many groups."""
    size = max(LEAST_IN_GROUP, -(-len(texts) // GROUPS))
    return [list(texts[start : start + size]) for start in range(0, len(texts), size)]


def trained(trainer: Any, model: Any, folder: TrainingFolder) -> dict[str, Any]:
    """Train, from the last whole checkpoint on, and write the weights."""
    last: Path | None = folder.last_checkpoint()
    if last is not None:
        folder.forget_after(int(last.name.rpartition("-")[2]))
    with told_plainly(folder), quiet():
        ended = trainer.train(resume_from_checkpoint=str(last) if last is not None else None)
        watch = trainer.callback_handler.callbacks
        stopped = next((each.stopped for each in watch if getattr(each, "stopped", None) is not None), None)
        if stopped is not None:
            raise RunInterrupted(f"interrupted; {folder.path} goes on from its last checkpoint with --resume", stopped)
        if trainer.args.should_save:
            model.save_pretrained(str(folder.model), create_model_card=False)
    figures: Mapping[str, float] = {name: value for name, value in ended.metrics.items() if is_number(value)}
    return {"steps": trainer.state.global_step, **figures}
