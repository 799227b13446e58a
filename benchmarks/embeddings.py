"""How fast texts become vectors: the embedded embedding, and a folder of sentence-transformers weights if one is named.

    python benchmarks/embeddings.py [--texts 20000] [--folder FOLDER]

The texts are questions of some 65 characters, each a little different; `short` ones are cut to 30 characters.
Processor time of one process, the best of three.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from querywright.models.hashed import HashedEmbedding
from querywright.models.local import FolderEmbedding

QUESTIONS = (
    "What is the average salary of the doctors in each department?",
    "List the titles of books that were borrowed more than once in 2023.",
    "Which airport has the most departures to a city in another country?",
    "How many customers have never placed an order above 100 dollars?",
)


def texts_per_second(vectors: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """Texts for one second of processor time."""
    times = []
    for _ in range(3):
        began = time.process_time()
        vectors(texts)
        times.append(time.process_time() - began)
    return round(len(texts) / min(times))


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--folder")
    asked = parser.parse_args()
    texts = [f"{QUESTIONS[number % 4]} ({number})" for number in range(asked.texts)]
    hashed = HashedEmbedding()
    figures = {
        "hashed": texts_per_second(hashed.vectors, texts),
        "hashed_short": texts_per_second(hashed.vectors, [text[:30] for text in texts]),
    }
    if asked.folder:
        figures["folder"] = texts_per_second(FolderEmbedding(asked.folder).vectors, texts[:500])
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
