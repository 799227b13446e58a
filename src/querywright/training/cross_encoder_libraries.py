"""Where our settings become those of the cross-encoders of `sentence-transformers`: what changes there is here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from querywright.errors import TrainingError
from querywright.training.base import require_libraries, weights_of
from querywright.training.libraries import Look, Tell, callbacks, common, finite, quiet
from querywright.training.sentence_libraries import LIBRARIES, trained

if TYPE_CHECKING:
    from querywright.training.folder import TrainingFolder
    from querywright.training.selector.pair import Pair
    from querywright.training.settings import Course

ACCURACY: Final = "accuracy"


def opened(name: str, max_tokens: int, seed: int) -> Any:
    """A cross-encoder with one label, to be trained; where it has no such head yet, the seed decides the first one.

    Args:
        name: a folder of weights, a training's folder, or a name on the Hub: a cross-encoder, or an encoder to make
            one of.
        max_tokens: of a question with one query; what is longer is cut at the end.
        seed: of the head.

    Raises:
        TrainingError: a library is missing, or there is no such model.
    """
    require_libraries(LIBRARIES)
    import torch
    from sentence_transformers.cross_encoder import CrossEncoder

    try:
        with torch.random.fork_rng(), quiet():
            torch.manual_seed(seed)
            model = CrossEncoder(weights_of(name), num_labels=1)
    except Exception as error:  # whatever a library of libraries raises for files that are not what they should be
        said = " ".join(str(error).split())[:200]
        raise TrainingError(f"{name} cannot be loaded as a cross-encoder: {said}") from error
    window = getattr(model.config, "max_position_embeddings", None) or max_tokens
    model.max_seq_length = min(window, max_tokens)
    return model


def too_long(model: Any, pairs: Sequence[Pair]) -> int:
    """How many of the queries of these pairs lose their end, with the question they are read with."""
    texts = list(dict.fromkeys((pair.asked.question, side) for pair in pairs for side in pair.sides))
    lengths = (
        len(model.tokenizer(question, side, truncation=False, verbose=False)["input_ids"]) for question, side in texts
    )
    return sum(length > model.max_seq_length for length in lengths)


def cross_encoder(
    model: Any,
    learnt: Sequence[Pair],
    held_out: Sequence[Pair],
    course: Course,
    folder: TrainingFolder,
    look: Look | None = None,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """Train a cross-encoder, in place, to score the right query of a pair above the wrong one, and write it.

    The loss is RankNet's: the distance of the two scores is the logit of the right one's being right.

    Args:
        model: as `opened` leaves it.
        learnt: the pairs, in any order; a seed shuffles them.
        held_out: pairs whose loss decides when to stop; none: the epochs do.
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
    from sentence_transformers.cross_encoder import CrossEncoderTrainer, CrossEncoderTrainingArguments
    from sentence_transformers.cross_encoder.losses import RankNetLoss

    class Trainer(CrossEncoderTrainer):  # type: ignore[misc]
        def training_step(self, *args: Any, **named: Any) -> Any:
            return finite(super().training_step(*args, **named), self.state.global_step, folder)

    with quiet():
        trainer = Trainer(
            model=model,
            args=CrossEncoderTrainingArguments(**common(course, folder, measured=bool(held_out))),
            train_dataset=_dataset(learnt),
            eval_dataset=_dataset(held_out) if held_out else None,
            loss=RankNetLoss(model, reduction_log="natural"),
            callbacks=callbacks(course, folder, look, tell, early=bool(held_out)),
        )
    return trained(trainer, model, folder)


def _dataset(pairs: Sequence[Pair]) -> Any:
    from datasets import Dataset

    return Dataset.from_dict(
        {
            "query": [pair.asked.question for pair in pairs],
            "docs": [list(pair.sides) for pair in pairs],
            "labels": [[1.0, 0.0] for _ in pairs],
        }
    )
