"""What evidence says already is not said again."""

from __future__ import annotations

import pytest

from querywright.synthesis.piping.notes import with_notes

PAIRS = [
    ("French is lang = 'fr'.", "French refers to lang = 'fr'.", "French is lang = 'fr'."),
    ("French is books.lang='fr'", 'French refers to lang = "fr".', "French is books.lang='fr'"),
    (
        "French is lang = 'fr'.",
        "French refers to lang = 'fr'; long means more than 300 pages.",
        "French is lang = 'fr'. long means more than 300 pages.",
    ),
    (
        "French is lang = 'fr'.",
        "German refers to lang = 'de'; French refers to lang = 'fr'.",
        "French is lang = 'fr'. German refers to lang = 'de'.",
    ),
    (
        "French is lang = 'fr'.",
        "French refers to lang <> 'fr'.",
        "French is lang = 'fr'. French refers to lang <> 'fr'.",
    ),
    ("A no-show has the status 'N'.", "No-show refers to Status = 'N'.", "A no-show has the status 'N'."),
    ("Open is status = 1.", "Closed refers to status = 10.", "Open is status = 1. Closed refers to status = 10."),
    ("A year is 12 months.", "A year is 12 months.", "A year is 12 months."),
    ("", "French refers to lang = 'fr'.", "French refers to lang = 'fr'."),
    ("French is lang = 'fr'.", "", "French is lang = 'fr'."),
    ("a is b = 'x. Y; z'.", "A refers to b = 'x. Y; z'.", "a is b = 'x. Y; z'."),
]


@pytest.mark.parametrize(("evidence", "added", "whole"), PAIRS)
def test_a_note_is_added_where_its_comparison_is_new(evidence: str, added: str, whole: str) -> None:
    assert with_notes(evidence, added) == whole
    assert with_notes(whole, added) == whole
