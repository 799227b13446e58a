"""What decides the lessons that are made of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

from querywright.errors import SettingsError
from querywright.training.lessons.formats import FORMATS


@dataclass(frozen=True, slots=True)
class LessonSettings:
    """How examples become lessons."""

    format: str = "reasoning"
    """A name of `FORMATS`."""
    style: str = "ddl"
    """How a schema is shown: `ddl` or `compact`."""
    examples: int = 0
    """Values shown beside each column."""
    noise: float = 1.0
    """The share of what the query does not read that is shown all the same, the most similar first; 1: all of it."""
    values: int = 0
    """At most so many values that the question may mean, looked up in the database by its keywords, are told."""
    max_tokens: int = 4096
    """Of a whole lesson. The schema shrinks until it fits; what does not fit without any of it is left out."""
    mode: str = "portable"
    """Whose functions pipe queries hold: the database's own (`portable`) or `googlesql`."""
    only_piped: bool = False
    """Only examples that have a proven pipe query, in every format: what pipes and SQL are compared on."""
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises SettingsError."""
        if self.format not in FORMATS:
            raise SettingsError(f"there is no format {self.format!r}: choose from {', '.join(FORMATS)}")
        if self.style not in ("ddl", "compact"):
            raise SettingsError(f"a schema is shown as ddl or compact, not as {self.style!r}")
        if not 0 <= self.noise <= 1:
            raise SettingsError(f"noise is a share of the schema from 0 to 1, not {self.noise}")
        if self.values < 0 or self.examples < 0 or self.max_tokens < 1:
            raise SettingsError("values and examples are 0 or more, max_tokens is 1 or more")
