"""How a pipe query is written step by step, and which names these settings may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from querywright.answering.tasks import MODES, STYLES, Shown
from querywright.errors import SettingsError

COLUMNS, ROWS, CHECK, VALUES = "active-columns", "sample-rows", "check", "similar-values"
TOOLS: Final = (COLUMNS, ROWS, CHECK, VALUES)
OPERATORS: Final = (
    "from", "where", "join", "select", "extend", "set", "drop", "rename", "as", "aggregate", "distinct", "orderby",
    "limit", "setoperation", "pivot", "unpivot",
)  # fmt: skip
"""The head and the operators, as `rows_after` calls them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How candidates are written step by step."""

    candidates: int = 1
    temperature: float = 0.0
    """Of the first candidate; further ones are drawn evenly up to `hottest`."""
    hottest: float = 1.0
    tools: tuple[str, ...] = TOOLS
    """What looks at the query and tells the model; `--without` takes one away."""
    rows: int = 5
    """Rows of a sample."""
    rows_after: tuple[str, ...] = ("where", "join")
    """The operators behind which a sample is told: where it matters what is in the data."""
    values: int = 5
    """Values of the index that are told with the question, and of each text that a condition found nothing with."""
    steps: int = 24
    """Answers of the model for one candidate."""
    tokens: int = 100_000
    """Sent and received for one candidate, about: four letters each."""
    answer_tokens: int = 0
    """Of one answer, at most; what comes behind is cut off. 0: as many as the server gives."""
    retries: int = 3
    """Answers that cannot be used, one after another, before the walk ends where it is."""
    backtracks: int = 3
    """How often one goes back from a beginning that has no rows; then an answer without rows is believed."""
    style: str = ""
    """How the schema is shown, `ddl` or `compact`; empty: as the model learnt it, `ddl` where that is not known."""
    examples: int = 0
    """Values shown beside each column; 0: as the model learnt it, none where that is not known."""
    mode: str = ""
    """Whose functions the pipe query holds, the database's own (`portable`) or `googlesql`; empty: as it learnt it."""

    @property
    def shown(self) -> Shown:
        """How the question is shown."""
        return Shown(self.style, self.examples, self.mode)

    def __post_init__(self) -> None:
        """Raises SettingsError where a name or a number is none."""
        for what, values, known in (
            ("tool", self.tools, TOOLS),
            ("operator", self.rows_after, OPERATORS),
            ("style", filter(None, (self.style,)), STYLES),
            ("mode", filter(None, (self.mode,)), MODES),
        ):
            for value in values:
                if value not in known:
                    raise SettingsError(f"pipe-agent: there is no {what} {value!r}: choose from {', '.join(known)}")
        for name in ("candidates", "steps", "tokens", "rows"):
            if getattr(self, name) < 1:
                raise SettingsError(f"pipe-agent: {name} must be 1 or more, not {getattr(self, name)}")
        for name in ("values", "examples", "answer_tokens", "retries", "backtracks"):
            if getattr(self, name) < 0:
                raise SettingsError(f"pipe-agent: {name} must be 0 or more, not {getattr(self, name)}")
