"""`querywright decontaminate`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from querywright.cli.cleaning import SHOWN, Dataset, Dialect, Matches, Output, listed, outputs, told
from querywright.cli.opening import OpenedDataset
from querywright.cli.showing import on_one_line

if TYPE_CHECKING:
    from querywright.datasets import Example
    from querywright.datasets.decontamination import HeldOut, Overlap


def decontaminate(
    dataset: Dataset,
    output: Output,
    against: Annotated[list[Path], typer.Option(metavar="TEST", help="A test set; say it again for each.")],
    ngram: Annotated[int, typer.Option(min=1, help="So many words in a row may not be shared.")] = 8,
    matches: Matches = None,
    dialect: Dialect = "sqlite",
) -> None:
    """Drop examples that overlap with test sets, and list them."""
    from querywright.datasets import export
    from querywright.datasets.decontamination import HeldOut, read_tests

    kind, beside = outputs(output, matches, dataset, against)
    opened = OpenedDataset(dataset, dialect)
    tests = HeldOut(read_tests(against), ngram, opened.dialect_of)
    for place in tests.unreadable:
        print(on_one_line(f"{place}: its SQL cannot be parsed: only its question is compared"), file=sys.stderr)
    sieve = _Sieve(opened, tests, beside)
    kept = export(sieve.clean(), kind, output)
    why = ", ".join(f"{rule} {number:,}" for rule, number in sieve.rules.most_common())
    told(sieve.read, kept, f" ({why})" if why else "", output, beside)


class _Sieve:
    """Lets the clean examples through and lists the others, one row at a time; counts both."""

    def __init__(self, opened: OpenedDataset, tests: HeldOut, beside: Path) -> None:
        self._opened, self._tests, self._beside = opened, tests, beside
        self.read = 0
        self.rules: Counter[str] = Counter()

    def clean(self) -> Iterator[Example]:
        """The clean examples; the file of matches is whole before the last one is asked for."""
        from querywright.datasets.jsonl import replacing

        with replacing(self._beside) as file:
            for example in self._opened.examples():
                self.read += 1
                found = self._tests.overlaps(example)
                if not found:
                    yield example
                for overlap in found:
                    file.write(listed(self.read, example, **_about(overlap)))
                    self._note(overlap, example)

    def _note(self, overlap: Overlap, example: Example) -> None:
        self.rules[overlap.rule] += 1
        if self.rules[overlap.rule] <= SHOWN:
            said = f"row {self.read}, {overlap.rule} of {overlap.test}: {example.question} ← {overlap.shared}"
            typer.echo(on_one_line(said))


def _about(overlap: Overlap) -> dict[str, str]:
    about = asdict(overlap)
    about["test_question"] = about.pop("question")
    return about
