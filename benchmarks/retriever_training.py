"""What training a retriever is worth: how often an example of the right skeleton is found, before and after.

    python benchmarks/retriever_training.py TRAIN.jsonl DEV.jsonl DATABASES --base FOLDER [--config FILE.toml] [-o DIR]

The base is trained on all of TRAIN, and examples of TRAIN are retrieved for the questions of DEV, whose databases are
others. Defaults are for two cores: one epoch, the other queries of a batch as negatives. Prints one JSON object:

- `recall@k`: the share of the `answerable` questions (with an example of the right skeleton in TRAIN) that have one
  among the first k, in percent; `likeness@k`: how alike the skeletons of the first k are to the right one, over all;
- `untrained`, `trained`: by the cosine of masked question and masked SQL; `…_aligned`: with the linear map of an index;
- `gain`: the trained model's over the untrained one's, with 95 % intervals that draw questions, and databases.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from querywright.databases import Catalog
from querywright.datasets import read_jsonl
from querywright.training import sentence_libraries
from querywright.training.retriever.comparing import Trial
from querywright.training.retriever.pairs import gathered
from querywright.training.retriever.settings import IN_BATCH, Retriever
from querywright.training.retriever.training import train_retriever
from querywright.training.settings import configured, told

QUICK = Retriever(
    negatives=IN_BATCH, batch=48, device_batch=48, epochs=1.0, learning_rate=2e-4, split="none", patience=0
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("databases", type=Path)
    parser.add_argument("--base", required=True, help="sentence-transformers weights to start from")
    parser.add_argument("--config", type=Path, help="settings, in the place of those for two cores")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("-o", "--output", type=Path, help="keep the trained model here")
    arguments = parser.parse_args()
    settings = configured(QUICK, arguments.config, {})
    import torch

    torch.set_num_threads(arguments.threads)
    with Catalog.open(arguments.databases) as catalog, tempfile.TemporaryDirectory() as place:
        learnt, asked = (gathered(read_jsonl(path), catalog) for path in (arguments.train, arguments.dev))
        model = sentence_libraries.opened(arguments.base)
        before, measuring = timed(lambda: Trial.of(model, learnt, asked))
        say(f"untrained: {before.plain.figures() if before.plain else {}}, {measuring:.0f} s")
        folder, training = timed(
            lambda: train_retriever(
                arguments.train,
                arguments.base,
                arguments.output or place,
                databases=catalog,
                settings=settings,
                tell=say,
            )
        )
        trained = sentence_libraries.opened(str(folder.path))
        figures: dict[str, Any] = {"base": Path(arguments.base).name, "settings": told(settings)}
        figures |= {"examples": len(learnt.masked), "left_out": dict(learnt.left_out), **folder.record()["figures"]}
        figures |= {"measuring_seconds": round(measuring), "training_seconds": round(training)}
        figures |= before.with_instruction(settings.instruction).against(before, trained)
    print(json.dumps(figures, indent=2))


def timed(work: Any) -> tuple[Any, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def say(line: str) -> None:
    import sys

    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
