"""Whether a small model learns: trained from nothing on what `synthesize --pipes` makes of two demo databases.

Its answers to held-out questions of the same databases, and to questions of a third one, are executed and compared as
`evaluate` does, for standard SQL and for pipes, before training, after it, and after learning by reward.

    python benchmarks/learning.py FOLDER [--examples 6000] [--steps 2000] [--reward-steps 20] [--forms sql,pipe]

Everything lies in FOLDER and is gone on from there. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import querywright as qw
from querywright.datasets import read_dataset, write_jsonl
from querywright.datasets.example import Example
from querywright.synthesis.grammar.profiles import Profile
from querywright.training.decoding import Pupil, decoded
from querywright.training.grpo import train_grpo
from querywright.training.lessons.settings import LessonSettings
from querywright.training.settings import Grpo, Sft
from querywright.training.sft import train_sft, write_data
from querywright.training.watching import figures

TRAINED, OTHER = ("clinic", "library"), "webshop"
HELD_OUT = 200
"""Questions of the databases that were trained on, and as many of the third one."""
PLAIN = Profile(window=0, set_op=0, subquery=0, group_by=15, case=0, where=1.0, join=0.2)
"""What is asked: mostly one table with a condition, as far as a small model gets in an hour."""
NOISE = 0.1
"""Prompts show what the gold query reads with a tenth of the rest: a small model has no room for whole schemas."""
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SHAPE = {
    "hidden_size": 128, "intermediate_size": 384, "num_hidden_layers": 3, "num_attention_heads": 4,
    "num_key_value_heads": 4,
}  # fmt: skip


def main() -> None:
    said = arguments()
    folder: Path = said.folder
    folder.mkdir(parents=True, exist_ok=True)
    learnt, held_out, other = data(folder, said.examples)
    found: dict[str, Any] = {"examples": len(learnt), "held_out": len(held_out), "third_database": len(other)}
    for form in said.forms.split(","):
        lessons = LessonSettings(format=form, style="compact", noise=NOISE, max_tokens=2048, only_piped=True)
        base = from_nothing(folder / f"base-{form}", folder / "learnt.jsonl", folder / "databases", lessons)
        found["parameters"] = parameters(base)
        course = Sft(
            method="full", learning_rate=said.rate, steps=said.steps, batch=said.batch, device_batch=8, split="none",
            patience=0, check_every=max(1, said.steps // 8), questions=0, log_every=25, checkpointing="off",
        )  # fmt: skip
        began = time.monotonic()
        taught = train_sft(
            folder / "learnt.jsonl", str(said.start or base), folder / f"sft-{form}", databases=folder / "databases",
            course=course, lessons=lessons, resume=True, tell=tell,
        )  # fmt: skip
        seconds = time.monotonic() - began
        sets = {"held out": held_out, "third database": other}
        entry = {"sft_seconds": round(seconds), "before": measured(base, sets, folder, lessons)}
        entry["after_sft"] = measured(taught.model, sets, folder, lessons)
        if form != "pipe-steps" and said.reward_steps:
            began = time.monotonic()
            rewarded = train_grpo(
                folder / "learnt.jsonl", str(taught.path), folder / f"grpo-{form}", databases=folder / "databases",
                course=Grpo(
                    method="full", learning_rate=2e-5, steps=said.reward_steps, batch=64, device_batch=32,
                    max_new_tokens=128, split="none", checkpointing="off", log_every=5,
                    check_every=max(1, said.reward_steps // 4),
                ), lessons=lessons, resume=True, tell=tell,
            )  # fmt: skip
            entry["grpo_seconds"] = round(time.monotonic() - began)
            entry["after_grpo"] = measured(rewarded.model, sets, folder, lessons)
        found[form] = entry
        tell(json.dumps(found))
    print(json.dumps(found, indent=2))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("learning"))
    parser.add_argument("--examples", type=int, default=6000)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument(
        "--start", type=Path, help="weights to learn on from, such as a checkpoint of an earlier course"
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--reward-steps", type=int, default=20)
    parser.add_argument("--forms", default="sql,pipe")
    return parser.parse_args()


def tell(news: str) -> None:
    print(news, file=sys.stderr, flush=True)


def data(folder: Path, count: int) -> tuple[list[Example], list[Example], list[Example]]:
    """What is learnt, held-out questions of the same databases, and questions of the third one, all with pipes.

    Databases come without their descriptions: on a small model's window every word counts.
    """
    from querywright.demo import create_databases

    places = {name: folder / name for name in ("demo", "databases", "third")}
    if not places["third"].exists():
        create_databases(places["demo"])
        for name, chosen in (("databases", TRAINED), ("third", (OTHER,))):
            places[name].mkdir()
            for db_id in chosen:
                for file in (places["demo"] / db_id).glob(f"{db_id}.*"):
                    shutil.copy(file, places[name])
    for name, number in (("databases", count + HELD_OUT), ("third", HELD_OUT)):
        run = folder / f"run-{name}"
        qw.synthesize(
            places[name], count=number, output=run, seed=0, profile=PLAIN, pipes="portable", resume=run.exists()
        )
    made = [each for each in read_dataset(folder / "run-databases" / "dataset.jsonl") if each.pipe_sql]
    other = [each for each in read_dataset(folder / "run-third" / "dataset.jsonl") if each.pipe_sql]
    learnt, held_out = made[:-HELD_OUT], made[-HELD_OUT:]
    known = {example.SQL for example in learnt}
    write_jsonl(folder / "learnt.jsonl", learnt)
    return learnt, [each for each in held_out if each.SQL not in known], other


def from_nothing(place: Path, dataset: Path, databases: Path, lessons: LessonSettings) -> Path:
    """A model of random weights, with a tokenizer that has seen the lessons."""
    if (place / "config.json").exists():
        return place
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    texts = place.with_suffix(".jsonl")
    write_data(dataset, texts, databases=databases, lessons=lessons)
    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2048, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    rows = map(json.loads, texts.read_text().splitlines())
    words.train_from_iterator((part["content"] for row in rows for part in row["prompt"] + row["completion"]), trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, eos_token=SPECIAL[2], pad_token=SPECIAL[0], padding_side="left"
    )
    tokenizer.chat_template = CHAT
    tokenizer.save_pretrained(place)
    torch.manual_seed(0)
    shape = Qwen2Config(
        vocab_size=2048, max_position_embeddings=2048, tie_word_embeddings=True, bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, **SHAPE,
    )  # fmt: skip
    Qwen2ForCausalLM(shape).save_pretrained(place)
    return place


def parameters(place: Path) -> int:
    from transformers import AutoModelForCausalLM

    return sum(each.numel() for each in AutoModelForCausalLM.from_pretrained(place).parameters())


def measured(
    place: Path, sets: dict[str, Sequence[Example]], folder: Path, lessons: LessonSettings
) -> dict[str, dict[str, float]]:
    """What the weights in a place score on each set."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(place, padding_side="left")
    pupil = Pupil(AutoModelForCausalLM.from_pretrained(place), tokenizer, lessons.max_tokens, 192)
    found = {}
    for name, examples in sets.items():
        with qw.Catalog.open(folder / ("third" if name == "third database" else "databases")) as catalog:
            found[name] = figures(examples, decoded(pupil, examples, catalog, lessons), catalog)
    tell(f"{place}: {found}")
    return found


if __name__ == "__main__":
    main()
