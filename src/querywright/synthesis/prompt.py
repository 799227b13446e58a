"""The training prompt: a template of the user's, filled with the schema and the question."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Literal

from querywright.databases import Database
from querywright.datasets.prompts import REASONING, filled
from querywright.errors import SettingsError

NAMES = ("schema", "question", "evidence", "dialect")
REQUIRED = ("schema", "question")


@dataclass(frozen=True, slots=True)
class PromptSettings:
    """How prompts look.

    `template` holds `{schema}` and `{question}`, and may hold `{evidence}` and `{dialect}`; other braces are written
    doubled. `examples` is the number of example values shown beside each column.

    Raises:
        SettingsError: a placeholder is missing or unknown, a brace is unbalanced, or `examples` is negative.
    """

    template: str = REASONING
    style: Literal["ddl", "compact"] = "ddl"
    examples: int = 0

    def __post_init__(self) -> None:
        if self.style not in ("ddl", "compact"):
            raise SettingsError(f"prompt style {self.style!r} is not known: use ddl or compact")
        if self.examples < 0:
            raise SettingsError(f"prompt examples must be 0 or more, not {self.examples}")
        _check(self.template)


def _check(template: str) -> None:
    try:
        parts = string.Formatter().parse(template)
        fields = [(name, layout or conversion) for _, name, layout, conversion in parts if name is not None]
    except ValueError as error:
        raise SettingsError(
            f"the prompt template has unbalanced braces ({error}): write {{{{ and }}}} for plain ones"
        ) from error
    found = [name for name, _ in fields]
    for name in REQUIRED:
        if name not in found:
            raise SettingsError(
                f"the prompt template must contain {{{name}}}: without it the model cannot see the {name}"
            )
    for name in found:
        if name not in NAMES:
            known = ", ".join(f"{{{n}}}" for n in NAMES)
            raise SettingsError(f"the prompt template contains {{{name}}}, which is not one of {known}")
    for name, formatted in fields:
        if formatted:
            raise SettingsError(f"the prompt template formats {{{name}}}: only the name may stand in the braces")


class Prompter:
    """Fills the template for one database; its schema is rendered once."""

    def __init__(self, database: Database, settings: PromptSettings) -> None:
        self._settings = settings
        self._dialect = database.dialect
        render = database.ddl if settings.style == "ddl" else database.compact
        self._schema = render(settings.examples)

    def fill(self, question: str, evidence: str) -> str:
        """The prompt for one question."""
        return filled(self._settings.template, self._schema, question, evidence, self._dialect)
