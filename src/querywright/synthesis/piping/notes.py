"""Evidence grows by what it does not say yet: a note on a column's value is a repetition however it is worded."""

from __future__ import annotations

import re

_BREAK = re.compile(r"(?<=[.;])\s+(?=[^\W\d_])")
"""Between two notes: behind a stop, and before a letter."""
_TEST = re.compile(r"""(\w+)[`"\]]?\s*(<>|!=|>=|<=|=|>|<)\s*('(?:[^']|'')*'|"[^"]*"|[-+]?\d[\d.]*\d|\d)""")
"""A column compared with a constant."""
_SPOKEN = re.compile(r"(?<!not the )\b(\w+) '([^']*)'")
"""The same in words: `has the status 'N'`."""

_Test = tuple[str, str, str]


def with_notes(evidence: str, added: str) -> str:
    """The evidence, and behind it those notes whose comparisons (`lang = 'fr'`) it does not hold already.

    Args:
        evidence: what is there; it stays as it is.
        added: notes, ended by stops or semicolons. One without a comparison is left out only where it is there word
            for word.
    """
    known = set(_tests(evidence)) | {(c.lower(), "=", value.lower()) for c, value in _SPOKEN.findall(evidence)}
    said = evidence.lower()
    notes = _notes(added.strip())
    fresh = [note for note in notes if not _is_said(note, known, said)]
    if len(fresh) == len(notes):
        rest = added.strip()
    else:
        rest = " ".join(fresh).rstrip(";. ")
        rest = f"{rest}." if rest else ""
    return " ".join(text for text in (evidence, rest) if text)


def _notes(text: str) -> list[str]:
    """The notes of a text; a stop inside a constant ends none."""
    constants = [found.span(3) for found in _TEST.finditer(text)]
    breaks = [found.span() for found in _BREAK.finditer(text) if not any(a < found.start() < b for a, b in constants)]
    starts, ends = [0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _is_said(note: str, known: set[_Test], said: str) -> bool:
    tests = _tests(note)
    return known.issuperset(tests) if tests else note.lower().strip("; .") in said


def _tests(text: str) -> list[_Test]:
    return [
        (column.lower(), "<>" if sign == "!=" else sign, value.strip("'\"").lower())
        for column, sign, value in _TEST.findall(text)
    ]
