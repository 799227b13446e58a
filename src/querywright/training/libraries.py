"""Where our settings become those of `transformers`, `trl` and `peft`: what a new version of them changes is here."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from querywright.errors import RunInterrupted, SettingsError, TrainingError
from querywright.training.base import require_libraries
from querywright.training.settings import Adapter, Course, Grpo, Sft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywright.training.base import Base
    from querywright.training.folder import TrainingFolder
    from querywright.training.lessons.lesson import Lesson

Look = Callable[[Any, int], Mapping[str, float]]
"""Measures a model, which is not changed, after so many steps; the figures are logged."""
Tell = Callable[[str], None]
RewardFunction = Callable[..., Any]
"""As `trl` calls it: columns of the data by name, a number a completion."""


def on_gpu() -> bool:
    """Whether there is a GPU to train on."""
    import torch

    return bool(torch.cuda.is_available())


@dataclass(frozen=True, slots=True)
class Team:
    """The processes that `accelerate launch` started; one where it did not."""

    size: int
    leads: bool
    """Whether this one holds the folder and writes."""

    @classmethod
    def here(cls) -> Team:
        """The team of this process."""
        from accelerate import PartialState

        state = PartialState(cpu=not on_gpu())
        return cls(int(state.num_processes), bool(state.is_main_process))

    def wait(self) -> None:
        """Until all are here."""
        from accelerate import PartialState

        PartialState().wait_for_everyone()


def sft(
    base: Base,
    learnt: Sequence[Lesson],
    held_out: Sequence[Lesson],
    course: Sft,
    folder: TrainingFolder,
    max_tokens: int,
    look: Look | None = None,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """Fine-tune on lessons; checkpoints, log and weights go to the folder. What it learns is the completions only.

    Args:
        base: what it starts from.
        learnt: the lessons, in any order; a seed shuffles them.
        held_out: lessons whose loss decides when to stop; none: the epochs do.
        course: how.
        folder: held; a checkpoint in it is gone on from.
        max_tokens: of a lesson; longer ones should have been left out.
        look: measures the model whenever it looks at the held-out part.
        tell: hears news.

    Returns:
        Figures: steps, loss, held-out loss, seconds, tokens.

    Raises:
        TrainingError: the loss is no number, the disk is full, or the weights cannot be loaded.
        RunInterrupted: Ctrl-C; a checkpoint was written.
    """
    trainer = sft_trainer(base, learnt, held_out, course, folder, max_tokens, look, tell)
    return _trained(trainer, base, course, folder)


def sft_trainer(
    base: Base,
    learnt: Sequence[Lesson],
    held_out: Sequence[Lesson],
    course: Sft,
    folder: TrainingFolder,
    max_tokens: int,
    look: Look | None = None,
    tell: Tell | None = None,
) -> Any:
    """The library's trainer that `sft` runs, before it runs. Arguments and errors as there."""
    require_libraries()
    from trl import SFTConfig, SFTTrainer

    class Trainer(SFTTrainer):  # type: ignore[misc]
        def training_step(self, *args: Any, **named: Any) -> Any:
            return finite(super().training_step(*args, **named), self.state.global_step, folder)

    said = {
        **common(course, folder, measured=bool(held_out)),
        "max_length": max_tokens,
        "packing": course.packing,
        "completion_only_loss": True,
        "model_init_kwargs": {"dtype": "bfloat16" if on_gpu() else "float32"},
        "dataset_num_proc": None,
    }
    with quiet():
        return Trainer(
            model=base.name,
            args=SFTConfig(**said),
            train_dataset=_dataset(learnt),
            eval_dataset=_dataset(held_out) if held_out else None,
            processing_class=base.tokenizer,
            quantization_config=_four_bits() if course.method == "qlora" else None,
            peft_config=_peft(course.adapter),
            callbacks=callbacks(course, folder, look, tell, early=bool(held_out)),
        )


def grpo(
    base: Base,
    rows: Sequence[Mapping[str, Any]],
    rewards: Sequence[RewardFunction],
    weights: Sequence[float],
    course: Grpo,
    folder: TrainingFolder,
    look: Look | None = None,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """Learn by reward.

    Args:
        base: what it starts from.
        rows: a `prompt` of messages each, and whatever columns the rewards read.
        rewards: one function a part; each is logged under its name.
        weights: what each part counts.
        course: how.
        folder: held; a checkpoint in it is gone on from.
        look: measures the model at every checkpoint.
        tell: hears news.

    Returns:
        Figures: steps, mean reward, seconds.

    Raises:
        TrainingError, RunInterrupted: as `sft`.
    """
    require_libraries()
    from trl import GRPOConfig, GRPOTrainer

    from datasets import Dataset

    class Trainer(GRPOTrainer):  # type: ignore[misc]
        def training_step(self, *args: Any, **named: Any) -> Any:
            return finite(super().training_step(*args, **named), self.state.global_step, folder)

    said = {
        **common(course, folder, measured=False),
        "num_generations": course.completions,
        "max_completion_length": course.max_new_tokens,
        "temperature": course.temperature,
        "beta": course.pull,
        "reward_weights": list(weights),
        "model_init_kwargs": {"dtype": "bfloat16" if on_gpu() else "float32"},
        "log_completions": False,
    }
    with quiet():
        trainer = Trainer(
            model=base.name,
            args=GRPOConfig(**said),
            reward_funcs=list(rewards),
            train_dataset=Dataset.from_list([dict(row) for row in rows]),
            processing_class=base.tokenizer,
            peft_config=_peft(course.adapter),
            callbacks=callbacks(course, folder, look, tell, early=False),
        )
    return _trained(trainer, base, course, folder)


# ── our settings in their words ──────────────────────────────────────────────────────────────────────────────────────


def common(course: Course, folder: TrainingFolder, *, measured: bool) -> dict[str, Any]:
    """What every trainer takes."""
    gpu = on_gpu()
    every: dict[str, Any] = {"save_strategy": "steps", "save_steps": course.check_every}
    if not course.check_every:
        every = {"save_strategy": "epoch"}
    if measured:
        every["eval_strategy"] = every["save_strategy"]
        every["load_best_model_at_end"] = bool(course.patience)
        every["metric_for_best_model"] = "eval_loss"
        every["greater_is_better"] = False
        if course.check_every:
            every["eval_steps"] = course.check_every
    return {
        "output_dir": str(folder.checkpoints),
        "num_train_epochs": course.epochs,
        "max_steps": course.steps or -1,
        "learning_rate": course.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": course.warmup,  # below 1 it is a share of the steps
        "per_device_train_batch_size": course.device_batch,
        "per_device_eval_batch_size": course.device_batch,
        "gradient_accumulation_steps": _passes(course),
        "max_grad_norm": course.clip,
        "weight_decay": course.weight_decay,
        "bf16": gpu,
        "activation_checkpointing": course.checkpointing == "on" or (course.checkpointing == "auto" and gpu),
        "use_cpu": not gpu,
        "logging_steps": course.log_every,
        "logging_nan_inf_filter": False,
        "save_total_limit": course.keep,
        "seed": course.seed,
        "data_seed": course.seed,
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": gpu,
        **every,
    }


def _passes(course: Course) -> int:
    """How many passes of each device make a step. Raises SettingsError: the devices cannot share its lessons."""
    together = course.device_batch * Team.here().size
    if course.batch % together:
        raise SettingsError(
            f"batch ({course.batch}) has to be a multiple of device_batch times the processes ({together})"
        )
    return course.batch // together


def _peft(adapter: Adapter | None) -> Any:
    if adapter is None:
        return None
    from peft import LoraConfig

    return LoraConfig(
        r=adapter.rank,
        lora_alpha=adapter.scale,
        lora_dropout=adapter.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


def _four_bits() -> Any:
    try:
        require_libraries(("bitsandbytes",))
        import bitsandbytes  # noqa: F401
    except (TrainingError, ImportError, OSError, RuntimeError) as error:
        raise TrainingError(
            f"the method qlora needs bitsandbytes, which this platform does not have ({error}): take --method lora"
        ) from error
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def _dataset(lessons: Sequence[Lesson]) -> Any:
    from datasets import Dataset

    return Dataset.from_list([{"prompt": each.prompt, "completion": each.completion} for each in lessons])


# ── while it trains ──────────────────────────────────────────────────────────────────────────────────────────────────


def callbacks(
    course: Course, folder: TrainingFolder, look: Look | None, tell: Tell | None, *, early: bool
) -> list[Any]:
    from transformers import EarlyStoppingCallback, TrainerCallback

    from querywright.runs.interrupts import Interrupts

    class Watch(TrainerCallback):  # type: ignore[misc]
        """Writes the log, looks at the model, hears Ctrl-C."""

        def __init__(self) -> None:
            self.heard = Interrupts()
            self.stopped: int | None = None

        def on_train_begin(self, args: Any, state: Any, control: Any, **named: Any) -> None:
            self.heard.__enter__()
            if tell is not None and state.is_world_process_zero:
                tell(f"{state.max_steps:,} steps")

        def on_train_end(self, args: Any, state: Any, control: Any, **named: Any) -> None:
            self.heard.__exit__(None, None, None)

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **named: Any) -> None:
            if not logs or not state.is_world_process_zero:
                return
            folder.log({"step": state.global_step, **{name: value for name, value in logs.items() if is_number(value)}})
            if tell is not None:
                tell(_line(state, logs))

        def on_save(self, args: Any, state: Any, control: Any, model: Any = None, **named: Any) -> None:
            if look is None or self.heard.signal is not None:
                return
            figures = look(model, state.global_step)
            if state.is_world_process_zero:
                folder.log({"step": state.global_step, **figures})
                if tell is not None:
                    shown = ", ".join(f"{name} {value:.3g}" for name, value in figures.items())
                    tell(f"step {state.global_step:,}: {shown}")

        def on_step_end(self, args: Any, state: Any, control: Any, **named: Any) -> None:
            if self.heard.signal is not None:
                self.stopped = int(self.heard.signal)
                control.should_save = control.should_training_stop = True

    found: list[Any] = [Watch()]
    if early and course.patience:
        found.append(EarlyStoppingCallback(early_stopping_patience=course.patience))
    return found


def is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _line(state: Any, logs: Mapping[str, Any]) -> str:
    names = ("loss", "eval_loss", "reward", "grad_norm", "learning_rate")
    told = [f"{name.replace('_', ' ')} {logs[name]:.3g}" for name in names if is_number(logs.get(name))]
    return ", ".join([f"step {state.global_step:,} of {state.max_steps:,}", *told])


def finite(loss: Any, step: int, folder: TrainingFolder) -> Any:
    """The loss. Raises TrainingError where it is no number: the weights were not touched by it yet."""
    if not math.isfinite(float(loss)):
        last = folder.last_checkpoint()
        raise TrainingError(
            f"the loss is {float(loss)} at step {step + 1}: lower learning_rate and start again"
            + (f"; {last.name} is the last checkpoint before it" if last else "")
        )
    return loss


def _trained(trainer: Any, base: Base, course: Course, folder: TrainingFolder) -> dict[str, Any]:
    """Train, from the last whole checkpoint on, and write the weights."""
    from transformers import PrinterCallback

    last = folder.last_checkpoint()
    if last is not None and trainer.args.should_save:
        folder.forget_after(int(last.name.rpartition("-")[2]))
    trainer.remove_callback(PrinterCallback)  # what is told is told by ours
    watch = trainer.callback_handler.callbacks
    with told_plainly(folder), quiet():
        ended = trainer.train(resume_from_checkpoint=str(last) if last is not None else None)
        stopped = next((each.stopped for each in watch if getattr(each, "stopped", None) is not None), None)
        if stopped is not None:
            raise RunInterrupted(f"interrupted; {folder.path} goes on from its last checkpoint with --resume", stopped)
        _write(trainer, base, course, folder)
    figures = {name: value for name, value in ended.metrics.items() if is_number(value)}
    tokens = [entry["num_tokens"] for entry in trainer.state.log_history if "num_tokens" in entry]
    return {"steps": trainer.state.global_step, "tokens": int(max(tokens, default=0)), **figures}


def _write(trainer: Any, base: Base, course: Course, folder: TrainingFolder) -> None:
    """The weights as a plain model; an adapter beside them, and merged."""
    if course.adapter is None:
        trainer.save_model(str(folder.model))  # on every device, where weights lie in parts
        if trainer.args.should_save:
            base.tokenizer.save_pretrained(folder.model)
        return
    trainer.save_model(str(folder.adapter))
    if trainer.args.should_save:
        merged(base, folder.adapter, folder.model)


def merged(base: Base, adapter: Path, model: Path) -> None:
    """Write the base with its adapter merged, in the base's own precision: 4 bits would round what was learnt."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    whole = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base.name, dtype="auto"), str(adapter))
    whole.merge_and_unload().save_pretrained(model)
    base.tokenizer.save_pretrained(model)


@contextmanager
def told_plainly(folder: TrainingFolder) -> Iterator[None]:
    """A full disk is said in one line, however deep in a library it was met."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        said = " ".join(str(error).split())
        full = getattr(error, "errno", None) == 28 or "No space left" in said or "os error 28" in said
        if not full and "unexpected pos" not in said and "file write failed" not in said:
            raise
        last = folder.last_checkpoint()
        raise TrainingError(
            f"{folder.path} cannot be written (the disk is full): make room and go on with --resume"
            + (f", from {last.name}" if last else "")
        ) from error
    except Exception as error:
        if "No space left" in str(error) or "os error 28" in str(error):  # safetensors has an error of its own
            raise TrainingError(
                f"{folder.path} cannot be written (the disk is full): make room and go on with --resume"
            ) from error
        raise


@contextmanager
def quiet() -> Iterator[None]:
    """The libraries draw bars of their own, and warn of what they will rename next, which is this file's to know."""
    import transformers.utils.logging as their_log

    import datasets

    shown, level = not datasets.are_progress_bars_disabled(), their_log.get_verbosity()
    datasets.disable_progress_bars()
    their_log.disable_progress_bar()
    their_log.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        their_log.set_verbosity(level)
        their_log.enable_progress_bar()
        if shown:
            datasets.enable_progress_bars()
